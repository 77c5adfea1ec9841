//! The vocabulary of caching, and the one place where it becomes headers.
//!
//! `max-age` never goes beyond the next visibility boundary (P2): the next midnight of Asia/Shanghai, at which any
//! record may begin or end to be displayed. What can be taken back at any moment (P4) is revalidated on each use.

use chrono::NaiveDate;

use crate::domain::time::{Moment, day_start};

/// The longest that a page made of figures and catalogue texts is kept, in seconds.
const SHORT: i64 = 60;

/// How long an answer may be kept, by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// Its path names its contents: for ever.
    Immutable,
    /// It holds nothing that can be taken back: a minute, but not beyond the boundary.
    UntilBoundary,
    /// It shows records: kept, but asked about on each use.
    Revalidate,
    /// It answers what one person asked: kept by that person's browser alone, and asked about on each use.
    Private,
    /// Never kept.
    Never,
}

impl Cache {
    /// The `Cache-Control` value at an instant, when `boundary` is the next civil date on which anything changes by
    /// itself.
    #[must_use]
    pub fn control(self, now: Moment, boundary: NaiveDate) -> String {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable".to_owned(),
            Self::UntilBoundary => {
                let left = (day_start(boundary) - now).num_seconds();
                format!("public, max-age={}, must-revalidate", left.clamp(0, SHORT))
            }
            Self::Revalidate => "public, no-cache".to_owned(),
            Self::Private => "private, no-cache".to_owned(),
            Self::Never => "no-store".to_owned(),
        }
    }

    /// Whether the answer carries an entity tag.
    #[must_use]
    pub const fn has_tag(self) -> bool {
        matches!(self, Self::UntilBoundary | Self::Revalidate | Self::Private)
    }
}

/// What an answer was made from: it changes when any of this does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Sequence number of the public store.
    pub seq: i64,
    /// Sequence number that the index holds.
    pub index_seq: u64,
    /// Changes of notices.
    pub notices: i64,
    /// Mark of the calendar in force.
    pub calendar: u64,
    /// Civil date in Asia/Shanghai.
    pub today: NaiveDate,
}

impl Stamp {
    /// The entity tag of an answer in a form (`j` JSON, otherwise what the visitor chose). It is weak: compression changes the bytes.
    #[must_use]
    pub fn tag(&self, version: &str, form: &str) -> String {
        format!(
            "W/\"{}-{}-{}-{:x}-{}-{version}-{form}\"",
            self.seq,
            self.index_seq,
            self.notices,
            self.calendar,
            self.today.format("%Y%m%d")
        )
    }
}

/// Whether an `If-None-Match` value names a tag (weak comparison, RFC 9110 section 8.8.3.2).
#[must_use]
pub fn names(if_none_match: &str, tag: &str) -> bool {
    let opaque = |t: &str| t.trim().trim_start_matches("W/").to_owned();
    let tag = opaque(tag);
    if_none_match
        .split(',')
        .any(|t| t.trim() == "*" || opaque(t) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 7, d).unwrap()
    }

    #[test]
    fn nothing_is_kept_beyond_the_boundary() {
        for (before, age) in [(3600, 60), (61, 60), (59, 59), (1, 1), (0, 0), (-5, 0)] {
            let now = day_start(day(2)) - TimeDelta::seconds(before);
            assert_eq!(
                Cache::UntilBoundary.control(now, day(2)),
                format!("public, max-age={age}, must-revalidate"),
                "{before} s before midnight"
            );
        }
        let half = day_start(day(2)) - TimeDelta::milliseconds(1500);
        assert!(Cache::UntilBoundary.control(half, day(2)).contains("=1,"));
    }

    #[test]
    fn what_can_be_taken_back_is_asked_about_on_each_use() {
        let now = day_start(day(1));
        for cache in [Cache::Revalidate, Cache::Private, Cache::Never] {
            assert!(!cache.control(now, day(2)).contains("max-age"), "{cache:?}");
        }
    }

    #[test]
    fn tags_change_with_release_index_day_program_and_form() {
        let stamp = Stamp {
            seq: 7,
            index_seq: 7,
            notices: 3,
            calendar: 5,
            today: day(1),
        };
        let tag = stamp.tag("v1", "h");
        let others = [
            Stamp { seq: 8, ..stamp }.tag("v1", "h"),
            Stamp {
                index_seq: 8,
                ..stamp
            }
            .tag("v1", "h"),
            Stamp {
                notices: 4,
                ..stamp
            }
            .tag("v1", "h"),
            Stamp {
                calendar: 6,
                ..stamp
            }
            .tag("v1", "h"),
            Stamp {
                today: day(2),
                ..stamp
            }
            .tag("v1", "h"),
            stamp.tag("v2", "h"),
            stamp.tag("v1", "j"),
        ];
        for other in others {
            assert_ne!(tag, other);
            assert!(!names(&other, &tag));
        }
        assert!(names(&format!("\"x\", {tag}"), &tag));
        assert!(names(tag.trim_start_matches("W/"), &tag));
        assert!(names("*", &tag));
        assert!(!names("", &tag));
    }
}
