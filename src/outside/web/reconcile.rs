//! What the Reconciliation Service API (W3C community group, version 0.2) asks: types, properties, batches of questions
//! and of ids, read whole or refused with the place of what is wrong.
//!
//! Organisations alone are entities here, under their unified social credit codes. Natural persons and individual
//! businesses are neither found, completed nor enumerated.

use serde_json::Value;

use super::problem::{FieldError, Refusal};
use crate::domain::kinds::SubjectKind;
use crate::domain::subject::CreditCode;

/// Questions of a batch.
pub const MOST_QUESTIONS: usize = 100;
/// Questions that a client is advised to send at once.
pub const ADVISED_QUESTIONS: usize = 50;
/// Candidates of a question.
pub const MOST_CANDIDATES: usize = 50;
/// Candidates of a question where nothing is said.
pub const CANDIDATES: usize = 5;
/// Organisations of which properties are asked at once.
pub const MOST_IDS: usize = 200;
/// Values of a property that are told.
pub const MOST_VALUES: usize = 100;
/// Errors that are told at once.
const MOST_ERRORS: usize = 20;

/// A type of entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    /// Its id.
    pub id: &'static str,
    /// Its name, Chinese then English.
    pub name: &'static str,
    /// The kind of subject; `None` for every organisation.
    pub kind: Option<SubjectKind>,
}

/// Every type, the general one first.
pub const TYPES: [Type; 3] = [
    Type {
        id: "Organization",
        name: "组织 · organisation",
        kind: None,
    },
    Type {
        id: "LegalPerson",
        name: "法人 · legal person",
        kind: Some(SubjectKind::LegalPerson),
    },
    Type {
        id: "UnincorporatedOrganization",
        name: "非法人组织 · unincorporated organisation",
        kind: Some(SubjectKind::UnincorporatedOrg),
    },
];

/// The kinds of subjects that are entities here.
pub const KINDS: [SubjectKind; 2] = [SubjectKind::LegalPerson, SubjectKind::UnincorporatedOrg];

/// What is known of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Unified social credit code.
    CreditCode,
    /// Region of registration, six digits.
    Region,
    /// The same in words.
    RegionName,
    /// Kind of subject.
    Kind,
    /// Records on display.
    Records,
    /// Codes of the lists that it stands on.
    ListCodes,
    /// Their names.
    Lists,
    /// Authorities that decided.
    Authorities,
    /// Document numbers.
    Documents,
    /// Newest date of a decision.
    LatestDecision,
    /// First date on which nothing of what is displayed today is displayed.
    DisplayedUntil,
    /// Address of its credit file.
    Url,
}

impl Property {
    /// Every property; those that questions can be matched by first.
    pub const ALL: [Self; 12] = [
        Self::CreditCode,
        Self::Region,
        Self::Kind,
        Self::RegionName,
        Self::Records,
        Self::ListCodes,
        Self::Lists,
        Self::Authorities,
        Self::Documents,
        Self::LatestDecision,
        Self::DisplayedUntil,
        Self::Url,
    ];

    /// Its id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::CreditCode => "credit_code",
            Self::Region => "region",
            Self::RegionName => "region_name",
            Self::Kind => "kind",
            Self::Records => "records",
            Self::ListCodes => "list_codes",
            Self::Lists => "lists",
            Self::Authorities => "authorities",
            Self::Documents => "document_numbers",
            Self::LatestDecision => "latest_decision",
            Self::DisplayedUntil => "displayed_until",
            Self::Url => "url",
        }
    }

    /// Its name, Chinese then English.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreditCode => "统一社会信用代码 · unified social credit code",
            Self::Region => "登记地区代码 · region of registration (code)",
            Self::RegionName => "登记地区 · region of registration",
            Self::Kind => "主体类型 · kind of subject",
            Self::Records => "在公示期内的信息条数 · records on display",
            Self::ListCodes => "所在名单代码 · lists (codes)",
            Self::Lists => "所在名单 · lists",
            Self::Authorities => "决定机关 · deciding authorities",
            Self::Documents => "文书号 · document numbers",
            Self::LatestDecision => "最近决定日期 · newest decision",
            Self::DisplayedUntil => "最晚终止公示日期 · end of the longest display",
            Self::Url => "信用档案网址 · credit file",
        }
    }

    /// What it is for.
    #[must_use]
    pub const fn description(self) -> &'static str {
        if self.matches() {
            "可用于匹配，也可用于取值 · to match by, and to fetch"
        } else {
            "可用于取值 · to fetch"
        }
    }

    /// Whether a question can be matched by it.
    #[must_use]
    pub const fn matches(self) -> bool {
        matches!(self, Self::CreditCode | Self::Region | Self::Kind)
    }

    /// The property of an id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.id() == id)
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its key in the batch.
    pub key: String,
    /// A name or a code; empty when it is asked by properties alone.
    pub query: String,
    /// The kinds that may answer; none when types were asked that are not known here.
    pub kinds: Vec<SubjectKind>,
    /// Candidates at most.
    pub limit: usize,
    /// What is known of the organisation, of the properties that can be matched by.
    pub known: Vec<(Property, Vec<String>)>,
}

