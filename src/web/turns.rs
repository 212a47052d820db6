//! Whose turn it is to have a page made.
//!
//! A page is several short pieces of work: who asks, what stands in the database, the drawing of it. With as many pages in work as
//! people ask for, the processors go round among all their pieces, and some page is always the one that waited at each of them. A few
//! at a time, first come first served, are made nearly as quickly and end much more alike: `docs/decisions.md`, "Pages are made a few
//! at a time".

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The longest a page waits for its turn: far more than those before it take. Who waits longer stands behind pages that wait
/// themselves, for a lock, a database that is far or away, or in a crowd that turns do not help.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// The turns of one process.
#[derive(Debug)]
pub struct Turns {
    free: Semaphore,
    longest_wait: Duration,
}

impl Turns {
    /// So many pages are made at the same time.
    pub fn new(pages: usize) -> Self {
        Self::waiting(pages, LONGEST_WAIT)
    }

    pub(super) const fn waiting(pages: usize, longest_wait: Duration) -> Self {
        Self { free: Semaphore::const_new(pages), longest_wait }
    }

    /// Makes a page when it is its turn, or, having waited the longest, beside the others.
    pub async fn making<T>(&self, page: impl Future<Output = T>) -> T {
        let _turn = self.next().await;
        page.await
    }

    /// A turn, which goes to the next when it is dropped; nothing after the longest wait.
    pub(super) async fn next(&self) -> Option<SemaphorePermit<'_>> {
        timeout(self.longest_wait, self.free.acquire()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Poll;

    use futures_util::poll;

    use super::*;

    const FOR_EVER: Duration = Duration::from_secs(3600);

    #[actix_web::test]
    async fn who_came_first_is_next() {
        let turns = Turns::waiting(2, FOR_EVER);
        let (one, two) = (turns.next().await, turns.next().await);
        assert!(one.is_some() && two.is_some());
        let (mut first, mut second) = (pin!(turns.next()), pin!(turns.next()));
        assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
        drop(one);
        assert!(poll!(&mut second).is_pending(), "not before the first");
        let Poll::Ready(first) = poll!(&mut first) else { panic!("it is the first one's turn") };
        drop((first, two));
        assert!(poll!(&mut second).is_ready());
    }

    #[actix_web::test]
    async fn a_turn_lasts_until_the_page_is_made() {
        let turns = Turns::waiting(1, FOR_EVER);
        let (tell, told) = tokio::sync::oneshot::channel();
        let mut page = pin!(turns.making(told));
        assert!(poll!(&mut page).is_pending());
        let mut next = pin!(turns.next());
        assert!(poll!(&mut next).is_pending());
        tell.send("made").unwrap();
        assert_eq!(page.await, Ok("made"));
        assert!(poll!(&mut next).is_ready());
    }

    #[actix_web::test]
    async fn nobody_waits_for_ever() {
        let turns = Turns::waiting(1, Duration::ZERO);
        let _taken = turns.next().await.unwrap();
        assert!(turns.next().await.is_none());
    }
}
