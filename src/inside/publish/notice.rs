//! Public notices: before an entry, of exits, of repairs. A notice is no disclosure (domain.md 0.2): it has a type, a table
//! and a window of its own, and no function takes the one for the other. Built by the publisher only; seen everywhere as
//! `crate::record::PublicNotice`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::public::{MaskedName, PublicField};
use crate::domain::cases::ExitReason;
use crate::domain::kinds::{SubjectKind, Words, vocabulary};

vocabulary! {
    /// What a notice tells.
    NoticeKind {
        Prior = "prior", "事前公示", "notice before an entry";
        Exit = "exit", "移出公告", "exit notice";
        Repair = "repair", "修复公告", "repair notice";
    }
}

/// Who a notice is about, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeSubject {
    /// Kind.
    pub kind: SubjectKind,
    /// Name as the list shows it; empty where a notice names nobody.
    pub name: String,
    /// Whether something of the name is hidden.
    pub name_masked: bool,
    /// Unified social credit code of an organisation that is named.
    pub credit_code: Option<String>,
}

/// What a notice before an entry tells beside its subject (R-073: basis, reason, measures, right to object, path of repair).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Reason, in masked free text: the fields of the list that the public may read.
    pub reason: Vec<PublicField>,
    /// Basis: as the proposal cites it, then the instruments of the list.
    pub basis: Vec<String>,
    /// Measures or incentives that would follow.
    pub measures: Vec<Words>,
    /// Right to object: to whom, within which time.
    pub objection: Vec<Words>,
    /// How one leaves the list again.
    pub repair: Vec<Words>,
}

/// The parts of a notice, as the store keeps them. Being plain data it is not proof of anything: `PublicNotice` is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeParts {
    /// Stable opaque id: 20 characters, base 32; tells nothing about record or case.
    pub id: String,
    /// What it tells.
    pub kind: NoticeKind,
    /// Catalogue list.
    pub list: String,
    /// Who it is about.
    pub subject: NoticeSubject,
    /// Authority that proposes or has decided.
    pub authority_name: String,
    /// Its unified social credit code.
    pub authority_code: String,
    /// Number of the decision, where one is told.
    pub document_number: Option<String>,
    /// Day on which the exit or repair takes effect; none before an entry.
    pub effective_on: Option<NaiveDate>,
    /// Why the entry left its list.
    pub reason: Option<ExitReason>,
    /// What is proposed, before an entry.
    pub proposal: Option<Box<Proposal>>,
    /// First civil date on which it is shown.
    pub open_from: NaiveDate,
    /// First civil date on which it is no longer shown.
    pub open_until: NaiveDate,
    /// A provisional year of the calendar had a part in its end.
    pub provisional: bool,
    /// Catalogue version it was made under.
    pub catalogue: String,
    /// Version of the masking rules.
    pub masking: u32,
}

impl NoticeParts {
    /// Its last day.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.open_until.pred_opt().unwrap_or(self.open_until)
    }

    /// Whether an objection may be made against it.
    #[must_use]
    pub fn takes_objections(&self) -> bool {
        self.kind == NoticeKind::Prior
    }
}

/// A notice that may be seen. Its fields are private and it can be made in two ways: by the publisher, and by the public
/// store from its own row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicNotice {
    parts: NoticeParts,
}

impl PublicNotice {
    /// Made by the publisher only.
    pub(in crate::inside) fn publish(name: Option<MaskedName>, mut parts: NoticeParts) -> Self {
        parts.subject.name = name.map_or_else(String::new, |n| n.as_str().to_owned());
        Self { parts }
    }

    /// Rebuilt by the public store from its own row; a source-tree test holds that nobody else calls it.
    pub(crate) fn restored(parts: NoticeParts) -> Self {
        Self { parts }
    }

    /// Its parts, to read.
    #[must_use]
    pub fn parts(&self) -> &NoticeParts {
        &self.parts
    }

    /// Whether it is shown on a civil date of Asia/Shanghai: `[open_from, open_until)`.
    #[must_use]
    pub fn open_on(&self, date: NaiveDate) -> bool {
        self.parts.open_from <= date && date < self.parts.open_until
    }
}

impl std::ops::Deref for PublicNotice {
    type Target = NoticeParts;

    fn deref(&self) -> &NoticeParts {
        &self.parts
    }
}
