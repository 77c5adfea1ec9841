//! What changed in a range of sequence numbers, as a file: the present state of each record whose last change is in it, or
//! its tombstone. Nothing is stored: what was superseded or taken back since is in no range, however old.

use std::collections::VecDeque;

use chrono::NaiveDate;

use super::Format;
use super::row::{self, COLUMNS, Row, is_exported};
use crate::base::crypto::past::told;
use crate::domain::catalogue::Catalogue;
use crate::domain::time::{civil_date, day_start};
use crate::outside::store::{Change, Changed, Ended, PublicStore, Release, StoreError, Stored};
use crate::record::Why;

/// Releases that are listed one by one; older ones are in the files of their days.
const RELEASES: usize = 200;
/// Changes read at once.
pub const PAGE: usize = 1000;

/// A range of sequence numbers, as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// What its file is called, without ending: `2026-11-22`, or `120-180`.
    pub name: String,
    /// Sequence number after which it begins.
    pub from: i64,
    /// Sequence number with which it ends.
    pub to: i64,
    /// The civil date whose releases it holds, or on which its release was made.
    pub day: NaiveDate,
}

/// The ranges that are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deltas {
    /// Sequence number up to which they go.
    pub seq: i64,
    /// By day, oldest first; days without a release are left out, but today is always there.
    pub days: Vec<Delta>,
    /// By release, the last ones, oldest first.
    pub releases: Vec<Delta>,
}

impl Deltas {
    /// The ranges of the days from `first` up to today.
    ///
    /// # Errors
    /// Those of the store.
    pub fn read(
        store: &PublicStore,
        first: NaiveDate,
        today: NaiveDate,
    ) -> Result<Self, StoreError> {
        let (before, releases) = store.releases_since(day_start(first))?;
        Ok(Self::of(before, &releases, today))
    }

    fn of(before: i64, releases: &[Release], today: NaiveDate) -> Self {
        let mut all = Self {
            seq: before,
            ..Self::default()
        };
        let mut last: VecDeque<Delta> = VecDeque::new();
        for release in releases {
            let (from, to) = (all.seq, release.seq_to);
            // a clock that was set back does not make a day begin again
            let day = civil_date(release.at).max(all.days.last().map_or(NaiveDate::MIN, |d| d.day));
            all.seq = to;
            match all.days.last_mut() {
                Some(open) if open.day == day => open.to = to,
                _ => all.days.push(Delta {
                    name: day.to_string(),
                    from,
                    to,
                    day,
                }),
            }
            last.push_back(Delta {
                name: format!("{from}-{to}"),
                from,
                to,
                day,
            });
            if last.len() > RELEASES {
                last.pop_front();
            }
        }
        if all.days.last().is_none_or(|d| d.day < today) {
            all.days.push(Delta {
                name: today.to_string(),
                from: all.seq,
                to: all.seq,
                day: today,
            });
        }
        all.releases = last.into();
        all
    }

    /// The range of a file's name: a listed one, or any two sequence numbers.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Delta> {
        let mut listed = self.days.iter().chain(&self.releases);
        if let Some(delta) = listed.find(|d| d.name == name) {
            return Some(delta.clone());
        }
        let (from, to) = name.split_once('-')?;
        let number = |text: &str| {
            let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<i64>().ok().filter(|_| is_plain)
        };
        let (from, to) = (number(from)?, number(to)?);
        (from <= to && to <= self.seq).then(|| Delta {
            name: name.to_owned(),
            from,
            to,
            day: NaiveDate::MIN,
        })
    }
}

/// What stands before the lines: nothing, or the names of the columns.
#[must_use]
pub fn head(format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    if format == Format::Csv {
        let names: Vec<&str> = COLUMNS.iter().map(|c| c.name).collect();
        out.extend(format!("op,at,why,{}\r\n", names.join(",")).bytes());
    }
    out
}

