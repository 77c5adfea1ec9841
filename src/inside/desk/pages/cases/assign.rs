//! Gives an authority to a case that is routed to none.

use maud::{Markup, html};

use super::head;
use crate::inside::cases::CaseRow;
use crate::inside::desk::pages::frame::DeskCtx;
use crate::outside::web::parts::field::{Field, Input, error_summary, field};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct AssignView {
    /// The case.
    pub row: CaseRow,
    /// Authorities to choose from: code and name.
    pub authorities: Vec<(String, String)>,
    /// What was chosen.
    pub chosen: String,
    /// What is wrong.
    pub error: &'static str,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &AssignView) -> Markup {
    let lang = ctx.lang;
    let of: Vec<(&str, &str)> = view
        .authorities
        .iter()
        .map(|(code, name)| (code.as_str(), name.as_str()))
        .collect();
    let choice = Field {
        name: "authority",
        label: lang.say("认定单位", "Authority"),
        hint: lang.say(
            "指定后由该单位办理；指定错误的，不能更改",
            "It is handled there; this cannot be changed",
        ),
        error: view.error,
        value: &view.chosen,
        required: true,
        input: Input::Choice { of: &of },
    };
    html! {
        (error_summary(lang, &[choice]))
        (head(ctx, &view.row, lang.say("指定认定单位", "Give it an authority")))
        form.desk-form method="post" action={ "/desk/cases/" (view.row.id) "/assign" } {
            (ctx.token())
            (field(lang, &choice))
            button.button type="submit" { (lang.say("指定", "Assign")) }
        }
    }
}
