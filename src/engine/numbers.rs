//! Ticket numbers, reserved in blocks.
//!
//! A number must never be given twice, and no row may be touched by every request. So each process reserves a block in a
//! short transaction of its own and hands its numbers out from memory. A block is one number when requests are rare, so
//! that numbers stay dense, and grows while the last block was used up quickly. A crash leaves a gap, never a double.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::ids::{CommunityId, TicketNumber};
use crate::store::{Store, StoreError, ticket};

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

/// The blocks this process holds.
#[derive(Debug, Default)]
pub struct Numbers {
    blocks: Mutex<HashMap<CommunityId, Block>>,
}

impl Numbers {
    /// The next number of a community's local day.
    ///
    /// # Errors
    /// When no block can be reserved.
    pub fn next(
        &self,
        store: &Store,
        community: CommunityId,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<TicketNumber, StoreError> {
        // Held while reserving: others of this process would only queue for the same row.
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let serial = match blocks.get_mut(&community) {
            Some(block) if block.day == day && block.next < block.end => {
                block.next += 1;
                block.next - 1
            }
            before => {
                let size = match before {
                    Some(b) if b.day == day && now - b.reserved_at < BUSY => (b.size * 2).min(LARGEST),
                    _ => 1,
                };
                let first = store.write(|db| ticket::reserve_numbers(db, community, day, size))?;
                let block = Block { day, next: first + 1, end: first + size, size, reserved_at: now };
                blocks.insert(community, block);
                first
            }
        };
        let serial = u32::try_from(serial)
            .map_err(|_| StoreError::impossible("number_block", "next_serial", community, "is negative"))?;
        Ok(TicketNumber { day, serial })
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
