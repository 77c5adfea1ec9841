//! The queue: order, words, filters, pages, counts, and what stands on the home page.

use chrono::TimeDelta;

use super::*;
use crate::inside::cases::tests::repair;
use crate::inside::desk::tests::fixture::THEIRS;

/// Ids on a page, in order.
fn shown(body: &str) -> Vec<String> {
    let links = body
        .split("<th scope=\"row\"><a href=\"/desk/cases/")
        .skip(1);
    links
        .map(|l| l.split('"').next().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn every_case_is_on_one_page_of_the_queue_and_what_is_due_first_stands_first() {
    let world = World::demo();
    let records: Vec<RawRecord> = (1..=30)
        .map(|n| {
            penalty(n, |r| {
                if n == 30 {
                    r.authority_name = "局".repeat(120);
                }
                if n > 27 {
                    r.authority_code = THEIRS.into();
                }
            })
        })
        .collect();
    let ids = world.display(&records);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (number, _) = world.applied(&repair(), &ids, &[]);
    world.clock.advance(TimeDelta::days(2));
    let (later, _) = world.applied(&repair(), &[&world.displayed(31)], &[]);
    let mut operator = Browser::of(&world, "operator").await;
    let mut next = "/desk/cases?show=open".to_owned();
    let mut all = Vec::new();
    for _ in 0..3 {
        let page = sound(operator.get(&next).await);
        assert!(page.is(200));
        all.extend(shown(&page.body));
        let Some(link) = page.body.split("rel=\"next\" href=\"").nth(1) else {
            break;
        };
        next = link.split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!(all.len(), 31);
    let mut once = all.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), 31);
    assert_eq!(all.last(), Some(&first(&later).to_string()), "due last");
    let first_page = operator.get("/desk/cases?show=open").await;
    assert!(first_page.body.contains("还有") && first_page.body.contains("个工作日"));
    // scoped, filtered
    let mut ours = Browser::of(&world, "a.handler").await;
    for (query, of_operator, of_ours) in [
        ("show=open", 25, 25),
        (&*format!("show=open&authority={THEIRS}"), 3, 25),
        ("show=open&kind=objection", 0, 0),
        ("show=open&state=submitted&kind=repair", 25, 25),
        ("show=open&state=accepted", 0, 0),
        (&*format!("show=open&number={}", later.as_str()), 1, 1),
        (
            &*format!("show=open&number={}", number.as_str().to_lowercase()),
            25,
            25,
        ),
        ("show=closed", 0, 0),
        ("show=late", 0, 0),
        ("show=mine", 25, 0),
    ] {
        let at = format!("/desk/cases?{query}");
        assert_eq!(
            shown(&sound(operator.get(&at).await).body).len(),
            of_operator,
            "{query}"
        );
        assert_eq!(
            shown(&sound(ours.get(&at).await).body).len(),
            of_ours,
            "{query}"
        );
    }
    let page = sound(ours.get("/desk/cases?number=%E5%BC%A0%E4%B8%89").await);
    assert!(page.body.contains("没有这种格式的编号") && !page.body.contains("张三"));
    assert!(
        sound(ours.get("/desk/cases?show=late").await)
            .body
            .contains("没有逾期的案件")
    );
    // nobody has a place in an address that is not there
    assert!(
        operator
            .get("/desk/cases?after=2026-99-99.x&show=%00")
            .await
            .is(200)
    );
}

#[actix_web::test]
async fn what_is_late_is_seen_at_once_by_whom_it_concerns() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, _) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator.must(&id, "forward", &[]).await;
    let due = world.vault.case(id.as_str()).unwrap().unwrap().due.unwrap();
    let mut handler = Browser::of(&world, "a.handler").await;
    let home = sound(handler.get("/desk").await);
    assert!(home.body.contains("等我办理的案件") && home.body.contains("已逾期的案件"));
    assert!(!home.body.contains("有逾期"));
    // the day itself
    let to = crate::domain::time::day_start(due.on) + TimeDelta::hours(10);
    world.clock.advance(to - world.clock.now());
    let mut handler = Browser::of(&world, "a.handler").await;
    let page = sound(handler.get("/desk/cases?show=soon").await);
    assert!(
        page.body.contains("今天到期") && page.body.contains("tag caution"),
        "{}",
        page.body
    );
    world.clock.advance(TimeDelta::days(1));
    let mut handler = Browser::of(&world, "a.handler").await;
    let page = sound(handler.get("/desk/cases?show=late").await);
    assert_eq!(shown(&page.body), [id.to_string()]);
    assert!(
        page.body.contains("已逾期 ") || page.body.contains("期限已过"),
        "{}",
        page.body
    );
    assert!(page.body.contains("tag grave"));
    let home = sound(handler.get("/desk").await);
    assert!(home.body.contains("有逾期"), "{}", home.body);
    for (officer, sees) in [
        ("a.handler", true),
        ("operator", true),
        ("auditor", true),
        ("b.handler", false),
    ] {
        let mut browser = Browser::of(&world, officer).await;
        let report = sound(browser.get("/desk/cases/late").await);
        assert_eq!(
            report.body.contains("修复受理"),
            sees,
            "{officer}: {}",
            report.body
        );
    }
    let english = sound(operator_in_english(&world).await);
    assert!(english.body.contains("overdue"), "{}", english.body);
}

async fn operator_in_english(world: &World) -> Seen {
    let mut browser = Browser::of(world, "operator").await;
    browser.get("/desk/cases?show=late&lang=en").await
}

#[actix_web::test]
async fn every_page_is_sound_in_every_language() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, _) = world.applied(&repair(), &[&record], &[("png", b"\x89PNG\r\n\x1a\n")]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator.look(&id).await;
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        for place in [
            "/desk/cases".to_owned(),
            "/desk/cases/late".to_owned(),
            "/desk/replies".to_owned(),
            "/desk/replies/new".to_owned(),
            case_at(&id),
            act_at(&id, "forward"),
            act_at(&id, "ask_supplement"),
            act_at(&id, "misdirect"),
        ] {
            let seen = sound(operator.get(&format!("{place}?lang={lang}")).await);
            assert!(seen.is(200), "{lang} {place}: {}", seen.status);
            assert!(
                seen.body.contains(&format!("<html lang=\"{lang}\"")),
                "{lang} {place}"
            );
        }
    }
}
