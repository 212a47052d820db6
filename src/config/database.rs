//! Where the database is: one URL, two kinds.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

/// Whether libpq in this binary can speak TLS.
pub const POSTGRES_TLS: bool = cfg!(feature = "pg-tls");

/// What a database URL may look like, for messages.
pub const ALLOWED: &str =
    "`sqlite:///absolute/path`, `sqlite://relative/path` or `postgres://user:password@host:port/database`";

/// The chosen database. Neither `Debug` nor `Display` shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The embedded database: path of its file, absolute or relative to the working directory.
    Sqlite(PathBuf),
    /// A PostgreSQL server: the whole URL as libpq takes it, password included.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads a URL and refuses what would fail or leak later.
    ///
    /// # Errors
    /// A sentence saying what is allowed instead. It never repeats the URL.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return sqlite(path).map(Self::Sqlite);
        }
        let Some(rest) = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")) else {
            return Err(format!("must be {ALLOWED}"));
        };
        check_tls(&Target::read(rest)?, POSTGRES_TLS)?;
        Ok(Self::Postgres(url.to_owned()))
    }

    /// The embedded database's own place inside the data folder.
    pub fn embedded_in(data_dir: &Path) -> Self {
        Self::Sqlite(data_dir.join("jiban.sqlite3"))
    }

    /// The URL with its password, for opening the database and nothing else.
    pub fn expose(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.expose()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The URL with every password in it starred, whether the rest makes sense or not.
pub fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "***".to_owned() };
    // The last @ ends the credentials: a password typed without percent-encoding may hold others, and slashes too.
    let (credentials, tail) = match rest.rsplit_once('@') {
        Some((credentials, tail)) => {
            let user = credentials.split([':', '/', '?']).next().unwrap_or_default();
            let stars = if user.len() < credentials.len() { ":***@" } else { "@" };
            (format!("{user}{stars}"), tail)
        }
        None => (String::new(), rest),
    };
    let (place, query) = tail.split_once('?').map_or((tail, None), |(place, query)| (place, Some(query)));
    let query: Vec<String> = query.into_iter().flat_map(|query| query.split('&')).map(redact_parameter).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{credentials}{place}{mark}{}", query.join("&"))
}

fn redact_parameter(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}=***"),
        _ => pair.to_owned(),
    }
}

fn sqlite(path: &str) -> Result<PathBuf, String> {
    if path.is_empty() || path.ends_with('/') {
        return Err("must name a file after `sqlite://`, such as `sqlite:///var/lib/jiban/jiban.sqlite3`".to_owned());
    }
    if path.starts_with(":memory:") {
        return Err("must name a file: a database in memory would lose every request at the next stop".to_owned());
    }
    if path.contains('?') {
        return Err("must be a plain path: parameters after `?` are not understood for SQLite".to_owned());
    }
    Ok(PathBuf::from(path))
}

/// The parts of a PostgreSQL URL that decide whether the line needs TLS.
struct Target {
    hosts: Vec<String>,
    sslmode: Option<String>,
}

impl Target {
    fn read(rest: &str) -> Result<Self, String> {
        let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let (head, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = head.split('/').next().unwrap_or_default();
        let servers = authority.rsplit_once('@').map_or(authority, |(_, servers)| servers);
        let mut hosts = Vec::new();
        for server in servers.split(',') {
            hosts.push(decode(host_of(server)?));
        }
        let mut sslmode = None;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(|| format!("must be {ALLOWED}"))?;
            match name {
                // libpq connects to `hostaddr` when given, whatever `host` says; either one may be the remote end.
                "host" | "hostaddr" => hosts.extend(value.split(',').map(decode)),
                "sslmode" => sslmode = Some(value.to_owned()),
                _ => {}
            }
        }
        Ok(Self { hosts, sslmode })
    }

    fn remote(&self) -> Option<&str> {
        self.hosts.iter().map(String::as_str).find(|host| !is_near(host))
    }
}

fn host_of(server: &str) -> Result<&str, String> {
    let (host, port) = if let Some(v6) = server.strip_prefix('[') {
        let (host, after) = v6.split_once(']').ok_or_else(|| format!("must be {ALLOWED}"))?;
        (host, after.strip_prefix(':'))
    } else {
        server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port)))
    };
    match port {
        Some(port) if !port.is_empty() && port.parse::<u16>().is_err() => {
            Err(format!("must have a port from 1 to 65535 after the host; what is allowed is {ALLOWED}"))
        }
        _ => Ok(host),
    }
}

/// Loopback, or a Unix socket (a path, an abstract name, or libpq's default when nothing is said).
fn is_near(host: &str) -> bool {
    let loopback = || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    host.is_empty() || host.starts_with(['/', '@']) || host == "localhost" || loopback()
}

/// libpq's default `sslmode=prefer` falls back to plain text without a word; a build without TLS would always do so.
fn check_tls(target: &Target, tls: bool) -> Result<(), String> {
    if tls {
        return Ok(());
    }
    match (target.sslmode.as_deref(), target.remote()) {
        (Some(mode @ ("require" | "verify-ca" | "verify-full")), _) => Err(format!(
            "asks for sslmode={mode}, but this binary was built without TLS for PostgreSQL; build it with `--features pg-tls`"
        )),
        (Some("disable"), _) | (_, None) => Ok(()),
        (_, Some(host)) => Err(format!(
            "names the server {host} on the network, but this binary was built without TLS for PostgreSQL: residents' data \
             would travel in plain text. Build with `--features pg-tls`, connect over loopback or a socket, or add \
             `?sslmode=disable` if the line is protected otherwise"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls_needed(rest: &str, tls: bool) -> bool {
        check_tls(&Target::read(rest).unwrap(), tls).is_err()
    }

    #[test]
    fn a_server_on_the_network_needs_tls_or_a_word() {
        for near in ["localhost/j", "127.0.0.1:5432/j", "u:p@[::1]:5432/j", "/j?host=/run/postgresql", "%2Frun%2Fpg/j"]
        {
            assert!(!tls_needed(near, false), "{near}");
        }
        for far in ["db/j", "u:p@10.0.0.5/j", "localhost,db2/j", "/j?host=db", "localhost/j?hostaddr=10.0.0.5"] {
            assert!(tls_needed(far, false), "{far}");
            assert!(!tls_needed(far, true), "{far} with TLS built in");
        }
        assert!(!tls_needed("db/j?sslmode=disable", false));
        assert!(tls_needed("db/j?sslmode=prefer", false));
        assert!(tls_needed("localhost/j?sslmode=require", false));
    }

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("postgres://u:pw@h/j", "postgres://u:***@h/j"),
            ("postgres://u:p/w@x@h/j?a=1", "postgres://u:***@h/j?a=1"),
            ("postgres://u@h/j?password=pw&sslmode=disable", "postgres://u@h/j?password=***&sslmode=disable"),
            ("mysql://u:pw@h/j", "mysql://u:***@h/j"),
            ("sqlite:///srv/j.sqlite3", "sqlite:///srv/j.sqlite3"),
            ("postgres://h/j", "postgres://h/j"),
            ("postgres://u:p?w@h/j", "postgres://u:***@h/j"),
            ("host=db password=pw", "***"),
        ] {
            assert_eq!(redact(url), shown);
        }
    }
}
