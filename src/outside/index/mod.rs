//! Search: a local tantivy index, derived from the public store and always made again from it.
//!
//! [`SearchIndex`] is opened once; [`SearchIndex::search`] answers a [`SearchRequest`]; [`SearchIndex::rebuild`] and
//! [`SearchIndex::writer`] fill it from [`IndexDoc`]s. User text never reaches a query language: queries are made of
//! terms. Nothing typed by a user is kept or logged here.

mod build;
mod facets;
mod fields;
mod follow;
#[cfg(test)]
mod follow_tests;
mod live;
#[cfg(test)]
mod many_tests;
mod near;
mod place;
mod postings;
mod query;
mod rank;
mod request;
mod segment;
mod sink;
mod suggest;
#[cfg(test)]
mod tests;
mod tokenizer;

pub use build::Rebuild;
pub use facets::MAX_AUTHORITIES;
pub use fields::{IndexDoc, SCHEMA_VERSION};
pub use follow::{FollowError, Followed};
pub use live::{Condition, IndexError, IndexOptions, SearchIndex, Writer};
pub use request::{
    BadCursor, Cursor, Facets, Filters, Hit, MAX_PAGE_SIZE, MAX_QUERY_CHARS, Match, SearchAnswer,
    SearchError, SearchRequest, Sort, Suggestion,
};
pub use suggest::MAX_COMPLETIONS;
