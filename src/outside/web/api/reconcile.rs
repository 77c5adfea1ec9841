//! The form of every answer at `/reconcile`, as version 0.2 of the Reconciliation Service API has it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::wire::{bytes, list_name};
use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::SubjectKind;
use crate::domain::regions;
use crate::domain::subject::CreditCode;
use crate::outside::web::link;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reconcile::{
    ADVISED_QUESTIONS, Extension, MOST_VALUES, Property, TYPES, Type, Wanted,
};
use crate::record::PublicRecord;

/// Width of a preview, in CSS pixels.
const WIDTH: u32 = 430;
/// Height of a preview, in CSS pixels.
const HEIGHT: u32 = 300;

/// An organisation that may be the one that is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its code.
    pub code: CreditCode,
    /// Its name.
    pub name: String,
    /// Legal person or not.
    pub kind: SubjectKind,
    /// How well it answers, 0 to 100.
    pub score: f64,
    /// Whether it is certain.
    pub certain: bool,
    /// What the score rests on.
    pub features: Vec<(&'static str, Value)>,
}

/// What is displayed of an organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its code.
    pub code: CreditCode,
    /// Its name in the newest record.
    pub name: String,
    /// Legal person or not.
    pub kind: SubjectKind,
    /// Records on display.
    pub total: u64,
    /// The newest of them, as many as are looked at.
    pub records: Vec<PublicRecord>,
}

/// The type of a kind, the narrow one.
#[must_use]
pub fn type_of(kind: SubjectKind) -> Type {
    TYPES
        .into_iter()
        .find(|t| t.kind == Some(kind))
        .unwrap_or(TYPES[0])
}

#[derive(Serialize)]
struct TypeRef {
    id: &'static str,
    name: &'static str,
}

/// The types of a kind: first what every organisation is, then the narrow one.
fn types_of(kind: SubjectKind) -> [TypeRef; 2] {
    [TYPES[0], type_of(kind)].map(|t| TypeRef {
        id: t.id,
        name: t.name,
    })
}

fn described(kind: SubjectKind, code: CreditCode) -> String {
    let region =
        regions::of_credit_code(&code).map_or_else(String::new, regions::Region::full_name);
    format!("{} {} {region}", code.as_str(), kind.zh())
        .trim_end()
        .to_owned()
}

/// `GET /reconcile` without a question: what the service can do.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn manifest(site: &str) -> Result<Vec<u8>, Refusal> {
    let suggest = |what: &str| {
        json!({
            "service_url": site,
            "service_path": format!("/reconcile/suggest/{what}"),
            "flyout_service_url": site,
            "flyout_service_path": format!("/reconcile/flyout/{what}?id=${{id}}"),
        })
    };
    bytes(&json!({
        "versions": ["0.2"],
        "name": "公共信用信息公示（组织）· Public Credit Disclosure (organisations)",
        "identifierSpace": format!("{site}/subjects/"),
        "schemaSpace": format!("{site}/reconcile/properties"),
        "documentation": format!("{site}/api/docs"),
        "serviceVersion": env!("CARGO_PKG_VERSION"),
        "batchSize": ADVISED_QUESTIONS,
        "defaultTypes": TYPES.map(|t| json!({ "id": t.id, "name": t.name })),
        "view": { "url": format!("{site}/subjects/{{{{id}}}}") },
        "preview": {
            "url": format!("{site}/reconcile/preview?id={{{{id}}}}"),
            "width": WIDTH,
            "height": HEIGHT,
        },
        "suggest": {
            "entity": suggest("entity"),
            "property": suggest("property"),
            "type": suggest("type"),
        },
        "extend": {
            "propose_properties": {
                "service_url": site,
                "service_path": "/reconcile/properties",
            },
            "property_settings": [{
                "name": "limit",
                "label": "最多取值个数 · most values",
                "type": "number",
                "default": MOST_VALUES,
                "help_text": "每个组织每个属性最多取多少个值 · how many values are fetched for each organisation",
            }],
        },
    }))
}

/// Candidates of each question, by its key.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn results(all: &[(String, Vec<Candidate>)]) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct One<'a> {
        id: &'a str,
        name: &'a str,
        description: String,
        score: f64,
        #[serde(rename = "match")]
        certain: bool,
        features: Vec<Feature<'a>>,
        #[serde(rename = "type")]
        types: [TypeRef; 2],
    }
    #[derive(Serialize)]
    struct Feature<'a> {
        id: &'static str,
        value: &'a Value,
    }
    #[derive(Serialize)]
    struct Answer<'a> {
        result: Vec<One<'a>>,
    }
    let answers: BTreeMap<&str, Answer<'_>> = all
        .iter()
        .map(|(key, candidates)| {
            let result = candidates.iter().map(|c| One {
                id: c.code.as_str(),
                name: &c.name,
                description: described(c.kind, c.code),
                score: c.score,
                certain: c.certain,
                features: c
                    .features
                    .iter()
                    .map(|(id, value)| Feature { id, value })
                    .collect(),
                types: types_of(c.kind),
            });
            let result = result.collect();
            (key.as_str(), Answer { result })
        })
        .collect();
    bytes(&answers)
}

