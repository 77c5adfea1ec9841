//! Decision letters: what was decided, why, and where to turn against it (APL art. 44; 行政复议法 art. 20; 行政诉讼法 art. 46).

use chrono::{Datelike, NaiveDate};

use super::Cases;
use super::reply::Said;
use crate::domain::cases::{ComplaintEvent, Event, ObjectionEvent, RepairEvent};
use crate::domain::catalogue::{ListEntry, Remedy, RemedyKind};
use crate::domain::forms::reply::Letter;
use crate::inside::vault::cases::{StoredCase, StoredEvent};

/// What kind of letter an event makes: titles, and the sentence that decides.
struct Form {
    title: (&'static str, &'static str),
    decides: &'static str,
}

/// The letter that an event makes; none where nothing is decided.
pub(super) fn letter(
    cases: &Cases,
    case: &StoredCase,
    event: &StoredEvent,
    said: &Said,
) -> Option<Letter> {
    let form = form(&event.event)?;
    let mut body = vec![received(case), form.decides.to_owned()];
    if let Some(reasons) = &said.reasons {
        body.push(format!("理由：{}", reasons.trim()));
    }
    if let Some(place) = &said.place {
        body.push(format!("请到以下单位办理：{}", place.trim()));
    }
    Some(made(cases, case, form.title, body, event.on))
}

/// The letter on an application against which the law stands from the beginning.
pub(super) fn not_eligible(cases: &Cases, case: &StoredCase, on: NaiveDate) -> Letter {
    let why = case.note.refused.as_ref().map_or("", |(zh, _)| zh.as_str());
    let body = vec![
        received(case),
        "经核对公示信息和修复规则，该申请不符合提出修复申请的条件，不予受理。".to_owned(),
        format!("理由：{why}。"),
    ];
    made(
        cases,
        case,
        ("不予受理告知书", "Notice of non-acceptance"),
        body,
        on,
    )
}

fn made(
    cases: &Cases,
    case: &StoredCase,
    (title_zh, title_en): (&str, &str),
    body: Vec<String>,
    decided_on: NaiveDate,
) -> Letter {
    let entry = cases.catalogue.list(&case.list);
    let about = match (entry, &case.note.document_number) {
        (Some(entry), Some(number)) => format!("{}（{number}）", entry.name.zh),
        (Some(entry), None) => entry.name.zh.clone(),
        (None, Some(number)) => number.clone(),
        (None, None) => "所申请的事项".to_owned(),
    };
    let authority = if case.note.authority_name.is_empty() {
        "公共信用信息工作机构".to_owned()
    } else {
        case.note.authority_name.clone()
    };
    Letter {
        number: case.id.clone(),
        title_zh: title_zh.to_owned(),
        title_en: title_en.to_owned(),
        to: case.note.applicant.clone(),
        about,
        body,
        remedies: remedies(entry, case),
        authority,
        decided_on,
        code: String::new(),
    }
}

fn received(case: &StoredCase) -> String {
    let on = case.opened_on;
    format!(
        "你（单位）于{}年{}月{}日提交的{}（办件编号{}）收悉。",
        on.year(),
        on.month(),
        on.day(),
        match case.opened.kind() {
            crate::domain::cases::CaseKind::Repair => "信用修复申请",
            crate::domain::cases::CaseKind::Objection => "异议申诉",
            crate::domain::cases::CaseKind::Complaint => "投诉",
            crate::domain::cases::CaseKind::Entry => "材料",
        },
        case.application.as_deref().unwrap_or(&case.id),
    )
}

