//! What a form sent, and what is wrong with it.

use std::collections::HashMap;

use url::form_urlencoded;
use zeroize::Zeroize as _;

use crate::outside::web::parts::lang::Lang;

/// Fields that are read at most.
const MOST: usize = 2000;

/// What is wrong with a field, in Chinese and English (GOV.UK: "Enter …", "Select …", "… must be …"; no full stop).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Name of the field.
    pub field: &'static str,
    zh: &'static str,
    en: &'static str,
}

impl Wrong {
    /// What is wrong with a field.
    #[must_use]
    pub const fn new(field: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { field, zh, en }
    }

    /// In the language of the page.
    #[must_use]
    pub fn words(&self, lang: Lang) -> &'static str {
        lang.say(self.zh, self.en)
    }
}

/// What is wrong with a field, among what is wrong with a form; empty when nothing.
#[must_use]
pub fn words_at(wrong: &[Wrong], field: &str, lang: Lang) -> &'static str {
    let found = wrong.iter().find(|w| w.field == field);
    found.map_or("", |w| w.words(lang))
}

/// The fields of a form, wiped when dropped: passwords are among them.
#[derive(Default)]
pub struct Form {
    all: HashMap<String, Vec<String>>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({} fields)", self.all.len())
    }
}

impl Form {
    /// Reads a body of the type `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        let mut all: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(body).take(MOST) {
            all.entry(name.into_owned())
                .or_default()
                .push(value.into_owned());
        }
        Self { all }
    }

    /// The first value of a name; empty when there is none.
    #[must_use]
    pub fn one(&self, name: &str) -> &str {
        self.many(name).first().map_or("", String::as_str)
    }

    /// The first value of a name without spaces around it; `None` when nothing is left.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.one(name).trim()).filter(|v| !v.is_empty())
    }

    /// Every value of a name.
    #[must_use]
    pub fn many(&self, name: &str) -> &[String] {
        self.all.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Drop for Form {
    fn drop(&mut self) {
        for value in self.all.values_mut().flatten() {
            value.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_shown_nowhere() {
        let form = Form::read(b"a=1&b=%E7%94%B2+&a=2&c=");
        assert_eq!(form.one("a"), "1");
        assert_eq!(form.many("a"), ["1", "2"]);
        assert_eq!(form.some("b"), Some("甲"));
        assert_eq!(form.some("c"), None);
        assert_eq!(form.one("x"), "");
        assert_eq!(format!("{form:?}"), "Form(3 fields)");
    }
}
