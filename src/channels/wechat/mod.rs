//! The WeChat official-account protocol, without the HTTP door and the database: bytes in, a checked message out, and back.
//!
//! Everything here is pure. A push takes the road `query` → `envelope` → `crypto` → `message`, in the order [`open_push`]
//! fixes; every breach is a [`Refused`] with a stable code. [`answer`] goes the way back. What needs memory (nonce pairs
//! seen in plain mode, claims already taken) is the caller's, who keeps it in the database.

pub mod account;
pub mod crypto;
pub mod door;
pub mod envelope;
pub mod message;
pub mod query;
pub mod refused;
pub mod reply;
pub mod verify;

pub use account::{Account, Mode, Rotating, Slot, Token};
pub use crypto::AesKey;
pub use envelope::MAX_BODY_BYTES;
pub use message::{Body, ClaimKey, Inbound, OpenId};
pub use refused::Refused;
pub use reply::{Answer, Fresh, answer};
pub use verify::{Opened, check_url, open_push};

#[cfg(test)]
mod message_tests;
#[cfg(test)]
mod push_tests;
#[cfg(test)]
mod vector_tests;
