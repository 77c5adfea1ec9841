//! Many names or codes at once, read from JSON or CSV: parsed whole, or refused with what is wrong and where.

use super::problem::{FieldError, Refusal};
use crate::domain::catalogue::Catalogue;
use crate::outside::index::MAX_QUERY_CHARS;

/// Questions of a batch.
pub const MOST_QUERIES: usize = 1000;
/// Questions of a batch that name a natural person: they are limited more strictly (domain.md 4.3).
pub const MOST_PERSONS: usize = 10;
/// Matches of a question.
pub const MOST_MATCHES: usize = 10;
/// Matches of a question where nothing is said.
pub const MATCHES: usize = 3;
/// Errors that are told at once.
const MOST_ERRORS: usize = 20;
/// Headers under which CSV may hold what is asked.
const NAMES_OF_Q: [&str; 7] = [
    "q",
    "query",
    "name",
    "code",
    "名称",
    "主体名称",
    "统一社会信用代码",
];

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What the asker calls it; travels back as it came.
    pub id: Option<String>,
    /// A name or a code.
    pub q: String,
    /// The list that is searched; without it, all.
    pub list: Option<String>,
}

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The questions, 1 to [`MOST_QUERIES`].
    pub queries: Vec<Query>,
    /// Matches of each, 1 to [`MOST_MATCHES`].
    pub limit: usize,
}

/// Collects what is wrong.
struct Reading<'a> {
    catalogue: &'a Catalogue,
    errors: Vec<FieldError>,
}

impl Reading<'_> {
    fn wrong(&mut self, pointer: &str, code: &'static str, message: impl Into<String>) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(FieldError::body(pointer, code, message));
        }
    }

    fn query(
        &mut self,
        at: &str,
        id: Option<String>,
        q: &str,
        list: Option<&str>,
    ) -> Option<Query> {
        let before = self.errors.len();
        if q.is_empty() {
            self.wrong(at, "empty", "请给出名称或代码 · give a name or a code");
        } else if q.chars().count() > MAX_QUERY_CHARS {
            self.wrong(
                at,
                "too_long",
                "名称或代码最多120个字符 · a name or a code has at most 120 characters",
            );
        }
        if id.as_ref().is_some_and(|id| id.chars().count() > 120) {
            self.wrong(
                at,
                "id_too_long",
                "id 最多120个字符 · an id has at most 120 characters",
            );
        }
        let list = list.map(str::trim).filter(|l| !l.is_empty());
        let entry = list
            .and_then(|l| self.catalogue.list(l))
            .filter(|l| l.is_displayed());
        if list.is_some() && entry.is_none() {
            self.wrong(
                at,
                "unknown_list",
                "没有这个名单，名单代码见 /api/v1/lists · no such list, see /api/v1/lists",
            );
        }
        (self.errors.len() == before).then(|| Query {
            id,
            q: q.trim().to_owned(),
            list: entry.map(|l| l.code.clone()),
        })
    }

    fn too_many(&mut self, at: &str) {
        let message = format!(
            "一次最多核对{MOST_QUERIES}个，请分批发送 · at most {MOST_QUERIES} at once, send them in batches"
        );
        self.wrong(at, "too_many", message);
    }

    fn end(self, queries: Vec<Query>, limit: usize) -> Result<Batch, Refusal> {
        if self.errors.is_empty() {
            Ok(Batch { queries, limit })
        } else {
            Err(Refusal::BadParameters(self.errors))
        }
    }
}

