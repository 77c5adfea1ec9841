//! What stands on the notice board on a day: made whole from the vault, by the same masking as records, whenever the
//! publisher runs. Notices are few, so that all of them are made anew; the store writes what differs.
//!
//! A notice before an entry follows from the entry's proposal and window; an exit or repair notice from the decision that
//! ended the display. Who bears the name of a person is not named by the last two: the display has ended.

use chrono::{Days, NaiveDate};

use super::decide::{Decided, Rules, Verdict, hard_block_of, shown_name, unsettled};
use super::expose::{FieldDoubt, expose};
use super::notice::{NoticeKind, NoticeParts, NoticeSubject, Proposal, PublicNotice};
use super::public::{MaskedName, Why};
use super::release::{PublishError, Publisher, judge_row};
use crate::domain::cases::ExitReason;
use crate::domain::catalogue::{FieldType, ListEntry, RemedyKind};
use crate::domain::kinds::{SubjectKind, Words};
use crate::domain::mask::MASKING_VERSION;
use crate::domain::rule::block::Block;
use crate::domain::time::civil_date;
use crate::inside::raw::RawRecord;
use crate::inside::vault::{Decision, DecisionKind, Review, VaultRow};

/// Days that an exit is told.
pub(in crate::inside) const EXIT_DAYS: u64 = 30;
/// Working days that a repair is told (domain.md 2.4).
pub(in crate::inside) const REPAIR_WORKING_DAYS: u32 = 7;

/// The term of a notice before an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) struct Term {
    /// First day.
    pub from: NaiveDate,
    /// Last day (T01).
    pub last: NaiveDate,
    /// A provisional year of the calendar had a part in it.
    pub provisional: bool,
}

/// An entry whose notice runs.
#[derive(Debug)]
pub(in crate::inside) struct Prior {
    /// Id of the case.
    pub case: String,
    /// The proposed record.
    pub record: RawRecord,
    /// What the secrecy review approved, under the id of the case.
    pub reviews: Vec<Review>,
    /// Its term.
    pub term: Term,
}

/// Why there can be no notice of a proposal.
#[derive(Debug)]
pub(in crate::inside) enum NoNotice {
    /// It could not be published either (domain.md 2.3).
    Blocked(Block),
    /// Texts that nobody has approved.
    Held(Vec<FieldDoubt>),
}

/// Every notice that is shown on a day.
///
/// # Errors
/// Those of the vault.
pub(super) fn board(
    publisher: &Publisher<'_>,
    today: NaiveDate,
) -> Result<Vec<PublicNotice>, PublishError> {
    let rules = publisher.rules();
    let mut all = Vec::new();
    for prior in publisher.vault.running_notices(today)? {
        let id = publisher.vault.notice_id(NoticeKind::Prior, &prior.case);
        if let Ok(notice) = of_proposal(publisher, &rules, id, &prior, today) {
            all.push(notice);
        }
    }
    let since = today
        .checked_sub_days(Days::new(EXIT_DAYS + 1))
        .unwrap_or(today);
    for row in publisher.vault.ended_since(since)? {
        all.extend(of_end(publisher, &rules, &row, today));
    }
    all.retain(|n| n.open_on(today));
    Ok(all)
}

/// The notice of a proposal, or why there can be none.
///
/// # Errors
/// [`NoNotice`].
pub(in crate::inside) fn of_proposal(
    publisher: &Publisher<'_>,
    rules: &Rules<'_>,
    id: String,
    prior: &Prior,
    today: NaiveDate,
) -> Result<PublicNotice, NoNotice> {
    let record = &prior.record;
    let entry = rules
        .catalogue
        .list(&record.list)
        .ok_or(NoNotice::Blocked(Block::NotInCatalogue))?;
    if let Some(block) = hard_block_of(record, entry, today) {
        return Err(NoNotice::Blocked(block));
    }
    let exposed = expose(record, entry);
    if let Some(block) = exposed.blocked {
        return Err(NoNotice::Blocked(block));
    }
    let hash = |field: &str, text: &str| publisher.vault.text_hash(&prior.case, field, text);
    unsettled(exposed.doubts, &prior.reviews, &hash).map_err(NoNotice::Held)?;
    let (name, name_masked) = shown_name(record, entry);
    let long = |key: &str| {
        entry
            .field(key)
            .is_some_and(|f| f.kind == FieldType::LongText)
    };
    let (mut reason, mut basis, mut measures) = (Vec::new(), Vec::new(), Vec::new());
    for field in exposed.fields {
        match field.key.as_str() {
            "designation_basis" | "penalty_basis" => basis.push(field.value),
            "measures_applied" => measures.push(Words {
                zh: field.value,
                en: String::new(),
            }),
            key if long(key) => reason.push(field),
            _ => {}
        }
    }
    basis.extend(entry.basis.iter().map(|b| {
        if b.article.is_empty() {
            b.title.zh.clone()
        } else {
            format!("{} {}", b.title.zh, b.article)
        }
    }));
    measures.extend(
        entry
            .active_measures()
            .filter(|m| m.subject_kinds.contains(&record.subject.kind))
            .map(|m| m.name.clone()),
    );
    let parts = NoticeParts {
        subject: NoticeSubject {
            kind: record.subject.kind,
            name: String::new(),
            name_masked,
            credit_code: record.subject.credit_code.clone(),
        },
        document_number: None,
        effective_on: None,
        reason: None,
        proposal: Some(Box::new(Proposal {
            reason,
            basis,
            measures,
            objection: objection(entry),
            repair: way_out(entry),
        })),
        open_from: prior.term.from,
        open_until: prior.term.last.succ_opt().unwrap_or(prior.term.last),
        provisional: prior.term.provisional,
        ..bare(rules, entry, record, id, NoticeKind::Prior)
    };
    Ok(PublicNotice::publish(Some(MaskedName::new(name)), parts))
}

