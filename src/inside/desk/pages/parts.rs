//! Components of the desk's own: what the public pages have no need of.

use maud::{Markup, html};

use crate::inside::desk::form::Wrong;
use crate::outside::report::qr::Qr;
use crate::outside::web::parts::field::problems;
use crate::outside::web::parts::lang::Lang;

/// A field whose value is never shown again: a password, a code.
#[derive(Clone, Copy, Debug)]
pub struct SecretField<'a> {
    /// Name and id.
    pub name: &'a str,
    /// What is asked.
    pub label: &'a str,
    /// What helps to answer; empty when nothing.
    pub hint: &'a str,
    /// What is wrong; empty when nothing.
    pub error: &'a str,
    /// Purpose that browsers complete.
    pub autocomplete: &'a str,
    /// Whether it is a code of digits, which may be seen while it is typed.
    pub digits: bool,
    /// Whether it must be filled in.
    pub required: bool,
}

/// Such a field.
#[must_use]
pub fn secret_field(lang: Lang, f: &SecretField<'_>) -> Markup {
    let hint = (!f.hint.is_empty()).then(|| format!("{}-hint", f.name));
    let error = (!f.error.is_empty()).then(|| format!("{}-error", f.name));
    let ids: Vec<String> = hint.iter().chain(&error).cloned().collect();
    let described = (!ids.is_empty()).then(|| ids.join(" "));
    html! {
        div.field.invalid[error.is_some()] {
            label for=(f.name) {
                (f.label)
                @if !f.required { span.meta { (lang.say("（选填）", " (optional)")) } }
            }
            @if let Some(id) = &hint { p.hint id=(id) { (f.hint) } }
            @if let Some(id) = &error { p.error id=(id) { span.hidden { (lang.say("错误：", "Error: ")) } (f.error) } }
            @if f.digits {
                input #(f.name) type="text" inputmode="numeric" name=(f.name) maxlength="10" autocomplete=(f.autocomplete)
                    required[f.required] aria-describedby=[&described] aria-invalid=[error.is_some().then_some("true")];
            } @else {
                input #(f.name) type="password" name=(f.name) maxlength="256" autocomplete=(f.autocomplete)
                    required[f.required] aria-describedby=[&described] aria-invalid=[error.is_some().then_some("true")];
            }
        }
    }
}

/// A QR code with what it says in words.
#[must_use]
pub fn qr(text: &str, says: &str) -> Markup {
    html! {
        @if let Some(qr) = Qr::new(text) {
            svg.qr viewBox={ "0 0 " (qr.whole()) " " (qr.whole()) } role="img" aria-label=(says) shape-rendering="crispEdges" {
                rect width=(qr.whole()) height=(qr.whole()) fill="#fff" {}
                path d=(qr.path()) stroke="#000" {}
            }
        }
    }
}

/// What is wrong with a form, each leading to its field.
#[must_use]
pub fn summary(lang: Lang, wrong: &[Wrong]) -> Markup {
    let all: Vec<(&str, &str)> = wrong.iter().map(|w| (w.field, w.words(lang))).collect();
    errors(lang, &all)
}

/// Errors of a form, each leading to its field: name of the field and words.
#[must_use]
pub fn errors(lang: Lang, wrong: &[(&str, &str)]) -> Markup {
    problems(lang, wrong)
}
