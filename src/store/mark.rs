//! How far a job has read the feed of changes.

use diesel::prelude::*;

use super::db::Db;
use super::dialect::{self, Cursor};
use super::error::StoreError;
use super::schema::feed_mark;

/// Where this job stands.
pub fn read(db: &mut Db, name: &str) -> Result<Cursor, StoreError> {
    let (xid, seq) =
        feed_mark::table.filter(feed_mark::name.eq(name)).select((feed_mark::xid, feed_mark::seq)).first(db)?;
    Ok(Cursor { xid, seq })
}

/// Moves the mark, if nobody moved it meanwhile; says whether it did. Whoever did not must undo what it wrote for the stretch.
pub fn advance(db: &mut Db, name: &str, (from, to): (Cursor, Cursor)) -> Result<bool, StoreError> {
    let hit = diesel::update(feed_mark::table)
        .filter(feed_mark::name.eq(name))
        .filter(feed_mark::xid.eq(from.xid))
        .filter(feed_mark::seq.eq(from.seq))
        .set((feed_mark::xid.eq(to.xid), feed_mark::seq.eq(to.seq)))
        .execute(db)?;
    Ok(hit == 1)
}

/// The jobs that have nothing left to read.
pub fn at_end(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let marks: Vec<(String, i64, i64)> = feed_mark::table.load(db)?;
    let mut done = Vec::new();
    for (name, xid, seq) in marks {
        if dialect::changes_after(db, Cursor { xid, seq })?.is_empty() {
            done.push(name);
        }
    }
    Ok(done)
}

/// These jobs have read all there is: what they would have made of it was made along with it.
pub fn to_end(db: &mut Db, names: &[String]) -> Result<(), StoreError> {
    let end = dialect::feed_end(db)?;
    diesel::update(feed_mark::table)
        .filter(feed_mark::name.eq_any(names))
        .set((feed_mark::xid.eq(end.xid), feed_mark::seq.eq(end.seq)))
        .execute(db)?;
    Ok(())
}
