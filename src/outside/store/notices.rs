//! Notices: shown by the day, replaced as a whole by the publisher, and gone without a trace of content when taken back.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::meta::NOTICES;
use super::{PublicStore, StoreError};
use crate::base::db::schema::public::{notice_tombstones, notices};
use crate::base::db::{Conn, Stamp, counter, on_each, page, set_counter};
use crate::domain::time::{Moment, civil_date};
use crate::record::{NoticeKind, NoticeParts, PublicNotice};

/// Notices in one statement.
const CHUNK: usize = 200;

/// A notice that was taken back before its end: nothing else is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Moment,
}

/// Answer to a look-up of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundNotice {
    /// Shown that day.
    Open(Box<PublicNotice>),
    /// It was shown once, or is outside its window: nothing is told about it.
    Gone,
    /// There never was one.
    Unknown,
}

/// What replacing the notices did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticesDone {
    /// Notices added or changed.
    pub put: u64,
    /// Notices that left: taken back, or over.
    pub gone: u64,
}

#[derive(Insertable)]
#[diesel(table_name = notices, treat_none_as_default_value = false)]
struct Row<'a> {
    id: &'a str,
    kind: &'a str,
    list: &'a str,
    open_from: NaiveDate,
    open_until: NaiveDate,
    digest: &'a str,
    body: &'a str,
}

struct Encoded<'a> {
    parts: &'a NoticeParts,
    digest: String,
    body: String,
}

fn encode(notice: &PublicNotice) -> Result<Encoded<'_>, StoreError> {
    let parts = notice.parts();
    let body = serde_json::to_string(parts).map_err(|source| StoreError::Encode {
        id: parts.id.clone(),
        source,
    })?;
    Ok(Encoded {
        digest: digest(&body),
        parts,
        body,
    })
}

fn digest(body: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(body.as_bytes()))
}

/// The only place that rebuilds a notice.
fn restore(body: &str) -> Result<PublicNotice, StoreError> {
    let parts: NoticeParts = serde_json::from_str(body).map_err(|e| StoreError::Damaged {
        num: 0,
        cause: format!("body is no notice ({:?} error)", e.classify()),
    })?;
    Ok(PublicNotice::restored(parts))
}

impl PublicStore {
    /// Makes the store hold exactly these notices. Whatever else it held is deleted; what left before its end leaves a
    /// tombstone of its id and the moment. When nothing changes nothing is written.
    ///
    /// # Errors
    /// Those of the database: then nothing is done.
    pub(crate) fn set_notices(
        &self,
        at: Moment,
        all: &[PublicNotice],
    ) -> Result<NoticesDone, StoreError> {
        let wanted: HashMap<&str, Encoded<'_>> = all
            .iter()
            .map(|n| Ok((n.id.as_str(), encode(n)?)))
            .collect::<Result<_, StoreError>>()?;
        // as a rule nothing changes, and then the lock is not taken
        if self.db.read(|conn| changes(conn, &wanted))?.is_empty() {
            return Ok(NoticesDone::default());
        }
        let done = self.db.write(|conn| replace(conn, at, &wanted))?;
        if done.gone > 0 || done.put > 0 {
            self.db.forget()?;
        }
        Ok(done)
    }

    /// Notices shown on a civil date, of one kind or all: those before an entry by their end, the others newest first.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn notices(
        &self,
        today: NaiveDate,
        kind: Option<NoticeKind>,
        most: usize,
    ) -> Result<Vec<PublicNotice>, StoreError> {
        let bodies: Vec<String> = self.db.read(|conn| -> Result<_, StoreError> {
            let mut query = notices::table
                .filter(notices::open_from.le(today))
                .filter(notices::open_until.gt(today))
                .select(notices::body)
                .order((notices::open_until, notices::id))
                .limit(page(most))
                .into_boxed();
            if let Some(kind) = kind {
                query = query.filter(notices::kind.eq(kind.code()));
            }
            Ok(query.load(conn)?)
        })?;
        let mut all: Vec<PublicNotice> = bodies
            .iter()
            .map(|b| restore(b))
            .collect::<Result<_, _>>()?;
        // read by the day, whatever the rows say
        all.retain(|n| n.open_on(today));
        all.sort_by(|a, b| {
            let ended = |n: &PublicNotice| (n.kind != NoticeKind::Prior).then_some(n.open_from);
            (a.kind, std::cmp::Reverse(ended(a)), a.open_until, &a.id).cmp(&(
                b.kind,
                std::cmp::Reverse(ended(b)),
                b.open_until,
                &b.id,
            ))
        });
        Ok(all)
    }

    /// The notice of an id as it stands on a civil date.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn notice(&self, id: &str, today: NaiveDate) -> Result<FoundNotice, StoreError> {
        self.db.snapshot(|conn| {
            let body: Option<String> = notices::table
                .find(id)
                .select(notices::body)
                .first(conn)
                .optional()?;
            if let Some(body) = body {
                let notice = restore(&body)?;
                return Ok(if notice.open_on(today) {
                    FoundNotice::Open(Box::new(notice))
                } else {
                    FoundNotice::Gone
                });
            }
            let gone: i64 = notice_tombstones::table
                .filter(notice_tombstones::id.eq(id))
                .count()
                .get_result(conn)?;
            Ok(if gone > 0 {
                FoundNotice::Gone
            } else {
                FoundNotice::Unknown
            })
        })
    }

    /// Notices that were taken back before their end on or after a civil date, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn notices_taken_back(
        &self,
        from: NaiveDate,
        most: usize,
    ) -> Result<Vec<TakenBack>, StoreError> {
        let start = Stamp::from(crate::domain::time::day_start(from));
        let rows: Vec<(String, Stamp)> = self.db.read(|conn| -> Result<_, StoreError> {
            Ok(notice_tombstones::table
                .filter(notice_tombstones::at.ge(start))
                .order((notice_tombstones::at.desc(), notice_tombstones::id))
                .limit(page(most))
                .load(conn)?)
        })?;
        Ok(rows
            .into_iter()
            .map(|(id, at)| TakenBack { id, at: at.into() })
            .collect())
    }

    /// Every notice held, whatever its window, with the digest of its row: for verification. A row whose digest is not
    /// that of its body is damaged.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn all_notices(&self) -> Result<Vec<(PublicNotice, String)>, StoreError> {
        let rows: Vec<(String, String)> = self.db.read(|conn| -> Result<_, StoreError> {
            Ok(notices::table
                .select((notices::digest, notices::body))
                .order(notices::id)
                .load(conn)?)
        })?;
        rows.into_iter()
            .map(|(kept, body)| {
                if digest(&body) != kept {
                    return Err(StoreError::Damaged {
                        num: 0,
                        cause: "a notice does not have its digest".to_owned(),
                    });
                }
                Ok((restore(&body)?, kept))
            })
            .collect()
    }
}

