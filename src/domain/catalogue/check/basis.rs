//! What entries, persons and measures rest on.

use super::{About, Rule, empty};
use crate::domain::catalogue::{
    Basis, BasisStatus, Category, InstrumentKind, Level, ListEntry, Measure,
};
use crate::domain::kinds::{Polarity, SubjectKind};

pub(super) fn entry(about: &mut About<'_>) {
    let entry = about.entry;
    inclusion(about, entry);
    serious(about, entry);
    persons(about, entry);
    for measure in &entry.measures {
        judge_measure(about, entry, measure);
    }
    about.refuse(
        !entry.repair.repairable
            && entry.polarity == Polarity::Negative
            && entry.attributes.disclosable
            && !any(&entry.repair.exclusion_basis, lawful),
        Rule::RepairExclusion,
        "repair.exclusion_basis",
        (
            "失信信息不予修复,但没有写明依据",
            "repair of negative information is excluded and no basis says so",
        ),
        (
            "写明排除修复的法律、法规或者政策依据,或者将 repairable 改为 true",
            "name the law, regulation or policy that excludes it, or set repairable = true",
        ),
    );
}

/// Law, regulation (local ones included), central policy: what may include a subject in a list.
fn lawful(basis: &Basis) -> bool {
    use InstrumentKind as K;
    basis.status == BasisStatus::Active
        && matches!(
            basis.kind,
            K::Law
                | K::AdministrativeRegulation
                | K::CentralPolicy
                | K::LocalRegulation
                | K::DepartmentRule
                | K::JudicialInterpretation
        )
}

fn any(bases: &[Basis], test: impl Fn(&Basis) -> bool) -> bool {
    bases.iter().any(test)
}

fn inclusion(about: &mut About<'_>, entry: &ListEntry) {
    let allowed = |b: &Basis| {
        let consented = b.kind == InstrumentKind::Consent && entry.polarity != Polarity::Negative;
        lawful(&Basis {
            status: BasisStatus::Active,
            ..b.clone()
        }) || consented
    };
    let rests = any(&entry.basis, allowed);
    about.refuse(
        !rests,
        Rule::BasisKind,
        "basis",
        (
            "没有法律、法规或者党中央、国务院政策文件作依据",
            "no basis of an allowed kind: law, regulation, central policy",
        ),
        (
            "写明允许位阶的依据;没有依据的,不得纳入目录",
            "name a basis of an allowed kind; without one the entry may not stand in the catalogue",
        ),
    );
    let stands = any(&entry.basis, |b| {
        b.status == BasisStatus::Active && allowed(b)
    });
    about.refuse(
        rests && !stands && entry.basis_status == BasisStatus::Active,
        Rule::StatusWithoutBasis,
        "basis_status",
        (
            "条目标为有效,但其依据均已修订或者废止",
            "the entry is active, but every basis of it is under revision or repealed",
        ),
        (
            "将 basis_status 改为 under_revision 或者 repealed,或者写明现行依据",
            "set basis_status to under_revision or repealed, or name a basis that stands",
        ),
    );
}

/// national standards by law, regulation, central policy or departmental rule; local ones by local regulation.
fn ranks(entry: &ListEntry, basis: &Basis) -> bool {
    use InstrumentKind as K;
    if basis.status != BasisStatus::Active {
        return false;
    }
    match basis.kind {
        K::Law | K::AdministrativeRegulation | K::CentralPolicy => true,
        K::DepartmentRule => entry.level == Level::National || entry.narrows.is_some(),
        K::LocalRegulation => {
            entry.level != Level::National && covers(&basis.territory, &entry.territory)
        }
        K::JudicialInterpretation | K::LocalRule | K::NormativeDocument | K::Consent => false,
    }
}

/// Whether a region holds another (GB/T 2260; 100000 is the country).
pub(super) fn covers(outer: &str, inner: &str) -> bool {
    let prefix = match outer {
        "" | "100000" => "",
        _ if outer.ends_with("0000") => outer.get(..2).unwrap_or(outer),
        _ if outer.ends_with("00") => outer.get(..4).unwrap_or(outer),
        _ => outer,
    };
    inner.starts_with(prefix)
}

