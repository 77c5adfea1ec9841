//! Judges a catalogue: one named rule a refusal. What is refused here is never published.
//!
//! [`check`] returns every finding; none means that the catalogue may be served. Each finding names the rule,
//! the file, what is missing or wrong, and how to mend it.

mod basis;
mod parts;
mod periods;
mod privacy;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

use super::{Catalogue, ListEntry};
use crate::domain::kinds::{Words, vocabulary};

vocabulary! {
    /// The rules. A code beginning with `R-` is a requirement of the traced documents, `P-` of desensitisation,
    /// `C-` of consistency, `S-` of supplements.
    Rule {
        StatusWithoutBasis = "R-001", "现行有效的条目须有现行有效的依据", "an active entry rests on a basis that stands";
        BasisKind = "R-002", "纳入须依据法律、法规或者党中央、国务院政策文件", "inclusion rests on law, regulation or central policy";
        ShareScope = "R-004", "共享公开须合法必要,范围与是否公开一致", "sharing and disclosure agree, and go no further than needed";
        PersonBasis = "R-005", "公开个人信息须有法律、法规、国务院决定命令依据或者本人同意", "personal information needs a law, regulation, State Council decision or consent";
        SeriousHead = "R-006", "严重失信主体名单须属于四类领域之一", "a list of serious dishonesty falls under one of the four heads";
        StandardRank = "R-007", "严重失信主体名单的认定标准须有相应位阶的依据", "the standard of a list of serious dishonesty has the rank that its level needs";
        PartyNotice = "R-008", "作出认定决定前须告知当事人", "the party is told before the decision";
        DecisionDocument = "R-009", "认定须有决定文书,载明事由、依据、机关、日期", "an entry rests on a decision document that gives reason, authority and date";
        MeasureBasis = "R-010", "惩戒措施须有法律、法规或者政策依据,不得超出法定期限", "a measure cites its own basis and does not outlast it";
        PersonalScore = "R-011", "不得存储、公开自然人信用分或者据此惩戒", "no scores of natural persons";
        RepairParts = "R-012", "信用修复的条件、材料、程序须具体明确", "repair states its conditions, materials and procedure";
        Contact = "R-019", "须公布联系单位和电话", "a unit and its telephone are given";
        StandardText = "R-022", "严重失信主体名单须说明认定标准在何处公布", "a list of serious dishonesty says where its standard is published";
        ListParts = "R-023", "名单须说明内容、认定程序", "a list says what it is and how entries are decided";
        EntryConditions = "R-025", "名单须有列入条件", "a list states its entry conditions";
        NoticeLength = "R-028", "认定前公示不得少于规定的工作日", "public notice before a decision lasts at least as long as the rule says";
        Remedies = "R-037", "名单须同时公布救济途径", "the remedies are published with the list";
        ObjectionAnswer = "R-074", "异议须在规定期限内书面答复", "an objection is answered within a stated time";
        DisclosurePeriod = "R-077", "公开失信信息须明确公开期限", "the period of display is stated";
        RepairExclusion = "R-085", "不予修复须有依据", "excluding repair needs a basis";
        LayerBasis = "R-087", "目录须有依据、版本和施行日期", "a layer has a basis and a version";
        ExitParts = "R-092", "名单须有移出条件和移出程序", "a list states how one leaves it";
        Attributes = "R-093", "目录须列明五项属性", "the five attributes are stated";
        MeasureParts = "R-114", "措施清单须列明内容、实施单位和期限", "a measure says what is done, by whom, for how long";
        IdentifierExposed = "P-001", "证件号码等标识不得公开", "identifiers of persons are not shown";
        PersonalInExport = "P-002", "个人信息不得进入批量下载", "personal data never enters an export";
        Reidentification = "P-003", "不得同时公开可推断出生日期的信息", "nothing that adds up to a date of birth";
        FreeTextUnscrubbed = "P-004", "文本字段须经脱敏", "free text is scrubbed";
        NameUnmasked = "P-005", "自然人、经营者姓名须脱敏", "names of persons and operators are masked";
        InternalExposed = "P-006", "内部字段不得公开", "internal fields are not shown";
        AddressUnmasked = "P-007", "自然人、个体工商户住址须脱敏", "addresses of persons and individual businesses are masked";
        DuplicateMeasure = "C-001", "同一代码的措施内容须一致", "a measure's code means one thing";
        DuplicateField = "C-002", "字段不得重复", "a field stands once in a list";
        UnknownLayer = "C-003", "条目须属于已有的目录层级", "an entry belongs to a layer";
        RegimeGap = "C-004", "各期限规则的适用日期不得重叠或者中断", "regimes of periods follow one another without gap or overlap";
        TermOrder = "C-005", "最短公示期不得长于最长公示期", "the shortest display is no longer than the longest";
        UnknownTemplate = "C-006", "导入模板须存在", "the import template exists";
        CodeForm = "C-007", "代码由小写字母、数字和下划线组成", "codes are lower-case letters, digits and underscores";
        RepairChannel = "C-008", "修复途径与办理方式须一致", "the repair channel can be used";
        WrongTransition = "C-009", "过渡规则须指向后续规则", "a transition points at a later regime";
        SubjectKinds = "C-010", "主体类型与自然人政策须一致", "kinds of subject and the policy on persons agree";
        Widening = "S-001", "补充目录不得扩大公开范围", "a supplement shows no more than the base";
        LongerPeriod = "S-002", "补充目录的公示期不得长于基础目录", "a supplement displays no longer than the base";
        LooserLimit = "S-003", "补充目录的时限不得宽于基础目录", "a supplement's time limits are no looser than the base's";
        OutsideTerritory = "S-004", "补充目录不得超出其适用地域", "a supplement stays within its territory";
    }
}

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Rule that is broken.
    pub rule: Rule,
    /// File, as `national/penalty.toml`.
    pub file: String,
    /// Code of the list; empty for a finding about a layer.
    pub list: String,
    /// Key or part of the entry that is meant.
    pub part: String,
    /// What is missing or wrong.
    pub wrong: Words,
    /// How to mend it.
    pub mend: Words,
}

