use super::*;
use proptest::prelude::*;

static_assertions::assert_not_impl_any!(CitizenId: std::fmt::Display, serde::Serialize, Copy);

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn gb_11643_specimens_of_domain_3_4() {
    for (text, birth, sex) in [
        ("11010519491231002X", day(1949, 12, 31), Sex::Female),
        ("440524188001010014", day(1880, 1, 1), Sex::Male),
    ] {
        let id = CitizenId::parse(text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((id.expose(), id.birth_date(), id.sex()), (text, birth, sex));
        assert_eq!(id.holder(), Holder::Mainland);
        assert!(!id.was_old_form());
    }
}

#[test]
fn every_spelling_is_read() {
    let id = CitizenId::parse("11010519491231002X").unwrap();
    for text in [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-19491231-002x",
        "'11010519491231002×",
        "110105\u{200B}19491231002X",
    ] {
        assert_eq!(CitizenId::parse(text).unwrap(), id, "{text:?}");
    }
}

#[test]
fn the_old_form_is_the_same_number() {
    let old = CitizenId::parse("110105491231002").unwrap();
    assert!(old.was_old_form());
    assert_eq!(old.expose(), "11010519491231002X");
    assert_eq!(old.birth_date(), day(1949, 12, 31));
    assert!(matches!(
        CitizenId::parse("110105491331002"),
        Err(CitizenIdError::Date { until: 12, .. })
    ));
    assert!(matches!(
        CitizenId::parse("11010549123100X"),
        Err(CitizenIdError::Character {
            position: 15,
            found: 'X',
            ..
        })
    ));
}

#[test]
fn what_is_wrong_is_named_and_mended() {
    assert_eq!(CitizenId::parse("　"), Err(CitizenIdError::Empty));
    assert_eq!(
        CitizenId::parse("1101051949123100"),
        Err(CitizenIdError::Length { found: 16 })
    );
    let right = CitizenId::parse("11010519491231002X").unwrap();

    let error = CitizenId::parse("110105194912310021").unwrap_err();
    assert!(matches!(
        error,
        CitizenIdError::Check {
            found: '1',
            expected: 'X',
            ..
        }
    ));
    assert!(error.mends().iter().any(|m| m.code == right));

    // O for 0, l for 1
    let error = CitizenId::parse("1lO10519491231002X").unwrap_err();
    assert!(matches!(
        error,
        CitizenIdError::Character {
            position: 2,
            found: 'L',
            ..
        }
    ));
    assert_eq!(error.mends()[0].code, right);

    let error = CitizenId::parse("11010519491321002X").unwrap_err();
    assert!(matches!(error, CitizenIdError::Date { until: 14, .. }));
    assert_eq!(error.mends()[0].code, right);
    assert_eq!(error.mends()[0].changes, [Change::Swap { position: 12 }]);
    assert_eq!(
        error.zh(),
        "公民身份号码第7至14位不是有效日期,请核对第12、13位"
    );

    for text in [
        "110105190002290021",
        "110105202302290021",
        "110105199900010021",
        "110105000001010021",
    ] {
        assert!(
            matches!(CitizenId::parse(text), Err(CitizenIdError::Date { .. })),
            "{text}"
        );
    }
}

#[test]
fn nothing_prints_the_number() {
    let id = CitizenId::parse("11010519491231002X").unwrap();
    assert_eq!(format!("{id:?}"), "CitizenId(…)");
    for text in [
        "110105194912310021",
        "11010519491321002X",
        "1101051949I231002X",
    ] {
        let error = CitizenId::parse(text).unwrap_err();
        let shown = format!("{error} {error:?} {}", error.zh());
        for fragment in ["110105", "1949", "1231", "002X"] {
            assert!(!shown.contains(fragment), "{shown}");
        }
    }
}

#[test]
fn full_age_begins_on_the_eighteenth_birthday() {
    let id = CitizenId::fictitious("350203", day(2008, 7, 2), 1).unwrap();
    assert!(id.is_minor_on(day(2026, 7, 1)));
    assert!(!id.is_minor_on(day(2026, 7, 2)));
    assert_eq!(id.age_on(day(2007, 1, 1)), -2);
    let leap = CitizenId::fictitious("350203", day(2008, 2, 29), 2).unwrap();
    assert!(leap.is_minor_on(day(2026, 2, 28)));
    assert!(!leap.is_minor_on(day(2026, 3, 1)));
}

#[test]
fn the_first_digits_say_where() {
    for (region, holder) in [
        ("810000", Holder::HongKong),
        ("820000", Holder::Macao),
        ("830000", Holder::Taiwan),
        ("911124", Holder::Foreign),
        ("650102", Holder::Mainland),
        ("990000", Holder::Foreign),
        ("180000", Holder::Unknown),
    ] {
        let id = CitizenId::fictitious(region, day(1990, 1, 1), 3).unwrap();
        assert_eq!(id.holder(), holder, "{region}");
    }
    assert_eq!(CitizenId::fictitious("35020", day(1990, 1, 1), 3), None);
    assert_eq!(CitizenId::fictitious("350203", day(1990, 1, 1), 1000), None);
    assert_eq!(CitizenId::fictitious("350203", day(1790, 1, 1), 3), None);
}

proptest! {
    #[test]
    fn parse_undoes_expose(region in "[1-6][0-9]{5}", days in 0_i32..80_000, sequence in 0_u16..1000) {
        let birth = day(1850, 1, 1) + chrono::TimeDelta::days(i64::from(days));
        let id = CitizenId::fictitious(&region, birth, sequence).unwrap();
        prop_assert_eq!(id.birth_date(), birth);
        prop_assert!(CitizenId::parse(id.expose()).unwrap() == id);
        let chars: Vec<char> = id.expose().chars().collect();
        prop_assert_eq!(resembles(&chars), birth >= day(1880, 1, 1));
    }

    #[test]
    fn every_wrong_character_is_caught(region in "[1-6][0-9]{5}", days in 0_i32..30_000, sequence in 0_u16..1000,
                                       at in 0_usize..18, step in 1_usize..11) {
        let birth = day(1930, 1, 1) + chrono::TimeDelta::days(i64::from(days));
        let id = CitizenId::fictitious(&region, birth, sequence).unwrap();
        let mut bytes = id.expose().as_bytes().to_vec();
        let letters = alphabet(at);
        let place = letters.iter().position(|b| *b == bytes[at]).unwrap();
        let wrong = letters[(place + step) % letters.len()];
        prop_assume!(wrong != bytes[at]);
        bytes[at] = wrong;
        prop_assert!(CitizenId::parse(ascii(&bytes)).is_err());
    }

    #[test]
    fn no_input_panics(text in ".{0,40}") {
        let _ = CitizenId::parse(&text).map_err(|e| (e.to_string(), e.zh()));
        let _ = resembles(&code_form(&text));
    }
}
