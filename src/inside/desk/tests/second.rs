//! A file that two officers answer for: what the second sees is what goes out, and nobody is both of them.

use super::fixture::{Browser, OURS, Seen, THEIRS, World, start};
use super::work::{hidden, penalties, upload};
use crate::demo::{SampleOptions, sample_with};
use crate::domain::time::civil_date;
use crate::inside::desk::SecondOfficer;
use crate::inside::intake::{ImportOptions, import};
use crate::inside::vault::StagedState;

/// A desk where every file takes two, and a file that waits there: its address.
async fn waiting() -> (World, Browser, Browser, String, Vec<u8>, String) {
    let world = World::demo_with(SecondOfficer::Everywhere);
    let (bytes, list) = penalties();
    let mut one = Browser::of(&world, "operator").await;
    let two = Browser::of(&world, "operator2").await;
    let seen = upload(&mut one, &list, "处罚.csv", &bytes).await;
    let at = seen.header("location").to_owned();
    (world, one, two, at, bytes, list)
}

async fn does(browser: &mut Browser, at: &str, act: &str, outcome: &str) -> Seen {
    browser.act(at, &[("act", act), ("outcome", outcome)]).await
}

fn state(world: &World, at: &str) -> StagedState {
    let id = at.rsplit('/').next().unwrap();
    world.vault.staged_file(id).unwrap().unwrap().0.state
}

#[actix_web::test]
async fn what_one_officer_proposes_another_releases_as_both_have_seen_it() {
    let (world, mut one, mut two, at, _, _) = waiting().await;
    let page = one.get(&at).await;
    assert!(
        page.body.contains("提交复核") && !page.body.contains("确认导入"),
        "{}",
        page.body
    );
    let outcome = hidden(&page.body, "outcome");
    // nobody goes around it
    let direct = one.act(&at, &[("act", "import"), ("sha256", "00")]).await;
    assert!(direct.is(409));
    let hash = page.body.split("SHA-256 <code>").nth(1).unwrap();
    let hash = hash.split('<').next().unwrap();
    let direct = one.act(&at, &[("act", "import"), ("sha256", hash)]).await;
    assert!(
        direct.is(422) && direct.body.contains("另一名人员复核"),
        "{}",
        direct.body
    );
    assert!(
        does(&mut two, &at, "release", &outcome).await.is(409),
        "not proposed yet"
    );
    assert!(
        does(&mut one, &at, "propose", "00").await.is(409),
        "not what was seen"
    );
    assert!(does(&mut one, &at, "propose", &outcome).await.is(303));
    assert_eq!(state(&world, &at), StagedState::Proposed);
    assert!(
        does(&mut one, &at, "release", &outcome).await.is(422),
        "the same officer"
    );
    assert!(
        world.vault.scan(0, 1).unwrap().is_empty(),
        "nothing is in yet"
    );
    let waits = two.get("/desk").await.body;
    assert!(waits.contains("待复核发布的文件"), "{waits}");
    // without the token of the session nothing happens
    let forged = [("token", "x"), ("act", "release"), ("outcome", &*outcome)];
    assert!(two.post(&at, &forged).await.is(403));
    let page = two.get(&at).await;
    assert_eq!(hidden(&page.body, "outcome"), outcome, "both see the same");
    assert!(page.body.contains("复核无误"), "{}", page.body);
    // a publishing run in between changes nothing of it
    (world.state.publish)(start()).unwrap();
    assert!(does(&mut two, &at, "release", "00").await.is(409));
    let done = does(&mut two, &at, "release", &outcome).await;
    assert!(
        done.is(200) && done.body.contains("已导入"),
        "{} {}",
        done.status,
        done.body
    );
    assert!(
        world.store.position().unwrap().records > 0,
        "published at once"
    );
    assert!(
        does(&mut two, &at, "release", &outcome).await.is(409),
        "settled"
    );
    let log = world.log().join("\n");
    for line in ["operator import.propose", "operator2 import.imported"] {
        assert!(log.contains(line), "{line}");
    }
    world.vault.verify_audit().unwrap();
}

#[actix_web::test]
async fn what_changed_since_is_looked_at_again_by_both() {
    let (world, mut one, mut two, at, bytes, list) = waiting().await;
    let outcome = hidden(&one.get(&at).await.body, "outcome");
    assert!(does(&mut one, &at, "propose", &outcome).await.is(303));
    // somebody imports records of the same file meanwhile
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("half.csv");
    let half: Vec<u8> = {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        lines[..lines.len() / 2].concat()
    };
    std::fs::write(&path, half).unwrap();
    let options = ImportOptions::new(&list, start());
    let catalogue = &world.state.catalogue;
    let other = import(&world.vault, catalogue, &path, &options, &mut |_| ()).unwrap();
    assert!(other.added > 0);
    assert!(does(&mut two, &at, "release", &outcome).await.is(409));
    let page = two.get(&at).await;
    assert!(
        page.body.contains("内容与提出时不同") && !page.body.contains("复核无误"),
        "{}",
        page.body
    );
    let fresh = hidden(&one.get(&at).await.body, "outcome");
    assert_ne!(fresh, outcome);
    assert!(
        does(&mut two, &at, "release", &fresh).await.is(409),
        "the first has not seen it"
    );
    assert!(does(&mut one, &at, "propose", &fresh).await.is(303));
    assert!(does(&mut two, &at, "release", &fresh).await.is(200));
}

