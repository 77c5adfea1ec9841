//! Fills the names in a list's file with what they stand for.

use std::collections::BTreeMap;

use super::file::{Change, FieldFile, ListFile, Shared};
use super::load::{CatalogueError, Place};
use super::{Basis, Exposure, FieldRule, ListEntry, Measure, PersonPolicy, Repair, TimeLimit};
use crate::domain::kinds::Words;

/// How deep sets of fields may include one another.
const DEEPEST: usize = 6;

/// The shared definitions, and the file that refers to them.
pub(super) struct Filler<'a> {
    shared: &'a Shared,
    file: &'a str,
}

impl<'a> Filler<'a> {
    pub fn new(shared: &'a Shared, file: &'a str) -> Self {
        Self { shared, file }
    }

    fn error(&self, table: &str, key: &str, message: impl Into<String>) -> CatalogueError {
        CatalogueError::new(self.file, table, key, message)
    }

    /// What a name stands for.
    fn find<T>(
        &self,
        all: &'a BTreeMap<String, T>,
        kind: &str,
        name: &str,
        table: &str,
        key: &str,
    ) -> Result<&'a T, CatalogueError> {
        all.get(name).ok_or_else(|| {
            let near: Vec<&str> = all.keys().map(String::as_str).collect();
            let told = format!(
                "no [{kind}.{name}] in any file; there are {}",
                near.join(", ")
            );
            self.error(table, key, told)
        })
    }

    fn given<T>(&self, value: Option<T>, key: &str) -> Result<T, CatalogueError> {
        value.ok_or_else(|| {
            self.error(
                "top level",
                key,
                "is missing, here and in the list that it takes from",
            )
        })
    }

    pub fn bases(
        &self,
        names: &[String],
        table: &str,
        key: &str,
    ) -> Result<Vec<Basis>, CatalogueError> {
        let find = |n: &String| {
            self.find(&self.shared.basis, "basis", n, table, key)
                .cloned()
        };
        names.iter().map(find).collect()
    }

    pub fn limits(&self, names: &[String]) -> Result<Vec<TimeLimit>, CatalogueError> {
        let find = |n: &String| {
            self.find(&self.shared.limit, "limit", n, "top level", "limits")
                .cloned()
        };
        names.iter().map(find).collect()
    }

    /// The whole entry.
    pub fn entry(&self, list: ListFile, place: Place<'_>) -> Result<ListEntry, CatalogueError> {
        let shared = self.shared;
        let top = "top level";
        let named = |name: Option<String>, key: &str| self.given(name, key);
        let persons = self.persons(&named(list.persons, "persons")?)?;
        let more = list.more_fields.unwrap_or_default();
        let fieldset = named(list.fieldset, "fieldset")?;
        let fields = self.fields(&fieldset, &more, &list.change, &persons)?;
        let procedure = match &list.procedure {
            Some(name) => self
                .find(&shared.procedure, "procedure", name, top, "procedure")?
                .clone(),
            None => super::file::ProcedureFile::default(),
        };
        let measures = list.measures.unwrap_or_default();
        let measures: Result<Vec<_>, _> = measures.iter().map(|m| self.measure(m)).collect();
        let remedies = named(list.remedies, "remedies")?;
        let periods = named(list.periods, "periods")?;
        let objection = named(list.objection, "objection")?;
        let contact = named(list.contact, "contact")?;
        let repair = named(list.repair, "repair")?;
        Ok(ListEntry {
            code: list.code,
            layer: place.layer.to_owned(),
            narrows: place.narrows,
            origin: list.origin.unwrap_or_default(),
            name: self.given(list.name, "name")?,
            summary: list.summary.unwrap_or_default(),
            standard: list.standard.unwrap_or_default(),
            category: self.given(list.category, "category")?,
            polarity: self.given(list.polarity, "polarity")?,
            level: list.level.unwrap_or(place.level),
            territory: list.territory.unwrap_or_else(|| place.territory.to_owned()),
            subject_kinds: self.given(list.subject_kinds, "subject_kinds")?,
            basis_status: self.given(list.basis_status, "basis_status")?,
            basis: self.bases(&list.basis.unwrap_or_default(), top, "basis")?,
            head: list.head,
            attributes: self.given(list.attributes, "attributes")?,
            template: self.given(list.template, "template")?,
            fields,
            persons,
            periods: self
                .find(&shared.periods, "periods", &periods, top, "periods")?
                .clone(),
            entry_conditions: list.entry_conditions.unwrap_or_default(),
            entry_procedure: or_shared(list.entry_procedure, procedure.entry),
            exit_conditions: list.exit_conditions.unwrap_or_default(),
            exit_procedure: or_shared(list.exit_procedure, procedure.exit),
            repair: self.repair(&repair)?,
            measures: measures?,
            remedies: self
                .find(&shared.remedies, "remedies", &remedies, top, "remedies")?
                .clone(),
            prior_notice: list.prior_notice.unwrap_or_default(),
            objection: self
                .find(&shared.objection, "objection", &objection, top, "objection")?
                .clone(),
            limits: self.limits(&list.limits.unwrap_or_default())?,
            contact: self
                .find(&shared.contact, "contact", &contact, top, "contact")?
                .clone(),
            refresh_days: list.refresh_days,
            publish_within_working_days: list.publish_within_working_days,
            final_only: list.final_only.unwrap_or_default(),
        })
    }

    fn measure(&self, name: &str) -> Result<Measure, CatalogueError> {
        let file = self.find(
            &self.shared.measure,
            "measure",
            name,
            "top level",
            "measures",
        )?;
        Ok(Measure {
            code: name.to_owned(),
            name: file.name.clone(),
            incentive: file.incentive,
            force: file.force,
            subject_kinds: file.subject_kinds.clone(),
            executing_unit: file.executing_unit.clone(),
            duration: file.duration.clone(),
            months: file.months,
            basis_max_months: file.basis_max_months,
            basis: self.bases(&file.basis, &format!("measure.{name}"), "basis")?,
            status: file.status,
        })
    }

    fn repair(&self, name: &str) -> Result<Repair, CatalogueError> {
        let file = self.find(&self.shared.repair, "repair", name, "top level", "repair")?;
        let exclusion = self.bases(
            &file.exclusion_basis,
            &format!("repair.{name}"),
            "exclusion_basis",
        )?;
        Ok(Repair {
            repairable: file.repairable,
            exclusion_basis: exclusion,
            channel: file.channel,
            external_url: file.external_url.clone(),
            effect: file.effect,
            conditions: file.conditions.clone(),
            materials: file.materials.clone(),
            procedure: file.procedure.clone(),
        })
    }

    fn persons(&self, name: &str) -> Result<PersonPolicy, CatalogueError> {
        let file = self.find(
            &self.shared.persons,
            "persons",
            name,
            "top level",
            "persons",
        )?;
        Ok(PersonPolicy {
            published: file.published,
            basis: self.bases(&file.basis, &format!("persons.{name}"), "basis")?,
            name: file.name,
            id_number: file.id_number,
            browse: file.browse,
            export: file.export,
            search_engines: file.search_engines,
        })
    }

    fn fields(
        &self,
        set: &str,
        more: &[String],
        change: &BTreeMap<String, Change>,
        persons: &PersonPolicy,
    ) -> Result<Vec<FieldRule>, CatalogueError> {
        let mut keys = Vec::new();
        self.keys_of(set, DEEPEST, &mut keys)?;
        keys.extend(more.iter().cloned());
        if let Some(key) = change.keys().find(|k| !keys.contains(k)) {
            let told = format!("the list has no such field: its set is {set}");
            return Err(self.error("change", key, told));
        }
        let default = Change::default();
        let rule = |key: &String| {
            let file = self.find(&self.shared.field, "field", key, "top level", "fieldset")?;
            Ok(field_rule(
                key,
                file,
                change.get(key).unwrap_or(&default),
                persons,
            ))
        };
        keys.iter().map(rule).collect()
    }

    fn keys_of(
        &self,
        set: &str,
        depth: usize,
        keys: &mut Vec<String>,
    ) -> Result<(), CatalogueError> {
        if depth == 0 {
            let told = format!("sets of fields include one another more than {DEEPEST} deep");
            return Err(self.error(&format!("set.{set}"), "include", told));
        }
        let found = self.find(&self.shared.set, "set", set, "top level", "fieldset")?;
        for inner in &found.include {
            self.keys_of(inner, depth - 1, keys)?;
        }
        for key in &found.fields {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        Ok(())
    }
}

fn or_shared(own: Option<Vec<Words>>, shared: Vec<Words>) -> Vec<Words> {
    own.unwrap_or(shared)
}

/// A field of a list. The person policy decides how a natural person's name and document number leave.
fn field_rule(key: &str, file: &FieldFile, change: &Change, persons: &PersonPolicy) -> FieldRule {
    let by_policy = match key {
        "subject_name" => Some(persons.name),
        "subject_id_number" => Some(persons.id_number),
        _ => None,
    };
    let shown = |e: Exposure| {
        if persons.published {
            e
        } else {
            Exposure::Never
        }
    };
    let natural = change
        .natural_person
        .or(by_policy)
        .or(file.natural_person)
        .or(change.exposure)
        .unwrap_or(file.exposure);
    FieldRule {
        key: key.to_owned(),
        name: change.name.clone().unwrap_or_else(|| file.name.clone()),
        kind: file.kind,
        required: change.required.unwrap_or(file.required),
        exposure: change.exposure.unwrap_or(file.exposure),
        exposure_individual_business: change.individual_business.or(file.individual_business),
        exposure_natural_person: Some(shown(natural)),
        export: change.export.unwrap_or(file.export),
    }
}
