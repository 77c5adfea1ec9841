//! One part of an application on its tracking page: how it stands, what is asked, the reply, the deadlines, where the
//! result has arrived, what comes next and what the applicant may do.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::file::named;
use super::track::{TrackView, tag};
use super::{deadline, decision};
use crate::domain::cases::{Key, Procedure, SyncTarget};
use crate::domain::forms::FormKind;
use crate::domain::forms::reply::{Can, Deadline, Reply};
use crate::outside::apply::acts::allows_in;
use crate::outside::apply::{Entry, State};
use crate::outside::web::link;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::instant;

/// A part with what was told of it.
pub(super) struct Part<'a> {
    /// Place, from 0.
    pub at: u32,
    /// How it stands.
    pub state: State,
    /// Everything told of it, with its place among all replies.
    pub told: Vec<(usize, &'a Reply)>,
}

impl<'a> Part<'a> {
    pub(super) fn of(view: &TrackView<'a>, at: u32) -> Self {
        Self {
            at,
            state: view.standing.state_of(at),
            told: view
                .replies
                .iter()
                .enumerate()
                .filter(|(_, r)| r.part == at)
                .collect(),
        }
    }

    fn last(&self) -> Option<&'a Reply> {
        self.told.last().map(|(_, r)| *r)
    }

    /// What it is about, in short.
    pub(super) fn title(&self, lang: Lang, view: &TrackView<'_>) -> String {
        let number = self
            .last()
            .and_then(|r| r.about.document_number.as_deref())
            .filter(|n| !n.is_empty());
        match number {
            Some(number) => number.to_owned(),
            None if view.standing.parts > 1 => {
                format!(
                    "{}{}{}",
                    lang.say("第 ", "Part "),
                    self.at + 1,
                    lang.say(" 项", "")
                )
            }
            None => lang.say("申请事项", "What is applied for").to_owned(),
        }
    }

    pub(super) fn authority(&self) -> &'a str {
        self.last().map_or("", |r| r.about.authority_name.as_str())
    }

    /// An act that waits for the desk.
    fn waiting(&self, view: &TrackView<'_>) -> Option<&'static str> {
        let of = |d: &&crate::outside::apply::acts::Doing| {
            !d.fetched && d.part.is_none_or(|p| p == self.at)
        };
        match view.standing.done.iter().rev().find(of)?.kind.as_str() {
            "answer_supplement" => Some("answer_supplement"),
            _ => Some("withdraw"),
        }
    }

    fn may(&self, view: &TrackView<'_>, what: Can) -> bool {
        let kind = view.standing.kind;
        let told = self.last().is_some_and(|r| r.can.contains(&what));
        match what {
            Can::AnswerSupplement => allows_in(kind, self.state, "answer_supplement"),
            Can::Withdraw => allows_in(kind, self.state, "withdraw"),
            Can::Object => {
                told || kind == FormKind::Repair
                    && matches!(self.state, State::Rejected | State::NotAccepted)
            }
            Can::Complain => {
                told || kind == FormKind::Objection
                    && matches!(
                        self.state,
                        State::Upheld | State::PartlyUpheld | State::Dismissed | State::Corrected
                    )
            }
        }
    }
}

/// The whole part.
pub(super) fn part(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let kind = view.standing.kind;
    let id = format!("part-{}", part.at + 1);
    let waiting = part.waiting(view);
    html! {
        section.part id=(id) aria-labelledby={ (id) "-h" } {
            h2 id={ (id) "-h" } {
                @if view.standing.parts > 1 { span.meta.line { (lang.say("第 ", "Part ")) (part.at + 1) (lang.say(" 项，共 ", " of ")) (view.standing.parts) (lang.say(" 项", "")) } }
                span.typed { (part.title(lang, view)) } " " (tag(lang, kind, part.state))
            }
            (about(lang, view, part))
            (given(lang, view, part))
            @match waiting {
                Some("answer_supplement") => p.callout role="status" { (lang.say("您的补正已经提交，等待办理机关接收。", "Your answer is handed in and waits for the authority.")) },
                Some(_) => p.callout role="status" { (lang.say("您的撤回已经提交，等待办理机关接收。", "Your withdrawal is handed in and waits for the authority.")) },
                None => {},
            }
            @if part.state == State::Supplement && waiting != Some("answer_supplement") { (asked(lang, view, part)) }
            (replies(lang, view, part))
            (deadlines(lang, view, part))
            (arrived(lang, part))
            h3 { (lang.say("接下来", "What comes next")) }
            p { (next(lang, kind, part.state)) }
            @if waiting.is_none() { (acts(lang, view, part)) }
            (history(lang, view, part))
        }
    }
}

