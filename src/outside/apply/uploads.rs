//! Files that come in pieces, so that a broken line costs one piece and not the whole file. Each piece is sealed under the
//! data key of the draft when it comes in; when all are here the file is judged and taken, or deleted.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::answers::answer_for;
use super::store::{ApplyStore, open_row, read_row, room_for};
use super::{ApplyError, Secret};
use crate::base::crypto::{DataKey, DeskPublic, parcel};
use crate::base::db::schema::apply::{upload_pieces, uploads};
use crate::base::db::{Conn, Stamp};
use crate::domain::forms::number::Number;
use crate::domain::forms::submission::{FileNote, Purpose};
use crate::domain::time::{Moment, day_start};

/// Bytes of a piece at most.
pub const MOST_OF_A_PIECE: usize = 512 << 10;
/// Files of a draft that may be under way at a time.
const MOST_UNDER_WAY: usize = 4;
/// Days after which a file that did not come whole is deleted.
const KEPT_DAYS: i64 = 2;

/// Of what draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of an application.
    Application,
    /// Of the answer about a part.
    Answer(u32),
}

/// What the applicant says of a file before it comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadHead {
    /// Its name, to be shown.
    pub name: String,
    /// What it shows.
    pub purpose: Purpose,
    /// What was chosen as the record that it is about; none for all.
    #[serde(default)]
    pub about: Option<String>,
    /// Its bytes.
    pub bytes: u64,
    /// When it was changed last, as its owner's machine says: it tells two files of one name apart.
    pub changed: u64,
}

/// How much of a file is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadState {
    /// Its number.
    pub upload: i64,
    /// Bytes that are here.
    pub at: u64,
    /// Bytes in all.
    pub bytes: u64,
}

impl UploadState {
    /// Whether all of it is here.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.at == self.bytes
    }
}

/// A file that is whole: what was said of it, and its bytes.
pub type Whole = (UploadHead, Zeroizing<Vec<u8>>);

/// A draft whose files come: its act (0 for an application), its key, its files.
struct Target {
    act: i64,
    key: DataKey,
    files: Vec<FileNote>,
}

fn target(
    conn: &mut Conn,
    number: &Number,
    secret: &Secret,
    of: Of,
    desk: &DeskPublic,
    now: Moment,
) -> Result<Target, ApplyError> {
    match of {
        Of::Application => {
            let row = read_row(conn, number, secret)?;
            let opened = open_row(&row, number, secret)?;
            Ok(Target {
                act: 0,
                key: opened.data_key,
                files: opened.draft.files,
            })
        }
        Of::Answer(part) => {
            let open = answer_for(conn, number, secret, part, desk, now)?;
            Ok(Target {
                act: open.act,
                key: open.data_key,
                files: open.answer.files,
            })
        }
    }
}

fn head_part(act: i64, upload: i64) -> String {
    format!("upload/{act}/{upload}")
}

fn piece_part(act: i64, upload: i64, piece: i64) -> String {
    format!("upload/{act}/{upload}/{piece}")
}

fn place<'a>(number: &'a Number, part: &'a str) -> parcel::Place<'a> {
    parcel::Place {
        number: number.as_str(),
        part,
    }
}

/// Deletes what is under way for a draft.
pub(super) fn drop_uploads(conn: &mut Conn, number: &str, act: i64) -> Result<(), ApplyError> {
    let of = upload_pieces::table.filter(upload_pieces::number.eq(number));
    diesel::delete(of.filter(upload_pieces::act.eq(act))).execute(conn)?;
    let of = uploads::table.filter(uploads::number.eq(number));
    diesel::delete(of.filter(uploads::act.eq(act))).execute(conn)?;
    Ok(())
}

/// Deletes what did not come whole in time; says how many.
pub(super) fn expire_uploads(conn: &mut Conn, today: NaiveDate) -> Result<usize, ApplyError> {
    let before = Stamp::from(day_start(today) - TimeDelta::days(KEPT_DAYS));
    let old: Vec<(String, i64, i64)> = uploads::table
        .filter(uploads::saved_at.lt(before))
        .select((uploads::number, uploads::act, uploads::upload))
        .load(conn)?;
    for (number, act, upload) in &old {
        drop_upload(conn, number, *act, *upload)?;
    }
    Ok(old.len())
}

