//! What the outside sees of a record: the public types, under a name that does not lead inside.

pub use crate::inside::publish::public::{
    MaskedName, Note, PublicField, PublicRecord, RecordParts, State, Why,
};
