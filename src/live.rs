//! The hub of live updates: one reader of the change feed a process, and any number of streams to browsers.
//!
//! A stream carries that something changed and the place in the feed, nothing of what: the page fetches itself anew under its
//! own rights, and who may not see a ticket does not learn that it is there.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, Bytes};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast, watch};

use crate::domain::ids::{CommunityId, UserId};
use crate::engine::feed::{self, CallChange, Change, Cursor};
use crate::engine::{Engine, Failure};

/// Changes a slow stream may fall behind before it is told to fetch everything anew.
const BACKLOG: usize = 1024;
/// Between two looks at the feed: with many commits a second, one look finds what several told.
const REST: Duration = Duration::from_millis(5);
/// How long one look at the feed may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a stream tells its browser.
#[derive(Debug, Clone)]
pub enum News {
    /// A ticket changed.
    Change(Arc<Change>),
    /// A call rings, was taken, is over.
    Call(Arc<CallChange>),
    /// The stream fell behind: fetch the page anew.
    Reset,
}

impl News {
    /// The event as server-sent events are written. A reset carries no id.
    pub fn event(&self) -> Bytes {
        match self {
            Self::Change(change) => {
                Bytes::from(format!("id: {}-{}\nevent: changed\ndata: {{}}\n\n", change.xid, change.seq))
            }
            Self::Call(call) => Bytes::from(format!(
                "event: call\ndata: {{\"kind\":\"{}\",\"id\":\"{}\"}}\n\n",
                call.kind, call.call_id
            )),
            Self::Reset => Bytes::from_static(b"event: reset\ndata: {}\n\n"),
        }
    }
}

impl News {
    fn is_for(&self, community: CommunityId, agent: Option<UserId>) -> bool {
        match self {
            Self::Change(change) => change.community_id == community,
            Self::Call(call) => {
                call.community_id == community && agent.is_some() && call.user_id.is_none_or(|user| agent == Some(user))
            }
            Self::Reset => true,
        }
    }
}

/// The hub. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    wake: Notify,
    commits: watch::Sender<()>,
    asked: watch::Sender<()>,
    news: broadcast::Sender<News>,
    closed: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    /// A hub that nobody listens to yet; [`Hub::run`] makes it speak.
    pub fn new() -> Self {
        let inner = Inner {
            wake: Notify::new(),
            commits: watch::channel(()).0,
            asked: watch::channel(()).0,
            news: broadcast::channel(BACKLOG).0,
            closed: watch::channel(false).0,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Something was committed in this process: look at once.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
        self.inner.commits.send_replace(());
    }

    /// The same where somebody asked for it: jobs that can wait make way.
    pub fn wake_asked(&self) {
        self.wake();
        self.inner.asked.send_replace(());
    }

    /// Changes whenever somebody's change was committed in this process.
    pub fn asked(&self) -> watch::Receiver<()> {
        self.inner.asked.subscribe()
    }

    /// Changes whenever something was committed in this process; for those who work beside the requests.
    pub fn commits(&self) -> watch::Receiver<()> {
        self.inner.commits.subscribe()
    }

    /// Becomes true when the hub is closed.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.inner.closed.subscribe()
    }

    /// Ends every stream and the reader, so that they do not hold up a shutdown. For good.
    pub fn close(&self) {
        self.inner.closed.send_replace(true);
    }

    /// How many streams are open.
    pub fn listeners(&self) -> usize {
        self.inner.news.receiver_count()
    }

    /// Whether [`Hub::close`] was called.
    pub fn is_closed(&self) -> bool {
        *self.inner.closed.borrow()
    }

    /// What changes in a community from now on. Calls are told to `agent` alone: those for everybody at the desk and those
    /// for this one. Ends when the hub is closed.
    pub fn subscribe(&self, community: CommunityId, agent: Option<UserId>) -> impl Stream<Item = News> + use<> {
        let state = (self.inner.news.subscribe(), self.inner.closed.subscribe());
        unfold(state, move |(mut news, mut closed)| async move {
            loop {
                let next = tokio::select! {
                    biased;
                    _ = closed.wait_for(|closed| *closed) => return None,
                    next = news.recv() => next,
                };
                let next = match next {
                    Ok(news) if news.is_for(community, agent) => news,
                    Ok(_) => continue,
                    Err(RecvError::Lagged(_)) => News::Reset,
                    Err(RecvError::Closed) => return None,
                };
                return Some((next, (news, closed)));
            }
        })
    }

    /// Reads the feed and hands it on until the hub is closed: on [`Hub::wake`], and every `every` for what other
    /// processes commit. While the database is away it goes on trying and loses nothing.
    pub async fn run(self, engine: Engine, every: Duration) {
        let mut closed = self.inner.closed.subscribe();
        let mut read: Option<Read> = None;
        loop {
            match look(engine.clone(), read).await {
                Ok((next, news)) => {
                    read = Some(next);
                    let more = news.len() >= feed::BATCH;
                    for one in news {
                        // An error says that nobody listens.
                        let _ = self.inner.news.send(one);
                    }
                    if more {
                        continue;
                    }
                }
                Err(cause) => tracing::warn!(%cause, "the change feed cannot be read"),
            }
            tokio::select! {
                _ = closed.wait_for(|closed| *closed) => return,
                () = tokio::time::sleep(REST) => {}
            }
            tokio::select! {
                _ = closed.wait_for(|closed| *closed) => return,
                () = self.inner.wake.notified() => {}
                () = tokio::time::sleep(every) => {}
            }
        }
    }
}

