//! Signing in by the word of an OpenID provider: the whole way, what is refused on it, and what an enemy tries.

mod bindings;
mod failures;

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::fixture::{Browser, OURS, Seen, World, start};
use crate::base::crypto::{Password, SessionToken, Totp};
use crate::domain::cases::Role;
use crate::inside::desk::oidc::tests::server::TestProvider;
use crate::inside::desk::oidc::{Oidc, OidcSettings, bound};
use crate::inside::vault::NewOfficer;

const PASSWORD: &str = "lamp otter granite seven";
const CALLBACK: &str = "/desk/sign-in/callback";

/// How the officer of the provider's person can sign in beside.
#[derive(Clone, Copy)]
enum Has<'a> {
    Nothing,
    Code(&'a Totp),
}

fn provider() -> TestProvider {
    TestProvider::start(start().timestamp())
}

/// A desk of a provider, with an officer who is the provider's person.
fn desk(provider: &TestProvider, change: impl Fn(&mut OidcSettings), has: Has<'_>) -> World {
    let mut settings = provider.settings();
    change(&mut settings);
    let world = World::of_provider(Oidc::new(settings).unwrap());
    let totp = match has {
        Has::Nothing => None,
        Has::Code(totp) => Some(totp),
    };
    let person = bound(&provider.issuer(), "person-1");
    let new = NewOfficer {
        id: "zhang.san",
        name: "张三",
        role: Role::Handler,
        authority: Some(OURS),
        authority_name: "测试局",
        password: None,
        totp,
        oidc_subject: Some(&person),
        demo: false,
    };
    world.vault.add_officer(&new, "test", start()).unwrap();
    // and one who signs in with a password, whatever becomes of the provider
    let password = Password::new(PASSWORD).unwrap();
    world.add("li.si", Role::Auditor, None, &password, false);
    world
}

/// A provider whose word on second factors counts.
fn trusting(settings: &mut OidcSettings) {
    settings.amr = vec!["mfa".to_owned()];
}

fn says(provider: &TestProvider, claims: Value) {
    provider.script().claims = claims;
}

/// To the provider, where the person agrees: the address that leads back.
async fn there(browser: &mut Browser, provider: &TestProvider) -> String {
    let seen = browser.get("/desk/sign-in/provider").await;
    assert!(seen.is(303), "{}: {}", seen.status, seen.body);
    provider.agree(seen.header("location"))
}

/// There and back.
async fn around(browser: &mut Browser, provider: &TestProvider) -> Seen {
    let back = there(browser, provider).await;
    browser.led(&back).await
}

fn code(totp: &Totp, world: &World) -> String {
    use crate::base::clock::Clock as _;
    let step = crate::base::crypto::totp::step_at(world.clock.now());
    totp.code(step).to_string()
}

/// What the audit log tells of sign-ins: actor, action, detail.
fn told(world: &World) -> Vec<String> {
    let all = world.vault.audit_entries(0, 100_000).unwrap();
    let of_desk = all.iter().filter(|e| e.action.starts_with("desk."));
    of_desk
        .map(|e| format!("{} {} {}", e.actor, e.action, e.detail))
        .collect()
}

#[actix_web::test]
async fn who_is_bound_and_has_shown_a_second_factor_there_is_signed_in() {
    let provider = provider();
    says(&provider, json!({ "amr": ["pwd", "mfa"] }));
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let page = browser.get("/desk/sign-in?next=%2Fdesk%2Fcalendar").await;
    assert!(page.body.contains("统一身份认证"));
    assert!(
        page.body
            .contains("href=\"/desk/sign-in/provider?next=%2Fdesk%2Fcalendar\"")
    );
    let seen = browser
        .get("/desk/sign-in/provider?next=%2Fdesk%2Fcalendar")
        .await;
    let cookie = seen.header("set-cookie").to_owned();
    for part in [
        "gongshi-desk-oidc=",
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
        "Max-Age=600",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let back = provider.agree(seen.header("location"));
    let state = seen.header("location").split("state=").nth(1).unwrap();
    let state = state.split('&').next().unwrap();
    assert!(!cookie.contains(state), "the cookie is no state");
    let seen = browser.led(&back).await;
    assert!(seen.is(200), "{}", seen.body);
    assert_eq!(seen.header("refresh"), "0;url=/desk/calendar");
    assert!(seen.body.contains("href=\"/desk/calendar\""));
    assert!(browser.flow.is_none(), "the browser forgets what is over");
    assert!(browser.get("/desk").await.body.contains("张三"));
    assert_eq!(provider.script().proof, "basic");
    // neither the log of audits nor the pages hold anything of the provider's
    assert_eq!(told(&world), ["zhang.san desk.sign_in OpenID"]);
    for secret in ["code-", "person-1", "eyJ"] {
        assert!(!seen.body.contains(secret), "{secret}");
    }
    assert_eq!(
        provider.script().asked,
        ["/.well-known/openid-configuration", "/jwks", "/token"]
    );
}

#[actix_web::test]
async fn what_came_back_once_comes_back_no_more() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let back = there(&mut browser, &provider).await;
    let flow = browser.flow.clone();
    // another browser: without the cookie, with another one; and a state that is not ours
    let mut other = browser.other();
    other.flow = Some("x".repeat(43));
    assert!(other.led(&back).await.is(403), "another browser");
    let seen = browser.led(&back).await;
    assert!(seen.is(403), "an enemy who knows the state has used it up");
    let back = there(&mut browser, &provider).await;
    let tampered = back.replace("state=", "state=x");
    let kept = browser.flow.clone();
    let seen = browser.led(&tampered).await;
    assert!(
        seen.is(403) && seen.body.contains("本次登录已经失效"),
        "{}",
        seen.body
    );
    browser.flow = flow;
    assert!(
        browser.led(&back).await.is(403),
        "the cookie of the first attempt"
    );
    // the right one, and then the same again
    browser.flow = kept;
    let back = there(&mut browser, &provider).await;
    let flow = browser.flow.clone();
    assert!(browser.led(&back).await.is(200));
    browser.flow = flow;
    let mut replay = browser.other();
    replay.flow.clone_from(&browser.flow);
    assert!(replay.led(&back).await.is(403) && replay.cookie.is_none());
    // too late
    let back = there(&mut browser, &provider).await;
    world.clock.advance(TimeDelta::minutes(10));
    assert!(browser.led(&back).await.is(403));
    for nothing in [
        CALLBACK,
        "/desk/sign-in/callback?code=x",
        "/desk/sign-in/callback?state=x",
    ] {
        assert!(browser.other().led(nothing).await.is(403), "{nothing}");
    }
}

