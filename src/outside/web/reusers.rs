//! What a re-user may send: a registration, and how far it has deleted what was taken back.

use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::FieldError;
use crate::domain::time::{Moment, civil_date};
use crate::outside::export::docs::instant;
use crate::outside::store::Reuser;

/// Registrations that may wait to be looked at.
pub const MOST_WAITING: i64 = 5000;
/// What the token of a re-user begins with.
pub const PREFIX: &str = "gsr_";
/// The longest name, in characters; the shortest has two.
pub const LONGEST_NAME: usize = 100;
/// The longest website.
pub const LONGEST_SITE: usize = 300;
/// The longest contact, in characters.
pub const LONGEST_CONTACT: usize = 500;
/// Hours after which what is not deleted is late: a term of ours, no law names one.
pub const LATE_HOURS: i64 = 24;
/// The pattern of a name, as the description of the interface tells it.
pub const NAME: &str =
    "^[^\\x00-\\x20\\x7f-\\xa0\\u3000][^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x20\\x7f-\\xa0\\u3000]$";
/// The pattern of a website.
pub const SITE: &str = "^https?://[A-Za-z0-9.-]+(/[!-~]*)?$";

/// A registration, as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Name.
    pub name: String,
    /// Website.
    #[serde(default, deserialize_with = "given")]
    pub website: String,
    /// How to reach it.
    #[serde(default, deserialize_with = "given")]
    pub contact: String,
}

/// A report, as it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Sequence number up to which everything was deleted that was taken back.
    #[serde(deserialize_with = "whole")]
    pub seq: i64,
}

/// A whole number, also one that is written with a point.
fn whole<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    use serde::de::Error as _;
    let number = serde_json::Number::deserialize(from)?;
    let plain = number.as_i64().or_else(|| {
        let text = number.as_f64().filter(|n| n.fract() == 0.0)?.to_string();
        text.parse().ok()
    });
    plain
        .filter(|n| *n >= 0)
        .ok_or_else(|| D::Error::custom("not a whole number from 0"))
}

/// A text that is not empty, where it is given.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    use serde::de::Error as _;
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Err(D::Error::custom("empty: leave it out"));
    }
    Ok(text)
}

const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}')
}

const fn is_edge(c: char) -> bool {
    !is_control(c) && !matches!(c, ' ' | '\u{a0}' | '\u{3000}')
}

fn is_site(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let is_host = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    !host.is_empty() && host.bytes().all(is_host) && path.bytes().all(|b| b.is_ascii_graphic())
}

impl Registration {
    /// What is wrong with it; `sealed`: whether there is a desk to which a contact can be sealed.
    #[must_use]
    pub fn faults(&self, sealed: bool) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut check = |holds: bool, pointer: &str, code, message: &str| {
            if !holds {
                faults.push(FieldError::body(pointer, code, message));
            }
        };
        let name = self.name.chars();
        let length = name.clone().count();
        check(
            (2..=LONGEST_NAME).contains(&length)
                && !name.clone().any(is_control)
                && name.clone().next().is_some_and(is_edge)
                && name.clone().next_back().is_some_and(is_edge),
            "/name",
            "not_a_name",
            "名称为 2 至 100 个字符，首尾无空格，无控制字符 · a name has 2 to 100 characters, no space at its ends, no control characters",
        );
        check(
            self.website.is_empty()
                || (self.website.len() <= LONGEST_SITE && is_site(&self.website)),
            "/website",
            "not_a_site",
            "网址以 http:// 或 https:// 开头，不超过 300 个字符 · begins with http:// or https://, 300 characters at most",
        );
        check(
            self.contact.chars().count() <= LONGEST_CONTACT,
            "/contact",
            "too_long",
            "联系方式不超过 500 个字符 · 500 characters at most",
        );
        check(
            self.contact.is_empty() || sealed,
            "/contact",
            "not_taken",
            "本节点没有业务端公钥，不收联系方式 · this node has no desk to which it could be sealed: leave it out",
        );
        faults
    }
}

/// How a re-user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has deleted all that was taken back.
    UpToDate,
    /// Something was taken back lately that it has not deleted yet.
    CatchingUp,
    /// Something was taken back longer ago than it should take.
    Late,
    /// It never said anything.
    Silent,
}

