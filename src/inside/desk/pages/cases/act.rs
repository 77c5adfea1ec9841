//! The form of an act: its legal limit, what it asks for, texts to begin with; and back with everything that was typed when
//! something is wrong or the act is refused.

use maud::{Markup, html};

use super::due::{DueView, due};
use super::view::limit_words;
use super::{head, state};
use crate::inside::cases::{CaseRow, Reading};
use crate::inside::desk::acts::{
    Asks, DeskAct, Fault, LONGEST, RELIEFS, Typed, input_of, shown_of,
};
use crate::inside::desk::pages::frame::DeskCtx;
use crate::inside::desk::replies::{Of, Offered};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, field, problems};
use crate::outside::web::parts::lang::Lang;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ActView {
    /// The case.
    pub row: CaseRow,
    /// Its day.
    pub due: DueView,
    /// The act.
    pub act: &'static DeskAct,
    /// Its legal limit.
    pub limit: Option<Reading>,
    /// By how much the term may be extended: number and source.
    pub extension: Option<(u32, String)>,
    /// What was typed.
    pub typed: Typed,
    /// Names of the fields of the record.
    pub fields: Vec<(String, String)>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// Why it was refused: Chinese and English.
    pub refused: Option<(String, String)>,
    /// Texts to begin with.
    pub texts: Vec<Offered>,
}

fn error(lang: Lang, view: &ActView, id: &str) -> String {
    let fault = view.faults.iter().find(|f| f.field == id);
    fault.map_or_else(String::new, |f| words(lang, (&f.zh, &f.en)))
}

fn words(lang: Lang, (zh, en): (&str, &str)) -> String {
    if lang.is_chinese() {
        lang.script(zh).into_owned()
    } else {
        en.to_owned()
    }
}

/// One field of the form, with the words that it needs.
struct Asked {
    name: String,
    label: String,
    hint: &'static str,
    error: String,
    value: String,
    rows: u32,
    longest: u32,
}

fn asked(lang: Lang, view: &ActView) -> Vec<Asked> {
    let text = |name: &str, label, hint, value: &str, rows, longest| Asked {
        name: name.to_owned(),
        label,
        hint,
        error: error(lang, view, name),
        value: value.to_owned(),
        rows,
        longest,
    };
    let longest = u32::try_from(LONGEST).unwrap_or(u32::MAX);
    let say = |zh: &'static str, en: &'static str| lang.say(zh, en).to_owned();
    let typed = &view.typed;
    let mut out = Vec::new();
    for what in view.act.asks {
        match what {
            Asks::Reasons => out.push(text(
                "reasons",
                say("理由和依据", "Reasons and rule"),
                lang.say(
                    "申请人将看到全文。写明事实、依据的条款；不利的决定须逐项回应申请人的理由。救济途径由系统自动附上。",
                    "The applicant reads all of it. Give facts and the rule; answer each point of the applicant. The remedies are added by the program.",
                ),
                &typed.reasons,
                10,
                longest,
            )),
            Asks::Items => out.push(text(
                "items",
                say("需要补正的全部内容", "Everything that is missing"),
                lang.say(
                    "每行一项。补正要求只能一次性提出，申请人将看到全文。",
                    "One thing a line. It may be asked for once only; the applicant reads all of it.",
                ),
                &typed.items,
                8,
                longest,
            )),
            Asks::Findings => out.push(text(
                "findings",
                say("核查情况", "What was found"),
                lang.say(
                    "履行义务情况、承诺、有无新的违法行为。仅供内部审批，不向申请人公开。",
                    "Performance, commitment, new violations. It stays inside.",
                ),
                &typed.findings,
                8,
                longest,
            )),
            Asks::Place => out.push(text(
                "place",
                say("应当到哪里办理", "Where it belongs"),
                lang.say(
                    "单位名称、地址或者网址、电话，申请人将看到全文",
                    "Name, address or site, telephone; the applicant reads it",
                ),
                &typed.place,
                3,
                500,
            )),
            Asks::Meeting => out.push(text(
                "meeting",
                say("会议纪要编号", "Reference of the meeting"),
                "",
                &typed.meeting,
                2,
                500,
            )),
            Asks::Relief | Asks::Changes => {}
        }
    }
    out
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &ActView) -> Markup {
    let lang = ctx.lang;
    let (row, act) = (&view.row, view.act);
    let all = asked(lang, view);
    let texts: Vec<Field<'_>> = all.iter().map(lines).collect();
    let relief = words_of_relief(lang);
    let chosen = error(lang, view, "relief");
    let relief = Field {
        name: "relief",
        label: lang.say("如何处理", "What is done"),
        hint: "",
        error: &chosen,
        value: &view.typed.relief,
        required: true,
        input: Input::Radio { of: &relief },
    };
    html! {
        (summary(lang, view))
        (head(ctx, row, lang.say(act.zh, act.en)))
        @if let Some((zh, en)) = &view.refused {
            div.error-summary role="alert" tabindex="-1" autofocus {
                h2 { (lang.say("没有办理", "It was not done")) }
                p { (words(lang, (zh, en))) }
                p { (lang.say("所填内容保留如下；", "What was typed stands below; ")) a href={ "/desk/cases/" (row.id) } { (lang.say("查看案件最新情况", "see how the case stands")) } }
            }
        }
        (facts(&standing(lang, view)))
        form.desk-act method="post" action={ "/desk/cases/" (row.id) "/act/" (act.code) } {
            (ctx.token())
            input type="hidden" name="version" value=(row.version);
            @if !view.texts.is_empty() { (texts_to_begin_with(lang, view)) }
            @for one in &texts { (field(lang, one)) }
            @if act.asks_for(Asks::Relief) { (field(lang, &relief)) }
            @if act.may_correct() { (corrections(lang, view)) }
            button.button type="submit" name="step" value="check" {
                @if act.checked { (lang.say("下一步：核对", "Next: check")) } @else { (lang.say("登记", "Enter it")) }
            }
        }
    }
}

