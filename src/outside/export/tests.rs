//! The files as a whole: made anew or kept up they are the same, nothing that was taken back stays, and a copy tells
//! whether it is whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{Days, NaiveDate, TimeDelta};
use proptest::prelude::*;
use sha2::Digest as _;

use super::check;
use super::copy::copy;
use super::generation::{Generation, Making, Sums};
use super::holder::{Holder, Upkeep};
use super::keep::Keeper;
use super::row::{head, safe};
use super::*;
use crate::base::crypto::SignKey;
use crate::domain::catalogue::Catalogue;
use crate::domain::time::{Moment, day_start};
use crate::outside::store::{PublicStore, set_hash};
use crate::outside::web::tests::fixture::{Portal, catalogue, day, org, person, today};
use crate::record::{RecordParts, Why};

pub(super) fn noon(day: NaiveDate) -> Moment {
    day_start(day) + TimeDelta::hours(12)
}

pub(super) fn making<'a>(
    catalogue: &'a Catalogue,
    key: Option<&'a SignKey>,
    now: Moment,
) -> Making<'a> {
    Making {
        catalogue,
        key,
        base_url: "",
        demo: true,
        history_days: 7,
        now,
    }
}

/// A file unpacked.
fn text(generation: &Generation, set: &str, format: Format) -> String {
    let (file, _) = generation.file(set, format.file_name()).unwrap();
    let mut out = Vec::new();
    for segment in file.segments.iter() {
        let packed = segment.read_packed(0, usize::MAX).unwrap();
        assert_eq!(packed.len() as u64, segment.length(true));
        out.extend(segment.read_unpacked().unwrap());
    }
    assert_eq!(out.len() as u64, file.unpacked);
    String::from_utf8(out).unwrap()
}

/// The bytes of a file as they are offered.
fn bytes(generation: &Generation, set: &str, format: Format) -> Vec<u8> {
    let files = &generation.sets[set].files;
    let file = files.iter().find(|f| f.format == format).unwrap();
    let mut out = Vec::new();
    for segment in file.segments.iter() {
        out.extend(segment.read_packed(0, usize::MAX).unwrap());
    }
    assert_eq!(out.len() as u64, file.packed);
    let sum = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&out));
    assert_eq!(sum, file.sha256, "{set} {format:?}");
    out
}

/// Ids and sequence numbers that a file holds, as a checker of copies reads them.
pub fn held(generation: &Generation, set: &str, format: Format) -> BTreeMap<String, i64> {
    let dir = tempfile::tempdir().unwrap();
    let end = if format.is_gzip() { ".gz" } else { "" };
    let path = dir.path().join(format!("{}{end}", format.file_name()));
    fs::write(&path, bytes(generation, set, format)).unwrap();
    let mut rows = BTreeMap::new();
    let has_rows = super::forms::rows(&path, &mut |id, seq| {
        assert!(
            rows.insert(id.to_owned(), seq).is_none(),
            "{id} twice in {format:?}"
        );
    });
    assert_eq!(has_rows, Ok(true));
    rows
}

/// Days for which the versions are kept here.
const WINDOW: u64 = 7;

/// What the file of a version holds.
pub fn version_held(
    history: &super::history::History,
    version: &super::history::Version,
    at: usize,
    format: Format,
) -> BTreeMap<String, i64> {
    let (file, mut left) = (&version.files[at], version.files[at].packed);
    let mut out = Vec::new();
    for segment in history.segments[at].iter() {
        if left == 0 {
            break;
        }
        let bytes = segment.read_packed(0, usize::MAX).unwrap();
        left = left
            .checked_sub(bytes.len() as u64)
            .expect("ends with a piece");
        out.extend(bytes);
    }
    let sum = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&out));
    assert_eq!((sum, left), (file.sha256.clone(), 0));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(format!("{}.gz", format.file_name()));
    fs::write(&path, out).unwrap();
    let (mut rows, mut hash) = (BTreeMap::new(), 0_u128);
    let read = super::forms::rows(&path, &mut |id, seq| {
        hash = hash.wrapping_add(set_hash(id, seq));
        assert!(rows.insert(id.to_owned(), seq).is_none(), "{id} twice");
    });
    assert_eq!((read, hash), (Ok(true), version.hash));
    rows
}