/// Reads `{"queries": ["…", {"q": "…", "list": "…", "id": "…"}], "limit": 3}`.
///
/// # Errors
/// [`Refusal::BadParameters`] with a JSON pointer for each part that cannot be read.
pub fn json(body: &[u8], catalogue: &Catalogue) -> Result<Batch, Refusal> {
    use serde_json::Value;

    let mut reading = Reading {
        catalogue,
        errors: Vec::new(),
    };
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(e) => {
            let message = format!(
                "不是 JSON：第{}行第{}列 · not JSON: line {}, column {}",
                e.line(),
                e.column(),
                e.line(),
                e.column()
            );
            reading.wrong("", "not_json", message);
            return reading.end(Vec::new(), 0);
        }
    };
    let Value::Object(mut map) = value else {
        reading.wrong(
            "",
            "not_an_object",
            "正文应为 {\"queries\": […]} · the body is {\"queries\": […]}",
        );
        return reading.end(Vec::new(), 0);
    };
    let limit = match map.remove("limit") {
        None => MATCHES,
        // 3.0 is a whole number too (JSON Schema)
        Some(value) => match (1..=MOST_MATCHES).find(|n| value.as_f64() == Some(*n as f64)) {
            Some(n) => n,
            None => {
                reading.wrong(
                    "/limit",
                    "not_a_limit",
                    "limit 应为1至10的整数 · limit is a whole number from 1 to 10",
                );
                MATCHES
            }
        },
    };
    let all = match map.remove("queries") {
        Some(Value::Array(all)) if !all.is_empty() => all,
        _ => {
            reading.wrong(
                "/queries",
                "missing",
                "queries 应为非空数组 · queries is an array with at least one element",
            );
            Vec::new()
        }
    };
    if all.len() > MOST_QUERIES {
        reading.too_many("/queries");
        return reading.end(Vec::new(), 0);
    }
    for key in map.keys() {
        let key: String = key.chars().take(40).collect();
        reading.wrong(
            &format!("/{key}"),
            "unknown_member",
            "没有这个字段，可用：queries、limit · no such member",
        );
    }
    let mut queries = Vec::with_capacity(all.len());
    for (i, one) in all.into_iter().enumerate() {
        let at = format!("/queries/{i}");
        let query = match &one {
            Value::String(q) => reading.query(&at, None, q, None),
            Value::Object(map) => {
                let text = |key: &str| map.get(key).and_then(Value::as_str);
                let known = |k: &String| matches!(k.as_str(), "q" | "list" | "id");
                if let Some(key) = map.keys().find(|k| !known(k)) {
                    let key: String = key.chars().take(40).collect();
                    reading.wrong(
                        &format!("{at}/{key}"),
                        "unknown_member",
                        "没有这个字段，可用：q、list、id · no such member",
                    );
                }
                let strings = map.iter().find(|(k, v)| known(k) && !v.is_string());
                if let Some((key, _)) = strings {
                    reading.wrong(
                        &format!("{at}/{key}"),
                        "not_a_string",
                        "应为字符串 · must be a string",
                    );
                }
                let id = text("id").map(ToOwned::to_owned);
                reading.query(&at, id, text("q").unwrap_or(""), text("list"))
            }
            _ => {
                reading.wrong(
                    &at,
                    "not_a_query",
                    "应为字符串或者 {\"q\": \"…\"} · must be a string or {\"q\": \"…\"}",
                );
                None
            }
        };
        queries.extend(query);
    }
    reading.end(queries, limit)
}

