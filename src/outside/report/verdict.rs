//! What became of what a report said: the same, more since, changed, or ended. Of what has ended nothing is told but
//! that (P4).

use super::claim::Claim;
use super::{MOST_RECORDS, content};
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

/// Compares a claim with the records that are displayed today of whom it speaks, newest decision first.
#[must_use]
pub fn judge(claim: &Claim, today: &[Stored]) -> Verdict {
    // a report holds the newest of very many
    let holds = |rows: &mut dyn Iterator<Item = &Stored>| {
        let records: Vec<&PublicRecord> = rows.take(MOST_RECORDS).map(|row| &row.record).collect();
        records.len() == usize::from(claim.count)
            && content::digest(records.iter().copied()) == claim.digest
    };
    let before = |row: &&Stored| row.seq <= i64::from(claim.seq);
    let new = today.len() - today.iter().filter(before).count();
    if holds(&mut today.iter()) && new == 0 {
        return Verdict::Unchanged;
    }
    if holds(&mut today.iter().filter(before)) {
        return Verdict::Added(new);
    }
    // changed, and back as it was
    if holds(&mut today.iter()) {
        return Verdict::Unchanged;
    }
    // Those that the report must have held: what was changed since bears a new number, but not a new first day. On
    // the report's own day a change cannot be told from something new, so it does not count in favour.
    let still = today
        .iter()
        .filter(|row| before(row) || row.record.displayed_from < claim.day);
    if still.count() < usize::from(claim.count) {
        Verdict::Ended
    } else {
        Verdict::Changed
    }
}
