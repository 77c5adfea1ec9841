//! Providers that fail, lie, or change their keys.

use std::time::Duration;

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::json;

use super::{Has, around, desk, provider, says, there, told, trusting};
use crate::inside::desk::oidc::tests::Signer;
use crate::inside::desk::tests::fixture::{Browser, World, start};

#[actix_web::test]
async fn a_provider_that_fails_is_told_in_words_and_passwords_work_on() {
    let provider = provider();
    let huge = " ".repeat(600 << 10);
    let at = "/.well-known/openid-configuration";
    let issuer = provider.issuer();
    let elsewhere = format!(
        "http://localhost.evil.example:{}/token",
        provider.address.port()
    );
    let world = desk(
        &provider,
        |settings| settings.patience = Duration::from_millis(700),
        Has::Nothing,
    );
    let mut browser = Browser::new(&world).await;
    let mut place = 1;
    let instead = |path: &str, status: u16, body: &str| {
        let mut script = provider.script();
        script.instead.clear();
        script.document = json!({});
        script
            .instead
            .insert(path.to_owned(), (status, body.to_owned()));
    };
    for (path, status, body, expected) in [
        (at, 500, "", 503),
        (at, 429, "", 503),
        (at, 404, "", 502),
        (at, 302, "", 502),
        (at, 200, "<html>", 502),
        (at, 200, "{}", 502),
        (at, 200, &huge, 502),
        ("/jwks", 503, "", 503),
        ("/jwks", 200, "{\"keys\":[]}", 502),
        ("/jwks", 200, "[]", 502),
        ("/jwks", 200, &huge, 502),
    ] {
        instead(path, status, body);
        failing(&world, &mut browser, &mut place, expected, path).await;
    }
    for change in [
        json!({ "issuer": "https://evil.example" }),
        json!({ "issuer": format!("{issuer}/") }),
        json!({ "token_endpoint": elsewhere }),
        json!({ "jwks_uri": "http://10.0.0.1/jwks" }),
        json!({ "jwks_uri": "file:///etc/passwd" }),
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
        json!({ "authorization_endpoint": null }),
        json!({ "response_types_supported": ["id_token"] }),
        json!({ "code_challenge_methods_supported": ["plain"] }),
        json!({ "token_endpoint_auth_methods_supported": ["private_key_jwt"] }),
    ] {
        {
            let mut script = provider.script();
            script.instead.clear();
            script.document = change.clone();
        }
        failing(&world, &mut browser, &mut place, 502, &change.to_string()).await;
    }
    // slow, and gone
    {
        let mut script = provider.script();
        script.document = json!({});
        script.slow = Duration::from_secs(2);
    }
    failing(&world, &mut browser, &mut place, 503, "slow").await;
    provider.stop();
    failing(&world, &mut browser, &mut place, 503, "gone").await;
}

/// A sign-in that the provider fails; the next one within seconds does not ask it at all; a password is asked for as before.
async fn failing(world: &World, browser: &mut Browser, place: &mut u8, status: u16, what: &str) {
    world.clock.advance(TimeDelta::seconds(6));
    for _ in 0..2 {
        let mut fresh = browser.other();
        let request = TestRequest::get().uri("/desk/sign-in/provider");
        // each from its own place on this machine: the attempts of one are counted
        let peer = format!("127.0.{}.9:9", *place);
        *place += 1;
        let seen = fresh.send_from(&peer, request).await;
        assert!(seen.is(status), "{what}: {} {}", seen.status, seen.body);
        assert!(
            seen.body.contains("用密码登录") && fresh.flow.is_none(),
            "{what}"
        );
    }
    let page = browser.get("/desk/sign-in").await;
    assert!(
        page.is(200) && page.body.contains("name=\"password\""),
        "{what}"
    );
}

#[actix_web::test]
async fn a_provider_that_fails_at_the_end_signs_nobody_in() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    let world = desk(
        &provider,
        |settings| {
            trusting(settings);
            settings.patience = Duration::from_millis(700);
        },
        Has::Nothing,
    );
    let mut browser = Browser::new(&world).await;
    for (status, body, expected) in [
        (500, "", 503),
        (401, "{\"error\":\"invalid_client\"}", 502),
        (400, "{\"error\":\"invalid_grant\"}", 502),
        (200, "{\"access_token\":\"A\"}", 502),
        (200, "{\"id_token\":\"a.b.c\"}", 502),
        (200, "nonsense", 502),
        (307, "", 502),
    ] {
        provider
            .script()
            .instead
            .insert("/token".to_owned(), (status, body.to_owned()));
        let seen = around(&mut browser, &provider).await;
        assert!(seen.is(expected), "{status} {body}: {}", seen.status);
        assert!(browser.cookie.is_none());
    }
    provider.script().instead.clear();
    let back = there(&mut browser, &provider).await;
    provider.stop();
    let seen = browser.led(&back).await;
    assert!(seen.is(503) && seen.body.contains("没有响应"));
    // and with its own word for the client's proof
    let provider = super::provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    provider.script().document =
        json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    assert!(around(&mut browser, &provider).await.is(200));
    assert_eq!(provider.script().proof, "post");
}

