//! Forms as people fill them in: what is taken, what is told, what is asked.

use super::eligible::{self, Eligible};
use super::steps::{HAS_RECORDS, steps};
use super::submission::{Addressed, Target, route};
use super::*;
use crate::domain::cases::{Key, Limits, Rules};
use crate::domain::workdays::WorkDays;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    day("2026-11-23")
}

fn answers(pairs: &[(&str, &str)]) -> Answers {
    Answers(
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
    )
}

pub(crate) const REPAIR: [(&str, &str); 19] = [
    (HAS_RECORDS, "yes"),
    ("applicant_kind", "organisation"),
    ("name", "厦门海风贸易有限公司"),
    ("credit_code", "91350203MA2EXA019B"),
    ("address", "厦门市思明区湖滨南路1号"),
    ("rep_name", "陈一鸣"),
    ("rep_id_kind", "passport"),
    ("rep_id_number", "E12345678"),
    ("has_proxy", "no"),
    ("mobile", "13800000000"),
    ("email", "a@example.cn"),
    ("wish", "end_penalty"),
    ("performance", "罚款已于期限内全部缴清，标价已改正。"),
    ("performed_on", "2026-07-01"),
    ("amount_paid", "50,000.00 元"),
    ("reason", "义务已经全部履行"),
    ("delivery", "online"),
    ("no_new_penalty", "yes"),
    ("consent", "yes"),
];

fn with(field: &str, value: &str) -> Answers {
    let mut all = answers(&REPAIR);
    all.set(field, value);
    all
}

#[test]
fn a_whole_repair_is_taken() {
    let Ok(Form::Repair(form)) = Form::parse(FormKind::Repair, &answers(&REPAIR), true, today())
    else {
        panic!("refused");
    };
    assert_eq!(
        form.applicant.credit_code.as_deref(),
        Some("91350203MA2EXA019B")
    );
    assert_eq!(form.amount_paid.as_deref(), Some("50000.00"));
    assert_eq!(form.representative.as_ref().unwrap().id_number, "E12345678");
    let json = serde_json::to_string(&Form::Repair(form.clone())).unwrap();
    assert_eq!(
        serde_json::from_str::<Form>(&json).unwrap(),
        Form::Repair(form)
    );
}

#[test]
fn each_field_says_what_is_wrong_with_it_and_what_to_do() {
    for (field, value, zh, en) in [
        (
            "applicant_kind",
            "",
            "请选择申请人是谁",
            "Select who applies",
        ),
        (
            "applicant_kind",
            "robot",
            "请选择申请人是谁",
            "Select who applies",
        ),
        (
            "name",
            " ",
            "请填写申请人的完整名称或者姓名",
            "Enter the full name of the applicant",
        ),
        (
            "name",
            "12345",
            "与证照一致",
            "as it stands on the document",
        ),
        (
            "name",
            &"长".repeat(201),
            "应当不超过 200 个字，现在有 201 个",
            "must be 200 characters or fewer",
        ),
        (
            "credit_code",
            "",
            "请填写统一社会信用代码",
            "Enter the unified social credit code",
        ),
        (
            "credit_code",
            "91350203MA2EXA0199",
            "统一社会信用代码应当",
            "Unified social credit code must",
        ),
        (
            "address",
            "厦门",
            "应当至少 5 个字",
            "Address of the applicant must be 5 characters or more",
        ),
        (
            "rep_id_kind",
            "",
            "请选择证件类型",
            "Select the kind of document",
        ),
        (
            "rep_id_number",
            "E1",
            "证件号码应当",
            "Number of the document must",
        ),
        (
            "has_proxy",
            "",
            "请选择是否由经办人代为办理",
            "Select whether somebody acts",
        ),
        ("mobile", "1380000000", "11 位数字", "11 digits"),
        ("mobile", "", "请填写手机号码", "Enter a mobile"),
        ("email", "a@b", "电子邮箱应当", "E-mail address must"),
        ("email", "a b@c.cn", "电子邮箱应当", "E-mail address must"),
        ("performance", "已缴", "应当至少 10 个字", "10 characters"),
        (
            "performed_on",
            "2026-13-01",
            "例如 2026-11-23",
            "a real date, like 2026-11-23",
        ),
        (
            "performed_on",
            "2026-11-24",
            "应当不晚于今天",
            "today or in the past",
        ),
        (
            "performed_on",
            "1066-10-14",
            "最近 50 年",
            "within the last 50 years",
        ),
        ("amount_paid", "many", "缴纳金额应当", "Amount paid must"),
        ("delivery", "pigeon", "请选择决定书的送达方式", "Select how"),
        ("no_new_penalty", "", "请确认", "Confirm"),
        ("consent", "", "请勾选", "Confirm that what you fill in"),
    ] {
        let faults = Form::parse(FormKind::Repair, &with(field, value), true, today()).unwrap_err();
        assert_eq!(faults.len(), 1, "{field} {value}: {faults:?}");
        assert_eq!(faults[0].field, field);
        assert!(faults[0].zh.contains(zh), "{field}: {}", faults[0].zh);
        assert!(faults[0].en.contains(en), "{field}: {}", faults[0].en);
    }
}

