//! The typed form of the catalogue (公共信用信息目录): what is published, of whom, how masked, for how long.
//!
//! A catalogue is data. Files of `index/catalogue/` (or of a directory given at run time) are read into
//! these types by [`load`]; [`check`] refuses what is unlawful or incomplete. A national base comes first,
//! local supplements (补充目录) may only add lists or be stricter.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub mod check;
mod file;
mod fill;
pub mod load;
mod narrow;
mod words;

pub use words::*;

use super::kinds::{Domain, Polarity, Severity, SubjectKind, Words, vocabulary};
use super::workdays::WorkDays;

/// A legal basis: which instrument, which article, of what rank, in force where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Rank of the instrument.
    pub kind: InstrumentKind,
    /// Full title with document number, as cited.
    pub title: Words,
    /// Article, as cited (for instance 第十二条); empty when the whole instrument is meant.
    #[serde(default)]
    pub article: String,
    /// Whether it may be relied on.
    pub status: BasisStatus,
    /// In force from this civil date, when known.
    #[serde(default)]
    pub effective_from: Option<NaiveDate>,
    /// First civil date on which it is no longer in force.
    #[serde(default)]
    pub effective_until: Option<NaiveDate>,
    /// Region in which it applies (GB/T 2260; 100000 is the whole country).
    #[serde(default)]
    pub territory: String,
}

/// One layer: the national base or a local supplement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Short code (`national`, `jiangsu`, …).
    pub code: String,
    /// Version of this layer's contents; every published record names it.
    pub version: String,
    /// True for the national base, false for a supplement.
    pub is_base: bool,
    /// Official name.
    pub name: Words,
    /// Region of effect (GB/T 2260; 100000 is the whole country).
    pub jurisdiction: String,
    /// What the layer itself rests on.
    pub basis: Vec<Basis>,
    /// In force from this civil date.
    pub effective_from: NaiveDate,
    /// First civil date on which it is no longer in force.
    #[serde(default)]
    pub effective_until: Option<NaiveDate>,
    /// Whether every 日 of this layer's rules means a working day (S1 art.26, R-063).
    #[serde(default)]
    pub all_days_are_working_days: bool,
    /// What the layer asks for, in plain words, for its page.
    #[serde(default)]
    pub notes: Vec<Words>,
    /// Defaults that this layer sets, stricter than the base, for records of its jurisdiction.
    #[serde(default)]
    pub limits: Vec<TimeLimit>,
}

/// A procedural time limit of domain.md 6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimit {
    /// Identifier of the table (`T01` to `T28`).
    pub id: String,
    /// What must happen.
    pub what: Words,
    /// Number of units.
    pub count: u32,
    /// Unit of the count.
    pub unit: LimitUnit,
    /// From which event it runs.
    pub from: Words,
    /// Source (document and article).
    pub source: String,
    /// A least time and not a longest one (public notice, comment periods): stricter then means longer.
    #[serde(default)]
    pub at_least: bool,
}

vocabulary! {
    /// Unit of a time limit.
    LimitUnit {
        WorkingDays = "working_days", "个工作日", "working days";
        CalendarDays = "calendar_days", "日", "days";
        Months = "months", "个月", "months";
    }
}

/// One field of a list: what it is and how it may leave the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Canonical key, stable English snake_case (`violation_facts`, `fine_amount`, …).
    pub key: String,
    /// Name on screen.
    pub name: Words,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether an import row without it is refused.
    #[serde(default)]
    pub required: bool,
    /// Exposure for organisations (L, U).
    pub exposure: Exposure,
    /// Exposure for individual businesses; as `exposure` when absent.
    #[serde(default)]
    pub exposure_individual_business: Option<Exposure>,
    /// Exposure for natural persons; as `exposure` when absent.
    #[serde(default)]
    pub exposure_natural_person: Option<Exposure>,
    /// Whether an export may carry it (domain.md 4.1, export column).
    #[serde(default = "yes")]
    pub export: bool,
}

fn yes() -> bool {
    true
}

impl FieldRule {
    /// How the field leaves the vault for a kind of subject.
    #[must_use]
    pub fn exposure_for(&self, kind: SubjectKind) -> Exposure {
        match kind {
            SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => self.exposure,
            SubjectKind::IndividualBusiness => {
                self.exposure_individual_business.unwrap_or(self.exposure)
            }
            SubjectKind::NaturalPerson => self.exposure_natural_person.unwrap_or(self.exposure),
        }
    }
}

