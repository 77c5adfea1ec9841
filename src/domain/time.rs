//! Instants and civil dates: China keeps one offset, so a civil date follows from an instant by arithmetic.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

/// An instant, in UTC. Domain functions receive it; only `base::clock` asks for it.
pub type Moment = DateTime<Utc>;

/// Seconds that Asia/Shanghai is ahead of UTC, the whole year round.
const SHANGHAI_SECONDS: i32 = 8 * 3600;

/// The offset of Asia/Shanghai.
#[must_use]
pub fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(SHANGHAI_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// The civil date in Asia/Shanghai at an instant.
#[must_use]
pub fn civil_date(at: Moment) -> NaiveDate {
    at.with_timezone(&shanghai()).date_naive()
}

/// The instant at which a civil date begins in Asia/Shanghai (00:00:00).
#[must_use]
pub fn day_start(date: NaiveDate) -> Moment {
    date.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(i64::from(SHANGHAI_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn midnight_in_shanghai_is_sixteen_hundred_utc_the_day_before() {
        let date = NaiveDate::from_ymd_opt(2026, 7, 2).unwrap();
        let start = day_start(date);
        assert_eq!(start, Utc.with_ymd_and_hms(2026, 7, 1, 16, 0, 0).unwrap());
        assert_eq!(civil_date(start), date);
        assert_eq!(
            civil_date(start - TimeDelta::milliseconds(1)),
            date.pred_opt().unwrap()
        );
    }
}
