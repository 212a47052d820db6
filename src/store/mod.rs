//! The only room that knows diesel and SQL: connections, transactions, migrations, column types, keys, and the queries
//! of each table family in a file of its own.

pub mod db;
pub mod error;
pub mod installation;
pub mod keys;
pub mod migrate;
mod pool;
#[cfg(test)]
mod pool_tests;
#[cfg(test)]
mod samples;
pub mod types;
#[cfg(test)]
mod types_tests;
mod url;

pub use db::{Db, read_tx, savepoint, write_tx};
pub use error::{StoreError, expect_one};
pub use keys::Keys;
pub use pool::{Store, StoreSettings};
pub use url::DatabaseUrl;
