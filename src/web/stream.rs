//! `GET /live`: tells an open page that something changed, never what: the page fetches under its own rights.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
use actix_web::web::{self, Bytes, Data};
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::stream::{StreamExt, select, unfold};
use tokio::time::interval;

use super::session::SignedIn;
use super::trouble::Trouble;
use super::{cookies, gate};
use crate::domain::words::Platform;
use crate::engine::sign_in;
use crate::engine::{Engine, Failure};
use crate::http;
use crate::live::{Hub, News};

/// A dead line shows, and an ended session is noticed, within this time.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Adds the stream.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/live", web::get().to(listen));
}

/// What a stream waits for.
enum Heard {
    News(News),
    Beat,
    Closed,
}

async fn listen(who: SignedIn, request: HttpRequest, hub: Data<Hub>) -> Result<HttpResponse, Trouble> {
    let engine = gate::engine(&request)?;
    let token = cookies::session(&request, &gate::edge(&request)).ok_or(Trouble::SignIn { next: None })?;
    let community = who.community.as_ref().ok_or(Trouble::Forbidden)?.id;
    let at_desk = who.staff.as_ref().is_some_and(|staff| staff.at_desk(Platform::Property));
    let news = hub.subscribe(community, at_desk.then_some(who.user)).map(Heard::News).chain(once(Heard::Closed));
    let mut beat = interval(HEARTBEAT);
    beat.reset();
    let beats = unfold(beat, |mut beat| async move {
        beat.tick().await;
        Some((Heard::Beat, beat))
    });
    // What happened while the line was down is not told again: the page fetches itself anew once.
    let first = if request.headers().contains_key("last-event-id") { News::Reset.event() } else { comment() };
    let told = unfold((Box::pin(select(news, beats)), engine, token), |(mut heard, engine, token)| async move {
        let said = match heard.next().await? {
            Heard::News(news) => news.event(),
            Heard::Beat if stands(&engine, &token).await => comment(),
            Heard::Beat | Heard::Closed => return None,
        };
        Some((Ok::<Bytes, Error>(said), (heard, engine, token)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        // Packed, the lines would wait in the packer until there are enough of them.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(once(Ok(first)).chain(told)))
}

fn once<T>(value: T) -> impl futures_util::Stream<Item = T> {
    futures_util::stream::iter([value])
}

fn comment() -> Bytes {
    Bytes::from_static(b": here\n\n")
}

/// Whether the session still stands. While the database is away nobody can say; the stream stays.
async fn stands(engine: &Data<Engine>, token: &str) -> bool {
    let (engine, token) = (Arc::clone(engine), token.to_owned());
    !matches!(http::blocking(move || sign_in::stands(&engine, &token)).await, Ok::<bool, Failure>(false))
}
