//! Which database: read from one setting, never guessed.

use std::fmt;
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// Where the data lives.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, opened by this program itself.
    Sqlite(PathBuf),
    /// A PostgreSQL server: the URL as libpq understands it.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite:///abs/path`, `sqlite://rel/path`, `postgres://…` or `postgresql://…`. A SQLite path is taken as it
    /// stands, without %-decoding.
    ///
    /// # Errors
    /// [`StoreError::Setting`] that names what is allowed, and never repeats a password.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        const ALLOWED: &str = "allowed: sqlite:///absolute/path, sqlite://relative/path, postgres://user@host/database";
        let wrong = |why: &str| Err(StoreError::Setting(format!("the database URL {why}; {ALLOWED}")));
        if let Some(path) = text.strip_prefix("sqlite://") {
            return match path {
                "" => wrong("`sqlite://` names no file"),
                _ if path.ends_with('/') => wrong(&format!("`{text}` names a folder")),
                _ if path.contains(['?', '#', '\0']) || path.contains(":memory:") => {
                    wrong(&format!("`{text}` is not a plain path"))
                }
                _ => Ok(Self::Sqlite(PathBuf::from(path))),
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return if text.contains(['\0', '\n', ' ']) {
                wrong("contains a character that no PostgreSQL URL has")
            } else {
                Ok(Self::Postgres(text.to_owned()))
            };
        }
        wrong("starts with no known scheme")
    }

    /// The file, when the database is embedded.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// Whether the server is reached over a network, where a password must not go in the clear.
    pub fn is_remote(&self) -> bool {
        let Self::Postgres(url) = self else { return false };
        let hosts: Vec<&str> = match query(url).find(|(key, _)| *key == "host" || *key == "hostaddr") {
            Some((_, hosts)) => hosts.split(',').collect(),
            None => authority(url).rsplit('@').next().unwrap_or_default().split(',').collect(),
        };
        hosts.iter().any(|host| {
            let bare = match host.strip_prefix('[') {
                Some(v6) => v6.split(']').next().unwrap_or_default(),
                None => host.split(':').next().unwrap_or_default(),
            };
            !(bare.is_empty()
                || bare == "localhost"
                || bare.starts_with('/')
                || bare.to_ascii_lowercase().starts_with("%2f")
                || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()))
        })
    }

    /// Whether passwords and data would cross a network in the clear: the server is remote, and either this program was
    /// built without TLS or the URL does not insist on it (libpq's own default gives way silently).
    pub fn is_exposed(&self) -> bool {
        let Self::Postgres(url) = self else { return false };
        let insists =
            query(url).any(|(key, mode)| key == "sslmode" && matches!(mode, "require" | "verify-ca" | "verify-full"));
        self.is_remote() && !(cfg!(feature = "pg-tls") && insists)
    }

    /// The URL with `key=value` added for each key that the owner did not set.
    pub(super) fn with_defaults(url: &str, defaults: &[(&str, String)]) -> String {
        let mut out = url.to_owned();
        for (key, value) in defaults {
            if query(url).all(|(set, _)| set != *key) {
                out.push(if out.contains('?') { '&' } else { '?' });
                out.push_str(&format!("{key}={value}"));
            }
        }
        out
    }

    /// `message` without this URL's password, should it be in there.
    pub(super) fn redact(&self, message: &str) -> String {
        match self {
            Self::Postgres(url) => match password(url) {
                Some(password) => message.replace(password, "***"),
                None => message.to_owned(),
            },
            Self::Sqlite(_) => message.to_owned(),
        }
    }
}

fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

fn query(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = url.split_once('?').map_or("", |(_, pairs)| pairs);
    pairs.split('&').filter_map(|pair| pair.split_once('='))
}

fn password(url: &str) -> Option<&str> {
    let in_front = authority(url).rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, word)| word);
    in_front.or_else(|| query(url).find(|(key, _)| *key == "password").map(|(_, word)| word)).filter(|w| !w.is_empty())
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => f.write_str(&self.redact(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_four_forms_and_nothing_else() {
        assert_eq!(DatabaseUrl::parse("sqlite:///var/a.db").unwrap(), DatabaseUrl::Sqlite("/var/a.db".into()));
        assert_eq!(DatabaseUrl::parse("sqlite://data/a.db").unwrap(), DatabaseUrl::Sqlite("data/a.db".into()));
        for url in ["postgres://localhost/jiban", "postgresql:///jiban?host=/run/postgresql"] {
            assert_eq!(DatabaseUrl::parse(url).unwrap(), DatabaseUrl::Postgres(url.to_owned()));
        }
        for wrong in ["", "data/a.db", "host=x dbname=y", "mysql://x", "sqlite://", "sqlite:a", "sqlite://:memory:"] {
            let said = DatabaseUrl::parse(wrong).unwrap_err().to_string();
            assert!(said.contains("allowed: sqlite:///absolute/path"), "{wrong}: {said}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = DatabaseUrl::parse("postgres://jiban:tops3cret@db.example/jiban").unwrap();
        assert_eq!(url.to_string(), "postgres://jiban:***@db.example/jiban");
        assert_eq!(format!("{url:?}"), "postgres://jiban:***@db.example/jiban");
        assert_eq!(url.redact("bad URI tops3cret"), "bad URI ***");
        let url = DatabaseUrl::parse("postgres://db.example/jiban?password=tops3cret").unwrap();
        assert!(!url.to_string().contains("tops3cret"));
    }

    #[test]
    fn knows_what_crosses_a_network() {
        for near in [
            "postgres:///a",
            "postgres://u@localhost:5433/a",
            "postgres://127.0.0.1/a",
            "postgres://[::1]:5/a",
            "postgres:///a?host=/run/postgresql",
            "postgres://u@%2Frun%2Fpostgresql/a",
        ] {
            let near = DatabaseUrl::parse(near).unwrap();
            assert!(!near.is_remote() && !near.is_exposed(), "{near}");
        }
        for far in ["postgres://u:p@db:5432/a", "postgres:///a?host=10.0.0.4", "postgres://localhost,db2/a"] {
            let far = DatabaseUrl::parse(far).unwrap();
            assert!(far.is_remote() && far.is_exposed(), "{far}");
        }
        let strict = DatabaseUrl::parse("postgres://db/a?sslmode=verify-full").unwrap();
        assert_eq!(strict.is_exposed(), cfg!(not(feature = "pg-tls")));
    }

    #[test]
    fn the_owners_parameters_win() {
        let defaults = [("connect_timeout", "2".to_owned()), ("keepalives", "1".to_owned())];
        assert_eq!(
            DatabaseUrl::with_defaults("postgres:///a?connect_timeout=9", &defaults),
            "postgres:///a?connect_timeout=9&keepalives=1"
        );
        assert_eq!(
            DatabaseUrl::with_defaults("postgres:///a", &defaults),
            "postgres:///a?connect_timeout=2&keepalives=1"
        );
    }
}
