//! A proposal: a complete raw record, typed as an import types it, with an entry of the catalogue that may take it.

use std::path::Path;

use super::notes::EntryNotes;
use super::{Entries, EntryError, Held, ready};
use crate::domain::cases::entry::EntryTerms;
use crate::domain::cases::{Actor, Entry, Key, Refusal, Role, Track};
use crate::domain::catalogue::{Category, ListEntry};
use crate::domain::kinds::SubjectKind;
use crate::domain::rule::block::Block;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseId, CaseNote, NewEntry};
use crate::inside::intake::one::{self, Asked, NoRow};
use crate::inside::intake::{Body, ImportError};
use crate::inside::raw::RawRecord;
use crate::inside::vault::entry::EntryHead;

/// What a desk typed for one subject.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Catalogue list.
    pub list: String,
    /// Values by canonical key, or by header of the list's template.
    pub cells: Vec<(String, String)>,
    /// Document that the proposal rests on.
    pub basis_document: String,
    /// Name of the authority that proposes; where it is empty the catalogue's, if it is the list's own.
    pub authority_name: String,
}

/// Number that stands until the decision is signed.
const UNSIGNED: &str = "拟列入（未签发）";

impl From<NoRow> for EntryError {
    fn from(why: NoRow) -> Self {
        match why {
            NoRow::Faulty(findings) => Self::Faulty(findings),
            NoRow::Rows(rows) => Self::Rows(rows),
            NoRow::Import(ImportError::UnknownList { .. }) => Self::Blocked(Block::NotInCatalogue),
            NoRow::Import(other) => Self::File(other.to_string()),
        }
    }
}

impl Entries {
    /// The columns that a form of a list asks for.
    ///
    /// # Errors
    /// When the catalogue has no such list.
    pub(in crate::inside) fn asked(&self, list: &str) -> Result<Vec<Asked>, EntryError> {
        let mut all = one::asked(&self.cases.catalogue, list).map_err(NoRow::from)?;
        // what the decision brings is not asked for before it
        all.retain(|a| {
            !matches!(
                a.key.as_str(),
                "document_number" | "decided_on" | "exited_on" | "exit_reason" | "exit_authority"
            )
        });
        Ok(all)
    }

    /// The raw record of what was typed; nothing is written.
    ///
    /// # Errors
    /// [`EntryError::Faulty`] with every fault.
    pub(in crate::inside) fn read_form(
        &self,
        typed: &Typed,
        by: &Actor,
        now: Moment,
    ) -> Result<RawRecord, EntryError> {
        let mut cells = typed.cells.clone();
        cells.retain(|(_, value)| !value.trim().is_empty());
        let body = self.body(&typed.list, by, &typed.authority_name);
        for (key, value) in supplied(body.as_ref(), now) {
            if !cells.iter().any(|(known, _)| *known == key) {
                cells.push((key, value));
            }
        }
        let record = one::typed(
            &self.cases.catalogue,
            &typed.list,
            &cells,
            body.as_ref(),
            now,
        )?;
        Ok(record)
    }

    /// The raw record of the only row of a file; nothing is written.
    ///
    /// # Errors
    /// [`EntryError::Faulty`], [`EntryError::Rows`], [`EntryError::File`].
    pub(in crate::inside) fn read_file(
        &self,
        list: &str,
        path: &Path,
        authority_name: &str,
        by: &Actor,
        now: Moment,
    ) -> Result<RawRecord, EntryError> {
        let body = self.body(list, by, authority_name);
        let more = supplied(body.as_ref(), now);
        let catalogue = &self.cases.catalogue;
        Ok(one::of_file(
            catalogue,
            list,
            path,
            &more,
            body.as_ref(),
            now,
        )?)
    }

    /// The authority of who proposes, as it was told or where the catalogue knows its name.
    fn body(&self, list: &str, by: &Actor, told: &str) -> Option<Body> {
        if !told.trim().is_empty() {
            return Some(Body {
                name: told.trim().to_owned(),
                code: by.authority.clone(),
            });
        }
        let contact = &self.cases.catalogue.list(list)?.contact;
        (contact.credit_code == by.authority).then(|| Body {
            name: contact.name.zh.clone(),
            code: contact.credit_code.clone(),
        })
    }

    /// Proposes what was typed. Answers the case.
    ///
    /// # Errors
    /// [`EntryError`]; when the cross-check finds something, the draft stays with its evidence.
    pub fn propose(&self, typed: &Typed, by: &Actor, now: Moment) -> Result<CaseId, EntryError> {
        let record = self.read_form(typed, by, now)?;
        self.propose_record(record, &typed.basis_document, by, now)
    }

