//! The table of domain.md 4.1, row by row, and what holds for every input.

use proptest::prelude::*;

use super::*;
use crate::domain::kinds::SubjectKind;

/// Each method with what it makes of a value.
type Row = (&'static str, fn(&str) -> String, &'static str, &'static str);

const TABLE: &[Row] = &[
    // name, N otherwise published: keep the surname, one star per further character
    ("name", mask_name, "张三丰", "张**"),
    ("name of two", mask_name, "李四", "李*"),
    ("compound surname", mask_name, "欧阳修", "欧阳*"),
    (
        "compound surname, two given",
        mask_name,
        "司马相如",
        "司马**",
    ),
    (
        "compound surname alone is not shown whole",
        mask_name,
        "欧阳",
        "欧*",
    ),
    ("one character", mask_name, "李", "*"),
    ("empty", mask_name, "", ""),
    ("blanks only", mask_name, "　 ", ""),
    ("minority", mask_name, "阿卜杜拉·买买提", "阿卜杜拉·***"),
    (
        "minority, other dot",
        mask_name,
        "阿卜杜拉•买买提",
        "阿卜杜拉·***",
    ),
    (
        "minority, three segments",
        mask_name,
        "古丽·买买提·艾山",
        "古丽·***·**",
    ),
    ("Latin", mask_name, "John Smith", "J*** S***"),
    (
        "Latin, Hong Kong spelling",
        mask_name,
        "CHAN Tai Man",
        "C*** T*** M***",
    ),
    ("Latin, one word", mask_name, "Madonna", "M***"),
    (
        "Latin, full width",
        mask_name,
        "Ｊｏｈｎ　Ｓｍｉｔｈ",
        "J*** S***",
    ),
    (
        "Hong Kong, husband's surname first",
        mask_name,
        "陈方安生",
        "陈***",
    ),
    ("Macao", mask_name, "何厚鏵", "何**"),
    ("traditional", mask_name, "陳大文", "陳**"),
    ("traditional compound", mask_name, "歐陽靖", "歐陽*"),
    ("spaced over a form", mask_name, "张　三", "张*"),
    ("zero-width inside", mask_name, "张\u{200b}三丰", "张**"),
    ("masked already", mask_name, "张**", "张**"),
    (
        "masked already, full-width stars",
        mask_name,
        "张＊＊",
        "张**",
    ),
    (
        "masked already as in judgments",
        mask_name,
        "李某某",
        "李某某",
    ),
    ("half masked", mask_name, "张*丰", "张**"),
    (
        "rare character outside the first plane",
        mask_name,
        "𠮷田一",
        "𠮷**",
    ),
    // third person's name
    ("third person", mask_third_person, "李四", "李某"),
    ("third person, three", mask_third_person, "张三丰", "张某"),
    (
        "third person, compound",
        mask_third_person,
        "欧阳修",
        "欧阳某",
    ),
    (
        "third person, minority",
        mask_third_person,
        "阿卜杜拉·买买提",
        "阿某",
    ),
    ("third person, Latin", mask_third_person, "John Smith", "J"),
    ("third person, one character", mask_third_person, "李", "某"),
    ("third person, empty", mask_third_person, "", ""),
    (
        "third person, masked already",
        mask_third_person,
        "李某某",
        "李某某",
    ),
    (
        "third person, numbered already",
        mask_third_person,
        "李某12",
        "李某12",
    ),
    (
        "third person, Latin numbered",
        mask_third_person,
        "J2",
        "J2",
    ),
    // citizen id
    (
        "birth",
        mask_id_birth,
        "440524188001010014",
        "440524********0014",
    ),
    (
        "birth, X",
        mask_id_birth,
        "11010519491231002x",
        "110105********002X",
    ),
    (
        "birth, full width and spaced",
        mask_id_birth,
        "１１０１０５ 19491231 002Ｘ",
        "110105********002X",
    ),
    (
        "birth, 15",
        mask_id_birth,
        "110105491231002",
        "110105******002",
    ),
    (
        "birth, masked already",
        mask_id_birth,
        "440524********0014",
        "440524********0014",
    ),
    (
        "court",
        mask_id_court,
        "440524188001010014",
        "4405241880****0014",
    ),
    (
        "court, 15",
        mask_id_court,
        "110105491231002",
        "11010549****002",
    ),
    (
        "court after birth shows no more",
        mask_id_court,
        "440524********0014",
        "440524********0014",
    ),
    (
        "strict",
        mask_id_strict,
        "440524188001010014",
        "440**************4",
    ),
    (
        "strict, 15",
        mask_id_strict,
        "110105491231002",
        "110***********2",
    ),
    (
        "strict after birth",
        mask_id_strict,
        "440524********0014",
        "440**************4",
    ),
    (
        "id method on a passport",
        mask_id_birth,
        "E12345678",
        "E******78",
    ),
    (
        "id method on a permit",
        mask_id_court,
        "H0123456700",
        "H********00",
    ),
    ("id, empty", mask_id_birth, "", ""),
    ("passport", mask_document, "E12345678", "E******78"),
    (
        "passport, lower case",
        mask_document,
        "e12345678",
        "E******78",
    ),
    (
        "passport, masked already",
        mask_document,
        "E******78",
        "E******78",
    ),
    ("too short to keep anything", mask_document, "A123", "****"),
    // phone
    ("mobile", mask_phone, "13812345678", "138****5678"),
    (
        "mobile, spelled",
        mask_phone,
        "+86 138-1234-5678",
        "138****5678",
    ),
    (
        "mobile, masked already",
        mask_phone,
        "138****5678",
        "138****5678",
    ),
    ("landline", mask_phone, "0592-2345678", "0592*****78"),
    (
        "landline of three digits",
        mask_phone,
        "(010)62345678",
        "010******78",
    ),
    ("no telephone", mask_phone, "转801", "****"),
    ("phone, empty", mask_phone, "", ""),
    // bank account; plate
    (
        "account",
        mask_account,
        "6222 0200 1234 5678 901",
        "***************8901",
    ),
    ("account too short", mask_account, "1234567", "*******"),
    ("account, empty", mask_account, "", ""),
    ("plate", mask_plate, "闽D12123", "闽D·**123"),
    ("plate with a dot", mask_plate, "闽D·12123", "闽D·**123"),
    ("plate, new energy", mask_plate, "闽DD12345", "闽D·***345"),
    (
        "plate, masked already",
        mask_plate,
        "闽D·**123",
        "闽D·**123",
    ),
    ("no plate", mask_plate, "无", "*"),
];

#[test]
fn every_row_of_domain_4_1() {
    for (what, method, value, shown) in TABLE {
        assert_eq!(method(value), *shown, "{what}: {value}");
        assert_eq!(method(shown), *shown, "{what}: not idempotent");
    }
}

#[test]
fn addresses_by_kind_of_subject() {
    use SubjectKind::{
        IndividualBusiness as I, LegalPerson as L, NaturalPerson as N, UnincorporatedOrg as U,
    };
    for (address, kind, shown) in [
        (
            "福建省厦门市思明区湖滨南路1号302室",
            N,
            "福建省厦门市思明区**",
        ),
        ("厦门市思明区湖滨南路1号", N, "厦门市思明区**"),
        (
            "福建省泉州市安溪县湖头镇山都村5组",
            N,
            "福建省泉州市安溪县**",
        ),
        ("湖滨南路1号302室", N, "**"),
        ("福建省厦门市", N, "福建省厦门市"),
        ("福建省厦门市思明区**", N, "福建省厦门市思明区**"),
        ("", N, ""),
        (
            "福建省厦门市思明区湖滨南路1号",
            I,
            "福建省厦门市思明区湖滨南路**",
        ),
        ("厦门市思明区湖滨南路１号之二", I, "厦门市思明区湖滨南路**"),
        ("厦门市思明区湖滨南路**", I, "厦门市思明区湖滨南路**"),
        ("安溪县湖头镇山都村5号", I, "安溪县湖头镇**"),
        ("厦门市思明区莲前小区5号", I, "厦门市思明区**"),
        (
            "福建省厦门市思明区湖滨南路1号",
            L,
            "福建省厦门市思明区湖滨南路1号",
        ),
        (
            "福建省厦门市思明区湖滨南路1号",
            U,
            "福建省厦门市思明区湖滨南路1号",
        ),
    ] {
        assert_eq!(mask_address(address, kind), shown, "{address}");
        assert_eq!(
            mask_address(shown, kind),
            shown,
            "{address}: not idempotent"
        );
    }
}

#[test]
fn business_names_hold_the_operator_masked() {
    for (name, operator, shown) in [
        ("思明区张三丰小吃店", "张三丰", "思明区张**小吃店"),
        ("思明区好再来小吃店", "张三丰", "思明区好再来小吃店"),
        ("张三丰", "张三丰", "张**(个体工商户)"),
        (" 张 三 丰 ", "张三丰", "张**(个体工商户)"),
        ("张**(个体工商户)", "张三丰", "张**(个体工商户)"),
        ("张三丰(个体工商户)", "张三丰", "张**(个体工商户)"),
        ("思明区张 三丰小吃店", "张三丰", "思明区张**小吃店"),
        ("思明区张\u{200b}三丰小吃店", "张三丰", "思明区张**小吃店"),
        ("思明区张三小吃店", "张三丰", "思明区张三小吃店"),
        ("李四", "李四", "李*(个体工商户)"),
        ("欧阳修茶庄", "欧阳修", "欧阳*茶庄"),
        ("思明区小吃店", "", "思明区小吃店"),
        ("张记小吃店", "张", "张记小吃店"),
        ("", "张三丰", ""),
    ] {
        assert_eq!(mask_business_name(name, operator), shown, "{name}");
        assert_eq!(
            mask_business_name(shown, operator),
            shown,
            "{name}: not idempotent"
        );
    }
}

#[test]
fn third_persons_with_the_same_form_are_numbered() {
    for (names, shown) in [
        (vec!["李四", "王五"], vec!["李某", "王某"]),
        (vec!["李四", "李五"], vec!["李某1", "李某2"]),
        (
            vec!["李四", "李五", "李四"],
            vec!["李某1", "李某2", "李某1"],
        ),
        (vec!["李四", "李 四"], vec!["李某", "李某"]),
        (
            vec!["欧阳修", "欧某某", "王五", "欧阳锋"],
            vec!["欧阳某1", "欧某某", "王某", "欧阳某2"],
        ),
        (vec![], vec![]),
    ] {
        assert_eq!(mask_third_persons(&names), shown);
    }
}

#[test]
fn fields_that_are_never_shown_yield_nothing() {
    let about = FieldContext {
        subject_kind: SubjectKind::NaturalPerson,
        operator: "",
    };
    for exposure in [Exposure::Never, Exposure::ExactOnly, Exposure::ScrubText] {
        assert_eq!(mask_field(exposure, "任何内容", about), None);
    }
    assert_eq!(
        mask_field(Exposure::MaskAddress, "厦门市思明区湖滨南路1号", about).as_deref(),
        Some("厦门市思明区**")
    );
    assert_eq!(
        mask_field(Exposure::Public, "x", about).as_deref(),
        Some("x")
    );
}

/// Every visible character of a mask's result is the input's, in order: nothing is shown that was hidden.
fn shows_no_more(input: &str, shown: &str, added: &[char]) -> bool {
    let shown = &shown.replace('×', "X");
    let read: Vec<char> = fold::plain(input)
        .replace('×', "X")
        .chars()
        .flat_map(char::to_uppercase)
        .collect();
    let mut rest = read.iter();
    shown
        .chars()
        .filter(|c| !added.contains(c))
        .flat_map(char::to_uppercase)
        .all(|c| rest.any(|r| *r == c))
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9X*]{0,20}",
        "[张李王欧阳司马三四五丰某*·•A-Za-z 　\u{200b}1-3]{0,8}",
        "[福建省厦门市思明区湖滨南路0-9号室*]{0,20}",
        "[闽京粤][A-Z]·?[0-9A-Z]{5,6}",
    ]
}

