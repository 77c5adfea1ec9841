//! What waits for the officer.

use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::outside::web::parts::text::count;

/// A queue with how many matters wait in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Where it is.
    pub address: &'static str,
    /// What waits, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// How many.
    pub count: u64,
    /// Whether one of them is late.
    pub late: bool,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct HomeView {
    /// Queues of the role.
    pub waiting: Vec<Waiting>,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &HomeView) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("待办事项", "What waits")) } }
        @if view.waiting.is_empty() {
            p.empty { (lang.say("您的角色没有待办队列，请从导航进入所需页面。", "Your role has no queue; the pages are in the navigation.")) }
        } @else {
            ul.desk-waits {
                @for queue in &view.waiting {
                    li {
                        a href=(queue.address) {
                            span.desk-count.num { (count(queue.count)) }
                            span { (lang.say(queue.zh, queue.en)) }
                        }
                        @if queue.late { span.tag.grave { (lang.say("有逾期", "some are late")) } }
                    }
                }
            }
        }
    }
}
