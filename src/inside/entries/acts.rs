//! What officers do with an entry: the machine's acts, guarded by what only the vault and the catalogue know.

use chrono::NaiveDate;

use super::notes::EntryNotes;
use super::preview::{NotYet, trial};
use super::{Entries, EntryError, Held, Mark};
use crate::domain::cases::entry::{Checked, ReinstateGround, Screening};
use crate::domain::cases::{Actor, Case, Entry, EntryEvent, Event, ExitReason, Refusal, Role};
use crate::domain::kinds::Polarity;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, CaseId};
use crate::inside::publish::board::Prior;
use crate::inside::publish::expose::expose;
use crate::inside::raw::{MarkKind, RawRecord, RawText};
use crate::inside::vault::cases::StoredCase;
use crate::inside::vault::entry::ApprovedText;
use crate::inside::vault::{BatchMode, NewBatch, ReviewState};

/// An act on an entry, as the desk asks for it.
#[derive(Clone, Debug)]
pub enum EntryAct {
    /// Hand in a draft that stayed one.
    Propose,
    /// Secrecy review: the finding, and passages that are hidden wherever they stand (S1 art. 9a).
    Screen {
        /// What it finds.
        finding: Screening,
        /// Reasons, when it is not clear.
        reasons: String,
        /// Passages, each with why it is hidden.
        marks: Vec<(Mark, String)>,
    },
    /// Cross-check with the lists of dishonesty.
    Check,
    /// A meeting approves.
    Approve {
        /// Reference of the meeting.
        meeting: String,
    },
    /// The party was told.
    ServeParty {
        /// Reference of the notice.
        notice: String,
    },
    /// The public notice begins today.
    OpenNotice,
    /// Somebody objects.
    Object {
        /// Reference of the objection.
        objection: String,
    },
    /// The objection is right.
    Uphold {
        /// Reasons, in writing.
        reasons: String,
    },
    /// The objection is not right.
    Dismiss {
        /// Reasons, in writing.
        reasons: String,
    },
    /// The principal signs.
    Sign {
        /// Number of the decision.
        document_number: String,
    },
    /// It is published, or kept internal where the rules say so.
    Publish,
    /// The unit was told of an entry that is not published.
    TellUnit,
    /// An exit is proposed.
    ProposeExit {
        /// Why.
        reason: ExitReason,
        /// Reference of the meeting; an expiry needs none.
        meeting: String,
    },
    /// It leaves the list.
    Exit,
    /// The exit notice was published by the original channel, too.
    Announce,
    /// The document that it rests on was revoked.
    Revoke {
        /// Reasons.
        reasons: String,
    },
    /// It comes back.
    Reinstate {
        /// Why.
        ground: ReinstateGround,
        /// Reasons.
        reasons: String,
    },
}

impl EntryAct {
    /// The machine's event, where the act is nothing else.
    fn plain(&self) -> Option<EntryEvent> {
        Some(match self.clone() {
            Self::Approve { meeting } => EntryEvent::ApprovePreliminary { meeting },
            Self::ServeParty { notice } => EntryEvent::ServePartyNotice { notice },
            Self::Object { objection } => EntryEvent::Object { objection },
            Self::Uphold { reasons } => EntryEvent::Uphold { reasons },
            Self::Dismiss { reasons } => EntryEvent::Dismiss {
                reasons,
                objection: None,
            },
            Self::TellUnit => EntryEvent::TellUnit,
            Self::ProposeExit { reason, meeting } => EntryEvent::ProposeExit { reason, meeting },
            Self::Exit => EntryEvent::Exit,
            Self::Announce => EntryEvent::AnnounceExit,
            Self::Revoke { reasons } => EntryEvent::BasisRevoked { reasons },
            Self::Reinstate { ground, reasons } => EntryEvent::Reinstate { ground, reasons },
            Self::Propose
            | Self::Screen { .. }
            | Self::Check
            | Self::OpenNotice
            | Self::Sign { .. }
            | Self::Publish => return None,
        })
    }
}

