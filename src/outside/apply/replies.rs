//! What the desk tells an applicant: a line of states that the public side may read, and beside it the words, sealed to
//! the applicant's key ([`crate::base::crypto::reply`]).

use chrono::NaiveDate;
use diesel::prelude::*;
use zeroize::Zeroizing;

use super::store::{ApplyStore, read_history, read_row};
use super::{ApplyError, Secret, State};
use crate::base::crypto::{DataKey, ReplyPublic, parcel};
use crate::base::db::schema::apply::{applications, replies, states};
use crate::base::db::{Conn, Stamp};
use crate::domain::forms::FormKind;
use crate::domain::forms::number::Number;
use crate::domain::forms::reply::{Reply, VERSION};
use crate::domain::time::{Moment, civil_date};

fn part_name(step: i64) -> String {
    format!("reply/{step}")
}

fn binding(number: &str, step: i64) -> String {
    format!("{number}/{}", part_name(step))
}

impl ApplyStore {
    /// Tells the applicant about one part: adds the line of states with the day by which the next step is due and whether
    /// that day is provisional, and the words sealed to the applicant. An application of an older version has no key to
    /// seal to: then the line alone is added.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`] when nothing was handed in under the number; [`ApplyError::Damaged`] when the state is none
    /// of ours.
    pub fn reply(
        &self,
        number: &str,
        reply: &Reply,
        due: Option<(NaiveDate, bool)>,
        now: Moment,
    ) -> Result<(), ApplyError> {
        let kind = kind_of(number)?;
        let state = State::of_case(kind, &reply.state).ok_or(ApplyError::Damaged("state"))?;
        self.db.write(|conn| {
            let key = handed_in(conn, number)?;
            let step = change_state(conn, number, (reply.part, state), now, due)?;
            match key {
                Some(key) => add_reply(conn, number, step, &ReplyPublic::from_bytes(&key)?, reply),
                None => Ok(()),
            }
        })
    }

    /// Tells the applicant a new state of the first part, without words.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`] when nothing was handed in under the number.
    pub fn tell(
        &self,
        number: &str,
        state: State,
        now: Moment,
        due: Option<(NaiveDate, bool)>,
    ) -> Result<(), ApplyError> {
        self.db.write(|conn| {
            handed_in(conn, number)?;
            change_state(conn, number, (0, state), now, due)?;
            Ok(())
        })
    }

    /// Everything that was told in words, oldest first, for who has the secret.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`], also when the secret is another's; when a reply does not open.
    pub fn replies(&self, number: &Number, secret: &Secret) -> Result<Vec<Reply>, ApplyError> {
        let sealed: Vec<(i64, Vec<u8>, Vec<u8>)> = self.db.snapshot(|conn| {
            read_row(conn, number, secret)?;
            Ok::<_, ApplyError>(
                replies::table
                    .filter(replies::number.eq(number.as_str()))
                    .order(replies::step)
                    .select((replies::step, replies::envelope, replies::body))
                    .load(conn)?,
            )
        })?;
        if sealed.is_empty() {
            return Ok(Vec::new());
        }
        let key = secret.reply_key(number);
        let open = |(step, envelope, body): (i64, Vec<u8>, Vec<u8>)| {
            let data_key = key.open(&envelope, &binding(number.as_str(), step))?;
            let name = part_name(step);
            let place = parcel::Place {
                number: number.as_str(),
                part: &name,
            };
            let plain = parcel::open(&data_key, place, &body)?;
            let reply: Reply =
                serde_json::from_slice(&plain).map_err(|_| ApplyError::Damaged("reply"))?;
            if reply.version == VERSION && reply.number == number.as_str() {
                Ok(reply)
            } else {
                Err(ApplyError::Damaged("reply"))
            }
        };
        sealed.into_iter().map(open).collect()
    }
}

fn kind_of(number: &str) -> Result<FormKind, ApplyError> {
    Number::parse(number)
        .map(|n| n.kind())
        .ok_or(ApplyError::Unknown)
}

/// The applicant's key of what was handed in under a number.
fn handed_in(conn: &mut Conn, number: &str) -> Result<Option<Vec<u8>>, ApplyError> {
    applications::table
        .find(number)
        .filter(applications::submitted_at.is_not_null())
        .select(applications::reply_key)
        .first(conn)
        .optional()?
        .ok_or(ApplyError::Unknown)
}

/// Adds a line for a part and brings the whole up to date: its state, and the day on which its last part ended. Returns
/// the step.
fn change_state(
    conn: &mut Conn,
    number: &str,
    (part, state): (u32, State),
    now: Moment,
    due: Option<(NaiveDate, bool)>,
) -> Result<i64, ApplyError> {
    let kind = kind_of(number)?;
    let step = add_state(conn, number, (part, state), now, due)?;
    let known: Option<i64> = applications::table
        .find(number)
        .select(applications::parts)
        .first(conn)?;
    let states = part_states(conn, number, known)?;
    let closed = states.iter().all(|s| s.is_closed(kind));
    diesel::update(applications::table.find(number))
        .set((
            applications::state.eq(State::of_parts(kind, &states).code()),
            applications::closed_on.eq(closed.then(|| civil_date(now))),
        ))
        .execute(conn)?;
    Ok(step)
}

/// Seals what is told and adds it beside its line of states.
pub(super) fn add_reply(
    conn: &mut Conn,
    number: &str,
    step: i64,
    key: &ReplyPublic,
    reply: &Reply,
) -> Result<(), ApplyError> {
    let plain = serde_json::to_vec(reply).map_err(|_| ApplyError::Damaged("reply"))?;
    let plain = Zeroizing::new(plain);
    let data_key = DataKey::random()?;
    let name = part_name(step);
    let place = parcel::Place {
        number,
        part: &name,
    };
    diesel::insert_into(replies::table)
        .values((
            replies::number.eq(number),
            replies::step.eq(step),
            replies::envelope.eq(key.seal(&data_key, &binding(number, step))?),
            replies::body.eq(parcel::seal(&data_key, place, &plain)?),
        ))
        .execute(conn)?;
    Ok(())
}

/// How each part stands; one of which nothing was told is handed in.
pub(super) fn part_states(
    conn: &mut Conn,
    number: &str,
    parts: Option<i64>,
) -> Result<Vec<State>, ApplyError> {
    let history = read_history(conn, number)?;
    let told = history.iter().map(|e| e.part + 1).max().unwrap_or(1);
    let parts = parts.and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    Ok((0..parts.max(told))
        .map(|part| {
            let last = history.iter().rev().find(|e| e.part == part);
            last.map_or(State::Submitted, |e| e.state)
        })
        .collect())
}

/// Adds a line to the history; returns its step.
pub(super) fn add_state(
    conn: &mut Conn,
    number: &str,
    (part, state): (u32, State),
    now: Moment,
    due: Option<(NaiveDate, bool)>,
) -> Result<i64, ApplyError> {
    let last: Option<i64> = states::table
        .filter(states::number.eq(number))
        .select(diesel::dsl::max(states::step))
        .first(conn)?;
    let step = last.map_or(0, |n| n + 1);
    diesel::insert_into(states::table)
        .values((
            states::number.eq(number),
            states::step.eq(step),
            states::state.eq(state.code()),
            states::at.eq(Stamp::from(now)),
            states::due_on.eq(due.map(|(day, _)| day)),
            states::provisional.eq(due.is_some_and(|(_, provisional)| provisional)),
            states::part.eq(i64::from(part)),
        ))
        .execute(conn)?;
    Ok(step)
}
