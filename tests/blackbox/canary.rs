//! P1: unique markers in every field that is never public, for every kind of subject; then every byte that the
//! public side made is searched for them.

use std::fs;

use serde_json::{Value, json};

use crate::files::{
    LICENCE, PENALTY, Row, authority_code, business_code, citizen_id, company_code, jsonl, penalty,
};
use crate::harness::{Server, Site, unpacked};
use crate::surfaces::reconcile;

/// What must be found nowhere.
struct Canaries(Vec<(String, Vec<u8>)>);

impl Canaries {
    fn add(&mut self, what: &str, text: &str) {
        self.0
            .push((format!("{what}: {text}"), text.as_bytes().to_vec()));
    }

    /// A citizen id, and the digits that every way of masking it must hide.
    fn id(&mut self, what: &str, id: &str) {
        self.add(what, id);
        // month, day, sequence: what no style shows together
        self.add(what, &id[10..18]);
        // the same in full width and spaced, as somebody may have kept it
        self.add(what, &id[6..16]);
    }

    #[track_caller]
    fn search(&self, place: &str, bytes: &[u8]) {
        for (what, marker) in &self.0 {
            let found = bytes.windows(marker.len()).any(|w| w == marker.as_slice());
            assert!(!found, "{place} holds {what}");
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "called with json!(…) as it is written"
)]
fn row(value: Value) -> Row {
    value.as_object().unwrap().clone()
}

/// Fields of no template, and internal ones, each with a marker.
fn internals(row: &mut Row, canaries: &mut Canaries, tag: &str) {
    for (column, marker) in [
        ("BZ", format!("备注金丝雀{tag}")),
        ("内部编号", format!("XCANARY{tag}A")),
        ("x_officer", format!("XCANARY{tag}B")),
        ("经办人", format!("经办金丝雀{tag}")),
    ] {
        canaries.add(column, &marker);
        row.insert(column.to_owned(), json!(marker));
    }
}

fn organisation(canaries: &mut Canaries) -> Row {
    let mut row = penalty(101, "2026-10-01");
    let head = citizen_id("35020319810203451");
    let in_text = citizen_id("35020319920406783");
    canaries.id("legal representative's id", &head);
    canaries.id("id in free text", &in_text);
    for (what, text) in [
        ("tax number", "TAXCANARY0000001"),
        ("phone in free text", "13900007771"),
        ("phone in free text, spaced", "139 0000 7772"),
        ("mail in free text", "canary7773@example.com"),
        ("home address in free text", "湖滨南路777号302室"),
    ] {
        canaries.add(what, text);
    }
    row.insert("CF_XDR_SWDJ".into(), json!("TAXCANARY0000001"));
    row.insert("CF_FR_ZJLX".into(), json!("身份证"));
    row.insert("CF_FR_ZJHM".into(), json!(head));
    row.insert(
        "CF_SY".into(),
        json!(format!(
            "经查,当事人销售商品未明码标价。现场负责人身份证{in_text},电话13900007771、139 0000 7772,\
             邮箱canary7773@example.com,住厦门市思明区湖滨南路777号302室。"
        )),
    );
    internals(&mut row, canaries, "ORG");
    row
}

/// Free text that names other persons: held until somebody has read it, then shown in 某 form.
fn organisation_with_third_persons(canaries: &mut Canaries) -> Row {
    let mut row = penalty(102, "2026-10-02");
    let worker = citizen_id("35020319850607891");
    canaries.id("worker's id", &worker);
    canaries.add("worker's name", "欧阳金雀");
    row.insert(
        "CF_SY".into(),
        json!(format!("当事人雇用工人欧阳金雀(身份证{worker})无证作业。")),
    );
    row
}

fn individual_business(canaries: &mut Canaries) -> Row {
    let mut row = penalty(103, "2026-10-03");
    let operator = citizen_id("35020319790811234");
    canaries.id("operator's id", &operator);
    canaries.add("operator's name", "慕容丝雀");
    row.insert("CF_XDR_MC".into(), json!("思明区慕容丝雀小吃店"));
    row.insert("CF_XDR_LB".into(), json!("个体工商户"));
    row.insert("CF_XDR_SHXYM".into(), json!(business_code(103)));
    // the tax number of an individual business may hold the operator's id
    row.insert("CF_XDR_SWDJ".into(), json!(format!("L{operator}")));
    row.insert("CF_FRDB".into(), json!("慕容丝雀"));
    row.insert("CF_FR_ZJLX".into(), json!("身份证"));
    row.insert("CF_FR_ZJHM".into(), json!(operator));
    row.insert("CF_SY".into(), json!("经营者慕容丝雀未按规定明码标价。"));
    row.insert("CF_NR".into(), json!("对慕容丝雀罚款人民币五万元。"));
    internals(&mut row, canaries, "IND");
    row
}

/// Natural persons of a list without a basis: nothing of them is public.
fn penalised_person(canaries: &mut Canaries) -> Row {
    let mut row = penalty(104, "2026-10-04");
    let id = citizen_id("35020319900102571");
    canaries.id("penalised person's id", &id);
    canaries.add("penalised person", "司徒雀鸣");
    canaries.add("penalised person's document", "厦虚罚〔2026〕金丝雀104号");
    row.remove("CF_XDR_SHXYM");
    row.remove("CF_FRDB");
    row.insert("CF_XDR_MC".into(), json!("司徒雀鸣"));
    row.insert("CF_XDR_LB".into(), json!("自然人"));
    row.insert("CF_XDR_ZJLX".into(), json!("身份证"));
    row.insert("CF_XDR_ZJHM".into(), json!(id));
    row.insert("CF_WSH".into(), json!("厦虚罚〔2026〕金丝雀104号"));
    internals(&mut row, canaries, "NAT");
    row
}

fn licence_of_a_person(canaries: &mut Canaries) -> Row {
    let id = citizen_id("35020319880304125");
    canaries.id("licensed person's id", &id);
    canaries.add("licensed person", "端木雀舌");
    canaries.add("phone in a licence", "13900007774");
    let mut licence = row(json!({
        "XK_XDR_MC": "端木雀舌",
        "XK_XDR_LB": "自然人",
        "XK_XDR_ZJLX": "身份证",
        "XK_XDR_ZJHM": id,
        "XK_XKWS": "准予从业许可决定书",
        "XK_WSH": "厦虚许〔2026〕105号",
        "XK_XKLB": "普通",
        "XK_XKZS": "从业许可证",
        "XK_XKBH": "XK-2026-105",
        "XK_NR": "准予端木雀舌从业,联系电话13900007774。",
        "XK_JDRQ": "2026/10/05",
        "XK_YXQZ": "2026/10/05",
        "XK_YXQZI": "2028/10/05",
        "XK_XKJG": "厦门市虚构市场监督管理局",
        "XK_XKJGDM": authority_code(),
        "XK_ZT": "1",
        "XK_LYDW": "厦门市虚构市场监督管理局",
        "XK_LYDWDM": authority_code(),
    }));
    internals(&mut licence, canaries, "LIC");
    licence
}

/// A person of a list that the law orders to show by name: the name is public, the id is not.
fn tax_person(canaries: &mut Canaries) -> (Row, &'static str) {
    let id = citizen_id("35020319760506349");
    canaries.id("tax person's id", &id);
    canaries.add("tax person's address", "厦门市思明区莲前西路888号");
    let mut tax = row(json!({
        "纳税人名称": "诸葛雀跃",
        "主体类别": "自然人",
        "证件类型": "身份证",
        "证件号码": id,
        "注册地址": "福建省厦门市思明区莲前西路888号",
        "性别": "男",
        "案件性质": "骗取出口退税",
        "主要违法事实": "经税务机关检查,发现其骗取出口退税,涉及税款4792000元。",
        "相关法律依据及税务处理处罚情况": "依照《中华人民共和国税收征收管理法》,追缴税款4792000元。",
        "认定机关": "厦门市虚构税务局",
        "认定机关统一社会信用代码": authority_code(),
        "决定文书号": "厦虚税罚〔2026〕106号",
        "公布日期": "2026/10/06",
        "数据来源单位": "厦门市虚构税务局",
        "数据来源单位统一社会信用代码": authority_code(),
    }));
    internals(&mut tax, canaries, "TAX");
    (tax, "诸葛雀跃")
}

/// Every page and answer that can be reached.
fn visit(server: &Server, canaries: &Canaries) -> usize {
    let mut paths: Vec<String> = [
        "/",
        "/lists",
        "/measures",
        "/about",
        "/help",
        "/search",
        "/search?q=厦门市虚构",
        "/search?q=小吃店",
        "/search?kind=natural_person",
        "/search?list=licence",
        "/search?list=penalty",
        "/search?list=list_tax&q=诸葛雀跃",
        "/robots.txt",
        "/healthz",
        "/readyz",
        "/no/such/page",
        "/records/00000000000000000000",
        "/search?nonsense=1",
        "/api/v1/lists",
        "/api/v1/changes?since=0",
        "/api/v1/withdrawals?since=0",
        "/feeds",
        "/feeds/new.atom",
        "/feeds/exits.atom",
        "/feeds/withdrawals.atom",
        "/feeds/regions/350200.atom",
        "/api/v1/search?q=厦门市虚构",
        "/api/v1/search?q=小吃店",
        "/api/v1/search?kind=natural_person",
        "/api/v1/search?list=list_tax&q=诸葛雀跃",
        "/reconcile",
        "/reconcile/suggest/entity?prefix=厦门市虚构",
        "/reconcile/suggest/entity?prefix=诸葛",
    ]
    .map(str::to_owned)
    .to_vec();
    for query in ["厦门市虚构", "诸葛雀跃"] {
        let asked = json!({ "q": { "query": query, "limit": 50 } });
        paths.push(reconcile("queries", &asked));
    }
    for list in server.api("/api/v1/lists")["lists"]
        .as_array()
        .or(server.api("/api/v1/lists")["items"].as_array())
        .unwrap()
    {
        let code = list["code"].as_str().unwrap();
        paths.push(format!("/lists/{code}"));
        paths.push(format!("/api/v1/lists/{code}"));
        paths.push(format!("/feeds/{code}.atom"));
    }
    for change in server.changes() {
        let id = change["id"].as_str().unwrap();
        paths.push(format!("/records/{id}"));
        paths.push(format!("/api/v1/records/{id}"));
        if let Some(code) = change["record"]["subject"]["credit_code"].as_str() {
            paths.push(format!("/subjects/{code}"));
            paths.push(format!("/api/v1/subjects/{code}"));
            paths.push(format!("/reconcile/preview?id={code}"));
            let wanted = json!([{ "id": "document_numbers" }, { "id": "authorities" }]);
            paths.push(reconcile(
                "extend",
                &json!({ "ids": [code], "properties": wanted }),
            ));
        }
    }
    for path in &paths {
        let answer = server.get(path);
        assert!(answer.status < 500, "{path}: {}", answer.status);
        canaries.search(path, answer.bytes().as_bytes());
    }
    paths.len()
}

#[test]
fn no_marker_leaves_the_inside() {
    let site = Site::new();
    let mut canaries = Canaries(Vec::new());
    let penalties = [
        organisation(&mut canaries),
        organisation_with_third_persons(&mut canaries),
        individual_business(&mut canaries),
        penalised_person(&mut canaries),
    ];
    site.import(PENALTY, &site.write("p.jsonl", jsonl(&penalties)));
    let licences = [licence_of_a_person(&mut canaries)];
    site.import(LICENCE, &site.write("l.jsonl", jsonl(&licences)));
    let (tax, tax_name) = tax_person(&mut canaries);
    site.import("list_tax", &site.write("t.jsonl", jsonl(&[tax])));

    // the markers are where they were put: in the sealed vault, not in its clear columns
    let vault = fs::read(site.data().join("vault.db")).unwrap();
    canaries.search("vault.db", &vault);

    let first = site.publish();
    assert!(first["held"].as_u64().unwrap() >= 1, "{first}");
    let held = site.run(&["--json", "review", "list"]).expect(0).json();
    for text in held.as_array().unwrap() {
        let id = text["record_id"].as_str().unwrap();
        site.run(&["review", "approve", id]).expect(0);
    }
    let second = site.publish();
    assert_eq!(
        site.run(&["--json", "review", "list"]).expect(0).json(),
        json!([])
    );

    let server = site.serve(&[]);
    // what may be shown is shown, so that the silence means something
    let published = [&first, &second].map(|s| s["published"].as_u64().unwrap());
    assert_eq!(published, [4, 1], "{first} {second}");
    // the feed is bulk data, and persons never stand in that
    assert_eq!(server.changes().len(), 3);
    for code in [company_code(101), company_code(102), business_code(103)] {
        assert_eq!(server.search(&code).1, 1, "{code}");
    }
    let persons: Vec<String> = [(tax_name, "list_tax"), ("端木雀舌", "licence")]
        .into_iter()
        .map(|(name, list)| {
            let (ids, _) = server.search(&format!("{name}&list={list}"));
            assert_eq!(ids.len(), 1, "{name}");
            ids[0].clone()
        })
        .collect();
    let page = server.api(&format!("/api/v1/search?q={}", company_code(102)));
    let id = page["items"][0]["id"].as_str().unwrap().to_owned();
    let page = server.get(&format!("/records/{id}"));
    assert!(page.body.contains("欧阳某"), "{}", page.body);

    assert!(visit(&server, &canaries) > 60);
    for id in &persons {
        for path in [format!("/records/{id}"), format!("/api/v1/records/{id}")] {
            let answer = server.get(&path);
            assert_eq!(answer.status, 200, "{path}");
            canaries.search(&path, answer.bytes().as_bytes());
        }
    }
    // markers are searched for: the answers repeat the query, but nothing is found
    for (what, marker) in &canaries.0 {
        let marker = String::from_utf8(marker.clone()).unwrap();
        let (ids, _) = server.search(&marker.replace(' ', "+"));
        for id in ids {
            let answer = server.get(&format!("/records/{id}"));
            canaries.search(
                &format!("what a search for {what} finds"),
                answer.bytes().as_bytes(),
            );
        }
    }
    assert_eq!(server.stop(), 0);
    // the log of the server is full of those searches, and of nothing that was searched for
    let files = site.public_files();
    assert!(files.iter().any(|f| f.ends_with("public.db")));
    assert!(
        files
            .iter()
            .any(|f| f.extension().is_some_and(|e| e == "log"))
    );
    assert!(
        files
            .iter()
            .filter(|f| f.starts_with(site.data().join("index")))
            .count()
            > 3
    );
    assert!(
        files
            .iter()
            .any(|f| f.starts_with(site.data().join("exports")) && !unpacked(f).is_empty())
    );
    for file in files {
        let bytes = unpacked(&file);
        canaries.search(&file.display().to_string(), &bytes);
        // a person's name may be public; the index finds it by a keyed hash alone
        if file.starts_with(site.data().join("index")) {
            let mut name = Canaries(Vec::new());
            name.add("a person's name", tax_name);
            name.search(&file.display().to_string(), &bytes);
        }
    }
    let report = site.verify();
    assert!(
        report["identifiers_searched"].as_u64().unwrap() >= 5,
        "{report}"
    );
}
