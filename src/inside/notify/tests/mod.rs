//! The real client against a mail server and a web server of the test's own, on every engine at hand.

pub(in crate::inside) mod smtp;

use smtp::{CERTIFICATE, Mood, Smtp, header, text};

use super::mail::{MailParts, Mailer, Protection};
use super::results::{Place, Receiver};
use super::*;
use crate::base::crypto::{HookSecret, KeyRing, KeyScope};
use crate::base::db::testing::Scratch;
use crate::inside::vault::outbox::{Content, NewMessage, Standing};
use crate::outside::hooks::guard::Reach;
use crate::outside::hooks::post::Poster;
use crate::outside::hooks::testing::Peer;

const NUMBER: &str = "XF-7K3M-9Q2H-4TWX";
const TO: &str = "canary.person@example.cn";

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn start() -> Moment {
    moment("2026-08-03T01:00:00Z")
}

fn each(test: impl Fn(&Vault)) {
    Scratch::each(|url| {
        let keys = tempfile::tempdir().unwrap();
        KeyRing::create(keys.path()).unwrap();
        let ring = KeyRing::load(keys.path(), KeyScope::Inside).unwrap();
        let (inside, _) = ring.into_inside().unwrap();
        test(&Vault::open(url, inside).unwrap());
    });
}

pub(in crate::inside) fn mailer(port: u16, protection: Protection) -> Mailer {
    Mailer::new(MailParts {
        host: "127.0.0.1".into(),
        port,
        protection,
        authorities: None,
        account: None,
        from: "portal@credit.example.cn".into(),
        base_url: "https://credit.example.cn".into(),
    })
    .unwrap()
}

fn queue(vault: &Vault, id: &str, kind: Kind, target: &str, content: Content) {
    let new = NewMessage {
        id: id.into(),
        kind,
        target: target.into(),
        case_id: Some("case".into()),
        application: None,
        due_at: start(),
        content,
    };
    let first: Result<bool, VaultError> = vault.transact(|tx| tx.enqueue(&new, start()));
    assert!(first.unwrap());
    let again: Result<bool, VaultError> = vault.transact(|tx| tx.enqueue(&new, start()));
    assert!(!again.unwrap(), "nothing is queued twice");
}

fn mail(vault: &Vault, id: &str, to: &str, lang: &str) {
    let content = Content::Changed {
        to: to.into(),
        lang: lang.into(),
        number: NUMBER.into(),
    };
    queue(vault, id, Kind::Mail, "", content);
}

fn state(vault: &Vault, id: &str) {
    let content = Content::State {
        number: NUMBER.into(),
        part: 0,
        state: "accepted".into(),
        at: start(),
    };
    queue(vault, id, Kind::Webhook, "", content);
}

fn result(vault: &Vault, id: &str, target: &str) {
    let content = Content::Result {
        record: "r1".into(),
        list: "penalty".into(),
        document_number: Some("厦示罚〔2026〕1号".into()),
        authority: "11350200004123454P".into(),
        kind: "repair".into(),
        result: "approved".into(),
        reason: None,
        on: "2026-08-03".parse().unwrap(),
    };
    queue(vault, id, Kind::Push, target, content);
}

/// How the only message stands, after how many attempts, and with which answer.
fn stands(vault: &Vault) -> (Standing, i64, String) {
    let mut all = vault.messages(None, false, 9).unwrap();
    assert_eq!(all.len(), 1);
    let message = all.remove(0);
    (message.standing, message.attempts, message.answer)
}

#[test]
fn a_mail_says_where_to_look_and_that_nobody_may_charge() {
    each(|vault| {
        let server = Smtp::start();
        mail(vault, "a", TO, "zh-Hans");
        let round = mailer(server.port, Protection::None).round(vault, start());
        assert_eq!(round.unwrap(), Round::Settled);
        let mails = server.mails();
        let [mail] = mails.as_slice() else {
            panic!("{}", mails.len())
        };
        assert_eq!(header(mail, "Auto-Submitted"), Some("auto-generated"));
        assert_eq!(header(mail, "From"), Some("portal@credit.example.cn"));
        assert_eq!(header(mail, "To"), Some(TO));
        assert!(
            header(mail, "Date")
                .unwrap()
                .starts_with("Mon, 03 Aug 2026 01:00:00")
        );
        let id = header(mail, "Message-ID").unwrap();
        assert!(
            id.ends_with("@credit.example.cn>") && !id.contains("XF"),
            "{id}"
        );
        let text = text(mail);
        for part in [
            NUMBER,
            "https://credit.example.cn/track\n",
            "一律免费",
            "free of charge",
            "从不通过邮件",
            "We never ask for money",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("canary"));
        let (standing, attempts, _) = stands(vault);
        assert_eq!((standing, attempts), (Standing::Sent, 1));
        let hello = server.said()[0].clone();
        assert_eq!(hello, "EHLO credit.example.cn");
    });
}