fn lines(asked: &Asked) -> Field<'_> {
    Field {
        name: &asked.name,
        label: &asked.label,
        hint: asked.hint,
        error: &asked.error,
        value: &asked.value,
        required: false,
        input: Input::Lines {
            rows: asked.rows,
            longest: asked.longest,
        },
    }
}

fn words_of_relief(lang: Lang) -> Vec<(&'static str, &'static str)> {
    RELIEFS
        .iter()
        .map(|(code, zh, en)| (*code, lang.say(zh, en)))
        .collect()
}

fn summary(lang: Lang, view: &ActView) -> Markup {
    let all: Vec<(String, &Fault)> = view
        .faults
        .iter()
        .map(|f| (words(lang, (&f.zh, &f.en)), f))
        .collect();
    let wrong: Vec<(&str, &str)> = all
        .iter()
        .map(|(words, fault)| (fault.field.as_str(), words.as_str()))
        .collect();
    problems(lang, &wrong)
}

fn standing(lang: Lang, view: &ActView) -> Vec<Fact> {
    let row = &view.row;
    let mut out = vec![
        Fact::new(lang.say("目前状态", "State now"), state(lang, row)),
        Fact::new(lang.say("期限", "Due"), due(lang, &view.due)),
    ];
    if let Some(limit) = &view.limit {
        out.push(Fact::new(
            lang.say("本项操作的期限", "Limit of this act"),
            html! { (lang.words(&limit.what)) " " (limit_words(lang, limit)) },
        ));
    }
    if let Some((number, source)) = &view.extension {
        out.push(Fact::new(
            lang.say("可以延长", "It may be extended by"),
            html! { (number) " " (lang.say("个工作日，只能延长一次", "working days, once")) "（" (lang.chinese(source)) "）" },
        ));
    }
    if let Some(document) = &row.document_number {
        out.push(Fact::new(
            lang.say("文号", "Document number"),
            html! { (document) },
        ));
    }
    out
}

/// Texts to begin with: chosen one by one, added to what was typed; no script is needed.
fn texts_to_begin_with(lang: Lang, view: &ActView) -> Markup {
    html! {
        div.field.desk-texts {
            label for="text" { (lang.say("答复模板", "Text to begin with")) span.meta { (lang.say("（选填）", " (optional)")) } }
            p.hint id="text-hint" { (lang.say("套用后加在已填内容之后，〔〕内的内容须自行填写", "It is added to what was typed; places in 〔〕 are yours to fill in")) }
            select #text name="text" aria-describedby="text-hint" {
                option value="" { (lang.say("请选择", "Choose")) }
                @for text in &view.texts {
                    option value=(text.id) {
                        @match text.of { Of::Own => (lang.say("本单位：", "ours: ")), Of::Platform => (lang.say("平台：", "platform: ")), Of::Program => (lang.say("通用：", "general: ")) }
                        (text.title)
                    }
                }
            }
            button.button.second type="submit" name="step" value="fill" formnovalidate { (lang.say("套用", "Add it")) }
        }
    }
}

/// The fields of the record, each with its value now and a place for the new one.
fn corrections(lang: Lang, view: &ActView) -> Markup {
    html! {
        fieldset.field.desk-corrections {
            legend { (lang.say("更正内容", "Corrections")) }
            p.hint { (lang.say("只改需要更正的内容，其余保持原样；清空即删除该项内容。", "Change what is wrong and leave the rest; an empty field is removed.")) }
            @if view.typed.fields.is_empty() { p.empty { (lang.say("没有可以更正的公示信息。", "There is no record to correct.")) } }
            @for one in &view.typed.fields {
                @let id = input_of(&one.key);
                @let wrong = error(lang, view, &id);
                @let label = view.fields.iter().find(|(key, _)| *key == one.key).map_or(one.key.as_str(), |(_, name)| name);
                div.field.invalid[!wrong.is_empty()] {
                    label for=(id) { (label) }
                    p.hint id={ (id) "-hint" } { (lang.say("现有内容：", "Now: ")) span.typed { (one.old) } }
                    @if !wrong.is_empty() { p.error id={ (id) "-error" } { span.hidden { (lang.say("错误：", "Error: ")) } (wrong) } }
                    input type="hidden" name=(shown_of(&one.key)) value=(one.old);
                    textarea id=(id) name=(id) rows=(if one.old.chars().count() > 40 { 4 } else { 1 }) maxlength="20000"
                        aria-describedby={ (id) "-hint" @if !wrong.is_empty() { " " (id) "-error" } } aria-invalid=[(!wrong.is_empty()).then_some("true")] { (one.new) }
                }
            }
        }
    }
}
