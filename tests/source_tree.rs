//! Reads the source of the program and holds it to the house (ARCHITECTURE.md): who may name whom, who
//! asks for the time, who serialises records, who makes them. Compilation cannot see these rules.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, like the test"
)]

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A source file: path from `src/`, and its lines without comments, strings' contents kept.
struct Source {
    path: String,
    /// (line number, code before any `//`).
    code: Vec<(usize, String)>,
    /// Lines from here on are tests (`#[cfg(test)] mod … {`), when the file has some at its end.
    tests_from: usize,
}

impl Source {
    /// Code lines outside tests.
    fn program(&self) -> impl Iterator<Item = (usize, &str)> {
        let whole_file_is_test = self.path.ends_with("_tests.rs")
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("/testing.rs")
            || self.path.contains("/tests/")
            || self.path.ends_with("/fixture.rs");
        self.code
            .iter()
            .filter(move |(n, _)| !whole_file_is_test && *n < self.tests_from)
            .map(|(n, l)| (*n, l.as_str()))
    }
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    rust_files(&root, &mut paths);
    assert!(paths.len() > 20, "the source tree was not found");
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let tests_from = lines
                .iter()
                .enumerate()
                .position(|(i, l)| {
                    l.starts_with("#[cfg(test)]")
                        && lines[i + 1..]
                            .iter()
                            .find(|l| !l.starts_with("#["))
                            .is_some_and(|l| l.contains("mod ") && l.trim_end().ends_with('{'))
                })
                .map_or(usize::MAX, |i| i + 1);
            Source {
                path: path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/"),
                code: lines
                    .iter()
                    .enumerate()
                    .map(|(i, l)| (i + 1, before_comment(l)))
                    .collect(),
                tests_from,
            }
        })
        .collect()
}

/// The line without its comment. A `//` inside a string is kept when it follows a colon (addresses).
fn before_comment(line: &str) -> String {
    let mut from = 0;
    while let Some(at) = line[from..].find("//") {
        let at = from + at;
        if at == 0 || !line[..at].ends_with(':') {
            return line[..at].to_owned();
        }
        from = at + 2;
    }
    line.to_owned()
}

/// Every place where `pattern` stands in the program's code of the files that `of` chooses.
fn found(sources: &[Source], pattern: &str, of: impl Fn(&str) -> bool) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let mut out = Vec::new();
    for source in sources.iter().filter(|s| of(&s.path)) {
        for (n, line) in source.program() {
            if pattern.is_match(line) {
                out.push(format!("src/{}:{n}: {}", source.path, line.trim()));
            }
        }
    }
    out
}

#[track_caller]
fn nowhere(places: &[String], rule: &str) {
    assert!(places.is_empty(), "{rule}:\n{}", places.join("\n"));
}

fn under(path: &str, room: &str) -> bool {
    path == format!("{room}.rs") || path.starts_with(&format!("{room}/"))
}

#[test]
fn the_reader_of_this_test_sees_code_and_not_comments() {
    assert_eq!(before_comment("let a = 1; // inside::raw"), "let a = 1; ");
    assert_eq!(before_comment("//! inside"), "");
    assert_eq!(
        before_comment("let u = \"http://x\"; // y"),
        "let u = \"http://x\"; "
    );
}

#[test]
fn outside_and_domain_never_name_the_inside() {
    let sources = sources();
    nowhere(
        &found(
            &sources,
            r"\binside\s*::|::\s*inside\b|\binside\s*\{",
            |p| under(p, "outside") || under(p, "domain") || under(p, "base"),
        ),
        "domain, base and outside know nothing of the inside wing (use crate::record)",
    );
    // one door leads from the record's public face to where it is made
    assert_eq!(
        found(&sources, r"\binside\s*::", |p| p == "record.rs").len(),
        1
    );
}

#[test]
fn rooms_import_only_what_the_house_allows() {
    let sources = sources();
    // room → rooms of the crate that it may name
    let allowed: &[(&str, &[&str])] = &[
        ("domain", &["domain"]),
        ("base", &["base", "domain"]),
        ("inside", &["base", "domain", "inside", "outside", "record"]),
        ("outside", &["base", "domain", "outside", "record"]),
        ("demo", &["base", "demo", "domain"]),
        ("config", &["config"]),
    ];
    let crate_path = Regex::new(r"\bcrate::(?:\{(?P<many>[^}]*)\}|(?P<one>[a-z_]+))").unwrap();
    let rooms = [
        "base", "cli", "config", "demo", "domain", "inside", "node", "outside", "record",
    ];
    let mut wrong = Vec::new();
    for (room, may) in allowed {
        for source in sources.iter().filter(|s| under(&s.path, room)) {
            for (n, line) in source.program() {
                for found in crate_path.captures_iter(line) {
                    let names = found
                        .name("one")
                        .or_else(|| found.name("many"))
                        .map_or("", |m| m.as_str());
                    for name in names.split(',') {
                        let name = name.trim().split("::").next().unwrap();
                        if rooms.contains(&name) && !may.contains(&name) {
                            wrong.push(format!("src/{}:{n}: {}", source.path, line.trim()));
                        }
                    }
                }
            }
        }
    }
    nowhere(&wrong, "a room names one that it must not know");
}

