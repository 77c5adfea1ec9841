//! Whom a change in a case is told to, beside the applicant's own page: by e-mail, by the operator's webhook, and to the
//! platforms that take results. Here messages are put into the queue of the vault; others send them.

use chrono::TimeDelta;

use super::{CaseError, Cases, Reach};
use crate::domain::cases::{
    Actor, Case, ComplaintEvent, EntryEvent, Event, ObjectionEvent, RepairEvent, Role,
};
use crate::domain::forms::reply::Reply;
use crate::domain::time::Moment;
use crate::inside::vault::cases::{StoredCase, StoredEvent};
use crate::inside::vault::outbox::{Content, Kind, Message, NewMessage, Standing};
use crate::inside::vault::{Tx, VaultError};

/// For how long a mail is held back, so that the parts of an application are told in one.
const GATHER: TimeDelta = TimeDelta::seconds(10);
/// Messages in a list.
const MOST: usize = 500;

/// Whom a node tells what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tells {
    /// Applicants, by e-mail.
    pub mail: bool,
    /// The operator's webhook.
    pub webhook: bool,
    /// Names of the platforms that take results.
    pub platforms: Vec<String>,
}

impl Tells {
    /// Puts what a reply to an applicant is told with into the queue; `place` is its number in the case.
    pub(super) fn reply(
        &self,
        tx: &mut Tx<'_>,
        case: &StoredCase,
        reply: &Reply,
        place: &str,
        now: Moment,
    ) -> Result<(), VaultError> {
        let message = |kind: Kind, due_at, content| NewMessage {
            id: format!("{}/{place}/{}", case.id, kind.code()),
            kind,
            target: String::new(),
            case_id: Some(case.id.clone()),
            application: case.application.clone(),
            due_at,
            content,
        };
        if self.webhook {
            let state = Content::State {
                number: reply.number.clone(),
                part: reply.part,
                state: reply.state.clone(),
                at: reply.at,
            };
            tx.enqueue(&message(Kind::Webhook, now, state), now)?;
        }
        if self.mail
            && let Some(to) = &case.note.email
            && !tx.mail_waits(&reply.number)?
        {
            let changed = Content::Changed {
                to: to.clone(),
                lang: case.note.lang.clone(),
                number: reply.number.clone(),
            };
            tx.enqueue(&message(Kind::Mail, now + GATHER, changed), now)?;
        }
        Ok(())
    }

    /// Puts the result of an act into the queue of each platform, when it is one.
    pub(super) fn result(
        &self,
        tx: &mut Tx<'_>,
        case: &StoredCase,
        event: &StoredEvent,
        now: Moment,
    ) -> Result<(), VaultError> {
        let Some(record) = case.record_id.as_ref().filter(|_| is_result(&event.event)) else {
            return Ok(());
        };
        for platform in &self.platforms {
            let message = NewMessage {
                id: format!("{}/{}/push/{platform}", case.id, event.step),
                kind: Kind::Push,
                target: platform.clone(),
                case_id: Some(case.id.clone()),
                application: case.application.clone(),
                due_at: now,
                content: Content::Result {
                    record: record.clone(),
                    list: case.list.clone(),
                    document_number: case.note.document_number.clone(),
                    authority: case.authority().to_owned(),
                    kind: case.current.kind().code().to_owned(),
                    result: result(case, event),
                    reason: reason(case),
                    on: event.on,
                },
            };
            tx.enqueue(&message, now)?;
        }
        Ok(())
    }
}

/// Acts that change what is to be shown of the record for good.
fn is_result(event: &Event) -> bool {
    match event {
        Event::Repair(event) => matches!(
            event,
            RepairEvent::Approve { .. }
                | RepairEvent::Shelter { .. }
                | RepairEvent::Revoke { .. }
                | RepairEvent::Resume { .. }
        ),
        Event::Objection(event) => matches!(
            event,
            ObjectionEvent::CorrectAtOnce { .. }
                | ObjectionEvent::Uphold { .. }
                | ObjectionEvent::UpholdPartly { .. }
        ),
        Event::Complaint(event) => matches!(event, ComplaintEvent::Comply { .. }),
        Event::Entry(event) => matches!(
            event,
            EntryEvent::Publish { visible: true }
                | EntryEvent::Exit
                | EntryEvent::BasisRevoked { .. }
                | EntryEvent::Reinstate { .. }
        ),
    }
}

/// Why an entry has left its list (S1 art. 12): its receivers keep lists of their own and must know.
fn reason(case: &StoredCase) -> Option<String> {
    match &case.current {
        Case::Entry(entry) => entry.exited.map(|(_, reason)| reason.code().to_owned()),
        _ => None,
    }
}

fn result(case: &StoredCase, event: &StoredEvent) -> String {
    match &case.current {
        Case::Complaint(_) => event.event.code(),
        other => other.state().0,
    }
    .to_owned()
}

impl Cases {
    /// How far the platforms are with the results of a case.
    pub(super) fn pushed(&self, case: &str) -> Result<Reach, CaseError> {
        let all = self.vault.messages(Some(case), false, MOST)?;
        let mut pushes = all.iter().filter(|m| m.kind == Kind::Push).peekable();
        if pushes.peek().is_none() {
            return Ok(Reach::NotKept);
        }
        Ok(if pushes.all(|m| m.standing == Standing::Sent) {
            Reach::At(i64::MAX)
        } else {
            Reach::Behind
        })
    }

    /// What was sent out about a case, and how far each message is; for who may read the case.
    ///
    /// # Errors
    /// [`CaseError::Unknown`], also for a case of another authority; those of the vault.
    pub fn messages_of(&self, id: &super::CaseId, by: &Actor) -> Result<Vec<Message>, CaseError> {
        let case = self.readable(id, by)?;
        Ok(self.vault.messages(Some(&case.id), false, MOST)?)
    }

    /// What was given up, for the operator.
    ///
    /// # Errors
    /// [`CaseError::Refused`] in another role; those of the vault.
    pub fn messages_given_up(&self, by: &Actor) -> Result<Vec<Message>, CaseError> {
        by.may(&[Role::Operator, Role::Auditor], "")?;
        Ok(self.vault.messages(None, true, MOST)?)
    }

    /// Lets a message that was given up be tried again.
    ///
    /// # Errors
    /// [`CaseError::Refused`] in another role than the operator's; [`CaseError::Unknown`] when it was not given up.
    pub fn retry_message(&self, id: &str, by: &Actor, now: Moment) -> Result<(), CaseError> {
        by.may(&[Role::Operator], "")?;
        if self.vault.retry_message(id, &by.id, now)? {
            Ok(())
        } else {
            Err(CaseError::Unknown)
        }
    }
}
