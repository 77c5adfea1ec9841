//! Every route, its twin, its headers and its refusals.

use actix_web::test::TestRequest;
use chrono::{Days, TimeDelta};

use super::fixture::{CODE, Portal, everybody, today};
use super::{app, ask, get};
use crate::domain::time::day_start;
use crate::outside::web::headers::CSP;
use crate::outside::web::limit::{Rate, Rates};
use crate::outside::web::state::Settings;
use crate::record::Why;

const A1: &str = "a1000000000000000000";

const PAGES: [&str; 10] = [
    "/stats",
    "/",
    "/search",
    "/search?q=%E6%B5%B7%E9%A3%8E",
    "/lists",
    "/lists/penalty",
    "/measures",
    "/about",
    "/help",
    "/records/a1000000000000000000",
];

const API: [&str; 7] = [
    "/api/v1/stats",
    "/api/v1/search?q=%E6%B5%B7%E9%A3%8E",
    "/api/v1/records/a1000000000000000000",
    "/api/v1/subjects/91350203MA2EXA019B",
    "/api/v1/lists",
    "/api/v1/lists/penalty",
    "/api/v1/changes",
];

/// Addresses that are refused, with status and kind.
const REFUSED: [(&str, u16, &str); 13] = [
    ("/api/v1/stats?x=1", 400, "bad-parameters"),
    ("/api/v1/search?colour=red", 400, "bad-parameters"),
    ("/api/v1/search?year=x", 400, "bad-parameters"),
    (
        "/api/v1/records/a1000000000000000000?x=1",
        400,
        "bad-parameters",
    ),
    ("/api/v1/lists?x=1", 400, "bad-parameters"),
    ("/api/v1/changes?since=x", 400, "bad-parameters"),
    (
        "/api/v1/subjects/91350203MA2EXA019C",
        400,
        "bad-credit-code",
    ),
    (
        "/api/v1/subjects/91350203MA2EXA019B?after=1",
        400,
        "bad-parameters",
    ),
    ("/api/v1/records/zz", 404, "not-found"),
    ("/api/v1/records/e1000000000000000000", 410, "gone"),
    ("/api/v1/lists/watch_list", 404, "not-found"),
    ("/api/v1/nothing", 404, "not-found"),
    ("/api/v1/records/..%2f..%2fetc", 404, "not-found"),
];

#[actix_web::test]
async fn every_page_answers_with_the_headers_of_the_house() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let static_path = crate::outside::web::assets::STYLE.to_string();
    let more = ["/robots.txt", "/healthz", "/readyz", &static_path];
    let fine = PAGES.iter().chain(&API).copied().chain(more);
    let refused = REFUSED.iter().map(|(a, _, _)| *a).chain(["/nothing"]);
    for (address, is_fine) in fine.map(|a| (a, true)).chain(refused.map(|a| (a, false))) {
        let seen = get(&app, address).await;
        assert_eq!(seen.status == 200, is_fine, "{address}: {}", seen.status);
        assert_eq!(seen.header("content-security-policy"), CSP, "{address}");
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
        assert_eq!(seen.header("referrer-policy"), "no-referrer");
        assert_eq!(seen.header("x-frame-options"), "DENY");
        assert!(seen.header("permissions-policy").contains("camera=()"));
        assert_eq!(seen.header("x-request-id").len(), 32, "{address}");
        assert!(!seen.header("cache-control").is_empty(), "{address}");
        let is_page = seen.header("content-type").starts_with("text/html");
        assert!(
            !is_page
                || !(super::without_own_script(&seen.body).contains("<script")
                    || seen.body.contains(" style=")),
            "no script and no inline style: {address}"
        );
    }
}