#[test]
fn the_readers_own_language_comes_first() {
    for (lang, first, second) in [
        ("zh-Hans", "申请编号", "Number of the application"),
        ("zh-Hant", "申請編號", "Number of the application"),
        ("zh-TW", "申請編號", "Number of the application"),
        ("en", "Number of the application", "申请编号"),
        ("", "申请编号", "Number of the application"),
    ] {
        let body = words::changed(lang, NUMBER, "https://x.cn").body;
        let (one, other) = (body.find(first), body.find(second));
        assert!(one.is_some() && one < other, "{lang}: {body}");
    }
}

#[test]
fn what_is_not_taken_is_tried_for_days_and_then_given_up() {
    each(|vault| {
        let server = Smtp::start();
        server.set(Mood::Busy);
        let mailer = mailer(server.port, Protection::None);
        mail(vault, "a", TO, "zh-Hans");
        assert_eq!(mailer.round(vault, start()).unwrap(), Round::Failed);
        assert_eq!(stands(vault), (Standing::Waiting, 1, "451".to_owned()));
        let at = |seconds| start() + TimeDelta::seconds(seconds);
        assert_eq!(mailer.round(vault, at(59)).unwrap(), Round::Nothing);
        assert_eq!(mailer.round(vault, at(60)).unwrap(), Round::Failed);
        assert_eq!(mailer.round(vault, at(179)).unwrap(), Round::Nothing);
        assert_eq!(mailer.round(vault, at(180)).unwrap(), Round::Failed);
        let late = start() + TimeDelta::days(5);
        assert_eq!(mailer.round(vault, late).unwrap(), Round::Failed);
        assert_eq!(stands(vault), (Standing::Dead, 4, "451".to_owned()));
        assert_eq!(
            mailer.round(vault, late + TimeDelta::days(9)).unwrap(),
            Round::Nothing
        );
        // whoever looks after it sees it, in the list and in the audit log, without the address
        assert_eq!(vault.messages(None, true, 9).unwrap().len(), 1);
        let log = vault.audit_entries(0, 9).unwrap();
        assert!(
            log.iter()
                .any(|e| e.action == "notify.dead" && e.object == "a")
        );
        assert!(!format!("{log:?}").contains("canary"));
        // and may let it be tried again, for days again
        assert!(vault.retry_message("a", "operator", late).unwrap());
        assert!(!vault.retry_message("a", "operator", late).unwrap());
        server.set(Mood::Takes);
        assert_eq!(mailer.round(vault, late).unwrap(), Round::Settled);
        assert_eq!(server.mails().len(), 1);
    });
}

#[test]
fn pauses_grow_to_a_day() {
    let minutes = |attempts| pause(attempts).num_minutes();
    assert_eq!([0, 1, 2, 9, 10].map(minutes), [1, 2, 4, 512, 1024]);
    assert_eq!([11, 12, 99, i64::MAX].map(minutes), [1440; 4]);
}

#[test]
fn an_address_that_bounces_is_not_tried_again_and_is_quoted_nowhere() {
    each(|vault| {
        let server = Smtp::start();
        server.set(Mood::NoMailbox);
        mail(vault, "a", TO, "zh-Hans");
        let mailer = mailer(server.port, Protection::None);
        assert_eq!(mailer.round(vault, start()).unwrap(), Round::Settled);
        assert_eq!(stands(vault), (Standing::Refused, 1, "550".to_owned()));
        let kept = format!(
            "{:?}{:?}",
            vault.audit_entries(0, 9).unwrap(),
            vault.messages(None, false, 9).unwrap()
        );
        assert!(
            kept.contains("notify.refused") && !kept.contains("canary"),
            "{kept}"
        );
    });
}

