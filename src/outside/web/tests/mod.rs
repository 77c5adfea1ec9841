//! The room as its visitors see it: every route, every refusal, what must never be seen, and the samples of the views.

mod apply;
mod check;
mod cors;
mod data;
pub mod fixture;
mod follow;
mod guide;
mod keys;
mod notices;
mod privacy;
mod reconcile;
mod reports;
mod reusers;
mod routes;
mod samples;
mod simulated;
mod small;
mod stats;

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{App, test};
use fixture::Portal;

use super::state::WebState;

/// A page without the scripts that it may load, and without the mark of data for machines, which nothing runs: what
/// is left must hold none.
pub fn without_own_script(page: &str) -> String {
    let own = |path: &str| format!("<script src=\"{path}\" defer></script>");
    page.replace(&own(*super::assets::SCRIPT), "")
        .replace(&own(*super::assets::APPLY_SCRIPT), "")
        .replace("<script type=\"application/ld+json\">", "")
}

/// An answer, read.
pub struct Seen {
    pub status: StatusCode,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub bytes: actix_web::web::Bytes,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

type Answering = Pin<Box<dyn Future<Output = Seen>>>;

/// An application that answers one request after the other.
pub struct Site(Box<dyn Fn(test::TestRequest) -> Answering>);

pub async fn app(portal: &Portal) -> Site {
    app_of(portal.state.clone()).await
}

/// The same of any node.
pub async fn app_of(state: Data<WebState>) -> Site {
    let service = App::new().configure(move |cfg| super::configure(cfg, state));
    let service = Rc::new(test::init_service(service).await);
    Site(Box::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let res = test::call_service(&*service, request.to_request()).await;
            let status = res.status();
            let headers = res
                .headers()
                .iter()
                .map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()))
                .collect();
            let bytes = test::read_body(res).await;
            Seen {
                status,
                headers,
                body: String::from_utf8_lossy(&bytes).into_owned(),
                bytes,
            }
        })
    }))
}

pub async fn ask(app: &Site, request: test::TestRequest) -> Seen {
    (app.0)(request).await
}

/// Asks as a browser does.
pub async fn get(app: &Site, address: &str) -> Seen {
    let request = test::TestRequest::get()
        .uri(address)
        .insert_header(("accept", "text/html,application/xhtml+xml,*/*;q=0.8"));
    ask(app, request).await
}
