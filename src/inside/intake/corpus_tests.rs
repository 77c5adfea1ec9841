//! Odd files: made here or kept in `tests/corpus/intake`, read by each reader, and arbitrary bytes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::source::sniff::{self, Encoding};
use super::source::{self, Cell, Flow, Hint, Item, Limits, SheetRow, Trouble};
use super::value::{self, AmountFault, DateFault, DateValue};

/// Reads a file: its rows, or why not.
fn rows_of(path: &Path, limits: &Limits) -> Result<Vec<SheetRow>, source::SourceError> {
    let sniffed = sniff::sniff(path)?;
    let mut rows = Vec::new();
    source::read(path, &sniffed, limits, &mut |item, _| {
        if let Item::Row(row) = item {
            rows.push(row);
        }
        Flow::More
    })?;
    Ok(rows)
}

fn written(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// A row as cases write it: number, cells, trouble.
type Plain = (u64, Vec<String>, Option<Trouble>);

/// (number, cells, trouble) of each row.
fn plain(rows: &[SheetRow]) -> Vec<(u64, Vec<&str>, Option<Trouble>)> {
    rows.iter()
        .map(|r| {
            (
                r.number,
                r.cells.iter().map(|c| c.text.as_str()).collect(),
                r.trouble,
            )
        })
        .collect()
}

fn read_text(name: &str, bytes: &[u8]) -> Vec<Plain> {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), name, bytes);
    plain(&rows_of(&path, &Limits::default()).unwrap())
        .into_iter()
        .map(|(n, cells, t)| (n, cells.into_iter().map(str::to_owned).collect(), t))
        .collect()
}

fn row(number: u64, cells: &[&str]) -> Plain {
    (
        number,
        cells.iter().map(|c| (*c).to_owned()).collect(),
        None,
    )
}

#[test]
fn csv_is_cut_as_a_spreadsheet_shows_it() {
    let cases: &[(&str, &[u8], Vec<Plain>)] = &[
        (
            "plain",
            b"a,b\r\n1,2\r\n",
            vec![row(1, &["a", "b"]), row(2, &["1", "2"])],
        ),
        (
            "byte order mark",
            b"\xEF\xBB\xBFa\n1\n",
            vec![row(1, &["a"]), row(2, &["1"])],
        ),
        (
            "no line end at the end",
            b"a,b\n1,2",
            vec![row(1, &["a", "b"]), row(2, &["1", "2"])],
        ),
        (
            "ragged",
            b"a,b\n1\n1,2,3\n",
            vec![
                row(1, &["a", "b"]),
                row(2, &["1"]),
                row(3, &["1", "2", "3"]),
            ],
        ),
        (
            "newline in quotes counts as one row",
            b"a,b\n\"x\ny\",2\n3,4\n",
            vec![
                row(1, &["a", "b"]),
                row(2, &["x\ny", "2"]),
                row(3, &["3", "4"]),
            ],
        ),
        (
            "blank lines are rows",
            b"a,b\n\n\n1,2\n",
            vec![
                row(1, &["a", "b"]),
                row(2, &[""]),
                row(3, &[""]),
                row(4, &["1", "2"]),
            ],
        ),
        (
            "doubled quotes",
            b"\"a\"\"b\",c\n",
            vec![row(1, &["a\"b", "c"])],
        ),
        (
            "a quote inside a plain cell",
            b"5\" disk,c\n",
            vec![row(1, &["5\" disk", "c"])],
        ),
        (
            "text behind a closing quote",
            b"\"a\"b,c\n",
            vec![row(1, &["ab", "c"])],
        ),
        (
            "carriage returns alone",
            b"a,b\r1,2\r",
            vec![row(1, &["a", "b"]), row(2, &["1", "2"])],
        ),
        (
            "tabs",
            b"a\tb\n1\t2\n",
            vec![row(1, &["a", "b"]), row(2, &["1", "2"])],
        ),
        (
            "semicolons",
            b"a;b\n1;2\n",
            vec![row(1, &["a", "b"]), row(2, &["1", "2"])],
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(&read_text("x.csv", bytes), expected, "{name}");
    }
}

#[test]
fn an_unclosed_quotation_mark_costs_one_row() {
    let got = read_text("x.csv", b"a,b\n1,\"open\n3,4\n5,6\n");
    assert_eq!(got[0], row(1, &["a", "b"]));
    assert_eq!((got[1].0, got[1].2), (2, Some(Trouble::Quote)));
    assert_eq!(got[2..], [row(3, &["3", "4"]), row(4, &["5", "6"])]);
    // also when the file is far longer than a record may be
    let mut bytes = b"a,b\n1,\"open\n".to_vec();
    for i in 0..400_000 {
        bytes.extend_from_slice(format!("{i},x\n").as_bytes());
    }
    let got = read_text("x.csv", &bytes);
    assert_eq!(got.len(), 400_002);
    assert_eq!(got[1].2, Some(Trouble::Quote));
    assert_eq!(got[400_001], row(400_002, &["399999", "x"]));
}

#[test]
fn encodings_are_told_apart_and_a_damaged_row_stays_alone() {
    let text = "名称,代码\n厦门𠮷演示有限公司,1\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (gb.into_owned(), Encoding::Gb18030),
        (utf16, Encoding::Utf16),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = written(dir.path(), "x.csv", &bytes);
        assert_eq!(sniff::sniff(&path).unwrap().encoding, encoding);
        let rows = rows_of(&path, &Limits::default()).unwrap();
        assert_eq!(rows[1].cells[0].text, "厦门𠮷演示有限公司", "{encoding:?}");
        assert!(rows.iter().all(|r| r.trouble.is_none()), "{encoding:?}");
    }
    let mut damaged = "名称,代码\n厦门甲有限公司,1\n".repeat(50).into_bytes();
    damaged.extend_from_slice(b"\xFF\xFE broken,2\n");
    damaged.extend_from_slice("厦门乙有限公司,3\n".as_bytes());
    let got = read_text("x.csv", &damaged);
    assert_eq!(got[100].2, Some(Trouble::Encoding));
    assert_eq!(got[101], row(102, &["厦门乙有限公司", "3"]));
}

