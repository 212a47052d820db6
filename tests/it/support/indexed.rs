//! Search brought up to date.

use jiban::engine::search;
use jiban::store::search::{CHANGES, MARK};

use super::TestApp;

impl TestApp {
    /// Lets search read everything that was committed. On PostgreSQL the feed waits for transactions of other stories too.
    pub fn index(&self) {
        let kinds = CHANGES.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
        let unread = format!("event e, feed_mark m WHERE m.name = '{MARK}' AND e.seq > m.seq AND e.kind IN ({kinds})");
        while self.count(&unread) > 0 {
            search::index(&self.engine).unwrap();
            std::thread::yield_now();
        }
    }
}
