//! Supplements may only add or be stricter: a list that narrows one of the base shows no more, of no more
//! subjects, for no longer, and its limits leave no more time.

use super::check::{About, Rule};
use super::{
    BasisStatus, Catalogue, Exposure, Layer, LimitUnit, ListEntry, PeriodKind, PeriodRegime,
    TimeLimit,
};
use crate::domain::kinds::SubjectKind;

/// Adds the findings of one entry of a supplement.
pub(super) fn entry(catalogue: &Catalogue, about: &mut About<'_>) {
    let entry = about.entry;
    let Some(base_layer) = catalogue.layers.iter().find(|l| l.is_base) else {
        return;
    };
    if entry.layer == base_layer.code {
        return;
    }
    limits(catalogue, about, entry, base_layer);
    if let Some(base) = entry.narrows.as_ref().and_then(|c| catalogue.list(c)) {
        exposure(about, entry, base);
        periods(about, entry, base);
    }
}

/// How much of a value leaves: the higher, the less.
const fn strictness(exposure: Exposure) -> u8 {
    match exposure {
        Exposure::Public => 0,
        Exposure::ScrubText
        | Exposure::MaskBusinessName
        | Exposure::MaskThirdPerson
        | Exposure::MaskAddress
        | Exposure::MaskIdCourt => 1,
        Exposure::MaskName | Exposure::MaskIdBirth => 2,
        Exposure::MaskIdStrict => 3,
        Exposure::ExactOnly => 4,
        Exposure::Never => 5,
    }
}

fn exposure(about: &mut About<'_>, entry: &ListEntry, base: &ListEntry) {
    let wider_field = entry.fields.iter().find(|f| {
        let wider = |kind: &SubjectKind| {
            let there = base
                .field(&f.key)
                .map_or(Exposure::Never, |b| b.exposure_for(*kind));
            strictness(f.exposure_for(*kind)) < strictness(there)
        };
        let exported = base.field(&f.key).is_some_and(|b| f.export && !b.export);
        SubjectKind::ALL.iter().any(wider) || exported
    });
    let (p, b) = (&entry.persons, &base.persons);
    let wider_persons = (p.published && !b.published)
        || strictness(p.name) < strictness(b.name)
        || strictness(p.id_number) < strictness(b.id_number)
        || (p.browse && !b.browse)
        || (p.export && !b.export)
        || (p.search_engines && !b.search_engines);
    let wider_entry = (entry.attributes.disclosable && !base.attributes.disclosable)
        || (entry.basis_status == BasisStatus::Active && base.basis_status != BasisStatus::Active)
        || entry
            .subject_kinds
            .iter()
            .any(|k| !base.subject_kinds.contains(k));
    let part = match wider_field {
        Some(field) => field.key.as_str(),
        None if wider_persons => "persons",
        None => "attributes",
    };
    about.refuse(
        wider_field.is_some() || wider_persons || wider_entry,
        Rule::Widening,
        part,
        (
            "比基础目录中的条目公开得更多",
            "it shows more than the entry of the base that it narrows",
        ),
        (
            "改为与基础目录相同或者更严;确有地方性法规依据的,另立条目",
            "make it equal or stricter; where a local regulation allows more, make an entry of its own",
        ),
    );
}

fn periods(about: &mut About<'_>, entry: &ListEntry, base: &ListEntry) {
    let longer = entry.periods.iter().any(|own| {
        let there = base.regime(own.decided_from);
        there.is_none_or(|b| longer(own, b))
    });
    about.refuse(
        longer,
        Rule::LongerPeriod,
        "periods",
        (
            "公示期长于基础目录,或者基础目录没有相应规则",
            "the display is longer than in the base, or the base has no such regime",
        ),
        (
            "改为不长于基础目录的期限",
            "use periods no longer than the base's",
        ),
    );
}

fn longer(own: &PeriodRegime, base: &PeriodRegime) -> bool {
    let capped = |r: &PeriodRegime| {
        matches!(r.kind, PeriodKind::BySeverity | PeriodKind::Fixed) || !r.terms.is_empty()
    };
    if own.kind == PeriodKind::NotDisplayed {
        return false;
    }
    if base.kind == PeriodKind::NotDisplayed || (capped(base) && !capped(own)) {
        return true;
    }
    own.terms.iter().any(|t| {
        let most = base
            .terms
            .iter()
            .filter(|b| t.severity.is_none() || b.severity.is_none_or(|s| Some(s) == t.severity))
            .filter(|b| b.displayed || !t.displayed)
            .map(|b| b.max_months)
            .max();
        capped(base) && t.displayed && most.is_none_or(|m| t.max_months > m)
    })
}

/// Days of a limit, to compare units: a working day is at most a little more than a calendar day and a half.
fn days(limit: &TimeLimit) -> u32 {
    match limit.unit {
        LimitUnit::CalendarDays => limit.count * 5,
        LimitUnit::WorkingDays => limit.count * 7,
        LimitUnit::Months => limit.count * 30 * 5,
    }
}

fn limits(catalogue: &Catalogue, about: &mut About<'_>, entry: &ListEntry, base: &Layer) {
    let of_layer = catalogue
        .layer_of(entry)
        .into_iter()
        .flat_map(|l| &l.limits);
    let looser = entry.limits.iter().chain(of_layer).find(|own| {
        base.limits
            .iter()
            .find(|b| b.id == own.id)
            .is_some_and(|b| {
                if b.at_least {
                    days(own) < days(b)
                } else {
                    days(own) > days(b)
                }
            })
    });
    let narrowed = entry.narrows.as_ref().and_then(|c| catalogue.list(c));
    let slower = narrowed
        .is_some_and(|b| entry.objection.answer_working_days > b.objection.answer_working_days);
    about.refuse(
        looser.is_some() || slower,
        Rule::LooserLimit,
        looser.map_or("objection.answer_working_days", |t| &t.id),
        (
            "时限比基础目录宽",
            "the limit leaves more time than the base's",
        ),
        (
            "改为与基础目录相同或者更严的时限",
            "use a limit that is equal or stricter",
        ),
    );
}
