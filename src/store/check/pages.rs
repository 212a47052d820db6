//! What the database proves itself, and the rows whose words no schema knows.

use diesel::prelude::*;
use uuid::Uuid;

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::schema::{call, community, membership, outbox, place};
use super::super::{call::CallRow, outbox::OutboxRow, place::PlaceRow, user::MembershipRow};
use super::{Found, Said};
use crate::domain::ids::{CallId, CommunityId, MembershipId, OutboxId, PlaceId};
use crate::domain::notice::{Hearer, TEMPLATES};

/// Rows read at once.
const BATCH: i64 = 500;

/// SQLite's file page by page, then every row of the tables that hold words of ours and stand beside no ticket.
pub(super) fn all(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    if let Db::Sqlite(c) = db {
        let damage: Vec<Said> =
            diesel::sql_query("SELECT integrity_check AS line FROM pragma_integrity_check").load(c)?;
        for said in damage.into_iter().filter(|said| said.line != "ok") {
            found.add("the file is sound", || said.line);
        }
        let loose: Vec<Said> = diesel::sql_query(
            "SELECT coalesce(\"table\", '') || ' points to a row of ' || parent || ' that is not there' AS line \
             FROM pragma_foreign_key_check LIMIT 100",
        )
        .load(c)?;
        for said in loose {
            found.add("every link leads to a row", || said.line);
        }
    }
    rows(db, found)
}

/// Goes through a table by its key, a community after the other; what a row says is for `$look` to judge.
macro_rules! through {
    ($db:expr, $found:expr, $table:ident, $row:ty, $id:ident, $look:expr) => {{
        let communities: Vec<CommunityId> = community::table.order(community::id).select(community::id).load($db)?;
        for community in communities {
            let mut after = $id(Uuid::nil());
            loop {
                let ids: Vec<$id> = $table::table
                    .filter($table::community_id.eq(community))
                    .filter($table::id.gt(after))
                    .order($table::id)
                    .limit(BATCH)
                    .select($table::id)
                    .load($db)?;
                let (Some(first), Some(last)) = (ids.first().copied(), ids.last().copied()) else { break };
                let rows = $table::table
                    .filter($table::community_id.eq(community))
                    .filter($table::id.ge(first))
                    .filter($table::id.le(last))
                    .load::<$row>($db);
                for row in $found.readable(rows.map_err(|e| StoreError::from(e).in_row(stringify!($table), last)))? {
                    let looked: Result<(), StoreError> = $look(&row);
                    $found.readable(looked.map(|()| Vec::<()>::new()))?;
                }
                after = last;
            }
        }
    }};
}

fn rows(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    through!(db, found, place, PlaceRow, PlaceId, |_: &PlaceRow| Ok(()));
    through!(db, found, membership, MembershipRow, MembershipId, |_: &MembershipRow| Ok(()));
    through!(db, found, call, CallRow, CallId, |row: &CallRow| row.call().map(drop));
    through!(db, found, outbox, OutboxRow, OutboxId, |row: &OutboxRow| notice(row));
    Ok(())
}

fn notice(row: &OutboxRow) -> Result<(), StoreError> {
    let wrong = |column, cause: &dyn std::fmt::Display| StoreError::impossible("outbox", column, row.id, cause);
    if !TEMPLATES.contains(&row.template.as_str()) {
        return Err(wrong("template", &row.template));
    }
    serde_json::from_value::<Hearer>(row.hearer.0.clone()).map(drop).map_err(|error| wrong("hearer", &error))
}
