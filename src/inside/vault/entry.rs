//! List entries beside their cases: the proposed record, sealed; its notice; the evidence of cross-checks.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::review::ReviewRow;
use super::{
    Batch, DecisionKind, Prepared, Review, Tx, Vault, VaultError, VaultRow, audit, codec, put,
};
use crate::base::crypto::Cell;
use crate::base::db::schema::vault::{cases, decisions, entries, entry_checks, reviews};
use crate::base::db::{Conn, Stamp, page};
use crate::domain::kinds::Polarity;
use crate::domain::time::{Moment, day_start};
use crate::inside::publish::board::{Prior, Term};
use crate::inside::raw::RawRecord;
use crate::record::NoticeKind;

/// Decisions by which the display of a record ends for good, and by which it comes back.
const ENDS: [DecisionKind; 4] = [
    DecisionKind::Repaired,
    DecisionKind::Delisted,
    DecisionKind::Withdrawn,
    DecisionKind::Reinstated,
];

/// What is found of an entry without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryHead {
    /// Id of its case.
    pub case: String,
    /// List.
    pub list: String,
    /// Authority.
    pub authority: String,
    /// What the list says about its subjects.
    pub polarity: Polarity,
    /// Code of the state of its case.
    pub state: String,
    /// Keyed hash of the subject.
    pub subject_key: String,
    /// Record that it became.
    pub record_id: Option<String>,
    /// First and last day of its public notice, and whether a provisional year had a part in it.
    pub notice: Option<(NaiveDate, NaiveDate, bool)>,
    /// Last day of validity.
    pub valid_until: Option<NaiveDate>,
    /// When it was drawn up.
    pub made_at: Moment,
    /// When it was changed last.
    pub changed_at: Moment,
}

/// An entry opened.
#[derive(Debug)]
pub(in crate::inside) struct OpenEntry<N> {
    /// What it is found by.
    pub head: EntryHead,
    /// The proposed record.
    pub record: RawRecord,
    /// What is kept beside it.
    pub notes: N,
}

/// A cross-check that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Number within the entry, from 1.
    pub n: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// Change of the vault up to which records were searched.
    pub change_seq: i64,
    /// Lists that were searched, with their level.
    pub searched: serde_json::Value,
    /// Ids and lists of active records that were found.
    pub hits: serde_json::Value,
}

/// A text that the secrecy review approved as it will be shown.
pub(in crate::inside) struct ApprovedText<'a> {
    /// Field.
    pub field: &'a str,
    /// What was read, under the version of the masking rules.
    pub read: &'a str,
    /// How it is shown.
    pub proposal: &'a str,
    /// What was doubtful.
    pub doubts: serde_json::Value,
}

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = entries, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    case_id: String,
    list: String,
    authority_code: String,
    polarity: String,
    state: String,
    subject_key: String,
    record_id: Option<String>,
    notice_from: Option<NaiveDate>,
    notice_last: Option<NaiveDate>,
    provisional: bool,
    valid_until: Option<NaiveDate>,
    made_at: Stamp,
    changed_at: Stamp,
    proposal: Vec<u8>,
    notes: Vec<u8>,
}

fn cell<'a>(case: &'a str, column: &'a str) -> Cell<'a> {
    Cell {
        table: "entries",
        row: case,
        column,
    }
}

fn head(row: &Row) -> Result<EntryHead, VaultError> {
    Ok(EntryHead {
        case: row.case_id.clone(),
        list: row.list.clone(),
        authority: row.authority_code.clone(),
        polarity: Polarity::from_code(&row.polarity).ok_or_else(|| VaultError::Word {
            table: "entries",
            column: "polarity",
            word: row.polarity.clone(),
        })?,
        state: row.state.clone(),
        subject_key: row.subject_key.clone(),
        record_id: row.record_id.clone(),
        notice: row
            .notice_from
            .zip(row.notice_last)
            .map(|(from, last)| (from, last, row.provisional)),
        valid_until: row.valid_until,
        made_at: row.made_at.into(),
        changed_at: row.changed_at.into(),
    })
}

