//! The database of applications. What is written is there when a call returns, also after a power cut (SQLite syncs
//! every transaction; PostgreSQL by its default), so that a receipt is only ever shown for what is kept.

use chrono::{Days, NaiveDate, TimeDelta};
use diesel::prelude::*;
use zeroize::Zeroizing;

use super::acts::{self, Doing};
use super::replies::{add_reply, add_state};
use super::uploads::{drop_uploads, expire_uploads};
use super::{ApplyError, Draft, Entry, KEPT_DAYS, Secret, State, secret};
use crate::base::crypto::desk::DeskPublic;
use crate::base::crypto::{DataKey, SealError, parcel};
use crate::base::db::Stamp;
use crate::base::db::schema::apply::{
    act_files, acts as acts_table, applications, files, marks, states, upload_pieces,
};
use crate::base::db::{Access, Conn, Db, DbUrl, Which};
use crate::domain::forms::FormKind;
use crate::domain::forms::number::Number;
use crate::domain::forms::reply::Reply;
use crate::domain::forms::submission::{FileNote, Submission};
use crate::domain::time::{Moment, civil_date, day_start};
use crate::outside::evidence::{MOST_BYTES_TOGETHER, MOST_FILES};

/// Bytes of a piece of a sealed file.
pub(super) const PIECE: usize = 512 << 10;
/// Pieces that the files of all drafts may have together: some 20 GB. What was handed in is not counted.
const MOST_PIECES: i64 = 40_000;
/// Names of the parts under a data key or a draft's key.
pub(super) const BODY: &str = "body";
const DRAFT: &str = "draft";
const KEY: &str = "data key";

pub(super) fn part(file: u32) -> String {
    format!("file/{file}")
}

/// The store of applications.
#[derive(Clone, Debug)]
pub struct ApplyStore {
    pub(super) db: Db,
}

/// What a tracking page shows: nothing of the applicant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What was applied for.
    pub kind: FormKind,
    /// How it stands.
    pub state: State,
    /// When it was handed in; none for a draft.
    pub submitted_at: Option<Moment>,
    /// The day on which a draft is deleted.
    pub expires_on: Option<NaiveDate>,
    /// How many parts it has.
    pub parts: u32,
    /// How it came there, oldest first.
    pub history: Vec<Entry>,
    /// What the applicant did after handing in, oldest first.
    pub done: Vec<Doing>,
    /// When its contents were deleted, their time being over.
    pub erased_at: Option<Moment>,
}

impl Standing {
    /// How a part stands.
    #[must_use]
    pub fn state_of(&self, part: u32) -> State {
        let last = self.history.iter().rev().find(|e| e.part == part);
        last.map_or(
            if self.submitted_at.is_some() {
                State::Submitted
            } else {
                State::Draft
            },
            |e| e.state,
        )
    }
}

/// What is handed in.
#[derive(Debug)]
pub struct Handing {
    /// What is sealed to the desk.
    pub submission: Submission,
    /// Marks of the records that it is about, in the order of its parts.
    pub marks: Vec<String>,
    /// What the applicant is told of each part, in their order.
    pub receipts: Vec<Receipt>,
}

/// What the applicant is told of a part when it is handed in.
#[derive(Debug)]
pub struct Receipt {
    /// In words, sealed to the applicant.
    pub reply: Option<Reply>,
    /// The day by which the next step is due, and whether it is provisional.
    pub due: Option<(NaiveDate, bool)>,
}

/// What handing in came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedIn {
    /// It is handed in now.
    Now,
    /// It was handed in before: nothing was changed.
    Before,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = applications)]
pub(super) struct Row {
    pub(super) number: String,
    pub(super) state: String,
    secret_hash: String,
    wrapped_key: Option<Vec<u8>>,
    draft: Option<Vec<u8>>,
}

/// An opened draft with its keys.
pub(super) struct Opened {
    pub(super) draft: Draft,
    draft_key: DataKey,
    pub(super) data_key: DataKey,
}

