//! Evidence: saved and seen for a purpose, under our own names, and powerless.

use super::*;
use crate::inside::cases::tests::repair;

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
