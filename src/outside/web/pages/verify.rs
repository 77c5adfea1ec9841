//! The page where a report is checked: by its code or by its file. What has ended is told by that word alone (P4).

use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::outside::report::claim::{About, Claim, grouped};
use crate::outside::report::letter::LetterClaim;
use crate::outside::report::party::PartyClaim;
use crate::outside::report::verdict::Verdict;
use crate::outside::store::Stored;
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::{count, date};

/// Records that are listed to be compared with the paper.
const LISTED: usize = 50;

/// What was found out.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nothing was asked yet.
    Nothing,
    /// The code is none of this portal.
    Unknown,
    /// The file is not byte for byte what this portal made.
    FileChanged,
    /// The file bears no mark of this portal.
    FileUnmarked,
    /// A decision letter that this portal made.
    Letter(LetterClaim),
    /// A letter to the party before an entry that this portal made.
    PartyLetter(PartyClaim),
    /// Some or all of it is no longer published.
    Ended,
    /// It is genuine, and this is what is published now.
    Found {
        /// What the report claims.
        claim: Claim,
        /// How that compares.
        verdict: Verdict,
        /// The records displayed today of whom it speaks.
        records: Vec<Stored>,
    },
}

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct VerifyView<'a> {
    /// The code as it was typed; of what has ended it is not repeated.
    pub typed: &'a str,
    /// What was found out.
    pub outcome: &'a Outcome,
    /// Whether a file was sent, and not a code.
    pub by_file: bool,
    /// Whether this node has the key.
    pub able: bool,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &VerifyView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("报告核验", "Verify a report");
    let head = Head::new(title, Place::Elsewhere).described(lang.say(
        "凭核验码或者报告文件，核验信用信息报告是否由本平台出具、所载信息是否仍在公示。",
        "Check by code or file whether this portal made a report, and whether what it says is still published.",
    ));
    let head = if matches!(view.outcome, Outcome::Nothing) {
        head
    } else {
        head.unindexed()
    };
    let main = html! {
        header.page-head {
            h1 { (title) }
            p.lead { (lang.say("核验信用信息报告、打印的记录页、申请的决定书：是否由本平台出具，所载信息现在是否仍在公示、有无变化。", "For credit reports, printed record pages and decision letters: whether this portal made them, and whether what they say is still published and unchanged.")) }
        }
        @if view.able {
            (result(lang, view))
            (forms(lang, view))
            (explanation(lang))
        } @else {
            (notice(Weight::Info, &html! { (lang.say("此节点不出具核验码", "This node gives no codes")) }, &html! {
                p { (lang.say("请到出具报告的网站核验。", "Verify on the site that the report names.")) }
            }))
        }
    };
    frame(ctx, &head, &main)
}

fn result(lang: Lang, view: &VerifyView<'_>) -> Markup {
    let say = |zh, en| html! { (lang.say(zh, en)) };
    match view.outcome {
        Outcome::Nothing => html! {},
        Outcome::Unknown => notice(
            Weight::Error,
            &say("不是本平台出具的核验码", "Not a code of this portal"),
            &html! {
                p { (lang.say("核验码有误，或者报告不是本平台出具的、核验码被改动。请对照报告逐组核对后再试；仍然不符的，不要相信该报告。", "The code is mistyped, or the report is not from this portal or was altered. Compare it group by group and try again; if it still fails, do not trust the report.")) }
            },
        ),
        Outcome::FileChanged => notice(
            Weight::Error,
            &say("文件被改动过", "The file was altered"),
            &html! {
                p { (lang.say("文件带有核验标记，但内容与本平台出具时不一致。不要相信该文件；请向提供者索取原文件，或者自行检索现行公示信息。", "It bears a mark, and is not what this portal made. Do not trust it: ask for the original file, or search what is published now.")) }
            },
        ),
        Outcome::FileUnmarked => notice(
            Weight::Caution,
            &say("文件没有核验标记", "The file bears no mark"),
            &html! {
                p { (lang.say("文件不是本平台出具的 PDF，或者被其他程序打印、另存过。可以输入报告末尾的核验码核验。", "It is not a PDF of this portal, or another program printed or saved it anew. The code at the end of the report can still be entered below.")) }
            },
        ),
        Outcome::Letter(claim) => letter(lang, view, claim),
        Outcome::PartyLetter(claim) => party_letter(lang, view, claim),
        Outcome::Ended => notice(
            Weight::Caution,
            &say("不再公示", "No longer published"),
            &html! {
                p { (lang.say("报告所载的信息，全部或者部分已不再公示。不得继续公示或者使用。", "Some or all of what the report says is no longer published. It may not be published or used any longer.")) }
            },
        ),
        Outcome::Found {
            claim,
            verdict,
            records,
        } => found(lang, view, claim, *verdict, records),
    }
}

