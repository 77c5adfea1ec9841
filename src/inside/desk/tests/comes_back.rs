//! Forms that are refused come back: on the same page, with a summary that leads to the field, and with what was typed.

use super::fixture::{Browser, OURS, Seen, World};
use super::work::{hidden, penalties, upload, upload_with, with_reviews};
use crate::base::crypto::Password;
use crate::domain::cases::Role;

/// The form came back: the summary leads to places that are there, each with its words, and what was typed is kept.
#[track_caller]
fn came_back(seen: &Seen, leads_to: &[&str], kept: &[&str]) {
    assert!(seen.is(422), "{}: {}", seen.status, seen.body);
    let summary = seen.body.split("class=\"error-summary\"").nth(1);
    let summary = summary.expect("a summary of what is wrong");
    let summary = summary.split("</div>").next().unwrap();
    let links: Vec<&str> = summary
        .split("href=\"#")
        .skip(1)
        .map(|link| link.split('"').next().unwrap())
        .collect();
    assert_eq!(links, leads_to, "{summary}");
    for id in leads_to {
        let at = seen.body.matches(&format!("id=\"{id}\"")).count();
        assert_eq!(at, 1, "{id} is there, and once");
    }
    for value in kept {
        assert!(seen.body.contains(value), "{value} is lost: {}", seen.body);
    }
    assert!(
        seen.body.contains("<title>有误："),
        "what is read out first says so"
    );
}

#[actix_web::test]
async fn the_forms_of_officers_come_back() {
    let world = World::demo();
    let mut operator = Browser::of(&world, "operator").await;
    let at = "/desk/officers";
    // a new officer: everything that is wrong is told at once
    let typed = [
        ("act", "add"),
        ("id", "Li Si"),
        ("name", "李四\"><script>"),
        ("role", ""),
        ("authority", "甲局代码"),
        ("authority_name", "甲局"),
    ];
    let seen = operator.act(at, &typed).await;
    came_back(
        &seen,
        &["id", "role"],
        &[
            "value=\"Li Si\"",
            "value=\"李四&quot;&gt;&lt;script&gt;\"",
            "value=\"甲局代码\"",
            "value=\"甲局\"",
            "<details open",
        ],
    );
    let mut typed = typed;
    typed[1].1 = "li.si";
    typed[2].1 = "李四";
    typed[3].1 = "handler";
    let seen = operator.act(at, &typed).await;
    let chosen = "value=\"handler\" selected";
    came_back(&seen, &["authority"], &["value=\"li.si\"", chosen]);
    typed[1].1 = "a.handler";
    typed[4].1 = OURS;
    let seen = operator.act(at, &typed).await;
    came_back(&seen, &["id"], &["value=\"a.handler\"", "value=\"李四\""]);
    // another role: the form of this officer alone comes back
    let ask = [
        ("act", "ask"),
        ("id", "a.handler"),
        ("role", "auditor"),
        ("authority", "别的代码"),
        ("reason", " "),
    ];
    let seen = operator.act(at, &ask).await;
    came_back(
        &seen,
        &["ask-a.handler-reason"],
        &["value=\"auditor\" selected", "value=\"别的代码\""],
    );
    assert_eq!(seen.body.matches("别的代码").count(), 1, "and in no other");
    assert_eq!(seen.body.matches("<details open").count(), 1);
    let mut ask = ask;
    ask[2].1 = "approver";
    let seen = operator.act(at, &ask).await;
    let both = ["ask-a.handler-authority", "ask-a.handler-reason"];
    came_back(&seen, &both, &["value=\"approver\" selected"]);
    // buttons alone: the summary leads to them
    let own = [("act", "disable"), ("id", "operator")];
    came_back(&operator.act(at, &own).await, &["disable-operator"], &[]);
    ask[3].1 = OURS;
    ask[4].1 = "轮岗";
    assert!(operator.act(at, &ask).await.is(303));
    let change = world.vault.officer_changes().unwrap()[0].id.clone();
    let agree = [("act", "agree"), ("change", change.as_str())];
    let button = format!("agree-{change}");
    came_back(&operator.act(at, &agree).await, &[&button], &["轮岗"]);
}

