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
    known: FontRef<'static>,
    em: f32,
}

static DATA: LazyLock<Vec<u8>> = LazyLock::new(|| assets::report_font().unwrap_or_default());

static FACE: LazyLock<Option<Face>> = LazyLock::new(|| {
    let data: &'static [u8] = &DATA;
    let font = Font::new(data.into(), 0)?;
    let known = FontRef::new(data).ok()?;
    let em = font.units_per_em();
    (em > 0.0).then_some(Face { font, known, em })
});

/// The font; `None` when the program has none.
pub(super) fn face() -> Option<&'static Face> {
    FACE.as_ref()
}

impl Face {
    /// Whether the font has a letter.
    pub(super) fn has(&self, c: char) -> bool {
        self.known.charmap().map(c).is_some_and(|g| g.to_u32() != 0)
    }

    /// The letters of a text in a row, of the size 1.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let map = self.known.charmap();
        let widths = self
            .known
            .glyph_metrics(Size::unscaled(), LocationRef::default());
        let known = |c: char| map.map(c).filter(|g| g.to_u32() != 0);
        text.char_indices()
            .filter_map(|(at, c)| {
                let glyph = known(c).or_else(|| known(BOX))?;
                let width = widths.advance_width(glyph).unwrap_or(self.em) / self.em;
                let id = GlyphId::new(glyph.to_u32());
                let range = at..at + c.len_utf8();
                Some(KrillaGlyph::new(id, width, 0.0, 0.0, 0.0, range, None))
            })
            .collect()
    }

    /// The width of a text of the size 1.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.glyphs(text).iter().map(|g| g.x_advance).sum()
    }
}
