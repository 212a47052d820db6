//! Databases for this room's own tests: a file in a temporary folder, and a schema of its own on PostgreSQL.

use super::{DatabaseUrl, Store, StoreSettings};

/// One store for each database the tests are to run on, with what must outlive it.
pub fn stores() -> Vec<(Store, Option<tempfile::TempDir>)> {
    let (embedded, dir) = sqlite();
    let mut stores = vec![(embedded, Some(dir))];
    if let Some(url) = postgres() {
        stores.push((Store::open(&StoreSettings::new(url)).unwrap(), None));
    }
    stores
}

/// A fresh, empty embedded database.
pub fn sqlite() -> (Store, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::parse(&format!("sqlite://{}", dir.path().join("t.db").display())).unwrap();
    (Store::open(&StoreSettings::new(url)).unwrap(), dir)
}

/// A fresh, empty schema on the test server; `None` only when the runner says that SQLite alone is wanted.
#[allow(clippy::disallowed_methods)] // The suite's own switch, not a setting of the product.
pub fn postgres() -> Option<DatabaseUrl> {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;

    let Ok(base) = std::env::var("JIBAN_TEST_POSTGRES_URL") else {
        assert!(
            std::env::var("JIBAN_TEST_SQLITE_ONLY").is_ok(),
            "set JIBAN_TEST_POSTGRES_URL to a server the tests may use, or JIBAN_TEST_SQLITE_ONLY=1"
        );
        return None;
    };
    let schema = format!("t_{}", crate::clock::Chance::System.id::<uuid::Uuid>(chrono::DateTime::UNIX_EPOCH).simple());
    let mut c = PgConnection::establish(&base).unwrap();
    c.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let mark = if base.contains('?') { '&' } else { '?' };
    Some(DatabaseUrl::parse(&format!("{base}{mark}options=-csearch_path%3D{schema}")).unwrap())
}
