//! Which lists there are on which side, and what a list must have before anybody is listed.

use std::collections::BTreeSet;

use crate::domain::catalogue::{Catalogue, Category, ListEntry};
use crate::domain::kinds::{Polarity, Severity};

/// Red lists.
pub(in crate::inside) fn red(catalogue: &Catalogue) -> BTreeSet<&str> {
    of(catalogue, |l| {
        l.category == Category::RedList && l.polarity == Polarity::Positive
    })
}

/// Lists that a red-list entry is checked against: serious dishonesty, defaulters, watch lists (S1 art. 8, 12).
pub(in crate::inside) fn dishonest(catalogue: &Catalogue) -> BTreeSet<&str> {
    of(catalogue, is_dishonest)
}

fn of(catalogue: &Catalogue, wanted: impl Fn(&ListEntry) -> bool) -> BTreeSet<&str> {
    let lists = catalogue.lists.values();
    lists
        .filter(|l| wanted(l))
        .map(|l| l.code.as_str())
        .collect()
}

fn is_dishonest(list: &ListEntry) -> bool {
    list.polarity == Polarity::Negative
        && matches!(
            list.category,
            Category::SeriousList | Category::JudgmentDefaulter | Category::WatchList
        )
}

/// Whether a record of a list speaks against the red-list entry of its subject: a list of dishonesty or a watch list, or a
/// penalty of serious severity.
pub(in crate::inside) fn is_contrary(list: &ListEntry, severity: Option<Severity>) -> bool {
    is_dishonest(list)
        || (list.category == Category::Penalty && severity == Some(Severity::Serious))
}

/// What a list lacks, so that nobody can be listed: entry and exit conditions, remedies, a head for serious lists; or it is
/// no list at all.
pub type Unready = Vec<&'static str>;

/// Whether entries of a list can be proposed.
///
/// # Errors
/// What it lacks, in Chinese.
pub fn ready(list: &ListEntry) -> Result<(), Unready> {
    let is_list = matches!(
        list.category,
        Category::SeriousList | Category::WatchList | Category::RedList | Category::Honour
    );
    let objection = |r: &crate::domain::catalogue::Remedy| {
        r.kind == crate::domain::catalogue::RemedyKind::Objection
    };
    let lacks: Unready = [
        (!is_list, "名单性质"),
        (list.entry_conditions.is_empty(), "列入条件"),
        (list.exit_conditions.is_empty(), "移出条件"),
        (
            list.remedies.is_empty() || !list.remedies.iter().any(objection),
            "救济途径",
        ),
        (
            list.category == Category::SeriousList && list.head.is_none(),
            "设列领域",
        ),
    ]
    .into_iter()
    .filter_map(|(lacking, what)| lacking.then_some(what))
    .collect();
    if lacks.is_empty() { Ok(()) } else { Err(lacks) }
}
