//! A day of the calendar is changed while cases run: it is seen before, and counts at once everywhere.

use chrono::NaiveDate;

use super::*;
use crate::domain::workdays::{Standing, WorkDays};
use crate::inside::cases::tests::repair;
use crate::outside::store::FoundNotice;

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

const YEAR: &str = "/desk/calendar/2027";
const FINAL: [(&str, &str); 4] = [
    ("act", "final"),
    (
        "notice",
        "国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕7号）",
    ),
    ("source", "https://www.gov.cn/zhengce/2027.htm"),
    ("compared", "yes"),
];

/// Sends an act on a year and confirms what it shows.
async fn confirmed(browser: &mut Browser, fields: &[(&str, &str)]) -> Seen {
    let shown = sound(browser.act(YEAR, fields).await);
    assert!(shown.is(200), "{}", shown.body);
    let seen = hidden(&shown.body, "seen");
    let mut sent = fields.to_vec();
    sent.push(("seen", &seen));
    let saved = browser.act(YEAR, &sent).await;
    assert!(saved.is(303), "{}", saved.body);
    shown
}

#[actix_web::test]
async fn a_year_is_called_final_and_its_deadlines_are_provisional_no_longer() {
    let world = World::demo();
    let record = world.displayed(1);
    world.clock.advance(chrono::TimeDelta::days(36));
    let (number, secret) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator.must(&id, "forward", &[]).await;
    world.cases.after(world.clock.now()).unwrap();
    world.clock.advance(chrono::TimeDelta::minutes(5));
    let due = || world.vault.case(id.as_str()).unwrap().unwrap().due.unwrap();
    let told = || {
        let replies = world.apply().replies(&number, &secret).unwrap();
        let last = replies.into_iter().rev().find(|r| !r.deadlines.is_empty());
        let all = last.unwrap().deadlines;
        let accept = all.into_iter().find(|d| d.procedure == "repair_accept");
        accept.unwrap()
    };
    let line = || world.apply().standing(&number, &secret).unwrap().history;
    assert!(due().provisional && told().provisional, "{:?}", due());
    assert!(line().last().unwrap().provisional);
    let (day, count) = (due().on, line().len());
    let page = sound(operator.get(YEAR).await);
    for part in ["暂定", "2027", "春节", "确认为正式"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    // who is no operator sees the year and no form
    let mut handler = Browser::of(&world, "a.handler").await;
    let seen = sound(handler.get(YEAR).await);
    assert!(seen.body.contains("春节") && !seen.body.contains("name=\"notice\""));
    // it is looked at first, also where no day moves
    let shown = sound(operator.act(YEAR, &FINAL).await);
    assert!(shown.is(200), "{}", shown.body);
    assert!(shown.body.contains(id.as_str()) && shown.body.contains("确认并保存"));
    assert!(
        world.vault.calendar_years().unwrap().is_empty(),
        "only shown"
    );
    // a day that was changed in between is looked at again
    let seen = hidden(&shown.body, "seen");
    let far = [
        ("day", "2027-02-20"),
        ("kind", "workday"),
        ("reference", "通知"),
    ];
    let moved = operator.act("/desk/calendar", &far).await;
    assert!(moved.is(303), "{}", moved.body);
    let mut sent = FINAL.to_vec();
    sent.push(("seen", &seen));
    let again = sound(operator.act(YEAR, &sent).await);
    assert!(again.body.contains("请重新核对"), "{}", again.body);
    assert!(world.vault.calendar_years().unwrap().is_empty());
    confirmed(&mut operator, &FINAL).await;
    // the queue, the applicant, and everybody who reads the public store
    assert_eq!((due().on, due().provisional), (day, false));
    assert_eq!((told().due, told().provisional), (Some(day), false));
    assert_eq!(line().len(), count + 1);
    assert!(!line().last().unwrap().provisional);
    let text = world.store.calendar().unwrap().unwrap();
    assert_eq!(text, "date,kind,name\n2027-02-20,workday,\n2027,final,\n");
    let carried = WorkDays::embedded().amended("x", &text).unwrap();
    assert_eq!(&carried, world.cases.calendar.in_force());
    assert_eq!(carried.standing(2027), Some(Standing::Final));
    assert_eq!(world.logged("operator calendar.final 2027"), 1);
    assert_eq!(world.logged("operator calendar.moved 2027"), 1);
    let page = sound(handler.get("/desk/calendar").await);
    assert!(page.body.contains("国办发明电〔2026〕7号") && !page.body.contains("（暂定）"));
    world.clock.advance(chrono::TimeDelta::minutes(5));
    // once is enough, and it is taken back with a reason
    assert!(operator.act(YEAR, &FINAL).await.is(422));
    let mut back = vec![("act", "provisional"), ("source", "")];
    assert!(operator.act(YEAR, &back).await.is(422), "no reason");
    back[1].1 = "误将征求意见稿作为通知";
    confirmed(&mut operator, &back).await;
    assert!(due().provisional && told().provisional);
    let text = world.store.calendar().unwrap().unwrap();
    assert_eq!(text, "date,kind,name\n2027-02-20,workday,\n");
    assert_eq!(world.logged("operator calendar.provisional 2027"), 1);
    assert_eq!(
        world.vault.calendar_years().unwrap().len(),
        2,
        "nothing is overwritten"
    );
    world.vault.verify_audit().unwrap();
}

#[actix_web::test]
async fn a_year_is_not_called_final_without_its_notice_or_with_a_list_that_is_cut_off() {
    let world = World::demo();
    let mut operator = Browser::of(&world, "operator").await;
    for n in 1..FINAL.len() {
        let mut sent = FINAL.to_vec();
        let (field, _) = sent.remove(n);
        let page = sound(operator.act(YEAR, &sent).await);
        assert!(page.is(422), "{field}");
        assert!(
            page.body.contains(&format!("href=\"#{field}\"")),
            "{}",
            page.body
        );
    }
    let cut = [
        ("day", "2027-10-01"),
        ("kind", "plain"),
        ("reference", "误"),
    ];
    assert!(operator.act("/desk/calendar", &cut).await.is(303));
    let page = sound(operator.act(YEAR, &FINAL).await);
    assert!(page.is(422) && page.body.contains("国庆节应当都设为放假"));
    // what the program knows as final is nobody's to take back; what it does not know is not there
    let back = [("act", "provisional"), ("source", "x")];
    assert!(operator.act("/desk/calendar/2026", &back).await.is(422));
    assert!(operator.get("/desk/calendar/2026").await.is(200));
    assert!(operator.get("/desk/calendar/2050").await.is(404));
    assert!(operator.act("/desk/calendar/2050", &FINAL).await.is(404));
    assert!(world.vault.calendar_years().unwrap().is_empty());
}

#[actix_web::test]
async fn a_notice_that_runs_into_a_provisional_year_follows_it() {
    use super::notices::noticed;
    let world = World::demo();
    world.clock.advance(chrono::TimeDelta::days(36));
    let mut operator = Browser::of(&world, "operator").await;
    let at = noticed(&world).await;
    let entry = || {
        let case = at.entry.as_str();
        let all = world.vault.running_notices(world.today()).unwrap();
        all.into_iter().find(|p| p.case == case).unwrap().term
    };
    let before = entry();
    assert!(before.provisional && before.last.to_string().starts_with("2027"));
    confirmed(&mut operator, &FINAL).await;
    let after = entry();
    assert!(!after.provisional);
    assert_eq!(after.last, before.last);
    let FoundNotice::Open(shown) = world.store.notice(&at.notice, world.today()).unwrap() else {
        panic!("the notice is gone");
    };
    assert!(!shown.provisional, "what is on the board says so");
}
