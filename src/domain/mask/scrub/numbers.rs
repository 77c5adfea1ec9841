//! Which chains of digits are numbers of persons: citizen ids, telephones, cards and accounts, chat accounts.

use std::ops::Range;

use super::super::check;
use super::chain::{Chain, Gap};
use super::cues::Cue;
use super::kinds::{DoubtReason, HitKind};
use super::scan::{Finding, Scan};
use super::view::{Class, View};

/// Longest number that is looked at as one window of groups.
const LONGEST: usize = 21;

/// What a window was found to be.
struct Verdict {
    kind: HitKind,
    reason: Option<DoubtReason>,
    /// Place behind the number, when it goes on behind its digits (the X of an id).
    end: Option<usize>,
}

fn certain(kind: HitKind) -> Option<Verdict> {
    Some(Verdict {
        kind,
        reason: None,
        end: None,
    })
}

fn doubt(kind: HitKind, reason: DoubtReason) -> Option<Verdict> {
    Some(Verdict {
        kind,
        reason: Some(reason),
        end: None,
    })
}

/// Finds the numbers of a text.
pub(super) fn find(scan: &Scan<'_>, out: &mut Vec<Finding>) {
    let view = scan.view;
    let mut chain = Chain::default();
    let mut i = 0;
    while i < view.len() {
        if !view.class[i].is_digit() {
            i += 1;
            continue;
        }
        i = chain.read(view, i);
        if chain.values.len() >= 5 {
            judge(scan, &chain, out);
        }
    }
}

/// Judges a chain: groups that are numbers by themselves first, then what is left as windows of groups.
fn judge(scan: &Scan<'_>, chain: &Chain, out: &mut Vec<Finding>) {
    let count = chain.groups.len();
    let mut taken = vec![false; count];
    // what proves itself comes first: a piece of a cut id may look like a telephone
    for g in 0..count {
        for h in widest(chain, &taken, g) {
            if (15..=19).contains(&chain.window(g, h).len())
                && is_proven(scan, chain, g, h)
                && take(scan, chain, g, h, &mut taken, out)
            {
                break;
            }
        }
    }
    for g in 0..count {
        if !taken[g] && chain.groups[g].digits.len() >= 5 {
            take(scan, chain, g, g, &mut taken, out);
        }
    }
    let mut g = 0;
    while g < count {
        let mut next = g + 1;
        for h in widest(chain, &taken, g) {
            if chain.may_be_one(g, h) && take(scan, chain, g, h, &mut taken, out) {
                next = h + 1;
                break;
            }
        }
        g = next;
    }
}

/// Whether a window of several groups is a number by its own check: an id, or a card of a usual issuer.
fn is_proven(scan: &Scan<'_>, chain: &Chain, g: usize, h: usize) -> bool {
    let d = chain.window(g, h);
    match d.len() {
        17 => {
            scan.check_letter(chain.groups[h].at.end).is_some() && {
                let mut all = d.to_vec();
                all.push(10);
                check::citizen_id_18(&all)
            }
        }
        18 if check::citizen_id_18(d) => true,
        15 => check::citizen_id_15(d) && scan.cue_before(chain.groups[g].at.start) == Some(Cue::Id),
        _ => d[0] == 6 && check::luhn(d) && chain.evenly_cut(g, h),
    }
}

/// Ends of the windows of several groups that begin at `g`, the longest first, within what is not taken.
fn widest(chain: &Chain, taken: &[bool], g: usize) -> impl Iterator<Item = usize> + use<> {
    let mut last = g;
    if !taken[g] {
        while last + 1 < taken.len()
            && !taken[last + 1]
            && chain.window(g, last + 1).len() <= LONGEST
        {
            last += 1;
        }
    }
    (g + 1..=last).rev()
}

fn take(
    scan: &Scan<'_>,
    chain: &Chain,
    g: usize,
    h: usize,
    taken: &mut [bool],
    out: &mut Vec<Finding>,
) -> bool {
    let at = chain.groups[g].at.start..chain.groups[h].at.end;
    if scan.is_kept(&at) {
        return false;
    }
    let window = Window {
        scan,
        chain,
        g,
        h,
        at: at.clone(),
        cue: scan.cue_before(at.start),
    };
    let Some(verdict) = window.verdict() else {
        return false;
    };
    let mut range = at.start..verdict.end.unwrap_or(at.end);
    if verdict.kind == HitKind::Phone {
        range = with_brackets_and_extension(scan.view, range);
    }
    taken[g..=h].fill(true);
    out.push(Finding::hidden(range, verdict.kind, verdict.reason));
    true
}

