//! `jiban restore`: a backup into an empty place, all of it or nothing.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::archive::{self, Archive};
use super::open::{self, Purpose};
use super::{Trouble, backup, check};
use crate::clock::Clock;
use crate::config::{DatabaseUrl, Settings};
use crate::fail_point::{self, FailPoint};
use crate::store::{Db, Keys, Store, StoreError, backup as copies, migrate, write_tx};

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The folder `jiban backup` made
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
}

pub(super) fn run(settings: &Settings, asked: &Restore) -> Result<(), Trouble> {
    let archive = Archive::open(&asked.from)?;
    eprintln!(
        "jiban: {} rows of {}; comparing the files with the manifest …",
        archive.manifest.rows(),
        archive.manifest.made_at
    );
    known(&archive)?;
    archive.verify()?;
    let key = key(settings, &archive)?;
    match &settings.database {
        DatabaseUrl::Sqlite(file) => embedded(settings, &archive, (file, key.as_deref()))?,
        DatabaseUrl::Postgres(_) => server(settings, &archive, key.as_deref())?,
    }
    let line = json!({
        "database": settings.database.to_string(),
        "made_at": archive.manifest.made_at,
        "rows": archive.manifest.rows(),
        "tickets": archive.manifest.rows_of("ticket"),
    });
    println!("{line}");
    eprintln!("jiban: restored. Everybody signs in anew; what was waiting to be sent is sent from now on");
    check::run(settings)
}

/// A schema of a newer program is refused before anything is read.
fn known(archive: &Archive) -> Result<(), Trouble> {
    let known = migrate::known()?;
    match archive.manifest.schema.iter().find(|version| !known.contains(version)) {
        None => Ok(()),
        Some(version) => Err(Trouble::Failed(format!(
            "the backup has schema version {version}, which this jiban ({}) does not know: restore it with jiban {} or newer",
            env!("CARGO_PKG_VERSION"),
            archive.manifest.jiban
        ))),
    }
}

/// The key file to be put in place, if there is none there. Nothing is restored that could not be read afterwards.
fn key(settings: &Settings, archive: &Archive) -> Result<Option<PathBuf>, Trouble> {
    let Some(check) = &archive.manifest.key_check else { return Ok(None) };
    let here = &settings.secret_file;
    let belongs = |file: &Path| Keys::load(file)?.check(&backup::unhex(check).unwrap_or_default());
    match (here.exists(), archive.key_file()) {
        (true, in_it) => match belongs(here) {
            Ok(()) => Ok(None),
            Err(StoreError::WrongKey) => Err(Trouble::Failed(format!(
                "{} is not the key this backup was sealed with: move it away and {}. Nothing was restored",
                here.display(),
                if in_it.is_some() { "repeat: the right one is in the backup" } else { "put the right one there" }
            ))),
            Err(error) => Err(error.into()),
        },
        (false, Some(file)) => Ok(Some(file)),
        (false, None) => Err(Trouble::Failed(format!(
            "the key file is not in this backup, and there is none at {0}: put the copy you kept there (chmod 600), or name it by \
             JIBAN_SECRET_FILE. Without it no telephone number and no channel's secret can be read. Nothing was restored",
            here.display()
        ))),
    }
}

/// Fills a file of another name, and gives it its own when it is whole.
fn embedded(settings: &Settings, archive: &Archive, (file, key): (&Path, Option<&Path>)) -> Result<(), Trouble> {
    if file.symlink_metadata().is_ok() {
        return Err(Trouble::Usage(format!(
            "{} is there already; a restore writes over nothing. Stop jiban and move it away (with its -wal and -shm), or name another \
             file by JIBAN_DATABASE_URL",
            file.display()
        )));
    }
    let part = beside(file, ".restoring");
    remove(&part)?;
    let filling = Settings { database: DatabaseUrl::Sqlite(part.clone()), ..settings.clone() };
    let store = open::store(&filling, Purpose::Verb)?;
    let filled = fill(&store, archive);
    drop(store);
    if let Err(trouble) = filled {
        remove(&part)?;
        return Err(trouble);
    }
    std::fs::File::open(&part)?.sync_all()?;
    place_key(settings, key)?;
    // A log left behind by another database of this name would be replayed into this one.
    for ending in ["-wal", "-shm"] {
        gone(&beside(file, ending))?;
    }
    place(&part, file)
}

/// One transaction: the database is whole or as empty as before.
fn server(settings: &Settings, archive: &Archive, key: Option<&Path>) -> Result<(), Trouble> {
    let store = open::store(settings, Purpose::Verb)?;
    store.read(|db| -> Result<(), Trouble> {
        let found = migrate::schema(db)?;
        if found.is_empty() {
            return Ok(());
        }
        if !copies::is_empty(db)? {
            return Err(Trouble::Usage(format!(
                "{} is not empty; a restore writes over nothing. Make a new database (createdb) and name it by JIBAN_DATABASE_URL",
                settings.database
            )));
        }
        let there = [found.applied, found.unknown].concat();
        match archive.manifest.schema.iter().all(|version| there.contains(version)) && there.len() == archive.manifest.schema.len() {
            true => Ok(()),
            false => Err(Trouble::Usage(format!(
                "{} was migrated to another schema version than the backup's: restore into a new database, without `jiban migrate`",
                settings.database
            ))),
        }
    })?;
    place_key(settings, key)?;
    fill(&store, archive)
}

fn fill(store: &Store, archive: &Archive) -> Result<(), Trouble> {
    let mut db = copies::connect_to_fill(store)?;
    write_tx(&mut db, |db: &mut Db| {
        copies::load(db, archive, Clock::System.now())?;
        fail_point::at(FailPoint::RestoreLoaded);
        Ok::<_, Trouble>(())
    })?;
    Ok(copies::prove(&mut db)?)
}

/// The key out of the backup, for its owner only.
fn place_key(settings: &Settings, key: Option<&Path>) -> Result<(), Trouble> {
    let Some(key) = key else { return Ok(()) };
    let file = &settings.secret_file;
    std::fs::create_dir_all(archive::above(file))?;
    let part = beside(file, ".restoring");
    gone(&part)?;
    archive::write(&part, &std::fs::read(key)?)?;
    place(&part, file)?;
    eprintln!("jiban: put the key file from the backup at {}", file.display());
    Ok(())
}

/// Gives a whole file its name, unless something has that name by now.
fn place(part: &Path, file: &Path) -> Result<(), Trouble> {
    std::fs::hard_link(part, file).map_err(|error| Trouble::Failed(format!("{}: {error}", file.display())))?;
    std::fs::remove_file(part)?;
    Ok(archive::sync_folder(archive::above(file))?)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What a restore cut off before left behind.
fn remove(part: &Path) -> Result<(), Trouble> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        gone(&beside(part, ending))?;
    }
    Ok(())
}

fn gone(file: &Path) -> Result<(), Trouble> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Trouble::Failed(format!("cannot remove {}: {error}", file.display())))
        }
        _ => Ok(()),
    }
}
