//! What a file begins like. Only the four kinds go on from here; of the others that people send, the name is told.

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// A ZIP archive, which an OFD is.
    Zip,
    /// A kind that is not taken.
    Foreign {
        /// Its name in Chinese.
        zh: &'static str,
        /// Its name in English.
        en: &'static str,
    },
    /// None that is known.
    Unknown,
}

/// Marks of kinds that are not taken: where, what, the names.
const FOREIGN: [(usize, &[u8], &str, &str); 24] = [
    (0, b"GIF8", "GIF 图片", "a GIF picture"),
    (0, b"II*\0", "TIFF 图片", "a TIFF picture"),
    (0, b"MM\0*", "TIFF 图片", "a TIFF picture"),
    (8, b"WEBP", "WebP 图片", "a WebP picture"),
    (
        4,
        b"ftyphei",
        "苹果手机的 HEIC 图片",
        "an HEIC picture of an iPhone",
    ),
    (
        4,
        b"ftypmif1",
        "苹果手机的 HEIC 图片",
        "an HEIC picture of an iPhone",
    ),
    (4, b"ftypavif", "AVIF 图片", "an AVIF picture"),
    (4, b"ftyp", "视频", "a film"),
    (0, b"\x1a\x45\xdf\xa3", "视频", "a film"),
    (0, b"ID3", "音频", "a sound recording"),
    (0, b"RIFF", "音频或者视频", "a sound recording or film"),
    (
        0,
        b"\xd0\xcf\x11\xe0",
        "旧版 Office 文件",
        "an old Office document",
    ),
    (0, b"{\\rtf", "RTF 文件", "an RTF document"),
    (0, b"Rar!", "RAR 压缩包", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "a 7z archive"),
    (0, b"\x1f\x8b", "压缩文件", "a compressed file"),
    (0, b"BZh", "压缩文件", "a compressed file"),
    (0, b"\xfd7zXZ", "压缩文件", "a compressed file"),
    (0, b"MZ", "程序", "a program"),
    (0, b"\x7fELF", "程序", "a program"),
    (0, b"\xca\xfe\xba\xbe", "程序", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "程序", "a program"),
    (0, b"#!", "脚本", "a script"),
    (0, b"%!PS", "PostScript 文件", "a PostScript file"),
];

/// Marks of texts that a browser would run.
const TEXTS: [(&[u8], &str, &str); 6] = [
    (b"<svg", "SVG 图片", "an SVG picture"),
    (b"<!doctype", "网页", "a web page"),
    (b"<html", "网页", "a web page"),
    (b"<script", "网页", "a web page"),
    (b"<?php", "脚本", "a script"),
    (b"<?xml", "XML 文件", "an XML file"),
];

/// What a file begins like.
pub(super) fn begins(bytes: &[u8]) -> Begins {
    if bytes.starts_with(b"%PDF-") {
        return Begins::Pdf;
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Begins::Jpeg;
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Begins::Png;
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Begins::Zip;
    }
    for (at, mark, zh, en) in FOREIGN {
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(mark)) {
            return Begins::Foreign { zh, en };
        }
    }
    // a bitmap begins with two letters only: its header must fit, too
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return Begins::Foreign {
            zh: "BMP 图片",
            en: "a BMP picture",
        };
    }
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    for (mark, zh, en) in TEXTS {
        if super::holds(head, mark) {
            return Begins::Foreign { zh, en };
        }
    }
    if std::str::from_utf8(head).is_ok_and(|t| !t.contains('\0')) {
        return Begins::Foreign {
            zh: "文本文件",
            en: "a text file",
        };
    }
    Begins::Unknown
}
