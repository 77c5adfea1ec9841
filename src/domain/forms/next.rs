//! What happens after an application was handed in, and by when (domain.md 6). Days are working days after the day on
//! which it was handed in, by the calendar; where a provisional year is touched, that is told.

use chrono::NaiveDate;

use super::FormKind;
use crate::domain::workdays::{Due, WorkDays};

/// One thing that happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// Identifier of the time limit (domain.md 6).
    pub limit: &'static str,
    /// What, in Chinese.
    pub zh: &'static str,
    /// What, in English.
    pub en: &'static str,
    /// Working days.
    pub days: u32,
    /// By when; none where the calendar does not reach.
    pub due: Option<Due>,
}

/// Limits that stand in no catalogue entry: identifier, days, Chinese, English. T15 and T16 are GB22, T14 is customary.
const REPAIR: [(&str, u32, &str, &str); 2] = [
    (
        "T15",
        3,
        "认定单位决定是否受理",
        "the authority decides whether to accept",
    ),
    (
        "T16",
        10,
        "一般在此日前告知办理结果（需要核查、补正或者延期的除外）",
        "the result is told in general by then, unless something is to be checked, supplied or extended",
    ),
];
const COMPLAINT: (&str, u32, &str, &str) = (
    "T14",
    20,
    "信用体系建设领导小组答复",
    "the leading group answers",
);

/// What happens next. `answer_days` is the catalogue's limit for answering an objection (T12).
#[must_use]
pub fn next(
    kind: FormKind,
    handed_in: NaiveDate,
    answer_days: u32,
    calendar: &WorkDays,
) -> Vec<Next> {
    let at = |(limit, days, zh, en): (&'static str, u32, &'static str, &'static str)| Next {
        limit,
        zh,
        en,
        days,
        due: calendar.add(handed_in, days).ok(),
    };
    match kind {
        FormKind::Repair => REPAIR.map(at).into(),
        FormKind::Objection => vec![at((
            "T12",
            answer_days,
            "作出决定的机关核实并书面答复",
            "the deciding authority checks and answers in writing",
        ))],
        FormKind::Complaint => vec![at(COMPLAINT)],
    }
}
