//! What an officer sees of entries: lists of them, their tasks, and one with everything that belongs to it.

use chrono::NaiveDate;

use super::acts::entry_of;
use super::{Entries, EntryError, Held, Preview};
use crate::domain::cases::{Actor, Role};
use crate::domain::forms::reply::Letter;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, CaseFile, CaseId};
use crate::inside::publish::board::{Prior, Term};
use crate::inside::raw::MarkKind;
use crate::inside::vault::ReviewState;
use crate::inside::vault::entry::{AskEntries, Check, EntryHead};
use crate::inside::vault::task::Task;
use crate::record::PublicNotice;

/// Why a passage is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A trade secret.
    TradeSecret,
    /// Somebody's privacy.
    Private,
}

impl Mark {
    pub(super) const fn raw(self) -> MarkKind {
        match self {
            Self::TradeSecret => MarkKind::TradeSecret,
            Self::Private => MarkKind::Private,
        }
    }
}

/// An entry as a table shows it.
#[derive(Clone, Debug)]
pub struct EntryLine {
    /// What it is found by.
    pub head: EntryHead,
    /// Name of the subject as the public sees it, or would.
    pub shown: String,
    /// The day by which something must be done, and whether it is over.
    pub due: Option<(NaiveDate, bool)>,
    /// An exit waits for a second officer.
    pub exit_proposed: bool,
}

/// The record that an entry has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// Whether the public sees it today.
    pub shown: bool,
    /// Civil date of its first publication.
    pub first_shown: Option<NaiveDate>,
    /// Civil date on which the publisher decides again without any new fact.
    pub judged_again: Option<NaiveDate>,
}

/// What the secrecy review said of a doubtful text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewedText {
    /// Name of its field.
    pub name: String,
    /// How far it has come.
    pub state: ReviewState,
    /// Who decided.
    pub by: Option<String>,
    /// When.
    pub at: Option<Moment>,
}

/// Everything of an entry.
#[derive(Debug)]
pub struct EntryFile {
    /// Its case: history, clocks, the record as it is displayed.
    pub case: CaseFile,
    /// What it is found by.
    pub head: EntryHead,
    /// Document that it rests on.
    pub basis_document: String,
    /// What is public of it, or would be, beside what is raw.
    pub preview: Preview,
    /// Its record, once it has one.
    pub kept: Option<Kept>,
    /// Passages that are hidden.
    pub marks: Vec<(Mark, String)>,
    /// What the secrecy review said of doubtful texts.
    pub texts: Vec<ReviewedText>,
    /// Cross-checks that were made.
    pub checks: Vec<Check>,
    /// The notice on the board, while it runs.
    pub notice: Option<PublicNotice>,
    /// The letter to the party.
    pub letter: Option<Letter>,
    /// What is to be looked at.
    pub tasks: Vec<Task>,
    /// Codes of the acts that would not be refused to the officer for his role or for the state.
    pub possible: Vec<&'static str>,
}

impl Entries {
    /// The authority whose entries somebody may read: none for all of them.
    fn scope(by: &Actor) -> Result<Option<&str>, EntryError> {
        if by.role.may_read(false) {
            Ok(None)
        } else if by.role.may_read(true) && !by.authority.is_empty() {
            Ok(Some(&by.authority))
        } else {
            Err(CaseError::Unknown.into())
        }
    }