impl Vault {
    /// Id under which a notice is seen: says nothing about the case or decision that it comes from.
    #[must_use]
    pub(in crate::inside) fn notice_id(&self, kind: NoticeKind, source: &str) -> String {
        self.keys.id.record_id("notice", kind.code(), source, "")
    }

    fn seal_entry<N: Serialize>(&self, entry: &OpenEntry<N>) -> Result<Row, VaultError> {
        let OpenEntry {
            head,
            record,
            notes,
        } = entry;
        let seal = |column, plain: &[u8]| {
            let sealed = self.keys.vault.seal(cell(&head.case, column), plain);
            sealed.map_err(|source| VaultError::Cell {
                id: head.case.clone(),
                column,
                source,
            })
        };
        let notes = Zeroizing::new(serde_json::to_vec(notes).map_err(|_| VaultError::Encode)?);
        Ok(Row {
            case_id: head.case.clone(),
            list: head.list.clone(),
            authority_code: head.authority.clone(),
            polarity: head.polarity.code().to_owned(),
            state: head.state.clone(),
            subject_key: head.subject_key.clone(),
            record_id: head.record_id.clone(),
            notice_from: head.notice.map(|n| n.0),
            notice_last: head.notice.map(|n| n.1),
            provisional: head.notice.is_some_and(|n| n.2),
            valid_until: head.valid_until,
            made_at: head.made_at.into(),
            changed_at: head.changed_at.into(),
            proposal: seal("proposal", &codec::encode(record)?)?,
            notes: seal("notes", &notes)?,
        })
    }

    fn open_entry<N: DeserializeOwned>(&self, row: &Row) -> Result<OpenEntry<N>, VaultError> {
        let open = |column, sealed: &[u8]| {
            let plain = self.keys.vault.open(cell(&row.case_id, column), sealed);
            plain.map_err(|source| VaultError::Cell {
                id: row.case_id.clone(),
                column,
                source,
            })
        };
        let record = codec::decode(&row.case_id, &open("proposal", &row.proposal)?)?;
        let notes = serde_json::from_slice(&open("notes", &row.notes)?).map_err(|e| {
            VaultError::Payload {
                id: row.case_id.clone(),
                cause: format!("{:?} error in notes", e.classify()),
            }
        })?;
        Ok(OpenEntry {
            head: head(row)?,
            record,
            notes,
        })
    }

    /// Writes an entry, new or changed.
    ///
    /// # Errors
    /// Those of the database or of sealing.
    pub(in crate::inside) fn put_entry<N: Serialize>(
        &self,
        entry: &OpenEntry<N>,
    ) -> Result<(), VaultError> {
        let row = self.seal_entry(entry)?;
        self.db.write(|conn| put_row(conn, &row))
    }