proptest! {
    #[test]
    fn methods_are_idempotent_and_show_no_more(value in any_value()) {
        let methods: [fn(&str) -> String; 9] = [
            mask_name, mask_third_person, mask_id_birth, mask_id_court, mask_id_strict, mask_document,
            mask_phone, mask_account, mask_plate,
        ];
        for method in methods {
            let once = method(&value);
            prop_assert_eq!(method(&once), once.clone());
            prop_assert!(shows_no_more(&value, &once, &['*', '·', '某', ' ']), "{:?} -> {:?}", value, once);
        }
        for kind in SubjectKind::ALL {
            let once = mask_address(&value, *kind);
            prop_assert_eq!(mask_address(&once, *kind), once);
        }
    }

    #[test]
    fn names_of_two_characters_and_more_are_never_shown_whole(name in "[\u{4e00}-\u{9fa5}]{2,6}") {
        prop_assert!(mask_name(&name) != name || name.chars().skip(1).all(|c| c == '某'));
        prop_assert!(!mask_third_person(&name).contains(&name) || name.contains('某'));
    }

    #[test]
    fn business_names_never_hold_the_operator(before in "[东西南北区]{0,4}", operator in "[张李王欧阳][一-龥]{1,3}", after in "[小吃茶庄店]{0,4}") {
        let shown = mask_business_name(&format!("{before}{operator}{after}"), &operator);
        prop_assert!(!shown.contains(&operator));
        prop_assert_eq!(mask_business_name(&shown, &operator), shown);
    }
}
