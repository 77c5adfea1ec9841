//! One row of a file: who, what, when, decided by whom; and, on request, a mistake that intake must find.

use chrono::{Days, Months, NaiveDate};
use rand::{Rng, RngExt};

use super::SampleOptions;
use super::cast::{self, Subject};
use super::list_line;
use super::places::{Body, Place};
use super::plan::{Part, Rows};
use super::pools::pick;
use super::text;
use crate::domain::kinds::SubjectKind;

/// Makes the rows of one file.
pub(super) struct Maker {
    part: Part,
    seed: u64,
    today: NaiveDate,
    bad_share: f64,
    /// Subjects of the place: fewer than records, so that some have several.
    subjects: u64,
    provider: (&'static str, String),
    codes: Vec<String>,
}

/// Values by canonical key.
#[derive(Default)]
pub(super) struct Values(Vec<(&'static str, String)>);

impl Values {
    /// Sets a value; a later one wins.
    pub fn set(&mut self, key: &'static str, value: impl Into<String>) {
        self.0.push((key, value.into()));
    }

    fn get(&self, key: &str) -> &str {
        self.0
            .iter()
            .rev()
            .find(|(k, _)| *k == key)
            .map_or("", |(_, v)| v.as_str())
    }
}

/// What every row maker needs.
pub(super) struct Scene<'a> {
    pub place: &'static Place,
    pub subject: &'a Subject,
    pub body: &'static Body,
    pub body_code: &'a str,
    pub decided: NaiveDate,
    pub today: NaiveDate,
    pub number: u64,
}

impl Maker {
    /// A maker for a file of a sample.
    pub fn new(part: &Part, options: &SampleOptions) -> Self {
        let provider = &part.place.provider;
        Self {
            seed: options.seed,
            today: options.today,
            bad_share: options.bad_share.clamp(0.0, 1.0),
            subjects: (options.records / 8).max(20),
            provider: (provider.name, provider.code()),
            codes: part.place.bodies.iter().map(Body::code).collect(),
            part: part.clone(),
        }
    }

    /// The row of a number, and whether it is a bad one.
    pub fn row(&mut self, number: u64, rng: &mut impl Rng) -> (Vec<String>, bool) {
        let place = self.part.place;
        let number = self.part.first + number;
        let decided = self.decided(rng);
        let person_share = match self.part.rows {
            Rows::Penalty => 25,
            Rows::Licence => 15,
            Rows::Defaulter => 450,
            Rows::Tax => 120,
            Rows::Red => 80,
            Rows::Serious | Rows::Procurement | Rows::Abnormal | Rows::Commitment => 0,
        };
        // a few subjects have many records, most have one or two
        let roll: f64 = rng.random();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank below the number of subjects"
        )]
        let serial = (roll.powf(1.6) * self.subjects as f64) as u64;
        let subject = if rng.random_range(0..1000) < person_share {
            let minor = rng.random_range(0..40) == 0;
            cast::natural_person(self.seed, place, number, minor.then_some(decided))
        } else {
            cast::subject(self.seed, place, serial)
        };
        let at = rng.random_range(0..place.bodies.len());
        let (body, code) = self.body(at);
        let scene = Scene {
            place,
            subject: &subject,
            body,
            body_code: &code,
            decided,
            today: self.today,
            number,
        };
        let mut values = Values::default();
        self.common(&mut values, &scene);
        match self.part.rows {
            Rows::Penalty => penalty(&mut values, &scene, rng),
            Rows::Licence => licence(&mut values, &scene, rng),
            other => list_line::fill(other, &mut values, &scene, rng),
        }
        let is_bad = rng.random_bool(self.bad_share);
        if is_bad {
            spoil(&mut values, &scene, rng);
        }
        let row = self
            .part
            .columns
            .iter()
            .map(|(_, key)| values.get(key).to_owned())
            .collect();
        (row, is_bad)
    }

    fn body(&self, at: usize) -> (&'static Body, String) {
        let place = self.part.place;
        let special = match self.part.rows {
            Rows::Defaulter => Some(&place.court),
            Rows::Tax | Rows::Serious | Rows::Red | Rows::Procurement => Some(&place.keeper),
            _ => None,
        };
        match (special, place.bodies.get(at)) {
            (Some(body), _) => (body, body.code()),
            (None, Some(body)) => (body, self.codes.get(at).cloned().unwrap_or_default()),
            (None, None) => (&place.keeper, place.keeper.code()),
        }
    }

