//! Evidence: saved and seen for a purpose, under our own names, and powerless.

use super::*;
use crate::inside::cases::tests::repair;
use crate::inside::desk::tests::fixture::THEIRS;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";
const PDF: &[u8] = b"%PDF-1.4 <script>alert(1)</script>";
const OFD: &[u8] = b"PK\x03\x04ofd";

#[actix_web::test]
async fn files_are_saved_and_pictures_seen_and_neither_can_do_anything() {
    let world = World::demo();
    let record = world.displayed(1);
    let given: &[Given<'_>] = &[("png", PNG), ("pdf", PDF), ("ofd", OFD)];
    let (number, _) = world.applied(&repair(), &[&record], given);
    let (other, _) = world.applied(&repair(), &[&world.displayed(2)], &[("png", b"other")]);
    let (id, other) = (first(&number), first(&other));
    let files: Vec<u32> = world
        .cases
        .look(
            &id,
            &crate::domain::cases::Actor::new("t", crate::domain::cases::Role::Auditor, ""),
            "test",
            world.clock.now(),
        )
        .unwrap()
        .submission
        .unwrap()
        .files
        .iter()
        .map(|f| f.file)
        .collect();
    let mut handler = Browser::of(&world, "a.handler").await;
    // no purpose, no file
    let at = |file: u32| format!("{}/files/{file}", case_at(&id));
    let seen = handler.get(&at(files[0])).await;
    assert_eq!(seen.header("location"), case_at(&id));
    assert_eq!(world.logged(&format!("a.handler case.evidence {id}")), 0);
    let page = handler.look(&id).await;
    assert!(
        page.body.contains("&lt;b&gt;凭证0&lt;/b&gt;.png"),
        "{}",
        page.body
    );
    for (n, (kind, bytes)) in given.iter().enumerate() {
        let seen = handler.get(&at(files[n])).await;
        assert!(
            seen.is(200) && &*seen.bytes == *bytes,
            "{kind}: {}",
            seen.status
        );
        let saved = seen.header("content-disposition");
        assert_eq!(
            saved,
            format!("attachment; filename=\"{id}-file{}.{kind}\"", files[n])
        );
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
        assert_eq!(seen.header("cache-control"), "no-store");
        assert_eq!(seen.header("cross-origin-resource-policy"), "same-origin");
        assert!(
            seen.header("content-security-policy")
                .starts_with("sandbox; default-src 'none'")
        );
        let picture = handler.get(&format!("{}/picture", at(files[n]))).await;
        let view = sound(handler.get(&format!("{}/view", at(files[n]))).await);
        if *kind == "png" {
            assert!(picture.is(200) && &*picture.bytes == *bytes);
            assert_eq!(picture.header("content-type"), "image/png");
            assert!(
                picture
                    .header("content-security-policy")
                    .starts_with("sandbox; default-src 'none'")
            );
            assert!(
                view.body
                    .contains(&format!("src=\"{}/picture\"", at(files[n])))
            );
            assert!(
                view.header("content-security-policy")
                    .contains("img-src 'self'")
            );
        } else {
            assert!(picture.is(404), "{kind}");
            assert!(
                !view.body.contains("<img class=\"desk-picture\"")
                    && !view.body.contains("<iframe")
            );
        }
    }
    assert_eq!(world.logged(&format!("a.handler case.evidence {id}")), 9);
    // numbers that are none of the case's, and a purpose that was told for another case
    for file in ["99", "-1", "x", "4294967296"] {
        assert!(
            handler
                .get(&format!("{}/files/{file}", case_at(&id)))
                .await
                .is(404),
            "{file}"
        );
    }
    for act in ["0", "-1", "x"] {
        assert!(
            handler
                .get(&format!(
                    "{}/answers/{act}/files/{}",
                    case_at(&id),
                    files[0]
                ))
                .await
                .is(404),
            "{act}"
        );
    }
    let seen = handler
        .get(&format!("{}/files/{}", case_at(&other), files[0]))
        .await;
    assert_eq!(seen.header("location"), case_at(&other));
}

/// A file about one record is listed, seen and saved with that one alone; what is about all is found in every part.
#[actix_web::test]
async fn a_file_is_found_with_the_record_that_it_is_about_and_with_no_other() {
    let world = World::demo();
    let theirs = penalty(2, |r| r.authority_code = THEIRS.into());
    let records = world.display(&[penalty(1, |_| ()), theirs]);
    let [ours, theirs] = [records[0].as_str(), records[1].as_str()];
    let about = |n: usize, bytes: &'static [u8], id: Option<&str>| {
        let about = id.map(str::to_owned);
        (
            FileNote {
                about,
                ..note(n, "png", bytes)
            },
            bytes,
        )
    };
    let given = [
        about(0, b"\x89PNG ours", Some(ours)),
        about(1, b"\x89PNG theirs", Some(theirs)),
        about(2, b"\x89PNG all", None),
    ];
    let (number, _) = world.applied_with(&repair(), &[ours, theirs], &given);
    let cases: Vec<CaseId> = (0..2)
        .map(|part| CaseId::of_part(number.as_str(), part))
        .collect();
    let with = |id: &CaseId| {
        let case = world.vault.case(id.as_str()).unwrap().unwrap();
        case.record_id.unwrap()
    };
    for (who, own) in [("a.handler", ours), ("b.handler", theirs)] {
        let id = cases.iter().find(|id| with(id) == own).unwrap();
        let mut handler = Browser::of(&world, who).await;
        let page = handler.look(id).await.body;
        for (n, (note, bytes)) in given.iter().enumerate() {
            let mine = note.about.as_deref().is_none_or(|r| r == own);
            assert_eq!(page.contains(&format!("凭证{n}")), mine, "{who} {n}");
            let at = format!("{}/files/{}", case_at(id), n + 1);
            for rest in ["", "/view", "/picture"] {
                let seen = handler.get(&format!("{at}{rest}")).await;
                assert!(seen.is(if mine { 200 } else { 404 }), "{who} {at}{rest}");
                if !mine {
                    assert!(!seen.body.contains(&format!("凭证{n}")), "{who} {at}{rest}");
                }
            }
            let saved = handler.get(&at).await;
            assert_eq!(&*saved.bytes == *bytes, mine, "{who} {n}");
        }
        assert_eq!(page.matches("只涉及本条信息").count(), 1, "{page}");
    }
}
