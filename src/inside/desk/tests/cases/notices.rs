//! An objection to a notice, from the sealed application to what becomes of the entry (domain.md 7.1, 7.4; S1 art. 8).

use super::*;
use crate::domain::cases::{EntryEvent, Event, Role};
use crate::domain::forms::reply::ApplicantAct;
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
pub(super) struct Noticed {
    handler: Browser,
    approver: Browser,
    pub(super) entry: CaseId,
    act: String,
    pub(super) notice: String,
}

/// Brings a proposal to the public notice.
pub(super) async fn noticed(world: &World) -> Noticed {
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
        first(&self.objecting(id).0)
    }

    /// The same, with what its applicant follows it by.
    fn objecting(&self, id: &str) -> (Number, Secret) {
        let mut form = objection(ObjectionType::NotToBeShown);
        if let Form::Objection(form) = &mut form {
            form.target = Some(notice::target(id, "守信激励对象名单，厦门示例贸易有限公司"));
        }
        let applied = self.applied(&form, &[], &[]);
        self.settled();
        applied
    }

    /// The applicant takes it back.
    fn taken_back(&self, (number, secret): &(Number, Secret)) {
        let now = self.clock.now();
        let act = ApplicantAct::Withdraw { part: None };
        let none: &[(&FileNote, &[u8])] = &[];
        self.apply()
            .add_act(number, secret, &act, none, &self.intake, now)
            .unwrap();
        self.cases.receive(now).unwrap();
    }

    /// What the history of an entry says of its objections: `event reference end state`.
    fn reviewed(&self, id: &CaseId) -> Vec<String> {
        let history = self.vault.case_events(id.as_str()).unwrap();
        let of = |event: &Event| match event {
            Event::Entry(EntryEvent::Object { objection }) => Some(format!("object {objection}")),
            Event::Entry(EntryEvent::ObjectionEnded { objection, end }) => {
                Some(format!("{} {objection}", end.code()))
            }
            Event::Entry(EntryEvent::Dismiss { objection, .. }) => {
                Some(format!("dismiss {}", objection.clone().unwrap_or_default()))
            }
            _ => None,
        };
        history.iter().filter_map(|e| of(&e.event)).collect()
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

#[actix_web::test]
async fn an_objection_that_is_taken_back_ends_the_review_once() {
    let world = World::demo();
    let at = noticed(&world).await;
    let objection = world.objecting(&at.notice);
    let id = first(&objection.0);
    assert_eq!(world.state_of(&at.entry), "objection_review");
    world.taken_back(&objection);
    assert_eq!(world.state_of(&id), "withdrawn");
    for _ in 0..3 {
        world.settled();
    }
    assert_eq!(world.state_of(&at.entry), "in_notice");
    assert_eq!(
        world.reviewed(&at.entry),
        [format!("object {id}"), format!("withdrawn {id}")],
        "again and again changes nothing"
    );
    assert_eq!(world.entry_tasks(), 0, "nobody is to answer any more");
    assert!(world.is_on_the_board(&at.notice), "the notice runs on");
    let ended = format!("system case.objection_ended {}", at.entry);
    assert_eq!(world.logged(&ended), 1, "{:?}", world.log());
    let mut handler = at.handler;
    let page = handler.get(at.act.trim_end_matches("/act")).await;
    let said = format!("{id} · 异议人撤回异议");
    assert!(page.body.contains(&said), "{}", page.body);
    // the clock of the answer stands still, and another objection may come
    let again = world.objected(&at.notice);
    assert_eq!(world.state_of(&at.entry), "objection_review");
    assert_ne!(again, id);
    world.vault.verify_audit().unwrap();
}

#[actix_web::test]
async fn an_objection_that_is_not_accepted_ends_the_review() {
    let world = World::demo();
    let at = noticed(&world).await;
    let id = world.objected(&at.notice);
    let mut operator = Browser::of(&world, "operator").await;
    let reasons = [("reasons", "不属于异议受理范围，可以另行申请复议。")];
    operator.must(&id, "refuse", &reasons).await;
    world.settled();
    world.settled();
    assert_eq!(world.state_of(&id), "not_accepted");
    assert_eq!(world.state_of(&at.entry), "in_notice");
    assert_eq!(
        world.reviewed(&at.entry),
        [format!("object {id}"), format!("not_accepted {id}")]
    );
}

#[actix_web::test]
async fn an_objection_whose_time_is_over_ends_the_review_by_the_clock() {
    let world = World::demo();
    let at = noticed(&world).await;
    let id = world.objected(&at.notice);
    let mut operator = Browser::of(&world, "operator").await;
    operator
        .must(&id, "ask_supplement", &[("items", "身份证明")])
        .await;
    world.cases.tick(world.clock.now()).unwrap();
    world.settled();
    assert_eq!(
        world.state_of(&at.entry),
        "objection_review",
        "it may still be supplemented"
    );
    world.clock.advance(chrono::TimeDelta::days(20));
    for _ in 0..2 {
        world.cases.tick(world.clock.now()).unwrap();
        world.settled();
    }
    assert_eq!(world.state_of(&id), "closed");
    assert_eq!(world.state_of(&at.entry), "in_notice");
    assert_eq!(
        world.reviewed(&at.entry),
        [format!("object {id}"), format!("lapsed {id}")]
    );
}

#[actix_web::test]
async fn the_review_ends_with_the_last_of_two_objections() {
    let world = World::demo();
    let mut at = noticed(&world).await;
    let one = world.objecting(&at.notice);
    let two = world.objected(&at.notice);
    let id = first(&one.0);
    assert_eq!(
        world.reviewed(&at.entry),
        [format!("object {id}"), format!("object {two}")],
        "both are under review"
    );
    world.taken_back(&one);
    world.settled();
    world.settled();
    assert_eq!(
        world.state_of(&at.entry),
        "objection_review",
        "the other one waits for its answer"
    );
    assert_eq!(world.entry_tasks(), 1);
    world.clock.advance(chrono::TimeDelta::days(40));
    at.handler = Browser::of(&world, "a.handler").await;
    at.approver = Browser::of(&world, "a.approver").await;
    let sign = [("act", "sign"), ("document_number", "测认〔2027〕1号")];
    assert!(at.approver.act(&at.act, &sign).await.is(422));
    world.verified(&two, &mut at).await;
    let dismissed = [("reasons", "会议材料属实，异议不成立。")];
    at.approver.must(&two, "dismiss", &dismissed).await;
    world.settled();
    world.settled();
    assert_eq!(world.state_of(&at.entry), "in_notice");
    assert_eq!(
        world.reviewed(&at.entry)[2..],
        [format!("withdrawn {id}"), format!("dismiss {two}")]
    );
    assert_eq!(world.entry_tasks(), 0);
    assert!(at.approver.act(&at.act, &sign).await.is(303));
}
