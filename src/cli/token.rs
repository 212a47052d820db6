//! `jiban token`: tokens for programs.

use clap::Subcommand;

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::domain::ids::TokenId;
use crate::domain::words::{Platform, Queue, Role};
use crate::engine::Failure;
use crate::engine::admin::{self, Hand};
use crate::engine::setup::NewToken;

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
    /// List valid tokens: id, name, role, platform, queue, made at; tab between
    List {
        /// The community
        #[arg(long, value_name = "SLUG")]
        community: String,
    },
    /// Make a token void from now on
    Revoke {
        /// The community
        #[arg(long, value_name = "SLUG")]
        community: String,
        /// The token's id, as `jiban token list` tells it
        id: TokenId,
    },
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let engine = open::engine(settings, Purpose::Verb)?;
    match verb {
        Verb::Create { community, role, platform, queue, name } => {
            let hand = Hand::terminal(open::community(&engine, community)?);
            let own = if *role == Role::CommitteeStaff { Platform::Committee } else { Platform::Property };
            let new = NewToken { name: name.clone(), platform: platform.unwrap_or(own), role: *role, queue: *queue };
            println!("{}", admin::create_token(&engine, &hand, &new)?);
        }
        Verb::List { community } => {
            let hand = Hand::terminal(open::community(&engine, community)?);
            for token in admin::tokens(&engine, &hand)? {
                let queue = token.queue.map(Queue::code).unwrap_or_default();
                let made = token.created_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
                println!("{}\t{}\t{}\t{}\t{queue}\t{made}", token.id, token.name, token.role, token.platform);
            }
        }
        Verb::Revoke { community, id } => {
            let hand = Hand::terminal(open::community(&engine, community)?);
            let name = admin::revoke_token(&engine, &hand, *id).map_err(|failure| match failure {
                Failure::NotFound(_) => Trouble::Usage(format!(
                    "there is no valid token {id} in this community; `jiban token list` tells which there are"
                )),
                failure => failure.into(),
            })?;
            eprintln!("jiban: the token `{name}` is void");
        }
    }
    Ok(())
}