impl Entries {
    /// Does an act, and what follows from it.
    ///
    /// # Errors
    /// [`EntryError`]; an entry of another authority is unknown.
    pub fn act(
        &self,
        id: &CaseId,
        version: Option<i64>,
        act: EntryAct,
        by: &Actor,
        now: Moment,
    ) -> Result<(), EntryError> {
        let case = self.readable(id, by)?;
        if let Some(seen) = version
            && seen != case.version
        {
            let version = case.version;
            return Err(CaseError::Conflict { version }.into());
        }
        let version = Some(case.version);
        if let Some(event) = act.plain() {
            self.cases
                .act_at(id, version, Event::Entry(event), by, now)?;
            return self.follow(id, now);
        }
        match act {
            EntryAct::Propose => return self.hand_in(id, by, now),
            EntryAct::Screen {
                finding,
                reasons,
                marks,
            } => self.screen(id, version, (finding, reasons, &marks), by, now)?,
            EntryAct::Check => self.check(id, version, by, now)?,
            EntryAct::OpenNotice => self.open_notice(id, version, by, now)?,
            EntryAct::Sign { document_number } => {
                self.sign(id, version, &document_number, by, now)?;
            }
            _ => self.publish(id, &case, by, now)?,
        }
        self.follow(id, now)
    }

    /// The case of an entry, for who may read it; another one is not told from one that is not there.
    pub(super) fn readable(&self, id: &CaseId, by: &Actor) -> Result<StoredCase, EntryError> {
        let case = self.cases.vault.case(id.as_str())?;
        let case = case.filter(|c| matches!(c.current, Case::Entry(_)));
        let case = case.ok_or(CaseError::Unknown)?;
        let own = !by.authority.is_empty() && by.authority == case.authority();
        if by.role.may_read(own) {
            Ok(case)
        } else {
            Err(CaseError::Unknown.into())
        }
    }

    pub(super) fn held(&self, id: &CaseId) -> Result<Held, EntryError> {
        let held = self.cases.vault.entry::<EntryNotes>(id.as_str())?;
        Ok(held.ok_or(CaseError::Unknown)?)
    }

    /// Hands a draft in: a red-list subject is checked first, and stays a draft when something is found.
    pub(super) fn hand_in(&self, id: &CaseId, by: &Actor, now: Moment) -> Result<(), EntryError> {
        let held = self.held(id)?;
        if held.head.polarity == Polarity::Positive {
            by.may(&[Role::Handler], &held.head.authority)?;
            let hits = self.cross_check(&held, &by.id, now)?;
            if !hits.is_empty() {
                return Err(EntryError::Dishonest {
                    case: id.to_string(),
                    hits: hits.len(),
                });
            }
        }
        let event = Event::Entry(EntryEvent::Propose {
            basis_document: held.notes.basis_document,
        });
        self.cases.act(id, event, by, now)?;
        self.follow(id, now)
    }

    /// Secrecy review: marks are set, and what is doubtful in the texts is approved as it will be shown.
    fn screen(
        &self,
        id: &CaseId,
        version: Option<i64>,
        (finding, reasons, marks): (Screening, String, &[(Mark, String)]),
        by: &Actor,
        now: Moment,
    ) -> Result<(), EntryError> {
        let mut held = self.held(id)?;
        let marks: Vec<(MarkKind, String)> = marks
            .iter()
            .map(|(kind, passage)| (kind.raw(), passage.trim().to_owned()))
            .collect();
        held.record.mark(&marks).map_err(EntryError::NotFound)?;
        held.notes.screened = Some((by.id.clone(), civil_date(now)));
        held.head.changed_at = now;
        let clear = finding == Screening::Clear;
        let list = self.cases.catalogue.list(&held.head.list);
        let doubts = list
            .filter(|_| clear)
            .map(|list| expose(&held.record, list).doubts)
            .unwrap_or_default();
        let event = Event::Entry(EntryEvent::SecrecyReview { finding, reasons });
        self.cases
            .act_with(id, version, event, by, now, |tx, done| {
                let texts: Vec<ApprovedText<'_>> = doubts
                    .iter()
                    .map(|doubt| ApprovedText {
                        field: &doubt.field,
                        read: doubt.read.expose(),
                        proposal: doubt.proposal.expose(),
                        doubts: serde_json::json!(doubt.reasons),
                    })
                    .collect();
                let authority = held.record.authority_code.as_str();
                tx.approve_texts((&done.case.id, authority), &texts, &by.id, now)?;
                Ok(tx.put_entry(&held)?)
            })?;
        if clear && held.head.polarity == Polarity::Positive {
            // the check is made when the texts are cleared, by the program, before a meeting sees the entry
            return self.check(id, None, &Actor::system(), now);
        }
        Ok(())
    }

