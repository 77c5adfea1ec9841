//! Open data as readers take it: the page, the documents, whole files, ranges, conditions.

use std::io::Read as _;

use actix_web::test::TestRequest;
use sha2::{Digest as _, Sha256};

use super::fixture::{Portal, everybody, org, today};
use super::{Seen, Site, app, ask, get};
use crate::base::clock::Clock as _;
use crate::base::crypto::SignKey;
use crate::outside::export::generation::Making;
use crate::outside::export::holder::Upkeep;
use crate::record::Why;

/// The files of a portal, kept up by hand.
pub struct Files {
    upkeep: Upkeep,
    key: SignKey,
    _dir: tempfile::TempDir,
}

impl Files {
    pub fn of(portal: &Portal) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut files = Self {
            upkeep: Upkeep::open(dir.path(), &portal.state.catalogue).unwrap(),
            key: SignKey::fresh(),
            _dir: dir,
        };
        files.step(portal);
        files
    }

    pub fn step(&mut self, portal: &Portal) {
        let making = Making {
            catalogue: &portal.state.catalogue,
            key: Some(&self.key),
            base_url: "https://credit.example",
            demo: true,
            history_days: 400,
            now: portal.clock.now(),
        };
        let (store, holder) = (&portal.state.store, &portal.state.exports);
        self.upkeep.step(store, holder, making).unwrap();
    }
}

async fn with(app: &Site, address: &str, headers: &[(&'static str, &str)]) -> Seen {
    let mut request = TestRequest::get().uri(address);
    for (name, value) in headers {
        request = request.insert_header((*name, *value));
    }
    ask(app, request).await
}

#[actix_web::test]
async fn every_file_of_the_index_is_there_with_its_sum_and_is_signed() {
    let portal = Portal::new(everybody());
    let files = Files::of(&portal);
    let app = app(&portal).await;
    let index = get(&app, "/data/index.json").await.json();
    assert_eq!(index["day"], today().to_string());
    assert_eq!(index["valid_until"], "2026-11-23T00:00:00+08:00");
    let sums = get(&app, "/data/SHA256SUMS").await.body;
    let signature = get(&app, "/data/SHA256SUMS.minisig").await.body;
    let public = get(&app, "/data/minisign.pub").await.body;
    assert_eq!(public, files.key.public());
    assert!(crate::base::crypto::sign::is_signed(
        &public,
        sums.as_bytes(),
        &signature
    ));
    let mut seen = 0;
    for line in sums.lines() {
        let (sum, path) = line.split_once("  ").unwrap();
        let file = get(&app, &format!("/data/{path}")).await;
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(
            data_encoding::HEXLOWER.encode(&Sha256::digest(&file.bytes)),
            sum,
            "{path}"
        );
        assert_eq!(file.header("access-control-allow-origin"), "*");
        seen += 1;
    }
    assert!(seen > 20);
    for set in index["data_sets"].as_array().unwrap() {
        for file in set["files"].as_array().unwrap() {
            let packed = get(&app, &format!("/data/{}", file["path"].as_str().unwrap())).await;
            assert_eq!(packed.bytes.len() as u64, file["bytes"].as_u64().unwrap());
            if file["compression"].is_null() {
                continue;
            }
            let plain = get(
                &app,
                &format!("/data/{}", file["uncompressed_path"].as_str().unwrap()),
            )
            .await;
            assert_eq!(
                plain.bytes.len() as u64,
                file["uncompressed_bytes"].as_u64().unwrap()
            );
            let mut unpacked = Vec::new();
            flate2::read::MultiGzDecoder::new(&packed.bytes[..])
                .read_to_end(&mut unpacked)
                .unwrap();
            assert_eq!(unpacked, plain.bytes);
            assert_eq!(packed.header("content-encoding"), "");
        }
    }
}

#[actix_web::test]
async fn a_download_that_breaks_off_anywhere_is_resumed() {
    let portal = Portal::new(everybody());
    let _files = Files::of(&portal);
    let app = app(&portal).await;
    for address in [
        "/data/all/records.csv.gz",
        "/data/all/records.jsonl",
        "/data/all/records.xlsx",
        "/data/all/records.parquet",
        "/data/all/records.sqlite",
        "/data/all/entities.ftm.json",
        "/data/catalog.ttl",
        "/data/index.json",
    ] {
        let whole = get(&app, address).await;
        let tag = whole.header("etag").to_owned();
        assert!(tag.starts_with('"'), "a strong tag: {tag}");
        let length = whole.bytes.len();
        for cut in (0..length).step_by(length / 40 + 1).chain([1, length - 1]) {
            let range = format!("bytes={cut}-");
            let rest = with(&app, address, &[("range", &range), ("if-range", &tag)]).await;
            assert_eq!(rest.status, 206, "{cut}");
            assert_eq!(
                rest.header("content-range"),
                format!("bytes {cut}-{}/{length}", length - 1)
            );
            assert_eq!(rest.bytes, whole.bytes[cut..]);
        }
        let middle = with(&app, address, &[("range", "bytes=5-9")]).await;
        assert_eq!(middle.bytes, whole.bytes[5..10]);
        let behind = format!("bytes={length}-");
        let nowhere = with(&app, address, &[("range", &behind)]).await;
        assert_eq!(nowhere.status, 416);
        assert_eq!(nowhere.header("content-range"), format!("bytes */{length}"));
        // of another version the whole is sent, not a piece that does not fit
        let other = with(
            &app,
            address,
            &[("range", "bytes=5-"), ("if-range", "\"other\"")],
        )
        .await;
        assert_eq!((other.status.as_u16(), other.bytes.len()), (200, length));
        let known = with(&app, address, &[("if-none-match", &tag)]).await;
        assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));
        let since = whole.header("last-modified").to_owned();
        assert_eq!(
            with(&app, address, &[("if-modified-since", &since)])
                .await
                .status,
            304
        );
        let head = TestRequest::default()
            .method(actix_web::http::Method::HEAD)
            .uri(address);
        let head = ask(&app, head).await;
        assert_eq!(head.status, 200);
    }
}

