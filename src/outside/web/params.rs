//! What a search address says, read into domain types; every error is collected and named.

use chrono::NaiveDate;

use super::link;
use super::problem::FieldError;
use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::SubjectKind;
use crate::domain::regions;
use crate::outside::index::{Cursor, Filters, MAX_PAGE_SIZE, MAX_QUERY_CHARS, Sort};
use crate::record::State;

/// The words of a state.
#[must_use]
pub fn state_words(code: &str) -> (&str, &'static str) {
    State::from_code(code).map_or((code, ""), |s| (s.zh(), s.en()))
}

/// The parameters of a search, as its address holds them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchParams {
    /// What was typed.
    pub q: String,
    /// Conditions.
    pub filters: Filters,
    /// Order.
    pub sort: Sort,
    /// Place of the page.
    pub page: Option<Cursor>,
    /// Hits on a page (API only).
    pub limit: Option<usize>,
}

/// A filter, to be left out or replaced in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// List.
    List,
    /// Region.
    Region,
    /// Authority.
    Authority,
    /// Subject kind.
    Kind,
    /// Year of the decision.
    Year,
    /// State.
    State,
}

impl Facet {
    /// Its parameter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Region => "region",
            Self::Authority => "authority",
            Self::Kind => "kind",
            Self::Year => "year",
            Self::State => "state",
        }
    }
}

/// Whether parameters that are not known are errors (API) or left aside (pages: chat programs append their own).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// An error that names it.
    Refused,
    /// Left aside.
    Ignored,
}

const KNOWN: [&str; 9] = [
    "q",
    "list",
    "region",
    "authority",
    "kind",
    "year",
    "state",
    "sort",
    "page",
];

/// The longest a region prefix, code or other short value may be.
const LONGEST_VALUE: usize = 64;

