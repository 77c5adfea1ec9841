//! The notice against fraud: repair is free, and nobody may charge for it.

use maud::{Markup, html};

use super::lang::Lang;
use super::notice::{Weight, notice};

/// The notice, the same wherever it stands.
#[must_use]
pub fn free_of_charge(lang: Lang) -> Markup {
    let heading = html! {
        (lang.say("修复免费，任何人不得收费", "Repair is free: nobody may charge for it"))
    };
    let body = html! {
        p {
            (lang.say(
                "信用修复、异议、投诉都不收取任何费用，也不需要中介。声称「花钱修复」「内部删除」「包过」的，都是诈骗：不要转账，不要提供证件和验证码，请向公安机关报案（110）或者拨打反诈热线 96110。",
                "Repair, objection and complaint cost nothing and need no agent. Whoever offers \"paid repair\", \"deletion from the inside\" or \"guaranteed success\" is a fraud: transfer no money, hand over no papers and no codes, and tell the police (110) or the anti-fraud line (96110).",
            ))
        }
    };
    notice(Weight::Caution, &heading, &body)
}

/// The same in a line, for each page of a form.
#[must_use]
pub fn free_line(lang: Lang) -> Markup {
    html! {
        (lang.say(
            "全程免费，不需要中介。索要费用的都是诈骗，请拨打反诈热线 96110 或者 110。",
            "Free of charge throughout, and no agent is needed. Whoever asks for money is a fraud: call 96110 or 110.",
        ))
    }
}
