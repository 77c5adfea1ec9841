//! What the portal promises its visitors: privacy, and accessibility.

use maud::{Markup, html};

use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;

/// A text in Chinese and English.
type Pair = (&'static str, &'static str);

const LOGGED: [Pair; 3] = [
    (
        "写入日志的只有：请求方法、页面种类（例如「记录页」，不含是哪一条）、结果状态、用时和一个随机请求编号。",
        "The log holds the method, the kind of page (say, “a record”, not which one), the status, the time taken and a random request number.",
    ),
    (
        "不写入日志：检索词、访问的具体地址、IP 地址、浏览器信息、Cookie。",
        "It does not hold what was searched for, the address visited, the IP address, the browser or cookies.",
    ),
    (
        "统计只有总数，不区分访问者。",
        "Statistics are totals; visitors are not told apart.",
    ),
];

const KEPT: [Pair; 3] = [
    (
        "日志由运行本平台的机关按照法律规定的期限保存，期满删除。其中没有可以识别您的内容。",
        "Logs are kept by the authority that runs this portal for as long as the law requires, then deleted. Nothing in them identifies you.",
    ),
    (
        "为限制过于频繁的请求，IP 地址在内存中保留几分钟，不写入磁盘，重启即失。",
        "To bound the rate of requests, IP addresses are held in memory for some minutes. They are never written to disk and are gone at a restart.",
    ),
    (
        "检索结果的页面不交给搜索引擎，也不进入公共缓存。",
        "Pages of search results are given to no search engine and to no shared cache.",
    ),
];

const NEVER: [Pair; 4] = [
    (
        "不跟踪，不做用户画像，不放广告。",
        "No tracking, no profiles, no advertising.",
    ),
    (
        "不加载其他网站的脚本、字体、图片，因此没有第三方知道您来过。",
        "Nothing is loaded from other hosts, so no third party learns that you were here.",
    ),
    (
        "离开本站时，不把您看过的页面地址告诉对方（Referrer-Policy: no-referrer）。",
        "Sites that you go on to are not told which page you came from (Referrer-Policy: no-referrer).",
    ),
    (
        "查询不需要登录，不需要手机号码。",
        "Looking something up needs no account and no telephone number.",
    ),
];

fn texts(lang: Lang, all: &[Pair]) -> Markup {
    html! { ul.texts { @for (zh, en) in all { li { (lang.say(zh, en)) } } } }
}

const HANDED_IN: [Pair; 7] = [
    (
        "目的：办理信用修复、异议、投诉，核实身份和事实，书面答复并告知进度；不作他用。",
        "Purpose: to handle repair, objection and complaint, to check who applies and what is said, to answer in writing and tell how it stands; nothing else.",
    ),
    (
        "收集什么：申请人和经办人的姓名或者名称、证件号码或者统一社会信用代码、联系方式，申请的理由和证明材料；表格没有要求的，不必提供。",
        "What is collected: names, document numbers or credit codes and contacts of the applicant and who acts for them, reasons and evidence; what no form asks for need not be given.",
    ),
    (
        "谁能看到：内容在提交时加密，只有办理机关能够打开，每次查看都有记录；本网站自身不能读回。办理机关的答复只有持查询码的人能够打开。",
        "Who sees it: it is sealed when it is handed in and only the authority that handles it can open it; each look is recorded. This site itself cannot read it back. Replies open for who has the secret alone.",
    ),
    (
        "通知：填写了电子邮箱的，状态变化时发送邮件，只写申请编号和到哪里查看，没有姓名、事由和结果；发出后即删除该邮件中的地址，90 天后删除发送记录。我们从不通过邮件索要钱款或者密码。",
        "Notices: who gives an e-mail address is sent a mail when something changes. It holds the number and where to look, and no name, matter or result. The address is deleted from the queue when the mail is sent, the note that it was after 90 days. We never ask for money or a password by mail.",
    ),
    (
        "草稿：自最后一次保存起保留 30 天；没有传完的文件保留 2 天；到期或者您删除时，立即彻底删除。",
        "Drafts are kept for 30 days after they were last saved, files that did not come whole for 2; then, or when you delete them, they are gone for good.",
    ),
    (
        "删除的证明：删除的份数、大小、摘要值和时间记入不可更改的审计日志，其中没有申请的内容。",
        "Proof of deletion: how much was deleted, its hash and when are in an audit log that cannot be altered; nothing of the contents is in it.",
    ),
    (
        "您的权利：可以查询、补正、撤回申请；要求更正或者删除个人信息的，向办理机关提出。全程不收费。",
        "Your rights: you may follow, supplement and withdraw an application, and ask the authority to correct or delete personal data. Nothing of this costs anything.",
    ),
];