/// A property that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub property: Property,
    /// Values at most.
    pub limit: usize,
}

/// Organisations, and what is asked of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Ids as they were sent, with the code where one is one.
    pub ids: Vec<(String, Option<CreditCode>)>,
    /// Properties.
    pub wanted: Vec<Wanted>,
}

/// Collects what is wrong.
#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, place: &str, code: &'static str, message: impl Into<String>) {
        if self.0.len() < MOST_ERRORS {
            self.0.push(FieldError::query(place, code, message));
        }
    }

    fn end<T>(self, value: T) -> Result<T, Refusal> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(Refusal::BadParameters(self.0))
        }
    }
}

fn object(text: &str, name: &str) -> Result<serde_json::Map<String, Value>, Refusal> {
    let wrong = |code, message: String| {
        Refusal::BadParameters(vec![FieldError::query(name, code, message)])
    };
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(wrong(
            "not_an_object",
            format!("{name} 应为 JSON 对象 · {name} is a JSON object"),
        )),
        Err(e) => Err(wrong(
            "not_json",
            format!(
                "不是 JSON：第{0}行第{1}列 · not JSON: line {0}, column {1}",
                e.line(),
                e.column()
            ),
        )),
    }
}

/// A value of a property as text; entities are named by their ids.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.trim().to_owned()]),
        Value::Number(n) => Some(vec![n.to_string()]),
        Value::Bool(b) => Some(vec![b.to_string()]),
        Value::Object(entity) => Some(vec![entity.get("id")?.as_str()?.to_owned()]),
        Value::Array(all) => {
            let parts: Option<Vec<Vec<String>>> = all
                .iter()
                .map(|v| if v.is_array() { None } else { texts(v) })
                .collect();
            parts.map(|parts| parts.concat())
        }
        Value::Null => None,
    }
}

/// The kinds that types stand for. `should` is a wish and excludes nothing; several types mean any of them.
fn kinds(value: Option<&Value>, strict: Option<&str>) -> Option<Vec<SubjectKind>> {
    let ids: Vec<&str> = match value {
        None | Some(Value::Null) => return Some(KINDS.to_vec()),
        Some(Value::String(id)) => vec![id],
        Some(Value::Array(all)) => all.iter().map(Value::as_str).collect::<Option<_>>()?,
        Some(_) => return None,
    };
    if ids.iter().all(|id| id.is_empty()) || strict == Some("should") {
        return Some(KINDS.to_vec());
    }
    let of = |id: &str| -> Vec<SubjectKind> {
        match TYPES.iter().find(|t| t.id == id) {
            Some(Type { kind: None, .. }) => KINDS.to_vec(),
            Some(Type { kind: Some(k), .. }) => vec![*k],
            None => Vec::new(),
        }
    };
    let asked: Vec<Vec<SubjectKind>> = ids.iter().map(|id| of(id)).collect();
    let all = strict == Some("all");
    let fits = |kind: &SubjectKind| {
        if all {
            asked.iter().all(|kinds| kinds.contains(kind))
        } else {
            asked.iter().any(|kinds| kinds.contains(kind))
        }
    };
    Some(KINDS.into_iter().filter(fits).collect())
}

