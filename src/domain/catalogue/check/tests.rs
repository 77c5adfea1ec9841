//! The shipped catalogue passes; whoever breaks one thing in it hears of exactly that rule.

use std::collections::BTreeSet;

use super::{Rule, check};
use crate::base::catalogue::{embedded, load};
use crate::domain::catalogue::load::build;
use crate::domain::catalogue::{
    Basis, BasisStatus, Catalogue, Category, Exposure, FieldRule, FieldType, InstrumentKind, Level,
    ListEntry, PeriodKind, RepairChannel, ShareScope,
};
use crate::domain::kinds::{SubjectKind, Words};

fn shipped() -> Catalogue {
    build(&embedded()).unwrap()
}

fn with(list: &'static str, change: impl Fn(&mut ListEntry) + 'static) -> Break {
    Box::new(move |c| change(c.lists.get_mut(list).unwrap()))
}

type Break = Box<dyn Fn(&mut Catalogue)>;

fn basis(kind: InstrumentKind, status: BasisStatus) -> Basis {
    Basis {
        kind,
        title: Words {
            zh: "测试依据".to_owned(),
            en: String::new(),
        },
        article: String::new(),
        status,
        effective_from: None,
        effective_until: None,
        territory: "100000".to_owned(),
    }
}

fn field(list: &mut ListEntry, key: &str) -> usize {
    list.fields.iter().position(|f| f.key == key).unwrap()
}

fn extra(key: &str, kind: FieldType, exposure: Exposure, export: bool) -> FieldRule {
    FieldRule {
        key: key.to_owned(),
        name: Words::default(),
        kind,
        required: false,
        exposure,
        exposure_individual_business: None,
        exposure_natural_person: None,
        export,
    }
}

