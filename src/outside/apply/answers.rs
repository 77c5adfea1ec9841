//! The draft of an answer to what the desk asked for: words and files, kept like the draft of an application until it is
//! handed in as an act ([`super::acts`]).

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::acts::{SealedAct, allows, next_act, seal_act, states_of, waits, write_file};
use super::store::{ApplyStore, HandedIn, room_for};
use super::uploads::drop_uploads;
use super::{ApplyError, Secret};
use crate::base::crypto::{DataKey, DeskPublic, SealError, parcel};
use crate::base::db::schema::apply::{act_files, acts};
use crate::base::db::{Conn, Stamp};
use crate::domain::forms::number::Number;
use crate::domain::forms::reply::ApplicantAct;
use crate::domain::forms::submission::FileNote;
use crate::domain::time::Moment;

/// Code of the act.
const KIND: &str = "answer_supplement";

/// A draft of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What the applicant says.
    pub text: String,
    /// The files that were taken.
    pub files: Vec<FileNote>,
    /// Numbers given to files so far; none is given twice.
    pub last_file: u32,
}

/// Act, its data key under the applicant's secret, the draft under it.
type DraftRow = (i64, Option<Vec<u8>>, Option<Vec<u8>>);

/// An opened draft with its keys.
pub(super) struct OpenAnswer {
    pub act: i64,
    pub answer: Answer,
    draft_key: DataKey,
    pub data_key: DataKey,
}

fn key_part(act: i64) -> String {
    format!("act/{act}/data key")
}

fn draft_part(act: i64) -> String {
    format!("act/{act}/draft")
}

fn place<'a>(number: &'a Number, part: &'a str) -> parcel::Place<'a> {
    parcel::Place {
        number: number.as_str(),
        part,
    }
}

fn seal_answer(
    number: &Number,
    act: i64,
    key: &DataKey,
    answer: &Answer,
) -> Result<Vec<u8>, ApplyError> {
    let plain = serde_json::to_vec(answer).map_err(|_| ApplyError::Damaged("answer"))?;
    let part = draft_part(act);
    Ok(parcel::seal(
        key,
        place(number, &part),
        &Zeroizing::new(plain),
    )?)
}

/// The draft of a part's answer, where there is one. The caller has checked the secret.
pub(super) fn open_answer(
    conn: &mut Conn,
    number: &Number,
    secret: &Secret,
    part: u32,
) -> Result<Option<OpenAnswer>, ApplyError> {
    let row: Option<DraftRow> = acts::table
        .filter(acts::number.eq(number.as_str()))
        .filter(acts::kind.eq(KIND))
        .filter(acts::part.eq(i64::from(part)))
        .filter(acts::at.is_null())
        .select((acts::act, acts::wrapped_key, acts::draft))
        .first(conn)
        .optional()?;
    let Some((act, Some(wrapped), Some(sealed))) = row else {
        return Ok(None);
    };
    let draft_key = secret.draft_key(number).ok_or(SealError::Format)?;
    let data_key = parcel::open(&draft_key, place(number, &key_part(act)), &wrapped)?;
    let data_key = DataKey::from_bytes(&data_key).ok_or(SealError::Format)?;
    let plain = parcel::open(&draft_key, place(number, &draft_part(act)), &sealed)?;
    let answer = serde_json::from_slice(&plain).map_err(|_| ApplyError::Damaged("answer"))?;
    Ok(Some(OpenAnswer {
        act,
        answer,
        draft_key,
        data_key,
    }))
}

/// Begins the draft of an answer.
fn begin_answer(
    conn: &mut Conn,
    number: &Number,
    secret: &Secret,
    part: u32,
    desk: &DeskPublic,
    now: Moment,
) -> Result<OpenAnswer, ApplyError> {
    let act = next_act(conn, number.as_str())?;
    let data_key = DataKey::random()?;
    let draft_key = secret.draft_key(number).ok_or(SealError::Format)?;
    let wrapped = parcel::seal(&draft_key, place(number, &key_part(act)), data_key.expose())?;
    let answer = Answer::default();
    diesel::insert_into(acts::table)
        .values((
            acts::number.eq(number.as_str()),
            acts::act.eq(act),
            acts::kind.eq(KIND),
            acts::part.eq(i64::from(part)),
            acts::saved_at.eq(Stamp::from(now)),
            acts::envelope.eq(desk.seal(&data_key, &SealedAct::binding(number.as_str(), act))?),
            acts::wrapped_key.eq(wrapped),
            acts::draft.eq(seal_answer(number, act, &draft_key, &answer)?),
        ))
        .execute(conn)?;
    Ok(OpenAnswer {
        act,
        answer,
        draft_key,
        data_key,
    })
}

/// Whether a part may be answered now.
fn must_be_asked(
    conn: &mut Conn,
    number: &Number,
    secret: &Secret,
    part: u32,
) -> Result<(), ApplyError> {
    let states = states_of(conn, number, secret)?;
    let waits = waits(conn, number.as_str(), KIND, Some(part))?;
    if waits || !allows(number, &states, KIND, Some(part)) {
        return Err(ApplyError::NotNow);
    }
    Ok(())
}

/// The draft of a part that may be answered, begun when there is none.
pub(super) fn answer_for(
    conn: &mut Conn,
    number: &Number,
    secret: &Secret,
    part: u32,
    desk: &DeskPublic,
    now: Moment,
) -> Result<OpenAnswer, ApplyError> {
    must_be_asked(conn, number, secret, part)?;
    match open_answer(conn, number, secret, part)? {
        Some(open) => Ok(open),
        None => begin_answer(conn, number, secret, part, desk, now),
    }
}