#[actix_web::test]
async fn refusals_are_problems_for_machines_and_pages_for_people() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for (address, status, kind) in REFUSED {
        let seen = get(&app, address).await;
        assert_eq!(seen.status.as_u16(), status, "{address}");
        assert_eq!(seen.header("content-type"), "application/problem+json");
        let json = seen.json();
        assert_eq!(
            json["type"],
            format!("urn:gongshi:problem:{kind}"),
            "{address}"
        );
        assert_eq!(json["status"], status);
        assert!(
            json["instance"]
                .as_str()
                .unwrap()
                .ends_with(seen.header("x-request-id"))
        );
        assert_eq!(
            json["errors"].as_array().unwrap().is_empty(),
            status != 400,
            "{address}"
        );
    }
    let page = get(&app, "/subjects/91350203ma2exa019c").await;
    assert_eq!(page.status, 400);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.body.contains(CODE), "the likely code is named");
    assert!(page.body.contains("第18位"), "the wrong character is named");
    let twin = ask(
        &app,
        TestRequest::get()
            .uri("/records/zz")
            .insert_header(("accept", "application/json")),
    )
    .await;
    assert_eq!(
        (twin.status.as_u16(), twin.header("content-type")),
        (404, "application/problem+json")
    );
    let post = ask(&app, TestRequest::post().uri("/api/v1/search")).await;
    assert_eq!(
        (post.status.as_u16(), post.header("allow")),
        (405, "GET, HEAD")
    );
    assert_eq!(
        post.json()["type"],
        "urn:gongshi:problem:method-not-allowed"
    );
    let head = ask(
        &app,
        TestRequest::default()
            .method(actix_web::http::Method::HEAD)
            .uri("/"),
    )
    .await;
    assert_eq!(head.status, 200);
}

#[actix_web::test]
async fn searches_answer_in_the_shape_of_the_contract() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let json = get(
        &app,
        "/api/v1/search?q=%E6%B5%B7%E9%A3%8E&sort=newest&limit=2",
    )
    .await
    .json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "facets",
            "items",
            "next",
            "seq",
            "suggestion",
            "took_ms",
            "total",
            "total_is_exact"
        ]
    );
    assert_eq!(
        (
            json["total"].as_u64(),
            json["items"].as_array().unwrap().len()
        ),
        (Some(3), 2)
    );
    let item = &json["items"][0];
    let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "authority",
            "decided_on",
            "displayed_from",
            "displayed_until",
            "document_number",
            "id",
            "list",
            "list_name",
            "match",
            "region",
            "state",
            "subject",
            "url"
        ]
    );
    assert_eq!(item["state"], "under_objection");
    assert_eq!(item["match"], "fragment");
    assert_eq!(item["subject"]["credit_code"], CODE);
    let next = json["next"].as_str().unwrap();
    let rest = get(
        &app,
        &format!("/api/v1/search?q=%E6%B5%B7%E9%A3%8E&sort=newest&limit=2&page={next}"),
    )
    .await
    .json();
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["next"]),
        (1, &serde_json::Value::Null)
    );
    let lists: Vec<(&str, u64)> = json["facets"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["value"].as_str().unwrap(), c["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(lists, [("penalty", 2), ("red_list", 1)]);
    assert_eq!(
        json["facets"]["authority"][0]["name"],
        "大连高新区市场监督管理局"
    );
}

#[actix_web::test]
async fn search_pages_say_what_they_show() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for (query, said) in [
        (
            "q=海风",
            vec![
                "厦门<mark>海风</mark>贸易有限公司",
                "3</span> 条记录",
                "异议处理中",
            ],
        ),
        (
            "q=南京云帆纺织有限公司",
            vec!["有重名的主体", "2 个不同的主体"],
        ),
        (
            "q=南京云凡纺织有限公司",
            vec!["没有找到完全相符的名称", "相近"],
        ),
        ("q=海", vec!["请多输入几个字"]),
        (
            "q=91350203MA2EXA019C",
            vec![
                "不是有效的统一社会信用代码",
                "第18位",
                "91350203MA2EXA019<mark>B</mark>",
            ],
        ),
        (
            "q=没有这个公司吧",
            vec![
                "无相关公示信息",
                "这不是信用良好的证明",
                "3 个名单",
                "数据版本",
            ],
        ),
        (
            "q=海风&list=red_list",
            vec!["名单：守信激励红名单", "移除此条件"],
        ),
        (
            "q=海风&list=red_list&year=2020",
            vec!["无相关公示信息", "去掉条件", "全部清除"],
        ),
        ("q=大高新罚〔2026〕b1号", vec!["南京云帆纺织有限公司"]),
    ] {
        let pairs: Vec<(&str, &str)> = query
            .split('&')
            .map(|p| p.split_once('=').unwrap())
            .collect();
        let address = crate::outside::web::link::with_query("/search", &pairs);
        let seen = get(&app, &address).await;
        assert_eq!(seen.status, 200, "{query}");
        for text in said {
            assert!(
                seen.body.contains(text),
                "{query} does not say {text}:\n{}",
                seen.body
            );
        }
        let title = seen
            .body
            .split("<title>")
            .nth(1)
            .unwrap()
            .split("</title>")
            .next()
            .unwrap();
        assert_eq!(
            title, "信息检索 · 公共信用信息公示",
            "no search term in the title"
        );
        assert!(seen.header("x-robots-tag").contains("noindex"));
        assert_eq!(seen.header("cache-control"), "private, no-cache");
    }
}

