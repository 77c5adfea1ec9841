//! A file that a second officer releases: one officer proposes it, another one looks at the same preview and releases it or
//! sends it back. What it would bring is summed up in a hash of the bytes and of everything that the preview says; where that
//! has changed since (another import, another catalogue, midnight), both must look again.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use sha2::{Digest as _, Sha256};

use super::imports::{cannot, lay, options};
use crate::domain::catalogue::Category;
use crate::domain::time::Moment;
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::import::Second;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Form, Refused, SecondOfficer, rights};
use crate::inside::intake::{self, ImportSummary};
use crate::inside::publish::preview::Sample;
use crate::inside::raw::RawRecord;
use crate::inside::vault::{Officer, RecordState, Staged, StagedState};

/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// Whether a second officer releases a file.
pub(super) fn needed(desk: &DeskState, file: &Staged) -> bool {
    let named = &desk.settings.second_officer_for;
    let of_named = file.provider.as_ref().is_some_and(|p| named.contains(p));
    let is_list = || {
        let list = desk.catalogue.list(&file.list);
        list.is_some_and(|l| {
            matches!(
                l.category,
                Category::SeriousList
                    | Category::JudgmentDefaulter
                    | Category::WatchList
                    | Category::RedList
                    | Category::Honour
            )
        })
    };
    of_named
        || match desk.settings.second_officer {
            SecondOfficer::Nowhere => false,
            SecondOfficer::Lists => is_list(),
            SecondOfficer::Everywhere => true,
        }
}

/// For whom a file is checked and imported: who uploaded it, where a second officer releases it; else who acts.
pub(super) fn on_behalf(
    desk: &DeskState,
    file: &Staged,
    officer: &Officer,
) -> Result<Officer, Refused> {
    if !needed(desk, file) || file.officer == officer.id {
        return Ok(officer.clone());
    }
    desk.vault.officer(&file.officer)?.ok_or(Refused::NotHere)
}

