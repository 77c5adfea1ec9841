//! The three clocks of a record: disclosure (display), measures, retention (domain.md 0.3, 2.1, 5).
//!
//! Dates are civil dates of Asia/Shanghai. A term of N months is displayed through the corresponding day
//! inclusive and hidden at 00:00 of the next, so every end here is the first day on which it is over.

use chrono::NaiveDate;

use super::block::Block;
use super::facts::Facts;
use super::severity::SeverityTable;
use crate::domain::catalogue::{ListEntry, PeriodKind, PeriodRegime, PeriodStart, Term};
use crate::domain::kinds::{Severity, SubjectKind};
use crate::domain::period::{Window, add_months};

/// What the clocks are computed from.
#[derive(Clone, Copy, Debug)]
pub struct Dated<'a> {
    /// Catalogue entry.
    pub entry: &'a ListEntry,
    /// Kind of subject.
    pub kind: SubjectKind,
    /// Facts.
    pub facts: &'a Facts,
    /// Date of the decision or designation.
    pub decided_on: NaiveDate,
    /// Civil date of first publication, for periods that run from it.
    pub published_on: NaiveDate,
}

/// The computed clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Severity, where the list has one.
    pub severity: Option<Severity>,
    /// First day on which it is no longer displayed; `None` without a fixed end.
    pub displayed_until: Option<NaiveDate>,
    /// First day on which repair may be applied for; `None` where repair is not possible.
    pub earliest_repair: Option<NaiveDate>,
    /// First day on which its measures no longer apply, where that differs from the display.
    pub measures_until: Option<NaiveDate>,
    /// First day on which the archive may be deleted; `None` while the display has no end.
    pub retained_until: Option<NaiveDate>,
    /// Rule that was applied (`R36.general`, with `+earlier_end`, `+statutory_term`, `+supplied` where they did).
    pub rule: String,
    /// Its source in words.
    pub source: String,
}

/// Computes the clocks of a record.
///
/// # Errors
/// A [`Block`] when the rules give it no display: minor severity, no period that can be stated, not displayed.
pub fn clocks(table: &SeverityTable, dated: &Dated<'_>) -> Result<Clocks, Block> {
    let entry = dated.entry;
    let regime = entry.regime(dated.decided_on).ok_or(Block::NoPeriod)?;
    let severity = table.of(entry.category, dated.kind, dated.facts);
    let mut rule = rule_name(regime, severity);
    let row = displayed_row(regime, severity, dated)?;
    let start = start_of(regime, dated)?;
    let mut until = end_of(regime, row, start, dated)?;

    if let Some(later) = regime
        .earlier_end_with
        .as_ref()
        .and_then(|id| entry.periods.iter().find(|p| &p.id == id))
    {
        let other = end_under(later, severity, start, dated);
        if earlier(other, until) {
            until = other;
            rule.push_str("+earlier_end");
        }
    }
    let mut earliest_repair = row
        .and_then(|t| first_day_after(start, t.min_months))
        .filter(|_| entry.repair.repairable);
    if let Some(term_end) = statutory_term(table, dated, start) {
        // display follows a statutory measure of more than three years, and no early end before it lapses (SAMR45 art.13)
        if until.is_some_and(|u| u < term_end) {
            until = Some(term_end);
            rule.push_str("+statutory_term");
        }
        earliest_repair = earliest_repair.map(|d| d.max(term_end));
    }
    if let Some(supplied) = dated
        .facts
        .display_until_supplied
        .and_then(|d| d.succ_opt())
        .filter(|supplied| until.is_none_or(|u| *supplied < u))
    {
        until = Some(supplied);
        rule.push_str("+supplied");
    }
    let measures_until = dated
        .facts
        .valid_until
        .and_then(|d| d.succ_opt())
        .filter(|d| Some(*d) != until);
    let retained_until = until.and_then(|u| add_months(u, table.retention_months()));
    let earliest_repair = earliest_repair.filter(|d| until.is_none_or(|u| *d < u));
    let source = regime.source.zh.clone();
    Ok(Clocks {
        severity,
        displayed_until: until,
        earliest_repair,
        measures_until,
        retained_until,
        rule,
        source,
    })
}

/// First day after a period of `months` from `start`: the corresponding day (or month end) is the last one (民法典 201-202).
#[must_use]
pub fn first_day_after(start: NaiveDate, months: u32) -> Option<NaiveDate> {
    Window::of_months(start, months)?.until
}

