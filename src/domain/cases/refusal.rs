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

    /// The refusal in words: what must be, in the manner of the messages beside fields.
    #[must_use]
    pub fn words(&self) -> Words {
        let (zh, en) = match self {
            Self::NotNow { zh, en, event } => (
                format!("该操作应当在其他状态下办理，当前状态为“{zh}”（{event}）"),
                format!("This must be done in another state, and it is \"{en}\" now (`{event}`)"),
            ),
            Self::NotYours { role } => (
                format!("该操作应当由有权限的人员办理，“{}”不能办理", role.zh()),
                format!("This must be done in another role than \"{}\"", role.en()),
            ),
            Self::OtherAuthority => both(
                "本件应当由所属的认定单位办理",
                "This must be done by the authority that the case belongs to",
            ),
            Self::SamePerson => both(
                "经办人不能审批自己经办的事项，应当由另一人办理",
                "This must be decided by somebody who has not handled the case",
            ),
            Self::Missing(what) => missing(what),
            Self::NotRepairable => both(
                "该信息依照规定不予修复，应当按期限公示",
                "This information must be shown through its term: the rules exclude its repair",
            ),
            Self::OtherChannel => both(
                "该信息的修复应当到认定单位的系统或者执行法院申请",
                "Its repair must be applied for on the system of the authority, or at the court",
            ),
            Self::AlreadyOpen => both(
                "同一信息应当只有一件正在办理的申请，请待该申请办结",
                "An application about a record must be over before the next one, and one is open",
            ),
            Self::SupplementUsed => both(
                "补正要求应当一次性提出，此前已经提出",
                "Whatever is missing must be asked for once, and was asked for before",
            ),
            Self::ExtendedBefore => both(
                "期限应当至多延长一次，此前已经延长",
                "A term must be extended once at most, and was extended before",
            ),
            Self::NoExtension => both(
                "期限应当依照规定，没有可以延长的规定",
                "The term must be kept, since no rule allows an extension",
            ),
            Self::WrongReason => both(
                "原因应当与名单性质和移出情况相符",
                "Reason must fit the list, and how the entry left it",
            ),
            Self::NotChecked => both(
                "应当先于当日与市、省、国家失信名单交叉比对",
                "The lists of city, province and state must be checked first, on the same day",
            ),
            Self::NoLimit(what) => (
                format!("应当先在期限表中规定该程序的期限（{what}）"),
                format!("The table of limits must set a term for `{what}` first"),
            ),
            Self::NotCovered(cause) => (
                format!("应当先补充工作日历：{}", cause.zh()),
                format!("The calendar must reach further: {cause}"),
            ),
            Self::TooEarly { .. }
            | Self::Barred { .. }
            | Self::StillRuns { .. }
            | Self::PartyHeard { .. }
            | Self::Provisional { .. }
            | Self::Late { .. }
            | Self::Backwards { .. } => self.about_a_day(),
        };
        Words { zh, en }
    }

    /// Words of those that are about a day.
    fn about_a_day(&self) -> (String, String) {
        match self {
            Self::TooEarly { from } => (
                format!("应当在{from}当日或者以后办理"),
                format!("This must be done on {from} or later"),
            ),
            Self::Barred { until } => (
                format!("此前提交过虚假材料，应当在{until}当日或者以后再次申请"),
                format!(
                    "The next application must be made on {until} or later, since false material was handed in before"
                ),
            ),
            Self::StillRuns { until } => (
                format!("该操作应当在期限届满之后办理，期限截至{until}"),
                format!("This must be done after {until}, the last day of the term"),
            ),
            Self::PartyHeard { until } => (
                format!("签发、公布应当在当事人陈述、申辩的期限届满之后，期限截至{until}"),
                format!(
                    "It must be signed and published after {until}, the last day on which the party may state its case"
                ),
            ),
            Self::Provisional { until } => (
                format!(
                    "期限截至{until}是按暂定工作日历计算的，应当在正式日历公布之后办理，不作为对当事人不利的依据"
                ),
                format!(
                    "This must wait for the calendar of that year: the last day {until} is provisional and holds against nobody"
                ),
            ),
            Self::Late { until } => (
                format!("应当在{until}当日或者以前办理，期限已过"),
                format!("It must be done on {until} or earlier, and the term is over"),
            ),
            Self::Backwards { last } => (
                format!("操作日期应当不早于最近一次操作（{last}）"),
                format!("Day must be {last}, that of the newest act, or later"),
            ),
            _ => (String::new(), String::new()),
        }
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

/// What must be told, or must have been done first.
fn missing(what: &str) -> (String, String) {
    let (zh, en) = match what {
        "party_notice" => ("应当先告知当事人", "The party must be told first"),
        "prior_notice" => ("应当先进行公示", "The public notice must come first"),
        "conditions" => (
            "目录应当载明名单的列入、移出条件和救济措施",
            "The catalogue must have the conditions and remedies of the list",
        ),
        "head" => (
            "目录应当载明严重失信主体名单的设列领域",
            "The catalogue must have the field of the list of serious dishonesty",
        ),
        "valid_until" => (
            "事项应当有有效期",
            "The entry must have a last day of validity",
        ),
        "exit_proposal" => (
            "应当先由另一人提出移出",
            "An exit must be proposed by somebody else first",
        ),
        "expiry_report" => (
            "应当先报告到期",
            "The expiry must be reported to the meeting first",
        ),
        "lists" => (
            "应当与市、省、国家三级名单逐一比对",
            "The lists of city, province and state must all be looked at",
        ),
        "reply" => (
            "应当先有对异议的答复，或者答复已经逾期",
            "The objection must have been answered, or its answer be overdue",
        ),
        "finding" => ("请选择审查结论", "Select what the review finds"),
        "reason" => ("请选择移出原因", "Select the reason of the exit"),
        "ground" => ("请选择恢复的原因", "Select why it comes back"),
        "reasons" => ("请填写理由", "Enter the reasons"),
        "items" => ("请填写需要补正的材料", "Enter what is to be supplied"),
        "place" => (
            "请填写应当办理的单位",
            "Enter where the application belongs",
        ),
        "changes" => (
            "请填写更正前后的内容，两者应当不同",
            "Enter what is to be corrected: old and new must differ",
        ),
        "findings" => ("请填写核查情况", "Enter what was found"),
        "meeting" => ("请填写会议纪要编号", "Enter the reference of the meeting"),
        "reference" => ("请填写相关办件", "Enter the case that it follows from"),
        "basis_document" => (
            "请填写依据文书",
            "Enter the document that the entry rests on",
        ),
        "document_number" => ("请填写决定文号", "Enter the number of the decision"),
        other => {
            return (
                format!("请填写必填内容（{other}）"),
                format!("Enter what is asked for (`{other}`)"),
            );
        }
    };
    both(zh, en)
}
