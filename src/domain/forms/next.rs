//! What happens after an application was handed in, and by when: the rows of the table of time limits (domain.md 6) for
//! what it is about and where. Days run after the day on which it was handed in, by the calendar; where a provisional
//! year is touched, that is told.

use chrono::NaiveDate;

use super::FormKind;
use super::reply::Deadline;
use crate::domain::cases::limits::Unit;
use crate::domain::cases::{Key, Procedure, Rules};
use crate::domain::workdays::Due;

/// One thing that happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// What the limit is for.
    pub procedure: Procedure,
    /// Identifier of the time limit (domain.md 6).
    pub limit: String,
    /// What, in Chinese.
    pub zh: &'static str,
    /// What, in English.
    pub en: &'static str,
    /// How many of the unit.
    pub days: u32,
    /// Unit that counts.
    pub unit: Unit,
    /// The rule that sets it.
    pub source: String,
    /// By when; none where the calendar does not reach.
    pub due: Option<Due>,
}

/// A procedure with what it is for its applicant, in Chinese and English.
type Step = (Procedure, &'static str, &'static str);

const REPAIR: [Step; 2] = [
    (
        Procedure::RepairAccept,
        "认定单位决定是否受理",
        "the authority decides whether to accept",
    ),
    (
        Procedure::RepairFeedback,
        "一般在此日前告知办理结果（需要核查、补正或者延期的除外）",
        "the result is told in general by then, unless something is to be checked, supplied or extended",
    ),
];
const OBJECTION: [Step; 1] = [(
    Procedure::ObjectionAnswer,
    "作出决定的机关核实并书面答复",
    "the deciding authority checks and answers in writing",
)];
const COMPLAINT: [Step; 1] = [(
    Procedure::ComplaintDecide,
    "信用体系建设领导小组答复",
    "the leading group answers",
)];

/// What happens next with what is looked up by a key; the default key is the whole country.
#[must_use]
pub fn next(kind: FormKind, handed_in: NaiveDate, key: &Key, rules: &Rules<'_>) -> Vec<Next> {
    let steps: &[Step] = match kind {
        FormKind::Repair => &REPAIR,
        FormKind::Objection => &OBJECTION,
        FormKind::Complaint => &COMPLAINT,
    };
    steps
        .iter()
        .filter_map(|step| of(step, handed_in, key, rules))
        .collect()
}

impl Next {
    /// As a deadline that is told to the applicant.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        Deadline {
            procedure: self.procedure.code().to_owned(),
            zh: self.zh.to_owned(),
            en: self.en.to_owned(),
            source: self.source.clone(),
            due: self.due.map(|d| d.date),
            done: None,
            overdue: false,
            resting: false,
            provisional: self.due.is_some_and(|d| d.provisional),
        }
    }
}

fn of(step: &Step, handed_in: NaiveDate, key: &Key, rules: &Rules<'_>) -> Option<Next> {
    let (procedure, zh, en) = *step;
    let clock = rules.clock(procedure, key, handed_in).ok()?;
    let due = clock.due(rules.calendar).ok().and_then(|(due, _)| due);
    Some(Next {
        procedure,
        limit: clock.limit.id.clone(),
        zh,
        en,
        days: clock.count,
        unit: clock.unit,
        source: clock.limit.source.clone(),
        due,
    })
}
