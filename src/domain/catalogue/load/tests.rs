//! What is wrong in a file is told with file, table and key; what the shipped files say reaches the entries.

use std::collections::{BTreeMap, BTreeSet};

use super::{CatalogueError, Files, build};
use crate::base::catalogue::embedded;
use crate::domain::catalogue::{
    BasisStatus, Catalogue, Category, Exposure, Level, Origin, PeriodKind, RepairChannel,
};
use crate::domain::kinds::{Severity, SubjectKind};

fn shipped() -> Catalogue {
    build(&embedded()).unwrap()
}

fn edited(path: &str, from: &str, to: &str) -> CatalogueError {
    let mut files = embedded();
    let text = files.get_mut(path).unwrap();
    assert!(text.contains(from), "{from} is not in {path}");
    *text = text.replacen(from, to, 1);
    build(&files).unwrap_err()
}

#[test]
fn errors_name_file_table_and_key() {
    let cases = [
        // (file, what stands there, what is put there, table, key)
        (
            "national/penalty.toml",
            "category = \"penalty\"",
            "category = \"fine\"",
            "top level",
            "category",
        ),
        (
            "national/penalty.toml",
            "repair = \"penalty\"",
            "repair = \"none_such\"",
            "top level",
            "repair",
        ),
        (
            "national/penalty.toml",
            "fieldset = \"penalty\"",
            "fieldset = \"fine\"",
            "top level",
            "fieldset",
        ),
        (
            "national/penalty.toml",
            "polarity = \"negative\"\n",
            "",
            "top level",
            "polarity",
        ),
        (
            "national/penalty.toml",
            "contact = \"national\"",
            "contakt = \"national\"",
            "top level",
            "contakt",
        ),
        (
            "national/list_tax.toml",
            "[change.responsible_person]",
            "[change.nobody]",
            "change",
            "nobody",
        ),
        (
            "national/list_tax.toml",
            "exposure = \"public\"",
            "exposure = \"shown\"",
            "change.responsible_person",
            "exposure",
        ),
        (
            "national/layer.toml",
            "level = \"national\"",
            "level = \"world\"",
            "top level",
            "level",
        ),
        (
            "national/layer.toml",
            "is_base = true",
            "is_base = false",
            "top level",
            "is_base",
        ),
        (
            "shared/measures.toml",
            "basis = [\"business_environment\"]",
            "basis = [\"nowhere\"]",
            "measure.inspect_more",
            "basis",
        ),
        (
            "shared/periods.toml",
            "decided_until = \"2026-04-01\"",
            "decided_until = \"2026-04-31\"",
            "periods.penalty",
            "decided_until",
        ),
        (
            "shared/persons.toml",
            "[persons.none]",
            "[persons.none",
            "top level",
            "",
        ),
        (
            "fieldsets.toml",
            "include = [\"counterparty\", \"import_only\"]",
            "include = [\"penalty\"]",
            "set.penalty",
            "include",
        ),
        (
            "xiamen/xiamen_mfkf_red.toml",
            "like = \"red_list\"",
            "like = \"ankang_red\"",
            "top level",
            "like",
        ),
        (
            "xiamen/xiamen_mfkf_red.toml",
            "code = \"xiamen_mfkf_red\"",
            "code = \"red\"",
            "top level",
            "code",
        ),
        (
            "xiamen/layer.toml",
            "code = \"xiamen\"",
            "code = \"amoy\"",
            "top level",
            "code",
        ),
    ];
    for (path, from, to, table, key) in cases {
        let e = edited(path, from, to);
        let told = e.to_string();
        assert_eq!(e.table, table, "{told}");
        assert_eq!(e.key, key, "{told}");
        assert!(!e.message.is_empty(), "{told}");
        if !matches!(
            (path, key),
            ("national/layer.toml", "is_base") | (_, "include" | "basis")
        ) {
            assert_eq!(e.file, path, "{told}");
        }
    }
}

#[test]
fn nothing_is_defined_twice_and_a_supplement_cannot_change_a_list_of_the_base() {
    let mut files = embedded();
    files.insert("xiamen/extra.toml".to_owned(), String::new());
    assert!(build(&files).is_err());
    let mut files = embedded();
    let text = files.get("national/honour.toml").unwrap().clone();
    files.insert("xiamen/honour.toml".to_owned(), text);
    let e = build(&files).unwrap_err();
    assert!(e.message.contains("may add lists, not change them"), "{e}");
    assert_eq!(e.key, "code");
    let mut files = embedded();
    let again = "[contact.national]\nname = { zh = \"另一机关\" }\n".to_owned();
    files.insert("mine.toml".to_owned(), again);
    let e = build(&files).unwrap_err();
    assert_eq!(
        (e.table.as_str(), e.key.as_str()),
        ("contact", "national"),
        "{e}"
    );
    assert!(build(&Files::new()).is_err());
}