pub(super) fn read_row(
    conn: &mut Conn,
    number: &Number,
    secret: &Secret,
) -> Result<Row, ApplyError> {
    let row: Option<Row> = applications::table
        .find(number.as_str())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    // the hash is made whether there is such a number or not: the time that it takes tells nobody
    let kept = row.as_ref().map_or("", |r| r.secret_hash.as_str());
    let fits = secret.fits(number, kept);
    row.filter(|_| fits).ok_or(ApplyError::Unknown)
}

pub(super) fn open_row(row: &Row, number: &Number, secret: &Secret) -> Result<Opened, ApplyError> {
    let (Some(wrapped), Some(sealed)) = (&row.wrapped_key, &row.draft) else {
        return Err(ApplyError::NotADraft);
    };
    let draft_key = secret.draft_key(number).ok_or(SealError::Format)?;
    let at = |part| parcel::Place {
        number: &row.number,
        part,
    };
    let data_key = parcel::open(&draft_key, at(KEY), wrapped)?;
    let data_key = DataKey::from_bytes(&data_key).ok_or(SealError::Format)?;
    let plain = parcel::open(&draft_key, at(DRAFT), sealed)?;
    let draft = serde_json::from_slice(&plain).map_err(|_| ApplyError::Damaged("draft"))?;
    Ok(Opened {
        draft,
        draft_key,
        data_key,
    })
}

fn seal_draft(number: &Number, key: &DataKey, draft: &Draft) -> Result<Vec<u8>, ApplyError> {
    let place = parcel::Place {
        number: number.as_str(),
        part: DRAFT,
    };
    let plain = serde_json::to_vec(draft).map_err(|_| ApplyError::Damaged("draft"))?;
    Ok(parcel::seal(key, place, &Zeroizing::new(plain))?)
}

fn expiry(now: Moment) -> NaiveDate {
    let today = civil_date(now);
    today
        .checked_add_days(Days::new(KEPT_DAYS))
        .unwrap_or(today)
}

/// Why a draft was not handed in: the store failed, or the caller refused. It keeps the words of databases in this room.
enum Undone<E> {
    Store(ApplyError),
    Refused(E),
}

impl<E, C: Into<ApplyError>> From<C> for Undone<E> {
    fn from(cause: C) -> Self {
        Self::Store(cause.into())
    }
}

impl ApplyStore {
    /// Opens the database, made when it is missing.
    ///
    /// # Errors
    /// When it cannot be reached or is of another version.
    pub fn open(url: &DbUrl) -> Result<Self, ApplyError> {
        let db = Db::open(url, Which::Apply, Access::ReadWrite)?;
        Ok(Self { db })
    }

    /// Begins a draft.
    ///
    /// # Errors
    /// When it cannot be sealed or written.
    pub fn begin(
        &self,
        kind: FormKind,
        draft: &Draft,
        desk: &DeskPublic,
        now: Moment,
    ) -> Result<(Number, Secret), ApplyError> {
        let (number, secret) = (secret::new_number(kind)?, Secret::new()?);
        let data_key = DataKey::random()?;
        let draft_key = secret.draft_key(&number).ok_or(SealError::Format)?;
        let place = parcel::Place {
            number: number.as_str(),
            part: KEY,
        };
        let wrapped = parcel::seal(&draft_key, place, data_key.expose())?;
        let envelope = desk.seal(&data_key, number.as_str())?;
        let sealed = seal_draft(&number, &draft_key, draft)?;
        let at = Stamp::from(now);
        self.db.write(|conn| -> Result<(), ApplyError> {
            diesel::insert_into(applications::table)
                .values((
                    applications::number.eq(number.as_str()),
                    applications::kind.eq(kind.code()),
                    applications::state.eq(State::Draft.code()),
                    applications::secret_hash.eq(secret.hash(&number)),
                    applications::created_at.eq(at),
                    applications::saved_at.eq(at),
                    applications::expires_on.eq(expiry(now)),
                    applications::envelope.eq(envelope),
                    applications::wrapped_key.eq(wrapped),
                    applications::draft.eq(sealed),
                ))
                .execute(conn)?;
            Ok(())
        })?;
        Ok((number, secret))
    }