/// How natural persons of a list are treated (R-005; default is no public display).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonPolicy {
    /// Whether natural persons are published at all.
    pub published: bool,
    /// Law, regulation, State Council decision or consent that orders or allows it; mandatory when published.
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// How the name is shown (`public` for real-name lists, else `mask_name`).
    pub name: Exposure,
    /// How the citizen id is shown on the record page; never in exports or the index.
    pub id_number: Exposure,
    /// Whether lists of persons can be browsed.
    #[serde(default)]
    pub browse: bool,
    /// Whether exports may hold persons.
    #[serde(default)]
    pub export: bool,
    /// Whether search engines may index the page.
    #[serde(default)]
    pub search_engines: bool,
}

vocabulary! {
    /// How the length of display is found.
    PeriodKind {
        BySeverity = "by_severity", "按失信严重程度", "by severity";
        Fixed = "fixed", "固定期限", "a fixed term";
        WhileValid = "while_valid", "有效期内", "while valid";
        UntilExit = "until_exit", "移出为止", "until exit";
        NotDisplayed = "not_displayed", "不公示", "not displayed";
    }
}

/// The disclosure period under one regime: which decisions it governs and how long they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodRegime {
    /// Regime code shown with each record (`R36`, `R58`, `SAMR107`, …).
    pub id: String,
    /// Governs decisions from this civil date on.
    pub decided_from: NaiveDate,
    /// First decision date that it no longer governs; open when absent.
    #[serde(default)]
    pub decided_until: Option<NaiveDate>,
    /// Source (document and article) as shown.
    pub source: Words,
    /// How the length is found.
    pub kind: PeriodKind,
    /// From which date the period runs.
    pub starts: PeriodStart,
    /// One row a severity (or one row without severity): months of display.
    #[serde(default)]
    pub terms: Vec<Term>,
    /// Code of a later regime of the same entry: a record still displayed when that one begins is shown
    /// until the earlier of the two ends (`transition=earlier_end`, domain.md 2.1).
    #[serde(default)]
    pub earlier_end_with: Option<String>,
}

vocabulary! {
    /// The day a disclosure period is counted from.
    PeriodStart {
        Decision = "decision", "决定之日", "date of the decision";
        Publication = "publication", "公布之日", "date of publication";
        ValidFrom = "valid_from", "有效期起", "start of validity";
    }
}

/// Months of display for one severity, or for every record of the regime when `severity` is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Severity that the row is for.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Key fields that the row is for; all when empty. A row that names the field wins.
    #[serde(default)]
    pub domains: Vec<Domain>,
    /// Whether it is displayed at all.
    pub displayed: bool,
    /// Months before repair may be asked for (最短公示期).
    pub min_months: u32,
    /// Months of display (最长公示期).
    pub max_months: u32,
}

/// How one gets out of a list, or has a record's display ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// Whether repair is possible; the default of the law is yes.
    pub repairable: bool,
    /// Basis of an exclusion; mandatory when not repairable and negative.
    #[serde(default)]
    pub exclusion_basis: Vec<Basis>,
    /// Who decides.
    pub channel: RepairChannel,
    /// Address of the outside system for `external_link`.
    #[serde(default)]
    pub external_url: String,
    /// What approval does.
    pub effect: RepairEffect,
    /// Conditions.
    pub conditions: Vec<Words>,
    /// What the applicant hands in.
    pub materials: Vec<Words>,
    /// Steps.
    pub procedure: Vec<Words>,
}

/// A measure that follows from an entry, with its own basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Stable code within the catalogue.
    pub code: String,
    /// What is done.
    pub name: Words,
    /// True for an incentive, false for a sanction.
    #[serde(default)]
    pub incentive: bool,
    /// Its force.
    pub force: MeasureForce,
    /// Whom it may be applied to.
    pub subject_kinds: Vec<SubjectKind>,
    /// Who carries it out.
    pub executing_unit: Words,
    /// For how long.
    pub duration: Words,
    /// Months that it lasts, where that is a number; absent when it ends with the entry.
    #[serde(default)]
    pub months: Option<u32>,
    /// Months that its basis allows at most, where it says so; the measure may not last longer.
    #[serde(default)]
    pub basis_max_months: Option<u32>,
    /// Legal basis; a measure without one is refused.
    pub basis: Vec<Basis>,
    /// Only `active` is shown as applied.
    pub status: BasisStatus,
}

vocabulary! {
    /// Kind of remedy (救济途径).
    RemedyKind {
        Objection = "objection", "异议申诉", "objection";
        Complaint = "complaint", "投诉", "complaint";
        Reconsideration = "reconsideration", "行政复议", "administrative reconsideration";
        Litigation = "litigation", "行政诉讼", "administrative litigation";
        CourtReview = "court_review", "向法院申请纠正、复议", "review by the court";
    }
}

