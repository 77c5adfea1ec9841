//! Ids of cases: the number of the application and its part from 1 (`XF-7K3M-9Q2H-4TWX-1`); entries of lists have their own.

use std::fmt;

use crate::domain::forms::number::Number;
use crate::domain::time::Moment;

/// Id of a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(String);

impl CaseId {
    /// Of a part of an application, from 0.
    #[must_use]
    pub fn of_part(number: &str, part: u32) -> Self {
        Self(format!("{number}-{}", part.saturating_add(1)))
    }

    /// A new one for an entry of a list: ids sort by the time at which they are made.
    #[must_use]
    pub fn of_entry(at: Moment) -> Self {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid();
        Self(format!("MD-{:X}", id.simple()))
    }

    /// Reads an id as it stands in an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(hex) = text.strip_prefix("MD-") {
            let upper = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
            return (hex.len() == 32 && hex.bytes().all(upper)).then(|| Self(text.to_owned()));
        }
        let (number, part) = text.rsplit_once('-')?;
        let digits = !part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit());
        let part: u32 = part.parse().ok().filter(|_| digits)?;
        let known = Number::parse(number)?;
        (part > 0 && known.as_str() == number).then(|| Self(text.to_owned()))
    }

    /// The id of an entry that a text names, if it names one.
    #[must_use]
    pub fn in_text(text: &str) -> Option<Self> {
        text.match_indices("MD-")
            .find_map(|(at, _)| Self::parse(text.get(at..at + 35)?))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::forms::FormKind;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let number = Number::from_random(FormKind::Repair, [7; 11]);
        let of_part = CaseId::of_part(number.as_str(), 2);
        assert!(of_part.as_str().ends_with("-3"));
        let entry = CaseId::of_entry(chrono::DateTime::UNIX_EPOCH);
        for id in [&of_part, &entry] {
            assert_eq!(CaseId::parse(id.as_str()).as_ref(), Some(id));
        }
        assert_eq!(
            CaseId::in_text(&format!("对公告{entry}有异议")),
            Some(entry.clone())
        );
        let number = number.as_str();
        for text in [
            "",
            number,
            "MD-",
            "MD-字",
            "../etc/passwd",
            &format!("{number}-0"),
            &format!("{number}-01"),
            &format!("{number}-x"),
            &format!("{}-1", number.to_lowercase()),
            &entry.as_str().to_lowercase(),
        ] {
            assert_eq!(CaseId::parse(text), None, "{text}");
        }
    }
}
