//! All routes on one screen, and the server around them.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_multipart::form::MultipartFormConfig;
use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, PayloadConfig, ServiceConfig, resource, route, scope, to};
use actix_web::{
    App, FromRequest, Handler, HttpRequest, HttpResponse, HttpServer, Resource, guard,
};

use super::problem::Refusal;
use super::state::WebState;
use super::{assets, cors, handlers, headers, log, reply};

/// Threads of a worker that read the store and search. Searches at one time are bounded anyway, and every thread that
/// has worked keeps memory for its next work.
const BLOCKING: usize = 2;
/// Bytes of what a re-user sends.
const MOST_OF_A_REPORT: usize = 16 << 10;

/// A resource that can be read, and answers every other method with 405.
fn read<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output = HttpResponse>,
    Args: FromRequest + 'static,
{
    resource(path)
        .route(
            route()
                .guard(guard::Any(guard::Get()).or(guard::Head()))
                .to(handler),
        )
        .default_service(to(wrong_method))
}

/// `/verify`: read like every page, and a file may be sent to it.
fn verify() -> Resource {
    let form = MultipartFormConfig::default()
        .total_limit(handlers::MOST_BYTES)
        .memory_limit(handlers::MOST_BYTES);
    read("/verify", handlers::verify)
        .app_data(form)
        .route(route().guard(guard::Post()).to(handlers::verify_file))
        .default_service(to(neither_read_nor_sent))
}

/// A resource that is read, and to which a form is sent.
fn form<F, Args, G, Sent>(path: &str, shown: F, sent: G) -> Resource
where
    F: Handler<Args, Output = HttpResponse>,
    Args: FromRequest + 'static,
    G: Handler<Sent, Output = HttpResponse>,
    Sent: FromRequest + 'static,
{
    read(path, shown)
        .app_data(PayloadConfig::new(handlers::apply::MOST_FORM))
        .route(route().guard(guard::Post()).to(sent))
}

/// A resource to which a form is sent and that shows nothing.
fn sent<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output = HttpResponse>,
    Args: FromRequest + 'static,
{
    resource(path)
        .app_data(PayloadConfig::new(handlers::apply::MOST_FORM))
        .route(route().guard(guard::Post()).to(handler))
        .default_service(to(wrong_method))
}

/// How a file comes: in memory, one at a time, never on disk.
fn file_in_memory() -> MultipartFormConfig {
    MultipartFormConfig::default()
        .total_limit(handlers::apply::MOST_UPLOAD)
        .memory_limit(handlers::apply::MOST_UPLOAD)
}

/// Where a piece of a file is sent.
fn piece(path: &str) -> Resource {
    resource(path)
        .app_data(PayloadConfig::new(handlers::apply::MOST_PIECE))
        .route(route().guard(guard::Post()).to(handlers::apply::piece_sent))
        .default_service(to(not_sent))
}

/// Where what was asked for is answered: words, and a file.
fn answer() -> Resource {
    read("/track/{number}/answer/{part}", handlers::apply::answer)
        .app_data(file_in_memory())
        .route(
            route()
                .guard(guard::Post())
                .to(handlers::apply::answer_sent),
        )
        .default_service(to(neither_read_nor_sent))
}

/// Where evidence is uploaded.
fn upload() -> Resource {
    resource("/apply/draft/{number}/{step:evidence}/file")
        .app_data(file_in_memory())
        .route(
            route()
                .guard(guard::Post())
                .to(handlers::apply::evidence_sent),
        )
        .default_service(to(wrong_method))
}

/// Applications: most specific addresses first.
fn applications(cfg: &mut ServiceConfig) {
    use handlers::apply;
    cfg.service(read("/apply", apply::start))
        .service(form("/apply/resume", apply::resume, apply::resume_sent))
        .service(read("/apply/draft/{number}", apply::tasks))
        .service(read("/apply/draft/{number}/done", apply::done))
        .service(read("/apply/draft/{number}/letter", apply::letter))
        .service(read("/apply/draft/{number}/letter.pdf", apply::letter_pdf))
        .service(sent("/apply/draft/{number}/submit", apply::submit))
        .service(sent("/apply/draft/{number}/discard", apply::discard))
        .service(upload())
        .service(sent("/apply/draft/{number}/evidence/remove", apply::remove))
        .service(sent(
            "/apply/draft/{number}/evidence/pieces",
            apply::piece_began,
        ))
        .service(piece(
            "/apply/draft/{number}/evidence/pieces/{upload}/{from}",
        ))
        .service(form(
            "/apply/draft/{number}/{step}",
            apply::step,
            apply::step_sent,
        ))
        .service(form("/apply/{kind}", apply::start_kind, apply::begin_kind))
        .service(form("/track", apply::track, apply::track_sent))
        .service(read("/track/{number}", apply::followed))
        .service(sent("/track/{number}/leave", apply::leave))
        .service(read("/track/{number}/letter/{reply}.pdf", apply::letter_of))
        .service(form(
            "/track/{number}/withdraw/{part}",
            apply::withdraw,
            apply::withdraw_sent,
        ))
        .service(form(
            "/track/{number}/answer/{part}/check",
            apply::answer_check,
            apply::answer_handed_in,
        ))
        .service(sent(
            "/track/{number}/answer/{part}/remove",
            apply::answer_removed,
        ))
        .service(sent(
            "/track/{number}/answer/{part}/pieces",
            apply::piece_began,
        ))
        .service(piece(
            "/track/{number}/answer/{part}/pieces/{upload}/{from}",
        ))
        .service(answer());
}

