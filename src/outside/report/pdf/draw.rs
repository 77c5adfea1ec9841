//! Writes placed pieces as a tagged PDF.

use std::num::NonZeroU16;

use chrono::Datelike as _;
use krilla::color::luma;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree,
};
use krilla::{Document as Writer, SerializeSettings};

use super::font::Face;
use super::layout::{EDGE, HEIGHT, MARGIN, Piece, Role, Shape, Style, WIDTH, visible};
use super::{Block, Document, PdfError};

/// Name of the program in the file.
const PRODUCER: &str = "Gongshi";

fn wrong(what: impl std::fmt::Debug) -> PdfError {
    PdfError::Write(format!("{what:?}"))
}

fn fill(grey: u8) -> Fill {
    Fill {
        paint: luma::Color::new(grey).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

/// The font has one weight: what is strong is drawn with an edge.
fn ink(surface: &mut Surface<'_>, style: Style) {
    surface.set_fill(Some(fill(style.grey)));
    surface.set_stroke(style.strong.then(|| Stroke {
        paint: luma::Color::new(style.grey).into(),
        width: style.size * 0.028,
        ..Stroke::default()
    }));
}

fn text(surface: &mut Surface<'_>, face: &Face, x: f32, y: f32, words: &str, style: Style) {
    ink(surface, style);
    let glyphs = face.glyphs(words);
    surface.draw_glyphs(
        Point::from_xy(x, y),
        &glyphs,
        face.font.clone(),
        words,
        style.size,
        false,
    );
    surface.set_stroke(None);
}

fn rectangle(surface: &mut Surface<'_>, rects: impl IntoIterator<Item = Rect>, grey: u8) {
    let mut path = PathBuilder::new();
    for rect in rects {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.set_stroke(None);
        surface.set_fill(Some(fill(grey)));
        surface.draw_path(&path);
    }
}

fn shape(surface: &mut Surface<'_>, face: &Face, piece: &Piece) {
    match &piece.shape {
        Shape::Line { text: words, style } => {
            text(surface, face, piece.x, piece.y, words, *style);
        }
        Shape::Rule { width } => {
            rectangle(surface, Rect::from_xywh(piece.x, piece.y, *width, 0.6), 150);
        }
        Shape::Picture { qr, side } => {
            let module = side / f32::from(qr.whole());
            let quiet = f32::from(super::super::qr::QUIET) * module;
            let runs = qr.runs.iter().filter_map(|(x, y, length)| {
                Rect::from_xywh(
                    piece.x + quiet + f32::from(*x) * module,
                    piece.y + quiet + f32::from(*y) * module,
                    f32::from(*length) * module,
                    module,
                )
            });
            rectangle(surface, runs, 0);
        }
    }
}

/// Head and foot of a page, which are not part of what is read aloud.
fn edges(surface: &mut Surface<'_>, face: &Face, document: &Document, number: &str) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Header,
    )));
    text(surface, face, MARGIN, 48.0, &document.header, EDGE);
    let width = WIDTH - 2.0 * MARGIN;
    rectangle(surface, Rect::from_xywh(MARGIN, 55.0, width, 0.6), 150);
    surface.end_tagged();
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Footer,
    )));
    text(surface, face, MARGIN, HEIGHT - 40.0, &document.footer, EDGE);
    let x = WIDTH - MARGIN - face.width(number) * EDGE.size;
    text(surface, face, x, HEIGHT - 40.0, number, EDGE);
    surface.end_tagged();
}

/// Pieces drawn on pages, to be gathered by what they belong to.
type Drawn = Vec<(Role, Identifier)>;

fn gather(group: &mut TagGroup, drawn: &mut Drawn, role: Role) {
    // a role's pieces are few, and in order
    let mut rest = Vec::with_capacity(drawn.len());
    for (of, id) in drawn.drain(..) {
        if of == role {
            group.push(id);
        } else {
            rest.push((of, id));
        }
    }
    *drawn = rest;
}

const fn level(block: &Block) -> Option<NonZeroU16> {
    match block {
        Block::Title(_) => NonZeroU16::new(1),
        Block::Heading(_) => NonZeroU16::new(2),
        Block::Entry(_) => NonZeroU16::new(3),
        _ => None,
    }
}

