//! Chains of digits: runs that a reader may take for one number, however it was cut.
//!
//! `138 0013-8000`, `①③⑧００１３８０００` and `一三八0013\n8000` are each one chain of several groups. Where the
//! writer cut is kept, because a chain may also hold two numbers side by side.

use std::ops::Range;

use super::view::{Class, View};

/// What stands between two groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing but a change of script (一三八0013).
    Script,
    /// Blanks.
    Space,
    /// A line break.
    Break,
    /// A dash.
    Dash,
    /// A full stop or middle dot.
    Dot,
    /// A comma, which may part thousands.
    Comma,
    /// Another mark or a bracket.
    Other,
}

/// Digits without anything between them, of one script.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Places in the view.
    pub(super) at: Range<usize>,
    /// Index of its digits among the chain's values.
    pub(super) digits: Range<usize>,
    /// What parts it from the group before.
    pub(super) gap: Gap,
}

/// A chain.
#[derive(Default)]
pub(super) struct Chain {
    /// Values of all digits.
    pub(super) values: Vec<u8>,
    /// Groups in order.
    pub(super) groups: Vec<Group>,
}

impl Chain {
    fn clear(&mut self) {
        self.values.clear();
        self.groups.clear();
    }

    /// Reads the chain that begins at `i`, where a digit stands; returns the place behind it.
    pub(super) fn read(&mut self, view: &View, i: usize) -> usize {
        self.clear();
        let mut at = i;
        let mut gap = Gap::Script;
        loop {
            at = self.read_group(view, at, gap);
            match read_gap(view, at) {
                // 512332(一代证): a lone numeral behind a bracket begins a word, it does not end a number
                Some((Gap::Other | Gap::Comma, next)) if view.class_at(next) == Class::Numeral => {
                    return at;
                }
                Some((found, next)) => (gap, at) = (found, next),
                None => return at,
            }
        }
    }

    fn read_group(&mut self, view: &View, start: usize, gap: Gap) -> usize {
        let class = view.class_at(start);
        let first = self.values.len();
        let mut at = start;
        while view.class_at(at) == class {
            self.values.push(view.digit(at));
            at += 1;
            if class == Class::Enclosed {
                break;
            }
        }
        self.groups.push(Group {
            at: start..at,
            digits: first..self.values.len(),
            gap,
        });
        at
    }

    /// Values of the groups `g..=h`.
    pub(super) fn window(&self, g: usize, h: usize) -> &[u8] {
        &self.values[self.groups[g].digits.start..self.groups[h].digits.end]
    }

    /// Whether the cuts inside `g..=h` may lie inside one number: no thousands marks, no row of decimals.
    pub(super) fn may_be_one(&self, g: usize, h: usize) -> bool {
        let inner = &self.groups[g + 1..=h];
        if inner.iter().any(|group| group.gap == Gap::Comma) {
            let thousands = inner
                .iter()
                .all(|x| x.gap == Gap::Comma && x.digits.len() == 3);
            if thousands {
                return false;
            }
        }
        // 12.5 13.80 14.20: blanks part decimals
        let mut decimals = 0;
        let mut dots = 0;
        for group in inner {
            match group.gap {
                Gap::Dot => dots += 1,
                Gap::Space | Gap::Break => {
                    decimals += u32::from(dots == 1);
                    dots = 0;
                }
                _ => {}
            }
        }
        decimals += u32::from(dots == 1);
        decimals < 2
    }

    /// Whether all cuts inside `g..=h` are of one kind (line breaks and changes of script aside).
    pub(super) fn evenly_cut(&self, g: usize, h: usize) -> bool {
        let mut kind = None;
        self.groups[g + 1..=h].iter().all(|group| match group.gap {
            Gap::Break | Gap::Script => true,
            Gap::Comma | Gap::Other => false,
            gap => *kind.get_or_insert(gap) == gap,
        })
    }

    /// Whether the window is four numbers up to 255 parted by dots: an address of the internet protocol.
    pub(super) fn is_ip(&self, g: usize, h: usize) -> bool {
        h - g == 3
            && self.groups[g + 1..=h]
                .iter()
                .all(|group| group.gap == Gap::Dot)
            && self.groups[g..=h].iter().all(|group| {
                let digits = &self.values[group.digits.clone()];
                digits.len() <= 3
                    && (digits.len() == 1 || digits[0] != 0)
                    && digits.iter().fold(0, |n, d| n * 10 + u32::from(*d)) <= 255
            })
    }
}

/// The cut behind a group, when a digit follows it: a few blanks and marks at most.
fn read_gap(view: &View, from: usize) -> Option<(Gap, usize)> {
    let mut gap = Gap::Script;
    let mut marks = 0;
    let mut at = from;
    loop {
        let class = view.class_at(at);
        if class.is_digit() {
            return Some((gap, at));
        }
        let kind = match (class, view.at(at)) {
            (Class::Blank, _) => Gap::Space,
            (Class::Break, _) => Gap::Break,
            (Class::Mark, '-') => Gap::Dash,
            (Class::Mark, '.' | '·') => Gap::Dot,
            (Class::Mark, ',') => Gap::Comma,
            (Class::Mark, '_' | '/' | '~' | '|' | '\\')
            | (Class::Other, '(' | ')' | '[' | ']' | '【' | '】') => Gap::Other,
            _ => return None,
        };
        if !matches!(kind, Gap::Space | Gap::Break) {
            marks += 1;
        }
        if marks > 3 || at - from >= 16 {
            return None;
        }
        gap = match (gap, kind) {
            (Gap::Script | Gap::Space, kind) => kind,
            (before, Gap::Space) => before,
            (Gap::Break, kind) => kind,
            (before, _) => before,
        };
        at += 1;
    }
}
