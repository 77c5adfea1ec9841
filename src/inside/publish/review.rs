//! The reviewer's door until the desk exists: what is held, and the verdict on each text (domain.md 4.2).

use serde::Serialize;

use crate::domain::mask::MASKING_VERSION;
use crate::domain::time::Moment;
use crate::inside::raw::RawText;
use crate::inside::vault::{ReviewState, Vault, VaultError};

/// A text that waits for a reviewer. The proposal is what would be published; it may still tell a name.
#[derive(Clone, Debug, Serialize)]
pub struct HeldText {
    /// Opaque id of the record.
    pub record_id: String,
    /// Canonical key of the field.
    pub field: String,
    /// The text as it would be published.
    pub proposal: String,
    /// What is doubtful: codes of the reasons.
    pub doubts: serde_json::Value,
    /// Since when it waits.
    pub opened_at: Moment,
}

/// The texts that wait, after a place, in the order of record and field.
///
/// # Errors
/// Those of the vault.
pub fn held_texts(
    vault: &Vault,
    after: Option<(&str, &str)>,
    limit: usize,
) -> Result<Vec<HeldText>, VaultError> {
    let reviews = vault.reviews(ReviewState::Open, after, limit)?;
    Ok(reviews
        .into_iter()
        .map(|review| HeldText {
            proposal: review.proposal.expose().to_owned(),
            record_id: review.record_id,
            field: review.field,
            doubts: review.doubts,
            opened_at: review.opened_at,
        })
        .collect())
}

/// One held text with all that a reviewer needs.
#[derive(Debug)]
pub(in crate::inside) struct HeldOne {
    /// Id of the record.
    pub record_id: String,
    /// Canonical key of the field.
    pub field: String,
    /// Keyed hash of what was read: a verdict is given on this text alone.
    pub text_hash: String,
    /// List.
    pub list: String,
    /// Document number.
    pub document_number: String,
    /// Deciding authority, name and code.
    pub authority: (String, String),
    /// The text as the provider wrote it.
    pub raw: RawText,
    /// The text as it would be published.
    pub proposal: RawText,
    /// Codes of what is doubtful.
    pub doubts: Vec<String>,
    /// Since when it waits.
    pub opened_at: Moment,
    /// Whether the record has another text by now: the publisher will open the review anew.
    pub outdated: bool,
}

/// The first held text after a place, of one authority or of all.
///
/// # Errors
/// Those of the vault.
pub(in crate::inside) fn held_one(
    vault: &Vault,
    authority: Option<&str>,
    after: Option<(&str, &str)>,
) -> Result<Option<HeldOne>, VaultError> {
    let Some(review) = vault.next_review(authority, after)? else {
        return Ok(None);
    };
    let Some(row) = vault.get(&review.record_id)? else {
        return Err(VaultError::UnknownRecord {
            id: review.record_id,
        });
    };
    let raw = row.record.fields.get(&review.field);
    let raw = raw.map_or("", |text| text.expose().trim());
    let read = format!("{MASKING_VERSION} {raw}");
    let hash = vault.text_hash(&review.record_id, &review.field, &read);
    Ok(Some(HeldOne {
        outdated: hash != review.text_hash,
        doubts: serde_json::from_value(review.doubts).unwrap_or_default(),
        list: row.record.list.clone(),
        document_number: row.record.document_number.clone(),
        authority: (
            row.record.authority_name.clone(),
            row.record.authority_code.clone(),
        ),
        raw: RawText::new(raw),
        record_id: review.record_id,
        field: review.field,
        text_hash: review.text_hash,
        proposal: review.proposal,
        opened_at: review.opened_at,
    }))
}

/// Settles the held texts of a record: of one field, or of all. Answers how many were settled. What was approved
/// is published by the next publishing run; what was rejected stays held until the provider corrects it.
///
/// # Errors
/// [`VaultError::UnknownReview`] when nothing of that record waits; those of the vault.
pub fn settle(
    vault: &Vault,
    record_id: &str,
    field: Option<&str>,
    approve: bool,
    by: &str,
    at: Moment,
) -> Result<usize, VaultError> {
    let state = if approve {
        ReviewState::Approved
    } else {
        ReviewState::Rejected
    };
    let waiting = match field {
        Some(field) => vec![field.to_owned()],
        None => vault
            .reviews(
                ReviewState::Open,
                Some((record_id, "")),
                usize::from(u8::MAX),
            )?
            .into_iter()
            .filter(|review| review.record_id == record_id)
            .map(|review| review.field)
            .collect(),
    };
    if waiting.is_empty() {
        return Err(VaultError::UnknownReview {
            id: record_id.to_owned(),
            field: "*".to_owned(),
        });
    }
    for field in &waiting {
        vault.decide_review(record_id, field, None, state, by, at)?;
    }
    Ok(waiting.len())
}