    /// The draft of a number and secret.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`], [`ApplyError::NotADraft`].
    pub fn draft(&self, number: &Number, secret: &Secret) -> Result<Draft, ApplyError> {
        let row = self.db.read(|conn| read_row(conn, number, secret))?;
        Ok(open_row(&row, number, secret)?.draft)
    }

    /// Changes a draft and saves it: read and written in one transaction, so that two windows lose nothing of each other.
    ///
    /// # Errors
    /// As [`Self::draft`], and whatever `change` refuses.
    pub fn change<T>(
        &self,
        number: &Number,
        secret: &Secret,
        now: Moment,
        change: impl FnOnce(&mut Draft) -> Result<T, ApplyError>,
    ) -> Result<T, ApplyError> {
        self.db.write(|conn| {
            let row = read_row(conn, number, secret)?;
            let mut opened = open_row(&row, number, secret)?;
            let done = change(&mut opened.draft)?;
            save(conn, number, &opened, now)?;
            Ok(done)
        })
    }

    /// Takes a file that was judged: seals it, writes it, and notes it in the draft, all or nothing. What `note` says of
    /// the number is filled in.
    ///
    /// # Errors
    /// As [`Self::draft`]; when there is no room for it; [`ApplyError::NotAbout`].
    pub fn add_file(
        &self,
        number: &Number,
        secret: &Secret,
        mut note: FileNote,
        bytes: &[u8],
        now: Moment,
    ) -> Result<u32, ApplyError> {
        self.db.write(|conn| {
            let row = read_row(conn, number, secret)?;
            let mut opened = open_row(&row, number, secret)?;
            let draft = &mut opened.draft;
            if !note.settle(&draft.records) {
                return Err(ApplyError::NotAbout);
            }
            // the same file sent twice, as after a broken line, is one file
            let same = |f: &&FileNote| {
                f.sha256 == note.sha256 && f.purpose == note.purpose && f.about == note.about
            };
            if let Some(known) = draft.files.iter().find(same) {
                return Ok(known.file);
            }
            room_for(conn, &draft.files, note.bytes)?;
            draft.last_file += 1;
            let file = draft.last_file;
            let name = part(file);
            let place = parcel::Place {
                number: number.as_str(),
                part: &name,
            };
            draft.files.push(FileNote { file, ..note });
            let (mut sealer, mut sealed) = parcel::Sealer::begin(&opened.data_key, place)?;
            let mut at = 0;
            // sealed piece by piece: beside the file itself only one sealed piece is in memory
            for plain in bytes.chunks(PIECE) {
                sealer.push(plain, &mut sealed)?;
                if !sealed.is_empty() {
                    at = write_piece(conn, number, file, at, std::mem::take(&mut sealed))?;
                }
            }
            sealer.finish(&mut sealed)?;
            write_piece(conn, number, file, at, sealed)?;
            save(conn, number, &opened, now)?;
            Ok(file)
        })
    }

    /// Takes a file out of a draft.
    ///
    /// # Errors
    /// As [`Self::draft`].
    pub fn remove_file(
        &self,
        number: &Number,
        secret: &Secret,
        file: u32,
        now: Moment,
    ) -> Result<(), ApplyError> {
        self.change(number, secret, now, |draft| {
            draft.files.retain(|f| f.file != file);
            Ok(())
        })?;
        self.db.write(|conn| -> Result<(), ApplyError> {
            let pieces = files::table.filter(files::number.eq(number.as_str()));
            diesel::delete(pieces.filter(files::file.eq(i64::from(file)))).execute(conn)?;
            Ok(())
        })
    }

