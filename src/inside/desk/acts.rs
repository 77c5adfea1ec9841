//! The acts that officers do in cases of applications: what each asks for, its legal limit, and the event that it makes of
//! what was typed. Whether it may be done the machine of [`crate::domain::cases`] says, and nobody else.

use serde_json::{Value, json};

use super::Form;
use crate::domain::cases::{CaseKind, Event, Procedure};

/// What an act asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Reasons, which the applicant reads.
    Reasons,
    /// Everything that is missing, one thing a line.
    Items,
    /// What was found; it stays inside.
    Findings,
    /// Where the matter belongs.
    Place,
    /// Reference of a meeting.
    Meeting,
    /// What is done for the applicant: correct, stop the display, delist.
    Relief,
    /// Corrected fields.
    Changes,
}

/// An act.
#[derive(Debug, PartialEq, Eq)]
pub struct DeskAct {
    /// Kind of case.
    pub kind: CaseKind,
    /// Code of the event.
    pub code: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
    /// What it asks for.
    pub asks: &'static [Asks],
    /// Whose legal limit it keeps.
    pub limit: Option<Procedure>,
    /// Whether a page shows first what it will do; what stays inside and can be done again needs none.
    pub checked: bool,
}

impl DeskAct {
    const fn new(
        kind: CaseKind,
        code: &'static str,
        (zh, en): (&'static str, &'static str),
        asks: &'static [Asks],
        limit: Option<Procedure>,
    ) -> Self {
        Self {
            kind,
            code,
            zh,
            en,
            asks,
            limit,
            checked: true,
        }
    }

    const fn unchecked(mut self) -> Self {
        self.checked = false;
        self
    }

    /// Whether it asks for something.
    #[must_use]
    pub fn asks_for(&self, what: Asks) -> bool {
        self.asks.contains(&what)
    }

    /// Whether fields of the record may be corrected with it.
    #[must_use]
    pub fn may_correct(&self) -> bool {
        self.asks_for(Asks::Relief) || self.asks_for(Asks::Changes)
    }
}

use Asks as A;
use CaseKind::{Complaint as C, Objection as O, Repair as R};
use Procedure as P;

