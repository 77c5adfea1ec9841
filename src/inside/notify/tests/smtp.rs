//! A small mail server for tests: the client that speaks with it is the real one.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use data_encoding::BASE64;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Its certificate: of 127.0.0.1, signed by itself, made for these tests.
pub(in crate::inside) const CERTIFICATE: &[u8] = include_bytes!("server.crt.pem");
const KEY: &[u8] = include_bytes!("server.key.pem");

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
    /// One that cannot encrypt.
    pub(in crate::inside) fn start() -> Self {
        Self::with(None)
    }

    /// One that can, and takes mail from who has signed in only after that.
    pub(in crate::inside) fn with_tls() -> Self {
        let certificates = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .unwrap();
        Self::with(Some(Arc::new(config)))
    }

    fn with(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mood, kept) = (Arc::new(Mutex::new(Mood::Takes)), Arc::default());
        let (its_mood, its_kept) = (Arc::clone(&mood), Arc::clone(&kept));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let mood = *its_mood.lock().unwrap();
                // a client that hangs up is no failure of the server
                let _ = attend(stream, tls.as_ref(), mood, &its_kept);
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

fn attend(
    mut stream: std::net::TcpStream,
    tls: Option<&Arc<rustls::ServerConfig>>,
    mood: Mood,
    kept: &Mutex<Kept>,
) -> std::io::Result<()> {
    stream.write_all(b"220 mail.test ESMTP\r\n")?;
    let begins = converse(&mut stream, tls.is_some(), mood, kept)?;
    if let Some(tls) = tls.filter(|_| begins) {
        let connection = rustls::ServerConnection::new(Arc::clone(tls)).map_err(Error::other)?;
        let mut stream = rustls::StreamOwned::new(connection, stream);
        converse(&mut stream, false, mood, kept)?;
    }
    Ok(())
}

fn line(stream: &mut impl Read) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte)? == 1 {
        if byte[0] == b'\n' {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Ok(text.trim_end_matches('\r').to_owned());
        }
        bytes.push(byte[0]);
    }
    Err(ErrorKind::UnexpectedEof.into())
}

/// Until the client leaves; answers whether it wants to begin again encrypted.
fn converse<S: Read + Write>(
    stream: &mut S,
    can_encrypt: bool,
    mood: Mood,
    kept: &Mutex<Kept>,
) -> std::io::Result<bool> {
    loop {
        let said = line(stream)?;
        kept.lock().unwrap().said.push(said.clone());
        let verb = said.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match (verb.as_str(), mood) {
            ("EHLO", _) if can_encrypt => "250-mail.test\r\n250 STARTTLS".to_owned(),
            ("EHLO", _) => {
                "250-mail.test\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned()
            }
            ("STAR", _) if can_encrypt => {
                stream.write_all(b"220 go on\r\n")?;
                return Ok(true);
            }
            ("AUTH", _) => "235 welcome".to_owned(),
            ("RCPT", Mood::Busy) => "451 4.3.0 try again later".to_owned(),
            ("RCPT", Mood::NoMailbox) => format!("550 5.1.1 no mailbox: {said}"),
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n")?;
                let mut mail = String::new();
                loop {
                    let line = line(stream)?;
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                kept.lock().unwrap().mails.push(mail);
                if mood == Mood::Gone {
                    return Ok(false);
                }
                "250 taken".to_owned()
            }
            ("QUIT", _) => {
                stream.write_all(b"221 bye\r\n")?;
                return Ok(false);
            }
            _ => "250 well".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
    }
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