fn save(
    conn: &mut Conn,
    number: &Number,
    open: &OpenAnswer,
    now: Moment,
) -> Result<(), ApplyError> {
    let sealed = seal_answer(number, open.act, &open.draft_key, &open.answer)?;
    diesel::update(acts::table.find((number.as_str(), open.act)))
        .set((acts::draft.eq(sealed), acts::saved_at.eq(Stamp::from(now))))
        .execute(conn)?;
    Ok(())
}

impl ApplyStore {
    /// The draft of an answer; an empty one before anything was saved.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`], also when the secret is another's; [`ApplyError::NotNow`] when nothing is asked of this
    /// part, or an answer waits for the desk.
    pub fn answer(
        &self,
        number: &Number,
        secret: &Secret,
        part: u32,
    ) -> Result<Answer, ApplyError> {
        self.db.snapshot(|conn| {
            must_be_asked(conn, number, secret, part)?;
            Ok(open_answer(conn, number, secret, part)?.map_or_else(Answer::default, |o| o.answer))
        })
    }

    /// Changes the draft of an answer and saves it, in one transaction.
    ///
    /// # Errors
    /// As [`Self::answer`].
    pub fn change_answer(
        &self,
        number: &Number,
        secret: &Secret,
        part: u32,
        desk: &DeskPublic,
        now: Moment,
        change: impl FnOnce(&mut Answer),
    ) -> Result<(), ApplyError> {
        self.db.write(|conn| {
            let mut open = answer_for(conn, number, secret, part, desk, now)?;
            change(&mut open.answer);
            save(conn, number, &open, now)
        })
    }

    /// Takes a file that was judged into the draft of an answer, all or nothing; the same file sent twice is one.
    ///
    /// # Errors
    /// As [`Self::answer`]; when there is no room for it.
    pub fn add_answer_file(
        &self,
        (number, secret): (&Number, &Secret),
        part: u32,
        note: FileNote,
        bytes: &[u8],
        desk: &DeskPublic,
        now: Moment,
    ) -> Result<u32, ApplyError> {
        self.db.write(|conn| {
            let mut open = answer_for(conn, number, secret, part, desk, now)?;
            let same = |f: &&FileNote| f.sha256 == note.sha256 && f.purpose == note.purpose;
            if let Some(known) = open.answer.files.iter().find(same) {
                return Ok(known.file);
            }
            room_for(conn, &open.answer.files, note.bytes)?;
            open.answer.last_file += 1;
            let file = open.answer.last_file;
            // an answer is about its part, and seen with it alone
            let about = None;
            open.answer.files.push(FileNote {
                file,
                about,
                ..note
            });
            write_file(conn, number, (open.act, file), &open.data_key, bytes)?;
            save(conn, number, &open, now)?;
            Ok(file)
        })
    }

    /// Takes a file out of the draft of an answer.
    ///
    /// # Errors
    /// As [`Self::answer`].
    pub fn remove_answer_file(
        &self,
        number: &Number,
        secret: &Secret,
        part: u32,
        file: u32,
        now: Moment,
    ) -> Result<(), ApplyError> {
        self.db.write(|conn| {
            must_be_asked(conn, number, secret, part)?;
            let Some(mut open) = open_answer(conn, number, secret, part)? else {
                return Ok(());
            };
            open.answer.files.retain(|f| f.file != file);
            let of = act_files::table
                .filter(act_files::number.eq(number.as_str()))
                .filter(act_files::act.eq(open.act));
            diesel::delete(of.filter(act_files::file.eq(i64::from(file)))).execute(conn)?;
            save(conn, number, &open, now)
        })
    }

    /// Hands the draft of an answer in: sealed to the desk, and the applicant's copy of the key and the draft deleted in
    /// the same transaction. What is returned is kept; handing in again changes nothing.
    ///
    /// # Errors
    /// As [`Self::answer`], and [`ApplyError::NotNow`] when there is no draft or nothing in it.
    pub fn hand_in_answer(
        &self,
        number: &Number,
        secret: &Secret,
        part: u32,
        now: Moment,
    ) -> Result<HandedIn, ApplyError> {
        let done = self.db.write(|conn| {
            let states = states_of(conn, number, secret)?;
            if waits(conn, number.as_str(), KIND, Some(part))? {
                return Ok(HandedIn::Before);
            }
            let open = open_answer(conn, number, secret, part)?.ok_or(ApplyError::NotNow)?;
            let empty = open.answer.text.trim().is_empty() && open.answer.files.is_empty();
            if empty || !allows(number, &states, KIND, Some(part)) {
                return Err(ApplyError::NotNow);
            }
            let act = ApplicantAct::AnswerSupplement {
                part,
                text: open.answer.text,
                files: open.answer.files,
            };
            let body = seal_act(number, open.act, &open.data_key, &act, now)?;
            let at = Stamp::from(now);
            diesel::update(acts::table.find((number.as_str(), open.act)))
                .set((
                    acts::at.eq(at),
                    acts::saved_at.eq(at),
                    acts::wrapped_key.eq(None::<Vec<u8>>),
                    acts::draft.eq(None::<Vec<u8>>),
                    acts::body.eq(body),
                ))
                .execute(conn)?;
            drop_uploads(conn, number.as_str(), open.act)?;
            Ok::<_, ApplyError>(HandedIn::Now)
        })?;
        // no copy of the draft stays in the write-ahead log
        self.db.forget()?;
        Ok(done)
    }
}