/// One way to have a decision looked at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// Kind.
    pub kind: RemedyKind,
    /// Where.
    pub place: Words,
    /// Time limit in words.
    pub limit: Words,
    /// Source.
    pub basis: String,
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Name of the authority that answers for the list.
    pub name: Words,
    /// Unified social credit code, when there is one authority.
    #[serde(default)]
    pub credit_code: String,
    /// Responsible unit inside it.
    #[serde(default)]
    pub unit: Words,
    /// Office telephone (fictitious in the demonstration).
    #[serde(default)]
    pub phone: String,
    /// Office hours.
    #[serde(default)]
    pub hours: Words,
    /// Office address.
    #[serde(default)]
    pub address: Words,
}

/// The five attributes that a catalogue must state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    /// Whether it is displayed to the public.
    pub disclosable: bool,
    /// Whether it is shared between authorities.
    pub shareable: bool,
    /// With whom.
    pub scope: ShareScope,
    /// Disclosure period in words.
    pub disclosure_period: Words,
    /// Retention period in words.
    pub retention_period: Words,
}

/// Notice before a decision (事前公示 and 告知): never to be confused with disclosure (domain.md 0.2).
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorNotice {
    /// Whether the party must be told before the decision.
    #[serde(default)]
    pub party_notice: bool,
    /// Working days of public notice before the decision; 0 when none (T01).
    #[serde(default)]
    pub public_notice_working_days: u32,
    /// Source.
    #[serde(default)]
    pub basis: String,
}

/// What an accepted objection does meanwhile (domain.md 0.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionPolicy {
    /// The record is shown with a note (T28).
    pub annotates_display: bool,
    /// Measures rest while it is pending (T13).
    pub suspends_measures: bool,
    /// Working days to answer (T12).
    pub answer_working_days: u32,
    /// A complaint to the leading group is possible afterwards (S4).
    #[serde(default)]
    pub complaint: bool,
}

vocabulary! {
    /// Whether the authority decides the list itself or shows what another level pushed to it.
    Origin {
        Own = "own", "本级认定", "decided here";
        Pushed = "pushed", "上级推送", "pushed from another level";
    }
}

/// One entry of the catalogue: a list or kind of record, complete enough to be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListEntry {
    /// Stable code; `[a-z0-9_]+`; in URLs, files and the index.
    pub code: String,
    /// Layer that defines it; filled in by the loader.
    #[serde(default)]
    pub layer: String,
    /// Base entry that this one narrows for its territory: nothing in it may be wider or longer than there.
    #[serde(default)]
    pub narrows: Option<String>,
    /// Whether it is decided here or pushed from another level.
    #[serde(default)]
    pub origin: Origin,
    /// Name on screen.
    pub name: Words,
    /// One or two plain sentences for a citizen.
    pub summary: Words,
    /// Where the standard of designation is published (GB49, R-022).
    #[serde(default)]
    pub standard: Words,
    /// Rule family.
    pub category: Category,
    /// Polarity.
    pub polarity: Polarity,
    /// Territorial level.
    pub level: Level,
    /// Region of effect (GB/T 2260).
    pub territory: String,
    /// Kinds of subject that it may hold.
    pub subject_kinds: Vec<SubjectKind>,
    /// Status of the entry itself.
    pub basis_status: BasisStatus,
    /// Legal basis.
    pub basis: Vec<Basis>,
    /// Which of the four heads; mandatory for serious lists.
    #[serde(default)]
    pub head: Option<Head>,
    /// The five attributes of R-093.
    pub attributes: Attributes,
    /// Templates that its records arrive in (`penalty`, `licence`, `list`, `judgment_defaulter`, …).
    pub template: String,
    /// Fields and their exposure, in the order in which they are shown. What is not here is private.
    pub fields: Vec<FieldRule>,
    /// Natural persons.
    pub persons: PersonPolicy,
    /// Regimes of the disclosure period.
    pub periods: Vec<PeriodRegime>,
    /// Entry conditions (列入条件).
    pub entry_conditions: Vec<Words>,
    /// Entry procedure.
    pub entry_procedure: Vec<Words>,
    /// Exit conditions (移出条件).
    pub exit_conditions: Vec<Words>,
    /// Exit procedure.
    pub exit_procedure: Vec<Words>,
    /// Repair.
    pub repair: Repair,
    /// Measures.
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// Remedies.
    pub remedies: Vec<Remedy>,
    /// Notice before the decision.
    #[serde(default)]
    pub prior_notice: PriorNotice,
    /// Objection.
    pub objection: ObjectionPolicy,
    /// Procedural limits of this entry, beside its layer's.
    #[serde(default)]
    pub limits: Vec<TimeLimit>,
    /// Authority to turn to.
    pub contact: Contact,
    /// How often the provider must refresh, in days (T10).
    #[serde(default)]
    pub refresh_days: Option<u32>,
    /// Working days from decision to publication (T08, T09).
    #[serde(default)]
    pub publish_within_working_days: Option<u32>,
    /// Only decisions that can no longer be challenged are taken (`NOT_FINAL`, Zhejiang and Henan).
    #[serde(default)]
    pub final_only: bool,
}

