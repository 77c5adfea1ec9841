//! An officer changes its own password and device: what it takes, what it ends, and what others get by trying.

use chrono::TimeDelta;

use super::fixture::{Browser, World, start};
use super::sign_in::{CHOSEN, FIRST, code, real, shown_secret};
use crate::base::crypto::{Password, Totp};

const NEW: &str = "copper lantern brisk otter";

/// An officer whose setting up is done, signed in from two places.
async fn signed_in() -> (World, Totp, Browser, Browser) {
    let (world, totp) = real();
    let chosen = Password::new(CHOSEN).unwrap();
    world
        .vault
        .set_credentials("zhang.san", Some(&chosen), &totp, 0, start())
        .unwrap();
    let mut here = Browser::new(&world).await;
    let mut there = here.other();
    for browser in [&mut here, &mut there] {
        world.clock.advance(TimeDelta::seconds(30));
        let seen = browser
            .sign_in("zhang.san", CHOSEN, &code(&totp, &world))
            .await;
        assert_eq!(seen.header("location"), "/desk", "{}", seen.body);
    }
    (world, totp, here, there)
}

/// The fields that the summary of errors leads to.
fn wrong(body: &str) -> Vec<String> {
    let summary = body.split("error-summary").nth(1).unwrap_or_default();
    let summary = summary.split("</div>").next().unwrap();
    let links = summary.split("href=\"#").skip(1);
    links
        .map(|l| l.split('"').next().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn a_password_is_changed_with_the_old_one_and_a_code_and_ends_every_other_session() {
    let (world, totp, mut here, mut there) = signed_in().await;
    world.clock.advance(TimeDelta::seconds(30));
    let now = code(&totp, &world);
    for (old, typed, password, again, fields) in [
        ("", "", "", "", vec!["old", "code", "password"]),
        (CHOSEN, now.as_str(), "short", "short", vec!["password"]),
        (
            CHOSEN,
            &now,
            "zhang.san-zhang.san",
            "zhang.san-zhang.san",
            vec!["password"],
        ),
        (CHOSEN, &now, CHOSEN, CHOSEN, vec!["password"]),
        (CHOSEN, &now, NEW, "another one, longer", vec!["again"]),
        (FIRST, &now, NEW, NEW, vec!["old"]),
        (CHOSEN, "000000", NEW, NEW, vec!["old"]),
    ] {
        let sent = [
            ("old", old),
            ("code", typed),
            ("password", password),
            ("again", again),
        ];
        let seen = here.act("/desk/account", &sent).await;
        assert!(seen.is(422), "{old} {typed} {password}");
        assert_eq!(wrong(&seen.body), fields, "{old} {typed} {password}");
        assert!(seen.body.contains("<title>有误："));
        for secret in [CHOSEN, NEW, FIRST] {
            assert!(!seen.body.contains(secret), "no page shows a password");
        }
    }
    assert!(there.get("/desk").await.is(200), "nothing was changed yet");
    let right = [
        ("old", CHOSEN),
        ("code", &*now),
        ("password", NEW),
        ("again", NEW),
    ];
    let mut forged = vec![("token", "x")];
    forged.extend_from_slice(&right);
    assert!(here.post("/desk/account", &forged).await.is(403));
    let before = here.cookie.clone();
    let seen = here.act("/desk/account", &right).await;
    assert_eq!(
        seen.header("location"),
        "/desk/account?done=password",
        "{}",
        seen.body
    );
    assert_ne!(here.cookie, before, "a new token");
    assert!(
        here.get("/desk/account?done=password")
            .await
            .body
            .contains("密码已更改")
    );
    assert!(there.get("/desk").await.is(303), "signed out");
    let mut old = here.other();
    old.cookie = before;
    assert!(
        old.get("/desk").await.is(303),
        "the old token is worth nothing"
    );
    let log = world.log();
    assert!(log.contains(&"zhang.san officer.password zhang.san".to_owned()));
    assert_eq!(
        log.iter()
            .filter(|l| l.contains("officer.not_proved"))
            .count(),
        2
    );
    // the code is used up, and the old password opens nothing
    let mut next = here.other();
    assert!(next.sign_in("zhang.san", NEW, &now).await.is(422));
    world.clock.advance(TimeDelta::seconds(60));
    let now = code(&totp, &world);
    assert!(next.sign_in("zhang.san", CHOSEN, &now).await.is(422));
    assert!(next.sign_in("zhang.san", NEW, &now).await.is(303));
    world.vault.verify_audit().unwrap();
}

#[actix_web::test]
async fn another_device_takes_the_old_one_and_a_code_of_its_own() {
    let (world, totp, mut here, mut there) = signed_in().await;
    world.clock.advance(TimeDelta::seconds(30));
    let own = shown_secret(&here.get("/desk/account/device").await.body);
    let theirs = shown_secret(&there.get("/desk/account/device").await.body);
    assert_ne!(own.bytes(), totp.bytes());
    assert_ne!(
        own.bytes(),
        theirs.bytes(),
        "each session has a key of its own"
    );
    let (old, new) = (code(&totp, &world), code(&own, &world));
    let other = code(&theirs, &world);
    for (new_code, password, typed, fields) in [
        ("", "", "", vec!["new_code", "old", "code"]),
        ("000000", CHOSEN, old.as_str(), vec!["new_code"]),
        (&*other, CHOSEN, &old, vec!["new_code"]),
        (&*new, FIRST, &old, vec!["old"]),
        (&*new, CHOSEN, &new, vec!["old"]),
    ] {
        let sent = [("new_code", new_code), ("old", password), ("code", typed)];
        let seen = here.act("/desk/account/device", &sent).await;
        assert!(seen.is(422), "{new_code} {password} {typed}");
        assert_eq!(wrong(&seen.body), fields, "{new_code} {password} {typed}");
        assert_eq!(
            shown_secret(&seen.body).bytes(),
            own.bytes(),
            "the same key"
        );
    }
    let right = [("new_code", &*new), ("old", CHOSEN), ("code", &*old)];
    let seen = here.act("/desk/account/device", &right).await;
    assert_eq!(
        seen.header("location"),
        "/desk/account?done=device",
        "{}",
        seen.body
    );
    assert!(there.get("/desk").await.is(303), "signed out");
    assert!(here.get("/desk").await.is(200));
    assert!(
        world
            .log()
            .contains(&"zhang.san officer.totp zhang.san".to_owned())
    );
    let mut next = here.other();
    assert!(
        next.sign_in("zhang.san", CHOSEN, &new).await.is(422),
        "used up"
    );
    world.clock.advance(TimeDelta::seconds(60));
    let of_old = code(&totp, &world);
    assert!(next.sign_in("zhang.san", CHOSEN, &of_old).await.is(422));
    assert!(
        next.sign_in("zhang.san", CHOSEN, &code(&own, &world))
            .await
            .is(303)
    );
}

#[actix_web::test]
async fn attempts_are_counted_and_nobody_changes_what_everybody_uses() {
    let (world, _, mut here, _) = signed_in().await;
    let token = here.get("/desk/account").await.token();
    let sent = [
        ("token", &*token),
        ("old", FIRST),
        ("code", "000000"),
        ("password", NEW),
        ("again", NEW),
    ];
    let mut last = 0;
    for _ in 0..12 {
        last = here.post("/desk/account", &sent).await.status.as_u16();
    }
    assert_eq!(last, 429);
    let tried = world.log();
    let tried = tried.iter().filter(|l| l.contains("officer.not_proved"));
    assert!(tried.count() <= 8, "two of ten were the sign-ins");
    let world = World::demo();
    let mut anybody = Browser::of(&world, "a.handler").await;
    let page = anybody.get("/desk/account").await;
    assert!(page.body.contains("演示账号由所有访问者共用") && !page.body.contains("name=\"old\""));
    assert!(
        !anybody
            .get("/desk/account/device")
            .await
            .body
            .contains("otpauth")
    );
    for address in ["/desk/account", "/desk/account/device"] {
        let fields = [
            ("old", crate::inside::desk::DEMO_PASSWORD),
            ("password", NEW),
            ("again", NEW),
        ];
        assert!(anybody.act(address, &fields).await.is(422), "{address}");
    }
    assert!(
        Browser::of(&world, "a.handler")
            .await
            .get("/desk")
            .await
            .is(200)
    );
}
