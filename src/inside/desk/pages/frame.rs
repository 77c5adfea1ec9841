//! The frame of the desk's pages: who is signed in, the navigation of the role, the page.

use maud::{DOCTYPE, Markup, html};

use crate::domain::cases::Role;
use crate::inside::desk::rights;
use crate::outside::web::assets::{DESK, ICON, STYLE};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::prefs::choosing;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Name of the authority.
    pub authority: Option<String>,
}

/// What a page needs to know beside its own view.
#[derive(Clone, Debug, Default)]
pub struct DeskCtx {
    /// Language of the interface.
    pub lang: Lang,
    /// Whether the type is large.
    pub large: bool,
    /// Address of the page, without what chooses language and size.
    pub here: String,
    /// Whether the data are fictitious, and every page says so.
    pub demo: bool,
    /// Who is signed in; `None` before that.
    pub who: Option<Who>,
    /// What the forms of the session carry.
    pub token: String,
}

impl DeskCtx {
    /// What every form begins with.
    #[must_use]
    pub fn token(&self) -> Markup {
        html! { input type="hidden" name="token" value=(self.token); }
    }

    /// Whether who is signed in has one of the roles.
    #[must_use]
    pub fn may(&self, roles: &[Role]) -> bool {
        self.who.as_ref().is_some_and(|w| roles.contains(&w.role))
    }
}

/// The place in the navigation that is marked as the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// None of them.
    Elsewhere,
    /// What waits.
    Home,
    /// Cases of applications.
    Cases,
    /// Texts to begin a reply with.
    Templates,
    /// List entries.
    Entries,
    /// Held texts.
    Reviews,
    /// Files to be imported.
    Imports,
    /// The next release.
    Release,
    /// Late publication.
    Late,
    /// Ledgers.
    Ledgers,
    /// Working days.
    Calendar,
    /// The catalogue in force.
    Catalogue,
    /// Officers.
    Officers,
    /// Keys of the API.
    Keys,
    /// Messages that did not arrive.
    Messages,
    /// The audit log.
    Audit,
}

/// A place of the navigation: address, words, and the roles that have it.
pub type Nav = (
    Place,
    &'static str,
    &'static str,
    &'static str,
    &'static [Role],
);

/// The navigation.
pub const NAV: &[Nav] = &[
    (Place::Home, "/desk", "待办", "What waits", rights::ALL),
    (Place::Cases, "/desk/cases", "案件", "Cases", rights::CASES),
    (
        Place::Templates,
        "/desk/replies",
        "答复模板",
        "Reply texts",
        rights::CASE_ACTS,
    ),
    (
        Place::Entries,
        "/desk/entries",
        "名单认定",
        "List entries",
        rights::ENTRIES,
    ),
    (
        Place::Reviews,
        "/desk/reviews",
        "文本审核",
        "Reviews",
        rights::REVIEW,
    ),
    (
        Place::Imports,
        "/desk/imports",
        "数据导入",
        "Import",
        rights::SEE_IMPORTS,
    ),
    (
        Place::Release,
        "/desk/release",
        "发布",
        "Release",
        rights::SEE_RELEASE,
    ),
    (
        Place::Late,
        "/desk/late",
        "逾期公示",
        "Late publication",
        rights::REPORTS,
    ),
    (
        Place::Ledgers,
        "/desk/ledgers",
        "台账",
        "Ledgers",
        rights::REPORTS,
    ),
    (
        Place::Calendar,
        "/desk/calendar",
        "工作日历",
        "Calendar",
        rights::ALL,
    ),
    (
        Place::Catalogue,
        "/desk/catalogue",
        "现行目录",
        "Catalogue",
        rights::ALL,
    ),
    (
        Place::Officers,
        "/desk/officers",
        "人员",
        "Officers",
        rights::SEE_OFFICERS,
    ),
    (Place::Keys, "/desk/keys", "接口密钥", "Keys", rights::ADMIN),
    (
        Place::Messages,
        "/desk/messages",
        "未送达通知",
        "Messages",
        rights::SEE_MESSAGES,
    ),
    (
        Place::Audit,
        "/desk/audit",
        "审计日志",
        "Audit",
        rights::AUDIT,
    ),
];

fn top(ctx: &DeskCtx, title: &str) -> Markup {
    let lang = ctx.lang;
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) " · " (lang.say("工作平台", "Desk")) }
            meta name="robots" content="noindex, nofollow, noarchive";
            meta name="color-scheme" content="light dark";
            meta name="format-detection" content="telephone=no";
            link rel="stylesheet" href=(*STYLE);
            link rel="icon" type="image/svg+xml" href=(*ICON);
            script src=(*DESK) defer {}
        }
    }
}

fn switches(ctx: &DeskCtx) -> Markup {
    let lang = ctx.lang;
    html! {
        nav.switches aria-label=(lang.say("语言", "Language")) {
            ul {
                @for other in Lang::ALL {
                    li {
                        a href=(choosing(&ctx.here, "lang", other.tag())) lang=(other.tag()) hreflang=(other.tag())
                            aria-current=[(other == lang).then_some("true")] { (other.name()) }
                    }
                }
            }
        }
    }
}

fn masthead(ctx: &DeskCtx, place: Place) -> Markup {
    let lang = ctx.lang;
    html! {
        header.masthead.desk-head {
            div.inner {
                a.brand href="/desk" {
                    img src=(*ICON) alt="" width="36" height="36";
                    span.brand-name { (lang.say("公共信用信息公示 工作平台", "Public Credit Disclosure: desk")) }
                }
                @if let Some(who) = &ctx.who {
                    nav.places aria-label=(lang.say("主导航", "Main")) {
                        ul {
                            @for (at, address, zh, en, roles) in NAV {
                                @if roles.contains(&who.role) {
                                    li { a href=(address) aria-current=[(*at == place).then_some("page")] { (lang.say(zh, en)) } }
                                }
                            }
                        }
                    }
                    (badge(ctx, who))
                }
                (switches(ctx))
            }
        }
    }
}

/// Who is signed in, and the way out.
fn badge(ctx: &DeskCtx, who: &Who) -> Markup {
    let lang = ctx.lang;
    html! {
        div.desk-who {
            p {
                strong { a href="/desk/account" title=(lang.say("账号安全", "Your account")) { (who.name) } } " "
                span.tag { (lang.say(who.role.zh(), who.role.en())) }
                @if let Some(authority) = &who.authority { span.meta.line { (authority) } }
            }
            form action="/desk/sign-out" method="post" {
                (ctx.token())
                button.button.second type="submit" { (lang.say("退出", "Sign out")) }
            }
        }
    }
}

/// The whole document.
#[must_use]
pub fn frame(ctx: &DeskCtx, title: &str, place: Place, main: &Markup) -> Markup {
    let lang = ctx.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) data-size=[ctx.large.then_some("large")] {
            (top(ctx, title))
            body.desk {
                a.skip href="#main" { (lang.say("跳到正文", "Skip to content")) }
                @if ctx.demo {
                    aside.demo aria-label=(lang.say("演示说明", "Demonstration")) { strong { (lang.say("演示系统：全部数据均为虚构。", "Demonstration: all data are fictitious.")) } }
                }
                (masthead(ctx, place))
                main #main tabindex="-1" { (main) }
                footer.foot {
                    div.inner {
                        p { (lang.say("仅限授权人员使用；每次查看原始信息均留有记录。", "For authorised officers only; every look at raw data is recorded.")) }
                        p { a href="/" { (lang.say("公示网站", "The public site")) } }
                    }
                }
            }
        }
    }
}
