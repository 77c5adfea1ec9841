//! What can be asked beside reading what is published: re-users and their reports, and the reconciliation service, whose
//! own specification says what stands in its questions and answers.

use serde_json::{Map, Value, json};

use super::operations::{Body, Operation, get, needed, path, query};
use super::schema::{count, date, instant, list_of, object, one_of, or_null, text, to, yes_no};
use crate::outside::web::reusers::{
    LONGEST_CONTACT, LONGEST_NAME, LONGEST_SITE, NAME, SITE, Standing,
};

/// The specification of the reconciliation service.
const SPECIFICATION: &str =
    "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/";

/// The operations.
pub fn operations() -> Vec<Operation> {
    let mut all = reusers();
    all.extend(reconcile());
    all
}

fn reusers() -> Vec<Operation> {
    let id = path(
        "reuser",
        "数据使用单位编号",
        "id of a re-user",
        json!({ "type": "string", "pattern": "^[0-9a-f]{10}$" }),
    );
    let registration = json!({ "name": "虚构报社数据部", "website": "https://news.example" });
    vec![
        Operation {
            conditional: false,
            ..get(
                "reusers",
                "reusers",
                "/api/v1/reusers",
                "Reusers",
                "数据使用单位的同步情况",
                "Who keeps copies, and how far each has deleted what was taken back.",
            )
        },
        Operation {
            method: "post",
            body: Some(Body {
                forms: vec![("application/json", to("Registration"), registration)],
            }),
            refusals: vec![400, 401, 404, 413, 415, 429, 500, 503],
            conditional: false,
            ..get(
                "register_reuser",
                "reusers",
                "/api/v1/reusers",
                "Registered",
                "登记为数据使用单位",
                "Register as a re-user; the token is told this once. The name is public once it was looked at, the contact is sealed to the desk.",
            )
        },
        Operation {
            method: "post",
            parameters: vec![id],
            body: Some(Body {
                forms: vec![("application/json", to("Progress"), json!({ "seq": 1234 }))],
            }),
            refusals: vec![400, 401, 404, 413, 415, 429, 500, 503],
            conditional: false,
            ..get(
                "report_progress",
                "reusers",
                "/api/v1/reusers/{reuser}/progress",
                "Reuser",
                "报告已删除至的序号",
                "Report up to which sequence number everything was deleted that was taken back. Authorization: Bearer with the token of the re-user.",
            )
        },
    ]
}

