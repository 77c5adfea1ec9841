//! The schema, once: what of a record is in the index, and in which form.
//!
//! Names of natural persons are never here; a person's record carries keyed hashes of the full name and nothing to match
//! fragments on. `num` and all that filters, facets and the display window need are columns only: a filter reads them for
//! the documents that match, and a day that passes changes nothing in the index.

use super::tokenizer::{Bigrams, CodeForm, code_form};
use crate::domain::fold;
use crate::domain::kinds::SubjectKind;
use chrono::{Datelike as _, NaiveDate};
use std::sync::LazyLock;
use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

/// The version of schema and folding; an index made with another one is made again.
pub const SCHEMA_VERSION: u32 = 1;

/// The day number that stands for "no end" and for every day after 2129.
pub(super) const OPEN_END: u16 = u16::MAX;

/// A record as the index takes it. Borrowed: the caller keeps its own types.
#[derive(Clone, Copy, Debug)]
pub struct IndexDoc<'a> {
    /// The dense row number of the record in the public store; the identity of a document here.
    pub num: u64,
    /// The public name of an organisation; `None` for a natural person, whose name never reaches the index.
    pub name: Option<&'a str>,
    /// Blind index terms of a natural person: keyed hashes of the folded full name, made by the publisher.
    pub person_keys: &'a [u64],
    /// The unified social credit code (GB 32100), when there is one.
    pub credit_code: Option<&'a str>,
    /// Old organisation codes, registration numbers, LEI and the like, when they are public.
    pub other_codes: &'a [&'a str],
    /// The number of the document that the record rests on.
    pub document_number: Option<&'a str>,
    /// The region, six digits of GB/T 2260; 0 when it is unknown.
    pub region: u32,
    /// The code of the list.
    pub list: &'a str,
    /// The code of the authority that decided.
    pub authority: &'a str,
    /// The kind of the subject.
    pub kind: SubjectKind,
    /// When it was decided.
    pub decided: NaiveDate,
    /// The code of the record's state.
    pub state: &'a str,
    /// The first day of display.
    pub displayed_from: NaiveDate,
    /// The day on which display ends (not displayed on it any more); `None` when no end is known.
    pub displayed_until: Option<NaiveDate>,
}

/// Days since 1949-10-01, cut to what 16 bits hold (2129-03-06); earlier days are 0.
pub(super) fn day(date: NaiveDate) -> u16 {
    let epoch = NaiveDate::from_ymd_opt(1949, 10, 1).unwrap_or_default();
    let days = i64::from(date.num_days_from_ce()) - i64::from(epoch.num_days_from_ce());
    u16::try_from(days.clamp(0, i64::from(OPEN_END - 1))).unwrap_or(0)
}

/// The first year that a day number can lie in.
pub(super) const FIRST_YEAR: i32 = 1949;

/// Years since [`FIRST_YEAR`] of every day number: a table, because facets ask for each document.
static YEARS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let epoch = NaiveDate::from_ymd_opt(FIRST_YEAR, 10, 1).unwrap_or_default();
    let years = epoch.iter_days().map(|date| date.year() - FIRST_YEAR);
    years
        .take(usize::from(u16::MAX) + 1)
        .map(|year| u8::try_from(year).unwrap_or(u8::MAX))
        .collect()
});

/// The year of a day number, counted from [`FIRST_YEAR`].
pub(super) fn year_of_day(day: u64) -> usize {
    let day = usize::try_from(day).unwrap_or(usize::MAX);
    usize::from(YEARS.get(day).copied().unwrap_or(u8::MAX))
}

/// The place of a kind in [`SubjectKind::ALL`]: the number that its column holds.
pub(super) fn kind_number(kind: SubjectKind) -> u64 {
    SubjectKind::ALL
        .iter()
        .position(|k| *k == kind)
        .unwrap_or(0) as u64
}

/// Names of the columns.
pub(super) mod column {
    pub const NUM: &str = "num";
    pub const NAME: &str = "name_col";
    pub const REGION: &str = "region";
    pub const LIST: &str = "list";
    pub const AUTHORITY: &str = "authority";
    pub const KIND: &str = "kind";
    pub const STATE: &str = "state";
    pub const DECIDED: &str = "decided";
    pub const FROM: &str = "from";
    pub const UNTIL: &str = "until";
}

