//! How a case begins: what the catalogue, the record and what was decided about it before say on the day of receipt.

use chrono::NaiveDate;

use super::{CaseError, CaseId, Cases};
use crate::domain::cases::objection::ObjectionTarget;
use crate::domain::cases::repair::{RepairState, RepairTerms};
use crate::domain::cases::{
    Case, Complaint, Entry, Key, Objection, Policy, Refusal, Repair, Track,
};
use crate::domain::catalogue::{Category, ListEntry, RepairChannel, RepairEffect};
use crate::domain::forms::submission::{Submission, Target};
use crate::domain::forms::{ApplicantKind, Form, ObjectionType, notice};
use crate::domain::kinds::Polarity;
use crate::domain::rule::clocks::{Dated, clocks};
use crate::domain::time::{Moment, civil_date};
use crate::inside::publish::effects::Effects;
use crate::inside::vault::cases::{CaseNote, PaperEntry, StoredCase};
use crate::inside::vault::{Tx, VaultError, VaultRow};

/// Where the catalogue says nothing, a pending objection does nothing.
const NOTHING: Policy = Policy {
    annotates: false,
    suspends: false,
};

/// An entry of a list that is being drawn up.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The machine, as a draft.
    pub entry: Entry,
    /// Its list.
    pub list: String,
    /// The record that it is about, where there is one already.
    pub record_id: Option<String>,
    /// What is kept beside it.
    pub note: CaseNote,
}

/// One part of an application: what one authority decides about one record.
pub(super) struct Part<'s> {
    pub part: u32,
    pub authority_code: &'s str,
    pub authority_name: &'s str,
    pub target: Option<&'s Target>,
}

/// The parts of an application, in the order of its routes; one about no displayed record has a single part.
pub(super) fn parts(submission: &Submission) -> Vec<Part<'_>> {
    let mut out: Vec<Part<'_>> = Vec::new();
    for route in &submission.routes {
        for target in &route.targets {
            out.push(Part {
                part: u32::try_from(out.len()).unwrap_or(u32::MAX),
                authority_code: &route.authority_code,
                authority_name: &route.authority_name,
                target: Some(target),
            });
        }
    }
    if out.is_empty() {
        out.push(Part {
            part: 0,
            authority_code: "",
            authority_name: "",
            target: None,
        });
    }
    out
}

/// What is known of the record that a part is about.
struct Record<'c> {
    row: Option<VaultRow>,
    entry: Option<&'c ListEntry>,
    /// Rule that computed its dates, and the first day of repair.
    rule: String,
    earliest: Option<NaiveDate>,
    /// First day after a bar for false material.
    barred_until: Option<NaiveDate>,
}

impl<'c> Record<'c> {
    fn of(
        cases: &'c Cases,
        tx: &mut Tx<'_>,
        target: &Target,
        today: NaiveDate,
    ) -> Result<Self, VaultError> {
        let row = tx.record(&target.record)?;
        let list = row.as_ref().map_or(&target.list, |r| &r.record.list);
        let mut out = Self {
            entry: cases.catalogue.list(list),
            row: None,
            rule: String::new(),
            earliest: None,
            barred_until: None,
        };
        if let (Some(row), Some(entry)) = (&row, out.entry) {
            let dated = Dated {
                entry,
                kind: row.record.subject.kind,
                facts: &row.record.facts,
                decided_on: row.record.decided_on,
                published_on: row.displayed_from.unwrap_or(today),
            };
            if let Ok(clocks) = clocks(&cases.severity, &dated) {
                out.rule = clocks.rule;
                out.earliest = clocks.earliest_repair;
            }
            // what was handed in falsely about one record bars its subject
            let of_record = Effects::of(&row.decisions, today).barred_until;
            out.barred_until = of_record.max(tx.barred_until(&row.record.subject, today)?);
        }
        out.row = row;
        Ok(out)
    }

    /// Why the record is not displayed, as far as it is not.
    fn ended(&self) -> Option<String> {
        match &self.row {
            None => Some("unknown".to_owned()),
            Some(row) => row.verdict.clone().filter(|verdict| verdict != "published"),
        }
    }

    fn key(&self, cases: &Cases, list: &str) -> Key {
        let Some(entry) = self.entry else {
            return Key {
                list: list.to_owned(),
                ..Key::default()
            };
        };
        let region = self.row.as_ref().map(|r| r.record.region.clone());
        key(cases, entry, region.filter(|r| !r.is_empty()), &self.rule)
    }

    fn terms(&self, bar_months: u32, other_open: bool, outgoing: bool) -> RepairTerms {
        let repair = self.entry.map(|e| &e.repair);
        let negative = self.entry.is_some_and(|e| e.polarity == Polarity::Negative);
        RepairTerms {
            earliest: self.earliest,
            repairable: negative && repair.is_some_and(|r| r.repairable),
            channel: repair.map_or(RepairChannel::None, |r| r.channel),
            effect: repair.map_or(RepairEffect::None, |r| r.effect),
            barred_until: self.barred_until,
            other_open,
            bar_months,
            outgoing,
        }
    }

