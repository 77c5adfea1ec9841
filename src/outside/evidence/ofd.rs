//! OFD (GB/T 33190): a ZIP archive of XML and pictures. Every entry is unpacked within bounds; names must stay inside, and
//! nothing may be attached, run or refer outside.

use std::collections::HashSet;

use super::{Refused, holds, sniff, zip};

/// Bytes of one entry unpacked at most.
const MOST_ENTRY: u64 = 16 << 20;
/// Bytes of all entries unpacked at most.
const MOST_WHOLE: u64 = 64 << 20;
/// Millimetres of a page at most: twice A0.
const LONGEST_PAGE: f64 = 2_400.0;
/// What may lie in the archive, by the end of the name.
const ENDS: [&str; 17] = [
    "xml", "png", "jpg", "jpeg", "bmp", "tif", "tiff", "gif", "jb2", "jp2", "gbig2", "ttf", "otf",
    "ttc", "esl", "dat", "cer",
];

/// Checks an OFD.
pub(super) fn check(bytes: &[u8]) -> Result<(), Refused> {
    let foreign = foreign(bytes);
    let entries = match zip::entries(bytes) {
        Ok(entries) => entries,
        // a spreadsheet is told to be one also when it is a strange archive
        Err(refused) => return Err(foreign.unwrap_or(refused)),
    };
    if !entries.iter().any(|e| e.name == "OFD.xml") {
        return Err(foreign.unwrap_or(Refused::Foreign {
            zh: "压缩包",
            en: "an archive",
        }));
    }
    // before anything is unpacked
    if entries.iter().map(|e| e.size).sum::<u64>() > MOST_WHOLE {
        return Err(Refused::Bomb);
    }
    let mut names = HashSet::new();
    for entry in &entries {
        check_name(entry.name)?;
        if !names.insert(entry.name.to_ascii_lowercase()) {
            return Err(Refused::BadNames);
        }
        let contents = entry.unpack(MOST_ENTRY)?;
        if entry.name.ends_with('/') {
            if !contents.is_empty() {
                return Err(Refused::BadNames);
            }
            continue;
        }
        check_entry(entry.name, &contents)?;
    }
    Ok(())
}

/// Other documents that are archives, too.
fn foreign(bytes: &[u8]) -> Option<Refused> {
    // names stand in the archive as they are
    let known: [(&[u8], &str, &str); 6] = [
        (b"word/document.xml", "Word 文件", "a Word document"),
        (b"xl/workbook.xml", "Excel 文件", "an Excel workbook"),
        (
            b"ppt/presentation.xml",
            "PowerPoint 文件",
            "a PowerPoint presentation",
        ),
        (b"META-INF/MANIFEST.MF", "程序", "a program"),
        (b"AndroidManifest.xml", "程序", "a program"),
        (
            b"mimetypeapplication/",
            "OpenDocument 或者 EPUB 文件",
            "an OpenDocument or EPUB file",
        ),
    ];
    known
        .iter()
        .find(|(mark, ..)| bytes.windows(mark.len()).any(|w| w == *mark))
        .map(|(_, zh, en)| Refused::Foreign { zh, en })
}

fn check_name(name: &str) -> Result<(), Refused> {
    let odd = name.is_empty()
        || name.len() > 240
        || name.starts_with('/')
        || name.contains(['\\', ':', '\0'])
        || name.chars().any(char::is_control)
        || name.split('/').any(|part| part == ".." || part == ".");
    if odd { Err(Refused::BadNames) } else { Ok(()) }
}

fn check_entry(name: &str, contents: &[u8]) -> Result<(), Refused> {
    let end = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !ENDS.contains(&end.as_str()) {
        return Err(Refused::BadNames);
    }
    if end == "xml" {
        return check_xml(contents);
    }
    match sniff::begins(contents) {
        sniff::Begins::Zip | sniff::Begins::Pdf => Err(Refused::Polyglot),
        sniff::Begins::Foreign { en, .. }
            if en.contains("archive")
                || en.contains("program")
                || en.contains("web page")
                || en.contains("script") =>
        {
            Err(Refused::Polyglot)
        }
        _ => Ok(()),
    }
}

/// Marks in the XML of a document that embeds, plays or includes.
const ACTIVE: [(&[u8], &str, &str); 5] = [
    (b"GotoA", "附件链接", "a link to an attachment"),
    (b":Attachments>", "内嵌附件", "embedded files"),
    (b":Attachment ", "内嵌附件", "embedded files"),
    (b":Movie", "视频", "a film"),
    (b":Sound", "音频", "a sound recording"),
];

fn check_xml(text: &[u8]) -> Result<(), Refused> {
    if holds(text, b"<!DOCTYPE") || holds(text, b"<!ENTITY") {
        return Err(Refused::Bomb);
    }
    if holds(text, b"<script") || holds(text, b"xi:include") {
        return Err(Refused::Active {
            zh: "脚本或者外部引用",
            en: "a script or a reference outside",
        });
    }
    for (mark, zh, en) in ACTIVE {
        if text.windows(mark.len()).any(|w| w == mark) {
            return Err(Refused::Active { zh, en });
        }
    }
    let text = String::from_utf8_lossy(text);
    for part in text.split("PhysicalBox>").skip(1).step_by(2) {
        let numbers = part.split('<').next().unwrap_or_default();
        let mut numbers = numbers.split_whitespace().map(str::parse::<f64>);
        let fits = |n: &f64| (0.0..=LONGEST_PAGE).contains(n);
        if !numbers.all(|n| n.as_ref().is_ok_and(fits)) {
            return Err(Refused::HugePage);
        }
    }
    Ok(())
}