#[actix_web::test]
async fn what_is_taken_back_or_ends_is_in_no_file() {
    let portal = Portal::new(everybody());
    let mut files = Files::of(&portal);
    let app = app(&portal).await;
    let whole = |app| async move { get(app, "/data/all/records.jsonl").await.body };
    assert!(whole(&app).await.contains("南京云帆纺织"));
    let tag = get(&app, "/data/all/records.csv.gz")
        .await
        .header("etag")
        .to_owned();
    let untouched = get(&app, "/data/list-red_list/records.csv.gz")
        .await
        .header("etag")
        .to_owned();
    let gone = ["b1", "b2"].map(|id| (format!("{id:0<20}"), Why::Withdrawn));
    portal.publish(vec![], &gone);
    files.step(&portal);
    assert!(!whole(&app).await.contains("南京云帆纺织"));
    assert_ne!(
        get(&app, "/data/all/records.csv.gz").await.header("etag"),
        tag
    );
    assert_eq!(
        get(&app, "/data/list-red_list/records.csv.gz")
            .await
            .header("etag"),
        untouched
    );
    // midnight: files of the day before are not shown, and those of the new day were prepared
    portal
        .clock
        .set(crate::domain::time::day_start(today()) + chrono::TimeDelta::minutes(23 * 60 + 50));
    files.step(&portal);
    portal
        .clock
        .set(crate::domain::time::day_start(today().succ_opt().unwrap()));
    assert_eq!(
        get(&app, "/data/index.json").await.json()["day"],
        "2026-11-23"
    );
    portal.clock.set(crate::domain::time::day_start(
        "2028-01-01".parse().unwrap(),
    ));
    assert_eq!(get(&app, "/data/all/records.csv.gz").await.status, 503);
    files.step(&portal);
    let later = whole(&app).await;
    assert!(!later.contains("displayed_until\":\"2027-06-02"), "{later}");
}