/// End of a measure that was tolled: `dismissal + (old_end - suspension_start)` (S4 1.2, T13).
#[must_use]
pub fn tolled_end(
    old_end: NaiveDate,
    suspended_on: NaiveDate,
    dismissed_on: NaiveDate,
) -> Option<NaiveDate> {
    dismissed_on.checked_add_signed(old_end - suspended_on)
}

fn rule_name(regime: &PeriodRegime, severity: Option<Severity>) -> String {
    match (regime.kind, severity) {
        (PeriodKind::BySeverity, Some(s)) => format!("{}.{}", regime.id, s.code()),
        _ => regime.id.clone(),
    }
}

/// The term row for a severity and key field: a row that names the field wins over one that names the
/// severity alone, and that over a row for all.
fn term_of<'r>(
    regime: &'r PeriodRegime,
    severity: Option<Severity>,
    facts: &Facts,
) -> Option<&'r Term> {
    let fits = |t: &&Term| {
        t.severity.is_none_or(|s| Some(s) == severity)
            && (t.domains.is_empty() || facts.domain.is_some_and(|d| t.domains.contains(&d)))
    };
    regime
        .terms
        .iter()
        .filter(fits)
        .max_by_key(|t| (!t.domains.is_empty(), t.severity.is_some()))
}

fn displayed_row<'r>(
    regime: &'r PeriodRegime,
    severity: Option<Severity>,
    dated: &Dated<'_>,
) -> Result<Option<&'r Term>, Block> {
    if regime.kind == PeriodKind::NotDisplayed {
        return Err(Block::NotInCatalogue);
    }
    let row = term_of(regime, severity, dated.facts);
    match (regime.kind, row) {
        (_, Some(t)) if !t.displayed && dated.facts.statutory_publication.is_none() => {
            Err(if severity == Some(Severity::Minor) {
                Block::MinorSeverity
            } else {
                Block::NotInCatalogue
            })
        }
        (PeriodKind::BySeverity | PeriodKind::Fixed, None) => Err(Block::NoPeriod),
        (_, row) => Ok(row),
    }
}

fn start_of(regime: &PeriodRegime, dated: &Dated<'_>) -> Result<NaiveDate, Block> {
    match regime.starts {
        PeriodStart::Decision => Ok(dated.decided_on),
        PeriodStart::Publication => Ok(dated.published_on),
        PeriodStart::ValidFrom => Ok(dated.facts.valid_from.unwrap_or(dated.decided_on)),
    }
}

fn end_of(
    regime: &PeriodRegime,
    row: Option<&Term>,
    start: NaiveDate,
    dated: &Dated<'_>,
) -> Result<Option<NaiveDate>, Block> {
    match regime.kind {
        PeriodKind::NotDisplayed => Err(Block::NotInCatalogue),
        PeriodKind::BySeverity | PeriodKind::Fixed => {
            let months = row.map_or(0, |t| t.max_months);
            first_day_after(start, months)
                .map(Some)
                .ok_or(Block::NoPeriod)
        }
        PeriodKind::WhileValid => match (dated.facts.valid_until, dated.facts.long_term) {
            (Some(last), _) => last.succ_opt().map(Some).ok_or(Block::NoPeriod),
            (None, true) => Ok(None),
            (None, false) => Err(Block::NoPeriod),
        },
        PeriodKind::UntilExit => {
            let stated = dated.facts.valid_until.and_then(|d| d.succ_opt());
            let longest = row
                .filter(|t| t.max_months > 0)
                .and_then(|t| first_day_after(start, t.max_months));
            Ok(match (stated, longest) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            })
        }
    }
}

/// The end that a later regime would give a record of an earlier one; where the later one does not display
/// such records at all, the day on which it began.
fn end_under(
    regime: &PeriodRegime,
    severity: Option<Severity>,
    start: NaiveDate,
    dated: &Dated<'_>,
) -> Option<NaiveDate> {
    match displayed_row(regime, severity, dated) {
        Ok(row) => end_of(regime, row, start, dated).ok().flatten(),
        Err(_) => Some(regime.decided_from),
    }
    // a record whose later end lies before the later regime began is ended by that regime's beginning
    .map(|end| end.max(regime.decided_from))
}

