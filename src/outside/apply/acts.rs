//! What an applicant does after handing in: supplies what was asked for, or takes a part back. Each act has a data key of
//! its own, sealed to the desk; its words and files are under it, and this side cannot read them back.

use diesel::prelude::*;
use zeroize::Zeroizing;

use super::replies::part_states;
use super::store::{ApplyStore, HandedIn, PIECE, read_row};
use super::{ApplyError, Secret, State};
use crate::base::crypto::{DataKey, DeskPublic, parcel};
use crate::base::db::schema::apply::{act_files, acts, applications};
use crate::base::db::{Conn, Stamp};
use crate::domain::forms::FormKind;
use crate::domain::forms::number::Number;
use crate::domain::forms::reply::{ApplicantAct, HandedAct, VERSION};
use crate::domain::forms::submission::FileNote;
use crate::domain::time::Moment;

/// An act as the desk fetches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAct {
    /// Number of the application.
    pub number: String,
    /// Number of the act in it, from 1.
    pub act: i64,
    /// When it was handed in.
    pub at: Moment,
    /// The data key, sealed to the desk.
    pub envelope: Vec<u8>,
    /// The act under the data key.
    pub body: Vec<u8>,
    /// The files under the data key, by number.
    pub files: Vec<(u32, Vec<u8>)>,
}

impl SealedAct {
    /// What the envelope is bound to.
    #[must_use]
    pub fn binding(number: &str, act: i64) -> String {
        format!("{number}/act/{act}")
    }

    /// The name of the part of the body under the data key.
    #[must_use]
    pub fn body_part(act: i64) -> String {
        format!("act/{act}")
    }

    /// The name of the part of a file under the data key.
    #[must_use]
    pub fn file_part(act: i64, file: u32) -> String {
        format!("act/{act}/file/{file}")
    }
}

/// What an applicant did, as far as this side knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doing {
    /// Code of the act.
    pub kind: String,
    /// Part; none for all.
    pub part: Option<u32>,
    /// When it was handed in.
    pub at: Moment,
    /// Whether the desk has fetched it.
    pub fetched: bool,
}

/// Envelope, body, and when it was handed in.
type HandedInRow = (Vec<u8>, Option<Vec<u8>>, Option<Stamp>);

/// Kind, part, when it was handed in and fetched.
type DoingRow = (String, Option<i64>, Option<Stamp>, Option<Stamp>);

pub(super) fn doings(conn: &mut Conn, number: &str) -> Result<Vec<Doing>, ApplyError> {
    let rows: Vec<DoingRow> = acts::table
        .filter(acts::number.eq(number))
        .filter(acts::at.is_not_null())
        .order(acts::act)
        .select((acts::kind, acts::part, acts::at, acts::fetched_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(kind, part, at, fetched)| {
            Some(Doing {
                kind,
                part: part.and_then(|p| u32::try_from(p).ok()),
                at: at?.into(),
                fetched: fetched.is_some(),
            })
        })
        .collect())
}

/// Whether a part in a state allows an act, by the act's code.
#[must_use]
pub fn allows_in(kind: FormKind, state: State, act: &str) -> bool {
    match act {
        "answer_supplement" => state == State::Supplement,
        "withdraw" => state.may_withdraw(kind),
        _ => false,
    }
}

/// Whether parts in these states allow an act.
pub(super) fn allows(number: &Number, states: &[State], kind: &str, part: Option<u32>) -> bool {
    let may = |state: &State| allows_in(number.kind(), *state, kind);
    match part {
        Some(part) => usize::try_from(part)
            .ok()
            .and_then(|part| states.get(part))
            .is_some_and(may),
        None => kind == "withdraw" && states.iter().any(may),
    }
}

/// The application that an act is about: handed in, by who has the secret, and not emptied.
pub(super) fn states_of(
    conn: &mut Conn,
    number: &Number,
    secret: &Secret,
) -> Result<Vec<State>, ApplyError> {
    read_row(conn, number, secret)?;
    let (submitted, erased, parts): (Option<Stamp>, Option<Stamp>, Option<i64>) =
        applications::table
            .find(number.as_str())
            .select((
                applications::submitted_at,
                applications::erased_at,
                applications::parts,
            ))
            .first(conn)?;
    if submitted.is_none() {
        return Err(ApplyError::NotNow);
    }
    if erased.is_some() {
        return Err(ApplyError::Erased);
    }
    part_states(conn, number.as_str(), parts)
}

/// The number of the next act.
pub(super) fn next_act(conn: &mut Conn, number: &str) -> Result<i64, ApplyError> {
    let last: Option<i64> = acts::table
        .filter(acts::number.eq(number))
        .select(diesel::dsl::max(acts::act))
        .first(conn)?;
    Ok(last.unwrap_or(0) + 1)
}

/// Whether the same act waits for the desk already.
pub(super) fn waits(
    conn: &mut Conn,
    number: &str,
    kind: &str,
    part: Option<u32>,
) -> Result<bool, ApplyError> {
    let of: Vec<Option<i64>> = acts::table
        .filter(acts::number.eq(number))
        .filter(acts::kind.eq(kind))
        .filter(acts::at.is_not_null())
        .filter(acts::fetched_at.is_null())
        .select(acts::part)
        .load(conn)?;
    // all of it is taken back already, or this part
    Ok(of.iter().any(|p| p.is_none() || *p == part.map(i64::from)))
}

