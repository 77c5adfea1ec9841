//! What is done once on a day: authorities are told how many of their cases are due, and what was settled long ago is
//! forgotten.

use std::collections::BTreeMap;

use chrono::{Days, TimeDelta};

use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, Cases};
use crate::inside::vault::cases::Ask;
use crate::inside::vault::outbox::{Content, Kind, NewMessage};
use crate::inside::vault::{Vault, VaultError};

/// Working days before its day on which a case counts as due soon.
const SOON: u32 = 2;
/// For how long it is kept what was sent, and that it was given up.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Puts into the queue what each authority is told on a working day: counts only, once a day, and nothing when there is
/// nothing. Answers how many are told.
///
/// # Errors
/// Those of the vault.
pub fn digests(
    cases: &Cases,
    authorities: &BTreeMap<String, String>,
    now: Moment,
) -> Result<u64, CaseError> {
    let today = civil_date(now);
    // a year that no calendar covers has working days, too: then nobody is left untold
    if !cases.calendar.is_workday(today).unwrap_or(true) {
        return Ok(0);
    }
    let until = cases.calendar.add(today, SOON).map_or_else(
        |_| today.checked_add_days(Days::new(u64::from(SOON))),
        |due| Some(due.date),
    );
    let after = until.and_then(|day| day.succ_opt()).unwrap_or(today);
    let mut told = 0;
    for (authority, to) in authorities {
        let due_before = |day| {
            cases.vault.case_count(&Ask {
                authority: Some(authority.clone()),
                closed: Some(false),
                due_before: Some(day),
                ..Ask::default()
            })
        };
        let overdue = due_before(today)?;
        let all = due_before(after)?;
        if all == 0 {
            continue;
        }
        let message = NewMessage {
            id: format!("due/{authority}/{today}"),
            kind: Kind::Digest,
            target: String::new(),
            case_id: None,
            application: None,
            due_at: now,
            content: Content::Due {
                to: to.clone(),
                overdue,
                soon: all.saturating_sub(overdue),
                on: today,
            },
        };
        told += u64::from(cases.vault.transact(|tx| tx.enqueue(&message, now))?);
    }
    Ok(told)
}

/// Deletes messages that were settled long ago; answers how many.
///
/// # Errors
/// Those of the vault.
pub fn forget(vault: &Vault, now: Moment) -> Result<usize, VaultError> {
    vault.forget_messages(now - KEPT)
}