#[test]
fn a_line_break_in_an_address_or_a_number_makes_no_header() {
    each(|vault| {
        let server = Smtp::start();
        let mailer = mailer(server.port, Protection::None);
        for (n, to) in [
            "a@b.cn\r\nBcc: x@y.cn",
            "a@b.cn, x@y.cn",
            "a@b.cn>\r\nRCPT TO:<x@y.cn",
            "\r\na@b.cn",
            "nobody",
        ]
        .into_iter()
        .enumerate()
        {
            mail(vault, &n.to_string(), to, "zh-Hans");
            assert_eq!(mailer.round(vault, start()).unwrap(), Round::Settled);
        }
        let given_up = vault.messages(None, true, 9).unwrap();
        assert_eq!(given_up.len(), 5);
        assert!(
            server.said().is_empty(),
            "nothing of it was sent: {:?}",
            server.said()
        );
        let content = Content::Changed {
            to: TO.into(),
            lang: "zh".into(),
            number: "XF\r\nBcc: x@y.cn\r\n\r\nbody".into(),
        };
        queue(vault, "n", Kind::Mail, "", content);
        assert_eq!(mailer.round(vault, start()).unwrap(), Round::Settled);
        let mail = server.mails().pop().unwrap();
        assert_eq!(header(&mail, "Bcc"), None, "{mail}");
        let told: Vec<_> = server
            .said()
            .into_iter()
            .filter(|line| line.starts_with("RCPT"))
            .collect();
        assert_eq!(told.len(), 1, "{told:?}");
    });
}

#[test]
fn a_stop_between_sending_and_noting_it_makes_at_most_a_duplicate_of_the_same_name() {
    each(|vault| {
        let server = Smtp::start();
        let mailer = mailer(server.port, Protection::None);
        mail(vault, "a", TO, "zh-Hans");
        // sent, and then the node is gone
        let taken = vault
            .take_messages(mailer.kinds(), mailer.target(), start(), 1)
            .unwrap();
        assert_eq!(mailer.send(&taken[0], start()), Came::Sent);
        assert_eq!(mailer.round(vault, start()).unwrap(), Round::Nothing);
        let later = start() + TimeDelta::minutes(10);
        // the same when the server takes it and is gone before it says so
        server.set(Mood::Gone);
        assert_ne!(mailer.round(vault, later).unwrap(), Round::Settled);
        server.set(Mood::Takes);
        let latest = later + TimeDelta::minutes(1);
        assert_eq!(mailer.round(vault, latest).unwrap(), Round::Settled);
        let mails = server.mails();
        assert_eq!(mails.len(), 3);
        assert!(
            mails.iter().all(|m| *m == mails[0]),
            "byte for byte the same"
        );
        assert_eq!(
            mailer.round(vault, latest + TimeDelta::days(1)).unwrap(),
            Round::Nothing
        );
    });
}

#[test]
fn nothing_is_said_in_clear_to_a_server_that_cannot_encrypt() {
    let server = Smtp::start();
    each(|vault| {
        mail(vault, "a", TO, "zh-Hans");
        let round = mailer(server.port, Protection::StartTls).round(vault, start());
        assert_eq!(round.unwrap(), Round::Failed);
        assert_eq!(stands(vault).0, Standing::Waiting);
    });
    let said = server.said();
    let verbs = |verb: &str| said.iter().filter(|l| l.starts_with(verb)).count();
    assert!(verbs("EHLO") > 0);
    assert_eq!((verbs("MAIL"), verbs("AUTH")), (0, 0), "{said:?}");
}

fn over_tls(port: u16, authorities: Option<Vec<u8>>) -> Mailer {
    Mailer::new(MailParts {
        host: "127.0.0.1".into(),
        port,
        protection: Protection::StartTls,
        authorities,
        account: Some(("portal".into(), zeroize::Zeroizing::new("hunter2".into()))),
        from: "portal@credit.example.cn".into(),
        base_url: "https://credit.example.cn".into(),
    })
    .unwrap()
}

#[test]
fn a_mail_and_the_password_go_encrypted_to_a_server_that_is_known_and_to_no_other() {
    each(|vault| {
        let server = Smtp::with_tls();
        mail(vault, "a", TO, "zh-Hans");
        // the certificate is signed by nobody that the web trusts
        let round = over_tls(server.port, None).round(vault, start()).unwrap();
        assert_eq!(round, Round::Down);
        let verbs: Vec<String> = server.said().iter().map(|l| l[..4].to_owned()).collect();
        assert_eq!(verbs, ["EHLO", "STAR"], "nothing else was said");
        let known = over_tls(server.port, Some(CERTIFICATE.to_vec()));
        let later = start() + TimeDelta::minutes(1);
        assert_eq!(known.round(vault, later).unwrap(), Round::Settled);
        assert_eq!(server.mails().len(), 1);
        let account = data_encoding::BASE64.encode(b"\0portal\0hunter2");
        assert!(
            server.said().contains(&format!("AUTH PLAIN {account}")),
            "{:?}",
            server.said()
        );
    });
    let broken = MailParts {
        host: "127.0.0.1".into(),
        port: 25,
        protection: Protection::Tls,
        authorities: Some(b"no certificate".to_vec()),
        account: None,
        from: "a@b.cn".into(),
        base_url: String::new(),
    };
    assert!(matches!(
        Mailer::new(broken),
        Err(mail::MailError::Certificate)
    ));
}

