//! Who may do what, and what another authority's officers see: nothing, as if it were not there.

use super::*;
use crate::domain::cases::CaseKind;
use crate::inside::cases::tests::repair;
use crate::inside::desk::acts::ACTS;
use crate::inside::desk::tests::fixture::OFFICERS;

/// Acts of a repair with everything that they ask for.
const TYPED: &[(&str, &str)] = &[
    ("reasons", "经核查，写明事实和依据"),
    ("items", "缴款凭证"),
    ("findings", "已经核实缴款情况"),
    ("place", "执行法院"),
];

/// What the machine lets whom do in a state, told again here by hand.
const MAY: &[(&str, &str, &[&str])] = &[
    (
        "submitted",
        "operator",
        &["forward", "ask_supplement", "misdirect", "withdraw"],
    ),
    (
        "submitted",
        "operator2",
        &["forward", "ask_supplement", "misdirect", "withdraw"],
    ),
    ("forwarded", "operator", &["withdraw"]),
    ("forwarded", "operator2", &["withdraw"]),
    (
        "forwarded",
        "a.handler",
        &["accept", "ask_supplement", "refuse"],
    ),
    ("verifying", "operator", &["withdraw"]),
    ("verifying", "operator2", &["withdraw"]),
    ("verifying", "a.handler", &["extend"]),
    ("verifying", "a.approver", &["approve", "shelter", "reject"]),
    ("done", "a.approver", &["revoke"]),
];

#[actix_web::test]
async fn each_role_does_what_the_law_gives_it_and_nothing_else() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, _) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut browsers = Vec::new();
    for (officer, ..) in OFFICERS {
        browsers.push((officer, Browser::of(&world, officer).await));
    }
    for state in ["submitted", "forwarded", "verifying", "done"] {
        assert_eq!(world.state_of(&id), state);
        let version = world
            .vault
            .case(id.as_str())
            .unwrap()
            .unwrap()
            .version
            .to_string();
        for (officer, browser) in &mut browsers {
            let token = browser.get("/desk").await.token();
            let may = MAY.iter().find(|(s, o, _)| *s == state && o == officer);
            let may = may.map_or(&[][..], |(.., acts)| acts);
            for act in ACTS.iter().filter(|a| a.kind == CaseKind::Repair) {
                if act.code == "verify" && may.contains(&"extend") {
                    // has no check: it is done in the walk below
                    continue;
                }
                let mut fields = vec![
                    ("token", &*token),
                    ("version", &*version),
                    ("step", "check"),
                ];
                fields.extend_from_slice(TYPED);
                let seen = browser.post(&act_at(&id, act.code), &fields).await;
                let open = may.contains(&act.code);
                assert_eq!(
                    seen.is(200),
                    open,
                    "{state} {officer} {}: {} {}",
                    act.code,
                    seen.status,
                    seen.body
                );
                if !open {
                    assert!(
                        [403, 404, 409].contains(&seen.status.as_u16()),
                        "{state} {officer} {}: {}",
                        act.code,
                        seen.status
                    );
                }
                assert_eq!(world.state_of(&id), state, "a check does nothing");
            }
        }
        let walk: &[(&str, &str)] = match state {
            "submitted" => &[("operator", "forward")],
            "forwarded" => &[("a.handler", "accept"), ("a.handler", "verify")],
            "verifying" => &[("a.approver", "approve")],
            _ => &[],
        };
        for (officer, act) in walk {
            let browser = browsers.iter_mut().find(|(o, _)| o == officer);
            browser.unwrap().1.must(&id, act, TYPED).await;
        }
    }
}

#[actix_web::test]
async fn another_authoritys_case_answers_like_one_that_does_not_exist() {
    let world = World::demo();
    let record = world.displayed(1);
    let png: &[u8] = b"\x89PNG\r\n\x1a\n....";
    let (number, _) = world.applied(&repair(), &[&record], &[("png", png)]);
    let id = first(&number);
    let nothing = Number::from_random(FormKind::Repair, [9; 11]);
    let nothing = first(&nothing);
    let mut ours = Browser::of(&world, "a.handler").await;
    assert!(ours.look(&id).await.is(200));
    for officer in ["b.handler", "b.approver"] {
        let mut theirs = Browser::of(&world, officer).await;
        for place in [
            "",
            "/act/accept",
            "/act/approve",
            "/files/0",
            "/files/0/view",
            "/files/0/picture",
            "/answers/0/files/0",
        ] {
            let there = theirs.get(&format!("{}{place}", case_at(&id))).await;
            let none = theirs.get(&format!("{}{place}", case_at(&nothing))).await;
            assert!(
                there.is(404) && none.is(404),
                "{officer} {place}: {} {}",
                there.status,
                none.status
            );
            assert_eq!(
                same(&there.body, &id),
                same(&none.body, &nothing),
                "{officer} {place}"
            );
        }
        for place in ["/purpose", "/act/accept", "/act/approve"] {
            let fields = [
                ("purpose", "handle"),
                ("step", "do"),
                ("version", "1"),
                ("reasons", "写明事实和依据"),
            ];
            let there = theirs
                .act(&format!("{}{place}", case_at(&id)), &fields)
                .await;
            let none = theirs
                .act(&format!("{}{place}", case_at(&nothing)), &fields)
                .await;
            assert!(there.is(404) && none.is(404), "{officer} {place}");
            assert_eq!(
                same(&there.body, &id),
                same(&none.body, &nothing),
                "{officer} {place}"
            );
        }
        // no filter of an address leads around it
        for query in [
            format!("show=open&number={number}", number = number.as_str()),
            format!(
                "show=open&authority={}",
                crate::inside::desk::tests::fixture::OURS
            ),
            "show=mine".to_owned(),
        ] {
            let queue = theirs.get(&format!("/desk/cases?{query}")).await;
            assert!(
                !queue.body.contains(&format!("/desk/cases/{id}")),
                "{query}"
            );
        }
    }
    assert_eq!(world.state_of(&id), "submitted");
    assert!(
        world
            .log()
            .iter()
            .all(|l| !l.starts_with("b.") || !l.contains("case."))
    );
    // roles without cases have no page of them at all
    for officer in ["a.clerk", "a.secrecy"] {
        let mut browser = Browser::of(&world, officer).await;
        for place in [
            "/desk/cases".to_owned(),
            "/desk/cases/late".to_owned(),
            "/desk/replies".to_owned(),
            case_at(&id),
        ] {
            assert!(browser.get(&place).await.is(403), "{officer} {place}");
        }
    }
}

/// A page without what differs from request to request.
fn same(body: &str, id: &CaseId) -> String {
    let body = body.replace(id.as_str(), "ID");
    let cut = |body: String, from: &str| {
        let mut parts = body.split(from);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(part.split_once('<').map_or("", |(_, rest)| rest));
        }
        out
    };
    let body = cut(body, "<code>");
    let token = body
        .split("name=\"token\" value=\"")
        .nth(1)
        .and_then(|t| t.split('"').next());
    token.map_or(body.clone(), |t| body.replace(t, "TOKEN"))
}
