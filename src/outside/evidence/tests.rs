//! Files of every kind that somebody may send: those that must be taken, and those that must not, each made here.

use std::io::{Cursor, Write as _};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

use super::*;

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

#[test]
fn hostile_pdfs_are_refused() {
    let packed = |bytes: &[u8]| zlib(bytes);
    let bomb = zlib(&vec![0; 130 << 20]);
    let double = zlib(&zlib(&vec![0; 1 << 20]));
    let many: Vec<Vec<u8>> = (0..502).map(|_| PAGE.to_vec()).collect();
    let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
    let deep = format!("{}{}", "<< /A ".repeat(300), ">>".repeat(300));
    let hidden = b"7 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj";
    let table = [
        (
            "a script",
            pdf(&[b"<< /S /JavaScript /JS (app.alert(1)) >>"]),
            active(),
        ),
        (
            "a script opened with the file",
            catalog("/OpenAction << /S /JavaScript /JS 9 0 R >>"),
            active(),
        ),
        (
            "scripts by name",
            catalog("/Names << /JavaScript 9 0 R >>"),
            active(),
        ),
        (
            "a script with an escaped name",
            pdf(&[b"<< /S /#4a#61vaScript /#4A#53 (x) >>"]),
            active(),
        ),
        (
            "a script with every letter escaped",
            pdf(&[b"<< /S /#4A#61#76#61#53#63#72#69#70#74 >>"]),
            active(),
        ),
        (
            "a script in packed objects",
            object_stream("/Filter /FlateDecode", &packed(SCRIPT)),
            active(),
        ),
        (
            "a script in objects of a short filter name",
            object_stream("/Filter /Fl", &packed(SCRIPT)),
            active(),
        ),
        (
            "a script in objects with an escaped filter",
            object_stream("/Filter [/#46lateDecode]", &packed(SCRIPT)),
            active(),
        ),
        (
            "a script in plain objects in a stream",
            object_stream("", SCRIPT),
            active(),
        ),
        (
            "an escaped script in packed objects",
            object_stream("/Filter /FlateDecode", &packed(b"9 0 \n<< /#4aS (x) >>")),
            active(),
        ),
        (
            "objects packed in an unusual way",
            object_stream("/Filter /ASCIIHexDecode", b"3C3C2F4A53"),
            Refused::Unusual,
        ),
        (
            "objects packed with two filters",
            object_stream("/Filter [/ASCII85Decode /FlateDecode]", b"x"),
            Refused::Unusual,
        ),
        (
            "objects behind a predictor",
            object_stream(
                "/Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
                &packed(SCRIPT),
            ),
            Refused::Unusual,
        ),
        (
            "a filter that stands elsewhere",
            pdf(&[&stream("/Filter 9 0 R", b"x")]),
            Refused::Unusual,
        ),
        (
            "a filter nobody knows",
            pdf(&[&stream("/Filter /Mine", b"x")]),
            Refused::Unusual,
        ),
        (
            "damaged packed objects",
            object_stream("/Filter /FlateDecode", &packed(SCRIPT)[..9]),
            Refused::Damaged,
        ),
        (
            "a program that is started",
            catalog("/OpenAction << /S /Launch /F (cmd.exe) >>"),
            active(),
        ),
        (
            "an embedded file",
            pdf(&[&stream("/Type /EmbeddedFile", b"MZ")]),
            active(),
        ),
        (
            "embedded files by name",
            catalog("/Names << /EmbeddedFiles 9 0 R >>"),
            active(),
        ),
        (
            "a file pinned to a page",
            pdf(&[b"<< /Type /Annot /Subtype /FileAttachment >>"]),
            active(),
        ),
        ("a portfolio", catalog("/Collection << >>"), active()),
        (
            "an XFA form",
            catalog("/AcroForm << /XFA 9 0 R >>"),
            active(),
        ),
        (
            "actions of a page",
            page("/AA << /O 9 0 R >> /MediaBox [0 0 595 842]"),
            active(),
        ),
        ("multimedia", pdf(&[b"<< /Subtype /RichMedia >>"]), active()),
        ("a film", pdf(&[b"<< /Subtype /Movie >>"]), active()),
        ("a sound", pdf(&[b"<< /S /Sound >>"]), active()),
        ("a rendition", pdf(&[b"<< /S /Rendition >>"]), active()),
        ("a 3D model", pdf(&[b"<< /Subtype /3D >>"]), active()),
        (
            "a form that is sent",
            pdf(&[b"<< /S /SubmitForm /F (https://example.cn/) >>"]),
            active(),
        ),
        (
            "data that are imported",
            pdf(&[b"<< /S /ImportData >>"]),
            active(),
        ),
        (
            "another file that is opened",
            pdf(&[b"<< /S /GoToR /F (\\\\\\\\host\\\\share) >>"]),
            active(),
        ),
        (
            "an embedded file that is opened",
            pdf(&[b"<< /S /GoToE >>"]),
            active(),
        ),
        (
            "encrypted",
            pdf_of(&[CATALOG, PAGES, PAGE, CONTENTS], "/Encrypt 9 0 R"),
            Refused::Encrypted,
        ),
        (
            "encrypted, the name escaped",
            pdf_of(&[CATALOG, PAGES, PAGE, CONTENTS], "/#45ncrypt 9 0 R"),
            Refused::Encrypted,
        ),
        (
            "a stream encrypted on its own",
            pdf(&[&stream("/Filter [/Crypt /FlateDecode]", b"x")]),
            Refused::Encrypted,
        ),
        (
            "a stream that grows without measure",
            pdf(&[&stream("/Filter /FlateDecode", &bomb)]),
            Refused::Bomb,
        ),
        (
            "a stream packed twice",
            pdf(&[&stream("/Filter [/FlateDecode /FlateDecode]", &double)]),
            Refused::Bomb,
        ),
        (
            "dictionaries without end",
            pdf(&[deep.as_bytes()]),
            Refused::Bomb,
        ),
        (
            "a page as large as a field",
            page("/MediaBox [0 0 99999 99999]"),
            Refused::HugePage,
        ),
        (
            "a page with large units",
            page("/MediaBox [0 0 595 842] /UserUnit 75"),
            Refused::HugePage,
        ),
        (
            "a picture of a milliard pixels",
            pdf(&[&stream(
                "/Subtype /Image /Width 40000 /Height 40000 /Filter /DCTDecode",
                b"x",
            )]),
            Refused::HugePicture,
        ),
        (
            "more pages than anybody reads",
            pdf(&many),
            Refused::ManyPages,
        ),
        (
            "no page at all",
            pdf_of(&[CATALOG, b"<< /Type /Pages /Count 0 >>"], ""),
            Refused::Damaged,
        ),
        ("cut off", pdf(&[])[..120].to_vec(), Refused::Damaged),
        (
            "an object hidden in a stream",
            pdf(&[&stream("", hidden)]),
            Refused::Unusual,
        ),
        (
            "an object hidden in a comment",
            pdf(&[b"<< >> % 7 0 obj << /S /Java#53cript >> endobj\n"]),
            Refused::Unusual,
        ),
        (
            "an object hidden in a text",
            pdf(&[b"( 7 0 obj << /S /JavaScript >> endobj)"]),
            Refused::Unusual,
        ),
        (
            "a web page at its beginning",
            join(&[b"%PDF-1.7\n%", HTML, b"\n", &pdf(&[])[9..]]),
            Refused::Polyglot,
        ),
        (
            "an archive behind it",
            join(&[&pdf(&[]), &ofd()]),
            Refused::Polyglot,
        ),
        (
            "an archive with an end of a PDF behind it",
            join(&[&pdf(&[]), &ofd(), b"\n%%EOF\n"]),
            Refused::Polyglot,
        ),
        (
            "a program behind it",
            join(&[&pdf(&[]), b"MZ\x90\0"]),
            Refused::Polyglot,
        ),
    ];
    refuse_all(&table);
    assert!(table.len() >= 50, "{}", table.len());
}