fn reconcile() -> Vec<Operation> {
    let anything = || vec![("application/json", to("Reconciled"))];
    let asked = |name, zh, en| {
        query(
            name,
            zh,
            en,
            json!({ "type": "string", "contentMediaType": "application/json" }),
        )
    };
    let queries = asked("queries", "一批问题（JSON）", "a batch of questions (JSON)");
    let extend = asked(
        "extend",
        "取值的请求（JSON）",
        "a request for values (JSON)",
    );
    let prefix = needed(query(
        "prefix",
        "已经输入的部分",
        "what was typed",
        json!({ "type": "string" }),
    ));
    let what = path(
        "what",
        "实体、类型或属性",
        "entities, types or properties",
        one_of(["entity", "type", "property"], ""),
    );
    let id = needed(query("id", "编号", "id", json!({ "type": "string" })));
    let form = json!({
        "type": "object",
        "properties": { "queries": queries.schema, "extend": extend.schema },
    });
    let described = |operation: Operation| Operation {
        refusals: vec![400, 404, 413, 415, 429, 500, 503],
        ..operation
    };
    vec![
        described(Operation {
            parameters: vec![queries, extend],
            answers: anything(),
            ..get(
                "reconcile_manifest",
                "reconcile",
                "/reconcile",
                "Reconciled",
                "对账服务说明；带 queries 或 extend 时作答",
                "The manifest of the reconciliation service, version 0.2; with queries or extend, the answer to them. Organisations alone.",
            )
        }),
        described(Operation {
            method: "post",
            body: Some(Body {
                forms: vec![(
                    "application/x-www-form-urlencoded",
                    form,
                    json!({ "queries": r#"{"q0":{"query":"食品","limit":3}}"# }),
                )],
            }),
            answers: anything(),
            conditional: false,
            ..get(
                "reconcile_batch",
                "reconcile",
                "/reconcile",
                "Reconciled",
                "一批问题，或者取值",
                "A batch of at most 100 questions, or values of at most 200 organisations.",
            )
        }),
        described(Operation {
            parameters: vec![what.clone(), prefix],
            answers: anything(),
            example: "/reconcile/suggest/property?prefix=r",
            ..get(
                "reconcile_suggest",
                "reconcile",
                "/reconcile/suggest/{what}",
                "Reconciled",
                "补全",
                "Completions.",
            )
        }),
        described(Operation {
            parameters: vec![what, id.clone()],
            answers: anything(),
            example: "/reconcile/flyout/type?id=Organization",
            ..get(
                "reconcile_flyout",
                "reconcile",
                "/reconcile/flyout/{what}",
                "Reconciled",
                "补全项的说明",
                "What is shown beside a completion.",
            )
        }),
        described(Operation {
            parameters: vec![id],
            answers: vec![("text/html", json!({ "type": "string" }))],
            example: "/reconcile/preview?id={code}",
            ..get(
                "reconcile_preview",
                "reconcile",
                "/reconcile/preview",
                "Reconciled",
                "组织的预览",
                "A small page about an organisation.",
            )
        }),
        described(Operation {
            parameters: vec![needed(query(
                "type",
                "类型",
                "type",
                json!({ "type": "string" }),
            ))],
            answers: anything(),
            example: "/reconcile/properties?type=Organization",
            ..get(
                "reconcile_properties",
                "reconcile",
                "/reconcile/properties",
                "Reconciled",
                "可取的属性",
                "Properties of which values can be had.",
            )
        }),
    ]
}

/// A re-user, and what an answer tells beside.
fn reuser(more: &[(&str, Value)]) -> Value {
    let standing = Standing::ALL.iter().map(|s| s.code());
    let mut members = vec![
        ("id", text("编号 · id")),
        ("name", text("名称 · name")),
        ("website", or_null(text("网址 · website"))),
        (
            "listed",
            yes_no("名称是否已公开 · whether it is named in public"),
        ),
        ("registered_on", date("登记日 · when it registered")),
        ("standing", one_of(standing, "同步情况 · how it stands")),
        ("deleted_to", count("已删除至序号 · deleted up to")),
        ("seq", count("平台当前序号 · where the portal stands")),
        ("reported_at", or_null(instant("最近报告 · last report"))),
        (
            "withdrawals_behind",
            count("尚未删除的撤下数 · withdrawals that it has not deleted"),
        ),
        (
            "behind_since",
            or_null(instant(
                "其中最早撤下的时刻 · when the first of them was taken back",
            )),
        ),
        (
            "hours_behind",
            or_null(count("已过整小时 · whole hours since then")),
        ),
    ];
    members.extend(more.iter().cloned());
    object(&members)
}

/// The schemas, by name.
pub fn schemas() -> Map<String, Value> {
    let mut registration = object(&[
        (
            "name",
            json!({ "type": "string", "minLength": 2, "maxLength": LONGEST_NAME, "pattern": NAME, "description": "名称，确认后公开 · name, public once it was looked at" }),
        ),
        (
            "website?",
            json!({ "type": "string", "maxLength": LONGEST_SITE, "pattern": SITE, "description": "网址，公开 · website, public" }),
        ),
        (
            "contact?",
            json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_CONTACT, "description": "联系方式，加密给业务端 · how to reach you, sealed to the desk" }),
        ),
    ]);
    registration["description"] = json!("登记 · a registration");
    let all = json!({
        "Registration": registration,
        "Registered": reuser(&[("token", text("令牌，只告诉这一次 · the token, told this once"))]),
        "Reuser": reuser(&[]),
        "Reusers": object(&[
            ("seq", count("平台当前序号 · where the portal stands")),
            ("as_of", instant("截至 · as of")),
            ("late_after_hours", count("逾期的小时数 · hours after which one is late")),
            ("waiting_to_be_listed", count("待确认的登记数 · registered and not named yet")),
            ("items", list_of(&to("Reuser"), "已确认的单位 · those that are named")),
        ]),
        "Progress": object(&[(
            "seq",
            json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX, "description": "已删除至序号 · deleted up to" }),
        )]),
        "Reconciled": json!({
            "type": "object",
            "description": format!("Reconciliation Service API 0.2: {SPECIFICATION}"),
        }),
    });
    match all {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
