//! What is never published (domain.md 2.3): hard blocks, each with the reason code that the provider is told.

use chrono::NaiveDate;

use super::facts::{BasisDocument, Facts, Procedure};
use crate::domain::catalogue::{BasisStatus, Category, ListEntry};
use crate::domain::kinds::{Domain, SubjectKind, vocabulary};

vocabulary! {
    /// Why a record is not published. The code goes to the provider, never to the public.
    Block {
        StateSecret = "STATE_SECRET", "涉及国家秘密(政府信息公开条例第十四条)", "state secret";
        TradeSecret = "TRADE_SECRET", "涉及商业秘密(政府信息公开条例第十五条)", "trade secret";
        Privacy = "PRIVACY", "涉及个人隐私(政府信息公开条例第十五条)", "privacy";
        Minor = "MINOR", "涉及未成年人(未成年人保护法第一百零三条)", "concerns a minor";
        SummaryProcedure = "SUMMARY_PROCEDURE", "简易程序行政处罚不公示", "summary procedure";
        WarningOnly = "WARNING_ONLY", "仅警告、通报批评,不公示", "warning or public criticism only";
        PublicSecuritySealed = "PUBLIC_SECURITY_SEALED", "治安违法记录封存(治安管理处罚法第一百三十六条)", "public-security record sealed by law";
        NaturalPersonNoBasis = "NATURAL_PERSON_NO_BASIS", "自然人信息无公示依据", "natural person without a basis for publication";
        NotInCatalogue = "NOT_IN_CATALOGUE", "不在公共信用信息目录或目录规定不公示", "not in the catalogue, or not displayed by it";
        NoBasisDocument = "NO_BASIS_DOCUMENT", "无依据文书或文书已撤销、变更、无效", "no basis document, or it no longer stands";
        NotFinal = "NOT_FINAL", "决定尚未生效或仍在救济期", "the decision can still be challenged";
        Unsuitable = "UNSUITABLE", "不宜公示(社会稳定等)", "unsuitable for publication";
        LowScoreIndividual = "LOW_SCORE_INDIVIDUAL", "不得公示个人信用评分", "personal scores are not published";
        PeriodOver = "PERIOD_OVER", "公示期已满", "the disclosure period is over";
        Repaired = "REPAIRED", "已完成信用修复", "already repaired";
        MinorSeverity = "MINOR_SEVERITY", "轻微失信信息原则上不公示", "minor dishonesty is not displayed in principle";
        NoPeriod = "NO_PERIOD", "无法确定公示期限(应明确公开期限)", "no disclosure period can be stated";
        NotValid = "NOT_VALID", "已失效、注销或撤销", "no longer valid";
        Lenient = "LENIENT", "不可抗力或轻微过失,待认定单位确认", "force majeure or slight fault, awaiting the authority";
        Exited = "EXITED", "已移出名单", "already off the list";
        PlaceholderText = "PLACEHOLDER_TEXT", "含占位或乱码文本", "placeholder or garbled text";
        TextUnsettled = "TEXT_UNSETTLED", "文本过长或脱敏结果不稳定", "text too long, or masking does not settle";
    }
}

impl Block {
    /// Whether what is not shown for this reason still holds of its subject: it is withheld and has not ended.
    #[must_use]
    pub const fn leaves_standing(self) -> bool {
        !matches!(
            self,
            Self::PeriodOver
                | Self::Repaired
                | Self::Exited
                | Self::NoBasisDocument
                | Self::NotValid
        )
    }
}

/// What a block is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Catalogue entry that the record was sent for.
    pub entry: &'a ListEntry,
    /// Kind of subject.
    pub kind: SubjectKind,
    /// Facts.
    pub facts: &'a Facts,
    /// Document that it rests on.
    pub basis: &'a BasisDocument,
    /// Document number of the decision.
    pub document_number: &'a str,
    /// Authority that decided, by name.
    pub authority: &'a str,
    /// Legal basis as cited in the record (处罚依据); empty when the record has none.
    pub cited_law: &'a str,
    /// Age of a natural person on the day, when the identity number tells it.
    pub age: Option<u32>,
    /// Civil date of the judgement.
    pub today: NaiveDate,
}

