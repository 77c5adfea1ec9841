//! How an application stands: each part with its own state, and what may be done.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::name;
use super::part::{Part, part};
use crate::domain::cases::Limits;
use crate::domain::catalogue::Catalogue;
use crate::domain::forms::FormKind;
use crate::domain::forms::reply::Reply;
use crate::domain::workdays::WorkDays;
use crate::outside::apply::State;
use crate::outside::apply::acts::allows_in;
use crate::outside::apply::store::Standing;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::seal::Seal;
use crate::outside::web::parts::text::instant;

/// Everything that the page needs.
#[derive(Clone, Copy)]
pub struct TrackView<'a> {
    /// Number.
    pub number: &'a str,
    /// Token of its forms.
    pub token: &'a str,
    /// How it stands.
    pub standing: &'a Standing,
    /// What was told, oldest first.
    pub replies: &'a [Reply],
    /// The verification codes of the letters, one for each reply.
    pub seals: &'a [Option<Seal>],
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// Working days.
    pub calendar: &'a WorkDays,
    /// Time limits.
    pub limits: &'a Limits,
    /// Whether a record is displayed.
    pub displayed: &'a dyn Fn(&str) -> bool,
    /// The day.
    pub today: NaiveDate,
}

impl std::fmt::Debug for TrackView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "TrackView({}, {} replies)",
            self.number,
            self.replies.len()
        )
    }
}

fn tone(kind: FormKind, state: State) -> &'static str {
    match state {
        State::Approved
        | State::Done
        | State::Corrected
        | State::PartlyUpheld
        | State::Upheld
        | State::Settled => "good",
        State::Supplement | State::Draft | State::Mixed => "caution",
        state if state.is_closed(kind) => "grave",
        _ => "plain",
    }
}

/// The state as a mark; told by its words, and by its colour beside them.
pub(super) fn tag(lang: Lang, kind: FormKind, state: State) -> Markup {
    let (zh, en) = state.words(kind);
    html! { span.tag.{ (tone(kind, state)) } { (lang.say(zh, en)) } }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &TrackView<'_>) -> Markup {
    let lang = ctx.lang;
    let kind = view.standing.kind;
    let title = lang.say("办理进度", "How it stands");
    let head = Head::new(format!("{title} · {}", name(lang, kind)), Place::Help).unindexed();
    let parts: Vec<Part<'_>> = (0..view.standing.parts)
        .map(|at| Part::of(view, at))
        .collect();
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications")), ("/track", lang.say("查询办理进度", "Follow an application"))], title))
        div.apply.track {
            header.page-head { h1 { (title) } }
            (summary(lang, view))
            @if view.standing.state == State::Draft {
                p { a href=(link::resume(view.number)) { (lang.say("继续填写草稿", "Go on with the draft")) } }
            } @else {
                @if view.standing.erased_at.is_some() { (erased(lang, view)) }
                @if parts.len() > 1 { (overview(lang, view, &parts)) }
                @for one in &parts { (part(lang, view, one)) }
                (withdraw_all(lang, view, &parts))
            }
            (free_of_charge(lang))
            form.not-printed action=(link::track_at(view.number, "leave")) method="post" {
                input type="hidden" name="token" value=(view.token);
                p.meta { (lang.say("在公用电脑上查询的，看完请结束查询。", "On a machine that others use, end this when you are done.")) }
                button.button.second type="submit" { (lang.say("结束查询", "End")) }
            }
        }
    };
    frame(ctx, &head, &main)
}

fn summary(lang: Lang, view: &TrackView<'_>) -> Markup {
    let standing = view.standing;
    html! {
        dl.facts {
            div.fact { dt { (lang.say("办件编号", "Number")) } dd { code { (view.number) } } }
            div.fact { dt { (lang.say("事项", "Matter")) } dd { (lang.say(standing.kind.zh(), standing.kind.en())) } }
            div.fact { dt { (lang.say("状态", "State")) } dd { (tag(lang, standing.kind, standing.state)) } }
            @if let Some(at) = standing.submitted_at { div.fact { dt { (lang.say("提交时间", "Handed in")) } dd { (instant(at)) } } }
            @if let Some(day) = standing.expires_on { div.fact { dt { (lang.say("草稿保留至", "Draft kept until")) } dd { (lang.long_date(day)) } } }
        }
    }
}

/// Every part with its state, one under the other: on a small screen different results are seen at once.
fn overview(lang: Lang, view: &TrackView<'_>, parts: &[Part<'_>]) -> Markup {
    html! {
        nav.parts-nav aria-label=(lang.say("各项情况", "The parts")) {
            ol {
                @for one in parts {
                    li {
                        a href={ "#part-" (one.at + 1) } { (one.title(lang, view)) }
                        (tag(lang, view.standing.kind, one.state))
                        @if !one.authority().is_empty() { span.meta.line { (one.authority()) } }
                    }
                }
            }
        }
    }
}

fn withdraw_all(lang: Lang, view: &TrackView<'_>, parts: &[Part<'_>]) -> Markup {
    let kind = view.standing.kind;
    let may = parts
        .iter()
        .filter(|p| allows_in(kind, p.state, "withdraw"))
        .count();
    let waits = view
        .standing
        .done
        .iter()
        .any(|d| !d.fetched && d.part.is_none());
    html! {
        @if may > 1 && !waits {
            p.not-printed { a href=(link::track_at(view.number, "withdraw/all")) { (lang.say("撤回全部", "Withdraw all of it")) } }
        }
    }
}

fn erased(lang: Lang, view: &TrackView<'_>) -> Markup {
    let heading = html! { (lang.say("申请内容已按期删除", "Its contents were deleted when their time was over")) };
    notice(
        Weight::Info,
        &heading,
        &html! {
            p {
                (lang.say("办结后保存期满，申请内容、证明材料和答复已于下列时间删除，只保留编号、状态和日期：", "The term of keeping after its end is over. What was handed in, the evidence and the replies were deleted; number, states and dates remain. Deleted: "))
                @if let Some(at) = view.standing.erased_at { (instant(at)) }
            }
        },
    )
}