#[test]
fn files_of_other_kinds_are_refused_with_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("a.xls", &b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..]),
        ("a.pdf", b"%PDF-1.7"),
        ("a.csv", b"<html></html>"),
        ("a.json", b"[{\"a\":1}]"),
        ("a.xlsx", b"a,b\n1,2\n"),
        ("empty.csv", b""),
        ("torn.xlsx", b"PK\x03\x04 torn"),
    ] {
        let path = written(dir.path(), name, bytes);
        let error = rows_of(&path, &Limits::default()).unwrap_err().to_string();
        assert!(
            error.contains("save it") || error.contains("export it"),
            "{name}: {error}"
        );
    }
}

#[test]
fn json_lines_keep_digits_and_name_what_is_wrong() {
    let text = "{\"行政相对人名称\":\"甲\",\"统一社会信用代码\":911101053514110120,\"basis_doc\":{\"no\":\"1号\"}}\n\n\
        {\"行政相对人名称\":\"乙\",\"处罚类别\":[\"警告\",\"罚款\"],\"是否未成年人\":false}\n\
        not json\n{\"a\":1,\"a\":2}\n{\"a\":123456789012345678901234567890}\n";
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "a.jsonl", text.as_bytes());
    let sniffed = sniff::sniff(&path).unwrap();
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    source::read(&path, &sniffed, &Limits::default(), &mut |item, _| {
        match item {
            Item::Columns(c) => columns = c,
            Item::Row(r) => rows.push(r),
            Item::Sheet(_) => {}
        }
        Flow::More
    })
    .unwrap();
    assert_eq!(
        columns[..3],
        ["行政相对人名称", "统一社会信用代码", "basis_doc.no"]
    );
    assert_eq!(rows[0].cells[1].text, "911101053514110120");
    assert_eq!(rows[0].cells[1].hint, Hint::Number);
    assert_eq!(rows[1].number, 3, "the blank line counts");
    let at = |name: &str| columns.iter().position(|c| c == name).unwrap();
    assert_eq!(rows[1].cells[at("处罚类别")].text, "警告;罚款");
    assert_eq!(rows[1].cells[at("是否未成年人")].text, "否");
    assert_eq!(rows[2].trouble, Some(Trouble::Json));
    assert_eq!(rows[3].trouble, Some(Trouble::DuplicateKey));
    assert_eq!(rows[4].cells[at("a")].hint, Hint::Destroyed);
}

