//! The decisions on a record, folded to what holds on a civil date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::public::Why;
use crate::domain::cases::clock::tolled;
use crate::inside::vault::{Decision, DecisionKind};

/// What the decisions on a record come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::inside) struct Effects {
    /// Its display has ended. What ended it for good comes before what only hides it.
    pub ended: Option<Why>,
    /// What ended its display and was not taken back, by the number of the case, in order.
    ends: Vec<(String, Why)>,
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
    /// When its measures were lifted, by the number of the case, where that was not taken back.
    lifts: Vec<(String, NaiveDate)>,
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
        let last = |hidden: bool| {
            let mut ends = out.ends.iter().rev().map(|(_, why)| *why);
            ends.find(|why| (*why == Why::Suspended) == hidden)
        };
        out.ended = last(false).or_else(|| last(true));
        out
    }

    fn end(&mut self, decision: &Decision, why: Why) {
        self.ends.push((decision.reference.clone(), why));
    }

    /// Takes back what a case did, and nothing that another one did: a record that was withdrawn while it was hidden does not
    /// come back when the hiding is over. A number that did nothing takes everything of the kind back.
    fn take_back(&mut self, reference: &str, ends: impl Fn(Why) -> bool) {
        fn without<T>(all: &mut Vec<(String, T)>, reference: &str, of: impl Fn(&T) -> bool) {
            let own = all.iter().any(|(by, what)| by == reference && of(what));
            all.retain(|(by, what)| !(of(what) && (!own || by == reference)));
        }
        without(&mut self.ends, reference, |why| ends(*why));
        without(&mut self.lifts, reference, |_| true);
    }

    fn add(&mut self, decision: &Decision) {
        match decision.kind {
            DecisionKind::Repaired => self.end(decision, Why::Repaired),
            DecisionKind::Delisted => self.end(decision, Why::Delisted),
            DecisionKind::Withdrawn => self.end(decision, Why::Withdrawn),
            DecisionKind::Suspended => self.end(decision, Why::Suspended),
            // its terms ran on while it was hidden: nothing is prolonged
            DecisionKind::Resumed => {
                self.take_back(&decision.reference, |why| why == Why::Suspended);
            }
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
                self.take_back(&decision.reference, |_| true);
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
                let on = decision.effective_on;
                self.lifts.push((decision.reference.clone(), on));
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
        let lifted = self.lifts.iter().map(|(_, on)| *on).min();
        lifted.or_else(|| end.map(|end| tolled(end, &self.rests)))
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

    #[test]
    fn what_was_hidden_comes_back_and_its_terms_ran_on() {
        use DecisionKind::{MeasuresLifted, Resumed, Suspended};
        let end = Some(on("2027-01-31"));
        let mut all = vec![
            decision(1, Suspended, "2026-10-01", "XF-1", json!({})),
            decision(2, MeasuresLifted, "2026-10-01", "XF-1", json!({})),
        ];
        let then = Effects::of(&all, on("2026-10-01"));
        assert_eq!(then.ended, Some(Why::Suspended));
        assert_eq!(then.measures_end(end), Some(on("2026-10-01")));
        all.push(decision(3, Resumed, "2026-12-01", "XF-1", json!({})));
        assert_eq!(
            Effects::of(&all, on("2026-11-30")).ended,
            Some(Why::Suspended)
        );
        let then = Effects::of(&all, on("2026-12-01"));
        assert_eq!(then.ended, None);
        assert!(!then.reinstated, "nothing was false");
        assert_eq!(then.measures_end(end), end, "two months are not added");
    }

    #[test]
    fn one_case_takes_back_nothing_of_another() {
        use DecisionKind::{MeasuresLifted, Reinstated, Repaired, Resumed, Suspended, Withdrawn};
        let hidden = [
            decision(1, Suspended, "2026-10-01", "XF-1", json!({})),
            decision(2, MeasuresLifted, "2026-10-01", "XF-1", json!({})),
        ];
        let withdrawn = [
            decision(3, Withdrawn, "2026-10-05", "YY-1", json!({})),
            decision(4, MeasuresLifted, "2026-10-05", "YY-1", json!({})),
        ];
        let resumed = decision(5, Resumed, "2026-12-01", "XF-1", json!({}));
        let today = on("2026-12-01");
        // in either order
        for (n, (first, second)) in [(&hidden, &withdrawn), (&withdrawn, &hidden)]
            .into_iter()
            .enumerate()
        {
            let mut all: Vec<Decision> = first.iter().chain(second).cloned().collect();
            for (at, d) in all.iter_mut().enumerate() {
                d.effective_on = on("2026-10-01");
                d.at = crate::domain::time::day_start(d.effective_on);
                d.id = format!("{at:04}");
            }
            assert_eq!(Effects::of(&all, today).ended, Some(Why::Withdrawn), "{n}");
            all.push(resumed.clone());
            let then = Effects::of(&all, today);
            assert_eq!(then.ended, Some(Why::Withdrawn), "{n}");
            assert_eq!(then.measures_end(None), Some(on("2026-10-01")), "{n}");
        }
        // two cases hide it: one ends
        let mut all = hidden.to_vec();
        all.push(decision(3, Suspended, "2026-10-02", "XF-2", json!({})));
        all.push(resumed);
        assert_eq!(Effects::of(&all, today).ended, Some(Why::Suspended));
        // a repair is revoked, and the record was withdrawn meanwhile
        let mut all = vec![decision(1, Repaired, "2026-10-01", "XF-3", json!({}))];
        all.extend(withdrawn);
        all.push(decision(6, Reinstated, "2026-12-01", "XF-3", json!({})));
        assert_eq!(Effects::of(&all, today).ended, Some(Why::Withdrawn));
        // a number that ended nothing takes all of it back
        all.push(decision(7, Reinstated, "2026-12-01", "决定1号", json!({})));
        assert_eq!(Effects::of(&all, today).ended, None);
    }
}
