//! Help: how to search and to read, how to repair, how to object, what is never asked for; and the problem kinds.

use maud::{Markup, html};

use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::tabs;
use crate::outside::web::problem;

/// A text in Chinese and English.
type Pair = (&'static str, &'static str);

const SEARCH: [Pair; 4] = [
    (
        "名称：全称或者任意片段，至少两个字；繁体、全角、括号写法不同也能找到。",
        "Names: the whole or any part of two characters or more, in any script, width or kind of bracket.",
    ),
    (
        "代码：统一社会信用代码、组织机构代码、注册号，或者前几位。校验位不符时，会指出哪一位有误。",
        "Codes: credit code, organisation code or registration number, in full or their beginning. A wrong check character is pointed out.",
    ),
    (
        "文书号：决定书的文号。",
        "Document numbers, as written on the decision.",
    ),
    (
        "自然人：只能在一个公开自然人信息的名单内，用完整姓名检索；证件号码和姓名片段不能检索。",
        "Natural persons: by the full name, inside one list that publishes them. Never by an identity number or by part of a name.",
    ),
];

const READ: [Pair; 3] = [
    (
        "谁作出的决定、依据哪份文书，以决定机关公布的为准。",
        "Who decided and on which document: where the authority's own publication differs, that one prevails.",
    ),
    (
        "公示到哪一天：最后一天 24 时止，次日零时起所有页面和接口都不再显示。",
        "Displayed through the last day; from midnight (Asia/Shanghai) no page and no interface shows it any more.",
    ),
    (
        "记录旁的标注（异议处理中、已更正等）说明它的现状。",
        "Marks beside a record (under objection, corrected, and so on) say how it stands.",
    ),
];

const REPAIR: [Pair; 3] = [
    (
        "满最短公示期，违法行为已纠正，处罚等义务已履行，作出信用承诺。",
        "The minimum term is over, the wrong is corrected, the duty performed, a commitment made.",
    ),
    (
        "查看记录页「如何终止公示」：最早日期、条件、材料、办理途径。",
        "The record page names the earliest date, the conditions, the materials and where to apply.",
    ),
    (
        "一次申请，同步修复；由作出认定的机关决定（谁认定、谁修复）。",
        "Apply once; the authority that decided the entry decides the repair.",
    ),
];

const PRIVACY: [Pair; 4] = [
    (
        "检索词不写入日志和统计。",
        "What you search for is written down in no log and no statistic.",
    ),
    (
        "只有您选择语言或者字号时，才设置 Cookie，只记录这个选择，不识别任何人。",
        "Cookies are set only when you choose a language or a size of type. They hold that choice and identify nobody.",
    ),
    (
        "不加载其他网站的内容。",
        "Nothing is loaded from other hosts.",
    ),
    (
        "不需要脚本：关闭脚本，全部功能照常可用。",
        "No script is needed: everything works with scripts turned off.",
    ),
];

fn texts(lang: Lang, all: &[Pair]) -> Markup {
    html! { @for (zh, en) in all { li { (lang.say(zh, en)) } } }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("办事指南", "Help");
    let head = Head::new(title, Place::Help).described(lang.say(
        "怎样检索、怎样看一条记录、怎样信用修复、怎样提出异议和投诉。",
        "How to search, to read a record, to repair one's credit, to object and to complain.",
    ));
    let main = html! {
        header.page-head { h1 { (title) } }
        (tabs::guide(lang, "/help"))
        (free_of_charge(lang))
        section #search {
            h2 { (lang.say("怎样检索", "How to search")) }
            ul.texts { (texts(lang, &SEARCH)) }
            p { (lang.say("检索不到，不等于信用良好：本平台只公示目录所列、在公示期内的信息。", "Finding nothing is no clean bill: only what the catalogue lists, and only within its term, is displayed.")) }
        }
        section #read {
            h2 { (lang.say("怎样看一条记录", "How to read a record")) }
            ul.texts { (texts(lang, &READ)) }
        }
        section #repair {
            h2 { (lang.say("信用修复", "Credit repair")) }
            ol.texts { (texts(lang, &REPAIR)) }
            p { a href="/help/repair" { (lang.say("信用修复指南：谁、何时、在哪里、带什么、多久", "The repair guide: who, when, where, with what, how long")) } }
            p { a href="/help/bankruptcy" { (lang.say("破产重整、和解企业信用修复专区", "Enterprises in bankruptcy reorganisation or settlement")) } }
        }
        section #objection {
            h2 { (lang.say("异议与投诉", "Objection and complaint")) }
            p { (lang.say("认为内容错误、遗漏、重复、超期、主体错误，或者不应公示的，向作出决定的机关提出书面异议并附证据。谁决定，谁负责答复。", "When contents are wrong, missing, doubled, out of date, about somebody else, or should not be shown: object in writing, with evidence, to the authority that decided. It must answer with reasons.")) }
            p { (lang.say("对答复不服的，名单页载明还可以向谁投诉、申请行政复议或者提起行政诉讼，以及期限。", "Each list page names the further remedies: complaint, reconsideration, litigation, with place and time limit.")) }
            p { a href="/help/objection" { (lang.say("异议与投诉指南", "How to object and complain")) } }
        }
        section #privacy {
            h2 { (lang.say("隐私", "Privacy")) }
            ul.texts { (texts(lang, &PRIVACY)) }
        }
        (problems(lang))
    };
    frame(ctx, &head, &main)
}

/// The kinds of problems that the interface answers with.
fn problems(lang: Lang) -> Markup {
    let name = lang.say("出错提示的含义", "Problem types");
    let (status, meaning) = (lang.say("状态", "Status"), lang.say("含义", "Meaning"));
    html! {
        section #problems {
            h2 { (name) }
            section.table-wrap tabindex="0" aria-label=(name) {
                table {
                    thead { tr { th scope="col" { "type" } th scope="col" { (status) } th scope="col" { (meaning) } } }
                    tbody {
                        @for words in problem::ALL {
                            tr {
                                th scope="row" { code { "urn:gongshi:problem:" (words.kind) } }
                                td data-label=(status) { (words.status.as_u16()) }
                                td data-label=(meaning) {
                                    strong { (lang.say(words.zh, words.en)) } (lang.say("：", ". "))
                                    (lang.say(words.detail_zh, words.detail_en))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