/// Every act, in the order in which they are offered.
pub const ACTS: &[DeskAct] = &[
    DeskAct::new(
        R,
        "forward",
        ("转送认定单位", "Forward to the authority"),
        &[],
        Some(P::RepairFeedback),
    ),
    DeskAct::new(R, "accept", ("受理", "Accept"), &[], Some(P::RepairAccept)),
    DeskAct::new(
        R,
        "verify",
        ("登记核查情况", "Enter what was verified"),
        &[A::Findings],
        Some(P::RepairDecide),
    )
    .unchecked(),
    DeskAct::new(
        R,
        "approve",
        ("准予修复", "Grant the repair"),
        &[A::Reasons],
        Some(P::RepairDecide),
    ),
    DeskAct::new(
        R,
        "shelter",
        (
            "暂时屏蔽（破产重整、和解）",
            "Hide for the time being (bankruptcy)",
        ),
        &[A::Reasons],
        Some(P::RepairDecide),
    ),
    DeskAct::new(
        R,
        "reject",
        ("不予修复", "Refuse the repair"),
        &[A::Reasons],
        Some(P::RepairDecide),
    ),
    DeskAct::new(
        R,
        "ask_supplement",
        ("要求补正", "Ask for a supplement"),
        &[A::Items],
        Some(P::RepairAccept),
    ),
    DeskAct::new(
        R,
        "extend",
        ("延长办理期限", "Extend the term"),
        &[A::Reasons],
        Some(P::RepairDecide),
    ),
    DeskAct::new(
        R,
        "refuse",
        ("不予受理", "Do not accept"),
        &[A::Reasons],
        Some(P::RepairAccept),
    ),
    DeskAct::new(
        R,
        "misdirect",
        ("告知到其他单位办理", "Tell where it belongs"),
        &[A::Place],
        Some(P::RepairFeedback),
    ),
    DeskAct::new(
        R,
        "revoke",
        ("因材料虚假撤销修复", "Revoke for false material"),
        &[A::Reasons],
        None,
    ),
    DeskAct::new(
        R,
        "resume",
        (
            "恢复公示（重整失败、裁定被撤销）",
            "Show again: the plan failed or the ruling was annulled",
        ),
        &[A::Reasons],
        None,
    ),
    DeskAct::new(
        O,
        "accept",
        ("受理", "Accept"),
        &[],
        Some(P::ObjectionAccept),
    ),
    DeskAct::new(
        O,
        "correct_at_once",
        (
            "与来源不一致，当即更正",
            "Differs from its source: correct at once",
        ),
        &[A::Changes],
        Some(P::ObjectionAnswer),
    ),
    DeskAct::new(
        O,
        "forward",
        (
            "与来源一致，转送认定单位",
            "As in its source: forward to the authority",
        ),
        &[],
        Some(P::ObjectionAnswer),
    ),
    DeskAct::new(
        O,
        "verify",
        ("登记核查情况", "Enter what was verified"),
        &[A::Findings],
        Some(P::ObjectionAnswer),
    )
    .unchecked(),
    DeskAct::new(
        O,
        "uphold",
        ("异议成立", "Uphold"),
        &[A::Reasons, A::Relief],
        Some(P::ObjectionAnswer),
    ),
    DeskAct::new(
        O,
        "uphold_partly",
        ("异议部分成立", "Uphold in part"),
        &[A::Reasons, A::Changes],
        Some(P::ObjectionAnswer),
    ),
    DeskAct::new(
        O,
        "dismiss",
        ("异议不成立", "Dismiss"),
        &[A::Reasons],
        Some(P::ObjectionAnswer),
    ),
    DeskAct::new(
        O,
        "ask_supplement",
        ("要求补正", "Ask for a supplement"),
        &[A::Items],
        Some(P::ObjectionAccept),
    ),
    DeskAct::new(
        O,
        "extend",
        ("延长答复期限", "Extend the term"),
        &[A::Reasons],
        Some(P::ObjectionAnswer),
    ),
    DeskAct::new(
        O,
        "refuse",
        ("不予受理", "Do not accept"),
        &[A::Reasons],
        Some(P::ObjectionAccept),
    ),
    DeskAct::new(
        C,
        "accept",
        ("受理", "Accept"),
        &[],
        Some(P::ComplaintDecide),
    ),
    DeskAct::new(
        C,
        "consult",
        ("组织会商", "Convene a consultation"),
        &[A::Meeting],
        Some(P::ComplaintDecide),
    ),
    DeskAct::new(
        C,
        "uphold",
        ("投诉成立，责令改正", "Uphold and order a correction"),
        &[A::Reasons],
        Some(P::ComplaintDecide),
    ),
    DeskAct::new(
        C,
        "dismiss",
        ("投诉不成立", "Dismiss"),
        &[A::Reasons],
        Some(P::ComplaintDecide),
    ),
    DeskAct::new(
        C,
        "refuse",
        ("不予受理", "Do not accept"),
        &[A::Reasons],
        Some(P::ComplaintDecide),
    ),
    DeskAct::new(
        C,
        "comply",
        ("按处理决定改正", "Correct as ordered"),
        &[A::Relief],
        Some(P::ComplaintCorrect),
    ),
    // what is handed in on paper is entered by the operator (GB22)
    DeskAct::new(
        R,
        "answer_supplement",
        ("录入书面补正", "Enter a supplement on paper"),
        &[],
        Some(P::SupplementAnswer),
    ),
    DeskAct::new(
        R,
        "withdraw",
        ("录入书面撤回", "Enter a withdrawal on paper"),
        &[],
        None,
    ),
    DeskAct::new(
        R,
        "lapse",
        ("逾期未补正，办结", "Close: not supplemented in time"),
        &[],
        Some(P::SupplementAnswer),
    ),
    DeskAct::new(
        O,
        "answer_supplement",
        ("录入书面补正", "Enter a supplement on paper"),
        &[],
        Some(P::SupplementAnswer),
    ),
    DeskAct::new(
        O,
        "withdraw",
        ("录入书面撤回", "Enter a withdrawal on paper"),
        &[],
        None,
    ),
    DeskAct::new(
        O,
        "lapse",
        ("逾期未补正，办结", "Close: not supplemented in time"),
        &[],
        Some(P::SupplementAnswer),
    ),
    DeskAct::new(
        C,
        "withdraw",
        ("录入书面撤回", "Enter a withdrawal on paper"),
        &[],
        None,
    ),
];

