use proptest::prelude::*;

use super::*;
use crate::outside::report::qr::Qr;

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "公共信用信息报告".to_owned(),
        lang: "zh-Hans",
        header: "公共信用信息公示".to_owned(),
        footer: "0123 4567".to_owned(),
        day: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        missing: "缺字：{}".to_owned(),
        blocks,
    }
}

fn title() -> Block {
    Block::Title("公共信用信息报告".to_owned())
}

fn pages(file: &[u8]) -> usize {
    let text = String::from_utf8_lossy(file);
    text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count()
}

#[test]
fn a_document_of_every_block_passes_the_checks_of_pdf_ua() {
    // fails when the writer's own validation does
    let file = make_strictly(&document(vec![
        title(),
        Block::Facts(vec![("名称".into(), "厦门海风贸易有限公司".into())]),
        Block::Heading("失信及处罚信息".into()),
        Block::Entry("大高新罚〔2026〕1号".into()),
        Block::Facts(vec![("违法事实".into(), "长".repeat(5_000))]),
        Block::Text("Words in English, which break at spaces and not within words.".into()),
        Block::Note("小字".into()),
        Block::Code {
            qr: Qr::new("https://credit.example/verify"),
            alt: "二维码".into(),
            lines: vec!["0123 4567".into(), "核验地址".into()],
        },
    ]))
    .unwrap();
    assert!(file.starts_with(b"%PDF-1.7"));
    assert!(pages(&file) >= 3, "{}", pages(&file));
    assert!(file.len() < 400_000, "{}", file.len());
}

#[test]
fn letters_that_the_font_lacks_are_named() {
    let face = font::face().unwrap();
    assert!(face.has('厦') && face.has('廈') && face.has('龘') && !face.has('𠮷'));
    let rare = document(vec![title(), Block::Text("𠮷𠮷𡈽商行".into())]);
    assert_eq!(lacking(face, &rare), "U+20BB7, U+2123D");
    make(&rare).unwrap();
    assert_eq!(lacking(face, &document(vec![title()])), "");
}

#[test]
fn an_empty_value_and_control_characters_do_no_harm() {
    make(&document(vec![
        title(),
        Block::Facts(vec![(String::new(), String::new())]),
        Block::Text("\u{0}a\tb\r\nc\u{feff}\u{200b}\u{202e}d".into()),
    ]))
    .unwrap();
    make_strictly(&document(vec![
        title(),
        Block::Text("\u{0}a\tb\r\nc\u{feff}\u{200b}\u{202e}d".into()),
    ]))
    .unwrap();
    // a private letter is against the rules of PDF/UA, and the report is made nevertheless
    make(&document(vec![title(), Block::Text("\u{e000}".into())])).unwrap();
    make(&document(vec![Block::Heading(String::new())])).unwrap();
    make(&document(vec![])).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No line is wider than its column, and no letter is lost.
    #[test]
    fn lines_fit_and_keep_every_letter(text in "[a-zA-Z0-9 ，。（）厦门海风贸易有限公司𠮷/-]{0,200}", width in 3_u8..40) {
        let face = font::face().unwrap();
        let width = f32::from(width);
        let lines = layout::wrap(face, &text, width);
        for line in &lines {
            prop_assert!(face.width(line) <= width + 0.01, "{line}");
        }
        let bare = |s: &str| s.chars().filter(|c| *c != ' ').collect::<String>();
        prop_assert_eq!(bare(&lines.concat()), bare(&text));
    }
}

/// For the eye and the clock: `GONGSHI_PDF=FILE cargo test --lib --release report_of_a_thousand -- --ignored`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stderr, reason = "it is there to be read")]
fn report_of_a_thousand_records() {
    let mut blocks = vec![title()];
    for n in 0..1_000 {
        blocks.push(Block::Entry(format!("苏应急罚〔2026〕{n}号")));
        let fact = |i: usize| {
            let value = "江苏省市场监督管理局处以罚款人民币".repeat(1 + i % 4);
            ("行政处罚决定文书名称".to_owned(), value)
        };
        blocks.push(Block::Facts((0..18).map(fact).collect()));
    }
    let started = std::time::Instant::now();
    let file = make_strictly(&document(blocks)).unwrap();
    eprintln!("{} bytes in {:?}", file.len(), started.elapsed());
}
