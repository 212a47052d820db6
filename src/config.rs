//! Settings: one table, read from a TOML file and the environment, checked before anything starts.
//!
//! Only `main`, `cli` and `app` read this; every other room gets its own settings struct filled by them.

mod database;
mod mail;
mod read;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

pub use database::{DatabaseUrl, POSTGRES_TLS};
pub use mail::{MailBy, MailSettings, MailTls};

use crate::telemetry::LogFormat;

/// A line of the table of settings; the documentation and `config/jiban.example.toml` are made from it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Name in the TOML file.
    pub key: &'static str,
    /// Name in the environment, which wins over the file.
    pub env: &'static str,
    /// The value used when nothing is said, as it would be written in the TOML file.
    pub default: &'static str,
    /// What may be written.
    pub allowed: &'static str,
    /// What it does, in a sentence.
    pub meaning: &'static str,
}

macro_rules! settings {
    ($($key:literal $env:literal = $default:literal, $allowed:literal, $meaning:literal;)+) => {
        /// Every setting there is.
        pub const SETTINGS: &[Setting] = &[$(
            Setting { key: $key, env: $env, default: $default, allowed: $allowed, meaning: $meaning },
        )+];
    };
}

settings! {
    "database_url" "JIBAN_DATABASE_URL" = "\"sqlite://./data/jiban.sqlite3\"",
        "`sqlite:///absolute/path`, `sqlite://relative/path` or `postgres://user:password@host:port/database`",
        "The database. Unless told otherwise it is jiban.sqlite3 in the data folder.";
    "bind" "JIBAN_BIND" = "\"127.0.0.1:8080\"",
        "an address and a port, such as `127.0.0.1:8080` or `[::]:8080`",
        "Where the server listens.";
    "data_dir" "JIBAN_DATA_DIR" = "\"./data\"",
        "a folder",
        "The folder of the embedded database, its key file and attachments.";
    "public_url" "JIBAN_PUBLIC_URL" = "\"\"",
        "`https://host` or `http://host:port`, without a path",
        "The address residents and staff type; links in messages and QR codes begin with it.";
    "secret_file" "JIBAN_SECRET_FILE" = "\"./data/secret.key\"",
        "a file",
        "The key that encrypts phone numbers and channel secrets. Unless told otherwise it is secret.key in the data folder.";
    "allow_insecure" "JIBAN_ALLOW_INSECURE" = "false",
        "`true` or `false`",
        "Serve plain http off loopback all the same: passwords and residents' data can then be read on the way.";
    "trusted_proxies" "JIBAN_TRUSTED_PROXIES" = "[]",
        "addresses or networks such as `10.0.0.1` or `10.0.0.0/8`, separated by commas",
        "The proxies whose X-Forwarded-For is believed; from anyone else it is ignored.";
    "smtp_url" "JIBAN_SMTP_URL" = "\"\"",
        "`smtp://user:password@host:587?tls=starttls`, `smtp://host:25?tls=none`, `smtps://user:password@host:465`, `file:///folder`, or nothing",
        "Where notices for staff are mailed: a mail server, a folder (one .eml file each, for trials), or nowhere.";
    "smtp_password" "JIBAN_SMTP_PASSWORD" = "\"\"",
        "a password",
        "The mail server's password, when it does not stand in smtp_url.";
    "smtp_ca" "JIBAN_SMTP_CA" = "\"\"",
        "certificates in PEM form (`-----BEGIN CERTIFICATE-----` …), or nothing; JIBAN_SMTP_CA_FILE names a file of them",
        "Authorities by whose certificates the mail server is known, beside those this machine trusts: for a private authority.";
    "mail_from" "JIBAN_MAIL_FROM" = "\"\"",
        "an address such as `jiban@example.com` or `即办 <jiban@example.com>`; needed with smtp_url",
        "The sender of notices.";
    "visitor_requests" "JIBAN_VISITOR_REQUESTS" = "1200",
        "a whole number from 0 to 1000000; 0 for no limit",
        "Requests a minute from one address by people who are not signed in, or by anybody whose signature or token is wrong; beyond it 429. What is rightly signed, and who is signed in, does not count here.";
    "caller_requests" "JIBAN_CALLER_REQUESTS" = "6000",
        "a whole number from 0 to 1000000; 0 for no limit",
        "Requests a minute by one sign-in or one API token; beyond it 429.";
    "metrics_token" "JIBAN_METRICS_TOKEN" = "\"\"",
        "a secret of 16 characters or more, without blanks, or nothing",
        "Who sends it as a bearer token may read /metrics; without one only this machine itself may, and no proxy.";
    "log" "JIBAN_LOG" = "\"info\"",
        "`error`, `warn`, `info`, `debug`, `trace` or `off`, or a list such as `info,jiban::jobs=debug`",
        "What is logged.";
    "log_format" "JIBAN_LOG_FORMAT" = "\"text\"",
        "`text` or `json`",
        "How a log line is written.";
    "db_pool" "JIBAN_DB_POOL" = "8",
        "a whole number from 1 to 200",
        "Database connections kept open by this process. The embedded database has one more, for writing.";
    "db_wait_ms" "JIBAN_DB_WAIT_MS" = "1500",
        "a whole number from 50 to 1900",
        "Milliseconds a request waits for a database connection before it is answered 503.";
    "workers" "JIBAN_WORKERS" = "2",
        "a whole number from 1 to 256",
        "Threads that serve HTTP. On PostgreSQL at most two of the console's pages are begun for each of them at the same time; others wait up to 50 ms.";
}