impl SearchParams {
    /// Reads the query part of an address. Empty values count as not given.
    ///
    /// # Errors
    /// Every parameter that is unknown, repeated or cannot be read.
    pub fn read(
        query: &str,
        catalogue: &Catalogue,
        unknown: Unknown,
    ) -> Result<Self, Vec<FieldError>> {
        let mut out = Self::default();
        let mut errors = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let known = KNOWN.contains(&&*name) || (name == "limit" && unknown == Unknown::Refused);
            if !known {
                if unknown == Unknown::Refused && errors.len() < 20 {
                    errors.push(FieldError::query(
                        &name,
                        "unknown_parameter",
                        format!(
                            "没有这个参数，可用：{}、limit · no such parameter",
                            KNOWN.join("、")
                        ),
                    ));
                }
                continue;
            }
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if seen.iter().any(|s| *s == *name) {
                errors.push(FieldError::query(
                    &name,
                    "repeated",
                    "参数只能出现一次 · given more than once",
                ));
                continue;
            }
            seen.push(name.to_string());
            if let Err(error) = out.set(&name, value, catalogue) {
                errors.push(error);
            }
        }
        if errors.is_empty() {
            Ok(out)
        } else {
            Err(errors)
        }
    }

    fn set(&mut self, name: &str, value: &str, catalogue: &Catalogue) -> Result<(), FieldError> {
        let bad = |code, message: &str| Err(FieldError::query(name, code, message));
        let length = value.chars().count();
        if name == "q" {
            if length > MAX_QUERY_CHARS {
                return bad(
                    "too_long",
                    "检索词最多120个字符 · a query has at most 120 characters",
                );
            }
            value.clone_into(&mut self.q);
            return Ok(());
        }
        if length > LONGEST_VALUE {
            return bad("too_long", "参数值过长 · the value is too long");
        }
        match name {
            "list" => match catalogue.list(value).filter(|l| l.is_displayed()) {
                Some(entry) => self.filters.list = Some(entry.code.clone()),
                None => {
                    return bad(
                        "unknown_list",
                        "没有这个名单，名单代码见 /api/v1/lists · no such list, see /api/v1/lists",
                    );
                }
            },
            "region" => match region_prefix(value) {
                Some(prefix) => self.filters.region = Some(prefix).filter(|p| !p.is_empty()),
                None => {
                    return bad(
                        "not_a_region",
                        "地区应为 GB/T 2260 的2、4或6位数字 · a region is 2, 4 or 6 digits of GB/T 2260",
                    );
                }
            },
            "authority" => {
                if !value.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    return bad(
                        "not_an_authority",
                        "机关应为统一社会信用代码 · an authority is given by its unified social credit code",
                    );
                }
                self.filters.authority = Some(value.to_ascii_uppercase());
            }
            "kind" => match SubjectKind::from_code(value) {
                Some(kind) => self.filters.kind = Some(kind),
                None => {
                    return bad(
                        "unknown_kind",
                        "主体类型应为 legal_person、unincorporated_org、individual_business 或 natural_person · no such subject kind",
                    );
                }
            },
            "year" => match value.parse::<i32>() {
                Ok(year) if value.len() == 4 && (1949..=2100).contains(&year) => {
                    self.filters.year = Some(year);
                }
                _ => {
                    return bad(
                        "not_a_year",
                        "年份应为1949至2100之间的四位数字 · a year is four digits between 1949 and 2100",
                    );
                }
            },
            "state" => match State::from_code(value) {
                Some(state) => self.filters.state = Some(state.code().to_owned()),
                None => {
                    return bad(
                        "unknown_state",
                        "状态应为 displayed、under_objection、corrected 或 held_at_maximum · no such state",
                    );
                }
            },
            "sort" => match value {
                "relevance" => self.sort = Sort::Relevance,
                "newest" => self.sort = Sort::Newest,
                _ => {
                    return bad(
                        "unknown_order",
                        "排序应为 relevance 或 newest · the order is relevance or newest",
                    );
                }
            },
            "limit" => match value.parse::<usize>() {
                Ok(limit) if (1..=MAX_PAGE_SIZE).contains(&limit) => self.limit = Some(limit),
                _ => {
                    return bad(
                        "not_a_limit",
                        "每页条数应为1至100 · a page has 1 to 100 items",
                    );
                }
            },
            _ => match value.parse() {
                Ok(cursor) => self.page = Some(cursor),
                Err(_) => {
                    return bad(
                        "not_a_cursor",
                        "翻页标记无效，请取上一页返回的 next · not a cursor: take next of the page before",
                    );
                }
            },
        }
        Ok(())
    }

    /// The value of a filter, as the address holds it.
    #[must_use]
    pub fn value(&self, facet: Facet) -> Option<String> {
        let f = &self.filters;
        match facet {
            Facet::List => f.list.clone(),
            Facet::Region => f.region.clone(),
            Facet::Authority => f.authority.clone(),
            Facet::Kind => f.kind.map(|k| k.code().to_owned()),
            Facet::Year => f.year.map(|y| y.to_string()),
            Facet::State => f.state.clone(),
        }
    }

    /// Name and value of everything that is set, the place of the page excepted, with one filter replaced.
    fn pairs(&self, replaced: Option<(Facet, Option<&str>)>) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if !self.q.is_empty() {
            out.push(("q", self.q.clone()));
        }
        for facet in [
            Facet::List,
            Facet::Region,
            Facet::Authority,
            Facet::Kind,
            Facet::Year,
            Facet::State,
        ] {
            let value = match replaced {
                Some((which, value)) if which == facet => value.map(ToOwned::to_owned),
                _ => self.value(facet),
            };
            if let Some(value) = value {
                out.push((facet.name(), value));
            }
        }
        if self.sort == Sort::Newest {
            out.push(("sort", "newest".to_owned()));
        }
        out
    }

    fn address(&self, pairs: &[(&'static str, String)]) -> String {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
        link::with_query("/search", &pairs)
    }

    /// The address of the same search with one filter set or taken away, from its first page.
    #[must_use]
    pub fn with(&self, facet: Facet, value: Option<&str>) -> String {
        self.address(&self.pairs(Some((facet, value))))
    }

    /// The address of its first page.
    #[must_use]
    pub fn first_page(&self) -> String {
        self.address(&self.pairs(None))
    }

    /// The address of a further page.
    #[must_use]
    pub fn at(&self, cursor: Cursor) -> String {
        let mut pairs = self.pairs(None);
        pairs.push(("page", cursor.to_string()));
        self.address(&pairs)
    }

    /// The address of the same search in another order.
    #[must_use]
    pub fn sorted(&self, sort: Sort) -> String {
        let other = Self {
            sort,
            page: None,
            ..self.clone()
        };
        other.first_page()
    }

    /// The address of the same filters with another query.
    #[must_use]
    pub fn asking(&self, q: &str) -> String {
        let other = Self {
            q: q.to_owned(),
            page: None,
            ..self.clone()
        };
        other.first_page()
    }

    /// What is set beside the query, for hidden fields of a form.
    #[must_use]
    pub fn hidden(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.pairs(None);
        pairs.retain(|(name, _)| *name != "q");
        pairs
    }

    /// Whether the search is for a natural person's full name: one list is chosen, it publishes persons, and at least
    /// two characters were typed (domain.md 4.3).
    #[must_use]
    pub fn asks_for_person(&self, catalogue: &Catalogue) -> bool {
        let publishes = |code: &String| {
            catalogue
                .list(code)
                .is_some_and(|l| l.is_displayed() && l.persons.published)
        };
        let other_kind = self
            .filters
            .kind
            .is_some_and(|k| k != SubjectKind::NaturalPerson);
        let han = self.q.chars().filter(|c| c.is_alphabetic()).take(2).count();
        !other_kind && han >= 2 && self.filters.list.as_ref().is_some_and(publishes)
    }

    /// Whether the chosen list lets natural persons be browsed.
    #[must_use]
    pub fn lists_persons(&self, catalogue: &Catalogue) -> bool {
        let entry = self.filters.list.as_ref().and_then(|c| catalogue.list(c));
        entry.is_some_and(browsable_persons)
    }
}

/// Whether natural persons of a list may be listed.
#[must_use]
pub fn browsable_persons(entry: &crate::domain::catalogue::ListEntry) -> bool {
    entry.is_displayed() && entry.persons.published && entry.persons.browse
}

/// The prefix that the index filters by: 350000 is 35, 350200 is 3502; the whole country is no filter.
#[must_use]
pub fn region_prefix(value: &str) -> Option<String> {
    if !matches!(value.len(), 2 | 4 | 6) || !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if value.len() == 6
        && let Some(region) = regions::find(value)
    {
        return Some(region.prefix().to_owned());
    }
    if value == regions::NATIONAL {
        return Some(String::new());
    }
    Some(value.to_owned())
}

/// A change feed's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangesParams {
    /// Sequence number after which changes are asked for.
    pub since: i64,
    /// Changes on a page.
    pub limit: usize,
    /// Seconds to wait for something new.
    pub wait: u64,
}

