//! Files of every kind that somebody may send: those that must be taken, and those that must not, each made here.

use std::io::{Cursor, Write as _};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

use super::*;

mod archives;
mod pdf;
mod pictures;

// ---- PDF ---------------------------------------------------------------------------------------

/// A PDF of objects, written as most programs do.
pub(crate) fn pdf_of(objects: &[&[u8]], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    for (i, object) in objects.iter().enumerate() {
        out.extend_from_slice(format!("{} 0 obj\n", i + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    out.extend_from_slice(b"xref\n0 1\n0000000000 65535 f \n");
    out.extend_from_slice(
        format!("trailer\n<< /Size 9 /Root 1 0 R {trailer} >>\nstartxref\n9\n%%EOF\n").as_bytes(),
    );
    out
}

const CATALOG: &[u8] = b"<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &[u8] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &[u8] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>";
const CONTENTS: &[u8] = b"<< /Length 12 >>\nstream\nBT (a) Tj ET\nendstream";

/// A PDF of one page with further objects.
pub(crate) fn pdf(more: &[&[u8]]) -> Vec<u8> {
    let mut all = vec![CATALOG, PAGES, PAGE, CONTENTS];
    all.extend_from_slice(more);
    pdf_of(&all, "")
}

fn catalog(more: &str) -> Vec<u8> {
    let root = format!("<< /Type /Catalog /Pages 2 0 R {more} >>");
    pdf_of(&[root.as_bytes(), PAGES, PAGE, CONTENTS], "")
}

fn page(more: &str) -> Vec<u8> {
    let page = format!("<< /Type /Page /Parent 2 0 R {more} /Contents 4 0 R >>");
    pdf_of(&[CATALOG, PAGES, page.as_bytes(), CONTENTS], "")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn stream(about: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {about} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

fn object_stream(filter: &str, inside: &[u8]) -> Vec<u8> {
    pdf(&[&stream(
        &format!("/Type /ObjStm /N 1 /First 5 {filter}"),
        inside,
    )])
}

const SCRIPT: &[u8] = b"9 0 \n<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

// ---- PNG ---------------------------------------------------------------------------------------

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(body);
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [length.as_slice(), name, body, &crc.sum().to_be_bytes()].concat()
}

/// A grey PNG of a size with picture data and chunks before them.
fn png_of(width: u32, height: u32, data: &[u8], before: &[Vec<u8>]) -> Vec<u8> {
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 0, 0, 0, 0],
    ]
    .concat();
    let mut out = [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(b"IHDR", &head)].concat();
    out.extend(before.concat());
    out.extend(chunk(b"IDAT", &zlib(data)));
    out.extend(chunk(b"IEND", b""));
    out
}

/// A small PNG.
pub(crate) fn png() -> Vec<u8> {
    png_of(4, 4, &[0; 20], &[])
}

// ---- JPEG --------------------------------------------------------------------------------------

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), body].concat()
}

