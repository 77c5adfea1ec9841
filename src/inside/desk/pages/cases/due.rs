//! When something is due, in colour and in words.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::cases::Procedure;
use crate::domain::workdays::WorkDays;
use crate::inside::cases::CaseRow;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::date;

/// Working days within which something is soon due.
pub const SOON: u32 = 3;

/// How a case stands to its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is awaited any more.
    Closed,
    /// No day is set.
    NoDay,
    /// The applicant is asked for a supplement: the clocks of the officers rest.
    Resting,
    /// An entry is displayed until then.
    Expires,
    /// Working days since the day.
    Overdue(u32),
    /// Today.
    Today,
    /// Working days until the day.
    In(u32),
    /// The calendar does not reach.
    Unknown,
}

/// What a queue says of the day of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueView {
    /// How it stands.
    pub standing: Standing,
    /// The day.
    pub on: Option<NaiveDate>,
    /// What is due.
    pub procedure: Option<Procedure>,
    /// Whether a provisional calendar had a part in the day.
    pub provisional: bool,
}

impl DueView {
    /// Of a row, on a day.
    #[must_use]
    pub fn of(row: &CaseRow, today: NaiveDate, calendar: &WorkDays) -> Self {
        let Some(due) = row.due.as_ref().filter(|_| !row.closed) else {
            return Self {
                standing: if row.closed {
                    Standing::Closed
                } else {
                    Standing::NoDay
                },
                on: None,
                procedure: None,
                provisional: false,
            };
        };
        let days = |from, to| calendar.count(from, to).map(|c| c.days);
        let standing = if row.state.0 == "supplement" {
            Standing::Resting
        } else if due.procedure == "expiry" {
            Standing::Expires
        } else if due.on < today {
            days(due.on, today).map_or(Standing::Unknown, Standing::Overdue)
        } else if due.on == today {
            Standing::Today
        } else {
            days(today, due.on).map_or(Standing::Unknown, Standing::In)
        };
        Self {
            standing,
            on: Some(due.on),
            procedure: Procedure::from_code(&due.procedure),
            provisional: due.provisional,
        }
    }

    /// Class of its colour.
    #[must_use]
    pub const fn tone(&self) -> &'static str {
        match self.standing {
            Standing::Overdue(_) => "tag grave",
            Standing::Today => "tag caution",
            Standing::In(days) if days <= SOON => "tag caution",
            _ => "tag",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let chinese = lang.is_chinese();
        let say = |zh: &'static str, en: &'static str| lang.say(zh, en).to_owned();
        match self.standing {
            Standing::Closed => say("已办结", "closed"),
            Standing::NoDay => say("没有期限", "no day is set"),
            Standing::Resting => say(
                "等待申请人补正，办理期限暂停",
                "resting: the applicant is asked",
            ),
            Standing::Expires => say("有效期至", "displayed until"),
            Standing::Overdue(0) => say("期限已过", "overdue since the last working day"),
            Standing::Overdue(n) if chinese => {
                lang.script(&format!("已逾期 {n} 个工作日")).into_owned()
            }
            Standing::Overdue(1) => "overdue by 1 working day".to_owned(),
            Standing::Overdue(n) => format!("overdue by {n} working days"),
            Standing::Today => say("今天到期", "due today"),
            Standing::In(n) if chinese => lang.script(&format!("还有 {n} 个工作日")).into_owned(),
            Standing::In(1) => "due in 1 working day".to_owned(),
            Standing::In(n) => format!("due in {n} working days"),
            Standing::Unknown => say("日历未覆盖，无法计算", "the calendar does not reach"),
        }
    }
}

/// The day of a case: colour, words, what is due, and whether it is sure.
#[must_use]
pub fn due(lang: Lang, view: &DueView) -> Markup {
    html! {
        span class=(view.tone()) { (view.words(lang)) }
        @if let Some(on) = view.on {
            " " span.meta {
                @if let Some(procedure) = view.procedure { (lang.say(procedure.zh(), procedure.en())) " " }
                (date(on))
            }
        }
        @if view.provisional {
            " " span.tag.caution { (lang.say("暂定日历", "provisional calendar")) }
        }
    }
}