/// A decision letter: what its code binds. Its words stand nowhere here, since nothing of it is kept.
fn letter(lang: Lang, view: &VerifyView<'_>, claim: &LetterClaim) -> Markup {
    let kind = claim.number.kind();
    let mut rows = vec![
        Fact::new(
            lang.say("办件编号", "Application"),
            html! { code { (claim.number.as_str()) } " " (lang.say("第 ", "part ")) (claim.part + 1) (lang.say(" 项", "")) },
        ),
        Fact::new(
            lang.say("事项", "Matter"),
            html! { (lang.say(kind.zh(), kind.en())) },
        ),
        Fact::new(lang.say("决定日期", "Decided on"), date(claim.day)),
    ];
    if let Some(result) = claim.result {
        let (zh, en) = result.words(kind);
        rows.push(Fact::new(
            lang.say("结果", "Result"),
            html! { strong { (lang.say(zh, en)) } },
        ));
    }
    html! {
        (notice(Weight::Info, &html! { (lang.say("属实：本平台出具的决定书", "Genuine: a decision letter of this portal")) }, &html! {
            @if view.by_file { p { (lang.say("文件与本平台出具时完全一致，全文没有改动。", "The file is exactly what this portal made: no word was altered.")) } }
            @else { p { (lang.say("请与手中的决定书对照下列各项，任何一项不符的，不要相信。核对全文是否改动，请用文件核验。", "Compare these with the letter in hand; if one differs, do not trust it. To check every word, verify the file.")) } }
        }))
        section aria-labelledby="letter-h" {
            h2 #letter-h { (lang.say("决定书载明", "What the letter says")) }
            (facts(&rows))
        }
    }
}

/// A letter before an entry: what its code binds. Nobody is named: the entry may never come about.
fn party_letter(lang: Lang, view: &VerifyView<'_>, claim: &PartyClaim) -> Markup {
    let rows = [
        Fact::new(
            lang.say("办件编号", "Number"),
            html! { code { (claim.number()) } },
        ),
        Fact::new(
            lang.say("事项", "Matter"),
            html! { (lang.say("拟列入名单的事先告知", "letter to the party before an entry of a list")) },
        ),
        Fact::new(lang.say("告知书日期", "Dated"), date(claim.day)),
    ];
    html! {
        (notice(Weight::Info, &html! { (lang.say("属实：本平台出具的事先告知书", "Genuine: a letter of this portal before an entry")) }, &html! {
            @if view.by_file { p { (lang.say("文件与本平台出具时完全一致，全文没有改动。", "The file is exactly what this portal made: no word was altered.")) } }
            @else { p { (lang.say("请与手中的告知书对照下列各项，任何一项不符的，不要相信。核对全文是否改动，请用文件核验。", "Compare these with the letter in hand; if one differs, do not trust it. To check every word, verify the file.")) } }
            p { (lang.say("告知书不是决定：是否列入，以正式公布的为准。", "It is no decision: whether anybody is listed, only the published list says.")) }
        }))
        section aria-labelledby="letter-h" {
            h2 #letter-h { (lang.say("告知书载明", "What the letter says")) }
            (facts(&rows))
        }
    }
}