/// The settings, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database.
    pub database: DatabaseUrl,
    /// Where the server listens.
    pub bind: SocketAddr,
    /// Folder of the embedded database, its key and attachments.
    pub data_dir: PathBuf,
    /// `scheme://host[:port]` without a trailing slash, once it is known.
    pub public_url: Option<String>,
    /// File of the encryption key.
    pub secret_file: PathBuf,
    /// Plain http off loopback is accepted.
    pub allow_insecure: bool,
    /// Networks whose `X-Forwarded-For` counts: address and prefix length in bits.
    pub trusted_proxies: Vec<(IpAddr, u8)>,
    /// How notices are mailed, if they are.
    pub mail: Option<MailSettings>,
    /// Requests a minute from one address by whoever did not prove who they are; 0 is no limit.
    pub visitor_requests: u32,
    /// Requests a minute by one session or token; 0 is no limit.
    pub caller_requests: u32,
    /// What opens `/metrics` from elsewhere, if anything does.
    pub metrics_token: Option<String>,
    /// What is logged, as `tracing_subscriber` filters are written.
    pub log_filter: String,
    /// How a log line is written.
    pub log_format: LogFormat,
    /// Connections kept open.
    pub db_pool: u32,
    /// Milliseconds to wait for a connection.
    pub db_wait_ms: u64,
    /// Threads that serve HTTP.
    pub workers: usize,
}

/// Why the settings cannot be used. Passwords are never part of the message.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is missing or unreadable.
    #[error("cannot read the settings file {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file that holds one value, named by `…_FILE`, is missing or unreadable.
    #[error("{key}_FILE names {path}, which cannot be read: {source}")]
    ValueFile {
        /// The setting's name in the environment.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the settings file {path} is not TOML, line {line}: {reason}")]
    NotToml {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The parser's reason, without the text of the line (it may hold a password).
        reason: String,
    },
    /// A name that means nothing.
    #[error("unknown setting `{key}` in {origin}; did you mean `{nearest}`?")]
    Unknown {
        /// As it was written.
        key: String,
        /// The file's path, or `the environment`.
        origin: String,
        /// The name that comes nearest.
        nearest: &'static str,
    },
    /// A value that is not allowed.
    #[error("{key} = `{value}` ({origin}): {allowed}")]
    Invalid {
        /// The name as written there.
        key: &'static str,
        /// The value, passwords starred.
        value: String,
        /// The file's path, or `the environment`.
        origin: String,
        /// What may be written instead.
        allowed: String,
    },
    /// Passwords would travel in plain text.
    #[error(
        "bind = `{bind}` is open to the network, and {why}: passwords and residents' data could be read on the way. Put an \
         https proxy in front and set JIBAN_PUBLIC_URL to its https:// address, bind to 127.0.0.1, or set \
         JIBAN_ALLOW_INSECURE=true to accept that"
    )]
    PlainHttp {
        /// The address.
        bind: SocketAddr,
        /// What is missing.
        why: &'static str,
    },
}

