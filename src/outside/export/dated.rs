//! What describes the versions of past days: an index with sums, a series of data sets (DCAT), the signed list of sums.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::docs::{Doc, LICENCE, LICENCE_URL, TERMS_EN, TERMS_ZH, instant};
use super::generation::Making;
use super::history::{History, Version};
use super::{ExportError, Format};
use crate::domain::time::day_start;

/// What a dated version is.
pub const MEANING_ZH: &str = "某日的版本包含当日公示、且此后未变更、今日仍在公示期内的记录。记录被撤下、届满或更正的，同时从所有较早的版本中移除（重新裁切）；更正后的记录列入更正当日起的版本。";
/// What a dated version is, in English.
pub const MEANING_EN: &str = "The version of a day holds what was displayed on it, has not changed since, and is within its term today. A record that is taken back, ends or is corrected leaves all earlier versions at once (they are cut anew); a corrected one is in the versions from the day of its correction on.";
/// What the number of rows that left does not tell.
pub const LEFT_ZH: &str = "first_rows 为首次裁切时的条数，left 为其后离开的条数，recut_on 为最近一次离开之日；不列明是哪些记录。";
/// What the number of rows that left does not tell, in English.
pub const LEFT_EN: &str = "first_rows is the number of rows when the version was first cut, left the number that left since, recut_on the day on which some last did; which ones is not told.";

/// All documents, by address below `/data/history/`.
///
/// # Errors
/// When one cannot be written or signed.
pub fn all(history: &History, making: Making<'_>) -> Result<BTreeMap<String, Doc>, ExportError> {
    let mut docs = BTreeMap::new();
    for (path, media_type, value) in [
        ("index.json", "application/json", index(history, making)),
        (
            "catalog.jsonld",
            "application/ld+json",
            series(history, making),
        ),
    ] {
        let mut body =
            serde_json::to_vec_pretty(&value).map_err(|e| ExportError::Encode(e.to_string()))?;
        body.push(b'\n');
        docs.insert(path.to_owned(), Doc { media_type, body });
    }
    let mut lines: Vec<String> = docs
        .iter()
        .map(|(path, doc)| {
            let sum = data_encoding::HEXLOWER.encode(&Sha256::digest(&doc.body));
            format!("{sum}  {path}\n")
        })
        .collect();
    for version in history.versions.values() {
        for (format, file) in Format::DATED.iter().zip(&version.files) {
            lines.push(format!("{}  {}\n", file.sha256, address(version, *format)));
        }
    }
    let sums = lines.concat().into_bytes();
    let media_type = "text/plain; charset=utf-8";
    if let Some(key) = making.key {
        let said = format!(
            "gongshi versions of past days, sequence {}, day {}, made {}",
            history.seq,
            history.day,
            instant(history.made)
        );
        let body = key.sign(&sums, &said)?.into_bytes();
        docs.insert("SHA256SUMS.minisig".to_owned(), Doc { media_type, body });
    }
    docs.insert(
        "SHA256SUMS".to_owned(),
        Doc {
            media_type,
            body: sums,
        },
    );
    Ok(docs)
}

/// Address of a version's file below `/data/history/`.
#[must_use]
pub fn address(version: &Version, format: Format) -> String {
    format!("{}/{}.gz", version.day, format.file_name())
}

/// A version as the index tells it.
#[must_use]
pub fn entry(version: &Version) -> Value {
    let files: Vec<Value> = Format::DATED
        .iter()
        .zip(&version.files)
        .map(|(format, file)| {
            json!({
                "path": address(version, *format),
                "bytes": file.packed,
                "sha256": file.sha256,
                "media_type": format.media_type(),
                "compression": "gzip",
                "uncompressed_path": format!("{}/{}", version.day, format.file_name()),
                "uncompressed_bytes": file.unpacked,
            })
        })
        .collect();
    json!({
        "day": version.day,
        "seq": version.seq,
        "rows": version.rows,
        "set_hash": format!("{:032x}", version.hash),
        "cut_at": instant(version.known.cut_at),
        "first_rows": version.known.first_rows,
        "left": version.left(),
        "recut_on": version.known.recut_on,
        "files": files,
    })
}

