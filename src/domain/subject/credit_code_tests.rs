use super::*;
use proptest::prelude::*;

/// Valid specimens of domain.md 3.4: code, kind, region of the registrar.
const VALID: [(&str, &str, &str); 9] = [
    ("11350200004123454P", "机关", "福建省厦门市"),
    ("12320100466000010A", "事业单位", "江苏省南京市"),
    ("51610900MJB100000W", "社会团体", "陕西省安康市"),
    ("533200005098000190", "基金会", "江苏省"),
    ("91350203MA2EXA019B", "企业", "福建省厦门市思明区"),
    ("92320106MA1EXA025G", "个体工商户", "江苏省南京市鼓楼区"),
    ("93610902MA6EXA032K", "农民专业合作社", "陕西省安康市汉滨区"),
    (
        "N2350206MF10000T4P",
        "村级集体经济组织",
        "福建省厦门市湖里区",
    ),
    ("91350100M000100Y43", "企业", "福建省福州市"),
];

#[test]
fn gb_32100_vectors_of_domain_3_4() {
    for (text, class, region) in VALID {
        let code = CreditCode::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(code.to_string(), text);
        assert_eq!(code.class().unwrap().0, class, "{text}");
        assert_eq!(
            regions::of_credit_code(&code).unwrap().full_name(),
            region,
            "{text}"
        );
        assert_eq!(CreditCode::from_body(&text[..17]), Ok(code));
        assert_eq!(code.is_individual_business(), text.starts_with("92"));
        assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<CreditCode>(&format!("\"{text}\"")).unwrap(),
            code
        );
    }
}

#[test]
fn what_must_fail_of_domain_3_4_fails_and_says_how_to_mend_it() {
    let meant = CreditCode::parse("91350203MA2EXA019B").unwrap();
    let Err(CreditCodeError::Check {
        found: 'C',
        expected: 'B',
        mends,
    }) = CreditCode::parse("91350203MA2EXA019C")
    else {
        panic!("not a check error");
    };
    assert_eq!(mends[0].code, meant);
    assert_eq!(
        mends[0].changes,
        [Change::Replace {
            position: 18,
            found: 'C',
            with: 'B'
        }]
    );

    let Err(CreditCodeError::Character {
        position: 15,
        found: 'O',
        mends,
    }) = CreditCode::parse("91350203MA2EXAO19B")
    else {
        panic!("not a character error");
    };
    assert_eq!(mends[0].code, meant);
    assert_eq!(
        mends[0].changes,
        [Change::Replace {
            position: 15,
            found: 'O',
            with: '0'
        }]
    );

    for (text, length) in [("91350203MA2EXA019", 17), ("91350203MA2EXA0199B", 19)] {
        let Err(CreditCodeError::Length { found, mends }) = CreditCode::parse(text) else {
            panic!("not a length error");
        };
        assert_eq!(found, length);
        assert!(mends.iter().any(|m| m.code == meant), "{text}: {mends:?}");
    }
}

#[test]
fn errors_are_told_in_both_languages() {
    let error = CreditCode::parse("91350203MA2EXA019C").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the check character of the unified social credit code is C, computed is B; \
         did you mean 91350203MA2EXA019B (character 18: C to B)"
    );
    assert_eq!(
        error.zh(),
        "统一社会信用代码校验码“C”不符,按前17位应为“B”,是否应为 91350203MA2EXA019B(第18位“C”应为“B”)"
    );
    assert_eq!(CreditCode::parse("\u{3000}"), Err(CreditCodeError::Empty));
    assert!(matches!(
        CreditCode::parse("无"),
        Err(CreditCodeError::Length { found: 1, .. })
    ));
    let many = "9".repeat(5000);
    assert!(matches!(
        CreditCode::parse(&many),
        Err(CreditCodeError::Length { found: 256, .. })
    ));
}

#[test]
fn every_spelling_is_read() {
    for text in [
        "９１３５０２０３ＭＡ２ＥＸＡ０１９Ｂ",
        "91350203ma2exa019b",
        " 913502-03 MA2EXA01-9 B ",
        "9135\u{200B}0203MA2EXA019B\u{FEFF}",
    ] {
        assert_eq!(
            CreditCode::parse(text).unwrap().as_str(),
            "91350203MA2EXA019B",
            "{text:?}"
        );
    }
}

#[test]
fn several_look_alikes_are_mended_together() {
    for (text, changes) in [
        ("9I35O2O3MA2EXAOI9B", 5),
        ("913S0203MAZEXA019B", 2),
        ("91350203МА2ЕХА019В", 6),
    ] {
        let error = CreditCode::parse(text).unwrap_err();
        assert_eq!(
            error.mends()[0].code.as_str(),
            "91350203MA2EXA019B",
            "{text}"
        );
        assert_eq!(error.mends()[0].changes.len(), changes, "{text}");
    }
}