fn question(key: &str, value: &Value, errors: &mut Errors) -> Option<Question> {
    let place = |member: &str| format!("queries/{key}/{member}");
    let before = errors.0.len();
    let Value::Object(map) = value else {
        errors.add(
            &format!("queries/{key}"),
            "not_an_object",
            "应为 {\"query\": \"…\"} · must be {\"query\": \"…\"}",
        );
        return None;
    };
    let query = match map.get("query") {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text.trim(),
        Some(_) => {
            errors.add(
                &place("query"),
                "not_a_string",
                "应为字符串 · must be a string",
            );
            ""
        }
    };
    let limit = match map.get("limit") {
        None | Some(Value::Null) => CANDIDATES,
        Some(value) => match value.as_f64() {
            // more than is told at once is no error: fewer are told
            Some(n) if n >= 1.0 => {
                usize::try_from(n as u64).map_or(MOST_CANDIDATES, |n| n.min(MOST_CANDIDATES))
            }
            _ => {
                errors.add(
                    &place("limit"),
                    "not_a_limit",
                    "应为不小于1的数 · a number, 1 or more",
                );
                CANDIDATES
            }
        },
    };
    let strict = map.get("type_strict").and_then(Value::as_str);
    let Some(kinds) = kinds(map.get("type"), strict) else {
        errors.add(
            &place("type"),
            "not_a_type",
            "应为类型代码或其数组 · a type id, or an array of them",
        );
        return None;
    };
    let mut known = Vec::new();
    match map.get("properties") {
        None | Some(Value::Null) => {}
        Some(Value::Array(all)) => {
            for (i, one) in all.iter().enumerate() {
                let (Some(pid), Some(v)) = (one["pid"].as_str(), texts(&one["v"])) else {
                    errors.add(
                        &place(&format!("properties/{i}")),
                        "not_a_property",
                        "应为 {\"pid\": \"…\", \"v\": …} · must be {\"pid\": \"…\", \"v\": …}",
                    );
                    continue;
                };
                let v: Vec<String> = v.into_iter().filter(|v| !v.is_empty()).collect();
                // a property that nothing is matched by says nothing against a candidate
                let property = Property::from_id(pid).filter(|p| p.matches());
                known.extend(property.filter(|_| !v.is_empty()).map(|p| (p, v)));
            }
        }
        Some(_) => errors.add(
            &place("properties"),
            "not_an_array",
            "应为数组 · must be an array",
        ),
    }
    let asks = !query.is_empty() || map.get("properties").is_some_and(Value::is_array);
    if !asks && errors.0.len() == before {
        errors.add(
            &place("query"),
            "missing",
            "应有 query 或者 properties · give query or properties",
        );
    }
    (errors.0.len() == before).then(|| Question {
        query: query.to_owned(),
        kinds,
        limit,
        known,
        key: key.to_owned(),
    })
}

/// Reads the value of `queries`.
///
/// # Errors
/// [`Refusal::BadParameters`] that names each place; [`Refusal::BatchTooLarge`].
pub fn questions(text: &str) -> Result<Vec<Question>, Refusal> {
    let map = object(text, "queries")?;
    if map.len() > MOST_QUESTIONS {
        return Err(Refusal::BatchTooLarge);
    }
    let mut errors = Errors::default();
    let questions = map
        .into_iter()
        .filter_map(|(key, value)| question(&key, &value, &mut errors))
        .collect();
    errors.end(questions)
}