fn index(history: &History, making: Making<'_>) -> Value {
    let versions: Vec<Value> = history.versions.values().rev().map(entry).collect();
    json!({
        "form": 1,
        "seq": history.seq,
        "day": history.day,
        "generated_at": instant(history.made),
        "valid_until": history.day.succ_opt().map(|next| instant(day_start(next))),
        "demonstration": making.demo,
        "kept_for_days": making.history_days,
        "meaning": { "zh": MEANING_ZH, "en": MEANING_EN },
        "counts": { "zh": LEFT_ZH, "en": LEFT_EN },
        "licence": { "name": LICENCE, "url": LICENCE_URL },
        "terms": { "zh": TERMS_ZH, "en": TERMS_EN },
        "set_hash": "sum modulo 2^128 of the first 16 bytes of SHA-256 of \"ID SEQ\", over all rows",
        "today": "/data/index.json",
        "versions": versions,
    })
}

/// The versions as a series of data sets.
fn series(history: &History, making: Making<'_>) -> Value {
    let at = |path: &str| {
        if making.base_url.is_empty() {
            path.to_owned()
        } else {
            format!("{}/data/history/{path}", making.base_url)
        }
    };
    let date = |day: chrono::NaiveDate| json!({ "@type": "xsd:date", "@value": day.to_string() });
    let members: Vec<Value> = history
        .versions
        .values()
        .map(|version| {
            let day = version.day;
            let mut said = json!({
                "@id": at(&format!("{day}/")),
                "@type": "dcat:Dataset",
                "dct:identifier": format!("all@{day}"),
                "dct:title": [
                    { "@language": "zh", "@value": format!("全部公示信息，{day} 的版本") },
                    { "@language": "en", "@value": format!("Everything published, version of {day}") },
                ],
                "dct:description": [
                    { "@language": "zh", "@value": MEANING_ZH },
                    { "@language": "en", "@value": MEANING_EN },
                ],
                "dct:issued": date(day),
                "dcat:version": day.to_string(),
                "dcat:inSeries": { "@id": at("#series") },
                "dcat:distribution": distributions(version, &at),
            });
            let before = day.pred_opt().filter(|d| history.versions.contains_key(d));
            if let Some(before) = before {
                said["dcat:prev"] = json!({ "@id": at(&format!("{before}/")) });
            }
            if let Some(on) = version.known.recut_on {
                said["dct:modified"] = date(on);
            }
            said
        })
        .collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@graph": std::iter::once(json!({
            "@id": at("#series"),
            "@type": "dcat:DatasetSeries",
            "dct:title": [
                { "@language": "zh", "@value": "全部公示信息，各日版本" },
                { "@language": "en", "@value": "Everything published, versions of past days" },
            ],
            "dct:description": [
                { "@language": "zh", "@value": MEANING_ZH },
                { "@language": "en", "@value": MEANING_EN },
            ],
        })).chain(members).collect::<Vec<_>>(),
    })
}

fn distributions(version: &Version, at: &dyn Fn(&str) -> String) -> Vec<Value> {
    let one = |(format, file): (&Format, &super::history::DatedFile)| {
        let path = address(version, *format);
        let kind = format.media_type();
        let kind = kind.split(';').next().unwrap_or(kind);
        json!({
            "@id": at(&path),
            "@type": "dcat:Distribution",
            "dct:title": { "@language": "en", "@value": format.file_name() },
            "dcat:accessURL": { "@id": at(&path), "@type": "rdfs:Resource" },
            "dcat:downloadURL": { "@id": at(&path), "@type": "rdfs:Resource" },
            "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{kind}"), "@type": "dct:MediaType" },
            "dcat:compressFormat": { "@id": "https://www.iana.org/assignments/media-types/application/gzip", "@type": "dct:MediaType" },
            "dcat:byteSize": { "@type": "xsd:nonNegativeInteger", "@value": file.packed.to_string() },
            "spdx:checksum": {
                "@id": at(&format!("{path}#sha256")),
                "@type": "spdx:Checksum",
                "spdx:algorithm": { "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm" },
                "spdx:checksumValue": { "@type": "xsd:hexBinary", "@value": file.sha256 },
            },
            "dct:license": { "@id": LICENCE_URL, "@type": "dct:LicenseDocument" },
        })
    };
    Format::DATED.iter().zip(&version.files).map(one).collect()
}
