//! For what purpose raw data are looked at: asked before anything of them is shown.

use maud::{Markup, html};

use super::due::{DueView, due};
use super::{head, state};
use crate::inside::cases::CaseRow;
use crate::inside::desk::pages::frame::DeskCtx;
use crate::inside::desk::purposes::{LIST, LONGEST, OTHER};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::text::date;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct PurposeView {
    /// The case: nothing of what was handed in.
    pub row: CaseRow,
    /// Its day.
    pub due: DueView,
    /// What was chosen.
    pub chosen: String,
    /// What was typed.
    pub own: String,
    /// What is wrong: field and words.
    pub wrong: Option<(&'static str, String)>,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &PurposeView) -> Markup {
    let lang = ctx.lang;
    let mut choices: Vec<(&str, &str)> = LIST
        .iter()
        .map(|(code, zh, en)| (*code, lang.say(zh, en)))
        .collect();
    choices.push((
        OTHER,
        lang.say("其他（请说明）", "something else (say what)"),
    ));
    let error = |name: &str| {
        let wrong = view.wrong.as_ref().filter(|(at, _)| *at == name);
        wrong.map_or("", |(_, words)| words.as_str())
    };
    let purpose = Field {
        name: "purpose",
        label: lang.say("查阅目的", "Purpose"),
        hint: "",
        error: error("purpose"),
        value: &view.chosen,
        required: true,
        input: Input::Radio { of: &choices },
    };
    let own = Field {
        name: "own",
        label: lang.say("其他目的", "In your own words"),
        hint: lang.say(
            "选“其他”时填写，4 至 100 字；不得填写姓名、证件号码、电话",
            "For “something else”: 4 to 100 characters; no names, no numbers of persons",
        ),
        error: error("own"),
        value: &view.own,
        required: false,
        input: Input::Line {
            autocomplete: "off",
            longest: u32::try_from(LONGEST).unwrap_or(u32::MAX),
        },
    };
    html! {
        (error_summary(lang, &[purpose, own]))
        (head(ctx, &view.row, lang.say("查阅原始材料", "Look at raw material")))
        p.lead { (lang.say("案件中有申请人提交的原始材料。请先选择查阅目的；每次查阅都会记入审计日志。", "The case holds what the applicant handed in. Choose the purpose first; every look is written in the audit log.")) }
        (facts(&[
            Fact::new(lang.say("类型", "Kind"), html! { (lang.say(view.row.kind.zh(), view.row.kind.en())) }),
            Fact::new(lang.say("状态", "State"), state(lang, &view.row)),
            Fact::new(lang.say("期限", "Due"), due(lang, &view.due)),
            Fact::new(lang.say("收到", "Received"), date(view.row.opened_on)),
        ]))
        form.desk-form method="post" action={ "/desk/cases/" (view.row.id) "/purpose" } {
            (ctx.token())
            (field(lang, &purpose))
            (field(lang, &own))
            button.button type="submit" { (lang.say("查阅", "Look at it")) }
        }
    }
}
