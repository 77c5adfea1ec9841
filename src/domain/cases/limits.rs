//! Time limits of procedures as data (`index/rules/limits.toml`; domain.md 6, T01 to T28).

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::kinds::{Words, vocabulary};

const EMBEDDED: &str = include_str!("../../../index/rules/limits.toml");

static CHECKED: LazyLock<Result<Limits, LimitsError>> = LazyLock::new(|| Limits::parse(EMBEDDED));

/// The whole country.
const COUNTRY: &str = "100000";

vocabulary! {
    /// What a time limit is for.
    Procedure {
        ListNotice = "list_notice", "拟列入公示", "public notice of a proposed entry";
        ListPublish = "list_publish", "公布名单", "publication of an entry";
        ListExitNotice = "list_exit_notice", "移出公告", "exit notice";
        ListExpiryReport = "list_expiry_report", "到期报告", "report before expiry";
        ListTellUnit = "list_tell_unit", "告知所在单位", "telling the unit";
        MeasuresForward = "measures_forward", "转发联合奖惩要求", "forwarding of a request for measures";
        MeasuresReport = "measures_report", "反馈奖惩措施", "report of measures";
        RecordCollect = "record_collect", "归集", "collection";
        RecordPublish = "record_publish", "公示", "publication";
        RecordRefresh = "record_refresh", "更新", "refresh";
        ListStatement = "list_statement", "列入前陈述申辩", "statement and defence before listing";
        ListObjection = "list_objection", "列入前异议", "objection before listing";
        ObjectionAnswer = "objection_answer", "异议答复", "answer to an objection";
        ObjectionExtend = "objection_extend", "异议答复延期", "extension of the answer";
        ObjectionCompare = "objection_compare", "异议比对", "comparison with the source";
        ObjectionAccept = "objection_accept", "异议受理", "acceptance of an objection";
        MeasuresSuspend = "measures_suspend", "暂停措施", "suspension of measures";
        ComplaintFile = "complaint_file", "提出投诉", "filing of a complaint";
        ComplaintDecide = "complaint_decide", "处理投诉", "decision of a complaint";
        ComplaintCorrect = "complaint_correct", "按投诉处理决定改正", "correction after a complaint";
        RepairAccept = "repair_accept", "修复受理", "acceptance of a repair";
        RepairFeedback = "repair_feedback", "修复结果反馈", "feedback of the result";
        RepairDecide = "repair_decide", "修复决定", "decision of a repair";
        RepairExtend = "repair_extend", "修复延期", "extension of the decision";
        SupplementAnswer = "supplement_answer", "补正", "supplement";
        RepairEndDisplay = "repair_end_display", "修复后终止公示", "end of display after repair";
        RecordWithdraw = "record_withdraw", "撤回", "withdrawal";
        SamrPublish = "samr_publish", "市场监管公示", "publication in market regulation";
        SamrPush = "samr_push", "市场监管推送", "push in market regulation";
        GovernmentPublish = "government_publish", "政府信息公开", "government information";
        CourtDelete = "court_delete", "法院删除", "deletion by the court";
        CourtReview = "court_review", "法院审查", "review by the court";
        CourtAppeal = "court_appeal", "申请复议", "appeal to the higher court";
        CourtAppealDecide = "court_appeal_decide", "复议决定", "decision of the higher court";
        RemedyReconsideration = "remedy_reconsideration", "行政复议", "administrative reconsideration";
        RemedyLitigation = "remedy_litigation", "行政诉讼", "administrative litigation";
        StandardComment = "standard_comment", "征求意见", "comments on a standard";
        RecordLongest = "record_longest", "最长公示期", "longest display";
        ObjectionAnnotate = "objection_annotate", "异议标注", "note of an objection";
    }
}

vocabulary! {
    /// Unit of a time limit.
    Unit {
        WorkingDays = "working_days", "个工作日", "working days";
        Days = "days", "日", "days";
        Months = "months", "个月", "months";
    }
}

/// One time limit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Identifier (`T15`).
    pub id: String,
    /// What it is for.
    pub procedure: Procedure,
    /// Codes of categories or lists that it is about; everything when empty.
    #[serde(default)]
    pub about: Vec<String>,
    /// Region in which it holds (GB/T 2260; 100000 is the whole country).
    pub jurisdiction: String,
    /// Rule set that it belongs to; every one when empty.
    #[serde(default)]
    pub rule_set: String,
    /// Number of units; 0 is at once.
    pub count: u32,
    /// Unit, as the rule writes it.
    pub unit: Unit,
    /// What must happen.
    pub what: Words,
    /// From which event it runs.
    pub from: Words,
    /// Document and article.
    pub source: String,
    /// No text settles it: to be edited by the authority.
    #[serde(default)]
    pub recall: bool,
    /// A least time and not a longest one.
    #[serde(default)]
    pub at_least: bool,
    /// Counted back from the event.
    #[serde(default)]
    pub before: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Jurisdiction {
    code: String,
    #[serde(default)]
    rule_set: String,
    #[serde(default)]
    days_are_working_days: bool,
    source: String,
}

/// The table of time limits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Version of the table.
    pub version: String,
    /// Months without application after false material [recall].
    pub bar_months: u32,
    #[serde(default)]
    jurisdiction: Vec<Jurisdiction>,
    limit: Vec<Limit>,
}

