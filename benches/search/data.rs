//! Records and queries of the development form: read, multiplied, and made from a seed.
//!
//! Records are tab-separated without a header: id, name, credit code, kind (1 enterprise, 2 individual business or
//! cooperative, 3 person), document number, authority, region, category, decided, published, displayed until. Queries are
//! JSON lines `{"id","class","q","rule","parts","ordered","n","ids"}`. Either may be compressed (`.gz`).

use chrono::{Days, NaiveDate};
use gongshi::domain::fold;
use gongshi::domain::kinds::SubjectKind;
use gongshi::outside::index::IndexDoc;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// A record of the file.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: u64,
    pub name: String,
    pub code: String,
    pub kind: u8,
    pub document: String,
    pub authority: String,
    pub region: u32,
    pub category: String,
    pub decided: NaiveDate,
    pub published: NaiveDate,
    pub until: NaiveDate,
}

/// A hundred years.
const A_CENTURY: Days = Days::new(36_525);

/// The stand-in for the publisher's keyed hash of a person's folded name.
pub fn person_key(name: &str) -> u64 {
    mix(fold::key(name).bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3)
    }))
}

impl Record {
    /// Whether the subject is a natural person.
    pub fn is_person(&self) -> bool {
        self.kind == 3
    }

    /// Calls `f` with the record as the index takes it. The queries know no windows: the ends are a century later, so that
    /// all records are displayed and the column still holds as many different days.
    pub fn with_doc<T>(&self, f: impl FnOnce(&IndexDoc<'_>) -> T) -> T {
        let keys = [person_key(&self.name)];
        f(&IndexDoc {
            num: self.id,
            name: (!self.is_person()).then_some(self.name.as_str()),
            person_keys: if self.is_person() { &keys } else { &[] },
            credit_code: (!self.code.is_empty()).then_some(self.code.as_str()),
            other_codes: &[],
            document_number: Some(&self.document),
            region: self.region,
            list: &self.category,
            authority: &self.authority,
            kind: match self.kind {
                1 => SubjectKind::LegalPerson,
                2 => SubjectKind::IndividualBusiness,
                _ => SubjectKind::NaturalPerson,
            },
            decided: self.decided,
            state: "displayed",
            displayed_from: self.published,
            displayed_until: self.until.checked_add_days(A_CENTURY),
        })
    }
}

/// A query with the rule that says which records are right.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Query {
    pub id: u64,
    pub class: String,
    pub q: String,
    pub rule: String,
    pub parts: Vec<String>,
    pub ordered: bool,
    pub n: u64,
    pub ids: Vec<u64>,
}

impl Query {
    /// Whether a record is right. Persons are right only for their whole name: fragments of theirs are not searchable.
    pub fn is_right(&self, record: &Record, key: &str) -> bool {
        let Some(first) = self.parts.first() else {
            return false;
        };
        match self.rule.as_str() {
            "name_eq" => key == first,
            "name" if record.is_person() => false,
            "name" if self.ordered => {
                let mut rest = key;
                self.parts
                    .iter()
                    .all(|part| match rest.find(part.as_str()) {
                        Some(at) => {
                            rest = &rest[at + part.len()..];
                            true
                        }
                        None => false,
                    })
            }
            "name" => self.parts.iter().all(|part| key.contains(part.as_str())),
            "code_eq" => record.code == *first,
            "code_prefix" => record.code.starts_with(first.as_str()),
            _ => false,
        }
    }
}

fn lines(path: &Path) -> impl Iterator<Item = String> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let reader: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    BufReader::new(reader)
        .lines()
        .map(|line| line.expect("a line of text"))
}

/// Reads a file of records.
pub fn read_records(path: &Path) -> Vec<Record> {
    lines(path)
        .map(|line| {
            let f: Vec<&str> = line.split('\t').collect();
            assert!(f.len() >= 11, "a record has eleven fields: {line}");
            let date = |text: &str| text.parse().unwrap_or_else(|_| panic!("a date: {line}"));
            Record {
                id: f[0].parse().expect("an id"),
                name: f[1].to_owned(),
                code: f[2].to_owned(),
                kind: f[3].parse().expect("a kind"),
                document: f[4].to_owned(),
                authority: f[5].to_owned(),
                region: f[6].parse().expect("a region"),
                category: f[7].to_owned(),
                decided: date(f[8]),
                published: date(f[9]),
                until: date(f[10]),
            }
        })
        .collect()
}

/// Reads a file of queries.
pub fn read_queries(path: &Path) -> Vec<Query> {
    lines(path)
        .map(|line| serde_json::from_str(&line).expect("a query"))
        .collect()
}

/// Mixes the bits of a number: the generator of all that is random here.
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A small generator of random numbers from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x9E37_79B9_7F4A_7C15))
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        (mix(self.0) % n.max(1) as u64) as usize
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Makes `times` as many records: each copy of a subject gets the first half of its own name and the second half of
/// another's, so that bigrams keep their distribution, and a code and document number of its own.
pub fn multiply(records: &mut Vec<Record>, times: u64) {
    let base = records.len();
    for k in 1..times {
        for i in 0..base {
            let of = &records[i];
            let subject = mix(of
                .code
                .bytes()
                .chain(of.name.bytes())
                .fold(k, |h, b| mix(h ^ u64::from(b))));
            let mut other = &records[(subject % base as u64) as usize];
            let mut step = subject;
            while other.is_person() != of.is_person() {
                step = mix(step.wrapping_add(1));
                other = &records[(step % base as u64) as usize];
            }
            let (a, b): (Vec<char>, Vec<char>) =
                (of.name.chars().collect(), other.name.chars().collect());
            let name = a[..a.len().div_ceil(2)]
                .iter()
                .chain(&b[b.len() / 2..])
                .collect();
            let mut code = of.code.clone();
            if code.len() == 18 {
                code.replace_range(9..17, &format!("{:08}", subject % 100_000_000));
            }
            let fresh = Record {
                id: k * base as u64 + i as u64,
                name,
                code,
                document: of.document.replacen('号', &format!("{k}号"), 1),
                ..of.clone()
            };
            records.push(fresh);
        }
    }
}
