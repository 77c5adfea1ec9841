//! The notice board in three parts: before an entry, exits, repairs. Notices are shown within their window and no longer;
//! they name nobody who bears the name of a person and has left. What left the display without a notice of its own is told
//! by day, reason and number: a record that was taken back has left nothing else behind.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::kinds::{SubjectKind, Words};
use crate::domain::workdays::{Due, WorkDays};
use crate::outside::web::api::notices::{days_left, field_name};
use crate::outside::web::link;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::small::persons;
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::date;
use crate::outside::web::stats::Ended;
use crate::record::{NoticeKind, Proposal, PublicNotice, Why};

/// Days that exits are told.
pub const EXIT_DAYS: u64 = 30;
/// Working days that repairs are told.
pub const REPAIR_WORKING_DAYS: u32 = 7;

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct NoticesView<'a> {
    /// The catalogue, for what has to be noticed beforehand.
    pub catalogue: &'a Catalogue,
    /// Notices shown today: those before an entry by their end, the others newest first.
    pub notices: &'a [PublicNotice],
    /// Whether objections can be made on this site.
    pub takes_applications: bool,
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
        "拟列入名单的事前公示、移出公告和修复公告。移出、修复的自然人，公告不写姓名。",
        "Notices before an entry, of exits and of repairs. Persons who have left are not named.",
    );
    let head = Head::new(title, Place::Elsewhere)
        .described(lead)
        .with_feed("/feeds/exits.atom");
    // names of persons are not for search engines
    let personal =
        |n: &PublicNotice| n.subject.name_masked || n.subject.kind == SubjectKind::NaturalPerson;
    let head = if view.notices.iter().any(personal) {
        head.unindexed()
    } else {
        head
    };
    let main = html! {
        header.page-head {
            h1 { (title) }
            p.lead { (lead) }
        }
        (prior(lang, view))
        (exits(lang, view))
        (repairs(lang, view))
        section {
            h2 { (lang.say("撤下统计里为什么没有名称", "Why nobody is named in the numbers")) }
            p {
                (lang.say(
                    "公告期满以后，本平台只保留记录编号、时间和原因类别，供下载过数据的单位据以删除；名称、名单和内容都不再保存在公开的数据库里。",
                    "After the term of its notice the portal keeps a record's id, the moment and the kind of reason, so that those who copied the data can delete it. Name, list and contents are no longer in the public database.",
                ))
            }
            p {
                (lang.say("撤下统计不记是组织还是自然人，所以一天之内不足5条的写作「少于5」，能由此推算出来的数字写作「不单列」。",
                    "The numbers do not know whether it was about an organisation or a person: fewer than five on a day are told as such, and numbers from which they would follow are withheld."))
            }
            p {
                (lang.say("机器可读的公告：", "For machines, the notices stand at ")) " "
                a href="/api/v1/notices" { code { "/api/v1/notices" } } (lang.say("；撤下通知：", ", each removal is told at ")) " "
                a href="/api/v1/withdrawals" { code { "/api/v1/withdrawals" } } (lang.say("；订阅见", "; to subscribe, see ")) a href="/feeds" { (lang.say("订阅", "Feeds")) } (lang.say("。", "."))
            }
        }
    };
    frame(ctx, &head, &main)
}

fn of_kind<'a>(
    view: &NoticesView<'a>,
    kind: NoticeKind,
) -> impl Iterator<Item = &'a PublicNotice> + use<'a> {
    view.notices.iter().filter(move |n| n.kind == kind)
}

/// Who a notice is about; whoever is not named is told by kind.
fn who(lang: Lang, notice: &PublicNotice) -> Markup {
    let subject = &notice.subject;
    html! {
        @if subject.name.is_empty() {
            @match subject.kind {
                SubjectKind::NaturalPerson => (lang.say("自然人（不公布姓名）", "a natural person, not named")),
                _ => (lang.say("个体工商户（不公布名称）", "an individual business, not named")),
            }
        } @else {
            @match &subject.credit_code {
                Some(code) => { a href=(link::subject(code)) { (subject.name) } span.meta.line { code { (code) } } }
                None => (subject.name),
            }
        }
    }
}

fn list_name(lang: Lang, view: &NoticesView<'_>, list: &str) -> Markup {
    match view.catalogue.list(list) {
        Some(entry) => html! { a href=(link::list(list)) { (lang.words(&entry.name)) } },
        None => html! { code { (list) } },
    }
}

/// The last day, and how many are left.
fn term(lang: Lang, notice: &PublicNotice, today: NaiveDate) -> Markup {
    let left = u32::try_from(days_left(notice, today)).unwrap_or(u32::MAX);
    html! {
        (date(notice.last_day()))
        @if notice.provisional { span.meta { (lang.say("（放假安排未公布，暂算）", " (holidays not yet announced: provisional)")) } }
        span.meta.line { (lang.say("还有 ", "")) span.num { (left) } (lang.counted(left, (" 天（含今天）", " day left, today included", " days left, today included"))) }
    }
}

