//! The reviewer's door until the desk exists: what is held, and the verdict on each text (domain.md 4.2).

use serde::Serialize;

use crate::domain::time::Moment;
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
