//! The room as its visitors see it.