/// Notices before an entry, and which lists owe them.
fn prior(lang: Lang, view: &NoticesView<'_>) -> Markup {
    html! {
        section #prior {
            h2 { (lang.say("事前公示", "Notices before an entry")) }
            p { (lang.say("名单决定作出之前的公示：尚未列入，任何人可以在截止日前提出异议。", "They come before a decision: nobody is listed yet, and anybody may object until the last day.")) }
            @if of_kind(view, NoticeKind::Prior).next().is_none() {
                p.empty { (lang.say("目前没有进行中的事前公示。", "No notice before an entry runs at present.")) }
            }
            @for notice in of_kind(view, NoticeKind::Prior) { (proposed(lang, view, notice)) }
            (owing(lang, view))
        }
    }
}

/// One notice before an entry, with all that the party and the public must be told.
fn proposed(lang: Lang, view: &NoticesView<'_>, notice: &PublicNotice) -> Markup {
    let heading = format!("notice-{}", notice.id);
    let mut rows = vec![
        Fact::new(
            lang.say("拟列入", "Proposed for"),
            list_name(lang, view, &notice.list),
        ),
        Fact::new(
            lang.say("提出单位", "By"),
            html! { (notice.authority_name) },
        ),
        Fact::new(lang.say("公示起", "From"), date(notice.open_from)),
        Fact::new(lang.say("公示止", "Until"), term(lang, notice, view.today)),
    ];
    if let Some(proposal) = &notice.proposal {
        rows.extend(told(lang, view, notice, proposal));
    }
    html! {
        article.board-notice aria-labelledby=(heading) {
            h3 id=(heading) { (who(lang, notice)) }
            (facts(&rows))
            @if view.takes_applications {
                p { a.button.second href=(link::object_to(&notice.id)) { (lang.say("提出异议", "Object")) } }
            }
            p.meta { (lang.say("公告编号 ", "Notice ")) code { (notice.id) } }
        }
    }
}

fn told(
    lang: Lang,
    view: &NoticesView<'_>,
    notice: &PublicNotice,
    proposal: &Proposal,
) -> Vec<Fact> {
    let mut rows: Vec<Fact> = proposal
        .reason
        .iter()
        .map(|field| {
            let name = field_name(view.catalogue, &notice.list, &field.key);
            Fact {
                name: if name.zh.is_empty() {
                    html! { (field.key) }
                } else {
                    lang.words(name)
                },
                value: html! { (field.value) },
                wide: true,
            }
        })
        .collect();
    let lines = |texts: &[String]| html! { ul.texts { @for text in texts { li { (text) } } } };
    let words =
        |texts: &[Words]| html! { ul.texts { @for text in texts { li { (lang.words(text)) } } } };
    for (name, value, empty) in [
        (
            lang.say("依据", "Basis"),
            lines(&proposal.basis),
            proposal.basis.is_empty(),
        ),
        (
            lang.say("拟采取的措施", "Proposed measures"),
            words(&proposal.measures),
            proposal.measures.is_empty(),
        ),
        (
            lang.say("异议的权利", "Right to object"),
            words(&proposal.objection),
            proposal.objection.is_empty(),
        ),
        (
            lang.say("修复或者移出的途径", "How to leave the list again"),
            words(&proposal.repair),
            proposal.repair.is_empty(),
        ),
    ] {
        if !empty {
            rows.push(Fact::wide(name, value));
        }
    }
    rows
}

/// Which lists owe a notice before an entry.
fn owing(lang: Lang, view: &NoticesView<'_>) -> Markup {
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

/// Notices of exits or repairs, one a row.
fn left(lang: Lang, view: &NoticesView<'_>, kind: NoticeKind, name: &str) -> Markup {
    let [subject, list, number, day, why, until] = [
        ("主体", "Subject"),
        ("名单或者类别", "List"),
        ("决定文书号", "Decision"),
        ("生效日期", "Effective on"),
        ("原因", "Reason"),
        ("公告至", "Told until"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    html! {
        @if of_kind(view, kind).next().is_some() {
            section.table-wrap tabindex="0" aria-label=(name) {
                table {
                    thead { tr { @for name in [subject, list, number, day, why, until] { th scope="col" { (name) } } } }
                    tbody {
                        @for notice in of_kind(view, kind) {
                            tr {
                                th scope="row" { (who(lang, notice)) }
                                td data-label=(list) { (list_name(lang, view, &notice.list)) span.meta.line { (notice.authority_name) } }
                                td data-label=(number) { @match &notice.document_number { Some(n) => (n), None => "—" } }
                                td data-label=(day) { @match notice.effective_on { Some(d) => (date(d)), None => "—" } }
                                td data-label=(why) { @match notice.reason { Some(r) => (lang.say(r.zh(), r.en())), None => "—" } }
                                td data-label=(until) { (term(lang, notice, view.today)) }
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
            (left(lang, view, NoticeKind::Exit, lang.say("移出公告", "Exit notices")))
            h3 { (lang.say("各日撤下的条数", "Numbers by day")) }
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
            (left(lang, view, NoticeKind::Repair, lang.say("修复公告", "Repair notices")))
            h3 { (lang.say("各日修复的条数", "Numbers by day")) }
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
