//! Numbers of the day, of tickets and of calls, reserved in blocks.
//!
//! A number must never be given twice, and no row may be touched by every request. So each process reserves a block in a
//! short change of its own and hands its numbers out from memory. A block is one number when requests are rare, so
//! that numbers stay dense, and grows while the last block was used up quickly. From a large one's last quarter on somebody
//! reserves the next, so that nobody else waits for it. A stop leaves a gap, never a double.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;
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

/// What this process has of a community's day.
#[derive(Debug)]
struct Stock {
    /// Numbers nobody has, in the order they are given.
    left: VecDeque<Range<i32>>,
    /// The last one given.
    given: i32,
    /// How large the last block was, and when it was there.
    size: i32,
    since: DateTime<Utc>,
}

impl Stock {
    fn new(block: Range<i32>, since: DateTime<Utc>) -> Self {
        Self { given: 0, size: length(&block), since, left: VecDeque::from([block]) }
    }

    /// Puts a block behind what is left.
    fn put(&mut self, block: Range<i32>, since: DateTime<Utc>) -> &mut Self {
        (self.size, self.since) = (length(&block), since);
        self.left.push_back(block);
        self
    }

    /// The next number, if one is left.
    fn take(&mut self) -> Option<i32> {
        while let Some(block) = self.left.front_mut() {
            if let Some(number) = block.next() {
                self.given = number;
                return Some(number);
            }
            self.left.pop_front();
        }
        None
    }

    fn count(&self) -> i32 {
        self.left.iter().map(length).sum()
    }

    /// Whether so few are left that the next block should be reserved. Of a small one too few are left to be worth it.
    fn runs_short(&self) -> bool {
        self.size >= AHEAD && self.count() <= self.size / 4
    }

    /// Whether nothing is to be reserved.
    fn has_enough(&self) -> bool {
        self.count() > 0 && !self.runs_short()
    }

    /// How large the next block should be, now that the last one is used up, or nearly so. While some are left a long time only halves
    /// the size: what comes evenly would fall back to single numbers again and again.
    fn next_size(&self, now: DateTime<Utc>) -> i32 {
        match now - self.since {
            lasted if lasted < BUSY => (self.size * 2).min(LARGEST_BLOCK),
            lasted if lasted < BUSY * 2 => self.size,
            _ if self.count() > 0 => (self.size / 2).max(1),
            _ => 1,
        }
    }

    /// Takes a number back, unless a later one was given since.
    fn give_back(&mut self, number: i32) {
        if self.given == number {
            self.left.push_front(number..number + 1);
            self.given -= 1;
        }
    }
}

fn length(block: &Range<i32>) -> i32 {
    block.end - block.start
}

/// Hands out so many numbers of a day; returns the first.
type Reserve = fn(&mut Db, CommunityId, NaiveDate, i32) -> Result<i32, StoreError>;

/// What this process has of one series.
#[derive(Debug)]
pub struct Numbers {
    series: Reserve,
    stocks: Mutex<HashMap<(CommunityId, NaiveDate), Stock>>,
    /// The communities a block is being reserved for right now.
    reserving: Mutex<HashSet<CommunityId>>,
    reserved: Condvar,
}

/// A number that is wanted.
struct Wanted<'a> {
    store: &'a Store,
    series: (CommunityId, NaiveDate),
    now: DateTime<Utc>,
    began: Instant,
}

