//! Hostile archives, and files that are none of those taken.

use super::*;

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
