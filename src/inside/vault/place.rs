//! Where a record lies in the index by id. Ids come in no order; with the place before them, records of one list and
//! authority lie side by side, so that a file of them writes a few pages of the index and not all.

use sha2::{Digest, Sha256};

use super::CHUNK;

/// Places that records are spread over by list and authority. One look-up by id alone asks at each.
const PLACES: u8 = 64;
/// Where those lie that were there before there were places (migration `records_side_by_side`).
pub(super) const BEFORE: i64 = PLACES as i64;

/// The place of the records of a list and an authority.
pub(super) fn place_of(list: &str, authority_code: &str) -> i64 {
    let mut hash = Sha256::new();
    hash.update(list);
    hash.update([0]);
    hash.update(authority_code);
    let first = hash.finalize().first().copied().unwrap_or_default();
    i64::from(first % PLACES)
}

/// All places: for a look-up of an id of which neither list nor authority is known.
pub(super) fn everywhere() -> impl ExactSizeIterator<Item = i64> {
    (0..PLACES + 1).map(i64::from)
}

/// Ids with their places as they lie in the index, each once, in parts for one look-up.
pub(super) fn side_by_side<'a>(
    ids: impl Iterator<Item = (i64, &'a str)>,
) -> Vec<(i64, Vec<&'a str>)> {
    let mut all: Vec<(i64, &str)> = ids.collect();
    all.sort_unstable();
    all.dedup();
    all.chunk_by(|a, b| a.0 == b.0)
        .flat_map(|of_place| of_place.chunks(CHUNK))
        .filter_map(|part| Some((part.first()?.0, part.iter().map(|(_, id)| *id).collect())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_stays_what_it_is() {
        // computed with an independent implementation: a place that moves would lose the records that lie there
        assert_eq!(place_of("penalty", "11210200MB0000000X"), 43);
        assert_eq!(place_of("licence", "11210200MB0000000X"), 31);
        assert!(everywhere().any(|place| place == BEFORE));
        assert_eq!(everywhere().len(), 65);
    }

    #[test]
    fn ids_are_looked_up_place_by_place_in_order_and_once() {
        assert_eq!(
            side_by_side([(5, "b"), (3, "c"), (5, "a"), (5, "b")].into_iter()),
            [(3, vec!["c"]), (5, vec!["a", "b"])]
        );
        let many: Vec<String> = (0..=CHUNK).map(|n| format!("{n:04}")).collect();
        let parts = side_by_side(many.iter().map(|id| (1, id.as_str())));
        let sizes: Vec<usize> = parts.iter().map(|(_, ids)| ids.len()).collect();
        assert_eq!(sizes, [CHUNK, 1]);
    }
}
