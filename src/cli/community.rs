//! `jiban community`: tenants.

use clap::Subcommand;

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::engine::{Failure, setup};

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
        /// Give this account the administrator's seat in it
        #[arg(long, value_name = "LOGIN")]
        admin: Option<String>,
    },
    /// List communities: slug and name, tab between
    List,
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let engine = open::engine(settings, Purpose::Verb)?;
    match verb {
        Verb::Create { slug, name, zone, admin } => {
            match admin {
                Some(login) => {
                    let admin = setup::user(&engine, login).map_err(|failure| match failure {
                        Failure::NotFound(_) => Trouble::Usage(format!("--admin: there is no account `{login}`")),
                        failure => failure.into(),
                    })?;
                    setup::create_community_for(&engine, admin, (slug, name, zone))?;
                }
                None => drop(setup::create_community(&engine, slug, name, zone)?),
            }
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