/// What a time limit is looked up by, beside the procedure.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Code of the category (`penalty`).
    pub category: String,
    /// Code of the list (`penalty_samr`).
    pub list: String,
    /// Region of the authority (GB/T 2260, six digits).
    pub jurisdiction: String,
    /// Rule set: the layer of a local list (`xiamen`), else the regime that computed the dates (`R36`).
    pub rule_set: String,
}

/// Everything wrong in a table of limits; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsError(pub Vec<String>);

impl fmt::Display for LimitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for LimitsError {}

impl Limits {
    /// The table that the program carries.
    ///
    /// # Errors
    /// When the table is wrong; a test holds that the embedded one is not.
    pub fn embedded() -> Result<Self, LimitsError> {
        CHECKED.clone()
    }

    /// Reads and checks a table.
    ///
    /// # Errors
    /// [`LimitsError`] with every fault, each naming its row.
    pub fn parse(text: &str) -> Result<Self, LimitsError> {
        let table: Self = toml::from_str(text).map_err(|e| LimitsError(vec![e.to_string()]))?;
        let faults = table.faults();
        if faults.is_empty() {
            Ok(table)
        } else {
            Err(LimitsError(faults))
        }
    }

    /// Every row.
    pub fn rows(&self) -> impl Iterator<Item = &Limit> {
        self.limit.iter()
    }

    /// The row for a procedure: of the nearest jurisdiction, then the one that names what it is about, then the one
    /// that names the rule set.
    #[must_use]
    pub fn find(&self, procedure: Procedure, key: &Key) -> Option<&Limit> {
        let regions = regions_of(&key.jurisdiction);
        self.limit
            .iter()
            .filter(|row| row.procedure == procedure)
            .filter(|row| row.rule_set.is_empty() || row.rule_set == key.rule_set)
            .filter(|row| {
                row.about.is_empty()
                    || row
                        .about
                        .iter()
                        .any(|a| *a == key.category || *a == key.list)
            })
            .filter_map(|row| {
                let near = regions.iter().position(|r| *r == row.jurisdiction)?;
                let rank = (
                    std::cmp::Reverse(near),
                    !row.about.is_empty(),
                    !row.rule_set.is_empty(),
                );
                Some((rank, row))
            })
            .max_by_key(|(rank, _)| *rank)
            .map(|(_, row)| row)
    }

    /// The unit that counts: `days` are working days where the rules of the jurisdiction say so (S1 art. 26).
    #[must_use]
    pub fn unit(&self, limit: &Limit) -> Unit {
        let regions = regions_of(&limit.jurisdiction);
        let worked = self
            .jurisdiction
            .iter()
            .filter(|j| j.rule_set.is_empty() || j.rule_set == limit.rule_set)
            .any(|j| j.days_are_working_days && regions.contains(&j.code));
        match limit.unit {
            Unit::Days if worked => Unit::WorkingDays,
            unit => unit,
        }
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for n in 1..=28 {
            let id = format!("T{n:02}");
            if !self.limit.iter().any(|row| row.id == id) {
                faults.push(format!("{id}: no row"));
            }
        }
        for procedure in Procedure::ALL {
            if !self.limit.iter().any(|row| row.procedure == *procedure) {
                faults.push(format!("{}: no row", procedure.code()));
            }
        }
        for place in &self.jurisdiction {
            if !is_region(&place.code) || place.source.is_empty() {
                faults.push(format!(
                    "jurisdiction {}: no region, or no source",
                    place.code
                ));
            }
        }
        for (n, row) in self.limit.iter().enumerate() {
            let at = format!("{} {} {}", row.id, row.procedure.code(), row.jurisdiction);
            if !is_region(&row.jurisdiction) {
                faults.push(format!("{at}: {:?} is no region", row.jurisdiction));
            }
            if row.source.is_empty() || row.what.zh.is_empty() || row.from.zh.is_empty() {
                faults.push(format!("{at}: what, from and source must be told"));
            }
            if row.recall != row.source.contains("[recall]") {
                faults.push(format!(
                    "{at}: `recall` and the source contradict each other"
                ));
            }
            if row.count > 366 {
                faults.push(format!("{at}: {} is beyond any time limit", row.count));
            }
            if row.before && row.unit == Unit::Months {
                faults.push(format!("{at}: months are not counted back"));
            }
            let twin = self.limit.iter().skip(n + 1).any(|other| {
                other.procedure == row.procedure
                    && other.jurisdiction == row.jurisdiction
                    && other.rule_set == row.rule_set
                    && (other.about == row.about
                        || other.about.iter().any(|a| row.about.contains(a)))
            });
            if twin {
                faults.push(format!("{at}: two rows have the same key"));
            }
        }
        faults
    }
}

fn is_region(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())
}

/// A region and those around it, the nearest first: district, city, province, country.
fn regions_of(code: &str) -> Vec<String> {
    let mut out = vec![code.to_owned()];
    if is_region(code) {
        out.push(format!("{}00", &code[..4]));
        out.push(format!("{}0000", &code[..2]));
    }
    out.push(COUNTRY.to_owned());
    out.dedup();
    out
}
