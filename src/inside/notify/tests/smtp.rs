//! A small mail server for tests: the client that speaks with it is the real one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use data_encoding::BASE64;

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Mood {
    /// It takes everything.
    Takes,
    /// It takes nothing for now.
    Busy,
    /// It knows no such mailbox, and says which.
    NoMailbox,
    /// It takes a mail and is gone before it says so.
    Gone,
}

/// The server.
pub(in crate::inside) struct Smtp {
    pub(in crate::inside) port: u16,
    pub(in crate::inside) mood: Arc<Mutex<Mood>>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    mails: Vec<String>,
    said: Vec<String>,
}

impl Smtp {
    pub(in crate::inside) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mood, kept) = (Arc::new(Mutex::new(Mood::Takes)), Arc::default());
        let (its_mood, its_kept) = (Arc::clone(&mood), Arc::clone(&kept));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let mood = *its_mood.lock().unwrap();
                // a client that hangs up is no failure of the server
                let _ = converse(stream, mood, &its_kept);
            }
        });
        Self { port, mood, kept }
    }

    pub(in crate::inside) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// The mails as they came.
    pub(in crate::inside) fn mails(&self) -> Vec<String> {
        self.kept.lock().unwrap().mails.clone()
    }

    /// The commands that were said.
    pub(in crate::inside) fn said(&self) -> Vec<String> {
        self.kept.lock().unwrap().said.clone()
    }
}

fn converse(stream: TcpStream, mood: Mood, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    out.write_all(b"220 mail.test ESMTP\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        kept.lock().unwrap().said.push(line.clone());
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match (verb.as_str(), mood) {
            ("EHLO", _) => "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            ("RCPT", Mood::Busy) => "451 4.3.0 try again later".to_owned(),
            ("RCPT", Mood::NoMailbox) => format!("550 5.1.1 no mailbox: {line}"),
            ("DATA", _) => {
                out.write_all(b"354 go on\r\n")?;
                let mut mail = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                kept.lock().unwrap().mails.push(mail);
                if mood == Mood::Gone {
                    return Ok(());
                }
                "250 taken".to_owned()
            }
            ("QUIT", _) => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 well".to_owned(),
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

/// A header of a mail; folded lines are not put together.
pub(in crate::inside) fn header<'m>(mail: &'m str, name: &str) -> Option<&'m str> {
    let (head, _) = mail.split_once("\n\n").unwrap();
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The text of a mail, decoded.
pub(in crate::inside) fn text(mail: &str) -> String {
    let (_, body) = mail.split_once("\n\n").unwrap();
    let bytes = match header(mail, "Content-Transfer-Encoding").unwrap() {
        "base64" => {
            let body: String = body.split_whitespace().collect();
            BASE64.decode(body.as_bytes()).unwrap()
        }
        "quoted-printable" => printable(&body.replace("=\n", "")),
        "7bit" | "8bit" => body.as_bytes().to_vec(),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

fn printable(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    out
}
