//! The statistics as JSON. A number that is held back is `null`, and says why.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::Words;
use crate::domain::regions;
use crate::domain::small::Persons;
use crate::outside::web::problem::Refusal;
use crate::outside::web::state::failed;
use crate::outside::web::stats::{Cell, Stats};

#[derive(Serialize)]
struct Count {
    count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<&'static str>,
}

/// Why a number is not told.
#[must_use]
pub const fn suppressed(told: Persons) -> Option<&'static str> {
    match told {
        Persons::Told(_) => None,
        Persons::Few => Some("fewer_than_5"),
        Persons::Withheld => Some("withheld"),
    }
}

fn number(told: Persons) -> Count {
    Count {
        count: (!told.is_held()).then_some(told.told()),
        suppressed: suppressed(told),
    }
}

#[derive(Serialize)]
struct Part<H> {
    #[serde(flatten)]
    head: H,
    organisations: u64,
    natural_persons: Count,
}

fn parts<'a, K, H>(cells: &'a [Cell<K>], head: impl Fn(&'a K) -> H) -> Vec<Part<H>> {
    cells
        .iter()
        .map(|cell| Part {
            head: head(&cell.key),
            organisations: cell.shown.orgs,
            natural_persons: number(cell.shown.persons),
        })
        .collect()
}

fn month(first: NaiveDate) -> String {
    first.format("%Y-%m").to_string()
}

#[derive(Serialize)]
struct ListHead<'a> {
    list: &'a str,
    name: Option<&'a Words>,
}

#[derive(Serialize)]
struct MonthHead {
    /// None for everything before.
    month: Option<String>,
}

#[derive(Serialize)]
struct RegionHead<'a> {
    region: &'a str,
    name: &'static str,
}

#[derive(Serialize)]
struct AuthorityHead<'a> {
    /// None for all others.
    authority: Option<&'a str>,
    name: Option<&'a str>,
    /// When it last published something about an organisation.
    newest_displayed_from: Option<NaiveDate>,
}

#[derive(Serialize)]
struct Kind {
    kind: &'static str,
    #[serde(flatten)]
    count: Count,
}

#[derive(Serialize)]
struct Punctual<'a> {
    list: &'a str,
    within_working_days: u32,
    on_time: u64,
    late: u64,
    unknown: u64,
}

#[derive(Serialize)]
struct Reason {
    why: &'static str,
    #[serde(flatten)]
    count: Count,
}

#[derive(Serialize)]
struct Exits {
    month: String,
    reasons: Vec<Reason>,
}

#[derive(Serialize)]
struct Handling<'a> {
    kind: &'static str,
    authority: &'a str,
    name: &'a str,
    open: u64,
    overdue: u64,
    decided: u64,
    median_working_days: Option<u64>,
    longest_working_days: Option<u64>,
    as_of: NaiveDate,
}

#[derive(Serialize)]
struct Wire<'a> {
    seq: i64,
    as_of: NaiveDate,
    organisations: u64,
    natural_persons: Count,
    kinds: Vec<Kind>,
    lists: Vec<Part<ListHead<'a>>>,
    months: Vec<Part<MonthHead>>,
    regions: Vec<Part<RegionHead<'a>>>,
    authorities: Vec<Part<AuthorityHead<'a>>>,
    punctuality: Vec<Punctual<'a>>,
    exits: Vec<Exits>,
    handling: Vec<Handling<'a>>,
}

/// `GET /api/v1/stats`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn stats(stats: &Stats, catalogue: &Catalogue) -> Result<Vec<u8>, Refusal> {
    let orgs = stats.kinds.iter().map(|(kind, n)| Kind {
        kind: kind.code(),
        count: number(Persons::Told(*n)),
    });
    let persons = Kind {
        kind: crate::domain::kinds::SubjectKind::NaturalPerson.code(),
        count: number(stats.shown.persons),
    };
    let wire = Wire {
        seq: stats.seq,
        as_of: stats.as_of,
        organisations: stats.shown.orgs,
        natural_persons: number(stats.shown.persons),
        kinds: orgs.chain([persons]).collect(),
        lists: parts(&stats.lists, |list| ListHead {
            list,
            name: catalogue.list(list).map(|l| &l.name),
        }),
        months: parts(&stats.months, |first| MonthHead {
            month: first.map(month),
        }),
        regions: parts(&stats.regions, |code| RegionHead {
            region: code,
            name: regions::find(code).map_or("", regions::Region::name),
        }),
        authorities: parts(&stats.authorities, |authority| AuthorityHead {
            authority: authority.as_ref().map(|a| a.code.as_str()),
            name: authority.as_ref().map(|a| a.name.as_str()),
            newest_displayed_from: authority.as_ref().and_then(|a| a.newest),
        }),
        punctuality: stats
            .punctual
            .iter()
            .map(|p| Punctual {
                list: &p.list,
                within_working_days: p.within,
                on_time: p.on_time,
                late: p.late,
                unknown: p.unknown,
            })
            .collect(),
        exits: stats
            .exits
            .iter()
            .map(|e| Exits {
                month: month(e.month),
                reasons: e
                    .by_reason
                    .iter()
                    .map(|(why, told)| Reason {
                        why: why.code(),
                        count: number(*told),
                    })
                    .collect(),
            })
            .collect(),
        handling: stats
            .handling
            .iter()
            .map(|h| Handling {
                kind: h.kind.code(),
                authority: &h.authority,
                name: &h.name,
                open: h.open,
                overdue: h.overdue,
                decided: h.decided,
                median_working_days: h.median,
                longest_working_days: h.longest,
                as_of: h.as_of,
            })
            .collect(),
    };
    serde_json::to_vec(&wire).map_err(|e| failed("writing JSON", &e))
}
