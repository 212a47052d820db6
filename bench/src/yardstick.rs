//! The bare database: the very rows one request leaves behind, written again and again with nothing around them, each time in
//! one transaction that is on the disk when COMMIT returns. And an empty handler, for what HTTP alone allows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

/// Numbers what is written, over all runs: nothing may come twice, nor be what a request brought.
static COUNT: LazyLock<AtomicU64> =
    LazyLock::new(|| AtomicU64::new(chrono::Utc::now().timestamp().unsigned_abs() % 2_000_000 * 1_000));

/// A connection to either database.
pub enum Bare {
    /// SQLite, set as the service sets it.
    Sqlite(SqliteConnection),
    /// PostgreSQL, with its defaults.
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The rows of every table, as literals; what is new against an earlier look is what a request wrote.
pub type Rows = BTreeMap<String, BTreeSet<String>>;

/// What a request wrote: tables, their columns, values; and the values that are keys, of which each time needs others.
pub struct Written {
    inserts: Vec<(String, Vec<String>, Vec<String>)>,
    keys: Vec<String>,
}

impl Written {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.inserts.len()
    }
}

impl Bare {
    /// Opens a database of its own beside the server.
    pub fn open(sqlite: &Path, postgres: Option<&str>) -> Self {
        match postgres {
            Some(url) => Self::Postgres(PgConnection::establish(url).expect("PostgreSQL")),
            None => {
                let mut c = SqliteConnection::establish(sqlite.to_str().expect("a path")).expect("SQLite");
                c.batch_execute("PRAGMA busy_timeout=5000; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384")
                    .expect("pragmas");
                Self::Sqlite(c)
            }
        }
    }

    /// The column `line` of every row.
    pub fn lines(&mut self, query: &str) -> Vec<String> {
        let query = diesel::sql_query(query.to_owned());
        let lines: Vec<Line> = match self {
            Self::Sqlite(c) => query.load(c),
            Self::Postgres(c) => query.load(c),
        }
        .expect("a query");
        lines.into_iter().map(|line| line.line).collect()
    }

    /// Runs statements.
    pub fn run(&mut self, statements: &str) {
        match self {
            Self::Sqlite(c) => c.batch_execute(statements),
            Self::Postgres(c) => c.batch_execute(statements),
        }
        .expect("statements");
    }

