//! Hooks as their owners see them: a small server that remembers what it got and answers as it was told.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use chrono::TimeZone as _;

use super::*;
use crate::base::db::testing::Scratch;
use crate::domain::time::day_start;
use crate::outside::store::{HookState, Topic};
use crate::outside::web::tests::fixture::{CODE, org, today};
use crate::record::{PublicRecord, Why};

/// How a request is answered.
#[derive(Clone, Copy, Debug)]
enum Reply {
    /// With what was received.
    Echo,
    Status(u16),
    /// To another address.
    Redirect,
}

#[derive(Clone, Debug)]
struct Got {
    signature: String,
    delivery: String,
    body: String,
}

struct Server {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
}

impl Server {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (got, replies) = (
            Arc::<Mutex<Vec<Got>>>::default(),
            Arc::<Mutex<VecDeque<Reply>>>::default(),
        );
        let server = Self {
            url: url.clone(),
            got: Arc::clone(&got),
            replies: Arc::clone(&replies),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut heads = std::collections::HashMap::new();
                let mut line = String::new();
                while reader.read_line(&mut line).unwrap() > 2 {
                    if let Some((name, value)) = line.trim().split_once(": ") {
                        heads.insert(name.to_lowercase(), value.to_owned());
                    }
                    line.clear();
                }
                let length = heads
                    .get("content-length")
                    .map_or(0, |l| l.parse().unwrap());
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let body = String::from_utf8(body).unwrap();
                got.lock().unwrap().push(Got {
                    signature: heads.get(SIGNATURE).cloned().unwrap_or_default(),
                    delivery: heads.get(DELIVERY).cloned().unwrap_or_default(),
                    body: body.clone(),
                });
                let reply = replies.lock().unwrap().pop_front().unwrap_or(Reply::Echo);
                let (status, head, body) = match reply {
                    Reply::Echo => (200, String::new(), body),
                    Reply::Status(status) => (status, String::new(), String::new()),
                    Reply::Redirect => (307, format!("location: {url}\r\n"), String::new()),
                };
                let length = body.len();
                write!(stream, "HTTP/1.1 {status} x\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}").unwrap();
            }
        });
        server
    }

    fn next(&self, replies: &[Reply]) {
        self.replies.lock().unwrap().extend(replies);
    }

    fn took(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }
}

fn at(minutes: i64) -> Moment {
    chrono::Utc
        .timestamp_opt(1_780_000_000 + 60 * minutes, 0)
        .unwrap()
}

fn key() -> HookKey {
    HookKey::new(&[3; 32])
}

fn step(store: &PublicStore, minutes: i64) -> usize {
    let sender = Sender::new(key(), "https://credit.example", Reach::Local, 7);
    sender.step(store, &|| at(minutes)).unwrap()
}

fn publish(store: &PublicStore, ids: &[&str], gone: &[&str]) {
    let records: Vec<PublicRecord> = ids
        .iter()
        .map(|id| PublicRecord::restored(org(id, "厦门海风贸易有限公司", CODE)))
        .collect();
    let gone: Vec<(String, Why)> = gone
        .iter()
        .map(|id| (org(id, "", "").id, Why::Repaired))
        .collect();
    store
        .release(day_start(today()), "national@2026.1", 1, &records, &gone)
        .unwrap();
}

fn only(store: &PublicStore) -> Hook {
    store.hooks().unwrap().remove(0)
}

