//! The form of the catalogue's files: what may be written, before references are filled in.
//!
//! A catalogue is a set of texts by path: `LAYER/layer.toml` makes a layer of its directory, every other
//! `LAYER/CODE.toml` is a list, `LAYER/shared.toml` and the files outside layers hold what lists share:
//! fields, sets of fields, bases, measures, remedies, repairs, periods, and so on, each under a name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::load::CatalogueError;
use super::{
    Attributes, Basis, BasisStatus, Category, Contact, Exposure, FieldType, Head, Level,
    MeasureForce, ObjectionPolicy, Origin, PeriodRegime, PriorNotice, Remedy, RepairChannel,
    RepairEffect, TimeLimit,
};
use crate::domain::kinds::{Polarity, SubjectKind, Words};

/// What lists share, by kind and name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Shared {
    pub field: BTreeMap<String, FieldFile>,
    pub set: BTreeMap<String, SetFile>,
    pub basis: BTreeMap<String, Basis>,
    pub measure: BTreeMap<String, MeasureFile>,
    pub remedies: BTreeMap<String, Vec<Remedy>>,
    pub repair: BTreeMap<String, RepairFile>,
    pub periods: BTreeMap<String, Vec<PeriodRegime>>,
    pub persons: BTreeMap<String, PersonFile>,
    pub objection: BTreeMap<String, ObjectionPolicy>,
    pub procedure: BTreeMap<String, ProcedureFile>,
    pub limit: BTreeMap<String, TimeLimit>,
    pub contact: BTreeMap<String, Contact>,
}

/// A field of the dictionary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldFile {
    pub name: Words,
    #[serde(rename = "type")]
    pub kind: FieldType,
    #[serde(default)]
    pub required: bool,
    pub exposure: Exposure,
    pub individual_business: Option<Exposure>,
    pub natural_person: Option<Exposure>,
    #[serde(default = "yes")]
    pub export: bool,
}

fn yes() -> bool {
    true
}

/// A change that a list makes to a field of its set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Change {
    pub name: Option<Words>,
    pub required: Option<bool>,
    pub exposure: Option<Exposure>,
    pub individual_business: Option<Exposure>,
    pub natural_person: Option<Exposure>,
    pub export: Option<bool>,
}

/// Fields in the order in which they are shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetFile {
    #[serde(default)]
    pub include: Vec<String>,
    pub fields: Vec<String>,
}

/// A measure whose bases are named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureFile {
    pub name: Words,
    #[serde(default)]
    pub incentive: bool,
    pub force: MeasureForce,
    pub subject_kinds: Vec<SubjectKind>,
    pub executing_unit: Words,
    pub duration: Words,
    pub months: Option<u32>,
    pub basis_max_months: Option<u32>,
    #[serde(default)]
    pub basis: Vec<String>,
    pub status: BasisStatus,
}

/// A repair whose exclusion bases are named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RepairFile {
    pub repairable: bool,
    #[serde(default)]
    pub exclusion_basis: Vec<String>,
    pub channel: RepairChannel,
    #[serde(default)]
    pub external_url: String,
    pub effect: RepairEffect,
    #[serde(default)]
    pub conditions: Vec<Words>,
    #[serde(default)]
    pub materials: Vec<Words>,
    #[serde(default)]
    pub procedure: Vec<Words>,
}

/// A person policy whose bases are named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonFile {
    pub published: bool,
    #[serde(default)]
    pub basis: Vec<String>,
    pub name: Exposure,
    pub id_number: Exposure,
    #[serde(default)]
    pub browse: bool,
    #[serde(default)]
    pub export: bool,
    #[serde(default)]
    pub search_engines: bool,
}

/// Steps of entry and exit that several lists share.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ProcedureFile {
    pub entry: Vec<Words>,
    pub exit: Vec<Words>,
}

/// A layer whose bases and limits are named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerFile {
    pub code: String,
    pub version: String,
    #[serde(default)]
    pub is_base: bool,
    pub name: Words,
    pub jurisdiction: String,
    pub level: Level,
    pub basis: Vec<String>,
    pub effective_from: NaiveDate,
    pub effective_until: Option<NaiveDate>,
    #[serde(default)]
    pub all_days_are_working_days: bool,
    #[serde(default)]
    pub notes: Vec<Words>,
    #[serde(default)]
    pub limits: Vec<String>,
}

macro_rules! list_file {
    ($($field:ident: $kind:ty,)+) => {
        /// A list as written. All but the code may be taken from another list (`like = "CODE"`).
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct ListFile {
            pub code: String,
            pub like: Option<String>,
            pub level: Option<Level>,
            pub territory: Option<String>,
            #[serde(default)]
            pub change: BTreeMap<String, Change>,
            $(pub $field: Option<$kind>,)+
        }

        impl ListFile {
            /// This list, with what it does not say taken from another one; level and territory stay its own.
            pub fn over(self, other: Self) -> Self {
                let mut change = other.change;
                change.extend(self.change);
                Self {
                    code: self.code,
                    like: other.like,
                    level: self.level,
                    territory: self.territory,
                    change,
                    $($field: self.$field.or(other.$field),)+
                }
            }
        }
    };
}

list_file! {
    origin: Origin,
    name: Words,
    summary: Words,
    standard: Words,
    category: Category,
    polarity: Polarity,
    subject_kinds: Vec<SubjectKind>,
    basis_status: BasisStatus,
    basis: Vec<String>,
    head: Head,
    attributes: Attributes,
    template: String,
    fieldset: String,
    more_fields: Vec<String>,
    persons: String,
    periods: String,
    entry_conditions: Vec<Words>,
    exit_conditions: Vec<Words>,
    procedure: String,
    entry_procedure: Vec<Words>,
    exit_procedure: Vec<Words>,
    repair: String,
    measures: Vec<String>,
    remedies: String,
    prior_notice: PriorNotice,
    objection: String,
    limits: Vec<String>,
    contact: String,
    refresh_days: u32,
    publish_within_working_days: u32,
    final_only: bool,
}

/// Reads one text; an error names file, line, table and key.
pub(super) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogueError> {
    toml::from_str(text).map_err(|e| {
        let at = e.span().map_or(0, |s| s.start.min(text.len()));
        let before = text.get(..at).unwrap_or(text);
        let start_of_line = before.rfind('\n').map_or(0, |i| i + 1);
        let line_text = text
            .get(start_of_line..)
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        let header = |l: &&str| l.starts_with('[') && l.trim_end().ends_with(']');
        let table = before
            .lines()
            .chain([line_text])
            .rfind(header)
            .unwrap_or("top level");
        let key = line_text.split(['=', '[', '{']).next().unwrap_or_default();
        CatalogueError {
            file: file.to_owned(),
            line: Some(before.matches('\n').count() + 1),
            table: table.trim().trim_matches(['[', ']']).to_owned(),
            key: key.trim().to_owned(),
            message: e.message().trim().replace('\n', "; "),
        }
    })
}