#[actix_web::test]
async fn who_shows_no_second_factor_there_shows_the_code_here() {
    let provider = provider();
    let totp = Totp::new().unwrap();
    let world = desk(&provider, trusting, Has::Code(&totp));
    let mut browser = Browser::new(&world).await;
    let first = browser
        .get("/desk/sign-in/provider?next=%2Fdesk%2Fcalendar")
        .await;
    let back = provider.agree(first.header("location"));
    let seen = browser.led(&back).await;
    assert_eq!(seen.header("location"), "/desk/sign-in/code");
    assert_ne!(
        first.header("set-cookie"),
        seen.header("set-cookie"),
        "a new cookie"
    );
    assert!(browser.cookie.is_none());
    let page = browser.led("/desk/sign-in/code").await;
    assert!(page.is(200) && page.body.contains("name=\"code\""));
    assert!(browser.get("/desk").await.is(303), "nothing is open yet");
    assert!(browser.other().get("/desk/sign-in/code").await.is(403));
    let right = code(&totp, &world);
    assert!(
        browser
            .post("/desk/sign-in/code", &[("code", "000000")])
            .await
            .is(422)
    );
    let forged = TestRequest::post()
        .uri("/desk/sign-in/code")
        .insert_header(("sec-fetch-site", "cross-site"))
        .set_payload(format!("code={right}"));
    assert!(browser.send(forged).await.is(403), "from another site");
    let flow = browser.flow.clone();
    let seen = browser
        .post("/desk/sign-in/code", &[("code", &right)])
        .await;
    assert_eq!(seen.header("location"), "/desk/calendar", "{}", seen.body);
    assert!(browser.get("/desk").await.is(200) && browser.flow.is_none());
    // neither the sign-in nor the code serves twice
    let mut other = browser.other();
    other.flow = flow;
    assert!(
        other
            .post("/desk/sign-in/code", &[("code", &right)])
            .await
            .is(403)
    );
    let mut next = browser.other();
    assert!(around(&mut next, &provider).await.is(303));
    assert!(
        next.post("/desk/sign-in/code", &[("code", &right)])
            .await
            .is(422)
    );
    assert_eq!(
        told(&world),
        [
            "zhang.san desk.refused OpenID: wrong code",
            "zhang.san desk.sign_in OpenID and code",
            "zhang.san desk.refused OpenID: wrong code",
        ]
    );
    // five codes, and the sign-in begins anew
    for _ in 0..4 {
        assert!(
            next.post("/desk/sign-in/code", &[("code", "1")])
                .await
                .is(422)
        );
    }
    assert!(
        next.post("/desk/sign-in/code", &[("code", "1")])
            .await
            .is(403)
    );
}

#[actix_web::test]
async fn a_code_is_worth_nothing_once_the_binding_is_gone() {
    let provider = provider();
    let totp = Totp::new().unwrap();
    for disabled in [false, true] {
        let world = desk(&provider, trusting, Has::Code(&totp));
        let mut browser = Browser::new(&world).await;
        assert!(around(&mut browser, &provider).await.is(303));
        if disabled {
            world
                .vault
                .disable_officer("zhang.san", "test", start())
                .unwrap();
        } else {
            world
                .vault
                .bind_officer("zhang.san", None, "test", start())
                .unwrap();
        }
        let seen = browser
            .post("/desk/sign-in/code", &[("code", &code(&totp, &world))])
            .await;
        assert!(seen.is(422) && browser.cookie.is_none(), "{disabled}");
    }
}