    /// Nine in ten decisions lie within a year and a half; some are old enough to have expired.
    fn decided(&self, rng: &mut impl Rng) -> NaiveDate {
        let back = match rng.random_range(0..20) {
            0..9 => rng.random_range(0..240),
            9..17 => rng.random_range(0..540),
            17 | 18 => rng.random_range(0..1000),
            _ => rng.random_range(1000..1900),
        };
        self.today
            .checked_sub_days(Days::new(back))
            .unwrap_or(self.today)
    }

    fn common(&self, values: &mut Values, scene: &Scene<'_>) {
        let s = scene.subject;
        values.set("subject_name", s.name.clone());
        let category = match s.kind {
            SubjectKind::NaturalPerson => "自然人",
            SubjectKind::IndividualBusiness => "个体工商户",
            SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => "法人及非法人组织",
        };
        values.set("subject_category", category);
        if s.kind == SubjectKind::NaturalPerson {
            values.set("subject_id_type", "身份证");
            values.set("subject_id_number", s.head.id_number.clone());
        } else {
            values.set("credit_code", s.credit_code.clone());
            values.set("registration_number", s.registration_number.clone());
            values.set("legal_rep_name", s.head.name.clone());
            values.set("legal_rep_id_type", "身份证");
            values.set("legal_rep_id_number", s.head.id_number.clone());
            if s.kind == SubjectKind::IndividualBusiness {
                // the old tax number of an individual business is the operator's own number
                values.set("tax_number", s.head.id_number.clone());
            }
        }
        values.set("decided_on", slashed(scene.decided));
        values.set("authority_name", scene.body.name);
        values.set("authority_code", scene.body_code);
        values.set("source_name", self.provider.0);
        values.set("source_code", self.provider.1.clone());
        values.set("region_code", scene.body.region);
        values.set(
            "source_timestamp",
            format!("{} 08:30:00", slashed(scene.decided)),
        );
        values.set(
            "address",
            format!("{}{}号", s.district, scene.number % 400 + 1),
        );
        if scene.number.is_multiple_of(17) {
            values.set(
                "remark",
                format!(
                    "内部联系人{},电话1410000{:04}",
                    s.head.name,
                    scene.number % 10_000
                ),
            );
        }
    }
}

/// The date as the national template writes it.
pub(super) fn slashed(day: NaiveDate) -> String {
    day.format("%Y/%m/%d").to_string()
}

/// The date as sentences write it.
pub(super) fn spoken(day: NaiveDate) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}

