//! The decisions on a record, folded to what holds on a civil date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::public::Why;
use crate::domain::cases::clock::tolled;
use crate::inside::vault::{Decision, DecisionKind};

/// What the decisions on a record come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::inside) struct Effects {
    /// Its display has ended.
    pub ended: Option<Why>,
    /// Objections against it are being handled: their numbers.
    annotated: BTreeSet<String>,
    /// It was corrected.
    pub corrected: bool,
    /// It is shown again after false material for repair.
    pub reinstated: bool,
    /// It is held beyond the maximum.
    pub held_at_max: bool,
    /// No repair is applied for before this day.
    pub barred_until: Option<NaiveDate>,
    /// Its measures have ended on this day.
    pub lifted_on: Option<NaiveDate>,
    /// When its measures rested: half-open intervals.
    rests: Vec<(NaiveDate, NaiveDate)>,
    /// Since when they rest, by the number of the case that suspended them.
    resting: BTreeMap<String, NaiveDate>,
    /// Next day on which a decision takes effect.
    pub next: Option<NaiveDate>,
}

impl Effects {
    /// Folds decisions, whatever their order, to what holds on a civil date.
    pub fn of(decisions: &[Decision], today: NaiveDate) -> Self {
        let mut ordered: Vec<&Decision> = decisions.iter().collect();
        ordered.sort_by(|a, b| (a.effective_on, a.at, &a.id).cmp(&(b.effective_on, b.at, &b.id)));
        let mut out = Self::default();
        for decision in ordered {
            if decision.effective_on > today {
                let on = decision.effective_on;
                out.next = Some(out.next.map_or(on, |n| n.min(on)));
                continue;
            }
            out.add(decision);
        }
        out
    }

    fn add(&mut self, decision: &Decision) {
        match decision.kind {
            DecisionKind::Repaired => self.ended = Some(Why::Repaired),
            DecisionKind::Delisted => self.ended = Some(Why::Delisted),
            DecisionKind::Withdrawn => self.ended = Some(Why::Withdrawn),
            DecisionKind::Suspended => self.ended = Some(Why::Suspended),
            DecisionKind::Resumed => self.ended = self.ended.filter(|w| *w != Why::Suspended),
            DecisionKind::Annotated => {
                self.annotated.insert(decision.reference.clone());
            }
            // of several objections one may end; a number that annotated nothing clears them all
            DecisionKind::Cleared => {
                if !self.annotated.remove(&decision.reference) {
                    self.annotated.clear();
                }
            }
            DecisionKind::Corrected => self.corrected = true,
            DecisionKind::HoldAtMax => self.held_at_max = true,
            DecisionKind::Reinstated => {
                self.ended = None;
                self.lifted_on = None;
                let bar = day(decision, "barred_until");
                self.barred_until = self.barred_until.max(bar);
                // an exit that was reversed as wrong says nothing of false material
                let reversed = decision.detail.get("reversed");
                self.reinstated |= reversed.and_then(serde_json::Value::as_bool) != Some(true);
            }
            DecisionKind::MeasuresSuspended => {
                self.resting
                    .insert(decision.reference.clone(), decision.effective_on);
            }
            DecisionKind::MeasuresResumed => {
                let began = self.resting.remove(&decision.reference);
                let from = day(decision, "suspended_on").or(began);
                let to = day(decision, "resumed_on").unwrap_or(decision.effective_on);
                self.rests.extend(from.map(|from| (from, to)));
            }
            DecisionKind::MeasuresLifted => {
                self.lifted_on = Some(decision.effective_on);
                self.resting.clear();
            }
        }
    }

    /// Whether an objection against it is being handled.
    pub fn is_annotated(&self) -> bool {
        !self.annotated.is_empty()
    }

    /// Whether its measures rest.
    pub fn is_resting(&self) -> bool {
        !self.resting.is_empty()
    }

    /// First day on which its measures are over, from the day that the record itself gives: the rest of the term ran on
    /// after each suspension (S4 1.2, T13).
    pub fn measures_end(&self, end: Option<NaiveDate>) -> Option<NaiveDate> {
        self.lifted_on
            .or_else(|| end.map(|end| tolled(end, &self.rests)))
    }
}

fn day(decision: &Decision, key: &str) -> Option<NaiveDate> {
    decision.detail.get(key)?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn decision(n: u32, kind: DecisionKind, day: &str, reference: &str, detail: Value) -> Decision {
        Decision {
            id: format!("{n:04}"),
            record_id: "r".into(),
            kind,
            effective_on: on(day),
            at: crate::domain::time::day_start(on(day)),
            actor: "a".into(),
            reference: reference.into(),
            detail,
        }
    }

    #[test]
    fn one_of_two_objections_may_end() {
        use DecisionKind::{Annotated, Cleared};
        let mut all = vec![
            decision(1, Annotated, "2026-05-01", "YY-1", json!({})),
            decision(2, Annotated, "2026-05-02", "YY-2", json!({})),
            decision(3, Cleared, "2026-05-03", "YY-1", json!({})),
        ];
        assert!(Effects::of(&all, on("2026-05-03")).is_annotated());
        all.push(decision(4, Cleared, "2026-05-04", "YY-2", json!({})));
        assert!(Effects::of(&all, on("2026-05-03")).is_annotated());
        assert!(!Effects::of(&all, on("2026-05-04")).is_annotated());
    }

    #[test]
    fn measures_rest_run_on_are_lifted_and_come_back() {
        use DecisionKind::{MeasuresLifted, MeasuresResumed, MeasuresSuspended, Reinstated};
        let end = Some(on("2027-01-31"));
        let mut all = vec![decision(
            1,
            MeasuresSuspended,
            "2026-10-01",
            "YY-1",
            json!({}),
        )];
        let then = Effects::of(&all, on("2026-10-05"));
        assert!(then.is_resting());
        assert_eq!(
            then.measures_end(end),
            end,
            "nothing is added before they run again"
        );
        all.push(decision(
            2,
            MeasuresResumed,
            "2026-11-15",
            "YY-1",
            json!({ "suspended_on": "2026-10-01", "resumed_on": "2026-11-15" }),
        ));
        let then = Effects::of(&all, on("2026-11-15"));
        assert!(!then.is_resting());
        assert_eq!(then.measures_end(end), Some(on("2027-03-17")));
        all.push(decision(3, MeasuresLifted, "2026-12-01", "XF-1", json!({})));
        assert_eq!(
            Effects::of(&all, on("2026-12-01")).measures_end(end),
            Some(on("2026-12-01"))
        );
        let detail = json!({ "barred_until": "2029-12-10" });
        all.push(decision(4, Reinstated, "2026-12-10", "XF-1", detail));
        let then = Effects::of(&all, on("2026-12-10"));
        assert_eq!(then.measures_end(end), Some(on("2027-03-17")));
        assert_eq!(then.barred_until, Some(on("2029-12-10")));
        assert!(then.reinstated);
        let reversed = [decision(
            1,
            Reinstated,
            "2026-12-10",
            "MD-1",
            json!({ "reversed": true }),
        )];
        assert!(!Effects::of(&reversed, on("2026-12-10")).reinstated);
    }
}
