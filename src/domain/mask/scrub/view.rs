//! The folded view of a text: what a reader reads, with the way back to the bytes that were written.
//!
//! Detectors look at the view; masks are set in the original. So what is not masked stays as written, byte
//! for byte, whatever its width or spelling.

use std::ops::Range;

use super::super::fold::{Folded, fold_char, han_digit};
use super::super::name::is_han;
use super::kinds::PLACEHOLDERS;

/// Stands for a placeholder that an earlier pass has set: it parts what stands on its two sides.
pub(super) const SET: char = '\u{fffc}';

/// What a character of the view is to the number scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Decimal digit.
    Digit,
    /// Digit out of an enclosed or raised number: joined to its neighbours or not.
    Enclosed,
    /// Chinese numeral of one digit.
    Numeral,
    /// Blank.
    Blank,
    /// Line break.
    Break,
    /// Mark that people put inside numbers: dash, dot, slash and the like.
    Mark,
    /// ASCII letter.
    Letter,
    /// Chinese character.
    Han,
    /// Anything else.
    Other,
}

impl Class {
    /// Whether it carries a digit's value.
    pub(super) const fn is_digit(self) -> bool {
        matches!(self, Self::Digit | Self::Enclosed | Self::Numeral)
    }

    /// Whether it is white space.
    pub(super) const fn is_space(self) -> bool {
        matches!(self, Self::Blank | Self::Break)
    }
}

/// A text, folded.
pub(super) struct View {
    /// What is read.
    pub(super) chars: Vec<char>,
    /// Class of each.
    pub(super) class: Vec<Class>,
    from: Vec<u32>,
    to: Vec<u32>,
}

impl View {
    /// Folds a text. Places are kept in 32 bits; [`super::scrub`] refuses longer texts.
    pub(super) fn of(text: &str) -> Self {
        let guess = text.chars().count();
        let mut view = Self {
            chars: Vec::with_capacity(guess),
            class: Vec::with_capacity(guess),
            from: Vec::with_capacity(guess),
            to: Vec::with_capacity(guess),
        };
        if !text.contains('[') {
            for (at, c) in text.char_indices() {
                view.fold_in(c, at, at + c.len_utf8());
            }
            view.read_letters_as_zero();
            return view;
        }
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let set = (c == '[')
                .then(|| PLACEHOLDERS.iter().find(|p| text[at..].starts_with(**p)))
                .flatten();
            if let Some(set) = set {
                view.push(SET, Class::Other, at, at + set.len());
                at += set.len();
            } else {
                view.fold_in(c, at, at + c.len_utf8());
                at += c.len_utf8();
            }
        }
        view.read_letters_as_zero();
        view
    }

    /// The letter O between digits was meant, or is meant to be taken, for a zero.
    fn read_letters_as_zero(&mut self) {
        let mut i = 1;
        while i < self.chars.len() {
            if !matches!(self.chars[i], 'O' | 'o') || !self.class[i - 1].is_digit() {
                i += 1;
                continue;
            }
            let end = (i..i + 6)
                .find(|k| !matches!(self.at(*k), 'O' | 'o'))
                .unwrap_or(i);
            // at the end of a number only where the number is long: 5O is no fifty hundred
            let long = i >= 8 && self.class[i - 8..i].iter().all(|c| c.is_digit());
            if self.class_at(end).is_digit() || long && self.class_at(end) != Class::Letter {
                self.class[i..end].fill(Class::Enclosed);
            }
            i = end.max(i + 1);
        }
    }

    fn fold_in(&mut self, c: char, from: usize, to: usize) {
        match fold_char(c) {
            Folded::Nothing => {}
            Folded::One(c) => {
                // cues and names are met in both scripts; what is shown is always taken from the text itself
                let simple = if is_han(c) { fold_char_to_simple(c) } else { c };
                self.push(simple, classify(simple), from, to);
            }
            Folded::Number(n) => {
                if n >= 10 {
                    self.push(char::from(b'0' + n / 10), Class::Enclosed, from, to);
                }
                self.push(char::from(b'0' + n % 10), Class::Enclosed, from, to);
            }
        }
    }

    fn push(&mut self, c: char, class: Class, from: usize, to: usize) {
        self.chars.push(c);
        self.class.push(class);
        self.from.push(u32::try_from(from).unwrap_or(u32::MAX));
        self.to.push(u32::try_from(to).unwrap_or(u32::MAX));
    }

    /// Number of characters that are read.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at a place; NUL past the end, which nothing matches.
    pub(super) fn at(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or('\0')
    }

    /// The class at a place; `Other` past the end.
    pub(super) fn class_at(&self, i: usize) -> Class {
        self.class.get(i).copied().unwrap_or(Class::Other)
    }

    /// The value of the digit at a place.
    pub(super) fn digit(&self, i: usize) -> u8 {
        let c = self.at(i);
        match c {
            '0'..='9' => c as u8 - b'0',
            _ => han_digit(c).unwrap_or(0),
        }
    }

    /// Whether a Chinese character stands at a place, numerals among them (names hold 四 and 五).
    pub(super) fn is_han(&self, i: usize) -> bool {
        is_han(self.at(i))
    }

    /// The bytes of the original that a range of the view was read from, invisible characters inside included.
    pub(super) fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        match (
            self.from.get(range.start),
            range.end.checked_sub(1).and_then(|i| self.to.get(i)),
        ) {
            (Some(&from), Some(&to)) if from < to => from as usize..to as usize,
            _ => 0..0,
        }
    }

    /// The next place, from `i` on, that is no white space.
    pub(super) fn skip_space(&self, mut i: usize) -> usize {
        while self.class_at(i).is_space() {
            i += 1;
        }
        i
    }

    /// Where a word that begins at `i` ends, when it stands there, letters of either case, blanks inside it
    /// allowed (身 份 证).
    pub(super) fn spells(&self, i: usize, word: &[char]) -> Option<usize> {
        let mut at = i;
        for (k, w) in word.iter().enumerate() {
            if k > 0 {
                at = self.skip_space(at);
            }
            if !self.at(at).eq_ignore_ascii_case(w) || at >= self.len() {
                return None;
            }
            at += 1;
        }
        Some(at)
    }
}

fn fold_char_to_simple(c: char) -> char {
    crate::domain::fold::fold_char(c).unwrap_or(c)
}

fn classify(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '\n' => Class::Break,
        ' ' => Class::Blank,
        '-' | '.' | '·' | '_' | '/' | '~' | '|' | '\\' | '*' | '+' | ',' | '\'' => Class::Mark,
        _ if han_digit(c).is_some() => Class::Numeral,
        _ if is_han(c) => Class::Han,
        _ => Class::Other,
    }
}