impl Default for Origin {
    /// An authority's own decision is the rule.
    fn default() -> Self {
        Self::Own
    }
}

impl ListEntry {
    /// The rule of a field, if the list mentions it.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// The regime that governs a decision of a civil date.
    #[must_use]
    pub fn regime(&self, decided_on: NaiveDate) -> Option<&PeriodRegime> {
        self.periods.iter().find(|p| {
            p.decided_from <= decided_on && p.decided_until.is_none_or(|until| decided_on < until)
        })
    }

    /// Measures that may be shown as applied: those whose basis stands.
    pub fn active_measures(&self) -> impl Iterator<Item = &Measure> {
        self.measures
            .iter()
            .filter(|m| m.status == BasisStatus::Active)
    }

    /// The last day on which a record of this list is published in time (T08, T09). `None` where no limit is set, the calendar
    /// does not reach, or is provisional: that brands nobody as late.
    #[must_use]
    pub fn publish_by(&self, calendar: &WorkDays, decided_on: NaiveDate) -> Option<NaiveDate> {
        let days = self.publish_within_working_days?;
        let due = calendar.add(decided_on, days).ok()?;
        (!due.provisional).then_some(due.date)
    }

    /// Whether records of this list can be shown to the public at all.
    #[must_use]
    pub fn is_displayed(&self) -> bool {
        self.attributes.disclosable && self.basis_status == BasisStatus::Active
    }
}

/// Base and supplements together.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Catalogue {
    /// Layers, base first.
    pub layers: Vec<Layer>,
    /// Entries by code.
    pub lists: BTreeMap<String, ListEntry>,
}

impl Catalogue {
    /// The entry of a list.
    #[must_use]
    pub fn list(&self, code: &str) -> Option<&ListEntry> {
        self.lists.get(code)
    }

    /// The layer that defines a list.
    #[must_use]
    pub fn layer_of(&self, entry: &ListEntry) -> Option<&Layer> {
        self.layers.iter().find(|l| l.code == entry.layer)
    }

    /// `layer@version` of an entry, as each published record names it.
    #[must_use]
    pub fn version_of(&self, entry: &ListEntry) -> String {
        self.layer_of(entry).map_or_else(
            || entry.layer.clone(),
            |l| format!("{}@{}", l.code, l.version),
        )
    }

    /// Versions of all layers, base first (`national@2026.1 ankang@2026.1`): the name of the whole catalogue.
    #[must_use]
    pub fn version(&self) -> String {
        let parts: Vec<String> = self
            .layers
            .iter()
            .map(|l| format!("{}@{}", l.code, l.version))
            .collect();
        parts.join(" ")
    }

    /// Every measure of every list, in the order of lists; those under revision too.
    pub fn measures(&self) -> impl Iterator<Item = (&ListEntry, &Measure)> {
        self.lists
            .values()
            .flat_map(|l| l.measures.iter().map(move |m| (l, m)))
    }

    /// Measures that may be shown as applied: of displayed lists, on a basis that stands.
    pub fn shown_measures(&self) -> impl Iterator<Item = (&ListEntry, &Measure)> {
        self.displayed()
            .flat_map(|l| l.active_measures().map(move |m| (l, m)))
    }

    /// The time limit of an entry by its identifier (`T12`): its own, else its layer's, else the base's.
    #[must_use]
    pub fn limit<'a>(&'a self, entry: &'a ListEntry, id: &str) -> Option<&'a TimeLimit> {
        let base = self.layers.iter().find(|l| l.is_base);
        let own = entry.limits.iter();
        let layer = self.layer_of(entry).into_iter().flat_map(|l| &l.limits);
        let rest = base.into_iter().flat_map(|l| &l.limits);
        own.chain(layer).chain(rest).find(|t| t.id == id)
    }

    /// Every time limit of an entry: its own, then those of its layer and of the base that it does not set itself.
    #[must_use]
    pub fn limits_of<'a>(&'a self, entry: &'a ListEntry) -> Vec<&'a TimeLimit> {
        let base = self.layers.iter().find(|l| l.is_base);
        let layer = self.layer_of(entry);
        let all = entry
            .limits
            .iter()
            .chain(layer.into_iter().flat_map(|l| &l.limits))
            .chain(base.into_iter().flat_map(|l| &l.limits));
        let mut out: Vec<&TimeLimit> = Vec::new();
        for limit in all {
            if !out.iter().any(|known| known.id == limit.id) {
                out.push(limit);
            }
        }
        out
    }

    /// Lists that may be displayed, in code order.
    pub fn displayed(&self) -> impl Iterator<Item = &ListEntry> {
        self.lists.values().filter(|l| l.is_displayed())
    }
}
