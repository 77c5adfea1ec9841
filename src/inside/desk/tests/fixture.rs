//! A desk with officers of two authorities, a clock that stands still, and a browser that keeps its cookie.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{App, test};
use chrono::{TimeDelta, TimeZone as _, Utc};
use url::form_urlencoded;

use crate::base::calendar::Calendar;
use crate::base::clock::SettableClock;
use crate::base::crypto::{DeskPublic, DeskSecret, KeyRing, KeyScope, Password, VerifyKey};
use crate::base::db::testing::Scratch;
use crate::domain::cases::{Limits, Role, SyncTarget};
use crate::domain::rule::severity::SeverityTable;
use crate::domain::time::Moment;
use crate::inside::cases::{Cases, Reach, Surfaces};
use crate::inside::desk::oidc::Oidc;
use crate::inside::desk::{
    DEMO_PASSWORD, DeskParts, DeskSettings, DeskState, Publish, SecondOfficer, configure,
};
use crate::inside::publish;
use crate::inside::vault::{NewOfficer, Vault};
use crate::outside::apply::ApplyStore;
use crate::outside::store::PublicStore;

/// The authority of most officers here.
pub const OURS: &str = "11350200004123454P";
/// Another one.
pub const THEIRS: &str = "11210200YX00001001";

/// Every role with a desk, each with its officer; `b.` is the other authority.
pub const OFFICERS: [(&str, Role, Option<&str>); 10] = [
    ("a.clerk", Role::ProviderClerk, Some(OURS)),
    ("a.handler", Role::Handler, Some(OURS)),
    ("a.approver", Role::Approver, Some(OURS)),
    ("a.secrecy", Role::SecrecyReviewer, Some(OURS)),
    ("b.handler", Role::Handler, Some(THEIRS)),
    ("b.approver", Role::Approver, Some(THEIRS)),
    ("operator", Role::Operator, None),
    ("operator2", Role::Operator, None),
    ("leading", Role::LeadingGroup, None),
    ("auditor", Role::Auditor, None),
];

/// The desk and what it stands on.
pub struct World {
    _places: (Scratch, Scratch, Scratch, tempfile::TempDir),
    pub state: Data<DeskState>,
    pub vault: Vault,
    pub store: PublicStore,
    pub clock: SettableClock,
    /// How often something was published.
    pub published: Arc<AtomicUsize>,
    pub cases: Cases,
    /// To whom applications are sealed.
    pub intake: DeskPublic,
}

/// Surfaces that are never behind.
struct PlainSurfaces(Publish, PublicStore);

impl Surfaces for PlainSurfaces {
    fn publish(&self, now: Moment) -> Result<(), String> {
        (self.0)(now).map(|_| ())
    }

    fn reached(&self, _: SyncTarget, _: Moment) -> Reach {
        Reach::At(self.1.position().unwrap().seq)
    }
}

/// When all of it happens: a Wednesday morning in Shanghai.
pub fn start() -> Moment {
    Utc.with_ymd_and_hms(2026, 11, 25, 2, 0, 0).unwrap()
}

impl World {
    /// A desk of the demonstration, whose officers need no code.
    pub fn demo() -> Self {
        Self::demo_on(None, SecondOfficer::Lists)
    }

    /// The same with a provider.
    pub fn demo_of(oidc: Oidc) -> Self {
        Self::demo_on(Some(oidc), SecondOfficer::Lists)
    }

    /// The same where a second officer releases other files than by default.
    pub fn demo_with(second: SecondOfficer) -> Self {
        Self::demo_on(None, second)
    }

    fn demo_on(oidc: Option<Oidc>, second: SecondOfficer) -> Self {
        let world = Self::on(true, oidc, second);
        let password = Password::new(DEMO_PASSWORD).unwrap();
        for (id, role, authority) in OFFICERS {
            world.add(id, role, authority, &password, true);
        }
        world
    }

    /// A real desk without officers.
    pub fn real() -> Self {
        Self::on(false, None, SecondOfficer::Lists)
    }

