//! A secret of somebody else's in a file of one line, such as what a provider agreed with us: read as key files are, so that
//! one which others can read is not used.

use std::path::Path;

use zeroize::Zeroizing;

use super::KeyError;
use super::keys::refuse_readable;

/// Bytes that are read at most.
const MOST: u64 = 4096;

/// Reads the secret.
///
/// # Errors
/// When the file cannot be read, can be read by others, or holds anything but one line.
pub fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    use std::io::Read as _;
    refuse_readable(path)?;
    let io = |source| KeyError::Io {
        path: path.to_owned(),
        source,
    };
    let mut text = Zeroizing::new(String::new());
    let file = std::fs::File::open(path).map_err(io)?;
    file.take(MOST).read_to_string(&mut text).map_err(io)?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() || secret.chars().any(char::is_control) {
        return Err(io(std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            "must hold the secret in one line and nothing else",
        )));
    }
    Ok(Zeroizing::new(secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_secret_is_one_line_that_its_owner_alone_can_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        let write = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        assert!(matches!(read(&path), Err(KeyError::Io { .. })), "none yet");
        write("hunter2\n", 0o600);
        assert_eq!(read(&path).unwrap().as_str(), "hunter2");
        for mode in [0o640, 0o604, 0o644] {
            write("hunter2\n", mode);
            let error = read(&path).unwrap_err();
            assert!(matches!(error, KeyError::Readable { .. }), "{mode:o}");
            assert!(!error.to_string().contains("hunter2"));
        }
        for wrong in ["", "\n", "a\nb\n"] {
            write(wrong, 0o600);
            assert!(matches!(read(&path), Err(KeyError::Io { .. })), "{wrong:?}");
        }
    }
}
