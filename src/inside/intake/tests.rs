//! Tests of whole imports, into a keeper that lives in memory.

mod runs;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chrono::{Days, NaiveDate};

use super::import::{BatchInfo, ImportOptions, Keeper, Put, run};
use super::keeper::Nowhere;
use super::summary::{ImportError, ImportSummary, Progress};
use crate::base::crypto::{KeyRing, KeyScope};
use crate::base::db::DbUrl;
use crate::demo;
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::kinds::SubjectKind;
use crate::domain::time::day_start;
use crate::inside::raw::RawRecord;
use crate::inside::vault::Vault;

/// What a record comes to, for comparison.
type Content = BTreeMap<String, String>;

/// Keeps contents by natural key.
#[derive(Default)]
struct Memory {
    held: Mutex<BTreeMap<String, (Content, String, bool)>>,
    batches: Mutex<u32>,
}

impl Memory {
    fn contents(&self) -> BTreeMap<String, Content> {
        let held = self.held.lock().unwrap();
        held.iter()
            .filter(|(_, (_, _, current))| *current)
            .map(|(k, (c, _, _))| (k.clone(), c.clone()))
            .collect()
    }
}

fn content(record: &RawRecord) -> (String, Content) {
    let subject = record
        .subject
        .credit_code
        .clone()
        .or_else(|| {
            record
                .subject
                .identity
                .as_ref()
                .map(|(_, n)| n.expose().to_owned())
        })
        .unwrap_or_else(|| record.subject.name.expose().to_owned());
    let key = format!(
        "{}|{}|{}|{subject}",
        record.list, record.authority_code, record.document_number
    );
    let mut content: Content = record
        .fields
        .iter()
        .map(|(k, v)| (k.clone(), v.expose().to_owned()))
        .collect();
    content.insert("/provider".to_owned(), record.provider_code.clone());
    content.insert("/decided".to_owned(), record.decided_on.to_string());
    content.insert("/facts".to_owned(), format!("{:?}", record.facts));
    content.insert("/kind".to_owned(), record.subject.kind.code().to_owned());
    content.insert("/name".to_owned(), record.subject.name.expose().to_owned());
    content.insert("/region".to_owned(), record.region.clone());
    (key, content)
}

impl Keeper for Memory {
    type Ready = (String, Content);
    type Batch = String;

    fn id(&self, batch: &String) -> String {
        batch.clone()
    }

    fn begin(&self, _: &BatchInfo) -> Result<String, ImportError> {
        let mut batches = self.batches.lock().unwrap();
        *batches += 1;
        Ok(format!("b{batches}"))
    }

    fn prepare(&self, record: RawRecord) -> Result<Self::Ready, ImportError> {
        Ok(content(&record))
    }

    fn put(
        &self,
        batch: &String,
        next: &mut dyn FnMut() -> Option<Vec<Self::Ready>>,
    ) -> Result<Vec<Put>, ImportError> {
        let mut held = self.held.lock().unwrap();
        Ok(std::iter::from_fn(next)
            .flatten()
            .map(|(key, content)| {
                let new = (content, batch.to_owned(), true);
                match held.insert(key, new.clone()) {
                    None => Put::Added,
                    Some(old) if old.0 == new.0 && old.2 => Put::Unchanged,
                    Some(_) => Put::Changed,
                }
            })
            .collect())
    }

    fn withdraw_missing(
        &self,
        batch: &String,
        list: &str,
        provider: &str,
    ) -> Result<u64, ImportError> {
        let mut count = 0;
        for (key, (content, last, current)) in self.held.lock().unwrap().iter_mut() {
            let ours = key.starts_with(&format!("{list}|")) && content["/provider"] == provider;
            if ours && *current && last != batch {
                *current = false;
                count += 1;
            }
        }
        Ok(count)
    }

    fn finish(&self, _: &String, _: &ImportSummary) -> Result<(), ImportError> {
        Ok(())
    }
}

