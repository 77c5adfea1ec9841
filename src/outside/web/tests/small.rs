//! Small numbers of natural persons: no surface tells them, and none follows from what several surfaces tell.

use chrono::Days;

use super::fixture::{CODE, Portal, org, person, today};
use super::{app, get};
use crate::domain::kinds::SubjectKind;
use crate::record::{RecordParts, Why};

/// Every address that tells a number in which persons could be counted, and some beside.
const SURFACES: [&str; 20] = [
    "/",
    "/lists",
    "/lists/judgment_defaulter",
    "/lists/penalty",
    "/lists/red_list",
    "/stats",
    "/catalogue",
    "/catalogue/judgment_defaulter",
    "/notices",
    "/search?list=judgment_defaulter",
    "/search?list=judgment_defaulter&kind=natural_person",
    "/search?region=35",
    "/search?q=%E5%8E%A6%E9%97%A8",
    "/api/v1/lists",
    "/api/v1/lists/judgment_defaulter",
    "/api/v1/lists/penalty",
    "/api/v1/stats",
    "/api/v1/search?list=judgment_defaulter",
    "/api/v1/search?kind=natural_person",
    "/api/v1/search?region=35",
];

/// Organisations on two lists, `few` persons on one of them and `others` on the other, made up to `all` changes by what
/// is over: so that the sequence number is the same.
fn portal(few: usize, others: usize, all: usize) -> Portal {
    let on = |list: &str, id: String| RecordParts {
        list: list.to_owned(),
        ..org(&id, "厦门海风贸易有限公司", CODE)
    };
    let mut records = vec![
        on("judgment_defaulter", "o1".to_owned()),
        on("judgment_defaulter", "o2".to_owned()),
        on("penalty", "o3".to_owned()),
        person("o4", "red_list", "王**", "王小二"),
    ];
    let name = |i: usize| format!("赵钱{}", char::from_u32(0x5b59 + i as u32).unwrap());
    for i in 0..few {
        let name = name(i);
        records.push(person(&format!("p{i}"), "judgment_defaulter", &name, &name));
    }
    for i in 0..others {
        let name = name(50 + i);
        records.push(person(&format!("q{i}"), "penalty", &name, &name));
    }
    let over = |i: usize| RecordParts {
        displayed_until: Some(today() - Days::new(60)),
        ..on("judgment_defaulter", format!("z{i}"))
    };
    let missing = all - few - others;
    records.extend((0..missing).map(over));
    Portal::new(records)
}

/// What the surfaces tell; of an answer in JSON without the time that it took.
async fn told(portal: &Portal) -> Vec<(&'static str, String)> {
    let app = app(portal).await;
    let mut out = Vec::new();
    for address in SURFACES {
        let seen = get(&app, address).await;
        assert_eq!(seen.status, 200, "{address}");
        let body = if address.contains("/api/v1/search") {
            let mut json = seen.json();
            json["took_ms"] = 0.into();
            json.to_string()
        } else {
            seen.body
        };
        out.push((address, body));
    }
    out
}

/// Who sees one to four persons sees the same whatever their number: so nothing can be subtracted.
#[actix_web::test]
async fn one_to_four_persons_look_alike_on_every_surface() {
    // alone; and beside so many on another list that their sum is told
    for whole in [4, 10] {
        let portal_of = |few: usize| {
            let others = if whole == 4 { 0 } else { whole - few };
            portal(few, others, whole)
        };
        let one = told(&portal_of(1)).await;
        for few in 2..=4 {
            let more = told(&portal_of(few)).await;
            for ((address, a), (_, b)) in one.iter().zip(&more) {
                assert_eq!(a, b, "{address}: {few} of {whole}");
            }
        }
    }
}

/// The subtraction itself: what a list tells less the organisations that a search finds on it.
#[actix_web::test]
async fn a_list_less_its_organisations_is_nothing_or_enough() {
    for few in 0..=7 {
        let portal = portal(few, 0, 7);
        let app = app(&portal).await;
        let address = "/api/v1/search?list=judgment_defaulter";
        let organisations = get(&app, address).await.json()["total"].as_u64().unwrap();
        let list = get(&app, "/api/v1/lists/judgment_defaulter").await.json();
        let rest = list["shown"].as_u64().unwrap() - organisations;
        let held = list["natural_persons_suppressed"].as_str();
        let expected = match few as u64 {
            0 => (0, None),
            1..5 => (0, Some("fewer_than_5")),
            n => (n, None),
        };
        assert_eq!((rest, held), expected, "{few}");
        let told = 3 + 1 + rest;
        let home = get(&app, "/").await.body;
        assert!(
            home.contains(&format!("<strong class=\"num\">{told}</strong>")),
            "{few}: {home}"
        );
        let left_out = "不含少于5条的自然人信息";
        for page in ["/lists", "/lists/judgment_defaulter"] {
            let body = get(&app, page).await.body;
            assert_eq!(body.contains(left_out), held.is_some(), "{page}: {few}");
        }
    }
}

/// Of what was taken back nobody knows whom it was about: a small number of a day is held back, and does not follow from
/// the month that the statistics tell.
#[actix_web::test]
async fn small_numbers_of_exits_do_not_follow_from_their_month() {
    let records = |day: usize, n: usize| {
        (0..n).map(move |i| RecordParts {
            subject_kind: SubjectKind::LegalPerson,
            ..org(&format!("x{day}y{i}"), "厦门海风贸易有限公司", CODE)
        })
    };
    let portal = Portal::new(records(1, 3).chain(records(2, 9)).collect());
    let gone = |day: usize, n: usize| -> Vec<(String, Why)> {
        records(day, n).map(|r| (r.id, Why::Repaired)).collect()
    };
    portal.publish(vec![], &gone(1, 3));
    portal
        .clock
        .set(crate::domain::time::day_start(today() + Days::new(1)));
    portal.publish(vec![], &gone(2, 9));
    let app = app(&portal).await;
    let stats = get(&app, "/api/v1/stats").await.json();
    let month = stats["exits"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(month["reasons"][0]["count"], 12);
    let notices = get(&app, "/notices").await.body;
    let cell = |value: &str| notices.matches(&format!("\">{value}</td>")).count();
    assert_eq!((cell("少于5"), cell("不单列")), (1, 1), "{notices}");
    assert_eq!((cell("3"), cell("9")), (0, 0));
}