#[test]
fn a_dead_mail_server_holds_up_no_webhook() {
    each(|vault| {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = closed.local_addr().unwrap().port();
        drop(closed);
        mail(vault, "a", TO, "zh-Hans");
        state(vault, "b");
        let round = mailer(port, Protection::None).round(vault, start());
        assert_eq!(round.unwrap(), Round::Down);
        let peer = Peer::start(vec!["204 No Content"]);
        assert_eq!(
            webhook(&peer).round(vault, start()).unwrap(),
            Round::Settled
        );
        assert_eq!(peer.asked().len(), 1);
    });
}

fn place(peer: &Peer) -> Place {
    Place::Address {
        url: url::Url::parse(&peer.url).unwrap(),
        secret: HookSecret::agreed("webhook key"),
        poster: Poster::new(Reach::Local),
    }
}

fn webhook(peer: &Peer) -> Receiver {
    Receiver::webhook(place(peer))
}

#[test]
fn a_webhook_is_told_number_part_state_and_time_and_can_check_who_says_so() {
    each(|vault| {
        let peer = Peer::start(vec!["503 Busy", "200 OK"]);
        state(vault, "a");
        result(vault, "b", "province");
        let hook = webhook(&peer);
        assert_eq!(hook.round(vault, start()).unwrap(), Round::Failed);
        let later = start() + TimeDelta::minutes(1);
        assert_eq!(hook.round(vault, later).unwrap(), Round::Settled);
        assert_eq!(hook.round(vault, later).unwrap(), Round::Nothing);
        let asked = peer.asked();
        let (head, body) = asked[1].split_once("\r\n\r\n").unwrap();
        let told: serde_json::Value = serde_json::from_str(body).unwrap();
        let delivery = told["delivery"].as_str().unwrap();
        assert_eq!(
            told,
            serde_json::json!({ "type": "case_state", "form": 1, "delivery": delivery, "number": NUMBER,
                "part": 1, "state": "accepted", "at": "2026-08-03T09:00:00+08:00" })
        );
        assert!(head.contains(&format!("gongshi-delivery: {delivery}")));
        let signed = HookSecret::agreed("webhook key").sign(later.timestamp(), body.as_bytes());
        let line = format!("gongshi-signature: t={},v1={signed}", later.timestamp());
        assert!(head.contains(&line), "{head}");
        assert_eq!(
            asked[0].split_once("\r\n\r\n").unwrap().1,
            body,
            "the same at each attempt"
        );
    });
}

#[test]
fn a_platform_gets_its_own_results_by_post_or_as_files() {
    each(|vault| {
        let dir = tempfile::tempdir().unwrap();
        let peer = Peer::start(vec!["200 OK"]);
        result(vault, "a", "province");
        result(vault, "b", "sector");
        let province = Receiver::platform("province".into(), place(&peer));
        let sector = Receiver::platform("sector".into(), Place::Directory(dir.path().into()));
        for receiver in [&province, &sector] {
            assert_eq!(receiver.round(vault, start()).unwrap(), Round::Settled);
            assert_eq!(receiver.round(vault, start()).unwrap(), Round::Nothing);
        }
        let files: Vec<_> = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1);
        let told: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&files[0]).unwrap()).unwrap();
        let name = files[0].file_stem().unwrap().to_str().unwrap();
        assert_eq!(
            told,
            serde_json::json!({ "type": "case_result", "form": 1, "delivery": name, "record": "r1",
                "list": "penalty", "document_number": "厦示罚〔2026〕1号",
                "authority_code": "11350200004123454P", "kind": "repair", "result": "approved",
                "date": "2026-08-03" })
        );
        assert_eq!(peer.asked().len(), 1);
        // a directory that is gone is like a server that is down
        result(vault, "c", "sector");
        dir.close().unwrap();
        assert_eq!(sector.round(vault, start()).unwrap(), Round::Down);
    });
}
