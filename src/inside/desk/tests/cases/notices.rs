//! An objection to a notice, from the sealed application to what becomes of the entry (domain.md 7.1, 7.4; S1 art. 8).

use super::*;
use crate::domain::cases::Role;
use crate::domain::forms::{ObjectionType, notice};
use crate::inside::cases::tests::objection;
use crate::inside::desk::tests::fixture::OURS;
use crate::outside::store::FoundNotice;
use crate::record::NoticeKind;

const LIST: &str = "red_list";

/// What the form of a proposal sends.
const TYPED: &[(&str, &str)] = &[
    ("list", LIST),
    ("basis_document", "测办〔2026〕1号"),
    ("f-subject_name", "厦门示例贸易有限公司"),
    ("f-credit_code", "91350203MA2EXA019B"),
    ("f-legal_rep_name", "陈示例"),
    ("f-reason", "连续三年守信。"),
    ("f-designation_basis", "《示例规定》第八条"),
    ("f-valid_until", "2028-06-30"),
    ("do", "propose"),
];

/// The officers of an entry, and the entry.
struct Noticed {
    handler: Browser,
    approver: Browser,
    entry: CaseId,
    act: String,
    notice: String,
}

/// Brings a proposal to the public notice.
async fn noticed(world: &World) -> Noticed {
    let mut handler = Browser::of(world, "a.handler").await;
    let mut reviewer = Browser::of(world, "a.secrecy").await;
    let mut approver = Browser::of(world, "a.approver").await;
    let sent = handler.act("/desk/entries/new", TYPED).await;
    assert!(sent.is(303), "{}", sent.body);
    let address = sent.header("location").to_owned();
    let entry = CaseId::parse(address.rsplit('/').next().unwrap()).unwrap();
    let act = format!("{address}/act");
    let screened = [("act", "secrecy_review"), ("finding", "clear")];
    assert!(reviewer.act(&act, &screened).await.is(303));
    let approved = [
        ("act", "approve_preliminary"),
        ("meeting", "纪要〔2026〕2号"),
    ];
    assert!(approver.act(&act, &approved).await.is(303));
    let opened = [("act", "open_prior_notice")];
    assert!(handler.act(&act, &opened).await.is(303));
    assert_eq!(world.state_of(&entry), "in_notice");
    let notice = world.vault.notice_id(NoticeKind::Prior, entry.as_str());
    Noticed {
        handler,
        approver,
        entry,
        act,
        notice,
    }
}

impl World {
    /// Whether the notice is on the board.
    fn is_on_the_board(&self, notice: &str) -> bool {
        let found = self.store.notice(notice, self.today()).unwrap();
        matches!(found, FoundNotice::Open(_))
    }

    /// An objection to a notice, handed in sealed and taken in.
    fn objected(&self, id: &str) -> CaseId {
        let mut form = objection(ObjectionType::NotToBeShown);
        if let Form::Objection(form) = &mut form {
            form.target = Some(notice::target(id, "守信激励对象名单，厦门示例贸易有限公司"));
        }
        let (number, _) = self.applied(&form, &[], &[]);
        self.settled();
        first(&number)
    }

    /// What the node's thread does again and again.
    fn settled(&self) {
        self.state.entries().settle(self.clock.now()).unwrap();
    }

    /// Brings an objection to the officers of the authority that it went to by the notice that it names.
    async fn verified(&self, id: &CaseId, at: &mut Noticed) {
        let case = self.vault.case(id.as_str()).unwrap().unwrap();
        assert_eq!(
            case.authority(),
            OURS,
            "it goes to the authority of the entry"
        );
        assert_eq!(case.list, LIST);
        let mut operator = Browser::of(self, "operator").await;
        operator.must(id, "accept", &[]).await;
        operator.must(id, "forward", &[]).await;
        let findings = [("findings", "与会议材料核对。")];
        at.handler.must(id, "verify", &findings).await;
    }

    fn entry_tasks(&self) -> usize {
        let by = crate::domain::cases::Actor::new("x", Role::Handler, OURS);
        self.state.entries().tasks(&by, 9).unwrap().len()
    }
}