#[test]
fn an_identity_number_is_never_repeated_in_what_is_told() {
    let mut all = with("applicant_kind", "person");
    all.set("id_number", "350203198102034510");
    let faults = Form::parse(FormKind::Repair, &all, true, today()).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(!format!("{faults:?}").contains("350203"), "{faults:?}");
}

#[test]
fn fields_are_read_as_people_type_them() {
    for (field, value) in [
        ("credit_code", "９１３５０２０３ｍａ２ｅｘａ０１９ｂ"),
        ("credit_code", " 9135-0203 MA2E-XA01 9B "),
        ("mobile", "+86 138 0000 0000"),
        ("performed_on", "2026年7月1日"),
        ("performed_on", "2026/07/01"),
        ("amount_paid", ""),
        ("email", ""),
    ] {
        assert!(
            Form::parse(FormKind::Repair, &with(field, value), true, today()).is_ok(),
            "{field} {value}"
        );
    }
}

#[test]
fn every_fault_is_told_at_once_and_belongs_to_a_step() {
    for kind in FormKind::ALL {
        let empty = Answers::default();
        let faults = Form::parse(*kind, &empty, false, today()).unwrap_err();
        assert!(faults.len() >= 7, "{kind:?} {faults:?}");
        for fault in &faults {
            // what a step asks only after another answer may be missing from the steps of nothing
            let asked = steps(*kind, &empty)
                .iter()
                .any(|s| s.questions.iter().any(|q| q.field == fault.field));
            assert!(asked, "{kind:?}: nobody asks {}", fault.field);
        }
    }
    // and a step tells only its own
    let wrong = with("mobile", "1");
    for step in steps(FormKind::Repair, &wrong) {
        let faults = step.faults(FormKind::Repair, &wrong, today());
        assert_eq!(
            faults.len(),
            usize::from(step.code == "contact"),
            "{}",
            step.code
        );
    }
}

#[test]
fn what_is_asked_follows_from_what_was_answered() {
    let codes =
        |a: &Answers| -> Vec<&str> { steps(FormKind::Repair, a).iter().map(|s| s.code).collect() };
    let org = answers(&REPAIR);
    assert!(codes(&org).contains(&"representative") && !codes(&org).contains(&"proxy-details"));
    assert!(!codes(&with("applicant_kind", "person")).contains(&"representative"));
    assert!(codes(&with("has_proxy", "yes")).contains(&"proxy-details"));
    let faults =
        Form::parse(FormKind::Repair, &with("has_proxy", "yes"), true, today()).unwrap_err();
    assert_eq!(faults.len(), 3);
}

#[test]
fn a_complaint_names_an_objection_and_the_reply() {
    let number = number::Number::from_random(FormKind::Objection, [7; 11]);
    let mut all = answers(&[
        ("applicant_kind", "organisation"),
        ("name", "厦门海风贸易有限公司"),
        ("credit_code", "91350203MA2EXA019B"),
        ("mobile", "13800000000"),
        ("objection_number", &number.as_str().to_lowercase()),
        ("ground", "insufficient"),
        ("replied_on", "2026-11-20"),
        ("facts", "答复没有回应所提交的判决书。"),
        ("consent", "yes"),
    ]);
    assert!(Form::parse(FormKind::Complaint, &all, false, today()).is_ok());
    all.set("replied_on", "");
    assert!(Form::parse(FormKind::Complaint, &all, false, today()).is_err());
    all.set("ground", "no_reply");
    assert!(Form::parse(FormKind::Complaint, &all, false, today()).is_ok());
    let repair = number::Number::from_random(FormKind::Repair, [7; 11]);
    all.set("objection_number", repair.as_str());
    assert!(Form::parse(FormKind::Complaint, &all, false, today()).is_err());
}