fn about(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let Some(last) = part.last() else {
        return html! { p.meta { (lang.say("办理机关接收后，这里显示涉及的信息和机关。", "Once the authority has received it, this names the record and the authority.")) } };
    };
    let list = last
        .about
        .list
        .as_deref()
        .and_then(|l| view.catalogue.list(l));
    let record = last
        .about
        .record
        .as_deref()
        .filter(|id| (view.displayed)(id));
    html! {
        p.meta {
            @if let Some(list) = list { (lang.words(&list.name)) " · " }
            (last.about.authority_name)
            @if let Some(id) = record { " · " a href=(link::record(id)) { (lang.say("查看公示信息", "See what is displayed")) } }
        }
    }
}

/// The files that were handed in with it, and which of them are about this record alone.
fn given(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let files = part.told.first().map_or(&[][..], |(_, r)| &r.about.files);
    html! {
        @if !files.is_empty() {
            details {
                summary { (lang.say("随申请提交的文件", "Files handed in with it")) " " span.num { (files.len()) } }
                ul.files {
                    @for file in files {
                        li { div {
                            (named(lang, file))
                            @if view.standing.parts > 1 {
                                span.meta.line {
                                    @if file.about.is_some() { (lang.say("只涉及这条信息，只送达这个机关", "About this record alone: seen by this authority only")) }
                                    @else { (lang.say("涉及全部所选信息，送达每个办理机关", "About all records: each authority that decides sees it")) }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }
}

fn asked(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let asking = part.told.iter().rev().find(|(_, r)| !r.items.is_empty());
    html! {
        div.callout.ask {
            p { strong { (lang.say("请您补正下列内容（一次性告知）：", "Please supply all of this (it is asked for once):")) } }
            @if let Some((_, reply)) = asking { ul.texts { @for item in &reply.items { li.typed { (item) } } } }
            p.not-printed { a.button href=(link::answer(view.number, part.at)) { (lang.say("补正", "Answer")) } }
        }
    }
}

fn replies(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let said = |r: &&(usize, &Reply)| {
        r.1.letter.is_some()
            || r.1.place.is_some()
            || r.1.reasons.as_deref().is_some_and(|t| !t.trim().is_empty())
    };
    html! {
        @for (at, reply) in part.told.iter().rev().filter(said) {
            div.reply {
                h3 { (lang.say("答复", "Reply")) span.meta.line { (part.authority()) " · " (lang.long_date(reply.on)) } }
                @if let Some(place) = &reply.place { p { (lang.say("请到下列单位办理：", "To be handled by: ")) strong.typed { (place) } } }
                @if reply.letter.is_none() && let Some(reasons) = &reply.reasons { p.typed { (reasons) } }
                @if let Some(letter) = &reply.letter {
                    (decision::text(letter))
                    p.not-printed { a href=(link::letter(view.number, *at)) { (lang.say("下载决定书（PDF）", "Download the letter (PDF)")) } }
                    @if let Some(Some(seal)) = view.seals.get(*at) {
                        p.meta { (lang.say("核验码 ", "Verification code ")) code.seal-code { (seal.grouped()) } " " a href=(seal.link) { (lang.say("核验", "verify")) } }
                    }
                }
            }
        }
    }
}

/// The deadlines that were told last, or the day of the next step where none were.
fn deadlines(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let told = part
        .told
        .iter()
        .rev()
        .find(|(_, r)| !r.deadlines.is_empty());
    let mut all: Vec<Deadline> = told.map_or_else(Vec::new, |(_, r)| r.deadlines.clone());
    // the applicant's own term runs when the desk has nothing more to tell: it is counted here, as in the link below
    let by = told.and_then(|(_, r)| complain_by(view, r.on));
    for own in &mut all {
        if own.procedure == Procedure::ComplaintFile.code() && by.is_some() {
            own.due = by;
        }
    }
    let open = !part.state.is_closed(view.standing.kind);
    if all.is_empty() && open {
        let of = view
            .standing
            .history
            .iter()
            .rev()
            .find(|e| e.part == part.at);
        let of = of.or_else(|| view.standing.history.first());
        all.extend(of.and_then(|e| {
            Some(Deadline {
                procedure: String::new(),
                zh: "下一步".to_owned(),
                en: "Next step".to_owned(),
                source: String::new(),
                due: Some(e.due_on?),
                done: None,
                overdue: false,
                resting: false,
                provisional: e.provisional,
            })
        }));
    }
    html! {
        @if !all.is_empty() {
            h3 { (lang.say("法定期限", "Legal deadlines")) }
            dl.facts { @for one in &all { (deadline::line(lang, one, view.today, view.calendar)) } }
        }
    }
}

/// Where the result has arrived.
fn arrived(lang: Lang, part: &Part<'_>) -> Markup {
    let told = part.told.iter().rev().find(|(_, r)| !r.sync.is_empty());
    html! {
        @if let Some((_, reply)) = told {
            h3 { (lang.say("一次申请，同步更新", "One application, every surface")) }
            dl.facts {
                @for (code, day) in &reply.sync {
                    div.fact {
                        dt { @match SyncTarget::from_code(code) { Some(target) => (lang.say(target.zh(), target.en())), None => (code) } }
                        dd {
                            @match day {
                                Some(day) => { span.tag.good { (lang.say("已更新", "done")) } " " (lang.long_date(*day)) },
                                None => span.tag { (lang.say("更新中", "under way")) },
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What comes next, by state.
fn next(lang: Lang, kind: FormKind, state: State) -> &'static str {
    match state {
        State::Draft => lang.say("草稿还没有提交。", "The draft is not handed in yet."),
        State::Submitted => lang.say(
            "办理机关核对材料是否齐全，然后转认定单位决定是否受理。",
            "The form is checked and passed to the authority, which decides whether to accept it.",
        ),
        State::Supplement => lang.say(
            "等待您补正；补正后期限继续计算，逾期不补正的，办结并告知。",
            "It waits for you; the clock goes on when you have answered, and the matter is closed if you do not in time.",
        ),
        State::Forwarded => lang.say(
            "认定单位决定是否受理，并告知您。",
            "The authority decides whether to accept it and tells you.",
        ),
        State::Accepted | State::Verifying | State::Extended => lang.say(
            "办理机关核查后作出决定，书面答复并说明理由。",
            "The authority checks it, decides and answers in writing with reasons.",
        ),
        State::Consultation => lang.say(
            "信用体系建设领导小组会商后书面答复。",
            "The leading group consults and answers in writing.",
        ),
        State::Approved => lang.say(
            "停止公示，同步更新检索、开放数据和各平台；不需要再申请。",
            "It is not displayed any more, and every surface follows; nothing more is to be applied for.",
        ),
        State::Upheld if matches!(kind, FormKind::Complaint) => lang.say(
            "有关机关在期限内改正，改正后办结。",
            "The authority corrects it within its term, then the matter is settled.",
        ),
        State::Misdirected => lang.say(
            "本件不由本平台转办，请按答复所列单位办理。",
            "It is not for this portal to pass on: turn to the place named in the reply.",
        ),
        State::Closed => lang.say(
            "本件已因逾期未补正办结；材料齐全后可以重新申请。",
            "It was closed since it was not supplied in time; you may apply again.",
        ),
        State::NotAccepted | State::Rejected => lang.say(
            "本件已办结。理由消除后可以重新申请；不服的，可以提出异议，也可以依法申请行政复议或者提起行政诉讼。",
            "It is decided. You may apply again once the reason is gone, object, or turn to reconsideration or the court.",
        ),
        State::Dismissed | State::PartlyUpheld => lang.say(
            "本件已办结。不服的，可以投诉，也可以依法申请行政复议或者提起行政诉讼。",
            "It is decided. You may complain, or turn to reconsideration or the court.",
        ),
        State::Revoked => lang.say(
            "修复已撤销，恢复公示。不服的，可以依法申请行政复议或者提起行政诉讼。",
            "The repair was revoked and the display resumed. You may turn to reconsideration or the court.",
        ),
        State::Resumed => lang.say(
            "暂时屏蔽已结束，恢复公示，期限连续计算。不服的，可以提出异议，也可以依法申请行政复议或者提起行政诉讼。",
            "It was hidden for the time being and is displayed again; its terms ran on. You may object, or turn to reconsideration or the court.",
        ),
        State::Done | State::Corrected | State::Upheld | State::Settled | State::Withdrawn | State::Mixed => {
            lang.say("本件已办结，不需要再做什么。", "It is settled; there is nothing more to do.")
        }
    }
}

/// What may be done from here.
fn acts(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let may = |what| part.may(view, what);
    let about = format!("{}-{}", view.number, part.at + 1);
    let last = part.last();
    let decided = last.map(|r| r.on);
    let withdraw = link::track_at(view.number, &format!("withdraw/{}", part.at + 1));
    let by = decided
        .filter(|_| may(Can::Complain))
        .and_then(|on| complain_by(view, on));
    html! {
        @if may(Can::Withdraw) || may(Can::Object) || may(Can::Complain) {
            ul.acts.not-printed {
                @if may(Can::Object) {
                    li { a href=(link::object_to_result(&about)) { (lang.say("对结果提出异议", "Object to the result")) } }
                }
                @if may(Can::Complain) {
                    li {
                        a href=(link::complain_about(view.number, decided)) { (lang.say("投诉", "Complain about the answer")) }
                        @if let Some(day) = by { span.meta { (lang.say("（请在 ", " (by ")) (lang.long_date(day)) (lang.say("前提出）", ")")) } }
                    }
                }
                @if may(Can::Withdraw) { li { a href=(withdraw) { (lang.say("撤回这一项", "Withdraw this part")) } } }
            }
        }
    }
}

/// The last day of a complaint about an answer.
fn complain_by(view: &TrackView<'_>, answered: NaiveDate) -> Option<NaiveDate> {
    let limit = view
        .limits
        .find(Procedure::ComplaintFile, &Key::default())?;
    let due = view.calendar.add(answered, limit.count).ok()?;
    Some(due.date).filter(|day| *day >= view.today)
}

/// What a line tells when it tells of another calendar and of nothing else.
fn moved(before: &Entry, line: &Entry) -> Option<(&'static str, &'static str)> {
    if before.state != line.state || line.due_on.is_none() {
        None
    } else if before.due_on != line.due_on {
        let zh = "工作日历调整，期限随之变更";
        Some((
            zh,
            "The calendar of working days was changed, and a deadline with it",
        ))
    } else if before.provisional && !line.provisional {
        let zh = "放假安排已经公布，期限不再是暂定";
        Some((
            zh,
            "The holidays are announced: a deadline is no longer provisional",
        ))
    } else {
        None
    }
}

fn history(lang: Lang, view: &TrackView<'_>, part: &Part<'_>) -> Markup {
    let kind = view.standing.kind;
    let own = view.standing.history.iter().filter(|e| e.part == part.at);
    // what was handed in was handed in for every part
    let first = view
        .standing
        .history
        .first()
        .filter(|e| part.at > 0 && e.state == State::Submitted);
    let lines: Vec<_> = first.into_iter().chain(own).collect();
    html! {
        @if !lines.is_empty() {
            h3 { (lang.say("办理经过", "What happened")) }
            ol.steps {
                @for (n, line) in lines.iter().enumerate() {
                    @let (zh, en) = line.state.words(kind);
                    li {
                        @let (zh, en) = n.checked_sub(1).and_then(|n| moved(lines[n], line)).unwrap_or((zh, en));
                        (lang.say(zh, en))
                        span.meta.line { (instant(line.at)) }
                    }
                }
            }
        }
    }
}