    fn policy(&self) -> Policy {
        self.entry.map_or(NOTHING, |e| Policy {
            annotates: e.objection.annotates_display,
            suspends: e.objection.suspends_measures,
        })
    }
}

/// What limits are looked up by: the layer of a local list, else the regime that computed the dates.
pub(super) fn key(cases: &Cases, entry: &ListEntry, region: Option<String>, rule: &str) -> Key {
    let base = cases.catalogue.layer_of(entry).is_none_or(|l| l.is_base);
    let regime = rule.split(['.', '+']).next().unwrap_or_default();
    Key {
        category: entry.category.code().to_owned(),
        list: entry.code.clone(),
        jurisdiction: region.unwrap_or_else(|| entry.territory.clone()),
        rule_set: if base { regime } else { &entry.layer }.to_owned(),
    }
}

impl Cases {
    /// Makes the case of a part, as it is opened; nothing is written.
    pub(super) fn open_part(
        &self,
        tx: &mut Tx<'_>,
        submission: &Submission,
        part: &Part<'_>,
        paper: Option<&PaperEntry>,
        now: Moment,
    ) -> Result<StoredCase, CaseError> {
        let received = paper.map_or_else(|| civil_date(submission.at), |p| p.received_on);
        let list = part.target.map_or("", |t| t.list.as_str());
        let record = match part.target {
            Some(target) => Some(Record::of(self, tx, target, received)?),
            None => None,
        };
        let key = match &record {
            Some(record) => record.key(self, list),
            None => Key::default(),
        };
        let mut draft = Draft {
            record_id: part.target.map(|t| t.record.clone()),
            list: list.to_owned(),
            note: note(submission, part, record.as_ref().and_then(Record::ended)),
            track: Track::new(part.authority_code.to_owned(), key, received),
        };
        if let Some(paper) = paper {
            // who entered it does not decide it
            draft.track.handlers.insert(paper.officer.clone());
            draft.note.entered = Some((paper.officer.clone(), civil_date(paper.entered_at)));
        }
        let opened = match &submission.form {
            Form::Repair(_) => self.repair(tx, &mut draft, record.as_ref(), received)?,
            Form::Objection(form) => {
                let about = form.target.as_deref().unwrap_or_default();
                self.objection(tx, &mut draft, record.as_ref(), form.kind, about)?
            }
            Form::Complaint(form) => {
                self.complaint(tx, &mut draft, &form.objection, form.replied_on, received)?
            }
        };
        Ok(self.with_due(StoredCase {
            id: CaseId::of_part(&submission.number, part.part)
                .as_str()
                .to_owned(),
            application: Some(submission.number.clone()),
            part: part.part,
            record_id: draft.record_id,
            list: draft.list,
            opened_on: received,
            updated_at: now,
            due: None,
            version: 0,
            told_steps: -1,
            pending: true,
            sync_seq: None,
            current: opened.clone(),
            opened,
            note: draft.note,
            forgotten: false,
        }))
    }

    fn repair(
        &self,
        tx: &mut Tx<'_>,
        draft: &mut Draft,
        record: Option<&Record<'_>>,
        received: NaiveDate,
    ) -> Result<Case, CaseError> {
        let other_open = match &draft.record_id {
            Some(id) => tx.has_open_repair(id)?,
            None => false,
        };
        let unknown = Record {
            row: None,
            entry: None,
            rule: String::new(),
            earliest: None,
            barred_until: None,
        };
        let terms = record.unwrap_or(&unknown).terms(
            self.limits.bar_months,
            other_open,
            !self.tells.platforms.is_empty(),
        );
        let refused = terms.admit(received).err();
        let mut case = Repair::draft(draft.track.clone(), terms);
        // What the law excludes never becomes an application (domain.md 7.3, eligibility pre-check); it is opened as what it
        // is, so that it is answered, counted and can be objected to.
        if let Some(refusal) = refused {
            let words = refusal.words();
            draft.note.refused = Some((words.zh, words.en));
            case.state = match refusal {
                Refusal::OtherChannel => RepairState::Misdirected,
                _ => RepairState::NotAccepted,
            };
        }
        Ok(Case::Repair(case))
    }