#[test]
fn the_index_and_the_web_do_not_open_databases() {
    nowhere(
        &found(&sources(), r"\bdiesel\b|base::db", |p| {
            under(p, "outside/index") || under(p, "outside/web") || under(p, "domain")
        }),
        "queries stand in the stores only",
    );
}

#[test]
fn the_domain_is_pure() {
    nowhere(
        &found(
            &sources(),
            r"std::(fs|net|process|env|thread)\b|\bdiesel\b|\bactix_web\b|\bmaud\b|\btantivy\b|\brand\b::|\btracing\b",
            |p| under(p, "domain") && !p.starts_with("domain/catalogue/"),
        ),
        "domain does no I/O, SQL, HTTP, HTML, and knows no randomness",
    );
}

#[test]
fn only_the_publisher_and_the_store_make_public_records() {
    let sources = sources();
    nowhere(
        &found(&sources, r"\bPublic(Record|Notice)::restored\b", |p| {
            !under(p, "outside/store")
        }),
        "only the public store rebuilds records and notices from its rows",
    );
    nowhere(
        &found(
            &sources,
            r"\bPublic(Record|Notice)::publish\b|\bMaskedName::new\b|\bset_notices\b",
            |p| !under(p, "inside/publish") && p != "outside/store/notices.rs",
        ),
        "only the publisher makes public records, notices and masked names",
    );
}

#[test]
fn only_the_store_and_the_wire_serialise_records() {
    let sources = sources();
    // PublicRecord itself has no Serialize; its parts do, for the store's own rows
    nowhere(
        &found(
            &sources,
            r"impl\b.*\bSerialize\b.*\bfor\s+Public(Record|Notice)\b",
            |_| true,
        ),
        "public records are serialised by wire.rs alone",
    );
    nowhere(
        &found(
            &sources,
            r"(to_string|to_vec|to_writer|to_value|json)\(\s*&?\w*(parts|record)\b",
            |p| {
                !under(p, "outside/store")
                    && !under(p, "outside/export")
                    && !p.ends_with("/wire.rs")
                    && !under(p, "inside")
            },
        ),
        "records leave as JSON through outside/web/api/wire.rs only",
    );
}

#[test]
fn only_the_clock_asks_for_the_time() {
    nowhere(
        &found(
            &sources(),
            r"\b(Utc|Local)::now\b|SystemTime::now\b|disallowed_methods",
            |p| p != "base/clock.rs",
        ),
        "time is a parameter: ask base::clock",
    );
}

#[test]
fn the_program_does_not_unwrap() {
    nowhere(
        &found(
            &sources(),
            r"\.unwrap\(\)|\bunimplemented!|\btodo!|\bpanic!\(",
            |_| true,
        ),
        "no panic is reachable from outside input",
    );
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    nowhere(
        &found(&sources(), r"#!?\[allow\(", |_| true),
        "use #[expect(…, reason = \"…\")]",
    );
}

#[test]
fn searches_are_not_logged() {
    nowhere(
        &found(
            &sources(),
            r"(info|warn|error|debug|trace)!\(.*(query_string|raw_query|\bq\b\s*[=,)]|subject_name|credit_code)",
            |p| under(p, "outside"),
        ),
        "people's searches are private",
    );
}

#[test]
fn files_are_rooms_and_not_halls() {
    let halls: Vec<String> = sources()
        .iter()
        .filter(|s| s.code.len() > 700)
        .map(|s| format!("src/{}: {} lines", s.path, s.code.len()))
        .collect();
    nowhere(&halls, "a file has one purpose and under 700 lines");
    let main = sources().into_iter().find(|s| s.path == "main.rs").unwrap();
    assert!(main.code.len() < 60);
}

/// Chinese texts of the catalogue have Chinese punctuation: the interfaces give them out as they are written.
#[test]
fn catalogue_texts_have_chinese_punctuation() {
    let text = Regex::new(r#"\b(?:zh|source|basis) = "([^"]*)""#).unwrap();
    let wrong = Regex::new(r"\p{Han}[,;:?!()]|[,;:?!()]\p{Han}").unwrap();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("index/catalogue")];
    let (mut seen, mut found) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let file = fs::read_to_string(&path).unwrap();
                for words in text.captures_iter(&file).map(|c| c[1].to_owned()) {
                    seen += 1;
                    if wrong.is_match(&words) {
                        found.push(format!("{}: {words}", path.display()));
                    }
                }
            }
        }
    }
    assert!(seen > 500, "{seen}");
    assert!(found.is_empty(), "{found:#?}");
}
