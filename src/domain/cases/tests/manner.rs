//! Every refusal is in the manner of the messages of forms, whatever it is about.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::domain::forms::manner;
use crate::domain::workdays::WorkDays;

/// One of each kind; a new kind is missed by its code.
fn all() -> Vec<Refusal> {
    let on = day("2026-09-24");
    let uncovered = WorkDays::embedded().add(day("2190-01-01"), 3);
    let mut all: Vec<Refusal> = Role::ALL
        .iter()
        .map(|r| Refusal::NotYours { role: *r })
        .collect();
    all.extend(entry::EntryState::ALL.iter().map(|s| Refusal::NotNow {
        zh: s.zh(),
        en: s.en(),
        event: "sign",
    }));
    all.extend(Procedure::ALL.iter().map(|p| Refusal::NoLimit(p.code())));
    all.extend([
        Refusal::OtherAuthority,
        Refusal::SamePerson,
        Refusal::TooEarly { from: on },
        Refusal::NotRepairable,
        Refusal::OtherChannel,
        Refusal::Barred { until: on },
        Refusal::AlreadyOpen,
        Refusal::StillRuns { until: on },
        Refusal::PartyHeard { until: on },
        Refusal::Provisional { until: on },
        Refusal::Late { until: on },
        Refusal::SupplementUsed,
        Refusal::ExtendedBefore,
        Refusal::NoExtension,
        Refusal::Backwards { last: on },
        Refusal::WrongReason,
        Refusal::NotChecked,
        Refusal::NotCovered(uncovered.unwrap_err()),
    ]);
    all
}

fn sources(at: &Path, out: &mut String) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else {
            out.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// What the sources name as missing.
fn named() -> BTreeSet<&'static str> {
    let named = r#"(?:Missing\(|told\(\w+, |unknown\()"([a-z_]+)"\)"#;
    let named = regex::Regex::new(named).unwrap();
    let mut text = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for place in [
        "src/domain/cases",
        "src/inside/entries",
        "src/inside/desk/handlers",
    ] {
        sources(&root.join(place), &mut text);
    }
    let text: &'static str = text.leak();
    let found = named.captures_iter(text);
    found.map(|f| f.get(1).unwrap().as_str()).collect()
}

#[test]
fn every_refusal_is_in_the_manner_of_the_messages_of_forms() {
    let missing = named();
    assert!(missing.len() >= 15, "{missing:?}");
    let told = all()
        .into_iter()
        .chain(missing.iter().map(|what| Refusal::Missing(what)));
    let mut codes = BTreeSet::new();
    for refusal in told {
        codes.insert(refusal.code());
        let words = refusal.words();
        let faults = manner::faults(&words.zh, &words.en);
        assert_eq!(faults, [""; 0], "{refusal:?}: {} | {}", words.zh, words.en);
        if let Refusal::Missing(what) = refusal {
            assert!(
                !words.en.contains(what) || !words.en.contains('`'),
                "{what} has no words"
            );
        }
    }
    let source = include_str!("../refusal.rs");
    let known = source.matches("{ .. } => \"").count()
        + source.matches("(_) => \"").count()
        + regex::Regex::new(r#"Self::[A-Za-z]+ => ""#)
            .unwrap()
            .find_iter(source)
            .count();
    assert_eq!(codes.len(), known, "a kind was left out: {codes:?}");
}