fn form(event: &Event) -> Option<Form> {
    let form = |zh, en, decides| {
        Some(Form {
            title: (zh, en),
            decides,
        })
    };
    match event {
        Event::Repair(event) => match event {
            RepairEvent::Misdirect { .. } => form(
                "信用修复申请转办告知书",
                "Notice where to apply",
                "该申请不属于本平台受理范围。",
            ),
            RepairEvent::Refuse { .. } => form(
                "不予受理决定书",
                "Decision of non-acceptance",
                "经审查，决定不予受理。",
            ),
            RepairEvent::Approve { .. } => form(
                "准予信用修复决定书",
                "Decision to grant credit repair",
                "经核查，符合信用修复条件，决定准予信用修复：终止公示相关信息，停止共享和使用，解除相应的惩戒措施。",
            ),
            RepairEvent::Reject { .. } => form(
                "不予信用修复决定书",
                "Decision to refuse credit repair",
                "经核查，不符合信用修复条件，决定不予信用修复。条件具备后可以再次申请。",
            ),
            RepairEvent::Revoke { .. } => form(
                "撤销信用修复决定书",
                "Decision to revoke credit repair",
                "经查，申请材料虚假，决定撤销信用修复：恢复公示，并在规定期限内不再受理修复申请。",
            ),
            RepairEvent::Shelter { .. } => form(
                "暂时屏蔽失信信息决定书",
                "Decision to hide information for the time being",
                "经核查，决定在重整计划或者和解协议执行期间暂时屏蔽相关信息，停止共享和使用，暂时解除相应的惩戒措施；原公示期限和措施期限继续计算。",
            ),
            RepairEvent::Resume { .. } => form(
                "恢复公示决定书",
                "Decision to resume the display",
                "经核查，暂时屏蔽的条件已不存在，决定恢复公示，恢复相应的惩戒措施；原公示期限和措施期限连续计算，不因屏蔽延长。",
            ),
            _ => None,
        },
        Event::Objection(event) => match event {
            ObjectionEvent::Refuse { .. } => form(
                "异议不予受理告知书",
                "Notice of non-acceptance",
                "经审查，决定不予受理。",
            ),
            ObjectionEvent::CorrectAtOnce { .. } => form(
                "异议处理结果告知书",
                "Answer to the objection",
                "经比对，公示内容与来源信息不一致，已予更正。",
            ),
            ObjectionEvent::Uphold { .. } => form(
                "异议答复书",
                "Answer to the objection",
                "经核查，异议成立，已按规定处理。",
            ),
            ObjectionEvent::UpholdPartly { .. } => form(
                "异议答复书",
                "Answer to the objection",
                "经核查，异议部分成立，相关内容已予更正，其余内容维持。",
            ),
            ObjectionEvent::Dismiss { .. } => form(
                "异议答复书",
                "Answer to the objection",
                "经核查，异议不成立，公示信息维持不变。",
            ),
            _ => None,
        },
        Event::Complaint(event) => match event {
            ComplaintEvent::Refuse { .. } => form(
                "投诉不予受理告知书",
                "Notice of non-acceptance",
                "经审查，决定不予受理。",
            ),
            ComplaintEvent::Uphold { .. } => form(
                "投诉处理决定书",
                "Decision on the complaint",
                "经会商，投诉成立，已责令认定单位限期改正。",
            ),
            ComplaintEvent::Dismiss { .. } => form(
                "投诉处理决定书",
                "Decision on the complaint",
                "经会商，投诉不成立。",
            ),
            ComplaintEvent::Comply { .. } => form(
                "投诉办结告知书",
                "Notice of correction",
                "认定单位已按投诉处理决定改正。",
            ),
            _ => None,
        },
        Event::Entry(_) => None,
    }
}

/// The remedies that the catalogue names; those of the law where it names none.
fn remedies(entry: Option<&ListEntry>, case: &StoredCase) -> Vec<String> {
    use crate::domain::cases::CaseKind;
    let of_list: &[Remedy] = entry.map_or(&[], |e| e.remedies.as_slice());
    let fits = |kind: RemedyKind| match kind {
        RemedyKind::Objection => case.opened.kind() == CaseKind::Repair,
        RemedyKind::Complaint => case.opened.kind() == CaseKind::Objection,
        RemedyKind::Reconsideration | RemedyKind::Litigation | RemedyKind::CourtReview => true,
    };
    let mut out: Vec<String> = of_list
        .iter()
        .filter(|r| fits(r.kind))
        .map(|r| {
            format!(
                "{}：{}，{}（{}）",
                r.kind.zh(),
                r.place.zh,
                r.limit.zh,
                r.basis
            )
        })
        .collect();
    let named = |kind: RemedyKind| of_list.iter().any(|r| r.kind == kind);
    if named(RemedyKind::CourtReview) {
        return out;
    }
    if !named(RemedyKind::Reconsideration) {
        out.push(
            "行政复议：可以自知道本决定之日起六十日内依法申请（行政复议法第二十条）".to_owned(),
        );
    }
    if !named(RemedyKind::Litigation) {
        out.push(
            "行政诉讼：可以自知道本决定之日起六个月内依法向人民法院起诉（行政诉讼法第四十六条）"
                .to_owned(),
        );
    }
    out
}
