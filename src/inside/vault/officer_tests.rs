//! Officers and their sessions on every engine at hand.

use chrono::{TimeDelta, TimeZone as _, Utc};

use super::*;
use crate::base::crypto::{KeyRing, KeyScope, Password, Totp};
use crate::base::db::testing::Scratch;
use crate::domain::cases::Role;
use crate::domain::time::Moment;

fn at(seconds: i64) -> Moment {
    Utc.timestamp_opt(1_790_000_000 + seconds, 0).unwrap()
}

fn each(test: impl Fn(&Vault)) {
    Scratch::each(|url| {
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path()).unwrap();
        let ring = KeyRing::load(dir.path(), KeyScope::Inside).unwrap();
        test(&Vault::open(url, ring.into_inside().unwrap().0).unwrap());
    });
}

fn new<'a>(id: &'a str, totp: Option<&'a Totp>, password: &'a Password) -> NewOfficer<'a> {
    NewOfficer {
        id,
        name: "测试员",
        role: Role::Handler,
        authority: Some("11210200MB0000001A"),
        authority_name: "测试局",
        password: Some(password),
        totp,
        oidc_subject: None,
        demo: false,
    }
}

fn begin(vault: &Vault, hash: &str, instead_of: Option<&str>, now: Moment) {
    let session = NewSession {
        officer: "a",
        hash,
        stage: Stage::Full,
        ends_at: now + TimeDelta::hours(10),
        instead_of,
        how: "password",
    };
    vault.begin_session(&session, now).unwrap();
}

const IDLE: TimeDelta = TimeDelta::minutes(30);

#[test]
fn an_officer_is_made_once_with_its_second_factor_sealed() {
    let password = Password::new("first of all").unwrap();
    each(|vault| {
        let totp = Totp::new().unwrap();
        vault
            .add_officer(&new("a", Some(&totp), &password), "root", at(0))
            .unwrap();
        assert!(matches!(
            vault.add_officer(&new("a", None, &password), "root", at(0)),
            Err(VaultError::OfficerExists { .. })
        ));
        let (officer, credentials) = vault.credentials("a").unwrap().unwrap();
        assert!(officer.must_change && officer.has_totp && !officer.demo);
        assert_eq!(officer.scope(), Some("11210200MB0000001A"));
        assert!(credentials.password.unwrap().is("first of all"));
        assert_eq!(credentials.totp.unwrap().bytes(), totp.bytes());
        assert!(vault.credentials("b").unwrap().is_none());
        assert_eq!(vault.officers().unwrap().len(), 1);
        // moved to another officer's row it does not open
        let sealed = vault.seal_totp("a", &totp).unwrap();
        assert!(vault.open_totp("b", &sealed).is_err());
    });
}

#[test]
fn a_code_is_used_once() {
    let password = Password::new("first of all").unwrap();
    each(|vault| {
        vault
            .add_officer(&new("a", None, &password), "root", at(0))
            .unwrap();
        assert!(vault.use_code("a", 7).unwrap());
        assert!(!vault.use_code("a", 7).unwrap());
        assert!(!vault.use_code("a", 6).unwrap());
        assert!(vault.use_code("a", 8).unwrap());
        assert!(!vault.use_code("nobody", 9).unwrap());
    });
}

#[test]
fn a_session_ends_by_idle_time_whole_time_sign_out_and_disabling() {
    let password = Password::new("first of all").unwrap();
    each(|vault| {
        vault
            .add_officer(&new("a", None, &password), "root", at(0))
            .unwrap();
        let alive = |hash: &str, now| vault.session(hash, IDLE, now).unwrap().is_some();
        begin(vault, "h1", None, at(0));
        assert!(!alive("other", at(0)));
        // each use within the idle time carries it on, to the end of its whole time
        let mut now = at(0);
        for _ in 0..23 {
            now += TimeDelta::minutes(25);
            assert!(alive("h1", now), "{now}");
        }
        assert!(!alive("h1", at(10 * 3600)), "whole time");
        begin(vault, "h2", None, at(0));
        assert!(!alive("h2", at(30 * 60)), "idle");
        begin(vault, "h3", None, at(0));
        vault.end_session("h3", "a", at(1)).unwrap();
        assert!(!alive("h3", at(1)));
        // a new sign-in of the same browser ends the session before
        begin(vault, "h4", None, at(0));
        begin(vault, "h5", Some("h4"), at(1));
        assert!(!alive("h4", at(1)) && alive("h5", at(1)));
        assert!(vault.disable_officer("a", "root", at(2)).unwrap());
        assert!(!vault.disable_officer("a", "root", at(2)).unwrap());
        assert!(!alive("h5", at(2)));
        let totp = Totp::new().unwrap();
        vault
            .reset_officer("a", &password, Some(&totp), "root", at(3))
            .unwrap();
        assert!(!alive("h5", at(3)), "in force again, and signed in no more");
        assert!(vault.officer("a").unwrap().unwrap().must_change);
        vault.verify_audit().unwrap();
    });
}

