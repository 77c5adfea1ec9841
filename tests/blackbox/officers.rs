//! Officers and an applicant of the demonstration, each with a browser of their own: an application is handed in, forwarded,
//! accepted, verified and decided over HTTP, and the result is where it should be, and nowhere else.

use std::collections::BTreeMap;
use std::time::Duration;

use gongshi::base::clock::{Clock as _, SystemClock};
use serde_json::Value;

use crate::applications::Visitor;
use crate::harness::{Server, Site, eventually};
use crate::surfaces::Seen;

/// An officer's browser.
struct Officer {
    base: String,
    agent: ureq::Agent,
    cookie: String,
}

/// Status, where it leads to, the body.
type Answer = (u16, String, String);

impl Officer {
    /// Signed in at a desk of the demonstration.
    fn of(server: &Server, id: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)));
        let mut officer = Self {
            base: server.base().to_owned(),
            agent: config.build().into(),
            cookie: String::new(),
        };
        let fields = [
            ("id", id),
            ("password", gongshi::inside::desk::DEMO_PASSWORD),
        ];
        let (status, to, body) = officer.post("/desk/sign-in", &fields);
        assert_eq!((status, &*to), (303, "/desk"), "{id}: {body}");
        officer
    }

    fn read(&mut self, answer: ureq::http::Response<ureq::Body>) -> Answer {
        let mut answer = answer;
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or(String::new(), |v| v.to_str().unwrap().to_owned())
        };
        let (to, cookie) = (header("location"), header("set-cookie"));
        if cookie.starts_with("gongshi-desk=") {
            cookie
                .split(';')
                .next()
                .unwrap()
                .clone_into(&mut self.cookie);
        }
        let status = answer.status().as_u16();
        (status, to, answer.body_mut().read_to_string().unwrap())
    }

    fn get(&mut self, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.base));
        let answer = request.header("cookie", &self.cookie).call().unwrap();
        self.read(answer)
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request
            .header("cookie", &self.cookie)
            .header("sec-fetch-site", "same-origin");
        let answer = request.send_form(fields.iter().copied()).unwrap();
        self.read(answer)
    }

    /// Does an act as its pages lead, from the purpose to the confirmation.
    #[track_caller]
    fn act(&mut self, case: &str, act: &str, fields: &[(&str, &str)]) {
        let page = self.get("/desk").2;
        let token = hidden(&page, "token");
        let token = ("token", token.as_str());
        let at = format!("/desk/cases/{case}");
        let (status, ..) = self.post(&format!("{at}/purpose"), &[token, ("purpose", "handle")]);
        assert_eq!(status, 303, "{act}");
        let there = format!("{at}/act/{act}");
        let (status, _, form) = self.get(&there);
        assert_eq!(status, 200, "{act}: {form}");
        let version = hidden(&form, "version");
        let mut all = vec![token, ("version", &*version), ("step", "check")];
        all.extend_from_slice(fields);
        let (mut status, mut to, mut body) = self.post(&there, &all);
        if status == 200 {
            assert!(body.contains("确认后立即生效"), "{act}: {body}");
            all[2] = ("step", "do");
            (status, to, body) = self.post(&there, &all);
        }
        assert_eq!(
            (status, to),
            (303, format!("{at}?done={act}")),
            "{act}: {body}"
        );
    }
}

fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.split(&mark).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Officers of the demonstration by role and authority, as the sign-in shows them.
fn officers(server: &Server) -> BTreeMap<(String, String), String> {
    let page = server.get("/desk/sign-in").body;
    let cell = |row: &str, n: usize| {
        let cell = row.split("<td").nth(n).unwrap_or_default();
        let text = cell.split('>').nth(1).unwrap_or_default();
        text.split('<').next().unwrap_or_default().to_owned()
    };
    page.split("<tr>")
        .filter_map(|row| {
            let id = row.split("<code>").nth(1)?.split('<').next()?.to_owned();
            Some(((cell(row, 1), cell(row, 2)), id))
        })
        .collect()
}

/// Penalties of organisations with one record each, which may be repaired today by officers that there are.
fn repairable(server: &Server, of: &BTreeMap<(String, String), String>) -> Vec<Value> {
    let today = gongshi::domain::time::civil_date(SystemClock.now()).to_string();
    let mut per_subject: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for change in server.changes() {
        let record = &change["record"];
        if let Some(code) = record["subject"]["credit_code"].as_str() {
            let all = per_subject.entry(code.to_owned()).or_default();
            all.push(record.clone());
        }
    }
    let fits = |record: &Value| {
        let authority = record["authority"]["name"].as_str().unwrap_or_default();
        let role = |role: &str| of.contains_key(&(role.to_owned(), authority.to_owned()));
        record["list"]
            .as_str()
            .is_some_and(|l| l.contains("penalty"))
            && record["name_masked"] == false
            && record["earliest_repair"]
                .as_str()
                .is_some_and(|d| d <= &*today)
            && role("认定单位经办人")
            && role("认定单位审批人")
    };
    per_subject
        .into_values()
        .filter(|all| all.len() == 1)
        .map(|mut all| all.remove(0))
        .filter(|record| fits(record))
        .collect()
}

fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    let found = path.iter().fold(value, |v, key| &v[*key]);
    found.as_str().unwrap_or_default()
}

/// An application for repair of a record, filled in and handed in over HTTP.
fn apply(server: &Server, record: &Value) -> Visitor {
    let mut visitor = Visitor::new(server.base());
    visitor
        .begin_with("/apply/repair", &[("record", text(record, &["id"]))])
        .unwrap();
    let name = ("name", text(record, &["subject", "name"]));
    let code = ("credit_code", text(record, &["subject", "credit_code"]));
    let performed = ("performed_on", text(record, &["decided_on"]));
    let pages: &[(&str, &[(&str, &str)])] = &[
        ("who", &[("applicant_kind", "organisation")]),
        ("applicant", &[name, code]),
        ("address", &[("address", "虚构市虚构区虚构路1号")]),
        (
            "representative",
            &[
                ("rep_name", "赵虚构"),
                ("rep_id_kind", "passport"),
                ("rep_id_number", "E12345678"),
            ],
        ),
        ("proxy", &[("has_proxy", "no")]),
        ("contact", &[("mobile", "13800000000"), ("email", "")]),
        ("wish", &[("wish", "end_penalty")]),
        (
            "performance",
            &[
                ("performance", "罚款已于期限内全部缴清，行为已改正。"),
                performed,
                ("amount_paid", ""),
            ],
        ),
        ("reason", &[("reason", "义务已经全部履行")]),
        ("delivery", &[("delivery", "online")]),
        (
            "declaration",
            &[("no_new_penalty", "yes"), ("consent", "yes")],
        ),
        ("evidence", &[]),
        (
            "commitment",
            &[
                ("how", "screen"),
                ("signed_name", "赵虚构"),
                ("signed_agree", "yes"),
            ],
        ),
    ];
    for (page, pairs) in pages {
        let (status, _, _, body) = visitor.send(page, pairs).unwrap();
        assert_eq!(status, 303, "{page}: {body}");
    }
    visitor.hand_in().unwrap();
    visitor
}

#[test]
fn officers_and_an_applicant_walk_a_repair_to_its_end_over_http() {
    let site = Site::empty();
    site.run(&["demo", "--no-serve", "--records", "1500", "--seed", "7"])
        .expect(0);
    let server = site.serve(&[]);
    let of = officers(&server);
    let records = repairable(&server, &of);
    assert!(records.len() >= 2, "{} records, {of:?}", records.len());
    let mut operator = Officer::of(&server, "operator");

    for (record, decision) in records.iter().zip(["approve", "reject"]) {
        let authority = text(record, &["authority", "name"]);
        let who = |role: &str| of[&(role.to_owned(), authority.to_owned())].clone();
        let mut visitor = apply(&server, record);
        let case = format!("{}-1", visitor.number);
        eventually("it is in the queue", Duration::from_secs(10), || {
            operator.get("/desk/cases?show=mine").2.contains(&case)
        });
        let seen = Seen {
            id: text(record, &["id"]),
            name: text(record, &["subject", "name"]),
            code: text(record, &["subject", "credit_code"]),
            list: text(record, &["list"]),
        };
        let before = server.surfaces(&seen);
        assert!(before.len() >= 8, "{before:?}");

        let mut handler = Officer::of(&server, &who("认定单位经办人"));
        let mut approver = Officer::of(&server, &who("认定单位审批人"));
        operator.act(&case, "forward", &[]);
        handler.act(&case, "accept", &[]);
        handler.act(&case, "verify", &[("findings", "已向银行核实缴款情况")]);
        let reasons = "经核查，已写明事实和依据，决定如此。";
        approver.act(&case, decision, &[("reasons", reasons)]);

        if decision == "approve" {
            eventually("gone from every surface", Duration::from_secs(2), || {
                server.surfaces(&seen).is_empty()
            });
            assert_eq!(server.get(&format!("/records/{}", seen.id)).status, 410);
            assert_eq!(server.tombstone(seen.id).unwrap()["why"], "repaired");
        } else {
            assert_eq!(server.surfaces(&seen).len(), before.len());
        }
        // the applicant reads the decision with the secret alone, and has the letter
        let title = if decision == "approve" {
            "准予修复"
        } else {
            "不予修复"
        };
        visitor.follow().unwrap();
        eventually("the applicant is told", Duration::from_secs(10), || {
            let page = visitor.follow_again();
            page.contains(reasons) && page.contains(title)
        });
        let page = visitor.follow_again();
        assert!(!page.contains("已向银行核实"), "findings stay inside");
        let letter = page
            .split("href=\"")
            .find(|l| l.contains("/letter/"))
            .unwrap();
        let letter = letter.split('"').next().unwrap().replace("&amp;", "&");
        assert_eq!(visitor.file(&letter), (200, "application/pdf".to_owned()));
        // what was decided is in the history that officers see
        let (status, _, page) = approver.get(&format!("/desk/cases/{case}"));
        assert_eq!(status, 200);
        assert!(
            page.contains(reasons) && page.contains("已向银行核实"),
            "{page}"
        );
    }
    drop(server);
    site.verify();
}