#[actix_web::test]
async fn a_record_page_explains_itself() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let seen = get(&app, &format!("/records/{A1}")).await;
    for text in [
        "大连高新区市场监督管理局",
        "2026年6月1日",
        "2027年6月1日",
        "为最后一天",
        "现在可以申请信用修复",
        "国家发展改革委令第36号",
        "大高新罚〔2026〕a1号",
        "限制参加政府采购",
        "第七十七条",
        "信用承诺书",
        "不收取任何费用",
        "异议申诉",
        "行政诉讼",
        "0411-00000000",
        "以该机关公布的为准",
        "违法事实",
        "当事人李某",
        "罚款、没收违法所得",
        "national@2026.1",
        "福建省厦门市思明区",
    ] {
        assert!(seen.body.contains(text), "{text}:\n{}", seen.body);
    }
    let noted = get(&app, "/records/a2000000000000000000").await;
    for text in [
        "异议处理中",
        "迟延公示",
        "最早可申请信用修复的日期：2027年1月2日",
        "没有固定的截止日期",
    ] {
        assert!(noted.body.contains(text), "{text}");
    }
    let json = get(&app, &format!("/api/v1/records/{A1}")).await.json();
    assert_eq!(json["displayed_until"], "2027-06-02");
    assert_eq!(json["explanation"]["measures"][0]["code"], "M1");
    let same = ask(
        &app,
        TestRequest::get()
            .uri(&format!("/records/{A1}"))
            .insert_header(("accept", "application/json")),
    )
    .await;
    assert_eq!(
        same.json(),
        json,
        "the page's address gives the twin to whom asks for JSON"
    );
}

#[actix_web::test]
async fn credit_files_put_the_good_first_and_never_say_no_dishonesty() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let seen = get(&app, &format!("/subjects/{CODE}")).await;
    let good = seen.body.find("守信激励信息").unwrap();
    let bad = seen.body.find("失信及处罚信息").unwrap();
    assert!(good < bad && seen.body.contains("厦门市"));
    let none = get(&app, "/subjects/N2350206MF10000T4P").await;
    assert_eq!(none.status, 200);
    assert!(none.body.contains("无相关公示信息") && !none.body.contains("无失信"));
    let json = get(&app, &format!("/api/v1/subjects/{CODE}")).await.json();
    assert_eq!(json["items"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn answers_are_revalidated_and_never_outlive_the_boundary() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for address in PAGES.iter().chain(&API) {
        let seen = get(&app, address).await;
        let tag = seen.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{address}");
        let again = |tag: &str| {
            TestRequest::get()
                .uri(address)
                .insert_header(("accept", "text/html"))
                .insert_header(("if-none-match", tag))
        };
        let same = ask(&app, again(&tag)).await;
        assert_eq!(same.status, 304, "{address}");
        assert!(same.body.is_empty());
        assert_eq!(same.header("etag"), tag);
        assert_eq!(
            ask(&app, again("W/\"other\"")).await.status,
            200,
            "{address}"
        );
    }
    let midnight = day_start(today() + Days::new(1));
    portal.clock.set(midnight - TimeDelta::seconds(7));
    let home = get(&app, "/").await;
    assert_eq!(
        home.header("cache-control"),
        "public, max-age=7, must-revalidate"
    );
    let tag = home.header("etag").to_owned();
    portal.clock.set(midnight);
    let next_day = ask(
        &app,
        TestRequest::get()
            .uri("/")
            .insert_header(("if-none-match", tag)),
    )
    .await;
    assert_eq!(next_day.status, 200, "a new day is a new page");
}

#[actix_web::test]
async fn what_is_taken_back_is_gone_from_every_surface() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let address = format!("/records/{A1}");
    let tag = get(&app, &address).await.header("etag").to_owned();
    portal.publish(vec![], &[(A1.to_owned(), Why::Repaired)]);
    let asked = TestRequest::get()
        .uri(&address)
        .insert_header(("if-none-match", tag));
    assert_eq!(
        ask(&app, asked).await.status,
        410,
        "an old tag does not bring it back"
    );
    let page = get(&app, &address).await;
    assert_eq!(page.status, 410);
    assert_eq!(page.header("cache-control"), "no-store");
    for text in ["海风", "大高新罚", A1, CODE, "修复"] {
        let body = page
            .body
            .replace("信用修复、异议申诉均不收取任何费用", "")
            .replace("公示期届满、信用修复、移出名单", "")
            .replace("如何修复和提出异议", "");
        assert!(!body.contains(text), "the page names {text}");
    }
    let changes = get(&app, "/api/v1/changes?since=10").await.json();
    let item = &changes["items"][0];
    assert_eq!(
        (item["op"].as_str(), item["why"].as_str()),
        (Some("tombstone"), Some("repaired"))
    );
    assert_eq!(
        item.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["at", "id", "op", "seq", "why"]
    );
    for address in [
        "/api/v1/search?q=%E6%B5%B7%E9%A3%8E",
        "/api/v1/subjects/91350203MA2EXA019B",
        "/lists/penalty",
        "/api/v1/changes",
    ] {
        let body = get(&app, address).await.body;
        assert!(
            !body.contains(&format!("records/{A1}")) && !body.contains("a1号"),
            "{address}"
        );
    }
}