/// An act by its kind of case and code.
#[must_use]
pub fn act(kind: CaseKind, code: &str) -> Option<&'static DeskAct> {
    ACTS.iter().find(|a| a.kind == kind && a.code == code)
}

/// A field of the record as it was shown and as it was typed.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedField {
    /// Key.
    pub key: String,
    /// Value that the officer saw.
    pub old: String,
    /// Value that the officer typed.
    pub new: String,
}

/// What was typed, as it was typed. `Debug` hides it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Reasons.
    pub reasons: String,
    /// What is missing, one thing a line.
    pub items: String,
    /// Findings.
    pub findings: String,
    /// Place.
    pub place: String,
    /// Meeting.
    pub meeting: String,
    /// Code of the relief.
    pub relief: String,
    /// Fields of the record, where the act may correct them.
    pub fields: Vec<TypedField>,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// Something wrong with what was typed: field, and words in Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Id of the field.
    pub field: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Fault {
    fn new(field: &str, zh: &str, en: &str) -> Self {
        Self {
            field: field.to_owned(),
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// Name and id of the input of a field of the record.
#[must_use]
pub fn input_of(key: &str) -> String {
    format!("new-{key}")
}

/// Name of what holds the value that the officer saw.
#[must_use]
pub fn shown_of(key: &str) -> String {
    format!("old-{key}")
}

/// What is done with an upheld objection or complaint: code, Chinese, English.
pub const RELIEFS: [(&str, &str, &str); 3] = [
    ("correct", "更正公示内容", "correct what is displayed"),
    ("stop_display", "停止公示", "stop the display"),
    ("delist", "移出名单", "remove from the list"),
];

/// Most characters of reasons, findings, lists of what is missing.
pub const LONGEST: usize = 5000;
const MOST_ITEMS: usize = 30;

impl Typed {
    /// What a form sent; `keys` are the fields that may be corrected. Browsers send line ends of their own.
    #[must_use]
    pub fn of(form: &Form, keys: &[(String, String)]) -> Self {
        let text = |name: &str| form.one(name).replace("\r\n", "\n");
        let field = |(key, value): &(String, String)| {
            let sent = !form.many(&input_of(key)).is_empty();
            TypedField {
                key: key.clone(),
                old: if sent {
                    text(&shown_of(key))
                } else {
                    value.clone()
                },
                new: if sent {
                    text(&input_of(key))
                } else {
                    value.clone()
                },
            }
        };
        Self {
            reasons: text("reasons"),
            items: text("items"),
            findings: text("findings"),
            place: text("place"),
            meeting: text("meeting"),
            relief: text("relief"),
            fields: keys.iter().map(field).collect(),
        }
    }

    /// The fields whose value was changed.
    pub fn changed(&self) -> impl Iterator<Item = &TypedField> {
        self.fields.iter().filter(|f| f.old.trim() != f.new.trim())
    }

    /// The event that an act makes of it.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the form.
    pub fn event(&self, act: &DeskAct) -> Result<Event, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut event = json!({ "event": act.code });
        for what in act.asks {
            match what {
                A::Reasons => event["reasons"] = long("reasons", &self.reasons, &mut faults),
                A::Findings => event["findings"] = long("findings", &self.findings, &mut faults),
                A::Items => event["items"] = items(&self.items, &mut faults),
                A::Place => {
                    event["place"] = short("place", &self.place, &mut faults);
                }
                A::Meeting => {
                    event["meeting"] = short("meeting", &self.meeting, &mut faults);
                }
                A::Changes => event["changes"] = self.changes(&mut faults),
                A::Relief => event["relief"] = self.relief(&mut faults),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Event::read(act.kind, event).map_err(|_| {
            vec![Fault::new(
                "act",
                "该操作应当是本案现在可以办理的",
                "Act must be one that can be done in this case now",
            )]
        })
    }

    fn changes(&self, faults: &mut Vec<Fault>) -> Value {
        let all: Vec<Value> = self
            .changed()
            .map(|f| json!({ "field": f.key, "old": f.old, "new": f.new }))
            .collect();
        if all.is_empty() {
            let first = self
                .fields
                .first()
                .map_or("act".to_owned(), |f| input_of(&f.key));
            faults.push(Fault::new(
                &first,
                "请填写至少一项更正后的内容",
                "Enter the corrected content of at least one field",
            ));
        }
        Value::Array(all)
    }

    fn relief(&self, faults: &mut Vec<Fault>) -> Value {
        if !RELIEFS.iter().any(|(code, ..)| *code == self.relief) {
            faults.push(Fault::new(
                "relief",
                "请选择如何处理",
                "Select what is done",
            ));
            return Value::Null;
        }
        if self.relief == "correct" {
            return json!({ "do": "correct", "changes": self.changes(faults) });
        }
        if let Some(changed) = self.changed().next() {
            faults.push(Fault::new(
                &input_of(&changed.key),
                "没有选择“更正公示内容”的，各项内容应当保持原样",
                "Content must stay as it is unless the correction is what is done",
            ));
        }
        json!({ "do": self.relief })
    }
}

/// Whether a text still has a place that the officer is to fill in.
#[must_use]
pub fn is_unfinished(text: &str) -> bool {
    text.contains('〔')
        && text.split('〔').skip(1).any(|rest| {
            let inside = rest.split('〕').next().unwrap_or_default();
            // 〔2026〕 of a document number is no place to fill in
            !inside.chars().all(|c| c.is_ascii_digit())
        })
}

fn long(field: &'static str, text: &str, faults: &mut Vec<Fault>) -> Value {
    let text = text.trim();
    let length = text.chars().count();
    let fault = if length == 0 {
        match field {
            "findings" => Some(("请填写核查情况", "Enter what was found")),
            _ => Some(("请填写理由", "Enter the reasons")),
        }
    } else if length < 5 {
        Some((
            "理由应当至少 5 个字，写明事实和依据",
            "Reasons must be 5 characters or more: the facts and the rule",
        ))
    } else if length > LONGEST {
        Some((
            "理由应当不超过 5000 字",
            "Reasons must be 5000 characters or fewer",
        ))
    } else if is_unfinished(text) {
        Some((
            "请填写模板中〔〕内的内容",
            "Enter what belongs in the places 〔…〕 of the template",
        ))
    } else {
        None
    };
    if let Some((zh, en)) = fault {
        faults.push(Fault::new(field, zh, en));
    }
    json!(text)
}

fn short(field: &'static str, text: &str, faults: &mut Vec<Fault>) -> Value {
    let text = text.trim();
    let length = text.chars().count();
    let (zh, en) = if field == "place" {
        (
            "请填写应当到哪里办理（2 至 500 字）",
            "Enter where it belongs (2 to 500 characters)",
        )
    } else {
        (
            "请填写会议纪要编号（2 至 500 字）",
            "Enter the reference of the meeting (2 to 500 characters)",
        )
    };
    if !(2..=500).contains(&length) {
        faults.push(Fault::new(field, zh, en));
    }
    json!(text)
}

fn items(text: &str, faults: &mut Vec<Fault>) -> Value {
    let all: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let fault = if all.is_empty() {
        Some((
            "请填写需要补正的全部内容，一次列明，每行一项",
            "Enter everything that is missing at once, one thing a line",
        ))
    } else if all.len() > MOST_ITEMS || text.chars().count() > LONGEST {
        Some((
            "需要补正的内容应当不超过 30 项、5000 字",
            "What is missing must be 30 things or fewer, in 5000 characters",
        ))
    } else if is_unfinished(text) {
        Some((
            "请填写模板中〔〕内的内容",
            "Enter what belongs in the places 〔…〕 of the template",
        ))
    } else {
        None
    };
    if let Some((zh, en)) = fault {
        faults.push(Fault::new("items", zh, en));
    }
    json!(all)
}

/// Words of an event of a case, also of those that are no officer's.
#[must_use]
pub fn event_words(kind: CaseKind, code: &str) -> (&'static str, &'static str) {
    if let Some(act) = act(kind, code) {
        return (act.zh, act.en);
    }
    match code {
        "submit" => ("申请人提交", "handed in by the applicant"),
        "save" => ("收到", "received"),
        "sync" => ("结果已同步", "the result has arrived"),
        _ => ("其他操作", "another act"),
    }
}

#[cfg(test)]
mod tests;
