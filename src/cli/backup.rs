//! `jiban backup`: everything of one moment into a folder, while the server goes on.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Trouble;
use super::archive::{self, FORMAT, Making, Manifest, Rows};
use super::open::{self, Purpose};
use crate::clock::Clock;
use crate::config::{DatabaseUrl, Settings};
use crate::fail_point::{self, FailPoint};
use crate::store::backup::{self, Table};
use crate::store::{Db, Keys, Store, StoreError, installation, migrate, read_tx};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The folder to be made; it must not be there yet
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Put the key file in as well: whoever gets hold of the backup can then read every telephone number
    #[arg(long)]
    include_key: bool,
}

pub(super) fn run(settings: &Settings, asked: &Backup) -> Result<(), Trouble> {
    if let DatabaseUrl::Sqlite(file) = &settings.database
        && !file.exists()
    {
        return Err(Trouble::Usage(format!("there is no database at {}", settings.database)));
    }
    let store = open::store(settings, Purpose::Verb)?;
    let making = Making::begin(&asked.to)?;
    let mut manifest = copy(&store, &making)?;
    let file = settings.secret_file.display();
    match (&manifest.key_check, asked.include_key) {
        (Some(check), true) => {
            manifest.key = Some(making.key(&key(settings, check)?)?);
            eprintln!(
                "jiban: {file} is in the backup: whoever gets hold of it reads every telephone number; lock it away"
            );
        }
        (None, true) => eprintln!("jiban: nothing was sealed yet, so there is no key file to put in"),
        (Some(_), false) => eprintln!(
            "jiban: the key file {file} is not in the backup; keep a copy of it elsewhere, for without it neither a telephone number \
             nor a channel's secret in the backup can be read again"
        ),
        (None, false) => {}
    }
    fail_point::at(FailPoint::BackupWritten);
    let sha256 = making.finish(&manifest)?;
    eprintln!("jiban: {} rows in {} are safe on the disk", manifest.rows(), asked.to.display());
    let line = json!({
        "path": asked.to.display().to_string(),
        "made_at": manifest.made_at,
        "tables": manifest.tables.len(),
        "rows": manifest.rows(),
        "tickets": manifest.rows_of("ticket"),
        "bytes": manifest.bytes(),
        "key": manifest.key.is_some(),
        "manifest_sha256": sha256,
    });
    println!("{line}");
    Ok(())
}

/// Copies every table in one transaction, so that all rows show the same moment.
fn copy(store: &Store, making: &Making) -> Result<Manifest, Trouble> {
    let mut db = backup::connect(store)?;
    read_tx(&mut db, |db| {
        let schema = migrate::schema(db)?;
        if schema.is_empty() {
            return Err(Trouble::Usage("the database is empty: there is nothing to back up".to_owned()));
        }
        let made_at = Clock::System.now();
        let key_check = installation::load(db)?.and_then(|found| found.key_check);
        let mut tables = Vec::new();
        for table in backup::tables(db)? {
            tables.push(one(db, making, &table)?);
        }
        Ok(Manifest {
            format: FORMAT,
            jiban: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            database: if matches!(db, Db::Pg(_)) { "postgresql" } else { "sqlite" }.to_owned(),
            schema: [schema.applied, schema.unknown].concat(),
            key_check: key_check.as_deref().map(archive::hex),
            key: None,
            tables,
        })
    })
}

fn one(db: &mut Db, making: &Making, table: &Table) -> Result<Rows, Trouble> {
    let mut writer = making.table(&table.name)?;
    let mut told = Told::new(&table.name);
    backup::rows(db, table, |line| -> Result<(), Trouble> {
        writer.line(line)?;
        told.one_more();
        Ok(())
    })?;
    Ok(archive::rows_of(table, told.rows(), writer.finish()?))
}

/// The key file, if it is the one this database is sealed with.
fn key(settings: &Settings, check: &str) -> Result<Vec<u8>, Trouble> {
    let wrong = |error: StoreError| Trouble::Failed(format!("{}: {error}", settings.secret_file.display()));
    let keys = Keys::load(&settings.secret_file)?;
    keys.check(&unhex(check).unwrap_or_default()).map_err(wrong)?;
    Ok(std::fs::read(&settings.secret_file)?)
}

/// Bytes from their hexadecimal digits.
pub(super) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Says on the terminal that a large table goes on.
pub(super) struct Told {
    table: String,
    rows: u64,
}

impl Told {
    pub(super) fn new(table: &str) -> Self {
        Self { table: table.to_owned(), rows: 0 }
    }

    pub(super) fn one_more(&mut self) {
        self.rows += 1;
        if self.rows.is_multiple_of(500_000) {
            eprintln!("jiban: {}: {} rows so far", self.table, self.rows);
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}