/// Organisations whose names or codes begin with what was typed.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn entities(all: &[(CreditCode, String, SubjectKind)]) -> Result<Vec<u8>, Refusal> {
    let one = |(code, name, kind): &(CreditCode, String, SubjectKind)| {
        json!({
            "id": code.as_str(),
            "name": name,
            "description": described(*kind, *code),
            "notable": types_of(*kind),
        })
    };
    bytes(&json!({ "result": all.iter().map(one).collect::<Vec<_>>() }))
}

/// Whether a typed text stands in one of several; nothing typed stands everywhere.
fn stands(typed: &str, texts: [&str; 2]) -> bool {
    let typed = typed.trim().to_lowercase();
    texts.iter().any(|t| t.to_lowercase().contains(&typed))
}

/// Properties whose id or name holds what was typed.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn suggested_properties(typed: &str, skip: usize) -> Result<Vec<u8>, Refusal> {
    let all = Property::ALL.into_iter();
    let fit = all.filter(|p| stands(typed, [p.id(), p.name()])).skip(skip);
    let one =
        |p: Property| json!({ "id": p.id(), "name": p.name(), "description": p.description() });
    bytes(&json!({ "result": fit.map(one).collect::<Vec<_>>() }))
}

fn a_type(t: Type) -> Value {
    if t.kind.is_none() {
        return json!({ "id": t.id, "name": t.name });
    }
    json!({ "id": t.id, "name": t.name, "broader": [{ "id": TYPES[0].id, "name": TYPES[0].name }] })
}

/// Types whose id or name holds what was typed.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn suggested_types(typed: &str, skip: usize) -> Result<Vec<u8>, Refusal> {
    let fit = TYPES
        .into_iter()
        .filter(|t| stands(typed, [t.id, t.name]))
        .skip(skip);
    bytes(&json!({ "result": fit.map(a_type).collect::<Vec<_>>() }))
}

/// A short text about something, as HTML in JSON.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn flyout(id: &str, html: &str) -> Result<Vec<u8>, Refusal> {
    bytes(&json!({ "id": id, "html": html }))
}

/// The properties that can be fetched of entities of a type.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn proposals(of: Type, limit: usize) -> Result<Vec<u8>, Refusal> {
    let all = Property::ALL.into_iter().take(limit);
    let properties: Vec<Value> = all
        .map(|p| json!({ "id": p.id(), "name": p.name() }))
        .collect();
    bytes(&json!({ "type": of.id, "limit": limit, "properties": properties }))
}

/// Values of their own, in the order in which they come.
fn once(all: impl Iterator<Item = String>, limit: usize) -> Vec<Value> {
    let mut out: Vec<String> = Vec::new();
    for text in all {
        if out.len() == limit {
            break;
        }
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out.into_iter().map(|text| json!({ "str": text })).collect()
}

/// A civil date as the instant at which it begins in Asia/Shanghai: the API knows no dates without a time.
fn date(day: NaiveDate) -> Value {
    json!({ "date": format!("{}T00:00:00+08:00", day.format("%Y-%m-%d")) })
}

fn values(catalogue: &Catalogue, site: &str, of: &Organisation, wanted: Wanted) -> Vec<Value> {
    let Wanted { property, limit } = wanted;
    let text = |text: &str| vec![json!({ "str": text })];
    let each = |f: &dyn Fn(&PublicRecord) -> String| once(of.records.iter().map(f), limit);
    match property {
        Property::CreditCode => text(of.code.as_str()),
        Property::Region => text(of.code.region_code()),
        Property::RegionName => regions::of_credit_code(&of.code)
            .map(|r| json!({ "str": r.full_name() }))
            .into_iter()
            .collect(),
        Property::Kind => text(of.kind.code()),
        Property::Records => vec![json!({ "int": of.total })],
        Property::ListCodes => each(&|r| r.list.clone()),
        Property::Lists => each(&|r| list_name(catalogue, &r.list).to_owned()),
        Property::Authorities => each(&|r| r.authority_name.clone()),
        Property::Documents => each(&|r| r.document_number.clone()),
        Property::LatestDecision => of
            .records
            .iter()
            .map(|r| r.decided_on)
            .max()
            .map(date)
            .into_iter()
            .collect(),
        // one without an end outlasts all others
        Property::DisplayedUntil => of
            .records
            .iter()
            .map(|r| r.displayed_until)
            .collect::<Option<Vec<_>>>()
            .and_then(|ends| ends.into_iter().max())
            .map(date)
            .into_iter()
            .collect(),
        Property::Url => text(&format!("{site}{}", link::subject(of.code.as_str()))),
    }
}

/// Values of properties. Of an id that is no organisation with something on display, there is none.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn extended(
    catalogue: &Catalogue,
    site: &str,
    asked: &Extension,
    found: &[Option<Organisation>],
) -> Result<Vec<u8>, Refusal> {
    let meta: Vec<Value> = asked
        .wanted
        .iter()
        .map(|w| json!({ "id": w.property.id(), "name": w.property.name() }))
        .collect();
    let mut rows = Map::new();
    for ((id, _), organisation) in asked.ids.iter().zip(found) {
        let row: Map<String, Value> = asked
            .wanted
            .iter()
            .map(|wanted| {
                let values = organisation
                    .as_ref()
                    .map(|o| values(catalogue, site, o, *wanted));
                let id = wanted.property.id().to_owned();
                (id, Value::Array(values.unwrap_or_default()))
            })
            .collect();
        rows.insert(id.clone(), Value::Object(row));
    }
    bytes(&json!({ "meta": meta, "rows": rows }))
}