fn found(
    lang: Lang,
    view: &VerifyView<'_>,
    claim: &Claim,
    verdict: Verdict,
    records: &[Stored],
) -> Markup {
    let (weight, heading) = match verdict {
        Verdict::Unchanged => (
            Weight::Info,
            lang.say("属实，没有变化", "Genuine and unchanged"),
        ),
        Verdict::Added(_) => (
            Weight::Info,
            lang.say("属实，此后有新增信息", "Genuine; there is more since"),
        ),
        Verdict::Changed | Verdict::Ended => (
            Weight::Caution,
            lang.say("属实，此后有变化", "Genuine, and changed since"),
        ),
    };
    let current = match &claim.about {
        About::Record(id) => link::record(id),
        About::Organisation(code) => link::subject(code.as_str()),
    };
    html! {
        (notice(weight, &html! { (heading) }, &html! {
            @if view.by_file { p { (lang.say("文件与本平台出具时完全一致。", "The file is exactly what this portal made.")) } }
            p {
                @match verdict {
                    Verdict::Unchanged => (lang.say("报告所载的信息现在仍在公示，内容没有变化。", "What the report says is published now, unchanged.")),
                    Verdict::Added(n) => {
                        (lang.say("报告所载的信息现在仍在公示，内容没有变化；此后新增 ", "What the report says is published now, unchanged; entries added since: "))
                        (n) (lang.say(" 条。", "."))
                    },
                    Verdict::Changed | Verdict::Ended => (lang.say("报告出具后，所载信息有变化。以现在公示的为准。", "Since then what the report says has changed. What is published now prevails.")),
                }
            }
            p { a href=(current) { (lang.say("查看现在公示的内容", "See what is published now")) } }
        }))
        section aria-labelledby="said-h" {
            h2 #said-h { (lang.say("请与手中的报告对照", "Compare with the report in hand")) }
            (facts(&claimed(lang, claim, records)))
            @if !records.is_empty() {
                section.table-wrap tabindex="0" aria-label=(lang.say("现在公示的记录", "Records published now")) {
                    table {
                        caption { (lang.say("现在公示的记录", "Records published now")) }
                        thead { tr {
                            th scope="col" { (lang.say("文书号", "Document")) }
                            th scope="col" { (lang.say("名单", "List")) }
                            th scope="col" { (lang.say("决定机关", "Authority")) }
                            th scope="col" { (lang.say("决定日期", "Decided on")) }
                            th scope="col" { (lang.say("公示至", "Shown to")) }
                        } }
                        tbody { @for row in records.iter().take(LISTED) { (line(lang, view.catalogue, row)) } }
                    }
                }
                @if records.len() > LISTED {
                    p.meta {
                        (lang.say("只列出前 ", "The first ")) (LISTED) (lang.say(" 条，共 ", " of ")) (count(records.len() as u64)) (lang.say(" 条。", "."))
                    }
                }
            }
        }
    }
}

fn claimed(lang: Lang, claim: &Claim, records: &[Stored]) -> Vec<Fact> {
    let named = |zh, en, value| Fact::new(lang.say(zh, en), value);
    let mut rows = Vec::new();
    if let Some(row) = records.first() {
        rows.push(named("名称", "Name", html! { (row.record.subject_name) }));
    }
    match &claim.about {
        About::Organisation(code) => rows.push(named(
            "统一社会信用代码",
            "Unified social credit code",
            html! { code { (code.as_str()) } },
        )),
        About::Record(id) => rows.push(named("记录编号", "Record", html! { code { (id) } })),
    }
    rows.push(named("报告日期", "Date of the report", date(claim.day)));
    rows.push(named(
        "报告的数据版本",
        "Data version of the report",
        html! { (claim.seq) },
    ));
    rows.push(named(
        "报告所载记录",
        "Records in the report",
        html! { (count(u64::from(claim.count))) },
    ));
    rows
}

