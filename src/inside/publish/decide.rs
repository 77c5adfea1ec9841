//! The verdict on one record: pure, total, and the only place where a public record is made.

use chrono::{Datelike, NaiveDate};

use super::effects::Effects;
use super::expose::{self, FieldDoubt};
use super::public::{MaskedName, Note, PublicRecord, RecordParts, Why};
use crate::base::crypto::BlindKey;
use crate::domain::catalogue::{Catalogue, Exposure, ListEntry};
use crate::domain::fold::fold;
use crate::domain::kinds::SubjectKind;
use crate::domain::mask;
use crate::domain::rule::block::{Block, Case, hard_block};
use crate::domain::rule::clocks::{Clocks, Dated, clocks};
use crate::domain::rule::severity::SeverityTable;
use crate::domain::subject::citizen_id::CitizenId;
use crate::domain::workdays::WorkDays;
use crate::inside::raw::RawRecord;
use crate::inside::vault::{Decision, Review, ReviewState};

/// What verdicts are made by.
#[derive(Clone, Copy)]
pub(in crate::inside) struct Rules<'a> {
    /// Catalogue.
    pub catalogue: &'a Catalogue,
    /// Severity table.
    pub severity: &'a SeverityTable,
    /// Working days, for the note of late publication.
    pub calendar: &'a WorkDays,
    /// Key of the blind index.
    pub blind: &'a BlindKey,
}

/// What stands around a record in the vault.
#[derive(Clone, Copy)]
pub(in crate::inside) struct Standing<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// The provider's complete current list no longer holds it.
    pub removed: bool,
    /// Civil date of its first publication, if it was published before.
    pub displayed_from: Option<NaiveDate>,
    /// Decisions taken on it.
    pub decisions: &'a [Decision],
    /// Reviews of its free text.
    pub reviews: &'a [Review],
    /// Keyed hash of (field, text), as reviews keep it.
    pub text_hash: &'a dyn Fn(&str, &str) -> String,
}

/// What becomes of a record on a civil date.
#[derive(Debug)]
pub(in crate::inside) enum Verdict {
    /// It is shown.
    Publish(Box<PublicRecord>),
    /// A reviewer must look first.
    Held(Vec<FieldDoubt>),
    /// It is not shown, for this reason.
    Withheld(Block),
    /// It was shown and no longer is.
    Ended(Why),
}

/// A verdict with the civil date on which it may change by itself.
#[derive(Debug)]
pub(in crate::inside) struct Decided {
    /// The verdict.
    pub verdict: Verdict,
    /// When to look again, without any new fact.
    pub next_due: Option<NaiveDate>,
}

/// Judges one record on a civil date. The same record, rules and date always give the same verdict.
pub(in crate::inside) fn decide(
    record: &RawRecord,
    standing: &Standing<'_>,
    rules: &Rules<'_>,
    today: NaiveDate,
) -> Decided {
    let effects = Effects::of(standing.decisions, today);
    let mut next = effects.next;
    let verdict = verdict(record, standing, rules, today, &effects, &mut next);
    Decided {
        verdict,
        next_due: next.filter(|d| *d > today),
    }
}