fn drop_upload(conn: &mut Conn, number: &str, act: i64, upload: i64) -> Result<(), ApplyError> {
    let of = upload_pieces::table
        .filter(upload_pieces::number.eq(number))
        .filter(upload_pieces::act.eq(act));
    diesel::delete(of.filter(upload_pieces::upload.eq(upload))).execute(conn)?;
    diesel::delete(uploads::table.find((number, act, upload))).execute(conn)?;
    Ok(())
}

fn size(bytes: u64) -> Result<i64, ApplyError> {
    i64::try_from(bytes).map_err(|_| ApplyError::FilesTooLarge)
}

fn read_state(
    conn: &mut Conn,
    number: &Number,
    act: i64,
    upload: i64,
) -> Result<UploadState, ApplyError> {
    let row: Option<(i64, i64)> = uploads::table
        .find((number.as_str(), act, upload))
        .select((uploads::bytes_here, uploads::bytes_whole))
        .first(conn)
        .optional()?;
    let (here, whole) = row.ok_or(ApplyError::NoUpload)?;
    let read = |n: i64| u64::try_from(n).map_err(|_| ApplyError::Damaged("upload"));
    Ok(UploadState {
        upload,
        at: read(here)?,
        bytes: read(whole)?,
    })
}

impl ApplyStore {
    /// Begins a file, or finds the same one that is under way already.
    ///
    /// # Errors
    /// As for the draft; when there is no room for it.
    pub fn begin_upload(
        &self,
        (number, secret): (&Number, &Secret),
        of: Of,
        head: &UploadHead,
        desk: &DeskPublic,
        now: Moment,
    ) -> Result<UploadState, ApplyError> {
        self.db.write(|conn| {
            let target = target(conn, number, secret, of, desk, now)?;
            let known: Vec<(i64, Vec<u8>)> = uploads::table
                .filter(uploads::number.eq(number.as_str()))
                .filter(uploads::act.eq(target.act))
                .order(uploads::upload)
                .select((uploads::upload, uploads::head))
                .load(conn)?;
            let mut under_way = 0;
            for (upload, sealed) in &known {
                let part = head_part(target.act, *upload);
                let plain = parcel::open(&target.key, place(number, &part), sealed)?;
                let same: UploadHead =
                    serde_json::from_slice(&plain).map_err(|_| ApplyError::Damaged("upload"))?;
                if same == *head {
                    return read_state(conn, number, target.act, *upload);
                }
                under_way += same.bytes;
            }
            if known.len() >= MOST_UNDER_WAY {
                // the oldest gives way: whoever takes it up again begins anew
                drop_upload(conn, number.as_str(), target.act, known[0].0)?;
            }
            room_for(conn, &target.files, head.bytes.saturating_add(under_way))?;
            let upload = known.last().map_or(1, |(last, _)| last + 1);
            let plain = serde_json::to_vec(head).map_err(|_| ApplyError::Damaged("upload"))?;
            let part = head_part(target.act, upload);
            let sealed = parcel::seal(&target.key, place(number, &part), &Zeroizing::new(plain))?;
            diesel::insert_into(uploads::table)
                .values((
                    uploads::number.eq(number.as_str()),
                    uploads::act.eq(target.act),
                    uploads::upload.eq(upload),
                    uploads::head.eq(sealed),
                    uploads::bytes_whole.eq(size(head.bytes)?),
                    uploads::bytes_here.eq(0),
                    uploads::saved_at.eq(Stamp::from(now)),
                ))
                .execute(conn)?;
            Ok(UploadState {
                upload,
                at: 0,
                bytes: head.bytes,
            })
        })
    }

