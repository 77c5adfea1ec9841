//! Files that come in pieces.

use super::*;

impl Visitor<'_> {
    async fn announce(&self, name: &str, bytes: usize, purpose: &str) -> Seen {
        let bytes = bytes.to_string();
        let pairs = [
            ("name", name),
            ("bytes", bytes.as_str()),
            ("changed", "1"),
            ("purpose", purpose),
        ];
        self.send("evidence/pieces", &pairs).await
    }

    async fn piece(&self, upload: u64, from: usize, bytes: &[u8]) -> Seen {
        self.piece_with(&self.token, upload, from, bytes).await
    }

    async fn piece_with(&self, token: &str, upload: u64, from: usize, bytes: &[u8]) -> Seen {
        let request = TestRequest::post()
            .uri(&self.at(&format!("evidence/pieces/{upload}/{from}")))
            .insert_header(("cookie", self.cookie.as_str()))
            .insert_header(("content-type", "application/octet-stream"))
            .insert_header(("gongshi-token", token))
            .set_payload(bytes.to_vec());
        ask(self.site, request).await
    }
}

#[actix_web::test]
async fn a_file_goes_on_where_the_line_broke_and_is_judged_when_it_is_whole() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let visitor = begin(&app, "repair", &[A1]).await;
    let mut file = files::jpeg();
    // some weight behind the picture's comment, so that there are several pieces
    let whole = {
        let filler = [0xff, 0xfe, 0xff, 0xff].into_iter().chain([b'x'; 65_533]);
        let filler: Vec<u8> = filler.collect();
        for _ in 0..10 {
            file.splice(2..2, filler.iter().copied());
        }
        file
    };
    let begun = visitor
        .announce("照片.jpg", whole.len(), "performance")
        .await
        .json();
    assert_eq!((&begun["upload"], &begun["at"]), (&1.into(), &0.into()));
    let (first, rest) = whole.split_at(200_000);
    assert_eq!(visitor.piece(1, 0, first).await.json()["at"], 200_000);
    // sent again, since the answer was lost: it says where to go on
    assert_eq!(visitor.piece(1, 0, first).await.json()["at"], 200_000);
    assert_eq!(visitor.piece(1, 9, b"x").await.json()["at"], 200_000);
    // another window, later: the same file goes on
    let again = visitor
        .announce("照片.jpg", whole.len(), "performance")
        .await
        .json();
    assert_eq!(
        (&again["upload"], &again["at"]),
        (&1.into(), &200_000.into())
    );
    // not taken before it is whole
    assert!(!visitor.get("evidence").await.body.contains("照片.jpg"));
    let (second, third) = rest.split_at(300_000);
    assert_eq!(
        visitor.piece(1, 200_000, second).await.json()["at"],
        500_000
    );
    // beyond the end
    let beyond = vec![0; third.len() + 1];
    assert_eq!(visitor.piece(1, 500_000, &beyond).await.status, 422);
    assert_eq!(visitor.piece(1, 500_000, third).await.json()["done"], true);
    assert!(visitor.get("evidence").await.body.contains("照片.jpg"));
    let store = &portal.state.apply.as_ref().unwrap().store;
    visitor.answer_repair().await;
    visitor.send("submit", &[]).await;
    let sealed = store.sealed(&visitor.number).unwrap().unwrap();
    let number = visitor.number.as_str();
    let key = portal.desk().open(&sealed.envelope, number).unwrap();
    let (file, bytes) = &sealed.files[0];
    let part = crate::outside::apply::Sealed::file_part(*file);
    let place = crate::base::crypto::parcel::Place {
        number,
        part: &part,
    };
    assert_eq!(
        *crate::base::crypto::parcel::open(&key, place, bytes).unwrap(),
        whole
    );
}

#[actix_web::test]
async fn what_is_refused_when_whole_is_deleted() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let visitor = begin(&app, "repair", &[A1]).await;
    let begun = visitor.announce("a.pdf", 4, "other").await.json();
    assert_eq!(begun["upload"], 1);
    let refused = visitor.piece(1, 0, b"MZ\x90\x00").await;
    assert_eq!(refused.status, 422);
    assert!(!refused.json()["wrong"].as_str().unwrap().is_empty());
    // it is gone: nothing goes on from there
    assert_eq!(visitor.piece(1, 0, b"MZ").await.status, 404);
    let anew = visitor.announce("a.pdf", 4, "other").await.json();
    assert_eq!(anew["at"], 0);
    for (name, bytes, purpose) in [
        ("a.pdf", 11 << 20, "other"),
        ("a.pdf", 4, "no such purpose"),
    ] {
        assert_eq!(visitor.announce(name, bytes, purpose).await.status, 422);
    }
    assert_eq!(visitor.announce("a.pdf", 0, "other").await.status, 404);
    // more than all files together may have, announced and not sent
    for i in 0..4 {
        let seen = visitor
            .announce(&format!("{i}.pdf"), 10 << 20, "other")
            .await;
        assert_eq!(seen.status, 200, "{i}");
    }
}

#[actix_web::test]
async fn nobody_else_sends_a_piece() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let mine = begin(&app, "repair", &[A1]).await;
    let other = begin(&app, "repair", &[B1]).await;
    mine.announce("a.pdf", 4, "other").await;
    for token in ["", "0", &other.token] {
        assert_eq!(mine.piece_with(token, 1, 0, b"abcd").await.status, 403);
    }
    // the other's own draft has no such file
    assert_eq!(other.piece(1, 0, b"abcd").await.status, 404);
    let request = TestRequest::post()
        .uri(&mine.at("evidence/pieces/1/0"))
        .insert_header(("cookie", other.cookie.as_str()))
        .insert_header(("gongshi-token", other.token.as_str()))
        .set_payload("abcd");
    assert_eq!(ask(&app, request).await.status, 303);
    let request = TestRequest::post()
        .uri(&mine.at("evidence/pieces/1/0"))
        .insert_header(("cookie", mine.cookie.as_str()))
        .insert_header(("gongshi-token", mine.token.as_str()))
        .insert_header(("sec-fetch-site", "cross-site"))
        .set_payload("abcd");
    assert_eq!(ask(&app, request).await.status, 403);
    // larger than a piece may be
    assert_eq!(mine.piece(1, 0, &vec![0; 600 << 10]).await.status, 413);
    // after two days what did not come whole is gone
    let store = &portal.state.apply.as_ref().unwrap().store;
    assert_eq!(store.expire(today() + TimeDelta::days(3)).unwrap(), 1);
    assert_eq!(mine.piece(1, 0, b"abcd").await.status, 404);
}