/// A date some months later.
pub(super) fn later(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

/// A document number: word of the place and body, year, serial.
pub(super) fn document(scene: &Scene<'_>, act: &str) -> String {
    format!(
        "{}{}{act}〔{}〕{}号",
        scene.place.short,
        scene.body.word,
        scene.decided.format("%Y"),
        scene.number + 1
    )
}

fn penalty(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    let offence = text::offence(rng, scene.body);
    let found = scene
        .decided
        .checked_sub_days(Days::new(rng.random_range(20..120)))
        .unwrap_or(scene.decided);
    values.set("document_number", document(scene, "罚"));
    values.set("case_name", format!("{}案", offence.0));
    values.set("violation_type", offence.0);
    values.set(
        "violation_facts",
        text::facts(rng, scene.place, scene.subject, &offence, &spoken(found)),
    );
    values.set("penalty_basis", offence.2);
    let summary = rng.random_range(0..100) < 3;
    values.set(
        "procedure",
        if summary {
            "简易程序"
        } else {
            "普通程序"
        },
    );
    values.set("domain", scene.body.domain.zh());
    let yuan = match rng.random_range(0..20) {
        0..8 => rng.random_range(5..200) * 100,
        8..17 => rng.random_range(5..100) * 1000,
        _ => rng.random_range(10..300) * 10_000,
    };
    let yuan = if summary { yuan.min(200) } else { yuan };
    let fine = wan(yuan * 100);
    let (kinds, content) = match rng.random_range(0..100) {
        _ if summary => ("罚款".to_owned(), format!("当场处以罚款人民币{yuan}元")),
        0..5 => ("警告".to_owned(), "给予警告,责令改正".to_owned()),
        5..60 => (
            "罚款".to_owned(),
            format!("责令改正,处以罚款人民币{yuan}元"),
        ),
        60..72 => (
            "警告;罚款".to_owned(),
            format!("给予警告,处以罚款人民币{yuan}元"),
        ),
        72..88 => {
            let gain = rng.random_range(100..900_000);
            values.set("confiscation_amount", wan(gain));
            (
                "罚款;没收违法所得".to_owned(),
                format!(
                    "没收违法所得{}.{:02}元,处以罚款人民币{yuan}元",
                    gain / 100,
                    gain % 100
                ),
            )
        }
        88..93 => {
            values.set(
                "revoked_licence",
                format!("食品经营许可证 JY1{:013}", scene.number),
            );
            (
                "罚款;吊销许可证件".to_owned(),
                format!("吊销许可证件,处以罚款人民币{yuan}元"),
            )
        }
        93..97 => ("责令停产停业".to_owned(), "责令停产停业整顿".to_owned()),
        _ => ("其他-责令限期拆除".to_owned(), "责令限期拆除".to_owned()),
    };
    if kinds.contains("罚款") {
        values.set("fine_amount", fine);
    }
    values.set("penalty_kinds", kinds);
    values.set(
        "penalty_content",
        format!(
            "{content}。{}",
            text::personal(rng, scene.place, scene.subject)
        ),
    );
    values.set("valid_until", "2099/12/31");
    if rng.random_range(0..10) == 0 {
        values.set("display_until_supplied", slashed(later(scene.decided, 12)));
    }
    values.set("legacy_status", "0");
}

/// Hundredths of a yuan as 万元.
fn wan(fen: i64) -> String {
    let text = format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn licence(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    let (title, kind, content) = match rng.random_range(0..6) {
        0 => ("食品经营许可决定书", "01", "热食类食品制售;冷食类食品制售"),
        1 => (
            "准予行政许可决定书",
            "04",
            "建筑业企业资质:建筑工程施工总承包三级",
        ),
        2 => ("排污许可证核发决定书", "01", "排放水污染物、大气污染物"),
        3 => ("道路运输经营许可决定书", "普通", "道路普通货物运输"),
        4 => (
            "人防工程设计审查批准书",
            "核准",
            "新建民用建筑防空地下室设计审查",
        ),
        _ => ("准予变更登记通知书", "登记", "准予变更经营范围"),
    };
    values.set("document_title", title);
    values.set("document_number", document(scene, "许"));
    values.set("licence_kind", kind);
    values.set(
        "certificate_name",
        pick(
            rng,
            &[
                "食品经营许可证",
                "资质证书",
                "排污许可证",
                "道路运输经营许可证",
            ],
        ),
    );
    values.set(
        "licence_number",
        format!("{}YX{:08}", scene.body.region, scene.number),
    );
    values.set(
        "licence_content",
        format!(
            "{content}。{}",
            text::personal(rng, scene.place, scene.subject)
        ),
    );
    values.set("valid_from", slashed(scene.decided));
    let until = if rng.random_range(0..3) == 0 {
        "2099/12/31".to_owned()
    } else {
        slashed(later(scene.decided, 12 * rng.random_range(1..6)))
    };
    values.set("valid_until", until);
    values.set(
        "licence_status",
        if rng.random_range(0..50) == 0 {
            "2"
        } else {
            "1"
        },
    );
    values.set(
        "legacy_status",
        if rng.random_range(0..60) == 0 {
            "1"
        } else {
            "0"
        },
    );
}

/// Makes a mistake that intake must find.
fn spoil(values: &mut Values, scene: &Scene<'_>, rng: &mut impl Rng) {
    match rng.random_range(0..5) {
        0 => values.set("decided_on", slashed(later(scene.today, 2))),
        1 => values.set("decided_on", "2026年13月5日"),
        2 => values.set("subject_name", ""),
        3 if scene.subject.kind != SubjectKind::NaturalPerson => {
            // the check character one place on: always wrong
            let mut code = scene.subject.credit_code.clone();
            let last = code.pop().unwrap_or('0');
            code.push(if last == '0' { '1' } else { '0' });
            values.set("credit_code", code);
        }
        _ => values.set("subject_name", "测试数据"),
    }
}
