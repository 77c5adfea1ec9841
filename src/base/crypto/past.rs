//! The public keys that a portal signed with, one after the other, and how each announced the next. Nothing here is
//! secret: all of it is handed to readers.

use std::path::Path;

use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};

use super::sign::said_by;
use super::{KeyError, SignKey};
use crate::base::files;
use crate::domain::time::{Moment, shanghai};

/// Name of the file that lists them.
const FILE: &str = "sign.keys.json";
/// What an announcement begins with; the new key's line follows.
const ANNOUNCES: &str = "gongshi open data is signed by this key from now on:";

/// A public key and the time in which it signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The key, as minisign writes it, without comment.
    pub key: String,
    /// Since when; the first key's beginning is not known.
    pub from: Option<Moment>,
    /// Until when; none for the present one.
    pub until: Option<Moment>,
    /// What the key before it said of this one; none of the first.
    pub announcement: Option<String>,
    /// Its signature, by the key before it.
    pub signature: Option<String>,
}

/// Reads the list of a directory; empty when the key was never changed.
pub(super) fn read(dir: &Path) -> Result<Vec<Known>, KeyError> {
    let path = dir.join(FILE);
    match std::fs::read(&path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_err(|_| KeyError::Damaged { path, line: 1 })
        }
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(KeyError::Io { path, source }),
    }
}

pub(super) fn write(dir: &Path, known: &[Known]) -> Result<(), KeyError> {
    let path = dir.join(FILE);
    let io = |source| KeyError::Io {
        path: path.clone(),
        source,
    };
    let text = serde_json::to_vec_pretty(known).map_err(|e| io(e.into()))?;
    files::replace_file(&path, &text).map_err(io)
}

/// Adds a new key at the end, announced by the present one. What a broken-off change left behind the present one goes.
pub(super) fn succeed(
    known: &mut Vec<Known>,
    old: &SignKey,
    new: &SignKey,
    now: Moment,
) -> Result<(), KeyError> {
    match known.iter().position(|k| k.key == old.line()) {
        Some(at) => known.truncate(at + 1),
        None => known.push(Known {
            key: old.line(),
            from: None,
            until: None,
            announcement: None,
            signature: None,
        }),
    }
    if let Some(last) = known.last_mut() {
        last.until = Some(now);
    }
    let announcement = format!("{ANNOUNCES}\n{}\n", new.line());
    let signature = old.sign(
        announcement.as_bytes(),
        &format!("gongshi key, made {}", told(now)),
    )?;
    known.push(Known {
        key: new.line(),
        from: Some(now),
        until: None,
        announcement: Some(announcement),
        signature: Some(signature),
    });
    Ok(())
}

/// A moment as lists and signatures tell it.
#[must_use]
pub fn told(at: Moment) -> String {
    at.with_timezone(&shanghai())
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The list of keys as readers get it: a line a key, which is at the same time what [`keys_in`] reads.
#[must_use]
pub fn listing(present: &SignKey, base_url: &str) -> String {
    let mut out = format!(
        "# Keys (minisign) that sign the open data of this portal, oldest first. A signature counts when it was made\n\
         # while its key was in force; the trusted comment tells when. This list is signed by the present key.\n\
         # 本站开放数据的签名公钥（minisign），从旧到新；签名作出时其公钥有效的，签名有效。\n\
         Canonical: {base_url}/.well-known/gongshi-keys.txt\n"
    );
    let only = [Known {
        key: present.line(),
        from: None,
        until: None,
        announcement: None,
        signature: None,
    }];
    let known = match present.known() {
        [] => &only[..],
        known => known,
    };
    for one in known {
        let at = |moment: Option<Moment>| moment.map_or_else(|| "-".to_owned(), told);
        out.push_str(&format!(
            "Key: {} {} {}\n",
            one.key,
            at(one.from),
            at(one.until)
        ));
    }
    out
}

/// What readers get beside the present public key, by address: the list of keys with its signature, and what each key
/// said of the next.
///
/// # Errors
/// When the list cannot be signed.
pub fn documents(
    present: &SignKey,
    base_url: &str,
    made: &str,
) -> Result<Vec<(String, String)>, KeyError> {
    let list = listing(present, base_url);
    let signature = present.sign(list.as_bytes(), &format!("gongshi keys, made {made}"))?;
    let mut out = vec![
        (LIST.to_owned(), list),
        (format!("{LIST}.minisig"), signature),
    ];
    for (at, known) in present.known().iter().enumerate() {
        if let (Some(text), Some(signature)) = (&known.announcement, &known.signature) {
            let path = announcement(at);
            out.push((format!("{path}.minisig"), signature.clone()));
            out.push((path, text.clone()));
        }
    }
    Ok(out)
}

/// Where the list of keys stands below `/data/`.
pub const LIST: &str = "keys.txt";

/// Where the announcement of the nth key stands below `/data/`; the first one has none.
#[must_use]
pub fn announcement(n: usize) -> String {
    format!("keys/{n}.txt")
}

/// The keys that a reader trusts, and those that they announced one after the other in a copy, whose files `read` gives.
#[must_use]
pub fn followed(mut trusted: Vec<Trusted>, read: impl Fn(&str) -> Option<String>) -> Vec<Trusted> {
    let texts = (1..MOST_KEYS).map_while(|n| {
        let path = announcement(n);
        Some((read(&path)?, read(&format!("{path}.minisig"))?))
    });
    for (text, signature) in texts {
        let new = announced(&trusted, &text, &signature);
        trusted.extend(new.filter(|new| trusted.iter().all(|k| k.key != new.key)));
    }
    trusted
}

/// Whether a path below `/data/` is one of the [`documents`].
#[must_use]
pub fn is_document(path: &str) -> bool {
    let path = path.strip_suffix(".minisig").unwrap_or(path);
    let number = path
        .strip_prefix("keys/")
        .and_then(|rest| rest.strip_suffix(".txt"));
    path == LIST || number.is_some_and(|n| n.parse().is_ok_and(|n| announcement(n) == path))
}

/// Keys that are followed at most.
const MOST_KEYS: usize = 1000;

/// A public key that a reader trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// The key, as minisign writes it, without comment.
    pub key: String,
    /// When it stopped signing.
    pub until: Option<Moment>,
}

