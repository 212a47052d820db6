//! Ticket numbers, handed out in blocks.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::ids::CommunityId;
use crate::store::db::{Db, each};
use crate::store::error::StoreError;
use crate::store::schema::number_block as block;

/// The most numbers handed out at once: as many are missing after a stop in a flood, and some of such blocks a restore passes over.
pub const LARGEST_BLOCK: i32 = 256;

/// Hands out `count` numbers of a day: returns the first serial. Runs in a short transaction of its own.
pub fn reserve_numbers(db: &mut Db, community: CommunityId, day: NaiveDate, count: i32) -> Result<i32, StoreError> {
    each!(db, c => diesel::insert_into(block::table)
        .values((block::community_id.eq(community), block::day.eq(day), block::next_serial.eq(1)))
        .on_conflict_do_nothing()
        .execute(c))?;
    let row = block::table.filter(block::community_id.eq(community)).filter(block::day.eq(day));
    let next: i32 = diesel::update(row)
        .set(block::next_serial.eq(block::next_serial + count))
        .returning(block::next_serial)
        .get_result(db)?;
    Ok(next - count)
}