    fn tables(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            Self::Postgres(_) => {
                "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        self.lines(query)
    }

    fn columns(&mut self, table: &str) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => format!("SELECT name AS line FROM pragma_table_info('{table}') ORDER BY cid"),
            Self::Postgres(_) => format!(
                "SELECT column_name::text AS line FROM information_schema.columns WHERE table_schema = 'public' \
                 AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        };
        self.lines(&query)
    }

    /// All rows there are; meant for a database of a few hundred.
    pub fn rows(&mut self) -> Rows {
        let mut rows = Rows::new();
        for table in self.tables() {
            let is_sqlite = matches!(self, Self::Sqlite(_));
            let quoted = |column: &String| match is_sqlite {
                true => format!("quote(\"{column}\")"),
                false => format!("quote_nullable(\"{column}\"::text)"),
            };
            let columns = self.columns(&table);
            let columns: Vec<String> = columns.iter().map(quoted).collect();
            let query = format!("SELECT {} AS line FROM \"{table}\"", columns.join(" || '\u{1f}' || "));
            let lines = self.lines(&query);
            rows.insert(table, lines.into_iter().collect());
        }
        rows
    }

    /// The rows that are new in `after`.
    pub fn written(&mut self, before: &Rows, after: &Rows) -> Written {
        let mut inserts: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
        for table in self.tables() {
            let columns = self.columns(&table);
            let id = columns.iter().position(|column| column == "id");
            for row in after[&table].difference(&before[&table]) {
                let values: Vec<String> = row.split('\u{1f}').map(str::to_owned).collect();
                // A row that was there and changed is left out: the bare database has that much less to do.
                let changed = id.is_some_and(|at| before[&table].iter().any(|old| old.contains(&values[at])));
                if !changed {
                    inserts.push((table.clone(), columns.clone(), values));
                }
            }
        }
        // A block of numbers is reserved once in a while; deliveries, the search index and roll-ups are made by jobs, later.
        let later = ["number_block", "delivery", "lease", "feed_mark", "roll_up", "roll_up_until"];
        inserts.retain(|(table, ..)| !later.contains(&table.as_str()) && !table.starts_with("search_"));
        let old: String = before.values().flatten().map(String::as_str).collect::<Vec<_>>().join("\u{1f}");
        let keys: BTreeSet<String> =
            inserts.iter().flat_map(|(.., values)| values.clone()).filter(|v| is_key(v)).collect();
        let keys = keys.into_iter().filter(|key| !old.contains(key.as_str())).collect();
        Written { inserts, keys }
    }

    /// How often a second such rows can be written, over `time`.
    pub fn measure(&mut self, written: &Written, time: Duration) -> f64 {
        let Written { inserts, keys } = written;
        match self {
            Self::Sqlite(_) => self.run("PRAGMA foreign_keys=OFF; PRAGMA defer_foreign_keys=ON"),
            Self::Postgres(_) => self.run("SET session_replication_role = replica"),
        }
        let (mut done, began) = (0_u64, Instant::now());
        while began.elapsed() < time {
            done += 1;
            let n = COUNT.fetch_add(1, Ordering::Relaxed);
            let fresh: BTreeMap<&str, String> = keys.iter().map(|key| (key.as_str(), other_key(key, n))).collect();
            let mut all = String::from(if matches!(self, Self::Sqlite(_)) { "BEGIN IMMEDIATE;" } else { "BEGIN;" });
            for (table, columns, values) in inserts {
                let (mut names, mut out) = (Vec::new(), Vec::new());
                for (column, value) in columns.iter().zip(values) {
                    match column.as_str() {
                        // Given by the database.
                        "seq" | "xid" => continue,
                        "number" => out.push(format!("'20000101-{n:08}'")),
                        "serial" | "day_serial" => out.push((20_000_000 + n).to_string()),
                        _ if value.starts_with("'bench-") => out.push(format!("'yardstick-{n}'")),
                        _ => out.push(fresh.get(value.as_str()).cloned().unwrap_or_else(|| value.clone())),
                    }
                    names.push(format!("\"{column}\""));
                }
                all.push_str(&format!("INSERT INTO \"{table}\" ({}) VALUES ({});", names.join(","), out.join(",")));
            }
            all.push_str("COMMIT");
            self.run(&all);
        }
        done as f64 / began.elapsed().as_secs_f64()
    }
}

/// Bytes in SQLite, bytes or a UUID in PostgreSQL: what keys and seals are.
fn is_key(value: &str) -> bool {
    let inner =
        value.trim_start_matches(['X', 'E']).trim_matches('\'').trim_start_matches('\\').trim_start_matches('x');
    let hex = inner.bytes().filter(u8::is_ascii_hexdigit).count();
    let is_uuid = inner.len() == 36 && hex == 32;
    is_uuid || (value.starts_with("X'") || value.contains("\\x")) && hex >= 16 && hex == inner.len()
}

/// The same length and form with other digits: the count stands at the end, where ids are random.
fn other_key(key: &str, n: u64) -> String {
    let mut bytes = key.as_bytes().to_vec();
    let digits = format!("{n:012X}");
    let digits = if key.bytes().any(|b| b.is_ascii_lowercase()) { digits.to_lowercase() } else { digits };
    let end = bytes.len() - 1;
    bytes[end - digits.len()..end].copy_from_slice(digits.as_bytes());
    String::from_utf8(bytes).expect("hex")
}

/// Serves nothing but an empty answer, on a port of its own.
pub fn empty_handler() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let app = || actix_web::App::new().route("/", actix_web::web::get().to(actix_web::HttpResponse::Ok));
        let server = actix_web::HttpServer::new(app).workers(2).listen(listener).expect("listens").run();
        actix_web::rt::System::new().block_on(server)
    });
    addr
}

/// Has PostgreSQL count its rows, as it does by itself within a minute. What it planned while the tables were empty walks them, and
/// is kept until then: no community's tables grow from nothing to thousands of rows within a second.
pub fn counted(database: Option<&str>) {
    if let Some(url) = database {
        let mut c = PgConnection::establish(url).expect("the database");
        c.batch_execute("ANALYZE").expect("rows are counted");
    }
}

/// Makes a database anew.
pub fn database(server: &str, name: &str) {
    let mut c = PgConnection::establish(server).expect("PostgreSQL");
    c.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).expect("drop");
    c.batch_execute(&format!("CREATE DATABASE {name}")).expect("create");
}
