//! Whether the process lives, and whether it can answer.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::web::api::wire;
use crate::outside::web::problem::{PROBLEM_JSON, Refusal};
use crate::outside::web::state::WebState;

fn answer(body: Result<Vec<u8>, Refusal>) -> HttpResponse {
    match body {
        Ok(body) => HttpResponse::Ok()
            .insert_header(("cache-control", "no-store"))
            .content_type("application/json")
            .body(body),
        Err(refusal) => problem(&refusal),
    }
}

fn problem(refusal: &Refusal) -> HttpResponse {
    let mut res = HttpResponse::build(refusal.words().status);
    res.insert_header(("cache-control", "no-store"));
    if let Some(seconds) = refusal.retry_after() {
        res.insert_header(("retry-after", seconds.to_string()));
    }
    res.content_type(PROBLEM_JSON);
    match serde_json::to_vec(&refusal.problem("")) {
        Ok(body) => res.body(body),
        Err(_) => res.finish(),
    }
}

/// `GET /healthz`: the process answers.
pub async fn alive(_req: HttpRequest) -> HttpResponse {
    answer(wire::health("alive", None, None, None))
}

/// `GET /readyz`: the store can be read, and the index answers and has caught up.
pub async fn ready(state: Data<WebState>) -> HttpResponse {
    let Some(index_seq) = state.index.seq() else {
        return problem(&Refusal::NotReady);
    };
    let shared = Data::clone(&state);
    match actix_web::web::block(move || shared.store.position()).await {
        Ok(Ok(position)) if !state.is_caught_up(position, index_seq) => problem(&Refusal::NotReady),
        Ok(Ok(position)) => {
            let held = state.exports.fault().is_some();
            let exports = held.then_some("held back: the sum does not hold");
            answer(wire::health(
                "ready",
                Some(position.seq),
                Some(index_seq),
                exports,
            ))
        }
        Ok(Err(_)) | Err(_) => problem(&Refusal::NotReady),
    }
}
