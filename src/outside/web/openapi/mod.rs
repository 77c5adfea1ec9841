//! The programming interface described for machines: OpenAPI 3.1, made of the catalogue, the vocabularies and the limits of
//! this program. [`operations`] lists what can be asked, [`schema`] what is answered; `/api/docs` shows the same to people.

mod entry;
mod more;
pub mod operations;
mod schema;
mod told;

use serde_json::{Map, Value, json};

use crate::domain::catalogue::Catalogue;
use operations::{Body, Operation, Parameter, operations};

/// Version of the interface.
pub const VERSION: &str = "1.0.0";

/// What an answer of every operation may carry.
const HEADERS: [(&str, &str); 3] = [
    (
        "RateLimit",
        "What is left of the allowance: requests (r) and seconds until it is whole again (t).",
    ),
    (
        "RateLimit-Policy",
        "The allowance: requests at once (q), window in seconds (w).",
    ),
    ("X-Request-Id", "Number of the request, as the log has it."),
];

/// Refusals by status, in words.
const REFUSALS: [(u16, &str); 9] = [
    (
        400,
        "A parameter or a part of the body is wrong; `errors` names each.",
    ),
    (
        401,
        "The key or token that was sent does not exist or was revoked.",
    ),
    (404, "There is no such thing, and there never was."),
    (
        410,
        "It is no longer displayed; nothing else is said about it.",
    ),
    (413, "More was sent than is taken at once."),
    (415, "Not of a media type that is read here."),
    (
        429,
        "Too many requests; `retry_after` says when to come back.",
    ),
    (500, "Something failed here; quote the request id."),
    (
        503,
        "Busy, or the index is being built; `retry_after` says when to come back.",
    ),
];

fn header_refs() -> Value {
    let all = HEADERS.iter().map(|(name, _)| {
        (
            (*name).to_owned(),
            json!({ "$ref": format!("#/components/headers/{name}") }),
        )
    });
    Value::Object(all.collect())
}

fn parameter(one: &Parameter) -> Value {
    json!({
        "name": one.name,
        "in": one.place,
        "required": one.required,
        "description": format!("{} · {}", one.zh, one.en),
        "schema": one.schema,
    })
}

fn responses(operation: &Operation) -> Value {
    let mut all = Map::new();
    let content: Map<String, Value> = operation
        .answers
        .iter()
        .map(|(media_type, schema)| ((*media_type).to_owned(), json!({ "schema": schema })))
        .collect();
    all.insert(
        "200".to_owned(),
        json!({ "description": operation.en, "headers": header_refs(), "content": content }),
    );
    if operation.conditional {
        all.insert(
            "304".to_owned(),
            json!({ "description": "Unchanged since the ETag that was sent." }),
        );
    }
    for status in &operation.refusals {
        all.insert(
            status.to_string(),
            json!({ "$ref": format!("#/components/responses/{status}") }),
        );
    }
    Value::Object(all)
}

fn body(body: &Body) -> Value {
    let content: Map<String, Value> = body
        .forms
        .iter()
        .map(|(media_type, schema, example)| {
            let mut form = json!({ "schema": schema });
            if !example.is_null() {
                form["example"] = example.clone();
            }
            ((*media_type).to_owned(), form)
        })
        .collect();
    json!({ "required": true, "content": content })
}

/// The document.
#[must_use]
pub fn document(catalogue: &Catalogue, base: &str) -> Value {
    let mut paths = Map::new();
    for operation in operations(catalogue) {
        let mut one = json!({
            "operationId": operation.id,
            "tags": [operation.tag],
            "summary": operation.zh,
            "description": operation.en,
            "parameters": operation.parameters.iter().map(parameter).collect::<Vec<_>>(),
            "responses": responses(&operation),
        });
        if let Some(sent) = &operation.body {
            one["requestBody"] = body(sent);
        }
        let path = paths
            .entry(operation.path.to_owned())
            .or_insert_with(|| json!({}));
        path[operation.method] = one;
    }
    let headers = HEADERS.iter().map(|(name, words)| {
        (
            (*name).to_owned(),
            json!({ "description": words, "schema": { "type": "string" } }),
        )
    });
    let refusals = REFUSALS.iter().map(|(status, words)| {
        let response = json!({
            "description": words,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
        (status.to_string(), response)
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "公共信用信息公示 · Public credit disclosure",
            "version": VERSION,
            "summary": "公示信息的检索、核对、变更和目录 · search, check, changes and catalogue of what is published",
            "description": "Dates are civil dates of Asia/Shanghai (ISO 8601), instants RFC 3339 with offset, lists and regions codes. Refusals are RFC 9457 problems. Natural persons are never enumerated: they are found by their full name inside one list only. Whoever keeps a copy follows /api/v1/changes and deletes what is taken back.",
            "license": { "name": crate::outside::export::docs::LICENCE, "url": crate::outside::export::docs::LICENCE_URL },
        },
        "servers": [{ "url": if base.is_empty() { "/" } else { base } }],
        "tags": operations::TAGS.iter().map(|(name, zh, en)| json!({ "name": name, "description": format!("{zh} · {en}") })).collect::<Vec<_>>(),
        "security": [{}, { "key": [] }, { "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schema::all(catalogue),
            "headers": headers.collect::<Map<_, _>>(),
            "responses": refusals.collect::<Map<_, _>>(),
            "securitySchemes": {
                "key": { "type": "apiKey", "in": "header", "name": "X-API-Key", "description": "密钥可提高频率，不是必需的 · a key raises the rates; none is needed" },
                "bearer": { "type": "http", "scheme": "bearer", "description": "同一密钥 · the same key" },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::web::tests::fixture::catalogue;

    /// Every `$ref` of a value.
    fn references(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(to)) = map.get("$ref") {
                    out.push(to.clone());
                }
                map.values().for_each(|v| references(v, out));
            }
            Value::Array(all) => all.iter().for_each(|v| references(v, out)),
            _ => {}
        }
    }

    #[test]
    fn every_route_of_the_interface_is_described_and_nothing_else() {
        let source = include_str!("../app.rs");
        let routes = regex::Regex::new(r#""(/api/v1/[^"]*)""#).unwrap();
        let mut routed: Vec<String> = routes
            .captures_iter(source)
            .map(|c| c[1].to_owned())
            .collect();
        routed.retain(|r| r != "/api/v1/openapi.json");
        routed.sort();
        routed.dedup();
        let document = document(&catalogue(), "");
        let mut described: Vec<String> = document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|p| p.starts_with("/api/v1/"))
            .cloned()
            .collect();
        described.sort();
        assert_eq!(routed, described);
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_schema_is_used() {
        let document = document(&catalogue(), "https://credit.example");
        let mut all = Vec::new();
        references(&document, &mut all);
        for to in &all {
            let pointer = to.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{to}");
        }
        for name in document["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
        {
            let to = format!("#/components/schemas/{name}");
            assert!(all.contains(&to), "{name} is not used");
        }
    }
}