fn earlier(a: Option<NaiveDate>, b: Option<NaiveDate>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a < b,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// First day after a statutory measure of more than three years, if the record has one.
fn statutory_term(table: &SeverityTable, dated: &Dated<'_>, start: NaiveDate) -> Option<NaiveDate> {
    let last = dated
        .facts
        .valid_until
        .filter(|_| table.is_time_limited(dated.facts))?;
    let three_years = first_day_after(start, 36)?;
    last.succ_opt().filter(|end| *end > three_years)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kinds::Domain;
    use crate::domain::rule::fixture;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn computed(entry: &ListEntry, decided: &str, facts: &Facts) -> Result<Clocks, Block> {
        let table = SeverityTable::embedded().unwrap();
        let dated = Dated {
            entry,
            kind: SubjectKind::LegalPerson,
            facts,
            decided_on: day(decided),
            published_on: day(decided),
        };
        clocks(&table, &dated)
    }

    fn kinds(kinds: &[&str]) -> Facts {
        Facts {
            penalty_kinds: kinds.iter().map(|k| (*k).to_owned()).collect(),
            ..Facts::default()
        }
    }

    #[test]
    fn terms_of_both_regimes() {
        let entry = fixture::penalty(|_| {});
        let apart = fixture::penalty(|e| e.periods[0].earlier_end_with = None);
        for (entry, decided, facts, until, repair, rule) in [
            // R36: general 3 months to 1 year, serious 1 to 3 years, from the date of the decision
            (
                &entry,
                "2026-04-01",
                kinds(&["罚款"]),
                "2027-04-02",
                Some("2026-07-02"),
                "R36.general",
            ),
            (
                &entry,
                "2026-08-31",
                kinds(&["责令关闭"]),
                "2029-09-01",
                Some("2027-09-01"),
                "R36.serious",
            ),
            (
                &entry,
                "2026-11-30",
                kinds(&["没收违法所得"]),
                "2027-12-01",
                Some("2027-03-01"),
                "R36.general",
            ),
            // R58 alone: 3 months to 3 years; food and its kin at least 1 year
            (
                &apart,
                "2025-06-01",
                kinds(&["罚款"]),
                "2028-06-02",
                Some("2025-09-02"),
                "R58.general",
            ),
            (
                &apart,
                "2025-06-01",
                Facts {
                    domain: Some(Domain::Food),
                    ..kinds(&["罚款"])
                },
                "2028-06-02",
                Some("2026-06-02"),
                "R58.general",
            ),
            // transition: the earlier of the two ends, never before R36 began
            (
                &entry,
                "2025-12-01",
                kinds(&["罚款"]),
                "2026-12-02",
                Some("2026-03-02"),
                "R58.general+earlier_end",
            ),
            (
                &entry,
                "2024-01-10",
                kinds(&["罚款"]),
                "2026-04-01",
                Some("2024-04-11"),
                "R58.general+earlier_end",
            ),
            (
                &entry,
                "2025-06-01",
                kinds(&["责令关闭"]),
                "2028-06-02",
                Some("2025-09-02"),
                "R58.serious",
            ),
        ] {
            let c = computed(entry, decided, &facts).unwrap();
            assert_eq!(c.displayed_until, Some(day(until)), "{decided} {rule}");
            assert_eq!(c.earliest_repair, repair.map(day), "{decided} {rule}");
            assert_eq!(c.rule, rule, "{decided}");
        }
    }

    #[test]
    fn minor_is_not_displayed_unless_a_statute_orders_it() {
        let entry = fixture::penalty(|_| {});
        let minor = Facts {
            severity: Some(Severity::Minor),
            ..kinds(&["罚款"])
        };
        assert_eq!(
            computed(&entry, "2026-05-01", &minor),
            Err(Block::MinorSeverity)
        );
        let ordered = Facts {
            statutory_publication: Some("某法第十条".into()),
            ..minor
        };
        assert_eq!(
            computed(&entry, "2026-05-01", &ordered)
                .unwrap()
                .displayed_until,
            Some(day("2026-08-02"))
        );
    }

    #[test]
    fn a_supplied_end_shortens_and_never_lengthens() {
        let entry = fixture::penalty(|_| {});
        let shorter = Facts {
            display_until_supplied: Some(day("2026-12-31")),
            ..kinds(&["罚款"])
        };
        let c = computed(&entry, "2026-04-01", &shorter).unwrap();
        assert_eq!(
            (c.displayed_until, c.rule.as_str()),
            (Some(day("2027-01-01")), "R36.general+supplied")
        );
        let longer = Facts {
            display_until_supplied: Some(day("2030-01-01")),
            ..kinds(&["罚款"])
        };
        assert_eq!(
            computed(&entry, "2026-04-01", &longer)
                .unwrap()
                .displayed_until,
            Some(day("2027-04-02"))
        );
    }

    #[test]
    fn display_follows_a_statutory_term_of_more_than_three_years() {
        let entry = fixture::penalty(|_| {});
        let five_years = Facts {
            valid_until: Some(day("2031-05-01")),
            ..kinds(&["限制从业"])
        };
        let c = computed(&entry, "2026-05-01", &five_years).unwrap();
        assert_eq!(c.displayed_until, Some(day("2031-05-02")));
        assert_eq!(
            c.earliest_repair, None,
            "no early end before a time-limited statutory measure lapses"
        );
        let two_years = Facts {
            valid_until: Some(day("2028-05-01")),
            ..kinds(&["限制从业"])
        };
        let c = computed(&entry, "2026-05-01", &two_years).unwrap();
        assert_eq!(c.displayed_until, Some(day("2029-05-02")));
        assert_eq!(
            c.measures_until,
            Some(day("2028-05-02")),
            "the measure clock is its own"
        );
    }

    #[test]
    fn while_valid_and_until_exit_and_fixed() {
        let with = |kind: PeriodKind, term: Option<u32>| {
            fixture::penalty(|e| {
                e.periods.truncate(1);
                e.periods[0].kind = kind;
                e.periods[0].earlier_end_with = None;
                e.periods[0].decided_until = None;
                e.periods[0].terms = term
                    .map(|m| Term {
                        severity: None,
                        domains: vec![],
                        displayed: true,
                        min_months: 0,
                        max_months: m,
                    })
                    .into_iter()
                    .collect();
            })
        };
        let valid = Facts {
            valid_until: Some(day("2027-03-31")),
            ..Facts::default()
        };
        let forever = Facts {
            long_term: true,
            ..Facts::default()
        };
        let untold = Facts::default();
        let licence = with(PeriodKind::WhileValid, None);
        assert_eq!(
            computed(&licence, "2026-01-01", &valid)
                .unwrap()
                .displayed_until,
            Some(day("2027-04-01"))
        );
        assert_eq!(
            computed(&licence, "2026-01-01", &forever)
                .unwrap()
                .displayed_until,
            None
        );
        assert_eq!(
            computed(&licence, "2026-01-01", &untold),
            Err(Block::NoPeriod)
        );
        let listed = with(PeriodKind::UntilExit, None);
        assert_eq!(
            computed(&listed, "2026-01-01", &untold)
                .unwrap()
                .displayed_until,
            None
        );
        assert_eq!(
            computed(&listed, "2026-01-01", &valid)
                .unwrap()
                .displayed_until,
            Some(day("2027-04-01"))
        );
        let capped = with(PeriodKind::UntilExit, Some(12));
        assert_eq!(
            computed(&capped, "2026-01-01", &valid)
                .unwrap()
                .displayed_until,
            Some(day("2027-01-02"))
        );
        let fixed = with(PeriodKind::Fixed, Some(36));
        assert_eq!(
            computed(&fixed, "2024-02-29", &untold)
                .unwrap()
                .displayed_until,
            Some(day("2027-03-01"))
        );
        let hidden = with(PeriodKind::NotDisplayed, None);
        assert_eq!(
            computed(&hidden, "2026-01-01", &untold),
            Err(Block::NotInCatalogue)
        );
    }

    #[test]
    fn a_decision_that_no_regime_governs_has_no_period() {
        let entry = fixture::penalty(|_| {});
        assert_eq!(
            computed(&entry, "2009-12-31", &kinds(&["罚款"])),
            Err(Block::NoPeriod)
        );
    }

    #[test]
    fn tolling_counts_the_remaining_term_on_from_the_dismissal() {
        // S4 1.2: new_end = dismissal + (old_end - suspension_start)
        assert_eq!(
            tolled_end(day("2027-01-31"), day("2026-10-01"), day("2026-11-15")),
            Some(day("2027-03-17"))
        );
    }
}
