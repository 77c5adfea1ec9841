//! The letters of reports: one open font in the program (static/fonts), and how wide each letter is.

use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

use crate::outside::web::assets;

/// What stands for a letter that the font lacks.
const BOX: char = '□';

/// The font, read once.
pub(super) struct Face {
    /// As the writer wants it.
    pub(super) font: Font,
    /// Of each character of the basic plane: its glyph, 0 when the font has none, and its width of the size 1. The font
    /// has no others, and a report asks for millions.
    known: Vec<(u16, f32)>,
}

static DATA: LazyLock<Vec<u8>> = LazyLock::new(|| assets::report_font().unwrap_or_default());

static FACE: LazyLock<Option<Face>> = LazyLock::new(|| {
    let data: &'static [u8] = &DATA;
    let font = Font::new(data.into(), 0)?;
    let read = FontRef::new(data).ok()?;
    let em = font.units_per_em();
    if em <= 0.0 {
        return None;
    }
    let (map, widths) = (
        read.charmap(),
        read.glyph_metrics(Size::unscaled(), LocationRef::default()),
    );
    let known = (0..=u16::MAX)
        .map(|point| {
            let glyph = map.map(u32::from(point)).unwrap_or_default();
            let width = widths.advance_width(glyph).unwrap_or(em) / em;
            (u16::try_from(glyph.to_u32()).unwrap_or(0), width)
        })
        .collect();
    Some(Face { font, known })
});

/// The font; `None` when the program has none.
pub(super) fn face() -> Option<&'static Face> {
    FACE.as_ref()
}

impl Face {
    fn known(&self, c: char) -> Option<(u16, f32)> {
        let at = usize::try_from(u32::from(c)).ok()?;
        self.known.get(at).copied().filter(|(glyph, _)| *glyph != 0)
    }

    fn drawn(&self, c: char) -> Option<(u16, f32)> {
        self.known(c).or_else(|| self.known(BOX))
    }

    /// Whether the font has a letter.
    pub(super) fn has(&self, c: char) -> bool {
        self.known(c).is_some()
    }

    /// The letters of a text in a row, of the size 1.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .filter_map(|(at, c)| {
                let (glyph, width) = self.drawn(c)?;
                let id = GlyphId::new(u32::from(glyph));
                let range = at..at + c.len_utf8();
                Some(KrillaGlyph::new(id, width, 0.0, 0.0, 0.0, range, None))
            })
            .collect()
    }

    /// The width of a text of the size 1.
    pub(super) fn width(&self, text: &str) -> f32 {
        let widths = text.chars().filter_map(|c| self.drawn(c));
        widths.map(|(_, width)| width).sum()
    }
}