#[actix_web::test]
async fn an_objection_that_is_upheld_keeps_the_entry_off_the_list() {
    let world = World::demo();
    let mut at = noticed(&world).await;
    assert!(world.is_on_the_board(&at.notice));
    let id = world.objected(&at.notice);
    assert_eq!(world.state_of(&at.entry), "objection_review", "at once");
    assert_eq!(world.entry_tasks(), 1, "its answer is a task with a day");
    assert!(world.is_on_the_board(&at.notice), "the notice runs on");
    world.verified(&id, &mut at).await;
    let upheld = [
        ("relief", "stop_display"),
        ("reasons", "经核实，不符合认定标准。"),
    ];
    at.approver.must(&id, "uphold", &upheld).await;
    world.settled();
    assert_eq!(world.state_of(&id), "upheld");
    assert_eq!(world.state_of(&at.entry), "rejected");
    assert!(!world.is_on_the_board(&at.notice), "taken back at once");
    assert_eq!(world.entry_tasks(), 0);
    // nothing leads on from there, whenever it is tried
    world.clock.advance(chrono::TimeDelta::days(40));
    let mut approver = Browser::of(&world, "a.approver").await;
    let sign = [("act", "sign"), ("document_number", "测认〔2027〕1号")];
    assert!(approver.act(&at.act, &sign).await.is(422));
    assert_eq!(world.state_of(&at.entry), "rejected");
}

#[actix_web::test]
async fn an_objection_that_is_dismissed_lets_the_entry_go_on_and_not_before() {
    let world = World::demo();
    let mut at = noticed(&world).await;
    let id = world.objected(&at.notice);
    world.verified(&id, &mut at).await;
    // the notice is over and the objection is open: nothing is signed
    world.clock.advance(chrono::TimeDelta::days(40));
    at.handler = Browser::of(&world, "a.handler").await;
    at.approver = Browser::of(&world, "a.approver").await;
    let sign = [("act", "sign"), ("document_number", "测认〔2027〕1号")];
    assert!(at.approver.act(&at.act, &sign).await.is(422));
    let reasons = [("reasons", "会议材料属实，异议不成立。")];
    at.approver.must(&id, "dismiss", &reasons).await;
    world.settled();
    assert_eq!(world.state_of(&at.entry), "in_notice");
    let page = at.approver.get(at.act.trim_end_matches("/act")).await;
    assert!(
        page.body.contains(&format!("{id}：异议不成立")),
        "{}",
        page.body
    );
    assert!(at.approver.act(&at.act, &sign).await.is(303));
    assert!(at.handler.act(&at.act, &[("act", "publish")]).await.is(303));
    assert_eq!(world.state_of(&at.entry), "published");
}

#[actix_web::test]
async fn the_answer_to_one_objection_is_none_to_the_next() {
    let world = World::demo();
    let mut at = noticed(&world).await;
    let one = world.objected(&at.notice);
    world.verified(&one, &mut at).await;
    let dismissed = [("reasons", "会议材料属实，异议不成立。")];
    at.approver.must(&one, "dismiss", &dismissed).await;
    world.settled();
    assert_eq!(world.state_of(&at.entry), "in_notice");
    let two = world.objected(&at.notice);
    world.settled();
    world.settled();
    assert_eq!(
        world.state_of(&at.entry),
        "objection_review",
        "the old dismissal says nothing of the new objection"
    );
    world.verified(&two, &mut at).await;
    at.approver.must(&two, "dismiss", &dismissed).await;
    world.settled();
    world.settled();
    assert_eq!(world.state_of(&at.entry), "in_notice");
}

#[actix_web::test]
async fn what_is_found_right_while_another_is_under_review_is_not_passed_over() {
    let world = World::demo();
    let mut at = noticed(&world).await;
    let one = world.objected(&at.notice);
    let two = world.objected(&at.notice);
    world.verified(&two, &mut at).await;
    let upheld = [
        ("relief", "stop_display"),
        ("reasons", "经核实，不符合认定标准。"),
    ];
    at.approver.must(&two, "uphold", &upheld).await;
    world.settled();
    assert_eq!(world.state_of(&at.entry), "rejected");
    assert_eq!(
        world.state_of(&one),
        "submitted",
        "it is answered by itself"
    );
}
