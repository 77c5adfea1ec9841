//! Re-evaluation of a whole list when its standard has changed (S1 art. 12, R-044, R-048): a verdict for each entry; those
//! that no longer meet the standard are proposed for exit with that reason, and a second officer exits them.

use super::{Entries, EntryAct, EntryError};
use crate::domain::cases::{Actor, ExitReason};
use crate::domain::time::Moment;
use crate::inside::cases::CaseId;

/// What the re-evaluation says of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It meets the new standard.
    Keep,
    /// It no longer does.
    Exit,
}

/// What became of one entry.
pub type Outcome = (CaseId, Result<(), EntryError>);

impl Entries {
    /// Carries a re-evaluation out: each entry whose verdict is exit is proposed for it. What is refused for one entry does
    /// not stop the others. Answers what became of each, in order; entries that are kept are noted in the audit log.
    ///
    /// # Errors
    /// Those of the vault, when the verdicts cannot be noted.
    pub fn reevaluate(
        &self,
        verdicts: &[(CaseId, Verdict)],
        meeting: &str,
        by: &Actor,
        now: Moment,
    ) -> Result<Vec<Outcome>, EntryError> {
        let mut out = Vec::with_capacity(verdicts.len());
        for (id, verdict) in verdicts {
            let done = match verdict {
                Verdict::Keep => self.keep(id, meeting, by, now),
                Verdict::Exit => {
                    let act = EntryAct::ProposeExit {
                        reason: ExitReason::StandardChanged,
                        meeting: meeting.to_owned(),
                    };
                    self.act(id, None, act, by, now)
                }
            };
            out.push((id.clone(), done));
        }
        Ok(out)
    }

    fn keep(&self, id: &CaseId, meeting: &str, by: &Actor, now: Moment) -> Result<(), EntryError> {
        let case = self.readable(id, by)?;
        by.may(&[crate::domain::cases::Role::Handler], case.authority())?;
        let detail = format!("standard changed, kept; {meeting}");
        self.cases
            .vault
            .audit(now, &by.id, "entry.keep", id.as_str(), &detail)?;
        Ok(())
    }

    /// Exits entries that were proposed for it by another officer; what is refused for one does not stop the others.
    #[must_use]
    pub fn exit_all(&self, ids: &[CaseId], by: &Actor, now: Moment) -> Vec<Outcome> {
        ids.iter()
            .map(|id| (id.clone(), self.act(id, None, EntryAct::Exit, by, now)))
            .collect()
    }
}