#[test]
fn hostile_pictures_are_refused() {
    let text = |key: &str, value: &[u8]| chunk(b"tEXt", &join(&[key.as_bytes(), b"\0", value]));
    let mut sum = png();
    let end = sum.len() - 1;
    sum[end] ^= 1;
    let bomb = png_of(4, 4, &vec![0; 1 << 20], &[]);
    let profile = chunk(b"iCCP", &join(&[b"p\0\0", &zlib(&vec![0; 9 << 20])]));
    let table = [
        ("a PNG cut off", png()[..50].to_vec(), Refused::Damaged),
        ("a PNG with a wrong sum", sum, Refused::Damaged),
        ("a PNG that holds more than its size", bomb, Refused::Bomb),
        (
            "a PNG of a milliard pixels",
            png_of(60_000, 60_000, &[0; 20], &[]),
            Refused::HugePicture,
        ),
        (
            "a PNG of no size",
            png_of(0, 4, &[0; 20], &[]),
            Refused::Damaged,
        ),
        (
            "a moving PNG",
            png_of(4, 4, &[0; 20], &[chunk(b"acTL", &[0; 8])]),
            Refused::Animated,
        ),
        (
            "a profile that grows without measure",
            png_of(4, 4, &[0; 20], &[profile]),
            Refused::Bomb,
        ),
        (
            "a packed text in a PNG",
            png_of(4, 4, &[0; 20], &[chunk(b"zTXt", b"k\0\0x")]),
            Refused::Unusual,
        ),
        (
            "a script in the text of a PNG",
            png_of(4, 4, &[0; 20], &[text("Comment", HTML)]),
            Refused::Polyglot,
        ),
        (
            "a script in a chunk of its own",
            png_of(4, 4, &[0; 20], &[chunk(b"teSt", b"<?php system('x');")]),
            Refused::Polyglot,
        ),
        (
            "an archive behind a PNG",
            join(&[&png(), &ofd()]),
            Refused::Polyglot,
        ),
        (
            "a web page behind a PNG",
            join(&[&png(), HTML]),
            Refused::Polyglot,
        ),
        ("a JPEG cut off", jpeg()[..30].to_vec(), Refused::Damaged),
        (
            "a JPEG without a picture",
            join(&[&[0xff, 0xd8], &segment(0xe0, b"JFIF"), &[0xff, 0xd9]]),
            Refused::Damaged,
        ),
        (
            "a JPEG of a milliard pixels",
            jpeg_of(60_000, 60_000, &[]),
            Refused::HugePicture,
        ),
        (
            "a PDF in the comment of a JPEG",
            jpeg_of(8, 8, &[segment(0xfe, b"%PDF-1.4")]),
            Refused::Polyglot,
        ),
        (
            "a script in the comment of a JPEG",
            jpeg_of(8, 8, &[segment(0xfe, b"*/=<ScRiPt>alert(1)")]),
            Refused::Polyglot,
        ),
        (
            "a script in the description of a JPEG",
            jpeg_of(8, 8, &[segment(0xe1, b"Exif\0\0<?php")]),
            Refused::Polyglot,
        ),
        (
            "an archive behind a JPEG",
            join(&[&jpeg(), &ofd()]),
            Refused::Polyglot,
        ),
        (
            "a PDF behind a JPEG",
            join(&[&jpeg(), &pdf(&[])]),
            Refused::Polyglot,
        ),
        (
            "a segment longer than the JPEG",
            join(&[&jpeg()[..20], &[0xff, 0xe1, 0xff, 0xff]]),
            Refused::Damaged,
        ),
        ("a GIF", b"GIF89a\x01\0\x01\0".to_vec(), foreign()),
        (
            "an HEIC of a telephone",
            b"\0\0\0\x18ftypheic".to_vec(),
            foreign(),
        ),
        ("a WebP", b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), foreign()),
        ("a TIFF", b"II*\0\x08\0\0\0".to_vec(), foreign()),
        (
            "an SVG with a script",
            b"<svg onload=alert(1)></svg>".to_vec(),
            foreign(),
        ),
    ];
    refuse_all(&table);
    assert!(table.len() >= 25);
}