#[test]
fn what_is_set_up_is_made_once_a_session_and_then_taken() {
    let password = Password::new("first of all").unwrap();
    each(|vault| {
        vault
            .add_officer(&new("a", None, &password), "root", at(0))
            .unwrap();
        begin(vault, "h1", None, at(0));
        let one = vault.pending_totp("h1", "a").unwrap();
        assert_eq!(vault.pending_totp("h1", "a").unwrap().bytes(), one.bytes());
        let chosen = Password::new("second of all").unwrap();
        vault
            .set_credentials("a", Some(&chosen), &one, 5, at(1))
            .unwrap();
        let (officer, credentials) = vault.credentials("a").unwrap().unwrap();
        assert!(!officer.must_change && credentials.totp_step == 5);
        assert!(credentials.password.unwrap().is("second of all"));
        assert!(vault.session("h1", IDLE, at(1)).unwrap().is_none());
    });
}

#[test]
fn an_officer_is_bound_to_one_person_and_a_person_to_one_officer() {
    let password = Password::new("first of all").unwrap();
    each(|vault| {
        for id in ["a", "b"] {
            vault
                .add_officer(&new(id, None, &password), "root", at(0))
                .unwrap();
        }
        let of = |person: &str| {
            let found = vault.officer_of_subject(person).unwrap();
            found.map(|officer| officer.id)
        };
        begin(vault, "h1", None, at(0));
        vault.bind_officer("a", Some("i p"), "root", at(1)).unwrap();
        assert_eq!(of("i p").as_deref(), Some("a"));
        assert!(vault.session("h1", IDLE, at(1)).unwrap().is_none());
        let taken = vault.bind_officer("b", Some("i p"), "root", at(1));
        assert!(matches!(taken, Err(VaultError::OfficerExists { id }) if id == "a"));
        let nobody = vault.bind_officer("c", Some("i q"), "root", at(1));
        assert!(matches!(nobody, Err(VaultError::UnknownOfficer { .. })));
        // asked for by one, agreed to by another, and role and authority stay
        // changes of one instant have no order
        let mut seconds = 2;
        let mut ask = |id, person| {
            seconds += 1;
            vault.ask_officer_binding(id, person, "x", "one", at(seconds))
        };
        assert!(matches!(
            ask("b", "i p"),
            Err(VaultError::OfficerExists { .. })
        ));
        assert!(matches!(
            ask("c", "i q"),
            Err(VaultError::UnknownOfficer { .. })
        ));
        ask("b", "i q").unwrap();
        ask("a", "i q").unwrap();
        let changes = vault.officer_changes().unwrap();
        assert_eq!(changes[0].subject.as_deref(), Some("i q"));
        let decide =
            |n: usize, yes, by| vault.decide_officer_change(&changes[n].id, yes, by, at(10));
        for by in ["one", "b"] {
            let same = decide(0, true, by);
            assert!(matches!(same, Err(VaultError::SameOfficer)), "{by}");
        }
        assert_eq!(of("i q"), None);
        decide(0, true, "two").unwrap();
        let officer = vault.officer("b").unwrap().unwrap();
        assert_eq!(officer.oidc_subject.as_deref(), Some("i q"));
        assert_eq!(
            (officer.role, officer.scope()),
            (Role::Handler, Some("11210200MB0000001A"))
        );
        // who was bound meanwhile stays so, and the change waits on until it is refused
        let late = decide(1, true, "two");
        assert!(matches!(late, Err(VaultError::OfficerExists { .. })));
        decide(1, false, "two").unwrap();
        assert!(vault.officer_changes().unwrap().is_empty());
        vault.bind_officer("a", None, "root", at(11)).unwrap();
        assert_eq!(of("i p"), None);
        vault.verify_audit().unwrap();
    });
}
