//! What describes the files: an index with sums, a Data Package, a DCAT catalogue, the dictionary, code lists, and the
//! signed list of sums that makes all of it checkable.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::generation::{DataFile, DataSet, Generation, Making, SetFiles};
use super::row::{COLUMNS, note_code};
use super::{ExportError, FORM, Format, dcat, package, turtle};
use crate::base::crypto::past;
use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::{Severity, SubjectKind};
use crate::domain::regions;
use crate::domain::time::{Moment, day_start, shanghai};
use crate::record::{Note, State, Why};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// Its media type.
    pub media_type: &'static str,
    /// Its contents.
    pub body: Vec<u8>,
}

/// Name of the licence of the data, where the operator names no other.
pub const LICENCE: &str = "CC-BY-4.0";
/// Its text.
pub const LICENCE_URL: &str = "https://creativecommons.org/licenses/by/4.0/";
/// What re-users must do beside: in the licence's place it would bind nobody who got a copy from another.
pub(super) const TERMS_ZH: &str = "再次公开本数据的，应当注明来源和数据序号，并依变更接口（/api/v1/changes）及时删除已不再公示的信息。镜像、副本及其较早的版本收到撤下标记（tombstone）的，立即删除该记录。";
pub(super) const TERMS_EN: &str = "Whoever publishes these data again names their source and sequence number, and deletes what is no longer published as the change feed (/api/v1/changes) tells. A mirror or copy, in its earlier versions too, deletes a record at once when it is told of its tombstone.";

/// Why a set has no workbook.
pub const WORKBOOK_ZH: &str =
    "一张工作表最多容纳 1,048,575 条记录（未压缩不超过 4 GB），请使用其他格式或按名单、地区下载。";
/// Why a set has no workbook, in English.
pub const WORKBOOK_EN: &str = "A sheet holds 1,048,575 records and 4 GB uncompressed at most: take another form, or the files of a list or a province.";

const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8";

