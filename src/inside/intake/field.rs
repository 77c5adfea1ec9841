//! One value of one column: from cleaned text to its type, or the fault that says how to mend it.

use chrono::NaiveDate;

use super::finding::Fault;
use super::header::Unit;
use super::source::{Cell, Hint};
use super::template::{Column, Kind, Templates, Vocabulary};
use super::value::{self, AmountFault, DateFault, DateValue};
use crate::domain::kinds::Domain;
use crate::domain::regions;
use crate::domain::subject::{
    CreditCode, CreditCodeError, Lei, OrgCode, RegistrationNumber, org_name,
};

/// A typed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Typed {
    /// Text of any kind, cleaned.
    Text(String),
    /// Civil date.
    Date(NaiveDate),
    /// 2099/12/31 or 长期.
    LongTerm,
    /// Amount in 0.000001 万元.
    Amount(i64),
    /// Unified social credit code.
    Credit(CreditCode),
    /// One word: (code, Chinese).
    Choice(String, String),
    /// Several words: (code, Chinese).
    Choices(Vec<(String, String)>),
    /// Yes or no.
    Flag(bool),
    /// Key field.
    Domain(Domain),
}

impl Typed {
    /// As it is kept in the record: dates in ISO form, amounts in 万元, words in their canonical spelling.
    pub fn stored(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Date(day) => day.format("%Y-%m-%d").to_string(),
            Self::LongTerm => "长期".to_owned(),
            Self::Amount(units) => value::amount_text(*units),
            Self::Credit(code) => code.as_str().to_owned(),
            Self::Choice(_, zh) => zh.clone(),
            Self::Choices(words) => words
                .iter()
                .map(|(_, zh)| zh.as_str())
                .collect::<Vec<_>>()
                .join(";"),
            Self::Flag(true) => "是".to_owned(),
            Self::Flag(false) => "否".to_owned(),
            Self::Domain(domain) => domain.zh().to_owned(),
        }
    }
}

/// Whether values of a kind must keep every digit.
const fn is_code(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::CreditCode
            | Kind::IdNumber
            | Kind::OrgCode
            | Kind::RegistrationNumber
            | Kind::Lei
            | Kind::Code
    )
}

/// Types one filled cell. `Ok(None)`: a placeholder in a column that may be empty. Warnings go to `doubts`.
pub(in crate::inside) fn read(
    column: &Column,
    unit: Unit,
    cell: &Cell,
    templates: &Templates,
    legacy: bool,
    mandatory: bool,
    doubts: &mut Vec<Fault>,
) -> Result<Option<Typed>, Fault> {
    let text = match column.kind {
        Kind::Long => value::clean_text(&cell.text),
        _ => unwrapped(&value::clean_line(&cell.text)),
    };
    match cell.hint {
        Hint::Destroyed => return Err(destroyed()),
        Hint::Error => {
            return Err(Fault::new(
                "cell_error",
                (
                    format!("单元格是错误值{text}"),
                    format!("the cell holds the error value {text}"),
                ),
                (
                    "修正公式或填写实际值",
                    "mend the formula or enter the value",
                ),
            ));
        }
        Hint::Text | Hint::Number | Hint::Number1904 | Hint::Date => {}
    }
    let is_name = matches!(column.kind, Kind::Text | Kind::Long) || is_code(&column.kind);
    if (is_code(&column.kind) || column.key.contains("number")) && value::is_scientific(&text) {
        return Err(destroyed());
    }
    let length = text.chars().count();
    if length > column.max && !matches!(column.kind, Kind::Amount | Kind::Flag) {
        return Err(Fault::new(
            "too_long",
            (
                format!("共{length}字,超过上限{}字", column.max),
                format!("{length} characters, at most {} are allowed", column.max),
            ),
            ("缩短内容", "shorten it"),
        ));
    }
    if is_name && value::is_placeholder(&text) {
        let fault = Fault::new(
            "placeholder",
            ("填写的是占位内容", "this is placeholder text, not a value"),
            ("填写真实内容", "enter the value"),
        );
        if mandatory {
            return Err(fault);
        }
        doubts.push(fault.warning());
        return Ok(None);
    }
    typed(column, unit, text, cell.hint, templates, legacy, doubts).map(Some)
}

fn destroyed() -> Fault {
    Fault::new(
        "destroyed_digits",
        (
            "电子表格把长号码存成了数字,第15位以后的数字已丢失",
            "the spreadsheet stored this long number as a number and destroyed the digits after the fifteenth",
        ),
        (
            "将该列设为文本格式,从原始数据重新录入号码",
            "format the column as text and enter the number again from its source",
        ),
    )
}

