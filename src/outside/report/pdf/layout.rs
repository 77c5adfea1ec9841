//! Breaks a document into lines and pages of A4. Lengths are in points, from the upper left corner.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::font::Face;
use super::{Block, Document};
use crate::outside::report::qr::Qr;

/// Width of A4.
pub(super) const WIDTH: f32 = 595.28;
/// Height of A4.
pub(super) const HEIGHT: f32 = 841.89;
/// Margin left and right.
pub(super) const MARGIN: f32 = 56.0;
/// Where the contents begin.
const TOP: f32 = 84.0;
/// Where they end.
const BOTTOM: f32 = HEIGHT - 74.0;
/// Width of the names of values.
const NAMES: f32 = 108.0;
/// A side of the picture of a code.
const PICTURE: f32 = 92.0;
/// Space between the picture and the lines beside it.
const GAP: f32 = 14.0;

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    /// Size of type.
    pub(super) size: f32,
    /// From one baseline to the next.
    pub(super) leading: f32,
    /// Whether it is drawn stronger.
    pub(super) strong: bool,
    /// Lightness, 0 is black.
    pub(super) grey: u8,
}

const fn style(size: f32, leading: f32, strong: bool, grey: u8) -> Style {
    Style {
        size,
        leading,
        strong,
        grey,
    }
}

const TITLE: Style = style(19.0, 26.0, true, 0);
const HEADING: Style = style(13.5, 19.0, true, 0);
const ENTRY: Style = style(11.0, 16.0, true, 0);
const TEXT: Style = style(10.0, 15.5, false, 0);
const NAME: Style = style(9.5, 15.0, false, 80);
const VALUE: Style = style(10.0, 15.0, false, 0);
const NOTE: Style = style(8.5, 13.0, false, 70);
/// What stands at the top and bottom of pages.
pub(super) const EDGE: Style = style(7.5, 11.0, false, 90);

/// What a piece belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A block, by its number.
    Block(usize),
    /// The name in a row of a block.
    Name(usize, usize),
    /// The value in a row of a block.
    Value(usize, usize),
    /// Decoration.
    Nothing,
}

/// Something that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// A line of text on its baseline.
    Line { text: String, style: Style },
    /// A thin line to the right.
    Rule { width: f32 },
    /// A code's picture, of this side.
    Picture { qr: Qr, side: f32 },
}

/// A piece at its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) page: usize,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) shape: Shape,
    pub(super) role: Role,
}

struct Page<'a> {
    face: &'a Face,
    page: usize,
    y: f32,
    pieces: Vec<Piece>,
}

/// Places everything.
pub(super) fn lay(face: &Face, document: &Document) -> Vec<Piece> {
    let mut page = Page {
        face,
        page: 0,
        y: TOP,
        pieces: Vec::new(),
    };
    for (number, block) in document.blocks.iter().enumerate() {
        page.block(number, block);
    }
    page.pieces
}

