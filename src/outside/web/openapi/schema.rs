//! The forms of answers as JSON Schema (2020-12). Objects are closed: a member that an answer has and that is not here fails
//! the checks of the interface, so that nothing travels undescribed.

use serde_json::{Map, Value, json};

use super::told;
use crate::domain::cases::ExitReason;
use crate::domain::catalogue::Catalogue;
use crate::domain::forms::FormKind;
use crate::domain::kinds::{Severity, SubjectKind};
use crate::record::{NoticeKind, State, Why};

/// A schema by its name.
pub fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A string.
pub fn text(words: &str) -> Value {
    json!({ "type": "string", "description": words })
}

/// A whole number that is not negative.
pub fn count(words: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": words })
}

pub fn yes_no(words: &str) -> Value {
    json!({ "type": "boolean", "description": words })
}

/// A civil date in Asia/Shanghai.
pub fn date(words: &str) -> Value {
    json!({ "type": "string", "format": "date", "description": words })
}

/// An instant with its offset.
pub fn instant(words: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": words })
}

/// The same, or null.
pub fn or_null(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() {
        return json!({ "oneOf": [schema, { "type": "null" }] });
    }
    if let Some(Value::Array(all)) = schema.get_mut("enum") {
        all.push(Value::Null);
    }
    if let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
    }
    schema
}

/// One of a vocabulary.
pub fn one_of<'a>(codes: impl IntoIterator<Item = &'a str>, words: &str) -> Value {
    let codes: Vec<&str> = codes.into_iter().collect();
    json!({ "type": "string", "enum": codes, "description": words })
}

pub fn list_of(schema: &Value, words: &str) -> Value {
    json!({ "type": "array", "items": schema, "description": words })
}

