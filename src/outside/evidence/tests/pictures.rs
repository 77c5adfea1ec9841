//! Hostile pictures.

use super::*;

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