fn workbook(dir: &Path, name: &str, fill: impl Fn(&mut Workbook)) -> PathBuf {
    let path = dir.join(name);
    let mut book = Workbook::new();
    fill(&mut book);
    book.save(&path).unwrap();
    path
}

#[test]
fn a_workbook_gives_dates_numbers_and_row_numbers_as_people_see_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = workbook(dir.path(), "a.xlsx", |book| {
        let date = Format::new().set_num_format("yyyy/m/d");
        let sheet = book.add_worksheet();
        sheet
            .merge_range(0, 0, 0, 3, "行政处罚信息公示表", &Format::new())
            .unwrap();
        sheet.write_string(2, 0, "text 350203").unwrap();
        sheet.write_number(2, 1, 350_203_000_001_234.0).unwrap();
        sheet.write_number(2, 2, 911_101_053_514_110_120.0).unwrap();
        sheet.write_number(2, 3, 0.1 + 0.2).unwrap();
        let day = ExcelDateTime::from_ymd(2026, 7, 1).unwrap();
        sheet.write_datetime_with_format(2, 4, &day, &date).unwrap();
        sheet.write_boolean(2, 5, true).unwrap();
        sheet.write_number(2, 6, 46204).unwrap();
        sheet.write_blank(900, 3, &date).unwrap();
    });
    let rows = rows_of(&path, &Limits::default()).unwrap();
    assert_eq!(rows[0].number, 1);
    let row = &rows[1];
    assert_eq!(row.number, 3);
    let cell = |i: usize| (row.cells[i].text.as_str(), row.cells[i].hint);
    assert_eq!(cell(0), ("text 350203", Hint::Text));
    assert_eq!(cell(1), ("350203000001234", Hint::Number));
    assert_eq!(cell(2).1, Hint::Destroyed);
    assert_eq!(cell(3), ("0.3", Hint::Number));
    assert_eq!(cell(4), ("2026-07-01", Hint::Date));
    assert_eq!(cell(5), ("是", Hint::Text));
    assert_eq!(value::date("46204", Hint::Number), Ok(day(2026, 7, 1)));
    assert_eq!(rows.len(), 2, "formatted empty rows below are no rows");
}

/// Rewrites one part of a workbook.
fn with_part(path: &Path, part: &str, change: impl Fn(String) -> String) -> PathBuf {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let out_path = path.with_extension("changed.xlsx");
    let mut out = zip::ZipWriter::new(fs::File::create(&out_path).unwrap());
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        out.start_file(name.as_str(), zip::write::SimpleFileOptions::default())
            .unwrap();
        let text = if name == part { change(text) } else { text };
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap();
    out_path
}

#[test]
fn the_1904_date_system_is_read_as_what_it_means() {
    let dir = tempfile::tempdir().unwrap();
    let path = workbook(dir.path(), "a.xlsx", |book| {
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let sheet = book.add_worksheet();
        // 2026-07-01 is 46204 in the 1900 system and 44742 in the 1904 system
        sheet.write_number_with_format(0, 0, 44742, &date).unwrap();
        sheet.write_number(0, 1, 44742).unwrap();
    });
    let path = with_part(&path, "xl/workbook.xml", |text| {
        text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
    });
    let rows = rows_of(&path, &Limits::default()).unwrap();
    let cells = &rows[0].cells;
    assert_eq!(
        (cells[0].text.as_str(), cells[0].hint),
        ("2026-07-01", Hint::Date)
    );
    assert_eq!(
        value::date(&cells[1].text, cells[1].hint),
        Ok(day(2026, 7, 1))
    );
}

