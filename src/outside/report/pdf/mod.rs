//! A document on A4 as PDF: headings, paragraphs, named values, a code with its QR picture, page numbers. The file is
//! tagged, so that it can be read aloud (PDF/UA-1), and carries the letters that it uses of a font of its own.
//!
//! [`layout`] breaks lines and pages, [`draw`] writes them, [`font`] knows the letters.

mod draw;
mod font;
mod layout;

use chrono::NaiveDate;

use super::qr::Qr;

/// What a document consists of, from top to bottom. All texts are in the language of the document, or data.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The title: once, first.
    Title(String),
    /// Heading of a part.
    Heading(String),
    /// Heading of an entry in a part.
    Entry(String),
    /// A paragraph.
    Text(String),
    /// A paragraph in small type.
    Note(String),
    /// Named values.
    Facts(Vec<(String, String)>),
    /// The verification code.
    Code {
        /// Its picture.
        qr: Option<Qr>,
        /// What the picture shows, in words.
        alt: String,
        /// The code and how to use it, a line each.
        lines: Vec<String>,
    },
}

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Title, for the window and the list of documents.
    pub title: String,
    /// Language tag (BCP 47).
    pub lang: &'static str,
    /// What stands at the top of every page.
    pub header: String,
    /// What stands at the bottom of every page, left of its number.
    pub footer: String,
    /// The day it speaks of.
    pub day: NaiveDate,
    /// How letters that the font lacks are told: `{}` stands for them.
    pub missing: String,
    /// Contents.
    pub blocks: Vec<Block>,
}

/// Why no file could be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The font is not there or no font.
    #[error("the font of reports cannot be read")]
    Font,
    /// The writer refused.
    #[error("the document cannot be written: {0}")]
    Write(String),
}

/// Makes the file.
///
/// # Errors
/// When the font is missing from the program, or the writer finds a fault.
pub fn make(document: &Document) -> Result<Vec<u8>, PdfError> {
    let face = font::face().ok_or(PdfError::Font)?;
    let lacking = lacking(face, document);
    let mut told;
    let mut document = document;
    if !lacking.is_empty() {
        told = document.clone();
        let words = document.missing.replace("{}", &lacking);
        // before the code, which stands last with its heading
        let is_code = |b: &Block| matches!(b, Block::Code { .. });
        let at = match told.blocks.iter().rposition(is_code) {
            Some(code) => code.saturating_sub(1),
            None => told.blocks.len(),
        };
        told.blocks.insert(at, Block::Note(words));
        document = &told;
    }
    let pieces = layout::lay(face, document);
    // A text that no rule foresaw may break a rule of PDF/UA: the report is then made without that promise.
    draw::draw(face, document, &pieces, draw::Promise::Accessible)
        .or_else(|_| draw::draw(face, document, &pieces, draw::Promise::Plain))
}

/// As [`make`], and fails where that would fall back.
#[cfg(test)]
fn make_strictly(document: &Document) -> Result<Vec<u8>, PdfError> {
    let face = font::face().ok_or(PdfError::Font)?;
    let pieces = layout::lay(face, document);
    draw::draw(face, document, &pieces, draw::Promise::Accessible)
}

/// Most letters that are named; a text in a script of its own would name hundreds.
const MOST_NAMED: usize = 40;

/// The letters that the font lacks, by code point.
fn lacking(face: &font::Face, document: &Document) -> String {
    let mut found: Vec<char> = Vec::new();
    let mut look = |text: &str| {
        for c in text.chars() {
            if !face.has(c) && !c.is_control() && !c.is_whitespace() && !found.contains(&c) {
                found.push(c);
            }
            if found.len() > MOST_NAMED {
                return;
            }
        }
    };
    for block in &document.blocks {
        match block {
            Block::Title(text)
            | Block::Heading(text)
            | Block::Entry(text)
            | Block::Text(text)
            | Block::Note(text) => look(text),
            Block::Facts(rows) => rows.iter().for_each(|(name, value)| {
                look(name);
                look(value);
            }),
            Block::Code { lines, .. } => lines.iter().for_each(|line| look(line)),
        }
    }
    let named = found.iter().take(MOST_NAMED);
    let named: Vec<String> = named.map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    named.join(", ")
}

#[cfg(test)]
mod tests;
