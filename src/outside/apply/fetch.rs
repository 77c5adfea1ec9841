//! What the desk fetches: applications as they were handed in, sealed.

use diesel::prelude::*;

use super::ApplyError;
use super::store::{ApplyStore, BODY, part};
use crate::base::crypto::parcel;
use crate::base::db::Stamp;
use crate::base::db::schema::apply::{applications, files};
use crate::domain::time::Moment;

/// Envelope, body, and when it was handed in.
type HandedInRow = (Vec<u8>, Option<Vec<u8>>, Option<Stamp>);

/// What was handed in, as the desk fetches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Number.
    pub number: String,
    /// When it was handed in.
    pub at: Moment,
    /// The data key, sealed to the desk.
    pub envelope: Vec<u8>,
    /// The submission under the data key.
    pub body: Vec<u8>,
    /// The files under the data key, by number.
    pub files: Vec<(u32, Vec<u8>)>,
}

impl Sealed {
    /// The place of the body under the data key.
    #[must_use]
    pub fn body_place(&self) -> parcel::Place<'_> {
        parcel::Place {
            number: &self.number,
            part: BODY,
        }
    }

    /// The name of the part of a file under the data key.
    #[must_use]
    pub fn file_part(file: u32) -> String {
        part(file)
    }
}

impl ApplyStore {
    /// Numbers of what was handed in and not fetched by the desk yet, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waiting(&self, most: usize) -> Result<Vec<String>, ApplyError> {
        self.db.read(|conn| {
            Ok(applications::table
                .filter(applications::submitted_at.is_not_null())
                .filter(applications::fetched_at.is_null())
                .order((applications::submitted_at, applications::number))
                .limit(i64::try_from(most).unwrap_or(i64::MAX))
                .select(applications::number)
                .load(conn)?)
        })
    }

    /// What was handed in under a number, sealed as it is; none when there is no such thing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sealed(&self, number: &str) -> Result<Option<Sealed>, ApplyError> {
        self.db.snapshot(|conn| {
            let row: Option<HandedInRow> = applications::table
                .find(number)
                .select((
                    applications::envelope,
                    applications::body,
                    applications::submitted_at,
                ))
                .first(conn)
                .optional()?;
            let Some((envelope, Some(body), Some(at))) = row else {
                return Ok(None);
            };
            let pieces: Vec<(i64, Vec<u8>)> = files::table
                .filter(files::number.eq(number))
                .order((files::file, files::piece))
                .select((files::file, files::bytes))
                .load(conn)?;
            Ok(Some(Sealed {
                number: number.to_owned(),
                at: at.into(),
                envelope,
                body,
                files: joined(pieces)?,
            }))
        })
    }

    /// Notes that the desk has it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fetched(&self, number: &str, now: Moment) -> Result<(), ApplyError> {
        self.db.write(|conn| -> Result<(), ApplyError> {
            diesel::update(applications::table.find(number))
                .set(applications::fetched_at.eq(Stamp::from(now)))
                .execute(conn)?;
            Ok(())
        })
    }
}

/// Files of their pieces, which come in order.
pub(super) fn joined(pieces: Vec<(i64, Vec<u8>)>) -> Result<Vec<(u32, Vec<u8>)>, ApplyError> {
    let mut all: Vec<(u32, Vec<u8>)> = Vec::new();
    for (file, bytes) in pieces {
        let file = u32::try_from(file).map_err(|_| ApplyError::Damaged("file"))?;
        match all.last_mut() {
            Some((last, whole)) if *last == file => whole.extend_from_slice(&bytes),
            _ => all.push((file, bytes)),
        }
    }
    Ok(all)
}
