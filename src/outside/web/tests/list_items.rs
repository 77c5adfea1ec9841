//! What domain.md 8 asks of each list's page: every item stands on the page of every list of the shipped catalogue, in
//! each language; and who takes an item out of a list is refused by the catalogue's check, or the page says so.

use maud::html;

use crate::base::catalogue::embedded;
use crate::domain::catalogue::check::{Rule, check};
use crate::domain::catalogue::load::build;
use crate::domain::catalogue::{Catalogue, ListEntry, RepairChannel, RepairEffect};
use crate::domain::kinds::Words;
use crate::outside::web::pages::list::{ListView, page};
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::parts::lang::Lang;

fn shipped() -> Catalogue {
    build(&embedded()).unwrap()
}

fn shown(lang: Lang, catalogue: &Catalogue, code: &str) -> String {
    let ctx = Ctx {
        lang,
        ..Ctx::default()
    };
    let entry = catalogue.list(code).unwrap();
    let version = catalogue.version_of(entry);
    let view = ListView {
        rows: Some(&[]),
        ..ListView::new(entry, catalogue, &version)
    };
    page(&ctx, &view).into_string()
}

/// The texts of an entry that its page owes, each with a name.
fn owed(catalogue: &Catalogue, entry: &ListEntry) -> Vec<(&'static str, Words)> {
    let mut out = vec![
        ("name", entry.name.clone()),
        ("summary", entry.summary.clone()),
        ("authority", entry.contact.name.clone()),
        ("unit", entry.contact.unit.clone()),
        ("hours", entry.contact.hours.clone()),
        (
            "disclosure period",
            entry.attributes.disclosure_period.clone(),
        ),
        ("retention", entry.attributes.retention_period.clone()),
        ("standard", entry.standard.clone()),
        (
            "layer",
            catalogue
                .layer_of(entry)
                .map(|l| l.name.clone())
                .unwrap_or_default(),
        ),
    ];
    let closed = |zh: &str, en: &str| Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    out.push((
        "polarity",
        closed(entry.polarity.zh(), entry.polarity.en()),
    ));
    out.push(("level", closed(entry.level.zh(), entry.level.en())));
    if let Some(head) = entry.head {
        out.push(("head", closed(head.zh(), head.en())));
    }
    for basis in &entry.basis {
        out.push(("basis", basis.title.clone()));
        out.push(("instrument", closed(basis.kind.zh(), basis.kind.en())));
    }
    let mut texts = |name: &'static str, all: &[Words]| {
        out.extend(all.iter().map(|w| (name, w.clone())));
    };
    texts("entry conditions", &entry.entry_conditions);
    texts("entry procedure", &entry.entry_procedure);
    texts("exit conditions", &entry.exit_conditions);
    texts("exit procedure", &entry.exit_procedure);
    if entry.repair.repairable {
        texts("repair conditions", &entry.repair.conditions);
        texts("repair materials", &entry.repair.materials);
        texts("repair procedure", &entry.repair.procedure);
        out.push(("fee", closed("不收取任何费用", "none, in any form")));
        let channel = entry.repair.channel;
        out.push(("channel", closed(channel.zh(), channel.en())));
    } else {
        out.push((
            "no repair",
            closed("该类信息不适用信用修复", "Credit repair does not apply"),
        ));
        for basis in &entry.repair.exclusion_basis {
            out.push(("exclusion", basis.title.clone()));
        }
    }
    for limit in &entry.limits {
        out.push(("time limit", limit.what.clone()));
    }
    for regime in &entry.periods {
        out.push(("regime", regime.source.clone()));
        out.push(("kind of period", closed(regime.kind.zh(), regime.kind.en())));
    }
    for measure in entry.active_measures() {
        out.push(("measure", measure.name.clone()));
        out.push(("executing unit", measure.executing_unit.clone()));
        out.push(("duration", measure.duration.clone()));
        out.push(("force", closed(measure.force.zh(), measure.force.en())));
        for basis in &measure.basis {
            out.push(("basis of a measure", basis.title.clone()));
        }
    }
    for remedy in &entry.remedies {
        out.push(("remedy", closed(remedy.kind.zh(), remedy.kind.en())));
        out.push(("where", remedy.place.clone()));
        out.push(("until when", remedy.limit.clone()));
    }
    out.retain(|(_, words)| !words.zh.is_empty());
    out
}

