//! Typed links: an address is made by a function that knows the route, never by pasting strings.

use chrono::NaiveDate;

use crate::domain::forms::FormKind;
use url::form_urlencoded::{Serializer, byte_serialize};

fn segment(text: &str) -> String {
    // A path segment: the form encoding, with its one difference (a space) put right.
    byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// The page of a record.
#[must_use]
pub fn record(id: &str) -> String {
    format!("/records/{}", segment(id))
}

/// The credit file of an organisation.
#[must_use]
pub fn subject(code: &str) -> String {
    format!("/subjects/{}", segment(code))
}

/// The next page of a credit file, after a row.
#[must_use]
pub fn subject_after(code: &str, after: i64) -> String {
    format!("/subjects/{}?page={after}", segment(code))
}

/// The printed report of an organisation.
#[must_use]
pub fn report(code: &str) -> String {
    format!("/subjects/{}/report", segment(code))
}

/// The same as a file.
#[must_use]
pub fn report_pdf(code: &str) -> String {
    format!("/subjects/{}/report.pdf", segment(code))
}

/// Where a verification code is checked.
#[must_use]
pub fn verify(code: &str) -> String {
    with_query("/verify", &[("code", code)])
}

/// The page of a list.
#[must_use]
pub fn list(code: &str) -> String {
    format!("/lists/{}", segment(code))
}

/// The feed of the new entries of a list.
#[must_use]
pub fn feed_of_list(code: &str) -> String {
    format!("/feeds/{}.atom", segment(code))
}

/// The feed of the new entries of a region.
#[must_use]
pub fn feed_of_region(code: &str) -> String {
    format!("/feeds/regions/{}.atom", segment(code))
}

/// What the catalogue says of a list.
#[must_use]
pub fn catalogue(code: &str) -> String {
    format!("/catalogue/{}", segment(code))
}

/// The JSON twin of it.
#[must_use]
pub fn api_catalogue(code: &str) -> String {
    format!("/api/v1/catalogue/{}", segment(code))
}

/// The page of a list at a place of its browse order.
#[must_use]
pub fn list_at(code: &str, cursor: &str) -> String {
    format!("/lists/{}?page={}#browse", segment(code), segment(cursor))
}

/// The JSON twin of a record's page.
#[must_use]
pub fn api_record(id: &str) -> String {
    format!("/api/v1/records/{}", segment(id))
}

/// The JSON twin of a credit file.
#[must_use]
pub fn api_subject(code: &str) -> String {
    format!("/api/v1/subjects/{}", segment(code))
}

/// The JSON twin of a list's page.
#[must_use]
pub fn api_list(code: &str) -> String {
    format!("/api/v1/lists/{}", segment(code))
}

/// The first page of an application.
#[must_use]
pub fn apply(kind: FormKind) -> String {
    format!("/apply/{}", kind.code())
}

/// The same about a record.
#[must_use]
pub fn apply_about(kind: FormKind, record: &str) -> String {
    with_query(&apply(kind), &[("record", record)])
}

/// The same against a notice.
#[must_use]
pub fn object_to(notice: &str) -> String {
    with_query(&apply(FormKind::Objection), &[("notice", notice)])
}

/// A draft.
#[must_use]
pub fn draft(number: &str) -> String {
    format!("/apply/draft/{}", segment(number))
}

/// A page of a draft.
#[must_use]
pub fn draft_at(number: &str, page: &str) -> String {
    format!("/apply/draft/{}/{}", segment(number), segment(page))
}

/// Where a draft is taken up again.
pub const RESUME: &str = "/apply/resume";

/// The same for a number.
#[must_use]
pub fn resume(number: &str) -> String {
    with_query(RESUME, &[("number", number)])
}

/// The link that its owner keeps: the secret stands behind the `#`, which no browser sends to any server, so that no
/// proxy and no log ever holds it.
#[must_use]
pub fn resume_with(number: &str, secret: &str) -> String {
    format!("{}#{}", resume(number), segment(secret))
}

/// Where one asks how an application stands.
#[must_use]
pub fn track_number(number: &str) -> String {
    with_query("/track", &[("number", number)])
}

/// An application that is followed.
#[must_use]
pub fn track(number: &str) -> String {
    format!("/track/{}", segment(number))
}

/// A page of it.
#[must_use]
pub fn track_at(number: &str, page: &str) -> String {
    format!("/track/{}/{page}", segment(number))
}

/// Where something asked of a part is answered; parts are counted from 1 in addresses.
#[must_use]
pub fn answer(number: &str, part: u32) -> String {
    track_at(number, &format!("answer/{}", part + 1))
}

/// The decision letter that was told in a reply, counted from 1.
#[must_use]
pub fn letter(number: &str, reply: usize) -> String {
    track_at(number, &format!("letter/{}.pdf", reply + 1))
}

/// An objection to the result of a part of an application, with what is known filled in.
#[must_use]
pub fn object_to_result(about: &str) -> String {
    with_query(
        &apply(FormKind::Objection),
        &[("type", "repair_result"), ("about", about)],
    )
}

/// A complaint about the answer to an objection, with what is known filled in.
#[must_use]
pub fn complain_about(objection: &str, answered: Option<NaiveDate>) -> String {
    let day = answered.map_or_else(String::new, |d| d.to_string());
    with_query(
        &apply(FormKind::Complaint),
        &[("objection", objection), ("replied", &day)],
    )
}

/// The JSON twin of the statistics.
pub const API_STATS: &str = "/api/v1/stats";

/// An address with a query; pairs without a value are left out.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(key, value);
    }
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_cannot_leave_its_place_in_an_address() {
        assert_eq!(record("../a b?c"), "/records/..%2Fa%20b%3Fc");
        assert_eq!(
            with_query("/search", &[("q", "甲&list=x#\""), ("list", "")]),
            "/search?q=%E7%94%B2%26list%3Dx%23%22"
        );
        assert_eq!(with_query("/search", &[]), "/search");
    }
}