#[actix_web::test]
async fn who_has_no_authenticator_sets_one_up_and_needs_no_password() {
    let provider = provider();
    let world = desk(&provider, |_| (), Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let seen = around(&mut browser, &provider).await;
    assert_eq!(seen.header("refresh"), "0;url=/desk/setup");
    assert_eq!(browser.get("/desk").await.header("location"), "/desk/setup");
    let page = browser.get("/desk/setup").await;
    assert!(!page.body.contains("name=\"password\""), "{}", page.body);
    let letters = page.body.split("<code class=\"num\">").nth(1).unwrap();
    let letters: String = letters.split('<').next().unwrap().split(' ').collect();
    let bytes = data_encoding::BASE32_NOPAD
        .decode(letters.as_bytes())
        .unwrap();
    let totp = Totp::of(&bytes).unwrap();
    let token = page.token();
    let wrong = [("token", token.as_str()), ("code", "1")];
    assert!(browser.post("/desk/setup", &wrong).await.is(422));
    let right = code(&totp, &world);
    let fields = [("token", token.as_str()), ("code", &right)];
    assert_eq!(
        browser
            .post("/desk/setup", &fields)
            .await
            .header("location"),
        "/desk"
    );
    assert!(browser.get("/desk").await.is(200));
    let (officer, credentials) = world.vault.credentials("zhang.san").unwrap().unwrap();
    assert!(officer.has_totp && credentials.password.is_none());
    // from now on the code is asked for
    let mut next = browser.other();
    assert_eq!(
        around(&mut next, &provider).await.header("location"),
        "/desk/sign-in/code"
    );
}

#[actix_web::test]
async fn a_planted_token_is_worth_nothing_and_the_session_before_ends() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let planted = SessionToken::new().unwrap().expose().to_string();
    browser.cookie = Some(planted.clone());
    assert!(around(&mut browser, &provider).await.is(200));
    let first = browser.cookie.clone().unwrap();
    assert_ne!(first, planted);
    let mut enemy = browser.other();
    enemy.cookie = Some(planted);
    assert!(enemy.get("/desk").await.is(303));
    // another sign-in of the same browser ends the session it had, though its cookie does not come back with it
    assert!(around(&mut browser, &provider).await.is(200));
    assert_ne!(browser.cookie.as_ref(), Some(&first));
    enemy.cookie = Some(first);
    assert!(enemy.get("/desk").await.is(303));
    assert!(browser.get("/desk").await.is(200));
}

#[actix_web::test]
async fn a_sign_in_is_begun_from_here_alone_and_not_without_end() {
    let provider = provider();
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let led = browser.led("/desk/sign-in/provider").await;
    assert_eq!(led.header("location"), "/desk/sign-in");
    assert!(browser.flow.is_none() && provider.script().asked.is_empty());
    let seen = browser
        .get("/desk/sign-in/provider?next=https%3A%2F%2Fevil.example")
        .await;
    assert!(!seen.header("location").contains("evil"));
    for n in 0..29 {
        assert!(browser.get("/desk/sign-in/provider").await.is(303), "{n}");
    }
    assert!(browser.get("/desk/sign-in/provider").await.is(429));
    // over an open connection nobody signs in so either
    for path in ["/desk/sign-in/provider", CALLBACK, "/desk/sign-in/code"] {
        let request = TestRequest::get().uri(path);
        assert!(
            browser.send_from("203.0.113.9:4000", request).await.is(403),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn without_a_provider_there_is_no_such_page() {
    let world = World::real();
    let mut browser = Browser::new(&world).await;
    assert!(
        !browser
            .get("/desk/sign-in")
            .await
            .body
            .contains("/desk/sign-in/provider")
    );
    for path in [
        "/desk/sign-in/provider",
        "/desk/sign-in/callback?code=x&state=y",
        "/desk/sign-in/code",
    ] {
        assert!(browser.get(path).await.is(404), "{path}");
    }
    assert!(
        browser
            .post("/desk/sign-in/code", &[("code", "1")])
            .await
            .is(404)
    );
}

#[actix_web::test]
async fn who_signs_out_is_shown_the_way_out_of_the_provider() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    assert!(around(&mut browser, &provider).await.is(200));
    let seen = browser.act("/desk/sign-out", &[]).await;
    assert_eq!(seen.header("location"), "/desk/sign-in?out=1");
    let page = browser.get("/desk/sign-in?out=1").await;
    let out = format!("href=\"{}/out?client_id=desk\"", provider.issuer());
    assert!(page.body.contains(&out), "{}", page.body);
    assert!(!browser.get("/desk/sign-in").await.body.contains(&out));
}