fn serious(about: &mut About<'_>, entry: &ListEntry) {
    if entry.category != Category::SeriousList {
        return;
    }
    about.refuse(
        entry.head.is_none(),
        Rule::SeriousHead,
        "head",
        (
            "没有写明属于四类领域中的哪一类",
            "none of the four heads is named",
        ),
        (
            "填写 head:life_and_health、market_order、refusal_of_duty 或者 national_defence;都不属于的,不得设列名单",
            "fill in head; a list that falls under none of the four may not be set up",
        ),
    );
    about.refuse(
        entry.is_displayed() && empty(&entry.standard),
        Rule::StandardText,
        "standard",
        (
            "没有说明认定标准在何处公布",
            "it does not say where the standard of designation is published",
        ),
        ("填写 standard", "fill in standard"),
    );
    // an entry that is not displayed tells by its status that its standard is being mended
    about.refuse(
        entry.is_displayed() && !any(&entry.basis, |b| ranks(entry, b)),
        Rule::StandardRank,
        "basis",
        (
            "认定标准的依据位阶不够:全国性名单须由法律、行政法规、政策文件或者部门规章规定,仅在地方适用的须由地方性法规规定",
            "the standard's basis is of too low a rank: law, regulation, policy or departmental rule for the country, local regulation for a place",
        ),
        (
            "写明相应位阶的依据,或者将 basis_status 改为 under_revision",
            "name a basis of that rank, or set basis_status = \"under_revision\"",
        ),
    );
}

fn persons(about: &mut About<'_>, entry: &ListEntry) {
    let consent_will_do = entry.polarity != Polarity::Negative;
    let ordered = |b: &Basis| {
        use InstrumentKind as K;
        b.status == BasisStatus::Active
            && match b.kind {
                K::Law
                | K::AdministrativeRegulation
                | K::CentralPolicy
                | K::LocalRegulation
                | K::JudicialInterpretation => true,
                K::Consent => consent_will_do,
                K::DepartmentRule | K::LocalRule | K::NormativeDocument => false,
            }
    };
    about.refuse(
        entry.persons.published && !any(&entry.persons.basis, ordered),
        Rule::PersonBasis,
        "persons.basis",
        (
            "公开自然人信息,但没有法律、法规、国务院决定命令或者本人同意作依据",
            "natural persons are published without law, regulation, State Council decision or consent",
        ),
        (
            "写明依据,或者将 published 改为 false",
            "name the basis, or set published = false",
        ),
    );
    let scored = entry
        .fields
        .iter()
        .any(|f| f.key.contains("score") || f.key.contains("credit_grade"));
    about.refuse(
        entry.subject_kinds.contains(&SubjectKind::NaturalPerson)
            && (scored || entry.category == Category::Rating),
        Rule::PersonalScore,
        "subject_kinds",
        (
            "信用评价、信用分条目包含自然人",
            "a rating or score holds natural persons",
        ),
        (
            "从 subject_kinds 中去掉 natural_person",
            "take natural_person out of subject_kinds",
        ),
    );
}

/// directly on law, regulation, central policy (local regulation within a place); not beyond its term.
fn judge_measure(about: &mut About<'_>, entry: &ListEntry, measure: &Measure) {
    use InstrumentKind as K;
    let carries = |b: &Basis| {
        b.status == BasisStatus::Active
            && match b.kind {
                K::Law
                | K::AdministrativeRegulation
                | K::CentralPolicy
                | K::JudicialInterpretation => true,
                K::LocalRegulation => covers(&b.territory, &entry.territory),
                K::DepartmentRule | K::LocalRule | K::NormativeDocument | K::Consent => {
                    measure.incentive
                }
            }
    };
    let part = format!("measures.{}", measure.code);
    let active = measure.status == BasisStatus::Active;
    about.refuse(
        measure.basis.is_empty() || (active && !any(&measure.basis, carries)),
        Rule::MeasureBasis,
        &part,
        (
            "措施没有法律、法规或者党中央、国务院政策文件作依据",
            "the measure has no basis in law, regulation or central policy",
        ),
        (
            "写明直接依据;暂无依据的,将 status 改为 under_revision,不予展示",
            "name its direct basis; while it has none, set status = \"under_revision\", which hides it",
        ),
    );
    about.refuse(
        measure.subject_kinds.is_empty()
            || [&measure.name, &measure.executing_unit, &measure.duration]
                .into_iter()
                .any(empty),
        Rule::MeasureParts,
        &part,
        (
            "没有措施内容、适用对象、实施单位或者期限",
            "what is done, to whom, by whom or for how long is missing",
        ),
        (
            "填写 name、subject_kinds、executing_unit、duration",
            "fill in name, subject_kinds, executing_unit and duration",
        ),
    );
    let outlasts = match (measure.months, measure.basis_max_months) {
        (Some(months), Some(most)) => months > most,
        _ => false,
    };
    about.refuse(
        outlasts,
        Rule::MeasureBasis,
        &part,
        (
            "措施期限长于依据规定的最长期限",
            "the measure lasts longer than its basis allows",
        ),
        (
            "将 months 减至不超过 basis_max_months",
            "lower months to basis_max_months or less",
        ),
    );
}
