//! The national templates as data: which header or column code stands for which canonical field.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use super::header::{self, Forms};
use crate::domain::catalogue::ListEntry;

/// The embedded description of the templates.
const NATIONAL: &str = include_str!("../../../index/templates/national.toml");

/// Keys that no record can be without: they say who, what, when and by whom.
const STRUCTURAL: [&str; 9] = [
    "subject_name",
    "credit_code",
    "subject_id_number",
    "document_number",
    "decided_on",
    "authority_name",
    "authority_code",
    "source_name",
    "source_code",
];

/// Type of a column's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Kind {
    /// One line of text.
    Text,
    /// Free text; may hold line breaks.
    Long,
    /// Civil date.
    Date,
    /// Civil date, 2099/12/31 or 长期.
    DateOrLong,
    /// Amount in 万元.
    Amount,
    /// Unified social credit code.
    CreditCode,
    /// Citizen id or other identity document, by the type column beside it.
    IdNumber,
    /// Organisation code (GB 11714).
    OrgCode,
    /// Registration number of 15 digits.
    RegistrationNumber,
    /// Legal entity identifier.
    Lei,
    /// Any other code: letters, digits, hyphens, brackets.
    Code,
    /// Region code (GB/T 2260).
    Region,
    /// Yes or no.
    Flag,
    /// Key field.
    Domain,
    /// One word of a vocabulary.
    Choice(String),
    /// Several words of a vocabulary.
    Choices(String),
}

/// Whether a subject of one kind must have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Need {
    /// Mandatory.
    Mandatory,
    /// Optional.
    Optional,
    /// Mandatory under a condition on other columns.
    Conditional,
    /// Must be empty.
    Empty,
}

/// One column.
#[derive(Clone, Debug)]
pub(in crate::inside) struct Column {
    /// Canonical field key.
    pub key: String,
    /// Column codes.
    pub codes: Vec<String>,
    /// Chinese headers; the first is the official one.
    pub headers: Vec<String>,
    /// Type.
    pub kind: Kind,
    /// Longest value in characters.
    pub max: usize,
    /// For organisations, individual businesses, natural persons.
    pub need: [Need; 3],
    /// Whether values must not appear in reports.
    pub private: bool,
    /// Whether the import can supply a missing value (authority, provider).
    pub fallback: bool,
}

impl Column {
    /// The name by which people know the column.
    pub fn title(&self) -> &str {
        self.headers
            .first()
            .or_else(|| self.codes.first())
            .map_or(self.key.as_str(), String::as_str)
    }
}

/// A closed vocabulary of a template.
#[derive(Clone, Debug)]
pub(in crate::inside) struct Vocabulary {
    words: HashMap<String, usize>,
    values: Vec<(String, String)>,
    /// Whether 其他-… with a name is a value.
    pub other: bool,
}

impl Vocabulary {
    /// (code, Chinese word) of what was written; a value of the open kind comes back as (`其他`, as written).
    pub fn read(&self, text: &str) -> Option<(String, String)> {
        // most words stand in files as they stand here
        let known = |word: &str| self.words.get(word).and_then(|i| self.values.get(*i));
        if let Some((code, zh)) = known(text) {
            return Some((code.clone(), zh.clone()));
        }
        let folded = header::fold(text);
        if let Some((code, zh)) = self.words.get(&folded).and_then(|i| self.values.get(*i)) {
            return Some((code.clone(), zh.clone()));
        }
        // `01-普通`, `01 普通` and `普通(01)` are common
        let letters: String = folded.chars().filter(|c| !c.is_ascii_digit()).collect();
        if let Some((code, zh)) = self
            .words
            .get(&letters)
            .filter(|_| letters != folded && !letters.is_empty())
            .and_then(|i| self.values.get(*i))
            .filter(|(code, _)| folded.contains(code.as_str()))
        {
            return Some((code.clone(), zh.clone()));
        }
        let named = folded.trim_start_matches(|c: char| c.is_ascii_digit());
        (self.other && named.starts_with("其他") && named.chars().count() > 2)
            .then(|| ("其他".to_owned(), text.trim().to_owned()))
    }

