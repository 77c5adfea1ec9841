//! Values: cleaning, civil dates, amounts, flags, placeholders. Pure functions of text.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use super::source::Hint;
use super::source::xlsx::{DAYS_1904, date_of_serial};
use crate::domain::subject::normal::is_invisible;

/// Whether a character shows nothing: white space, control and invisible characters, noncharacters.
pub(in crate::inside) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || (is_invisible(c) && !is_selector(c))
        || matches!(c, '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Variation selectors choose between forms of one character in names: they are kept.
const fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a character is its own normal form and shows itself: ASCII, the common Han characters and the
/// punctuation beside them. Nearly all text is made of these and needs no normalisation.
const fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FFF}' | '\u{3001}'..='\u{3011}' | '〔' | '〕'
        | '\u{FF01}'..='\u{FF5E}' | '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// One line of text: line breaks and runs of white space become one space between Latin characters and
/// nothing beside Han characters; invisible and control characters go.
pub(in crate::inside) fn clean_line(text: &str) -> String {
    let trimmed = text.trim_matches(' ');
    let (mut plain, mut spaced) = (true, false);
    for c in trimmed.chars() {
        plain &= is_plain(c);
        spaced |= c == ' ';
    }
    match (plain, spaced) {
        (true, false) => trimmed.to_owned(),
        (true, true) => joined(trimmed.chars()),
        // taking characters out may bring a letter and its accent together, hence twice
        (false, _) => joined(trimmed.nfc()).nfc().collect(),
    }
}

fn joined(chars: impl Iterator<Item = char>) -> String {
    let latin = |c: char| c.is_ascii_graphic() || ('\u{C0}'..'\u{250}').contains(&c);
    let mut out = String::new();
    let mut gap = false;
    for c in chars {
        if c.is_whitespace() {
            gap = true;
        } else if !is_blank(c) {
            if std::mem::take(&mut gap) && latin(c) && out.ends_with(latin) {
                out.push(' ');
            }
            out.push(c);
        }
    }
    out
}

/// Free text: line ends become `\n`, runs of spaces stay, invisible and control characters go.
pub(in crate::inside) fn clean_text(text: &str) -> String {
    if text.chars().all(is_plain) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.nfc().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' => out.push('\n'),
            '\t' => out.push(' '),
            c if c.is_whitespace() || !is_blank(c) => out.push(c),
            _ => {}
        }
    }
    out.trim().nfc().collect()
}

/// NFKC without invisible characters; what is ASCII already stays as it is.
fn compatible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().filter(|c| !is_invisible(*c)).collect())
    }
}

/// Why a date cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum DateFault {
    /// No known form.
    Form,
    /// No such day, for instance 2026-02-30.
    NoSuchDay,
    /// A year before 1949 or after 2199.
    Year,
}

/// A date as the templates write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum DateValue {
    /// A civil date.
    Day(NaiveDate),
    /// 长期, or 2099/12/31 (double-publicity standard).
    LongTerm,
}

/// Reads YYYY/MM/DD, YYYY-MM-DD, YYYY.MM.DD, YYYY年M月D日, YYYYMMDD, an Excel serial, 长期; a time of
/// day after the date is dropped.
pub(in crate::inside) fn date(text: &str, hint: Hint) -> Result<DateValue, DateFault> {
    let folded = compatible(text);
    let folded = folded.trim();
    if matches!(
        folded,
        "长期" | "长期有效" | "永久" | "永久有效" | "无期限" | "無期限"
    ) {
        return Ok(DateValue::LongTerm);
    }
    if let Some(serial) = serial_of(folded, hint) {
        return match date_of_serial(serial) {
            Some(day) => day_or_long(day),
            None => Err(DateFault::Form),
        };
    }
    let (year, month, day) = parts(folded).ok_or(DateFault::Form)?;
    let day = NaiveDate::from_ymd_opt(year, month, day).ok_or(DateFault::NoSuchDay)?;
    day_or_long(day)
}

