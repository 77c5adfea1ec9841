//! Signing in: what opens, what does not, and what an enemy tries.

use actix_web::test::TestRequest;
use chrono::TimeDelta;

use super::fixture::{Browser, OURS, World, start};
use crate::base::crypto::{Password, Totp};
use crate::domain::cases::Role;
use crate::inside::desk::DEMO_PASSWORD;
use crate::inside::vault::NewOfficer;

pub(super) const FIRST: &str = "first-password-1";
pub(super) const CHOSEN: &str = "lamp otter granite seven";

/// A real desk with one officer, who has a second factor already and has never signed in.
pub(super) fn real() -> (World, Totp) {
    let world = World::real();
    let totp = Totp::new().unwrap();
    let password = Password::new(FIRST).unwrap();
    let new = NewOfficer {
        id: "zhang.san",
        name: "张三",
        role: Role::Handler,
        authority: Some(OURS),
        authority_name: "测试局",
        password: Some(&password),
        totp: Some(&totp),
        oidc_subject: None,
        demo: false,
    };
    world.vault.add_officer(&new, "test", start()).unwrap();
    (world, totp)
}

pub(super) fn code(totp: &Totp, world: &World) -> String {
    use crate::base::clock::Clock as _;
    let step = crate::base::crypto::totp::step_at(world.clock.now());
    totp.code(step).to_string()
}

/// The secret that the set-up page shows.
pub(super) fn shown_secret(body: &str) -> Totp {
    let letters = body.split("<code class=\"num\">").nth(1).unwrap();
    let letters: String = letters.split('<').next().unwrap().split(' ').collect();
    let bytes = data_encoding::BASE32_NOPAD
        .decode(letters.as_bytes())
        .unwrap();
    Totp::of(&bytes).unwrap()
}

#[actix_web::test]
async fn the_first_sign_in_sets_a_password_and_a_second_factor_and_nothing_else_is_open_before() {
    let (world, totp) = real();
    let mut browser = Browser::new(&world).await;
    assert!(
        browser.sign_in("zhang.san", FIRST, "").await.is(422),
        "no code"
    );
    let seen = browser
        .sign_in("zhang.san", FIRST, &code(&totp, &world))
        .await;
    assert_eq!(seen.header("location"), "/desk/setup");
    let fixed = browser.cookie.clone();
    for closed in ["/desk", "/desk/sign-in"] {
        let seen = browser.get(closed).await;
        assert!(!seen.body.contains("待办事项"), "{closed}");
    }
    let page = browser.get("/desk/setup").await;
    let (token, own) = (page.token(), shown_secret(&page.body));
    assert_ne!(own.bytes(), totp.bytes(), "others have seen the first one");
    assert_eq!(
        shown_secret(&browser.get("/desk/setup").await.body).bytes(),
        own.bytes()
    );
    let right = code(&own, &world);
    for (password, again, typed, token) in [
        ("short", "short", right.as_str(), token.as_str()),
        ("zhang.san-zhang.san", "zhang.san-zhang.san", &right, &token),
        (FIRST, FIRST, &right, &token),
        (CHOSEN, "another one, longer", &right, &token),
        (CHOSEN, CHOSEN, "000000", &token),
        (CHOSEN, CHOSEN, "", &token),
    ] {
        let fields = [
            ("token", token),
            ("password", password),
            ("again", again),
            ("code", typed),
        ];
        let seen = browser.post("/desk/setup", &fields).await;
        assert!(seen.is(422), "{password} {again} {typed}: {}", seen.status);
        assert!(!seen.body.contains(CHOSEN), "no page shows a password");
    }
    let fields = [
        ("token", "x"),
        ("password", CHOSEN),
        ("again", CHOSEN),
        ("code", &right),
    ];
    assert!(
        browser.post("/desk/setup", &fields).await.is(403),
        "not of this session"
    );
    let fields = [
        ("token", &*token),
        ("password", CHOSEN),
        ("again", CHOSEN),
        ("code", &right),
    ];
    let seen = browser.post("/desk/setup", &fields).await;
    assert_eq!(seen.header("location"), "/desk");
    assert_ne!(browser.cookie, fixed, "a new token");
    assert!(browser.get("/desk").await.body.contains("待办事项"));
    // the session of the set-up is over, and so are the first password, the first secret, and the code just used
    let mut old = browser.other();
    old.cookie = fixed;
    assert!(old.get("/desk").await.is(303));
    let mut next = browser.other();
    world.clock.advance(TimeDelta::seconds(60));
    assert!(
        next.sign_in("zhang.san", FIRST, &code(&own, &world))
            .await
            .is(422)
    );
    assert!(
        next.sign_in("zhang.san", CHOSEN, &code(&totp, &world))
            .await
            .is(422)
    );
    assert!(
        next.sign_in("zhang.san", CHOSEN, &code(&own, &world))
            .await
            .is(303)
    );
}

