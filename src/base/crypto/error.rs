//! What can go wrong with keys and sealed cells. No key material and no content ever stands in a message.

use std::path::PathBuf;

/// Failure of a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file is missing.
    #[error("key file {path} is missing: run `gongshi init`, or copy it from the node that holds it", path = path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A key file is already there: keys are never overwritten, since records could then not be opened.
    #[error("key file {path} exists already and is not overwritten", path = path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner may read the file.
    #[error("key file {path} has mode {mode:o}: others can read it; set it to 600", path = path.display())]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The content is not that of a key file.
    #[error("key file {path}, line {line}: not a key of this program", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
    /// The file system refused.
    #[error("key file {path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    NoRandomness,
    /// A key of the inside was asked of a public node's ring.
    #[error("this node holds the blind key only: vault and id keys belong to a desk node")]
    NotHeld,
}

/// Failure to seal or open a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// Too short, or of a format that this program does not know.
    #[error("sealed value is cut off or of an unknown format")]
    Format,
    /// Sealed with a key that is not in the ring.
    #[error("sealed value needs key {key:08x}, which is not in the key file")]
    UnknownKey {
        /// Id of the key.
        key: u32,
    },
    /// The tag does not fit: another key, another place, or changed bytes.
    #[error("sealed value does not belong to this place or was changed")]
    Forged,
}

/// Failure to seal or open an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Cut off, or of a format that this program does not know.
    #[error("sealed application is cut off or of an unknown format")]
    Format,
    /// Sealed to a key that the desk does not hold.
    #[error("sealed application needs desk key {key:08x}, which is not in the key file")]
    UnknownKey {
        /// Id of the key.
        key: u32,
    },
    /// The tag does not fit: another key, another application or part, or changed bytes.
    #[error("sealed application does not belong to this number or was changed")]
    Forged,
    /// Nothing was sealed: the cipher or the source of randomness refused.
    #[error("cannot seal: the cipher or the source of randomness refused")]
    Sealing,
}
