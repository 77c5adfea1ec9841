//! One-time codes by time (RFC 6238) over HMAC-SHA-1, six digits in steps of thirty seconds: what authenticator programs know.
//!
//! SHA-1 stands here as HMAC only, where its collisions do not matter, because those programs read nothing else surely.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::TryRng;
use rand::rngs::SysRng;
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::KeyError;
use crate::domain::time::Moment;

/// Bytes of a secret: those of the hash, as RFC 4226 recommends.
const BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;
const DIGITS: u32 = 6;
/// Steps that a clock may be ahead or behind.
const DRIFT: i64 = 1;

/// The secret of a second factor.
pub struct Totp(Zeroizing<[u8; BYTES]>);

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp(…)")
    }
}

impl Totp {
    /// A new one.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn new() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        SysRng
            .try_fill_bytes(bytes.as_mut_slice())
            .map_err(|_| KeyError::NoRandomness)?;
        Ok(Self(bytes))
    }

    /// Of its bytes; `None` when they are not as many.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut secret = Zeroizing::new([0_u8; BYTES]);
        if bytes.len() != BYTES {
            return None;
        }
        secret.copy_from_slice(bytes);
        Some(Self(secret))
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Its letters, to be typed into an authenticator.
    #[must_use]
    pub fn letters(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(self.0.as_slice()))
    }

    /// The address that authenticators read from a QR code. Issuer and account are ASCII words of ours.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let secret = self.letters();
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
            secret.as_str()
        ))
    }

    /// The code of a step.
    #[must_use]
    pub fn code(&self, step: i64) -> Zeroizing<String> {
        let number = hotp(self.0.as_slice(), step, DIGITS);
        Zeroizing::new(format!("{number:06}"))
    }

    /// The step whose code was typed: that of `now`, one before or one after, and none up to `used`. What was typed may
    /// hold spaces. All of the steps are compared, whichever fits.
    #[must_use]
    pub fn step(&self, typed: &str, now: Moment, used: i64) -> Option<i64> {
        let typed: Zeroizing<String> = Zeroizing::new(
            typed
                .chars()
                .filter(|c| !c.is_whitespace())
                .take(16)
                .collect(),
        );
        let present = step_at(now);
        let mut fits = None;
        for step in present - DRIFT..=present + DRIFT {
            let same = self.code(step).as_bytes().ct_eq(typed.as_bytes());
            if bool::from(same) && step > used {
                fits = Some(step);
            }
        }
        fits
    }
}

/// The step of an instant.
#[must_use]
pub fn step_at(now: Moment) -> i64 {
    now.timestamp().div_euclid(STEP_SECONDS)
}

/// RFC 4226: the number of a counter.
fn hotp(key: &[u8], counter: i64, digits: u32) -> u32 {
    // a key is shorter than the block of the hash, so it is padded with zeros (RFC 2104)
    let mut block = Zeroizing::new([0_u8; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha1>::new((&*block).into());
    mac.update(&counter.to_be_bytes());
    let hash: [u8; BYTES] = mac.finalize().into_bytes().into();
    let at = usize::from(hash[BYTES - 1] & 0x0f);
    let four = [hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]];
    u32::from_be_bytes(four) % 10_u32.pow(digits)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    const KEY: &[u8; 20] = b"12345678901234567890";

    fn at(seconds: i64) -> Moment {
        Utc.timestamp_opt(seconds, 0).unwrap()
    }

    #[test]
    fn the_vectors_of_rfc_4226_appendix_d() {
        let expected = [
            755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871,
            520_489,
        ];
        for (counter, number) in (0..).zip(expected) {
            assert_eq!(hotp(KEY, counter, 6), number, "{counter}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b_for_sha_1() {
        for (seconds, number) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(hotp(KEY, step_at(at(seconds)), 8), number, "{seconds}");
        }
        let totp = Totp::of(KEY).unwrap();
        assert_eq!(totp.code(step_at(at(59))).as_str(), "287082");
        assert_eq!(totp.letters().as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_holds_one_step_around_its_own_and_once() {
        let totp = Totp::of(KEY).unwrap();
        let now = at(1_111_111_111);
        let step = step_at(now);
        for (of, fits) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = totp.code(step + of);
            let found = totp.step(&code, now, 0);
            assert_eq!(found, fits.then_some(step + of), "{of}");
        }
        let code = totp.code(step);
        assert_eq!(totp.step(&code, now, step - 1), Some(step));
        assert_eq!(totp.step(&code, now, step), None, "used");
        assert_eq!(totp.step(" 050 471 ", now, 0), Some(step));
        for wrong in ["", "50471", "0504711", "abcdef", "０５０４７１"] {
            assert_eq!(totp.step(wrong, now, 0), None, "{wrong}");
        }
    }

    #[test]
    fn no_secret_shows_and_none_is_of_another_length() {
        let totp = Totp::new().unwrap();
        assert!(!format!("{totp:?}").contains(totp.letters().as_str()));
        assert_ne!(totp.bytes(), Totp::new().unwrap().bytes());
        assert!(Totp::of(b"short").is_none());
        let uri = totp.uri("Gongshi", "a.b");
        assert!(uri.starts_with("otpauth://totp/Gongshi:a.b?secret="));
    }
}
