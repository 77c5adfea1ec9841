//! Reviews: free texts with doubtful hits, held until an officer has looked. An approval holds for the very
//! text that was looked at; when the text changes, the review is open again.

use diesel::prelude::*;
use serde_json::Value;

use super::decision::bump;
use super::{Changes, Vault, VaultError, audit};
use crate::base::crypto::Cell;
use crate::base::db::schema::vault::reviews;
use crate::base::db::{Stamp, page};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;
use crate::inside::raw::RawText;

vocabulary! {
    /// How far a review has come.
    ReviewState {
        Open = "open", "待审核", "open";
        Approved = "approved", "已通过", "approved";
        Rejected = "rejected", "未通过", "rejected";
    }
}

/// A text to be looked at.
pub(in crate::inside) struct NewReview<'a> {
    /// Id of the record, or of the case of a proposed entry.
    pub(in crate::inside) record_id: &'a str,
    /// Its authority.
    pub(in crate::inside) authority_code: &'a str,
    /// Field that holds the text.
    pub(in crate::inside) field: &'a str,
    /// The raw text; only its keyed hash is kept.
    pub(in crate::inside) text: &'a str,
    /// The text as it would be shown; kept sealed.
    pub(in crate::inside) proposal: &'a str,
    /// What is doubtful: kinds and places, never values.
    pub(in crate::inside) doubts: &'a Value,
}

/// A review with its proposal opened.
#[derive(Debug)]
pub(in crate::inside) struct Review {
    /// Id of the record.
    pub(in crate::inside) record_id: String,
    /// Field that holds the text.
    pub(in crate::inside) field: String,
    /// Keyed hash of the text that was looked at; compare with [`Vault::text_hash`].
    pub(in crate::inside) text_hash: String,
    /// How far it has come.
    pub(in crate::inside) state: ReviewState,
    /// The text as it would be shown; doubtful until approved.
    pub(in crate::inside) proposal: RawText,
    /// What is doubtful.
    pub(in crate::inside) doubts: Value,
    /// When it was opened.
    pub(in crate::inside) opened_at: Moment,
    /// When it was decided.
    pub(in crate::inside) decided_at: Option<Moment>,
    /// Who decided.
    pub(in crate::inside) decided_by: Option<String>,
}

#[derive(Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = reviews, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct ReviewRow {
    pub(super) record_id: String,
    field: String,
    text_hash: String,
    state: String,
    proposal: Vec<u8>,
    doubts: String,
    opened_at: Stamp,
    decided_at: Option<Stamp>,
    decided_by: Option<String>,
    authority_code: String,
}

impl ReviewRow {
    /// Its field.
    pub(super) fn field(&self) -> &str {
        &self.field
    }

    /// Keyed hash of the text.
    pub(super) fn hash(&self) -> &str {
        &self.text_hash
    }

    /// The same, approved.
    pub(super) fn approved(self, by: &str, at: Moment) -> Self {
        Self {
            state: ReviewState::Approved.code().to_owned(),
            decided_at: Some(at.into()),
            decided_by: Some(by.to_owned()),
            ..self
        }
    }
}

impl Vault {
    /// Keyed hash of a text in a field of a record, as reviews keep it.
    #[must_use]
    pub(in crate::inside) fn text_hash(&self, record_id: &str, field: &str, text: &str) -> String {
        let parts = [record_id, field, text].map(str::as_bytes);
        self.keys.id.hex("review", &parts)
    }

    /// Opens reviews in one transaction. One that stands for the same text stays as it is; one of another
    /// text is open again. Answers how many were opened.
    ///
    /// # Errors
    /// Those of the database or of sealing: then none is opened.
    pub(in crate::inside) fn open_reviews(
        &self,
        new: &[NewReview<'_>],
        at: Moment,
    ) -> Result<usize, VaultError> {
        let rows: Vec<ReviewRow> = new
            .iter()
            .map(|review| self.seal_review(review, at))
            .collect::<Result<_, _>>()?;
        if rows.is_empty() {
            return Ok(0);
        }
        self.db.write(|conn| {
            let mut opened = 0;
            for row in &rows {
                let place = reviews::table.find((&row.record_id, &row.field));
                let known: Option<String> =
                    place.select(reviews::text_hash).first(conn).optional()?;
                match known {
                    Some(hash) if hash == row.text_hash => continue,
                    Some(_) => diesel::update(place).set(row).execute(conn)?,
                    None => diesel::insert_into(reviews::table)
                        .values(row)
                        .execute(conn)?,
                };
                opened += 1;
            }
            Ok(opened)
        })
    }

    /// Reviews in a state, by record and field, after a place, at most `limit`.
    ///
    /// # Errors
    /// Those of the database; a proposal that does not open.
    pub(in crate::inside) fn reviews(
        &self,
        state: ReviewState,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<Review>, VaultError> {
        let rows: Vec<ReviewRow> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = reviews::table
                .filter(reviews::state.eq(state.code()))
                .order((reviews::record_id, reviews::field))
                .limit(page(limit))
                .into_boxed();
            if let Some((record_id, field)) = after {
                query = query.filter(
                    reviews::record_id.gt(record_id).or(reviews::record_id
                        .eq(record_id)
                        .and(reviews::field.gt(field))),
                );
            }
            Ok(query.load(conn)?)
        })?;
        rows.into_iter()
            .map(|row| self.open_review_row(row))
            .collect()
    }

