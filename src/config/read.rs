//! From a file and an environment to checked settings.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::database::redact;
use super::{DatabaseUrl, MailBy, MailSettings, SETTINGS, Setting, Settings, SettingsError, mail};
use crate::telemetry;

/// How messages name the environment.
pub(super) const ENVIRONMENT: &str = "the environment";

/// What follows a setting's name in the environment when a file holds its value.
pub(super) const FROM_FILE: &str = "_FILE";

/// What was written, by key; each value as text with the place it came from.
#[derive(Default)]
pub(super) struct Given {
    values: BTreeMap<&'static str, Value>,
}

struct Value {
    text: String,
    origin: String,
    /// The name as it is written in that place.
    name: &'static str,
}

/// Reads a TOML file.
pub(super) fn file(path: &Path) -> Result<Given, SettingsError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
    let table = text.parse::<toml::Table>().map_err(|error| SettingsError::NotToml {
        path: path.to_owned(),
        line: error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1),
        reason: error.message().to_owned(),
    })?;
    let origin = path.display().to_string();
    let mut given = Given::default();
    for (key, value) in table {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) else {
            let nearest = nearest(&key, SETTINGS.iter().map(|setting| setting.key));
            return Err(SettingsError::Unknown { key, origin, nearest });
        };
        let Some(text) = as_text(&value) else {
            return Err(SettingsError::Invalid {
                key: setting.key,
                value: format!("a {}", value.type_str()),
                origin,
                allowed: must_be(setting),
            });
        };
        given.values.insert(setting.key, Value { text, origin: origin.clone(), name: setting.key });
    }
    Ok(given)
}

