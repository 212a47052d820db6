//! The only wiring: routes, middleware, the tasks beside them, and how the server ends.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Server, ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::rt::task::JoinHandle;
use actix_web::{App, Error, HttpResponse, HttpServer, web};

use crate::engine::{Engine, Failure};
use crate::http::{self, Edge};
use crate::jobs::{self, Outside};
use crate::live::Hub;
use crate::metrics::{self, Metrics};
use crate::web::turns::Turns;
use crate::{api, channels, web as console};

/// A request's head must have come within this time.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// An idle connection is kept this long. Short, because a shutdown waits for idle connections too.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// A shutdown waits this long for what was accepted, in seconds.
const SHUTDOWN_SECONDS: u64 = 10;
/// Bytes a form or a JSON body may have.
const BODY_LIMIT: usize = 64 * 1024;
/// Connections a worker takes at once; more wait in the system's queue.
const CONNECTIONS_A_WORKER: usize = 4096;

/// Senders who are quiet again are forgotten this often.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// What the server is put together from.
#[derive(Debug, Clone)]
pub struct AppParts {
    /// The verbs.
    pub engine: Engine,
    /// Live updates.
    pub hub: Hub,
    /// What the edges know of the installation.
    pub edge: Edge,
    /// Threads that serve HTTP.
    pub workers: usize,
    /// Pages of the console made at the same time, more wait for their turn; none: as many as are asked for.
    pub pages_at_a_time: Option<usize>,
    /// How often to look for what other processes committed.
    pub feed_every: Duration,
    /// The ways out, where this process does the jobs too.
    pub jobs: Option<Outside>,
}

/// A server at work.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Ends with the server; must be awaited.
    pub server: Server,
    /// To end it from elsewhere.
    pub stopper: Stopper,
    /// Ends after [`Stopper::finish`] when what the jobs had begun is done.
    pub jobs: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// Ends a server.
#[derive(Debug, Clone)]
pub struct Stopper {
    handle: ServerHandle,
    hub: Hub,
}

impl Stopper {
    /// Stops accepting, finishes what was accepted, ends the live streams, and returns when all is done.
    pub async fn finish(&self) {
        self.hub.close();
        self.handle.stop(true).await;
    }

    /// Breaks everything off.
    pub async fn break_off(&self) {
        self.hub.close();
        self.handle.stop(false).await;
    }
}

/// Every route and what they share. Middleware stands in [`serve`].
pub fn configure(parts: &AppParts) -> impl Fn(&mut web::ServiceConfig) + Clone + use<> {
    let parts = parts.clone();
    let turns = parts.pages_at_a_time.map(|pages| web::Data::new(Turns::new(pages)));
    move |config| {
        if let Some(turns) = &turns {
            config.app_data(turns.clone());
        }
        config
            .app_data(web::Data::new(parts.engine.clone()))
            .app_data(web::Data::new(parts.hub.clone()))
            .app_data(web::Data::new(parts.edge.clone()))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .app_data(web::FormConfig::default().limit(BODY_LIMIT))
            .route("/healthz", web::get().to(alive))
            .route("/readyz", web::get().to(ready))
            .configure(metrics::routes)
            .configure(channels::routes)
            .configure(console::api_docs::routes(api::openapi::document))
            .configure(api::routes)
            .configure(console::routes);
    }
}

/// Listens and serves. Call it inside an actix system and await `server`.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(parts: &AppParts, bind: SocketAddr) -> io::Result<Running> {
    let listener = TcpListener::bind(bind)?;
    let addr = listener.local_addr()?;
    let routes = configure(parts);
    let (engine, hub, edge) = (parts.engine.clone(), parts.hub.clone(), web::Data::new(parts.edge.clone()));
    let metrics = web::Data::new(Metrics::new());
    let app = move || {
        App::new()
            .app_data(metrics.clone())
            .app_data(web::Data::new(engine.clone()))
            .app_data(web::Data::new(hub.clone()))
            .app_data(edge.clone())
            .wrap(console::headers::security_headers())
            .wrap(console::headers::strict_transport(&edge))
            .wrap(Compress::default())
            .wrap(from_fn(after))
            .wrap(from_fn(metrics::count))
            .wrap(from_fn(http::trace))
            .wrap(from_fn(hold))
            .configure(routes.clone())
    };
    let server = HttpServer::new(app)
        .workers(parts.workers)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_LIMIT)
        .max_connections(CONNECTIONS_A_WORKER)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run();
    actix_web::rt::spawn(parts.hub.clone().run(parts.engine.clone(), parts.feed_every));
    actix_web::rt::spawn(forget_idle(parts.edge.clone()));
    let jobs = parts.jobs.clone();
    let jobs = jobs.map(|outside| actix_web::rt::spawn(jobs::run(parts.engine.clone(), outside, parts.hub.clone())));
    Ok(Running { addr, jobs, stopper: Stopper { handle: server.handle(), hub: parts.hub.clone() }, server })
}

async fn forget_idle(edge: Edge) {
    loop {
        tokio::time::sleep(FORGET_EVERY).await;
        edge.allowance.forget_idle();
    }
}

/// What stands round every answer: a head alone is asked for like the whole, and the server leaves the body out; a change
/// wakes the live hub; during a shutdown the connection is not kept.
async fn after<B: MessageBody + 'static>(
    hub: web::Data<Hub>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    // A stream has no end that could be left out.
    if request.method() == Method::HEAD && request.path() != "/live" {
        request.head_mut().method = Method::GET;
    }
    let changes = !request.method().is_safe();
    let mut answer = next.call(request).await?;
    if changes && (answer.status().is_success() || answer.status().is_redirection()) {
        hub.wake_asked();
    }
    if hub.is_closed() {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(answer)
}

/// Keeps back what refuses somebody for asking too much. Outside of what measures and logs, which tell how long an answer took
/// and not for how long it was kept.
async fn hold<B: MessageBody>(
    edge: web::Data<Edge>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let answer = next.call(request).await?;
    if answer.status() != StatusCode::TOO_MANY_REQUESTS {
        return Ok(answer);
    }
    let asked = answer.request().headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let said = match answer.response().body().size() {
        BodySize::None => 0,
        BodySize::Sized(bytes) => bytes,
        // Compressed as it goes out.
        BodySize::Stream => BODY_LIMIT as u64,
    };
    if let Some((_place, time)) = edge.allowance.place_to_wait(said.saturating_add(asked.unwrap_or(0))) {
        tokio::time::sleep(time).await;
    }
    Ok(answer)
}

/// The process is alive, whatever the database does.
async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The database can be reached and has the schema this program works on.
async fn ready(engine: web::Data<Engine>) -> HttpResponse {
    let checked = http::blocking(move || engine.ready().map_err(Failure::from)).await;
    match checked {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            HttpResponse::ServiceUnavailable()
                .insert_header((RETRY_AFTER, http::RETRY_AFTER_SECONDS))
                .content_type("text/plain; charset=utf-8")
                .body("not ready: the database is away or not migrated\n")
        }
    }
}
