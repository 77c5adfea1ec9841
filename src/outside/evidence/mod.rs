//! Evidence as it comes in: what it is by its content, and whether it may be kept.
//!
//! Four kinds are taken: PDF, JPEG, PNG, OFD. Nothing is rendered and no picture is decoded; a file is read as far as it
//! takes to say that it is one file of one kind, of bounded size also when it is unpacked, and that nothing in it runs.
//! What cannot be told is refused, with a word that says what to do instead. A file is judged in memory and is sealed
//! before it touches a disk; its own name is kept for display only ([`display_name`]).

mod inflate;
mod jpeg;
mod names;
mod ofd;
mod pdf;
mod png;
mod sniff;
#[cfg(test)]
pub(crate) mod tests;
mod zip;

pub use names::display_name;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::domain::forms::submission::{FileLabel, FileNote};
use crate::domain::kinds::vocabulary;

/// Bytes of one file at most.
pub const MOST_BYTES: usize = 10 << 20;
/// Files of one application at most.
pub const MOST_FILES: usize = 20;
/// Bytes of all files of one application at most.
pub const MOST_BYTES_TOGETHER: u64 = 60 << 20;
/// Pixels of a picture at most.
const MOST_PIXELS: u64 = 80_000_000;
/// Pixels of a side of a picture at most.
const LONGEST_SIDE: u64 = 20_000;

vocabulary! {
    /// The kinds of file that are taken.
    Kind {
        Pdf = "pdf", "PDF 文件", "PDF";
        Jpeg = "jpeg", "JPEG 图片", "JPEG picture";
        Png = "png", "PNG 图片", "PNG picture";
        Ofd = "ofd", "OFD 文件", "OFD";
    }
}

impl Kind {
    /// Media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Ofd => "application/ofd",
        }
    }

    /// End of the names that we give.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Ofd => "ofd",
        }
    }
}

/// A file that may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What it is.
    pub kind: Kind,
    /// How many of its bytes are kept: what a camera hangs behind a picture (a short film, a second picture) is cut off.
    pub length: usize,
}

/// Why a file is not taken. Every reason has its words, which say what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No bytes.
    #[error("empty")]
    Empty,
    /// More than [`MOST_BYTES`].
    #[error("too large")]
    TooLarge,
    /// Of another kind, which has a name.
    #[error("of another kind: {en}")]
    Foreign {
        /// The kind in Chinese.
        zh: &'static str,
        /// The kind in English.
        en: &'static str,
    },
    /// Of no kind that is known.
    #[error("of no known kind")]
    Unknown,
    /// Two files in one.
    #[error("more than one file in one")]
    Polyglot,
    /// Cut off or damaged.
    #[error("damaged")]
    Damaged,
    /// A PDF or OFD in which something runs or is embedded.
    #[error("active: {en}")]
    Active {
        /// What, in Chinese.
        zh: &'static str,
        /// What, in English.
        en: &'static str,
    },
    /// Behind a password, or with rights management.
    #[error("encrypted")]
    Encrypted,
    /// Grows without measure when it is unpacked.
    #[error("bomb")]
    Bomb,
    /// Written in a way that hides what is in it.
    #[error("written in an unusual way")]
    Unusual,
    /// A page larger than any sheet.
    #[error("huge page")]
    HugePage,
    /// A picture of too many pixels.
    #[error("huge picture")]
    HugePicture,
    /// More pages than anybody reads.
    #[error("too many pages")]
    ManyPages,
    /// A moving picture.
    #[error("animated")]
    Animated,
    /// An archive with names that lead out of it, or with other things than a document has.
    #[error("bad names inside")]
    BadNames,
}

