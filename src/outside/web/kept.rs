//! A bounded memory of what was read from one state of the store: forgotten as a whole when the store moves on.
//!
//! Two halves: what is asked for moves to the young half; when that is full it becomes the old one, and what nobody asked
//! for since then is dropped. Whether something may be shown today is asked anew by whoever takes it out.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug)]
struct Halves<K, V> {
    seq: i64,
    /// Weight of the young half.
    weight: usize,
    young: HashMap<K, Arc<V>>,
    old: HashMap<K, Arc<V>>,
}

/// The memory.
#[derive(Debug)]
pub struct Kept<K, V> {
    halves: Mutex<Halves<K, V>>,
    half: usize,
    weigh: fn(&V) -> usize,
}

impl<K: Eq + Hash + Clone, V> Kept<K, V> {
    /// An empty memory of at most twice `half` things.
    #[must_use]
    pub fn new(half: usize) -> Self {
        Self::weighing(half, |_| 1)
    }

    /// An empty memory of things that together weigh at most twice `half`, and the last of each half besides.
    #[must_use]
    pub fn weighing(half: usize, weigh: fn(&V) -> usize) -> Self {
        let halves = Halves {
            seq: 0,
            weight: 0,
            young: HashMap::new(),
            old: HashMap::new(),
        };
        Self {
            halves: Mutex::new(halves),
            half: half.max(1),
            weigh,
        }
    }

    /// Works on the halves of a sequence number; `None` when they are already of a later one.
    fn at<R>(&self, seq: i64, work: impl FnOnce(&mut Halves<K, V>) -> R) -> Option<R> {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.seq > seq {
            return None;
        }
        if halves.seq < seq {
            halves.young.clear();
            halves.old.clear();
            halves.weight = 0;
            halves.seq = seq;
        }
        Some(work(&mut halves))
    }

    fn insert(&self, halves: &mut Halves<K, V>, key: K, value: Arc<V>) {
        if halves.weight >= self.half {
            halves.old = std::mem::take(&mut halves.young);
            halves.weight = 0;
        }
        halves.weight += (self.weigh)(&value);
        if let Some(before) = halves.young.insert(key, value) {
            halves.weight -= (self.weigh)(&before);
        }
    }

    fn take<Q: Eq + Hash + ?Sized>(&self, halves: &mut Halves<K, V>, key: &Q) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
    {
        if let Some(value) = halves.young.get(key) {
            return Some(Arc::clone(value));
        }
        let (key, value) = halves.old.remove_entry(key)?;
        self.insert(halves, key, Arc::clone(&value));
        Some(value)
    }

    /// What is kept of one key, read at this sequence number.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, seq: i64, key: &Q) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.at(seq, |halves| self.take(halves, key))?
    }

    /// What is kept of several keys, in their order.
    pub fn get_all(&self, seq: i64, keys: &[K]) -> Vec<Option<Arc<V>>> {
        self.at(seq, |halves| {
            keys.iter().map(|key| self.take(halves, key)).collect()
        })
        .unwrap_or_else(|| keys.iter().map(|_| None).collect())
    }

    /// Keeps things that were read when the store stood at this sequence number or later.
    pub fn put(&self, seq: i64, things: impl IntoIterator<Item = (K, Arc<V>)>) {
        self.at(seq, |halves| {
            for (key, value) in things {
                self.insert(halves, key, value);
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
            let halves = kept.halves.lock().unwrap();
            assert!(halves.young.len() <= 10 && halves.old.len() <= 10);
        }
        assert_eq!(have(&kept, 1, &[5]), [None]);
    }

    #[test]
    fn what_is_heavy_makes_room_sooner() {
        let kept: Kept<u32, String> = Kept::weighing(100, String::len);
        for n in 0..50 {
            kept.put(1, [(n, Arc::new("x".repeat(40)))]);
            kept.put(1, [(n, Arc::new("y".repeat(40)))]);
            let halves = kept.halves.lock().unwrap();
            assert!(halves.young.len() <= 3 && halves.old.len() <= 3);
            assert_eq!(halves.weight, 40 * halves.young.len());
        }
    }
}
