//! A provider over HTTP on this machine: discovery, keys, and a token endpoint that asks for the client's secret and for the
//! verifier of PKCE. What it does wrong, a test tells it.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::Signer;
use crate::inside::desk::oidc::OidcSettings;

const CLIENT: &str = "desk";
/// It needs encoding where it is sent.
const SECRET: &str = "s3cret: & more";

/// What the provider does.
pub struct Script {
    /// Who signs, under which id.
    pub signer: (Arc<Signer>, String),
    /// The keys that are published.
    pub keys: Vec<Value>,
    /// Changes of the discovery document.
    pub document: Value,
    /// Changes of the claims; null takes one away.
    pub claims: Value,
    /// Answers in place of the true ones: path → status and body.
    pub instead: BTreeMap<String, (u16, String)>,
    /// How long each answer takes.
    pub slow: Duration,
    /// Seconds since 1970.
    pub now: i64,
    /// Paths that were asked for.
    pub asked: Vec<String>,
    /// How the client proved who it is, last.
    pub proof: String,
    codes: HashMap<String, BTreeMap<String, String>>,
}

/// The provider.
pub struct TestProvider {
    pub address: SocketAddr,
    pub script: Arc<Mutex<Script>>,
    stopped: Arc<AtomicBool>,
}

fn parse(query: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// One value over another, name by name.
fn lay(over: &Value, onto: &mut Value) {
    for (name, value) in over.as_object().into_iter().flatten() {
        if value.is_null() {
            onto.as_object_mut().unwrap().remove(name);
        } else {
            onto[name] = value.clone();
        }
    }
}

impl TestProvider {
    /// One that does everything right, at an instant.
    pub fn start(now: i64) -> Self {
        let signer = Arc::new(Signer::es());
        let script = Arc::new(Mutex::new(Script {
            keys: vec![signer.jwk("k1")],
            signer: (signer, "k1".to_owned()),
            document: json!({}),
            claims: json!({}),
            instead: BTreeMap::new(),
            slow: Duration::ZERO,
            now,
            asked: Vec::new(),
            proof: String::new(),
            codes: HashMap::new(),
        }));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopped = Arc::new(AtomicBool::new(false));
        let (shared, stop) = (Arc::clone(&script), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (script, stream) = (Arc::clone(&shared), stream.unwrap());
                std::thread::spawn(move || serve(stream, &script, address));
            }
        });
        Self {
            address,
            script,
            stopped,
        }
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// Nobody listens any more.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        // the listener goes when the loop has seen it
        while TcpStream::connect(self.address).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The settings of a client of this provider.
    pub fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: self.issuer(),
            client_id: CLIENT.to_owned(),
            client_secret: Zeroizing::new(SECRET.to_owned()),
            name: "统一身份认证".to_owned(),
            scopes: vec!["openid".to_owned()],
            subject_claim: "sub".to_owned(),
            acr: Vec::new(),
            amr: Vec::new(),
            authorities: None,
            base_url: "http://localhost".to_owned(),
            patience: Duration::from_secs(5),
        }
    }

    /// What a person who agrees at once does with the page that the desk has led to: the address that leads back.
    pub fn agree(&self, to: &str) -> String {
        let url = Url::parse(to).unwrap();
        assert_eq!(url.path(), "/authorize");
        let asked = parse(url.query().unwrap());
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["scope"], "openid");
        assert_eq!(
            asked["redirect_uri"],
            "http://localhost/desk/sign-in/callback"
        );
        for long in ["state", "nonce", "code_challenge"] {
            assert_eq!(asked[long].len(), 43, "{long}");
        }
        let code = format!("code-{}", asked["state"]);
        let back = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &asked["state"])
            .append_pair("iss", &self.issuer())
            .finish();
        self.script().codes.insert(code, asked);
        format!("/desk/sign-in/callback?{back}")
    }
}

impl Drop for TestProvider {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// The head of a request and its body.
fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut all = Vec::new();
    let mut piece = [0_u8; 4096];
    loop {
        let n = stream.read(&mut piece).ok()?;
        all.extend(&piece[..n]);
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is = name.eq_ignore_ascii_case("content-length");
                is.then(|| value.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
        if n == 0 {
            return None;
        }
    }
}

fn serve(mut stream: TcpStream, script: &Mutex<Script>, address: SocketAddr) {
    let Some((head, body)) = request(&mut stream) else {
        return;
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let (slow, instead) = {
        let mut script = script.lock().unwrap();
        script.asked.push(path.clone());
        (script.slow, script.instead.get(&path).cloned())
    };
    std::thread::sleep(slow);
    let (status, body) = instead.unwrap_or_else(|| {
        let mut script = script.lock().unwrap();
        let issuer = format!("http://{address}");
        match path.as_str() {
            "/.well-known/openid-configuration" => (200, document(&script, &issuer).to_string()),
            "/jwks" => (200, json!({ "keys": script.keys }).to_string()),
            "/token" => token(&mut script, &issuer, &head, &body),
            _ => (404, String::new()),
        }
    });
    let answer = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n{}\r\n{body}",
        body.len(),
        if (300..400).contains(&status) {
            "location: /jwks\r\n"
        } else {
            ""
        },
    );
    // who has had enough of a long answer closes
    let _ = stream.write_all(answer.as_bytes());
}

fn document(script: &Script, issuer: &str) -> Value {
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/out"),
        "response_types_supported": ["code", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    lay(&script.document, &mut document);
    document
}

fn token(script: &mut Script, issuer: &str, head: &str, body: &str) -> (u16, String) {
    let refused = |status, error: &str| (status, json!({ "error": error }).to_string());
    let sent = parse(body);
    let one = |name: &str| sent.get(name).map_or("", String::as_str);
    let header = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization").then_some(value)
    });
    let proved = match header {
        Some(basic) => {
            script.proof = "basic".to_owned();
            let both = basic.strip_prefix("Basic ").unwrap();
            let both = String::from_utf8(BASE64.decode(both.as_bytes()).unwrap()).unwrap();
            let (id, secret) = both.split_once(':').unwrap();
            // encoded as in a form, each for itself
            (id, parse(&format!("v={secret}"))["v"].as_str()) == (CLIENT, SECRET)
        }
        None => {
            script.proof = "post".to_owned();
            (one("client_id"), one("client_secret")) == (CLIENT, SECRET)
        }
    };
    if !proved {
        return refused(401, "invalid_client");
    }
    // a code is good for once
    let Some(asked) = script.codes.remove(one("code")) else {
        return refused(400, "invalid_grant");
    };
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(one("code_verifier").as_bytes()));
    let right = one("grant_type") == "authorization_code"
        && challenge == asked["code_challenge"]
        && one("redirect_uri") == asked["redirect_uri"];
    if !right {
        return refused(400, "invalid_grant");
    }
    let mut claims = json!({
        "iss": issuer,
        "aud": CLIENT,
        "sub": "person-1",
        "nonce": asked["nonce"],
        "iat": script.now,
        "exp": script.now + 300,
    });
    lay(&script.claims, &mut claims);
    let (signer, kid) = &script.signer;
    let header = json!({ "alg": signer.algorithm(), "kid": kid });
    let id_token = signer.token(&header, &claims);
    let tokens = json!({ "access_token": "A", "token_type": "Bearer", "id_token": id_token });
    (200, tokens.to_string())
}