/// An instant as the documents tell it.
#[must_use]
pub fn instant(at: Moment) -> String {
    at.with_timezone(&shanghai())
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

fn pretty(value: &Value) -> Result<Vec<u8>, ExportError> {
    let mut body =
        serde_json::to_vec_pretty(value).map_err(|e| ExportError::Encode(e.to_string()))?;
    body.push(b'\n');
    Ok(body)
}

/// All documents of a generation, by address below `/data/`.
///
/// # Errors
/// When one cannot be written or signed.
pub fn all(
    generation: &Generation,
    making: Making<'_>,
) -> Result<BTreeMap<String, Doc>, ExportError> {
    let mut docs = BTreeMap::new();
    let mut put = |path: &str, media_type, body| {
        docs.insert(path.to_owned(), Doc { media_type, body });
    };
    put("dictionary.csv", CSV, dictionary());
    for (name, body) in codes(making.catalogue) {
        put(&format!("codes/{name}.csv"), CSV, body);
    }
    put("index.json", JSON, pretty(&index(generation, making))?);
    let catalogue = dcat::catalogue(generation, making);
    put("catalog.jsonld", "application/ld+json", pretty(&catalogue)?);
    put(
        "catalog.ttl",
        "text/turtle; charset=utf-8",
        turtle::of(&catalogue).into_bytes(),
    );
    put(
        "csv-metadata.json",
        "application/csvm+json",
        pretty(&package::csvw(generation, making))?,
    );
    put(
        "README.txt",
        "text/plain; charset=utf-8",
        readme(generation, making),
    );
    let package = pretty(&package::package(generation, making, &docs))?;
    docs.insert(
        "datapackage.json".to_owned(),
        Doc {
            media_type: JSON,
            body: package,
        },
    );
    let sums = sums(generation, &docs);
    let mut put = |path: &str, body: Vec<u8>| {
        let media_type = "text/plain; charset=utf-8";
        docs.insert(path.to_owned(), Doc { media_type, body });
    };
    if let Some(key) = making.key {
        let said = format!(
            "gongshi open data, sequence {}, day {}, made {}",
            generation.seq,
            generation.day,
            instant(generation.made)
        );
        let signature = key.sign(&sums, &said)?;
        put("SHA256SUMS.minisig", signature.into_bytes());
        put("minisign.pub", key.public().into_bytes());
        // signed by themselves, and so not among the sums
        for (path, text) in past::documents(key, making.base_url, &instant(generation.made))? {
            put(&path, text.into_bytes());
        }
    }
    put("SHA256SUMS", sums);
    Ok(docs)
}

fn sums(generation: &Generation, docs: &BTreeMap<String, Doc>) -> Vec<u8> {
    let mut lines: Vec<(String, String)> = docs
        .iter()
        .map(|(path, doc)| {
            let sum = data_encoding::HEXLOWER.encode(&Sha256::digest(&doc.body));
            (path.clone(), sum)
        })
        .collect();
    for (name, set) in &generation.sets {
        for file in &set.files {
            lines.push((address(name, file.format), file.sha256.clone()));
        }
    }
    lines.sort();
    let lines = lines.iter().map(|(path, sum)| format!("{sum}  {path}\n"));
    lines.collect::<String>().into_bytes()
}

/// Address of a file below `/data/`, compressed where its form is offered so.
#[must_use]
pub fn address(set: &str, format: Format) -> String {
    let end = if format.is_gzip() { ".gz" } else { "" };
    format!("{set}/{}{end}", format.file_name())
}

/// Name of a data set in Chinese and English.
#[must_use]
pub fn set_name(catalogue: &Catalogue, set: &DataSet) -> (String, String) {
    match set {
        DataSet::All => ("全部公示信息".to_owned(), "Everything published".to_owned()),
        DataSet::List(code) => catalogue.list(code).map_or_else(
            || (code.clone(), code.clone()),
            |l| (l.name.zh.clone(), l.name.en.clone()),
        ),
        DataSet::Province(digits) => {
            let code = format!("{digits}0000");
            let name = if code == regions::NATIONAL {
                "全国性".to_owned()
            } else {
                regions::find(&code).map_or_else(|| digits.clone(), regions::Region::full_name)
            };
            (name.clone(), format!("{name} ({digits})"))
        }
    }
}

fn index(generation: &Generation, making: Making<'_>) -> Value {
    let sets: Vec<Value> = generation
        .sets
        .iter()
        .map(|(name, set)| {
            let (zh, en) = set_name(making.catalogue, &set.set);
            let files: Vec<Value> = set
                .files
                .iter()
                .map(|file| file_entry(name, file))
                .collect();
            json!({
                "name": name,
                "title": { "zh": zh, "en": en },
                "rows": set.rows,
                "set_hash": set.hash,
                "files": files,
                "not_offered": not_offered(set),
            })
        })
        .collect();
    json!({
        "form": FORM,
        "seq": generation.seq,
        "day": generation.day,
        "generated_at": instant(generation.made),
        "valid_until": instant(day_start(generation.until)),
        "demonstration": making.demo,
        "licence": { "name": LICENCE, "url": LICENCE_URL },
        "terms": { "zh": TERMS_ZH, "en": TERMS_EN },
        "set_hash": "sum modulo 2^128 of the first 16 bytes of SHA-256 of \"ID SEQ\", over all rows",
        "changes": "/api/v1/changes",
        "versions": "/data/history/index.json",
        "data_sets": sets,
    })
}

/// Forms in which a set is not offered although others of its kind are, and why.
fn not_offered(set: &SetFiles) -> Value {
    if set.files.iter().any(|f| f.format == Format::Xlsx) {
        return json!([]);
    }
    json!([{
        "format": Format::Xlsx.file_name(),
        "reason": { "zh": WORKBOOK_ZH, "en": WORKBOOK_EN },
    }])
}

fn file_entry(set: &str, file: &DataFile) -> Value {
    let mut entry = json!({
        "path": address(set, file.format),
        "bytes": file.packed,
        "sha256": file.sha256,
        "media_type": file.format.media_type(),
    });
    if file.format.is_gzip() {
        entry["compression"] = json!("gzip");
        entry["uncompressed_path"] = json!(format!("{set}/{}", file.format.file_name()));
        entry["uncompressed_bytes"] = json!(file.unpacked);
    }
    entry
}

fn csv_of(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // into memory: neither can fail
    let _ = writer.write_record(head);
    for row in rows {
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

fn dictionary() -> Vec<u8> {
    let rows = COLUMNS.iter().map(|c| {
        let required = if c.required { "true" } else { "false" };
        [c.name, c.kind, required, c.zh, c.en]
            .map(str::to_owned)
            .to_vec()
    });
    csv_of(
        &["column", "type", "required", "meaning_zh", "meaning_en"],
        rows,
    )
}

fn codes(catalogue: &Catalogue) -> Vec<(&'static str, Vec<u8>)> {
    let head = ["code", "name_zh", "name_en"];
    let row = |code: &str, zh: &str, en: &str| [code, zh, en].map(str::to_owned).to_vec();
    let lists = catalogue.lists.values();
    let mut fields: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for list in catalogue.lists.values() {
        for field in list.fields.iter().filter(|f| f.export) {
            let line = [&list.code, &field.key, &field.name.zh, &field.name.en];
            fields.insert((&list.code, &field.key), line.map(Clone::clone).to_vec());
        }
    }
    let notes = [
        Note::UnderObjection,
        Note::Corrected,
        Note::HeldAtMaximum,
        Note::PublishedLate,
        Note::Reinstated,
        Note::MeasuresSuspended,
    ];
    let whys = [
        (Why::Expired, "公示期届满", "its term is over"),
        (Why::Repaired, "信用修复", "repaired"),
        (Why::Delisted, "移出名单", "left the list"),
        (
            Why::Withdrawn,
            "决定被撤销、变更",
            "the decision was revoked or changed",
        ),
        (Why::Removed, "提供单位撤回", "taken back by the provider"),
        (Why::Suspended, "暂停公示", "hidden for the time being"),
        (
            Why::NotAllowed,
            "规则不再允许公示",
            "the rules no longer allow it",
        ),
    ];
    vec![
        (
            "lists",
            csv_of(&head, lists.map(|l| row(&l.code, &l.name.zh, &l.name.en))),
        ),
        (
            "fields",
            csv_of(&["list", "key", "name_zh", "name_en"], fields.into_values()),
        ),
        (
            "subject_kinds",
            csv_of(
                &head,
                SubjectKind::ALL
                    .iter()
                    .map(|k| row(k.code(), k.zh(), k.en())),
            ),
        ),
        (
            "severities",
            csv_of(
                &head,
                Severity::ALL.iter().map(|s| row(s.code(), s.zh(), s.en())),
            ),
        ),
        (
            "states",
            csv_of(
                &head,
                State::ALL.iter().map(|s| row(s.code(), s.zh(), s.en())),
            ),
        ),
        (
            "notes",
            csv_of(
                &head,
                notes.map(|n| {
                    let (zh, en, ..) = crate::outside::web::pages::record::note_words(n);
                    row(note_code(n), zh, en)
                }),
            ),
        ),
        (
            "tombstones",
            csv_of(&head, whys.map(|(w, zh, en)| row(w.code(), zh, en))),
        ),
    ]
}

fn readme(generation: &Generation, making: Making<'_>) -> Vec<u8> {
    let demo = if making.demo {
        "演示数据：主体和记录均为虚构。Demonstration: subjects and records are fictitious.\n\n"
    } else {
        ""
    };
    format!(
        "公共信用信息公示 · 开放数据 / Public credit disclosure · open data\n\n{demo}\
         数据序号 Sequence: {}\n数据日期 Day: {}\n有效至 Valid until: {}\n\n\
         records.csv        CSV (UTF-8, RFC 4180)，原样 exact\n\
         records.excel.csv  供电子表格使用：带 BOM；以 = + - @ 等开头的单元格前加撇号，超过 11 位的纯数字和形如 12E3 的代码前加制表符\n\
         \u{20}                  for spreadsheets: with BOM; an apostrophe before cells that begin with = + - @ and the like,\n\
         \u{20}                  a tab before numbers of more than 11 digits and codes like 12E3\n\
         records.jsonl      JSON Lines\n\
         records.xlsx       一张工作表，除日期外均为文本 one sheet, all text but dates; {WORKBOOK_ZH} {WORKBOOK_EN}\n\
         records.parquet    Parquet (zstd)；日期为 DATE，其余为 UTF-8 文本 dates as DATE, the rest as UTF-8 text\n\
         records.sqlite     SQLite，全部记录，全文表 records_fts（三字以上片段）the whole, with a full-text table (three characters or more)\n\
         \u{20}                  SELECT * FROM records WHERE row IN (SELECT rowid FROM records_fts('海风贸'));\n\
         entities.ftm.json  FollowTheMoney：组织及其记录 organisations and their records\n\
         history/           各日版本，已移除其后撤下、届满、更正的记录 versions of past days, without what left or changed since\n\n\
         核验 Verify:  sha256sum -c SHA256SUMS && minisign -Vm SHA256SUMS -p minisign.pub\n\
         或 or:        gongshi verify --export DIR\n\n\
         {TERMS_ZH}\n{TERMS_EN}\n\
         许可 Licence: {LICENCE} {LICENCE_URL}\n",
        generation.seq,
        generation.day,
        instant(day_start(generation.until)),
    )
    .into_bytes()
}