/// The first block that applies, gravest first; `None` when the record may go on to its clocks.
///
/// The order matters for what the provider is told: secrecy and minors before everything else.
#[must_use]
pub fn hard_block(case: &Case<'_>) -> Option<Block> {
    let f = case.facts;
    let checks: [(bool, Block); 15] = [
        (f.flag("state_secret"), Block::StateSecret),
        (is_minor(case), Block::Minor),
        (is_public_security(case), Block::PublicSecuritySealed),
        (f.flag("trade_secret"), Block::TradeSecret),
        (f.flag("privacy") && f.consent.is_none(), Block::Privacy),
        (f.flag("unsuitable"), Block::Unsuitable),
        (is_low_score(case), Block::LowScoreIndividual),
        (!in_catalogue(case), Block::NotInCatalogue),
        (person_without_basis(case), Block::NaturalPersonNoBasis),
        (
            case.document_number.trim().is_empty() || !case.basis.stands(),
            Block::NoBasisDocument,
        ),
        (
            is_penalty(case) && f.procedure == Some(Procedure::Summary),
            Block::SummaryProcedure,
        ),
        (warning_only(case), Block::WarningOnly),
        (not_final(case), Block::NotFinal),
        (
            f.repaired_on.is_some_and(|d| d <= case.today),
            Block::Repaired,
        ),
        (
            f.flag("force_majeure") || f.flag("minor_fault"),
            Block::Lenient,
        ),
    ];
    checks
        .into_iter()
        .find_map(|(applies, block)| applies.then_some(block))
}

fn is_penalty(case: &Case<'_>) -> bool {
    case.entry.category == Category::Penalty
}

fn is_minor(case: &Case<'_>) -> bool {
    case.facts.is_minor
        || (case.kind == SubjectKind::NaturalPerson && case.age.is_some_and(|a| a < 18))
}

/// 治安管理处罚法 art.136 seals every public-security penalty record, whatever the authority says.
fn is_public_security(case: &Case<'_>) -> bool {
    let sealed_field = case.facts.domain == Some(Domain::PublicSecurity);
    let cites = case.cited_law.contains("治安管理处罚法");
    let detention = case.authority.contains("公安")
        && case
            .facts
            .penalty_kinds
            .iter()
            .any(|k| k.starts_with("行政拘留"));
    is_penalty(case) && (sealed_field || cites || detention)
}

fn is_low_score(case: &Case<'_>) -> bool {
    case.facts.flag("low_score")
        || (case.entry.category == Category::Rating && case.kind == SubjectKind::NaturalPerson)
}

fn in_catalogue(case: &Case<'_>) -> bool {
    // natural persons are judged by the person policy, so that the reason told is the right one
    let kind_listed =
        case.kind == SubjectKind::NaturalPerson || case.entry.subject_kinds.contains(&case.kind);
    case.entry.is_displayed() && kind_listed
}

/// natural persons need law, regulation, State Council decision, or consent.
fn person_without_basis(case: &Case<'_>) -> bool {
    if case.kind != SubjectKind::NaturalPerson {
        return false;
    }
    let policy = &case.entry.persons;
    let needs_consent = matches!(
        case.entry.category,
        Category::RedList | Category::Honour | Category::SelfDeclared
    );
    let allowed = policy.published
        && case
            .entry
            .subject_kinds
            .contains(&SubjectKind::NaturalPerson)
        && policy.basis.iter().any(|b| b.status == BasisStatus::Active)
        && (!needs_consent || case.facts.consent.is_some());
    !allowed
}