    /// Hands a draft in: `make` makes the submission of it, which is sealed to the desk; the applicant's copy of the key and
    /// the draft are deleted in the same transaction. Handing in again changes nothing. The applicant is told of the first
    /// part alone, by when its next step is due.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`]; whatever `make` refuses.
    pub fn hand_in<E: From<ApplyError>>(
        &self,
        number: &Number,
        secret: &Secret,
        now: Moment,
        due: Option<(NaiveDate, bool)>,
        make: impl FnOnce(&Draft) -> Result<(Submission, Vec<String>), E>,
    ) -> Result<HandedIn, E> {
        self.hand_in_told(number, secret, now, |draft| {
            let (submission, marks) = make(draft)?;
            Ok(Handing {
                submission,
                marks,
                receipts: vec![Receipt { reply: None, due }],
            })
        })
    }

    /// The same, with a receipt for each part.
    ///
    /// # Errors
    /// As [`Self::hand_in`].
    pub fn hand_in_told<E: From<ApplyError>>(
        &self,
        number: &Number,
        secret: &Secret,
        now: Moment,
        make: impl FnOnce(&Draft) -> Result<Handing, E>,
    ) -> Result<HandedIn, E> {
        let done = self.db.write(|conn| -> Result<HandedIn, Undone<E>> {
            let row = read_row(conn, number, secret)?;
            if row.state != State::Draft.code() {
                return Ok(HandedIn::Before);
            }
            let opened = open_row(&row, number, secret)?;
            let handing = make(&opened.draft).map_err(Undone::Refused)?;
            let body = seal_body(number, &opened.data_key, &handing.submission)?;
            let key = secret.reply_key(number).public();
            let at = Stamp::from(now);
            diesel::update(applications::table.find(number.as_str()))
                .set((
                    applications::state.eq(State::Submitted.code()),
                    applications::saved_at.eq(at),
                    applications::submitted_at.eq(at),
                    applications::expires_on.eq(None::<NaiveDate>),
                    applications::wrapped_key.eq(None::<Vec<u8>>),
                    applications::draft.eq(None::<Vec<u8>>),
                    applications::body.eq(body),
                    applications::reply_key.eq(key.to_bytes()),
                    applications::parts.eq(parts(&handing.submission)),
                ))
                .execute(conn)?;
            drop_uploads(conn, number.as_str(), 0)?;
            for (part, mark) in (0_i64..).zip(handing.marks) {
                diesel::insert_into(marks::table)
                    .values((
                        marks::mark.eq(mark),
                        marks::number.eq(number.as_str()),
                        marks::part.eq(part),
                    ))
                    .execute(conn)?;
            }
            for (part, receipt) in (0..).zip(&handing.receipts) {
                let line = (part, State::Submitted);
                let step = add_state(conn, number.as_str(), line, now, receipt.due)?;
                if let Some(reply) = &receipt.reply {
                    add_reply(conn, number.as_str(), step, &key, reply)?;
                }
            }
            Ok(HandedIn::Now)
        });
        let done = match done {
            Ok(done) => done,
            Err(Undone::Refused(refused)) => return Err(refused),
            Err(Undone::Store(error)) => return Err(error.into()),
        };
        // no copy of the draft stays in the write-ahead log
        self.db.forget().map_err(ApplyError::from)?;
        Ok(done)
    }

    /// Deletes a draft at its owner's wish.
    ///
    /// # Errors
    /// As [`Self::draft`].
    pub fn discard(&self, number: &Number, secret: &Secret) -> Result<(), ApplyError> {
        self.db.write(|conn| -> Result<(), ApplyError> {
            let row = read_row(conn, number, secret)?;
            if row.state != State::Draft.code() {
                return Err(ApplyError::NotADraft);
            }
            delete(conn, &[row.number])
        })?;
        Ok(self.db.forget()?)
    }