#[test]
fn a_circle_of_likes_ends() {
    let mut files = embedded();
    let text = files
        .get("national/contract.toml")
        .unwrap()
        .replace("admin_other", "ip");
    files.insert("national/contract.toml".to_owned(), text);
    let text = files
        .get("national/ip.toml")
        .unwrap()
        .replace("admin_other", "contract");
    files.insert("national/ip.toml".to_owned(), text);
    assert_eq!(build(&files).unwrap_err().key, "like");
}

/// domain.md 2.2: every category, with who may stand in it and whether it is displayed.
#[test]
fn the_base_has_every_category() {
    let c = shipped();
    for (code, displayed, persons, channel) in [
        ("licence", true, true, RepairChannel::None),
        ("penalty", true, false, RepairChannel::Own),
        ("penalty_special", true, false, RepairChannel::Own),
        ("penalty_samr", true, false, RepairChannel::ExternalLink),
        ("penalty_natural", false, false, RepairChannel::Forward),
        ("list_serious", true, true, RepairChannel::Own),
        ("list_samr", true, true, RepairChannel::ExternalLink),
        ("list_tax", true, true, RepairChannel::Forward),
        ("list_wages", true, true, RepairChannel::Forward),
        ("list_procurement", true, true, RepairChannel::None),
        ("list_safety", true, false, RepairChannel::Own),
        ("judgment_defaulter", true, true, RepairChannel::Court),
        (
            "abnormal_operations",
            true,
            false,
            RepairChannel::ExternalLink,
        ),
        ("watch_list", false, false, RepairChannel::Forward),
        ("red_list", true, true, RepairChannel::None),
        ("honour", true, true, RepairChannel::None),
        ("commitment", true, false, RepairChannel::None),
        ("inspection", true, false, RepairChannel::None),
        ("rating", false, false, RepairChannel::Forward),
        ("admin_other", false, false, RepairChannel::Forward),
        ("judicial", false, false, RepairChannel::Forward),
        ("registration", true, false, RepairChannel::None),
        ("qualification", false, false, RepairChannel::Forward),
        ("contract", false, false, RepairChannel::Forward),
        ("compliance", false, false, RepairChannel::Forward),
        ("ip", false, false, RepairChannel::Forward),
        ("self_declared", true, true, RepairChannel::None),
    ] {
        let entry = c.list(code).unwrap_or_else(|| panic!("no {code}"));
        assert_eq!(entry.layer, "national", "{code}");
        assert_eq!(entry.is_displayed(), displayed, "{code}");
        assert_eq!(entry.persons.published, persons, "{code}");
        assert_eq!(entry.repair.channel, channel, "{code}");
    }
    let national = c.lists.values().filter(|l| l.layer == "national").count();
    assert_eq!(national, 27);
    let used: BTreeSet<Category> = c.lists.values().map(|l| l.category).collect();
    assert_eq!(used.len(), Category::ALL.len());
}

