//! `jiban key`: the key file.

use clap::Subcommand;

use super::Trouble;
use crate::clock::Chance;
use crate::config::Settings;
use crate::store::Keys;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make the key file for a new installation on PostgreSQL; never over an existing one
    Create,
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let Verb::Create = verb;
    let file = &settings.secret_file;
    if file.exists() {
        return Err(Trouble::Usage(format!("{} is there already; it is not written over", file.display())));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    Keys::load_or_create(file, true, || Chance::System.bytes())?;
    eprintln!("jiban: made {}; keep a copy in a safe place, nothing sealed opens without it", file.display());
    Ok(())
}
