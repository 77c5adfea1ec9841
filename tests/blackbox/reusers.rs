//! Re-users of the real program: told by a webhook, registered, late, up to date; a public node shows it and takes nothing.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::files::{self, PENALTY};
use crate::harness::{Site, eventually};

/// A server that takes all and sends back what it got; what it got comes out here: signature and body.
fn receiver() -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/gongshi", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut length, mut signature, mut line) = (0, String::new(), String::new());
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some((name, value)) = line.trim().split_once(": ") {
                    match name.to_lowercase().as_str() {
                        "content-length" => length = value.parse().unwrap(),
                        "gongshi-signature" => signature = value.to_owned(),
                        _ => {}
                    }
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = String::from_utf8(body).unwrap();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
            .unwrap();
            if tell.send((signature, body)).is_err() {
                return;
            }
        }
    });
    (url, told)
}

/// The signature as the documentation says: HMAC-SHA256 of the seconds, a full stop and the body.
fn signed(secret: &str, header: &str, body: &str) -> bool {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let (seconds, sum) = header.split_once(",v1=").unwrap();
    let seconds = seconds.strip_prefix("t=").unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{seconds}.{body}").as_bytes());
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()) == sum
}

fn next(told: &Receiver<(String, String)>, secret: &str) -> Value {
    let (signature, body) = told.recv_timeout(Duration::from_secs(30)).unwrap();
    assert!(signed(secret, &signature, &body), "{signature} {body}");
    serde_json::from_str(&body).unwrap()
}

#[test]
fn a_reuser_is_told_by_a_webhook_what_to_read_and_what_went() {
    let mut site = Site::new();
    let refused = site.run(&["hook", "add", "http://127.0.0.1:9/"]).expect(1);
    assert!(refused.stderr.contains("https://"), "{}", refused.stderr);
    let refused = site
        .run(&["hook", "add", "https://169.254.169.254/x"])
        .expect(1);
    assert!(refused.stderr.contains("not public"), "{}", refused.stderr);

    site.set("GONGSHI_HOOKS__LOCAL", "true");
    let (url, told) = receiver();
    let added = site
        .run(&["--json", "hook", "add", &url, "--topic", "withdrawals"])
        .expect(0)
        .json();
    let secret = added["secret"].as_str().unwrap();
    let server = site.serve(&[]);
    assert_eq!(next(&told, secret)["type"], "challenge");

    let rows: Vec<_> = (1..=2).map(|n| files::penalty(n, "2026-10-01")).collect();
    let file = site.write("two.jsonl", files::jsonl(&rows));
    site.import(PENALTY, &file);
    site.publish();
    let file = site.write("one.jsonl", files::jsonl(&rows[..1]));
    site.run(&[
        "import",
        file.to_str().unwrap(),
        "--list",
        PENALTY,
        "--replace",
    ])
    .expect(0);
    site.publish();
    let message = next(&told, secret);
    assert_eq!(message["type"], "withdrawals");
    let items = message["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    let id = items[0]["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/records/{id}")).status, 410);
    let listed = site.run(&["--json", "hook", "list"]).expect(0).json();
    assert_eq!(listed["hooks"][0]["url"], url);
    assert!(!listed.to_string().contains(secret));
    eventually("it is written down", Duration::from_secs(10), || {
        let listed = site.run(&["--json", "hook", "list"]).expect(0).json();
        listed["hooks"][0]["told_to"] == message["seq_to"]
            && listed["hooks"][0]["state"] == "active"
    });
    // the secret is in no database and in no log
    assert!(!server.log().contains(secret));
    let store = std::fs::read(site.data().join("public.db")).unwrap();
    assert!(!store.windows(secret.len()).any(|w| w == secret.as_bytes()));

    // the same re-user registers and reports
    let made = server.post_json(
        "/api/v1/reusers",
        "",
        &json!({ "name": "虚构报社", "contact": "010-1234567" }),
    );
    assert_eq!(made.status, 200, "{}", made.body);
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let (reuser, token) = (
        made["id"].as_str().unwrap(),
        made["token"].as_str().unwrap(),
    );
    site.run(&["reuser", "confirm", reuser]).expect(0);
    let contact = site
        .run(&["--json", "reuser", "contact", reuser])
        .expect(0)
        .json();
    assert_eq!(contact["contact"], "010-1234567");
    let page = server.get("/data/reusers");
    assert!(page.body.contains("虚构报社") && page.body.contains("尚未报告"));
    let report = format!("/api/v1/reusers/{reuser}/progress");
    let done = server.post_json(&report, token, &json!({ "seq": message["seq_to"] }));
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(server.get("/data/reusers").body.contains("已同步"));
    assert!(!server.log().contains(token) && !server.log().contains("010-1234567"));
    drop(server);

    // a node that reads alone shows who is late, and keeps what is sent for the one that publishes
    let server = site.serve(&["--role", "public"]);
    let page = server.get("/data/reusers");
    assert!(page.body.contains("虚构报社") && page.body.contains("<form action=\"/data/reusers\""));
    let before = std::fs::read(site.data().join("public.db")).unwrap();
    let made = server.post_json(
        "/api/v1/reusers",
        "",
        &json!({ "name": "虚构大学", "contact": "020-7654321" }),
    );
    assert_eq!(made.status, 200, "{}", made.body);
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let university = made["id"].as_str().unwrap();
    let after = std::fs::read(site.data().join("public.db")).unwrap();
    assert!(before == after, "a node that reads alone wrote the store");
    site.run(&["reuser", "remove", reuser]).expect(0);
    assert!(!server.get("/data/reusers").body.contains("虚构报社"));
    drop(server);
    let server = site.serve(&[]);
    eventually("it is taken in", Duration::from_secs(20), || {
        let run = site.run(&["--json", "reuser", "contact", university]);
        run.stdout.contains("020-7654321")
    });
    assert!(!server.log().contains("020-7654321"));
}