/// The most changes on a page.
pub const MAX_CHANGES: usize = 1000;
/// The most withdrawals on a page.
pub const MAX_WITHDRAWALS: usize = 10_000;
/// The longest wait for something new, in seconds.
pub const MAX_WAIT: u64 = 30;

impl ChangesParams {
    /// Reads the query part of an address.
    ///
    /// # Errors
    /// Every parameter that is unknown or cannot be read.
    pub fn read(query: &str, most: usize) -> Result<Self, Vec<FieldError>> {
        let mut out = Self {
            since: 0,
            limit: most / 10,
            wait: 0,
        };
        let mut errors = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "since" => match value.parse::<i64>() {
                    Ok(since) if since >= 0 => out.since = since,
                    _ => errors.push(FieldError::query(
                        "since",
                        "not_a_sequence_number",
                        "应为不小于0的整数 · a whole number, not negative",
                    )),
                },
                "limit" => match value.parse::<usize>() {
                    Ok(limit) if (1..=most).contains(&limit) => out.limit = limit,
                    _ => errors.push(FieldError::query(
                        "limit",
                        "not_a_limit",
                        format!("应为1至{most}的整数 · a whole number from 1 to {most}"),
                    )),
                },
                "wait" => match value.parse::<u64>() {
                    Ok(wait) if wait <= MAX_WAIT => out.wait = wait,
                    _ => errors.push(FieldError::query(
                        "wait",
                        "not_a_wait",
                        "应为0至30的整数（秒）· a whole number of seconds from 0 to 30",
                    )),
                },
                other => errors.push(FieldError::query(
                    other,
                    "unknown_parameter",
                    "没有这个参数，可用：since、limit、wait · no such parameter",
                )),
            }
        }
        if errors.is_empty() {
            Ok(out)
        } else {
            Err(errors)
        }
    }
}

