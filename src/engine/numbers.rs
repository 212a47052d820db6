//! Numbers of the day, of tickets and of calls, reserved in blocks.
//!
//! A number must never be given twice, and no row may be touched by every request. So each process reserves a block in a
//! short transaction of its own and hands its numbers out from memory. A block is one number when requests are rare, so
//! that numbers stay dense, and grows while the last block was used up quickly. Whoever takes a large one's last quarter on
//! reserves the next, so that nobody else waits for it. A stop leaves a gap, never a double.

use std::collections::{HashMap, HashSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::ids::{CommunityId, TicketNumber};
use crate::store::ticket::LARGEST_BLOCK;
use crate::store::{Db, Store, StoreError, dialect, ticket};

/// A block used up within this time was too small; one that lasted more than twice as long is more than is needed.
const BUSY: TimeDelta = TimeDelta::milliseconds(500);
/// From this size on the next block is reserved while this one is used.
const AHEAD: i32 = 16;

#[derive(Debug)]
struct Block {
    day: NaiveDate,
    next: i32,
    end: i32,
    size: i32,
    reserved_at: DateTime<Utc>,
    /// The one behind it, if it is reserved.
    following: Option<Box<Block>>,
}

impl Block {
    /// The next number, if one is left here or in the block behind.
    fn take(&mut self) -> Option<i32> {
        if self.next == self.end {
            *self = *self.following.take()?;
        }
        self.next += 1;
        Some(self.next - 1)
    }

    /// Whether a number is left here or behind.
    fn has_more(&self) -> bool {
        self.next < self.end || self.following.is_some()
    }

    /// Puts a block behind all there are.
    fn append(&mut self, block: Self) {
        match &mut self.following {
            Some(next) => next.append(block),
            None => self.following = Some(Box::new(block)),
        }
    }

    /// Whether whoever took the last number is to reserve the block behind. Of a small one too few are left to be worth it.
    fn wants_following(&self) -> bool {
        self.size >= AHEAD && self.end - self.next == self.size / 4 && self.following.is_none()
    }

    /// How large the next one should be, now that this one is used up.
    fn next_size(&self, day: NaiveDate, now: DateTime<Utc>) -> i32 {
        let lasted = now - self.reserved_at;
        match self.day == day {
            true if lasted < BUSY => (self.size * 2).min(LARGEST_BLOCK),
            true if lasted < BUSY * 2 => self.size,
            _ => 1,
        }
    }
}

/// Hands out so many numbers of a day; returns the first.
type Reserve = fn(&mut Db, CommunityId, NaiveDate, i32) -> Result<i32, StoreError>;

/// The blocks this process holds of one series.
#[derive(Debug)]
pub struct Numbers {
    series: Reserve,
    blocks: Mutex<HashMap<CommunityId, Block>>,
    /// The communities a block is being reserved for right now.
    reserving: Mutex<HashSet<CommunityId>>,
    reserved: Condvar,
}

/// The right to reserve a community's next block; given up when dropped.
struct Turn<'a> {
    of: &'a Numbers,
    community: CommunityId,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.of.reserving.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.community);
        self.of.reserved.notify_all();
    }
}

impl Numbers {
    fn of(series: Reserve) -> Self {
        Self { series, blocks: Mutex::default(), reserving: Mutex::default(), reserved: Condvar::default() }
    }

    /// Those of tickets.
    pub fn of_tickets() -> Self {
        Self::of(ticket::reserve_numbers)
    }

    /// Those of calls.
    pub fn of_calls() -> Self {
        Self::of(dialect::reserve_call_numbers)
    }