impl Settings {
    /// Reads the settings: the defaults, over them `file` (or the file named by `JIBAN_CONFIG`), over them what `env` answers.
    /// An empty value in the environment counts as none, because container files like to pass those; `NAME_FILE` names a file
    /// that holds the value of `NAME`.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown name or a value that is not allowed.
    pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let named = env(CONFIG_ENV).filter(|path| !path.is_empty()).map(PathBuf::from);
        let given = match file.or(named.as_deref()) {
            Some(path) => read::file(path)?,
            None => read::Given::default(),
        };
        given.with_env(env)?.settings()
    }

    /// Refuses to serve plain http off loopback unless that is accepted in so many words. For `serve` only: the other
    /// verbs listen nowhere.
    ///
    /// # Errors
    /// [`SettingsError::PlainHttp`].
    pub fn check_serving(&self) -> Result<(), SettingsError> {
        let https = self.public_url.as_ref().map(|url| url.starts_with("https://"));
        let why = match https {
            _ if self.allow_insecure || self.bind.ip().is_loopback() => return Ok(()),
            Some(true) => return Ok(()),
            Some(false) => "JIBAN_PUBLIC_URL is not https",
            None => "JIBAN_PUBLIC_URL is not set",
        };
        Err(SettingsError::PlainHttp { bind: self.bind, why })
    }
}

/// Names the settings file in the environment.
pub const CONFIG_ENV: &str = "JIBAN_CONFIG";

/// Refuses a `JIBAN_…` name in the environment that means nothing: a misspelt setting would be silently ignored.
///
/// # Errors
/// [`SettingsError::Unknown`] with the nearest name.
pub fn check_env_names(names: impl IntoIterator<Item = String>) -> Result<(), SettingsError> {
    for name in names {
        let bare = name.strip_suffix(read::FROM_FILE).unwrap_or(&name);
        let known = name == CONFIG_ENV || SETTINGS.iter().any(|setting| setting.env == name || setting.env == bare);
        // The test suite has its own names; they mean nothing to the server and are in nobody's deployment.
        if name.starts_with("JIBAN_") && !name.starts_with("JIBAN_TEST_") && !known {
            let nearest = read::nearest(&name, SETTINGS.iter().map(|setting| setting.env));
            return Err(SettingsError::Unknown { key: name, origin: read::ENVIRONMENT.to_owned(), nearest });
        }
    }
    Ok(())
}

/// The text of `config/jiban.example.toml`: every setting, commented out at its default.
pub fn example_toml() -> String {
    let mut out = String::from(
        "# Every setting of jiban at its default. Remove the # of a line to change it.\n\
         # The name in brackets does the same in the environment and wins over this file.\n\
         # Use it with `jiban serve --config FILE` or JIBAN_CONFIG=FILE.\n",
    );
    for Setting { key, env, default, allowed, meaning } in SETTINGS {
        out.push_str(&format!("\n# {meaning}\n# Allowed: {allowed}. [{env}]\n# {key} = {default}\n"));
    }
    out
}

/// The table of settings as `docs/operations.md` shows it.
pub fn settings_table() -> String {
    let mut out =
        String::from("| environment | in the file | default | what it does | allowed |\n|---|---|---|---|---|\n");
    for Setting { key, env, default, allowed, meaning } in SETTINGS {
        out.push_str(&format!("| `{env}` | `{key}` | `{default}` | {meaning} | {} |\n", allowed.replace('|', "\\|")));
    }
    out
}