async fn wrong_method(req: HttpRequest) -> HttpResponse {
    reply::refuse(&req, &Refusal::Method("GET, HEAD"))
}

/// The same at an address that can be read and sent to.
async fn neither_read_nor_sent(req: HttpRequest) -> HttpResponse {
    reply::refuse(&req, &Refusal::Method("GET, HEAD, POST"))
}

/// The same at an address that can be sent to only.
async fn not_sent(req: HttpRequest) -> HttpResponse {
    reply::refuse(&req, &Refusal::Method("POST"))
}

/// `/api/v1/check`: a batch is sent to it.
fn check() -> Resource {
    resource("/api/v1/check")
        .app_data(PayloadConfig::new(handlers::MOST_OF_A_BATCH))
        .route(route().guard(guard::Post()).to(handlers::check))
        .default_service(to(not_sent))
}

/// `/api/v1/reusers`: read, and registrations are sent to it.
fn reusers() -> Resource {
    read("/api/v1/reusers", handlers::reusers)
        .app_data(PayloadConfig::new(MOST_OF_A_REPORT))
        .route(route().guard(guard::Post()).to(handlers::register_reuser))
        .default_service(to(neither_read_nor_sent))
}

/// Where re-users report.
fn reports() -> Resource {
    resource("/api/v1/reusers/{reuser}/progress")
        .app_data(PayloadConfig::new(MOST_OF_A_REPORT))
        .route(route().guard(guard::Post()).to(handlers::progress))
        .default_service(to(not_sent))
}

/// `/reconcile`: asked by address or by form.
fn reconcile() -> Resource {
    read("/reconcile", handlers::reconcile)
        .app_data(PayloadConfig::new(handlers::MOST_OF_A_BATCH))
        .route(route().guard(guard::Post()).to(handlers::reconcile_sent))
        .default_service(to(neither_read_nor_sent))
}

async fn not_found(req: HttpRequest) -> HttpResponse {
    reply::refuse(&req, &Refusal::NotFound)
}

