//! What is asked, in which order: one page each. Words of labels and hints stand here once.

use super::{
    Answers, ApplicantKind, ComplaintGround, Delivery, Fault, Form, FormKind, IdKind,
    ObjectionType, RepairWish,
};
use chrono::NaiveDate;

/// A text in Chinese and English.
pub type Pair = (&'static str, &'static str);

/// What is typed or chosen.
#[derive(Clone, Copy, Debug)]
pub enum Ask {
    /// A line, with the purpose that browsers complete.
    Line {
        /// `autocomplete`.
        autocomplete: &'static str,
        /// Most characters.
        longest: u32,
    },
    /// Several lines.
    Lines {
        /// Most characters.
        longest: u32,
    },
    /// A date.
    Date,
    /// One of several: code, Chinese, English.
    Choice(&'static [(&'static str, &'static str, &'static str)]),
    /// A box to tick, with what is agreed to.
    Tick(Pair),
}

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Field.
    pub field: &'static str,
    /// What is asked.
    pub label: Pair,
    /// What helps.
    pub hint: Pair,
    /// Whether it must be answered.
    pub required: bool,
    /// How.
    pub ask: Ask,
    /// Whether it is asked, by what was answered before.
    pub when: fn(&Answers) -> bool,
}

/// One page of questions.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its place in addresses.
    pub code: &'static str,
    /// Its heading.
    pub title: Pair,
    /// Its questions.
    pub questions: &'static [Question],
    /// Whether it is asked.
    pub when: fn(&Answers) -> bool,
}

/// The choices of a vocabulary.
macro_rules! choices {
    ($name:ident, $vocabulary:ty) => {
        const $name: [(&str, &str, &str); <$vocabulary>::ALL.len()] = {
            let mut out = [("", "", ""); <$vocabulary>::ALL.len()];
            let mut i = 0;
            while i < out.len() {
                let value = <$vocabulary>::ALL[i];
                out[i] = (value.code(), value.zh(), value.en());
                i += 1;
            }
            out
        };
    };
}
choices!(APPLICANTS, ApplicantKind);
choices!(IDS, IdKind);
choices!(WISHES, RepairWish);
choices!(DELIVERIES, Delivery);
choices!(OBJECTIONS, ObjectionType);
choices!(GROUNDS, ComplaintGround);
const YES_NO: [(&str, &str, &str); 2] = [("yes", "是", "yes"), ("no", "否", "no")];

fn always(_: &Answers) -> bool {
    true
}
fn is_person(a: &Answers) -> bool {
    a.get("applicant_kind") == ApplicantKind::Person.code()
}
fn is_organisation(a: &Answers) -> bool {
    !is_person(a)
}
fn has_proxy(a: &Answers) -> bool {
    a.get("has_proxy") == "yes"
}
fn has_reply(a: &Answers) -> bool {
    a.get("ground") != ComplaintGround::NoReply.code()
}
fn without_records(a: &Answers) -> bool {
    a.get(HAS_RECORDS) != "yes"
}

/// An answer that the program gives itself: whether displayed records were chosen.
pub const HAS_RECORDS: &str = "has_records";

const fn question(field: &'static str, label: Pair, ask: Ask) -> Question {
    Question {
        field,
        label,
        hint: ("", ""),
        required: true,
        ask,
        when: always,
    }
}

impl Question {
    const fn hint(self, zh: &'static str, en: &'static str) -> Self {
        Self {
            hint: (zh, en),
            ..self
        }
    }
    const fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }
    const fn when(self, when: fn(&Answers) -> bool) -> Self {
        Self { when, ..self }
    }
}

const fn line(autocomplete: &'static str, longest: u32) -> Ask {
    Ask::Line {
        autocomplete,
        longest,
    }
}

const fn step(code: &'static str, title: Pair, questions: &'static [Question]) -> Step {
    Step {
        code,
        title,
        questions,
        when: always,
    }
}