    /// Entries that somebody may read, the newest first, after one.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn list(
        &self,
        by: &Actor,
        (state, list): (Option<&str>, Option<&str>),
        before: Option<&CaseId>,
        most: usize,
        now: Moment,
    ) -> Result<Vec<EntryLine>, EntryError> {
        let asked = AskEntries {
            before: before.map(CaseId::as_str),
            authority: Self::scope(by)?,
            state,
            list,
        };
        let today = civil_date(now);
        let vault = &self.cases.vault;
        let mut out = Vec::new();
        for head in vault.entry_heads(&asked, most)? {
            let Some(case) = vault.case(&head.case)? else {
                continue;
            };
            let held = vault.entry::<super::EntryNotes>(&head.case)?;
            let shown = match held {
                Some(held) => self.preview(&held.record, now).map(|p| p.name),
                None => Ok(String::new()),
            };
            let entry = entry_of(&case);
            out.push(EntryLine {
                head,
                shown: shown.unwrap_or_default(),
                due: case.due.as_ref().map(|d| (d.on, d.on < today)),
                exit_proposed: entry.is_some_and(|e| e.exit_proposal.is_some()),
            });
        }
        Ok(out)
    }

    /// Open tasks of somebody's authority, or of all for those who may read all, oldest first.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn tasks(&self, by: &Actor, most: usize) -> Result<Vec<Task>, EntryError> {
        Ok(self.cases.vault.open_tasks(Self::scope(by)?, most)?)
    }

    /// Ends a task that an officer has looked at; says whether it was open.
    ///
    /// # Errors
    /// [`CaseError::Unknown`] also for a task of another authority; refused to those who only read.
    pub fn end_task(&self, id: &str, by: &Actor, now: Moment) -> Result<bool, EntryError> {
        let scope = Self::scope(by)?;
        let vault = &self.cases.vault;
        let task = vault.task(id)?.ok_or(CaseError::Unknown)?;
        if scope.is_some_and(|own| own != task.authority) {
            return Err(CaseError::Unknown.into());
        }
        by.may(
            &[Role::Handler, Role::Approver, Role::Operator],
            &task.authority,
        )?;
        Ok(vault.end_task(id, &by.id, now)?)
    }

    fn kept(&self, held: &Held, case: &CaseFile) -> Result<Option<Kept>, EntryError> {
        let Some(id) = &held.head.record_id else {
            return Ok(None);
        };
        let row = self.cases.vault.get(id)?;
        Ok(row.map(|row| Kept {
            shown: case.record.is_some(),
            first_shown: row.displayed_from,
            judged_again: row.next_due,
            id: row.id,
        }))
    }

    fn reviewed(&self, held: &Held) -> Result<Vec<ReviewedText>, EntryError> {
        let list = self.cases.catalogue.list(&held.head.list);
        let name = |field: &str| {
            let rule = list.and_then(|l| l.field(field));
            rule.map_or_else(|| field.to_owned(), |f| f.name.zh.clone())
        };
        let reviews = self.cases.vault.reviews_of(&held.head.case)?;
        Ok(reviews
            .into_iter()
            .map(|review| ReviewedText {
                name: name(&review.field),
                state: review.state,
                by: review.decided_by,
                at: review.decided_at,
            })
            .collect())
    }

    /// Opens an entry to an officer: the look stands in the audit log with its purpose.
    ///
    /// # Errors
    /// [`CaseError::Unknown`] also for an entry of another authority; [`CaseError::Purpose`].
    pub fn look(
        &self,
        id: &CaseId,
        by: &Actor,
        purpose: &str,
        now: Moment,
    ) -> Result<EntryFile, EntryError> {
        let stored = self.readable(id, by)?;
        let case = self.cases.look(id, by, purpose, now)?;
        let held = self.held(id)?;
        let today = civil_date(now);
        let vault = &self.cases.vault;
        let preview = self.preview(&held.record, now)?;
        let marks = held.record.marks();
        let marks = marks
            .into_iter()
            .map(|(kind, passage)| {
                let mark = match kind {
                    MarkKind::TradeSecret => Mark::TradeSecret,
                    MarkKind::Private => Mark::Private,
                };
                (mark, passage.to_owned())
            })
            .collect();
        let letter = entry_of(&stored).and_then(|entry| self.letter_of(entry, &held, today));
        let kept = self.kept(&held, &case)?;
        let texts = self.reviewed(&held)?;
        let head = held.head.clone();
        let notice = match head.notice {
            Some((from, last, provisional)) => {
                let prior = Prior {
                    case: head.case.clone(),
                    record: held.record,
                    reviews: vault.reviews_of(&head.case)?,
                    term: Term {
                        from,
                        last,
                        provisional,
                    },
                };
                self.notice_of(&prior, today)
                    .ok()
                    .filter(|n| n.open_on(today))
            }
            None => None,
        };
        let tasks = vault.all_tasks_of_case(&head.case)?;
        Ok(EntryFile {
            possible: self.cases.possible(id, by, now)?,
            case,
            basis_document: held.notes.basis_document,
            preview,
            kept,
            marks,
            texts,
            checks: vault.checks(&head.case)?,
            notice,
            letter,
            tasks,
            head,
        })
    }
}
