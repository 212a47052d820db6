//! Numbers of the day, of tickets and of calls, reserved in blocks.
//!
//! A number must never be given twice, and no row may be touched by every request. So each process reserves a block in a
//! short transaction of its own and hands its numbers out from memory. A block is one number when requests are rare, so
//! that numbers stay dense, and grows while the last block was used up quickly. A crash leaves a gap, never a double.

use std::collections::{HashMap, HashSet};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::ids::{CommunityId, TicketNumber};
use crate::store::{Db, Store, StoreError, dialect, ticket};

/// A block larger than this saves nothing more.
const LARGEST: i32 = 64;
/// A block used up within this time was too small.
const BUSY: TimeDelta = TimeDelta::milliseconds(500);

#[derive(Debug)]
struct Block {
    day: NaiveDate,
    next: i32,
    end: i32,
    size: i32,
    reserved_at: DateTime<Utc>,
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
            if let Some(serial) = self.at_hand(community, day) {
                return Ok(serial);
            }
            // Others of this community only wait for what is being reserved, and no other community for this one.
            if let Some(turn) = self.turn(community, until.saturating_duration_since(Instant::now()))? {
                return self.reserve(store, &turn, day, now);
            }
        }
    }

    /// The next number of the block, if one is left.
    fn at_hand(&self, community: CommunityId, day: NaiveDate) -> Option<i32> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let block = blocks.get_mut(&community).filter(|block| block.day == day && block.next < block.end)?;
        block.next += 1;
        Some(block.next - 1)
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

    /// Reserves a block and hands out its first number.
    fn reserve(&self, store: &Store, turn: &Turn<'_>, day: NaiveDate, now: DateTime<Utc>) -> Result<i32, StoreError> {
        let community = turn.community;
        let size = match self.blocks.lock().unwrap_or_else(PoisonError::into_inner).get(&community) {
            Some(b) if b.day == day && now - b.reserved_at < BUSY => (b.size * 2).min(LARGEST),
            _ => 1,
        };
        let first = store.write(|db| (self.series)(db, community, day, size))?;
        let block = Block { day, next: first + 1, end: first + size, size, reserved_at: now };
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).insert(community, block);
        Ok(first)
    }

    /// Takes a number back that was not used after all, if no later one was given since.
    pub fn give_back(&self, community: CommunityId, number: TicketNumber) {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
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