fn tagged(number: usize, block: &Block, drawn: &mut Drawn) -> TagGroup {
    match block {
        Block::Title(words) | Block::Heading(words) | Block::Entry(words) => {
            let level = level(block).unwrap_or(NonZeroU16::MIN);
            let mut group = TagGroup::new(Tag::Hn(level, Some(visible(words))));
            gather(&mut group, drawn, Role::Block(number));
            group
        }
        Block::Text(_) | Block::Note(_) => {
            let mut group = TagGroup::new(Tag::P);
            gather(&mut group, drawn, Role::Block(number));
            group
        }
        Block::Facts(rows) => {
            // a name and its value are read one after the other: a paragraph says that, and a table of many thousand
            // cells would make the file several times as large
            let mut part = TagGroup::new(Tag::Div);
            for row in 0..rows.len() {
                let mut line = TagGroup::new(Tag::P);
                gather(&mut line, drawn, Role::Name(number, row));
                gather(&mut line, drawn, Role::Value(number, row));
                part.push(line);
            }
            part
        }
        Block::Code { alt, qr, .. } => {
            let mut part = TagGroup::new(Tag::Section);
            if qr.is_some() {
                let mut picture = TagGroup::new(Tag::Figure(Some(alt.clone())));
                gather(&mut picture, drawn, Role::Name(number, 0));
                part.push(picture);
            }
            let mut words = TagGroup::new(Tag::P);
            gather(&mut words, drawn, Role::Value(number, 0));
            part.push(words);
            part
        }
    }
}

fn metadata(document: &Document) -> Metadata {
    let day = document.day;
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    let date = DateTime::new(u16::try_from(day.year()).unwrap_or(2000))
        .month(small(day.month()))
        .day(small(day.day()));
    Metadata::new()
        .title(document.title.clone())
        .language(document.lang.to_owned())
        .creator(PRODUCER.to_owned())
        .producer(PRODUCER.to_owned())
        .creation_date(date)
}

/// What the file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// It follows PDF/UA-1, and was checked for it.
    Accessible,
    /// It is tagged in the same way and promises nothing.
    Plain,
}

/// Writes the document.
pub(super) fn draw(
    face: &Face,
    document: &Document,
    pieces: &[Piece],
    promise: Promise,
) -> Result<Vec<u8>, PdfError> {
    let mut configuration = ConfigurationBuilder::new();
    if promise == Promise::Accessible {
        configuration = configuration.with_accessibility_validator(Accessibility::UA1);
    }
    let configuration = configuration.finish().map_err(wrong)?;
    let mut writer = Writer::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let pages = pieces.last().map_or(0, |p| p.page) + 1;
    let mut drawn: Vec<Drawn> = vec![Vec::new(); document.blocks.len()];
    let mut outline = Outline::new();
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| wrong("page size"))?;
    let mut at = 0;
    for page in 0..pages {
        let mut sheet = writer.start_page_with(settings.clone());
        let mut surface = sheet.surface();
        let number = format!("{} / {pages}", page + 1);
        edges(&mut surface, face, document, &number);
        while let Some(piece) = pieces.get(at).filter(|p| p.page == page) {
            at += 1;
            let (tag, block) = match (piece.role, &piece.shape) {
                (Role::Nothing, _) => {
                    let artifact = Artifact::with_kind(ArtifactType::Layout);
                    (ContentTag::Artifact(artifact), None)
                }
                (role, Shape::Line { text, .. }) => {
                    let chinese = text.chars().any(|c| matches!(c, '\u{2e80}'..='\u{9fff}'));
                    // data are Chinese in a document of any language
                    let other = (chinese && !document.lang.starts_with("zh")).then_some("zh-Hans");
                    (
                        ContentTag::Span(SpanTag::empty().with_lang(other)),
                        Some(role),
                    )
                }
                (role, _) => (ContentTag::Other, Some(role)),
            };
            let id = surface.start_tagged(tag);
            shape(&mut surface, face, piece);
            surface.end_tagged();
            let Some(Role::Block(number) | Role::Name(number, _) | Role::Value(number, _)) = block
            else {
                continue;
            };
            if let (Some(role), Some(of)) = (block, drawn.get_mut(number)) {
                if let Some(Block::Heading(words)) = document.blocks.get(number)
                    && of.is_empty()
                {
                    let place = Point::from_xy(0.0, (piece.y - 30.0).max(0.0));
                    let place = XyzDestination::new(page, place);
                    outline.push_child(OutlineNode::new(visible(words), place));
                }
                of.push((role, id));
            }
        }
        surface.finish();
        sheet.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(document.lang.to_owned()));
    for (number, block) in document.blocks.iter().enumerate() {
        tree.push(tagged(number, block, &mut drawn[number]));
    }
    writer.set_outline(outline);
    writer.set_metadata(metadata(document));
    writer.set_tag_tree(tree);
    writer.finish().map_err(wrong)
}
