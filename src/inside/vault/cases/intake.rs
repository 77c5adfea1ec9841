//! What was taken in from the applications, so that nothing is taken in twice.

use diesel::prelude::*;

use super::super::{Tx, Vault, VaultError};
use crate::base::db::schema::vault::case_intake;
use crate::base::db::{Conn, Stamp, page};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// What became of something that was handed in.
    Outcome {
        Done = "done", "已收", "taken in";
        Aside = "aside", "无法打开，另行处理", "put aside: it does not open";
        Refused = "refused", "不能办理", "refused";
    }
}

/// Something that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Number of the application.
    pub number: String,
    /// Number of the applicant's later act; none for the application itself.
    pub act: Option<i64>,
    /// When.
    pub at: Moment,
    /// What became of it.
    pub outcome: Outcome,
    /// Code of the reason; empty when it is done.
    pub reason: String,
    /// The reason in words, for the applicant.
    pub words: String,
    /// Part that it is about.
    pub part: u32,
    /// Whether the applicant knows.
    pub told: bool,
}

type Row = (String, i64, Stamp, String, String, String, i64, bool);

fn key(act: Option<i64>) -> i64 {
    act.unwrap_or(-1)
}

fn taken(row: Row) -> Result<Taken, VaultError> {
    let (number, act, at, outcome, reason, words, part, told) = row;
    Ok(Taken {
        number,
        act: (act >= 0).then_some(act),
        at: at.into(),
        outcome: Outcome::from_code(&outcome).ok_or(VaultError::Word {
            table: "case_intake",
            column: "outcome",
            word: outcome,
        })?,
        reason,
        words,
        part: u32::try_from(part).unwrap_or_default(),
        told,
    })
}

fn find(conn: &mut Conn, number: &str, act: Option<i64>) -> Result<Option<Taken>, VaultError> {
    let row: Option<Row> = case_intake::table
        .find((number, key(act)))
        .first(conn)
        .optional()?;
    row.map(taken).transpose()
}

impl Tx<'_> {
    /// What became of an application, or of an act of its applicant; none when it is new.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn taken(
        &mut self,
        number: &str,
        act: Option<i64>,
    ) -> Result<Option<Taken>, VaultError> {
        find(self.conn, number, act)
    }

    /// Notes that something was taken in.
    ///
    /// # Errors
    /// Those of the database: also when it was noted before.
    pub(in crate::inside) fn take(&mut self, new: &Taken) -> Result<(), VaultError> {
        diesel::insert_into(case_intake::table)
            .values((
                case_intake::number.eq(&new.number),
                case_intake::act.eq(key(new.act)),
                case_intake::at.eq(Stamp::from(new.at)),
                case_intake::outcome.eq(new.outcome.code()),
                case_intake::reason.eq(&new.reason),
                case_intake::words.eq(&new.words),
                case_intake::part.eq(i64::from(new.part)),
                case_intake::told.eq(new.told),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Forgets that something was put aside, so that it can be taken in again. Answers whether there was such a thing.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn untake(
        &mut self,
        number: &str,
        act: Option<i64>,
    ) -> Result<bool, VaultError> {
        let aside = case_intake::table
            .find((number, key(act)))
            .filter(case_intake::outcome.eq(Outcome::Aside.code()));
        Ok(diesel::delete(aside).execute(self.conn)? == 1)
    }

    /// Notes that the applicant knows.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn told(
        &mut self,
        number: &str,
        act: Option<i64>,
    ) -> Result<(), VaultError> {
        diesel::update(case_intake::table.find((number, key(act))))
            .set(case_intake::told.eq(true))
            .execute(self.conn)?;
        Ok(())
    }
}

impl Vault {
    /// What became of an application, or of an act of its applicant; none when it was not taken in.
    ///
    /// # Errors
    /// Those of the database.
    pub fn taken(&self, number: &str, act: Option<i64>) -> Result<Option<Taken>, VaultError> {
        self.db.read(|conn| find(conn, number, act))
    }

    /// What does not open and waits for somebody, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn put_aside(&self, most: usize) -> Result<Vec<Taken>, VaultError> {
        self.intake(Outcome::Aside, None, most)
    }

    /// Acts that were refused and of which the applicant does not know yet, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn refused_untold(&self, most: usize) -> Result<Vec<Taken>, VaultError> {
        self.intake(Outcome::Refused, Some(false), most)
    }

    fn intake(
        &self,
        outcome: Outcome,
        told: Option<bool>,
        most: usize,
    ) -> Result<Vec<Taken>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = case_intake::table
                .filter(case_intake::outcome.eq(outcome.code()))
                .order((case_intake::at, case_intake::number, case_intake::act))
                .limit(page(most))
                .into_boxed();
            if let Some(told) = told {
                query = query.filter(case_intake::told.eq(told));
            }
            Ok(query.load(conn)?)
        })?;
        rows.into_iter().map(taken).collect()
    }
}
