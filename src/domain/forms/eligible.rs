//! Whether and where a repair may be applied for, told before anything is typed (R36, GB22 item 1; domain.md 0.7, 7.3).

use chrono::NaiveDate;

use crate::domain::catalogue::{ListEntry, RepairChannel};
use crate::domain::kinds::Polarity;

/// How a displayed record stands with repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Eligible {
    /// It may be applied for here, and goes to the authority (`forward`) or is decided by one that works here.
    Here {
        /// Whether the application is passed on to a system of the authority.
        forwarded: bool,
    },
    /// Not before a day.
    From(NaiveDate),
    /// Not before a day: a repair of this subject was revoked for false material (domain.md 2.4).
    Barred(NaiveDate),
    /// Somewhere else: the address, when the catalogue has one; else the court that enforces.
    Elsewhere {
        /// Address of the outside system; empty for a court.
        url: String,
        /// From which day, when that is in the future.
        from: Option<NaiveDate>,
    },
    /// The law excludes it; the catalogue names the basis.
    Excluded,
    /// Nothing to repair: a licence, a red list.
    NotNeeded,
}

/// How a record of a list stands: its first day of repair is part of the public record.
#[must_use]
pub fn repair(entry: &ListEntry, earliest: Option<NaiveDate>, today: NaiveDate) -> Eligible {
    let from = earliest.filter(|first| *first > today);
    if entry.polarity != Polarity::Negative {
        return Eligible::NotNeeded;
    }
    match (entry.repair.repairable, entry.repair.channel) {
        (false, _) | (_, RepairChannel::None) => Eligible::Excluded,
        (true, RepairChannel::ExternalLink | RepairChannel::Court) => Eligible::Elsewhere {
            url: entry.repair.external_url.clone(),
            from,
        },
        (true, channel) => from.map_or(
            Eligible::Here {
                forwarded: channel == RepairChannel::Forward,
            },
            Eligible::From,
        ),
    }
}

impl Eligible {
    /// The same for a subject that is barred before a day: what could be applied for here can be from then on.
    #[must_use]
    pub fn barred(self, until: Option<NaiveDate>, today: NaiveDate) -> Self {
        match (self, until.filter(|day| *day > today)) {
            (Self::Here { .. }, Some(day)) => Self::Barred(day),
            (Self::From(first), Some(day)) => Self::Barred(first.max(day)),
            (same, _) => same,
        }
    }
}