/// What becomes of what was handed in.
fn applications(lang: Lang, days: u32) -> Markup {
    html! {
        section id="applications" {
            h2 { (lang.say("申请中的个人信息", "Personal data in applications")) }
            ul.texts {
                @for (zh, en) in &HANDED_IN[..3] { li { (lang.say(zh, en)) } }
                li {
                    (lang.say("保存期限：办结之日起 ", "Kept for ")) (days)
                    (lang.say(" 天，供行政复议、诉讼、投诉和监督时查证（个人信息保护法第十九条、第四十七条）；期满自动删除申请内容、证明材料和答复，只留编号、状态和日期；依法归档的决定文书，由办理机关按档案管理的规定保存。", " days after the end, so that reconsideration, litigation, complaint and supervision find it (Personal Information Protection Law, art. 19 and 47). Then what was handed in, the evidence and the replies are deleted by themselves; number, states and dates remain. Decisions that the law has archived are kept by the authority."))
                }
                @for (zh, en) in &HANDED_IN[3..] { li { (lang.say(zh, en)) } }
            }
        }
    }
}

/// The privacy notice. `keep_days`: for how long an application is kept after its end.
#[must_use]
pub fn privacy(ctx: &Ctx, keep_days: u32) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("隐私说明", "Privacy");
    let lead = lang.say(
        "您查了什么，我们不记录。这里说明记录什么、保存多久、用哪些 Cookie。",
        "We do not write down what you look up. This says what is logged, for how long, and which cookies there are.",
    );
    let head = Head::new(title, Place::About).described(lead);
    let name = lang.say("Cookie", "Cookies");
    let [cookie, holds, lasts] = [("名称", "Name"), ("内容", "Contents"), ("保存", "Kept for")]
        .map(|(zh, en)| lang.say(zh, en));
    let main = html! {
        (breadcrumb(lang, &[("/about", lang.say("关于", "About"))], title))
        header.page-head { h1 { (title) } p.lead { (lead) } }
        section { h2 { (lang.say("记录什么", "What is logged")) } (texts(lang, &LOGGED)) }
        section {
            h2 { (name) }
            p { (lang.say("语言和字号的 Cookie 只有您点选时才设置，只记住这个选择；填写申请或者查询进度时，另有一个装着查询码的 Cookie，只发往这一件申请的页面，关闭浏览器即失。脚本都读不到，不用于识别任何人。", "Those of language and size of type are set only when you choose, and hold that choice. While you fill in an application or follow it, another holds its secret, goes to the pages of that application alone, and ends with the browser. No script can read them, and they identify nobody.")) }
            section.table-wrap tabindex="0" aria-label=(name) {
                table.narrow {
                    thead { tr { @for name in [cookie, holds, lasts] { th scope="col" { (name) } } } }
                    tbody {
                        tr {
                            th scope="row" { code { "lang" } }
                            td data-label=(holds) { (lang.say("语言：", "language: ")) code { "zh-Hans" } " / " code { "zh-Hant" } " / " code { "en" } }
                            td data-label=(lasts) { (lang.say("一年", "a year")) }
                        }
                        tr {
                            th scope="row" { code { "draft-…" } " / " code { "track-…" } }
                            td data-label=(holds) { (lang.say("查询码", "the secret of an application")) }
                            td data-label=(lasts) { (lang.say("到关闭浏览器为止", "until the browser is closed")) }
                        }
                        tr {
                            th scope="row" { code { "size" } }
                            td data-label=(holds) { (lang.say("字号：", "size of type: ")) code { "normal" } " / " code { "large" } }
                            td data-label=(lasts) { (lang.say("一年", "a year")) }
                        }
                    }
                }
            }
        }
        (applications(lang, keep_days))
        section { h2 { (lang.say("不做什么", "What is never done")) } (texts(lang, &NEVER)) }
        section { h2 { (lang.say("保存多久", "How long things are kept")) } (texts(lang, &KEPT)) }
        section {
            h2 { (lang.say("公示中的个人信息", "Personal data on display")) }
            p {
                (lang.say("公示哪些个人信息、依据什么、怎样脱敏，由目录规定，见", "Which personal data are displayed, on what basis and how they are masked is for the catalogue to say: see "))
                a href="/catalogue" { (lang.say("公共信用信息目录", "the catalogue")) }
                (lang.say("。认为公示侵害个人信息权益的，可以", ". If you hold that a display infringes your rights, "))
                a href="/help/objection" { (lang.say("提出异议", "object")) } (lang.say("。", "."))
            }
        }
    };
    frame(ctx, &head, &main)
}

