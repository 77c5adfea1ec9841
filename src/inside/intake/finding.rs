//! Findings: what is wrong with a row or a file, where, why, and how to mend it, in Chinese and English.

/// Whether a finding keeps the row out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// The row is not imported.
    Reject,
    /// The row is imported.
    Warning,
}

/// What is wrong with a value, before it is known where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) struct Fault {
    /// Stable code (`bad_date`, `destroyed_digits`, …).
    pub code: &'static str,
    /// Gravity.
    pub gravity: Gravity,
    /// Reason in Chinese.
    pub zh: String,
    /// Reason in English.
    pub en: String,
    /// How to mend it, in Chinese.
    pub mend_zh: String,
    /// How to mend it, in English.
    pub mend_en: String,
}

impl Fault {
    /// A fault that keeps the row out.
    pub fn new(
        code: &'static str,
        (zh, en): (impl Into<String>, impl Into<String>),
        (mend_zh, mend_en): (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self {
            code,
            gravity: Gravity::Reject,
            zh: zh.into(),
            en: en.into(),
            mend_zh: mend_zh.into(),
            mend_en: mend_en.into(),
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.gravity = Gravity::Warning;
        self
    }
}

/// One finding, as it stands in the rejects file. It holds no value of a private column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Sheet; empty for csv and JSON lines.
    pub sheet: String,
    /// Row as a spreadsheet user sees it; 0 when the file as a whole is meant.
    pub row: u64,
    /// Column, as the file names it.
    pub column: String,
    /// Value; masked where the column is private.
    pub value: String,
    /// Stable code.
    pub code: &'static str,
    /// Whether it keeps the row out.
    pub gravity: Gravity,
    /// Reason in Chinese.
    pub reason_zh: String,
    /// Reason in English.
    pub reason_en: String,
    /// How to mend it, in Chinese.
    pub mend_zh: String,
    /// How to mend it, in English.
    pub mend_en: String,
}

impl Finding {
    /// Puts a fault in its place. `value` must already be fit to show ([`shown_value`]).
    pub(in crate::inside) fn at(
        sheet: &str,
        row: u64,
        column: impl Into<String>,
        value: impl Into<String>,
        fault: Fault,
    ) -> Self {
        Self {
            sheet: sheet.to_owned(),
            row,
            column: column.into(),
            value: value.into(),
            code: fault.code,
            gravity: fault.gravity,
            reason_zh: fault.zh,
            reason_en: fault.en,
            mend_zh: fault.mend_zh,
            mend_en: fault.mend_en,
        }
    }
}

/// Characters of a value that a report repeats.
const SHOWN: usize = 60;

/// A value as a report may show it. Private values keep a hint of what they are and nothing more; in the
/// others whatever could be a citizen's number or a telephone number is blotted out, because people type
/// them into the wrong column.
pub(in crate::inside) fn shown_value(text: &str, private: bool) -> String {
    let length = text.chars().count();
    if private {
        return match length {
            0 => String::new(),
            1..=3 => "*".repeat(length),
            _ => {
                let first: String = text.chars().take(1).collect();
                format!("{first}***({length}字)")
            }
        };
    }
    let mut out: String = blot(text).chars().take(SHOWN).collect();
    if length > SHOWN {
        out.push('…');
    }
    out
}

/// Blots out runs of digits that could be a citizen's number (15, or 17 and a digit or X, with a possible
/// birth date) or a mobile number.
fn blot(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        if digit(*c).is_none() {
            out.push(*c);
            at += 1;
            continue;
        }
        let run: Vec<char> = chars
            .iter()
            .skip(at)
            .take_while(|c| {
                digit(**c).is_some() || matches!(c, 'x' | 'X' | 'Ｘ' | 'ｘ' | ' ' | '-')
            })
            .copied()
            .collect();
        let digits: String = run.iter().filter_map(|c| digit(*c)).collect();
        if is_personal(&digits) {
            out.extend(run.iter().take(3));
            out.push_str(&"*".repeat(run.len().saturating_sub(3)));
        } else {
            out.extend(&run);
        }
        at += run.len().max(1);
    }
    out
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

fn is_personal(digits: &str) -> bool {
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|d| d.parse::<u32>().ok());
    let date = |year: Option<u32>, at: usize| {
        year.is_some_and(|y| (1800..=2099).contains(&y))
            && number(at, at + 2).is_some_and(|m| (1..=12).contains(&m))
            && number(at + 2, at + 4).is_some_and(|d| (1..=31).contains(&d))
    };
    match digits.len() {
        11 => digits.starts_with('1') && !digits.starts_with("10") && !digits.starts_with("11"),
        15 => date(number(6, 8).map(|y| 1900 + y), 8),
        17.. => date(number(6, 10), 10),
        _ => false,
    }
}