#[test]
fn a_zip_bomb_is_refused_before_it_fills_memory() {
    let dir = tempfile::tempdir().unwrap();
    let path = workbook(dir.path(), "a.xlsx", |book| {
        book.add_worksheet().write_string(0, 0, "x").unwrap();
    });
    let small = Limits {
        sheet_bytes: 1 << 20,
        strings_bytes: 1 << 20,
        ..Limits::default()
    };
    for part in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"] {
        let bomb = with_part(&path, part, |text| text + &"<!-- -->".repeat(1 << 18));
        let error = rows_of(&bomb, &small).unwrap_err().to_string();
        assert!(error.contains("when unpacked"), "{error}");
        assert!(fs::metadata(&bomb).unwrap().len() < 1 << 20);
    }
    let long = with_part(&path, "xl/sharedStrings.xml", |text| {
        text.replace(">x<", &format!(">{}<", "x".repeat(3 << 20)))
    });
    let error = rows_of(&long, &Limits::default()).unwrap_err().to_string();
    assert!(error.contains("in one cell"), "{error}");
}

fn day(y: i32, m: u32, d: u32) -> DateValue {
    DateValue::Day(chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap())
}

#[test]
fn dates_in_every_spelling_of_the_templates() {
    for text in [
        "2026/07/01",
        "2026-07-01",
        "2026/7/1",
        "2026.7.1",
        "2026年7月1日",
        "2026 年 07 月 01 日",
        "20260701",
        "２０２６／０７／０１",
        "2026-07-01 00:00:00",
        "2026-07-01T08:30:00+08:00",
        "2026/7/1 8:30",
        "46204",
        "46204.5",
        " 2026-07-01\u{200B}",
    ] {
        assert_eq!(
            value::date(text, Hint::Text),
            Ok(day(2026, 7, 1)),
            "{text:?}"
        );
    }
    for text in ["2099/12/31", "2099-12-31", "长期", "20991231", "永久有效"] {
        assert_eq!(
            value::date(text, Hint::Text),
            Ok(DateValue::LongTerm),
            "{text:?}"
        );
    }
    for (text, fault) in [
        ("", DateFault::Form),
        ("无", DateFault::Form),
        ("26/07/01", DateFault::Form),
        ("2026年7月", DateFault::Form),
        ("01/07/2026", DateFault::Form),
        ("2026-02-30", DateFault::NoSuchDay),
        ("2025/2/29", DateFault::NoSuchDay),
        ("20261301", DateFault::NoSuchDay),
        ("1900-01-01", DateFault::Year),
        ("123456", DateFault::Form),
    ] {
        assert_eq!(value::date(text, Hint::Text), Err(fault), "{text:?}");
    }
}

#[test]
fn amounts_are_exact_to_six_decimals_of_ten_thousand_yuan() {
    for (text, in_yuan, units) in [
        ("0.5", false, 500_000),
        ("1,234.567890", false, 1_234_567_890),
        ("0.000001", false, 1),
        ("12万元", false, 12_000_000),
        ("5000元", false, 500_000),
        ("5000", true, 500_000),
        ("0.01", true, 1),
        ("￥3.20", true, 320),
        ("０.５", false, 500_000),
        ("0", false, 0),
        ("999999999999.999999", false, 999_999_999_999_999_999),
    ] {
        assert_eq!(value::amount(text, in_yuan), Ok(units), "{text}");
    }
    for (text, in_yuan, fault) in [
        ("0.0000001", false, AmountFault::Decimals),
        ("0.001", true, AmountFault::Decimals),
        ("-1", false, AmountFault::Negative),
        ("1e5", false, AmountFault::Form),
        ("", false, AmountFault::Form),
        (".", false, AmountFault::Form),
        ("壹万", false, AmountFault::Form),
        ("1000000000000", false, AmountFault::TooLarge),
    ] {
        assert_eq!(value::amount(text, in_yuan), Err(fault), "{text}");
    }
}

/// The files that were kept: each with the codes of findings that intake must report for it.
#[test]
fn the_corpus_of_odd_files() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/intake");
    let text = fs::read_to_string(dir.join("expected.tsv")).unwrap();
    let mut files = 0;
    for line in text
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
    {
        let parts: Vec<&str> = line.split('\t').collect();
        let [file, list, accepted, rejected, codes] = parts[..] else {
            panic!("{line}");
        };
        let summary = super::tests::check_file(&dir.join(file), list);
        let found: Vec<&str> = summary.findings.keys().map(String::as_str).collect();
        assert_eq!(found.join(" "), codes, "{file}");
        assert_eq!(summary.accepted.to_string(), accepted, "{file}");
        assert_eq!(summary.rejected.to_string(), rejected, "{file}");
        files += 1;
    }
    assert!(files >= 10);
}