#[test]
fn hostile_archives_and_other_files_are_refused() {
    let named = |name: &str| {
        let same = "A".repeat(name.len());
        swap(
            ofd_with(&[(same.as_str(), b"<a/>")]),
            same.as_bytes(),
            name.as_bytes(),
        )
    };
    let with_xml = |text: &[u8]| ofd_with(&[("Doc_0/a.xml", text)]);
    // an entry that says it is small and is not
    let packed = deflate(&vec![b' '; 3 << 20]);
    let liar = {
        let bytes = ofd_with(&[("Doc_0/b.xml", &vec![b' '; 3 << 20])]);
        swap(bytes, &(3_u32 << 20).to_le_bytes(), &64_u32.to_le_bytes())
    };
    assert!(packed.len() < 20_000);
    let mut encrypted = ofd();
    let flags = encrypted
        .windows(4)
        .position(|w| w == b"PK\x01\x02")
        .unwrap()
        + 8;
    encrypted[flags] |= 1;
    let duplicate = swap(
        ofd_with(&[("Doc_0/x.xml", b"<a/>"), ("Doc_0/y.xml", b"<b/>")]),
        b"Doc_0/y.xml",
        b"Doc_0/x.xml",
    );
    let two_names = {
        let mut bytes = ofd();
        let at = bytes.windows(7).position(|w| w == b"OFD.xml").unwrap();
        bytes[at] = b'X';
        bytes
    };
    let comment = {
        let mut bytes = ofd();
        let n = bytes.len();
        bytes[n - 2] = 6;
        [bytes, b"hidden".to_vec()].concat()
    };
    let large: Vec<u8> = vec![b' '; 17 << 20];
    let entries: Vec<(String, Vec<u8>)> = (0..2_100)
        .map(|i| (format!("Doc_0/{i}.xml"), b"<a/>".to_vec()))
        .collect();
    let entries: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    let table = [
        (
            "a path upwards",
            named("../../../etc/x.xml"),
            Refused::BadNames,
        ),
        (
            "a path from the root",
            named("/etc/cron.d/x.xml"),
            Refused::BadNames,
        ),
        (
            "a path of Windows",
            named("..\\..\\evil.xml"),
            Refused::BadNames,
        ),
        (
            "a drive of Windows",
            named("C:/evil.xml"),
            Refused::BadNames,
        ),
        (
            "a name with a control character",
            named("a\0b/c.xml"),
            Refused::BadNames,
        ),
        ("two entries of one name", duplicate, Refused::BadNames),
        (
            "a program in an OFD",
            ofd_with(&[("Doc_0/a.exe", b"MZ")]),
            Refused::BadNames,
        ),
        (
            "a script in an OFD",
            ofd_with(&[("Doc_0/a.js", b"alert(1)")]),
            Refused::BadNames,
        ),
        (
            "an archive in an OFD",
            ofd_with(&[("Doc_0/Res/a.dat", &ofd())]),
            Refused::Polyglot,
        ),
        (
            "a web page as a picture in an OFD",
            ofd_with(&[("Doc_0/Res/a.png", HTML)]),
            Refused::Polyglot,
        ),
        (
            "names that differ in the two directories",
            two_names,
            Refused::Polyglot,
        ),
        ("an archive with a comment", comment, Refused::Polyglot),
        (
            "an archive with a program before it",
            join(&[&ofd()[..4], b"MZ", &ofd()]),
            Refused::Polyglot,
        ),
        ("an encrypted archive", encrypted, Refused::Encrypted),
        ("an entry that lies about its size", liar, Refused::Bomb),
        (
            "an entry of 17 MB",
            ofd_with(&[("Doc_0/b.xml", &large)]),
            Refused::Bomb,
        ),
        (
            "five entries of 15 MB",
            ofd_with(&[
                ("1.xml", &large[..15 << 20]),
                ("2.xml", &large[..15 << 20]),
                ("3.xml", &large[..15 << 20]),
                ("4.xml", &large[..15 << 20]),
                ("5.xml", &large[..15 << 20]),
            ]),
            Refused::Bomb,
        ),
        (
            "more entries than a document has",
            ofd_with(&entries),
            Refused::Bomb,
        ),
        (
            "entities that grow (a milliard laughs)",
            with_xml(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
            Refused::Bomb,
        ),
        (
            "an attachment in an OFD",
            with_xml(b"<ofd:Attachments><ofd:Attachment ID=\"1\"/></ofd:Attachments>"),
            active(),
        ),
        (
            "an action of an OFD",
            with_xml(b"<ofd:Action Event=\"CLICK\"><ofd:GotoA AttachID=\"1\"/></ofd:Action>"),
            active(),
        ),
        (
            "a film in an OFD",
            with_xml(b"<ofd:Movie ResourceID=\"1\"/>"),
            active(),
        ),
        (
            "an inclusion in XML",
            with_xml(b"<a><xi:include href=\"file:///etc/passwd\"/></a>"),
            active(),
        ),
        (
            "a page as large as a field in an OFD",
            with_xml(b"<ofd:PhysicalBox>0 0 99999 99999</ofd:PhysicalBox>"),
            Refused::HugePage,
        ),
        (
            "an archive that is no OFD",
            archive(&[("a.txt", b"x")]),
            foreign(),
        ),
        (
            "a Word document",
            archive(&[("word/document.xml", b"<w/>")]),
            foreign(),
        ),
        (
            "a workbook",
            archive(&[("xl/workbook.xml", b"<w/>")]),
            foreign(),
        ),
        (
            "a Java program",
            archive(&[("META-INF/MANIFEST.MF", b"x")]),
            foreign(),
        ),
        ("an archive cut off", ofd()[..60].to_vec(), Refused::Damaged),
        ("nothing", Vec::new(), Refused::Empty),
        (
            "more than ten megabytes",
            vec![b'%'; MOST_BYTES + 1],
            Refused::TooLarge,
        ),
        ("a web page", b"<!DOCTYPE html><p>x".to_vec(), foreign()),
        (
            "a web page that begins with space",
            b"  \n<HTML>".to_vec(),
            foreign(),
        ),
        ("a text", "缴款凭证".as_bytes().to_vec(), foreign()),
        ("a program of Windows", b"MZ\x90\0\x03".to_vec(), foreign()),
        ("a program of Linux", b"\x7fELF\x02\x01".to_vec(), foreign()),
        (
            "a script of a shell",
            b"#!/bin/sh\nrm -rf /".to_vec(),
            foreign(),
        ),
        ("a RAR archive", b"Rar!\x1a\x07\x01\0".to_vec(), foreign()),
        (
            "a 7z archive",
            b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(),
            foreign(),
        ),
        ("a packed file", b"\x1f\x8b\x08\0".to_vec(), foreign()),
        (
            "an old Office document",
            b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(),
            foreign(),
        ),
        ("PostScript", b"%!PS-Adobe-3.0".to_vec(), foreign()),
        ("a film", b"\0\0\0\x18ftypisom".to_vec(), foreign()),
        (
            "a PDF that begins later",
            join(&[b"\n\n", &pdf(&[])]),
            Refused::Unknown,
        ),
        (
            "noise",
            vec![0xf7, 0x03, 0x99, 0x00, 0xc1],
            Refused::Unknown,
        ),
    ];
    refuse_all(&table);
    assert!(table.len() >= 44);
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
