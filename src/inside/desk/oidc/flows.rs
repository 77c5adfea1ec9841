//! Sign-ins that are under way at the provider, and those that came back and want a code of the authenticator. Each is bound
//! to one browser by a cookie of its own, is used once, and is over after some minutes. All of it is in memory: a
//! restart ends them, and whoever was under way begins again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::Fault;
use crate::base::crypto::SessionToken;
use crate::domain::time::Moment;

/// How long somebody may be at the provider.
pub const FLOW: TimeDelta = TimeDelta::minutes(10);
/// How long a code may be typed.
pub const HALF: TimeDelta = TimeDelta::minutes(5);
/// Codes that may be tried in one sign-in.
const TRIES: u8 = 5;
/// Sign-ins that are held at most.
const MOST: usize = 2_000;

/// A text of 256 random bits: a state, a nonce, a verifier (RFC 7636), a cookie.
pub(super) fn random() -> Result<Zeroizing<String>, Fault> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    SysRng
        .try_fill_bytes(bytes.as_mut_slice())
        .map_err(|_| Fault::Away("the operating system gave no randomness"))?;
    Ok(Zeroizing::new(BASE64URL_NOPAD.encode(bytes.as_slice())))
}

/// Under what something secret is kept.
fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// What waits for somebody to come back from the provider.
pub(super) struct Flow {
    browser: String,
    pub nonce: Zeroizing<String>,
    pub verifier: Zeroizing<String>,
    pub kept: Kept,
    made_at: Moment,
}

impl Flow {
    /// One of a browser, by its cookie.
    pub fn new(
        cookie: &str,
        nonce: Zeroizing<String>,
        verifier: Zeroizing<String>,
        kept: Kept,
        made_at: Moment,
    ) -> Self {
        Self {
            browser: hash(cookie),
            nonce,
            verifier,
            kept,
            made_at,
        }
    }
}

/// What is kept from the beginning of a sign-in to its end.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Where the sign-in leads; empty: to what waits.
    pub next: String,
    /// The session that the browser had: it ends with the new one. At the end it cannot be asked for, since its cookie does
    /// not come with what another site led here.
    pub before: Option<SessionToken>,
}

/// Somebody whom the provider has named, and whose code is still asked for.
#[derive(Clone, Debug)]
pub struct Half {
    /// The officer.
    pub officer: String,
    /// The person of the provider who is bound to it.
    pub bound: String,
    /// What was kept.
    pub kept: Kept,
    tries: u8,
    made_at: Moment,
}

/// All of them.
#[derive(Default)]
pub(super) struct Flows {
    under_way: Mutex<HashMap<String, Flow>>,
    halves: Mutex<HashMap<String, Half>>,
}

/// Makes room: first by what is over, then by what is oldest.
fn make_room<T>(map: &mut HashMap<String, T>, made_at: impl Fn(&T) -> Moment, now: Moment) {
    if map.len() < MOST {
        return;
    }
    map.retain(|_, held| now - made_at(held) < FLOW);
    while map.len() >= MOST {
        let oldest = map.iter().min_by_key(|(_, held)| made_at(held));
        let Some(key) = oldest.map(|(key, _)| key.clone()) else {
            return;
        };
        map.remove(&key);
    }
}

impl Flows {
    /// Keeps what waits under its state.
    pub fn begin(&self, state: &str, flow: Flow, now: Moment) {
        let mut held = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        make_room(&mut held, |flow| flow.made_at, now);
        held.insert(hash(state), flow);
    }

    /// Takes what waits under a state, once and for the browser that began it.
    pub fn take(&self, state: &str, cookie: &str, now: Moment) -> Option<Flow> {
        let mut held = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let flow = held.remove(&hash(state))?;
        let same = bool::from(flow.browser.as_bytes().ct_eq(hash(cookie).as_bytes()));
        (same && (TimeDelta::zero()..FLOW).contains(&(now - flow.made_at))).then_some(flow)
    }

