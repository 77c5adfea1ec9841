//! Keys and what is done with them: sealing cells of the vault, keyed ids, blind terms, marks of verification.
//!
//! Each key has its file and its type: a public node holds the blind key, the key of verification when it gives codes,
//! that of signing when it signs files and the public half of the desk's pair when it takes applications, and so cannot
//! open what it does not have. No key has `Display` or `Clone` into text; `Debug` hides it; bytes read from a
//! key file are wiped when dropped.

pub mod api_key;
mod blind;
mod cell;
pub mod desk;
mod error;
mod hook;
mod ident;
mod keys;
pub mod parcel;
pub mod password;
pub mod past;
pub mod reply;
pub mod secret_file;
mod session;
pub mod sign;
pub mod totp;
mod verify;

use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use api_key::ApiKey;
pub use blind::BlindKey;
pub use cell::{Cell, CellKeys};
pub use desk::{DataKey, DeskPublic, DeskSecret};
pub use error::{CellError, KeyError, SealError};
pub use hook::{HookKey, HookSecret};
pub use ident::IdKey;
pub use keys::{InsideKeys, KeyRing, KeyScope};
pub use password::Password;
pub use reply::{ReplyPublic, ReplySecret};
pub use session::SessionToken;
pub use sign::SignKey;
pub use totp::Totp;
pub use verify::VerifyKey;

/// HMAC-SHA256 keyed and ready. The key is padded to the block with zeros, as RFC 2104 does with every
/// key that is shorter.
fn mac(key: &Zeroizing<[u8; 32]>) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0_u8; 64]);
    let (head, _) = block.split_at_mut(key.len());
    head.copy_from_slice(key.as_slice());
    Hmac::new((&*block).into())
}
