//! How notices are mailed: one URL for a server or a folder.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

/// How mail leaves, and under which address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The way.
    pub by: MailBy,
    /// The sender: `address`, or `name <address>`.
    pub from: String,
    /// Authorities trusted beside the machine's own, in PEM form.
    pub authorities: Option<String>,
}

/// The way mail leaves. `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub enum MailBy {
    /// One `.eml` file each in this folder.
    Files(PathBuf),
    /// A mail server.
    Smtp {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// How the line is protected.
        tls: MailTls,
        /// User and password, if it wants them.
        login: Option<(String, String)>,
    },
}

/// How the line to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// Not at all.
    None,
    /// From STARTTLS on; a server that does not offer it is refused.
    StartTls,
    /// From the first byte.
    Whole,
}

impl fmt::Debug for MailBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files(folder) => f.debug_tuple("Files").field(folder).finish(),
            Self::Smtp { host, port, tls, login } => {
                let with = if login.is_some() { " with a login" } else { "" };
                write!(f, "Smtp({host}:{port}, {tls:?}{with})")
            }
        }
    }
}

impl MailBy {
    /// Reads the URL; nothing means no mail.
    ///
    /// # Errors
    /// A sentence saying what is allowed instead, or nothing for the table's own words. It never repeats the URL.
    pub fn parse(url: &str, password: Option<&str>) -> Result<Option<Self>, String> {
        if url.is_empty() {
            return Ok(None);
        }
        if let Some(path) = url.strip_prefix("file://") {
            return match path.is_empty() {
                true => Err("must name a folder after `file://`".to_owned()),
                false => Ok(Some(Self::Files(PathBuf::from(path)))),
            };
        }
        let whole = url.strip_prefix("smtps://");
        let rest = whole.or_else(|| url.strip_prefix("smtp://")).ok_or_else(String::new)?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let place = place.strip_suffix('/').unwrap_or(place);
        let (login, server) = place.rsplit_once('@').map_or((None, place), |(login, server)| (Some(login), server));
        let tls = match (whole.is_some(), query) {
            (true, "") => MailTls::Whole,
            (false, "" | "tls=starttls") => MailTls::StartTls,
            (false, "tls=none") => MailTls::None,
            _ => {
                return Err(
                    "must end with `?tls=starttls` or `?tls=none` after smtp://, and with nothing after smtps://"
                        .to_owned(),
                );
            }
        };
        let (host, port) = server_of(server, if whole.is_some() { 465 } else { 587 })?;
        let login = login.map(|login| login_of(login, password)).transpose()?;
        if login.is_some() && tls == MailTls::None && !is_here(&host) {
            return Err("must not send the password in plain text: use tls=starttls or smtps://".to_owned());
        }
        Ok(Some(Self::Smtp { host, port, tls, login }))
    }
}

fn server_of(server: &str, usual: u16) -> Result<(String, u16), String> {
    // An IPv6 address stands in brackets.
    let (host, port) = match server.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => server.rsplit_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    let port = match port {
        None => usual,
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or("must name a port from 1 to 65535")?,
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '#' | '[' | ']' | '@');
    if host.is_empty() || host.contains(odd) {
        return Err(String::new());
    }
    Ok((host.to_owned(), port))
}

fn login_of(login: &str, password: Option<&str>) -> Result<(String, String), String> {
    let decode = |part: &str| percent_decode_str(part).decode_utf8().map(String::from).map_err(|_| String::new());
    let (user, typed) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    let password = match (typed, password) {
        (Some(typed), _) => decode(typed)?,
        (None, Some(password)) => password.to_owned(),
        (None, None) => {
            return Err(
                "must have a password beside the user: set JIBAN_SMTP_PASSWORD, or a file by JIBAN_SMTP_PASSWORD_FILE"
                    .to_owned(),
            );
        }
    };
    Ok((decode(user)?, password))
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Certificates in PEM form; whether each of them is one shows when the mailer is put together.
pub(super) fn authorities(text: &str) -> Result<Option<String>, String> {
    let marks = |mark: &str| text.matches(mark).count();
    match (marks("-----BEGIN CERTIFICATE-----"), marks("-----END CERTIFICATE-----")) {
        _ if text.is_empty() => Ok(None),
        (begun, ended) if begun == ended && begun > 0 => Ok(Some(text.to_owned())),
        _ => Err(String::new()),
    }
}

/// The sender: an address, or a name and an address in angle brackets.
pub(super) fn sender(text: &str) -> Result<Option<String>, String> {
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || !c.is_ascii() || matches!(c, '<' | '>' | ',' | ';' | '"');
    let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
        Some((name, address)) => (name, address),
        None => ("", text),
    };
    match address.rsplit_once('@') {
        _ if text.is_empty() => Ok(None),
        Some((local, host))
            if !local.is_empty()
                && host.contains('.')
                && !address.contains(odd)
                && !name.contains(|c: char| c.is_control() || matches!(c, '<' | '>' | '"')) =>
        {
            Ok(Some(text.to_owned()))
        }
        _ => Err(String::new()),
    }
}