#[test]
fn each_list_page_shows_every_item_in_each_language() {
    let catalogue = shipped();
    let mut seen = 0;
    for entry in catalogue.displayed() {
        for lang in Lang::ALL {
            let page = shown(lang, &catalogue, &entry.code);
            for (item, words) in owed(&catalogue, entry) {
                let text = lang.plain(&words);
                let text = html! { (text) }.into_string();
                assert!(
                    page.contains(&text),
                    "{} in {}: {item} is missing: {text}",
                    entry.code,
                    lang.tag()
                );
                seen += 1;
            }
            for plain in [&entry.contact.phone, &catalogue.version_of(entry)] {
                assert!(page.contains(plain.as_str()), "{}: {plain}", entry.code);
            }
            for section in ["basis", "standard", "period", "exit", "data", "browse"] {
                assert!(page.contains(&format!(r#"id="{section}""#)), "{section}");
            }
        }
        let page = shown(Lang::Hans, &catalogue, &entry.code);
        for basis in &entry.basis {
            assert!(page.contains(&basis.article), "{}", entry.code);
        }
        for basis in entry.basis.iter().filter_map(|b| b.effective_from) {
            assert!(page.contains(&basis.to_string()), "{}", entry.code);
        }
        for said in [
            "适用地域",
            "最近更新",
            "数据来源",
            "近30日新公示",
            "近30日期满退出",
            "下载",
            "个工作日内答复",
        ] {
            assert!(page.contains(said), "{}: {said}", entry.code);
        }
    }
    assert!(seen > 1000, "{seen} items were looked for");
}

/// What becomes of a list without the item.
enum Without {
    /// The check refuses it by this rule.
    Refused(Rule),
    /// The law lets it be absent, and the page says so in these words, Chinese and English.
    Said(&'static str, &'static str),
}

type Removal = (
    &'static str,
    &'static str,
    fn(&mut ListEntry),
    Without,
);

#[expect(
    clippy::too_many_lines,
    reason = "a table of the items of domain.md 8, one a row"
)]
fn removals() -> Vec<Removal> {
    use Without::{Refused, Said};
    vec![
        ("name", "penalty", |l| l.name = Words::default(), Refused(Rule::ListParts)),
        ("summary", "penalty", |l| l.summary = Words::default(), Refused(Rule::ListParts)),
        ("authority", "penalty", |l| l.contact.name = Words::default(), Refused(Rule::Contact)),
        ("telephone", "penalty", |l| l.contact.phone.clear(), Refused(Rule::Contact)),
        ("hours", "penalty", |l| l.contact.hours = Words::default(), Refused(Rule::Contact)),
        (
            "unit",
            "penalty",
            |l| l.contact.unit = Words::default(),
            Said("该机关没有另行指定", "none named apart"),
        ),
        ("territory", "penalty", |l| l.territory.clear(), Refused(Rule::OutsideTerritory)),
        ("basis", "penalty", |l| l.basis.clear(), Refused(Rule::BasisKind)),
        (
            "article",
            "penalty",
            |l| l.basis.iter_mut().for_each(|b| b.article.clear()),
            Said("没有写明条款的，指该文件全文", "the whole instrument is meant"),
        ),
        (
            "date of the basis",
            "penalty",
            |l| l.basis.iter_mut().for_each(|b| b.effective_from = None),
            Said("目录未作记载", "the catalogue records none"),
        ),
        ("layer", "penalty", |l| l.layer.clear(), Refused(Rule::UnknownLayer)),
        ("head", "list_wages", |l| l.head = None, Refused(Rule::SeriousHead)),
        (
            "head, of another list",
            "penalty",
            |l| l.head = None,
            Said("不属于可以设列该类名单的四种情形", "falls under none of the four heads"),
        ),
        ("standard", "list_wages", |l| l.standard = Words::default(), Refused(Rule::StandardText)),
        (
            "standard, of another list",
            "penalty",
            |l| l.standard = Words::default(),
            Said("本名单没有单独的认定标准", "no standard of its own"),
        ),
        (
            "entry conditions",
            "penalty",
            |l| l.entry_conditions.clear(),
            Refused(Rule::EntryConditions),
        ),
        ("entry procedure", "penalty", |l| l.entry_procedure.clear(), Refused(Rule::ListParts)),
        (
            "notice to the party",
            "list_wages",
            |l| l.prior_notice.party_notice = false,
            Refused(Rule::PartyNotice),
        ),
        (
            "notice to the party, of another list",
            "licence",
            |l| {
                l.prior_notice.party_notice = false;
                l.prior_notice.public_notice_working_days = 0;
            },
            Said("没有为本名单规定列入前的告知", "asks for no notice"),
        ),
        ("periods", "penalty", |l| l.periods.clear(), Refused(Rule::DisclosurePeriod)),
        (
            "length of a period",
            "penalty",
            |l| {
                if let Some(regime) = l.periods.last_mut() {
                    regime.terms.clear();
                }
            },
            Refused(Rule::DisclosurePeriod),
        ),
        (
            "source of a period",
            "penalty",
            |l| {
                if let Some(regime) = l.periods.last_mut() {
                    regime.source = Words::default();
                }
            },
            Refused(Rule::DisclosurePeriod),
        ),
        (
            "disclosure period in words",
            "penalty",
            |l| l.attributes.disclosure_period = Words::default(),
            Refused(Rule::Attributes),
        ),
        (
            "retention",
            "penalty",
            |l| l.attributes.retention_period = Words::default(),
            Refused(Rule::Attributes),
        ),
        ("exit conditions", "penalty", |l| l.exit_conditions.clear(), Refused(Rule::ExitParts)),
        ("exit procedure", "penalty", |l| l.exit_procedure.clear(), Refused(Rule::ExitParts)),
        (
            "repair conditions",
            "penalty",
            |l| l.repair.conditions.clear(),
            Refused(Rule::RepairParts),
        ),
        ("repair materials", "penalty", |l| l.repair.materials.clear(), Refused(Rule::RepairParts)),
        ("repair procedure", "penalty", |l| l.repair.procedure.clear(), Refused(Rule::RepairParts)),
        (
            "repair channel",
            "penalty",
            |l| l.repair.channel = RepairChannel::None,
            Refused(Rule::RepairChannel),
        ),
        (
            "effect of repair",
            "penalty",
            |l| l.repair.effect = RepairEffect::None,
            Refused(Rule::RepairChannel),
        ),
        (
            "repair, without saying why",
            "penalty",
            |l| {
                l.repair.repairable = false;
                l.repair.exclusion_basis.clear();
            },
            Refused(Rule::RepairExclusion),
        ),
        (
            "measures",
            "list_wages",
            |l| l.measures.clear(),
            Said("没有为该名单规定惩戒或者激励措施", "provides no measures"),
        ),
        (
            "name of a measure",
            "list_wages",
            |l| l.measures.iter_mut().take(1).for_each(|m| m.name = Words::default()),
            Refused(Rule::MeasureParts),
        ),
        (
            "executing unit",
            "list_wages",
            |l| l.measures.iter_mut().take(1).for_each(|m| m.executing_unit = Words::default()),
            Refused(Rule::MeasureParts),
        ),
        (
            "duration of a measure",
            "list_wages",
            |l| l.measures.iter_mut().take(1).for_each(|m| m.duration = Words::default()),
            Refused(Rule::MeasureParts),
        ),
        (
            "subjects of a measure",
            "list_wages",
            |l| l.measures.iter_mut().take(1).for_each(|m| m.subject_kinds.clear()),
            Refused(Rule::MeasureParts),
        ),
        (
            "basis of a measure",
            "list_wages",
            |l| l.measures.iter_mut().take(1).for_each(|m| m.basis.clear()),
            Refused(Rule::MeasureBasis),
        ),
        ("remedies", "penalty", |l| l.remedies.clear(), Refused(Rule::Remedies)),
        (
            "where to turn",
            "penalty",
            |l| l.remedies.iter_mut().take(1).for_each(|r| r.place = Words::default()),
            Refused(Rule::Remedies),
        ),
        (
            "until when",
            "penalty",
            |l| l.remedies.iter_mut().take(1).for_each(|r| r.limit = Words::default()),
            Refused(Rule::Remedies),
        ),
        (
            "answer to an objection",
            "penalty",
            |l| l.objection.answer_working_days = 0,
            Refused(Rule::ObjectionAnswer),
        ),
        (
            "time limits of its own",
            "penalty",
            |l| l.limits.clear(),
            Said("目录没有另行规定办理时限", "sets no further time limits"),
        ),
        (
            "refreshing and publishing in time",
            "penalty",
            |l| {
                l.refresh_days = None;
                l.publish_within_working_days = None;
            },
            Said("目录没有规定", "not set by the catalogue"),
        ),
        ("document, reason, authority, date", "penalty", |l| l.fields.clear(), Refused(Rule::DecisionDocument)),
    ]
}

#[test]
fn a_list_without_an_item_is_refused_or_its_page_says_so() {
    let whole = shipped();
    for (item, code, remove, then) in removals() {
        let mut broken = whole.clone();
        remove(broken.lists.get_mut(code).unwrap());
        let found = check(&broken);
        match then {
            Without::Refused(rule) => assert!(
                found.iter().any(|f| f.rule == rule && f.list == code),
                "{item}: {found:?}"
            ),
            Without::Said(zh, en) => {
                assert!(
                    found.iter().all(|f| f.list != code),
                    "{item} may be absent: {found:?}"
                );
                let traditional = Lang::Hant.say(zh, en);
                for (lang, said) in [
                    (Lang::Hans, zh),
                    (Lang::Hant, traditional),
                    (Lang::En, en),
                ] {
                    let page = shown(lang, &broken, code);
                    assert!(page.contains(said), "{item}: {said} is not said");
                }
            }
        }
    }
}
