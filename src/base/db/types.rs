//! Column types that both engines keep alike.

use chrono::{DateTime, NaiveDateTime, SubsecRound};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Timestamp;

use crate::domain::time::Moment;

/// An instant as it is stored: naive UTC, cut to milliseconds (PostgreSQL keeps microseconds, SQLite
/// what it is given).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub(crate) struct Stamp(NaiveDateTime);

impl From<Moment> for Stamp {
    fn from(at: Moment) -> Self {
        Self(at.naive_utc().trunc_subsecs(3))
    }
}

impl From<Stamp> for Moment {
    fn from(stamp: Stamp) -> Self {
        DateTime::from_naive_utc_and_offset(stamp.0, chrono::Utc)
    }
}

impl<DB> FromSql<Timestamp, DB> for Stamp
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(raw).map(Self)
    }
}

impl<DB> ToSql<Timestamp, DB> for Stamp
where
    DB: Backend,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
