//! A raw text beside what would be shown of it, with the differences marked.

use maud::{Markup, html};

use crate::domain::rule::block::Block;
use crate::inside::desk::diff::{Piece, diff};
use crate::outside::web::parts::lang::Lang;

/// The raw side: what is not shown stands in `del`.
#[must_use]
pub fn raw_side(raw: &str, shown: &str) -> Markup {
    html! {
        @for piece in diff(raw, shown) {
            @match piece {
                Piece::Same(text) => (text),
                Piece::Gone(text) => del { (text) },
                Piece::New(_) => {}
            }
        }
    }
}

/// The public side: what stands there instead is in `ins`.
#[must_use]
pub fn shown_side(raw: &str, shown: &str) -> Markup {
    html! {
        @for piece in diff(raw, shown) {
            @match piece {
                Piece::Same(text) => (text),
                Piece::Gone(_) => {}
                Piece::New(text) => ins { (text) },
            }
        }
    }
}

/// What the marks mean.
#[must_use]
pub fn legend(lang: Lang) -> Markup {
    html! {
        p.meta {
            del { (lang.say("不公开的内容", "what is not shown")) } " · "
            ins { (lang.say("公开时替换为的内容", "what stands there instead")) }
        }
    }
}

/// A verdict of the publisher in words.
#[must_use]
pub fn verdict(lang: Lang, verdict: &str) -> String {
    let (kind, code) = verdict.split_once(':').unwrap_or((verdict, ""));
    let why = match kind {
        "withheld" => Block::from_code(code).map(|b| lang.say(b.zh(), b.en())),
        "ended" => Some(code),
        _ => None,
    };
    let word = match kind {
        "published" => lang.say("公开", "published"),
        "held" => lang.say("暂缓，待审核", "held for a review"),
        "withheld" => lang.say("不公开", "not published"),
        "ended" => lang.say("终止公开", "ended"),
        other => other,
    };
    match why {
        Some(why) => format!("{word}: {why}"),
        None => word.to_owned(),
    }
}