fn jpeg_of(width: u16, height: u16, before: &[Vec<u8>]) -> Vec<u8> {
    let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
    let frame = [&[8][..], &h, &w, &[1, 1, 0x11, 0]].concat();
    let mut out = vec![0xff, 0xd8];
    out.extend(segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    out.extend(before.concat());
    out.extend(segment(0xc0, &frame));
    out.extend(segment(0xda, &[1, 1, 0, 0, 63, 0]));
    // picture data with stuffing and a restart
    out.extend([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]);
    out.extend([0xff, 0xd9]);
    out
}

/// A small JPEG.
pub(crate) fn jpeg() -> Vec<u8> {
    jpeg_of(8, 8, &[])
}

// ---- OFD ---------------------------------------------------------------------------------------

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        out.start_file(*name, how).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

const OFD: &[u8] = br#"<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1" DocType="OFD"/>"#;
const DOCUMENT: &[u8] = b"<ofd:Document><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:Document>";

fn ofd_with(more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all: Vec<(&str, &[u8])> = vec![("OFD.xml", OFD), ("Doc_0/Document.xml", DOCUMENT)];
    all.extend_from_slice(more);
    archive(&all)
}

/// A small OFD.
pub(crate) fn ofd() -> Vec<u8> {
    ofd_with(&[])
}

/// Changes the same bytes wherever they stand: names are written twice in an archive.
fn swap(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|w| w == from) {
        at += found;
        bytes[at..at + to.len()].copy_from_slice(to);
        at += to.len();
    }
    bytes
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

const HTML: &[u8] = b"<html><script>alert(1)</script></html>";

fn active() -> Refused {
    Refused::Active { zh: "", en: "" }
}

fn foreign() -> Refused {
    Refused::Foreign { zh: "", en: "" }
}

/// The kind of a refusal, without its words.
fn kind(refused: Refused) -> std::mem::Discriminant<Refused> {
    std::mem::discriminant(&refused)
}

#[test]
fn what_people_send_is_taken() {
    let report = crate::outside::report::pdf::make(&crate::outside::report::pdf::Document {
        title: "信用修复承诺书".into(),
        lang: "zh-Hans",
        header: "头".into(),
        footer: "尾".into(),
        day: "2026-11-22".parse().unwrap(),
        missing: "{}".into(),
        blocks: vec![crate::outside::report::pdf::Block::Text(
            "材料真实有效。".into(),
        )],
    })
    .unwrap();
    let flate = pdf(&[&stream("/Filter /FlateDecode", &zlib(&[b' '; 5000]))]);
    let objects = object_stream("/Filter /FlateDecode", &zlib(b"9 0 \n<< /Producer (x) >>"));
    let unpacked = object_stream("", b"9 0 \n<< /Producer (x) >>");
    let picture = pdf(&[&stream(
        "/Type /XObject /Subtype /Image /Width 2480 /Height 3508 /Filter /DCTDecode",
        &jpeg(),
    )]);
    let link =
        pdf(&[b"<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://example.cn/) >> >>"]);
    let binary = pdf(&[&stream(
        "/Filter /DCTDecode",
        b"\x00 12 \xff objx endobj \xfe",
    )]);
    let wrong_length = pdf(&[b"<< /Length 99999 >>\nstream\nq Q\nendstream"]);
    let updated = join(&[&pdf(&[]), b"5 0 obj\n<< >>\nendobj\nstartxref\n9\n%%EOF\n"]);
    let film = join(&[&jpeg(), b"\0\0\0\x18ftypmp42 a short film"]);
    let second = join(&[&jpeg(), &jpeg()]);
    let profile = chunk(b"iCCP", &join(&[b"sRGB\0\0", &zlib(b"profile")]));
    for (what, bytes, expected, kept) in [
        ("a small PDF", pdf(&[]), Kind::Pdf, None),
        ("our own PDF", report, Kind::Pdf, None),
        ("packed contents", flate, Kind::Pdf, None),
        ("packed objects", objects, Kind::Pdf, None),
        ("objects in a stream as they are", unpacked, Kind::Pdf, None),
        ("a scanned page", picture, Kind::Pdf, None),
        ("a link to a page of the web", link, Kind::Pdf, None),
        ("binary that resembles words", binary, Kind::Pdf, None),
        (
            "a wrong length, which readers mend",
            wrong_length,
            Kind::Pdf,
            None,
        ),
        ("a PDF that was changed and saved", updated, Kind::Pdf, None),
        ("a JPEG", jpeg(), Kind::Jpeg, None),
        (
            "a JPEG with a film behind it",
            film,
            Kind::Jpeg,
            Some(jpeg().len()),
        ),
        (
            "a JPEG with a second picture",
            second,
            Kind::Jpeg,
            Some(jpeg().len()),
        ),
        ("a PNG", png(), Kind::Png, None),
        (
            "a PNG with a profile",
            png_of(4, 4, &[0; 20], &[profile]),
            Kind::Png,
            None,
        ),
        ("an OFD", ofd(), Kind::Ofd, None),
        (
            "an OFD with a picture",
            ofd_with(&[("Doc_0/Res/a.png", &png())]),
            Kind::Ofd,
            None,
        ),
    ] {
        let expected = Accepted {
            kind: expected,
            length: kept.unwrap_or(bytes.len()),
        };
        assert_eq!(inspect(&bytes), Ok(expected), "{what}");
    }
}

fn refuse_all(table: &[(&str, Vec<u8>, Refused)]) {
    for (what, bytes, expected) in table {
        let refused = match inspect(bytes) {
            Err(refused) => refused,
            Ok(taken) => panic!("{what} was taken: {taken:?}"),
        };
        assert_eq!(kind(refused), kind(*expected), "{what}: {refused:?}");
        let (zh, en) = refused.words();
        assert!(zh.chars().count() > 6 && en.len() > 12, "{what}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_fail(seed in 0_usize..6, at in proptest::prelude::any::<proptest::sample::Index>(), with in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)) {
        let good = [pdf(&[]), object_stream("/Filter /FlateDecode", &zlib(SCRIPT)), png(), jpeg(), ofd(), Vec::new()];
        let mut bytes = good[seed].clone();
        let at = at.index(bytes.len() + 1);
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        let _ = inspect(&bytes);
        let _ = inspect(&bytes[..at.min(bytes.len())]);
    }
}
