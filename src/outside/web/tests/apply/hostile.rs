//! Who means harm: hostile files, drafts of others, guessing.

use super::*;

#[actix_web::test]
async fn hostile_files_are_refused_with_a_word() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let visitor = begin(&app, "repair", &[A1]).await;
    let script = files::pdf(&[b"<< /S /JavaScript /JS (x) >>"]);
    for (name, bytes, says) in [
        ("a.pdf", script.as_slice(), "JavaScript"),
        ("a.pdf", b"MZ\x90\0", "这是程序"),
        ("a.pdf", b"", "应当有内容"),
        ("a.pdf", b"<html><script>alert(1)</script>", "这是网页"),
    ] {
        let seen = visitor.upload(name, "other", bytes).await;
        assert_eq!(seen.status, 422, "{says}");
        assert!(
            seen.body.contains(says) && seen.body.contains("href=\"#file\""),
            "{says}: {}",
            seen.body
        );
    }
    let large = vec![b'%'; (10 << 20) + (1 << 17)];
    let seen = visitor.upload("a.pdf", "other", &large).await;
    assert_eq!(seen.status, 422);
    assert!(seen.body.contains("10 MB"), "{}", seen.body);
    assert_eq!(
        visitor
            .upload("a.pdf", "weapon", &files::png())
            .await
            .status,
        422
    );
    assert_eq!(
        visitor
            .upload_with("0", "a.png", "other", &files::png())
            .await
            .status,
        403
    );
    // the same file twice is one; taken out again it is none
    for _ in 0..2 {
        assert_eq!(
            visitor
                .upload("a\u{202e}gnp.exe", "other", &files::png())
                .await
                .status,
            303
        );
    }
    let page = visitor.get("evidence").await.body;
    assert_eq!(page.matches("/evidence/remove").count(), 1, "{page}");
    assert!(page.contains("agnp.exe") && !page.contains('\u{202e}'));
    visitor.send("evidence/remove", &[("file", "1")]).await;
    assert!(
        !visitor
            .get("evidence")
            .await
            .body
            .contains("/evidence/remove")
    );
    // signed on paper needs the paper
    let seen = visitor.send("commitment", &[("how", "paper")]).await;
    assert_eq!(seen.status, 422);
    visitor.upload("c.jpg", "commitment", &files::jpeg()).await;
    assert_eq!(
        visitor.send("commitment", &[("how", "paper")]).await.status,
        303
    );
    let pdf = visitor.get("letter.pdf").await;
    assert!(
        pdf.bytes.starts_with(b"%PDF-")
            && pdf.header("content-disposition").contains("commitment-XF-")
    );
    assert!(visitor.get("letter").await.body.contains("郑重承诺"));
}

#[actix_web::test]
async fn nobody_else_opens_changes_or_hands_in_a_draft() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let mine = begin(&app, "repair", &[A1]).await;
    let other = begin(&app, "repair", &[B1]).await;
    let resume = format!("/apply/resume?number={}", mine.number);
    // no cookie; another's cookie under this number; a guessed secret
    let forged = format!("draft-{}={}", mine.number, other.secret());
    let guessed = format!("draft-{}={}", mine.number, "0".repeat(24));
    for cookie in ["", other.cookie.as_str(), forged.as_str(), guessed.as_str()] {
        for page in [
            "",
            "/who",
            "/check",
            "/evidence",
            "/letter",
            "/letter.pdf",
            "/done",
        ] {
            let request = TestRequest::get()
                .uri(&format!("/apply/draft/{}{page}", mine.number))
                .insert_header(("accept", "text/html"))
                .insert_header(("cookie", cookie));
            let seen = ask(&app, request).await;
            assert_eq!(
                (seen.status.as_u16(), seen.header("location")),
                (303, resume.as_str()),
                "{cookie} {page}"
            );
        }
    }
    // my cookie with another's token, or none: a page of another site has neither
    for token in ["", other.token.as_str(), "0"] {
        for page in [
            "who",
            "submit",
            "discard",
            "evidence",
            "evidence/remove",
            "commitment",
        ] {
            let pairs = [("token", token), ("file", "1")];
            let seen = post(&app, &mine.at(page), &mine.cookie, &pairs).await;
            assert_eq!(seen.status, 403, "{page} {token}");
        }
    }
    // the right token, but the browser says that it comes from elsewhere
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        for address in [
            mine.at("who"),
            "/apply/repair".to_owned(),
            "/apply/resume".to_owned(),
            "/track".to_owned(),
        ] {
            let request = TestRequest::post()
                .uri(&address)
                .insert_header(("cookie", mine.cookie.as_str()))
                .insert_header(("host", "credit.example.cn"))
                .insert_header((name, value))
                .set_form([("token", mine.token.as_str()), ("applicant_kind", "person")]);
            assert_eq!(
                ask(&app, request).await.status,
                403,
                "{name} {value} {address}"
            );
        }
    }
    assert!(mine.get("who").await.status == 200);
    // a draft is thrown away by its owner
    assert_eq!(mine.send("discard", &[]).await.header("location"), "/apply");
    assert_eq!(mine.get("").await.status, 303);
    for address in [
        "/apply/draft/XF-0000-0000-0000",
        "/apply/draft/x",
        "/apply/draft/x/who",
    ] {
        assert_eq!(get(&app, address).await.status, 404, "{address}");
    }
}

