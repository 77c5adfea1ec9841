//! A legal deadline in words: what is due, by when, how many working days are left or over, whether the clock rests, and
//! whether the day is provisional.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::forms::reply::Deadline;
use crate::domain::workdays::WorkDays;
use crate::outside::web::parts::lang::Lang;

/// How a deadline stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It rests: the applicant is asked to supply something.
    Resting,
    /// Done in time, on a day.
    Done(NaiveDate),
    /// Done, and late.
    DoneLate(NaiveDate),
    /// So many working days are left; 0 on the last day.
    Left(u32),
    /// So many working days are over.
    Over(u32),
    /// There is no day to count to.
    Open,
}

/// How a deadline stands today. An overdue one on a provisional calendar is counted all the same, and told to be
/// provisional beside it.
#[must_use]
pub fn stand(deadline: &Deadline, today: NaiveDate, calendar: &WorkDays) -> Stand {
    let between = |from, to| calendar.count(from, to).map_or(0, |c| c.days);
    match (deadline.done, deadline.due) {
        (Some(done), Some(due)) if done > due => Stand::DoneLate(done),
        (Some(done), _) => Stand::Done(done),
        (None, _) if deadline.resting => Stand::Resting,
        (None, Some(due)) if due < today => Stand::Over(between(due, today)),
        (None, Some(due)) => Stand::Left(between(today, due)),
        (None, None) => Stand::Open,
    }
}

/// How it stands, in words.
pub(super) fn words(lang: Lang, stand: Stand) -> Markup {
    html! {
        @match stand {
            Stand::Resting => span.tag { (lang.say("等待您补正，期限暂停计算", "waits for you: the clock rests")) },
            Stand::Done(day) => { span.tag.good { (lang.say("已办", "done")) } " " (lang.long_date(day)) },
            Stand::DoneLate(day) => { span.tag.caution { (lang.say("逾期办理", "done late")) } " " (lang.long_date(day)) },
            Stand::Left(0) => span.tag.caution { (lang.say("今天到期", "due today")) },
            Stand::Left(days) => span.tag {
                (lang.say("还剩 ", "")) (days) (lang.counted(days, (" 个工作日", " working day left", " working days left")))
            },
            Stand::Over(days) => span.tag.grave {
                (lang.say("已逾期 ", "overdue by ")) (days) (lang.counted(days, (" 个工作日", " working day", " working days")))
            },
            Stand::Open => {},
        }
    }
}

/// A deadline as a line of a list.
pub(super) fn line(
    lang: Lang,
    deadline: &Deadline,
    today: NaiveDate,
    calendar: &WorkDays,
) -> Markup {
    let stand = stand(deadline, today, calendar);
    html! {
        div.fact {
            dt { @if lang.is_chinese() { (lang.chinese(&deadline.zh)) } @else { (deadline.en) } }
            dd {
                @if let Some(due) = deadline.due { (lang.say("期限 ", "by ")) (lang.long_date(due)) " " }
                (words(lang, stand))
                @if deadline.provisional && deadline.due.is_some() {
                    span.meta.line { (lang.say("该年度放假安排尚未公布，日期为暂定", "provisional: the holidays of that year are not announced yet")) }
                }
                @if !deadline.source.is_empty() { span.meta.line { (lang.say("依据：", "by ")) (lang.chinese(&deadline.source)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_deadline_is_left_due_today_over_done_or_resting() {
        let calendar = WorkDays::embedded();
        let deadline = |due: Option<&str>, done: Option<&str>, resting| Deadline {
            procedure: "repair_decide".into(),
            zh: "决定".into(),
            en: "decision".into(),
            source: String::new(),
            due: due.map(day),
            done: done.map(day),
            overdue: false,
            resting,
            provisional: false,
        };
        // 2026-11-28 and 29 are a weekend
        let today = day("2026-11-25");
        for (due, done, resting, stands) in [
            (Some("2026-11-25"), None, false, Stand::Left(0)),
            (Some("2026-12-01"), None, false, Stand::Left(4)),
            (Some("2026-11-20"), None, false, Stand::Over(3)),
            (None, None, true, Stand::Resting),
            (None, None, false, Stand::Open),
            (
                Some("2026-11-20"),
                Some("2026-11-20"),
                false,
                Stand::Done(day("2026-11-20")),
            ),
            (
                Some("2026-11-20"),
                Some("2026-11-23"),
                false,
                Stand::DoneLate(day("2026-11-23")),
            ),
        ] {
            let deadline = deadline(due, done, resting);
            assert_eq!(stand(&deadline, today, &calendar), stands, "{deadline:?}");
        }
    }
}