fn day_or_long(day: NaiveDate) -> Result<DateValue, DateFault> {
    match (day.year(), day.month(), day.day()) {
        (2099, 12, 31) | (9999, 12, 31) => Ok(DateValue::LongTerm),
        (1949..=2199, _, _) => Ok(DateValue::Day(day)),
        _ => Err(DateFault::Year),
    }
}

/// Five digits (with a fraction for the time of day) are a serial: 20,000 is in 1954, 80,000 in 2119.
fn serial_of(text: &str, hint: Hint) -> Option<f64> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if whole.len() != 5 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let shift = if hint == Hint::Number1904 {
        DAYS_1904
    } else {
        0.0
    };
    text.parse::<f64>()
        .ok()
        .map(|s| s + shift)
        .filter(|s| (20_000.0..80_000.0).contains(s))
}

fn parts(text: &str) -> Option<(i32, u32, u32)> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some((
            text.get(..4)?.parse().ok()?,
            text.get(4..6)?.parse().ok()?,
            text.get(6..)?.parse().ok()?,
        ));
    }
    let mut rest = text;
    let mut number = |most: usize, ends: &[char]| -> Option<u32> {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > most {
            return None;
        }
        let value = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        if let Some(end) = rest.chars().next().filter(|c| ends.contains(c)) {
            rest = rest.get(end.len_utf8()..)?.trim_start();
            return Some(value);
        }
        ends.contains(&'$').then_some(value)
    };
    let year = number(4, &['-', '/', '.', '年'])?;
    let month = number(2, &['-', '/', '.', '月'])?;
    // `$` stands for: may also end here
    let day = number(2, &['日', '号', 'T', '$'])?;
    let tail = rest.trim_start_matches('T').trim();
    let is_time = tail.chars().all(|c| {
        c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z' | '+' | ' ' | '时' | '分' | '秒')
    });
    (year >= 1000 && is_time).then_some(())?;
    Some((i32::try_from(year).ok()?, month, day))
}

/// Why an amount cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum AmountFault {
    /// Not a number.
    Form,
    /// More than six decimals (of 万元), or four of 元... as given: not exact in the template's N18,6.
    Decimals,
    /// Below zero.
    Negative,
    /// More than twelve digits before the point.
    TooLarge,
}

/// Reads an amount into units of 0.000001 万元 (= 0.01 yuan), exactly.
///
/// A unit written behind the number (万元, 元) wins over that of the header.
pub(in crate::inside) fn amount(text: &str, header_in_yuan: bool) -> Result<i64, AmountFault> {
    let folded: String = text
        .nfkc()
        .filter(|c| !is_blank(*c) && !matches!(c, ',' | '¥' | '￥'))
        .collect();
    let folded = folded.trim_start_matches("人民币");
    let (number, in_yuan) = if let Some(n) = folded.strip_suffix("万元") {
        (n, false)
    } else if let Some(n) = folded.strip_suffix('万') {
        (n, false)
    } else if let Some(n) = folded.strip_suffix('元') {
        (n, true)
    } else {
        (folded, header_in_yuan)
    };
    if number.starts_with('-') || number.starts_with('(') {
        return Err(AmountFault::Negative);
    }
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !digits(whole) || !digits(decimals) {
        return Err(AmountFault::Form);
    }
    let decimals = decimals.trim_end_matches('0');
    // 1 yuan = 100 units, 1 万元 = 1,000,000 units
    let places = if in_yuan { 2 } else { 6 };
    if decimals.len() > places {
        return Err(AmountFault::Decimals);
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > if in_yuan { 16 } else { 12 } {
        return Err(AmountFault::TooLarge);
    }
    let text = format!("{whole}{decimals:0<places$}");
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| AmountFault::TooLarge)
}

/// An amount in units of 0.000001 万元 as the shortest decimal of 万元.
pub(in crate::inside) fn amount_text(units: i64) -> String {
    let (whole, rest) = (units / 1_000_000, units % 1_000_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:06}")
        .trim_end_matches('0')
        .to_owned()
}

