//! The only room that knows SQL. One file per table family: rows, conversions, queries.
//!
//! Every look-up of a community's rows names the community; there is none by bare id.

pub mod community;
pub mod db;
pub mod dialect;
pub mod error;
pub mod escalation;
pub mod event;
pub mod keys;
pub mod message;
pub mod migrate;
pub mod outbox;
pub mod people;
pub mod place;
pub mod schema;
pub mod text;
pub mod ticket;
pub mod types;
pub mod user;
pub mod wechat;

pub use db::{Db, Store, StoreSettings};
pub use error::StoreError;
