//! `jiban hotline`: the switchboards that tell of calls.

use std::path::PathBuf;

use clap::Subcommand;

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::engine::hotline;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Sources of call events
    #[command(subcommand)]
    Source(Source),
}

#[derive(Debug, Subcommand)]
pub(super) enum Source {
    /// Add a source and print its secret alone on stdout. One of this name gets the new secret, and the old one is void
    Add {
        /// The community
        #[arg(long, value_name = "SLUG")]
        community: String,
        /// What people call it
        #[arg(long)]
        name: String,
        /// whsec_ and the base64 of 24 to 64 bytes; made when left out
        #[arg(long)]
        secret: Option<String>,
        /// File with the secret; - for stdin
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
    /// Remove a source: its events are turned away from now on, its calls stay
    Remove {
        /// The community
        #[arg(long, value_name = "SLUG")]
        community: String,
        /// Which
        #[arg(long)]
        name: String,
    },
    /// List the sources by name, one a line
    List {
        /// The community
        #[arg(long, value_name = "SLUG")]
        community: String,
    },
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let Verb::Source(verb) = verb;
    let engine = open::engine(settings, Purpose::Verb)?;
    match verb {
        Source::Add { community, name, secret, secret_file } => {
            let secret = super::secret("--secret", secret.as_deref(), secret_file.as_deref())?;
            let id = open::community(&engine, community)?;
            println!("{}", hotline::add_source(&engine, id, name, secret.as_deref())?);
            eprintln!("jiban: events go to https://YOUR-HOST/channels/hotline/{community}/events");
        }
        Source::Remove { community, name } => {
            let id = open::community(&engine, community)?;
            hotline::remove_source(&engine, id, name)?;
            eprintln!("jiban: {name} is removed");
        }
        Source::List { community } => {
            let id = open::community(&engine, community)?;
            for source in hotline::sources(&engine, id)? {
                println!("{}", source.name);
            }
        }
    }
    Ok(())
}