#[actix_web::test]
async fn a_record_ends_at_midnight_although_nothing_ran() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let last = everybody()[0].displayed_until.unwrap();
    let surfaces = [
        "/api/v1/search?q=a1%E5%8F%B7&list=penalty",
        "/api/v1/search?q=%E6%B5%B7%E9%A3%8E",
        "/api/v1/subjects/91350203MA2EXA019B",
        "/lists/penalty",
        "/api/v1/changes",
    ];
    for (at, shown) in [
        (day_start(last) - TimeDelta::milliseconds(1), true),
        (day_start(last), false),
    ] {
        portal.clock.set(at);
        let status = get(&app, &format!("/records/{A1}")).await.status.as_u16();
        assert_eq!(status, if shown { 200 } else { 410 });
        for address in surfaces.iter().skip(1) {
            let body = get(&app, address).await.body;
            assert_eq!(
                body.contains(&format!("records/{A1}")),
                shown,
                "{address} at {at}"
            );
        }
    }
}

#[actix_web::test]
async fn allowances_end_with_a_problem_that_says_when_to_come_back() {
    let settings = Settings {
        rates: Rates {
            search: Some(Rate::new(2, 60)),
            ..Rates::off()
        },
        ..Settings::default()
    };
    let portal = Portal::with(everybody(), settings);
    let app = app(&portal).await;
    let first = get(&app, "/api/v1/search?q=ab").await;
    assert_eq!(first.header("ratelimit-policy"), "\"search\";q=2;w=2");
    assert_eq!(first.header("ratelimit"), "\"search\";r=1;t=1");
    get(&app, "/api/v1/search?q=ab").await;
    let third = get(&app, "/api/v1/search?q=ab").await;
    assert_eq!(third.status, 429);
    assert_eq!(third.header("retry-after"), "1");
    assert_eq!(third.header("ratelimit"), "\"search\";r=0;t=2");
    assert_eq!(
        third.json()["type"],
        "urn:gongshi:problem:too-many-requests"
    );
    assert_eq!(
        get(&app, "/lists").await.status,
        200,
        "other work has its own allowance"
    );
}

#[actix_web::test]
async fn without_an_index_search_waits_and_the_rest_answers() {
    let portal = Portal::unindexed(everybody());
    let app = app(&portal).await;
    let search = get(&app, "/api/v1/search?q=ab").await;
    assert_eq!(
        (search.status.as_u16(), search.header("retry-after")),
        (503, "10")
    );
    assert_eq!(search.json()["type"], "urn:gongshi:problem:not-ready");
    assert_eq!(get(&app, "/readyz").await.status, 503);
    for address in ["/healthz", "/", "/lists/penalty", &format!("/records/{A1}")] {
        assert_eq!(get(&app, address).await.status, 200, "{address}");
    }
}