/// A telephone with the bracket before its area code and the extension behind it.
fn with_brackets_and_extension(view: &View, range: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = range;
    let closes = view.chars[start..end].contains(&')');
    if start > 0 && view.at(start - 1) == '(' && closes {
        start -= 1;
    }
    if start > 0 && view.at(start - 1) == '+' {
        start -= 1;
    }
    let mut at = view.skip_space(end);
    let mark = match view.at(at) {
        '转' | '-' => 1,
        '分' if view.at(at + 1) == '机' => 2,
        _ => 0,
    };
    if mark > 0 {
        at = view.skip_space(at + mark);
        let digits = (at..).take_while(|i| view.class_at(*i).is_digit()).count();
        if (1..=6).contains(&digits) && !matches!(view.at(at + digits), '年' | '月' | '-') {
            end = at + digits;
        }
    }
    start..end
}

/// Some groups of a chain, with what stands around them.
struct Window<'a> {
    scan: &'a Scan<'a>,
    chain: &'a Chain,
    g: usize,
    h: usize,
    at: Range<usize>,
    cue: Option<Cue>,
}

impl Window<'_> {
    fn digits(&self) -> &[u8] {
        self.chain.window(self.g, self.h)
    }

    const fn single(&self) -> bool {
        self.g == self.h
    }

    /// Whether letters stand directly beside it, so that it may be part of a code (LOT13…). Letters that are a
    /// cue themselves (tel138…) do not count.
    fn in_code(&self) -> bool {
        let view = self.scan.view;
        let before = self.at.start > 0 && view.class_at(self.at.start - 1) == Class::Letter;
        (before && self.cue.is_none_or(|c| c == Cue::Code))
            || view.class_at(self.at.end) == Class::Letter
    }

    fn verdict(&self) -> Option<Verdict> {
        self.citizen_id()
            .or_else(|| self.phone())
            .or_else(|| self.by_cue())
            .or_else(|| self.card())
            .or_else(|| self.glued())
    }

    fn citizen_id(&self) -> Option<Verdict> {
        let d = self.digits();
        if d.len() == 17
            && let Some(end) = self.scan.check_letter(self.at.end)
        {
            let mut all = d.to_vec();
            all.push(10);
            if check::citizen_id_18(&all) {
                return Some(Verdict {
                    kind: HitKind::CitizenId,
                    reason: None,
                    end: Some(end),
                });
            }
            let likely = check::id_body_plausible(d) || self.cue == Some(Cue::Id);
            let alone = self.single() && !self.before_is_letter() && self.cue != Some(Cue::Code);
            return (likely || alone).then_some(Verdict {
                kind: HitKind::CitizenId,
                reason: Some(DoubtReason::CheckFails),
                end: Some(end),
            });
        }
        match d.len() {
            18 => self.eighteen(d),
            15 => self.fifteen(d),
            14..=20 if self.cue == Some(Cue::Id) && self.whole_chain() => {
                doubt(HitKind::CitizenId, DoubtReason::CheckFails)
            }
            _ => None,
        }
    }

    fn before_is_letter(&self) -> bool {
        self.at.start > 0 && self.scan.view.class_at(self.at.start - 1) == Class::Letter
    }

    fn whole_chain(&self) -> bool {
        self.g == 0 && self.h + 1 == self.chain.groups.len()
    }

    fn eighteen(&self, d: &[u8]) -> Option<Verdict> {
        if check::citizen_id_18(d) {
            return certain(HitKind::CitizenId);
        }
        if self.cue == Some(Cue::Id) {
            return doubt(HitKind::CitizenId, DoubtReason::CheckFails);
        }
        if self.cue == Some(Cue::Account) {
            return None; // judged as an account
        }
        let code: Vec<char> = d.iter().map(|v| char::from(b'0' + v)).collect();
        if self.in_code() || check::credit_code(&code) {
            return None;
        }
        if check::id_body_plausible(d) {
            return doubt(HitKind::CitizenId, DoubtReason::CheckFails);
        }
        if !self.single() || self.cue == Some(Cue::Code) || check::luhn(d) {
            return None;
        }
        doubt(HitKind::CitizenId, DoubtReason::CheckFails)
    }

    fn fifteen(&self, d: &[u8]) -> Option<Verdict> {
        if self.cue == Some(Cue::Id) {
            let valid = check::citizen_id_15(d);
            return Some(Verdict {
                kind: HitKind::CitizenId,
                reason: (!valid).then_some(DoubtReason::CheckFails),
                end: None,
            });
        }
        if !check::citizen_id_15(d) || self.in_code() || self.cue == Some(Cue::Account) {
            return None;
        }
        match (check::registration_number(d), self.cue == Some(Cue::Code)) {
            (true, true) => None,
            (false, false) => certain(HitKind::CitizenId),
            _ => doubt(HitKind::CitizenId, DoubtReason::AmbiguousNumber),
        }
    }

    fn phone(&self) -> Option<Verdict> {
        let d = self.digits();
        let dots = self.chain.groups[self.g + 1..=self.h]
            .iter()
            .any(|x| x.gap == Gap::Dot);
        let landline =
            self.is_landline(d) && (!dots || self.chain.groups[self.g].digits.len() >= 3);
        if !(is_mobile(d) || landline) || self.is_amount() {
            return None;
        }
        let mobile = is_mobile(d);
        if matches!(self.cue, Some(Cue::Phone | Cue::Wechat | Cue::Pay)) {
            return certain(HitKind::Phone);
        }
        if self.in_code() {
            return if mobile {
                doubt(HitKind::Phone, DoubtReason::AmbiguousNumber)
            } else {
                None
            };
        }
        if self.cue == Some(Cue::Code) && !mobile && self.single() {
            return None;
        }
        if self.cue == Some(Cue::Code) || self.chain.is_ip(self.g, self.h) {
            return doubt(HitKind::Phone, DoubtReason::AmbiguousNumber);
        }
        certain(HitKind::Phone)
    }

    /// A landline with its area code, or with the country code instead of the zero.
    fn is_landline(&self, d: &[u8]) -> bool {
        match d {
            [0, 0, 8, 6, rest @ ..] | [8, 6, rest @ ..]
                if !self.single() && rest.first() != Some(&0) =>
            {
                area_and_local(rest)
            }
            [8, 6, 0, rest @ ..] if !self.single() => area_and_local(rest),
            [0, rest @ ..] => area_and_local(rest),
            _ => false,
        }
    }

    /// Whether the window is a sum or a quantity: a currency sign before it or a unit behind it.
    fn is_amount(&self) -> bool {
        let view = self.scan.view;
        let mut at = view.skip_space(self.at.end);
        if view.at(at) == '.' && view.class_at(at + 1).is_digit() {
            // decimals of a sum: the unit stands behind them
            at += 1;
            while view.class_at(at).is_digit() {
                at += 1;
            }
            at = view.skip_space(at);
        }
        // words, not single characters: 13800138000张女士 is a telephone and a surname
        const UNITS: [&str; 24] = [
            "元",
            "万元",
            "亿元",
            "万股",
            "亿股",
            "股",
            "美元",
            "欧元",
            "港元",
            "日元",
            "万美元",
            "吨",
            "千克",
            "公斤",
            "克",
            "立方",
            "平方",
            "㎡",
            "%",
            "千瓦",
            "万吨",
            "亿立方",
            "个单位",
            "字节",
        ];
        let behind: String = (at..at + 3).map(|i| view.at(i)).collect();
        let unit = self.cue != Some(Cue::Phone) && UNITS.iter().any(|u| behind.starts_with(u));
        let sign =
            self.at.start > 0 && matches!(view.at(self.at.start - 1), '¥' | '$' | '￥' | '€' | '£');
        (unit || sign) && self.single()
    }

    /// Numbers that only a cue tells.
    fn by_cue(&self) -> Option<Verdict> {
        let d = self.digits();
        let tight = self.single() || self.chain.evenly_cut(self.g, self.h);
        match self.cue? {
            Cue::Account if (8..=LONGEST).contains(&d.len()) => certain(HitKind::BankAccount),
            Cue::Account if self.single() && (8..=32).contains(&d.len()) => {
                certain(HitKind::BankAccount)
            }
            Cue::Phone
                if (7..=8).contains(&d.len()) && tight && !self.is_date() && !self.is_amount() =>
            {
                certain(HitKind::Phone)
            }
            Cue::Qq if (5..=12).contains(&d.len()) && tight && !self.is_amount() => {
                certain(HitKind::Account)
            }
            Cue::Wechat | Cue::Pay
                if (5..=16).contains(&d.len()) && tight && !self.is_amount() && !self.is_date() =>
            {
                certain(HitKind::Account)
            }
            Cue::Document if (5..=18).contains(&d.len()) && tight => certain(HitKind::Document),
            _ => None,
        }
    }

    fn is_date(&self) -> bool {
        let year = matches!(self.digits(), [1, 9, ..] | [2, 0, ..]);
        let cut: Vec<usize> = self.chain.groups[self.g..=self.h]
            .iter()
            .map(|x| x.digits.len())
            .collect();
        year && (cut == [4, 2, 2] || self.scan.view.at(self.at.end) == '年')
    }

    fn card(&self) -> Option<Verdict> {
        let d = self.digits();
        if !(16..=19).contains(&d.len()) || !check::luhn(d) || self.in_code() || self.is_amount() {
            return None;
        }
        let brand = matches!(d, [6, 0 | 2 | 5, ..] | [4 | 5, ..] | [3, 5, ..] | [9, ..]);
        if d.iter().all(|v| *v == 0) {
            return None;
        }
        if self.single() {
            let code = self.cue == Some(Cue::Code);
            let ids: Vec<char> = d.iter().map(|v| char::from(b'0' + v)).collect();
            return match (code, d[0] == 6) {
                _ if check::credit_code(&ids) => None,
                (false, _) => certain(HitKind::BankAccount),
                (true, true) => doubt(HitKind::BankAccount, DoubtReason::AmbiguousNumber),
                (true, false) => None,
            };
        }
        let fours = self.chain.groups[self.g..self.h]
            .iter()
            .all(|x| x.digits.len() == 4);
        (brand && (fours || d[0] == 6) && self.no_foreign_cut())
            .then(|| certain(HitKind::BankAccount))
            .flatten()
    }

    fn no_foreign_cut(&self) -> bool {
        self.chain.groups[self.g + 1..=self.h]
            .iter()
            .all(|x| !matches!(x.gap, Gap::Comma | Gap::Other))
    }

    /// One long group that holds a valid id anywhere, or is nothing but ids and mobiles written without a break.
    fn glued(&self) -> Option<Verdict> {
        let d = self.digits();
        if !self.single() || d.len() < 19 {
            return None;
        }
        if d.windows(18).any(check::citizen_id_18) {
            return certain(HitKind::CitizenId);
        }
        let mut ends = vec![false; d.len() + 1];
        ends[0] = true;
        for i in 0..d.len() {
            if ends[i] && d.len() - i >= 11 && is_mobile(&d[i..i + 11]) {
                ends[i + 11] = true;
            }
        }
        if ends[d.len()] {
            certain(HitKind::Phone)
        } else {
            None
        }
    }
}

/// A Chinese mobile number, with or without country code or a leading zero.
fn is_mobile(d: &[u8]) -> bool {
    let ((11, rest)
    | (12, [0, rest @ ..])
    | (13, [8, 6, rest @ ..])
    | (15, [0, 0, 8, 6, rest @ ..])) = (d.len(), d)
    else {
        return false;
    };
    matches!(rest, [1, 3..=9, ..]) && rest[1..].iter().any(|v| *v != rest[1])
}

/// Area code without its zero and the local number.
fn area_and_local(d: &[u8]) -> bool {
    let local = match d {
        [1, 0, rest @ ..] | [2, _, rest @ ..] if rest.len() == 8 => rest,
        [3..=9, _, _, rest @ ..] if (7..=8).contains(&rest.len()) => rest,
        _ => return false,
    };
    matches!(local[0], 2..=8)
}