impl Standing {
    /// Of a re-user at an instant.
    #[must_use]
    pub fn of(reuser: &Reuser, now: Moment) -> Self {
        match (reuser.reported_at, hours(reuser, now)) {
            (None, _) => Self::Silent,
            (_, None) => Self::UpToDate,
            (_, Some(hours)) if hours < LATE_HOURS => Self::CatchingUp,
            _ => Self::Late,
        }
    }

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UpToDate => "up_to_date",
            Self::CatchingUp => "catching_up",
            Self::Late => "late",
            Self::Silent => "silent",
        }
    }

    /// All of them.
    pub const ALL: [Self; 4] = [Self::UpToDate, Self::CatchingUp, Self::Late, Self::Silent];

    /// In Chinese and English.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::UpToDate => ("已同步", "Up to date"),
            Self::CatchingUp => ("同步中", "Catching up"),
            Self::Late => ("逾期未删", "Late"),
            Self::Silent => ("尚未报告", "No report yet"),
        }
    }
}

/// Whole hours since the first record was taken back that it has not deleted.
#[must_use]
pub fn hours(reuser: &Reuser, now: Moment) -> Option<i64> {
    let since = reuser.behind_since?;
    Some((now - since).max(TimeDelta::zero()).num_hours())
}

/// A re-user as JSON tells it.
#[must_use]
pub fn entry(reuser: &Reuser, seq: i64, now: Moment) -> Value {
    json!({
        "id": reuser.id,
        "name": reuser.name,
        "website": (!reuser.website.is_empty()).then_some(&reuser.website),
        "listed": reuser.state == crate::outside::store::ReuserState::Listed,
        "registered_on": civil_date(reuser.made_at),
        "standing": Standing::of(reuser, now).code(),
        "deleted_to": reuser.deleted_to,
        "seq": seq,
        "reported_at": reuser.reported_at.map(instant),
        "withdrawals_behind": reuser.behind,
        "behind_since": reuser.behind_since.map(instant),
        "hours_behind": hours(reuser, now),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_is_as_the_description_of_the_interface_says() {
        // the patterns there, in the words of this crate
        let name = regex::Regex::new(&NAME.replace("\\u3000", "\u{3000}")).unwrap();
        let site = regex::Regex::new(SITE).unwrap();
        for text in [
            "报社",
            "A",
            "",
            " ab",
            "ab ",
            "a b",
            "a\tb",
            "a\u{7f}b",
            "\u{3000}ab",
            "ab\u{a0}",
            "x\u{85}y",
            "é👍",
        ] {
            let long_enough = (2..=LONGEST_NAME).contains(&text.chars().count());
            let one = Registration {
                name: text.to_owned(),
                ..Registration::default()
            };
            let expected = long_enough && name.is_match(text);
            assert_eq!(one.faults(true).is_empty(), expected, "{text:?}");
        }
        for text in [
            "https://example.org",
            "http://a-b.example/x?y#z",
            "https://",
            "ftp://x",
            "https://a b/",
            "https://a/ b",
            "https://例.cn/",
            "https://x:1/",
            "javascript:alert(1)",
        ] {
            let one = Registration {
                name: "报社".to_owned(),
                website: text.to_owned(),
                ..Registration::default()
            };
            assert_eq!(one.faults(true).is_empty(), site.is_match(text), "{text:?}");
        }
        let contact = Registration {
            name: "报社".to_owned(),
            contact: "a@example.org".to_owned(),
            ..Registration::default()
        };
        assert!(contact.faults(true).is_empty());
        assert_eq!(contact.faults(false)[0].code, "not_taken");
        let progress = |text: &str| serde_json::from_str::<Progress>(text).ok().map(|p| p.seq);
        assert_eq!(progress(r#"{"seq":7}"#), Some(7));
        assert_eq!(progress(r#"{"seq":7.0}"#), Some(7));
        for bad in [
            r#"{"seq":-1}"#,
            r#"{"seq":1.5}"#,
            r#"{"seq":"1"}"#,
            r#"{"seq":1,"x":1}"#,
            "{}",
        ] {
            assert_eq!(progress(bad), None, "{bad}");
        }
    }
}
