//! The catalogue as JSON: layers with their editions, and of each list what is public, and each field's exposure.

use serde::Serialize;

use crate::domain::catalogue::{Attributes, Catalogue, FieldRule, Layer, ListEntry, PersonPolicy};
use crate::domain::kinds::{Polarity, SubjectKind, Words};
use crate::outside::web::link;
use crate::outside::web::problem::Refusal;
use crate::outside::web::state::failed;

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    layer: &'a str,
    version: String,
    name: &'a Words,
    polarity: Polarity,
    subject_kinds: &'a [SubjectKind],
    displayed: bool,
    attributes: &'a Attributes,
    persons: &'a PersonPolicy,
    fields: &'a [FieldRule],
    url: String,
}

fn of<'a>(catalogue: &'a Catalogue, entry: &'a ListEntry) -> Entry<'a> {
    Entry {
        code: &entry.code,
        layer: &entry.layer,
        version: catalogue.version_of(entry),
        name: &entry.name,
        polarity: entry.polarity,
        subject_kinds: &entry.subject_kinds,
        displayed: entry.is_displayed(),
        attributes: &entry.attributes,
        persons: &entry.persons,
        fields: &entry.fields,
        url: link::catalogue(&entry.code),
    }
}

fn bytes(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|e| failed("writing JSON", &e))
}

/// `GET /api/v1/catalogue`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn catalogue(catalogue: &Catalogue) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        version: String,
        layers: &'a [Layer],
        items: Vec<Entry<'a>>,
    }
    bytes(&Wire {
        version: catalogue.version(),
        layers: &catalogue.layers,
        items: catalogue.lists.values().map(|e| of(catalogue, e)).collect(),
    })
}

/// `GET /api/v1/catalogue/{code}`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn entry(catalogue: &Catalogue, entry: &ListEntry) -> Result<Vec<u8>, Refusal> {
    bytes(&of(catalogue, entry))
}