#[actix_web::test]
async fn a_code_opens_one_session_and_a_wrong_password_uses_none_up() {
    let (world, totp) = real();
    let mut browser = Browser::new(&world).await;
    let code = code(&totp, &world);
    assert!(
        browser
            .sign_in("zhang.san", "wrong password", &code)
            .await
            .is(422)
    );
    assert!(
        browser.sign_in(" Zhang.San ", FIRST, &code).await.is(303),
        "as it may be typed"
    );
    assert!(
        browser
            .other()
            .sign_in("zhang.san", FIRST, &code)
            .await
            .is(422),
        "replayed"
    );
}

#[actix_web::test]
async fn whatever_is_wrong_has_one_answer_and_the_log_never_has_what_was_typed() {
    let (world, totp) = real();
    let mut browser = Browser::new(&world).await;
    let code = code(&totp, &world);
    let mut answers = Vec::new();
    for (id, password, code) in [
        ("zhang.san", "wrong password", code.as_str()),
        ("zhang.san", FIRST, "123456"),
        ("li.si", FIRST, &code),
        ("hunter2 hunter2", "x", ""),
        ("", "", ""),
    ] {
        let seen = browser.sign_in(id, password, code).await;
        assert!(seen.is(422), "{id}");
        let shown = seen.body.replace(&format!("value=\"{id}\""), "value=\"\"");
        answers.push(shown);
        assert!(browser.cookie.is_none());
    }
    assert!(answers.iter().all(|a| *a == answers[0]));
    world
        .vault
        .disable_officer("zhang.san", "test", start())
        .unwrap();
    let seen = browser.sign_in("zhang.san", FIRST, &code).await;
    assert_eq!(
        seen.body.replace("value=\"zhang.san\"", "value=\"\""),
        answers[0]
    );
    let log = world.log().join("\n");
    assert!(log.contains("zhang.san desk.refused zhang.san") && log.contains("- desk.refused -"));
    for typed in ["hunter2", "li.si", FIRST] {
        assert!(!log.contains(typed), "{typed}");
    }
}

/// The work for a name that nobody has is that for a wrong password: the medians of several attempts lie close together.
#[actix_web::test]
async fn a_name_that_nobody_has_takes_as_long_as_a_wrong_password() {
    use std::time::{Duration, Instant};
    let (world, _) = real();
    let state = &world.state;
    let time = |id: &str| {
        let typed = crate::inside::desk::auth::Typed {
            id: id.to_owned(),
            password: "wrong password".to_owned().into(),
            code: String::new().into(),
        };
        let began = Instant::now();
        let done = crate::inside::desk::auth::sign_in(state, &typed, None, start()).unwrap();
        assert!(done.is_none());
        began.elapsed()
    };
    let (mut known, mut unknown): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        known.push(time("zhang.san"));
        unknown.push(time("li.si"));
    }
    known.sort();
    unknown.sort();
    let (a, b) = (known[4], unknown[4]);
    assert!(a < b * 2 && b < a * 2, "{a:?} {b:?}");
}

#[actix_web::test]
async fn a_planted_token_is_worth_nothing() {
    let world = World::demo();
    let mut browser = Browser::new(&world).await;
    let planted = crate::base::crypto::SessionToken::new()
        .unwrap()
        .expose()
        .to_string();
    browser.cookie = Some(planted.clone());
    assert!(browser.get("/desk").await.is(303));
    assert!(
        browser
            .sign_in("a.handler", DEMO_PASSWORD, "")
            .await
            .is(303)
    );
    assert_ne!(browser.cookie.as_deref(), Some(planted.as_str()));
    let mut enemy = browser.other();
    enemy.cookie = Some(planted);
    assert!(enemy.get("/desk").await.is(303), "still nobody");
    // the session that the browser had before ends with the next sign-in
    let before = browser.cookie.clone();
    assert!(
        browser
            .sign_in("a.approver", DEMO_PASSWORD, "")
            .await
            .is(303)
    );
    enemy.cookie = before;
    assert!(enemy.get("/desk").await.is(303));
}

