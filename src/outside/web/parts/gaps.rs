//! How complete and how fresh open data are: what is displayed and not in the files, and when each list last changed.

use maud::{Markup, html};

use super::lang::Lang;
use super::text::instant;
use crate::domain::catalogue::Catalogue;
use crate::domain::small::Persons;
use crate::outside::web::pages::home::Figure;

/// What is displayed of a list and not in its files, under its name.
#[must_use]
pub fn left_out(lang: Lang, catalogue: &Catalogue, figure: &Figure) -> Markup {
    let exported = catalogue
        .list(&figure.list)
        .is_some_and(|e| e.persons.export);
    let some = figure.shown.persons != Persons::Told(0);
    html! {
        @if some && !exported {
            p.meta { (lang.say("不含自然人的记录", "Without the records about natural persons")) }
        }
    }
}

/// When a release last changed a list.
#[must_use]
pub fn last_change(lang: Lang, figure: Option<&Figure>) -> Markup {
    html! {
        @match figure.and_then(|f| f.changed_at) {
            Some(at) => (instant(at)),
            None => (lang.say("尚无", "never")),
        }
    }
}

/// The section of what the files do not hold.
#[must_use]
pub fn gaps(lang: Lang) -> Markup {
    html! {
        section aria-labelledby="gaps-h" {
            h2 #gaps-h { (lang.say("不在文件中的", "What the files do not hold")) }
            ul.texts {
                li { (lang.say("公示期满、修复或撤下的记录：不在其内，也不留在旧文件里。", "What has ended, was repaired or taken back: it is in none, nor in any older file.")) }
                li { (lang.say("目录没有规定可以开放的自然人记录：在上表中注明。", "Records about natural persons, unless the catalogue orders it: noted in the table above.")) }
                li { (lang.say("涉密、涉未成年人或者文字脱敏尚待人工审核的记录：不公示，因此也不在文件里。", "What is confidential, concerns minors, or has free text whose masking waits for review: it is not displayed either.")) }
                li { (lang.say("机关尚未报送的：报送得晚，这里就晚。各名单按时公示的比例和各机关最近公示的日期见", "What an authority has not sent yet. How punctually each list is published, and when each authority last published, stands in the ")) a href="/stats#punctuality" { (lang.say("统计", "statistics")) } (lang.say("。", ".")) }
            }
        }
    }
}
