//! `/verify`: is a report or a decision letter genuine, and is what a report says still published? By code (GET), by file
//! (POST), and as JSON.

use actix_multipart::MultipartError;
use actix_multipart::form::MultipartForm;
use actix_multipart::form::bytes::Bytes;
use actix_web::error::PayloadError;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::report::MOST_COMPARED;
use crate::outside::report::claim::{About, Claim};
use crate::outside::report::letter::LetterClaim;
use crate::outside::report::mark::{self, FileMark};
use crate::outside::report::party::PartyClaim;
use crate::outside::report::verdict::{Verdict, judge};
use crate::outside::store::{Found, Stored};
use crate::outside::web::api::wire;
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::pages::verify::{Outcome, VerifyView, page};
use crate::outside::web::params;
use crate::outside::web::prefs;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, failed};

/// Bytes of a file that are taken at most.
pub const MOST_BYTES: usize = 8 << 20;

/// The form with a file.
#[derive(Debug, MultipartForm)]
pub struct Upload {
    /// The report.
    file: Bytes,
}

/// By code.
pub async fn verify(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Search, Cache::Private) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let query = call.req.query_string();
    if call.json
        && let Err(errors) = params::only(query, &["code"])
    {
        return call.end(Err(Refusal::BadParameters(errors)));
    }
    let typed = params::one(query, "code").unwrap_or_default();
    if call.json && typed.trim().is_empty() {
        let error = FieldError::query(
            "code",
            "missing",
            "请给出核验码 · give the verification code",
        );
        return call.end(Err(Refusal::BadParameters(vec![error])));
    }
    answer(call, typed, false).await
}

/// By file.
pub async fn verify_file(
    req: HttpRequest,
    state: Data<WebState>,
    form: Result<MultipartForm<Upload>, actix_web::Error>,
) -> HttpResponse {
    let call = match begin(req, state, Operation::Search, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let form = match form {
        Ok(form) => form,
        Err(error) => return call.end(Err(unreadable(&error))),
    };
    let examined = call
        .state
        .verify
        .as_deref()
        .map(|key| mark::examine(&form.file.data, key));
    match examined {
        Some(FileMark::Genuine(code)) => answer(call, code, true).await,
        Some(FileMark::Changed) => end(call, "", true, &Outcome::FileChanged),
        Some(FileMark::None) => end(call, "", true, &Outcome::FileUnmarked),
        None => end(call, "", true, &Outcome::Nothing),
    }
}

/// Why what was sent is no file.
fn unreadable(error: &actix_web::Error) -> Refusal {
    let overflow = matches!(
        error.as_error::<MultipartError>(),
        Some(MultipartError::Payload(PayloadError::Overflow))
    );
    if overflow {
        return Refusal::TooLarge;
    }
    Refusal::BadParameters(vec![FieldError {
        pointer: "body:file".to_owned(),
        code: "not_a_file",
        message: "请选择一个报告文件后再提交 · choose the file of a report and send it again"
            .to_owned(),
    }])
}

async fn answer(call: Call, typed: String, by_file: bool) -> HttpResponse {
    let Some(key) = call.state.verify.clone() else {
        return end(call, "", by_file, &Outcome::Nothing);
    };
    if typed.trim().is_empty() {
        return end(call, "", by_file, &Outcome::Nothing);
    }
    if let Some(letter) = LetterClaim::read(&typed, &key) {
        return end(call, &typed, by_file, &Outcome::Letter(letter));
    }
    if let Some(letter) = PartyClaim::read(&typed, &key) {
        return end(call, &typed, by_file, &Outcome::PartyLetter(letter));
    }
    let Some(claim) = Claim::read(&typed, &key) else {
        return end(call, &typed, by_file, &Outcome::Unknown);
    };
    let stamp = call.stamp;
    let found = call
        .blocking(move |state| outcome(state, claim, stamp))
        .await;
    match found {
        Ok(outcome) => end(call, &typed, by_file, &outcome),
        Err(refusal) => call.end(Err(refusal)),
    }
}

fn outcome(state: &WebState, claim: Claim, stamp: Stamp) -> Result<Outcome, Refusal> {
    let today: Vec<Stored> = match &claim.about {
        About::Record(id) => {
            let found = state
                .store
                .find(id, stamp.today)
                .map_err(|e| failed("finding a record", &e))?;
            match found {
                Found::Shown(stored) => vec![*stored],
                Found::Gone | Found::Unknown => Vec::new(),
            }
        }
        About::Organisation(code) => state
            .store
            .by_credit_code(code.as_str(), stamp.today, None, MOST_COMPARED)
            .map_err(|e| failed("reading a credit file", &e))?,
    };
    Ok(match judge(&claim, &today) {
        Verdict::Ended => Outcome::Ended,
        verdict => Outcome::Found {
            claim,
            verdict,
            records: today,
        },
    })
}

fn end(call: Call, typed: &str, by_file: bool, outcome: &Outcome) -> HttpResponse {
    if call.json {
        return call.end(wire::verified(outcome).map(|body| Reply::json(body).unindexed(true)));
    }
    // only what is published may stand in the links to other languages
    let here = match outcome {
        Outcome::Found { .. } if !by_file => prefs::here(call.req.path(), call.req.query_string()),
        _ => "/verify".to_owned(),
    };
    let ctx = call.state.ctx(call.prefs, here);
    let view = VerifyView {
        typed,
        outcome,
        by_file,
        able: call.state.verify.is_some(),
        catalogue: &call.state.catalogue,
    };
    let asked = !matches!(outcome, &Outcome::Nothing);
    let reply = Reply::page(page(&ctx, &view).into_string()).unindexed(asked);
    call.end(Ok(reply))
}