fn line(lang: Lang, catalogue: &Catalogue, row: &Stored) -> Markup {
    let record = &row.record;
    let decided = lang.say("决定日期", "Decided on");
    let until = lang.say("公示至", "Shown to");
    html! {
        tr {
            th scope="row" { a href=(link::record(&record.id)) { @if record.document_number.is_empty() { (record.id) } @else { (record.document_number) } } }
            td data-label=(lang.say("名单", "List")) { @match catalogue.list(&record.list) { Some(l) => (lang.words(&l.name)), None => (record.list) } }
            td data-label=(lang.say("决定机关", "Authority")) { (record.authority_name) }
            td data-label=(decided) { (date(record.decided_on)) }
            td data-label=(until) { @match record.displayed_until { Some(until) => (date(last_day(until))), None => (lang.say("无固定截止日期", "no fixed end")) } }
        }
    }
}

fn forms(lang: Lang, view: &VerifyView<'_>) -> Markup {
    let unknown = matches!(view.outcome, Outcome::Unknown) && !view.by_file;
    // what has ended is not repeated
    let value = match view.outcome {
        Outcome::Ended => String::new(),
        _ if unknown => view.typed.to_owned(),
        _ => grouped(view.typed),
    };
    let code = Field {
        name: "code",
        label: lang.say("核验码", "Verification code"),
        hint: lang.say(
            "报告末尾和每页页脚的 14 组字符；空格和大小写都不要紧。",
            "The 14 groups at the end of the report and at the foot of each page; spaces and case do not matter.",
        ),
        error: if unknown {
            lang.say("核验码不符：请逐组核对。", "The code does not fit: compare it group by group.")
        } else {
            ""
        },
        value: &value,
        required: true,
        input: Input::Line {
            autocomplete: "off",
            longest: 120,
        },
    };
    let file = Field {
        name: "file",
        label: lang.say("报告文件（PDF）", "Report file (PDF)"),
        hint: lang.say(
            "从本平台下载、没有另存或者打印过的文件，不超过 8 MB。文件只在核验时读取，不保存。",
            "As downloaded from this portal, not printed or saved anew, at most 8 MB. It is read for the check and not kept.",
        ),
        error: "",
        value: "",
        required: true,
        input: Input::File {
            accept: "application/pdf,.pdf",
        },
    };
    html! {
        (error_summary(lang, &[code]))
        section aria-labelledby="by-code-h" {
            h2 #by-code-h { (lang.say("凭核验码", "By code")) }
            form.form action="/verify" method="get" {
                (field(lang, &code))
                button type="submit" { (lang.say("核验", "Verify")) }
            }
        }
        section aria-labelledby="by-file-h" {
            h2 #by-file-h { (lang.say("凭文件", "By file")) }
            form.form action="/verify" method="post" enctype="multipart/form-data" {
                (field(lang, &file))
                button type="submit" { (lang.say("核验文件", "Verify the file")) }
            }
        }
    }
}

fn explanation(lang: Lang) -> Markup {
    html! {
        section aria-labelledby="what-h" {
            h2 #what-h { (lang.say("核验结果说明什么", "What the answer means")) }
            ul.texts {
                li { (lang.say("核验码由报告的内容、日期和本平台的密钥算出，改动任何一个字符都不再相符。平台不保存谁出具、谁核验过报告。", "The code is computed from the contents, the date and a key of this portal; no character can be changed. Who made or verified a report is not kept.")) }
                li { (lang.say("「属实」只说明报告与本平台当日公示的一致，不是对主体信用状况的评价。", "“Genuine” means that the report is what this portal published on its day. It rates nobody.")) }
                li { (lang.say("信息更正、修复或者期满后，报告不再反映现状；不再公示的，只说明不再公示。", "After a correction, a repair or the end of a term a report is out of date; of what has ended, only that is said.")) }
            }
        }
    }
}
