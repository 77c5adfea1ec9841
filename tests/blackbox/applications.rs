//! Applications on a public node: nothing that was handed in, told or answered is on its disk in clear, and `kill -9` at any
//! moment loses nothing for which a receipt was shown.

#![expect(
    clippy::print_stderr,
    reason = "the seed and the count belong into the report of a failure"
)]

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gongshi::base::crypto::DeskSecret;
use gongshi::base::db::DbUrl;
use gongshi::domain::forms::Form;
use gongshi::domain::forms::reply::{About, ApplicantAct, Reply};
use gongshi::inside::received;
use gongshi::outside::apply::ApplyStore;

use crate::files::{self, PENALTY};
use crate::harness::{Site, unpacked, walk};

/// Somebody who files a complaint with a browser of their own.
pub struct Visitor {
    base: String,
    agent: ureq::Agent,
    cookie: String,
    token: String,
    pub number: String,
}

/// Status, where it leads to, the cookie that it sets, the body.
pub type Seen = (u16, String, String, String);

impl Visitor {
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(20)));
        Self {
            base: base.to_owned(),
            agent: config.build().into(),
            cookie: String::new(),
            token: String::new(),
            number: String::new(),
        }
    }

    fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Option<Seen> {
        let mut answer = answer.ok()?;
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or(String::new(), |v| v.to_str().unwrap().to_owned())
        };
        let (status, to, cookie) = (
            answer.status().as_u16(),
            header("location"),
            header("set-cookie"),
        );
        let body = answer.body_mut().read_to_string().ok()?;
        Some((status, to, cookie, body))
    }

    pub fn get(&self, path: &str) -> Option<Seen> {
        let request = self.agent.get(format!("{}{path}", self.base));
        Self::read(
            request
                .header("accept", "text/html")
                .header("cookie", &self.cookie)
                .call(),
        )
    }

    /// Status and type of what is no page.
    pub fn file(&self, path: &str) -> (u16, String) {
        let request = self.agent.get(format!("{}{path}", self.base));
        let answer = request.header("cookie", &self.cookie).call().unwrap();
        let kind = answer.headers().get("content-type").unwrap();
        let kind = kind.to_str().unwrap().to_owned();
        (answer.status().as_u16(), kind)
    }

    fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Option<Seen> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request
            .header("accept", "text/html")
            .header("cookie", &self.cookie);
        Self::read(request.send_form(pairs.iter().copied()))
    }

    fn at(&self, page: &str) -> String {
        format!("/apply/draft/{}/{page}", self.number)
    }

    pub fn send(&self, page: &str, pairs: &[(&str, &str)]) -> Option<Seen> {
        let mut all = vec![("token", self.token.as_str())];
        all.extend_from_slice(pairs);
        self.post(&self.at(page), &all)
    }

    /// Begins a complaint; nothing when the server went away.
    fn begin(&mut self) -> Option<()> {
        self.begin_with("/apply/complaint", &[])
    }

    /// Begins an application, about records where it is about some.
    pub fn begin_with(&mut self, path: &str, pairs: &[(&str, &str)]) -> Option<()> {
        let (status, to, cookie, _) = self.post(path, pairs)?;
        assert_eq!(status, 303);
        to.rsplit('/').next()?.clone_into(&mut self.number);
        cookie.split(';').next()?.clone_into(&mut self.cookie);
        let (_, _, _, body) = self.get(&to)?;
        let rest = body.split("name=\"token\" value=\"").nth(1)?;
        rest.split('"').next()?.clone_into(&mut self.token);
        Some(())
    }

    /// Answers everything.
    fn answer(&self, name: &str, mobile: &str, facts: &str) -> Option<()> {
        for (page, pairs) in [
            ("about", &[("objection_number", OBJECTION)][..]),
            ("ground", &[("ground", "no_reply")]),
            ("who", &[("applicant_kind", "organisation")]),
            (
                "applicant",
                &[("name", name), ("credit_code", "91350203MA2EXA019B")],
            ),
            ("contact", &[("mobile", mobile)]),
            ("facts", &[("facts", facts)]),
            ("declaration", &[("consent", "yes")]),
            ("evidence", &[]),
        ] {
            let (status, _, _, body) = self.send(page, pairs)?;
            assert_eq!(status, 303, "{page}: {body}");
        }
        Some(())
    }

    /// Hands it in and sees the receipt.
    pub fn hand_in(&self) -> Option<String> {
        let (status, to, ..) = self.send("submit", &[])?;
        assert_eq!((status, to), (303, self.at("done")));
        let (status, _, _, body) = self.get(&self.at("done"))?;
        assert_eq!(status, 200);
        assert!(body.contains(&self.number), "{body}");
        Some(self.number.clone())
    }

    /// Follows what was handed in, with a cookie of its own.
    pub fn follow(&mut self) -> Option<String> {
        let secret = self.cookie.split_once('=')?.1.to_owned();
        let pairs = [("number", self.number.as_str()), ("secret", &secret)];
        let (status, to, cookie, body) = self.post("/track", &pairs)?;
        assert_eq!(
            (status, to),
            (303, format!("/track/{}", self.number)),
            "{body}"
        );
        cookie.split(';').next()?.clone_into(&mut self.cookie);
        let page = self.get(&format!("/track/{}", self.number))?.3;
        let rest = page.split("name=\"token\" value=\"").nth(1)?;
        rest.split('"').next()?.clone_into(&mut self.token);
        Some(page)
    }

    pub fn follow_again(&self) -> String {
        self.get(&format!("/track/{}", self.number)).unwrap().3
    }

    /// Answers what was asked for, with a file, and sees that it is handed in.
    fn supply(&self, text: &str, file: &str, bytes: &[u8]) -> Option<()> {
        let mut body = Vec::new();
        let token = self.token.as_str();
        for (field, value) in [("token", token), ("text", text), ("then", "check")] {
            let head = format!(
                "--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(head.as_bytes());
        }
        let head = format!(
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--B--\r\n");
        let at = format!("/track/{}/answer/1", self.number);
        let request = self.agent.post(format!("{}{at}", self.base));
        let request = request
            .header("accept", "text/html")
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=B");
        let (status, to, _, body) = Self::read(request.send(&body[..]))?;
        assert_eq!((status, to), (303, format!("{at}/check")), "{body}");
        let (status, ..) = self.post(&format!("{at}/check"), &[("token", token)])?;
        assert_eq!(status, 303);
        let page = self.get(&format!("/track/{}", self.number))?.3;
        assert!(page.contains("补正已经提交"), "{page}");
        Some(())
    }

    fn upload(&self, name: &str, bytes: &[u8]) -> Option<Seen> {
        let mut body = Vec::new();
        for (field, value) in [("token", self.token.as_str()), ("purpose", "other")] {
            let head = format!(
                "--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(head.as_bytes());
        }
        let head = format!(
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--B--\r\n");
        let request = self
            .agent
            .post(format!("{}{}/file", self.base, self.at("evidence")));
        let request = request
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=B");
        Self::read(request.send(&body[..]))
    }
}

/// A number of an objection, with its check character.
const OBJECTION: &str = "YY-0000-0000-0008";

fn pdf(text: &str) -> Vec<u8> {
    let contents = format!("BT ({text}) Tj ET");
    format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n\
         4 0 obj\n<< /Length {} >>\nstream\n{contents}\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n",
        contents.len()
    )
    .into_bytes()
}

/// What the desk tells when something is missing.
fn asking(number: &str, words: &str) -> Reply {
    Reply {
        version: 1,
        number: number.to_owned(),
        part: 0,
        about: About::default(),
        state: "supplement".to_owned(),
        on: "2026-11-22".parse().unwrap(),
        at: "2026-11-22T04:00:00Z".parse().unwrap(),
        event: "ask_supplement".to_owned(),
        reasons: Some(words.to_owned()),
        items: vec![words.to_owned()],
        place: None,
        deadlines: Vec::new(),
        letter: None,
        sync: Vec::new(),
        can: Vec::new(),
    }
}

fn published() -> Site {
    let site = Site::new();
    let file = site.write("p.jsonl", files::jsonl(&[files::penalty(1, "2026-10-01")]));
    site.import(PENALTY, &file);
    site.publish();
    site
}

#[test]
fn nothing_that_was_handed_in_is_on_the_disk_of_a_public_node_in_clear() {
    let site = published();
    // the desk's half is elsewhere
    let elsewhere = tempfile::tempdir().unwrap();
    let private = site.data().join("keys/desk.key");
    fs::copy(&private, elsewhere.path().join("desk.key")).unwrap();
    fs::remove_file(&private).unwrap();
    for file in [
        "vault.db",
        "vault.db-wal",
        "vault.db-shm",
        "keys/vault.key",
        "keys/id.key",
    ] {
        let _ = fs::remove_file(site.data().join(file));
    }
    let server = site.serve(&["--role", "public"]);
    let canaries = [
        "金丝雀名称有限公司",
        "13900007779",
        "金丝雀事实没有收到答复",
        "CANARY-IN-A-PDF-7781",
        "金丝雀证据",
        "金丝雀答复请补正凭证",
        "金丝雀补正说明",
        "CANARY-IN-AN-ANSWER-4410",
    ];
    let [name, mobile, facts, inside, file, told, said, answered] = canaries;
    let mut sent = Visitor::new(server.base());
    let mut draft = Visitor::new(server.base());
    for visitor in [&mut sent, &mut draft] {
        visitor.begin().unwrap();
        visitor.answer(name, mobile, facts).unwrap();
        let (status, _, _, body) = visitor
            .upload(&format!("{file}.pdf"), &pdf(inside))
            .unwrap();
        assert_eq!(status, 303, "{body}");
        // what is refused and what is wrong leaves nothing behind either
        assert_eq!(
            visitor
                .upload(&format!("{file}.exe"), format!("MZ{inside}").as_bytes())
                .unwrap()
                .0,
            422
        );
        assert_eq!(
            visitor
                .send("contact", &[("mobile", "金丝雀名称有限公司")])
                .unwrap()
                .0,
            422
        );
        assert_eq!(
            visitor.send("contact", &[("mobile", mobile)]).unwrap().0,
            303
        );
    }
    let number = sent.hand_in().unwrap();
    let secret = sent.cookie.split_once('=').unwrap().1.to_owned();
    let page = sent.follow().unwrap();
    assert!(page.contains("已提交"), "{page}");
    let store = ApplyStore::open(&DbUrl::sqlite(site.data().join("apply.db"))).unwrap();
    let now = "2026-11-22T04:00:00Z".parse().unwrap();
    store
        .reply(&number, &asking(&number, told), None, now)
        .unwrap();
    // who has the secret reads it; the answer goes to the desk
    let page = sent.follow_again();
    assert!(page.contains(told), "{page}");
    sent.supply(said, &format!("{file}.pdf"), &pdf(answered))
        .unwrap();
    let search = |when: &str| {
        let mut paths = Vec::new();
        walk(&site.data(), &mut paths);
        walk(&site.beside(""), &mut paths);
        assert!(paths.iter().any(|p| p.ends_with("apply.db")), "{paths:?}");
        assert!(
            paths
                .iter()
                .any(|p| p.extension().is_some_and(|e| e == "log")),
            "{paths:?}"
        );
        for path in paths {
            let bytes = unpacked(&path);
            for text in canaries.iter().copied().chain([secret.as_str()]) {
                let found = bytes.windows(text.len()).any(|w| w == text.as_bytes());
                assert!(!found, "{when}: {} holds {text}", path.display());
            }
        }
    };
    search("while it runs");
    assert_eq!(server.stop(), 0);
    search("when it has ended");
    // the desk reads all of it
    let desk = DeskSecret::load(elsewhere.path()).unwrap();
    assert_eq!(store.waiting(9).unwrap(), [number.as_str()]);
    assert_eq!(store.acts_waiting(9).unwrap(), [(number.clone(), 1)]);
    let sealed = store.sealed_act(&number, 1).unwrap().unwrap();
    let act = received::open_act(&desk, &sealed).unwrap();
    let ApplicantAct::AnswerSupplement { text, .. } = &act.act else {
        panic!("{act:?}");
    };
    assert_eq!(text, said);
    assert_eq!(act.files[0].bytes.as_slice(), pdf(answered));
    let received = received::open(&desk, &store.sealed(&number).unwrap().unwrap()).unwrap();
    let Form::Complaint(form) = &received.submission.form else {
        panic!("{received:?}");
    };
    assert_eq!(
        (form.applicant.name.as_str(), form.facts.as_str()),
        (name, facts)
    );
    assert_eq!(received.files[0].bytes.as_slice(), pdf(inside));
}

#[test]
fn a_kill_loses_nothing_for_which_a_receipt_was_shown() {
    let kills: u32 = std::env::var("GONGSHI_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(24);
    let seed = std::env::var("GONGSHI_KILL_SEED")
        .ok()
        .and_then(|s| s.parse().ok());
    let mut random = seed.unwrap_or_else(|| RandomState::new().build_hasher().finish()) | 1;
    eprintln!("GONGSHI_KILL_SEED={random}");
    let site = published();
    let receipts: Arc<Mutex<Vec<String>>> = Arc::default();
    for _ in 0..kills {
        let mut server = site.serve(&[]);
        let visitors: Vec<_> = (0..3)
            .map(|i| {
                let (base, receipts) = (server.base().to_owned(), Arc::clone(&receipts));
                std::thread::spawn(move || {
                    loop {
                        let mut visitor = Visitor::new(&base);
                        let number = visitor
                            .begin()
                            .and_then(|()| {
                                visitor.answer(
                                    "厦门海风贸易有限公司",
                                    "13800000000",
                                    &format!("逾期没有收到任何书面答复 {i}"),
                                )
                            })
                            .and_then(|()| visitor.hand_in());
                        match number {
                            Some(number) => receipts.lock().unwrap().push(number),
                            None => return,
                        }
                    }
                })
            })
            .collect();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_millis(30 + random % 1_200));
        server.kill();
        for visitor in visitors {
            visitor.join().unwrap();
        }
    }
    let desk = DeskSecret::load(&site.data().join("keys")).unwrap();
    let store = ApplyStore::open(&DbUrl::sqlite(site.data().join("apply.db"))).unwrap();
    let receipts = receipts.lock().unwrap();
    eprintln!("{} receipts, {kills} kills", receipts.len());
    assert!(
        receipts.len() as u32 >= kills / 2,
        "too few receipts to tell anything: {}",
        receipts.len()
    );
    for number in receipts.iter() {
        let sealed = store.sealed(number).unwrap();
        let sealed = sealed.unwrap_or_else(|| panic!("{number} has a receipt and is lost"));
        received::open(&desk, &sealed).unwrap();
    }
}

#[test]
fn a_kill_loses_no_answer_that_was_said_to_be_handed_in() {
    let kills = std::env::var("GONGSHI_KILLS")
        .ok()
        .and_then(|n| n.parse::<u32>().ok())
        .map_or(8, |n| n.div_ceil(3));
    let seed = std::env::var("GONGSHI_KILL_SEED")
        .ok()
        .and_then(|s| s.parse().ok());
    let mut random = seed.unwrap_or_else(|| RandomState::new().build_hasher().finish()) | 1;
    eprintln!("GONGSHI_KILL_SEED={random}");
    let site = published();
    let url = DbUrl::sqlite(site.data().join("apply.db"));
    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    for _ in 0..kills {
        // This test is the desk, and asks each of them while they all go on: a real one beside it would take the
        // applications in meanwhile, and tell of a state in which nothing is asked any more.
        let mut server = site.serve(&["--role", "public"]);
        let store = ApplyStore::open(&url).unwrap();
        let visitors: Vec<_> = (0..3)
            .map(|i| {
                let (base, answered, store) = (
                    server.base().to_owned(),
                    Arc::clone(&answered),
                    store.clone(),
                );
                std::thread::spawn(move || {
                    loop {
                        let mut visitor = Visitor::new(&base);
                        let done = visitor.begin().and_then(|()| {
                            visitor.answer(
                                "厦门海风贸易有限公司",
                                "13800000000",
                                &format!("逾期没有收到任何书面答复 {i}"),
                            )?;
                            let number = visitor.hand_in()?;
                            visitor.follow()?;
                            let now = "2026-11-22T04:00:00Z".parse().unwrap();
                            let asked = asking(&number, "请补正缴款凭证");
                            store.reply(&number, &asked, None, now).ok()?;
                            visitor.supply(&format!("补正 {number}"), "a.pdf", &pdf("x"))?;
                            Some(number)
                        });
                        match done {
                            Some(number) => answered.lock().unwrap().push(number),
                            None => return,
                        }
                    }
                })
            })
            .collect();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_millis(600 + random % 2_500));
        server.kill();
        for visitor in visitors {
            visitor.join().unwrap();
        }
    }
    let desk = DeskSecret::load(&site.data().join("keys")).unwrap();
    let store = ApplyStore::open(&url).unwrap();
    let answered = answered.lock().unwrap();
    eprintln!("{} answers, {kills} kills", answered.len());
    assert!(
        answered.len() as u32 >= kills / 2,
        "too few answers to tell anything: {}",
        answered.len()
    );
    for number in answered.iter() {
        let sealed = store.sealed_act(number, 1).unwrap();
        let sealed = sealed.unwrap_or_else(|| panic!("the answer of {number} is lost"));
        let act = received::open_act(&desk, &sealed).unwrap();
        let ApplicantAct::AnswerSupplement { text, .. } = &act.act else {
            panic!("{act:?}");
        };
        assert_eq!(*text, format!("补正 {number}"));
    }
}
