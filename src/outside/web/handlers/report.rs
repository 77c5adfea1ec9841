//! `GET /subjects/{code}/report` and `/subjects/{code}/report.pdf`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::subject::CreditCode;
use crate::outside::report::claim::{About, Claim};
use crate::outside::report::{MOST_RECORDS, content, mark, pdf};
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::pages::report::{ReportView, document, page};
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Reply, begin_or_kept};
use crate::outside::web::state::{WebState, failed};
use crate::record::PublicRecord;

use super::subject::bad_code;

/// What a report is made as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Pdf,
}

/// The report as a page to be printed.
pub async fn report(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    answer(req, state, Form::Page).await
}

/// The report as a file.
pub async fn report_pdf(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    answer(req, state, Form::Pdf).await
}

async fn answer(req: HttpRequest, state: Data<WebState>, form: Form) -> HttpResponse {
    // it may cost as much as a search, and more
    let call = match begin_or_kept(req, state, Operation::Search, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let text = call.req.match_info().get("code").unwrap_or("");
    let code = match CreditCode::parse(text) {
        Ok(code) => code,
        Err(error) => return call.end(Err(bad_code(&error))),
    };
    let permit = match call.state.permits.enter().await {
        Ok(permit) => permit,
        Err(refusal) => return call.end(Err(refusal)),
    };
    let (stamp, ctx) = (call.stamp, call.ctx());
    let result = call
        .blocking(move |state| {
            let _permit = permit;
            make(state, code, stamp, &ctx, form)
        })
        .await;
    call.end_and_keep(result)
}

fn make(
    state: &WebState,
    code: CreditCode,
    stamp: Stamp,
    ctx: &Ctx,
    form: Form,
) -> Result<Reply, Refusal> {
    let mut rows = state
        .store
        .by_credit_code(code.as_str(), stamp.today, None, MOST_RECORDS + 1)
        .map_err(|e| failed("reading a credit file", &e))?;
    let more = rows.len() > MOST_RECORDS;
    rows.truncate(MOST_RECORDS);
    let records: Vec<PublicRecord> = rows.into_iter().map(|row| row.record).collect();
    let claim = || {
        Some(Claim {
            about: About::Organisation(code),
            day: stamp.today,
            seq: u32::try_from(stamp.seq).ok()?,
            count: u16::try_from(records.len()).ok()?,
            digest: content::digest(&records),
        })
    };
    let seal = claim().and_then(|claim| state.seal(&claim));
    let view = ReportView {
        code,
        records: &records,
        more,
        catalogue: &state.catalogue,
        today: stamp.today,
        seal: seal.as_ref(),
    };
    let reply = match form {
        Form::Page => Reply::page(page(ctx, &view).into_string()),
        Form::Pdf => {
            let mut file =
                pdf::make(&document(ctx, &view)).map_err(|e| failed("making a report", &e))?;
            if let (Some(seal), Some(key)) = (&seal, &state.verify) {
                mark::seal(&mut file, &seal.code, key);
            }
            let name = format!("credit-report-{}-{}.pdf", code.as_str(), stamp.today);
            Reply::pdf(file, name)
        }
    };
    Ok(reply.unindexed(true))
}
