//! Names that the record itself knows: masked as their field is, wherever they stand and however spaced.

use std::ops::Range;

use super::kinds::HitKind;
use super::scan::{Finding, Put, Scan};
use super::view::{Class, View};
use super::{KnownName, NameRule};
use crate::domain::fold::fold_char;
use crate::domain::mask::fold::plain;
use crate::domain::mask::name::is_han;

/// A known name ready for search.
pub(super) struct Wanted<'a> {
    pub(super) known: &'a KnownName<'a>,
    pub(super) chars: Vec<char>,
}

/// Names of two characters and more, blanks left out; the longest first, so that one inside another waits.
pub(super) fn wanted<'a>(names: &'a [KnownName<'a>]) -> Vec<Wanted<'a>> {
    let mut out: Vec<Wanted<'a>> = names
        .iter()
        .map(|known| Wanted {
            known,
            chars: plain(known.name)
                .chars()
                .filter(|c| !c.is_whitespace())
                .map(|c| {
                    if is_han(c) {
                        fold_char(c).unwrap_or(c)
                    } else {
                        c
                    }
                })
                .collect(),
        })
        .filter(|w| w.chars.len() >= 2 && !w.chars.contains(&'*') && !w.chars.contains(&'某'))
        .collect();
    out.sort_by_key(|w| std::cmp::Reverse(w.chars.len()));
    out
}

/// Every place where a name is spelled; letters need a word of their own.
pub(super) fn occurrences(view: &View, name: &[char]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let Some(&first) = name.first() else {
        return out;
    };
    let letters = !is_han(first);
    let mut i = 0;
    while i < view.len() {
        if view.chars[i].eq_ignore_ascii_case(&first)
            && let Some(end) = view.spells(i, name)
        {
            let within = letters
                && ((i > 0 && view.class_at(i - 1) == Class::Letter)
                    || view.class_at(end) == Class::Letter);
            if !within {
                out.push(i..end);
                i = end;
                continue;
            }
        }
        i += 1;
    }
    out
}

/// Finds the known names. Those that the list shows in full are found too, so that they are not taken for others.
pub(super) fn find(scan: &Scan<'_>, wanted: &[Wanted<'_>], out: &mut Vec<Finding>) {
    for name in wanted {
        let put = match name.known.rule {
            NameRule::Keep => Put::Leave,
            NameRule::Mask => Put::MaskedName,
            NameRule::ThirdPerson => Put::ThirdPerson,
        };
        for range in occurrences(scan.view, &name.chars) {
            out.push(Finding {
                range,
                kind: HitKind::KnownName,
                reason: None,
                put: put.clone(),
                blocks: None,
            });
        }
    }
}