    /// The cross-check as an act: a hit ends the proposal, and the evidence says why.
    fn check(
        &self,
        id: &CaseId,
        version: Option<i64>,
        by: &Actor,
        now: Moment,
    ) -> Result<(), EntryError> {
        let held = self.held(id)?;
        by.may(&[Role::Handler, Role::System], &held.head.authority)?;
        let hits = self.cross_check(&held, &by.id, now)?;
        let found = hits.len();
        let event = Event::Entry(EntryEvent::CrossCheck {
            lists: Checked::ALL.to_vec(),
            hits,
        });
        self.cases.act_at(id, version, event, by, now)?;
        if found == 0 {
            return Ok(());
        }
        self.follow(id, now)?;
        Err(EntryError::Dishonest {
            case: id.to_string(),
            hits: found,
        })
    }

    /// The public notice begins: it must be one that can be shown, and its end must be known.
    fn open_notice(
        &self,
        id: &CaseId,
        version: Option<i64>,
        by: &Actor,
        now: Moment,
    ) -> Result<(), EntryError> {
        let held = self.held(id)?;
        let today = civil_date(now);
        let case = self.readable(id, by)?;
        let Case::Entry(entry) = &case.current else {
            return Err(CaseError::Unknown.into());
        };
        self.term(entry, &held.head.list, today)?;
        let prior = Prior {
            case: id.to_string(),
            record: held.record,
            reviews: self.cases.vault.reviews_of(id.as_str())?,
            term: trial(today),
        };
        self.notice_of(&prior, today)?;
        let event = Event::Entry(EntryEvent::OpenPriorNotice);
        self.cases.act_at(id, version, event, by, now)?;
        Ok(())
    }

    /// The principal signs: the record bears the number and the day of the decision.
    fn sign(
        &self,
        id: &CaseId,
        version: Option<i64>,
        document_number: &str,
        by: &Actor,
        now: Moment,
    ) -> Result<(), EntryError> {
        let mut held = self.held(id)?;
        let number = document_number.trim();
        let today = civil_date(now);
        if !number.is_empty() {
            decided(&mut held.record, number, today);
            let vault = &self.cases.vault;
            if vault.get(&vault.record_id(&held.record))?.is_some() {
                return Err(EntryError::Twice);
            }
        }
        held.notes.decision = Some((number.to_owned(), today));
        held.head.changed_at = now;
        let event = Event::Entry(EntryEvent::Sign {
            document_number: number.to_owned(),
        });
        self.cases.act_with(
            id,
            version,
            event,
            by,
            now,
            |tx, _| Ok(tx.put_entry(&held)?),
        )?;
        Ok(())
    }