    /// The accepted words, for messages.
    pub fn accepted(&self) -> String {
        let mut words: Vec<&str> = self.values.iter().map(|(_, zh)| zh.as_str()).collect();
        if self.other {
            words.push("其他-…");
        }
        words.join("、")
    }
}

/// One template.
#[derive(Clone, Debug)]
pub(in crate::inside) struct Template {
    /// Kind of the document that its records rest on, unless the row says otherwise.
    pub document_kind: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Folded codes that only the older column set has.
    legacy_marks: Vec<String>,
    /// Keys that are mandatory in the older column set.
    pub legacy_mandatory: Vec<String>,
    lookup: HashMap<String, usize>,
}

impl Template {
    /// The column that a header stands for.
    pub fn find(&self, forms: &Forms) -> Option<usize> {
        forms.each().find_map(|form| self.lookup.get(form)).copied()
    }

    /// Whether a header stands in the older column set alone.
    pub fn is_legacy_mark(&self, forms: &Forms) -> bool {
        self.legacy_marks.contains(&forms.whole)
    }

    /// The template as one list of the catalogue uses it: what the list requires is mandatory, and what
    /// the list does not know is optional, unless a record cannot be without it.
    #[must_use]
    pub fn for_list(&self, entry: &ListEntry) -> Self {
        let mut own = self.clone();
        if entry.fields.is_empty() {
            return own;
        }
        for column in &mut own.columns {
            let rule = entry.field(&column.key);
            for need in &mut column.need {
                match (*need, rule) {
                    (Need::Optional, Some(rule)) if rule.required => *need = Need::Mandatory,
                    (Need::Mandatory, None) if !STRUCTURAL.contains(&column.key.as_str()) => {
                        *need = Need::Optional;
                    }
                    _ => {}
                }
            }
        }
        own
    }

    /// The column of a key.
    pub fn column(&self, key: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.key == key)
    }
}

/// All templates and vocabularies.
#[derive(Debug)]
pub(in crate::inside) struct Templates {
    templates: BTreeMap<String, Template>,
    vocabularies: HashMap<String, Vocabulary>,
}

impl Templates {
    /// The embedded set.
    ///
    /// # Errors
    /// Says what is wrong with the embedded text; a test holds that nothing is.
    pub fn embedded() -> Result<&'static Self, &'static str> {
        static SET: OnceLock<Result<Templates, String>> = OnceLock::new();
        SET.get_or_init(|| Self::parse(NATIONAL))
            .as_ref()
            .map_err(String::as_str)
    }

    /// The template of a code; the general list template serves for what has none of its own.
    pub fn template(&self, code: &str) -> Option<&Template> {
        self.templates
            .get(code)
            .or_else(|| self.templates.get("list"))
    }

    /// A vocabulary.
    pub fn vocabulary(&self, code: &str) -> Option<&Vocabulary> {
        self.vocabularies.get(code)
    }