    /// Deletes the drafts whose day has come, those of answers included, and files that did not come whole; says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub fn expire(&self, today: NaiveDate) -> Result<usize, ApplyError> {
        let gone = self.db.write(|conn| -> Result<usize, ApplyError> {
            let numbers: Vec<String> = applications::table
                .filter(applications::expires_on.le(today))
                .filter(applications::state.eq(State::Draft.code()))
                .select(applications::number)
                .load(conn)?;
            delete(conn, &numbers)?;
            let pieces = expire_uploads(conn, today)? + expire_answers(conn, today)?;
            Ok(numbers.len() + pieces)
        })?;
        if gone > 0 {
            self.db.forget()?;
        }
        Ok(gone)
    }

    /// How an application stands, for who has its secret.
    ///
    /// # Errors
    /// [`ApplyError::Unknown`], also when the secret is another's.
    pub fn standing(&self, number: &Number, secret: &Secret) -> Result<Standing, ApplyError> {
        self.db.snapshot(|conn| {
            let row = read_row(conn, number, secret)?;
            let dates: DatesRow = applications::table
                .find(number.as_str())
                .select((
                    applications::submitted_at,
                    applications::expires_on,
                    applications::erased_at,
                    applications::parts,
                ))
                .first(conn)?;
            let (submitted, expires_on, erased, parts) = dates;
            let history = read_history(conn, number.as_str())?;
            let told = history.iter().map(|e| e.part + 1).max().unwrap_or(1);
            let parts = parts.and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
            Ok(Standing {
                kind: number.kind(),
                state: State::from_code(&row.state).ok_or(ApplyError::Damaged("state"))?,
                submitted_at: submitted.map(Moment::from),
                expires_on,
                parts: parts.max(told),
                history,
                done: acts::doings(conn, number.as_str())?,
                erased_at: erased.map(Moment::from),
            })
        })
    }

    /// How the parts of applications about a record stand that were handed in, by its mark.
    ///
    /// # Errors
    /// When the database fails.
    pub fn about(&self, mark: &str) -> Result<Vec<State>, ApplyError> {
        self.db.snapshot(|conn| {
            let of: Vec<(String, i64)> = marks::table
                .filter(marks::mark.eq(mark))
                .order((marks::number, marks::part))
                .select((marks::number, marks::part))
                .load(conn)?;
            let mut out = Vec::new();
            for (number, part) in of {
                let part = u32::try_from(part).map_err(|_| ApplyError::Damaged("mark"))?;
                let history = read_history(conn, &number)?;
                let last = history.iter().rev().find(|e| e.part == part);
                out.push(last.map_or(State::Submitted, |e| e.state));
            }
            Ok(out)
        })
    }
}

/// Whether a draft with some files may take one more.
pub(super) fn room_for(
    conn: &mut Conn,
    files_of_draft: &[FileNote],
    bytes: u64,
) -> Result<(), ApplyError> {
    if files_of_draft.len() >= MOST_FILES {
        return Err(ApplyError::TooManyFiles);
    }
    let held: u64 = files_of_draft.iter().map(|f| f.bytes).sum();
    if held.saturating_add(bytes) > MOST_BYTES_TOGETHER {
        return Err(ApplyError::FilesTooLarge);
    }
    let of_drafts = applications::table.filter(applications::expires_on.is_not_null());
    let of_applications: i64 = files::table
        .filter(files::number.eq_any(of_drafts.select(applications::number)))
        .count()
        .get_result(conn)?;
    let of_acts: i64 = act_files::table
        .inner_join(
            acts_table::table.on(acts_table::number
                .eq(act_files::number)
                .and(acts_table::act.eq(act_files::act))),
        )
        .filter(acts_table::at.is_null())
        .count()
        .get_result(conn)?;
    let under_way: i64 = upload_pieces::table.count().get_result(conn)?;
    if of_applications + of_acts + under_way >= MOST_PIECES {
        return Err(ApplyError::NoRoom);
    }
    Ok(())
}

