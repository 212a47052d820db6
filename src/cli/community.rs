//! `jiban community`: tenants.

use clap::Subcommand;

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::engine::setup;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make a community with queues, classes, catalogue and calendar, so that its doors work at once
    Create {
        /// Its name in URLs: a-z, 0-9 and -
        #[arg(long)]
        slug: String,
        /// Its name
        #[arg(long)]
        name: String,
        /// Its time zone
        #[arg(long, default_value = "Asia/Shanghai")]
        zone: String,
    },
    /// List communities: slug and name, tab between
    List,
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let engine = open::engine(settings, Purpose::Verb)?;
    match verb {
        Verb::Create { slug, name, zone } => {
            setup::create_community(&engine, slug, name, zone)?;
            eprintln!("jiban: made the community `{slug}`");
        }
        Verb::List => {
            for (_, slug, name) in setup::communities(&engine)? {
                println!("{slug}\t{name}");
            }
        }
    }
    Ok(())
}
