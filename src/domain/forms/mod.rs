//! The forms of applications: credit repair, objection, complaint (domain.md 10; R36, GB22).
//!
//! [`Answers`] is what was typed, kept as it was typed; [`Form::parse`] makes typed forms of it and tells every fault, each
//! with its field, in Chinese and English. [`steps`] is the order in which things are asked, one page each. [`eligible`]
//! says who may apply where before anything is typed; [`letter`] is the text of the commitment; [`submission`] is what is
//! sealed to the desk, [`reply`] what is told afterwards; [`number`] the number of an application; [`paper`] what differs
//! when an officer enters an application that came on paper.

pub mod eligible;
pub mod letter;
#[cfg(test)]
pub(crate) mod manner;
pub mod next;
pub mod notice;
pub mod number;
pub mod paper;
mod read;
pub mod reply;
pub mod steps;
pub mod submission;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::kinds::vocabulary;
use read::Reader;

vocabulary! {
    /// What is applied for.
    FormKind {
        Repair = "repair", "信用修复", "credit repair";
        Objection = "objection", "异议申诉", "objection";
        Complaint = "complaint", "投诉", "complaint";
    }
}

vocabulary! {
    /// Who applies.
    ApplicantKind {
        Organisation = "organisation", "企业或者其他组织（含个体工商户）", "an organisation or individual business";
        Person = "person", "自然人", "a natural person";
    }
}

vocabulary! {
    /// Kind of identity document.
    IdKind {
        Citizen = "citizen_id", "居民身份证", "identity card of a citizen";
        Passport = "passport", "护照", "passport";
        HongKongMacaoTaiwan = "hmt", "港澳台居民居住证或者通行证", "permit of residents of Hong Kong, Macao and Taiwan";
        Foreigner = "foreigner", "外国人永久居留身份证", "permanent resident card";
    }
}

vocabulary! {
    /// What a repair is to do.
    RepairWish {
        Delist = "delist", "移出名单", "removal from the list";
        EndPenalty = "end_penalty", "终止公示行政处罚信息", "end of display of a penalty";
        Other = "other", "终止公示其他失信信息", "end of display of other information";
    }
}

vocabulary! {
    /// How the decision is to be served.
    Delivery {
        Online = "online", "在本网站查询和下载", "read and download on this site";
        Post = "post", "邮寄", "by post";
        Counter = "counter", "到窗口领取", "fetch at the counter";
    }
}

vocabulary! {
    /// What an objection says is wrong (domain.md 10).
    ObjectionType {
        WrongContent = "wrong_content", "内容错误", "the contents are wrong";
        Missing = "missing", "内容遗漏", "something is missing";
        Doubled = "doubled", "重复公示", "it is displayed twice";
        NotToBeShown = "not_to_be_shown", "不应公示", "it should not be displayed";
        Overdue = "overdue", "超期公示", "it is displayed for too long";
        Differs = "differs", "与认定机关的信息不一致", "it differs from what the authority holds";
        WrongSubject = "wrong_subject", "主体错误", "it is about somebody else";
        Period = "period", "对公示期限有异议", "the period of display is wrong";
        RepairResult = "repair_result", "对修复结果有异议", "the result of a repair is wrong";
    }
}

vocabulary! {
    /// Grounds of a complaint (S4).
    ComplaintGround {
        Insufficient = "insufficient", "回复不充分", "the reply is insufficient";
        NotObjective = "not_objective", "依据不客观", "its basis is not objective";
        FactsWrong = "facts_wrong", "认定事实有误", "the facts are found wrongly";
        NoReply = "no_reply", "逾期未回复", "there was no reply in time";
    }
}

/// What was typed, by field, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, String>);

impl Answers {
    /// What was typed into a field; empty when nothing.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// Sets a field.
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.0.insert(field.to_owned(), value.into());
    }
}

/// One thing wrong with what was typed: where, and what to do, in Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field.
    pub field: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Who applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// Organisation or person.
    pub kind: ApplicantKind,
    /// Full name.
    pub name: String,
    /// Unified social credit code of an organisation.
    pub credit_code: Option<String>,
    /// Identity number of a person.
    pub id_number: Option<String>,
    /// Mobile telephone.
    pub mobile: String,
    /// E-mail address.
    pub email: Option<String>,
}

/// Head of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    /// Full name.
    pub name: String,
    /// Kind of document.
    pub id_kind: IdKind,
    /// Its number.
    pub id_number: String,
}