/// When it was handed in, is deleted, was emptied; how many parts it has.
type DatesRow = (Option<Stamp>, Option<NaiveDate>, Option<Stamp>, Option<i64>);

/// The parts of a submission: one for each record, and one for what is about none.
fn parts(submission: &Submission) -> i64 {
    let records: usize = submission.routes.iter().map(|r| r.targets.len()).sum();
    i64::try_from(records.max(1)).unwrap_or(i64::MAX)
}

pub(super) fn read_history(conn: &mut Conn, number: &str) -> Result<Vec<Entry>, ApplyError> {
    let lines: Vec<(String, Stamp, Option<NaiveDate>, bool, i64)> = states::table
        .filter(states::number.eq(number))
        .order(states::step)
        .select((
            states::state,
            states::at,
            states::due_on,
            states::provisional,
            states::part,
        ))
        .load(conn)?;
    let read = |(state, at, due_on, provisional, part): (String, Stamp, _, _, i64)| {
        Some(Entry {
            part: u32::try_from(part).ok()?,
            state: State::from_code(&state)?,
            at: at.into(),
            due_on,
            provisional,
        })
    };
    lines
        .into_iter()
        .map(read)
        .collect::<Option<_>>()
        .ok_or(ApplyError::Damaged("history"))
}

fn save(conn: &mut Conn, number: &Number, opened: &Opened, now: Moment) -> Result<(), ApplyError> {
    let sealed = seal_draft(number, &opened.draft_key, &opened.draft)?;
    diesel::update(applications::table.find(number.as_str()))
        .set((
            applications::draft.eq(sealed),
            applications::saved_at.eq(Stamp::from(now)),
            applications::expires_on.eq(expiry(now)),
        ))
        .execute(conn)?;
    Ok(())
}

fn seal_body(
    number: &Number,
    key: &DataKey,
    submission: &Submission,
) -> Result<Vec<u8>, ApplyError> {
    let place = parcel::Place {
        number: number.as_str(),
        part: BODY,
    };
    let plain = serde_json::to_vec(submission).map_err(|_| ApplyError::Damaged("submission"))?;
    Ok(parcel::seal(key, place, &Zeroizing::new(plain))?)
}

fn write_piece(
    conn: &mut Conn,
    number: &Number,
    file: u32,
    at: i64,
    bytes: Vec<u8>,
) -> Result<i64, ApplyError> {
    diesel::insert_into(files::table)
        .values((
            files::number.eq(number.as_str()),
            files::file.eq(i64::from(file)),
            files::piece.eq(at),
            files::bytes.eq(bytes),
        ))
        .execute(conn)?;
    Ok(at + 1)
}

/// Deletes drafts of answers that were not saved for as long as a draft is kept.
fn expire_answers(conn: &mut Conn, today: NaiveDate) -> Result<usize, ApplyError> {
    let days = TimeDelta::days(i64::try_from(KEPT_DAYS).unwrap_or(i64::MAX));
    let before = Stamp::from(day_start(today) - days);
    let old: Vec<(String, i64)> = acts_table::table
        .filter(acts_table::at.is_null())
        .filter(acts_table::saved_at.lt(before))
        .select((acts_table::number, acts_table::act))
        .load(conn)?;
    for (number, act) in &old {
        let of = act_files::table.filter(act_files::number.eq(number));
        diesel::delete(of.filter(act_files::act.eq(act))).execute(conn)?;
        drop_uploads(conn, number, *act)?;
        diesel::delete(acts_table::table.find((number, act))).execute(conn)?;
    }
    Ok(old.len())
}

fn delete(conn: &mut Conn, numbers: &[String]) -> Result<(), ApplyError> {
    for number in numbers {
        drop_uploads(conn, number, 0)?;
        diesel::delete(files::table.filter(files::number.eq(number))).execute(conn)?;
        diesel::delete(applications::table.find(number)).execute(conn)?;
    }
    Ok(())
}
