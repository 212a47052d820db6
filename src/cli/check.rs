//! `jiban check`: the invariants, proved over the whole database.

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::store::check::{self, Broken};
use crate::store::{Keys, Store, StoreError, backup, installation, read_tx};

pub(super) fn run(settings: &Settings) -> Result<(), Trouble> {
    let store = open::store(settings, Purpose::Verb)?;
    let broken = broken(settings, &store)?;
    for Broken { rule, count, example } in &broken {
        match example {
            Some(example) => println!("{rule}: {count} ({example})"),
            None => println!("{rule}: {count}"),
        }
    }
    match broken.len() {
        0 => {
            eprintln!("jiban: every invariant holds");
            Ok(())
        }
        n => Err(Trouble::Failed(format!("{n} invariant(s) are broken"))),
    }
}

/// Over one state of the data, however long it takes.
fn broken(settings: &Settings, store: &Store) -> Result<Vec<Broken>, Trouble> {
    let mut db = backup::connect(store)?;
    read_tx(&mut db, |db| {
        let mut all = check::all(db)?;
        let Some(kept) = installation::load(db)?.and_then(|found| found.key_check) else { return Ok(all) };
        if !settings.secret_file.exists() {
            eprintln!(
                "jiban: there is no key file at {}: what is sealed was not opened",
                settings.secret_file.display()
            );
            return Ok(all);
        }
        match Keys::load(&settings.secret_file).and_then(|keys| keys.check(&kept).map(|()| keys)) {
            Ok(keys) => all.extend(check::sealed(db, &keys)?),
            Err(error @ (StoreError::KeyFile(_) | StoreError::WrongKey)) => {
                let example = Some(format!("{}: {error}", settings.secret_file.display()));
                all.push(Broken { rule: "the key file is this database's", count: 1, example });
            }
            Err(error) => return Err(error.into()),
        }
        Ok::<_, Trouble>(all)
    })
}
