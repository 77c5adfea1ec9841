//! What the outside sees of a record, and of a notice, which is none: the public types, under a name that does not lead
//! inside.

pub use crate::inside::publish::{
    notice::{NoticeKind, NoticeParts, NoticeSubject, Proposal, PublicNotice},
    public::{MaskedName, Note, PublicField, PublicRecord, RecordParts, State, Why},
};
