//! Whether the applicant was told something already: whoever tells may be cut off between telling and noting that it did.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::{ApplyError, ApplyStore, State};
use crate::base::db::Stamp;
use crate::base::db::schema::apply::{applications, replies, states};
use crate::domain::forms::number::Number;
use crate::domain::time::Moment;

impl ApplyStore {
    /// Whether a part's state of a moment stands in the history, by the code of the case's state.
    ///
    /// # Errors
    /// Those of the database.
    pub fn was_told(
        &self,
        number: &str,
        part: u32,
        state: &str,
        at: Moment,
    ) -> Result<bool, ApplyError> {
        let kind = Number::parse(number).ok_or(ApplyError::Unknown)?.kind();
        let state = State::of_case(kind, state).ok_or(ApplyError::Damaged("state"))?;
        self.db.read(|conn| {
            let key: Option<Option<Vec<u8>>> = applications::table
                .find(number)
                .select(applications::reply_key)
                .first(conn)
                .optional()?;
            let lines = states::table
                .filter(states::number.eq(number))
                .filter(states::part.eq(i64::from(part)))
                .filter(states::state.eq(state.code()))
                .filter(states::at.eq(Stamp::from(at)));
            // handing in wrote a line without words: only who has no key is told without them
            if key.flatten().is_none() {
                return Ok(diesel::select(exists(lines)).get_result(conn)?);
            }
            let steps: Vec<i64> = lines.select(states::step).load(conn)?;
            for step in steps {
                let words = replies::table.find((number, step));
                if diesel::select(exists(words)).get_result(conn)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}