impl Wanted<'_> {
    /// What the clock says by now: it may have waited.
    fn now(&self) -> DateTime<Utc> {
        self.now + self.began.elapsed()
    }
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
        Self { series, stocks: Mutex::default(), reserving: Mutex::default(), reserved: Condvar::default() }
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
    /// When for as long as the store is patient others could reserve none, or the store then could not.
    pub fn serial(
        &self,
        store: &Store,
        community: CommunityId,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<i32, StoreError> {
        let began = Instant::now();
        let wanted = Wanted { store, series: (community, day), now, began };
        loop {
            if let Some((serial, runs_short)) = self.at_hand(wanted.series) {
                // Should it fail, whoever finds no number left tries again and says so.
                if runs_short && let Some(turn) = self.free_turn(community) {
                    let _ = self.reserve(&turn, &wanted, |_| ());
                }
                return Ok(serial);
            }
            // Others of this community only wait for what is being reserved, and no other community for this one.
            let Some(turn) = self.free_turn(community) else {
                self.wait(community, store.patience().saturating_sub(began.elapsed()))?;
                continue;
            };
            if let Some(serial) = self.reserve(&turn, &wanted, Stock::take)? {
                return Ok(serial);
            }
        }
    }

    /// The next number, if one is left, and whether few are left behind it.
    fn at_hand(&self, series: (CommunityId, NaiveDate)) -> Option<(i32, bool)> {
        let mut stocks = self.lock();
        let stock = stocks.get_mut(&series)?;
        let serial = stock.take()?;
        Some((serial, stock.runs_short()))
    }

    /// The right to reserve, unless another has it.
    fn free_turn(&self, community: CommunityId) -> Option<Turn<'_>> {
        let mut reserving = self.reserving.lock().unwrap_or_else(PoisonError::into_inner);
        reserving.insert(community).then(|| Turn { of: self, community })
    }

    /// Waits until nobody reserves for this community.
    fn wait(&self, community: CommunityId, patience: Duration) -> Result<(), StoreError> {
        let reserving = self.reserving.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.reserved.wait_timeout_while(reserving, patience, |busy| busy.contains(&community));
        match waited.unwrap_or_else(PoisonError::into_inner).1.timed_out() {
            true => Err(StoreError::Unavailable("no number could be reserved in time".to_owned())),
            false => Ok(()),
        }
    }

    /// Reserves a block behind what is left, unless whoever had the turn before did; then `after` is done before anybody else takes one.
    fn reserve<T>(
        &self,
        turn: &Turn<'_>,
        wanted: &Wanted<'_>,
        after: impl FnOnce(&mut Stock) -> T,
    ) -> Result<T, StoreError> {
        let (community, day) = wanted.series;
        let size = match self.lock().get_mut(&wanted.series) {
            Some(stock) if stock.has_enough() => return Ok(after(stock)),
            Some(stock) => stock.next_size(wanted.now()),
            None => 1,
        };
        let (series, of) = (self.series, turn.community);
        let first = wanted.store.write_together(move |db| series(db, of, day, size))?;
        let (block, since) = (first..first + size, wanted.now());
        let mut stocks = self.lock();
        // What comes in late, around midnight or again from a switchboard, goes on with yesterday's. West of Greenwich that is the
        // day before yesterday's date here.
        let oldest = (since - TimeDelta::days(2)).date_naive();
        stocks.retain(|(of, kept), _| *of != community || *kept >= oldest || *kept == day);
        Ok(after(match stocks.entry(wanted.series) {
            Entry::Occupied(stock) => stock.into_mut().put(block, since),
            Entry::Vacant(none) => none.insert(Stock::new(block, since)),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(CommunityId, NaiveDate), Stock>> {
        self.stocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a number back that was not used after all, if no later one was given since.
    pub fn give_back(&self, community: CommunityId, number: TicketNumber) {
        if let (Some(stock), Ok(serial)) = (self.lock().get_mut(&(community, number.day)), i32::try_from(number.serial))
        {
            stock.give_back(serial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_lasts_about_half_a_second() {
        let used_up = |a_second: i32| {
            let mut stock = Stock::new(0..1, DateTime::UNIX_EPOCH);
            for _ in 0..20 {
                stock.left.clear();
                let now = stock.since + TimeDelta::milliseconds(1000) * stock.size / a_second;
                let size = stock.next_size(now);
                stock.put(0..size, now);
            }
            stock
        };
        for (a_second, size) in [(1, 1), (10, 8), (200, 128), (5_000, LARGEST_BLOCK)] {
            let mut stock = used_up(a_second);
            assert_eq!(stock.size, size, "{a_second} a second");
            let later = stock.since + TimeDelta::minutes(1);
            assert_eq!(stock.next_size(later), (size / 2).max(1), "reserved ahead");
            stock.left.clear();
            assert_eq!(stock.next_size(later), 1);
        }
    }

    #[test]
    fn the_next_block_is_reserved_from_the_last_quarter_on_and_follows() {
        let mut stock = Stock::new(1..17, DateTime::UNIX_EPOCH);
        let all: Vec<_> = (1..=16).map(|_| (stock.take(), stock.runs_short())).collect();
        assert_eq!(all, (1..=16).map(|n| (Some(n), n >= 12)).collect::<Vec<_>>());
        assert_eq!((stock.take(), stock.has_enough()), (None, false));
        stock.put(40..56, DateTime::UNIX_EPOCH);
        assert_eq!([stock.take(), stock.take()], [Some(40), Some(41)]);
        assert!(stock.has_enough());
    }

    #[test]
    fn what_comes_back_is_given_again_and_nothing_twice() {
        let mut stock = Stock::new(5..6, DateTime::UNIX_EPOCH);
        assert_eq!([stock.take(), stock.take()], [Some(5), None]);
        // Whoever found none reserves; meanwhile the one taken comes back.
        stock.give_back(5);
        stock.put(7..8, DateTime::UNIX_EPOCH);
        assert_eq!([stock.take(), stock.take(), stock.take()], [Some(5), Some(7), None]);
        stock.give_back(5);
        assert_eq!(stock.take(), None, "a later one was given since");
        stock.give_back(7);
        assert_eq!([stock.take(), stock.take()], [Some(7), None]);
    }

    #[test]
    fn one_community_waits_for_no_other_and_not_for_ever() {
        let numbers = Numbers::of_tickets();
        let [one, other] = [1, 2].map(|n| CommunityId(uuid::Uuid::from_u128(n)));
        let mine = numbers.free_turn(one).expect("nobody else reserves");
        assert!(numbers.free_turn(other).is_some() && numbers.free_turn(one).is_none());
        let refused = numbers.wait(one, Duration::from_millis(1));
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        drop(mine);
        numbers.wait(one, Duration::ZERO).unwrap();
        assert!(numbers.free_turn(one).is_some());
    }
}