    fn objection(
        &self,
        tx: &mut Tx<'_>,
        draft: &mut Draft,
        record: Option<&Record<'_>>,
        kind: ObjectionType,
        about: &str,
    ) -> Result<Case, CaseError> {
        let target = objection_target(record, kind);
        // an objection to a notice goes to the authority of the entry that it names
        let by_notice = match notice::named(about) {
            Some(id) => tx.case_of_notice(id)?.as_deref().and_then(CaseId::parse),
            None => None,
        };
        if let Some(named) = by_notice.or_else(|| CaseId::in_text(about))
            && let Some(entry) = tx.case(named.as_str())?
        {
            draft.track.authority = entry.authority().to_owned();
            draft.track.key = entry.current.track().key.clone();
            draft.note.authority_name = entry.note.authority_name;
            draft.note.document_number = Some(entry.id);
            draft.list = entry.list;
        }
        let policy = record.map_or(NOTHING, Record::policy);
        Ok(Case::Objection(Objection::submitted(
            draft.track.clone(),
            target,
            policy,
        )))
    }

    /// A complaint is about the answer to an objection: it takes authority, record and policy from it.
    fn complaint(
        &self,
        tx: &mut Tx<'_>,
        draft: &mut Draft,
        objection: &str,
        told_reply: Option<NaiveDate>,
        received: NaiveDate,
    ) -> Result<Case, CaseError> {
        let rules = self.rules();
        let mut found: Vec<(StoredCase, Objection)> = tx
            .cases_of(objection)?
            .into_iter()
            .filter_map(|case| match &case.current {
                Case::Objection(o) => Some((o.clone(), case)),
                _ => None,
            })
            .map(|(objection, case)| (case, objection))
            .collect();
        // the part that was answered last, else one whose answer is overdue, else the first
        found.sort_by_key(|(_, o)| {
            let answered = o.ended_on.filter(|_| o.state.is_answered());
            std::cmp::Reverse((answered, o.is_overdue(received, &rules)))
        });
        let Some((of, about)) = found.into_iter().next() else {
            // nothing is known here of that objection: what the applicant says of its reply is examined by the group
            return Ok(Case::Complaint(Complaint::submitted(
                draft.track.clone(),
                objection.to_owned(),
                told_reply,
                false,
                NOTHING,
            )));
        };
        of.authority().clone_into(&mut draft.track.authority);
        draft.track.key = about.track.key.clone();
        draft.record_id = of.record_id;
        draft.list = of.list;
        draft.note.authority_name = of.note.authority_name;
        draft.note.document_number = of.note.document_number;
        draft.note.objection_case = Some(of.id);
        Ok(Case::Complaint(Complaint::submitted(
            draft.track.clone(),
            objection.to_owned(),
            about.ended_on.filter(|_| about.state.is_answered()),
            about.is_overdue(received, &rules),
            about.policy.clone(),
        )))
    }

    /// The stored form of an entry that is being drawn up.
    pub(super) fn new_entry(&self, id: &CaseId, new: NewEntry, now: Moment) -> StoredCase {
        let opened = Case::Entry(new.entry);
        self.with_due(StoredCase {
            id: id.as_str().to_owned(),
            application: None,
            part: 0,
            record_id: new.record_id,
            list: new.list,
            opened_on: civil_date(now),
            updated_at: now,
            due: None,
            version: 0,
            told_steps: 0,
            pending: false,
            sync_seq: None,
            current: opened.clone(),
            opened,
            note: new.note,
            forgotten: false,
        })
    }
}

/// What is being put together of a case.
struct Draft {
    record_id: Option<String>,
    list: String,
    note: CaseNote,
    track: Track,
}

fn note(submission: &Submission, part: &Part<'_>, ended: Option<String>) -> CaseNote {
    let applicant = submission.form.applicant();
    CaseNote {
        document_number: part.target.map(|t| t.document_number.clone()),
        authority_name: part.authority_name.to_owned(),
        applicant: applicant.name.clone(),
        person: applicant.kind == ApplicantKind::Person,
        lang: submission.lang.clone(),
        email: applicant.email.clone(),
        ended,
        refused: None,
        objection_case: None,
        entered: None,
    }
}

/// What an objection is about, by its type and by the list of the record (GB22: contents, period, result of a repair).
fn objection_target(record: Option<&Record<'_>>, kind: ObjectionType) -> ObjectionTarget {
    match kind {
        ObjectionType::RepairResult => return ObjectionTarget::RepairResult,
        ObjectionType::Period | ObjectionType::Overdue => return ObjectionTarget::Period,
        _ => {}
    }
    let Some(record) = record else {
        return ObjectionTarget::Notice;
    };
    let listed = record.entry.is_some_and(|e| {
        matches!(
            e.category,
            Category::SeriousList
                | Category::JudgmentDefaulter
                | Category::AbnormalOperations
                | Category::WatchList
                | Category::RedList
        )
    });
    let of_listing = matches!(
        kind,
        ObjectionType::NotToBeShown | ObjectionType::WrongSubject
    );
    if listed && of_listing {
        ObjectionTarget::Entry
    } else {
        ObjectionTarget::Record
    }
}