#[test]
fn a_hook_is_told_once_proved_in_order_signed_and_again_until_it_answers() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let server = Server::new();
        publish(&store, &["a1"], &[]);
        store
            .add_hook("h1", &server.url, Topic::Changes, at(0))
            .unwrap();
        publish(&store, &["a2", "a3"], &[]);

        // nothing is told before the challenge was answered with itself
        server.next(&[Reply::Status(200), Reply::Redirect, Reply::Echo]);
        assert_eq!(step(&store, 0), 1);
        assert_eq!(only(&store).last_answer, "200 without the challenge");
        assert_eq!(step(&store, 0), 0, "not before the pause is over");
        assert_eq!(step(&store, 1), 1);
        assert_eq!(only(&store).last_answer, "307");
        assert_eq!(step(&store, 5), 1);
        assert_eq!(only(&store).state, HookState::Active);
        let challenges = server.took();
        assert_eq!(challenges.len(), 3, "the redirect was not followed");
        assert!(
            challenges
                .iter()
                .all(|g| g.body.contains(r#""type":"challenge""#))
        );

        // then each range once, and the same again until it is taken
        server.next(&[Reply::Status(500)]);
        assert_eq!(step(&store, 6), 1);
        publish(&store, &["a4"], &[]);
        assert_eq!(step(&store, 6), 0);
        let again = only(&store);
        assert_eq!((again.failures, again.last_answer.as_str()), (1, "500"));
        assert_eq!(step(&store, 7), 1);
        assert_eq!(step(&store, 7), 1, "what came meanwhile is told after that");
        assert_eq!(step(&store, 8), 0);
        let told = server.took();
        let names: Vec<_> = told.iter().map(|g| g.delivery.as_str()).collect();
        assert_eq!(names, ["h1-1-3", "h1-1-3", "h1-3-4"]);
        assert_eq!(told[0].body, told[1].body);
        assert_eq!(
            told[2].body,
            r#"{"type":"changes","form":1,"hook":"h1","delivery":"h1-3-4","seq_from":3,"seq_to":4,"read":"https://credit.example/api/v1/changes?since=3"}"#
        );
        let seconds = at(7).timestamp();
        let expected = key().secret("h1").sign(seconds, told[2].body.as_bytes());
        assert_eq!(told[2].signature, format!("t={seconds},v1={expected}"));
        let stands = only(&store);
        assert_eq!(
            (stands.told_to, stands.failures, stands.failing_since),
            (4, 0, None)
        );
    });
}

#[test]
fn withdrawals_are_told_by_id_and_kind_of_reason_alone() {
    let scratch = Scratch::sqlite();
    let store = PublicStore::open(&scratch.url).unwrap();
    let server = Server::new();
    publish(&store, &["a1", "a2"], &[]);
    store
        .add_hook("h1", &server.url, Topic::Withdrawals, at(0))
        .unwrap();
    assert_eq!(step(&store, 0), 1);
    publish(&store, &["a3"], &[]);
    assert_eq!(step(&store, 1), 0, "nothing was taken back");
    publish(&store, &[], &["a1"]);
    assert_eq!(step(&store, 2), 1);
    let told = server.took().pop().unwrap();
    let body: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!((&body["seq_from"], &body["seq_to"]), (&3.into(), &4.into()));
    let item = body["items"][0].as_object().unwrap();
    assert_eq!(item["id"], org("a1", "", "").id);
    assert_eq!(item["why"], "repaired");
    assert_eq!(item.keys().collect::<Vec<_>>(), ["at", "id", "seq", "why"]);
    assert!(!told.body.contains("厦门"));
    assert_eq!(step(&store, 3), 0);
}

#[test]
fn a_hook_that_fails_for_days_is_dead_until_it_is_called_back() {
    let scratch = Scratch::sqlite();
    let store = PublicStore::open(&scratch.url).unwrap();
    // nobody listens there
    let nowhere = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    store
        .add_hook("h1", &format!("http://{nowhere}/"), Topic::Changes, at(0))
        .unwrap();
    let mut minutes = 0;
    let mut attempts = 0;
    while only(&store).state == HookState::Unproved {
        attempts += step(&store, minutes);
        minutes += 30;
        assert!(minutes < 60 * 24 * 9);
    }
    // once an hour after the first few
    assert!((150..200).contains(&attempts), "{attempts}");
    assert!(minutes >= 60 * 24 * 7);
    assert_eq!(only(&store).state, HookState::Dead);
    assert_eq!(step(&store, minutes + 10_000), 0);
    let server = Server::new();
    assert!(
        !store
            .set_hook("other", HookState::Unproved, at(minutes))
            .unwrap()
    );
    assert!(
        store
            .set_hook("h1", HookState::Unproved, at(minutes))
            .unwrap()
    );
    assert_eq!(step(&store, minutes), 1);
    assert!(
        store
            .set_hook("h1", HookState::Removed, at(minutes))
            .unwrap()
    );
    assert_eq!(step(&store, minutes + 10_000), 0);
    assert!(server.took().is_empty());
}

#[test]
fn a_hook_that_leads_inside_is_told_nothing() {
    let scratch = Scratch::sqlite();
    let store = PublicStore::open(&scratch.url).unwrap();
    let server = Server::new();
    // as if it had been let through when it was added, or its name had led elsewhere then
    store
        .add_hook("h1", &server.url, Topic::Changes, at(0))
        .unwrap();
    let sender = Sender::new(key(), "", Reach::Public, 7);
    assert_eq!(sender.step(&store, &|| at(0)).unwrap(), 1);
    assert_eq!(only(&store).last_answer, "host not found or not public");
    assert!(server.took().is_empty());
}
