//! What a repair hides for the time being, and shows again.

use super::tables::{ACCEPT, APPROVE, FORWARD, Line, SUBMIT, story};
use super::*;

/// Bankruptcy (domain.md 2.4): hidden for the time being, and shown again when the plan fails.
#[test]
fn what_is_hidden_for_the_time_being_can_be_shown_again_and_nothing_else_can() {
    use Role::{Approver, Handler, Operator, Subject, System};
    const SHELTER: &str = r#"{"event":"shelter","reasons":"裁定批准重整计划"}"#;
    const RESUME: &str = r#"{"event":"resume","reasons":"裁定终止重整"}"#;
    const REVOKE: &str = r#"{"event":"revoke","reasons":"凭证系伪造"}"#;
    let start: &[Line] = &[
        (Subject, 0, "2026-07-02", SUBMIT, "submitted"),
        (Operator, 9, "2026-07-03", FORWARD, "forwarded"),
        (Handler, 1, "2026-07-06", ACCEPT, "accepted"),
    ];
    let after = |lines: &[Line]| {
        let all: Vec<Line> = start.iter().chain(lines).copied().collect();
        story(
            CaseKind::Repair,
            opened(CaseKind::Repair, day("2026-07-02")),
            &all,
        )
    };
    let (case, effects) = after(&[
        (Approver, 1, "2026-07-07", SHELTER, "!same_person"),
        (Handler, 2, "2026-07-07", SHELTER, "!not_yours"),
        (
            Approver,
            2,
            "2026-07-07",
            r#"{"event":"shelter","reasons":" "}"#,
            "!missing",
        ),
        (Approver, 2, "2026-07-07", SHELTER, "approved"),
        (System, 0, "2026-07-07", RESUME, "!not_yours"),
        (Approver, 1, "2026-09-01", RESUME, "!same_person"),
        (
            Approver,
            2,
            "2026-09-01",
            r#"{"event":"resume","reasons":""}"#,
            "!missing",
        ),
        (Approver, 2, "2026-09-01", RESUME, "resumed"),
        (Approver, 2, "2026-09-02", RESUME, "!not_now"),
        (Approver, 2, "2026-09-02", REVOKE, "!not_now"),
    ]);
    assert_eq!(
        effects,
        [Effect::Hide, Effect::LiftMeasures, Effect::Resume]
    );
    assert!(case.is_closed());
    let Case::Repair(repair) = &case else {
        panic!("no repair")
    };
    assert!(repair.underway().is_empty() && !repair.waiting.is_empty());
    // an end of the display is no hiding
    after(&[
        (Approver, 2, "2026-07-07", APPROVE, "approved"),
        (Approver, 2, "2026-09-01", RESUME, "!not_now"),
        (Approver, 2, "2026-09-01", REVOKE, "revoked"),
    ]);
    // what was hidden on false material is revoked like anything else
    let (_, effects) = after(&[
        (Approver, 2, "2026-07-07", SHELTER, "approved"),
        (Approver, 2, "2026-09-01", REVOKE, "revoked"),
    ]);
    assert!(matches!(
        effects.last(),
        Some(Effect::Restore {
            barred_until: Some(_)
        })
    ));
}
