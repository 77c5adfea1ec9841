//! PDF: every name in the file is read, also those written with `#` escapes and those in object streams, and what runs,
//! embeds or encrypts is refused. Streams are unpacked to be measured and not kept.
//!
//! Readers of PDF forgive much, and follow a table of places into whatever they find there. So each `obj` in the bytes
//! must be one that this reader met as a token: an object inside a stream, a comment or a text is refused.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::inflate::inflate;
use super::{Refused, check_size, holds_foreign};

/// Bytes of one stream unpacked at most: an A4 page of 600 dots an inch in colour.
const MOST_STREAM: u64 = 128 << 20;
/// Bytes of all streams unpacked at most.
const MOST_WHOLE: u64 = 512 << 20;
/// Bytes of one stream of objects unpacked at most.
const MOST_OBJECTS: u64 = 32 << 20;
/// Pages at most.
const MOST_PAGES: usize = 500;
/// Points of a side of a page at most: twice A0.
const LONGEST_PAGE: f64 = 6_800.0;
/// Dictionaries and arrays inside each other at most.
const DEEPEST: usize = 100;

/// Names that a document on paper does not need: what they are for, in words.
const ACTIVE: [(&[u8], &str, &str); 20] = [
    (b"JavaScript", "脚本（JavaScript）", "a script (JavaScript)"),
    (b"JS", "脚本（JavaScript）", "a script (JavaScript)"),
    (
        b"Launch",
        "启动程序的动作",
        "an action that starts a program",
    ),
    (b"EmbeddedFile", "内嵌附件", "embedded files"),
    (b"EmbeddedFiles", "内嵌附件", "embedded files"),
    (b"FileAttachment", "内嵌附件", "embedded files"),
    (b"Collection", "内嵌附件", "embedded files"),
    (b"XFA", "XFA 动态表单", "an XFA form"),
    (b"AA", "自动执行的动作", "actions that run by themselves"),
    (b"RichMedia", "多媒体", "multimedia"),
    (b"Movie", "视频", "a film"),
    (b"Sound", "音频", "a sound recording"),
    (b"Rendition", "多媒体", "multimedia"),
    (b"3D", "三维模型", "a 3D model"),
    (b"U3D", "三维模型", "a 3D model"),
    (
        b"SubmitForm",
        "提交表单的动作",
        "an action that sends the form",
    ),
    (
        b"ImportData",
        "导入数据的动作",
        "an action that imports data",
    ),
    (
        b"GoToR",
        "打开其他文件的动作",
        "an action that opens another file",
    ),
    (
        b"GoToE",
        "打开其他文件的动作",
        "an action that opens another file",
    ),
    (
        b"SetOCGState",
        "自动执行的动作",
        "actions that run by themselves",
    ),
];

/// Filters of streams that are known: those that pack, and those that do not (text forms, pictures).
const PACKING: [&[u8]; 4] = [b"FlateDecode", b"Fl", b"RunLengthDecode", b"RL"];
const OTHER: [&[u8]; 12] = [
    b"ASCIIHexDecode",
    b"AHx",
    b"ASCII85Decode",
    b"A85",
    b"DCTDecode",
    b"DCT",
    b"CCITTFaxDecode",
    b"CCF",
    b"JBIG2Decode",
    b"JPXDecode",
    b"LZWDecode",
    b"LZW",
];

