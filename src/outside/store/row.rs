//! A record as a row: the body is the content, the columns repeat what rows are found by.

use chrono::NaiveDate;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::{Card, StoreError, Stored};
use crate::base::db::schema::public::records;
use crate::record::{PublicRecord, RecordParts};

/// A row to insert; every value is borrowed from the record or from its encoding.
#[derive(Insertable, Clone, Copy)]
#[diesel(table_name = records, treat_none_as_default_value = false)]
pub(super) struct NewRow<'a> {
    pub(super) num: i64,
    pub(super) id: &'a str,
    pub(super) seq: i64,
    pub(super) list: &'a str,
    pub(super) subject_kind: &'a str,
    pub(super) subject_name: &'a str,
    pub(super) credit_code: Option<&'a str>,
    pub(super) document_number: &'a str,
    pub(super) authority_code: &'a str,
    pub(super) region: &'a str,
    pub(super) decided_on: NaiveDate,
    pub(super) displayed_from: NaiveDate,
    pub(super) displayed_until: Option<NaiveDate>,
    pub(super) digest: &'a str,
    pub(super) body: &'a str,
}

/// The encoding of a record: its body and the digest of it.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) body: String,
    pub(super) digest: String,
}

/// Encodes a record; done before the transaction, so that the lock is not held meanwhile.
pub(super) fn encode(record: &PublicRecord) -> Result<Encoded, StoreError> {
    let body = serde_json::to_string(record.parts()).map_err(|source| StoreError::Encode {
        id: record.id.clone(),
        source,
    })?;
    let digest = digest(&body);
    Ok(Encoded { body, digest })
}

/// A record with its encoding: all that a release needs and that can be made on any thread.
#[derive(Debug)]
pub(crate) struct Ready {
    record: PublicRecord,
    encoded: Encoded,
}

impl Ready {
    /// Encodes a record.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(crate) fn new(record: PublicRecord) -> Result<Self, StoreError> {
        let encoded = encode(&record)?;
        Ok(Self { record, encoded })
    }

    pub(super) fn record(&self) -> &PublicRecord {
        &self.record
    }

    pub(super) fn encoded(&self) -> &Encoded {
        &self.encoded
    }
}

fn digest(body: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(body.as_bytes()))
}

impl<'a> NewRow<'a> {
    pub(super) fn new(num: i64, seq: i64, record: &'a PublicRecord, encoded: &'a Encoded) -> Self {
        let parts = record.parts();
        Self {
            num,
            id: &parts.id,
            seq,
            list: &parts.list,
            subject_kind: parts.subject_kind.code(),
            subject_name: &parts.subject_name,
            credit_code: parts.credit_code.as_deref(),
            document_number: &parts.document_number,
            authority_code: &parts.authority_code,
            region: &parts.region,
            decided_on: parts.decided_on,
            displayed_from: parts.displayed_from,
            displayed_until: parts.displayed_until,
            digest: &encoded.digest,
            body: &encoded.body,
        }
    }
}

/// What is read of a row.
pub(super) type Body = (i64, i64, String, String);

/// The columns of [`Body`].
pub(super) const BODY: (records::num, records::seq, records::digest, records::body) =
    (records::num, records::seq, records::digest, records::body);

/// Makes the record of a row. The only place that rebuilds a public record.
pub(super) fn restore((num, seq, digest, body): Body) -> Result<Stored, StoreError> {
    let parts: RecordParts = serde_json::from_str(&body).map_err(|e| damaged(num, &e))?;
    Ok(Stored {
        num,
        seq,
        digest,
        record: PublicRecord::restored(parts),
    })
}

/// Makes the short form of a row's record.
pub(super) fn card((num, _, _, body): &Body) -> Result<Card, StoreError> {
    serde_json::from_str(body).map_err(|e| damaged(*num, &e))
}

fn damaged(num: i64, error: &serde_json::Error) -> StoreError {
    StoreError::Damaged {
        num,
        // the category only: the text of the error could quote the body
        cause: format!("body is no record ({:?} error)", error.classify()),
    }
}

/// Whether the stored digest is that of the stored body.
pub(super) fn digest_holds(row: &Body) -> bool {
    digest(&row.3) == row.2
}

/// Digest that the store keeps of a record: equal content, equal digest.
///
/// # Errors
/// When the record cannot be written as JSON.
pub fn digest_of(record: &PublicRecord) -> Result<String, StoreError> {
    Ok(encode(record)?.digest)
}