#[actix_web::test]
async fn a_file_is_sent_back_with_a_reason_and_by_another_officer_only() {
    let (world, mut one, mut two, at, _, _) = waiting().await;
    let outcome = hidden(&one.get(&at).await.body, "outcome");
    assert!(does(&mut one, &at, "propose", &outcome).await.is(303));
    let reason = |text: &'static str| [("act", "return"), ("reason", text)];
    assert!(one.act(&at, &reason("x")).await.is(422), "the proposer");
    assert_eq!(state(&world, &at), StagedState::Proposed);
    let missing = two.act(&at, &reason(" ")).await;
    assert!(
        missing.is(422) && missing.body.contains("href=\"#reason\""),
        "{}",
        missing.body
    );
    assert!(two.act(&at, &reason("第三行的日期不对")).await.is(303));
    assert_eq!(state(&world, &at), StagedState::Waiting);
    let page = one.get(&at).await;
    assert!(page.body.contains("第三行的日期不对") && page.body.contains("已退回"));
    assert!(
        two.act(&at, &reason("again")).await.is(409),
        "it is not proposed any more"
    );
    assert!(
        world
            .log()
            .iter()
            .any(|l| l.starts_with("operator2 import.return"))
    );
    let entries = world.vault.audit_entries(0, 10_000).unwrap();
    assert!(
        entries.iter().all(|e| !e.detail.contains("第三行")),
        "reasons are not in the log"
    );
    // the roles: who may not propose, who may not release, who must not know of it
    assert!(does(&mut one, &at, "propose", &outcome).await.is(303));
    for (id, act, status) in [
        ("a.approver", "propose", 404),
        ("a.approver", "release", 404),
        ("a.clerk", "release", 404),
        ("auditor", "release", 403),
    ] {
        let mut browser = Browser::of(&world, id).await;
        let seen = does(&mut browser, &at, act, &outcome).await;
        assert_eq!(seen.status.as_u16(), status, "{id} {act}");
    }
    assert!(one.act(&at, &[("act", "drop")]).await.is(303));
    assert!(
        does(&mut two, &at, "release", &outcome).await.is(409),
        "thrown away"
    );
    assert!(world.vault.scan(0, 1).unwrap().is_empty());
}

#[actix_web::test]
async fn an_authority_is_its_own_second_officer_and_no_other() {
    let world = World::demo_with(SecondOfficer::Everywhere);
    let (bytes, list) = penalties();
    let mut clerk = Browser::of(&world, "a.clerk").await;
    let seen = upload(&mut clerk, &list, "a.csv", &bytes).await;
    let at = seen.header("location").to_owned();
    let outcome = hidden_or(&clerk.get(&at).await.body);
    // it holds records of others: nobody can propose it
    let tried = does(&mut clerk, &at, "propose", &outcome).await;
    assert!(tried.is(422), "{}", tried.status);
    let mut approver = Browser::of(&world, "a.approver").await;
    assert!(approver.get(&at).await.is(200));
    assert!(approver.get("/desk/imports").await.body.contains("a.csv"));
    assert!(
        !approver
            .get("/desk/imports")
            .await
            .body
            .contains("multipart")
    );
    assert!(does(&mut approver, &at, "propose", &outcome).await.is(403));
    let own = world.vault.staged_files(Some(OURS), 10).unwrap();
    assert_eq!(
        (
            own.len(),
            world.vault.staged_files(Some(THEIRS), 10).unwrap().len()
        ),
        (1, 0)
    );
    let mut other = Browser::of(&world, "b.approver").await;
    assert!(other.get(&at).await.is(404));
    assert!(does(&mut other, &at, "release", &outcome).await.is(404));
}

fn hidden_or(page: &str) -> String {
    if page.contains("name=\"outcome\"") {
        hidden(page, "outcome")
    } else {
        String::new()
    }
}

#[actix_web::test]
async fn by_default_lists_take_two_officers_and_penalties_one() {
    let world = World::demo();
    let dir = tempfile::tempdir().unwrap();
    let options = SampleOptions {
        records: 2_000,
        seed: 5,
        today: civil_date(start()),
        bad_share: 0.0,
    };
    let manifest = sample_with(&options, dir.path(), &mut |_| ()).unwrap();
    let mut one = Browser::of(&world, "operator").await;
    let mut asked = 0;
    for (list, two) in [("red_list", true), ("penalty", false), ("licence", false)] {
        let Some(file) = manifest.files.iter().find(|f| f.list == list) else {
            continue;
        };
        let bytes = std::fs::read(dir.path().join(&file.file)).unwrap();
        let name = file.file.rsplit('/').next().unwrap();
        let seen = upload(&mut one, list, name, &bytes).await;
        let page = one.get(seen.header("location")).await;
        assert_eq!(page.body.contains("提交复核"), two, "{list}: {}", page.body);
        asked += 1;
    }
    assert!(asked >= 2);
}