#[actix_web::test]
async fn each_wrong_token_signs_nobody_in() {
    let provider = provider();
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let now = start().timestamp();
    for wrong in [
        json!({ "iss": "https://evil.example" }),
        json!({ "aud": "other" }),
        json!({ "nonce": "N" }),
        json!({ "exp": now - 100 }),
        json!({ "iat": now - 1000 }),
        json!({ "at_hash": "x" }),
        json!({ "sub": null }),
    ] {
        says(&provider, wrong.clone());
        let seen = around(&mut browser, &provider).await;
        assert!(seen.is(502), "{wrong}: {}", seen.status);
        assert!(
            seen.body.contains("不能采信") && browser.cookie.is_none(),
            "{wrong}"
        );
        assert!(!seen.body.contains("evil"), "{wrong}");
    }
}

#[actix_web::test]
async fn an_answer_of_another_issuer_or_a_no_signs_nobody_in() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let issuer = provider.issuer();
    let encoded: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
    for (from, to, status) in [
        (
            format!("iss={encoded}"),
            "iss=https%3A%2F%2Fevil.example".to_owned(),
            502,
        ),
        (format!("&iss={encoded}"), String::new(), 502),
        ("code=".to_owned(), "error=access_denied&x=".to_owned(), 403),
        ("code=".to_owned(), "x=".to_owned(), 502),
        ("code=".to_owned(), "code=x".to_owned(), 502),
    ] {
        let back = there(&mut browser, &provider).await;
        let seen = browser.led(&back.replace(&from, &to)).await;
        assert!(seen.is(status), "{to}: {}", seen.status);
        assert!(browser.cookie.is_none(), "{to}");
    }
    assert!(
        told(&world)
            .iter()
            .all(|e| e.starts_with("- desk.refused OpenID: "))
    );
}

#[actix_web::test]
async fn keys_that_changed_are_read_once_more() {
    let provider = provider();
    says(&provider, json!({ "amr": ["mfa"] }));
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    assert!(around(&mut browser, &provider).await.is(200));
    for (n, signer) in [Signer::rsa(), Signer::ed()].into_iter().enumerate() {
        let kid = format!("next-{n}");
        {
            let mut script = provider.script();
            script.keys = vec![signer.jwk(&kid)];
            script.signer = (signer.into(), kid.clone());
            script.asked.clear();
        }
        assert!(around(&mut browser, &provider).await.is(200), "{kid}");
        assert_eq!(provider.script().asked, ["/token", "/jwks"], "{kid}");
        assert!(around(&mut browser, &provider).await.is(200), "{kid}");
        assert_eq!(
            provider.script().asked,
            ["/token", "/jwks", "/token"],
            "{kid}"
        );
    }
    // a key that is published nowhere
    {
        let mut script = provider.script();
        script.signer = (Signer::es().into(), "stolen".to_owned());
        script.asked.clear();
    }
    assert!(around(&mut browser, &provider).await.is(502));
    assert_eq!(provider.script().asked, ["/token", "/jwks"]);
}

#[actix_web::test]
async fn a_page_of_too_many_attempts_does_not_repeat_what_led_there() {
    let provider = provider();
    let world = desk(&provider, trusting, Has::Nothing);
    let mut browser = Browser::new(&world).await;
    let address =
        "/desk/sign-in/callback?code=the-code&state=the-state&error_description=the-words";
    let mut refused = None;
    for _ in 0..200 {
        let seen = browser.led(address).await;
        for secret in ["the-code", "the-state", "the-words", "sign-in/callback"] {
            assert!(!seen.body.contains(secret), "{secret} at {}", seen.status);
            assert!(
                seen.headers
                    .iter()
                    .all(|(_, value)| !value.contains(secret))
            );
        }
        if seen.is(429) {
            refused = Some(seen);
            break;
        }
    }
    let page = refused.expect("attempts are counted").body;
    // the language can still be chosen, and leads to where a sign-in begins
    assert!(page.contains("href=\"/desk/sign-in?lang=en\""), "{page}");
}
