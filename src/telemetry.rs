//! The log: text or JSON lines on stderr. What is logged carries ids and codes, never a phone number, a name or an openid.

use std::fmt;
use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

impl FromStr for LogFormat {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        match s {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// Why the log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not in the form `level` or `target=level,…`.
    #[error("the log filter is wrong: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Another subscriber was set before.
    #[error("the log is already set up")]
    Twice,
}

/// Whether `filter` can be used, such as `info` or `info,jiban::jobs=debug`.
///
/// # Errors
/// [`TelemetryError::Filter`] when it cannot.
pub fn check_filter(filter: &str) -> Result<(), TelemetryError> {
    Ok(EnvFilter::builder().parse(filter).map(drop)?)
}

/// Sends this process's log to stderr, once in its life.
///
/// # Errors
/// A wrong filter, or a log set up before.
pub fn start(filter: &str, format: LogFormat) -> Result<(), TelemetryError> {
    let filter = EnvFilter::builder().parse(filter)?;
    // A line that cannot be written, on a full disk for example, would otherwise be told of on stderr as well, and that
    // failing again is a panic in the middle of a request.
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    }
    .map_err(|_| TelemetryError::Twice)
}