    pub fn add(
        &self,
        id: &str,
        role: Role,
        authority: Option<&str>,
        password: &Password,
        demo: bool,
    ) {
        let new = NewOfficer {
            id,
            name: "测试员",
            role,
            authority,
            authority_name: if authority.is_some() { "测试局" } else { "" },
            password: Some(password),
            totp: None,
            oidc_subject: None,
            demo,
        };
        self.vault.add_officer(&new, "test", start()).unwrap();
    }

    /// A real desk without officers, whose provider signs them in.
    pub fn of_provider(oidc: Oidc) -> Self {
        Self::on(false, Some(oidc), SecondOfficer::Lists)
    }

    fn on(demo: bool, oidc: Option<Oidc>, second: SecondOfficer) -> Self {
        let keys = tempfile::tempdir().unwrap();
        KeyRing::create(keys.path()).unwrap();
        let (private, public, handed_in) =
            (Scratch::sqlite(), Scratch::sqlite(), Scratch::sqlite());
        let ring = KeyRing::load(keys.path(), KeyScope::Inside).unwrap();
        let (inside, blind) = ring.into_inside().unwrap();
        let vault = Vault::open(&private.url, inside).unwrap();
        let store = PublicStore::open(&public.url).unwrap();
        let clock = SettableClock::at(start());
        let catalogue = Arc::new(crate::base::catalogue::load(None).unwrap());
        let severity = Arc::new(SeverityTable::embedded().unwrap());
        let calendar = Calendar::embedded();
        let blind = Arc::new(blind);
        let published = Arc::new(AtomicUsize::new(0));
        let publish = {
            let (vault, store, published) = (vault.clone(), store.clone(), Arc::clone(&published));
            let (catalogue, severity) = (Arc::clone(&catalogue), Arc::clone(&severity));
            let (calendar, blind) = (calendar.clone(), Arc::clone(&blind));
            move |now| {
                published.fetch_add(1, Ordering::SeqCst);
                let publisher = publish::Publisher {
                    vault: &vault,
                    store: &store,
                    catalogue: &catalogue,
                    severity: &severity,
                    calendar: &calendar,
                    blind: &blind,
                };
                publish::run(&publisher, now, &|_| ()).map_err(|e| e.to_string())
            }
        };
        let publish: Publish = Arc::new(publish);
        let cases = Cases {
            vault: vault.clone(),
            store: store.clone(),
            apply: Some(ApplyStore::open(&handed_in.url).unwrap()),
            desk: Some(Arc::new(DeskSecret::load(keys.path()).unwrap())),
            catalogue: Arc::clone(&catalogue),
            severity: Arc::clone(&severity),
            limits: Arc::new(Limits::embedded().unwrap()),
            calendar: calendar.clone(),
            surfaces: Arc::new(PlainSurfaces(Arc::clone(&publish), store.clone())),
            tells: Arc::default(),
        };
        let state = DeskState::new(DeskParts {
            vault: vault.clone(),
            store: store.clone(),
            catalogue,
            severity,
            calendar,
            blind,
            verify: Some(Arc::new(VerifyKey::fixed(7))),
            clock: Arc::new(clock.clone()),
            publish,
            cases: cases.clone(),
            oidc,
            settings: DeskSettings {
                demo,
                base_url: "".into(),
                trusted_proxies: Vec::new(),
                idle: TimeDelta::minutes(30),
                whole: TimeDelta::hours(10),
                catalogue_dir: None,
                second_officer: second,
                second_officer_for: Vec::new(),
            },
        });
        Self {
            intake: DeskPublic::load(keys.path()).unwrap(),
            _places: (private, public, handed_in, keys),
            state: Data::new(state),
            vault,
            store,
            clock,
            published,
            cases,
        }
    }

    /// What the audit log has, newest last, as `actor action object`.
    pub fn log(&self) -> Vec<String> {
        let all = self.vault.audit_entries(0, 100_000).unwrap();
        all.iter()
            .map(|e| format!("{} {} {}", e.actor, e.action, e.object))
            .collect()
    }
}

/// An answer, read.
pub struct Seen {
    pub status: StatusCode,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub bytes: Bytes,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v.as_str())
    }

    /// The token of the page's forms.
    pub fn token(&self) -> String {
        let from = self
            .body
            .split("name=\"token\" value=\"")
            .nth(1)
            .unwrap_or("");
        from.split('"').next().unwrap_or("").to_owned()
    }

    pub fn is(&self, status: u16) -> bool {
        self.status.as_u16() == status
    }
}