/// How far both feeds were read.
#[derive(Debug, Clone, Copy)]
struct Read {
    tickets: Cursor,
    calls: Cursor,
}

/// What is new since, and how far it was read; at first, where the feeds end.
async fn look(engine: Engine, from: Option<Read>) -> Result<(Read, Vec<News>), String> {
    let work = web::block(move || match from {
        None => {
            let read = Read { tickets: feed::end(&engine)?, calls: feed::call_end(&engine)? };
            Ok::<_, Failure>((read, Vec::new()))
        }
        Some(from) => {
            let tickets = feed::after(&engine, from.tickets)?;
            let calls = feed::calls_after(&engine, from.calls)?;
            let read = Read {
                tickets: tickets.last().map_or(from.tickets, Change::cursor),
                calls: calls.last().map_or(from.calls, CallChange::cursor),
            };
            let calls = calls.into_iter().map(|call| News::Call(Arc::new(call)));
            let tickets = tickets.into_iter().map(|change| News::Change(Arc::new(change)));
            Ok((read, calls.chain(tickets).collect()))
        }
    });
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(read)) => read.map_err(|failure| failure.to_string()),
        Ok(Err(cause)) => Err(cause.to_string()),
        Err(_) => Err("no answer".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::TicketId;
    use futures_util::StreamExt;
    use uuid::Uuid;

    fn change(community: u128, seq: i64) -> News {
        News::Change(Arc::new(Change {
            xid: 0,
            seq,
            community_id: CommunityId(Uuid::from_u128(community)),
            ticket_id: TicketId(Uuid::from_u128(9)),
            kind: "started".into(),
            version: 3,
        }))
    }

    fn call(user: Option<u128>) -> News {
        News::Call(Arc::new(CallChange {
            xid: 0,
            seq: 1,
            community_id: CommunityId(Uuid::from_u128(1)),
            call_id: crate::domain::ids::CallId(Uuid::from_u128(8)),
            user_id: user.map(|user| UserId(Uuid::from_u128(user))),
            kind: "ringing".into(),
        }))
    }

    #[actix_web::test]
    async fn a_call_is_told_to_the_agent_it_is_for_and_to_nobody_beside_the_desk() {
        let hub = Hub::new();
        let (one, community) = (UserId(Uuid::from_u128(21)), CommunityId(Uuid::from_u128(1)));
        let mut agent = Box::pin(hub.subscribe(community, Some(one)));
        let mut worker = Box::pin(hub.subscribe(community, None));
        for news in [call(Some(22)), call(Some(21)), call(None), change(1, 7)] {
            hub.inner.news.send(news).unwrap();
        }
        for _ in 0..2 {
            assert!(matches!(agent.next().await, Some(News::Call(_))));
        }
        assert!(matches!(agent.next().await, Some(News::Change(_))));
        assert!(matches!(worker.next().await, Some(News::Change(_))));
    }

    #[actix_web::test]
    async fn a_stream_hears_its_own_community_and_ends_with_the_hub() {
        let hub = Hub::new();
        let mut stream = Box::pin(hub.subscribe(CommunityId(Uuid::from_u128(1)), None));
        hub.inner.news.send(change(2, 1)).unwrap();
        hub.inner.news.send(change(1, 2)).unwrap();
        let heard = stream.next().await.unwrap().event();
        let heard = std::str::from_utf8(&heard).unwrap();
        assert_eq!(heard, "id: 0-2\nevent: changed\ndata: {}\n\n");
        hub.close();
        assert!(stream.next().await.is_none());
    }

    #[actix_web::test]
    async fn a_stream_that_fell_behind_is_told_to_fetch_anew() {
        let hub = Hub::new();
        let mut stream = Box::pin(hub.subscribe(CommunityId(Uuid::from_u128(1)), None));
        for seq in 0..BACKLOG as i64 + 5 {
            hub.inner.news.send(change(1, seq)).unwrap();
        }
        assert!(matches!(stream.next().await, Some(News::Reset)));
        assert!(matches!(stream.next().await, Some(News::Change(_))));
    }
}
