//! What all detectors share: the view, the cues, what must stay, and the findings they return.

use std::ops::Range;

use super::cues::{Cue, Found};
use super::kinds::{Blocked, DoubtReason, HitKind};
use super::view::{Class, View};
use super::{ScrubContext, cues};

/// What is put in the place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// The placeholder of its kind.
    Placeholder,
    /// A text made for it.
    Text(String),
    /// The name itself, masked as its field is.
    MaskedName,
    /// The 某 form, whose number depends on the other persons of the text.
    ThirdPerson,
    /// Nothing changes; it is only reported.
    Leave,
}

/// Something found, in places of the view.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) range: Range<usize>,
    pub(super) kind: HitKind,
    /// Why a reviewer must look; `None` when certain.
    pub(super) reason: Option<DoubtReason>,
    pub(super) put: Put,
    /// Why the whole text is blocked.
    pub(super) blocks: Option<Blocked>,
}

impl Finding {
    /// A finding that its placeholder replaces.
    pub(super) fn hidden(range: Range<usize>, kind: HitKind, reason: Option<DoubtReason>) -> Self {
        Self {
            range,
            kind,
            reason,
            put: Put::Placeholder,
            blocks: None,
        }
    }

    /// A finding that is reported and stays.
    pub(super) fn noted(range: Range<usize>, kind: HitKind, reason: DoubtReason) -> Self {
        Self {
            range,
            kind,
            reason: Some(reason),
            put: Put::Leave,
            blocks: None,
        }
    }
}

/// One text under the eyes of the detectors.
pub(super) struct Scan<'a> {
    pub(super) view: &'a View,
    pub(super) about: &'a ScrubContext<'a>,
    pub(super) cues: Vec<Found>,
    kept: Vec<Range<usize>>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(view: &'a View, about: &'a ScrubContext<'a>) -> Self {
        let mut kept = Vec::new();
        let codes = about.credit_code.iter().chain(&about.keep_codes);
        for code in codes {
            occurrences_of_number(view, code, &mut kept);
        }
        Self {
            view,
            about,
            cues: cues::find(view),
            kept,
        }
    }

    /// Whether a range lies in a code that must stay.
    pub(super) fn is_kept(&self, at: &Range<usize>) -> bool {
        self.kept
            .iter()
            .any(|k| k.start <= at.start && at.end <= k.end)
    }

    /// The cue directly before a place, fillers between them allowed (身份证号码为:（…).
    pub(super) fn cue_before(&self, start: usize) -> Option<Cue> {
        let view = self.view;
        let mut at = start;
        for _ in 0..16 {
            if let Some(found) = self.cue_ending_at(at) {
                return Some(found.cue);
            }
            let c = view.at(at.checked_sub(1)?);
            let filler = matches!(
                c,
                ' ' | '\n'
                    | ':'
                    | '：'
                    | '为'
                    | '是'
                    | '系'
                    | '号'
                    | '码'
                    | '('
                    | '['
                    | '【'
                    | '"'
                    | '“'
                    | '「'
                    | '『'
                    | '\''
                    | '#'
                    | '='
                    | '-'
                    | '.'
                    | '均'
                    | '即'
                    | '+'
                    | '№'
                    | '<'
                    | '《'
                    | '，'
                    | ','
            );
            if !filler {
                return self.account_of_bank(at);
            }
            at -= 1;
        }
        None
    }

    /// 账号 and the bank's name before the number: 账号:中国银行厦门分行6222….
    fn account_of_bank(&self, at: usize) -> Option<Cue> {
        let view = self.view;
        if !matches!(view.at(at.checked_sub(1)?), '行' | '社' | '部' | '处') {
            return None;
        }
        let mut i = at;
        for _ in 0..28 {
            if let Some(found) = self.cue_ending_at(i) {
                return (found.cue == Cue::Account).then_some(Cue::Account);
            }
            i = i.checked_sub(1)?;
            if !(view.is_han(i) || matches!(view.at(i), ':' | ' ' | '(' | ')' | '，' | '、' | '为'))
            {
                return None;
            }
        }
        None
    }

    fn cue_ending_at(&self, end: usize) -> Option<&Found> {
        let at = self.cues.partition_point(|f| f.end < end);
        self.cues.get(at).filter(|f| f.end == end)
    }

    /// Place behind the X of an id that follows 17 digits, blanks and a mark between them allowed.
    pub(super) fn check_letter(&self, from: usize) -> Option<usize> {
        let view = self.view;
        let mut at = from;
        while at < from + 6
            && (view.class_at(at).is_space() || matches!(view.at(at), '-' | '.' | '·' | '_'))
        {
            at += 1;
        }
        let is_x = matches!(view.at(at), 'X' | 'x' | '×' | '叉');
        let goes_on = matches!(view.class_at(at + 1), Class::Letter | Class::Digit);
        (is_x && !goes_on).then_some(at + 1)
    }
}

/// Finds where a number or code stands, whatever blanks and marks are inside it.
pub(super) fn occurrences_of_number(view: &View, code: &str, out: &mut Vec<Range<usize>>) {
    let want: Vec<char> = super::super::fold::compact(code).chars().collect();
    if want.len() < 4 {
        return;
    }
    let same = |i: usize, w: char| {
        let c = view.at(i);
        i < view.len()
            && (c.to_ascii_uppercase() == w
                || w == 'X' && c == '×'
                || view.class_at(i).is_digit()
                    && w.is_ascii_digit()
                    && char::from(b'0' + view.digit(i)) == w)
    };
    let mut i = 0;
    while i < view.len() {
        let mut at = i;
        let whole = same(i, want[0])
            && want.iter().enumerate().all(|(k, w)| {
                let limit = at + 4;
                while k > 0
                    && at < limit
                    && (view.class_at(at).is_space()
                        || matches!(view.at(at), '-' | '.' | '·' | '_' | '/'))
                {
                    at += 1;
                }
                let hit = same(at, *w);
                at += 1;
                hit
            });
        if whole {
            out.push(i..at);
            i = at;
        } else {
            i += 1;
        }
    }
}