/// The least that a list entry can be; what intake does not read is empty.
fn entry(code: &str, template: &str) -> ListEntry {
    let text = format!(
        r#"
        code = "{code}"
        name = {{ zh = "测试名单" }}
        summary = {{ zh = "测试" }}
        category = "penalty"
        polarity = "negative"
        level = "national"
        territory = "100000"
        subject_kinds = ["legal_person", "unincorporated_org", "individual_business"]
        basis_status = "active"
        basis = []
        template = "{template}"
        fields = []
        periods = []
        entry_conditions = []
        entry_procedure = []
        exit_conditions = []
        exit_procedure = []
        remedies = []
        [attributes]
        disclosable = true
        shareable = true
        scope = "public"
        disclosure_period = {{ zh = "" }}
        retention_period = {{ zh = "" }}
        [persons]
        published = false
        name = "never"
        id_number = "never"
        [repair]
        repairable = true
        channel = "own"
        effect = "end_disclosure"
        conditions = []
        materials = []
        procedure = []
        [objection]
        annotates_display = true
        suspends_measures = false
        answer_working_days = 10
        [contact]
        name = {{ zh = "" }}
        "#
    );
    toml::from_str(&text).unwrap()
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for code in demo::lists() {
        let template = match code {
            "list_tax" => "tax",
            "list_procurement" => "procurement",
            "judgment_defaulter" | "abnormal_operations" => code,
            _ if code.ends_with("penalty") => "penalty",
            _ if code.ends_with("licence") => "licence",
            _ if code.ends_with("commitment") => "commitment",
            _ => "list",
        };
        catalogue
            .lists
            .insert(code.to_owned(), entry(code, template));
    }
    catalogue
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn options(list: &str) -> ImportOptions {
    ImportOptions::new(list, day_start(today()))
}

/// Imports a file into memory.
pub(super) fn check_file(path: &Path, list: &str) -> ImportSummary {
    import_into(&Memory::default(), path, &options(list)).unwrap()
}

/// Imports whatever there is; only a panic is a failure.
pub(super) fn try_file(path: &Path, list: &str) {
    drop(import_into(&Memory::default(), path, &options(list)));
}

fn import_into(
    keeper: &impl Keeper,
    path: &Path,
    options: &ImportOptions,
) -> Result<ImportSummary, ImportError> {
    run(keeper, &catalogue(), path, options, &mut |_| ())
}

pub(super) const HEADER: &str = "行政相对人名称,行政相对人类别,统一社会信用代码,法定代表人,证件类型,证件号码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码";

/// A sound row of a penalty, with some cells replaced by header.
fn row(changes: &[(&str, &str)]) -> String {
    let sound = [
        ("行政相对人名称", "厦门某演示食品有限公司"),
        ("行政相对人类别", "法人及非法人组织"),
        ("统一社会信用代码", "91350203MA2EXA019B"),
        ("法定代表人", "张演示"),
        ("证件类型", ""),
        ("证件号码", ""),
        ("行政处罚决定书文号", "厦演罚〔2026〕1号"),
        ("违法行为类型", "虚假广告"),
        ("违法事实", "发布虚假广告"),
        ("处罚依据", "广告法第五十五条"),
        ("处罚类别", "罚款"),
        ("处罚内容", "处以罚款5000元"),
        ("罚款金额(万元)", "0.5"),
        ("处罚决定日期", "2026/07/01"),
        ("处罚有效期", "2099/12/31"),
        ("处罚机关", "厦门演示局"),
        ("处罚机关统一社会信用代码", "11350200004123454P"),
        ("数据来源单位", "厦门演示局"),
        ("数据来源单位统一社会信用代码", "11350200004123454P"),
    ];
    let cells: Vec<String> = sound
        .iter()
        .map(|(header, value)| {
            let value = changes
                .iter()
                .find(|(h, _)| h == header)
                .map_or(*value, |(_, v)| *v);
            format!("\"{}\"", value.replace('"', "\"\""))
        })
        .collect();
    cells.join(",")
}

fn file(dir: &Path, name: &str, rows: &[String]) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, format!("{HEADER}\n{}\n", rows.join("\n"))).unwrap();
    path
}

/// Imports one row; the codes of its findings and whether it was accepted.
fn judge(changes: &[(&str, &str)]) -> (Vec<String>, bool, Memory) {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "a.csv", &[row(changes)]);
    let memory = Memory::default();
    let summary = import_into(&memory, &path, &options("penalty")).unwrap();
    assert_eq!(summary.rows_read, 1);
    (
        summary.findings.into_keys().collect(),
        summary.accepted == 1,
        memory,
    )
}

