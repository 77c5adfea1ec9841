//! What can be asked: each operation with its parameters, answers, refusals and an example that works.

use serde_json::{Value, json};

use super::schema::{kind, state, to};
use crate::domain::catalogue::Catalogue;
use crate::outside::index::{MAX_PAGE_SIZE, MAX_QUERY_CHARS};
use crate::outside::web::params::{MAX_CHANGES, MAX_WAIT, MAX_WITHDRAWALS};

/// Groups of operations: name, in Chinese, in English.
pub const TAGS: [(&str, &str, &str); 6] = [
    ("search", "检索与核对", "Search and check"),
    ("records", "记录与主体", "Records and subjects"),
    ("catalogue", "名单与目录", "Lists and catalogue"),
    ("follow", "变更与撤下", "Changes and withdrawals"),
    ("reusers", "数据使用单位", "Re-users"),
    ("reconcile", "对账", "Reconciliation"),
];

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `query` or `path`.
    pub place: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What it is, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// Its values.
    pub schema: Value,
}

/// What is sent: media type, schema, example.
#[derive(Clone, Debug)]
pub struct Body {
    /// The forms that are taken: media type, schema, example (or null).
    pub forms: Vec<(&'static str, Value, Value)>,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Stable name.
    pub id: &'static str,
    /// Group.
    pub tag: &'static str,
    /// `get` or `post`.
    pub method: &'static str,
    /// Address with its variables.
    pub path: &'static str,
    /// What it does, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// What is sent.
    pub body: Option<Body>,
    /// Media types and schemas of the answer.
    pub answers: Vec<(&'static str, Value)>,
    /// Statuses of refusals.
    pub refusals: Vec<u16>,
    /// Whether it answers conditional requests.
    pub conditional: bool,
    /// An address that works; `{id}` and `{code}` stand for a record and an organisation that are displayed.
    pub example: &'static str,
}

pub(super) fn query(
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    schema: Value,
) -> Parameter {
    Parameter {
        name,
        place: "query",
        required: false,
        zh,
        en,
        schema,
    }
}

pub(super) fn path(
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    schema: Value,
) -> Parameter {
    Parameter {
        place: "path",
        required: true,
        ..query(name, zh, en, schema)
    }
}

pub(super) fn needed(parameter: Parameter) -> Parameter {
    Parameter {
        required: true,
        ..parameter
    }
}

pub(super) fn get(
    id: &'static str,
    tag: &'static str,
    path: &'static str,
    answer: &str,
    zh: &'static str,
    en: &'static str,
) -> Operation {
    Operation {
        id,
        tag,
        method: "get",
        path,
        zh,
        en,
        parameters: Vec::new(),
        body: None,
        answers: vec![("application/json", to(answer))],
        refusals: vec![400, 401, 429, 500, 503],
        conditional: true,
        example: path,
    }
}

fn since(most: usize) -> Vec<Parameter> {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": most, "default": most / 10 });
    vec![
        query(
            "since",
            "从这个序号之后",
            "after this sequence number",
            json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX, "default": 0 }),
        ),
        query("limit", "每页条数", "items on a page", limit),
        query(
            "wait",
            "没有新内容时最多等待的秒数",
            "seconds to wait for something new",
            json!({ "type": "integer", "minimum": 0, "maximum": MAX_WAIT, "default": 0 }),
        ),
    ]
}

/// An empty value counts as not given, as in an address that a form made.
fn or_empty(mut schema: Value) -> Value {
    if let Some(Value::Array(all)) = schema.get_mut("enum") {
        all.push(json!(""));
    }
    schema
}

/// Codes of lists: those that are displayed, or all of the catalogue.
fn list_code(catalogue: &Catalogue, displayed: bool) -> Value {
    let codes = catalogue
        .lists
        .values()
        .filter(|l| !displayed || l.is_displayed())
        .map(|l| l.code.as_str());
    json!({ "type": "string", "enum": codes.collect::<Vec<_>>() })
}