fn verdict(
    record: &RawRecord,
    standing: &Standing<'_>,
    rules: &Rules<'_>,
    today: NaiveDate,
    effects: &Effects,
    next: &mut Option<NaiveDate>,
) -> Verdict {
    if standing.removed {
        return Verdict::Ended(Why::Removed);
    }
    if let Some(why) = effects.ended {
        return Verdict::Ended(why);
    }
    let Some(entry) = rules.catalogue.list(&record.list) else {
        return Verdict::Withheld(Block::NotInCatalogue);
    };
    if let Some(block) = blocked(record, entry, today, next) {
        return withheld(block, standing);
    }
    let displayed_from = standing.displayed_from.unwrap_or(today);
    let dated = Dated {
        entry,
        kind: record.subject.kind,
        facts: &record.facts,
        decided_on: record.decided_on,
        published_on: displayed_from,
    };
    let mut computed = match clocks(rules.severity, &dated) {
        Ok(clocks) => clocks,
        Err(block) => return withheld(block, standing),
    };
    let held_at_max = effects.held_at_max || record.facts.hold_at_max.is_some();
    if held_at_max {
        computed.displayed_until = None;
    }
    if computed.displayed_until.is_some_and(|until| until <= today) {
        return withheld(Block::PeriodOver, standing);
    }
    soonest(next, computed.displayed_until);

    let exposed = expose::expose(record, entry);
    if let Some(block) = exposed.blocked {
        return withheld(block, standing);
    }
    match unsettled(exposed.doubts, standing.reviews, standing.text_hash) {
        Ok(()) => {}
        Err(doubts) => return Verdict::Held(doubts),
    }

    let (shown, masked) = shown_name(record, entry);
    let mut notes = Vec::new();
    for (applies, note) in [
        (effects.is_annotated(), Note::UnderObjection),
        (effects.corrected, Note::Corrected),
        (held_at_max, Note::HeldAtMaximum),
        (
            is_late(entry, rules.calendar, record.decided_on, displayed_from),
            Note::PublishedLate,
        ),
        (effects.reinstated, Note::Reinstated),
        (effects.is_resting(), Note::MeasuresSuspended),
    ] {
        if applies {
            notes.push(note);
        }
    }
    let hidden_name = masked || record.subject.kind == SubjectKind::NaturalPerson;
    let parts = RecordParts {
        id: standing.id.to_owned(),
        list: record.list.clone(),
        subject_kind: record.subject.kind,
        subject_name: String::new(),
        name_masked: masked,
        credit_code: record.subject.credit_code.clone(),
        other_codes: other_codes(record, entry),
        person_keys: if hidden_name {
            vec![rules.blind.term(&fold(record.subject.name.expose()))]
        } else {
            Vec::new()
        },
        document_number: record.document_number.clone(),
        authority_name: record.authority_name.clone(),
        authority_code: record.authority_code.clone(),
        provider_name: record.provider_name.clone(),
        provider_code: record.provider_code.clone(),
        region: record.region.clone(),
        decided_on: record.decided_on,
        displayed_from,
        displayed_until: computed.displayed_until,
        severity: computed.severity,
        earliest_repair: earliest_repair(computed.earliest_repair, effects),
        measures_until: measures_until(record, &computed, effects),
        notes,
        rule: computed.rule,
        rule_source: computed.source,
        catalogue: rules.catalogue.version_of(entry),
        masking: mask::MASKING_VERSION,
        fields: exposed.fields,
    };
    Verdict::Publish(Box::new(PublicRecord::publish(
        MaskedName::new(shown),
        parts,
    )))
}

/// After false material no repair is applied for before the bar is over, even where the display ends before.
fn earliest_repair(computed: Option<NaiveDate>, effects: &Effects) -> Option<NaiveDate> {
    effects.barred_until.max(computed)
}

/// The end of the measures, tolled or lifted, where it differs from that of the display.
fn measures_until(record: &RawRecord, computed: &Clocks, effects: &Effects) -> Option<NaiveDate> {
    let own = record.facts.valid_until.and_then(|d| d.succ_opt());
    match effects.measures_end(own) {
        end if end == own => computed.measures_until,
        end => end.filter(|d| Some(*d) != computed.displayed_until),
    }
}

/// The hard block of a record on a day, whatever its clocks say.
pub(in crate::inside) fn hard_block_of(
    record: &RawRecord,
    entry: &ListEntry,
    today: NaiveDate,
) -> Option<Block> {
    let cited = ["penalty_basis", "designation_basis"]
        .iter()
        .find_map(|k| record.fields.get(*k))
        .map_or("", |v| v.expose());
    let case = Case {
        entry,
        kind: record.subject.kind,
        facts: &record.facts,
        basis: &record.basis_document,
        document_number: &record.document_number,
        authority: &record.authority_name,
        cited_law: cited,
        age: age_at_decision(record),
        today,
    };
    hard_block(&case)
}

