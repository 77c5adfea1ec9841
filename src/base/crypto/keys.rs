//! Key files: `vault.key`, `id.key`, `blind.key`, `verify.key` in one directory, mode 0600, made once by `init`, and
//! beside them that of [`SignKey`], whose form is minisign's, and the desk's pair ([`desk`]).
//!
//! A file holds one line a key, newest first: `gongshi-key-1 VAULT 1a2b3c4d BASE64`. Only the vault's
//! file may hold several.

use std::path::Path;

use data_encoding::BASE64;
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::{BlindKey, CellKeys, IdKey, KeyError, SignKey, VerifyKey, desk};
use crate::base::files;

pub(super) const MAGIC: &str = "gongshi-key-1";
const VAULT: Purpose = Purpose {
    file: "vault.key",
    word: "vault",
};
const ID: Purpose = Purpose {
    file: "id.key",
    word: "id",
};
const BLIND: Purpose = Purpose {
    file: "blind.key",
    word: "blind",
};
const VERIFY: Purpose = Purpose {
    file: "verify.key",
    word: "verify",
};

const HOOK: Purpose = Purpose {
    file: "hook.key",
    word: "hook",
};

/// What a key is for; a file copied to the wrong name does not load.
#[derive(Clone, Copy)]
struct Purpose {
    file: &'static str,
    word: &'static str,
}

type Key = (u32, Zeroizing<[u8; 32]>);

/// Which keys a node may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyScope {
    /// All keys: a node that imports, publishes or has a desk.
    Inside,
    /// The blind key, and that of verification where it is: a public node. The other files are not even looked for.
    Public,
}

/// Keys that open and name raw records.
#[derive(Debug)]
pub struct InsideKeys {
    /// Seals and opens cells of the vault.
    pub vault: CellKeys,
    /// Makes record ids, content hashes and the audit chain.
    pub id: IdKey,
}

/// The keys of a node.
#[derive(Debug)]
pub struct KeyRing {
    inside: Option<InsideKeys>,
    blind: BlindKey,
    verify: Option<VerifyKey>,
}

impl KeyRing {
    /// Makes the key files in a directory (made when missing, mode 0700). Nothing is overwritten:
    /// when one of them exists, none is made.
    ///
    /// # Errors
    /// [`KeyError::Exists`], [`KeyError::NoRandomness`], or those of the file system.
    pub fn create(dir: &Path) -> Result<(), KeyError> {
        for purpose in [VAULT, ID, BLIND, VERIFY] {
            let path = dir.join(purpose.file);
            if path.exists() {
                return Err(KeyError::Exists { path });
            }
        }
        files::create_private_dir(dir).map_err(|source| KeyError::Io {
            path: dir.to_owned(),
            source,
        })?;
        for purpose in [VAULT, ID, BLIND, VERIFY] {
            write_key(dir, purpose)?;
        }
        desk::create(dir)?;
        SignKey::create(dir)
    }

    /// Makes the key of a node that only ever is a public one, in a directory (made when missing, mode 0700).
    ///
    /// # Errors
    /// As [`KeyRing::create`].
    pub fn create_public(dir: &Path) -> Result<(), KeyError> {
        files::create_private_dir(dir).map_err(|source| KeyError::Io {
            path: dir.to_owned(),
            source,
        })?;
        write_key(dir, BLIND)
    }

    /// Whether the key files that a scope needs are there.
    #[must_use]
    pub fn exists(dir: &Path, scope: KeyScope) -> bool {
        let needed: &[Purpose] = match scope {
            KeyScope::Inside => &[VAULT, ID, BLIND],
            KeyScope::Public => &[BLIND],
        };
        needed.iter().all(|p| dir.join(p.file).is_file())
    }

    /// Loads what the scope allows from a directory, and touches no other file.
    ///
    /// # Errors
    /// When a file is missing, readable by others, or damaged.
    pub fn load(dir: &Path, scope: KeyScope) -> Result<Self, KeyError> {
        let blind = BlindKey::new(&single(dir, BLIND)?.1);
        // without it a node works and gives no codes
        let verify = match single(dir, VERIFY) {
            Ok(key) => Some(VerifyKey::new(&key.1)),
            Err(KeyError::Missing { .. }) => None,
            Err(error) => return Err(error),
        };
        let inside = match scope {
            KeyScope::Public => None,
            KeyScope::Inside => {
                let path = dir.join(VAULT.file);
                let vault = CellKeys::new(read_keys(dir, VAULT)?)
                    .ok_or(KeyError::Damaged { path, line: 1 })?;
                Some(InsideKeys {
                    vault,
                    id: IdKey::new(&single(dir, ID)?.1),
                })
            }
        };
        Ok(Self {
            inside,
            blind,
            verify,
        })
    }