/// Who acts for the applicant (经办人).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proxy {
    /// Full name.
    pub name: String,
    /// Identity number.
    pub id_number: String,
    /// Relation to the applicant.
    pub relation: String,
}

/// An application for repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// Who applies.
    pub applicant: Applicant,
    /// Address of the applicant.
    pub address: String,
    /// Legal representative or person in charge; none for a person.
    pub representative: Option<Representative>,
    /// Who acts for the applicant, when somebody does.
    pub proxy: Option<Proxy>,
    /// What the repair is to do.
    pub wish: RepairWish,
    /// How the duties were performed.
    pub performance: String,
    /// On which day.
    pub performed_on: NaiveDate,
    /// Amount paid in yuan, as a decimal number.
    pub amount_paid: Option<String>,
    /// Why repair is asked for.
    pub reason: String,
    /// How the decision is to be served.
    pub delivery: Delivery,
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Who objects.
    pub applicant: Applicant,
    /// What it is about, when it is about no displayed record.
    pub target: Option<String>,
    /// What is wrong.
    pub kind: ObjectionType,
    /// The disputed field.
    pub disputed: Option<String>,
    /// What it should say.
    pub correct: Option<String>,
    /// Facts and reasons.
    pub facts: String,
}

/// A complaint about the answer to an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Who complains.
    pub applicant: Applicant,
    /// Number of the objection.
    pub objection: String,
    /// Day of the reply; none when there was none.
    pub replied_on: Option<NaiveDate>,
    /// Ground.
    pub ground: ComplaintGround,
    /// Facts and reasons.
    pub facts: String,
}

/// A typed form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Form {
    /// Repair.
    Repair(Box<Repair>),
    /// Objection.
    Objection(Box<Objection>),
    /// Complaint.
    Complaint(Box<Complaint>),
}

impl Form {
    /// Makes a typed form of what was typed. `has_records` says whether displayed records were chosen.
    ///
    /// # Errors
    /// Every fault, in the order in which things are asked.
    pub fn parse(
        kind: FormKind,
        answers: &Answers,
        has_records: bool,
        today: NaiveDate,
    ) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(answers, today);
        let form = match kind {
            FormKind::Repair => repair(&mut reader).map(|f| Self::Repair(Box::new(f))),
            FormKind::Objection => {
                objection(&mut reader, has_records).map(|f| Self::Objection(Box::new(f)))
            }
            FormKind::Complaint => complaint(&mut reader).map(|f| Self::Complaint(Box::new(f))),
        };
        match form {
            Some(form) if reader.faults.is_empty() => Ok(form),
            _ => Err(reader.faults),
        }
    }

    /// Who applies.
    #[must_use]
    pub fn applicant(&self) -> &Applicant {
        match self {
            Self::Repair(form) => &form.applicant,
            Self::Objection(form) => &form.applicant,
            Self::Complaint(form) => &form.applicant,
        }
    }
}

// Each part reads all its fields before it gives up, so that every fault is told at once.

fn applicant(r: &mut Reader<'_>) -> Option<Applicant> {
    let kind = r.choice(
        "applicant_kind",
        ApplicantKind::from_code,
        "申请人是谁",
        "who applies",
    );
    let name = r.name(
        "name",
        "申请人的完整名称或者姓名",
        "the full name of the applicant",
    );
    let (credit_code, id_number) = match kind {
        Some(ApplicantKind::Organisation) => (Some(r.credit_code("credit_code")), None),
        Some(ApplicantKind::Person) => (None, Some(r.citizen_id("id_number"))),
        None => (None, None),
    };
    let mobile = r.phone("mobile");
    let email = r.email("email");
    Some(Applicant {
        kind: kind?,
        name: name?,
        // a code that could not be read is a fault, and no absent one
        credit_code: credit_code.map_or(Some(None), |code| code.map(Some))?,
        id_number: id_number.map_or(Some(None), |id| id.map(Some))?,
        mobile: mobile?,
        email: email?,
    })
}

fn representative(r: &mut Reader<'_>) -> Option<Representative> {
    let name = r.name(
        "rep_name",
        "法定代表人或者负责人的姓名",
        "the name of the legal representative",
    );
    let id_kind = r.choice(
        "rep_id_kind",
        IdKind::from_code,
        "证件类型",
        "the kind of document",
    );
    let id_number = r.id_number("rep_id_number", id_kind);
    Some(Representative {
        name: name?,
        id_kind: id_kind?,
        id_number: id_number?,
    })
}