fn blocked(
    record: &RawRecord,
    entry: &ListEntry,
    today: NaiveDate,
    next: &mut Option<NaiveDate>,
) -> Option<Block> {
    let block = hard_block_of(record, entry, today);
    if block == Some(Block::NotFinal) {
        soonest(next, record.facts.final_on);
    }
    if let Some(date) = record.facts.repaired_on.filter(|d| *d > today) {
        soonest(next, Some(date));
    }
    if block.is_some() {
        return block;
    }
    if let Some((date, _)) = &record.facts.exited {
        if *date <= today {
            return Some(Block::Exited);
        }
        soonest(next, Some(*date));
    }
    let invalid = record
        .facts
        .licence_status
        .as_deref()
        .is_some_and(|s| matches!(s, "invalid" | "revoked"));
    invalid.then_some(Block::NotValid)
}

/// Age on the day of the decision: a record of a minor stays sealed when the person comes of age.
fn age_at_decision(record: &RawRecord) -> Option<u32> {
    let (_, number) = record.subject.identity.as_ref()?;
    let born = CitizenId::parse(number.expose()).ok()?.birth_date();
    let on = record.decided_on;
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    u32::try_from(on.year() - born.year() - i32::from(!had_birthday)).ok()
}

fn soonest(next: &mut Option<NaiveDate>, date: Option<NaiveDate>) {
    if let Some(date) = date {
        *next = Some(next.map_or(date, |n| n.min(date)));
    }
}

/// A block on a record that was shown before is an end that its tombstone can name.
fn withheld(block: Block, standing: &Standing<'_>) -> Verdict {
    if standing.displayed_from.is_none() {
        return Verdict::Withheld(block);
    }
    match block {
        Block::PeriodOver | Block::NotValid => Verdict::Ended(Why::Expired),
        Block::Repaired => Verdict::Ended(Why::Repaired),
        Block::Exited => Verdict::Ended(Why::Delisted),
        Block::NoBasisDocument => Verdict::Ended(Why::Withdrawn),
        other => Verdict::Withheld(other),
    }
}

/// Doubts that no approval covers. An approval holds for the very text that was read, under the same masking rules.
pub(in crate::inside) fn unsettled(
    doubts: Vec<FieldDoubt>,
    reviews: &[Review],
    text_hash: &dyn Fn(&str, &str) -> String,
) -> Result<(), Vec<FieldDoubt>> {
    let approved = |d: &FieldDoubt| {
        reviews
            .iter()
            .filter(|r| r.field == d.field && r.state == ReviewState::Approved)
            .any(|r| r.text_hash == text_hash(&d.field, d.read.expose()))
    };
    if doubts.iter().all(approved) {
        Ok(())
    } else {
        Err(doubts)
    }
}

/// The name as shown, and whether something of it is hidden (domain.md 4.1).
pub(in crate::inside) fn shown_name(record: &RawRecord, entry: &ListEntry) -> (String, bool) {
    let raw = record.subject.name.expose();
    let shown = match record.subject.kind {
        SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => raw.to_owned(),
        SubjectKind::IndividualBusiness => mask::mask_business_name(raw, expose::operator(record)),
        SubjectKind::NaturalPerson if entry.persons.name == Exposure::Public => raw.to_owned(),
        SubjectKind::NaturalPerson => mask::mask_name(raw),
    };
    let masked = shown != raw;
    (shown, masked)
}

/// Codes beside the credit code that find the subject, where the catalogue makes them public or searchable.
fn other_codes(record: &RawRecord, entry: &ListEntry) -> Vec<String> {
    [
        "registration_number",
        "org_code",
        "institution_number",
        "social_org_number",
        "lei",
    ]
    .iter()
    .filter(|key| {
        entry.field(key).is_some_and(|rule| {
            matches!(
                rule.exposure_for(record.subject.kind),
                Exposure::Public | Exposure::ExactOnly
            )
        })
    })
    .filter_map(|key| record.fields.get(*key))
    .map(|v| v.expose().trim().to_uppercase())
    .filter(|v| !v.is_empty())
    .collect()
}

/// Later than the time limit of T08, T09. A provisional calendar never brands a record as late.
fn is_late(
    entry: &ListEntry,
    calendar: &WorkDays,
    decided_on: NaiveDate,
    displayed_from: NaiveDate,
) -> bool {
    let last = entry.publish_by(calendar, decided_on);
    last.is_some_and(|last| displayed_from > last)
}
