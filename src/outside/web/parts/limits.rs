//! The time limits of procedures, told where they matter on the page of a list.

use maud::{Markup, html};

use super::lang::Lang;
use super::terms::source;
use crate::domain::catalogue::{
    Catalogue, Category, LimitUnit, ListEntry, RepairChannel, TimeLimit,
};

/// What a time limit is about: where on the page it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before and at the decision.
    Entry,
    /// Repair, removal, withdrawal.
    Exit,
    /// Objection, complaint, reconsideration, litigation.
    Remedies,
    /// Reporting and publishing.
    Data,
}

impl Stage {
    /// All of them.
    const ALL: [Self; 4] = [Self::Entry, Self::Exit, Self::Remedies, Self::Data];

    /// By its identifier in the table of time limits; what is not told apart is about reporting and publishing.
    fn of(id: &str) -> Self {
        match id {
            "T01" | "T02" | "T05" | "T11" | "T26" => Self::Entry,
            "T03" | "T04" | "T15" | "T16" | "T17" | "T17E" | "T18" | "T19" | "T20" | "T22"
            | "T24" => Self::Exit,
            "T12" | "T13" | "T14" | "T14D" | "T25R" | "T25L" | "T28" => Self::Remedies,
            _ => Self::Data,
        }
    }

    /// Whether a limit that only the list's layer or the base sets holds for it too.
    fn inherits(self, entry: &ListEntry, id: &str) -> bool {
        let channel = entry.repair.channel;
        match self {
            Self::Exit => entry.repair.repairable && channel != RepairChannel::Court && id != "T24",
            Self::Remedies => true,
            // the notice and the standard of lists of dishonesty are no matter of licences and penalties
            Self::Entry => matches!(
                entry.category,
                Category::SeriousList | Category::WatchList | Category::RedList
            ),
            Self::Data => false,
        }
    }
}

/// The time limits of a list that are about one thing.
fn about<'a>(catalogue: &'a Catalogue, entry: &'a ListEntry, stage: Stage) -> Vec<&'a TimeLimit> {
    let mut all = catalogue.limits_of(entry);
    all.retain(|limit| {
        Stage::of(&limit.id) == stage
            && (entry.limits.contains(limit) || stage.inherits(entry, &limit.id))
    });
    all
}

/// The unit of a limit, for its number.
#[must_use]
pub fn unit(lang: Lang, limit: &TimeLimit) -> &'static str {
    match limit.unit {
        LimitUnit::WorkingDays => {
            lang.counted(limit.count, ("个工作日", "working day", "working days"))
        }
        LimitUnit::CalendarDays => lang.counted(limit.count, ("日", "day", "days")),
        LimitUnit::Months => lang.counted(limit.count, ("个月", "month", "months")),
    }
}

/// What the page says once when the catalogue sets no limit for some of its parts.
#[must_use]
pub fn unset(lang: Lang, catalogue: &Catalogue, entry: &ListEntry) -> Markup {
    let missing = Stage::ALL
        .iter()
        .any(|stage| about(catalogue, entry, *stage).is_empty());
    html! {
        @if missing {
            p.meta { (lang.say("本页没有载明时限的环节，目录没有另行规定办理时限。", "Where this page names no time limit, the catalogue sets no further time limits.")) }
        }
    }
}

/// The time limits of a list that are about one thing, in words; nothing when there are none.
#[must_use]
pub fn of(lang: Lang, catalogue: &Catalogue, entry: &ListEntry, stage: Stage) -> Markup {
    let all = about(catalogue, entry, stage);
    html! {
        @if !all.is_empty() {
            h3 { (lang.say("办理时限", "Time limits")) }
            ul.texts {
                @for limit in &all {
                    li {
                        (lang.words(&limit.what)) (lang.say("：", ": "))
                        @if limit.count == 0 { (lang.say("即时", "at once")) } @else {
                            @if limit.at_least { (lang.say("不少于 ", "at least ")) }
                            (limit.count) " " (unit(lang, limit))
                        }
                        (lang.say("，自", ", from ")) (lang.words(&limit.from)) (lang.say("起。", "."))
                        " " span.meta { (lang.say("来源：", "Source: ")) (source(lang, &limit.source)) }
                    }
                }
            }
        }
    }
}
