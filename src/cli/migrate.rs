//! `jiban migrate`: the schema up to date.

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::store::migrate;

pub(super) fn run(settings: &Settings) -> Result<(), Trouble> {
    let store = open::store(settings, Purpose::Verb)?;
    let done = migrate::run(&store)?;
    match done.len() {
        0 => eprintln!("jiban: the schema was up to date"),
        n => eprintln!("jiban: applied {n} migration(s): {}", done.join(", ")),
    }
    Ok(())
}
