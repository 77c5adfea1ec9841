//! The list of measures (措施清单, R-088, R-114): every measure of the catalogue with who carries it out and on what basis.

use maud::{Markup, html};

use crate::domain::catalogue::{BasisStatus, Catalogue, ListEntry, Measure};
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::terms;

fn active(entry: &ListEntry, incentive: bool) -> Vec<&Measure> {
    entry
        .measures
        .iter()
        .filter(|m| m.status == BasisStatus::Active && m.incentive == incentive)
        .collect()
}

/// The two kinds of measures: whether they are incentives, heading, and what is said when there is none.
const KINDS: [(bool, &str, &str); 2] = [
    (true, "守信激励措施", "Incentives"),
    (false, "失信惩戒措施", "Sanctions"),
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let lang = ctx.lang;
    let lead = lang.say(
        "清单之外不得实施惩戒措施，也不得在法定措施之上加重；不得强制金融机构、协会商会、新闻媒体实施惩戒。",
        "No sanction outside this list, none heavier than its basis; no bank, association or medium may be made to apply any.",
    );
    let head = Head::new(lang.say("措施清单", "Measures"), Place::Measures).described(lead);
    let main = html! {
        header.page-head {
            h1 { (lang.say("措施清单", "Measures")) }
            p.lead { (lead) }
        }
        @for (incentive, zh, en) in KINDS {
            @let entries: Vec<(&ListEntry, Vec<&Measure>)> = catalogue.displayed().map(|e| (e, active(e, incentive))).filter(|(_, m)| !m.is_empty()).collect();
            section {
                h2 { (lang.say(zh, en)) }
                @if entries.is_empty() { p.meta { (lang.say("目录中没有此类措施。", "The catalogue holds none.")) } }
                @for (entry, measures) in entries {
                    h3 { a href=(link::list(&entry.code)) { (lang.words(&entry.name)) } }
                    (terms::measures(lang, &lang.plain(&entry.name), &measures))
                }
            }
        }
    };
    frame(ctx, &head, &main)
}