    /// The next ticket number of a community's local day.
    ///
    /// # Errors
    /// As [`Numbers::serial`].
    pub fn next(
        &self,
        store: &Store,
        community: CommunityId,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<TicketNumber, StoreError> {
        let serial = self.serial(store, community, day, now)?;
        let serial = u32::try_from(serial)
            .map_err(|_| StoreError::impossible("number_block", "next_serial", community, "is negative"))?;
        Ok(TicketNumber { day, serial })
    }

    /// The next of the series on a community's local day. Never within a transaction: it may need one of its own.
    ///
    /// # Errors
    /// When no block can be reserved within the store's patience.
    pub fn serial(
        &self,
        store: &Store,
        community: CommunityId,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<i32, StoreError> {
        let until = Instant::now() + store.patience();
        loop {
            if let Some((serial, ahead)) = self.at_hand(community, day) {
                // Should it fail, whoever finds no number left tries again and says so.
                if ahead && let Ok(Some(turn)) = self.turn(community, Duration::ZERO) {
                    let _ = self.reserve(store, &turn, day, now).map(|block| self.put(&turn, block));
                }
                return Ok(serial);
            }
            // Others of this community only wait for what is being reserved, and no other community for this one.
            if let Some(turn) = self.turn(community, until.saturating_duration_since(Instant::now()))? {
                // The last one to have the turn may have left some.
                if let Some((serial, _)) = self.at_hand(community, day) {
                    return Ok(serial);
                }
                let block = self.reserve(store, &turn, day, now)?;
                let first = block.next;
                self.put(&turn, Block { next: first + 1, ..block });
                return Ok(first);
            }
        }
    }

    /// The next number, if one is left, and whether to reserve more now.
    fn at_hand(&self, community: CommunityId, day: NaiveDate) -> Option<(i32, bool)> {
        let mut blocks = self.lock();
        let block = blocks.get_mut(&community).filter(|block| block.day == day)?;
        let serial = block.take()?;
        Some((serial, block.wants_following()))
    }

    /// The right to reserve; `None` after waiting for another who did, whose block may have numbers left.
    fn turn(&self, community: CommunityId, patience: Duration) -> Result<Option<Turn<'_>>, StoreError> {
        let mut reserving = self.reserving.lock().unwrap_or_else(PoisonError::into_inner);
        if reserving.insert(community) {
            return Ok(Some(Turn { of: self, community }));
        }
        let waited = self.reserved.wait_timeout_while(reserving, patience, |busy| busy.contains(&community));
        match waited.unwrap_or_else(PoisonError::into_inner) {
            (_, result) if result.timed_out() => {
                Err(StoreError::Unavailable("no number could be reserved in time".to_owned()))
            }
            _ => Ok(None),
        }
    }

    /// Reserves a block.
    fn reserve(&self, store: &Store, turn: &Turn<'_>, day: NaiveDate, now: DateTime<Utc>) -> Result<Block, StoreError> {
        let size = self.lock().get(&turn.community).map_or(1, |last| last.next_size(day, now));
        let first = store.write(|db| (self.series)(db, turn.community, day, size))?;
        Ok(Block { day, next: first, end: first + size, size, reserved_at: now, following: None })
    }

    /// Puts it behind what is left of the day's.
    fn put(&self, turn: &Turn<'_>, block: Block) {
        let mut blocks = self.lock();
        match blocks.get_mut(&turn.community) {
            Some(used) if used.day == block.day && used.has_more() => used.append(block),
            _ => {
                blocks.insert(turn.community, block);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CommunityId, Block>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a number back that was not used after all, if no later one was given since.
    pub fn give_back(&self, community: CommunityId, number: TicketNumber) {
        let mut blocks = self.lock();
        if let Some(block) = blocks.get_mut(&community)
            && block.day == number.day
            && u32::try_from(block.next - 1) == Ok(number.serial)
        {
            block.next -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_lasts_about_half_a_second() {
        let day = NaiveDate::default();
        for (a_second, size) in [(1, 1), (10, 8), (200, 128), (5_000, LARGEST_BLOCK)] {
            let mut block = Block { day, next: 0, end: 1, size: 1, reserved_at: DateTime::UNIX_EPOCH, following: None };
            for _ in 0..20 {
                let used_up = block.reserved_at + TimeDelta::milliseconds(1000) * block.size / a_second;
                block = Block { size: block.next_size(day, used_up), reserved_at: used_up, ..block };
            }
            assert_eq!(block.size, size, "{a_second} a second");
            let (later, tomorrow) = (block.reserved_at + TimeDelta::minutes(1), day.succ_opt().unwrap());
            assert_eq!((block.next_size(day, later), block.next_size(tomorrow, block.reserved_at)), (1, 1));
        }
    }

    #[test]
    fn the_next_block_is_asked_for_once_and_follows() {
        let block = |next, size| Block {
            day: NaiveDate::default(),
            next,
            end: next + size,
            size,
            reserved_at: DateTime::UNIX_EPOCH,
            following: None,
        };
        let mut used = block(1, 16);
        let asked = |used: &mut Block| (used.take(), used.wants_following());
        let all: Vec<_> = (0..16).map(|_| asked(&mut used)).collect();
        let wanted: Vec<_> = (1..=16).map(|n| (Some(n), n == 12)).collect();
        assert_eq!(all, wanted);
        assert_eq!(used.take(), None);
        used.following = Some(Box::new(block(40, 2)));
        assert_eq!([used.take(), used.take(), used.take()], [Some(40), Some(41), None]);
    }

    #[test]
    fn one_community_waits_for_no_other_and_not_for_ever() {
        let numbers = Numbers::of_tickets();
        let [one, other] = [1, 2].map(|n| CommunityId(uuid::Uuid::from_u128(n)));
        let mine = numbers.turn(one, Duration::ZERO).unwrap().expect("nobody else reserves");
        assert!(numbers.turn(other, Duration::ZERO).unwrap().is_some());
        let refused = numbers.turn(one, Duration::from_millis(1)).map(|_| ());
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        drop(mine);
        assert!(numbers.turn(one, Duration::ZERO).unwrap().is_some());
    }
}
