//! Whose turn it is to have a page made.
//!
//! A page is half a dozen short pieces of work: who asks, what stands in the database, the drawing of it. With as many pages
//! begun as people ask for at once, the processors go round among all their pieces, and some page is always the one that waited at
//! each of them. A few at a time, first come first served, are made nearly as quickly and end much more alike
//! (`docs/performance.md`).

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The longest a page waits for its turn; then it is begun beside the others. They wait themselves then, for a database that is
/// far or away, and nobody is helped by standing behind them.
const PATIENCE: Duration = Duration::from_millis(100);

/// The turns of one process.
#[derive(Debug)]
pub struct Turns {
    free: Semaphore,
    patience: Duration,
}

impl Turns {
    /// So many pages are begun at once.
    pub fn new(at_once: usize) -> Self {
        Self::waiting(at_once, PATIENCE)
    }

    const fn waiting(at_once: usize, patience: Duration) -> Self {
        Self { free: Semaphore::const_new(at_once), patience }
    }

    /// Comes when a page may be begun, in 100 ms at the latest: with a turn, which the next one has when it is dropped, or without
    /// one where that took too long.
    pub async fn next(&self) -> Option<SemaphorePermit<'_>> {
        timeout(self.patience, self.free.acquire()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Poll;

    use futures_util::poll;

    use super::*;

    #[actix_web::test]
    async fn a_few_have_their_turn_and_nobody_waits_for_ever() {
        let turns = Turns::waiting(2, Duration::ZERO);
        let (one, two) = (turns.next().await, turns.next().await);
        assert!(one.is_some() && two.is_some());
        assert!(turns.next().await.is_none(), "begun beside the others");
        drop(one);
        assert!(turns.next().await.is_some());
    }

    #[actix_web::test]
    async fn who_came_first_is_next() {
        let turns = Turns::waiting(2, Duration::from_secs(3600));
        let (one, two) = (turns.next().await, turns.next().await);
        let (mut first, mut second) = (pin!(turns.next()), pin!(turns.next()));
        assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
        drop(one);
        assert!(poll!(&mut second).is_pending(), "not before the first");
        let Poll::Ready(first) = poll!(&mut first) else { panic!("it is the first one's turn") };
        drop((first, two));
        assert!(poll!(&mut second).is_ready());
    }
}