const WHO: Step = step(
    "who",
    ("申请人是谁", "Who applies"),
    &[question(
        "applicant_kind",
        ("申请人", "The applicant is"),
        Ask::Choice(&APPLICANTS),
    )],
);
const APPLICANT: Step = step(
    "applicant",
    ("申请人的名称和代码", "Name and number of the applicant"),
    &[
        question(
            "name",
            ("名称或者姓名", "Full name"),
            line("organization", 200),
        )
        .hint(
            "与营业执照、登记证书或者身份证件一致",
            "As it stands on the licence, certificate or identity document",
        ),
        question(
            "credit_code",
            ("统一社会信用代码", "Unified social credit code"),
            line("off", 30),
        )
        .hint(
            "18 位数字和大写字母，见营业执照",
            "18 digits and capital letters, on the business licence",
        )
        .when(is_organisation),
        question(
            "id_number",
            ("公民身份号码", "Citizen identity number"),
            line("off", 30),
        )
        .hint(
            "只供办理机关核对身份，加密传送，不对外公示",
            "Only for the authority to check who you are; sealed, never displayed",
        )
        .when(is_person),
    ],
);
const ADDRESS: Step = step(
    "address",
    ("住所或者联系地址", "Address"),
    &[
        question("address", ("地址", "Address"), line("street-address", 200)).hint(
            "省、市、区县，街道门牌",
            "Province, city, district, street and number",
        ),
    ],
);
const REPRESENTATIVE: Step = Step {
    when: is_organisation,
    ..step(
        "representative",
        ("法定代表人或者负责人", "Legal representative"),
        &[
            question("rep_name", ("姓名", "Name"), line("off", 100)),
            question(
                "rep_id_kind",
                ("证件类型", "Kind of document"),
                Ask::Choice(&IDS),
            ),
            question(
                "rep_id_number",
                ("证件号码", "Number of the document"),
                line("off", 30),
            )
            .hint(
                "加密传送，只供办理机关核对",
                "Sealed; only for the authority to check",
            ),
        ],
    )
};
const PROXY: Step = step(
    "proxy",
    (
        "是否由经办人代为办理",
        "Whether somebody acts for the applicant",
    ),
    &[question(
        "has_proxy",
        (
            "由经办人（受托人）代为办理",
            "Somebody else acts for the applicant",
        ),
        Ask::Choice(&YES_NO),
    )
    .hint(
        "由经办人办理的，请在下一步填写经办人，并上传授权委托书",
        "If so, say who on the next page and upload a power of attorney",
    )],
);
const PROXY_DETAILS: Step = Step {
    when: has_proxy,
    ..step(
        "proxy-details",
        ("经办人", "Who acts for the applicant"),
        &[
            question("proxy_name", ("经办人姓名", "Name"), line("name", 100)),
            question(
                "proxy_id_number",
                ("经办人公民身份号码", "Citizen identity number"),
                line("off", 30),
            ),
            question(
                "proxy_relation",
                ("与申请人的关系", "Relation to the applicant"),
                line("off", 50),
            )
            .hint("例如：员工、律师", "For example: employee, lawyer"),
        ],
    )
};
const CONTACT: Step = step(
    "contact",
    ("联系方式", "How to reach you"),
    &[
        question("mobile", ("手机号码", "Mobile telephone"), line("tel", 20)).hint(
            "办理结果以此通知；不用于其他目的",
            "The result is told here; used for nothing else",
        ),
        question("email", ("电子邮箱", "E-mail address"), line("email", 254)).optional(),
    ],
);
const WISH: Step = step(
    "wish",
    ("申请修复的类型", "What the repair is to do"),
    &[question(
        "wish",
        ("申请", "You apply for"),
        Ask::Choice(&WISHES),
    )],
);
const PERFORMANCE: Step = step(
    "performance",
    ("履行义务的情况", "How the duties were performed"),
    &[
        question(
            "performance",
            ("履行和纠正情况", "What was done"),
            Ask::Lines { longest: 2000 },
        )
        .hint(
            "处罚决定、列入决定规定的义务怎样履行，失信行为怎样纠正",
            "How each duty of the decision was performed and the wrong corrected",
        ),
        question(
            "performed_on",
            ("履行完毕的日期", "Performed in full on"),
            Ask::Date,
        ),
        question(
            "amount_paid",
            ("缴纳金额（元）", "Amount paid (yuan)"),
            line("off", 24),
        )
        .hint(
            "例如 5000；没有罚没款的不填",
            "For example 5000; leave it empty when nothing was to be paid",
        )
        .optional(),
    ],
);
const REASON: Step = step(
    "reason",
    ("申请理由", "Why repair is asked for"),
    &[question(
        "reason",
        ("理由", "Reasons"),
        Ask::Lines { longest: 2000 },
    )],
);
const DELIVERY: Step = step(
    "delivery",
    ("决定书怎样送达", "How the decision is served"),
    &[question(
        "delivery",
        ("送达方式", "The decision is to be served"),
        Ask::Choice(&DELIVERIES),
    )],
);
const CONSENT: Question = question(
    "consent",
    ("个人信息", "Personal information"),
    Ask::Tick((
        "我同意办理机关为办理本申请使用所填信息；信息加密传送，办结后按期限删除",
        "I agree that the authorities use what I fill in to handle this application; it is sealed, and deleted after its term",
    )),
);
const DECLARATION: Step = step(
    "declaration",
    ("声明", "Declarations"),
    &[
        question(
            "no_new_penalty",
            ("同类行为", "Acts of the same kind"),
            Ask::Tick((
                "声明：自该决定作出以来，没有因同类违法行为再受行政处罚",
                "I declare that there has been no penalty for an act of the same kind since the decision",
            )),
        ),
        CONSENT,
    ],
);
const TARGET: Step = Step {
    when: without_records,
    ..step("target", ("对什么有异议", "What the objection is about"), &[
        question("target", ("公告、信息或者结果", "Notice, information or result"), Ask::Lines { longest: 500 }).hint("例如：某机关某日公告拟列入的名单、某文书号的信息、某次修复的结果", "For example a notice of a proposed list with its authority and day, a document number, or the result of a repair"),
    ])
};
const OBJECTION_TYPE: Step = step(
    "type",
    ("异议的类型", "What is wrong"),
    &[question(
        "objection_type",
        ("异议的类型", "What is wrong"),
        Ask::Choice(&OBJECTIONS),
    )],
);
const DISPUTED: Step = step(
    "disputed",
    ("有误的内容", "What it says and should say"),
    &[
        question(
            "disputed",
            ("有误的内容", "What it says wrongly"),
            line("off", 200),
        )
        .hint(
            "例如：处罚金额、法定代表人",
            "For example: the amount, the representative",
        )
        .optional(),
        question(
            "correct",
            ("正确的内容", "What it should say"),
            Ask::Lines { longest: 1000 },
        )
        .optional(),
    ],
);
const FACTS: Step = step(
    "facts",
    ("事实和理由", "Facts and reasons"),
    &[question(
        "facts",
        ("事实和理由", "Facts and reasons"),
        Ask::Lines { longest: 5000 },
    )
    .hint(
        "写明事实、依据和请求",
        "The facts, what they rest on, and what you ask for",
    )],
);
const AGREE: Step = step("declaration", ("声明", "Declarations"), &[CONSENT]);
const ABOUT_OBJECTION: Step = step(
    "about",
    ("投诉针对的异议", "The objection complained about"),
    &[question(
        "objection_number",
        ("异议的办件编号", "Number of the objection"),
        line("off", 24),
    )
    .hint(
        "以 YY 开头，见异议的回执，例如 YY-7K3M-9Q2H-4TWX",
        "Begins with YY and stands on the receipt, as YY-7K3M-9Q2H-4TWX",
    )],
);
const GROUND: Step = step(
    "ground",
    ("投诉的理由", "Ground of the complaint"),
    &[question(
        "ground",
        ("投诉的理由", "Ground"),
        Ask::Choice(&GROUNDS),
    )],
);
const REPLIED: Step = Step {
    when: has_reply,
    ..step(
        "replied",
        ("异议回复的日期", "Day of the reply"),
        &[question(
            "replied_on",
            ("收到异议回复的日期", "The reply was received on"),
            Ask::Date,
        )],
    )
};