impl fmt::Display for Finding {
    /// Two lines, Chinese and English: rule, file and part, what is wrong, how to mend it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, file, part) = (self.rule.code(), &self.file, &self.part);
        writeln!(
            f,
            "{code} {file} [{part}] {}:{};处理:{}",
            self.rule.zh(),
            self.wrong.zh,
            self.mend.zh
        )?;
        write!(
            f,
            "      {}: {}; to mend it, {}",
            self.rule.en(),
            self.wrong.en,
            self.mend.en
        )
    }
}

/// Every finding, in the order of layers and lists; none when the catalogue may be served.
#[must_use]
pub fn check(catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    parts::layers(catalogue, &mut findings);
    for entry in catalogue.lists.values() {
        let mut about = About {
            entry,
            findings: &mut findings,
        };
        parts::entry(catalogue, &mut about);
        basis::entry(&mut about);
        periods::entry(&mut about);
        privacy::entry(&mut about);
        super::narrow::entry(catalogue, &mut about);
    }
    parts::measures(catalogue, &mut findings);
    findings
}

/// What is being judged, and where findings go.
pub(in crate::domain::catalogue) struct About<'a> {
    pub entry: &'a ListEntry,
    pub findings: &'a mut Vec<Finding>,
}

impl About<'_> {
    /// Adds a finding when something is wrong.
    pub fn refuse(
        &mut self,
        wrong: bool,
        rule: Rule,
        part: &str,
        what: (&str, &str),
        mend: (&str, &str),
    ) {
        if wrong {
            self.findings.push(Finding {
                rule,
                file: format!("{}/{}.toml", self.entry.layer, self.entry.code),
                list: self.entry.code.clone(),
                part: part.to_owned(),
                wrong: both(what),
                mend: both(mend),
            });
        }
    }
}

/// Words of a pair.
pub(in crate::domain::catalogue) fn both((zh, en): (&str, &str)) -> Words {
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

/// Whether a text says nothing.
fn empty(words: &Words) -> bool {
    words.zh.trim().is_empty()
}
