//! Whether a database may be filled.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::db::{Db, each};
use super::super::error::StoreError;

/// Whether none of the tables holds a row.
///
/// # Errors
/// [`StoreError::Unavailable`] and its like.
pub fn is_empty(db: &mut Db) -> Result<bool, StoreError> {
    for table in super::tables(db)? {
        let asked = format!("EXISTS (SELECT 1 FROM \"{}\")", table.name);
        if each!(db, c => diesel::select(sql::<Bool>(&asked)).get_result::<bool>(c))? {
            return Ok(false);
        }
    }
    Ok(true)
}
