//! `jiban serve`: the console, the doors, the API.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use super::Trouble;
use super::open::{self, Purpose};
use super::outside;
use crate::app::{self, AppParts};
use crate::config::Settings;
use crate::domain::routing::{Catalogue, understand};
use crate::domain::words::{Language, Platform, Role};
use crate::engine::Engine;
use crate::engine::setup::{self, NewSeat, NewUser};
use crate::http::{Allowance, Edge, HOLD};
use crate::jobs::Outside;
use crate::live::Hub;
use crate::telemetry;

/// How often to look for what other processes committed: PostgreSQL is there to be shared, an embedded file hardly is.
const SHARED: Duration = Duration::from_millis(200);
const EMBEDDED: Duration = Duration::from_secs(1);
/// With PostgreSQL, pages made at the same time for each thread that serves: one is drawn while the rows of the other come. SQLite's
/// rows are read in this process, where so few would leave processors idle.
const PAGES_A_WORKER: usize = 2;
/// A letter being sent is waited for this long.
const JOBS_LIMIT: Duration = Duration::from_secs(35);

pub(super) fn run(settings: &Settings) -> Result<(), Trouble> {
    settings.check_serving()?;
    log(settings)?;
    let engine = open::engine(settings, Purpose::Serve)?;
    first_admin(&engine)?;
    let edge = Edge {
        public_url: settings.public_url.clone(),
        insecure: !settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
            && (settings.allow_insecure || settings.bind.ip().is_loopback()),
        insecure_banner: settings.allow_insecure && !settings.bind.ip().is_loopback(),
        is_demo: false,
        demo_sign_ins: Vec::new(),
        trusted_proxies: settings.trusted_proxies.clone(),
        metrics_token: settings.metrics_token.clone(),
        allowance: Allowance::new(settings.visitor_requests, settings.caller_requests).holding(HOLD),
    };
    let outside = outside::outside(settings)?;
    serve(settings, engine, (edge, outside), settings.bind)
}

/// Starts the log.
pub(super) fn log(settings: &Settings) -> Result<(), Trouble> {
    telemetry::start(&settings.log_filter, settings.log_format).map_err(|error| Trouble::Failed(error.to_string()))
}

/// Somebody must be able to sign in for the first time.
fn first_admin(engine: &Engine) -> Result<(), Trouble> {
    if setup::any_user(engine)? {
        return Ok(());
    }
    let admin = NewUser {
        login: "admin".to_owned(),
        display_name: "管理员".to_owned(),
        password: None,
        language: Language::Zh,
        must_change_password: true,
    };
    let (user, made) = setup::create_user(engine, &admin)?;
    // Communities made on the terminal before: somebody must be able to set them up. The first one made in the browser
    // comes with the seat of whoever makes it.
    for (community, ..) in setup::communities(engine)? {
        setup::add_seat(engine, community, &NewSeat::new(user, Platform::Property, Role::Admin))?;
    }
    let password = made.unwrap_or_default();
    eprintln!("jiban: first start. Sign in as `admin` with the password {password}");
    eprintln!("jiban: it is shown this once and must be changed at the first sign-in");
    Ok(())
}

/// Serves until SIGTERM or Ctrl-C, then finishes what was accepted.
pub(super) fn serve(
    settings: &Settings,
    engine: Engine,
    (edge, outside): (Edge, Outside),
    bind: SocketAddr,
) -> Result<(), Trouble> {
    // The catalogue learns from its example sentences when it first reads one (under a tenth of a second); no resident should
    // wait for that.
    understand(Catalogue::shipped(), "水管爆了");
    let embedded = matches!(settings.database, crate::config::DatabaseUrl::Sqlite(_));
    let parts = AppParts {
        engine,
        hub: Hub::new(),
        edge,
        workers: settings.workers,
        pages_at_a_time: (!embedded).then_some(PAGES_A_WORKER * settings.workers),
        feed_every: if embedded { EMBEDDED } else { SHARED },
        jobs: Some(outside),
    };
    actix_web::rt::System::new().block_on(async move {
        // Before anybody is told that it serves: who is told may ask it to stop at once, and must not kill it by that.
        let asked_to_stop = asked_to_stop();
        let running =
            app::serve(&parts, bind).map_err(|error| Trouble::Failed(format!("cannot listen on {bind}: {error}")))?;
        say(&format!("serving on http://{}", running.addr));
        let stopper = running.stopper.clone();
        actix_web::rt::spawn(async move {
            asked_to_stop.await;
            say("stopping; finishing what was accepted");
            stopper.finish().await;
        });
        running.server.await?;
        if let Some(jobs) = running.jobs
            && tokio::time::timeout(JOBS_LIMIT, jobs).await.is_err()
        {
            // What it had leased is anybody's when the lease runs out.
            say("a job did not end in time; another process or the next start takes it up");
        }
        Ok(())
    })
}

/// Tells whoever started this. Serving and stopping go on when nobody can be told: its file may stand on a full disk.
fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "jiban: {words}");
}

/// Listens for the wish from now on; ends when it comes.
#[cfg(unix)]
fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (term, int) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut term), Ok(mut int)) = (term, int) else { return std::future::pending().await };
        tokio::select! { _ = term.recv() => {} _ = int.recv() => {} }
    }
}

/// Ends when the wish comes.
#[cfg(not(unix))]
async fn asked_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
