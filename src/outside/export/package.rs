//! Descriptions of the tables that programs read: a Data Package, and the same for CSV on the Web.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Format;
use super::columns::COLUMNS;
use super::docs::{Doc, LICENCE, LICENCE_URL, TERMS_EN, TERMS_ZH, address, instant, set_name};
use super::generation::{DataFile, Generation, Making};

/// The Data Package (version 2): the exact CSV of every data set as a table with its schema, the dictionary and the code
/// lists as tables, the other forms as files.
#[must_use]
pub fn package(generation: &Generation, making: Making<'_>, docs: &BTreeMap<String, Doc>) -> Value {
    let mut resources: Vec<Value> = generation
        .sets
        .iter()
        .filter_map(|(name, set)| {
            let file = set.files.iter().find(|f| f.format == Format::Csv)?;
            let (zh, en) = set_name(making.catalogue, &set.set);
            Some(json!({
                "name": name.replace('_', "-").to_lowercase(),
                "title": format!("{zh} {en}"),
                "path": address(name, Format::Csv),
                "type": "table",
                "scheme": "file",
                "format": "csv",
                "compression": "gz",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": file.packed,
                "hash": format!("sha256:{}", file.sha256),
                "dialect": { "lineTerminator": "\r\n" },
                "schema": schema(),
            }))
        })
        .collect();
    resources.extend(generation.sets.iter().flat_map(|(name, set)| {
        let others = set.files.iter().filter(|f| f.format != Format::Csv);
        others.map(move |file| other(name, file))
    }));
    resources.extend(docs.iter().filter_map(|(path, doc)| code_list(path, doc)));
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "gongshi-open-data",
        "title": "公共信用信息公示 · Public credit disclosure",
        "description": format!("{TERMS_ZH} {TERMS_EN}"),
        "version": generation.seq.to_string(),
        "versions": "history/index.json",
        "created": instant(generation.made),
        "licenses": [{ "name": LICENCE, "path": LICENCE_URL }],
        "resources": resources,
    })
}

fn resource_name(path: &str) -> String {
    path.trim_end_matches(".gz")
        .replace(['_', '/'], "-")
        .to_lowercase()
}

/// A file that is no table to whoever reads the package: its size and sum.
fn other(set: &str, file: &DataFile) -> Value {
    let path = address(set, file.format);
    let format = file
        .format
        .file_name()
        .rsplit('.')
        .next()
        .unwrap_or_default();
    let mut resource = json!({
        "name": resource_name(&path),
        "type": "file",
        "path": path,
        "scheme": "file",
        "format": format,
        "mediatype": file.format.media_type(),
        "bytes": file.packed,
        "hash": format!("sha256:{}", file.sha256),
    });
    if file.format.is_gzip() {
        resource["compression"] = json!("gz");
    }
    resource
}

/// The dictionary or a code list.
fn code_list(path: &str, doc: &Doc) -> Option<Value> {
    let name = path.strip_suffix(".csv")?;
    let head = doc.body.split(|b| *b == b'\r').next()?;
    let columns = std::str::from_utf8(head).ok()?.split(',');
    let fields: Vec<Value> = columns
        .map(|name| json!({ "name": name, "type": "string" }))
        .collect();
    Some(json!({
        "name": resource_name(name),
        "path": path,
        "type": "table",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": doc.body.len(),
        "hash": format!("sha256:{}", data_encoding::HEXLOWER.encode(&Sha256::digest(&doc.body))),
        "dialect": { "lineTerminator": "\r\n" },
        "schema": { "fields": fields, "missingValues": [""] },
    }))
}

fn schema() -> Value {
    let fields: Vec<Value> = COLUMNS
        .iter()
        .map(|column| {
            let mut field = json!({
                "name": column.name,
                "type": column.kind,
                "title": column.en,
                "description": column.zh,
            });
            if column.required {
                field["constraints"] = json!({ "required": true });
            }
            if column.name == "id" {
                field["constraints"] =
                    json!({ "required": true, "unique": true, "pattern": "[0-9a-z]{20}" });
            }
            field
        })
        .collect();
    json!({ "fields": fields, "primaryKey": ["id"], "missingValues": [""] })
}

/// The description of CSV on the Web (W3C tabular metadata): the exact CSV of every data set, uncompressed.
#[must_use]
pub fn csvw(generation: &Generation, making: Making<'_>) -> Value {
    let columns: Vec<Value> = COLUMNS
        .iter()
        .map(|column| {
            let datatype = match (column.name, column.kind) {
                ("id", _) => json!({ "base": "string", "format": "[0-9a-z]{20}" }),
                (_, "integer") => json!("integer"),
                (_, "date") => json!({ "base": "date", "format": "yyyy-MM-dd" }),
                (_, "object") => json!("json"),
                _ => json!("string"),
            };
            let mut said = json!({
                "name": column.name,
                "titles": column.name,
                "dc:description": { "zh": column.zh, "en": column.en },
                "datatype": datatype,
            });
            if column.required {
                said["required"] = json!(true);
            }
            said
        })
        .collect();
    let tables: Vec<Value> = generation
        .sets
        .iter()
        .map(|(name, set)| {
            let (zh, en) = set_name(making.catalogue, &set.set);
            json!({
                "url": format!("{name}/{}", Format::Csv.file_name()),
                "dc:title": { "zh": zh, "en": en },
                "dialect": { "lineTerminators": ["\r\n"] },
                "tableSchema": { "columns": columns, "primaryKey": "id" },
            })
        })
        .collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "zh" }],
        "dc:title": { "zh": "公共信用信息公示", "en": "Public credit disclosure" },
        "dc:license": { "@id": LICENCE_URL },
        "dc:modified": instant(generation.made),
        "tables": tables,
    })
}