#[actix_web::test]
async fn the_page_says_what_there_is_or_that_it_is_being_made() {
    let portal = Portal::new(vec![org(
        "a1",
        "厦门海风贸易有限公司",
        "91350203MA2EXA019B",
    )]);
    let app = app(&portal).await;
    let page = get(&app, "/data").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("文件正在准备"));
    portal.state.exports.disable();
    let page = get(&app, "/data").await;
    assert!(page.body.contains("本节点不提供数据文件") && !page.body.contains("文件正在准备"));
    let portal = Portal::new(vec![org(
        "a1",
        "厦门海风贸易有限公司",
        "91350203MA2EXA019B",
    )]);
    let app = super::app(&portal).await;
    assert_eq!(get(&app, "/data/index.json").await.status, 503);
    let _files = Files::of(&portal);
    let asked = [("accept", "text/html"), ("host", "credit.example")];
    let page = with(&app, "/data?lang=en", &asked).await.body;
    for said in [
        "Open data",
        "/data/all/records.csv.gz",
        "/data/list-penalty/records.jsonl.gz",
        "CC-BY-4.0",
        "minisign -Vm",
        "://credit.example/data/all/records.csv.gz",
    ] {
        assert!(page.contains(said), "{said}");
    }
    for address in [
        "/data/nothing",
        "/data/all",
        "/data/all/nothing.csv",
        "/data/all/records.csv.gz.gz",
        "/data/all/records.parquet.gz",
        "/data/list-penalty/records.sqlite",
        "/data/codes/nothing.csv",
        "/data/..%2f/x",
    ] {
        assert_eq!(get(&app, address).await.status, 404, "{address}");
    }
}

#[actix_web::test]
async fn versions_of_past_days_are_offered_without_what_left_them() {
    let portal = Portal::new(everybody());
    let mut files = Files::of(&portal);
    let app = app(&portal).await;
    let before = get(&app, "/data/history/index.json").await.json();
    assert_eq!(
        before["versions"],
        serde_json::json!([]),
        "its day is not over"
    );
    let first = today();
    let second = first + chrono::Days::new(1);
    portal.clock.set(crate::domain::time::day_start(second));
    files.step(&portal);
    let index = get(&app, "/data/history/index.json").await.json();
    let version = &index["versions"][0];
    assert_eq!(version["day"], first.to_string());
    assert_eq!(version["left"], 0);
    assert_eq!(version["recut_on"], serde_json::Value::Null);
    let rows = version["rows"].as_u64().unwrap();
    assert!(rows > 1);
    let path = format!("/data/history/{first}/records.jsonl");
    let whole = get(&app, &path).await;
    assert_eq!(whole.body.lines().count() as u64, rows);
    let taken: serde_json::Value =
        serde_json::from_str(whole.body.lines().next().unwrap()).unwrap();
    let id = taken["id"].as_str().unwrap().to_owned();
    // in ranges, like every file
    let part = with(&app, &path, &[("range", "bytes=10-19")]).await;
    assert_eq!(
        (part.status.as_u16(), part.body.as_str()),
        (206, &whole.body[10..20])
    );
    let same = with(&app, &path, &[("if-none-match", whole.header("etag"))]).await;
    assert_eq!(same.status, 304);

    portal.release_at(portal.clock.now(), vec![], &[(id.clone(), Why::Repaired)]);
    files.step(&portal);
    let cut = get(&app, "/data/history/index.json").await;
    assert!(!cut.body.contains(&id));
    let version = &cut.json()["versions"][0];
    assert_eq!(version["first_rows"], rows);
    assert_eq!(version["rows"], rows - 1);
    assert_eq!(version["left"], 1);
    assert_eq!(version["recut_on"], second.to_string());
    // signed, and every file is the one that is listed
    let sums = get(&app, "/data/history/SHA256SUMS").await.body;
    let signature = get(&app, "/data/history/SHA256SUMS.minisig").await.body;
    assert!(crate::base::crypto::sign::is_signed(
        &files.key.public(),
        sums.as_bytes(),
        &signature
    ));
    for line in sums.lines() {
        let (sum, path) = line.split_once("  ").unwrap();
        let file = get(&app, &format!("/data/history/{path}")).await;
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(
            data_encoding::HEXLOWER.encode(&Sha256::digest(&file.bytes)),
            sum
        );
        let mut plain = String::new();
        let packed = path.ends_with(".gz");
        if packed {
            flate2::read::MultiGzDecoder::new(&file.bytes[..])
                .read_to_string(&mut plain)
                .unwrap();
        }
        assert!(!plain.contains(&id) && !file.body.contains(&id), "{path}");
    }
    assert_eq!(sums.lines().count(), 4);
    let page = get(&app, "/data/history/").await;
    assert!(
        page.body
            .contains(&format!("/data/history/{first}/records.csv.gz"))
    );
    for missing in [
        format!("/data/history/{second}/records.csv.gz"),
        format!("/data/history/{first}/records.parquet"),
        "/data/history/x/records.csv.gz".to_owned(),
        "/data/history/index".to_owned(),
    ] {
        assert_eq!(get(&app, &missing).await.status, 404, "{missing}");
    }
}