const BUILT: [Pair; 6] = [
    (
        "全部功能只用键盘即可操作，焦点始终可见，每页第一个链接跳到正文。",
        "Everything works by keyboard alone, the focus is always visible, and the first link of each page leads to its contents.",
    ),
    (
        "标题按层级排列，区域有名称，表格有表头，表单字段有标签、提示和错误说明，屏幕阅读器可以读出。",
        "Headings are in order, regions are named, tables have headers, fields have labels, hints and errors: screen readers read them.",
    ),
    (
        "文字与背景的对比度不低于 4.5:1，浅色、深色两种主题都是；含义不只靠颜色表达。",
        "Contrast is 4.5:1 at least in the light and in the dark theme; no meaning rests on colour alone.",
    ),
    (
        "放大到 200% 或者在 320 像素宽的屏幕上，内容不丢失，不需要左右滚动。",
        "At 200 % zoom or 320 pixels nothing is lost and nothing scrolls sideways.",
    ),
    (
        "有大字版；尊重系统的减少动态效果设置。",
        "There is a large-type mode; the system's wish for less motion is kept.",
    ),
    (
        "没有验证码，没有时间限制，不需要脚本。",
        "No captcha, no time limit, no script needed.",
    ),
];

const LIMITS: [Pair; 4] = [
    (
        "目录中的部分文字只有中文；英文页面标明了语言，朗读时会换成中文。",
        "Some texts of the catalogue are in Chinese only; English pages mark them, so that they are read out in Chinese.",
    ),
    (
        "机关提供的决定内容原样照录，行文长短、用词难易由机关负责；本平台另写一段白话说明。",
        "What authorities wrote stands as they wrote it; this portal adds a paragraph in plain words.",
    ),
    (
        "生僻字能否显示取决于设备的字体；不能显示的，代码仍可核对。",
        "Rare characters depend on the fonts of the device; the code can still be compared.",
    ),
    (
        "手语和语音版本尚未提供。",
        "There is no version in sign language or speech yet.",
    ),
];

/// The accessibility statement.
#[must_use]
pub fn accessibility(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("无障碍声明", "Accessibility");
    let lead = lang.say(
        "本平台按 WCAG 2.2 AA 级设计和检测。用不了哪一处，请告诉我们。",
        "This portal is built and tested to WCAG 2.2 AA. Tell us where it fails you.",
    );
    let head = Head::new(title, Place::About).described(lead);
    let main = html! {
        (breadcrumb(lang, &[("/about", lang.say("关于", "About"))], title))
        header.page-head { h1 { (title) } p.lead { (lead) } }
        section {
            (facts(&[
                Fact::new(lang.say("标准", "Standard"), html! { (lang.say("WCAG 2.2 AA 级", "WCAG 2.2, level AA")) }),
                Fact::new(lang.say("状态", "Status"), html! { (lang.say("自评符合，已知不足列于下文", "conforming by our own tests; what is known to fall short is below")) }),
                Fact::new(lang.say("检测", "Tested"), html! { (lang.say("每次发布前：浏览器自动检测（axe-core）、仅键盘、无脚本、两种宽度、两种主题、三种语言", "before each release: axe-core in a browser, keyboard only, without scripts, two widths, two themes, three languages")) }),
            ]))
        }
        section { h2 { (lang.say("做到了什么", "What is done")) } (texts(lang, &BUILT)) }
        section { h2 { (lang.say("已知不足", "Known limits")) } (texts(lang, &LIMITS)) }
        section {
            h2 { (lang.say("反馈", "Tell us")) }
            p {
                (lang.say("遇到障碍时，请联系运行本平台的机关（各名单页载明电话和办公时间），说明页面、设备和遇到的问题。在此期间，可以请该机关以电话或者纸质方式提供同样的信息，不收费。", "When something stands in your way, contact the authority that runs this portal (telephone and hours stand on each list page): say which page, which device and what happened. Meanwhile you may ask it for the same information by telephone or on paper, free of charge."))
                " " a href="/lists" { (lang.say("名单和联系方式", "Lists and contacts")) }
            }
        }
    };
    frame(ctx, &head, &main)
}