/// `12 0 obj` as it stands in bytes.
static OBJECT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)[\s\x00][0-9]+[\s\x00]*obj[\s\x00<\[(/%0-9+-]").ok());

/// Checks a PDF.
pub(super) fn check(bytes: &[u8]) -> Result<(), Refused> {
    let head = bytes
        .get(5..bytes.len().min(1024))
        .ok_or(Refused::Damaged)?;
    if holds_foreign(head) {
        return Err(Refused::Polyglot);
    }
    let end = last(bytes, b"%%EOF").ok_or(Refused::Damaged)?;
    let behind = bytes.get(end + 5..).unwrap_or_default();
    if !behind.iter().all(|b| is_white(*b)) {
        return Err(Refused::Polyglot);
    }
    // the directory of a ZIP archive is looked for from the end of a file
    let tail = bytes
        .get(bytes.len().saturating_sub(70_000)..)
        .unwrap_or_default();
    if tail.windows(4).any(|w| w == b"PK\x05\x06") {
        return Err(Refused::Polyglot);
    }
    let mut facts = Facts::default();
    Reader::new(bytes, true).read(&mut facts)?;
    let objects = OBJECT.as_ref().ok_or(Refused::Unusual)?;
    if objects.find_iter(bytes).count() > facts.objects {
        return Err(Refused::Unusual);
    }
    match facts.pages {
        0 => Err(Refused::Damaged),
        pages if pages > MOST_PAGES => Err(Refused::ManyPages),
        _ => Ok(()),
    }
}

fn last(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).rposition(|w| w == needle)
}

fn first(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|w| w == needle)
}

