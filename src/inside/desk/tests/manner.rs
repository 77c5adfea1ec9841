//! Every message that stands beside a field or above a form, read out of the sources, so that none is written in another
//! manner later: applications, following them, and the desk.

use std::path::Path;

use regex::Regex;

use crate::domain::forms::manner;
use crate::outside::evidence::Refused;

/// Files and directories in which messages are written.
const WHERE: &[&str] = &[
    "src/inside/desk/acts.rs",
    "src/inside/desk/auth",
    "src/inside/desk/handlers",
    "src/inside/desk/purposes.rs",
    "src/inside/desk/refused.rs",
    "src/outside/apply/mod.rs",
    "src/outside/evidence/mod.rs",
    "src/outside/web/handlers/apply",
];

/// What messages are handed to, each with its words in Chinese and English at the end.
const CALLS: &str = r#"(?s)\b(?:Wrong::new|[Rr]efused::wrong|Self::wrong|Fault::new|Fault::text|Fault::file|Fault \{|fault|miss|words|fixed|push|Some|missing|wrong|at|let \(zh, en\) =|let words =)\s*\(*\s*(?:(?:faults|&\w+(?:\([^()]*\))?|field|"[a-z_]*"),\s*)?"((?:[^"\\]|\\.)*\p{Han}(?:[^"\\]|\\.)*)"(?:\.to_owned\(\))?,\s*"((?:[^"\\]|\\.)*)""#;

fn sources(at: &Path, out: &mut Vec<(String, String)>) {
    if at.is_dir() {
        let mut inside: Vec<_> = std::fs::read_dir(at)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        inside.sort();
        inside.iter().for_each(|path| sources(path, out));
    } else if at.extension().is_some_and(|e| e == "rs") {
        let text = std::fs::read_to_string(at).unwrap();
        out.push((at.display().to_string(), text));
    }
}

#[test]
fn every_message_of_the_desk_and_of_applications_is_in_the_manner_of_the_patterns() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let calls = Regex::new(CALLS).unwrap();
    let mut all = Vec::new();
    for place in WHERE {
        sources(&root.join(place), &mut all);
    }
    let (mut told, mut wrong) = (0, Vec::new());
    for (file, text) in &all {
        for found in calls.captures_iter(text) {
            told += 1;
            let faults = manner::faults(&found[1], &found[2]);
            if !faults.is_empty() {
                let file = file.rsplit("/src/").next().unwrap();
                wrong.push(format!(
                    "{file}: {} | {}: {}",
                    &found[1],
                    &found[2],
                    faults.join(", ")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told >= 70, "{told} messages");
}

#[test]
fn what_is_told_of_a_file_names_what_it_must_be() {
    for refused in [
        Refused::Empty,
        Refused::TooLarge,
        Refused::Foreign {
            zh: "Word 文档",
            en: "a Word document",
        },
        Refused::Unknown,
        Refused::Polyglot,
        Refused::Damaged,
        Refused::Active {
            zh: "脚本",
            en: "scripts",
        },
        Refused::Encrypted,
        Refused::Bomb,
        Refused::Unusual,
        Refused::HugePage,
        Refused::HugePicture,
        Refused::ManyPages,
        Refused::Animated,
        Refused::BadNames,
    ] {
        let (zh, en) = refused.words();
        assert_eq!(manner::faults(&zh, &en), [""; 0], "{zh} | {en}");
    }
}