    /// Keeps who is still asked for a code, under a new cookie, which is answered.
    pub fn ask(
        &self,
        officer: &str,
        bound: &str,
        kept: Kept,
        now: Moment,
    ) -> Result<Zeroizing<String>, Fault> {
        let cookie = random()?;
        let half = Half {
            officer: officer.to_owned(),
            bound: bound.to_owned(),
            kept,
            tries: 0,
            made_at: now,
        };
        let mut held = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut held, |half| half.made_at, now);
        held.insert(hash(&cookie), half);
        Ok(cookie)
    }

    /// Who is asked for a code, if the cookie is right and time is left.
    pub fn asked(&self, cookie: &str, now: Moment) -> Option<Half> {
        let held = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let half = held.get(&hash(cookie))?;
        (TimeDelta::zero()..HALF)
            .contains(&(now - half.made_at))
            .then(|| half.clone())
    }

    /// Counts a code that was typed; `None` when it was one too many, and then it is over.
    pub fn tried(&self, cookie: &str, now: Moment) -> Option<Half> {
        let half = self.asked(cookie, now)?;
        let mut held = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let key = hash(cookie);
        let place = held.get_mut(&key)?;
        if place.tries >= TRIES {
            held.remove(&key);
            return None;
        }
        place.tries += 1;
        Some(half)
    }

    /// Forgets who was asked: the code was right.
    pub fn done(&self, cookie: &str) {
        let mut held = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(&hash(cookie));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(cookie: &str, now: Moment) -> Flow {
        let text = || Zeroizing::new("x".to_owned());
        Flow::new(cookie, text(), text(), Kept::default(), now)
    }

    #[test]
    fn a_flow_is_taken_once_by_its_browser_and_in_time() {
        let (flows, now) = (Flows::default(), Moment::UNIX_EPOCH);
        for (state, cookie, at, expected) in [
            ("right", "mine", now, true),
            ("right", "theirs", now, false),
            ("right", "", now, false),
            ("other", "mine", now, false),
            ("right", "mine", now + FLOW, false),
            ("right", "mine", now - TimeDelta::seconds(1), false),
        ] {
            flows.begin("right", flow("mine", now), now);
            let taken = flows.take(state, cookie, at).is_some();
            assert_eq!(taken, expected, "{state} {cookie} {at}");
            if taken {
                assert!(flows.take(state, cookie, at).is_none(), "replayed");
            }
        }
    }

    #[test]
    fn a_code_is_tried_five_times_and_for_five_minutes() {
        let (flows, now) = (Flows::default(), Moment::UNIX_EPOCH);
        let cookie = flows.ask("a.b", "x", Kept::default(), now).unwrap();
        assert!(flows.asked("other", now).is_none());
        assert!(flows.asked(&cookie, now + HALF).is_none());
        for n in 0..TRIES {
            let half = flows.tried(&cookie, now).unwrap();
            assert_eq!(half.officer, "a.b", "{n}");
        }
        assert!(flows.tried(&cookie, now).is_none() && flows.asked(&cookie, now).is_none());
        let cookie = flows.ask("a.b", "x", Kept::default(), now).unwrap();
        flows.done(&cookie);
        assert!(flows.asked(&cookie, now).is_none());
    }

    #[test]
    fn whoever_begins_many_fills_no_memory() {
        let (flows, now) = (Flows::default(), Moment::UNIX_EPOCH);
        for n in 0..MOST + 10 {
            let at = now + TimeDelta::milliseconds(i64::try_from(n).unwrap());
            flows.begin(&n.to_string(), flow("mine", at), at);
        }
        assert_eq!(flows.under_way.lock().unwrap().len(), MOST);
        assert!(flows.take("5", "mine", now).is_none(), "the oldest went");
        let last = now + TimeDelta::seconds(5);
        assert!(flows.take(&(MOST + 5).to_string(), "mine", last).is_some());
    }
}