/// Reads yes or no.
pub(in crate::inside) fn flag(text: &str) -> Option<bool> {
    let folded: String = text.nfkc().filter(|c| !is_blank(*c)).collect();
    match folded.to_lowercase().as_str() {
        "是" | "有" | "1" | "y" | "yes" | "true" | "√" => Some(true),
        "否" | "无" | "無" | "0" | "n" | "no" | "false" | "×" => Some(false),
        _ => None,
    }
}

/// Bytes of a value, blanks included, beyond which it is no placeholder as a whole.
const LONGEST_PLACEHOLDER: usize = 96;

/// Characters of the longest placeholder that is a whole value.
const MOST_OF_A_PLACEHOLDER: usize = 4;

/// Whether a value is no placeholder, which shows without folding it: all its characters are their own compatible form,
/// it says something, and it is longer than any placeholder.
fn is_plainly_no_placeholder(text: &str) -> bool {
    let (mut visible, mut says) = (0, false);
    for c in text.chars() {
        let own = is_plain(c) && !matches!(c, '\u{FF01}'..='\u{FF5E}' | '…' | '_' | '^');
        if !own {
            return false;
        }
        visible += usize::from(c != ' ');
        says |= c.is_ascii_alphanumeric() || ('\u{4E00}'..='\u{9FFF}').contains(&c);
    }
    says && visible > MOST_OF_A_PLACEHOLDER
}

/// Whether a value stands for nothing: 无, /, 暂无, N/A, 测试 … (P_XDR_MC: no placeholder text).
pub(in crate::inside) fn is_placeholder(text: &str) -> bool {
    // every placeholder that is a whole value is short; in a long text only marks inside can betray one, and most
    // values are long enough for the folding of each to show in a profile
    let marked = |c| matches!(c, '_' | '＿' | '^' | '＾' | '﹏');
    if text.len() > LONGEST_PLACEHOLDER
        && text.chars().any(char::is_alphanumeric)
        && !text.contains(marked)
    {
        return false;
    }
    !is_plainly_no_placeholder(text) && is_placeholder_folded(text)
}

fn is_placeholder_folded(text: &str) -> bool {
    let folded: String = text
        .nfkc()
        .filter(|c| !is_blank(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let only_marks = !folded.is_empty() && folded.chars().all(|c| !c.is_alphanumeric());
    only_marks
        || matches!(
            folded.as_str(),
            "无" | "無"
                | "空"
                | "暂无"
                | "没有"
                | "不详"
                | "未知"
                | "待补充"
                | "待定"
                | "见附件"
                | "详见附件"
                | "null"
                | "none"
                | "nil"
                | "n/a"
                | "na"
                | "test"
                | "测试"
                | "测试数据"
                | "测试企业"
                | "测试公司"
                | "xxx"
                | "xxxx"
                | "xx"
                | "0"
                | "1"
                | "某某"
                | "某公司"
                | "某某公司"
        )
        || folded.contains("20_年")
        || folded.contains("^v^")
}

/// Whether text is a number in scientific notation: what a spreadsheet makes of a long code.
pub(in crate::inside) fn is_scientific(text: &str) -> bool {
    if !text.contains(['E', 'e', 'Ｅ', 'ｅ']) {
        return false;
    }
    let folded: String = text.nfkc().filter(|c| !is_blank(*c)).collect();
    let Some((mantissa, exponent)) = folded.split_once(['E', 'e']) else {
        return false;
    };
    let Some(exponent) = exponent.strip_prefix('+') else {
        return false;
    };
    mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

/// Splits a multi-value cell at ; ；、 and line breaks (also ， and , which people use as well).
pub(in crate::inside) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；', '、', '\n', ',', '，', '|'])
        .map(|part| part.trim_matches(is_blank))
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_plainly_no_placeholder_is_none_when_it_is_folded(text in "[无暂测试企业公司某见附件待补充xXnNaAuUlL/01_^ 年2。、（…Ａ]{0,9}") {
            prop_assert!(!(is_plainly_no_placeholder(&text) && is_placeholder_folded(&text)), "{text:?}");
        }
    }
}