/// Reads the value of `extend`.
///
/// # Errors
/// [`Refusal::BadParameters`] that names each place; [`Refusal::BatchTooLarge`].
pub fn extension(text: &str) -> Result<Extension, Refusal> {
    let map = object(text, "extend")?;
    let mut errors = Errors::default();
    let none = Vec::new();
    let array = |name: &str, errors: &mut Errors| match map.get(name) {
        Some(Value::Array(all)) => all.clone(),
        _ => {
            errors.add(
                &format!("extend/{name}"),
                "not_an_array",
                "应为数组 · must be an array",
            );
            none.clone()
        }
    };
    let ids = array("ids", &mut errors);
    let properties = array("properties", &mut errors);
    if ids.len() > MOST_IDS {
        return Err(Refusal::BatchTooLarge);
    }
    let mut out = Extension {
        ids: Vec::new(),
        wanted: Vec::new(),
    };
    for (i, id) in ids.iter().enumerate() {
        match id.as_str() {
            Some(id) => out.ids.push((id.to_owned(), CreditCode::parse(id).ok())),
            None => errors.add(
                &format!("extend/ids/{i}"),
                "not_a_string",
                "应为字符串 · must be a string",
            ),
        }
    }
    for (i, one) in properties.iter().enumerate() {
        let place = format!("extend/properties/{i}");
        let Some(property) = one["id"].as_str().and_then(Property::from_id) else {
            errors.add(
                &place,
                "unknown_property",
                "没有这个属性，属性见 /reconcile/properties · no such property, see /reconcile/properties",
            );
            continue;
        };
        let limit = &one["settings"]["limit"];
        // forms send numbers as text
        let read = limit
            .as_f64()
            .or_else(|| limit.as_str().and_then(|s| s.trim().parse().ok()));
        let limit = match read {
            // zero is how a form says that there is no limit
            None | Some(0.0) if limit.is_null() || read.is_some() => MOST_VALUES,
            Some(n) if n >= 1.0 => {
                usize::try_from(n as u64).map_or(MOST_VALUES, |n| n.min(MOST_VALUES))
            }
            _ => {
                errors.add(
                    &format!("{place}/settings/limit"),
                    "not_a_limit",
                    "应为不小于0的数 · a number, not negative",
                );
                MOST_VALUES
            }
        };
        out.wanted.push(Wanted { property, limit });
    }
    errors.end(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Question {
        questions(&format!("{{\"q0\": {text}}}")).unwrap().remove(0)
    }

    #[test]
    fn questions_are_read_as_the_specification_has_them() {
        let plain = one(r#"{"query": " 海风 "}"#);
        assert_eq!(plain.query, "海风");
        assert_eq!(plain.limit, CANDIDATES);
        assert_eq!(plain.kinds, KINDS);
        let full = one(
            r#"{"query": "海风", "type": ["LegalPerson"], "type_strict": "any", "limit": 3,
                "properties": [{"pid": "credit_code", "v": "91350203MA2EXA019B"}, {"pid": "region", "v": [{"id": "350203"}, 35]},
                               {"pid": "P31", "v": "x"}]}"#,
        );
        assert_eq!(full.kinds, [SubjectKind::LegalPerson]);
        assert_eq!(full.limit, 3);
        assert_eq!(
            full.known,
            [
                (Property::CreditCode, vec!["91350203MA2EXA019B".to_owned()]),
                (Property::Region, vec!["350203".to_owned(), "35".to_owned()])
            ]
        );
        assert_eq!(
            one(r#"{"query": "a", "limit": 999}"#).limit,
            MOST_CANDIDATES
        );
        assert_eq!(one(r#"{"query": "a", "type": "Q5"}"#).kinds, []);
        assert_eq!(
            one(r#"{"query": "a", "type": "Q5", "type_strict": "should"}"#).kinds,
            KINDS
        );
        assert_eq!(
            one(r#"{"query": "a", "type": ["LegalPerson", "Organization"], "type_strict": "all"}"#)
                .kinds,
            [SubjectKind::LegalPerson]
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, pointer, code) in [
            ("", "query:queries", "not_json"),
            ("[]", "query:queries", "not_an_object"),
            (r#"{"a": 1}"#, "query:queries/a", "not_an_object"),
            (r#"{"a": {}}"#, "query:queries/a/query", "missing"),
            (
                r#"{"a": {"query": 3}}"#,
                "query:queries/a/query",
                "not_a_string",
            ),
            (
                r#"{"a": {"query": "x", "limit": 0}}"#,
                "query:queries/a/limit",
                "not_a_limit",
            ),
            (
                r#"{"a": {"query": "x", "type": 3}}"#,
                "query:queries/a/type",
                "not_a_type",
            ),
            (
                r#"{"a": {"query": "x", "properties": [{"v": 1}]}}"#,
                "query:queries/a/properties/0",
                "not_a_property",
            ),
        ] {
            let Err(Refusal::BadParameters(errors)) = questions(text) else {
                panic!("{text}");
            };
            assert_eq!(
                (errors[0].pointer.as_str(), errors[0].code),
                (pointer, code)
            );
        }
        for (text, pointer, code) in [
            ("{}", "query:extend/ids", "not_an_array"),
            (
                r#"{"ids": [3], "properties": []}"#,
                "query:extend/ids/0",
                "not_a_string",
            ),
            (
                r#"{"ids": [], "properties": [{"id": "salary"}]}"#,
                "query:extend/properties/0",
                "unknown_property",
            ),
            (
                r#"{"ids": [], "properties": [{"id": "url", "settings": {"limit": -1}}]}"#,
                "query:extend/properties/0/settings/limit",
                "not_a_limit",
            ),
        ] {
            let Err(Refusal::BadParameters(errors)) = extension(text) else {
                panic!("{text}");
            };
            assert_eq!(
                (errors[0].pointer.as_str(), errors[0].code),
                (pointer, code)
            );
        }
        let many: serde_json::Map<String, Value> = (0..=MOST_QUESTIONS)
            .map(|i| (format!("q{i}"), serde_json::json!({ "query": "a" })))
            .collect();
        assert_eq!(
            questions(&Value::Object(many).to_string()),
            Err(Refusal::BatchTooLarge)
        );
    }

    #[test]
    fn settings_of_a_property_bound_its_values() {
        let limit = |settings: &str| {
            let text = format!(
                r#"{{"ids": [], "properties": [{{"id": "lists", "settings": {settings}}}]}}"#
            );
            extension(&text).unwrap().wanted[0].limit
        };
        assert_eq!(limit("{}"), MOST_VALUES);
        assert_eq!(limit(r#"{"limit": 0}"#), MOST_VALUES);
        assert_eq!(limit(r#"{"limit": "2"}"#), 2);
        assert_eq!(limit(r#"{"limit": 1e9}"#), MOST_VALUES);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = questions(&text);
            let _ = extension(&text);
        }
    }
}