/// One broken thing a row, with the rule that must be named, and only that one.
#[expect(
    clippy::too_many_lines,
    reason = "a table of cases, one a rule and more"
)]
fn cases() -> Vec<(Rule, &'static str, Break)> {
    use InstrumentKind as K;
    use Rule as R;
    let active = BasisStatus::Active;
    vec![
        (
            R::StatusWithoutBasis,
            "S0 一: every basis repealed",
            with("list_wages", |l| {
                // a serious list would also lose its rank: an ordinary one shows the rule alone
                l.category = Category::Other;
                for b in &mut l.basis {
                    b.status = BasisStatus::Repealed;
                }
            }),
        ),
        (
            R::BasisKind,
            "S0 一(一): no basis at all",
            with("penalty", |l| l.basis.clear()),
        ),
        (
            R::BasisKind,
            "S0 一(一): a normative document alone",
            with("licence", move |l| {
                l.basis = vec![basis(K::NormativeDocument, active)];
            }),
        ),
        (
            R::BasisKind,
            "consent does not carry a negative entry",
            with("penalty", move |l| {
                l.basis = vec![basis(K::Consent, active)];
            }),
        ),
        (
            R::ShareScope,
            "S0 一(一): hidden but public",
            with("rating", |l| l.attributes.scope = ShareScope::Public),
        ),
        (
            R::ShareScope,
            "shared with the sector but not shareable",
            with("watch_list", |l| l.attributes.shareable = false),
        ),
        (
            R::PersonBasis,
            "S0 一(一), S3 三(三): persons without basis",
            with("red_list", |l| l.persons.basis.clear()),
        ),
        (
            R::PersonBasis,
            "a departmental rule does not carry persons",
            with("list_serious", move |l| {
                l.persons.basis = vec![basis(K::DepartmentRule, active)];
            }),
        ),
        (
            R::PersonBasis,
            "consent does not carry persons on a negative list",
            with("list_serious", move |l| {
                l.persons.basis = vec![basis(K::Consent, active)];
            }),
        ),
        (
            R::SeriousHead,
            "S0 一(二): no head",
            with("list_wages", |l| l.head = None),
        ),
        (
            R::StandardRank,
            "S0 一(二): a city's list on a rule of its government",
            with("jiangsu_serious", move |l| {
                l.level = Level::City;
                // keeps R-002, which asks for less
                l.basis = vec![basis(K::JudicialInterpretation, active)];
            }),
        ),
        (
            R::StandardRank,
            "S0 一(二): a local regulation of another province",
            with("mianyang_serious", move |l| {
                l.basis = vec![Basis {
                    territory: "210000".to_owned(),
                    ..basis(K::LocalRegulation, active)
                }];
            }),
        ),
        (
            R::PartyNotice,
            "S0 一(二): the party is not told",
            with("list_safety", |l| l.prior_notice.party_notice = false),
        ),
        (
            R::PartyNotice,
            "S1 8: persons on a negative list are not told",
            with("judgment_defaulter", |l| {
                l.prior_notice.party_notice = false;
            }),
        ),
        (
            R::DecisionDocument,
            "S0 一(二): no document number",
            with("list_samr", |l| {
                l.fields.retain(|f| f.key != "document_number");
            }),
        ),
        (
            R::DecisionDocument,
            "S1 23(二): no fact of the act",
            with("list_samr", |l| l.fields.retain(|f| f.key != "reason")),
        ),
        (
            R::MeasureBasis,
            "S0 一(三): a measure without basis",
            with("list_wages", |l| l.measures[0].basis.clear()),
        ),
        (
            R::MeasureBasis,
            "S1 21: an active measure on a document under revision",
            with("list_wages", move |l| {
                l.measures[0].basis = vec![basis(K::Law, BasisStatus::UnderRevision)];
            }),
        ),
        (
            R::MeasureBasis,
            "S3 四(二): a sanction on a normative document",
            with("list_wages", move |l| {
                l.measures[0].basis = vec![basis(K::NormativeDocument, active)];
            }),
        ),
        (
            R::MeasureBasis,
            "S3 四(三): a ban longer than the law's three years",
            with("list_procurement", |l| l.measures[0].months = Some(37)),
        ),
        (
            R::PersonalScore,
            "S0 一(三): a rating that holds persons",
            with("rating", |l| {
                l.subject_kinds.push(SubjectKind::NaturalPerson);
            }),
        ),
        (
            R::PersonalScore,
            "S0 一(三): a score on a list with persons",
            with("honour", |l| {
                l.fields.push(extra(
                    "credit_score",
                    FieldType::Text,
                    Exposure::Never,
                    false,
                ));
            }),
        ),
        (
            R::RepairParts,
            "S0 一(四): no conditions of repair",
            with("penalty", |l| l.repair.conditions.clear()),
        ),
        (
            R::RepairParts,
            "S0 一(四): no materials",
            with("penalty", |l| l.repair.materials.clear()),
        ),
        (
            R::RepairParts,
            "S0 一(四): no steps",
            with("list_tax", |l| l.repair.procedure.clear()),
        ),
        (
            R::Contact,
            "S0 末: no telephone",
            with("penalty", |l| l.contact.phone.clear()),
        ),
        (
            R::Contact,
            "S0 末: no unit",
            with("penalty", |l| l.contact.name.zh.clear()),
        ),
        (
            R::ListParts,
            "S1 7: no summary",
            with("honour", |l| l.summary.zh.clear()),
        ),
        (
            R::ListParts,
            "S1 7: no name",
            with("honour", |l| l.name.zh.clear()),
        ),
        (
            R::ListParts,
            "S1 7: no entry procedure",
            with("list_serious", |l| l.entry_procedure.clear()),
        ),
        (
            R::EntryConditions,
            "S1 8: no entry conditions",
            with("list_serious", |l| l.entry_conditions.clear()),
        ),
        (
            R::EntryConditions,
            "S1 8: an empty entry condition",
            with("list_serious", |l| {
                l.entry_conditions.push(Words::default());
            }),
        ),
        (
            R::NoticeLength,
            "S1 8: nineteen days of public notice",
            with("xiamen_mfkf_red", |l| {
                l.prior_notice.public_notice_working_days = 19;
            }),
        ),
        (
            R::Remedies,
            "S1 9b: no remedies",
            with("licence", |l| l.remedies.clear()),
        ),
        (
            R::Remedies,
            "S1 9b: a remedy without a place",
            with("licence", |l| l.remedies[0].place.zh.clear()),
        ),
        (
            R::Remedies,
            "S1 9b: a remedy without a limit",
            with("licence", |l| l.remedies[1].limit.zh.clear()),
        ),
        (
            R::ObjectionAnswer,
            "S2 二(二): no time to answer",
            with("inspection", |l| l.objection.answer_working_days = 0),
        ),
        (
            R::DisclosurePeriod,
            "S2 二(三): no period",
            with("inspection", |l| l.periods.clear()),
        ),
        (
            R::DisclosurePeriod,
            "S2 二(三): no row for serious",
            with("penalty_samr", |l| {
                l.periods[1]
                    .terms
                    .retain(|t| t.severity.is_none_or(|s| s.code() != "serious"));
            }),
        ),
        (
            R::DisclosurePeriod,
            "S2 二(三): a term of no months",
            with("list_samr", |l| {
                l.periods[0].terms[0].min_months = 0;
                l.periods[0].terms[0].max_months = 0;
            }),
        ),
        (
            R::DisclosurePeriod,
            "S2 二(三): a displayed list whose records are not",
            with("inspection", |l| {
                l.periods[0].kind = PeriodKind::NotDisplayed;
            }),
        ),
        (
            R::DisclosurePeriod,
            "S2 二(三): a regime without source",
            with("inspection", |l| l.periods[0].source.zh.clear()),
        ),
        (
            R::RepairExclusion,
            "S2 三(三), S3 五(一): excluded without basis",
            with("list_procurement", |l| l.repair.exclusion_basis.clear()),
        ),
        (
            R::RepairExclusion,
            "S2 三(三): a repairable list made final",
            with("penalty_special", |l| l.repair.repairable = false),
        ),
        (
            R::LayerBasis,
            "S3 三(二): a supplement without basis",
            Box::new(|c| c.layers[1].basis.clear()),
        ),
        (
            R::LayerBasis,
            "S3 三(二): a supplement without version",
            Box::new(|c| c.layers[1].version.clear()),
        ),
        (
            R::ExitParts,
            "S3 二(四): no exit conditions",
            with("list_samr", |l| l.exit_conditions.clear()),
        ),
        (
            R::ExitParts,
            "S3 二(四): no exit procedure",
            with("list_samr", |l| l.exit_procedure.clear()),
        ),
        (
            R::Attributes,
            "S3 三(一): no disclosure period in words",
            with("penalty", |l| l.attributes.disclosure_period.zh.clear()),
        ),
        (
            R::Attributes,
            "S3 三(一): no retention period in words",
            with("penalty", |l| l.attributes.retention_period.zh.clear()),
        ),
        (
            R::IdentifierExposed,
            "4.1: the representative's number public",
            with("penalty", |l| {
                let at = field(l, "legal_rep_id_number");
                l.fields[at].exposure = Exposure::MaskIdBirth;
            }),
        ),
        (
            R::IdentifierExposed,
            "4.3: no search by citizen id",
            with("list_wages", |l| {
                let at = field(l, "subject_id_number");
                l.fields[at].exposure = Exposure::ExactOnly;
            }),
        ),
        (
            R::IdentifierExposed,
            "3.1: the tax number of an individual business",
            with("penalty_special", |l| {
                let at = field(l, "tax_number");
                l.fields[at].exposure_individual_business = Some(Exposure::Public);
            }),
        ),
        (
            R::IdentifierExposed,
            "4.1: a person's number bare",
            with("judgment_defaulter", |l| {
                let at = field(l, "subject_id_number");
                l.fields[at].exposure_natural_person = Some(Exposure::Public);
            }),
        ),
        (
            R::PersonalInExport,
            "4.1: sex in an export",
            with("judgment_defaulter", |l| {
                let at = field(l, "sex");
                l.fields[at].export = true;
            }),
        ),
        (
            R::PersonalInExport,
            "4.1: persons in an export",
            with("list_tax", |l| l.persons.export = true),
        ),
        (
            R::Reidentification,
            "4.1: court style and the date of birth",
            with("judgment_defaulter", |l| {
                l.fields.push(extra(
                    "birth_date",
                    FieldType::Date,
                    Exposure::Public,
                    false,
                ));
            }),
        ),
        (
            R::FreeTextUnscrubbed,
            "4.2: facts as they came",
            with("list_samr", |l| {
                let at = field(l, "reason");
                l.fields[at].exposure = Exposure::Public;
            }),
        ),
        (
            R::NameUnmasked,
            "4.1: the operator's name",
            with("penalty_samr", |l| {
                let at = field(l, "legal_rep_name");
                l.fields[at].exposure_individual_business = Some(Exposure::Public);
            }),
        ),
        (
            R::NameUnmasked,
            "4.1: the full name of a person by consent",
            with("red_list", |l| {
                l.persons.name = Exposure::Public;
                let at = field(l, "subject_name");
                l.fields[at].exposure_natural_person = Some(Exposure::Public);
            }),
        ),
        (
            R::InternalExposed,
            "3.1: the remark",
            with("list_samr", |l| {
                let at = field(l, "remark");
                l.fields[at].exposure = Exposure::ScrubText;
            }),
        ),
        (
            R::AddressUnmasked,
            "4.1: the address of an individual business",
            with("list_samr", |l| {
                let at = field(l, "address");
                l.fields[at].exposure_individual_business = Some(Exposure::Public);
            }),
        ),
        (
            R::DuplicateMeasure,
            "one code, two measures",
            with("list_tax", |l| {
                l.measures[1].code = "serious_joint".to_owned();
            }),
        ),
        (
            R::DuplicateField,
            "a field twice",
            with("registration", |l| {
                let again = l.fields[0].clone();
                l.fields.push(again);
            }),
        ),
        (
            R::UnknownLayer,
            "an entry of no layer",
            with("honour", |l| l.layer = "nowhere".to_owned()),
        ),
        (
            R::RegimeGap,
            "a day that no regime governs",
            with("list_serious", |l| {
                l.periods[0].decided_until = l.periods[0].decided_until.and_then(|d| d.pred_opt());
            }),
        ),
        (
            R::RegimeGap,
            "a day that two regimes govern",
            with("list_safety", |l| {
                l.periods[0].decided_until = l.periods[0].decided_until.and_then(|d| d.succ_opt());
            }),
        ),
        (
            R::RegimeGap,
            "the last regime ends",
            with("inspection", |l| {
                l.periods[0].decided_until = Some("2027-01-01".parse().unwrap());
            }),
        ),
        (
            R::TermOrder,
            "the shortest is longer than the longest",
            with("list_samr", |l| l.periods[0].terms[0].min_months = 37),
        ),
        (
            R::UnknownTemplate,
            "a template that nobody reads",
            with("honour", |l| l.template = "award".to_owned()),
        ),
        (
            R::CodeForm,
            "a code with a capital",
            with("honour", |l| l.code = "Honour".to_owned()),
        ),
        (
            R::RepairChannel,
            "an outside system without address",
            with("list_samr", |l| l.repair.external_url.clear()),
        ),
        (
            R::RepairChannel,
            "repairable, but nowhere",
            with("list_wages", |l| l.repair.channel = RepairChannel::None),
        ),
        (
            R::WrongTransition,
            "a transition to a regime that is not there",
            with("list_serious", |l| {
                l.periods[0].earlier_end_with = Some("R99".to_owned());
            }),
        ),
        (
            R::WrongTransition,
            "a transition backwards",
            with("list_serious", |l| {
                l.periods[1].earlier_end_with = Some("R58".to_owned());
            }),
        ),
        (
            R::SubjectKinds,
            "nobody may stand in it",
            with("registration", |l| l.subject_kinds.clear()),
        ),
        (
            R::SubjectKinds,
            "persons published, but not among the kinds",
            with("honour", |l| {
                l.subject_kinds.retain(|k| k.has_credit_code());
            }),
        ),
        (
            R::Widening,
            "a supplement shows what the base hides",
            with("ankang_licence", |l| {
                let at = field(l, "document_title");
                l.fields[at].exposure_natural_person = Some(Exposure::Public);
            }),
        ),
        (
            R::Widening,
            "a supplement lets persons be browsed",
            with("jiangsu_serious", |l| l.persons.browse = true),
        ),
        (
            R::Widening,
            "a supplement adds kinds of subject",
            with("ankang_commitment", |l| {
                l.subject_kinds.push(SubjectKind::NaturalPerson);
            }),
        ),
        (
            R::Widening,
            "a supplement displays what the base is revising",
            Box::new(|c| {
                let base = c.lists.get_mut("watch_list").unwrap();
                base.basis_status = BasisStatus::UnderRevision;
            }),
        ),
        (
            R::StandardText,
            "S1 6: no word of where the standard is published",
            with("list_wages", |l| l.standard.zh.clear()),
        ),
        (
            R::Contact,
            "8: no office hours",
            with("penalty", |l| l.contact.hours.zh.clear()),
        ),
        (
            R::MeasureParts,
            "S4 3.1: a measure that nobody carries out",
            with("list_wages", |l| l.measures[0].executing_unit.zh.clear()),
        ),
        (
            R::MeasureParts,
            "S4 4.3: a measure without duration",
            with("list_wages", |l| l.measures[0].duration.zh.clear()),
        ),
        (
            R::LongerPeriod,
            "a supplement displays four years",
            with("mianyang_penalty", |l| {
                for t in &mut l.periods[1].terms {
                    t.max_months = t.max_months.max(37);
                }
            }),
        ),
        (
            R::LooserLimit,
            "a supplement answers objections in eleven days",
            with("mianyang_penalty", |l| l.objection.answer_working_days = 11),
        ),
        (
            R::LooserLimit,
            "a supplement leaves eight days for double publicity",
            with("ankang_penalty", |l| {
                let at = l.limits.iter().position(|t| t.id == "T08").unwrap();
                l.limits[at].count = 8;
            }),
        ),
        (
            R::OutsideTerritory,
            "a city's list for another province",
            with("mianyang_red", |l| l.territory = "320000".to_owned()),
        ),
    ]
}