    /// Reads a description.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: TemplateFile = toml::from_str(text).map_err(|e| e.to_string())?;
        let vocabularies: HashMap<String, Vocabulary> = file
            .vocabulary
            .into_iter()
            .map(|v| (v.code.clone(), v.into()))
            .collect();
        let mut templates = BTreeMap::new();
        for t in file.template {
            let mut columns = Vec::new();
            for used in &t.used {
                let block = file
                    .block
                    .iter()
                    .find(|b| &b.code == used)
                    .ok_or_else(|| format!("{}: no block {used}", t.code))?;
                columns.extend(block.columns.iter().cloned());
            }
            columns.extend(t.columns.iter().cloned());
            let columns: Vec<Column> = columns
                .into_iter()
                .map(|c| c.read(&t.prefix, &vocabularies))
                .collect::<Result<_, _>>()?;
            let mut lookup = HashMap::new();
            for (index, column) in columns.iter().enumerate() {
                let names = column.codes.iter().chain(&column.headers);
                for name in names.chain(std::iter::once(&column.key)) {
                    // the first column that claims a name keeps it: a template's own columns are more
                    // special than the blocks, so they are entered over them
                    let own = t.columns.iter().any(|c| c.key == column.key);
                    let folded = header::fold(name);
                    if own || !lookup.contains_key(&folded) {
                        lookup.insert(folded, index);
                    }
                }
            }
            templates.insert(
                t.code.clone(),
                Template {
                    document_kind: t.document_kind,
                    columns,
                    legacy_marks: t.legacy_marks.iter().map(|m| header::fold(m)).collect(),
                    legacy_mandatory: t.legacy_mandatory,
                    lookup,
                },
            );
        }
        Ok(Self {
            templates,
            vocabularies,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFile {
    vocabulary: Vec<VocabularyText>,
    block: Vec<BlockText>,
    template: Vec<TemplateText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VocabularyText {
    code: String,
    values: Vec<ValueText>,
    #[serde(default)]
    other: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueText {
    code: String,
    zh: String,
    words: Vec<String>,
}

impl From<VocabularyText> for Vocabulary {
    fn from(v: VocabularyText) -> Self {
        let mut words = HashMap::new();
        for (index, value) in v.values.iter().enumerate() {
            for word in value.words.iter().chain([&value.code, &value.zh]) {
                words.insert(header::fold(word), index);
            }
        }
        Self {
            words,
            values: v.values.into_iter().map(|v| (v.code, v.zh)).collect(),
            other: v.other,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockText {
    code: String,
    columns: Vec<ColumnText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateText {
    code: String,
    #[serde(default)]
    prefix: String,
    document_kind: String,
    #[serde(rename = "use")]
    used: Vec<String>,
    #[serde(default)]
    legacy_marks: Vec<String>,
    #[serde(default)]
    legacy_mandatory: Vec<String>,
    columns: Vec<ColumnText>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnText {
    key: String,
    codes: Vec<String>,
    headers: Vec<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    max: Option<usize>,
    need: String,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    fallback: bool,
}

impl ColumnText {
    fn read(
        self,
        prefix: &str,
        vocabularies: &HashMap<String, Vocabulary>,
    ) -> Result<Column, String> {
        let known = |v: &str| {
            if vocabularies.contains_key(v) {
                Ok(v.to_owned())
            } else {
                Err(format!("{}: no vocabulary {v}", self.key))
            }
        };
        let kind = match self.kind.split_once(':') {
            Some(("choice", v)) => Kind::Choice(known(v)?),
            Some(("choices", v)) => Kind::Choices(known(v)?),
            _ => match self.kind.as_str() {
                "text" => Kind::Text,
                "long" => Kind::Long,
                "date" => Kind::Date,
                "date_or_long" => Kind::DateOrLong,
                "amount" => Kind::Amount,
                "credit_code" => Kind::CreditCode,
                "id_number" => Kind::IdNumber,
                "org_code" => Kind::OrgCode,
                "registration_number" => Kind::RegistrationNumber,
                "lei" => Kind::Lei,
                "code" => Kind::Code,
                "region" => Kind::Region,
                "flag" => Kind::Flag,
                "domain" => Kind::Domain,
                other => return Err(format!("{}: no type {other}", self.key)),
            },
        };
        let mut need = [Need::Optional; 3];
        if self.need.len() != need.len() {
            return Err(format!("{}: need has three letters", self.key));
        }
        for (slot, letter) in need.iter_mut().zip(self.need.chars()) {
            *slot = match letter {
                'M' => Need::Mandatory,
                'O' => Need::Optional,
                'C' => Need::Conditional,
                '-' => Need::Empty,
                other => return Err(format!("{}: no need {other}", self.key)),
            };
        }
        Ok(Column {
            codes: self
                .codes
                .iter()
                .map(|c| c.replace("{P}", prefix))
                .collect(),
            max: self.max.unwrap_or(100),
            key: self.key,
            headers: self.headers,
            kind,
            need,
            private: self.private,
            fallback: self.fallback,
        })
    }
}
