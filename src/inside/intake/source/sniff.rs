//! One pass over a file before it is read: its SHA-256, its form, its encoding and its delimiter.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::SourceError;

/// Form of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Format {
    /// Delimited text.
    Csv,
    /// Office Open XML workbook.
    Xlsx,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// Word in the summary.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
        }
    }
}

/// Encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// GB 18030 (with GBK and GB 2312 inside it).
    Gb18030,
    /// UTF-16 with byte order mark (what spreadsheets call Unicode text).
    Utf16,
}

impl Encoding {
    /// Word in the summary.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB 18030",
            Self::Utf16 => "UTF-16",
        }
    }
}

/// How to read a text file.
#[derive(Clone, Copy, Debug)]
pub(in crate::inside) struct TextForm {
    /// Encoding.
    pub encoding: Encoding,
    /// Byte between cells.
    pub delimiter: u8,
    /// Size of the file, for progress.
    pub bytes: u64,
}

/// What the first pass found.
#[derive(Clone, Debug)]
pub(in crate::inside) struct Sniffed {
    /// Form.
    pub format: Format,
    /// Encoding; UTF-8 for a workbook.
    pub encoding: Encoding,
    /// Byte between cells of a csv file.
    pub delimiter: u8,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, lower case hex.
    pub sha256: String,
}

/// Bytes from which encoding and delimiter are judged when the file is not UTF-8 throughout.
const SAMPLE: usize = 1 << 20;

/// A file's name without its directories, for messages.
pub(in crate::inside) fn shown(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Looks at a whole file once.
///
/// The encoding is UTF-8 when the whole file is; when it is not, the encoding that explains the first
/// bytes beyond ASCII with fewer faults wins, so that one damaged row does not turn a UTF-8 file into GB 18030.
pub(in crate::inside) fn sniff(path: &Path) -> Result<Sniffed, SourceError> {
    let fail = |source| SourceError::Io {
        file: shown(path),
        source,
    };
    let mut file = File::open(path).map_err(fail)?;
    let mut hash = Sha256::new();
    let mut head: Vec<u8> = Vec::new();
    let mut foreign: Vec<u8> = Vec::new();
    let mut utf8 = Utf8Check::default();
    let mut bytes = 0_u64;
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let got = file.read(&mut buffer).map_err(fail)?;
        let Some(chunk) = buffer.get(..got).filter(|c| !c.is_empty()) else {
            break;
        };
        hash.update(chunk);
        bytes += chunk.len() as u64;
        if head.len() < SAMPLE {
            let room = SAMPLE - head.len();
            head.extend(chunk.iter().take(room));
        }
        if foreign.len() < SAMPLE {
            let from = if foreign.is_empty() {
                chunk.iter().position(|b| !b.is_ascii())
            } else {
                Some(0)
            };
            if let Some(part) = from.and_then(|from| chunk.get(from..)) {
                let room = SAMPLE - foreign.len();
                foreign.extend(part.iter().take(room));
            }
        }
        utf8.feed(chunk);
    }
    if bytes == 0 {
        return Err(SourceError::Empty { file: shown(path) });
    }
    let format = format_of(path, &head)?;
    let encoding = match head.as_slice() {
        _ if format == Format::Xlsx => Encoding::Utf8,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Encoding::Utf16,
        [0xEF, 0xBB, 0xBF, ..] => Encoding::Utf8,
        _ if utf8.sound() => Encoding::Utf8,
        _ => likelier(&foreign),
    };
    Ok(Sniffed {
        format,
        encoding,
        delimiter: delimiter_of(&head),
        bytes,
        sha256: data_encoding::HEXLOWER.encode(&hash.finalize()),
    })
}

/// The form follows the first bytes; the name decides between csv and JSON lines only when they do not.
fn format_of(path: &Path, head: &[u8]) -> Result<Format, SourceError> {
    let foreign = |what| {
        Err(SourceError::Foreign {
            file: shown(path),
            what,
        })
    };
    match head {
        [b'P', b'K', 3, 4, ..] => return Ok(Format::Xlsx),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            return foreign("an old .xls workbook or one locked with a password");
        }
        [b'%', b'P', b'D', b'F', ..] => return foreign("a PDF document"),
        _ => {}
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    match text.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => Ok(Format::Jsonl),
        Some(b'<') => foreign("a web page or XML file"),
        Some(b'[') => {
            foreign("a JSON array (JSON lines have one object a line, without brackets around)")
        }
        _ if extension_is(path, "xlsx") => foreign("no workbook although it is named so"),
        _ if extension_is(path, "jsonl") || extension_is(path, "ndjson") => Ok(Format::Jsonl),
        _ => Ok(Format::Csv),
    }
}

fn extension_is(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case(wanted))
}

/// The delimiter that occurs most; a comma when none does.
fn delimiter_of(head: &[u8]) -> u8 {
    let count = |wanted: u8| head.iter().filter(|b| **b == wanted).count();
    [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|d| (count(*d), *d == b','))
        .unwrap_or(b',')
}

/// Which encoding explains the sample with fewer replacement characters; GB 18030 on a draw.
fn likelier(sample: &[u8]) -> Encoding {
    let faults = |text: &str| text.chars().filter(|c| *c == '\u{FFFD}').count();
    let utf8 = faults(&String::from_utf8_lossy(sample));
    let (gb, _, _) = encoding_rs::GB18030.decode(sample);
    if utf8 < faults(&gb) {
        Encoding::Utf8
    } else {
        Encoding::Gb18030
    }
}

/// Checks UTF-8 over chunks that may cut a character.
#[derive(Default)]
struct Utf8Check {
    carried: Vec<u8>,
    broken: bool,
}

impl Utf8Check {
    fn feed(&mut self, chunk: &[u8]) {
        if self.broken {
            return;
        }
        let joined;
        let bytes = if self.carried.is_empty() {
            chunk
        } else {
            joined = [self.carried.as_slice(), chunk].concat();
            &joined
        };
        let rest = match std::str::from_utf8(bytes) {
            Ok(_) => Vec::new(),
            Err(e) if e.error_len().is_none() => {
                bytes.get(e.valid_up_to()..).unwrap_or_default().to_vec()
            }
            Err(_) => {
                self.broken = true;
                Vec::new()
            }
        };
        self.carried = rest;
    }

    fn sound(&self) -> bool {
        !self.broken && self.carried.is_empty()
    }
}