type Answering = std::pin::Pin<Box<dyn Future<Output = Seen>>>;

/// An application that answers, and the cookie of one browser.
pub struct Browser {
    app: Rc<dyn Fn(test::TestRequest) -> Answering>,
    /// The value of the cookie, as the browser has it.
    pub cookie: Option<String>,
    /// That of a sign-in at the provider.
    pub flow: Option<String>,
}

impl Browser {
    pub async fn new(world: &World) -> Self {
        let state = Data::clone(&world.state);
        let app = App::new().configure(move |cfg| configure(cfg, state));
        let service = Rc::new(test::init_service(app).await);
        let app = move |request: test::TestRequest| -> Answering {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let res = test::call_service(&*service, request.to_request()).await;
                let headers = res
                    .headers()
                    .iter()
                    .map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()))
                    .collect();
                let status = res.status();
                let bytes = test::read_body(res).await;
                Seen {
                    status,
                    headers,
                    body: String::from_utf8_lossy(&bytes).into_owned(),
                    bytes,
                }
            })
        };
        Self {
            app: Rc::new(app),
            cookie: None,
            flow: None,
        }
    }

    /// Another browser of the same desk.
    pub fn other(&self) -> Self {
        Self {
            app: Rc::clone(&self.app),
            cookie: None,
            flow: None,
        }
    }

    /// Sends a request as it is, but for the cookie.
    pub async fn send(&mut self, request: test::TestRequest) -> Seen {
        self.send_from("127.0.0.1:40000", request).await
    }

    /// The same from another place.
    pub async fn send_from(&mut self, peer: &str, request: test::TestRequest) -> Seen {
        let peer: SocketAddr = peer.parse().unwrap();
        let mut request = request.insert_header(("host", "localhost")).peer_addr(peer);
        let both = [
            ("gongshi-desk", &self.cookie),
            ("gongshi-desk-oidc", &self.flow),
        ];
        let held = both.map(|(name, value)| value.as_ref().map(|v| format!("{name}={v}")));
        let held: Vec<String> = held.into_iter().flatten().collect();
        if !held.is_empty() {
            request = request.insert_header(("cookie", held.join("; ")));
        }
        let seen = (self.app)(request).await;
        for (name, value) in &seen.headers {
            let Some((cookie, value)) = value.split_once('=').filter(|_| name == "set-cookie")
            else {
                continue;
            };
            let value = value.split(';').next().unwrap();
            let value = (!value.is_empty()).then(|| value.to_owned());
            match cookie {
                "gongshi-desk" => self.cookie = value,
                "gongshi-desk-oidc" => self.flow = value,
                _ => {}
            }
        }
        seen
    }

    /// Led here by another site: what is `Strict` stays with the browser.
    pub async fn led(&mut self, address: &str) -> Seen {
        let kept = self.cookie.take();
        let request = test::TestRequest::get()
            .uri(address)
            .insert_header(("sec-fetch-site", "cross-site"));
        let seen = self.send(request).await;
        if self.cookie.is_none() {
            self.cookie = kept;
        }
        seen
    }

    pub async fn get(&mut self, address: &str) -> Seen {
        self.send(test::TestRequest::get().uri(address)).await
    }

    /// Sends a form as a page of ours does.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Seen {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = test::TestRequest::post()
            .uri(address)
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_payload(body);
        self.send(request).await
    }

    /// The same with the token of the session's forms, which the first page has.
    pub async fn act(&mut self, address: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.get("/desk").await.token();
        let mut all = vec![("token", token.as_str())];
        all.extend_from_slice(fields);
        self.post(address, &all).await
    }

    pub async fn sign_in(&mut self, id: &str, password: &str, code: &str) -> Seen {
        let fields = [("id", id), ("password", password), ("code", code)];
        self.post("/desk/sign-in", &fields).await
    }

    /// Signed in as an officer of the demonstration.
    pub async fn of(world: &World, id: &str) -> Self {
        let mut browser = Self::new(world).await;
        let seen = browser.sign_in(id, DEMO_PASSWORD, "").await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{id}: {}", seen.body);
        browser
    }
}
