use super::*;

fn form(text: &str) -> Form {
    Form::read(text.as_bytes())
}

fn keys() -> Vec<(String, String)> {
    vec![("violation_type".to_owned(), "擅自拆除".to_owned())]
}

#[test]
fn every_act_makes_an_event_of_what_it_asks_for() {
    let whole = Typed {
        reasons: "事实清楚，依据充分".to_owned(),
        items: "缴款凭证\n\n 委托书 ".to_owned(),
        findings: "已经核实缴款".to_owned(),
        place: "执行法院".to_owned(),
        meeting: "会议纪要〔2026〕3号".to_owned(),
        relief: "correct".to_owned(),
        fields: vec![TypedField {
            key: "violation_type".to_owned(),
            old: "擅自拆除".to_owned(),
            new: "擅自改造".to_owned(),
        }],
    };
    for act in ACTS {
        let event = whole.event(act).unwrap();
        assert_eq!((event.kind(), event.code()), (act.kind, act.code));
        assert_eq!(super::act(act.kind, act.code), Some(act), "twice");
        if !act.asks.is_empty() {
            let faults = Typed::default().event(act).unwrap_err();
            assert!(!faults.is_empty(), "{} {}", act.kind.code(), act.code);
        }
    }
    let items = serde_json::to_value(whole.event(act(R, "ask_supplement").unwrap()).unwrap());
    assert_eq!(items.unwrap()["items"], json!(["缴款凭证", "委托书"]));
}

#[test]
fn places_of_a_template_are_filled_in_before_it_is_sent() {
    let approve = act(R, "approve").unwrap();
    for (reasons, field) in [
        ("", Some("reasons")),
        ("同意", Some("reasons")),
        ("义务已经履行：〔依据〕。", Some("reasons")),
        ("厦示罚〔2026〕6号的义务已经履行", None),
        (&"字".repeat(5001), Some("reasons")),
    ] {
        let typed = Typed {
            reasons: reasons.to_owned(),
            ..Typed::default()
        };
        let fault = typed.event(approve).err().map(|f| f[0].field.clone());
        assert_eq!(fault.as_deref(), field, "{reasons}");
    }
}

#[test]
fn only_changed_fields_are_corrected_and_only_where_something_is() {
    let uphold = act(O, "uphold").unwrap();
    let same = "old-violation_type=%E6%93%85%E8%87%AA%E6%8B%86%E9%99%A4&new-violation_type=%E6%93%85%E8%87%AA%E6%8B%86%E9%99%A4";
    let other = "old-violation_type=%E6%93%85%E8%87%AA%E6%8B%86%E9%99%A4&new-violation_type=x";
    for (sent, fields) in [
        (format!("relief=correct&{same}"), vec!["new-violation_type"]),
        (format!("relief=correct&{other}"), vec![]),
        (
            format!("relief=stop_display&{other}"),
            vec!["new-violation_type"],
        ),
        (format!("relief=stop_display&{same}"), vec![]),
        ("relief=delist".to_owned(), vec![]),
        ("relief=other".to_owned(), vec!["relief"]),
    ] {
        let typed = Typed::of(&form(&format!("reasons=abcdef&{sent}")), &keys());
        let faults = typed.event(uphold).err().unwrap_or_default();
        let at: Vec<&str> = faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(at, fields, "{sent}");
    }
    let lines = Typed::of(&form("reasons=a%0D%0Ab"), &[]);
    assert_eq!(lines.reasons, "a\nb");
}
