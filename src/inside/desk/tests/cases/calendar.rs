//! A day of the calendar is changed while cases run: it is seen before, and counts at once everywhere.

use chrono::NaiveDate;

use super::*;
use crate::domain::workdays::WorkDays;
use crate::inside::cases::tests::repair;

const DAY: [(&str, &str); 4] = [
    ("day", "2026-11-26"),
    ("kind", "holiday"),
    ("name", "防汛"),
    ("reference", "大连政发〔2026〕1号"),
];

/// The day by which the acceptance is due, as the applicant was told it last.
fn told(world: &World, number: &Number, secret: &Secret) -> Option<NaiveDate> {
    let replies = world.apply().replies(number, secret).unwrap();
    let last = replies.iter().rev().find(|r| !r.deadlines.is_empty())?;
    let accept = last
        .deadlines
        .iter()
        .find(|d| d.procedure == "repair_accept");
    accept?.due
}

#[actix_web::test]
async fn a_change_that_moves_deadlines_is_looked_at_first_and_then_counts_at_once() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, secret) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator.must(&id, "forward", &[]).await;
    world.cases.after(world.clock.now()).unwrap();
    world.clock.advance(chrono::TimeDelta::minutes(5));
    let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
    let due = || {
        world
            .vault
            .case(id.as_str())
            .unwrap()
            .unwrap()
            .due
            .map(|d| d.on)
    };
    // three working days after Wednesday the 25th: a weekend lies between
    assert_eq!(
        (due(), told(&world, &number, &secret)),
        (day("2026-11-30"), day("2026-11-30"))
    );
    let page = sound(operator.act("/desk/calendar", &DAY).await);
    assert!(page.is(200), "{}", page.status);
    for part in [id.as_str(), "2026-11-30", "2026-12-01", "确认并保存"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(
        world.vault.calendar_days().unwrap().is_empty(),
        "only shown"
    );
    assert_eq!(due(), day("2026-11-30"));
    // what was seen is what is saved: other cases are to be looked at again
    let mut sent = DAY.to_vec();
    sent.push(("seen", "00"));
    let again = sound(operator.act("/desk/calendar", &sent).await);
    assert!(again.body.contains("请重新核对"), "{}", again.body);
    assert!(world.vault.calendar_days().unwrap().is_empty());
    let seen = hidden(&again.body, "seen");
    sent[4].1 = &seen;
    assert!(operator.act("/desk/calendar", &sent).await.is(303));
    // the queue, the applicant, and everybody who reads the public store
    assert_eq!(
        (due(), told(&world, &number, &secret)),
        (day("2026-12-01"), day("2026-12-01"))
    );
    let mut handler = Browser::of(&world, "a.handler").await;
    let queue = sound(handler.get("/desk/cases?show=open").await);
    assert!(
        queue.body.contains("2026-12-01")
            || queue.body.contains("12 月 1 日")
            || queue.body.contains("12月1日"),
        "{}",
        queue.body
    );
    let text = world.store.calendar().unwrap().unwrap();
    assert_eq!(text, "date,kind,name\n2026-11-26,holiday,防汛\n");
    let carried = WorkDays::embedded().amended("x", &text).unwrap();
    assert_eq!(&carried, world.cases.calendar.in_force());
    assert_eq!(
        world.state.calendar.is_workday(day("2026-11-26").unwrap()),
        Ok(false)
    );
    let standing = world.apply().standing(&number, &secret).unwrap();
    let last = standing.history.last().unwrap();
    assert_eq!(
        (last.due_on, last.state.code()),
        (day("2026-12-01"), "forwarded")
    );
    assert_eq!(world.logged("operator calendar.set 2026-11-26"), 1);
    assert_eq!(world.logged("operator calendar.moved 2026-11-26"), 1);
    let replies = world.apply().replies(&number, &secret).unwrap().len();
    // nothing is told twice
    assert_eq!(world.cases.refresh_dues(world.clock.now()).unwrap(), 0);
    assert_eq!(
        world.apply().replies(&number, &secret).unwrap().len(),
        replies
    );
    // a publisher finds nothing to change in what public nodes read
    let notices = world.store.position().unwrap().notices;
    (world.state.publish)(world.clock.now()).unwrap();
    assert_eq!(world.store.position().unwrap().notices, notices);
    // a day on which nothing depends is saved at once
    let far = [
        ("day", "2026-12-31"),
        ("kind", "holiday"),
        ("reference", "通知"),
    ];
    assert!(operator.act("/desk/calendar", &far).await.is(303));
    world.vault.verify_audit().unwrap();
}

#[actix_web::test]
async fn what_was_typed_comes_back_with_what_is_wrong_with_it() {
    let world = World::demo();
    let mut operator = Browser::of(&world, "operator").await;
    for (day, kind, name, reference, fields) in [
        ("", "", "", "", vec!["day", "kind", "reference"]),
        ("2026-02-30", "holiday", "", "x", vec!["day"]),
        ("2050-02-03", "holiday", "", "x", vec!["day"]),
        ("2026-11-26", "workday", "", "x", vec!["kind"]),
        ("2026-11-28", "workday", "a,b", "x", vec!["name"]),
        ("2026-11-28", "none", "a", "x,y", vec!["kind", "reference"]),
    ] {
        let sent = [
            ("day", day),
            ("kind", kind),
            ("name", name),
            ("reference", reference),
        ];
        let page = sound(operator.act("/desk/calendar", &sent).await);
        assert!(page.is(422), "{day} {kind}");
        let summary = page.body.split("error-summary").nth(1).unwrap();
        let summary = summary.split("</div>").next().unwrap();
        let linked: Vec<&str> = summary
            .split("href=\"#")
            .skip(1)
            .map(|l| l.split('"').next().unwrap())
            .collect();
        assert_eq!(linked, fields, "{day} {kind}");
        assert!(page.body.contains("<title>有误："), "{}", page.body);
        assert!(page.body.contains(&format!("value=\"{day}\"")));
    }
    assert!(world.vault.calendar_days().unwrap().is_empty());
    assert!(world.store.calendar().unwrap().is_none());
}
