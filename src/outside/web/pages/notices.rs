//! The notice board: prior notices, exits, repairs. Exits and repairs are told by day, reason and number and name
//! nobody: a record that was taken back has left nothing else behind, and is not to be found again by its notice.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::workdays::{Due, WorkDays};
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::small::persons;
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::date;
use crate::outside::web::stats::Ended;
use crate::record::Why;

/// Days that exits are told.
pub const EXIT_DAYS: u64 = 30;
/// Working days that repairs are told.
pub const REPAIR_WORKING_DAYS: u32 = 7;

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct NoticesView<'a> {
    /// The catalogue, for what has to be noticed beforehand.
    pub catalogue: &'a Catalogue,
    /// What was taken back, newest day first.
    pub endings: &'a [Ended],
    /// Exits from this civil date on are told.
    pub exits_from: NaiveDate,
    /// Repairs from this civil date on are told.
    pub repairs_from: NaiveDate,
    /// The civil date.
    pub today: NaiveDate,
    /// The calendar.
    pub calendar: &'a WorkDays,
}

/// A reason for which a record was taken back, in words.
#[must_use]
pub const fn why_words(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::Expired => ("公示期届满", "its term is over"),
        Why::Repaired => ("信用修复", "repaired"),
        Why::Delisted => ("移出名单", "removed from the list"),
        Why::Withdrawn => (
            "决定被撤销、变更或者确认违法、无效",
            "the decision was revoked, changed or declared invalid",
        ),
        Why::Removed => ("提供单位撤回", "taken back by the provider"),
        Why::Suspended => ("暂停公示", "suspended"),
        Why::NotAllowed => ("依法不再公示", "the rules no longer allow it"),
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &NoticesView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("公告", "Notices");
    let lead = lang.say(
        "拟列入名单的事前公示、移出公告和修复公告。已经退出公示的主体，公告不写名称。",
        "Notices before an entry, of exits and of repairs. Whoever has left the display is not named again.",
    );
    let head = Head::new(title, Place::Elsewhere)
        .described(lead)
        .with_feed("/feeds/exits.atom");
    let main = html! {
        header.page-head {
            h1 { (title) }
            p.lead { (lead) }
        }
        (prior(lang, view))
        (exits(lang, view))
        (repairs(lang, view))
        section {
            h2 { (lang.say("公告里为什么没有名称", "Why nobody is named")) }
            p {
                (lang.say(
                    "移出、修复之后，本平台只保留记录编号、时间和原因类别，供下载过数据的单位据以删除；名称、名单和内容都不再保存在公开的数据库里。再写一遍名称，等于继续公示。",
                    "After an exit or a repair the portal keeps the record's id, the moment and the kind of reason, so that those who copied the data can delete it. Name, list and contents are no longer in the public database. To name somebody again would be to go on disclosing them.",
                ))
            }
            p {
                (lang.say("公告不记是组织还是自然人，所以一天之内不足5条的写作「少于5」，能由此推算出来的数字写作「不单列」。",
                    "A notice does not know whether it was about an organisation or a person: fewer than five on a day are told as such, and numbers from which they would follow are withheld."))
            }
            p {
                (lang.say("机器可读的撤下通知：", "For machines, each removal is told at ")) " "
                a href="/api/v1/withdrawals" { code { "/api/v1/withdrawals" } } (lang.say("；订阅见", "; to subscribe, see ")) a href="/feeds" { (lang.say("订阅", "Feeds")) } (lang.say("。", "."))
            }
        }
    };
    frame(ctx, &head, &main)
}