    /// Publishes: a red-list subject is checked again at once; then the record enters the vault as any imported one, in the
    /// same transaction as the act, and goes through the ordinary publisher.
    fn publish(
        &self,
        id: &CaseId,
        case: &StoredCase,
        by: &Actor,
        now: Moment,
    ) -> Result<(), EntryError> {
        let Case::Entry(entry) = &case.current else {
            return Err(CaseError::Unknown.into());
        };
        by.may(&[Role::Handler], case.authority())?;
        if entry.signed_by.as_ref() == Some(&by.id) {
            return Err(Refusal::SamePerson.into());
        }
        if entry.terms.polarity == Polarity::Positive && entry.signed_on.is_some() {
            self.check(id, Some(case.version), &Actor::system(), now)?;
        }
        let mut held = self.held(id)?;
        let today = civil_date(now);
        let reviews = self.cases.vault.reviews_of(id.as_str())?;
        let visible = match self.would_be(&held.record, id.as_str(), &reviews, today) {
            Ok(_) => true,
            Err(NotYet::Held(fields)) => return Err(EntryError::Held(fields)),
            // it is not shown: the unit or department is told instead (T05)
            Err(NotYet::Blocked(_)) => false,
        };
        let event = Event::Entry(EntryEvent::Publish { visible });
        if !visible {
            self.cases.act(id, event, by, now)?;
            return Ok(());
        }
        let vault = &self.cases.vault;
        let prepared = vault.prepare(&held.record)?;
        let record_id = prepared.id().to_owned();
        let batch = vault.begin_batch(&own_batch(&held, id), now)?;
        held.head.record_id = Some(record_id.clone());
        held.head.changed_at = now;
        let texts = self.approved(&held, &reviews);
        self.cases.act_with(id, None, event, by, now, |tx, done| {
            tx.put_record(&batch, prepared, now)?;
            let approved: Vec<ApprovedText<'_>> = texts
                .iter()
                .map(|(field, read, proposal)| ApprovedText {
                    field,
                    read: read.expose(),
                    proposal: proposal.expose(),
                    doubts: serde_json::Value::Null,
                })
                .collect();
            let reviewer = held.notes.screened.as_ref().map_or("", |(who, _)| who);
            let authority = held.record.authority_code.as_str();
            tx.approve_texts((&record_id, authority), &approved, reviewer, now)?;
            done.case.record_id = Some(record_id.clone());
            done.case.note.document_number = Some(held.record.document_number.clone());
            Ok(tx.put_entry(&held)?)
        })?;
        let counts = crate::inside::vault::BatchCounts {
            rows_read: 1,
            added: 1,
            ..Default::default()
        };
        vault.finish_batch(&batch, counts, now)?;
        Ok(())
    }

    /// Texts of the record that the review approved under the case: field, what was read, how it is shown.
    pub(super) fn approved(
        &self,
        held: &Held,
        reviews: &[crate::inside::vault::Review],
    ) -> Vec<(String, RawText, RawText)> {
        let Some(list) = self.cases.catalogue.list(&held.head.list) else {
            return Vec::new();
        };
        let vault = &self.cases.vault;
        let is_approved = |field: &str, read: &str| {
            let hash = vault.text_hash(&held.head.case, field, read);
            reviews.iter().any(|r| {
                r.field == field && r.state == ReviewState::Approved && r.text_hash == hash
            })
        };
        expose(&held.record, list)
            .doubts
            .into_iter()
            .filter(|d| is_approved(&d.field, d.read.expose()))
            .map(|d| (d.field, d.read, d.proposal))
            .collect()
    }
}

/// The batch under which a record of the desk's own enters the vault.
pub(super) fn own_batch(held: &Held, id: &CaseId) -> NewBatch {
    NewBatch {
        list: held.head.list.clone(),
        provider_code: held.record.provider_code.clone(),
        file_name: id.to_string(),
        file_sha256: String::new(),
        mode: BatchMode::Append,
    }
}

/// Gives a record the number and the day of its decision; what repeated the number of the proposal repeats that of the
/// decision.
pub(super) fn decided(record: &mut RawRecord, number: &str, on: NaiveDate) {
    let proposed = std::mem::replace(&mut record.document_number, number.to_owned());
    record.decided_on = on;
    if record.basis_document.number == proposed {
        number.clone_into(&mut record.basis_document.number);
        record.basis_document.date = Some(on);
    }
    for (key, value) in [
        ("document_number", number.to_owned()),
        ("decided_on", on.to_string()),
    ] {
        record.fields.insert(key.to_owned(), RawText::new(value));
    }
}

/// The entry of a case.
pub(super) const fn entry_of(case: &StoredCase) -> Option<&Entry> {
    match &case.current {
        Case::Entry(entry) => Some(entry),
        _ => None,
    }
}
