//! The yardstick: tantivy used plainly in process, with the fields and the cascade of the study that the design goes back
//! to, and without anything of the product around it (no display windows, filters, facets, cursors, in-memory names).

use super::data::{Query, Record, person_key};
use super::quality::Answer;
use gongshi::domain::fold;
use std::ops::Bound;
use std::path::Path;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, RangeQuery, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{NgramTokenizer, TextAnalyzer};
use tantivy::{Index, IndexReader, Searcher, TantivyDocument, Term};

/// Plain tantivy.
pub struct Raw {
    reader: IndexReader,
    f: Fields,
}

#[derive(Clone, Copy)]
struct Fields {
    id: Field,
    name: Field,
    whole: Field,
    code: Field,
    document: Field,
    region: Field,
    list: Field,
    authority: Field,
    kind: Field,
    year: Field,
    person: Field,
    decided: Field,
    from: Field,
    until: Field,
}

fn schema() -> (Schema, Fields) {
    let mut b = Schema::builder();
    let terms = |tokenizer: &str, norms: bool| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_fieldnorms(norms);
        TextOptions::default()
            .set_indexing_options(indexing.set_index_option(IndexRecordOption::Basic))
    };
    let raw = || terms("raw", false);
    let f = Fields {
        id: b.add_u64_field("id", FAST),
        name: b.add_text_field("name", terms("two", true)),
        whole: b.add_text_field("whole", raw().set_fast("raw")),
        code: b.add_text_field("code", raw()),
        document: b.add_text_field("document", raw()),
        region: b.add_text_field("region", raw()),
        list: b.add_text_field("list", raw().set_fast("raw")),
        authority: b.add_text_field("authority", raw().set_fast("raw")),
        kind: b.add_u64_field("kind", INDEXED | FAST),
        year: b.add_u64_field("year", INDEXED | FAST),
        person: b.add_u64_field("person", INDEXED),
        decided: b.add_u64_field("decided", FAST),
        from: b.add_u64_field("from", FAST),
        until: b.add_u64_field("until", FAST),
    };
    (b.build(), f)
}

fn days(date: chrono::NaiveDate) -> u64 {
    use chrono::Datelike as _;
    u64::try_from(date.num_days_from_ce()).unwrap_or(0)
}

impl Raw {
    /// Builds the index; what is timed as raw tantivy's indexing rate.
    pub fn build(dir: &Path, records: &[Record], threads: usize, memory: usize) -> Self {
        std::fs::create_dir_all(dir).expect("a directory");
        let (schema, f) = schema();
        let index = Index::create_in_dir(dir, schema).expect("an index");
        let two = NgramTokenizer::new(2, 2, false).expect("bigrams");
        index
            .tokenizers()
            .register("two", TextAnalyzer::builder(two).build());
        let mut writer = index
            .writer_with_num_threads(threads, memory * threads)
            .expect("a writer");
        for r in records {
            let mut d = TantivyDocument::new();
            let key = fold::key(&r.name);
            d.add_u64(f.id, r.id);
            if r.is_person() {
                d.add_u64(f.person, person_key(&r.name));
            } else {
                d.add_text(f.name, &key);
                d.add_text(f.whole, &key);
            }
            d.add_text(f.code, &r.code);
            d.add_text(f.document, fold::key(&r.document));
            let region = format!("{:06}", r.region);
            for n in [2, 4, 6] {
                d.add_text(f.region, &region[..n]);
            }
            d.add_text(f.list, &r.category);
            d.add_text(f.authority, &r.authority);
            d.add_u64(f.kind, u64::from(r.kind));
            d.add_u64(f.year, u64::from(days(r.decided) as u32 / 365));
            d.add_u64(f.decided, days(r.decided));
            d.add_u64(f.from, days(r.published));
            d.add_u64(f.until, days(r.until));
            writer.add_document(d).expect("a document");
        }
        writer.commit().expect("a commit");
        writer.wait_merging_threads().expect("merges");
        let reader = index.reader().expect("a reader");
        Self { reader, f }
    }

    /// Segments of the index.
    pub fn segments(&self) -> usize {
        self.reader.searcher().segment_readers().len()
    }

    /// Ten answers and the total, as the study's cascade gives them.
    pub fn ask(&self, query: &Query) -> Answer {
        let searcher = self.reader.searcher();
        let folded = fold::fold(&query.q);
        let key = folded.replace(' ', "");
        if query.class == "person" {
            return self.take(
                &searcher,
                &term_query(Term::from_field_u64(self.f.person, person_key(&query.q))),
                false,
            );
        }
        let plain = key.len() >= 6 && key.bytes().all(|b| b.is_ascii_alphanumeric());
        if plain {
            let code = key.to_ascii_uppercase();
            let found = self.take(
                &searcher,
                &term_query(Term::from_field_text(self.f.code, &code)),
                false,
            );
            if !found.is_empty() || code.len() >= 18 {
                return found;
            }
            let low = Term::from_field_text(self.f.code, &code);
            let high = Term::from_field_text(self.f.code, &format!("{code}\u{10FFFF}"));
            let range = RangeQuery::new(Bound::Included(low), Bound::Excluded(high));
            let found = self.take(&searcher, &range, false);
            if !found.is_empty() {
                return found;
            }
        }
        let found = self.take(
            &searcher,
            &term_query(Term::from_field_text(self.f.whole, &key)),
            false,
        );
        if !found.is_empty() {
            return found;
        }
        let grams: Vec<Term> = folded.split(' ').flat_map(|s| self.grams(s)).collect();
        if grams.is_empty() {
            return Vec::new();
        }
        let all = BooleanQuery::new(grams.iter().map(|t| (Occur::Must, boxed(t))).collect());
        let mut found = self.take(&searcher, &all, false);
        if found.len() < 10
            && (found.is_empty() || (!folded.contains(' ') && key.chars().count() >= 4))
        {
            let near = self.near(&searcher, &key, !found.is_empty());
            for hit in near {
                if found.len() < 10 && !found.iter().any(|(id, _)| *id == hit.0) {
                    found.push(hit);
                }
            }
        }
        found
    }