/// How one objects: to whom, within which time.
pub(in crate::inside) fn objection(entry: &ListEntry) -> Vec<Words> {
    entry
        .remedies
        .iter()
        .filter(|r| r.kind == RemedyKind::Objection)
        .map(|r| Words {
            zh: format!("{}（{}）", r.place.zh, r.limit.zh),
            en: if r.place.en.is_empty() || r.limit.en.is_empty() {
                String::new()
            } else {
                format!("{} ({})", r.place.en, r.limit.en)
            },
        })
        .collect()
}

/// How one leaves the list again: by repair, where there is one, else by the conditions of exit.
pub(in crate::inside) fn way_out(entry: &ListEntry) -> Vec<Words> {
    if entry.repair.repairable && !entry.repair.conditions.is_empty() {
        let mut all = entry.repair.conditions.clone();
        all.extend(entry.repair.procedure.iter().cloned());
        all
    } else {
        entry.exit_conditions.clone()
    }
}

/// The notice of an exit or a repair, where the display of the record has ended by one.
fn of_end(
    publisher: &Publisher<'_>,
    rules: &Rules<'_>,
    row: &VaultRow,
    today: NaiveDate,
) -> Option<PublicNotice> {
    // what was never shown is not told to have left
    row.displayed_from?;
    let record = &row.record;
    let entry = rules.catalogue.list(&record.list)?;
    if !entry.is_displayed() {
        return None;
    }
    let Decided { verdict, .. } = judge_row(publisher, rules, row, row.displayed_from, today);
    let (kind, decided) = match verdict {
        Verdict::Ended(Why::Repaired) => (NoticeKind::Repair, DecisionKind::Repaired),
        Verdict::Ended(Why::Delisted) => (NoticeKind::Exit, DecisionKind::Delisted),
        _ => return None,
    };
    let decision = last_of(&row.decisions, decided, today)?;
    let reason = reason_of(decision).or(match kind {
        NoticeKind::Repair => Some(ExitReason::Repaired),
        _ => None,
    });
    // a decision that was entered late is told for as long as any other
    let from = decision.effective_on.max(civil_date(decision.at));
    let (open_until, provisional) = match kind {
        NoticeKind::Repair => match rules.calendar.add(from, REPAIR_WORKING_DAYS) {
            Ok(due) => (due.date.succ_opt()?, due.provisional),
            Err(_) => (
                from.checked_add_days(Days::new(u64::from(REPAIR_WORKING_DAYS) + 1))?,
                true,
            ),
        },
        _ => (from.checked_add_days(Days::new(EXIT_DAYS + 1))?, false),
    };
    let (name, masked) = shown_name(record, entry);
    let named = !masked && record.subject.kind != SubjectKind::NaturalPerson;
    let id = publisher.vault.notice_id(kind, &decision.id);
    let parts = NoticeParts {
        subject: NoticeSubject {
            kind: record.subject.kind,
            name: String::new(),
            name_masked: false,
            credit_code: record.subject.credit_code.clone().filter(|_| named),
        },
        // a number leads to the person whom it is about
        document_number: named.then(|| record.document_number.clone()),
        effective_on: Some(decision.effective_on),
        reason,
        proposal: None,
        open_from: from,
        open_until,
        provisional,
        ..bare(rules, entry, record, id, kind)
    };
    let name = named.then(|| MaskedName::new(name));
    Some(PublicNotice::publish(name, parts))
}

fn last_of(all: &[Decision], kind: DecisionKind, today: NaiveDate) -> Option<&Decision> {
    all.iter()
        .filter(|d| d.kind == kind && d.effective_on <= today)
        .max_by_key(|d| (d.effective_on, d.at, d.id.as_str()))
}

/// The reason as the desk writes it beside the decision.
fn reason_of(decision: &Decision) -> Option<ExitReason> {
    ExitReason::from_code(decision.detail.get("reason")?.as_str()?)
}

fn bare(
    rules: &Rules<'_>,
    entry: &ListEntry,
    record: &RawRecord,
    id: String,
    kind: NoticeKind,
) -> NoticeParts {
    NoticeParts {
        id,
        kind,
        list: record.list.clone(),
        subject: NoticeSubject {
            kind: record.subject.kind,
            name: String::new(),
            name_masked: false,
            credit_code: None,
        },
        authority_name: record.authority_name.clone(),
        authority_code: record.authority_code.clone(),
        document_number: None,
        effective_on: None,
        reason: None,
        proposal: None,
        open_from: NaiveDate::MIN,
        open_until: NaiveDate::MIN,
        provisional: false,
        catalogue: rules.catalogue.version_of(entry),
        masking: MASKING_VERSION,
    }
}