/// Notices before an entry: none reaches the public store, so what is told is which lists owe them.
fn prior(lang: Lang, view: &NoticesView<'_>) -> Markup {
    let owing: Vec<&ListEntry> = view
        .catalogue
        .displayed()
        .filter(|l| l.prior_notice.party_notice || l.prior_notice.public_notice_working_days > 0)
        .collect();
    let name = lang.say(
        "需要事前告知或者公示的名单",
        "Lists that owe a notice before an entry",
    );
    let [list, party, public, end] = [
        ("名单", "List"),
        ("告知当事人", "Party told"),
        ("事前公示", "Public notice"),
        ("今天起公示，至", "Begun today, it ends"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    html! {
        section #prior {
            h2 { (lang.say("事前公示", "Notices before an entry")) }
            p { (lang.say("本平台目前没有进行中的事前公示。认定单位发布后，这里列出主体、事由、截止日期、剩余天数和提出异议的途径。", "No notice runs on this portal at present. When an authority publishes one, its subject, reason, last day, days left and the way to object stand here.")) }
            @if !owing.is_empty() {
                section.table-wrap tabindex="0" aria-label=(name) {
                    table {
                        caption { (name) }
                        thead { tr { @for name in [list, party, public, end] { th scope="col" { (name) } } } }
                        tbody {
                            @for entry in owing {
                                @let days = entry.prior_notice.public_notice_working_days;
                                tr {
                                    th scope="row" { a href=(link::list(&entry.code)) { (lang.words(&entry.name)) } }
                                    td data-label=(party) { (if entry.prior_notice.party_notice { lang.say("必须", "required") } else { lang.say("不要求", "not required") }) }
                                    td data-label=(public) {
                                        @if days > 0 { (lang.say("不少于 ", "at least ")) span.num { (days) } (lang.counted(days, (" 个工作日", " working day", " working days"))) }
                                        @else { (lang.say("不要求", "not required")) }
                                        @if !entry.prior_notice.basis.is_empty() { span.meta.line { (terms::source(lang, &entry.prior_notice.basis)) } }
                                    }
                                    td data-label=(end) { @if days > 0 { (due(lang, view.calendar.add(view.today, days).ok())) } @else { "—" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn due(lang: Lang, due: Option<Due>) -> Markup {
    html! {
        @match due {
            Some(due) => {
                (date(due.date))
                @if due.provisional { span.meta { (lang.say("（放假安排未公布，暂算）", " (holidays not yet announced: provisional)")) } }
            }
            None => (lang.say("放假安排未公布，无法计算", "holidays not yet announced: cannot be told")),
        }
    }
}

fn exits(lang: Lang, view: &NoticesView<'_>) -> Markup {
    let rows: Vec<Ended> = view
        .endings
        .iter()
        .copied()
        .filter(|e| e.why != Why::Repaired && e.day >= view.exits_from)
        .collect();
    html! {
        section #exits {
            h2 { (lang.say("移出和撤下公告", "Exits and removals")) }
            p.meta { (lang.say("最近三十天，自 ", "The last thirty days, from ")) (date(view.exits_from)) (lang.say(" 起。", ".")) }
            (table(lang, lang.say("移出和撤下公告", "Exits and removals"), &rows))
        }
    }
}

fn repairs(lang: Lang, view: &NoticesView<'_>) -> Markup {
    let rows: Vec<Ended> = view
        .endings
        .iter()
        .copied()
        .filter(|e| e.why == Why::Repaired && e.day >= view.repairs_from)
        .collect();
    html! {
        section #repairs {
            h2 { (lang.say("修复公告", "Repairs")) }
            p.meta { (lang.say("公告七个工作日，自 ", "Told for seven working days, from ")) (date(view.repairs_from)) (lang.say(" 起。", ".")) }
            (table(lang, lang.say("修复公告", "Repairs"), &rows))
        }
    }
}

fn table(lang: Lang, name: &str, rows: &[Ended]) -> Markup {
    let [day, why, number] =
        [("日期", "Day"), ("原因", "Reason"), ("条数", "Records")].map(|(zh, en)| lang.say(zh, en));
    html! {
        @if rows.is_empty() {
            p.empty { (lang.say("无相关公告。", "There is none.")) }
        } @else {
            section.table-wrap tabindex="0" aria-label=(name) {
                table.narrow {
                    thead { tr { @for name in [day, why, number] { th scope="col" { (name) } } } }
                    tbody {
                        @for row in rows {
                            @let (zh, en) = why_words(row.why);
                            tr {
                                th scope="row" { (date(row.day)) }
                                td data-label=(why) { (lang.say(zh, en)) }
                                td.num data-label=(number) { (persons(lang, row.count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
