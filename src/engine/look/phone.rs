//! Look-ups for pages and programs: each goes through what the actor may see.

use super::Engine;
use crate::domain::ids::PhoneId;
use crate::store::ticket::ReporterRow;
use crate::store::{Db, StoreError, people};

/// A reporter's number in full: the one given with the ticket, else the register's first.
pub(in crate::engine) fn phone_of(
    engine: &Engine,
    db: &mut Db,
    row: &ReporterRow,
) -> Result<Option<String>, StoreError> {
    let registered = match row.resident_id {
        Some(resident) if row.phone_sealed.is_none() => people::phones(db, row.community_id, &[resident])?,
        _ => Vec::new(),
    };
    opened(engine, row, registered.first().map(|phone| (phone.id, phone.sealed.as_slice())))
}

/// The same with the register's first number, as it lies there sealed, at hand.
pub(super) fn opened(
    engine: &Engine,
    row: &ReporterRow,
    registered: Option<(PhoneId, &[u8])>,
) -> Result<Option<String>, StoreError> {
    let text = |bytes: Vec<u8>, key: String| {
        String::from_utf8(bytes).map_err(|e| StoreError::impossible("ticket_reporter", "phone_sealed", key, e))
    };
    match (&row.phone_sealed, registered) {
        (Some(sealed), _) => {
            let plain = engine.keys.open("ticket_reporter.phone", row.id.0, sealed)?;
            text(plain, row.id.to_string()).map(Some)
        }
        (None, Some((id, sealed))) => {
            let plain = engine.keys.open("resident_phone.sealed", id.0, sealed)?;
            text(plain, id.to_string()).map(Some)
        }
        (None, None) => Ok(None),
    }
}
