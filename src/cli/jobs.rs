//! `jiban jobs`: what a server does beside answering.

use clap::Subcommand;

use super::Trouble;
use super::open::{self, Purpose};
use super::outside;
use crate::config::Settings;
use crate::jobs;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Do everything that is due now, once; one line a job on stdout: name and how much was done
    Run,
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let Verb::Run = verb;
    let engine = open::engine(settings, Purpose::Verb)?;
    for (name, done) in jobs::run_once(&engine, &outside::outside(settings)?)? {
        println!("{name} {done}");
    }
    Ok(())
}