impl Page<'_> {
    fn block(&mut self, number: usize, block: &Block) {
        let role = Role::Block(number);
        match block {
            Block::Title(text) => {
                self.text(role, text, TITLE, MARGIN, WIDTH - 2.0 * MARGIN);
                self.space(6.0);
            }
            Block::Heading(text) => {
                self.space(14.0);
                // a heading does not stand alone at the end of a page
                self.need(HEADING.leading + 70.0);
                self.text(role, text, HEADING, MARGIN, WIDTH - 2.0 * MARGIN);
                self.rule();
            }
            Block::Entry(text) => {
                self.space(9.0);
                self.need(ENTRY.leading + 50.0);
                self.text(role, text, ENTRY, MARGIN, WIDTH - 2.0 * MARGIN);
            }
            Block::Text(text) => {
                self.text(role, text, TEXT, MARGIN, WIDTH - 2.0 * MARGIN);
                self.space(4.0);
            }
            Block::Note(text) => {
                self.text(role, text, NOTE, MARGIN, WIDTH - 2.0 * MARGIN);
                self.space(3.0);
            }
            Block::Facts(rows) => {
                for (row, (name, value)) in rows.iter().enumerate() {
                    self.fact(number, row, name, value);
                }
                self.space(3.0);
            }
            Block::Code { qr, lines, .. } => self.code(number, qr.as_ref(), lines),
        }
    }

    fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.page += 1;
            self.y = TOP;
        }
    }

    fn put(&mut self, x: f32, y: f32, shape: Shape, role: Role) {
        self.pieces.push(Piece {
            page: self.page,
            x,
            y,
            shape,
            role,
        });
    }

    fn text(&mut self, role: Role, text: &str, style: Style, x: f32, width: f32) {
        for line in wrap(self.face, text, width / style.size) {
            self.need(style.leading);
            self.y += style.leading;
            let y = self.y - style.leading * 0.28;
            self.put(x, y, Shape::Line { text: line, style }, role);
        }
    }

    fn rule(&mut self) {
        self.y += 3.0;
        let width = WIDTH - 2.0 * MARGIN;
        self.put(MARGIN, self.y, Shape::Rule { width }, Role::Nothing);
        self.y += 3.0;
    }

    /// A name beside its value; either may need several lines, and a long value several pages.
    fn fact(&mut self, number: usize, row: usize, name: &str, value: &str) {
        let names = wrap(self.face, name, (NAMES - 8.0) / NAME.size);
        let width = WIDTH - 2.0 * MARGIN - NAMES;
        let values = wrap(self.face, value, width / VALUE.size);
        for at in 0..names.len().max(values.len()) {
            self.need(VALUE.leading);
            self.y += VALUE.leading;
            let y = self.y - VALUE.leading * 0.28;
            for (lines, x, style, role) in [
                (&names, MARGIN, NAME, Role::Name(number, row)),
                (&values, MARGIN + NAMES, VALUE, Role::Value(number, row)),
            ] {
                if let Some(text) = lines.get(at).filter(|t| !t.is_empty()) {
                    let text = text.clone();
                    self.put(x, y, Shape::Line { text, style }, role);
                }
            }
        }
    }

    fn code(&mut self, number: usize, qr: Option<&Qr>, lines: &[String]) {
        self.space(12.0);
        let beside = if qr.is_some() { PICTURE + GAP } else { 0.0 };
        let width = WIDTH - 2.0 * MARGIN - beside;
        let wrapped: usize = lines
            .iter()
            .map(|line| wrap(self.face, line, width / TEXT.size).len())
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let height = (wrapped as f32 * TEXT.leading).max(PICTURE) + 12.0;
        self.need(height);
        let (page, top) = (self.page, self.y);
        if let Some(qr) = qr {
            let shape = Shape::Picture {
                qr: qr.clone(),
                side: PICTURE,
            };
            self.put(MARGIN, top + 6.0, shape, Role::Name(number, 0));
        }
        self.y += 4.0;
        for line in lines {
            let role = Role::Value(number, 0);
            self.text(role, line, TEXT, MARGIN + beside, width);
        }
        if self.page == page {
            self.y = self.y.max(top + height);
        }
    }
}

/// A text without what has no shape: control characters become spaces, marks of direction and of no width are left out.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'))
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

/// Breaks a text into lines of at most a width, in units of the size: where Unicode allows it (UAX 14), and anywhere in
/// a word that is longer than a line.
pub(super) fn wrap(face: &Face, text: &str, width: f32) -> Vec<String> {
    let text = visible(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    let mut from = 0;
    for (to, kind) in linebreaks(&text) {
        let piece = text[from..to].trim_end_matches('\n');
        from = to;
        let fits = face.width(piece.trim_end());
        if used + fits > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0.0;
        }
        if fits > width {
            for c in piece.chars() {
                let wide = face.width(c.encode_utf8(&mut [0; 4]));
                if used + wide > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += wide;
            }
        } else {
            line.push_str(piece);
            used += face.width(piece);
        }
        if kind == BreakOpportunity::Mandatory && to < text.len() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0.0;
        }
    }
    let last = line.trim_end();
    if !last.is_empty() || lines.is_empty() {
        lines.push(last.to_owned());
    }
    lines
}
