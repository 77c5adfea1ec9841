//! The check before an act: what the applicant will read, what will happen to the record. Nothing is done yet.

use maud::{Markup, html};

use super::{effects, head, paragraphs, state};
use crate::domain::forms::reply::{Letter, Reply};
use crate::inside::cases::{CaseRow, Foreseen};
use crate::inside::desk::acts::{Asks, DeskAct, RELIEFS, Typed, input_of, shown_of};
use crate::inside::desk::pages::frame::DeskCtx;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::date;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct CheckView {
    /// The case.
    pub row: CaseRow,
    /// The act.
    pub act: &'static DeskAct,
    /// What was typed.
    pub typed: Typed,
    /// What would be done.
    pub foreseen: Foreseen,
    /// Names of the fields of the record.
    pub fields: Vec<(String, String)>,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &CheckView) -> Markup {
    let lang = ctx.lang;
    let (row, act) = (&view.row, view.act);
    let (_, zh, en) = view.foreseen.to;
    html! {
        (head(ctx, row, lang.say("核对后办理", "Check before it is done")))
        (facts(&[
            Fact::new(lang.say("操作", "Act"), html! { strong { (lang.say(act.zh, act.en)) } }),
            Fact::new(lang.say("状态", "State"), html! { (state(lang, row)) " → " span.tag { (lang.say(zh, en)) } }),
        ]))
        section #record {
            h2 { (lang.say("公示信息将发生的变化", "What will happen to the record")) }
            (effects(lang, &view.foreseen.effects))
            (corrected(lang, view))
        }
        section #reply {
            h2 { (lang.say("申请人将看到的内容", "What the applicant will read")) }
            @match &view.foreseen.reply {
                Some(reply) => { (told(lang, reply)) }
                None => { p { (lang.say("申请人不会收到通知。", "The applicant is told nothing.")) } }
            }
        }
        form.desk-act method="post" action={ "/desk/cases/" (row.id) "/act/" (act.code) } {
            (ctx.token())
            input type="hidden" name="version" value=(row.version);
            (carried(act, &view.typed))
            (notice(Weight::Caution, &html! { (lang.say("确认后立即生效，不能撤回", "It takes effect at once and cannot be taken back")) }, &html! {
                div.acts {
                    button.button type="submit" name="step" value="do" { (lang.say("确认：", "Confirm: ")) (lang.say(act.zh, act.en)) } " "
                    @if !act.asks.is_empty() { button.button.second type="submit" name="step" value="edit" { (lang.say("返回修改", "Back to change it")) } " " }
                    a href={ "/desk/cases/" (row.id) } { (lang.say("取消", "Cancel")) }
                }
            }))
        }
    }
}

/// What was typed, carried along.
fn carried(act: &DeskAct, typed: &Typed) -> Markup {
    let texts = [
        (Asks::Reasons, "reasons", &typed.reasons),
        (Asks::Items, "items", &typed.items),
        (Asks::Findings, "findings", &typed.findings),
        (Asks::Place, "place", &typed.place),
        (Asks::Meeting, "meeting", &typed.meeting),
        (Asks::Relief, "relief", &typed.relief),
    ];
    html! {
        @for (asks, name, value) in texts {
            @if act.asks_for(asks) { input type="hidden" name=(name) value=(value); }
        }
        @if act.may_correct() {
            @for field in &typed.fields {
                input type="hidden" name=(shown_of(&field.key)) value=(field.old);
                input type="hidden" name=(input_of(&field.key)) value=(field.new);
            }
        }
    }
}

fn corrected(lang: Lang, view: &CheckView) -> Markup {
    let act = view.act;
    let relief = RELIEFS.iter().find(|(code, ..)| *code == view.typed.relief);
    let correcting = act.asks_for(Asks::Changes) || view.typed.relief == "correct";
    html! {
        @if let Some((_, zh, en)) = relief.filter(|_| act.asks_for(Asks::Relief)) { p { (lang.say("处理：", "Done: ")) strong { (lang.say(zh, en)) } } }
        @if act.may_correct() && correcting {
            dl.facts {
                @for field in view.typed.changed() {
                    div.fact.wide {
                        dt { (view.fields.iter().find(|(key, _)| *key == field.key).map_or(field.key.as_str(), |(_, name)| name)) }
                        dd {
                            p { span.meta { (lang.say("更正前：", "Before: ")) } del { (field.old) } }
                            p { span.meta { (lang.say("更正后：", "After: ")) } ins { (field.new) } }
                        }
                    }
                }
            }
        }
    }
}

fn told(lang: Lang, reply: &Reply) -> Markup {
    html! {
        @if let Some(reasons) = reply.reasons.as_ref().filter(|_| reply.letter.is_none()) { (paragraphs(reasons)) }
        @if !reply.items.is_empty() {
            p { (lang.say("请补正下列内容：", "To be supplied:")) }
            ol { @for item in &reply.items { li { (item) } } }
        }
        @if let Some(place) = reply.place.as_ref().filter(|_| reply.letter.is_none()) { (paragraphs(place)) }
        @if !reply.deadlines.is_empty() {
            ul {
                @for one in &reply.deadlines {
                    li {
                        (if lang.is_chinese() { lang.script(&one.zh).into_owned() } else { one.en.clone() }) "："
                        @match (one.done, one.due) {
                            (Some(done), _) => { (lang.say("已办结 ", "done ")) (date(done)) }
                            (None, Some(due)) => { (date(due)) }
                            (None, None) => { (lang.say("暂停", "resting")) }
                        }
                    }
                }
            }
        }
        @if let Some(letter) = &reply.letter { (written(lang, letter)) }
    }
}

/// The letter, as it is written.
fn written(lang: Lang, letter: &Letter) -> Markup {
    let chinese = (!lang.is_chinese()).then_some("zh-Hans");
    html! {
        div.letter lang=[chinese] {
            h3 { (letter.title_zh) }
            p.num { (letter.number) }
            p { (letter.to) "：" }
            @for part in &letter.body { (paragraphs(part)) }
            @if !letter.remedies.is_empty() { ul { @for remedy in &letter.remedies { li { (remedy) } } } }
            p.signatures { (letter.authority) br; (lang.long_date(letter.decided_on)) }
        }
    }
}