/// The routes, which are the contract, and what every answer passes through.
pub fn configure(cfg: &mut ServiceConfig, state: Data<WebState>) {
    // made while they are sent
    cfg.service(
        scope("/data/deltas")
            .wrap(from_fn(headers::secure))
            .wrap(from_fn(log::log))
            .service(read("", handlers::deltas))
            .service(read("/", handlers::deltas))
            .service(read("/index.json", handlers::deltas_index))
            .service(read("/{file}", handlers::delta_file))
            .default_service(to(not_found)),
    );
    // before the names of data sets
    cfg.service(
        scope("/data/reusers")
            .wrap(Compress::default())
            .wrap(from_fn(headers::secure))
            .wrap(from_fn(log::log))
            .service(form("", handlers::reusers, handlers::reusers_sent))
            .default_service(to(not_found)),
    );
    cfg.service(
        scope("/data/hooks")
            .wrap(Compress::default())
            .wrap(from_fn(headers::secure))
            .wrap(from_fn(log::log))
            .service(read("", handlers::hooks))
            .default_service(to(not_found)),
    );
    cfg.service(
        scope("/data/history")
            .wrap(from_fn(cors::share))
            .wrap(from_fn(headers::secure))
            .wrap(from_fn(log::log))
            .service(read("", handlers::history))
            .service(read("/", handlers::history))
            .service(read("/{name}", handlers::history_document))
            .service(read("/{date}/{file}", handlers::history_file))
            .default_service(to(not_found)),
    );
    // files are compressed already, and cut by bytes: they do not pass the compressor
    cfg.app_data(state).service(
        scope("/data/{name}")
            .wrap(from_fn(cors::share))
            .wrap(from_fn(headers::secure))
            .wrap(from_fn(log::log))
            .service(read("", handlers::data_file))
            .service(read("/{file}", handlers::data_file))
            .default_service(to(not_found)),
    );
    cfg.service(
        scope("/.well-known")
            .wrap(from_fn(headers::secure))
            .wrap(from_fn(log::log))
            .service(read("/{name}", handlers::well_known))
            .default_service(to(not_found)),
    );
    cfg.service(
        scope("")
            .wrap(Compress::default())
            .wrap(from_fn(cors::share))
            .wrap(from_fn(headers::secure))
            .wrap(from_fn(log::log))
            .service(read("/", handlers::home))
            .service(read("/search", handlers::search))
            .service(read("/records/{id}", handlers::record))
            .service(read("/subjects/{code}", handlers::subject))
            .service(read("/subjects/{code}/report", handlers::report))
            .service(read("/subjects/{code}/report.pdf", handlers::report_pdf))
            .service(verify())
            .service(read("/api/v1/verify", handlers::verify))
            .configure(applications)
            .service(read("/lists", handlers::lists))
            .service(read("/lists/{code}", handlers::list))
            .service(read("/measures", handlers::measures))
            .service(read("/stats", handlers::stats))
            .service(read("/data", handlers::data))
            .service(read("/about", handlers::about))
            .service(read("/about/design", handlers::design))
            .service(read("/help", handlers::help))
            .service(read("/help/repair", handlers::help_repair))
            .service(read("/help/bankruptcy", handlers::help_bankruptcy))
            .service(read("/help/objection", handlers::help_objection))
            .service(read("/catalogue", handlers::catalogue))
            .service(read("/catalogue/{code}", handlers::catalogue_entry))
            .service(read("/notices", handlers::notices))
            .service(read("/sectors", handlers::sectors))
            .service(read("/privacy", handlers::privacy))
            .service(read("/accessibility", handlers::accessibility))
            .service(read("/sitemap.xml", handlers::sitemap))
            .service(read("/sitemap/{part}", handlers::sitemap_part))
            .service(read("/favicon.ico", assets::favicon))
            .service(read("/robots.txt", handlers::robots))
            .service(read("/static/{file:.*}", assets::serve))
            .service(read("/api/v1/search", handlers::search))
            .service(check())
            .service(read("/api/v1/openapi.json", handlers::openapi))
            .service(read("/api/docs", handlers::api_docs))
            .service(read("/api/v1/suggest", handlers::suggest))
            .service(read("/api/v1/records/{id}", handlers::record))
            .service(read("/api/v1/subjects/{code}", handlers::subject))
            .service(read("/api/v1/lists", handlers::lists))
            .service(read("/api/v1/lists/{code}", handlers::list))
            .service(read("/api/v1/stats", handlers::stats))
            .service(read("/api/v1/catalogue", handlers::catalogue))
            .service(read("/api/v1/catalogue/{code}", handlers::catalogue_entry))
            .service(read("/api/v1/notices", handlers::notices))
            .service(read("/api/v1/changes", handlers::changes))
            .service(read("/api/v1/withdrawals", handlers::withdrawals))
            .service(reusers())
            .service(reports())
            .service(read("/feeds", handlers::feeds))
            .service(read("/feeds/{name}.atom", handlers::feed))
            .service(read("/feeds/regions/{code}.atom", handlers::feed_of_region))
            .service(read(
                "/feeds/authorities/{code}.atom",
                handlers::feed_of_authority,
            ))
            .service(reconcile())
            .service(read(
                "/reconcile/suggest/{what}",
                handlers::suggest_for_reconciling,
            ))
            .service(read("/reconcile/flyout/{what}", handlers::flyout))
            .service(read("/reconcile/preview", handlers::preview))
            .service(read("/reconcile/properties", handlers::propose))
            .service(read("/healthz", handlers::alive))
            .service(read("/readyz", handlers::ready))
            .default_service(to(not_found)),
    );
}

/// Further addresses of a node, beside those of the public site: what they are this room does not know.
pub type Mount = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// A server on a listener that is already bound, so that the caller knows its address. It runs when awaited.
///
/// # Errors
/// When the listener cannot be used.
pub fn server(
    state: Data<WebState>,
    listener: TcpListener,
    workers: usize,
    shutdown_seconds: u64,
    more: Option<Mount>,
) -> io::Result<Server> {
    std::thread::spawn(assets::make_ready);
    let server = HttpServer::new(move || {
        let state = Data::clone(&state);
        let more = more.clone();
        App::new().configure(move |cfg| {
            // first, since the public site answers whatever is left
            if let Some(more) = more {
                more(cfg);
            }
            configure(cfg, state);
        })
    })
    .workers(workers.max(1))
    .worker_max_blocking_threads(BLOCKING)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(shutdown_seconds)
    .listen(listener)?
    .run();
    Ok(server)
}
