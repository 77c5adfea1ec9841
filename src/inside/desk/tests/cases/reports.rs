//! Reports of what is public: who sees what of whom.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};

use super::*;
use crate::inside::desk::tests::fixture::{OURS, THEIRS};

/// Rows of the list of a ledger, without its head.
async fn ledger(browser: &mut Browser, query: &str) -> Vec<String> {
    let file = browser.get(&format!("/desk/ledgers/file?{query}")).await;
    assert!(file.is(200), "{query}: {}", file.body);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes.to_vec())).unwrap();
    let sheet = book.worksheet_range("名单").unwrap();
    let cell = |row: &[calamine::Data], at: usize| row[at].to_string();
    sheet
        .rows()
        .skip(1)
        .map(|row| format!("{} {}", cell(row, 3), cell(row, 5)))
        .collect()
}

#[actix_web::test]
async fn what_was_published_late_is_counted_by_the_calendar_and_seen_by_its_own_authority() {
    let world = World::demo();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    // seven working days before 25 November: the 16th is in time, the 13th is not
    let records = [
        ("2026-11-16", OURS),
        ("2026-11-13", OURS),
        ("2026-10-09", THEIRS),
    ];
    let records = records.iter().zip(1..).map(|((decided, authority), n)| {
        penalty(n, |r| {
            r.decided_on = day(decided);
            r.authority_code = (*authority).to_owned();
        })
    });
    world.display(&records.collect::<Vec<_>>());
    let shares = |body: &str| -> Vec<String> {
        let rows = body.split("<tr>").skip(2);
        rows.map(|row| {
            let cells = row
                .split("</td>")
                .map(|c| c.rsplit('>').next().unwrap().to_owned());
            cells.skip(1).take(3).collect::<Vec<_>>().join(" ")
        })
        .collect()
    };
    let mut operator = Browser::of(&world, "operator").await;
    let page = sound(operator.get("/desk/late").await);
    assert_eq!(
        shares(&page.body),
        ["2 1 50.0%", "1 1 100.0%"],
        "{}",
        page.body
    );
    assert!(page.body.contains("厦门市示例局") && page.body.contains("2026-10"));
    let mut handler = Browser::of(&world, "a.handler").await;
    let page = sound(handler.get("/desk/late").await);
    assert_eq!(shares(&page.body), ["2 1 50.0%"], "{}", page.body);
    // a holiday in between makes it punctual
    let holiday = [
        ("day", "2026-11-20"),
        ("kind", "holiday"),
        ("reference", "x"),
    ];
    assert!(operator.act("/desk/calendar", &holiday).await.is(303));
    let page = sound(handler.get("/desk/late").await);
    assert_eq!(shares(&page.body), ["2 0 0.0%"], "{}", page.body);
}

#[actix_web::test]
async fn a_ledger_holds_the_lists_of_its_kind_and_of_its_authority() {
    let world = World::demo();
    let records = [OURS, THEIRS, OURS]
        .iter()
        .zip(1..)
        .map(|(authority, n)| penalty(n, |r| r.authority_code = (*authority).to_owned()));
    world.display(&records.collect::<Vec<_>>());
    let line = |n: u32, authority: &str| format!("厦示罚〔2026〕{n}号 {authority}");
    let (one, two, three) = (line(1, OURS), line(2, THEIRS), line(3, OURS));
    let mut operator = Browser::of(&world, "operator").await;
    let all = [one.clone(), two.clone(), three.clone()];
    assert_eq!(ledger(&mut operator, "kind=sanctions").await, all);
    let of = format!("kind=sanctions&authority={THEIRS}");
    assert_eq!(ledger(&mut operator, &of).await, [two]);
    assert!(ledger(&mut operator, "kind=incentives").await.is_empty());
    let mut handler = Browser::of(&world, "a.handler").await;
    assert_eq!(ledger(&mut handler, &of).await, [one, three]);
}
