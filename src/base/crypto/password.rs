//! Passwords of officers: argon2id (RFC 9106), kept in the PHC form, so that a hash says itself how it was made.
//!
//! Checking costs about 19 MiB of memory and tens of milliseconds, for a name that nobody has as well: see [`Password::none`].

use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{BASE32_NOPAD, BASE64_NOPAD};
use rand::TryRng;
use rand::rngs::SysRng;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::KeyError;

/// KiB of memory, passes and lanes: the second choice of the OWASP cheat sheet on password storage.
const COST: (u32, u32, u32) = (19_456, 2, 1);
const SALT: usize = 16;
const HASH: usize = 32;
/// Bytes of a password that are read: more is refused before any work.
pub const LONGEST: usize = 256;
/// Characters that a password has at least.
pub const SHORTEST: usize = 12;

/// The hash of a password, as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What nobody's password hashes to: checked where there is no officer, so that the answer takes as long.
static NONE: LazyLock<Password> = LazyLock::new(|| {
    let (m, t, p) = COST;
    let (salt, hash) = ([0_u8; SALT], [0_u8; HASH]);
    Password(write(m, t, p, &salt, &hash))
});

fn write(m: u32, t: u32, p: u32, salt: &[u8], hash: &[u8]) -> String {
    let (salt, hash) = (BASE64_NOPAD.encode(salt), BASE64_NOPAD.encode(hash));
    format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}")
}

fn hash(typed: &str, salt: &[u8], m: u32, t: u32, p: u32) -> Option<Zeroizing<[u8; HASH]>> {
    let params = Params::new(m, t, p, Some(HASH)).ok()?;
    let mut out = Zeroizing::new([0_u8; HASH]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(typed.as_bytes(), salt, out.as_mut_slice())
        .ok()?;
    Some(out)
}

impl Password {
    /// Of what somebody chose.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn new(chosen: &str) -> Result<Self, KeyError> {
        let mut salt = [0_u8; SALT];
        SysRng
            .try_fill_bytes(&mut salt)
            .map_err(|_| KeyError::NoRandomness)?;
        let (m, t, p) = COST;
        let hash = hash(chosen, &salt, m, t, p).ok_or(KeyError::NoRandomness)?;
        Ok(Self(write(m, t, p, &salt, hash.as_slice())))
    }

    /// As it was kept.
    #[must_use]
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What no password opens; checking one against it takes as long as against any other.
    #[must_use]
    pub fn none() -> &'static Self {
        &NONE
    }

    /// Whether it is the hash of what was typed. The comparison takes the same time wherever they differ.
    #[must_use]
    pub fn is(&self, typed: &str) -> bool {
        self.check(typed).unwrap_or(false)
    }

    fn check(&self, typed: &str) -> Option<bool> {
        if typed.len() > LONGEST {
            return None;
        }
        let mut parts = self.0.split('$').skip(1);
        if parts.next()? != "argon2id" || parts.next()? != "v=19" {
            return None;
        }
        let mut cost = parts.next()?.split(',');
        let mut number = |name: &str| -> Option<u32> {
            cost.next()?
                .strip_prefix(name)?
                .strip_prefix('=')?
                .parse()
                .ok()
        };
        let (m, t, p) = (number("m")?, number("t")?, number("p")?);
        let salt = BASE64_NOPAD.decode(parts.next()?.as_bytes()).ok()?;
        let kept = BASE64_NOPAD.decode(parts.next()?.as_bytes()).ok()?;
        let made = hash(typed, &salt, m, t, p)?;
        Some(bool::from(made.as_slice().ct_eq(&kept)))
    }
}

/// A password for one use, to be read from a screen and typed: 80 random bits in groups.
///
/// # Errors
/// [`KeyError::NoRandomness`].
pub fn one_time() -> Result<Zeroizing<String>, KeyError> {
    let mut bytes = Zeroizing::new([0_u8; 10]);
    SysRng
        .try_fill_bytes(bytes.as_mut_slice())
        .map_err(|_| KeyError::NoRandomness)?;
    let plain = Zeroizing::new(BASE32_NOPAD.encode(bytes.as_slice()).to_lowercase());
    let groups: Vec<&str> = (0..plain.len())
        .step_by(4)
        .map(|at| &plain[at..plain.len().min(at + 4)])
        .collect();
    Ok(Zeroizing::new(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_hash_and_nothing_else_does() {
        let kept = Password::new("correct horse battery").unwrap();
        assert!(kept.is("correct horse battery"));
        for wrong in [
            "",
            "correct horse batter",
            "correct horse battery ",
            "Correct horse battery",
        ] {
            assert!(!kept.is(wrong), "{wrong}");
        }
        assert!(kept.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(
            kept,
            Password::new("correct horse battery").unwrap(),
            "salted"
        );
        assert!(!format!("{kept:?}").contains("argon2id"));
    }

    #[test]
    fn what_the_reference_implementation_made_is_opened() {
        // the argon2 command line tool of the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1`
        let kept = Password::kept(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc".to_owned(),
        );
        assert!(kept.is("password"));
        assert!(!kept.is("passwore"));
    }

    #[test]
    fn nobody_and_damaged_hashes_are_opened_by_nothing() {
        assert!(!Password::none().is(""));
        assert!(!Password::none().is("x"));
        for damaged in [
            "",
            "$",
            "$argon2i$v=19$m=8,t=1,p=1$$",
            "$argon2id$v=19$m=8,t=0,p=1$AA$AA",
        ] {
            assert!(!Password::kept(damaged.to_owned()).is("x"), "{damaged}");
        }
        assert!(!Password::none().is(&"x".repeat(LONGEST + 1)));
    }

    #[test]
    fn a_wrong_name_costs_as_much_as_a_wrong_password() {
        let kept = Password::new("correct horse battery").unwrap();
        // the work is the same: same memory, passes and lanes
        let cost = |p: &Password| p.as_str().split('$').nth(3).unwrap().to_owned();
        assert_eq!(cost(&kept), cost(Password::none()));
    }

    #[test]
    fn one_time_passwords_differ_and_are_long_enough() {
        let (a, b) = (one_time().unwrap(), one_time().unwrap());
        assert_ne!(*a, *b);
        assert_eq!(a.len(), 19);
        assert!(a.chars().count() >= SHORTEST);
    }
}