    /// Makes the keys of verification, of signing and of the desk in a directory whose other keys are there but not these.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`], or those of the file system.
    pub fn complete(dir: &Path) -> Result<(), KeyError> {
        if !Self::exists(dir, KeyScope::Inside) {
            return Ok(());
        }
        if !dir.join(VERIFY.file).exists() {
            write_key(dir, VERIFY)?;
        }
        desk::create(dir)?;
        SignKey::create(dir)
    }

    /// Whether a directory of an inside node lacks a key that came later than the first ones.
    #[must_use]
    pub fn lacks_any(dir: &Path) -> bool {
        let later = [VERIFY.file, desk::PRIVATE_FILE, desk::PUBLIC_FILE];
        later.iter().any(|file| !dir.join(file).is_file())
    }

    /// The key of blind terms.
    #[must_use]
    pub fn blind(&self) -> &BlindKey {
        &self.blind
    }

    /// The keys of the inside.
    ///
    /// # Errors
    /// [`KeyError::NotHeld`] on a public node.
    pub fn inside(&self) -> Result<&InsideKeys, KeyError> {
        self.inside.as_ref().ok_or(KeyError::NotHeld)
    }

    /// The key of verification, when this node has it.
    #[must_use]
    pub fn verify(&self) -> Option<&VerifyKey> {
        self.verify.as_ref()
    }

    /// The key of blind terms and that of verification, taken out for the web.
    #[must_use]
    pub fn into_public(self) -> (BlindKey, Option<VerifyKey>) {
        (self.blind, self.verify)
    }

    /// The keys of the inside, taken out for the vault.
    ///
    /// # Errors
    /// [`KeyError::NotHeld`] on a public node.
    pub fn into_inside(self) -> Result<(InsideKeys, BlindKey), KeyError> {
        Ok((self.inside.ok_or(KeyError::NotHeld)?, self.blind))
    }
}

/// The key of webhooks, made when there is none: a node without hooks has no such file.
pub(super) fn hook(dir: &Path) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    if !dir.join(HOOK.file).exists() {
        match write_key(dir, HOOK) {
            // another process was quicker
            Err(KeyError::Exists { .. }) | Ok(()) => {}
            Err(error) => return Err(error),
        }
    }
    single(dir, HOOK).map(|(_, key)| key)
}

fn write_key(dir: &Path, purpose: Purpose) -> Result<(), KeyError> {
    let path = dir.join(purpose.file);
    let mut key = Zeroizing::new([0_u8; 32]);
    let mut id = [0_u8; 4];
    SysRng
        .try_fill_bytes(key.as_mut_slice())
        .and_then(|()| SysRng.try_fill_bytes(&mut id))
        .map_err(|_| KeyError::NoRandomness)?;
    let id = u32::from_be_bytes(id);
    let encoded = Zeroizing::new(BASE64.encode(key.as_slice()));
    let line = Zeroizing::new(format!(
        "{MAGIC} {} {id:08x} {}\n",
        purpose.word,
        encoded.as_str()
    ));
    write_line(&path, &line)
}

/// Writes a new key file of one line.
pub(super) fn write_line(path: &Path, line: &str) -> Result<(), KeyError> {
    files::write_new_private(path, line.as_bytes()).map_err(|source| {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::AlreadyExists => KeyError::Exists { path },
            _ => KeyError::Io { path, source },
        }
    })
}

fn read_keys(dir: &Path, purpose: Purpose) -> Result<Vec<Key>, KeyError> {
    let path = dir.join(purpose.file);
    refuse_readable(&path)?;
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => Zeroizing::new(text),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
            return Err(KeyError::Missing { path });
        }
        Err(source) => return Err(KeyError::Io { path, source }),
    };
    let mut keys = Vec::new();
    for (at, line) in text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
    {
        keys.push(parse_line(line, purpose).ok_or_else(|| KeyError::Damaged {
            path: path.clone(),
            line: at + 1,
        })?);
    }
    if keys.is_empty() {
        return Err(KeyError::Damaged { path, line: 1 });
    }
    Ok(keys)
}

fn single(dir: &Path, purpose: Purpose) -> Result<Key, KeyError> {
    let mut keys = read_keys(dir, purpose)?;
    match (keys.pop(), keys.is_empty()) {
        (Some(key), true) => Ok(key),
        _ => Err(KeyError::Damaged {
            path: dir.join(purpose.file),
            line: 2,
        }),
    }
}

fn parse_line(line: &str, purpose: Purpose) -> Option<Key> {
    let mut words = line.split_whitespace();
    if words.next()? != MAGIC || words.next()? != purpose.word {
        return None;
    }
    let id = u32::from_str_radix(words.next()?, 16).ok()?;
    let bytes = Zeroizing::new(BASE64.decode(words.next()?.as_bytes()).ok()?);
    let mut key = Zeroizing::new([0_u8; 32]);
    if words.next().is_some() || bytes.len() != key.len() {
        return None;
    }
    key.copy_from_slice(&bytes);
    Some((id, key))
}

