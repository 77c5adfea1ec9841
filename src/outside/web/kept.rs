//! A bounded memory of what was read from one state of the store: forgotten as a whole when the store moves on.
//!
//! What was asked for longest ago makes room. Whether something may be shown today is asked anew by whoever takes it out.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

#[derive(Debug)]
struct Held<K: Eq + Hash, V> {
    seq: i64,
    weight: usize,
    things: LruCache<K, Arc<V>>,
}

/// The memory.
#[derive(Debug)]
pub struct Kept<K: Eq + Hash, V> {
    held: Mutex<Held<K, V>>,
    most: usize,
    weigh: fn(&V) -> usize,
}

impl<K: Eq + Hash + Clone, V> Kept<K, V> {
    /// An empty memory of at most so many things.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self::weighing(most, |_| 1)
    }

    /// An empty memory of things that together weigh at most so much. What weighs more by itself is not kept.
    #[must_use]
    pub fn weighing(most: usize, weigh: fn(&V) -> usize) -> Self {
        let held = Held {
            seq: 0,
            weight: 0,
            things: LruCache::unbounded(),
        };
        Self {
            held: Mutex::new(held),
            most,
            weigh,
        }
    }

    /// Works on what is held at a sequence number; `None` when it is already of a later one.
    fn at<R>(&self, seq: i64, work: impl FnOnce(&mut Held<K, V>) -> R) -> Option<R> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.seq > seq {
            return None;
        }
        if held.seq < seq {
            held.things.clear();
            held.weight = 0;
            held.seq = seq;
        }
        Some(work(&mut held))
    }

    fn insert(&self, held: &mut Held<K, V>, key: K, value: Arc<V>) {
        let weight = (self.weigh)(&value);
        if weight > self.most {
            return;
        }
        held.weight += weight;
        if let Some((_, before)) = held.things.push(key, value) {
            held.weight -= (self.weigh)(&before);
        }
        while held.weight > self.most
            && let Some((_, oldest)) = held.things.pop_lru()
        {
            held.weight -= (self.weigh)(&oldest);
        }
    }

    /// What is kept of one key, read at this sequence number.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, seq: i64, key: &Q) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.at(seq, |held| held.things.get(key).cloned())?
    }

    /// What is kept of several keys, in their order.
    pub fn get_all(&self, seq: i64, keys: &[K]) -> Vec<Option<Arc<V>>> {
        self.at(seq, |held| {
            keys.iter()
                .map(|key| held.things.get(key).cloned())
                .collect()
        })
        .unwrap_or_else(|| keys.iter().map(|_| None).collect())
    }

    /// Keeps things that were read when the store stood at this sequence number or later.
    pub fn put(&self, seq: i64, things: impl IntoIterator<Item = (K, Arc<V>)>) {
        self.at(seq, |held| {
            for (key, value) in things {
                self.insert(held, key, value);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn have(kept: &Kept<u32, u32>, seq: i64, keys: &[u32]) -> Vec<Option<u32>> {
        let all = kept.get_all(seq, keys);
        all.into_iter().map(|v| v.map(|v| *v)).collect()
    }

    #[test]
    fn a_later_state_forgets_and_an_earlier_one_is_not_believed() {
        let kept: Kept<u32, u32> = Kept::new(10);
        kept.put(5, [(1, Arc::new(11)), (2, Arc::new(22))]);
        assert_eq!(have(&kept, 5, &[2, 3, 1]), [Some(22), None, Some(11)]);
        assert_eq!(have(&kept, 4, &[1]), [None]);
        kept.put(4, [(1, Arc::new(0))]);
        assert_eq!(
            have(&kept, 5, &[1]),
            [Some(11)],
            "an older reading changes nothing"
        );
        assert_eq!(have(&kept, 6, &[1]), [None]);
        assert_eq!(have(&kept, 5, &[1]), [None], "the store has moved on");
    }

    #[test]
    fn it_stays_bounded_and_keeps_what_is_asked_for() {
        let kept: Kept<u32, u32> = Kept::new(10);
        kept.put(1, [(0, Arc::new(0))]);
        for n in 1..200 {
            kept.put(1, [(n, Arc::new(n))]);
            assert_eq!(have(&kept, 1, &[0]), [Some(0)], "asked for each time");
            assert!(kept.held.lock().unwrap().things.len() <= 10);
        }
        assert_eq!(have(&kept, 1, &[5]), [None]);
    }

    /// As many as fit are all there however often they are asked for in turn.
    #[test]
    fn what_fits_is_kept_whole() {
        let kept: Kept<u32, String> = Kept::weighing(1_000, String::len);
        for round in 0..3 {
            for n in 0..25 {
                let found = kept.get(1, &n).is_some();
                assert_eq!(found, round > 0, "{n} in round {round}");
                if !found {
                    kept.put(1, [(n, Arc::new("x".repeat(40)))]);
                }
            }
        }
    }

    #[test]
    fn what_is_heavy_makes_room_sooner_and_what_is_too_heavy_is_not_kept() {
        let kept: Kept<u32, String> = Kept::weighing(100, String::len);
        for n in 0..50 {
            kept.put(1, [(n, Arc::new("x".repeat(40)))]);
            kept.put(1, [(n, Arc::new("y".repeat(40)))]);
            let held = kept.held.lock().unwrap();
            assert!(held.things.len() <= 2);
            assert_eq!(held.weight, 40 * held.things.len());
        }
        kept.put(1, [(99, Arc::new("z".repeat(101)))]);
        assert!(kept.get(1, &99).is_none());
        assert!(kept.get(1, &49).is_some(), "and pushes nothing out");
    }
}
