//! Headers: folded so that width, spaces, brackets and marks do not matter, found below merged titles,
//! read once into a layout that says what stands in which column.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::source::Cell;
use super::template::{Column, Need, Template};
use super::value;

/// Rows that are looked at for a header before a sheet is given up.
pub(in crate::inside) const HEADER_WITHIN: usize = 30;
/// Known columns that make a row a header.
const LEAST_COLUMNS: usize = 3;

/// Marks beside a header that say nothing about its meaning.
const MARKS: [&str; 9] = [
    "必填项",
    "条件必填",
    "必填",
    "选填项",
    "选填",
    "可选",
    "非必填",
    "必录",
    "可空",
];

/// The ways in which a header can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) struct Forms {
    /// Everything, brackets opened.
    pub whole: String,
    /// Without what stands in brackets.
    pub outer: String,
    /// What stands in the first brackets.
    pub inner: String,
}

impl Forms {
    /// Reads a header.
    pub fn of(header: &str) -> Self {
        let mut text: String = header.chars().take(200).nfkc().collect();
        for mark in MARKS {
            text = text.replace(mark, "");
        }
        let (mut outer, mut inner, mut depth) = (String::new(), String::new(), 0_u32);
        let mut brackets = 0;
        for c in text.chars() {
            match c {
                '(' | '[' | '{' | '【' | '〔' | '〈' | '《' | '「' => {
                    depth += 1;
                    brackets += 1;
                }
                ')' | ']' | '}' | '】' | '〕' | '〉' | '》' | '」' => {
                    depth = depth.saturating_sub(1);
                }
                c if depth == 0 => outer.push(c),
                c if brackets == 1 => inner.push(c),
                _ => {}
            }
        }
        Self {
            whole: fold(&text),
            outer: fold(&outer),
            inner: fold(&inner),
        }
    }

    /// The forms worth looking up, the most telling first.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        [&self.whole, &self.outer, &self.inner]
            .into_iter()
            .map(String::as_str)
            .filter(|f| !f.is_empty())
    }
}

