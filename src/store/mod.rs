//! The only room that knows diesel and SQL: connections, transactions, migrations, column types, keys, and the rows and
//! queries of each table family in a file of its own. Every look-up of a community's rows names the community; there is
//! none by bare id.

pub mod admin;
pub mod alarm;
pub mod backup;
pub mod bulk;
pub mod call;
pub mod check;
pub mod community;
mod connect;
pub mod db;
pub mod delivery;
pub mod dialect;
pub mod error;
pub mod escalation;
pub mod event;
pub mod expiry;
mod fixed;
mod gather;
pub mod gauges;
pub mod hotline;
pub mod import;
pub mod installation;
pub mod keys;
pub mod lease;
pub mod lists;
mod log;
#[cfg(test)]
mod log_tests;
mod many;
pub mod mark;
pub mod message;
mod meter;
pub mod migrate;
pub mod once;
pub mod outbox;
pub mod people;
pub mod place;
mod plans;
mod pool;
#[cfg(test)]
mod pool_tests;
pub mod roll_up;
#[cfg(test)]
mod samples;
pub mod schema;
pub mod search;
pub mod sweep;
pub mod text;
pub mod ticket;
mod together;
#[cfg(test)]
mod together_tests;
pub mod types;
#[cfg(test)]
mod types_tests;
mod url;
pub mod user;
pub mod wechat;

pub use db::{Db, read_tx, savepoint, write_tx};
pub use error::{StoreError, expect_one};
pub use keys::Keys;
pub use meter::Metered;
pub use pool::{Store, StoreSettings};
pub use url::DatabaseUrl;
