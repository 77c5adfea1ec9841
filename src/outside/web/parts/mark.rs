//! Marks in a name what the query has in common with it, by the same folding that found it.

use std::collections::HashSet;

use maud::{Markup, html};

use crate::domain::fold::{fold, fold_char};

/// A query made ready to be marked in many names.
#[derive(Clone, Debug, Default)]
pub struct Marker {
    pairs: HashSet<(char, char)>,
}

impl Marker {
    /// The neighbouring characters of each stretch of a query.
    #[must_use]
    pub fn new(query: &str) -> Self {
        let folded = fold(query);
        let pairs = folded
            .split(' ')
            .flat_map(|stretch| {
                let chars: Vec<char> = stretch.chars().collect();
                chars.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>()
            })
            .collect();
        Self { pairs }
    }

    /// The name with what it shares with the query inside `mark` elements.
    #[must_use]
    pub fn show(&self, name: &str) -> Markup {
        if self.pairs.is_empty() {
            return html! { (name) };
        }
        html! {
            @for (part, marked) in self.parts(name) {
                @if marked { mark { (part) } } @else { (part) }
            }
        }
    }

    /// Stretches of the name, each with whether it is marked.
    fn parts<'n>(&self, name: &'n str) -> Vec<(&'n str, bool)> {
        // Where each character that counts stands, and what it folds to; what folds to nothing is skipped.
        let folded: Vec<(usize, usize, char)> = name
            .char_indices()
            .filter_map(|(at, c)| {
                let folded = fold_char(c).filter(|f| *f != ' ')?;
                Some((at, at + c.len_utf8(), folded))
            })
            .collect();
        let mut marked = vec![false; folded.len()];
        for i in 1..folded.len() {
            if self.pairs.contains(&(folded[i - 1].2, folded[i].2)) {
                marked[i - 1] = true;
                marked[i] = true;
            }
        }
        let mut out: Vec<(&str, bool)> = Vec::new();
        let mut done = 0;
        let mut i = 0;
        while i < folded.len() {
            if !marked[i] {
                i += 1;
                continue;
            }
            let start = folded[i].0;
            while i + 1 < folded.len() && marked[i + 1] {
                i += 1;
            }
            let end = folded[i].1;
            out.push((&name[done..start], false));
            out.push((&name[start..end], true));
            done = end;
            i += 1;
        }
        out.push((&name[done..], false));
        out.retain(|(part, _)| !part.is_empty());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str, name: &str) -> String {
        Marker::new(query).show(name).into_string()
    }

    #[test]
    fn marks_follow_the_folding() {
        for (query, name, marked) in [
            (
                "海风",
                "厦门海风贸易有限公司",
                "厦门<mark>海风</mark>贸易有限公司",
            ),
            (
                "海風",
                "厦门海风贸易有限公司",
                "厦门<mark>海风</mark>贸易有限公司",
            ),
            (
                "海风 有限",
                "厦门海风贸易有限公司",
                "厦门<mark>海风</mark>贸易<mark>有限</mark>公司",
            ),
            (
                "厦门(海风)",
                "厦门（海风）贸易",
                "<mark>厦门（海风</mark>）贸易",
            ),
            ("ＡＢＣ", "abc公司", "<mark>abc</mark>公司"),
            ("海", "厦门海风", "厦门海风"),
            ("", "厦门海风", "厦门海风"),
            ("没有", "厦门海风", "厦门海风"),
            ("厦门", "", ""),
        ] {
            assert_eq!(shown(query, name), marked, "{query} in {name}");
        }
    }

    #[test]
    fn marked_names_are_escaped() {
        let html = shown("<script>", "<script>alert(1)</script>");
        assert!(!html.contains("<script"), "{html}");
    }
}
