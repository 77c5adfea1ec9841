//! Hostile PDFs.

use super::*;

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