/// An object with these members and no others; those whose name ends in `?` may be left out.
pub fn object(members: &[(&str, Value)]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema) in members {
        let bare = name.trim_end_matches('?');
        if bare == *name {
            required.push(bare);
        }
        properties.insert(bare.to_owned(), schema.clone());
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Members of one object beside those of another.
fn joined(schema: &Value, more: &[(&str, Value)]) -> Value {
    let mut both = object(more);
    let properties = schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    if let Some(map) = both["properties"].as_object_mut() {
        map.extend(properties);
    }
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    if let Some(all) = both["required"].as_array_mut() {
        all.extend(required);
    }
    both
}

pub fn kind() -> Value {
    one_of(
        SubjectKind::ALL.iter().map(|k| k.code()),
        "主体类型 · kind of subject",
    )
}

pub fn state() -> Value {
    one_of(
        State::ALL.iter().map(|s| s.code()),
        "公示状态 · state of the display",
    )
}

fn why() -> Value {
    let codes = [
        "expired",
        "repaired",
        "delisted",
        "withdrawn",
        "removed",
        "suspended",
        "not_allowed",
    ];
    one_of(
        codes.into_iter().filter(|c| Why::from_code(c).is_some()),
        "撤下原因 · why it is no longer displayed",
    )
}

fn matched() -> Value {
    one_of(
        ["code", "document", "exact", "fragment", "near"],
        "怎样匹配；near 是形近，不是匹配 · how it matches; near is a look-alike and no match",
    )
}

fn credit_code() -> Value {
    or_null(text(
        "统一社会信用代码（GB 32100）；自然人没有 · unified social credit code; null for natural persons",
    ))
}

pub fn address(of: &str) -> Value {
    text(&format!("本站上的地址 · address of {of} on this site"))
}

fn suppressed() -> Value {
    one_of(
        ["fewer_than_5", "withheld"],
        "自然人的条数为何不列 · why the number of records about natural persons is not told",
    )
}

fn unit(words: &str) -> Value {
    let mut unit = object(&[
        ("name", text("名称 · name")),
        (
            "code",
            text("统一社会信用代码 · unified social credit code"),
        ),
    ]);
    unit["description"] = json!(words);
    unit
}

fn item() -> Value {
    object(&[
        ("id", text("编号，不透露任何信息 · opaque id")),
        ("list", text("名单代码 · code of the list")),
        ("list_name", text("名单名称 · name of the list")),
        ("subject", to("Subject")),
        (
            "document_number",
            text("决定文书号 · number of the decision"),
        ),
        ("authority", text("决定机关 · deciding authority")),
        ("region", text("地区（GB/T 2260）· region")),
        ("decided_on", date("决定日期 · date of the decision")),
        ("displayed_from", date("公示开始日 · first day of display")),
        (
            "displayed_until",
            or_null(date(
                "不再公示的第一天；没有期限的为空 · first day on which it is no longer displayed",
            )),
        ),
        ("state", state()),
        ("match", or_null(matched())),
        ("url", address("the record")),
    ])
}

fn record() -> Value {
    let notes = [
        "under_objection",
        "corrected",
        "held_at_maximum",
        "published_late",
        "measures_suspended",
        "reinstated",
    ];
    object(&[
        ("id", text("编号 · opaque id")),
        ("list", text("名单代码 · code of the list")),
        ("list_name", text("名单名称 · name of the list")),
        ("subject", to("Subject")),
        (
            "name_masked",
            yes_no("名称是否脱敏 · whether the name is masked"),
        ),
        (
            "other_codes",
            list_of(
                &json!({ "type": "string" }),
                "其他登记号码 · other registration numbers",
            ),
        ),
        (
            "document_number",
            text("决定文书号 · number of the decision"),
        ),
        ("authority", unit("决定机关 · deciding authority")),
        ("provider", unit("数据提供单位 · provider of the data")),
        ("region", text("地区（GB/T 2260）· region")),
        ("decided_on", date("决定日期 · date of the decision")),
        ("displayed_from", date("公示开始日 · first day of display")),
        (
            "displayed_until",
            or_null(date(
                "不再公示的第一天 · first day on which it is no longer displayed",
            )),
        ),
        (
            "severity",
            or_null(one_of(
                Severity::ALL.iter().map(|s| s.code()),
                "失信严重程度 · severity",
            )),
        ),
        (
            "earliest_repair",
            or_null(date(
                "最早可申请修复日 · first day on which repair may be applied for",
            )),
        ),
        (
            "measures_until",
            or_null(date("措施截止日 · first day without measures")),
        ),
        ("state", state()),
        (
            "notes",
            list_of(&one_of(notes, "标注 · note"), "标注 · notes"),
        ),
        ("rule", text("适用的期限规则 · rule of the period")),
        ("rule_source", text("其依据 · its source")),
        ("catalogue", text("目录版本 · edition of the catalogue")),
        (
            "masking",
            count("脱敏规则版本 · version of the masking rules"),
        ),
        (
            "fields",
            list_of(&to("Field"), "公示字段 · published fields"),
        ),
        ("url", address("the record")),
    ])
}

fn search() -> Value {
    let choices = list_of(&to("Choice"), "可选值及条数 · values with their numbers");
    let facets = object(
        &["list", "region", "authority", "kind", "year", "state"]
            .map(|name| (name, choices.clone())),
    );
    object(&[
        ("total", count("命中条数 · hits on all pages")),
        (
            "total_is_exact",
            yes_no("条数是否准确 · whether the total is exact"),
        ),
        (
            "took_ms",
            json!({ "type": "number", "minimum": 0, "description": "毫秒 · milliseconds" }),
        ),
        (
            "seq",
            count("索引的数据序号 · sequence number that the index holds"),
        ),
        (
            "items",
            list_of(&to("Item"), "本页命中 · hits of this page"),
        ),
        ("facets", or_null(facets)),
        ("suggestion", or_null(to("Suggestion"))),
        (
            "next",
            or_null(text("下一页的 page · value of page for the next page")),
        ),
    ])
}

fn suggestion() -> Value {
    let likely = object(&[
        ("code", text("可能的代码 · code that was probably meant")),
        (
            "positions",
            list_of(
                &count("从1起 · from 1"),
                "有误的位置 · characters that are wrong",
            ),
        ),
        (
            "changes",
            list_of(&json!({ "type": "string" }), "更正说明 · what is wrong"),
        ),
    ]);
    json!({ "oneOf": [
        object(&[("kind", json!({ "const": "too_short" }))]),
        object(&[("kind", json!({ "const": "code" })), ("typed", text("输入 · as read")), ("likely", list_of(&likely, "可能的代码 · likely codes"))]),
    ] })
}

fn notices() -> Value {
    let gone = object(&[
        ("id", text("公告编号 · id of the notice")),
        ("at", instant("何时 · when")),
    ]);
    object(&[
        (
            "demo",
            yes_no("是否演示数据 · whether the data are fictitious"),
        ),
        ("as_of", date("截至 · as of")),
        ("items", list_of(&to("Notice"), "公告 · notices")),
        (
            "taken_back",
            list_of(
                &gone,
                "期满前撤回的，请删除 · taken back before their end: delete them",
            ),
        ),
    ])
}

fn notice() -> Value {
    let words = |w| list_of(&to("Words"), w);
    let proposal = object(&[
        (
            "reason",
            list_of(&to("Field"), "事由，已脱敏 · reason, masked"),
        ),
        (
            "basis",
            list_of(&json!({ "type": "string" }), "依据 · basis"),
        ),
        ("measures", words("拟采取的措施 · proposed measures")),
        ("objection", words("异议的权利 · right to object")),
        (
            "repair",
            words("修复或者移出的途径 · how to leave the list again"),
        ),
    ]);
    let subject = object(&[
        ("kind", kind()),
        (
            "name",
            or_null(text(
                "名称，依目录脱敏；不公布的为空 · name, masked as the catalogue orders; null where nobody is named",
            )),
        ),
        (
            "name_masked",
            yes_no("名称是否脱敏 · whether the name is masked"),
        ),
        ("credit_code", credit_code()),
    ]);
    object(&[
        ("id", text("公告编号 · id of the notice")),
        (
            "kind",
            one_of(
                NoticeKind::ALL.iter().map(|k| k.code()),
                "公告种类 · what it tells",
            ),
        ),
        ("list", text("名单代码 · code of the list")),
        ("list_name", text("名单名称 · name of the list")),
        ("subject", subject),
        ("authority", unit("提出或者决定的机关 · authority")),
        (
            "document_number",
            or_null(text("决定文书号 · number of the decision")),
        ),
        (
            "effective_on",
            or_null(date("生效日期 · day of the effect")),
        ),
        (
            "reason",
            or_null(one_of(
                ExitReason::ALL.iter().map(|r| r.code()),
                "移出原因 · why it left",
            )),
        ),
        ("proposal", or_null(proposal)),
        ("open_from", date("公告第一天 · first day")),
        ("last_day", date("公告最后一天 · last day")),
        (
            "provisional",
            yes_no("截止日是否暂算 · whether its end is provisional"),
        ),
        (
            "days_left",
            count("剩余天数，含今天 · days left, today included"),
        ),
        (
            "objection_url",
            or_null(text("提出异议的地址 · where to object")),
        ),
    ])
}

fn changes() -> Value {
    let upsert = object(&[
        ("op", json!({ "const": "upsert" })),
        ("seq", count("序号 · sequence number")),
        ("id", text("编号 · id")),
        ("record", to("Record")),
    ]);
    let tombstone = object(&[
        ("op", json!({ "const": "tombstone" })),
        ("seq", count("序号 · sequence number")),
        ("id", text("编号 · id")),
        ("at", instant("何时 · when")),
        ("why", why()),
    ]);
    let ended = object(&[
        ("id", text("编号 · id")),
        ("at", instant("何时 · when")),
        ("why", why()),
    ]);
    let end = object(&[
        ("seq", count("序号 · sequence number")),
        ("day", date("哪一天 · civil date")),
        (
            "count",
            count("应持有的条数 · records that a follower holds"),
        ),
        (
            "set_hash",
            text("集合散列 · hash of their set, which depends on no order"),
        ),
    ]);
    object(&[
        ("form", count("格式版本 · version of the form")),
        (
            "demo",
            yes_no("是否演示数据 · whether the data are fictitious"),
        ),
        ("since", count("从此之后 · after which it begins")),
        (
            "next_since",
            count("下次的 since · since of the next request"),
        ),
        ("seq", count("目前的序号 · where the portal stands")),
        ("more", yes_no("是否还有 · whether there is more at once")),
        (
            "items",
            list_of(&json!({ "oneOf": [upsert, tombstone] }), "变更 · changes"),
        ),
        (
            "ended",
            list_of(
                &ended,
                "今天零时到期、尚无序号的 · ended at midnight, without a number yet",
            ),
        ),
        ("state", or_null(end)),
    ])
}

fn check() -> Value {
    let hit = object(&[
        (
            "score",
            json!({ "type": "integer", "minimum": 0, "maximum": 100, "description": "匹配程度 · how well it matches" }),
        ),
        ("match", matched()),
        ("id", text("编号 · opaque id")),
        ("list", text("名单代码 · code of the list")),
        ("list_name", text("名单名称 · name of the list")),
        ("subject", to("Subject")),
        (
            "document_number",
            text("决定文书号 · number of the decision"),
        ),
        ("authority", text("决定机关 · deciding authority")),
        ("decided_on", date("决定日期 · date of the decision")),
        (
            "displayed_until",
            or_null(date(
                "不再公示的第一天 · first day on which it is no longer displayed",
            )),
        ),
        ("url", address("the record")),
    ]);
    let item = object(&[
        ("id?", text("送来的 id · the id that was sent")),
        ("q", text("名称或代码 · the name or code")),
        ("total", count("命中条数 · hits")),
        (
            "total_is_exact",
            yes_no("条数是否准确 · whether the total is exact"),
        ),
        ("matches", list_of(&hit, "最好的几条 · the best of them")),
    ]);
    object(&[
        (
            "seq",
            count("索引的数据序号 · sequence number that the index holds"),
        ),
        ("as_of", date("截至 · as of")),
        (
            "items",
            list_of(&item, "按送来的顺序 · in the order of the questions"),
        ),
    ])
}

fn batch(lists: &[&str]) -> Value {
    let q = json!({ "type": "string", "minLength": 1, "maxLength": 120, "description": "名称或代码 · a name or a code" });
    let long = json!({
        "type": "object",
        "properties": { "q": q, "list": one_of(lists.iter().copied(), "名单代码；按姓名找自然人时必须给出 · a list; needed to find a natural person by full name"), "id": { "type": "string", "maxLength": 120 } },
        "required": ["q"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {
            "queries": { "type": "array", "minItems": 1, "maxItems": crate::outside::web::batch::MOST_QUERIES, "items": { "oneOf": [q, long] } },
            "limit": { "type": "integer", "minimum": 1, "maximum": crate::outside::web::batch::MOST_MATCHES, "default": crate::outside::web::batch::MATCHES },
        },
        "required": ["queries"],
        "additionalProperties": false,
    })
}

fn stats() -> Value {
    let part = |head: (&str, Value), more: &[(&str, Value)]| {
        let mut members = vec![head];
        members.extend(more.iter().cloned());
        members.push((
            "organisations",
            count("组织的条数 · records about organisations"),
        ));
        members.push(("natural_persons", to("Told")));
        list_of(&object(&members), "")
    };
    let kinds = object(&[
        ("kind", kind()),
        ("count", or_null(count("条数 · number"))),
        ("suppressed?", suppressed()),
    ]);
    let punctual = object(&[
        ("list", text("名单代码 · list")),
        (
            "within_working_days",
            count("应在几个工作日内 · working days that are given"),
        ),
        ("on_time", count("按时 · in time")),
        ("late", count("超期 · late")),
        ("unknown", count("暂不能判断 · not known")),
    ]);
    let reason = object(&[
        ("why", why()),
        ("count", or_null(count("条数 · number"))),
        ("suppressed?", suppressed()),
    ]);
    let exits = object(&[
        ("month", text("月份 · month")),
        ("reasons", list_of(&reason, "")),
    ]);
    let handling = object(&[
        (
            "kind",
            json!({ "enum": FormKind::ALL.iter().map(|k| k.code()).collect::<Vec<_>>() }),
        ),
        ("authority", text("机关代码 · authority")),
        ("name", text("机关名称 · its name")),
        ("open", count("正在办理 · being handled")),
        ("overdue", count("已经逾期 · overdue")),
        ("decided", count("近一年决定 · decided within a year")),
        (
            "median_working_days",
            or_null(count("中位数 · median, working days")),
        ),
        (
            "longest_working_days",
            or_null(count("最长 · longest, working days")),
        ),
        ("as_of", date("统计日 · as of")),
    ]);
    object(&[
        ("seq", count("数据序号 · sequence number")),
        ("as_of", date("统计日 · as of")),
        (
            "organisations",
            count("组织的条数 · records about organisations"),
        ),
        ("natural_persons", to("Told")),
        ("kinds", list_of(&kinds, "按主体类型 · by kind")),
        (
            "lists",
            part(
                ("list", text("名单代码 · list")),
                &[("name", or_null(to("Words")))],
            ),
        ),
        (
            "months",
            part(
                (
                    "month",
                    or_null(text("月份；空为更早 · month; null for earlier")),
                ),
                &[],
            ),
        ),
        (
            "regions",
            part(
                ("region", text("省级地区 · province")),
                &[("name", text("名称 · name"))],
            ),
        ),
        (
            "authorities",
            part(
                (
                    "authority",
                    or_null(text("机关代码；空为其余各机关 · code; null for all others")),
                ),
                &[
                    ("name", or_null(text("名称 · name"))),
                    (
                        "newest_displayed_from",
                        or_null(date(
                            "组织信息最近公示日 · last publication about an organisation",
                        )),
                    ),
                ],
            ),
        ),
        ("punctuality", list_of(&punctual, "按时公示 · punctuality")),
        ("exits", list_of(&exits, "各月撤下 · exits by month")),
        (
            "handling",
            list_of(&handling, "申请办理 · how applications are handled"),
        ),
    ])
}

/// Every schema by its name.
pub fn all(catalogue: &Catalogue) -> Value {
    let lists: Vec<&str> = catalogue.displayed().map(|l| l.code.as_str()).collect();
    let record = record();
    let mut all = json!({
        "Subject": object(&[("name", text("名称；自然人依目录脱敏 · name, masked as the catalogue orders")), ("kind", kind()), ("credit_code", credit_code())]),
        "Choice": object(&[("value", text("参数值 · value of the parameter")), ("name", text("名称 · name")), ("count", count("条数 · number"))]),
        "Field": object(&[("key", text("字段 · key")), ("name", text("名称 · name")), ("value", text("公示值 · published value"))]),
        "Words": object(&[("zh", text("中文 · Chinese")), ("en", text("英文，可为空 · English, or empty"))]),
        "Told": object(&[("count", or_null(count("条数 · number"))), ("suppressed?", suppressed())]),
        "Item": item(),
        "Suggestion": suggestion(),
        "SearchAnswer": search(),
        "Completions": object(&[("items", list_of(&object(&[("name", text("名称 · name")), ("credit_code", credit_code())]), "组织 · organisations"))]),
        "RecordAnswer": joined(&record, &[("seq", count("最近变更的序号 · sequence number of its last change")), ("explanation", or_null(to("Explanation")))]),
        "Record": record,
        "SubjectAnswer": object(&[
            ("credit_code", text("统一社会信用代码 · unified social credit code")),
            ("class", or_null(text("登记管理部门和机构类别 · class of the organisation"))),
            ("region", text("登记地 · region of registration")),
            ("as_of", date("截至 · as of")),
            ("items", list_of(&to("Item"), "公示信息 · what is displayed")),
            ("next", or_null(text("下一页的 page · value of page for the next page"))),
            ("notice", text("提示 · what this answer does not say")),
        ]),
        "NoticesAnswer": notices(),
        "Notice": notice(),
        "Changes": changes(),
        "Batch": batch(&lists),
        "CheckAnswer": check(),
        "Stats": stats(),
        "Verified": told::verified(),
        "Problem": told::problem(),
    });
    if let Some(map) = all.as_object_mut() {
        map.extend(super::entry::all());
        map.extend(super::more::schemas());
    }
    all
}