/// The forms that have text without end, so to say: compressed or not, they are rows of text.
const TEXTS: [Format; 4] = [Format::Csv, Format::Excel, Format::Jsonl, Format::Ftm];
/// The forms that tell rows to a program.
pub const ROWS: [Format; 6] = [
    Format::Csv,
    Format::Excel,
    Format::Jsonl,
    Format::Xlsx,
    Format::Parquet,
    Format::Sqlite,
];

/// All that is on disk, unpacked where it is packed.
fn everything(dir: &Path) -> String {
    use std::io::Read as _;

    let mut out = String::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.push_str(&everything(&path));
        } else if path.extension().is_some_and(|e| e == "deflate") {
            let packed = fs::read(&path).unwrap();
            let mut plain = Vec::new();
            // pieces of a stream that has no end here
            let _ = flate2::read::DeflateDecoder::new(&packed[..]).read_to_end(&mut plain);
            out.push_str(std::str::from_utf8(&plain).unwrap());
        } else if path.extension().is_some_and(|e| e == "parquet") {
            out.push_str(&tables(&fs::read(&path).unwrap()));
        } else if path.extension().is_some_and(|e| e == "gz") {
            let packed = fs::read(&path).unwrap();
            // a part in which nothing is shown has no member
            if packed.is_empty() {
                continue;
            }
            flate2::read::MultiGzDecoder::new(&packed[..])
                .read_to_string(&mut out)
                .unwrap();
        } else {
            out.push_str(&String::from_utf8_lossy(&fs::read(&path).unwrap()));
        }
    }
    out
}

/// What stands in Parquet files that stand one behind the other.
fn tables(bytes: &[u8]) -> String {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    let mut out = String::new();
    let mut end = bytes.len();
    while end > 0 {
        let size = u32::from_le_bytes(bytes[end - 8..end - 4].try_into().unwrap()) as usize;
        let footer = &bytes[end - 8 - size..end - 8];
        let metadata =
            parquet::file::metadata::ParquetMetaDataReader::decode_metadata(footer).unwrap();
        let data: i64 = metadata
            .row_groups()
            .iter()
            .map(parquet::file::metadata::RowGroupMetaData::compressed_size)
            .sum();
        let begin = end - 12 - size - data as usize;
        let one =
            SerializedFileReader::new(actix_web::web::Bytes::copy_from_slice(&bytes[begin..end]))
                .unwrap();
        for row in one.get_row_iter(None).unwrap() {
            out.push_str(&row.unwrap().to_string());
        }
        end = begin;
    }
    out
}

fn fresh(store: &PublicStore, catalogue: &Catalogue, day: NaiveDate) -> Generation {
    let dir = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(dir.path(), catalogue).unwrap();
    keeper.follow(store, catalogue, day, None).unwrap();
    let making = making(catalogue, None, noon(day));
    Generation::make(&keeper, day, making, &mut Sums::default()).unwrap()
}

/// What may happen to the records.
#[derive(Clone, Debug)]
enum Event {
    Publish(Vec<(u8, u8, u8)>),
    TakeBack(Vec<u8>),
    Days(u8),
    Restart,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let one = prop_oneof![
        4 => prop::collection::vec((0_u8..40, 0_u8..3, 1_u8..12), 1..12).prop_map(Event::Publish),
        2 => prop::collection::vec(0_u8..40, 1..4).prop_map(Event::TakeBack),
        2 => (1_u8..4).prop_map(Event::Days),
        1 => Just(Event::Restart),
    ];
    prop::collection::vec(one, 1..12)
}

fn id(n: u8) -> String {
    format!("r{n:02}x")
}

