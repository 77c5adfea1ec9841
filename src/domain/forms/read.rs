//! Reads single fields. What is wrong is said in the manner of GOV.UK: "Enter …", "Select …", "… must be …", without a full
//! stop, without blame and without words of the trade; in Chinese 请填写…、请选择…、…应当…. `manner` holds every text to it.

use chrono::NaiveDate;

use super::number::Number;
use super::{Answers, Fault, FormKind, IdKind};
use crate::domain::subject::credit_code::CreditCodeError;
use crate::domain::subject::{CitizenId, CreditCode};

/// Reads the fields of a form and gathers what is wrong.
pub(super) struct Reader<'a> {
    answers: &'a Answers,
    today: NaiveDate,
    pub(super) faults: Vec<Fault>,
}

/// What was typed, tidied: outer space, full-width digits and letters, invisible characters.
fn tidy(typed: &str) -> String {
    let seen = typed.chars().filter(
        |c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}' | '\0'),
    );
    let half = seen.map(|c| match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        c => c,
    });
    half.collect::<String>()
        .replace("\r\n", "\n")
        .trim()
        .to_owned()
}

fn compact(typed: &str) -> String {
    tidy(typed)
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect()
}

/// What is asked for, as the subject of a sentence: "the address" becomes "Address".
fn subject(en: &str) -> String {
    let bare = en.strip_prefix("the ").unwrap_or(en);
    let mut letters = bare.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What a credit code must be, and what was probably meant.
fn of_credit_code(error: &CreditCodeError) -> (String, String) {
    let (zh, en) = match error {
        CreditCodeError::Empty | CreditCodeError::Length { .. } => (
            "统一社会信用代码应当为 18 位".to_owned(),
            "Unified social credit code must be 18 characters".to_owned(),
        ),
        CreditCodeError::Character { position, .. } => (
            format!("统一社会信用代码应当只有数字和大写字母，不用 I、O、S、V、Z；看第 {position} 位"),
            format!(
                "Unified social credit code must be digits and capital letters without I, O, S, V and Z: look at character {position}"
            ),
        ),
        CreditCodeError::Check { .. } => (
            "统一社会信用代码应当与营业执照或者登记证书一致，其中有一位不同或者两位颠倒".to_owned(),
            "Unified social credit code must be as it stands on the licence: one character is another, or two are swapped".to_owned(),
        ),
        CreditCodeError::CitizenNumber => (
            "统一社会信用代码应当是单位的代码，不是公民身份号码".to_owned(),
            "Unified social credit code must be that of the organisation, not the number of a citizen".to_owned(),
        ),
    };
    match error.mends() {
        [mend, ..] => (
            format!("{zh}；是否为 {}", mend.code),
            format!("{en}; is it {}", mend.code),
        ),
        [] => (zh, en),
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(answers: &'a Answers, today: NaiveDate) -> Self {
        Self {
            answers,
            today,
            faults: Vec::new(),
        }
    }

    fn fault<T>(
        &mut self,
        field: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Option<T> {
        self.faults.push(Fault {
            field,
            zh: zh.into(),
            en: en.into(),
        });
        None
    }

    /// Whether a field holds a code.
    pub(super) fn is(&self, field: &str, code: &str) -> bool {
        self.answers.get(field) == code
    }

    pub(super) fn text(
        &mut self,
        field: &'static str,
        least: usize,
        most: usize,
        zh: &str,
        en: &str,
    ) -> Option<String> {
        let text = tidy(self.answers.get(field));
        let count = text.chars().count();
        if count == 0 {
            return self.fault(field, format!("请填写{zh}"), format!("Enter {en}"));
        }
        if count < least {
            return self.fault(
                field,
                format!("{zh}应当至少 {least} 个字"),
                format!("{} must be {least} characters or more", subject(en)),
            );
        }
        if count > most {
            return self.fault(
                field,
                format!("{zh}应当不超过 {most} 个字，现在有 {count} 个；写不下的可以作为附件上传"),
                format!(
                    "{} must be {most} characters or fewer (there are {count}), or uploaded as a file",
                    subject(en)
                ),
            );
        }
        Some(text)
    }

    pub(super) fn optional(
        &mut self,
        field: &'static str,
        most: usize,
        zh: &str,
        en: &str,
    ) -> Option<Option<String>> {
        let text = tidy(self.answers.get(field));
        match text.chars().count() {
            0 => Some(None),
            n if n <= most => Some(Some(text)),
            n => self.fault(
                field,
                format!("{zh}应当不超过 {most} 个字，现在有 {n} 个"),
                format!(
                    "{} must be {most} characters or fewer (there are {n})",
                    subject(en)
                ),
            ),
        }
    }

    pub(super) fn name(&mut self, field: &'static str, zh: &str, en: &str) -> Option<String> {
        let text = self.text(field, 2, 200, zh, en)?;
        if text.contains('\n') || !text.chars().any(char::is_alphabetic) {
            return self.fault(
                field,
                format!("{zh}应当与证照一致"),
                format!("{} must be as it stands on the document", subject(en)),
            );
        }
        Some(text)
    }

    pub(super) fn credit_code(&mut self, field: &'static str) -> Option<String> {
        let typed = compact(self.answers.get(field)).to_uppercase();
        if typed.is_empty() {
            return self.fault(
                field,
                "请填写统一社会信用代码",
                "Enter the unified social credit code",
            );
        }
        match CreditCode::parse(&typed) {
            Ok(code) => Some(code.as_str().to_owned()),
            Err(error) => {
                let (zh, en) = of_credit_code(&error);
                self.fault(field, zh, en)
            }
        }
    }

    pub(super) fn citizen_id(&mut self, field: &'static str) -> Option<String> {
        let typed = compact(self.answers.get(field)).to_uppercase();
        if typed.is_empty() {
            return self.fault(
                field,
                "请填写公民身份号码",
                "Enter the citizen identity number",
            );
        }
        match CitizenId::parse(&typed) {
            Ok(id) => Some(id.expose().to_owned()),
            // what was typed is not repeated: it is an identity number nearly
            Err(_) => self.fault(
                field,
                "公民身份号码应当为 18 位，与身份证一致，最后一位是数字或者 X",
                "Citizen identity number must be 18 characters as on the card, the last a digit or X",
            ),
        }
    }

    pub(super) fn id_number(
        &mut self,
        field: &'static str,
        kind: Option<IdKind>,
    ) -> Option<String> {
        if kind == Some(IdKind::Citizen) {
            return self.citizen_id(field);
        }
        let typed = compact(self.answers.get(field)).to_uppercase();
        if typed.is_empty() {
            return self.fault(field, "请填写证件号码", "Enter the number of the document");
        }
        if !(5..=20).contains(&typed.len()) || !typed.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return self.fault(
                field,
                "证件号码应当为 5 至 20 位字母和数字",
                "Number of the document must be 5 to 20 letters and digits",
            );
        }
        Some(typed)
    }

    pub(super) fn phone(&mut self, field: &'static str) -> Option<String> {
        let typed = compact(self.answers.get(field));
        let digits = typed.strip_prefix("+86").unwrap_or(&typed);
        if digits.is_empty() {
            return self.fault(
                field,
                "请填写手机号码，以便通知办理结果",
                "Enter a mobile telephone number, so that you can be told the result",
            );
        }
        let good = digits.len() == 11
            && digits.starts_with('1')
            && digits.bytes().all(|b| b.is_ascii_digit());
        if good && !matches!(digits.as_bytes().get(1), Some(b'0'..=b'2')) {
            return Some(digits.to_owned());
        }
        self.fault(
            field,
            "手机号码应当为 11 位数字，例如 13800000000",
            "Mobile telephone number must be 11 digits, like 13800000000",
        )
    }

    pub(super) fn email(&mut self, field: &'static str) -> Option<Option<String>> {
        let typed = tidy(self.answers.get(field));
        if typed.is_empty() {
            return Some(None);
        }
        let good = typed.len() <= 254
            && !typed
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\"[]".contains(c))
            && typed.split_once('@').is_some_and(|(user, host)| {
                !user.is_empty()
                    && !host.contains('@')
                    && host.contains('.')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
            });
        if good {
            return Some(Some(typed));
        }
        self.fault(
            field,
            "电子邮箱应当写成 name@example.cn 的样子；没有的可以不填",
            "E-mail address must be in the form name@example.cn, or left empty",
        )
    }

    pub(super) fn past_date(
        &mut self,
        field: &'static str,
        zh: &str,
        en: &str,
    ) -> Option<NaiveDate> {
        let typed = tidy(self.answers.get(field));
        if typed.is_empty() {
            return self.fault(field, format!("请填写{zh}"), format!("Enter {en}"));
        }
        let plain = typed.replace(['年', '月', '/', '.'], "-").replace('日', "");
        let Ok(date) = plain.parse::<NaiveDate>() else {
            return self.fault(
                field,
                format!("{zh}应当真实存在，例如 {}", self.today),
                format!("{} must be a real date, like {}", subject(en), self.today),
            );
        };
        if date > self.today {
            return self.fault(
                field,
                format!("{zh}应当不晚于今天"),
                format!("{} must be today or in the past", subject(en)),
            );
        }
        if self.today.years_since(date).is_none_or(|years| years > 50) {
            return self.fault(
                field,
                format!("{zh}应当在最近 50 年内"),
                format!("{} must be within the last 50 years", subject(en)),
            );
        }
        Some(date)
    }

    pub(super) fn amount(&mut self, field: &'static str) -> Option<Option<String>> {
        let typed = compact(self.answers.get(field)).replace([',', '，', '元', '¥', '￥'], "");
        if typed.is_empty() {
            return Some(None);
        }
        let (whole, part) = typed.split_once('.').unwrap_or((&typed, "0"));
        let digits = |t: &str, most: usize| {
            !t.is_empty() && t.len() <= most && t.bytes().all(|b| b.is_ascii_digit())
        };
        if digits(whole, 13) && digits(part, 2) {
            return Some(Some(typed));
        }
        self.fault(
            field,
            "缴纳金额应当是以元为单位的数字，例如 5000 或者 5000.50；没有的可以不填",
            "Amount paid must be a number of yuan, like 5000 or 5000.50, or left empty",
        )
    }

    pub(super) fn choice<T>(
        &mut self,
        field: &'static str,
        of: fn(&str) -> Option<T>,
        zh: &str,
        en: &str,
    ) -> Option<T> {
        match of(self.answers.get(field)) {
            Some(value) => Some(value),
            None => self.fault(field, format!("请选择{zh}"), format!("Select {en}")),
        }
    }

    pub(super) fn yes_or_no(&mut self, field: &'static str, zh: &str, en: &str) -> Option<bool> {
        match self.answers.get(field) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => self.fault(field, format!("请选择{zh}"), format!("Select {en}")),
        }
    }

    pub(super) fn tick(&mut self, field: &'static str, zh: &str, en: &str) {
        if self.answers.get(field) != "yes" {
            let _: Option<()> = self.fault(field, zh, en);
        }
    }

    pub(super) fn objection_number(&mut self, field: &'static str) -> Option<String> {
        let typed = tidy(self.answers.get(field));
        if typed.is_empty() {
            return self.fault(
                field,
                "请填写异议的办件编号",
                "Enter the number of the objection",
            );
        }
        match Number::parse(&typed) {
            Some(number) if number.kind() == FormKind::Objection => {
                Some(number.as_str().to_owned())
            }
            _ => self.fault(
                field,
                "异议的办件编号应当以 YY 开头，与异议的回执一致",
                "Number of the objection must be as it stands on the receipt, beginning with YY",
            ),
        }
    }
}