    /// Proposes the only row of a file; what [`Typed`] says of list, document and authority holds, and its cells do not.
    /// Answers the case.
    ///
    /// # Errors
    /// As [`Self::propose`].
    pub fn propose_file(
        &self,
        path: &Path,
        typed: &Typed,
        by: &Actor,
        now: Moment,
    ) -> Result<CaseId, EntryError> {
        let record = self.read_file(&typed.list, path, &typed.authority_name, by, now)?;
        self.propose_record(record, &typed.basis_document, by, now)
    }

    /// Proposes a record.
    ///
    /// # Errors
    /// As [`Self::propose`].
    pub(in crate::inside) fn propose_record(
        &self,
        record: RawRecord,
        basis_document: &str,
        by: &Actor,
        now: Moment,
    ) -> Result<CaseId, EntryError> {
        let list = self
            .cases
            .catalogue
            .list(&record.list)
            .ok_or(EntryError::Blocked(Block::NotInCatalogue))?;
        ready(list).map_err(EntryError::ListUnready)?;
        if !list.subject_kinds.contains(&record.subject.kind) {
            return Err(EntryError::Blocked(Block::NotInCatalogue));
        }
        by.may(&[Role::Handler], &record.authority_code)?;
        if basis_document.trim().is_empty() {
            return Err(Refusal::Missing("basis_document").into());
        }
        let today = civil_date(now);
        let track = Track::new(
            record.authority_code.clone(),
            self.key(list, &record.region),
            today,
        );
        let new = NewEntry {
            entry: Entry::draft(track, terms(list, &record)),
            list: list.code.clone(),
            record_id: None,
            note: CaseNote {
                authority_name: record.authority_name.clone(),
                person: record.subject.kind == SubjectKind::NaturalPerson,
                ..CaseNote::default()
            },
        };
        let polarity = list.polarity;
        let key = self.cases.vault.subject_key(&record.subject);
        let valid_until = record.facts.valid_until;
        let opened = self.cases.open_entry_with(new, by, now, |tx, case| {
            let held = Held {
                head: EntryHead {
                    case: case.id.clone(),
                    list: case.list.clone(),
                    authority: case.authority().to_owned(),
                    polarity,
                    state: case.current.state().0.to_owned(),
                    subject_key: key,
                    record_id: None,
                    notice: None,
                    valid_until,
                    made_at: now,
                    changed_at: now,
                },
                notes: EntryNotes {
                    basis_document: basis_document.trim().to_owned(),
                    authority_name: record.authority_name.clone(),
                    ..EntryNotes::default()
                },
                record,
            };
            Ok(tx.put_entry(&held)?)
        })?;
        let id = CaseId::parse(&opened.id).ok_or(crate::inside::cases::CaseError::Unknown)?;
        self.hand_in(&id, by, now)?;
        Ok(id)
    }

    /// What limits of an entry are looked up by: the layer of a local list, and the region of its authority.
    fn key(&self, list: &ListEntry, region: &str) -> Key {
        let layer = self.cases.catalogue.layer_of(list);
        Key {
            category: list.category.code().to_owned(),
            list: list.code.clone(),
            jurisdiction: if region.is_empty() {
                list.territory.clone()
            } else {
                region.to_owned()
            },
            rule_set: layer
                .filter(|l| !l.is_base)
                .map_or_else(String::new, |l| l.code.clone()),
        }
    }
}

/// What every proposal has until it is signed, and the authority of who proposes.
fn supplied(body: Option<&Body>, now: Moment) -> Vec<(String, String)> {
    let mut more = vec![
        ("document_number", UNSIGNED.to_owned()),
        ("decided_on", civil_date(now).to_string()),
    ];
    if let Some(Body { name, code }) = body {
        more.push(("authority_name", name.clone()));
        more.push(("authority_code", code.clone()));
        more.push(("source_name", name.clone()));
        more.push(("source_code", code.clone()));
    }
    more.into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// What the catalogue says of an entry of a list, on the day on which it is drawn up.
fn terms(list: &ListEntry, record: &RawRecord) -> EntryTerms {
    EntryTerms {
        polarity: list.polarity,
        serious: list.category == Category::SeriousList,
        head: list.head,
        natural_person: record.subject.kind == SubjectKind::NaturalPerson,
        party_notice: list.prior_notice.party_notice,
        prior_notice: list.prior_notice.public_notice_working_days > 0,
        conditions: ready(list).is_ok(),
        valid_until: record.facts.valid_until,
    }
}