fn search(catalogue: &Catalogue) -> Operation {
    let cursor = json!({ "type": "string", "pattern": "^([0-9a-f]{1,15}-[0-9a-f]{1,15})?$" });
    Operation {
        parameters: vec![
            query(
                "q",
                "名称的全部或部分、统一社会信用代码、文书号；空则列出",
                "a name or a part of it, a credit code, a document number; nothing lists records",
                json!({ "type": "string", "maxLength": MAX_QUERY_CHARS }),
            ),
            query(
                "list",
                "名单代码",
                "code of a list",
                or_empty(list_code(catalogue, true)),
            ),
            query(
                "region",
                "地区（GB/T 2260 的2、4或6位）",
                "2, 4 or 6 digits of GB/T 2260",
                json!({ "type": "string", "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6})?$" }),
            ),
            query(
                "authority",
                "决定机关的统一社会信用代码",
                "credit code of the deciding authority",
                json!({ "type": "string", "pattern": "^[0-9A-Za-z]{0,64}$" }),
            ),
            query("kind", "主体类型", "kind of subject", or_empty(kind())),
            query(
                "year",
                "决定年份",
                "year of the decision",
                json!({ "type": "integer", "minimum": 1949, "maximum": 2100 }),
            ),
            query("state", "公示状态", "state", or_empty(state())),
            query(
                "sort",
                "排序",
                "order",
                or_empty(
                    json!({ "type": "string", "enum": ["relevance", "newest"], "default": "relevance" }),
                ),
            ),
            query("page", "上一页的 next", "next of the page before", cursor),
            query(
                "limit",
                "每页条数",
                "items on a page",
                json!({ "type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE }),
            ),
        ],
        example: "/api/v1/search?q=食品&kind=legal_person&limit=5",
        ..get(
            "search",
            "search",
            "/api/v1/search",
            "SearchAnswer",
            "检索公示信息",
            "Search what is displayed, with facets. Natural persons are found by full name inside one list that publishes them.",
        )
    }
}

fn check() -> Operation {
    let json_example = json!({ "queries": ["91350203MA2EXA019B", { "id": "7", "q": "虚构商贸有限公司" }], "limit": 3 });
    let csv = json!({ "type": "string", "description": "UTF-8; a header with q, name or code, and id and list where wanted: id,name⏎1,虚构商贸有限公司⏎" });
    Operation {
        method: "post",
        body: Some(Body {
            forms: vec![
                ("application/json", to("Batch"), json_example),
                ("text/csv", csv, Value::Null),
            ],
        }),
        answers: vec![
            ("application/json", to("CheckAnswer")),
            (
                "text/csv",
                json!({ "type": "string", "description": "a row a match, and a row without one for what was not found" }),
            ),
        ],
        refusals: vec![400, 401, 413, 415, 429, 500, 503],
        conditional: false,
        ..get(
            "check",
            "search",
            "/api/v1/check",
            "CheckAnswer",
            "一次核对最多1000个名称或代码",
            "Look up at most 1,000 names or codes; each match has a score and its reason. At most 10 of them may name a natural person, by full name and inside one list.",
        )
    }
}

/// Every operation, in the order in which they are shown.
#[must_use]
pub fn operations(catalogue: &Catalogue) -> Vec<Operation> {
    let lines = |schema: Value| vec![("application/jsonl", schema)];
    let id = || {
        path(
            "id",
            "记录编号",
            "id of a record",
            json!({ "type": "string", "pattern": "^[0-9a-z]{1,64}$" }),
        )
    };
    let code = || {
        path(
            "code",
            "统一社会信用代码",
            "unified social credit code",
            json!({ "type": "string", "format": "unified-social-credit-code" }),
        )
    };
    let list = |displayed| {
        path(
            "code",
            "名单代码",
            "code of a list",
            list_code(catalogue, displayed),
        )
    };
    let page = json!({ "type": "string", "pattern": "^[0-9]{0,18}$" });
    let mut all = vec![
        search(catalogue),
        Operation {
            parameters: vec![needed(query(
                "q",
                "正在输入的名称",
                "what is being typed",
                json!({ "type": "string", "minLength": 1, "maxLength": MAX_QUERY_CHARS,  }),
            ))],
            example: "/api/v1/suggest?q=食品",
            ..get(
                "suggest",
                "search",
                "/api/v1/suggest",
                "Completions",
                "补全组织名称",
                "Complete the name of an organisation. Persons are never completed.",
            )
        },
        check(),
        Operation {
            parameters: vec![id()],
            refusals: vec![400, 401, 404, 410, 429, 500, 503],
            example: "/api/v1/records/{id}",
            ..get(
                "record",
                "records",
                "/api/v1/records/{id}",
                "RecordAnswer",
                "一条记录",
                "One record with what explains it; 410 when it is no longer displayed.",
            )
        },
        Operation {
            parameters: vec![
                code(),
                query("page", "上一页的 next", "next of the page before", page),
            ],
            example: "/api/v1/subjects/{code}",
            ..get(
                "subject",
                "records",
                "/api/v1/subjects/{code}",
                "SubjectAnswer",
                "一个组织的全部公示信息",
                "Everything displayed of one organisation. Nothing found is no clean bill.",
            )
        },
        Operation {
            parameters: vec![needed(query(
                "code",
                "报告上的核验码",
                "the code on a report",
                json!({ "type": "string", "minLength": 1, "pattern": "\\S" }),
            ))],
            example: "/api/v1/verify?code=0000",
            ..get(
                "verify",
                "records",
                "/api/v1/verify",
                "Verified",
                "核验报告",
                "Whether a printed report is genuine and still current.",
            )
        },
        Operation {
            ..get(
                "lists",
                "catalogue",
                "/api/v1/lists",
                "Lists",
                "全部名单",
                "All lists with how much each displays.",
            )
        },
        Operation {
            parameters: vec![list(true)],
            refusals: vec![400, 401, 404, 429, 500, 503],
            example: "/api/v1/lists/penalty",
            ..get(
                "list",
                "catalogue",
                "/api/v1/lists/{code}",
                "List",
                "一个名单的全部规定",
                "All that the catalogue says of a list: conditions, periods, measures, remedies.",
            )
        },
        Operation {
            ..get(
                "catalogue",
                "catalogue",
                "/api/v1/catalogue",
                "Catalogue",
                "公共信用信息目录",
                "The catalogue: layers and, of each entry, how each field is shown.",
            )
        },
        Operation {
            parameters: vec![list(false)],
            refusals: vec![400, 401, 404, 429, 500, 503],
            example: "/api/v1/catalogue/penalty",
            ..get(
                "catalogue_entry",
                "catalogue",
                "/api/v1/catalogue/{code}",
                "CatalogueEntry",
                "目录的一个条目",
                "One entry of the catalogue.",
            )
        },
        Operation {
            ..get(
                "stats",
                "catalogue",
                "/api/v1/stats",
                "Stats",
                "统计",
                "Numbers by list, month, region and authority; small numbers of natural persons are held back.",
            )
        },
        get(
            "notices",
            "follow",
            "/api/v1/notices",
            "NoticesAnswer",
            "公告：事前公示、移出、修复",
            "What the notice board shows today: notices before an entry, of exits and of repairs; and which were taken back before their end. Nobody in it is listed by it.",
        ),
        Operation {
            parameters: since(MAX_CHANGES),
            example: "/api/v1/changes?since=0&limit=10",
            ..get(
                "changes",
                "follow",
                "/api/v1/changes",
                "Changes",
                "变更",
                "The present state of all that changed after a sequence number, or its tombstone. The end says what a follower must hold.",
            )
        },
        Operation {
            parameters: since(MAX_WITHDRAWALS),
            answers: lines(
                json!({ "type": "string", "description": "a line for each record that was taken back: id, why, at, seq" }),
            ),
            example: "/api/v1/withdrawals?since=0",
            ..get(
                "withdrawals",
                "follow",
                "/api/v1/withdrawals",
                "Changes",
                "撤下",
                "What was taken back, and nothing else, as JSON Lines; the Link header leads on.",
            )
        },
    ];
    all.extend(super::more::operations());
    all
}
