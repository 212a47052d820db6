//! The verbs of the binary, a file each. What a program should read goes to stdout, everything else to stderr.

#![allow(clippy::print_stdout, clippy::print_stderr)] // a terminal is what this room talks to

mod archive;
mod backup;
mod check;
mod community;
mod demo;
mod healthcheck;
mod hotline;
mod import;
mod jobs;
mod key;
mod migrate;
mod open;
mod openapi;
mod outside;
mod restore;
pub mod route;
mod serve;
mod token;
mod user;
mod wechat;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self, Settings, SettingsError};
use crate::engine::Failure;
use crate::store::StoreError;

/// Jiban (即办): one ticket engine behind a community's WeChat desk and its property company's hotline.
#[derive(Debug, Parser)]
#[command(name = "jiban", version, about, max_term_width = 100)]
struct Jiban {
    /// Settings file (TOML); the environment goes before it. See config/jiban.example.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve the console, the doors and the API
    Serve,
    /// Serve a ready-made community on loopback, for trying things out
    Demo(demo::Demo),
    /// Bring the database's schema up to date
    Migrate,
    /// Communities: the tenants of this installation
    #[command(subcommand)]
    Community(community::Verb),
    /// Accounts and what they may do
    #[command(subcommand)]
    User(user::Verb),
    /// Tokens for programs that use the API
    #[command(subcommand)]
    Token(token::Verb),
    /// The committee's WeChat official account
    #[command(subcommand)]
    Wechat(wechat::Verb),
    /// The switchboards that tell of calls
    #[command(subcommand)]
    Hotline(hotline::Verb),
    /// Read places, residents or staff from a CSV file
    Import(import::Import),
    /// The key file that phone numbers and secrets are sealed with
    #[command(subcommand)]
    Key(key::Verb),
    /// Say where sentences would go: one a line on stdin, one JSON object a line on stdout
    Route(route::Route),
    /// What is done without anybody asking: notices sent, old rows removed
    #[command(subcommand)]
    Jobs(jobs::Verb),
    /// Copy everything into a new folder, while the server goes on
    Backup(backup::Backup),
    /// Put a backup into an empty database; SQLite and PostgreSQL take each other's
    Restore(restore::Restore),
    /// Prove the database's invariants; fails and lists what is broken
    Check,
    /// Print the API's description (OpenAPI 3.1)
    Openapi,
    /// Ask a running server whether it is ready
    Healthcheck,
}

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    /// Said on the command line or in the settings.
    #[error("{0}")]
    Usage(String),
    /// Met while doing it.
    #[error("{0}")]
    Failed(String),
}

impl From<SettingsError> for Trouble {
    fn from(error: SettingsError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Invalid(invalid) => Self::Usage(invalid.to_string()),
            failure => Self::Failed(failure.to_string()),
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Runs the verb on the command line. 0: done. 1: could not be done. 2: not understood, or a wrong setting.
pub fn main() -> ExitCode {
    let jiban = Jiban::parse();
    match run(jiban) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("jiban: {trouble}");
            ExitCode::from(if matches!(trouble, Trouble::Usage(_)) { 2 } else { 1 })
        }
    }
}

// The one place where the environment is read.
#[allow(clippy::disallowed_methods)]
fn settings(file: Option<&std::path::Path>) -> Result<Settings, Trouble> {
    config::check_env_names(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
    Ok(Settings::load(file, |name| std::env::var(name).ok())?)
}

fn run(jiban: Jiban) -> Result<(), Trouble> {
    let settings = settings(jiban.config.as_deref())?;
    match jiban.verb {
        Verb::Serve => serve::run(&settings),
        Verb::Demo(demo) => demo::run(&settings, &demo),
        Verb::Migrate => migrate::run(&settings),
        Verb::Community(verb) => community::run(&settings, &verb),
        Verb::User(verb) => user::run(&settings, &verb),
        Verb::Token(verb) => token::run(&settings, &verb),
        Verb::Wechat(verb) => wechat::run(&settings, &verb),
        Verb::Hotline(verb) => hotline::run(&settings, &verb),
        Verb::Import(import) => import::run(&settings, &import),
        Verb::Key(verb) => key::run(&settings, &verb),
        Verb::Route(route) => route::run(&settings, &route),
        Verb::Jobs(verb) => jobs::run(&settings, &verb),
        Verb::Backup(backup) => backup::run(&settings, &backup),
        Verb::Restore(restore) => restore::run(&settings, &restore),
        Verb::Check => check::run(&settings),
        Verb::Openapi => openapi::run(),
        Verb::Healthcheck => healthcheck::run(&settings),
    }
}

/// A secret given on the line, in a file, or on stdin (`-`); line ends around it do not count.
fn secret(what: &str, given: Option<&str>, file: Option<&std::path::Path>) -> Result<Option<String>, Trouble> {
    let read = |error: std::io::Error| Trouble::Usage(format!("{what}: cannot be read: {error}"));
    let text = match (given, file) {
        (Some(_), Some(_)) => return Err(Trouble::Usage(format!("{what}: give it once, on the line or in a file"))),
        (Some(text), None) => text.to_owned(),
        (None, Some(path)) if path.as_os_str() == "-" => std::io::read_to_string(std::io::stdin()).map_err(read)?,
        (None, Some(path)) => std::fs::read_to_string(path).map_err(read)?,
        (None, None) => return Ok(None),
    };
    Ok(Some(text.trim_matches(['\r', '\n', ' ', '\t']).to_owned()))
}
