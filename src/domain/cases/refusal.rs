//! Why an act is refused: typed, and told in Chinese and English. Nothing that was typed stands in it.

use chrono::NaiveDate;

use super::Role;
use crate::domain::kinds::Words;
use crate::domain::workdays::NotCovered;

/// Why an act is refused; the case stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The case is in a state in which this does not happen.
    NotNow {
        /// The state in Chinese.
        zh: &'static str,
        /// The state in English.
        en: &'static str,
        /// Code of the event.
        event: &'static str,
    },
    /// The role may not do this.
    NotYours {
        /// The role.
        role: Role,
    },
    /// The case belongs to another authority.
    OtherAuthority,
    /// Who has handled the case may not decide it (two-person rule).
    SamePerson,
    /// Something must be told and is not: code of what.
    Missing(&'static str),
    /// Not before a day.
    TooEarly {
        /// First day on which it is possible.
        from: NaiveDate,
    },
    /// The law excludes repair of this information.
    NotRepairable,
    /// Repair is not decided by way of this portal.
    OtherChannel,
    /// False material was handed in before: no application until a day.
    Barred {
        /// First day on which it is possible again.
        until: NaiveDate,
    },
    /// Another application about the same record is open.
    AlreadyOpen,
    /// A term still runs: its last day.
    StillRuns {
        /// Last day of the term.
        until: NaiveDate,
    },
    /// The party may still state its case and defend itself: its last day.
    PartyHeard {
        /// Last day of the party.
        until: NaiveDate,
    },
    /// The term ends by a provisional calendar and is not enforced against an applicant.
    Provisional {
        /// Last day by the provisional calendar.
        until: NaiveDate,
    },
    /// The term is over since a day.
    Late {
        /// Last day of the term.
        until: NaiveDate,
    },
    /// A supplement was asked for before; it may be asked for once.
    SupplementUsed,
    /// The term was extended before; it may be extended once.
    ExtendedBefore,
    /// No rule allows an extension here.
    NoExtension,
    /// The act lies before the newest one of the case.
    Backwards {
        /// Day of the newest act.
        last: NaiveDate,
    },
    /// The reason of exit does not fit the list.
    WrongReason,
    /// The cross-check with the lists of dishonesty was not made, or not on this day.
    NotChecked,
    /// No rule sets a term for this: code of the procedure.
    NoLimit(&'static str),
    /// The calendar does not reach.
    NotCovered(NotCovered),
}

impl From<NotCovered> for Refusal {
    fn from(cause: NotCovered) -> Self {
        Self::NotCovered(cause)
    }
}

impl Refusal {
    /// Stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotNow { .. } => "not_now",
            Self::NotYours { .. } => "not_yours",
            Self::OtherAuthority => "other_authority",
            Self::SamePerson => "same_person",
            Self::Missing(_) => "missing",
            Self::TooEarly { .. } => "too_early",
            Self::NotRepairable => "not_repairable",
            Self::OtherChannel => "other_channel",
            Self::Barred { .. } => "barred",
            Self::AlreadyOpen => "already_open",
            Self::StillRuns { .. } => "still_runs",
            Self::PartyHeard { .. } => "party_heard",
            Self::Provisional { .. } => "provisional",
            Self::Late { .. } => "late",
            Self::SupplementUsed => "supplement_used",
            Self::ExtendedBefore => "extended_before",
            Self::NoExtension => "no_extension",
            Self::Backwards { .. } => "backwards",
            Self::WrongReason => "wrong_reason",
            Self::NotChecked => "not_checked",
            Self::NoLimit(_) => "no_limit",
            Self::NotCovered(_) => "not_covered",
        }
    }

    /// The last day of the term that it is about; none where it is about none.
    #[must_use]
    pub const fn until(&self) -> Option<NaiveDate> {
        match self {
            Self::StillRuns { until }
            | Self::PartyHeard { until }
            | Self::Provisional { until }
            | Self::Late { until } => Some(*until),
            _ => None,
        }
    }

    /// The refusal in words.
    #[must_use]
    pub fn words(&self) -> Words {
        let (zh, en) = match self {
            Self::NotNow { zh, en, event } => (
                format!("当前状态为“{zh}”，不能进行此项操作（{event}）"),
                format!("`{event}` does not happen in the state \"{en}\""),
            ),
            Self::NotYours { role } => (
                format!("“{}”无权进行此项操作", role.zh()),
                format!("the role \"{}\" may not do this", role.en()),
            ),
            Self::OtherAuthority => both(
                "本件属于其他认定单位",
                "the case belongs to another authority",
            ),
            Self::SamePerson => both(
                "经办人不能审批自己经办的事项，请由另一人办理",
                "who has handled the case may not decide it: somebody else must",
            ),
            Self::Missing(what) => (
                format!("缺少必填内容：{}", missing_zh(what)),
                format!("`{what}` must be given"),
            ),
            Self::TooEarly { from } => (format!("{from}起方可办理"), format!("not before {from}")),
            Self::NotRepairable => both(
                "依照规定不予修复的信息",
                "the rules exclude repair of this information",
            ),
            Self::OtherChannel => both(
                "该信息的修复不由本平台受理，请到认定单位的系统或者执行法院办理",
                "its repair is decided on another system or by the court",
            ),
            Self::Barred { until } => (
                format!("曾提交虚假材料，{until}起方可再次申请"),
                format!("false material was handed in before: not before {until}"),
            ),
            Self::AlreadyOpen => both(
                "同一信息已有正在办理的申请",
                "another application about the same record is open",
            ),
            Self::StillRuns { until } => (
                format!("期限尚未届满，截止日为{until}"),
                format!("the term runs through {until}"),
            ),
            Self::PartyHeard { until } => (
                format!("签发、公布应当在当事人陈述、申辩的期限届满之后，期限截至{until}"),
                format!(
                    "It must be signed and published after {until}, the last day on which the party may state its case"
                ),
            ),
            Self::Provisional { until } => (
                format!("截止日{until}按暂定工作日历计算，不作为对申请人不利的依据"),
                format!(
                    "the last day {until} follows from a provisional calendar and is not enforced against an applicant"
                ),
            ),
            Self::Late { until } => (
                format!("已超过期限，截止日为{until}"),
                format!("the term ended on {until}"),
            ),
            Self::SupplementUsed => both(
                "补正要求只能一次性提出",
                "a supplement may be asked for once only",
            ),
            Self::ExtendedBefore => both("期限只能延长一次", "a term may be extended once only"),
            Self::NoExtension => both("没有可以延长期限的规定", "no rule allows an extension"),
            Self::Backwards { last } => (
                format!("操作日期早于最近一次操作（{last}）"),
                format!("it lies before the newest act of the case, of {last}"),
            ),
            Self::WrongReason => both(
                "移出原因与名单性质不符",
                "the reason of exit does not fit the list",
            ),
            Self::NotChecked => both(
                "尚未与市、省、国家失信名单交叉比对，或者不是当日比对",
                "the cross-check with the lists of city, province and state was not made today",
            ),
            Self::NoLimit(what) => (
                format!("没有规定该程序的期限（{what}）"),
                format!("no rule sets a term for `{what}`"),
            ),
            Self::NotCovered(cause) => (cause.zh(), cause.to_string()),
        };
        Words { zh, en }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words().en)
    }
}

impl std::error::Error for Refusal {}

fn both(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

fn missing_zh(what: &str) -> &str {
    match what {
        "reasons" => "理由",
        "items" => "需要补正的材料",
        "place" => "应当办理的单位",
        "changes" => "更正前后的内容",
        "findings" => "核查情况",
        "meeting" => "会议纪要编号",
        "reference" => "相关办件",
        "basis_document" => "依据文书",
        "conditions" => "列入、移出条件和救济措施",
        "head" => "严重失信主体名单的设列领域",
        "party_notice" => "事先告知",
        "prior_notice" => "事前公示",
        "document_number" => "决定文号",
        "lists" => "比对的名单",
        "expiry_report" => "到期报告",
        "exit_proposal" => "移出建议",
        "reply" => "异议答复",
        "finding" => "审查结论",
        "reason" => "移出原因",
        "ground" => "恢复的原因",
        other => other,
    }
}
