//! Every page in a real browser, wide and narrow. Needs chromium and chromedriver: `tests/run browser`.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, like the test"
)]

#[expect(dead_code, reason = "the black box uses the rest")]
#[path = "../blackbox/files.rs"]
mod files;
#[expect(dead_code, reason = "the black box uses the rest")]
#[path = "../blackbox/harness.rs"]
mod harness;

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Widths in CSS pixels: a small telephone, a desk.
const WIDTHS: [u32; 2] = [320, 1280];

/// Faults of a page that a reader would trip over; an empty list is good.
const FAULTS: &str = r#"
const out = [], all = s => [...document.querySelectorAll(s)];
if (document.documentElement.scrollWidth > window.innerWidth + 1)
  out.push('wider than the screen: ' + document.documentElement.scrollWidth + ' of ' + window.innerWidth);
if (!document.documentElement.lang) out.push('no language');
if (!document.title) out.push('no title');
if (all('h1').length !== 1) out.push(all('h1').length + ' first headings');
if (all('main').length !== 1) out.push('no main part');
for (const e of all('input:not([type=hidden]), select, textarea'))
  if (!e.labels.length && !e.getAttribute('aria-label')) out.push('no label: ' + e.outerHTML);
for (const e of all('img')) if (!e.hasAttribute('alt')) out.push('no alternative text: ' + e.outerHTML);
for (const e of all('a')) if (!e.textContent.trim() && !e.getAttribute('aria-label')) out.push('empty link: ' + e.outerHTML);
const ids = all('[id]').map(e => e.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) out.push('id twice: ' + id);
if (![...document.styleSheets].some(s => s.cssRules.length > 10)) out.push('the style sheet was not applied');
if (all('script:not([src]), [style], style').length) out.push('inline script or style, which the policy forbids');
return out;
"#;

/// A driver on a port of its own, killed when dropped.
struct Driver(Child, u16);

impl Driver {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .unwrap()
            .port();
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver: install chromium and chromium-driver");
        Self(child, port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A browser window, spoken to in the WebDriver protocol (W3C), which is JSON over HTTP.
struct Browser {
    agent: ureq::Agent,
    /// Address of the session.
    session: String,
    _driver: Driver,
}

impl Browser {
    fn open() -> Self {
        let driver = Driver::start();
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let base = format!("http://127.0.0.1:{}/session", driver.1);
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": args }
        } } });
        let begun = Instant::now();
        let answer = loop {
            match agent.post(&base).send_json(&wanted) {
                Ok(mut response) => break response.body_mut().read_json::<Value>().unwrap(),
                Err(error) => assert!(begun.elapsed() < Duration::from_secs(30), "{error}"),
            }
            std::thread::sleep(Duration::from_millis(100));
        };
        let id = answer["value"]["sessionId"].as_str();
        Self {
            session: format!("{base}/{}", id.unwrap_or_else(|| panic!("{answer}"))),
            agent,
            _driver: driver,
        }
    }

    #[track_caller]
    fn ask(&self, what: &str, body: &Value) -> Value {
        let mut response = self
            .agent
            .post(format!("{}/{what}", self.session))
            .send_json(body)
            .unwrap();
        let answer: Value = response.body_mut().read_json().unwrap();
        assert!(answer["value"]["error"].is_null(), "{what}: {answer}");
        answer["value"].clone()
    }

    fn goto(&self, url: &str) {
        self.ask("url", &json!({ "url": url }));
    }

    fn width(&self, width: u32) {
        // a window cannot be as narrow as a telephone; what is emulated can
        let metrics =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        let order = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics });
        self.ask("goog/cdp/execute", &order);
    }

    fn run(&self, script: &str) -> Value {
        self.ask("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The element that a selector finds, within ten seconds.
    #[track_caller]
    fn find(&self, css: &str) -> String {
        let begun = Instant::now();
        loop {
            let found = self.ask(
                "elements",
                &json!({ "using": "css selector", "value": css }),
            );
            let first = found
                .as_array()
                .and_then(|all| all.first()?.as_object()?.values().next());
            if let Some(id) = first {
                return id.as_str().unwrap().to_owned();
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "no {css}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn type_in(&self, css: &str, text: &str) {
        let id = self.find(css);
        self.ask(&format!("element/{id}/value"), &json!({ "text": text }));
    }

    fn click(&self, css: &str) {
        let id = self.find(css);
        self.ask(&format!("element/{id}/click"), &json!({}));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
    }
}

#[track_caller]
fn sound(browser: &Browser, base: &str, path: &str) {
    for width in WIDTHS {
        browser.width(width);
        browser.goto(&format!("{base}{path}"));
        assert_eq!(browser.run("return window.innerWidth"), width);
        assert_eq!(browser.run(FAULTS), json!([]), "{path} at {width}");
    }
}

#[test]
#[ignore = "needs chromium and chromedriver: tests/run browser"]
fn a_citizen_searches_reads_and_finds_the_way_out() {
    let site = harness::Site::empty();
    site.run(&["demo", "--no-serve", "--records", "1000"])
        .expect(0);
    let server = site.serve(&[]);
    let first = server.api("/api/v1/search?q=有限公司&list=penalty");
    let item = &first["items"][0];
    let id = item["id"].as_str().unwrap();
    let code = item["subject"]["credit_code"].as_str().unwrap();
    let name = item["subject"]["name"].as_str().unwrap();

    let browser = Browser::open();
    for path in [
        "/".to_owned(),
        "/search".to_owned(),
        "/search?q=%E6%9C%89%E9%99%90%E5%85%AC%E5%8F%B8".to_owned(),
        "/search?q=zzzzzzzzzz".to_owned(),
        "/search?nonsense=1".to_owned(),
        format!("/records/{id}"),
        format!("/subjects/{code}"),
        "/lists".to_owned(),
        "/lists/penalty".to_owned(),
        "/lists/judgment_defaulter".to_owned(),
        "/measures".to_owned(),
        "/about".to_owned(),
        "/help".to_owned(),
        "/no/such/page".to_owned(),
    ] {
        sound(&browser, server.base(), &path);
    }

    // types a name into the box on the first page, and follows the first find
    browser.goto(server.base());
    browser.type_in("input[name=q]", &format!("{name}\u{e007}"));
    browser.find("main a[href^='/records/']");
    assert_eq!(
        browser.run("return new URL(location).searchParams.get('q')"),
        name,
        "the address holds the query"
    );
    browser.click("main a[href^='/records/']");
    let begun = Instant::now();
    while !browser
        .run("return location.pathname")
        .as_str()
        .unwrap()
        .starts_with("/records/")
    {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "the link leads nowhere"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let text = browser.run("return document.querySelector('main').innerText");
    let text = text.as_str().unwrap();
    assert!(text.contains(name), "{text}");
    // P3: on what basis, until when, how to get out, how to object
    for word in ["依据", "修复", "异议"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}