    /// Takes a piece that follows on what is here. A piece of another place changes nothing: what is returned says where
    /// to go on.
    ///
    /// # Errors
    /// As for the draft; [`ApplyError::NoUpload`]; [`ApplyError::FilesTooLarge`] for a piece that is too large or goes
    /// beyond the end.
    pub fn add_piece(
        &self,
        (number, secret): (&Number, &Secret),
        of: Of,
        (upload, from): (i64, u64),
        bytes: &[u8],
        desk: &DeskPublic,
        now: Moment,
    ) -> Result<UploadState, ApplyError> {
        self.db.write(|conn| {
            let target = target(conn, number, secret, of, desk, now)?;
            let state = read_state(conn, number, target.act, upload)?;
            if state.at != from || bytes.is_empty() {
                return Ok(state);
            }
            let at = from.saturating_add(bytes.len() as u64);
            if bytes.len() > MOST_OF_A_PIECE || at > state.bytes {
                return Err(ApplyError::FilesTooLarge);
            }
            let last: Option<i64> = upload_pieces::table
                .filter(upload_pieces::number.eq(number.as_str()))
                .filter(upload_pieces::act.eq(target.act))
                .filter(upload_pieces::upload.eq(upload))
                .select(diesel::dsl::max(upload_pieces::piece))
                .first(conn)?;
            let piece = last.map_or(0, |n| n + 1);
            let part = piece_part(target.act, upload, piece);
            diesel::insert_into(upload_pieces::table)
                .values((
                    upload_pieces::number.eq(number.as_str()),
                    upload_pieces::act.eq(target.act),
                    upload_pieces::upload.eq(upload),
                    upload_pieces::piece.eq(piece),
                    upload_pieces::bytes.eq(parcel::seal(
                        &target.key,
                        place(number, &part),
                        bytes,
                    )?),
                ))
                .execute(conn)?;
            diesel::update(uploads::table.find((number.as_str(), target.act, upload)))
                .set((
                    uploads::bytes_here.eq(size(at)?),
                    uploads::saved_at.eq(Stamp::from(now)),
                ))
                .execute(conn)?;
            Ok(UploadState { at, ..state })
        })
    }

    /// A file that is whole, to be judged; none while a piece is missing. The bytes are wiped when dropped.
    ///
    /// # Errors
    /// As for the draft; [`ApplyError::NoUpload`]; when a piece does not open.
    pub fn whole_upload(
        &self,
        (number, secret): (&Number, &Secret),
        of: Of,
        upload: i64,
        desk: &DeskPublic,
        now: Moment,
    ) -> Result<Option<Whole>, ApplyError> {
        self.db.write(|conn| {
            let target = target(conn, number, secret, of, desk, now)?;
            let state = read_state(conn, number, target.act, upload)?;
            if !state.is_whole() {
                return Ok(None);
            }
            let sealed: Vec<u8> = uploads::table
                .find((number.as_str(), target.act, upload))
                .select(uploads::head)
                .first(conn)?;
            let part = head_part(target.act, upload);
            let plain = parcel::open(&target.key, place(number, &part), &sealed)?;
            let head: UploadHead =
                serde_json::from_slice(&plain).map_err(|_| ApplyError::Damaged("upload"))?;
            let pieces: Vec<(i64, Vec<u8>)> = upload_pieces::table
                .filter(upload_pieces::number.eq(number.as_str()))
                .filter(upload_pieces::act.eq(target.act))
                .filter(upload_pieces::upload.eq(upload))
                .order(upload_pieces::piece)
                .select((upload_pieces::piece, upload_pieces::bytes))
                .load(conn)?;
            let room = usize::try_from(state.bytes).unwrap_or(0);
            let mut whole = Zeroizing::new(Vec::with_capacity(room));
            for (piece, sealed) in pieces {
                let part = piece_part(target.act, upload, piece);
                whole.extend_from_slice(&parcel::open(&target.key, place(number, &part), &sealed)?);
            }
            if whole.len() as u64 == head.bytes {
                Ok(Some((head, whole)))
            } else {
                Err(ApplyError::Damaged("upload"))
            }
        })
    }

    /// Deletes a file that is under way, or that was judged.
    ///
    /// # Errors
    /// As for the draft.
    pub fn end_upload(
        &self,
        (number, secret): (&Number, &Secret),
        of: Of,
        upload: i64,
        desk: &DeskPublic,
        now: Moment,
    ) -> Result<(), ApplyError> {
        self.db.write(|conn| {
            let target = target(conn, number, secret, of, desk, now)?;
            drop_upload(conn, number.as_str(), target.act, upload)
        })
    }
}