const REPAIR: [Step; 11] = [
    WHO,
    APPLICANT,
    ADDRESS,
    REPRESENTATIVE,
    PROXY,
    PROXY_DETAILS,
    CONTACT,
    WISH,
    PERFORMANCE,
    REASON,
    DELIVERY,
];
const REPAIR_END: [Step; 1] = [DECLARATION];
const OBJECTION: [Step; 6] = [WHO, APPLICANT, CONTACT, TARGET, OBJECTION_TYPE, DISPUTED];
const OBJECTION_END: [Step; 2] = [FACTS, AGREE];
const COMPLAINT: [Step; 6] = [ABOUT_OBJECTION, GROUND, REPLIED, WHO, APPLICANT, CONTACT];
const COMPLAINT_END: [Step; 2] = [FACTS, AGREE];

/// Every step of a form, in its order.
pub(super) fn whole(kind: FormKind) -> impl Iterator<Item = &'static Step> {
    let (first, last): (&'static [Step], &'static [Step]) = match kind {
        FormKind::Repair => (&REPAIR, &REPAIR_END),
        FormKind::Objection => (&OBJECTION, &OBJECTION_END),
        FormKind::Complaint => (&COMPLAINT, &COMPLAINT_END),
    };
    first.iter().chain(last)
}

/// The steps of a form that are asked, in their order.
#[must_use]
pub fn steps(kind: FormKind, answers: &Answers) -> Vec<&'static Step> {
    whole(kind).filter(|step| (step.when)(answers)).collect()
}

/// The step of a code, when it is asked.
#[must_use]
pub fn find(kind: FormKind, answers: &Answers, code: &str) -> Option<&'static Step> {
    steps(kind, answers).into_iter().find(|s| s.code == code)
}

impl Step {
    /// Its questions that are asked.
    pub fn asked<'a>(
        &'a self,
        answers: &'a Answers,
    ) -> impl Iterator<Item = &'static Question> + 'a {
        self.questions.iter().filter(|q| (q.when)(answers))
    }

    /// What is wrong with the answers to its questions.
    #[must_use]
    pub fn faults(&self, kind: FormKind, answers: &Answers, today: NaiveDate) -> Vec<Fault> {
        let has_records = answers.get(HAS_RECORDS) == "yes";
        let Err(all) = Form::parse(kind, answers, has_records, today) else {
            return Vec::new();
        };
        all.into_iter()
            .filter(|fault| self.asked(answers).any(|q| q.field == fault.field))
            .collect()
    }
}