fn long(n: u8) -> String {
    format!("{:0<20}", id(n))
}

pub(super) fn record(n: u8, kind: u8, days: u8, now: NaiveDate) -> RecordParts {
    RecordParts {
        list: ["penalty", "red_list", "judgment_defaulter"][usize::from(kind)].to_owned(),
        region: ["350203", "320100", "100000"][usize::from(n % 3)].to_owned(),
        displayed_from: now,
        displayed_until: (days < 10).then(|| now + Days::new(u64::from(days))),
        ..org(&id(n), "厦门海风贸易有限公司", "91350203MA2EXA019B")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Kept up through whatever happens, the files of each day are those that would be made anew, and nothing of what was
    /// taken back or ended stands on disk.
    #[test]
    fn kept_up_is_made_anew(events in events()) {
        let portal = Portal::new(vec![]);
        let (store, catalogue) = (&portal.state.store, catalogue());
        let dir = tempfile::tempdir().unwrap();
        let mut upkeep = Upkeep::open(dir.path(), &catalogue).unwrap();
        let holder = Holder::default();
        let mut now = today();
        let mut model: BTreeMap<u8, RecordParts> = BTreeMap::new();
        let mut firsts: BTreeMap<NaiveDate, u64> = BTreeMap::new();
        for event in events {
            match event {
                Event::Publish(records) => {
                    let mut batch: BTreeMap<u8, RecordParts> = BTreeMap::new();
                    for (n, kind, days) in records {
                        batch.insert(n, record(n, kind, days, now));
                    }
                    portal.release_at(noon(now), batch.values().cloned().collect(), &[]);
                    model.extend(batch);
                }
                Event::TakeBack(which) => {
                    let gone: Vec<(String, Why)> = which.iter().map(|n| (long(*n), Why::Repaired)).collect();
                    portal.release_at(noon(now), vec![], &gone);
                    for n in which {
                        model.remove(&n);
                    }
                }
                Event::Days(n) => now = now + Days::new(u64::from(n)),
                Event::Restart => upkeep = Upkeep::open(dir.path(), &catalogue).unwrap(),
            }
            // late in the evening, so that the next day is prepared, too
            let late = day_start(now) + TimeDelta::minutes(23 * 60 + 45);
            upkeep.step(store, &holder, making(&catalogue, None, late)).unwrap();
            for day in [now, now + Days::new(1)] {
                let kept = holder.on(day).unwrap();
                let anew = fresh(store, &catalogue, day);
                for (name, set) in &anew.sets {
                    let same = &kept.sets[name];
                    prop_assert_eq!(&same.hash, &set.hash, "{}", name);
                    for (kept, anew) in same.files.iter().zip(&set.files) {
                        prop_assert_eq!(kept.format, anew.format);
                        // a database that was kept up holds the same in other places
                        prop_assert!(anew.format == Format::Sqlite || kept.sha256 == anew.sha256, "{} {:?}", name, anew.format);
                    }
                }
                let shown: Vec<&u8> = model
                    .iter()
                    .filter(|(_, r)| r.displayed_from <= day && r.displayed_until.is_none_or(|u| day < u))
                    .map(|(n, _)| n)
                    .collect();
                prop_assert_eq!(kept.sets["all"].rows, shown.len() as u64);
                let expected: Vec<String> = shown.iter().map(|n| long(**n)).collect();
                for format in ROWS {
                    let ids: Vec<String> = held(&kept, "all", format).into_keys().collect();
                    prop_assert_eq!(&ids, &expected, "{:?}", format);
                }
                let history = holder.history(day).unwrap();
                prop_assert_eq!(history.seq, kept.seq);
                let known = history.versions.keys();
                prop_assert!(known.clone().all(|of| *of < day && *of + Days::new(WINDOW) >= day));
                if model.values().any(|r| r.displayed_from == now && day > now) {
                    prop_assert_eq!(known.max(), Some(&now));
                }
                for (of, version) in &history.versions {
                    // as it was on that day, and today still
                    let expected: Vec<String> = shown
                        .iter()
                        .filter(|n| model[n].displayed_from <= *of)
                        .map(|n| long(**n))
                        .collect();
                    for (at, format) in Format::DATED.into_iter().enumerate() {
                        let ids: Vec<String> = version_held(&history, version, at, format).into_keys().collect();
                        prop_assert_eq!(&ids, &expected, "{} {:?}", of, format);
                    }
                    prop_assert_eq!(version.rows, expected.len() as u64);
                    if day == now {
                        let first = firsts.get(of).copied().unwrap_or(version.known.first_rows);
                        prop_assert_eq!(version.known.first_rows, first, "{}", of);
                        prop_assert_eq!(version.left(), first - version.rows);
                        prop_assert_eq!(version.known.recut_on.is_some(), version.left() > 0);
                    }
                }
                if day == now {
                    firsts.insert(now, shown.len() as u64);
                }
            }
            let on_disk = everything(dir.path());
            for n in 0..40 {
                let shown = model.get(&n).is_some_and(|r| r.displayed_until.is_none_or(|u| now < u));
                prop_assert!(shown || !on_disk.contains(&long(n)), "{} is still on disk", n);
            }
        }
    }

    /// A spreadsheet sees a text, and the text can be had back.
    #[test]
    fn safe_cells_begin_harmlessly(cell in ".{0,20}") {
        let made = safe(&cell);
        prop_assert!(made.ends_with(&cell));
        prop_assert!(!made.starts_with(['=', '+', '-', '@', '\r']));
    }
}

#[test]
fn cells_that_a_spreadsheet_would_run_or_round_are_made_safe() {
    for (cell, expected) in [
        ("", ""),
        ("厦门海风贸易有限公司", "厦门海风贸易有限公司"),
        ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("＝1", "'＝1"),
        ("\tx", "'\tx"),
        ("350203198001010011", "\t350203198001010011"),
        ("12345678901", "12345678901"),
        ("91350203612E345678", "\t91350203612E345678"),
        ("12E3", "\t12E3"),
        ("E3", "E3"),
        ("2026-11-22", "2026-11-22"),
        ("91350203MA2EXA019B", "91350203MA2EXA019B"),
    ] {
        assert_eq!(safe(cell), expected);
    }
}

#[test]
fn heads_are_the_columns_and_the_byte_order_mark_is_for_spreadsheets() {
    let csv = String::from_utf8(head(Format::Csv)).unwrap();
    assert!(csv.starts_with("id,seq,list,") && csv.ends_with(",fields\r\n"));
    let excel = String::from_utf8(head(Format::Excel)).unwrap();
    assert_eq!(excel, format!("\u{feff}{csv}"));
    assert!(head(Format::Jsonl).is_empty());
}

#[test]
fn a_row_says_the_same_in_every_form() {
    let parts = RecordParts {
        document_number: "=1+1,\"号\"\n二".to_owned(),
        ..org("a1", "厦门海风贸易有限公司", "91350203MA2EXA019B")
    };
    let portal = Portal::new(vec![parts]);
    let made = fresh(&portal.state.store, &catalogue(), today());
    let mut reader =
        csv::Reader::from_reader(text(&made, "all", Format::Csv).into_bytes().leak() as &[u8]);
    let cells = reader.records().next().unwrap().unwrap();
    let line: serde_json::Value = serde_json::from_str(&text(&made, "all", Format::Jsonl)).unwrap();
    for (column, cell) in row::COLUMNS.iter().zip(&cells) {
        let said = match &line[column.name] {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Array(all) => all
                .iter()
                .map(|v| v.as_str().unwrap())
                .collect::<Vec<_>>()
                .join(";"),
            other => other.to_string(),
        };
        assert_eq!(said, cell, "{}", column.name);
    }
    assert!(text(&made, "all", Format::Excel).contains("\"'=1+1,\"\"号\"\"\n二\""));
    assert_eq!(line["fields"]["penalty_kinds"], "罚款;没收违法所得");
    let seq = line["seq"].as_i64().unwrap();
    let hash = set_hash(line["id"].as_str().unwrap(), seq);
    assert_eq!(made.sets["all"].hash, format!("{hash:032x}"));
}

#[test]
fn persons_stand_in_files_only_where_their_list_says_so_and_never_with_a_number() {
    let portal = Portal::new(vec![
        person("p1", "judgment_defaulter", "欧阳明月", "欧阳明月"),
        person("p2", "red_list", "王**", "王小二"),
    ]);
    let catalogue = catalogue();
    let made = fresh(&portal.state.store, &catalogue, today());
    for format in TEXTS {
        let whole = text(&made, "all", format);
        for (name, list) in [("欧阳明月", "judgment_defaulter"), ("王**", "red_list")] {
            let may = catalogue.list(list).unwrap().persons.export;
            // entities are of organisations alone
            let may = may && format != Format::Ftm;
            assert_eq!(whole.contains(name), may, "{list} {format:?}");
        }
        assert!(!whole.contains("440524") && !whole.contains("person_keys"));
    }
}

#[test]
fn a_copy_tells_whether_it_is_whole_and_whose_it_is() {
    let records = (0..30).map(|n| record(n, n % 3, 11, today())).collect();
    let portal = Portal::new(records);
    let (catalogue, key) = (catalogue(), SignKey::fresh());
    let parts = tempfile::tempdir().unwrap();
    let making = making(&catalogue, Some(&key), noon(today()));
    let made = Upkeep::open(parts.path(), &catalogue)
        .unwrap()
        .generation(&portal.state.store, making)
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    copy(&made, dir.path()).unwrap();
    let checked = check::directory(dir.path(), None).unwrap();
    assert!(checked.is_clean() && checked.signed, "{checked:?}");
    let files: usize = made.sets.values().map(|set| set.files.len()).sum();
    assert_eq!(files, made.sets.len() * 5 + 2);
    assert_eq!(checked.files as usize, files + made.docs.len() - 5);
    // in the whole, in its list, in its province, in five forms with rows; in one database
    assert_eq!(checked.rows, 30 * (3 * 5 + 1));
    // another's key
    let other = dir.path().join("other.pub");
    fs::write(&other, SignKey::fresh().public()).unwrap();
    assert!(
        !check::directory(dir.path(), Some(&other))
            .unwrap()
            .is_clean()
    );
    // a part of the copy is enough
    fs::remove_dir_all(dir.path().join("all")).unwrap();
    assert!(check::directory(dir.path(), None).unwrap().is_clean());
    // a file that is cut off, one that was changed, an index that tells another sum
    let file = dir.path().join("list-penalty/records.csv.gz");
    let bytes = fs::read(&file).unwrap();
    for changed in [&bytes[..bytes.len() - 9], &[&bytes[..], b"x"].concat(), b""] {
        fs::write(&file, changed).unwrap();
        let faults = check::directory(dir.path(), None).unwrap().faults;
        assert!(
            faults.iter().any(|f| f.contains("the sum is another")),
            "{faults:?}"
        );
    }
    fs::write(&file, &bytes).unwrap();
    let sums = dir.path().join("SHA256SUMS");
    let text = fs::read_to_string(&sums).unwrap();
    fs::write(&sums, text.replacen('0', "1", 1)).unwrap();
    let checked = check::directory(dir.path(), None).unwrap();
    assert!(!checked.signed && !checked.is_clean());
}

#[test]
fn a_database_finds_fragments_and_keeps_no_byte_of_what_went() {
    // letters whose first bytes no other name has: an index of fragments shortens what begins alike
    let odd = RecordParts {
        subject_name: "흐름테스트有限公司".to_owned(),
        ..record(1, 0, 11, today())
    };
    let mut all: Vec<RecordParts> = (2..30).map(|n| record(n, n % 3, 11, today())).collect();
    all.push(odd);
    let portal = Portal::new(all);
    let (store, catalogue) = (&portal.state.store, catalogue());
    let dir = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    keeper.follow(store, &catalogue, today(), None).unwrap();
    let path = dir.path().join(format!("whole/{}.sqlite", today()));
    let has = |text: &str| {
        let bytes = fs::read(&path).unwrap();
        bytes.windows(text.len()).any(|w| w == text.as_bytes())
    };
    let found = |fragment: &str| -> i64 {
        use diesel::prelude::*;

        let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let check = "INSERT INTO records_fts(records_fts, rank) VALUES('integrity-check', 1)";
        diesel::sql_query(check).execute(&mut conn).unwrap();
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        diesel::sql_query("SELECT count(*) AS n FROM records_fts(?)")
            .bind::<diesel::sql_types::Text, _>(fragment)
            .get_result::<Count>(&mut conn)
            .unwrap()
            .n
    };
    assert_eq!(
        (found("름테스"), found("海风贸"), found("91350203MA2")),
        (1, 28, 29)
    );
    assert!(has("흐름") && has(&long(1)));
    portal.release_at(noon(today()), vec![], &[(long(1), Why::Repaired)]);
    keeper.follow(store, &catalogue, today(), None).unwrap();
    assert_eq!((found("름테스"), found("海风贸")), (0, 28));
    for piece in ["흐", "름", "테", &long(1)] {
        assert!(!has(piece), "{piece}");
    }
    assert_eq!(fs::read_dir(dir.path().join("whole")).unwrap().count(), 2);
}

/// Rows are moved between pages as a file grows, and the copies that stay behind belong to no cell.
#[test]
fn a_row_that_was_moved_to_another_page_leaves_no_copy() {
    let all = (0..200).map(|n| record(n, n % 3, 11, today())).collect();
    let portal = Portal::new(all);
    let (store, catalogue) = (&portal.state.store, catalogue());
    let dir = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    keeper.follow(store, &catalogue, today(), None).unwrap();
    for begin in 0..4_u8 {
        let gone: Vec<u8> = (0..200).filter(|n| n % 8 == begin).collect();
        let why = |n: &u8| (long(*n), Why::Repaired);
        let come = vec![record(200 + begin, 0, 11, today())];
        portal.release_at(
            noon(today()),
            come,
            &gone.iter().map(why).collect::<Vec<_>>(),
        );
        keeper.follow(store, &catalogue, today(), None).unwrap();
        let on_disk = everything(dir.path());
        for n in gone {
            assert!(!on_disk.contains(&long(n)), "{n}");
        }
        assert!(on_disk.contains(&long(7)));
    }
}

#[test]
fn a_file_that_is_changed_in_place_is_not_read_on() {
    let portal = Portal::new((0..9).map(|n| record(n, 0, 11, today())).collect());
    let (store, catalogue) = (&portal.state.store, catalogue());
    let dir = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    keeper.follow(store, &catalogue, today(), None).unwrap();
    let (before, version) = keeper.database(today()).unwrap().unwrap();
    assert!(before.is_current() && before.read_packed(0, 16).unwrap() == b"SQLite format 3\0");
    portal.release_at(noon(today()), vec![], &[(long(1), Why::Repaired)]);
    keeper.follow(store, &catalogue, today(), None).unwrap();
    assert!(!before.is_current());
    assert!(before.read_packed(0, 16).is_err());
    let (after, later) = keeper.database(today()).unwrap().unwrap();
    assert!(after.read_packed(0, 16).is_ok() && later != version);
    // nothing happened: nothing is written
    keeper.follow(store, &catalogue, today(), None).unwrap();
    assert!(after.is_current());
    // a day later it goes on as that day's, and a damaged directory is cleared
    let next = today() + Days::new(1);
    keeper.follow(store, &catalogue, next, None).unwrap();
    assert!(!after.is_current() && keeper.database(today()).unwrap().is_none());
    let held = held(&fresh(store, &catalogue, next), "all", Format::Sqlite);
    assert_eq!(held.len(), 8);
    let state = dir.path().join(format!("whole/{next}.json"));
    fs::remove_file(state).unwrap();
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    assert!(keeper.database(next).unwrap().is_none());
    assert_eq!(fs::read_dir(dir.path().join("whole")).unwrap().count(), 0);
    keeper.follow(store, &catalogue, next, None).unwrap();
    assert!(keeper.database(next).unwrap().is_some());
}

#[test]
fn a_copy_takes_the_place_of_an_earlier_one_and_of_nothing_else() {
    let portal = Portal::new((0..9).map(|n| record(n, n % 3, 11, today())).collect());
    let made = fresh(&portal.state.store, &catalogue(), today());
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("deep/copy");
    copy(&made, &out).unwrap();
    // a set that is no more, as an earlier copy may have it
    let sums = out.join("SHA256SUMS");
    let mut known = fs::read_to_string(&sums).unwrap();
    known.push_str("00  list-gone/records.csv.gz\n");
    fs::write(&sums, known).unwrap();
    fs::create_dir(out.join("list-gone")).unwrap();
    fs::write(out.join("list-gone/records.csv.gz"), "old").unwrap();
    copy(&made, &out).unwrap();
    assert!(!out.join("list-gone").exists() && out.join("index.json").exists());
    assert_eq!(fs::read_dir(dir.path().join("deep")).unwrap().count(), 1);
    // somebody's own file is not lost
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let refused = copy(&made, &out).unwrap_err().to_string();
    assert!(refused.contains("notes.txt"), "{refused}");
    assert!(out.join("notes.txt").exists());
}

#[test]
fn what_a_crash_left_and_what_another_program_wrote_is_cleared_away() {
    let portal = Portal::new(vec![org(
        "a1",
        "厦门海风贸易有限公司",
        "91350203MA2EXA019B",
    )]);
    let catalogue = catalogue();
    let dir = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    let store = &portal.state.store;
    keeper.follow(store, &catalogue, today(), None).unwrap();
    let parts = keeper.parts_dir();
    let count = || fs::read_dir(&parts).unwrap().count();
    let before = count();
    fs::write(parts.join("00000009-77-0.gz"), b"half").unwrap();
    fs::write(parts.join("00000009-2026-11-22.json"), b"{").unwrap();
    let keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    assert_eq!(count(), before);
    assert!(keeper.is_ready(today()));
    // a part whose file is lost is made again
    let lost = fs::read_dir(&parts)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "gz"))
        .unwrap();
    fs::remove_file(lost).unwrap();
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    keeper.follow(store, &catalogue, today(), None).unwrap();
    assert_eq!(keeper.on(today()).len(), 1);
    assert_eq!(count(), before);
    assert_eq!(day("2026-11-22"), today());
}

#[test]
fn a_part_made_just_before_a_crash_is_not_written_over_by_the_next() {
    let portal = Portal::new(vec![record(1, 0, 11, today())]);
    let catalogue = catalogue();
    let dir = tempfile::tempdir().unwrap();
    let store = &portal.state.store;
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    keeper.follow(store, &catalogue, today(), None).unwrap();
    let before = fs::read(dir.path().join("state.json")).unwrap();
    portal.release_at(noon(today()), vec![record(2, 0, 11, today())], &[]);
    keeper.follow(store, &catalogue, today(), None).unwrap();
    // the part is there, and the state is that of before
    fs::write(dir.path().join("state.json"), before).unwrap();
    let mut keeper = Keeper::open(dir.path(), &catalogue).unwrap();
    keeper.follow(store, &catalogue, today(), None).unwrap();
    let making = making(&catalogue, None, noon(today()));
    let made = Generation::make(&keeper, today(), making, &mut Sums::default()).unwrap();
    let anew = fresh(store, &catalogue, today());
    assert_eq!(
        text(&made, "all", Format::Csv),
        text(&anew, "all", Format::Csv)
    );
}