/// `="123"`, by which spreadsheets are made to keep text, without its wrapping.
fn unwrapped(text: &str) -> String {
    text.strip_prefix("=\"")
        .and_then(|t| t.strip_suffix('"'))
        .or_else(|| text.strip_prefix('\''))
        .map_or_else(|| text.to_owned(), str::to_owned)
}

fn typed(
    column: &Column,
    unit: Unit,
    text: String,
    hint: Hint,
    templates: &Templates,
    legacy: bool,
    doubts: &mut Vec<Fault>,
) -> Result<Typed, Fault> {
    match &column.kind {
        Kind::Text if column.key == "subject_name" => Ok(Typed::Text(org_name::tidy(&text))),
        Kind::Text | Kind::Long | Kind::IdNumber => Ok(Typed::Text(text)),
        Kind::Code => code(&text),
        Kind::Date => match date(&text, hint)? {
            DateValue::Day(day) => Ok(Typed::Date(day)),
            DateValue::LongTerm => Err(Fault::new(
                "bad_date",
                (
                    "此处应为具体日期,不能填长期",
                    "this must be a date, not 长期",
                ),
                ("填写日期,如2026-07-01", "enter a date such as 2026-07-01"),
            )),
        },
        Kind::DateOrLong => Ok(match date(&text, hint)? {
            DateValue::Day(day) => Typed::Date(day),
            DateValue::LongTerm => Typed::LongTerm,
        }),
        Kind::Amount => value::amount(&text, unit == Unit::Yuan)
            .map(Typed::Amount)
            .map_err(amount_fault),
        Kind::CreditCode => credit(&text, hint, doubts),
        Kind::OrgCode => OrgCode::parse(&text)
            .map(|c| Typed::Text(c.as_str().to_owned()))
            .map_err(|e| bad_code("bad_org_code", e.zh(), e.to_string(), hint)),
        Kind::RegistrationNumber => registration(&text, hint),
        Kind::Lei => Lei::parse(&text)
            .map(|c| Typed::Text(c.as_str().to_owned()))
            .map_err(|e| bad_code("bad_lei", e.zh(), e.to_string(), hint)),
        Kind::Region => region(&text),
        Kind::Flag => value::flag(&text).map(Typed::Flag).ok_or_else(|| {
            Fault::new(
                "bad_flag",
                ("应填是或否", "this must be 是 or 否"),
                ("填写是或否", "enter 是 or 否"),
            )
        }),
        Kind::Domain => Domain::ALL
            .iter()
            .find(|d| d.code().eq_ignore_ascii_case(&text) || d.zh() == text)
            .map(|d| Typed::Domain(*d))
            .ok_or_else(|| {
                let words: Vec<&str> = Domain::ALL.iter().map(|d| d.zh()).collect();
                bad_choice(&words.join("、"))
            }),
        Kind::Choice(name) => {
            let name = if legacy && name == "licence_status" {
                "legacy_status"
            } else {
                name
            };
            let vocabulary = vocabulary(templates, name)?;
            let (code, zh) = vocabulary
                .read(&text)
                .ok_or_else(|| bad_choice(&vocabulary.accepted()))?;
            if vocabulary.other && zh == "其他" {
                doubts.push(unnamed_other().warning());
            }
            Ok(Typed::Choice(code, zh))
        }
        Kind::Choices(name) => {
            let vocabulary = vocabulary(templates, name)?;
            let words = value::split(&text)
                .map(|part| {
                    if vocabulary.other && part == "其他" {
                        return Err(unnamed_other());
                    }
                    vocabulary
                        .read(part)
                        .ok_or_else(|| bad_choice(&vocabulary.accepted()))
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(Typed::Choices(words))
        }
    }
}

fn vocabulary<'t>(templates: &'t Templates, name: &str) -> Result<&'t Vocabulary, Fault> {
    templates.vocabulary(name).ok_or_else(|| bad_choice(""))
}

fn bad_choice(accepted: &str) -> Fault {
    Fault::new(
        "bad_choice",
        (
            "不在规定的取值范围内",
            "this is none of the values that the template allows",
        ),
        (format!("可填:{accepted}"), format!("allowed: {accepted}")),
    )
}

fn unnamed_other() -> Fault {
    Fault::new(
        "other_unnamed",
        ("填了其他但未写明名称", "其他 without saying what"),
        ("写成“其他-具体名称”", "write 其他-NAME"),
    )
}