#[cfg(unix)]
pub(super) fn refuse_readable(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::metadata(path) {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => Err(KeyError::Readable {
            path: path.to_owned(),
            mode: meta.permissions().mode() & 0o777,
        }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) fn refuse_readable(_: &Path) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Cell;
    use super::*;

    const AT: Cell<'static> = Cell {
        table: "t",
        row: "r",
        column: "c",
    };

    #[test]
    fn keys_are_made_once_and_load_by_scope() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        assert!(!KeyRing::exists(&keys, KeyScope::Public));
        KeyRing::create(&keys).unwrap();
        assert!(KeyRing::exists(&keys, KeyScope::Inside));
        assert!(matches!(
            KeyRing::create(&keys),
            Err(KeyError::Exists { .. })
        ));
        let one = KeyRing::load(&keys, KeyScope::Inside).unwrap();
        let two = KeyRing::load(&keys, KeyScope::Inside).unwrap();
        let sealed = one.inside().unwrap().vault.seal(AT, b"x").unwrap();
        assert_eq!(
            two.inside()
                .unwrap()
                .vault
                .open(AT, &sealed)
                .unwrap()
                .as_slice(),
            b"x"
        );
        let public = KeyRing::load(&keys, KeyScope::Public).unwrap();
        assert!(matches!(public.inside(), Err(KeyError::NotHeld)));
        assert_eq!(public.blind().term("张三"), one.blind().term("张三"));
    }

    #[test]
    fn a_public_node_needs_no_other_key_file() {
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path()).unwrap();
        std::fs::remove_file(dir.path().join("vault.key")).unwrap();
        std::fs::remove_file(dir.path().join("id.key")).unwrap();
        assert!(KeyRing::load(dir.path(), KeyScope::Public).is_ok());
        assert!(matches!(
            KeyRing::load(dir.path(), KeyScope::Inside),
            Err(KeyError::Missing { .. })
        ));
        // nor that of verification, but a damaged one is not passed over
        std::fs::remove_file(dir.path().join("verify.key")).unwrap();
        let public = KeyRing::load(dir.path(), KeyScope::Public).unwrap();
        assert!(public.verify().is_none());
        std::fs::copy(dir.path().join("blind.key"), dir.path().join("verify.key")).unwrap();
        assert!(matches!(
            KeyRing::load(dir.path(), KeyScope::Public),
            Err(KeyError::Damaged { .. })
        ));
    }

    #[test]
    fn a_directory_of_before_gets_the_key_it_lacks_once() {
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path()).unwrap();
        let path = dir.path().join("verify.key");
        std::fs::remove_file(&path).unwrap();
        KeyRing::complete(dir.path()).unwrap();
        let first = std::fs::read(&path).unwrap();
        KeyRing::complete(dir.path()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first);
        // a public node makes none of its own
        std::fs::remove_file(&path).unwrap();
        std::fs::remove_file(dir.path().join("vault.key")).unwrap();
        KeyRing::complete(dir.path()).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn keys_show_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path()).unwrap();
        let ring = KeyRing::load(dir.path(), KeyScope::Inside).unwrap();
        let shown = format!("{ring:?}");
        for file in ["vault.key", "id.key", "blind.key", "verify.key"] {
            let text = std::fs::read_to_string(dir.path().join(file)).unwrap();
            let secret = text.split_whitespace().last().unwrap();
            assert!(!shown.contains(secret), "{file}");
        }
        assert_eq!(
            shown,
            "KeyRing { inside: Some(InsideKeys { vault: CellKeys(1 keys), id: IdKey(…) }), blind: BlindKey(…), verify: Some(VerifyKey(…)) }"
        );
    }

    #[cfg(unix)]
    #[test]
    fn key_files_that_others_can_read_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path()).unwrap();
        let path = dir.path().join("blind.key");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            KeyRing::load(dir.path(), KeyScope::Public),
            Err(KeyError::Readable { mode: 0o644, .. })
        ));
    }

    #[test]
    fn damaged_or_swapped_files_are_refused_without_showing_them() {
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path()).unwrap();
        std::fs::copy(dir.path().join("id.key"), dir.path().join("blind.key")).unwrap();
        let refused = KeyRing::load(dir.path(), KeyScope::Public).unwrap_err();
        assert!(matches!(refused, KeyError::Damaged { line: 1, .. }));
        let text = std::fs::read_to_string(dir.path().join("id.key")).unwrap();
        let secret = text.split_whitespace().last().unwrap();
        assert!(!format!("{refused} {refused:?}").contains(secret));
    }
}