/// Cells changed, findings expected, whether the row is accepted.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], bool);

#[test]
fn every_column_rule_of_the_penalty_template() {
    // (column, value, finding expected, accepted); sources: domain.md 3.1 unless noted
    let person = "自然人";
    let cases: &[Case] = &[
        (&[], &[], true),
        (&[("行政相对人名称", "")], &["missing"], false),
        (&[("行政相对人名称", "无")], &["placeholder"], false),
        (&[("行政相对人名称", "测试")], &["placeholder"], false),
        (&[("违法事实", "见20_年决定")], &["placeholder"], false),
        (
            &[("统一社会信用代码", "91350203MA2EXA019C")],
            &["bad_credit_code"],
            false,
        ),
        (
            &[("统一社会信用代码", "91350203MA2EXAO19B")],
            &["bad_credit_code"],
            false,
        ),
        (&[("统一社会信用代码", "9135 0203ma2exa019b")], &[], true),
        (
            &[(
                "统一社会信用代码",
                "\u{200B}９１３５０２０３ＭＡ２ＥＸＡ０１９Ｂ",
            )],
            &[],
            true,
        ),
        (
            &[("统一社会信用代码", "9.13502E+17")],
            &["destroyed_digits"],
            false,
        ),
        (&[("统一社会信用代码", "")], &["missing"], false),
        (
            &[("统一社会信用代码", "92320106MA1EXA025G")],
            &["kind_mismatch"],
            false,
        ),
        (
            &[("行政相对人类别", "个体工商户")],
            &["kind_mismatch"],
            false,
        ),
        (
            &[
                ("行政相对人类别", "个体工商户"),
                ("统一社会信用代码", "92320106MA1EXA025G"),
            ],
            &[],
            true,
        ),
        (&[("行政相对人类别", "外星人")], &["bad_choice"], false),
        (&[("行政处罚决定书文号", "")], &["missing"], false),
        (&[("处罚类别", "罚款;没收违法所得")], &["missing_if"], false),
        (&[("处罚类别", "警告"), ("罚款金额(万元)", "")], &[], true),
        (
            &[("处罚类别", "罚款"), ("罚款金额(万元)", "")],
            &["missing_if"],
            false,
        ),
        (&[("处罚类别", "吊销许可证件;罚款")], &["missing_if"], false),
        (&[("处罚类别", "其他")], &["other_unnamed"], false),
        (
            &[("处罚类别", "其他-责令拆除"), ("罚款金额(万元)", "")],
            &[],
            true,
        ),
        (&[("处罚类别", "鞭刑")], &["bad_choice"], false),
        (
            &[("罚款金额(万元)", "0.1234567")],
            &["amount_decimals"],
            false,
        ),
        (&[("罚款金额(万元)", "-1")], &["amount_negative"], false),
        (&[("罚款金额(万元)", "五千")], &["bad_amount"], false),
        (&[("罚款金额(万元)", "1,234.5")], &[], true),
        (
            &[("罚款金额(万元)", "1234567890123")],
            &["amount_too_large"],
            false,
        ),
        (&[("处罚决定日期", "2026-11-23")], &["future_date"], false),
        (&[("处罚决定日期", "2026-02-30")], &["no_such_day"], false),
        (&[("处罚决定日期", "26/7/1")], &["bad_date"], false),
        (&[("处罚决定日期", "长期")], &["bad_date"], false),
        (&[("处罚决定日期", "1026/7/1")], &["bad_year"], false),
        (&[("处罚有效期", "2026/06/30")], &["dates_order"], false),
        (&[("处罚有效期", "长期")], &[], true),
        (
            &[("处罚机关统一社会信用代码", "11350200004123454X")],
            &["bad_credit_code"],
            false,
        ),
        (&[("处罚机关", "")], &["missing"], false),
        // natural persons: identity mandatory, credit code empty, decision of S0 and S3 on what is kept
        (
            &[
                ("行政相对人类别", person),
                ("统一社会信用代码", ""),
                ("法定代表人", ""),
                ("证件类型", "身份证"),
                ("证件号码", "440524188001010014"),
            ],
            &[],
            true,
        ),
        (
            &[
                ("行政相对人类别", person),
                ("统一社会信用代码", ""),
                ("法定代表人", ""),
                ("证件类型", "身份证"),
                ("证件号码", "440524188001010015"),
            ],
            &["bad_id"],
            false,
        ),
        (
            &[
                ("行政相对人类别", person),
                ("法定代表人", ""),
                ("证件类型", "身份证"),
                ("证件号码", "440524188001010014"),
            ],
            &["must_be_empty"],
            false,
        ),
        (
            &[
                ("行政相对人类别", person),
                ("统一社会信用代码", ""),
                ("法定代表人", ""),
            ],
            &["missing"],
            false,
        ),
        (
            &[
                ("行政相对人类别", person),
                ("统一社会信用代码", ""),
                ("法定代表人", ""),
                ("证件类型", "护照"),
                ("证件号码", "E12345678"),
            ],
            &[],
            true,
        ),
        (
            &[
                ("行政相对人类别", person),
                ("统一社会信用代码", ""),
                ("法定代表人", ""),
                ("证件号码", "110105491231002"),
            ],
            &["old_id"],
            true,
        ),
    ];
    for (changes, expected, accepted) in cases {
        let (codes, was_accepted, _) = judge(changes);
        assert_eq!(codes, *expected, "{changes:?}");
        assert_eq!(was_accepted, *accepted, "{changes:?}");
    }
}