/// The public keys of a text: a public key of minisign, or a list of keys as the portal hands it out.
#[must_use]
pub fn keys_in(text: &str) -> Vec<Trusted> {
    let is_key = |word: &&str| word.starts_with("RW") && word.len() == 56;
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("untrusted"))
        .filter_map(|line| {
            let mut words = line.split_whitespace().skip_while(|w| !is_key(w));
            let key = words.next()?.to_owned();
            let until = words.nth(1).and_then(|w| w.parse::<Moment>().ok());
            Some(Trusted { key, until })
        })
        .collect()
}

/// The key that an announcement names, when one of the trusted keys signed it.
#[must_use]
pub fn announced(trusted: &[Trusted], text: &str, signature: &str) -> Option<Trusted> {
    let rest = text.strip_prefix(ANNOUNCES)?;
    trusted
        .iter()
        .any(|k| said_by(&k.key, text.as_bytes(), signature).is_some())
        .then(|| keys_in(rest).pop())
        .flatten()
}

/// Whether one of the trusted keys signed a text while it was in force.
#[must_use]
pub fn is_signed_by(trusted: &[Trusted], text: &[u8], signature: &str) -> bool {
    trusted.iter().any(|k| {
        let Some(said) = said_by(&k.key, text, signature) else {
            return false;
        };
        k.until.is_none_or(|until| {
            let made = said.rsplit("made ").next();
            made.and_then(|at| at.trim().parse::<Moment>().ok())
                .is_some_and(|at| at <= until)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::sign;
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_new_key_is_announced_by_the_old_one_and_old_signatures_stay_checkable() {
        let dir = tempfile::tempdir().unwrap();
        let now = at("2026-11-22T04:00:00Z");
        assert!(matches!(
            SignKey::rotate(dir.path(), now),
            Err(KeyError::Missing { .. })
        ));
        SignKey::create(dir.path()).unwrap();
        let one = SignKey::load(dir.path()).unwrap().unwrap();
        assert_eq!(keys_in(&listing(&one, "")).len(), 1);
        let before = one.sign(b"sums", "made 2026-11-22T10:00:00+08:00").unwrap();
        let late = one.sign(b"sums", "made 2026-11-22T13:00:00+08:00").unwrap();
        let two = SignKey::rotate(dir.path(), now).unwrap();
        let three = SignKey::rotate(dir.path(), at("2026-11-23T04:00:00Z")).unwrap();
        assert_ne!(one.public(), two.public());
        assert_eq!(three.known().len(), 3);
        // a reader who knows the first key alone comes to the third
        let mut trusted = keys_in(&one.public());
        for known in three.known().iter().skip(1) {
            let text = known.announcement.as_deref().unwrap();
            let signature = known.signature.as_deref().unwrap();
            trusted.push(announced(&trusted, text, signature).unwrap());
            let other = keys_in(&SignKey::fresh().public());
            assert_eq!(announced(&other, text, signature), None);
            let forged = text.replace(&known.key, &SignKey::fresh().line());
            assert_eq!(announced(&trusted, &forged, signature), None);
        }
        assert_eq!(trusted[2].key, three.line());
        // one who has the list of today checks what was signed before, and nothing that the old key signed later
        let list = keys_in(&listing(&three, "https://credit.example"));
        assert_eq!(list.len(), 3);
        assert!(is_signed_by(&list, b"sums", &before));
        assert!(!is_signed_by(&list, b"sums", &late));
        assert!(!is_signed_by(&list, b"sumz", &before));
        let fresh = three.sign(b"sums", "whenever").unwrap();
        assert!(is_signed_by(&list, b"sums", &fresh));
        let documents = documents(&three, "", "now").unwrap();
        assert_eq!(documents.len(), 6);
        assert!(documents.iter().all(|(path, _)| is_document(path)));
        for other in [
            "keys",
            "keys/x.txt",
            "keys/01.txt",
            "keys/1.txt.txt",
            "notes.txt",
        ] {
            assert!(!is_document(other), "{other}");
        }
        // the old secret is gone
        assert!(!dir.path().join("sign.key.next").exists());
    }

    #[test]
    fn a_change_that_broke_off_is_completed_or_begun_again() {
        let dir = tempfile::tempdir().unwrap();
        let now = at("2026-11-22T04:00:00Z");
        SignKey::create(dir.path()).unwrap();
        let secret = dir.path().join(sign::FILE);
        let old = std::fs::read(&secret).unwrap();
        let new = SignKey::rotate(dir.path(), now).unwrap();
        // announced, not yet in its place
        std::fs::rename(&secret, dir.path().join("sign.key.next")).unwrap();
        files::write_new_private(&secret, &old).unwrap();
        let again = SignKey::rotate(dir.path(), at("2026-11-22T05:00:00Z")).unwrap();
        assert_eq!(again.line(), new.line());
        assert_eq!(again.known(), new.known());
        // made, not yet announced
        files::write_new_private(&dir.path().join("sign.key.next"), b"half").unwrap();
        let third = SignKey::rotate(dir.path(), at("2026-11-22T06:00:00Z")).unwrap();
        assert_eq!(third.known().len(), 3);
        assert_ne!(third.line(), again.line());
    }
}