/// Months of display by the date of the decision (domain.md 2.1, 2.2).
#[test]
fn both_regimes_by_date_of_the_decision() {
    let c = shipped();
    for (list, decided, regime, severity, row) in [
        ("penalty", "2026-03-31", "R58", None, Some((true, 3, 36))),
        (
            "penalty",
            "2026-04-01",
            "R36",
            Some(Severity::Minor),
            Some((false, 0, 3)),
        ),
        (
            "penalty",
            "2026-04-01",
            "R36",
            Some(Severity::General),
            Some((true, 3, 12)),
        ),
        (
            "penalty",
            "2026-04-01",
            "R36",
            Some(Severity::Serious),
            Some((true, 12, 36)),
        ),
        (
            "penalty_special",
            "2026-03-31",
            "R58",
            None,
            Some((true, 12, 36)),
        ),
        (
            "penalty_special",
            "2026-04-01",
            "R36",
            Some(Severity::General),
            Some((true, 3, 12)),
        ),
        (
            "penalty_samr",
            "2025-12-24",
            "SAMR45",
            None,
            Some((true, 3, 36)),
        ),
        (
            "penalty_samr",
            "2025-12-25",
            "SAMR107",
            Some(Severity::Minor),
            Some((true, 0, 3)),
        ),
        (
            "penalty_samr",
            "2025-12-25",
            "SAMR107",
            Some(Severity::General),
            Some((true, 3, 12)),
        ),
        (
            "penalty_samr",
            "2026-06-01",
            "SAMR107",
            Some(Severity::Serious),
            Some((true, 12, 36)),
        ),
        (
            "list_serious",
            "2026-04-01",
            "R36",
            Some(Severity::Serious),
            Some((true, 12, 36)),
        ),
        (
            "list_samr",
            "2024-05-01",
            "SAMR44",
            None,
            Some((true, 12, 36)),
        ),
        ("list_tax", "2024-05-01", "TAX54", None, Some((true, 6, 36))),
        (
            "list_wages",
            "2024-05-01",
            "WAGES45",
            None,
            Some((true, 6, 36)),
        ),
        ("judgment_defaulter", "2024-05-01", "SPC17", None, None),
        (
            "mianyang_penalty",
            "2026-04-01",
            "R36",
            Some(Severity::General),
            Some((true, 3, 12)),
        ),
    ] {
        let found = c
            .list(list)
            .unwrap()
            .regime(decided.parse().unwrap())
            .unwrap();
        assert_eq!(found.id, regime, "{list} {decided}");
        let term = found
            .terms
            .iter()
            .find(|t| t.severity == severity && t.domains.is_empty())
            .map(|t| (t.displayed, t.min_months, t.max_months));
        assert_eq!(term, row, "{list} {decided}");
    }
    let old = c
        .list("penalty")
        .unwrap()
        .regime("2020-01-01".parse().unwrap())
        .unwrap();
    assert_eq!(old.earlier_end_with.as_deref(), Some("R36"));
}

/// How fields leave, by kind of subject (domain.md 4.1).
#[test]
fn exposures_by_kind_of_subject() {
    use SubjectKind::{IndividualBusiness as I, LegalPerson as L, NaturalPerson as N};
    let c = shipped();
    for (list, key, kind, exposure) in [
        ("penalty", "subject_name", L, Exposure::Public),
        ("penalty", "subject_name", I, Exposure::MaskBusinessName),
        ("penalty", "subject_name", N, Exposure::Never),
        ("penalty", "legal_rep_name", L, Exposure::Public),
        ("penalty", "legal_rep_name", I, Exposure::MaskName),
        ("penalty", "violation_facts", L, Exposure::ScrubText),
        ("penalty", "penalty_content", L, Exposure::ScrubText),
        ("penalty", "tax_number", L, Exposure::Never),
        ("penalty", "remark", L, Exposure::Never),
        ("licence", "subject_name", N, Exposure::MaskName),
        ("licence", "licence_number", N, Exposure::Public),
        ("licence", "licence_content", N, Exposure::Never),
        ("licence", "subject_id_number", N, Exposure::Never),
        ("judgment_defaulter", "subject_name", N, Exposure::Public),
        (
            "judgment_defaulter",
            "subject_id_number",
            N,
            Exposure::MaskIdCourt,
        ),
        (
            "judgment_defaulter",
            "subject_id_number",
            L,
            Exposure::Never,
        ),
        ("judgment_defaulter", "sex", N, Exposure::Public),
        ("judgment_defaulter", "sex", L, Exposure::Never),
        (
            "judgment_defaulter",
            "legal_rep_id_number",
            L,
            Exposure::Never,
        ),
        ("list_tax", "subject_id_number", N, Exposure::MaskIdBirth),
        ("list_tax", "address", L, Exposure::Public),
        ("list_tax", "address", N, Exposure::MaskAddress),
        ("list_samr", "subject_id_number", N, Exposure::MaskIdStrict),
        ("red_list", "subject_name", N, Exposure::MaskName),
        (
            "xiamen_mfkf_penalty",
            "violation_facts",
            L,
            Exposure::ScrubText,
        ),
    ] {
        let field = c.list(list).unwrap().field(key).unwrap();
        assert_eq!(field.exposure_for(kind), exposure, "{list} {key} {kind:?}");
    }
    assert!(c.lists.values().all(|l| !l.persons.export));
}