#[test]
fn one_application_is_parted_by_authority() {
    let record = |id: &str, authority: &str| Addressed {
        authority_code: authority.to_owned(),
        authority_name: format!("机关{authority}"),
        target: Target {
            record: id.to_owned(),
            list: "penalty".to_owned(),
            document_number: id.to_owned(),
            forwarded: false,
        },
    };
    let routes = route(vec![
        record("1", "A"),
        record("2", "B"),
        record("3", "A"),
        record("1", "A"),
    ]);
    let told: Vec<(&str, Vec<&str>)> = routes
        .iter()
        .map(|r| {
            (
                r.authority_code.as_str(),
                r.targets.iter().map(|t| t.record.as_str()).collect(),
            )
        })
        .collect();
    assert_eq!(told, [("A", vec!["1", "3"]), ("B", vec!["2"])]);
}

#[test]
fn who_may_apply_where_is_told_by_the_catalogue_and_the_record() {
    let catalogue = crate::base::catalogue::load(None).unwrap();
    let list = |code: &str| catalogue.list(code).unwrap();
    let earlier = Some(day("2026-11-23"));
    let later = Some(day("2026-11-24"));
    let of = |code: &str, earliest| eligible::repair(list(code), earliest, today());
    assert_eq!(of("penalty", earlier), Eligible::Here { forwarded: false });
    assert_eq!(of("penalty", later), Eligible::From(day("2026-11-24")));
    let gsxt = "https://www.gsxt.gov.cn/".to_owned();
    assert_eq!(
        of("penalty_samr", earlier),
        Eligible::Elsewhere {
            url: gsxt.clone(),
            from: None
        }
    );
    assert_eq!(
        of("penalty_samr", later),
        Eligible::Elsewhere {
            url: gsxt,
            from: later
        }
    );
    assert_eq!(
        of("judgment_defaulter", None),
        Eligible::Elsewhere {
            url: String::new(),
            from: None
        }
    );
    assert_eq!(of("licence", None), Eligible::NotNeeded);
    // a bar of the subject is over on its day, and says nothing of what is decided elsewhere
    let barred =
        |code: &str, earliest, until: &str| of(code, earliest).barred(Some(day(until)), today());
    assert_eq!(
        barred("penalty", earlier, "2029-09-01"),
        Eligible::Barred(day("2029-09-01"))
    );
    assert_eq!(
        barred("penalty", later, "2026-11-24"),
        Eligible::Barred(day("2026-11-24"))
    );
    assert_eq!(
        barred("penalty", earlier, "2026-11-23"),
        Eligible::Here { forwarded: false }
    );
    for code in ["licence", "judgment_defaulter", "penalty_samr"] {
        assert_eq!(barred(code, earlier, "2029-09-01"), of(code, earlier));
    }
    // every list of the catalogue has an answer
    for entry in catalogue.lists.values() {
        let _ = eligible::repair(entry, None, today());
    }
}

#[test]
fn what_happens_next_is_counted_in_working_days() {
    let (limits, calendar) = (Limits::embedded().unwrap(), WorkDays::embedded());
    let rules = Rules {
        limits: &limits,
        calendar: &calendar,
    };
    let key = Key::default();
    let repair = next::next(FormKind::Repair, day("2026-09-24"), &key, &rules);
    let due: Vec<_> = repair
        .iter()
        .map(|n| (n.limit.as_str(), n.due.unwrap().date))
        .collect();
    // domain.md 5: 2026-09-24 and ten working days are 2026-10-15
    assert_eq!(due[1], ("T16", day("2026-10-15")));
    assert_eq!(repair[1].deadline().due, Some(day("2026-10-15")));
    let late = next::next(FormKind::Complaint, day("2026-12-25"), &key, &rules);
    assert!(late[0].due.unwrap().provisional && late[0].deadline().provisional);
    let beyond = next::next(FormKind::Objection, day("2090-01-01"), &key, &rules);
    assert!(beyond[0].due.is_none());
}

