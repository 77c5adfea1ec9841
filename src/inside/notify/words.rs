//! The texts of mails. They hold the number of an application and where to look, and nothing else about anybody: who reads
//! somebody's mail learns no more than that he has applied for something.

use chrono::NaiveDate;

use crate::outside::web::parts::lang::Lang;

/// A mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub subject: String,
    pub body: String,
}

/// Both languages, the reader's own first.
fn languages(tag: &str) -> [Lang; 2] {
    match Lang::of_tag(tag).unwrap_or_default() {
        Lang::En => [Lang::En, Lang::Hans],
        chinese => [chinese, Lang::En],
    }
}

/// That the state of an application has changed.
pub(super) fn changed(tag: &str, number: &str, base_url: &str) -> Text {
    let both = languages(tag);
    let subject =
        both.map(|lang| lang.say("您的申请办理状态有变化", "Your application has changed"));
    Text {
        subject: format!("{} {} {number}", subject[0], subject[1]),
        body: both
            .map(|lang| one_changed(lang, number, base_url))
            .join("\n--------\n\n"),
    }
}

fn one_changed(lang: Lang, number: &str, base_url: &str) -> String {
    let head = lang.say(
        "您在信用信息公示平台提交的申请，办理状态有变化。",
        "The state of an application that you handed in at the public-credit portal has changed.",
    );
    let which = lang.say("申请编号：", "Number of the application: ");
    let look = lang.say(
        "请在以下页面用申请编号和查询码查看：",
        "See what is new with the number and the secret of the application at:",
    );
    let free = lang.say(
        "信用修复、异议申诉和投诉一律免费，任何单位和个人不得收费或者代办收费。",
        "Credit repair, objections and complaints are free of charge. Nobody may charge for them, for arranging them or for speeding them up.",
    );
    let fraud = lang.say(
        "我们从不通过邮件、电话或者短信索要钱款、密码、查询码或者验证码。收到此类要求的，请勿理会并报警。",
        "We never ask for money, a password, the secret of an application or a code, by mail, telephone or message. Do not answer who does, and tell the police.",
    );
    let machine = lang.say(
        "本邮件由系统自动发送，请勿回复。",
        "This mail was sent by a machine. Please do not answer it.",
    );
    format!("{head}\n{which}{number}\n\n{look}\n{base_url}/track\n\n{free}\n{fraud}\n\n{machine}\n")
}

/// How many cases of an authority are due.
pub(super) fn due(overdue: u64, soon: u64, on: NaiveDate, base_url: &str) -> Text {
    Text {
        subject: format!("信用案件办理期限提醒 Cases that are due {on}"),
        body: format!(
            "截至{on}，贵单位在信用信息公示平台待办的案件中：\n已超过法定期限：{overdue}件\n两个工作日内到期：{soon}件\n\
             请登录办理：{base_url}/desk\n\n--------\n\n\
             As of {on}, of the cases of your authority at the public-credit portal:\noverdue: {overdue}\n\
             due within two working days: {soon}\nSign in: {base_url}/desk\n"
        ),
    }
}
