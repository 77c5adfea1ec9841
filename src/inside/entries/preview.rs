//! What would be public of a proposal, beside what is raw: made by the publisher's own rules, so that what is previewed is
//! what is published.

use chrono::NaiveDate;

use super::{Entries, EntryError};
use crate::domain::rule::block::Block;
use crate::domain::time::{Moment, civil_date};
use crate::inside::publish::board::{NoNotice, Prior, Term, of_proposal};
use crate::inside::publish::decide::{Standing, Verdict, decide, hard_block_of, shown_name};
use crate::inside::publish::expose::expose;
use crate::inside::raw::{RawRecord, RawText};
use crate::inside::vault::Review;
use crate::record::{NoticeKind, PublicNotice, PublicRecord};

/// One field, raw and public.
#[derive(Debug)]
pub struct Compared {
    /// Canonical key.
    pub key: String,
    /// Name of the field in the catalogue; the key when it has none.
    pub name: String,
    /// Raw value.
    pub(in crate::inside) raw: RawText,
    /// What the public would read; none when nothing of it.
    pub public: Option<String>,
    /// What is doubtful about it: codes.
    pub doubts: Vec<&'static str>,
}

impl Compared {
    /// Raw value, for the desk's pages: looks at it stand in the audit log.
    #[must_use]
    pub(in crate::inside) fn raw(&self) -> &str {
        self.raw.expose()
    }

    /// Whether the public reads something else than the raw value.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.public.as_deref() != Some(self.raw.expose())
    }
}

/// What would be public of a proposal.
#[derive(Debug)]
pub struct Preview {
    /// Name as it would be shown.
    pub name: String,
    /// Whether something of the name is hidden.
    pub masked: bool,
    /// The fields, those of the catalogue first, then what stays in the vault.
    pub fields: Vec<Compared>,
    /// Why nothing of it could be shown, if nothing could.
    pub block: Option<Block>,
}

impl Entries {
    /// What would be public of a record.
    ///
    /// # Errors
    /// When the catalogue has no such list.
    pub(in crate::inside) fn preview(
        &self,
        record: &RawRecord,
        now: Moment,
    ) -> Result<Preview, EntryError> {
        let list = self.cases.catalogue.list(&record.list);
        let list = list.ok_or(EntryError::Blocked(Block::NotInCatalogue))?;
        let exposed = expose(record, list);
        let (name, masked) = shown_name(record, list);
        let mut fields = Vec::new();
        let mut keys: Vec<&str> = list.fields.iter().map(|f| f.key.as_str()).collect();
        for key in record.fields.keys() {
            if !keys.contains(&key.as_str()) && !key.starts_with('_') {
                keys.push(key);
            }
        }
        for key in keys {
            let Some(raw) = record.fields.get(key) else {
                continue;
            };
            let public = exposed.fields.iter().find(|f| f.key == key);
            let doubts = exposed.doubts.iter().filter(|d| d.field == key);
            fields.push(Compared {
                key: key.to_owned(),
                name: list
                    .field(key)
                    .map_or_else(|| key.to_owned(), |f| f.name.zh.clone()),
                raw: RawText::new(raw.expose()),
                public: public.map(|f| f.value.clone()),
                doubts: doubts.flat_map(|d| d.reasons.iter().copied()).collect(),
            });
        }
        let block = hard_block_of(record, list, civil_date(now)).or(exposed.blocked);
        Ok(Preview {
            name,
            masked,
            fields,
            block,
        })
    }

    /// The record as it would be published today, with the reviews that stand under an object.
    pub(super) fn would_be(
        &self,
        record: &RawRecord,
        object: &str,
        reviews: &[Review],
        today: NaiveDate,
    ) -> Result<Box<PublicRecord>, NotYet> {
        let publisher = self.publisher();
        let rules = publisher.rules();
        let vault = &self.cases.vault;
        let id = vault.record_id(record);
        let standing = Standing {
            id: &id,
            removed: false,
            displayed_from: None,
            decisions: &[],
            reviews,
            text_hash: &|field, text| vault.text_hash(object, field, text),
        };
        match decide(record, &standing, &rules, today).verdict {
            Verdict::Publish(record) => Ok(record),
            Verdict::Held(doubts) => {
                Err(NotYet::Held(doubts.into_iter().map(|d| d.field).collect()))
            }
            Verdict::Withheld(block) => Err(NotYet::Blocked(block)),
            Verdict::Ended(_) => Err(NotYet::Blocked(Block::PeriodOver)),
        }
    }

    /// The notice that would be shown of a proposal.
    pub(super) fn notice_of(
        &self,
        prior: &Prior,
        today: NaiveDate,
    ) -> Result<PublicNotice, NotYet> {
        let publisher = self.publisher();
        let vault = &self.cases.vault;
        let id = vault.notice_id(NoticeKind::Prior, &prior.case);
        of_proposal(&publisher, &publisher.rules(), id, prior, today).map_err(|why| match why {
            NoNotice::Blocked(block) => NotYet::Blocked(block),
            NoNotice::Held(doubts) => NotYet::Held(doubts.into_iter().map(|d| d.field).collect()),
        })
    }
}

/// A term of one day, to see whether a notice could be made at all.
pub(super) fn trial(today: NaiveDate) -> Term {
    Term {
        from: today,
        last: today,
        provisional: false,
    }
}

/// Why it cannot be shown.
#[derive(Debug)]
pub(super) enum NotYet {
    /// The rules forbid it.
    Blocked(Block),
    /// Texts wait.
    Held(Vec<String>),
}

impl From<NotYet> for EntryError {
    fn from(why: NotYet) -> Self {
        match why {
            NotYet::Blocked(block) => Self::Blocked(block),
            NotYet::Held(fields) => Self::Held(fields),
        }
    }
}