/// A list reads like its items between commas, so that a file and the environment share one parser.
fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(_) | toml::Value::Boolean(_) => Some(value.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            items.map(|items| items.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

/// A value kept in a file of its own; the line end after it does not count.
fn value_file(setting: &Setting, path: &str) -> Result<String, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingsError::ValueFile {
        key: setting.env,
        path: PathBuf::from(path),
        source,
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn must_be(setting: &Setting) -> String {
    format!("must be {}", setting.allowed)
}

impl Given {
    /// Lets the environment's values win. Empty ones count as none. `NAME_FILE` names a file to read the value of `NAME`
    /// from: containers hand secrets in that way.
    pub(super) fn with_env(mut self, env: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let said = |name: &str| env(name).filter(|text| !text.is_empty());
        for setting in SETTINGS {
            let value = match said(setting.env) {
                Some(text) => Some((text, ENVIRONMENT.to_owned())),
                None => match said(&format!("{}{FROM_FILE}", setting.env)) {
                    Some(path) => Some((value_file(setting, &path)?, path)),
                    None => None,
                },
            };
            if let Some((text, origin)) = value {
                self.values.insert(setting.key, Value { text, origin, name: setting.env });
            }
        }
        Ok(self)
    }

    /// Checks every value.
    pub(super) fn settings(&self) -> Result<Settings, SettingsError> {
        let data_dir = self.path("data_dir")?.unwrap_or_else(|| PathBuf::from("./data"));
        Ok(Settings {
            database: self
                .take("database_url", DatabaseUrl::parse)?
                .unwrap_or_else(|| DatabaseUrl::embedded_in(&data_dir)),
            bind: self.plain("bind")?.unwrap_or_else(|| ([127, 0, 0, 1], 8080).into()),
            public_url: self.take("public_url", public_url)?.flatten(),
            secret_file: self.path("secret_file")?.unwrap_or_else(|| data_dir.join("secret.key")),
            allow_insecure: self.plain("allow_insecure")?.unwrap_or(false),
            trusted_proxies: self.take("trusted_proxies", networks)?.unwrap_or_default(),
            mail: self.mail()?,
            visitor_requests: self.take("visitor_requests", |text| number(text, 0, 1_000_000))?.unwrap_or(1_200),
            caller_requests: self.take("caller_requests", |text| number(text, 0, 1_000_000))?.unwrap_or(6_000),
            metrics_token: self.take("metrics_token", metrics_token)?.flatten(),
            log_filter: self.take("log", log_filter)?.unwrap_or_else(|| "info".to_owned()),
            log_format: self.plain("log_format")?.unwrap_or(telemetry::LogFormat::Text),
            db_pool: self.take("db_pool", |text| number(text, 1, 200))?.unwrap_or(8),
            db_wait_ms: self.take("db_wait_ms", |text| number(text, 50, 1_900))?.unwrap_or(1_500),
            workers: self.take("workers", |text| number(text, 1, 256))?.unwrap_or(2),
            data_dir,
        })
    }

    /// The value of `key` read by `parse`, whose error says what is allowed; an empty one means the table's own words.
    fn take<T>(&self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, SettingsError> {
        let Some(value) = self.values.get(key) else { return Ok(None) };
        parse(value.text.trim()).map(Some).map_err(|why| SettingsError::Invalid {
            key: value.name,
            value: match key {
                "database_url" | "smtp_url" => redact(&value.text),
                "smtp_password" | "metrics_token" => "***".to_owned(),
                // Many lines, and whoever mixes up the files may have a key in it.
                "smtp_ca" => value.text.lines().next().unwrap_or_default().to_owned(),
                _ => value.text.clone(),
            },
            origin: value.origin.clone(),
            allowed: match SETTINGS.iter().find(|setting| setting.key == key) {
                Some(setting) if why.is_empty() => must_be(setting),
                _ => why,
            },
        })
    }

    /// How mail is sent; a server without a sender's address, or a password in plain text, is refused.
    fn mail(&self) -> Result<Option<MailSettings>, SettingsError> {
        let password = self.take("smtp_password", |text| Ok(text.to_owned()))?.filter(|text| !text.is_empty());
        let by = self.take("smtp_url", |text| MailBy::parse(text, password.as_deref()))?.flatten();
        let from = self.take("mail_from", mail::sender)?.flatten();
        let authorities = self.take("smtp_ca", mail::authorities)?.flatten();
        match (by, from) {
            (None, _) => Ok(None),
            (Some(by), Some(from)) => Ok(Some(MailSettings { by, from, authorities })),
            (Some(_), None) => Err(SettingsError::Invalid {
                key: "mail_from",
                value: String::new(),
                origin: "not set".to_owned(),
                allowed: "must be an address such as `jiban@example.com` when smtp_url is set".to_owned(),
            }),
        }
    }

    fn plain<T: FromStr>(&self, key: &str) -> Result<Option<T>, SettingsError> {
        self.take(key, |text| text.parse().map_err(|_| String::new()))
    }

    fn path(&self, key: &str) -> Result<Option<PathBuf>, SettingsError> {
        self.take(key, |text| if text.is_empty() { Err(String::new()) } else { Ok(PathBuf::from(text)) })
    }
}

fn number<N: FromStr + PartialOrd>(text: &str, least: N, most: N) -> Result<N, String> {
    text.parse().ok().filter(|n| *n >= least && *n <= most).ok_or_else(String::new)
}

/// Long enough not to be guessed; of characters a header can carry.
fn metrics_token(text: &str) -> Result<Option<String>, String> {
    match text {
        "" => Ok(None),
        _ if text.len() >= 16 && text.bytes().all(|b| b.is_ascii_graphic()) => Ok(Some(text.to_owned())),
        _ => Err(String::new()),
    }
}

fn log_filter(text: &str) -> Result<String, String> {
    match telemetry::check_filter(text) {
        Ok(()) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(String::new()),
    }
}

/// No path: `__Host-` cookies and the channels' addresses need the root of the host.
fn public_url(text: &str) -> Result<Option<String>, String> {
    let url = text.strip_suffix('/').unwrap_or(text);
    if url.is_empty() {
        return Ok(None);
    }
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or_else(String::new)?;
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '?' | '#' | '@' | '\\' | '"' | '<' | '>');
    if host.is_empty() || host.starts_with(':') || host.contains(odd) {
        return Err(String::new());
    }
    Ok(Some(url.to_owned()))
}

fn networks(text: &str) -> Result<Vec<(IpAddr, u8)>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
}

fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().map_err(|_| String::new())?;
    let whole = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Ok(whole), |prefix| number(prefix, 0, whole))?;
    Ok((address, prefix))
}

/// The name with the fewest letters to change.
pub(super) fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> &'static str {
    known.min_by_key(|candidate| distance(name, candidate)).unwrap_or_default()
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