/// Digest that the store keeps of a notice: equal content, equal digest.
///
/// # Errors
/// When the notice cannot be written as JSON.
pub fn notice_digest(notice: &PublicNotice) -> Result<String, StoreError> {
    Ok(encode(notice)?.digest)
}

/// Ids that are to be written or deleted, and of the latter whether their window was over by its own.
fn changes<'a>(
    conn: &mut Conn,
    wanted: &HashMap<&'a str, Encoded<'a>>,
) -> Result<Changes<'a>, StoreError> {
    let held: Vec<(String, String, NaiveDate)> = notices::table
        .select((notices::id, notices::digest, notices::open_until))
        .load(conn)?;
    let held: HashMap<String, (String, NaiveDate)> = held
        .into_iter()
        .map(|(id, digest, until)| (id, (digest, until)))
        .collect();
    let put = wanted
        .iter()
        .filter(|(id, new)| held.get(**id).is_none_or(|(old, _)| *old != new.digest))
        .map(|(id, _)| *id)
        .collect();
    let gone = held
        .into_iter()
        .filter(|(id, _)| !wanted.contains_key(id.as_str()))
        .map(|(id, (_, until))| (id, until))
        .collect();
    Ok(Changes { put, gone })
}

struct Changes<'a> {
    put: Vec<&'a str>,
    gone: Vec<(String, NaiveDate)>,
}

impl Changes<'_> {
    fn is_empty(&self) -> bool {
        self.put.is_empty() && self.gone.is_empty()
    }
}

fn replace(
    conn: &mut Conn,
    at: Moment,
    wanted: &HashMap<&str, Encoded<'_>>,
) -> Result<NoticesDone, StoreError> {
    let Changes { put, gone } = changes(conn, wanted)?;
    let today = civil_date(at);
    let drop: Vec<&str> = put
        .iter()
        .copied()
        .chain(gone.iter().map(|(id, _)| id.as_str()))
        .collect();
    for chunk in drop.chunks(CHUNK) {
        let query = diesel::delete(notices::table.filter(notices::id.eq_any(chunk)));
        on_each!(conn, c => query.execute(c))?;
        // one that comes back is no longer told as taken back
        let query =
            diesel::delete(notice_tombstones::table.filter(notice_tombstones::id.eq_any(chunk)));
        on_each!(conn, c => query.execute(c))?;
    }
    for (id, until) in &gone {
        // what is over by its own end was announced with it
        if *until > today {
            diesel::insert_into(notice_tombstones::table)
                .values((
                    notice_tombstones::id.eq(id),
                    notice_tombstones::at.eq(Stamp::from(at)),
                ))
                .execute(conn)?;
        }
    }
    for new in put.iter().filter_map(|id| wanted.get(id)) {
        let parts = new.parts;
        diesel::insert_into(notices::table)
            .values(&Row {
                id: &parts.id,
                kind: parts.kind.code(),
                list: &parts.list,
                open_from: parts.open_from,
                open_until: parts.open_until,
                digest: &new.digest,
                body: &new.body,
            })
            .execute(conn)?;
    }
    let done = NoticesDone {
        put: put.len() as u64,
        gone: gone.len() as u64,
    };
    if done != NoticesDone::default() {
        let version = counter(conn, NOTICES)?;
        set_counter(conn, NOTICES, version + 1)?;
    }
    Ok(done)
}
