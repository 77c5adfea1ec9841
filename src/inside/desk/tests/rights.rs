//! Each address against each role: who may not is refused, who may is let in, and nobody is let in without a session.

use std::collections::BTreeSet;

use super::fixture::{Browser, OFFICERS, World};
use crate::domain::cases::Role;
use crate::inside::desk::rights;

/// Method, address, roles that may. An address of the desk that stands in none of these lines is one that this test does not
/// know: `every_route_stands_in_the_table` finds it.
const TABLE: &[(&str, &str, &[Role])] = &[
    ("GET", "/desk", rights::ALL),
    ("GET", "/desk/account", rights::ALL),
    ("POST", "/desk/account", rights::ALL),
    ("GET", "/desk/account/device", rights::ALL),
    ("POST", "/desk/account/device", rights::ALL),
    ("GET", "/desk/entries", rights::ENTRIES),
    ("GET", "/desk/entries/new", rights::PROPOSE),
    ("POST", "/desk/entries/new", rights::PROPOSE),
    ("POST", "/desk/entries/new/file", rights::PROPOSE),
    ("GET", "/desk/entries/tasks", rights::ENTRIES),
    ("POST", "/desk/entries/tasks/x", rights::END_TASKS),
    ("GET", "/desk/entries/reevaluate", rights::DECIDE_ENTRIES),
    ("POST", "/desk/entries/reevaluate", rights::DECIDE_ENTRIES),
    ("GET", "/desk/entries/x", rights::ENTRIES),
    ("POST", "/desk/entries/x/act", rights::ACT_ON_ENTRIES),
    ("GET", "/desk/entries/x/letter.pdf", rights::ENTRIES),
    ("GET", "/desk/reviews", rights::REVIEW),
    ("POST", "/desk/reviews", rights::REVIEW),
    ("GET", "/desk/imports", rights::SEE_IMPORTS),
    ("GET", "/desk/imports/x", rights::SEE_IMPORTS),
    ("POST", "/desk/imports/x", rights::SEE_IMPORTS),
    ("GET", "/desk/imports/x/rejects.csv", rights::SEE_IMPORTS),
    ("GET", "/desk/release", rights::SEE_RELEASE),
    ("POST", "/desk/release", rights::RELEASE),
    ("GET", "/desk/calendar", rights::ALL),
    ("POST", "/desk/calendar", rights::CALENDAR),
    ("GET", "/desk/calendar/2027", rights::ALL),
    ("POST", "/desk/calendar/2027", rights::CALENDAR),
    ("GET", "/desk/catalogue", rights::ALL),
    ("GET", "/desk/officers", rights::SEE_OFFICERS),
    ("POST", "/desk/officers", rights::ADMIN),
    ("GET", "/desk/keys", rights::ADMIN),
    ("POST", "/desk/keys", rights::ADMIN),
    ("GET", "/desk/messages", rights::SEE_MESSAGES),
    ("POST", "/desk/messages", rights::RETRY_MESSAGES),
    ("GET", "/desk/late", rights::REPORTS),
    ("GET", "/desk/ledgers", rights::REPORTS),
    ("GET", "/desk/ledgers/file?kind=measures", rights::REPORTS),
    ("GET", "/desk/cases", rights::CASES),
    ("GET", "/desk/cases/late", rights::CASES),
    ("GET", "/desk/cases/paper", rights::PAPER),
    ("POST", "/desk/cases/paper", rights::PAPER),
    ("GET", "/desk/cases/x", rights::CASES),
    ("POST", "/desk/cases/x/purpose", rights::CASES),
    ("GET", "/desk/cases/x/act/accept", rights::CASE_ACTS),
    ("POST", "/desk/cases/x/act/accept", rights::CASE_ACTS),
    ("GET", "/desk/cases/x/assign", rights::PAPER),
    ("POST", "/desk/cases/x/assign", rights::PAPER),
    ("GET", "/desk/cases/x/files/0", rights::CASES),
    ("GET", "/desk/cases/x/files/0/view", rights::CASES),
    ("GET", "/desk/cases/x/files/0/picture", rights::CASES),
    ("GET", "/desk/cases/x/answers/0/files/0", rights::CASES),
    ("GET", "/desk/cases/x/answers/0/files/0/view", rights::CASES),
    (
        "GET",
        "/desk/cases/x/answers/0/files/0/picture",
        rights::CASES,
    ),
    ("GET", "/desk/replies", rights::CASE_ACTS),
    ("GET", "/desk/replies/new", rights::CASE_ACTS),
    ("POST", "/desk/replies/new", rights::CASE_ACTS),
    ("GET", "/desk/replies/x", rights::CASE_ACTS),
    ("POST", "/desk/replies/x", rights::CASE_ACTS),
    ("POST", "/desk/replies/x/drop", rights::CASE_ACTS),
    ("GET", "/desk/audit", rights::AUDIT),
    ("GET", "/desk/audit/export.csv", rights::AUDIT),
    ("GET", "/desk/audit/export.jsonl", rights::AUDIT),
];

