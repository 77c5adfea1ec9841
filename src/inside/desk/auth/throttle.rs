//! How often somebody may try to sign in: counted by account and by client, before any work is done, and for names that
//! nobody has as for others. What is counted is in memory: a restart forgets it, which an attacker cannot cause.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest as _, Sha256};

/// Keys beyond which those that are whole again are forgotten.
const MANY: usize = 4096;

/// A number of a quota; zero counts as one.
const fn some(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

/// Attempts at sign-in.
pub struct Throttle {
    /// Ten at once, then two a minute: who forgot gets in, who guesses gets nowhere.
    accounts: DefaultKeyedRateLimiter<u128>,
    /// Thirty at once, then ten a minute: an office behind one address.
    clients: DefaultKeyedRateLimiter<u128>,
}

impl Default for Throttle {
    fn default() -> Self {
        let quota =
            |burst, per_minute| Quota::per_minute(some(per_minute)).allow_burst(some(burst));
        Self {
            accounts: RateLimiter::keyed(quota(10, 2)),
            clients: RateLimiter::keyed(quota(30, 10)),
        }
    }
}

impl Throttle {
    /// Counts an attempt; else the seconds until the next one may be made.
    pub fn pass(&self, client: u128, account: &str) -> Result<(), u64> {
        self.pass_client(client)?;
        let hash = Sha256::digest(account.trim().to_ascii_lowercase().as_bytes());
        let mut key = [0_u8; 16];
        key.copy_from_slice(&hash[..16]);
        check(&self.accounts, u128::from_be_bytes(key))
    }

    /// The same where no account is named yet.
    pub fn pass_client(&self, client: u128) -> Result<(), u64> {
        check(&self.clients, client)
    }
}

fn check(limiter: &DefaultKeyedRateLimiter<u128>, key: u128) -> Result<(), u64> {
    if limiter.len() > MANY {
        limiter.retain_recent();
    }
    limiter.check_key(&key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        wait.as_secs().max(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_tried_ten_times_from_anywhere_and_a_client_tries_thirty() {
        let throttle = Throttle::default();
        for n in 0..10 {
            assert_eq!(throttle.pass(n, "a.b"), Ok(()), "{n}");
        }
        // whatever case it is typed in, and whether or not there is such an officer
        assert!(
            throttle
                .pass(99, " A.B ")
                .is_err_and(|s| (1..=60).contains(&s))
        );
        assert_eq!(throttle.pass(99, "c.d"), Ok(()));
        let throttle = Throttle::default();
        for n in 0..30 {
            assert_eq!(throttle.pass(1, &format!("x{n}")), Ok(()), "{n}");
        }
        assert!(throttle.pass(1, "another").is_err());
        assert_eq!(throttle.pass(2, "another"), Ok(()));
    }
}