/// Sums up what a file would bring: its bytes and mode, what becomes of each record and what would be shown of it, what the
/// vault holds of it now, and which records a complete list would withdraw.
pub(super) fn outcome(
    desk: &DeskState,
    file: &Staged,
    summary: &ImportSummary,
    records: &[RawRecord],
    samples: &[Sample],
) -> Result<String, Refused> {
    let (ids, held) = desk.vault.held(records)?;
    let mut hash = Sha256::new();
    // each text with its length, so that no two lists of texts run into the same bytes
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    for text in [&file.file_sha256, &file.list] {
        add(text);
    }
    add(if file.replace { "replace" } else { "append" });
    add(&format!("{} {}", summary.accepted, summary.rejected));
    for (id, sample) in ids.iter().zip(samples) {
        add(id);
        add(&sample.verdict);
        for value in &sample.values {
            add(&value.name);
            add(value.shown.as_deref().unwrap_or_default());
        }
        match held.get(id) {
            Some((before, RecordState::Current)) => add(before),
            Some((_, RecordState::Removed)) => add("removed"),
            None => add("new"),
        }
    }
    if file.replace {
        let there: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let providers: BTreeSet<&str> = records.iter().map(|r| r.provider_code.as_str()).collect();
        for provider in providers {
            add(provider);
            for id in desk.vault.current_ids(&file.list, provider)? {
                if !there.contains(id.as_str()) {
                    add(&id);
                }
            }
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

/// How a file stands between its two officers.
pub(super) fn stand(file: &Staged, officer: &Officer, outcome: String) -> Second {
    let proposed = file
        .proposal
        .as_ref()
        .filter(|_| file.state == StagedState::Proposed);
    Second {
        stale: proposed.is_some_and(|p| p.outcome != outcome),
        mine: proposed.is_some_and(|p| p.by == officer.id),
        proposed: proposed.map(|p| (p.by.clone(), p.at)),
        returned: file.returned.clone(),
        wrong: Vec::new(),
        typed: String::new(),
        outcome,
    }
}

/// What an officer does with such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Propose,
    Release,
    Return,
}

impl Act {
    pub fn of(code: &str) -> Option<Self> {
        match code {
            "propose" => Some(Self::Propose),
            "release" => Some(Self::Release),
            "return" => Some(Self::Return),
            _ => None,
        }
    }

    fn may(self, officer: &Officer) -> bool {
        let roles = match self {
            Self::Propose => rights::IMPORT,
            Self::Release | Self::Return => rights::SECOND,
        };
        roles.contains(&officer.role)
    }
}

/// What came of it.
pub(super) enum Acted {
    /// Proposed, or sent back.
    Done,
    /// Released: what the import did.
    Released(Box<ImportSummary>),
    /// A reason is missing.
    Wrong(Wrong, String),
}

/// Does it. `fresh` computes the outcome as it is now.
pub(super) fn act(
    desk: &DeskState,
    (file, bytes): (&Staged, &[u8]),
    (act, form): (Act, &Form),
    officer: &Officer,
    now: Moment,
    fresh: impl FnOnce() -> Result<String, Refused>,
) -> Result<Acted, Refused> {
    if !act.may(officer) {
        return Err(Refused::NotYours);
    }
    if !needed(desk, file) {
        return Err(Refused::Changed);
    }
    let _one = desk
        .releasing
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let seen = form.one("outcome");
    match act {
        Act::Return => {
            let reason = form.one("reason").trim().to_owned();
            if let Some(wrong) = wrong_reason(&reason) {
                return Ok(Acted::Wrong(wrong, reason));
            }
            let done = desk
                .vault
                .return_staged(&file.id, &reason, &officer.id, now)?;
            done.then_some(Acted::Done).ok_or(Refused::Changed)
        }
        Act::Propose => {
            if fresh()? != seen {
                return Err(Refused::Changed);
            }
            let done = desk
                .vault
                .propose_staged(&file.id, seen, &officer.id, now)?;
            done.then_some(Acted::Done).ok_or(Refused::Changed)
        }
        Act::Release => {
            let proposed = desk.vault.may_release_staged(&file.id, seen, &officer.id)?;
            // what both have seen, and what would come now
            if !proposed || fresh()? != seen {
                return Err(Refused::Changed);
            }
            let done = release(desk, file, bytes, officer, now)?;
            Ok(Acted::Released(Box::new(done)))
        }
    }
}

fn wrong_reason(reason: &str) -> Option<Wrong> {
    if reason.is_empty() {
        return Some(Wrong::new(
            "reason",
            "请填写退回的理由",
            "Enter why it is sent back",
        ));
    }
    (reason.chars().count() > LONGEST_REASON).then(|| {
        Wrong::new(
            "reason",
            "退回的理由应当不超过 500 字",
            "Reason must be 500 characters or fewer",
        )
    })
}

/// Imports for who uploaded it, settles the file, and publishes at once what may be public.
fn release(
    desk: &DeskState,
    file: &Staged,
    bytes: &[u8],
    officer: &Officer,
    now: Moment,
) -> Result<ImportSummary, Refused> {
    let provider = on_behalf(desk, file, officer)?;
    let laid = lay(&file.file_name, bytes)?;
    let mut options = options(file, &provider, &laid, now);
    options.actor.clone_from(&officer.id);
    let done = intake::import(
        &desk.vault,
        &desk.catalogue,
        &laid.path,
        &options,
        &mut |_| (),
    );
    let summary = done.map_err(|e| cannot(&e))?;
    // importing the same bytes twice changes nothing, so the file is settled last
    desk.vault
        .settle_staged(&file.id, StagedState::Imported, &officer.id, now)?;
    // what cannot be published now is by the next run
    if let Err(error) = (desk.publish)(now) {
        failed("publishing a file that was released", &error);
    }
    Ok(summary)
}