const fn is_white(b: u8) -> bool {
    matches!(b, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_delimiter(b: u8) -> bool {
    matches!(
        b,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

/// What is learnt of the file as a whole.
#[derive(Default)]
struct Facts {
    objects: usize,
    pages: usize,
    unpacked: u64,
}

/// A dictionary or array that is being read.
#[derive(Default)]
struct Frame {
    array: bool,
    /// The key whose value comes next; in an array, the key under which it stands.
    key: Vec<u8>,
    waits: bool,
    filters: Vec<Vec<u8>>,
    /// A filter that is no name: it stands elsewhere.
    filter_elsewhere: bool,
    predictor: bool,
    has_n: bool,
    has_first: bool,
    length: Option<usize>,
    width: f64,
    height: f64,
}

enum Token {
    Open,
    Close,
    ArrayOpen,
    ArrayClose,
    Name(Vec<u8>),
    Word(std::ops::Range<usize>),
    Text,
    End,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether streams are looked for: not inside a stream of objects.
    streams: bool,
    frames: Vec<Frame>,
    /// The dictionary that ended last, which a stream would belong to.
    ended: Option<Frame>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], streams: bool) -> Self {
        Self {
            bytes,
            at: 0,
            streams,
            frames: Vec::new(),
            ended: None,
        }
    }

    fn read(mut self, facts: &mut Facts) -> Result<(), Refused> {
        loop {
            match self.token() {
                Token::End => return Ok(()),
                Token::Open => self.open(false)?,
                Token::ArrayOpen => self.open(true)?,
                Token::Close => self.close(false)?,
                Token::ArrayClose => self.close(true)?,
                Token::Name(name) => self.name(name, facts)?,
                Token::Text => self.value(b"", facts)?,
                Token::Word(range) => self.word(range, facts)?,
            }
        }
    }

    fn token(&mut self) -> Token {
        loop {
            let Some(b) = self.bytes.get(self.at).copied() else {
                return Token::End;
            };
            let next = self.bytes.get(self.at + 1).copied();
            match b {
                _ if is_white(b) => self.at += 1,
                b'%' => self.skip_line(),
                b'<' if next == Some(b'<') => return self.mark(2, Token::Open),
                b'>' if next == Some(b'>') => return self.mark(2, Token::Close),
                b'[' => return self.mark(1, Token::ArrayOpen),
                b']' => return self.mark(1, Token::ArrayClose),
                b'<' => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    self.at += rest
                        .iter()
                        .position(|b| *b == b'>')
                        .map_or(rest.len(), |n| n + 1);
                    return Token::Text;
                }
                b'(' => return self.text(),
                b'/' => return self.name_token(),
                b')' | b'>' | b'{' | b'}' => self.at += 1,
                _ => {
                    let from = self.at;
                    while self
                        .bytes
                        .get(self.at)
                        .is_some_and(|b| !is_white(*b) && !is_delimiter(*b))
                    {
                        self.at += 1;
                    }
                    return Token::Word(from..self.at);
                }
            }
        }
    }

    fn mark(&mut self, length: usize, token: Token) -> Token {
        self.at += length;
        token
    }

    fn skip_line(&mut self) {
        while self
            .bytes
            .get(self.at)
            .is_some_and(|b| !matches!(b, b'\r' | b'\n'))
        {
            self.at += 1;
        }
    }

    fn text(&mut self) -> Token {
        let mut depth = 0_usize;
        while let Some(b) = self.bytes.get(self.at) {
            self.at += 1;
            match b {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
        }
        Token::Text
    }

    fn name_token(&mut self) -> Token {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(b) = self.bytes.get(self.at).copied() {
            if is_white(b) || is_delimiter(b) {
                break;
            }
            let digits = self.bytes.get(self.at + 1..self.at + 3);
            let escaped = digits
                .filter(|_| b == b'#')
                .and_then(|d| std::str::from_utf8(d).ok())
                .and_then(|d| u8::from_str_radix(d, 16).ok());
            name.push(escaped.unwrap_or(b));
            self.at += if escaped.is_some() { 3 } else { 1 };
        }
        Token::Name(name)
    }

    fn open(&mut self, array: bool) -> Result<(), Refused> {
        if self.frames.len() >= DEEPEST {
            return Err(Refused::Bomb);
        }
        let mut key = Vec::new();
        if let Some(above) = self.frames.last_mut() {
            // what is in an array stands under the array's key, and so does a dictionary in it
            if above.array || above.waits {
                key.clone_from(&above.key);
            }
            above.waits = false;
        }
        self.frames.push(Frame {
            array,
            key,
            ..Frame::default()
        });
        Ok(())
    }

    fn close(&mut self, array: bool) -> Result<(), Refused> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        if frame.array != array {
            return Err(Refused::Damaged);
        }
        if frame.width > 0.0 && frame.height > 0.0 {
            // both are whole numbers of pixels
            let whole = |n: f64| n as u64;
            check_size(whole(frame.width), whole(frame.height))?;
        }
        if let Some(above) = self.frames.last_mut() {
            if array {
                above.filters.extend(frame.filters);
                above.filter_elsewhere |= frame.filter_elsewhere;
            }
            above.predictor |= frame.predictor;
        } else {
            self.ended = Some(frame);
        }
        Ok(())
    }

    fn name(&mut self, name: Vec<u8>, facts: &mut Facts) -> Result<(), Refused> {
        if let Some((_, zh, en)) = ACTIVE.iter().find(|(active, ..)| *active == name) {
            return Err(Refused::Active { zh, en });
        }
        if matches!(name.as_slice(), b"Encrypt" | b"Crypt") {
            return Err(Refused::Encrypted);
        }
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        if frame.array || frame.waits {
            return self.value(&name, facts);
        }
        match name.as_slice() {
            b"N" => frame.has_n = true,
            b"First" => frame.has_first = true,
            _ => {}
        }
        frame.key = name;
        frame.waits = true;
        Ok(())
    }

    /// A value that is a name (or, empty, a text).
    fn value(&mut self, name: &[u8], facts: &mut Facts) -> Result<(), Refused> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        match frame.key.as_slice() {
            b"Filter" if !name.is_empty() && (frame.array || frame.waits) => {
                frame.filters.push(name.to_vec());
            }
            b"Type" if name == b"Page" => facts.pages += 1,
            _ => {}
        }
        frame.waits = false;
        Ok(())
    }

    fn word(&mut self, range: std::ops::Range<usize>, facts: &mut Facts) -> Result<(), Refused> {
        let word = self.bytes.get(range).unwrap_or_default();
        let digits = word.iter().take_while(|b| b.is_ascii_digit()).count();
        if word.get(digits..) == Some(b"obj") {
            // a dictionary that was never closed ends where the next object begins
            self.frames.clear();
            self.ended = None;
            facts.objects += 1;
            return Ok(());
        }
        if self.frames.is_empty() {
            if word == b"stream" && self.streams {
                return self.stream(facts);
            }
            return Ok(());
        }
        let number = std::str::from_utf8(word)
            .ok()
            .and_then(|w| w.parse::<f64>().ok());
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        match (frame.key.as_slice(), number) {
            // `5 0 R`: what counts is written elsewhere
            (b"Filter", _) => frame.filter_elsewhere = true,
            (b"MediaBox" | b"CropBox", Some(n)) if frame.array && n.abs() > LONGEST_PAGE => {
                return Err(Refused::HugePage);
            }
            (b"UserUnit", Some(n)) if n > 1.0 => return Err(Refused::HugePage),
            (b"Predictor", Some(n)) if n > 1.0 => frame.predictor = true,
            (b"Width", Some(n)) if frame.waits => frame.width = n,
            (b"Height", Some(n)) if frame.waits => frame.height = n,
            (b"Length", Some(n)) if frame.waits && n >= 0.0 => frame.length = Some(n as usize),
            // the second number of a reference: the length stands elsewhere
            (b"Length", _) => frame.length = None,
            _ => {}
        }
        frame.waits = false;
        Ok(())
    }

    fn stream(&mut self, facts: &mut Facts) -> Result<(), Refused> {
        let about = self.ended.take().unwrap_or_default();
        if self.bytes.get(self.at) == Some(&b'\r') {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let ends_at = |n: usize| {
            let behind = rest.get(n..)?;
            let white = behind.iter().take(4).take_while(|b| is_white(**b)).count();
            behind
                .get(white..)?
                .starts_with(b"endstream")
                .then_some((n, n + white + 9))
        };
        let said = about.length.and_then(ends_at);
        let found = || first(rest, b"endstream").map(|n| (n, n + 9));
        let (length, next) = said.or_else(found).ok_or(Refused::Damaged)?;
        self.at += next;
        contents(rest.get(..length).unwrap_or_default(), &about, facts)
    }
}

/// Looks into a stream as far as it is needed.
fn contents(data: &[u8], about: &Frame, facts: &mut Facts) -> Result<(), Refused> {
    let filters: Vec<&[u8]> = about.filters.iter().map(Vec::as_slice).collect();
    if about.filter_elsewhere {
        return Err(Refused::Unusual);
    }
    let packing = filters.iter().filter(|f| PACKING.contains(f)).count();
    if filters
        .iter()
        .any(|f| !PACKING.contains(f) && !OTHER.contains(f))
    {
        return Err(Refused::Unusual);
    }
    if packing > 1 {
        return Err(Refused::Bomb);
    }
    let is_flate = filters
        .first()
        .is_some_and(|f| matches!(*f, b"FlateDecode" | b"Fl"));
    if about.has_n && about.has_first {
        // a stream of objects: as it stands or packed in the one usual way
        return match filters.as_slice() {
            [] => Reader::new(data, false).read(facts),
            [_] if is_flate && !about.predictor => {
                let mut plain = Vec::new();
                inflate(data, true, MOST_OBJECTS, |piece| {
                    plain.extend_from_slice(piece);
                })?;
                Reader::new(&plain, false).read(facts)
            }
            _ => Err(Refused::Unusual),
        };
    }
    if is_flate {
        let mut made = 0_u64;
        let done = inflate(data, true, MOST_STREAM, |piece| made += piece.len() as u64);
        facts.unpacked += made;
        // readers show what they can of a damaged stream; it counts as far as it goes
        if done == Err(Refused::Bomb) || facts.unpacked > MOST_WHOLE {
            return Err(Refused::Bomb);
        }
    }
    Ok(())
}
