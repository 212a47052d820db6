//! `?limit=1..200&cursor=[A-Za-z0-9_-]+`.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::ids::TicketId;
use crate::domain::view::Cursor;
use crate::engine::{Invalid, Problem};

/// Rows of a page when nothing is said.
pub const LIMIT_DEFAULT: u32 = 50;
/// Rows of a page at most.
pub const LIMIT_MOST: u32 = 200;

/// Microseconds from 2000 to 2200: no ticket was opened outside of it, and databases count less far than clocks.
const MOMENTS: Range<i64> = 946_684_800_000_000..7_258_118_400_000_000;

/// How many rows are wanted.
///
/// # Errors
/// [`Invalid`] for anything but a whole number from 1 to 200.
pub fn limit(given: Option<&str>) -> Result<u32, Invalid> {
    let Some(given) = given else { return Ok(LIMIT_DEFAULT) };
    let digits = given.bytes().all(|byte| byte.is_ascii_digit());
    let number = given.parse().ok().filter(|n| digits && (1..=LIMIT_MOST).contains(n));
    number.ok_or(Invalid::new("limit", Problem::Form("a whole number from 1 to 200")))
}

/// Where the page begins.
///
/// # Errors
/// [`Invalid`] for anything [`cursor_text`] did not make.
pub fn cursor(given: Option<&str>) -> Result<Option<Cursor>, Invalid> {
    match given {
        None => Ok(None),
        Some(given) => read(given).map(Some).ok_or(Invalid::new("cursor", Problem::Form("a next_cursor as received"))),
    }
}

fn read(given: &str) -> Option<Cursor> {
    let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(given).ok()?.try_into().ok()?;
    let (at, id) = bytes.split_first_chunk::<8>()?;
    let micros = Some(i64::from_be_bytes(*at)).filter(|micros| MOMENTS.contains(micros))?;
    let opened_at = DateTime::<Utc>::from_timestamp_micros(micros)?;
    Some(Cursor { opened_at, id: TicketId(Uuid::from_slice(id).ok()?) })
}

/// The cursor as it travels.
pub fn cursor_text(cursor: &Cursor) -> String {
    let mut bytes = cursor.opened_at.timestamp_micros().to_be_bytes().to_vec();
    bytes.extend_from_slice(cursor.id.0.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        for micros in [946_684_800_000_000, 1_773_626_400_123_456, 7_258_118_399_999_999] {
            let there = Cursor {
                opened_at: DateTime::from_timestamp_micros(micros).unwrap(),
                id: TicketId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_00ff)),
            };
            let text = cursor_text(&there);
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{text}");
            assert_eq!(cursor(Some(&text)), Ok(Some(there)));
        }
        for micros in [0, -5, 946_684_799_999_999, 7_258_118_400_000_000, i64::MIN, i64::MAX] {
            let forged = [&micros.to_be_bytes()[..], &[7; 16]].concat();
            assert!(cursor(Some(&URL_SAFE_NO_PAD.encode(forged))).is_err(), "{micros}");
        }
        assert_eq!(cursor(None), Ok(None));
        for odd in ["", "a", "====", "AAAA", "%00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1"] {
            assert!(cursor(Some(odd)).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_limit_is_from_1_to_200() {
        assert_eq!(limit(None), Ok(50));
        assert_eq!((limit(Some("1")), limit(Some("200"))), (Ok(1), Ok(200)));
        for odd in ["", "0", "201", "-1", "+5", "5.0", "ten", "99999999999999999999"] {
            assert!(limit(Some(odd)).is_err(), "{odd}");
        }
    }
}