pub(super) fn seal_act(
    number: &Number,
    act: i64,
    key: &DataKey,
    what: &ApplicantAct,
    now: Moment,
) -> Result<Vec<u8>, ApplyError> {
    let written = HandedAct {
        version: VERSION,
        number: number.as_str().to_owned(),
        at: now,
        act: what.clone(),
    };
    let plain = serde_json::to_vec(&written).map_err(|_| ApplyError::Damaged("act"))?;
    let name = SealedAct::body_part(act);
    let place = parcel::Place {
        number: number.as_str(),
        part: &name,
    };
    Ok(parcel::seal(key, place, &Zeroizing::new(plain))?)
}

/// Seals a file of an act and writes it, piece by piece: beside the file only one sealed piece is in memory.
pub(super) fn write_file(
    conn: &mut Conn,
    number: &Number,
    (act, file): (i64, u32),
    key: &DataKey,
    bytes: &[u8],
) -> Result<(), ApplyError> {
    let name = SealedAct::file_part(act, file);
    let place = parcel::Place {
        number: number.as_str(),
        part: &name,
    };
    let mut write = |at: i64, sealed: Vec<u8>| -> Result<(), ApplyError> {
        diesel::insert_into(act_files::table)
            .values((
                act_files::number.eq(number.as_str()),
                act_files::act.eq(act),
                act_files::file.eq(i64::from(file)),
                act_files::piece.eq(at),
                act_files::bytes.eq(sealed),
            ))
            .execute(conn)?;
        Ok(())
    };
    let (mut sealer, mut sealed) = parcel::Sealer::begin(key, place)?;
    let mut at = 0;
    for plain in bytes.chunks(PIECE) {
        sealer.push(plain, &mut sealed)?;
        if !sealed.is_empty() {
            write(at, std::mem::take(&mut sealed))?;
            at += 1;
        }
    }
    sealer.finish(&mut sealed)?;
    write(at, sealed)
}

impl ApplyStore {
    /// Hands an act in with its files, in one transaction: what is returned is kept. The same act sent twice before the
    /// desk fetched it is one act.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`], also when the secret is another's; [`ApplyError::NotNow`] in a state that does not allow
    /// it, or without such a part; [`ApplyError::Erased`].
    pub fn add_act(
        &self,
        number: &Number,
        secret: &Secret,
        what: &ApplicantAct,
        files: &[(&FileNote, &[u8])],
        desk: &DeskPublic,
        now: Moment,
    ) -> Result<HandedIn, ApplyError> {
        self.db.write(|conn| {
            let states = states_of(conn, number, secret)?;
            if waits(conn, number.as_str(), what.code(), what.part())? {
                return Ok(HandedIn::Before);
            }
            if !allows(number, &states, what.code(), what.part()) {
                return Err(ApplyError::NotNow);
            }
            let act = next_act(conn, number.as_str())?;
            let key = DataKey::random()?;
            let envelope = desk.seal(&key, &SealedAct::binding(number.as_str(), act))?;
            let at = Stamp::from(now);
            diesel::insert_into(acts::table)
                .values((
                    acts::number.eq(number.as_str()),
                    acts::act.eq(act),
                    acts::kind.eq(what.code()),
                    acts::part.eq(what.part().map(i64::from)),
                    acts::at.eq(at),
                    acts::saved_at.eq(at),
                    acts::envelope.eq(envelope),
                    acts::body.eq(seal_act(number, act, &key, what, now)?),
                ))
                .execute(conn)?;
            for (note, bytes) in files {
                write_file(conn, number, (act, note.file), &key, bytes)?;
            }
            Ok(HandedIn::Now)
        })
    }

    /// Acts that the desk has not fetched yet, oldest first: number of the application and of the act.
    ///
    /// # Errors
    /// When the database fails.
    pub fn acts_waiting(&self, most: usize) -> Result<Vec<(String, i64)>, ApplyError> {
        self.db.read(|conn| {
            Ok(acts::table
                .filter(acts::at.is_not_null())
                .filter(acts::fetched_at.is_null())
                .order((acts::at, acts::number, acts::act))
                .limit(i64::try_from(most).unwrap_or(i64::MAX))
                .select((acts::number, acts::act))
                .load(conn)?)
        })
    }

    /// An act, sealed as it is; none when there is no such thing, or when it is a draft.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sealed_act(&self, number: &str, act: i64) -> Result<Option<SealedAct>, ApplyError> {
        self.db.snapshot(|conn| {
            let row: Option<HandedInRow> = acts::table
                .find((number, act))
                .select((acts::envelope, acts::body, acts::at))
                .first(conn)
                .optional()?;
            let Some((envelope, Some(body), Some(at))) = row else {
                return Ok(None);
            };
            let pieces: Vec<(i64, Vec<u8>)> = act_files::table
                .filter(act_files::number.eq(number))
                .filter(act_files::act.eq(act))
                .order((act_files::file, act_files::piece))
                .select((act_files::file, act_files::bytes))
                .load(conn)?;
            Ok(Some(SealedAct {
                number: number.to_owned(),
                act,
                at: at.into(),
                envelope,
                body,
                files: super::fetch::joined(pieces)?,
            }))
        })
    }

    /// Notes that the desk has an act.
    ///
    /// # Errors
    /// When the database fails.
    pub fn act_fetched(&self, number: &str, act: i64, now: Moment) -> Result<(), ApplyError> {
        self.db.write(|conn| -> Result<(), ApplyError> {
            diesel::update(acts::table.find((number, act)))
                .set(acts::fetched_at.eq(Stamp::from(now)))
                .execute(conn)?;
            Ok(())
        })
    }
}
