//! Re-users: who keeps copies, who has deleted what was taken back, and how to register.

use maud::{Markup, html};

use crate::domain::time::Moment;
use crate::outside::store::Reuser;
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{count, instant};
use crate::outside::web::problem::FieldError;
use crate::outside::web::reusers::{LATE_HOURS, Registration, Standing, hours};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Those that are named.
    pub all: &'a [Reuser],
    /// Where the portal stands.
    pub seq: i64,
    /// How many registered and are not named yet.
    pub waiting: i64,
    /// The present instant.
    pub now: Moment,
    /// Whether this node takes registrations.
    pub takes: bool,
    /// Whether a contact can be sealed to a desk.
    pub sealed: bool,
    /// What was typed.
    pub typed: &'a Registration,
    /// What is wrong with it.
    pub faults: &'a [FieldError],
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &View<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("数据使用单位", "Re-users");
    let wrong = if view.faults.is_empty() {
        ""
    } else {
        lang.say("有误：", "Error: ")
    };
    let lead = lang.say(
        "保存本平台数据副本的单位，以及各自是否已经删除撤下的信息。",
        "Those who keep copies of these data, and whether each has deleted what was taken back.",
    );
    let head = Head::new(format!("{wrong}{title}"), Place::Elsewhere).described(lead);
    let fields = fields(lang, view);
    let main = html! {
        (error_summary(lang, &fields))
        header.page-head { h1 { (title) } p.lead { (lead) } }
        section aria-labelledby="standing-h" {
            h2 #standing-h { (lang.say("同步情况", "How they stand")) }
            p.meta { (lang.say("平台当前序号 ", "The portal stands at sequence number ")) span.num { (view.seq) } (lang.say("；撤下满 ", "; what was taken back ")) (LATE_HOURS) (lang.say(" 小时仍未删除的，列为逾期（本平台的约定，法律未规定时限）。", " hours ago or more and is not deleted counts as late (a term of this portal; no law names one).")) }
            @if view.all.is_empty() { p { (lang.say("尚无登记的数据使用单位。", "No re-user is named yet.")) } } @else { (table(lang, view)) }
            @if view.waiting > 0 { p.meta { (lang.say("另有 ", "")) (count(view.waiting.unsigned_abs())) (lang.say(" 个已登记、待确认，名称确认后列出。", " more registered; each is named once it was looked at.")) } }
            p { a href="/api/v1/reusers" { "JSON" } }
        }
        (duties(lang))
        @if view.takes { (form(lang, &fields)) } @else {
            section aria-labelledby="register-h" {
                h2 #register-h { (lang.say("登记", "Registering")) }
                p { (lang.say("本节点只读，不受理登记；请到平台的发布节点登记。", "This node is read-only and takes no registrations: go to the node of the portal that publishes.")) }
            }
        }
        p { a href="/data" { (lang.say("返回开放数据", "Back to open data")) } }
    };
    frame(ctx, &head, &main)
}

fn table(lang: Lang, view: &View<'_>) -> Markup {
    let words = [
        lang.say("状态", "Standing"),
        lang.say("已删除至序号", "Deleted up to"),
        lang.say("待删除", "To be deleted"),
        lang.say("已过小时", "Hours"),
        lang.say("最近报告", "Last report"),
    ];
    html! {
        div.table-wrap.data-sets role="group" tabindex="0" aria-label=(lang.say("同步情况", "How they stand")) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("单位", "Re-user")) }
                    @for word in words { th scope="col" { (word) } }
                } }
                tbody { @for one in view.all {
                    @let (zh, en) = Standing::of(one, view.now).words();
                    tr {
                        th scope="row" {
                            @if one.website.is_empty() { (one.name) } @else { a href=(one.website) rel="nofollow noopener external" { (one.name) } }
                        }
                        td data-label=(words[0]) { (lang.say(zh, en)) }
                        td.num data-label=(words[1]) { (one.deleted_to) }
                        td.num data-label=(words[2]) { (count(one.behind.unsigned_abs())) }
                        td.num data-label=(words[3]) { @match hours(one, view.now) { Some(hours) => (hours), None => "0" } }
                        td data-label=(words[4]) { @match one.reported_at { Some(at) => (instant(at)), None => (lang.say("无", "None")) } }
                    }
                } }
            }
        }
    }
}