    /// The first open review after a place, of one authority's records or of all.
    ///
    /// # Errors
    /// Those of the database; a proposal that does not open.
    pub(in crate::inside) fn next_review(
        &self,
        authority: Option<&str>,
        after: Option<(&str, &str)>,
    ) -> Result<Option<Review>, VaultError> {
        let row: Option<ReviewRow> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = reviews::table
                .filter(reviews::state.eq(ReviewState::Open.code()))
                .select(reviews::all_columns)
                .order((reviews::record_id, reviews::field))
                .into_boxed();
            if let Some(authority) = authority {
                query = query.filter(reviews::authority_code.eq(authority));
            }
            if let Some((record_id, field)) = after {
                query = query.filter(
                    reviews::record_id.gt(record_id).or(reviews::record_id
                        .eq(record_id)
                        .and(reviews::field.gt(field))),
                );
            }
            Ok(query.first(conn).optional()?)
        })?;
        row.map(|row| self.open_review_row(row)).transpose()
    }

    /// How many open reviews there are of one authority's records, or of all.
    ///
    /// # Errors
    /// Those of the database.
    pub fn open_reviews_of(&self, authority: Option<&str>) -> Result<i64, VaultError> {
        self.db.read(|conn| {
            let mut query = reviews::table
                .filter(reviews::state.eq(ReviewState::Open.code()))
                .select(diesel::dsl::count_star())
                .into_boxed();
            if let Some(authority) = authority {
                query = query.filter(reviews::authority_code.eq(authority));
            }
            Ok(query.first(conn)?)
        })
    }

    /// How many reviews are in a state.
    ///
    /// # Errors
    /// Those of the database.
    pub fn review_count(&self, state: ReviewState) -> Result<i64, VaultError> {
        self.db.read(|conn| {
            Ok(reviews::table
                .filter(reviews::state.eq(state.code()))
                .count()
                .get_result(conn)?)
        })
    }

    /// Decides a review: the record counts as changed, and the audit log has it. With `text_hash`, only if
    /// the text is still the one that the officer read.
    ///
    /// # Errors
    /// [`VaultError::UnknownReview`], or those of the database.
    pub fn decide_review(
        &self,
        record_id: &str,
        field: &str,
        text_hash: Option<&str>,
        state: ReviewState,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        self.db.write(|conn| {
            let mut query = reviews::table
                .filter(reviews::record_id.eq(record_id))
                .filter(reviews::field.eq(field))
                .select(reviews::text_hash)
                .into_boxed();
            if let Some(hash) = text_hash {
                query = query.filter(reviews::text_hash.eq(hash));
            }
            let found: Option<String> = query.first(conn).optional()?;
            let Some(hash) = found else {
                return Err(VaultError::UnknownReview {
                    id: record_id.to_owned(),
                    field: field.to_owned(),
                });
            };
            diesel::update(reviews::table.find((record_id, field)))
                .set((
                    reviews::state.eq(state.code()),
                    reviews::decided_at.eq(Some(Stamp::from(at))),
                    reviews::decided_by.eq(Some(by)),
                ))
                .execute(conn)?;
            let mut changes = Changes::begin(conn)?;
            bump(conn, record_id, &mut changes)?;
            changes.save(conn)?;
            let object = format!("{record_id}/{field}");
            let action = format!("review.{}", state.code());
            audit::append(conn, &self.keys.id, at, by, &action, &object, &hash)
        })
    }

    pub(super) fn seal_review(
        &self,
        new: &NewReview<'_>,
        at: Moment,
    ) -> Result<ReviewRow, VaultError> {
        let place = format!("{}/{}", new.record_id, new.field);
        let proposal = self
            .keys
            .vault
            .seal(proposal_cell(&place), new.proposal.as_bytes())
            .map_err(|source| VaultError::Cell {
                id: new.record_id.to_owned(),
                column: "proposal",
                source,
            })?;
        Ok(ReviewRow {
            record_id: new.record_id.to_owned(),
            field: new.field.to_owned(),
            text_hash: self.text_hash(new.record_id, new.field, new.text),
            state: ReviewState::Open.code().to_owned(),
            proposal,
            doubts: new.doubts.to_string(),
            opened_at: at.into(),
            decided_at: None,
            decided_by: None,
            authority_code: new.authority_code.to_owned(),
        })
    }

    /// Opens the proposal of a row.
    pub(super) fn open_review_row(&self, row: ReviewRow) -> Result<Review, VaultError> {
        let place = format!("{}/{}", row.record_id, row.field);
        let plain = self
            .keys
            .vault
            .open(proposal_cell(&place), &row.proposal)
            .map_err(|source| VaultError::Cell {
                id: row.record_id.clone(),
                column: "proposal",
                source,
            })?;
        let proposal = std::str::from_utf8(&plain).map_err(|_| VaultError::Payload {
            id: row.record_id.clone(),
            cause: "proposal is no text".to_owned(),
        })?;
        Ok(Review {
            proposal: RawText::new(proposal),
            state: ReviewState::from_code(&row.state).ok_or(VaultError::Word {
                table: "reviews",
                column: "state",
                word: row.state,
            })?,
            doubts: serde_json::from_str(&row.doubts).unwrap_or_default(),
            record_id: row.record_id,
            field: row.field,
            text_hash: row.text_hash,
            opened_at: row.opened_at.into(),
            decided_at: row.decided_at.map(Into::into),
            decided_by: row.decided_by,
        })
    }
}

fn proposal_cell(place: &str) -> Cell<'_> {
    Cell {
        table: "reviews",
        row: place,
        column: "proposal",
    }
}