    fn grams(&self, text: &str) -> Vec<Term> {
        let chars: Vec<char> = text.chars().collect();
        chars
            .windows(2)
            .map(|w| Term::from_field_text(self.f.name, &w.iter().collect::<String>()))
            .collect()
    }

    fn take(&self, searcher: &Searcher, query: &dyn tantivy::query::Query, near: bool) -> Answer {
        let (top, _total) = searcher
            .search(query, &(TopDocs::with_limit(10).order_by_score(), Count))
            .expect("a search");
        top.into_iter()
            .map(|(_, at)| {
                let ids = searcher
                    .segment_reader(at.segment_ord)
                    .fast_fields()
                    .u64("id")
                    .expect("ids");
                (ids.first(at.doc_id).unwrap_or(0), near)
            })
            .collect()
    }

    fn near(&self, searcher: &Searcher, key: &str, gaps_only: bool) -> Answer {
        let mut grams: Vec<(u64, Term)> = Vec::new();
        for term in self.grams(key) {
            let n = searcher.doc_freq(&term).expect("a frequency");
            if n > 0 && !grams.iter().any(|(_, t)| *t == term) {
                grams.push((n, term));
            }
        }
        grams.sort_by_key(|(n, _)| *n);
        let cap = (searcher.num_docs() / 200).max(1);
        let rare: Vec<&Term> = grams
            .iter()
            .filter(|(n, _)| *n <= cap)
            .take(6)
            .map(|(_, t)| t)
            .collect();
        if rare.is_empty() {
            return Vec::new();
        }
        let need = if rare.len() <= 3 {
            1
        } else {
            (rare.len() * 2).div_ceil(5)
        };
        let should = rare.iter().map(|t| (Occur::Should, boxed(t))).collect();
        let some = BooleanQuery::with_minimum_required_clauses(should, need);
        let mut clauses: Vec<(Occur, Box<dyn tantivy::query::Query>)> =
            vec![(Occur::Must, Box::new(some))];
        clauses.extend(
            grams
                .iter()
                .filter(|(n, _)| *n > cap)
                .take(4)
                .map(|(_, t)| (Occur::Should, boxed(t))),
        );
        let query = BooleanQuery::new(clauses);
        let (top, _total) = searcher
            .search(&query, &(TopDocs::with_limit(100).order_by_score(), Count))
            .expect("a search");
        let wanted: Vec<char> = key.chars().collect();
        let mut out = Vec::new();
        let mut name = String::new();
        for (_, at) in top {
            let fast = searcher.segment_reader(at.segment_ord).fast_fields();
            let names = fast.str("whole").expect("names").expect("a column");
            let Some(ord) = names.ords().first(at.doc_id) else {
                continue;
            };
            names.ord_to_str(ord, &mut name).expect("a name");
            let chars: Vec<char> = name.chars().collect();
            let d = distance(&wanted, &chars);
            if d <= 0.4 * wanted.len() as f32 && (!gaps_only || d < 1.0) {
                out.push((
                    d,
                    fast.u64("id").expect("ids").first(at.doc_id).unwrap_or(0),
                ));
            }
        }
        out.sort_by(|a, b| a.0.total_cmp(&b.0));
        out.into_iter().take(10).map(|(_, id)| (id, true)).collect()
    }
}

fn term_query(term: Term) -> TermQuery {
    TermQuery::new(term, IndexRecordOption::Basic)
}

fn boxed(term: &Term) -> Box<dyn tantivy::query::Query> {
    Box::new(term_query(term.clone()))
}

/// The study's edit distance: characters of the name may be skipped (0.35, then 0.06 each), swaps count one.
fn distance(query: &[char], name: &[char]) -> f32 {
    const FAR: f32 = 1e9;
    let width = name.len() + 1;
    let (mut before, mut on, mut gap) = (vec![FAR; width], vec![0.0; width], vec![FAR; width]);
    for i in 0..query.len() {
        let mut next = vec![FAR; width];
        next[0] = on[0] + 1.0;
        for j in 1..width {
            let wrong = if name[j - 1] == query[i] { 0.0 } else { 1.0 };
            next[j] = (f32::min(on[j - 1], gap[j - 1]) + wrong).min(on[j] + 1.0);
            if i > 0 && j > 1 && name[j - 1] == query[i - 1] && name[j - 2] == query[i] {
                next[j] = next[j].min(before[j - 2] + 1.0);
            }
        }
        gap = vec![FAR; width];
        for j in 1..width {
            gap[j] = (next[j - 1] + 0.35).min(gap[j - 1] + 0.06);
        }
        before = std::mem::replace(&mut on, next);
    }
    on.into_iter().fold(FAR, f32::min)
}