#[actix_web::test]
async fn a_draft_is_taken_up_by_its_link_and_not_by_looking_at_it() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let visitor = begin(&app, "repair", &[A1]).await;
    // the secret stands behind the "#": no server sees it, and no address of ours takes it
    let tasks = visitor.get("").await.body;
    let link = between(&tasks, "p class=\"keep\"><a href=\"", "\"");
    let (address, fragment) = link.split_once('#').unwrap();
    assert_eq!(fragment, visitor.secret());
    assert!(!address.contains(visitor.secret()), "{address}");
    let old = format!("/apply/resume/{}/{}", visitor.number, visitor.secret());
    assert_eq!(get(&app, &old).await.status, 404);
    let page = get(&app, address).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("set-cookie"), "");
    assert_eq!(page.header("cache-control"), "no-store");
    // works by typing: both fields are there, the number is filled in
    for part in [
        format!("value=\"{}\"", visitor.number),
        "name=\"secret\"".to_owned(),
        "data-secret=\"secret\"".to_owned(),
    ] {
        assert!(page.body.contains(&part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("海风") && !page.body.contains(visitor.secret()));
    let taken = post(
        &app,
        "/apply/resume",
        "",
        &[("number", &visitor.number), ("secret", visitor.secret())],
    )
    .await;
    assert_eq!(taken.header("location"), visitor.at(""));
    assert!(taken.header("set-cookie").starts_with(&visitor.cookie));
    let wrong = post(
        &app,
        "/apply/resume",
        "",
        &[("number", &visitor.number), ("secret", &"0".repeat(24))],
    )
    .await;
    let nobody = post(
        &app,
        "/apply/resume",
        "",
        &[
            ("number", "XF-0000-0000-0000"),
            ("secret", visitor.secret()),
        ],
    )
    .await;
    let told = |seen: &Seen| between(&seen.body, "class=\"error-summary\"", "</div>").to_owned();
    assert_eq!((wrong.status.as_u16(), nobody.status.as_u16()), (422, 422));
    // which of the two is wrong is told to nobody
    assert_eq!(told(&wrong), told(&nobody));
    // after thirty days there is nothing to take up
    let intake = portal.state.apply.as_ref().unwrap();
    assert_eq!(
        intake.store.expire(today() + TimeDelta::days(30)).unwrap(),
        1
    );
    let late = post(
        &app,
        "/apply/resume",
        "",
        &[("number", &visitor.number), ("secret", visitor.secret())],
    )
    .await;
    assert_eq!(late.status, 422);
}

#[actix_web::test]
async fn guessing_is_limited_and_answers_are_not_kept() {
    let settings = Settings {
        rates: Rates {
            apply: Some(Rate::new(3, 1)),
            ..Rates::off()
        },
        ..Settings::default()
    };
    let portal = Portal::with(everybody(), settings);
    let app = app(&portal).await;
    let pairs = [
        ("number", "XF-0000-0000-0000"),
        ("secret", "000000000000000000000000"),
    ];
    for _ in 0..3 {
        let seen = post(&app, "/track", "", &pairs).await;
        assert_eq!(
            (seen.status.as_u16(), seen.header("cache-control")),
            (422, "no-store")
        );
    }
    assert_eq!(post(&app, "/track", "", &pairs).await.status, 429);
    assert_eq!(day("2026-11-22"), today());
    assert_ne!(CODE, OTHER_CODE);
}