impl Refused {
    /// What is wrong and what to do, in Chinese and English.
    #[must_use]
    pub fn words(self) -> (String, String) {
        let fixed = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Self::Empty => fixed(
                "文件应当有内容，请选择另一个文件",
                "The selected file is empty: select another one",
            ),
            Self::TooLarge => fixed(
                "文件应当不超过 10 MB，可以压缩或者分成几个文件",
                "The selected file must be 10 MB or smaller: compress it or split it",
            ),
            Self::Foreign { zh, en } => (
                format!("文件应当是 PDF、JPEG、PNG 或者 OFD；这是{zh}，另存为其中一种后上传"),
                format!(
                    "The selected file must be a PDF, JPEG, PNG or OFD; this is {en}: save it as one of them and upload that"
                ),
            ),
            Self::Unknown => fixed(
                "文件应当是 PDF、JPEG、PNG 或者 OFD",
                "The selected file must be a PDF, JPEG, PNG or OFD",
            ),
            Self::Polyglot => fixed(
                "文件应当只含一份材料；其中夹带了另一个文件，重新导出或者拍照后上传",
                "The selected file must not hold another file: export it again, or take a photograph, and upload that",
            ),
            Self::Damaged => fixed(
                "文件应当完整、可以打开，重新导出后上传",
                "The selected file must be whole and open without repair: export it again and upload that",
            ),
            Self::Active { zh, en } => (
                format!("文件应当不含{zh}，用“打印为 PDF”重新生成后上传"),
                format!("The selected file must not contain {en}: print it to PDF and upload that"),
            ),
            Self::Encrypted => fixed(
                "文件应当不设密码和权限，去除后上传",
                "The selected file must have no password or restrictions: take them away and upload it again",
            ),
            Self::Bomb => fixed(
                "文件解压后应当不超过规定大小，重新导出后上传",
                "The selected file must stay small when it is unpacked: export it again and upload that",
            ),
            Self::Unusual => fixed(
                "文件应当能够检查内容，用“打印为 PDF”重新生成后上传",
                "The selected file must be written so that it can be checked: print it to PDF and upload that",
            ),
            Self::HugePage => fixed(
                "页面应当是 A4 等常用纸张大小，重新生成后上传",
                "Pages must be of a usual size, like A4: make the file again and upload that",
            ),
            Self::HugePicture => fixed(
                "图片应当在 8000 万像素以内，缩小后上传",
                "Picture must be 80 million pixels or fewer: make it smaller and upload that",
            ),
            Self::ManyPages => fixed(
                "文件应当不超过 500 页，只上传有关的页",
                "The selected file must be 500 pages or fewer: upload those that matter",
            ),
            Self::Animated => fixed("图片应当是静态的", "Picture must be a still one"),
            Self::BadNames => fixed(
                "文件应当只含文档自身的内容，重新导出后上传",
                "The selected file must hold nothing but the document: export it again and upload that",
            ),
        }
    }
}

/// Judges a file by its content alone.
///
/// # Errors
/// Why it is not taken.
pub fn inspect(bytes: &[u8]) -> Result<Accepted, Refused> {
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(Refused::TooLarge);
    }
    let whole = |kind| Accepted {
        kind,
        length: bytes.len(),
    };
    match sniff::begins(bytes) {
        sniff::Begins::Pdf => pdf::check(bytes).map(|()| whole(Kind::Pdf)),
        sniff::Begins::Jpeg => jpeg::check(bytes).map(|length| Accepted {
            kind: Kind::Jpeg,
            length,
        }),
        sniff::Begins::Png => png::check(bytes).map(|()| whole(Kind::Png)),
        sniff::Begins::Zip => ofd::check(bytes).map(|()| whole(Kind::Ofd)),
        sniff::Begins::Foreign { zh, en } => Err(Refused::Foreign { zh, en }),
        sniff::Begins::Unknown => Err(Refused::Unknown),
    }
}

/// Judges a file, and notes what it is: the note, whose number is given when it is kept, and the bytes that are kept.
///
/// # Errors
/// Why it is not taken.
pub fn judge(bytes: &[u8], label: FileLabel) -> Result<(FileNote, &[u8]), Refused> {
    let accepted = inspect(bytes)?;
    let kept = bytes.get(..accepted.length).unwrap_or(bytes);
    let note = FileNote {
        file: 0,
        purpose: label.purpose,
        kind: accepted.kind.code().to_owned(),
        name: label.name,
        bytes: kept.len() as u64,
        sha256: HEXLOWER.encode(&Sha256::digest(kept)),
        about: label.about,
    };
    Ok((note, kept))
}

/// Refuses a picture that is too large to be looked at.
fn check_size(width: u64, height: u64) -> Result<(), Refused> {
    if width == 0 || height == 0 {
        return Err(Refused::Damaged);
    }
    if width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > MOST_PIXELS {
        return Err(Refused::HugePicture);
    }
    Ok(())
}

/// Whether `needle` stands in `hay`, letters in either case.
fn holds(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len())
        .any(|w| w.eq_ignore_ascii_case(needle))
}

/// Beginnings of other files, where a reader of those would look for them.
fn holds_foreign(head: &[u8]) -> bool {
    let marks: [&[u8]; 8] = [
        b"%PDF-",
        b"<script",
        b"<html",
        b"<!doctype",
        b"<?php",
        b"<svg",
        b"PK\x03\x04",
        b"\x7fELF",
    ];
    marks.iter().any(|mark| holds(head, mark))
}