/// The five supplements as their documents ask (S0 to S4).
#[test]
fn the_supplements_say_what_their_documents_ask() {
    let c = shipped();
    let limit = |list: &str, id: &str| c.limit(c.list(list).unwrap(), id).map(|t| t.count);
    assert_eq!(limit("jiangsu_serious", "T11"), Some(10));
    assert_eq!(limit("ankang_penalty", "T08"), Some(7));
    assert_eq!(limit("ankang_penalty", "T09"), Some(7));
    for (id, days) in [
        ("T01", 20),
        ("T02", 7),
        ("T03", 3),
        ("T04", 7),
        ("T05", 7),
        ("T06", 2),
        ("T07", 2),
    ] {
        assert_eq!(limit("xiamen_mfkf_red", id), Some(days), "{id}");
    }
    let layer = |code: &str| c.layers.iter().find(|l| l.code == code).unwrap();
    assert!(layer("xiamen").all_days_are_working_days);
    assert!(!layer("jiangsu").all_days_are_working_days);
    assert_eq!(c.layers.len(), 6);
    assert!(c.layers[0].is_base);
    let red = c.list("xiamen_mfkf_red").unwrap();
    assert_eq!(red.prior_notice.public_notice_working_days, 20);
    for hidden in [
        "xiamen_mfkf_serious",
        "xiamen_mfkf_watch",
        "dalian_gxq_sanctions",
    ] {
        assert!(!c.list(hidden).unwrap().is_displayed(), "{hidden}");
    }
    let penalty = c.list("mianyang_penalty").unwrap();
    assert!(penalty.objection.suspends_measures && penalty.objection.complaint);
    assert_eq!(penalty.narrows.as_deref(), Some("penalty"));
    assert_eq!(
        (penalty.level, penalty.territory.as_str()),
        (Level::City, "510700")
    );
    assert_eq!(c.list("mianyang_serious").unwrap().origin, Origin::Pushed);
    for place in ["jiangsu", "ankang", "xiamen_mfkf", "mianyang", "dalian_gxq"] {
        for kind in ["penalty", "licence", "red"] {
            let code = format!("{place}_{kind}");
            assert!(
                c.list(&code)
                    .is_some_and(super::super::ListEntry::is_displayed),
                "{code}"
            );
        }
    }
}

#[test]
fn measures_of_2018_and_2020_are_in_the_ledger_and_not_shown() {
    let c = shipped();
    let of = |list: &str, status: BasisStatus| {
        c.measures()
            .filter(|(l, m)| l.code == list && m.status == status)
            .count()
    };
    assert_eq!(of("xiamen_mfkf_serious", BasisStatus::UnderRevision), 7);
    assert_eq!(of("ankang_serious", BasisStatus::UnderRevision), 12);
    assert!(
        c.shown_measures()
            .all(|(l, m)| l.is_displayed() && m.status == BasisStatus::Active)
    );
    assert!(c.shown_measures().all(|(_, m)| !m.basis.is_empty()));
    assert!(c.shown_measures().count() > 30);
    assert_eq!(
        c.list("ankang_serious").unwrap().active_measures().count(),
        1
    );
}

/// Every displayed list can be filled: its template knows the fields that it shows.
#[test]
fn fields_and_import_templates_agree() {
    let text = include_str!("../../../../index/templates/national.toml");
    let file: toml::Table = text.parse().unwrap();
    let columns = |t: &toml::Value| -> Vec<String> {
        let all = t.get("columns").and_then(|c| c.as_array()).unwrap();
        all.iter()
            .map(|c| c["key"].as_str().unwrap().to_owned())
            .collect()
    };
    let named = |kind: &str| -> BTreeMap<String, toml::Value> {
        let all = file[kind].as_array().unwrap();
        all.iter()
            .map(|t| (t["code"].as_str().unwrap().to_owned(), t.clone()))
            .collect()
    };
    let blocks = named("block");
    let templates = named("template");
    for entry in shipped().displayed() {
        let template = &templates[&entry.template];
        let mut keys = columns(template);
        for block in template["use"].as_array().unwrap() {
            keys.extend(columns(&blocks[block.as_str().unwrap()]));
        }
        for field in &entry.fields {
            let shown = SubjectKind::ALL
                .iter()
                .any(|k| field.exposure_for(*k) != Exposure::Never);
            // what the register's own list template does not carry is left empty
            let spare = matches!(field.key.as_str(), "registered_place" | "designation_basis");
            assert!(
                !shown || spare || keys.contains(&field.key),
                "{} {}",
                entry.code,
                field.key
            );
        }
    }
}

#[test]
fn unlisted_periods_of_display_are_words_only_where_nothing_is_shown() {
    for entry in shipped().lists.values() {
        let hidden = entry
            .periods
            .iter()
            .all(|p| p.kind == PeriodKind::NotDisplayed);
        assert_eq!(hidden, !entry.attributes.disclosable, "{}", entry.code);
    }
}