    /// Entries whose case has moved on since they were settled.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn unsettled_entries(&self) -> Result<Vec<String>, VaultError> {
        self.db.read(|conn| {
            Ok(entries::table
                .inner_join(cases::table.on(cases::id.eq(entries::case_id)))
                .filter(cases::state.ne(entries::state))
                .select(entries::case_id)
                .order(entries::case_id)
                .load(conn)?)
        })
    }

    /// Entries whose record was ended or brought back by another case since they were settled.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn entries_left_behind(&self) -> Result<Vec<String>, VaultError> {
        let kinds = ENDS.map(DecisionKind::code);
        self.db.read(|conn| {
            Ok(entries::table
                .inner_join(
                    decisions::table.on(decisions::record_id.nullable().eq(entries::record_id)),
                )
                .filter(decisions::kind.eq_any(kinds))
                .filter(decisions::reference.ne(entries::case_id))
                .filter(decisions::at.ge(entries::changed_at))
                .select(entries::case_id)
                .distinct()
                .order(entries::case_id)
                .load(conn)?)
        })
    }

    fn find_notice(&self, conn: &mut Conn, notice: &str) -> Result<Option<String>, VaultError> {
        let ids: Vec<String> = entries::table
            .filter(entries::state.ne("draft"))
            .select(entries::case_id)
            .order(entries::case_id.desc())
            .load(conn)?;
        Ok(ids
            .into_iter()
            .find(|case| self.notice_id(NoticeKind::Prior, case) == notice))
    }

    /// An entry by its case.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn entry<N: DeserializeOwned>(
        &self,
        case: &str,
    ) -> Result<Option<OpenEntry<N>>, VaultError> {
        let row: Option<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(entries::table.find(case).first(conn).optional()?)
        })?;
        row.map(|row| self.open_entry(&row)).transpose()
    }

    /// The entry that became a record.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn entry_of_record(
        &self,
        record_id: &str,
    ) -> Result<Option<EntryHead>, VaultError> {
        let row: Option<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(entries::table
                .filter(entries::record_id.eq(record_id))
                .first(conn)
                .optional()?)
        })?;
        row.as_ref().map(head).transpose()
    }

    /// Heads of entries after a case, in the order of cases, of one authority or all, in some states or all, of one list
    /// or all.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn entry_heads(
        &self,
        asked: &AskEntries<'_>,
        most: usize,
    ) -> Result<Vec<EntryHead>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = entries::table
                .order(entries::case_id.desc())
                .limit(page(most))
                .into_boxed();
            if let Some(before) = asked.before {
                query = query.filter(entries::case_id.lt(before));
            }
            if let Some(authority) = asked.authority {
                query = query.filter(entries::authority_code.eq(authority));
            }
            if let Some(state) = asked.state {
                query = query.filter(entries::state.eq(state));
            }
            if let Some(list) = asked.list {
                query = query.filter(entries::list.eq(list));
            }
            Ok(query.load(conn)?)
        })?;
        rows.iter().map(head).collect()
    }

    /// Notices before an entry that run on a day, with what the secrecy review approved of each.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn running_notices(
        &self,
        today: NaiveDate,
    ) -> Result<Vec<Prior>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(entries::table
                .filter(entries::notice_from.le(today))
                .filter(entries::notice_last.ge(today))
                .order(entries::case_id)
                .load(conn)?)
        })?;
        rows.iter()
            .filter_map(|row| {
                let (from, last) = row.notice_from.zip(row.notice_last)?;
                let opened = self.open_entry::<serde::de::IgnoredAny>(row);
                Some(opened.and_then(|entry| {
                    Ok(Prior {
                        reviews: self.reviews_of(&row.case_id)?,
                        case: row.case_id.clone(),
                        record: entry.record,
                        term: Term {
                            from,
                            last,
                            provisional: row.provisional,
                        },
                    })
                }))
            })
            .collect()
    }

    /// Records about which a repair or an exit was decided since a day, opened.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn ended_since(
        &self,
        from: NaiveDate,
    ) -> Result<Vec<VaultRow>, VaultError> {
        let start = Stamp::from(day_start(from));
        let ids: Vec<String> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(decisions::table
                .filter(decisions::at.ge(start).or(decisions::effective_on.ge(from)))
                .filter(
                    decisions::kind
                        .eq("repaired")
                        .or(decisions::kind.eq("delisted")),
                )
                .select(decisions::record_id)
                .distinct()
                .order(decisions::record_id)
                .load(conn)?)
        })?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.extend(self.get(&id)?);
        }
        Ok(rows)
    }

    /// Reviews of the texts of an object: a record, or a proposal under the id of its case.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn reviews_of(&self, object: &str) -> Result<Vec<Review>, VaultError> {
        let rows: Vec<ReviewRow> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(reviews::table
                .filter(reviews::record_id.eq(object))
                .order(reviews::field)
                .load(conn)?)
        })?;
        rows.into_iter()
            .map(|row| self.open_review_row(row))
            .collect()
    }

    /// Keeps the evidence of a cross-check; answers its number.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn add_check(
        &self,
        case: &str,
        actor: &str,
        at: Moment,
        change_seq: i64,
        (searched, hits): (&serde_json::Value, &serde_json::Value),
    ) -> Result<i64, VaultError> {
        self.db.write(|conn| {
            let last: Option<i64> = entry_checks::table
                .filter(entry_checks::case_id.eq(case))
                .select(diesel::dsl::max(entry_checks::n))
                .first(conn)?;
            let n = last.unwrap_or_default() + 1;
            diesel::insert_into(entry_checks::table)
                .values((
                    entry_checks::case_id.eq(case),
                    entry_checks::n.eq(n),
                    entry_checks::at.eq(Stamp::from(at)),
                    entry_checks::actor.eq(actor),
                    entry_checks::change_seq.eq(change_seq),
                    entry_checks::searched.eq(searched.to_string()),
                    entry_checks::hits.eq(hits.to_string()),
                ))
                .execute(conn)?;
            let detail = format!("check {n} up to change {change_seq}: {hits}");
            audit::append(conn, &self.keys.id, at, actor, "entry.check", case, &detail)?;
            Ok(n)
        })
    }

    /// The cross-checks of an entry, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn checks(&self, case: &str) -> Result<Vec<Check>, VaultError> {
        type Found = (String, i64, Stamp, String, i64, String, String);
        let rows: Vec<Found> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(entry_checks::table
                .filter(entry_checks::case_id.eq(case))
                .order(entry_checks::n)
                .load(conn)?)
        })?;
        Ok(rows
            .into_iter()
            .map(|(_, n, at, actor, change_seq, searched, hits)| Check {
                n,
                at: at.into(),
                actor,
                change_seq,
                searched: serde_json::from_str(&searched).unwrap_or_default(),
                hits: serde_json::from_str(&hits).unwrap_or_default(),
            })
            .collect())
    }

    fn approved_row(
        &self,
        (object, authority): (&str, &str),
        text: &ApprovedText<'_>,
        by: &str,
        at: Moment,
    ) -> Result<ReviewRow, VaultError> {
        let new = super::NewReview {
            record_id: object,
            authority_code: authority,
            field: text.field,
            text: text.read,
            proposal: text.proposal,
            doubts: &text.doubts,
        };
        Ok(self.seal_review(&new, at)?.approved(by, at))
    }
}