/// T12: ten working days by default, three in Shandong and Henan, five in Zhejiang (domain.md 6).
#[test]
fn what_happens_next_follows_the_place() {
    let (limits, calendar) = (Limits::embedded().unwrap(), WorkDays::embedded());
    let rules = Rules {
        limits: &limits,
        calendar: &calendar,
    };
    for (jurisdiction, days) in [("210231", 10), ("370102", 3), ("410100", 3), ("330106", 5)] {
        let key = Key {
            jurisdiction: jurisdiction.to_owned(),
            ..Key::default()
        };
        let next = next::next(FormKind::Objection, day("2026-11-23"), &key, &rules);
        assert_eq!(next[0].days, days, "{jurisdiction}");
    }
}

/// Answers that each field of the forms refuses, one after another.
const REFUSED: &[(&str, &[&str])] = &[
    ("applicant_kind", &["", "robot"]),
    ("name", &["", "x", "12345"]),
    (
        "credit_code",
        &[
            "",
            "123",
            "91350203MA2EXA0199",
            "9135O203MA2EXA019B",
            "913502O3MA2EXA019I",
            "110101199003070010",
            "350203198102034510",
        ],
    ),
    ("id_number", &["", "123", "350203198102034510"]),
    ("mobile", &["", "1", "23800000000"]),
    ("email", &["a@b", "a b@c.cn"]),
    ("address", &["", "厦门"]),
    ("rep_name", &["", "1234"]),
    ("rep_id_kind", &["", "x"]),
    ("rep_id_number", &["", "E1"]),
    ("has_proxy", &["", "x"]),
    ("proxy_name", &[""]),
    ("proxy_id_number", &["", "1"]),
    ("proxy_relation", &["", "x"]),
    ("wish", &["", "x"]),
    ("performance", &["", "已缴"]),
    (
        "performed_on",
        &["", "2026-13-01", "2026-11-24", "1066-10-14"],
    ),
    ("amount_paid", &["many"]),
    ("reason", &["", "无"]),
    ("delivery", &["", "x"]),
    ("no_new_penalty", &[""]),
    ("consent", &[""]),
    ("target", &["", "x"]),
    ("objection_type", &["", "x"]),
    ("facts", &["", "x"]),
    ("objection_number", &["", "x", "XF-7K3M-9Q2H-4TWX"]),
    ("ground", &["", "x"]),
    ("replied_on", &["", "x", "2099-01-01"]),
];

#[test]
fn every_message_of_a_form_is_in_the_manner_of_the_patterns() {
    let long = "长".repeat(8_000);
    let mut told = std::collections::BTreeSet::new();
    for kind in FormKind::ALL {
        for person in ["person", "organisation"] {
            for (field, values) in REFUSED {
                for value in values.iter().copied().chain([long.as_str()]) {
                    let mut all = with(field, value);
                    if *field != "applicant_kind" {
                        all.set("applicant_kind", person.to_owned());
                    }
                    if field.starts_with("proxy") {
                        all.set("has_proxy", "yes".to_owned());
                    }
                    let faults = Form::parse(*kind, &all, false, today());
                    told.extend(
                        faults
                            .err()
                            .unwrap_or_default()
                            .into_iter()
                            .map(|f| (f.field, f.zh, f.en)),
                    );
                }
            }
            for (field, most) in [("disputed", 201), ("correct", 1001)] {
                let all = with(field, &"长".repeat(most));
                let faults = Form::parse(*kind, &all, false, today());
                told.extend(
                    faults
                        .err()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|f| (f.field, f.zh, f.en)),
                );
            }
        }
    }
    for (field, zh, en) in &told {
        assert_eq!(manner::faults(zh, en), [""; 0], "{field}: {zh} | {en}");
    }
    assert!(told.len() >= 60, "{} messages", told.len());
    let fields: std::collections::BTreeSet<&str> = told.iter().map(|(f, ..)| *f).collect();
    for (field, _) in REFUSED {
        assert!(fields.contains(field), "{field} was never refused");
    }
}