#[test]
fn the_shipped_catalogue_has_no_finding() {
    let told: Vec<String> = check(&shipped()).iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    load(None).unwrap();
}

#[test]
fn each_broken_thing_is_refused_by_exactly_its_rule() {
    let whole = shipped();
    for (rule, case, change) in cases() {
        let mut broken = whole.clone();
        change(&mut broken);
        let found: Vec<String> = check(&broken)
            .iter()
            .map(|f| format!("{} {} {}", f.rule.code(), f.list, f.part))
            .collect();
        assert_eq!(found.len(), 1, "{case}: {found:?}");
        assert!(found[0].starts_with(rule.code()), "{case}: {found:?}");
    }
}

#[test]
fn every_rule_has_a_case() {
    let tested: BTreeSet<Rule> = cases().into_iter().map(|(rule, _, _)| rule).collect();
    let untested: Vec<&str> = Rule::ALL
        .iter()
        .filter(|r| !tested.contains(r))
        .map(|r| r.code())
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn a_finding_tells_rule_file_wrong_and_mend_in_both_languages() {
    let mut broken = shipped();
    broken.lists.get_mut("list_wages").unwrap().head = None;
    let findings = check(&broken);
    let told = findings[0].to_string();
    for part in [
        "R-006",
        "national/list_wages.toml",
        "[head]",
        "四类领域",
        "four heads",
        "处理",
        "mend",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}
