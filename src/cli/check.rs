//! `jiban check`: the invariants, proved over the whole database.

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::store::check;

pub(super) fn run(settings: &Settings) -> Result<(), Trouble> {
    let store = open::store(settings, Purpose::Verb)?;
    let broken = store.read(check::all)?;
    for (rule, count) in &broken {
        println!("{rule}: {count}");
    }
    match broken.len() {
        0 => {
            eprintln!("jiban: every invariant holds");
            Ok(())
        }
        n => Err(Trouble::Failed(format!("{n} invariant(s) are broken"))),
    }
}