fn duties(lang: Lang) -> Markup {
    html! {
        section aria-labelledby="duties-h" {
            h2 #duties-h { (lang.say("怎样得知、怎样报告", "How to be told, and how to report")) }
            ul.texts {
                li { a href="/api/v1/withdrawals?since=0" { "JSON Lines" } (lang.say("、", ", ")) a href="/feeds/withdrawals.atom" { "Atom" } (lang.say("、", ", ")) a href="/data/hooks" { (lang.say("网络回调", "webhook")) } (lang.say("：只有编号、时间和原因类别。", ": ids, moments and kinds of reason alone.")) }
                li { (lang.say("自己的副本里哪些必须删除：", "What must go from a copy of your own: ")) code { "gongshi stale FILE" } }
                li { (lang.say("删除后报告删至的序号：", "Then report the sequence number up to which you have deleted:")) }
            }
            pre tabindex="0" { code {
                "curl -X POST -H 'Authorization: Bearer gsr_…' -H 'Content-Type: application/json' \\\n"
                "  -d '{\"seq\": 1234}' https://…/api/v1/reusers/ID/progress"
            } }
        }
    }
}

fn fields<'a>(lang: Lang, view: &View<'a>) -> Vec<Field<'a>>
where
{
    let error = |name: &str| {
        let pointer = format!("body:/{name}");
        let found = view.faults.iter().find(|f| f.pointer == pointer);
        found.map_or("", |f| {
            let (zh, en) = f
                .message
                .split_once(" · ")
                .unwrap_or((&f.message, &f.message));
            if lang.is_chinese() { zh } else { en }
        })
    };
    let line = |autocomplete, longest| Input::Line {
        autocomplete,
        longest,
    };
    let mut all = vec![
        Field {
            name: "name",
            label: lang.say("单位名称", "Name"),
            hint: lang.say(
                "经确认后在本页公开",
                "Shown on this page once it was looked at",
            ),
            error: error("name"),
            value: &view.typed.name,
            required: true,
            input: line("organization", 100),
        },
        Field {
            name: "website",
            label: lang.say("网址", "Website"),
            hint: lang.say("同样公开", "Shown as well"),
            error: error("website"),
            value: &view.typed.website,
            required: false,
            input: line("url", 300),
        },
    ];
    if view.sealed {
        all.push(Field {
            name: "contact",
            label: lang.say("联系方式", "How to reach you"),
            hint: lang.say(
                "加密给业务端，不公开，公开节点不能读取",
                "Sealed to the desk: not shown, and the public node cannot read it",
            ),
            error: error("contact"),
            value: "",
            required: false,
            input: line("email", 500),
        });
    }
    all
}

fn form(lang: Lang, fields: &[Field<'_>]) -> Markup {
    html! {
        section aria-labelledby="register-h" {
            h2 #register-h { (lang.say("登记", "Registering")) }
            p { (lang.say("登记自愿、免费。登记后得到令牌，只显示一次，用于报告。", "Registering is free and up to you. You get a token, shown once, with which you report.")) }
            form action="/data/reusers" method="post" novalidate {
                @for f in fields { (field(lang, f)) }
                button type="submit" { (lang.say("登记", "Register")) }
            }
        }
    }
}

/// The page that shows the token.
#[must_use]
pub fn made(ctx: &Ctx, id: &str, token: &str) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("已登记", "Registered");
    let head = Head::new(title, Place::Elsewhere).unindexed();
    let main = html! {
        header.page-head { h1 { (title) } p.lead { (lang.say("请立即保存令牌：它只显示这一次，平台只保存其散列。", "Keep the token now: it is shown this once, and the portal keeps its hash alone.")) } }
        dl.facts {
            dt { (lang.say("编号", "Id")) } dd { code { (id) } }
            dt { (lang.say("令牌", "Token")) } dd { code { (token) } }
        }
        pre tabindex="0" { code {
            "curl -X POST -H 'Authorization: Bearer " (token) "' -H 'Content-Type: application/json' \\\n"
            "  -d '{\"seq\": 0}' https://…/api/v1/reusers/" (id) "/progress"
        } }
        p { (lang.say("名称经确认后列入公开页面。", "You are named on the public page once it was looked at.")) }
        p { a href="/data/reusers" { (lang.say("数据使用单位", "Re-users")) } }
    };
    frame(ctx, &head, &main)
}
