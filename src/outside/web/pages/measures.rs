//! The list of measures (措施清单, R-088, R-114): every measure of the catalogue with who carries it out and on what basis.

use maud::{Markup, html};

use crate::domain::catalogue::{BasisStatus, Catalogue, ListEntry, Measure};
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::both;

fn active(entry: &ListEntry, incentive: bool) -> Vec<&Measure> {
    entry
        .measures
        .iter()
        .filter(|m| m.status == BasisStatus::Active && m.incentive == incentive)
        .collect()
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let head = Head::new("措施清单", Place::Measures);
    let main = html! {
        header.page-head {
            h1 { (both("措施清单", "Measures")) }
            p.lead { "清单之外不得实施惩戒措施，也不得在法定措施之上加重；不得强制金融机构、协会商会、新闻媒体实施惩戒。"
                span.en.line lang="en" { "No sanction outside this list, none heavier than its basis; no bank, association or medium may be made to apply any." } }
        }
        @for (incentive, zh, en) in [(true, "守信激励措施", "Incentives"), (false, "失信惩戒措施", "Sanctions")] {
            @let entries: Vec<(&ListEntry, Vec<&Measure>)> = catalogue.displayed().map(|e| (e, active(e, incentive))).filter(|(_, m)| !m.is_empty()).collect();
            section {
                h2 { (both(zh, en)) }
                @if entries.is_empty() { p.meta { "目录中没有此类措施。" } }
                @for (entry, measures) in entries {
                    h3 { a href=(link::list(&entry.code)) { (entry.name.zh) } }
                    (terms::measures(&entry.name.zh, &measures))
                }
            }
        }
    };
    frame(ctx, &head, &main)
}