/// Addresses that are before or beside the roles: signing in and out, and uploads, which are tried in `imports` and in
/// `cases/paper`.
const BESIDE: &[&str] = &[
    "/sign-in",
    "/sign-in/provider",
    "/sign-in/callback",
    "/sign-in/code",
    "/sign-out",
    "/setup",
    "/cases/paper/file",
];

#[actix_web::test]
async fn each_role_is_let_in_where_it_may_and_nowhere_else() {
    let world = World::demo();
    for (id, role, _) in OFFICERS {
        let mut browser = Browser::of(&world, id).await;
        let token = browser.get("/desk").await.token();
        for (method, address, may) in TABLE {
            let seen = match *method {
                "GET" => browser.get(address).await,
                _ => browser.post(address, &[("token", &token)]).await,
            };
            let status = seen.status.as_u16();
            if may.contains(&role) {
                assert!(
                    ![303, 401, 403, 405].contains(&status)
                        || *address == "/desk/release"
                        || *address == "/desk/imports/x",
                    "{id} {method} {address}: {status}"
                );
            } else {
                assert_eq!(status, 403, "{id} {method} {address}");
                assert!(
                    seen.body.contains("您的角色无权"),
                    "{id} {method} {address}"
                );
            }
            assert_ne!(status, 500, "{id} {method} {address}");
        }
    }
}

#[actix_web::test]
async fn without_a_session_every_address_leads_to_the_sign_in() {
    let world = World::demo();
    let mut browser = Browser::new(&world).await;
    for (method, address, _) in TABLE {
        let seen = match *method {
            "GET" => browser.get(address).await,
            _ => browser.post(address, &[]).await,
        };
        assert!(seen.is(303), "{method} {address}");
        assert!(
            seen.header("location").starts_with("/desk/sign-in"),
            "{method} {address}"
        );
        assert!(seen.body.is_empty(), "{method} {address}");
    }
}

#[actix_web::test]
async fn every_form_needs_the_token_of_its_session() {
    let world = World::demo();
    let mut browser = Browser::of(&world, "operator").await;
    let before = world.log().len();
    for (_, address, _) in TABLE.iter().filter(|(method, ..)| *method == "POST") {
        for token in ["", "x"] {
            let seen = browser.post(address, &[("token", token)]).await;
            assert!(seen.is(403), "{address}");
        }
    }
    assert_eq!(world.log().len(), before, "nothing was done");
}

#[test]
fn every_route_stands_in_the_table() {
    let source = include_str!("../mod.rs");
    let routes: BTreeSet<&str> = source
        .split("service(read(\"")
        .skip(1)
        .chain(source.split("service(both(\"").skip(1))
        .chain(source.split("service(sent(\"").skip(1))
        .map(|part| part.split('"').next().unwrap())
        .collect();
    assert!(routes.len() > 10);
    for route in routes {
        let known = TABLE.iter().any(|(_, address, _)| {
            let address = address
                .trim_start_matches("/desk")
                .split('?')
                .next()
                .unwrap();
            let parts = |a: &str| a.split('/').map(str::to_owned).collect::<Vec<_>>();
            let (a, r) = (parts(address), parts(route));
            a.len() == r.len()
                && a.iter().zip(&r).all(|(a, r)| {
                    a == r || (r.contains('{') && a.starts_with(r.split('{').next().unwrap()))
                })
        });
        assert!(
            known || BESIDE.contains(&route),
            "{route}: who may go there?"
        );
    }
}