/// A header or vocabulary word as it is compared: NFKC, upper case, without white space, invisible
/// characters, brackets and punctuation.
pub(in crate::inside) fn fold(text: &str) -> String {
    text.nfkc()
        .filter(|c| !value::is_blank(*c) && (c.is_alphanumeric() || *c == '·'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Unit of an amount column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Unit {
    /// 万元, as the templates say.
    TenThousandYuan,
    /// 元, as the header says.
    Yuan,
}

/// What stands in one column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Use {
    /// A column of the template, by its index.
    Known(usize, Unit),
    /// A column that no template knows: kept in the vault under this key, never public.
    Unknown(String),
    /// No header: ignored.
    Nameless,
    /// The same column again: ignored.
    Repeated,
}

/// What stands where.
#[derive(Clone, Debug)]
pub(in crate::inside) struct Layout {
    /// Sheet.
    pub sheet: String,
    /// Row of the header, as a spreadsheet user sees it; 0 for JSON lines.
    pub row: u64,
    /// Headers as written, trimmed.
    pub headers: Vec<String>,
    /// Use of each column.
    pub uses: Vec<Use>,
    /// Whether this is the older column set.
    pub legacy: bool,
}

impl Layout {
    /// Reads a header row.
    pub fn of(template: &Template, sheet: &str, row: u64, headers: &[String]) -> Self {
        let mut layout = Self {
            sheet: sheet.to_owned(),
            row,
            headers: Vec::new(),
            uses: Vec::new(),
            legacy: false,
        };
        let mut taken = BTreeSet::new();
        let mut private = BTreeSet::new();
        for header in headers {
            let shown = value::clean_line(header);
            let forms = Forms::of(&shown);
            layout.legacy |= template.is_legacy_mark(&forms);
            let used = match template.find(&forms) {
                Some(index) if taken.insert(index) => Use::Known(index, unit(&forms)),
                Some(_) => Use::Repeated,
                None if forms.whole.is_empty() => Use::Nameless,
                None => {
                    let mut key = unknown_key(&forms.whole);
                    while !private.insert(key.clone()) {
                        key.push('_');
                    }
                    Use::Unknown(key)
                }
            };
            layout.headers.push(shown);
            layout.uses.push(used);
        }
        layout
    }

    /// Takes what a second header row (usually the column codes) adds.
    pub fn merge(&mut self, second: Self) {
        self.row = second.row;
        self.legacy |= second.legacy;
        for (at, used) in second.uses.into_iter().enumerate() {
            let Use::Known(index, _) = used else { continue };
            if self.has(index) {
                continue;
            }
            if at >= self.uses.len() {
                self.uses.resize(at + 1, Use::Nameless);
                self.headers.resize(at + 1, String::new());
            }
            if let (Some(slot), Some(name)) = (self.uses.get_mut(at), second.headers.get(at))
                && !matches!(slot, Use::Known(..))
            {
                *slot = used;
                if let Some(header) = self.headers.get_mut(at).filter(|h| h.is_empty()) {
                    header.clone_from(name);
                }
            }
        }
    }

    /// Whether a column of the template stands in the file.
    pub fn has(&self, index: usize) -> bool {
        self.uses
            .iter()
            .any(|u| matches!(u, Use::Known(i, _) if *i == index))
    }

    /// Whether a key of the template stands in the file.
    pub fn has_key(&self, template: &Template, key: &str) -> bool {
        self.uses.iter().any(
            |u| matches!(u, Use::Known(i, _) if template.columns.get(*i).is_some_and(|c| c.key == key)),
        )
    }

    /// Headers that no template knows.
    pub fn unknown(&self) -> Vec<&str> {
        self.with(|u| matches!(u, Use::Unknown(_)))
    }

    /// Headers that occur twice.
    pub fn repeated(&self) -> Vec<&str> {
        self.with(|u| matches!(u, Use::Repeated))
    }

    /// Headers that were understood.
    pub fn known(&self) -> Vec<&str> {
        self.with(|u| matches!(u, Use::Known(..)))
    }

    fn with(&self, wanted: impl Fn(&Use) -> bool) -> Vec<&str> {
        self.uses
            .iter()
            .zip(&self.headers)
            .filter(|(u, _)| wanted(u))
            .map(|(_, h)| h.as_str())
            .collect()
    }

    /// Mandatory columns that the file lacks, by their official names. What only one kind of subject
    /// needs is asked of each row, but one way to identify the subject must be there.
    pub fn missing(&self, template: &Template) -> Vec<String> {
        let needed = |c: &Column| {
            if self.legacy {
                template.legacy_mandatory.contains(&c.key)
            } else {
                c.need.iter().all(|n| *n == Need::Mandatory) && !c.fallback
            }
        };
        let mut missing: Vec<String> = template
            .columns
            .iter()
            .enumerate()
            .filter(|(i, c)| needed(c) && !self.has(*i))
            .filter(|(_, c)| {
                // a licence without document number goes by its licence number
                c.key != "document_number" || !self.has_key(template, "licence_number")
            })
            .map(|(_, c)| c.title().to_owned())
            .collect();
        let identified = ["credit_code", "subject_id_number"]
            .iter()
            .any(|key| self.has_key(template, key));
        if !identified {
            missing.push("统一社会信用代码 / 证件号码".to_owned());
        }
        missing
    }
}

/// The unit that a header names; anything but 元 is the template's 万元.
fn unit(forms: &Forms) -> Unit {
    let yuan = forms.inner == "元" || forms.inner == "单位元" || forms.inner == "人民币元";
    if yuan {
        Unit::Yuan
    } else {
        Unit::TenThousandYuan
    }
}

fn unknown_key(folded: &str) -> String {
    let name: String = folded
        .chars()
        .take(60)
        .flat_map(char::to_lowercase)
        .collect();
    format!("x_{name}")
}

/// Whether a row of cells is a header of the template: it names the subject, knows enough columns, and
/// most of what stands in it is understood.
pub(in crate::inside) fn is_header(template: &Template, cells: &[Cell]) -> bool {
    let mut known = BTreeSet::new();
    let mut filled = 0;
    for cell in cells.iter().filter(|c| !c.is_blank()) {
        filled += 1;
        // a value is no header, however it reads
        if cell.text.chars().count() > 60 {
            continue;
        }
        if let Some(index) = template.find(&Forms::of(&cell.text)) {
            known.insert(index);
        }
    }
    let names_subject = known.iter().any(|i| {
        template
            .columns
            .get(*i)
            .is_some_and(|c| c.key == "subject_name")
    });
    names_subject && known.len() >= LEAST_COLUMNS && known.len() * 2 >= filled
}