/// Writes changes as lines, in their order. Natural persons travel only when their list may be exported with them.
pub fn write(catalogue: &Catalogue, changes: &[Change], format: Format, out: &mut Vec<u8>) {
    for change in changes {
        match &change.what {
            Changed::Upsert(record) => {
                if !is_exported(catalogue, &record.list, record.subject_kind) {
                    continue;
                }
                let stored = Stored {
                    num: change.num,
                    seq: change.seq,
                    digest: String::new(),
                    record: record.as_ref().clone(),
                };
                let lines = [Row::new(&stored, catalogue)];
                if format == Format::Csv {
                    out.extend(b"upsert,,,");
                    row::write(&lines, format, out);
                } else {
                    // the ids are letters and digits
                    let (seq, id) = (change.seq, &change.id);
                    out.extend(
                        format!(r#"{{"op":"upsert","seq":{seq},"id":"{id}","record":"#).bytes(),
                    );
                    row::write(&lines, format, out);
                    // its end of line
                    out.pop();
                    out.extend(b"}\n");
                }
            }
            Changed::Tombstone { at, why } => {
                tombstone(&change.id, Some(change.seq), &told(*at), *why, format, out);
            }
        }
    }
}

/// Writes what is over since midnight and has no sequence number yet.
pub fn write_ended(ended: &[Ended], format: Format, out: &mut Vec<u8>) {
    for one in ended {
        let at = told(day_start(one.on));
        tombstone(&one.id, None, &at, Why::Expired, format, out);
    }
}

fn tombstone(id: &str, seq: Option<i64>, at: &str, why: Why, format: Format, out: &mut Vec<u8>) {
    let why = why.code();
    let line = if format == Format::Csv {
        let seq = seq.map(|s| s.to_string()).unwrap_or_default();
        let rest = ",".repeat(COLUMNS.len() - 2);
        format!("tombstone,{at},{why},{id},{seq}{rest}\r\n")
    } else {
        let seq = seq.map_or_else(|| "null".to_owned(), |s| s.to_string());
        format!(r#"{{"op":"tombstone","seq":{seq},"id":"{id}","at":"{at}","why":"{why}"}}"#) + "\n"
    };
    out.extend(line.bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Moment;

    fn release(number: i64, seq_to: i64, at: &str) -> Release {
        Release {
            number,
            seq_to,
            at: at.parse::<Moment>().unwrap(),
            upserts: 0,
            tombstones: 0,
            catalogue: String::new(),
            masking: 1,
        }
    }

    #[test]
    fn days_and_releases_follow_each_other_without_a_gap() {
        let releases = [
            release(4, 12, "2026-11-20T08:00:00Z"),
            release(5, 15, "2026-11-20T15:59:59Z"),
            // midnight in Shanghai
            release(6, 20, "2026-11-20T16:00:00Z"),
        ];
        let today = "2026-11-23".parse().unwrap();
        let all = Deltas::of(10, &releases, today);
        let days: Vec<_> = all
            .days
            .iter()
            .map(|d| (d.name.as_str(), d.from, d.to))
            .collect();
        assert_eq!(
            days,
            [
                ("2026-11-20", 10, 15),
                ("2026-11-21", 15, 20),
                ("2026-11-23", 20, 20)
            ]
        );
        let names: Vec<_> = all.releases.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["10-12", "12-15", "15-20"]);
        assert_eq!(all.find("11-19").map(|d| (d.from, d.to)), Some((11, 19)));
        assert_eq!(all.find("2026-11-21").map(|d| d.from), Some(15));
        for bad in [
            "",
            "-",
            "5",
            "9-8",
            "1-21",
            "+1-2",
            "-1-2",
            "2026-11-22",
            "1-99999999999999999999",
        ] {
            assert_eq!(all.find(bad), None, "{bad}");
        }
        // a clock that was set back
        let back = [
            release(1, 3, "2026-11-22T08:00:00Z"),
            release(2, 5, "2026-11-21T08:00:00Z"),
        ];
        let all = Deltas::of(0, &back, today);
        assert_eq!(all.days.len(), 2);
        assert_eq!(all.days[0].to, 5);
    }
}
