//! What became of what a report said: the same, more since, changed, or ended. Of what has ended nothing is told but
//! that (P4).

use super::claim::Claim;
use super::content;
use crate::outside::store::Stored;
use crate::record::PublicRecord;

/// What a code means today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that the report said is still published, and nothing else.
    Unchanged,
    /// All that the report said is still published; so many records came since.
    Added(usize),
    /// It is published, and no longer says the same.
    Changed,
    /// Some or all of it is no longer published.
    Ended,
}

/// Compares a claim with the records that are displayed today of whom it speaks.
#[must_use]
pub fn judge(claim: &Claim, today: &[Stored]) -> Verdict {
    let holds = |records: &[&PublicRecord]| {
        records.len() == usize::from(claim.count)
            && content::digest(records.iter().copied()) == claim.digest
    };
    let all: Vec<&PublicRecord> = today.iter().map(|row| &row.record).collect();
    if holds(&all) {
        return Verdict::Unchanged;
    }
    let before = |row: &&Stored| row.seq <= i64::from(claim.seq);
    let old: Vec<&PublicRecord> = today.iter().filter(before).map(|row| &row.record).collect();
    if holds(&old) {
        return Verdict::Added(all.len() - old.len());
    }
    // Those that the report must have held: what was changed since bears a new number, but not a new first day. On
    // the report's own day a change cannot be told from something new, so it does not count in favour.
    let still = today
        .iter()
        .filter(|row| row.seq <= i64::from(claim.seq) || row.record.displayed_from < claim.day);
    if still.count() < usize::from(claim.count) {
        Verdict::Ended
    } else {
        Verdict::Changed
    }
}