/// The fields of the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Bigrams of the folded name.
    pub name: Field,
    /// The whole folded name as one term.
    pub whole: Field,
    /// Credit code and other codes; equality and prefix.
    pub code: Field,
    /// The old organisation code inside a credit code (characters 9 to 17, GB 32100-2015 4.4); equality.
    pub part: Field,
    /// The folded document number; equality and prefix.
    pub document: Field,
    /// Blind index terms of natural persons; equality only.
    pub person: Field,
    num: Field,
    name_col: Field,
    region: Field,
    list: Field,
    authority: Field,
    kind: Field,
    state: Field,
    decided: Field,
    from: Field,
    until: Field,
}

const BIGRAMS: &str = "bigrams";

fn terms(tokenizer: &str) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false),
    )
}

impl Fields {
    /// Makes the schema and the fields that belong to it.
    pub fn schema() -> (Schema, Self) {
        let mut b = Schema::builder();
        let number = || NumericOptions::default().set_fast();
        let word = || TextOptions::default().set_fast("raw");
        let fields = Self {
            name: b.add_text_field("name", terms(BIGRAMS)),
            whole: b.add_text_field("whole", terms("raw")),
            code: b.add_text_field("code", terms("raw")),
            part: b.add_text_field("part", terms("raw")),
            document: b.add_text_field("document", terms("raw")),
            person: b.add_u64_field("person", NumericOptions::default().set_indexed()),
            num: b.add_u64_field(column::NUM, number()),
            name_col: b.add_text_field(column::NAME, word()),
            region: b.add_text_field(column::REGION, word()),
            list: b.add_text_field(column::LIST, word()),
            authority: b.add_text_field(column::AUTHORITY, word()),
            kind: b.add_u64_field(column::KIND, number()),
            state: b.add_text_field(column::STATE, word()),
            decided: b.add_u64_field(column::DECIDED, number()),
            from: b.add_u64_field(column::FROM, number()),
            until: b.add_u64_field(column::UNTIL, number()),
        };
        (b.build(), fields)
    }

    /// The tokenizers that the schema names.
    pub fn tokenizers() -> TokenizerManager {
        let manager = TokenizerManager::default();
        manager.register(BIGRAMS, TextAnalyzer::builder(Bigrams::default()).build());
        manager
    }

    /// The document of a record.
    pub fn document(&self, doc: &IndexDoc<'_>) -> TantivyDocument {
        // Destructured without `..`, so that a new field stops the build until someone decides its form here.
        let IndexDoc {
            num,
            name,
            person_keys,
            credit_code,
            other_codes,
            document_number,
            region,
            list,
            authority,
            kind,
            decided,
            state,
            displayed_from,
            displayed_until,
        } = *doc;
        let mut out = TantivyDocument::new();
        out.add_u64(self.num, num);
        let key = name.map(fold::key).unwrap_or_default();
        // Every document has a value in the name column: a full column is read faster than one with holes.
        out.add_text(self.name_col, &key);
        if !key.is_empty() {
            out.add_text(self.name, &key);
            out.add_text(self.whole, &key);
        }
        for person_key in person_keys {
            out.add_u64(self.person, *person_key);
        }
        for code in credit_code.iter().chain(other_codes) {
            match code_form(code) {
                CodeForm::Credit { code, organisation } => {
                    out.add_text(self.code, &code);
                    out.add_text(self.part, organisation);
                }
                CodeForm::Other(code) => out.add_text(self.code, &code),
                CodeForm::None => {}
            }
        }
        if let Some(number) = document_number.map(fold::key).filter(|n| !n.is_empty()) {
            out.add_text(self.document, number);
        }
        // An unknown region is the empty word, which no filter matches and no facet shows.
        let region = (region > 0).then(|| format!("{region:06}"));
        out.add_text(self.region, region.unwrap_or_default());
        out.add_text(self.list, list);
        out.add_text(self.authority, authority);
        out.add_u64(self.kind, kind_number(kind));
        out.add_text(self.state, state);
        out.add_u64(self.decided, u64::from(day(decided)));
        out.add_u64(self.from, u64::from(day(displayed_from)));
        out.add_u64(self.until, u64::from(displayed_until.map_or(OPEN_END, day)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip_to_years_and_saturate() {
        for (y, m, d) in [
            (1949, 10, 1),
            (2000, 2, 29),
            (2026, 12, 31),
            (2027, 1, 1),
            (2128, 12, 31),
        ] {
            let date = NaiveDate::from_ymd_opt(y, m, d).unwrap();
            assert_eq!(year_of_day(u64::from(day(date))) as i32 + FIRST_YEAR, y);
        }
        assert_eq!(day(NaiveDate::from_ymd_opt(1900, 1, 1).unwrap()), 0);
        // 9999-12-31, the "forever" of many files, is after every today and before the open end.
        assert_eq!(day(NaiveDate::MAX), OPEN_END - 1);
    }
}
