//! Help: how to search and to read, how to repair, how to object, what is never asked for; and the problem kinds.

use maud::{Markup, html};

use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::text::{both, paragraph};
use crate::outside::web::problem;

/// The page.
#[must_use]
pub fn page(ctx: &Ctx) -> Markup {
    let head = Head::new("办事指南", Place::Help);
    let main = html! {
        header.page-head { h1 { (both("办事指南", "Help")) } }
        section #search {
            h2 { (both("怎样检索", "How to search")) }
            ul.texts {
                li { "名称：全称或者任意片段，至少两个字；繁体、全角、括号写法不同也能找到。" span.en.line lang="en" { "Names: the whole or any part of two characters or more, in any script or width." } }
                li { "代码：统一社会信用代码、组织机构代码、注册号，或者前几位。校验位不符时，会指出哪一位有误。" span.en.line lang="en" { "Codes: in full or their beginning. A wrong check character is pointed out." } }
                li { "文书号：决定书的文号。" span.en.line lang="en" { "Document numbers." } }
                li { "自然人：只能在一个公开自然人信息的名单内，用完整姓名检索；证件号码和姓名片段不能检索。" span.en.line lang="en" { "Natural persons: by the full name, inside one list that publishes them. Never by an identity number." } }
            }
            (paragraph("检索不到，不等于信用良好：本平台只公示目录所列、在公示期内的信息。", "Finding nothing is no clean bill."))
        }
        section #read {
            h2 { (both("怎样看一条记录", "How to read a record")) }
            ul.texts {
                li { "谁作出的决定、依据哪份文书，以决定机关公布的为准。" }
                li { "公示到哪一天：最后一天 24 时止，次日零时起所有页面和接口都不再显示。" span.en.line lang="en" { "Displayed through the last day, gone everywhere at midnight, Asia/Shanghai." } }
                li { "记录旁的标注（异议处理中、已更正等）说明它的现状。" }
            }
        }
        section #repair {
            h2 { (both("信用修复", "Credit repair")) }
            ol.texts {
                li { "满最短公示期，违法行为已纠正，处罚等义务已履行，作出信用承诺。" span.en.line lang="en" { "The minimum term is over, the wrong is corrected, the duty performed, a commitment made." } }
                li { "查看记录页「如何终止公示」：最早日期、条件、材料、办理途径。" span.en.line lang="en" { "The record page names the earliest date, conditions, materials and channel." } }
                li { "一次申请，同步修复；由作出认定的机关决定（谁认定、谁修复）。" span.en.line lang="en" { "Apply once; the designating authority decides." } }
            }
            p.callout { "信用修复不收取任何费用。声称可以「花钱修复」「内部删除」的都是诈骗。" span.en.line lang="en" { "Repair is free. Whoever sells it is a fraud." } }
        }
        section #objection {
            h2 { (both("异议与投诉", "Objection and complaint")) }
            (paragraph("认为内容错误、遗漏、重复、超期、主体错误，或者不应公示的，向作出决定的机关提出书面异议并附证据。谁决定，谁负责答复。", "Object in writing, with evidence, to the authority that decided. It must answer with reasons."))
            (paragraph("对答复不服的，名单页载明还可以向谁投诉、申请行政复议或者提起行政诉讼，以及期限。", "Each list page names the further remedies with place and time limit."))
        }
        section #privacy {
            h2 { (both("隐私", "Privacy")) }
            ul.texts {
                li { "本网站不设置 Cookie，不运行脚本，不加载其他网站的内容。" span.en.line lang="en" { "No cookies, no scripts, nothing from other hosts." } }
                li { "检索词不写入日志和统计。" span.en.line lang="en" { "What you search for is written down nowhere." } }
            }
        }
        section #problems {
            h2 { (both("出错提示的含义", "Problem types")) }
            div.table-wrap tabindex="0" role="region" aria-label="出错提示" {
                table {
                    thead { tr { th scope="col" { "type" } th scope="col" { "状态" } th scope="col" { "含义" } } }
                    tbody { @for words in problem::ALL { tr { th scope="row" { code { "urn:gongshi:problem:" (words.kind) } } td data-label="状态" { (words.status.as_u16()) } td data-label="含义" { strong { (words.zh) } " " (words.detail_zh) span.en.line lang="en" { (words.en) ". " (words.detail_en) } } } } }
                }
            }
        }
    };
    frame(ctx, &head, &main)
}