#[actix_web::test]
async fn the_cookie_is_for_this_host_alone_and_no_script_reads_it() {
    let world = World::demo();
    let mut browser = Browser::new(&world).await;
    let seen = browser.sign_in("a.handler", DEMO_PASSWORD, "").await;
    let cookie = seen.header("set-cookie");
    assert!(cookie.starts_with("gongshi-desk="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(
        !cookie.contains("Domain") && !cookie.contains("Max-Age"),
        "{cookie}"
    );
    let page = browser.get("/desk").await;
    assert_eq!(page.header("cache-control"), "no-store");
    let csp = page.header("content-security-policy");
    assert!(csp.starts_with("default-src 'none'") && csp.contains("frame-ancestors 'none'"));
    assert!(!csp.contains("unsafe"));
}

#[actix_web::test]
async fn over_an_open_connection_nobody_signs_in() {
    let world = World::demo();
    let mut browser = Browser::new(&world).await;
    for request in [
        TestRequest::get().uri("/desk/sign-in"),
        TestRequest::get().uri("/desk"),
        TestRequest::post()
            .uri("/desk/sign-in")
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_payload(format!("id=a.handler&password={DEMO_PASSWORD}")),
    ] {
        // the client is elsewhere, and what it says about https is not believed
        let request = request.insert_header(("x-forwarded-proto", "https"));
        let seen = browser.send_from("203.0.113.9:4000", request).await;
        assert!(seen.is(403), "{}", seen.status);
        assert!(browser.cookie.is_none());
    }
}

#[actix_web::test]
async fn officers_of_the_demonstration_sign_in_nowhere_else() {
    let world = World::real();
    let password = Password::new(DEMO_PASSWORD).unwrap();
    world.add("a.handler", Role::Handler, Some(OURS), &password, true);
    let mut browser = Browser::new(&world).await;
    let seen = browser.sign_in("a.handler", DEMO_PASSWORD, "").await;
    assert!(seen.is(422));
    assert!(
        !seen.body.contains(DEMO_PASSWORD),
        "nor is the password told"
    );
    let demo = Browser::new(&World::demo())
        .await
        .get("/desk/sign-in")
        .await;
    assert!(demo.body.contains(DEMO_PASSWORD) && demo.body.contains("演示系统"));
}

#[actix_web::test]
async fn an_account_is_tried_ten_times_whoever_has_it() {
    let (world, totp) = real();
    for id in ["zhang.san", "li.si"] {
        let mut browser = Browser::new(&world).await;
        for n in 0..10 {
            let seen = browser.sign_in(id, "wrong password", "").await;
            assert!(seen.is(422), "{id} {n}");
        }
        // the right password does not help now, which tells nothing about it
        let seen = browser.sign_in(id, FIRST, &code(&totp, &world)).await;
        assert!(seen.is(429), "{id}");
        assert!(!seen.header("retry-after").is_empty());
    }
}

#[actix_web::test]
async fn a_session_ends_by_time_by_sign_out_and_by_disabling() {
    let world = World::demo();
    let mut browser = Browser::of(&world, "a.handler").await;
    world.clock.advance(TimeDelta::minutes(29));
    assert!(browser.get("/desk").await.is(200));
    world.clock.advance(TimeDelta::minutes(31));
    let seen = browser.get("/desk").await;
    assert_eq!(seen.header("location"), "/desk/sign-in");
    let mut browser = Browser::of(&world, "a.handler").await;
    let kept = browser.cookie.clone();
    let seen = browser.act("/desk/sign-out", &[]).await;
    assert_eq!(seen.header("location"), "/desk/sign-in");
    assert!(browser.cookie.is_none(), "the browser forgets it");
    browser.cookie = kept;
    assert!(browser.get("/desk").await.is(303), "and so does the desk");
    let mut browser = Browser::of(&world, "a.handler").await;
    world
        .vault
        .disable_officer("a.handler", "test", start())
        .unwrap();
    assert!(browser.get("/desk").await.is(303));
}

#[actix_web::test]
async fn forms_of_other_sites_and_other_sessions_do_nothing() {
    let world = World::demo();
    let mut browser = Browser::of(&world, "a.handler").await;
    let token = browser.get("/desk").await.token();
    let others = Browser::of(&world, "b.handler")
        .await
        .get("/desk")
        .await
        .token();
    assert!(!token.is_empty() && token != others);
    for (site, token) in [
        ("cross-site", token.as_str()),
        ("same-site", &token),
        ("none", &token),
        ("same-origin", &others),
        ("same-origin", ""),
    ] {
        let request = TestRequest::post()
            .uri("/desk/sign-out")
            .insert_header(("sec-fetch-site", site))
            .set_payload(format!("token={token}"));
        assert!(browser.send(request).await.is(403), "{site}");
    }
    assert!(browser.get("/desk").await.is(200), "still signed in");
    // a link of another site does nothing either
    assert!(browser.get("/desk/sign-out").await.is(405));
}

#[actix_web::test]
async fn a_sign_in_leads_back_to_the_page_and_to_no_other_site() {
    let world = World::demo();
    let mut browser = Browser::new(&world).await;
    let seen = browser.get("/desk/nowhere?a=b").await;
    assert!(seen.is(404));
    let page = browser
        .get("/desk/sign-in?next=https%3A%2F%2Fevil.example")
        .await;
    assert!(!page.body.contains("name=\"next\""), "{}", page.body);
    for (next, to) in [
        ("/desk/setup", "/desk/setup"),
        ("//evil.example", "/desk"),
        ("/", "/desk"),
    ] {
        let mut browser = browser.other();
        let fields = [
            ("id", "a.handler"),
            ("password", DEMO_PASSWORD),
            ("next", next),
        ];
        let seen = browser.post("/desk/sign-in", &fields).await;
        assert_eq!(seen.header("location"), to, "{next}");
    }
}