#[test]
fn a_citizen_s_number_in_the_wrong_column_is_not_repeated() {
    for text in [
        "11010519491231002X",
        "440524188001010014",
        "11010519491231002 X",
        "110105194912310021",
        "110105491231002",
        "11010519491231002",
        "11O10519491231002X",
        "1101O5I949123100Z1",
    ] {
        let error = CreditCode::parse(text).unwrap_err();
        assert_eq!(error, CreditCodeError::CitizenNumber, "{text}");
        assert!(CreditCode::near(text).is_empty());
        assert!(!format!("{error} {error:?} {}", error.zh()).contains("19491231"));
    }
}

#[test]
fn the_prefix_goes_with_the_kind() {
    let business = CreditCode::parse("92320106MA1EXA025G").unwrap();
    let company = CreditCode::parse("91350203MA2EXA019B").unwrap();
    assert!(business.check_kind(SubjectKind::IndividualBusiness).is_ok());
    assert!(business.check_kind(SubjectKind::LegalPerson).is_err());
    assert!(company.check_kind(SubjectKind::LegalPerson).is_ok());
    assert!(company.check_kind(SubjectKind::UnincorporatedOrg).is_ok());
    assert!(company.check_kind(SubjectKind::IndividualBusiness).is_err());
    assert!(company.check_kind(SubjectKind::NaturalPerson).is_err());
}

#[test]
fn position_17_wrong_is_only_a_finding() {
    let code = CreditCode::from_body("91350203MA2EXA018").unwrap();
    assert_eq!(
        code.findings(),
        [Finding::BodyCheck {
            found: '8',
            expected: '9'
        }]
    );
    assert_eq!(code.org_code(), None);
    let good = CreditCode::parse("91350203MA2EXA019B").unwrap();
    assert_eq!(good.findings(), []);
    assert_eq!(good.org_code().unwrap().as_str(), "MA2EXA019");
    let odd = CreditCode::compose("Q7", "990000", "MA2EXA01").unwrap();
    assert_eq!(
        odd.findings(),
        [Finding::UnknownClass, Finding::UnknownRegion]
    );
    assert_eq!(
        CreditCode::compose("91", "350203", "MA2EXA01").unwrap(),
        good
    );
    assert!(CreditCode::compose("91", "350203", "MA2").is_err());
}

/// How often the code that was meant is named for one wrong character at a random place of a random code.
#[test]
fn one_wrong_character_is_usually_found() {
    let (mut first, mut among, mut total) = (0, 0, 0);
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for _ in 0..400 {
        let region = &regions::all()[1 + random(3351)];
        let body: String = (0..6).map(|_| char::from(CHARSET[random(31)])).collect();
        let code = CreditCode::compose(
            ["91", "92", "93"][random(3)],
            region.code(),
            &format!("MA{body}"),
        )
        .unwrap();
        let mut wrong = code.as_str().as_bytes().to_vec();
        let at = random(18);
        wrong[at] = CHARSET[(value(wrong[at]).unwrap() as usize + 1 + random(30)) % 31];
        let error = CreditCode::parse(ascii(&wrong)).unwrap_err();
        total += 1;
        first += usize::from(error.mends().first().is_some_and(|m| m.code == code));
        among += usize::from(error.mends().iter().any(|m| m.code == code));
        assert!(
            CreditCode::near(ascii(&wrong))
                .iter()
                .any(|m| m.code == code)
        );
    }
    assert!(first * 100 >= total * 72, "{first} of {total} first");
    assert!(
        among * 100 >= total * 98,
        "{among} of {total} among {MOST_MENDS}"
    );
}

proptest! {
    #[test]
    fn parse_undoes_print(body in "[0-9A-HJ-NP-RTUWXY]{17}") {
        let code = CreditCode::from_body(&body).unwrap();
        prop_assert_eq!(CreditCode::parse(&code.to_string()), Ok(code));
        prop_assert_eq!(CreditCode::parse(&code.as_str().to_lowercase()), Ok(code));
    }

    #[test]
    fn every_wrong_character_is_caught(body in "[0-9A-HJ-NP-RTUWXY]{17}", at in 0_usize..18, step in 1_usize..31) {
        let code = CreditCode::from_body(&body).unwrap();
        let mut bytes = code.as_str().as_bytes().to_vec();
        let place = CHARSET.iter().position(|b| *b == bytes[at]).unwrap();
        bytes[at] = CHARSET[(place + step) % 31];
        let error = CreditCode::parse(ascii(&bytes));
        prop_assert!(error.is_err());
        for mend in CreditCode::near(ascii(&bytes)) {
            prop_assert_eq!(CreditCode::parse(mend.code.as_str()), Ok(mend.code));
        }
    }

    #[test]
    fn no_input_panics(text in ".{0,40}") {
        let _ = CreditCode::parse(&text).map_err(|e| (e.to_string(), e.zh()));
        let _ = CreditCode::near(&text);
    }
}