fn proxy(r: &mut Reader<'_>) -> Option<Proxy> {
    let name = r.name(
        "proxy_name",
        "经办人的姓名",
        "the name of who acts for the applicant",
    );
    let id_number = r.citizen_id("proxy_id_number");
    let relation = r.text(
        "proxy_relation",
        2,
        50,
        "经办人与申请人的关系",
        "the relation to the applicant",
    );
    Some(Proxy {
        name: name?,
        id_number: id_number?,
        relation: relation?,
    })
}

fn repair(r: &mut Reader<'_>) -> Option<Repair> {
    let applicant = applicant(r);
    let address = r.text(
        "address",
        5,
        200,
        "申请人的住所或者联系地址",
        "the address of the applicant",
    );
    let is_person = r.is("applicant_kind", ApplicantKind::Person.code());
    let representative = if is_person {
        Some(None)
    } else {
        representative(r).map(Some)
    };
    let proxy = match r.yes_or_no(
        "has_proxy",
        "是否由经办人代为办理",
        "whether somebody acts for the applicant",
    ) {
        Some(true) => proxy(r).map(Some),
        Some(false) => Some(None),
        None => None,
    };
    let wish = r.choice(
        "wish",
        RepairWish::from_code,
        "申请修复的类型",
        "what the repair is to do",
    );
    let performance = r.text(
        "performance",
        10,
        2000,
        "履行义务、纠正失信行为的情况",
        "how the duties were performed",
    );
    let performed_on = r.past_date(
        "performed_on",
        "履行完毕的日期",
        "the day on which they were performed",
    );
    let amount_paid = r.amount("amount_paid");
    let reason = r.text(
        "reason",
        5,
        2000,
        "申请修复的理由",
        "why repair is asked for",
    );
    let delivery = r.choice(
        "delivery",
        Delivery::from_code,
        "决定书的送达方式",
        "how the decision is to be served",
    );
    r.tick(
        "no_new_penalty",
        "请确认此后没有因同类行为再受处罚；有的，应当先向认定单位咨询",
        "Confirm that there was no penalty of the same kind since; if there was, you must ask the authority first",
    );
    consent(r);
    Some(Repair {
        applicant: applicant?,
        address: address?,
        representative: representative?,
        proxy: proxy?,
        wish: wish?,
        performance: performance?,
        performed_on: performed_on?,
        amount_paid: amount_paid?,
        reason: reason?,
        delivery: delivery?,
    })
}

fn consent(r: &mut Reader<'_>) {
    r.tick(
        "consent",
        "请勾选，同意为办理本申请使用所填信息",
        "Confirm that what you fill in may be used to handle this application",
    );
}

fn objection(r: &mut Reader<'_>, has_records: bool) -> Option<Objection> {
    let applicant = applicant(r);
    let target = if has_records {
        Some(None)
    } else {
        r.text(
            "target",
            5,
            500,
            "对哪条信息、哪份公告或者哪个结果有异议",
            "what the objection is about",
        )
        .map(Some)
    };
    let kind = r.choice(
        "objection_type",
        ObjectionType::from_code,
        "异议的类型",
        "the kind of objection",
    );
    let disputed = r.optional("disputed", 200, "有异议的内容", "the disputed content");
    let correct = r.optional("correct", 1000, "正确的内容", "the correct content");
    let facts = r.text("facts", 10, 5000, "事实和理由", "facts and reasons");
    consent(r);
    Some(Objection {
        applicant: applicant?,
        target: target?,
        kind: kind?,
        disputed: disputed?,
        correct: correct?,
        facts: facts?,
    })
}

fn complaint(r: &mut Reader<'_>) -> Option<Complaint> {
    let applicant = applicant(r);
    let objection = r.objection_number("objection_number");
    let ground = r.choice(
        "ground",
        ComplaintGround::from_code,
        "投诉的理由",
        "the ground of the complaint",
    );
    let replied_on = if r.is("ground", ComplaintGround::NoReply.code()) {
        Some(None)
    } else {
        r.past_date("replied_on", "收到异议回复的日期", "the day of the reply")
            .map(Some)
    };
    let facts = r.text("facts", 10, 5000, "事实和理由", "facts and reasons");
    consent(r);
    Some(Complaint {
        applicant: applicant?,
        objection: objection?,
        replied_on: replied_on?,
        ground: ground?,
        facts: facts?,
    })
}
