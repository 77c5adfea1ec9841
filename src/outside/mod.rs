//! What holds published records only: the public store, the index, the web.

pub mod index;