/// Refuses every parameter: for addresses that have none.
///
/// # Errors
/// Each parameter that was given.
pub fn none(query: &str) -> Result<(), Vec<FieldError>> {
    only(query, &[])
}

/// Refuses every parameter but the named ones.
///
/// # Errors
/// Each other parameter that was given.
pub fn only(query: &str, known: &[&str]) -> Result<(), Vec<FieldError>> {
    let errors: Vec<FieldError> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| !known.contains(&&**name))
        .map(|(name, _)| {
            FieldError::query(
                &name,
                "unknown_parameter",
                "没有这个参数 · no such parameter",
            )
        })
        .take(20)
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The value of one parameter, when it is given and not empty.
#[must_use]
pub fn one(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(n, v)| n == name && !v.is_empty())
        .map(|(_, v)| v.into_owned())
}

/// The last day on which a record is shown, for people: displays end at midnight.
#[must_use]
pub fn last_day(until: NaiveDate) -> NaiveDate {
    until.pred_opt().unwrap_or(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, unknown: Unknown) -> Result<SearchParams, Vec<(String, &'static str)>> {
        SearchParams::read(query, &Catalogue::default(), unknown)
            .map_err(|all| all.into_iter().map(|e| (e.pointer, e.code)).collect())
    }

    #[test]
    fn every_bad_value_is_named_and_none_hides_another() {
        let errors = read(
            "year=26&kind=robot&sort=price&region=3&page=x&list=none&state=hidden&limit=0&colour=red&q=a&q=b&authority=%3C",
            Unknown::Refused,
        )
        .unwrap_err();
        let codes: Vec<&str> = errors.iter().map(|(_, code)| *code).collect();
        assert_eq!(
            codes,
            [
                "not_a_year",
                "unknown_kind",
                "unknown_order",
                "not_a_region",
                "not_a_cursor",
                "unknown_list",
                "unknown_state",
                "not_a_limit",
                "unknown_parameter",
                "repeated",
                "not_an_authority"
            ]
        );
        assert_eq!(errors[8].0, "query:colour");
    }

    #[test]
    fn pages_leave_aside_what_chat_programs_append() {
        let params = read("q=%E6%B5%B7&from=singlemessage&limit=3", Unknown::Ignored).unwrap();
        assert_eq!((params.q.as_str(), params.limit), ("海", None));
    }

    #[test]
    fn empty_values_of_a_sent_form_count_as_not_given() {
        assert_eq!(
            read("q=&list=&region=&year=&sort=", Unknown::Refused),
            Ok(SearchParams::default())
        );
    }

    #[test]
    fn addresses_read_back_as_what_they_were_made_of() {
        let params = read(
            "q=%E7%94%B2+%26%3Cb%3E&region=350200&kind=legal_person&year=2025&sort=newest",
            Unknown::Refused,
        )
        .unwrap();
        assert_eq!(params.filters.region.as_deref(), Some("3502"));
        let address = params.first_page();
        let query = address.strip_prefix("/search?").unwrap();
        assert_eq!(read(query, Unknown::Refused), Ok(params.clone()));
        let without = params.with(Facet::Region, None);
        assert!(!without.contains("region") && without.contains("year=2025"));
    }

    #[test]
    fn change_feeds_read_their_two_parameters_and_no_other() {
        assert_eq!(
            ChangesParams::read("since=7&limit=1000&wait=30", MAX_CHANGES),
            Ok(ChangesParams {
                since: 7,
                limit: 1000,
                wait: 30
            })
        );
        for bad in [
            "since=-1",
            "since=x",
            "limit=0",
            "limit=1001",
            "wait=31",
            "wait=-1",
            "after=1",
        ] {
            assert!(ChangesParams::read(bad, MAX_CHANGES).is_err(), "{bad}");
        }
    }
}