/// Reads CSV in UTF-8 with a header: a column of names or codes (`q`, `name`, `code`, 名称 …; a single column may have any
/// name), and `list` and `id` where wanted.
///
/// # Errors
/// [`Refusal::BadParameters`] that names the row (the header is row 1).
pub fn csv(body: &[u8], catalogue: &Catalogue) -> Result<Batch, Refusal> {
    let mut reading = Reading {
        catalogue,
        errors: Vec::new(),
    };
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut rows = ::csv::ReaderBuilder::new().flexible(true).from_reader(body);
    let unreadable = |e: &::csv::Error| match e.position() {
        Some(p) => format!(
            "第{}行不是 UTF-8 的 CSV · row {} is not CSV in UTF-8",
            p.line(),
            p.line()
        ),
        None => "不是 UTF-8 的 CSV · not CSV in UTF-8".to_owned(),
    };
    let heads: Vec<String> = match rows.headers() {
        Ok(heads) => heads.iter().map(|h| h.trim().to_lowercase()).collect(),
        Err(e) => {
            reading.wrong("/1", "not_csv", unreadable(&e));
            return reading.end(Vec::new(), 0);
        }
    };
    let column = |name: &str| heads.iter().position(|h| h == name);
    let q = NAMES_OF_Q.iter().find_map(|name| column(name));
    let Some(q) = q.or((heads.len() == 1).then_some(0)) else {
        let message = format!(
            "第1行应有列名，其中一列为 {} · row 1 names the columns, one of them as listed",
            NAMES_OF_Q.join("、")
        );
        reading.wrong("/1", "no_column", message);
        return reading.end(Vec::new(), 0);
    };
    let (list, id) = (column("list"), column("id"));
    let mut queries = Vec::new();
    for row in rows.records() {
        let row = match row {
            Ok(row) => row,
            Err(e) => {
                reading.wrong("/", "not_csv", unreadable(&e));
                break;
            }
        };
        if queries.len() >= MOST_QUERIES {
            reading.too_many("/");
            break;
        }
        let at = format!("/{}", row.position().map_or(0, ::csv::Position::line));
        let cell = |column: Option<usize>| column.and_then(|c| row.get(c));
        let id = cell(id).map(ToOwned::to_owned);
        queries.extend(reading.query(&at, id, cell(Some(q)).unwrap_or("").trim(), cell(list)));
    }
    if queries.is_empty() && reading.errors.is_empty() {
        reading.wrong("/2", "missing", "没有要核对的行 · there is no row to check");
    }
    reading.end(queries, MATCHES)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outside::web::tests::fixture::catalogue;

    fn codes(result: &Result<Batch, Refusal>) -> Vec<&'static str> {
        let errors = result.as_ref().err().map_or(&[][..], Refusal::errors);
        errors.iter().map(|e| e.code).collect()
    }

    fn plain(q: &str) -> Query {
        Query {
            id: None,
            q: q.to_owned(),
            list: None,
        }
    }

    #[test]
    fn json_is_read_as_documented() {
        let catalogue = catalogue();
        let body = r#"{"queries": [" 虚构公司 ", {"q": "91350203MA2EXA019B", "list": "penalty", "id": "7"}], "limit": 2}"#;
        let batch = json(body.as_bytes(), &catalogue).unwrap();
        assert_eq!(batch.limit, 2);
        assert_eq!(batch.queries[0], plain("虚构公司"));
        assert_eq!(batch.queries[1].list.as_deref(), Some("penalty"));
        assert_eq!(batch.queries[1].id.as_deref(), Some("7"));
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let body = br#"{"queries": ["a"], "limit": 8.0}"#;
        assert_eq!(json(body, &catalogue()).unwrap().limit, 8);
        assert!(json(br#"{"queries": ["a"], "limit": 8.5}"#, &catalogue()).is_err());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let catalogue = catalogue();
        for (body, pointer, code) in [
            ("", "body:", "not_json"),
            ("[]", "body:", "not_an_object"),
            ("{}", "body:/queries", "missing"),
            (r#"{"queries": []}"#, "body:/queries", "missing"),
            (r#"{"queries": ["a", 3]}"#, "body:/queries/1", "not_a_query"),
            (r#"{"queries": ["a", ""]}"#, "body:/queries/1", "empty"),
            (
                r#"{"queries": [{"q": "a", "list": "nowhere"}]}"#,
                "body:/queries/0",
                "unknown_list",
            ),
            (
                r#"{"queries": [{"q": "a", "x": 1}]}"#,
                "body:/queries/0/x",
                "unknown_member",
            ),
            (
                r#"{"queries": [{"q": 5}]}"#,
                "body:/queries/0/q",
                "not_a_string",
            ),
            (
                r#"{"queries": ["a"], "limit": 0}"#,
                "body:/limit",
                "not_a_limit",
            ),
            (
                r#"{"queries": ["a"], "limit": 11}"#,
                "body:/limit",
                "not_a_limit",
            ),
            (
                r#"{"queries": ["a"], "more": 1}"#,
                "body:/more",
                "unknown_member",
            ),
        ] {
            let Err(Refusal::BadParameters(errors)) = json(body.as_bytes(), &catalogue) else {
                panic!("{body}");
            };
            assert_eq!(
                (errors[0].pointer.as_str(), errors[0].code),
                (pointer, code),
                "{body}"
            );
        }
        let many = serde_json::json!({ "queries": vec!["a"; MOST_QUERIES + 1] }).to_string();
        assert_eq!(codes(&json(many.as_bytes(), &catalogue)), ["too_many"]);
        let long = serde_json::json!({ "queries": ["字".repeat(121)] }).to_string();
        assert!(json(long.as_bytes(), &catalogue).is_err());
    }

    #[test]
    fn csv_is_read_by_its_header() {
        let catalogue = catalogue();
        let read = |body: &str| csv(body.as_bytes(), &catalogue);
        assert_eq!(
            read("\u{feff}名称\r\n虚构公司\r\n").unwrap().queries,
            [plain("虚构公司")]
        );
        assert_eq!(
            read("whatever\n\"虚构,公司\"\n").unwrap().queries,
            [plain("虚构,公司")]
        );
        let two = read("id,q,list\n1,甲,penalty\n2,乙,\n").unwrap();
        assert_eq!(two.queries[0].list.as_deref(), Some("penalty"));
        assert_eq!(
            (two.queries[1].id.as_deref(), two.queries[1].list.as_deref()),
            (Some("2"), None)
        );
        for (body, pointer, code) in [
            ("a,b\n1,2\n", "body:/1", "no_column"),
            ("q\n", "body:/2", "missing"),
            ("", "body:/1", "no_column"),
            ("q\n甲\n \n", "body:/3", "empty"),
            ("q,list\n甲,nowhere\n", "body:/2", "unknown_list"),
        ] {
            let Err(Refusal::BadParameters(errors)) = read(body) else {
                panic!("{body}");
            };
            assert_eq!(
                (errors[0].pointer.as_str(), errors[0].code),
                (pointer, code),
                "{body}"
            );
        }
        let many = format!("q\n{}", "甲\n".repeat(MOST_QUERIES + 1));
        assert_eq!(codes(&read(&many)), ["too_many"]);
        assert!(csv(b"q\n\xff\xfe\n", &catalogue).is_err());
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let catalogue = catalogue();
            let _ = json(&body, &catalogue);
            let _ = csv(&body, &catalogue);
        }
    }
}