/// Warnings and public criticism alone; only a statute overrides (domain.md 2.3).
fn warning_only(case: &Case<'_>) -> bool {
    let kinds = &case.facts.penalty_kinds;
    is_penalty(case)
        && !kinds.is_empty()
        && kinds
            .iter()
            .all(|k| k.starts_with("警告") || k.starts_with("通报批评"))
        && case.facts.statutory_publication.is_none()
}

fn not_final(case: &Case<'_>) -> bool {
    case.entry.final_only && case.facts.final_on.is_none_or(|d| case.today < d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rule::fixture;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn judged(
        kind: SubjectKind,
        facts: &Facts,
        change: impl FnOnce(&mut Case<'_>),
    ) -> Option<Block> {
        judged_for(&fixture::penalty(|_| {}), kind, facts, change)
    }

    fn judged_for(
        entry: &ListEntry,
        kind: SubjectKind,
        facts: &Facts,
        change: impl FnOnce(&mut Case<'_>),
    ) -> Option<Block> {
        let basis = BasisDocument::default();
        let mut case = Case {
            entry,
            kind,
            facts,
            basis: &basis,
            document_number: "厦人防罚〔2026〕1号",
            authority: "厦门市人民防空办公室",
            cited_law: "《中华人民共和国人民防空法》第四十八条",
            age: None,
            today: day(2026, 11, 22),
        };
        change(&mut case);
        hard_block(&case)
    }

    #[test]
    fn each_block_of_domain_2_3_is_found() {
        let flags = |f: &[&str]| Facts {
            flags: f.iter().map(|s| (*s).to_owned()).collect(),
            ..Facts::default()
        };
        let kinds = |k: &[&str]| Facts {
            penalty_kinds: k.iter().map(|s| (*s).to_owned()).collect(),
            ..Facts::default()
        };
        let legal = SubjectKind::LegalPerson;
        for (name, facts, expected) in [
            ("nothing", Facts::default(), None),
            (
                "state secret",
                flags(&["state_secret", "privacy"]),
                Some(Block::StateSecret),
            ),
            (
                "trade secret",
                flags(&["trade_secret"]),
                Some(Block::TradeSecret),
            ),
            ("privacy", flags(&["privacy"]), Some(Block::Privacy)),
            (
                "privacy with consent",
                Facts {
                    consent: Some("同意书1号".into()),
                    ..flags(&["privacy"])
                },
                None,
            ),
            (
                "minor",
                Facts {
                    is_minor: true,
                    ..Facts::default()
                },
                Some(Block::Minor),
            ),
            (
                "unsuitable",
                flags(&["unsuitable"]),
                Some(Block::Unsuitable),
            ),
            (
                "low score",
                flags(&["low_score"]),
                Some(Block::LowScoreIndividual),
            ),
            (
                "summary",
                Facts {
                    procedure: Some(Procedure::Summary),
                    ..kinds(&["罚款"])
                },
                Some(Block::SummaryProcedure),
            ),
            ("warning", kinds(&["警告"]), Some(Block::WarningOnly)),
            (
                "warning and criticism",
                kinds(&["警告", "通报批评"]),
                Some(Block::WarningOnly),
            ),
            ("warning and fine", kinds(&["警告", "罚款"]), None),
            (
                "warning by statute",
                Facts {
                    statutory_publication: Some("某法".into()),
                    ..kinds(&["警告"])
                },
                None,
            ),
            (
                "repaired",
                Facts {
                    repaired_on: Some(day(2026, 11, 22)),
                    ..Facts::default()
                },
                Some(Block::Repaired),
            ),
            (
                "repaired tomorrow",
                Facts {
                    repaired_on: Some(day(2026, 11, 23)),
                    ..Facts::default()
                },
                None,
            ),
            (
                "force majeure",
                flags(&["force_majeure"]),
                Some(Block::Lenient),
            ),
            (
                "public security",
                Facts {
                    domain: Some(Domain::PublicSecurity),
                    ..Facts::default()
                },
                Some(Block::PublicSecuritySealed),
            ),
        ] {
            assert_eq!(judged(legal, &facts, |_| {}), expected, "{name}");
        }
    }

    #[test]
    fn documents_law_and_age_are_judged() {
        let facts = Facts::default();
        let legal = SubjectKind::LegalPerson;
        assert_eq!(
            judged(legal, &facts, |c| c.document_number = " "),
            Some(Block::NoBasisDocument)
        );
        let revoked = BasisDocument {
            status: "revoked".into(),
            ..BasisDocument::default()
        };
        let entry = fixture::penalty(|_| {});
        let case = |facts: &Facts| -> Option<Block> {
            hard_block(&Case {
                entry: &entry,
                kind: legal,
                facts,
                basis: &revoked,
                document_number: "1号",
                authority: "",
                cited_law: "",
                age: None,
                today: day(2026, 11, 22),
            })
        };
        assert_eq!(case(&facts), Some(Block::NoBasisDocument));
        // 治安管理处罚法 art.136 seals whatever the authority says
        assert_eq!(
            judged(legal, &facts, |c| c.cited_law =
                "《中华人民共和国治安管理处罚法》第七十条"),
            Some(Block::PublicSecuritySealed)
        );
        assert_eq!(
            judged(SubjectKind::NaturalPerson, &facts, |_| {}),
            Some(Block::NaturalPersonNoBasis)
        );
        assert_eq!(
            judged(SubjectKind::NaturalPerson, &facts, |c| c.age = Some(17)),
            Some(Block::Minor)
        );
    }

    #[test]
    fn the_catalogue_decides_who_may_be_shown() {
        let facts = Facts::default();
        let repealed = fixture::penalty(|e| e.basis_status = BasisStatus::Repealed);
        assert_eq!(
            judged_for(&repealed, SubjectKind::LegalPerson, &facts, |_| {}),
            Some(Block::NotInCatalogue)
        );
        let hidden = fixture::penalty(|e| e.attributes.disclosable = false);
        assert_eq!(
            judged_for(&hidden, SubjectKind::LegalPerson, &facts, |_| {}),
            Some(Block::NotInCatalogue)
        );
        let narrow = fixture::penalty(|e| e.subject_kinds = vec![SubjectKind::LegalPerson]);
        assert_eq!(
            judged_for(&narrow, SubjectKind::IndividualBusiness, &facts, |_| {}),
            Some(Block::NotInCatalogue)
        );
        let with_persons = fixture::penalty(|e| {
            e.subject_kinds.push(SubjectKind::NaturalPerson);
            e.persons.published = true;
            e.persons.basis = e.basis.clone();
        });
        assert_eq!(
            judged_for(&with_persons, SubjectKind::NaturalPerson, &facts, |_| {}),
            None
        );
        let red = fixture::penalty(|e| {
            e.category = Category::RedList;
            e.subject_kinds.push(SubjectKind::NaturalPerson);
            e.persons.published = true;
            e.persons.basis = e.basis.clone();
        });
        assert_eq!(
            judged_for(&red, SubjectKind::NaturalPerson, &facts, |_| {}),
            Some(Block::NaturalPersonNoBasis)
        );
        let consent = Facts {
            consent: Some("同意书2号".into()),
            ..Facts::default()
        };
        assert_eq!(
            judged_for(&red, SubjectKind::NaturalPerson, &consent, |_| {}),
            None
        );
        let final_only = fixture::penalty(|e| e.final_only = true);
        assert_eq!(
            judged_for(&final_only, SubjectKind::LegalPerson, &facts, |_| {}),
            Some(Block::NotFinal)
        );
        let settled = Facts {
            final_on: Some(day(2026, 11, 22)),
            ..Facts::default()
        };
        assert_eq!(
            judged_for(&final_only, SubjectKind::LegalPerson, &settled, |_| {}),
            None
        );
    }
}