fn date(text: &str, hint: Hint) -> Result<DateValue, Fault> {
    value::date(text, hint).map_err(|fault| {
        let (code, zh, en) = match fault {
            DateFault::Form => (
                "bad_date",
                "不是可识别的日期",
                "this is no date that can be read",
            ),
            DateFault::NoSuchDay => ("no_such_day", "没有这一天", "there is no such day"),
            DateFault::Year => ("bad_year", "年份不合理", "the year is implausible"),
        };
        Fault::new(
            code,
            (zh, en),
            (
                "写成YYYY/MM/DD或YYYY-MM-DD,长期写2099/12/31",
                "write YYYY/MM/DD or YYYY-MM-DD, and 2099/12/31 for long-term",
            ),
        )
    })
}

fn amount_fault(fault: AmountFault) -> Fault {
    let (code, zh, en) = match fault {
        AmountFault::Form => ("bad_amount", "不是金额", "this is no amount"),
        AmountFault::Decimals => (
            "amount_decimals",
            "金额超过六位小数(万元)",
            "the amount has more than six decimals (of 10,000 yuan)",
        ),
        AmountFault::Negative => ("amount_negative", "金额不能为负", "the amount is negative"),
        AmountFault::TooLarge => ("amount_too_large", "金额过大", "the amount is too large"),
    };
    Fault::new(
        code,
        (zh, en),
        (
            "以万元为单位填写数字,最多六位小数,如0.5表示5000元",
            "enter a number in 10,000 yuan with at most six decimals: 0.5 is 5,000 yuan",
        ),
    )
}

/// A number cell that is too short has probably lost its leading zeros.
fn bad_code(code: &'static str, zh: String, en: String, hint: Hint) -> Fault {
    let is_number = matches!(hint, Hint::Number | Hint::Number1904);
    let (mend_zh, mend_en) = if is_number {
        (
            "单元格为数字格式,前面的0可能已丢失:设为文本格式后重新录入",
            "the cell is a number and may have lost leading zeros: format it as text and enter the code again",
        )
    } else {
        (
            "与原件核对后更正",
            "compare with the original and correct it",
        )
    };
    Fault::new(code, (zh, en), (mend_zh, mend_en))
}

fn credit(text: &str, hint: Hint, doubts: &mut Vec<Fault>) -> Result<Typed, Fault> {
    match CreditCode::parse(text) {
        Ok(code) => {
            for finding in code.findings() {
                doubts.push(
                    Fault::new(
                        "odd_credit_code",
                        (finding.zh(), finding.to_string()),
                        ("请核对代码", "please compare the code with the certificate"),
                    )
                    .warning(),
                );
            }
            Ok(Typed::Credit(code))
        }
        Err(e) => {
            let mut fault = bad_code("bad_credit_code", e.zh(), e.to_string(), hint);
            if e == CreditCodeError::CitizenNumber {
                fault.mend_zh = "个人证件号码应填在证件号码列".to_owned();
                fault.mend_en =
                    "a person's number belongs into the column of identity numbers".to_owned();
            }
            Err(fault)
        }
    }
}

/// Registration numbers have 15 digits (MOD 11,10); since the three-in-one reform the column often holds
/// the credit code, which is taken as it is.
fn registration(text: &str, hint: Hint) -> Result<Typed, Fault> {
    match RegistrationNumber::parse(text) {
        Ok(number) => Ok(Typed::Text(number.as_str().to_owned())),
        Err(e) => match CreditCode::parse(text) {
            Ok(code) => Ok(Typed::Text(code.as_str().to_owned())),
            Err(_) => Err(bad_code(
                "bad_registration_number",
                e.zh(),
                e.to_string(),
                hint,
            )),
        },
    }
}

fn code(text: &str) -> Result<Typed, Fault> {
    let sound = text.chars().all(|c| {
        c.is_alphanumeric()
            || matches!(
                c,
                '-' | '_' | '/' | '.' | '(' | ')' | '（' | '）' | '〔' | '〕' | '[' | ']' | ' '
            )
    });
    if sound {
        Ok(Typed::Text(text.to_owned()))
    } else {
        Err(Fault::new(
            "bad_code",
            (
                "代码中有不应出现的符号",
                "the code holds a sign that no code has",
            ),
            (
                "与原件核对后更正",
                "compare with the original and correct it",
            ),
        ))
    }
}

/// Six digits, or longer statistical codes of which the first six count.
fn region(text: &str) -> Result<Typed, Fault> {
    let six = text.get(..6).filter(|s| regions::is_code(s));
    let all_digits = text.bytes().all(|b| b.is_ascii_digit());
    match six
        .filter(|_| all_digits)
        .filter(|s| regions::nearest(s).is_some())
    {
        Some(six) => Ok(Typed::Text(six.to_owned())),
        None => Err(Fault::new(
            "bad_region",
            ("不是行政区划代码", "this is no region code of GB/T 2260"),
            (
                "填写六位行政区划代码,如350200",
                "enter six digits such as 350200",
            ),
        )),
    }
}