#[test]
fn all_findings_of_a_row_are_told_at_once() {
    let (codes, accepted, _) = judge(&[
        ("统一社会信用代码", "91350203MA2EXA019C"),
        ("处罚决定日期", "2027/01/01"),
        ("罚款金额(万元)", "abc"),
        ("违法事实", ""),
    ]);
    assert_eq!(
        codes,
        ["bad_amount", "bad_credit_code", "future_date", "missing"]
    );
    assert!(!accepted);
}

#[test]
fn a_record_is_typed_exactly() {
    let (_, _, memory) = judge(&[
        ("罚款金额(万元)", "1,234.567890"),
        ("处罚类别", "警告；罚款、没收违法所得"),
        ("处罚决定日期", "2026年7月1日"),
    ]);
    assert!(memory.contents().is_empty(), "confiscation without amount");
    let (_, _, memory) = judge(&[
        ("罚款金额(万元)", "1,234.567890"),
        ("处罚类别", "警告；罚款"),
        ("处罚决定日期", "2026年7月1日"),
    ]);
    let held = memory.contents();
    let (key, content) = held.first_key_value().unwrap();
    assert_eq!(
        key,
        "penalty|11350200004123454P|厦演罚〔2026〕1号|91350203MA2EXA019B"
    );
    assert_eq!(content["fine_amount"], "1234.56789");
    assert_eq!(content["penalty_kinds"], "警告;罚款");
    assert_eq!(content["decided_on"], "2026-07-01");
    assert_eq!(content["valid_until"], "长期");
    assert_eq!(content["/region"], "350200");
    assert!(content["/facts"].contains("fine_micro_wan: Some(1234567890)"));
    assert!(content["/facts"].contains("long_term: true"));
}

#[test]
fn the_rejects_file_tells_row_column_reason_and_no_private_value() {
    let dir = tempfile::tempdir().unwrap();
    let bad_person = row(&[
        ("行政相对人类别", "自然人"),
        ("行政相对人名称", "赵私密"),
        ("统一社会信用代码", ""),
        ("法定代表人", ""),
        ("证件类型", "身份证"),
        ("证件号码", "440524188001010015"),
    ]);
    let wrong_column = row(&[("统一社会信用代码", "440524188001010014"), ("违法事实", "")]);
    let path = file(dir.path(), "a.csv", &[row(&[]), bad_person, wrong_column]);
    let mut options = options("penalty");
    options.rejects_dir = Some(dir.path().join("rejects"));
    let summary = import_into(&Memory::default(), &path, &options).unwrap();
    assert_eq!(
        (summary.accepted, summary.rejected, summary.exit_status()),
        (1, 2, 3)
    );
    let text = fs::read_to_string(summary.rejects_file.unwrap()).unwrap();
    assert!(text.contains(",3,证件号码,"), "{text}");
    assert!(text.contains(",4,统一社会信用代码,"), "{text}");
    for secret in ["440524188001010015", "440524188001010014", "赵私密"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
