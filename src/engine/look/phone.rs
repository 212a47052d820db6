//! Look-ups for pages and programs: each goes through what the actor may see.

use super::Engine;
use crate::store::ticket::ReporterRow;
use crate::store::{Db, StoreError, people};

/// A reporter's number in full: the one given with the ticket, else the register's first.
pub(in crate::engine) fn phone_of(
    engine: &Engine,
    db: &mut Db,
    row: &ReporterRow,
) -> Result<Option<String>, StoreError> {
    let text = |bytes: Vec<u8>, key: String| {
        String::from_utf8(bytes).map_err(|e| StoreError::impossible("ticket_reporter", "phone_sealed", key, e))
    };
    if let Some(sealed) = &row.phone_sealed {
        let plain = engine.keys.open("ticket_reporter.phone", row.id.0, sealed)?;
        return text(plain, row.id.to_string()).map(Some);
    }
    let Some(resident) = row.resident_id else { return Ok(None) };
    match people::phones(db, row.community_id, &[resident])?.first() {
        None => Ok(None),
        Some(phone) => {
            let plain = engine.keys.open("resident_phone.sealed", phone.id.0, &phone.sealed)?;
            text(plain, phone.id.to_string()).map(Some)
        }
    }
}
