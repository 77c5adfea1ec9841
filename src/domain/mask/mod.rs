//! Desensitisation (脱敏): the named masking methods of the catalogue and the free-text pipeline.
//!
//! A value leaves the vault through one of these functions or not at all. Each is pure, total and
//! idempotent, and shows nothing that its input did not show: every visible character of the result stands
//! in the input. [`name`], [`number`] and [`address`] mask single fields (domain.md 4.1); [`scrub`] finds
//! and masks what stands inside sentences (domain.md 4.2).

pub mod address;
mod check;
mod fold;
mod lexicon;
pub mod name;
pub mod number;
pub mod scrub;

pub use address::mask_address;
pub use name::{mask_business_name, mask_name, mask_third_person, mask_third_persons};
pub use number::{
    mask_account, mask_document, mask_id_birth, mask_id_court, mask_id_strict, mask_phone,
    mask_plate,
};
pub use scrub::{ScrubContext, Scrubbed, scrub};

use super::catalogue::Exposure;
use super::kinds::SubjectKind;

/// Version of the masking rules. Every published record names it; when it changes, what was published under
/// another version is masked again from the vault (domain.md 4.3).
pub const MASKING_VERSION: u32 = 1;

/// What a single field's masking needs to know beside the value.
#[derive(Clone, Copy, Debug)]
pub struct FieldContext<'a> {
    /// Kind of the record's subject.
    pub subject_kind: SubjectKind,
    /// Full name of the operator (经营者) of an individual business; empty when unknown.
    pub operator: &'a str,
}

/// Masks one field's value as the catalogue says. `None` means that nothing of it may be shown: the exposure
/// is `never` or `exact_only`, or it is free text, which goes through [`scrub::scrub`] with its own context.
#[must_use]
pub fn mask_field(exposure: Exposure, value: &str, about: FieldContext<'_>) -> Option<String> {
    match exposure {
        Exposure::Public => Some(value.to_owned()),
        Exposure::MaskName => Some(mask_name(value)),
        Exposure::MaskThirdPerson => Some(mask_third_person(value)),
        Exposure::MaskBusinessName => Some(mask_business_name(value, about.operator)),
        Exposure::MaskIdBirth => Some(mask_id_birth(value)),
        Exposure::MaskIdCourt => Some(mask_id_court(value)),
        Exposure::MaskIdStrict => Some(mask_id_strict(value)),
        Exposure::MaskAddress => Some(mask_address(value, about.subject_kind)),
        Exposure::ScrubText | Exposure::ExactOnly | Exposure::Never => None,
    }
}

#[cfg(test)]
mod tests;
