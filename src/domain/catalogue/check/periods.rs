//! The periods of display: stated, in order, without gap (R-077, C-004, C-005, C-009).

use super::{About, Rule};
use crate::domain::catalogue::{ListEntry, PeriodKind, PeriodRegime};
use crate::domain::kinds::Severity;

pub(super) fn entry(about: &mut About<'_>) {
    let entry = about.entry;
    let shown = entry.attributes.disclosable;
    let unstated = entry.periods.iter().find(|p| !stated(p));
    let never = entry
        .periods
        .iter()
        .all(|p| p.kind == PeriodKind::NotDisplayed);
    about.refuse(
        entry.periods.is_empty() || unstated.is_some() || (shown && never),
        Rule::DisclosurePeriod,
        unstated.map_or("periods", |p| &p.id),
        (
            "没有写明公示期限:公开的条目须有期限规则,按程度确定的须有一般和严重两档,固定期限的须有月数",
            "the period of display is not stated: by severity it needs general and serious rows, fixed it needs months",
        ),
        (
            "补全 periods 的 terms",
            "complete the terms of the periods",
        ),
    );
    about.refuse(
        !continuous(entry),
        Rule::RegimeGap,
        "periods",
        (
            "期限规则的适用日期重叠、中断,或者最后一条有截止日期",
            "regimes overlap, leave a gap, or the last of them ends",
        ),
        (
            "使每条的 decided_until 等于下一条的 decided_from,最后一条不写 decided_until",
            "let decided_until equal the next decided_from and leave it out in the last",
        ),
    );
    let reversed = entry
        .periods
        .iter()
        .find(|p| p.terms.iter().any(|t| t.min_months > t.max_months));
    about.refuse(
        reversed.is_some(),
        Rule::TermOrder,
        reversed.map_or("periods", |p| &p.id),
        (
            "最短公示期长于最长公示期",
            "min_months is longer than max_months",
        ),
        (
            "改正 min_months 或者 max_months",
            "correct min_months or max_months",
        ),
    );
    about.refuse(
        entry.periods.iter().any(|p| !transition_stands(entry, p)),
        Rule::WrongTransition,
        "periods.earlier_end_with",
        (
            "过渡规则指向的规则不存在或者不在其后",
            "the regime of the transition does not exist or is not a later one",
        ),
        (
            "改为同一条目中之后施行的规则代码",
            "name a later regime of the same entry",
        ),
    );
}

fn stated(regime: &PeriodRegime) -> bool {
    let has = |severity: Severity| {
        regime
            .terms
            .iter()
            .any(|t| t.domains.is_empty() && t.severity.is_none_or(|s| s == severity))
    };
    let counts = regime
        .terms
        .iter()
        .all(|t| !t.displayed || t.max_months > 0);
    let worded = !regime.source.zh.trim().is_empty();
    worded
        && match regime.kind {
            PeriodKind::BySeverity => counts && has(Severity::General) && has(Severity::Serious),
            PeriodKind::Fixed => counts && regime.terms.iter().any(|t| t.displayed),
            PeriodKind::WhileValid | PeriodKind::UntilExit | PeriodKind::NotDisplayed => true,
        }
}

fn continuous(entry: &ListEntry) -> bool {
    let mut periods: Vec<&PeriodRegime> = entry.periods.iter().collect();
    periods.sort_by_key(|p| p.decided_from);
    let joined = periods
        .windows(2)
        .all(|w| matches!(w, [a, b] if a.decided_until == Some(b.decided_from)));
    joined && periods.last().is_none_or(|p| p.decided_until.is_none())
}

fn transition_stands(entry: &ListEntry, regime: &PeriodRegime) -> bool {
    regime.earlier_end_with.as_ref().is_none_or(|id| {
        entry
            .periods
            .iter()
            .any(|p| &p.id == id && p.decided_from > regime.decided_from)
    })
}