/// The seeds from which the fuzz targets of files begin: each is a file of the list that its length chooses there
/// (`tests/fuzz/src/files.rs`), and good to the last row, so that what is made of it reaches every check.
#[test]
fn the_seeds_of_the_fuzzer_are_files_of_their_lists() {
    const LISTS: [&str; 4] = ["penalty", "licence", "penalty_natural", "list_serious"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/fuzz");
    let catalogue = crate::base::catalogue::load(None).unwrap();
    let at = chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    for form in ["csv", "jsonl"] {
        for list in LISTS {
            let path = root.join(form).join(format!("{list}.{form}"));
            let length = fs::read(&path).unwrap().len();
            assert_eq!(LISTS[length % LISTS.len()], list, "{}", path.display());
            let options = super::ImportOptions::new(list, at);
            let summary = super::check(&catalogue, &path, &options, &mut |_| ()).unwrap();
            let told = format!("{}: {:?}", path.display(), summary.findings);
            assert!(summary.accepted > 0, "{told}");
            assert_eq!(summary.rejected, 0, "{told}");
        }
    }
}

/// Reads arbitrary bytes as each form, and then through the whole of intake.
fn survive(name: &str, bytes: &[u8]) {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), name, bytes);
    let small = Limits {
        record_bytes: 256,
        ..Limits::default()
    };
    let _ = rows_of(&path, &small);
    super::tests::try_file(&path, "penalty");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_csv_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survive("a.csv", &bytes);
    }

    #[test]
    fn no_text_with_a_header_makes_intake_panic(body in "(?s)[\"\\PC,\n0-9/年月日元;E+X]{0,400}") {
        let text = format!("{}\n{body}", super::tests::HEADER);
        survive("a.csv", text.as_bytes());
    }

    #[test]
    fn no_line_makes_the_json_reader_panic(body in "(?s)\\{[\"\\PC:,\\[\\]{}0-9eE+.]{0,200}") {
        survive("a.jsonl", body.as_bytes());
    }

    #[test]
    fn no_bytes_make_the_workbook_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        let mut all = b"PK\x03\x04".to_vec();
        all.extend(bytes);
        survive("a.xlsx", &all);
    }

    #[test]
    fn no_sheet_makes_the_workbook_reader_panic(body in "[<>/=\"a-zA-Z0-9 &;]{0,300}") {
        let dir = tempfile::tempdir().unwrap();
        let path = workbook(dir.path(), "a.xlsx", |book| { book.add_worksheet().write_string(0, 0, "x").unwrap(); });
        let path = with_part(&path, "xl/worksheets/sheet1.xml", |text| text.replace("<sheetData>", &format!("<sheetData>{body}")));
        let _ = rows_of(&path, &Limits::default());
    }

    #[test]
    fn cutting_and_joining_csv_is_the_identity(rows in prop::collection::vec(prop::collection::vec("[^\u{FEFF}\r]{0,8}", 2..5), 1..20)) {
        let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        // a first row full of commas, so that the delimiter is not taken for another one
        let mut bytes = format!("{}\n", ",".repeat(200)).into_bytes();
        bytes.extend(writer.into_inner().unwrap());
        let got = read_text("a.csv", &bytes);
        let cells: Vec<Vec<String>> = got.into_iter().skip(1).map(|(_, cells, _)| cells).collect();
        prop_assert_eq!(cells, rows);
    }

    #[test]
    fn amounts_written_and_read_are_the_same(units in 0_i64..1_000_000_000_000_000) {
        prop_assert_eq!(value::amount(&value::amount_text(units), false), Ok(units));
    }

    #[test]
    fn cleaning_is_idempotent(text in "\\PC{0,40}") {
        let once = value::clean_line(&text);
        prop_assert_eq!(value::clean_line(&once), once.clone());
        let once = value::clean_text(&text);
        prop_assert_eq!(value::clean_text(&once), once.clone());
    }
}

#[test]
fn a_blank_cell_is_blank_however_it_looks() {
    for text in ["", " ", "\u{3000}", "\u{200B}\u{FEFF}", "\t\r\n"] {
        assert!(Cell::text(text).is_blank(), "{text:?}");
    }
    assert!(!Cell::text("无").is_blank());
}