impl Tx<'_> {
    /// Writes an entry, new or changed.
    ///
    /// # Errors
    /// Those of the database or of sealing.
    pub(in crate::inside) fn put_entry<N: Serialize>(
        &mut self,
        entry: &OpenEntry<N>,
    ) -> Result<(), VaultError> {
        let row = self.vault.seal_entry(entry)?;
        put_row(self.conn, &row)
    }

    /// The case of the entry that a notice before an entry is about.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn case_of_notice(
        &mut self,
        notice: &str,
    ) -> Result<Option<String>, VaultError> {
        self.vault.find_notice(self.conn, notice)
    }

    /// Puts a record of the desk's own into a batch that was begun.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn put_record(
        &mut self,
        batch: &Batch,
        record: Prepared,
        at: Moment,
    ) -> Result<(), VaultError> {
        put::put(self.conn, batch, &[record], at)?;
        Ok(())
    }

    /// Keeps texts of a record or of a proposed entry, and its authority, as approved for exactly what was read; whatever
    /// was kept of these fields gives way.
    ///
    /// # Errors
    /// Those of the database or of sealing.
    pub(in crate::inside) fn approve_texts(
        &mut self,
        (object, authority): (&str, &str),
        texts: &[ApprovedText<'_>],
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        for text in texts {
            let row = self.vault.approved_row((object, authority), text, by, at)?;
            diesel::delete(reviews::table.find((object, row.field()))).execute(self.conn)?;
            diesel::insert_into(reviews::table)
                .values(&row)
                .execute(self.conn)?;
            let place = format!("{object}/{}", row.field());
            let key = &self.vault.keys.id;
            audit::append(
                self.conn,
                key,
                at,
                by,
                "review.approved",
                &place,
                row.hash(),
            )?;
        }
        Ok(())
    }
}

/// Which entries are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::inside) struct AskEntries<'a> {
    /// Those before this case.
    pub before: Option<&'a str>,
    /// Of this authority.
    pub authority: Option<&'a str>,
    /// In this state.
    pub state: Option<&'a str>,
    /// Of this list.
    pub list: Option<&'a str>,
}

fn put_row(conn: &mut Conn, row: &Row) -> Result<(), VaultError> {
    let rows = diesel::update(entries::table.find(&row.case_id))
        .set(row)
        .execute(conn)?;
    if rows == 0 {
        diesel::insert_into(entries::table)
            .values(row)
            .execute(conn)?;
    }
    Ok(())
}