#[actix_web::test]
async fn the_form_of_a_key_comes_back() {
    let world = World::demo();
    let mut operator = Browser::of(&world, "operator").await;
    let seen = operator
        .act("/desk/keys", &[("act", "add"), ("name", "  ")])
        .await;
    came_back(&seen, &["name"], &["value=\"  \""]);
    let long = "社".repeat(101);
    let seen = operator
        .act("/desk/keys", &[("act", "add"), ("name", &long)])
        .await;
    came_back(&seen, &["name"], &[&long]);
    assert!(world.store.api_keys().unwrap().is_empty());
}

#[actix_web::test]
async fn the_form_of_a_day_comes_back() {
    let world = World::demo();
    let mut operator = Browser::of(&world, "operator").await;
    let day = [
        ("day", "2026-02-30"),
        ("kind", "workday"),
        ("name", "防汛"),
        ("reference", " "),
    ];
    let kept = [
        "value=\"2026-02-30\"",
        "value=\"workday\" selected",
        "value=\"防汛\"",
    ];
    let seen = operator.act("/desk/calendar", &day).await;
    came_back(&seen, &["day", "reference"], &kept);
}

#[actix_web::test]
async fn a_text_without_a_verdict_comes_back() {
    let world = World::demo();
    let authority = with_reviews(&world);
    let password = Password::new(crate::inside::desk::DEMO_PASSWORD).unwrap();
    let role = Role::SecrecyReviewer;
    world.add("c.secrecy", role, Some(&authority), &password, true);
    let mut reviewer = Browser::of(&world, "c.secrecy").await;
    let page = reviewer.get("/desk/reviews").await.body;
    let sent: Vec<(&str, String)> = ["record", "field", "hash", "after"]
        .map(|name| (name, hidden(&page, name)))
        .into();
    let mut sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let looks = |world: &World| {
        world
            .log()
            .iter()
            .filter(|l| l.starts_with("c.secrecy look"))
            .count()
    };
    let before = looks(&world);
    let seen = reviewer.act("/desk/reviews", &sent).await;
    came_back(&seen, &["verdict"], &[sent[0].1, sent[2].1]);
    assert_eq!(hidden(&seen.body, "hash"), sent[2].1, "the very same text");
    assert_eq!(looks(&world), before + 1, "and it was looked at again");
    // when another one waits there by now, that is said
    sent[1].1 = "no_such_field";
    assert!(reviewer.act("/desk/reviews", &sent).await.is(409));
}

#[actix_web::test]
async fn an_upload_comes_back() {
    let world = World::demo();
    let mut clerk = Browser::of(&world, "a.clerk").await;
    let ticked = "id=\"replace\" type=\"checkbox\" name=\"replace\" value=\"yes\" checked";
    let seen = upload_with(
        &mut clerk,
        &[("list", ""), ("replace", "yes")],
        "a.csv",
        b"",
    )
    .await;
    came_back(&seen, &["list", "file"], &[ticked]);
    let seen = upload_with(&mut clerk, &[("list", "penalty")], "a.csv", b"").await;
    came_back(&seen, &["file"], &["value=\"penalty\" selected"]);
    assert!(!seen.body.contains(ticked));
    let huge = vec![b'a'; super::super::handlers::imports::MOST_UPLOAD + 1];
    let seen = upload_with(&mut clerk, &[("list", "penalty")], "a.csv", &huge).await;
    assert!(seen.is(413), "{}", seen.status);
    assert!(seen.body.contains("href=\"#file\"") && seen.body.contains("32 MB"));
    assert_eq!(world.vault.staged_waiting(None).unwrap(), 0);
}

#[actix_web::test]
async fn a_file_that_may_not_be_imported_is_told_beside_it() {
    let world = World::demo();
    let (bytes, list) = penalties();
    let mut clerk = Browser::of(&world, "a.clerk").await;
    let seen = upload(&mut clerk, &list, "a.csv", &bytes).await;
    let address = seen.header("location").to_owned();
    let page = clerk.get(&address).await.body;
    let hash = page.split("SHA-256 <code>").nth(1).unwrap();
    let hash = hash.split('<').next().unwrap();
    let sent = [("act", "import"), ("sha256", hash)];
    let seen = clerk.act(&address, &sent).await;
    came_back(&seen, &["outcome"], &[hash, "将要公开的内容"]);
}
