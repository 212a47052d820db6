//! `jiban token`: tokens for programs.

use clap::Subcommand;

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::domain::words::{Platform, Queue, Role};
use crate::engine::setup::{self, NewToken};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make a token and print it alone on stdout; it cannot be shown again
    Create {
        /// The community it works in
        #[arg(long, value_name = "SLUG")]
        community: String,
        /// What it may do: agent, committee_staff, manager, admin, worker, contractor or steward
        #[arg(long)]
        role: Role,
        /// The desk it acts for, for a role that both desks have
        #[arg(long)]
        platform: Option<Platform>,
        /// The queue, for a worker
        #[arg(long)]
        queue: Option<Queue>,
        /// What history calls it
        #[arg(long, default_value = "api")]
        name: String,
    },
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let Verb::Create { community, role, platform, queue, name } = verb;
    let engine = open::engine(settings, Purpose::Verb)?;
    let community = open::community(&engine, community)?;
    let own = if *role == Role::CommitteeStaff { Platform::Committee } else { Platform::Property };
    let new = NewToken { name: name.clone(), platform: platform.unwrap_or(own), role: *role, queue: *queue };
    println!("{}", setup::create_token(&engine, community, &new)?);
    Ok(())
}
