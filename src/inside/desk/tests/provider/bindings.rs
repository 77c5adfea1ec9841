//! Who is bound to whom: made, asked for, taken away, and told to whoever is bound to nobody.

use serde_json::json;

use super::{Has, around, desk, provider, says, told, trusting};
use crate::inside::desk::oidc::Oidc;
use crate::inside::desk::tests::fixture::{Browser, World, start};

#[actix_web::test]
async fn a_binding_needs_two_operators_and_is_taken_away_by_one() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"], "sub": "person-9" }));
    let mut settings = provider.settings();
    trusting(&mut settings);
    let world = World::demo_of(Oidc::new(settings).unwrap());
    let mut one = Browser::of(&world, "operator").await;
    let mut two = Browser::of(&world, "operator2").await;
    let bind = |subject: &'static str, id: &'static str| {
        [
            ("act", "bind"),
            ("id", id),
            ("subject", subject),
            ("reason", "统一登录"),
        ]
    };
    for (subject, id, status) in [
        ("", "a.handler", 422),
        ("a\nb", "a.handler", 422),
        (" person-9 ", "nobody", 404),
        (" person-9 ", "a.handler", 303),
    ] {
        let seen = one.act("/desk/officers", &bind(subject, id)).await;
        assert!(seen.is(status), "{subject:?} {id}: {}", seen.status);
    }
    let mut person = one.other();
    assert!(
        around(&mut person, &provider).await.is(403),
        "nothing has changed yet"
    );
    let change = world.vault.officer_changes().unwrap()[0].id.clone();
    let agree = [("act", "agree"), ("change", change.as_str())];
    assert!(
        one.act("/desk/officers", &agree).await.is(422),
        "not the one who asked"
    );
    let mut officer = Browser::of(&world, "a.handler").await;
    assert!(two.act("/desk/officers", &agree).await.is(303));
    assert!(officer.get("/desk").await.is(303), "signed out");
    let page = two.get("/desk/officers").await;
    assert!(page.body.contains("<code>person-9</code>"));
    assert!(around(&mut person, &provider).await.is(200));
    assert!(person.get("/desk").await.is(200));
    // one person is one officer
    let seen = two
        .act("/desk/officers", &bind("person-9", "a.approver"))
        .await;
    assert!(
        seen.is(422) && seen.body.contains("a.handler"),
        "{}",
        seen.body
    );
    let unbind = [("act", "unbind"), ("id", "a.handler")];
    assert!(one.act("/desk/officers", &unbind).await.is(303));
    assert!(person.get("/desk").await.is(303), "signed out");
    assert!(around(&mut person, &provider).await.is(403));
    let log = world.log().join("\n");
    for entry in [
        "operator officer.ask_bind a.handler",
        "operator2 officer.bind a.handler",
        "operator officer.unbind a.handler",
    ] {
        assert!(log.contains(entry), "{entry}: {log}");
    }
    assert!(!log.contains("person-9"));
}

#[actix_web::test]
async fn an_officer_of_the_provider_is_made_without_a_password() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    let mut settings = provider.settings();
    trusting(&mut settings);
    let world = World::demo_of(Oidc::new(settings).unwrap());
    let mut operator = Browser::of(&world, "operator").await;
    let new = |id: &'static str| {
        [
            ("act", "add"),
            ("id", id),
            ("name", "李四"),
            ("role", "auditor"),
            ("subject", "person-1"),
        ]
    };
    let seen = operator.act("/desk/officers", &new("li.si")).await;
    assert_eq!(seen.header("location"), "/desk/officers", "{}", seen.body);
    let (officer, credentials) = world.vault.credentials("li.si").unwrap().unwrap();
    assert!(credentials.password.is_none() && !officer.must_change);
    assert!(
        operator.act("/desk/officers", &new("li.wu")).await.is(422),
        "bound already"
    );
    let mut browser = operator.other();
    assert!(around(&mut browser, &provider).await.is(200));
    assert!(browser.get("/desk").await.body.contains("李四"));
}

#[actix_web::test]
async fn who_is_bound_to_nobody_or_disabled_is_told_so() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"], "sub": "person-2<b>" }));
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let seen = around(&mut browser, &provider).await;
    assert!(seen.is(403) && seen.body.contains("没有与本平台账号绑定"));
    assert!(
        seen.body.contains("<code>person-2&lt;b&gt;</code>"),
        "what is needed for binding"
    );
    assert!(browser.cookie.is_none());
    says(&provider, json!({ "amr": ["mfa"] }));
    world
        .vault
        .disable_officer("zhang.san", "test", start())
        .unwrap();
    let seen = around(&mut browser, &provider).await;
    assert!(seen.is(403) && seen.body.contains("账号已停用") && browser.cookie.is_none());
    assert_eq!(
        told(&world),
        [
            "- desk.refused OpenID: bound to no officer",
            "zhang.san desk.refused OpenID: not in force",
        ]
    );
    // a claim that the operator chose may be a number of the person: no page shows it
    let world = desk(
        &provider,
        |settings| settings.subject_claim = "employee".to_owned(),
        Has::Nothing,
    );
    says(&provider, json!({ "employee": "350203199001011234" }));
    let mut browser = Browser::new(&world).await;
    let seen = around(&mut browser, &provider).await;
    assert!(seen.is(403) && !seen.body.contains("350203199001011234"));
}
