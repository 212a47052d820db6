//! A backup as it lies on the disk: a folder with one file of rows a table, and a manifest that is written last.
//!
//! `TABLE.jsonl.gz` holds a JSON array a row (`store::backup` says how values are written), `secret.key` the key file if it was
//! asked for, `manifest.json` what it all is and the SHA-256 of each file. Only its owner may read any of it.

mod part;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Trouble;
use crate::store::backup::{Goods, Table};
use part::Reader;
pub(super) use part::{Writer, above, hex, sync_folder, write};

/// What this program writes, and the most it reads.
pub(super) const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const KEY: &str = "secret.key";

/// What a backup is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// How it is written.
    pub(super) format: u32,
    /// Version of the program that wrote it.
    pub(super) jiban: String,
    /// The moment all of it shows.
    pub(super) made_at: DateTime<Utc>,
    /// Where it comes from: `sqlite` or `postgresql`.
    pub(super) database: String,
    /// The schema's versions.
    pub(super) schema: Vec<String>,
    /// Tells the key it was sealed with, as hexadecimal digits; nothing while nothing was sealed.
    pub(super) key_check: Option<String>,
    /// The key file, if it is in here.
    pub(super) key: Option<Part>,
    /// The tables.
    pub(super) tables: Vec<Rows>,
}

/// A file of the backup.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Part {
    /// Its length.
    pub(super) bytes: u64,
    /// Of its bytes as they lie there, in hexadecimal digits.
    pub(super) sha256: String,
}

/// A table's file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rows {
    /// The table.
    pub(super) table: String,
    /// What a row gives, in order.
    pub(super) columns: Vec<String>,
    /// How many there are.
    pub(super) rows: u64,
    /// The file.
    #[serde(flatten)]
    pub(super) part: Part,
}

impl Manifest {
    /// All rows together.
    pub(super) fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// The rows of one table.
    pub(super) fn rows_of(&self, table: &str) -> u64 {
        self.tables.iter().find(|rows| rows.table == table).map_or(0, |rows| rows.rows)
    }

    /// The files' bytes together.
    pub(super) fn bytes(&self) -> u64 {
        self.tables.iter().map(|table| &table.part).chain(&self.key).map(|part| part.bytes).sum()
    }
}

/// A backup in the making, under a name of its own until it is whole.
pub(super) struct Making {
    to: PathBuf,
    part: PathBuf,
}

impl Making {
    /// Makes the folder, beside the one it will be.
    pub(super) fn begin(to: &Path) -> Result<Self, Trouble> {
        let name = to.file_name().ok_or_else(|| Trouble::Usage(format!("--to: {} names no folder", to.display())))?;
        refuse_existing(to)?;
        let mut part_name = name.to_owned();
        part_name.push(format!(".part-{}", std::process::id()));
        let part = to.with_file_name(part_name);
        let mut folder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder
            .create(&part)
            .map_err(|error| Trouble::Usage(format!("--to: cannot make {}: {error}", part.display())))?;
        Ok(Self { to: to.to_owned(), part })
    }

    /// A file for a table's rows.
    pub(super) fn table(&self, table: &str) -> Result<Writer, Trouble> {
        Ok(Writer::create(&self.part.join(file_of(table)))?)
    }

    /// The key file, byte by byte.
    pub(super) fn key(&self, text: &[u8]) -> Result<Part, Trouble> {
        Ok(part::write(&self.part.join(KEY), text)?)
    }

    /// Writes the manifest, sees everything onto the disk and gives the folder its name. Returns the manifest's SHA-256.
    pub(super) fn finish(self, manifest: &Manifest) -> Result<String, Trouble> {
        let text = serde_json::to_vec_pretty(manifest).map_err(|error| Trouble::Failed(error.to_string()))?;
        let written = part::write(&self.part.join(MANIFEST), &text)?;
        part::sync_folder(&self.part)?;
        refuse_existing(&self.to)?;
        std::fs::rename(&self.part, &self.to)?;
        part::sync_folder(part::above(&self.to))?;
        Ok(written.sha256)
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // Nothing is there any more once it got its name.
        let _ = std::fs::remove_dir_all(&self.part);
    }
}

fn refuse_existing(to: &Path) -> Result<(), Trouble> {
    match to.symlink_metadata() {
        Ok(_) => {
            Err(Trouble::Usage(format!("--to: {} is there already; a backup is never written over", to.display())))
        }
        Err(_) => Ok(()),
    }
}

fn file_of(table: &str) -> String {
    format!("{table}.jsonl.gz")
}

/// A backup found on the disk.
pub(super) struct Archive {
    from: PathBuf,
    /// What it says it is.
    pub(super) manifest: Manifest,
}

impl Archive {
    /// Reads the manifest.
    pub(super) fn open(from: &Path) -> Result<Self, Trouble> {
        let file = from.join(MANIFEST);
        let text = std::fs::read(&file).map_err(|error| {
            Trouble::Usage(format!("--from: {} cannot be read, so this is no backup: {error}", file.display()))
        })?;
        let wrong = |why: String| Trouble::Usage(format!("--from: {}: {why}", file.display()));
        let format = serde_json::from_slice::<Format>(&text).map_err(|error| wrong(error.to_string()))?.format;
        if format > FORMAT {
            return Err(wrong(format!("is in format {format}; this jiban reads up to {FORMAT}: use a newer one")));
        }
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        let plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        match manifest.tables.iter().find(|rows| !plain(&rows.table)) {
            Some(rows) => Err(wrong(format!("names a table {:?}", rows.table))),
            None => Ok(Self { from: from.to_owned(), manifest }),
        }
    }

    /// Proves that every file is as it was written.
    pub(super) fn verify(&self) -> Result<(), Trouble> {
        for rows in &self.manifest.tables {
            self.verify_part(&file_of(&rows.table), &rows.part)?;
        }
        self.manifest.key.as_ref().map_or(Ok(()), |part| self.verify_part(KEY, part))
    }

    fn verify_part(&self, name: &str, part: &Part) -> Result<(), Trouble> {
        let file = self.from.join(name);
        let found = part::measure(&file).map_err(|error| Trouble::Failed(format!("{}: {error}", file.display())))?;
        if (found.bytes, &found.sha256) == (part.bytes, &part.sha256) {
            return Ok(());
        }
        Err(Trouble::Failed(format!(
            "{} is not what was backed up (its SHA-256 differs from the manifest's): nothing was restored",
            file.display()
        )))
    }

    /// The key file, if it is in here.
    pub(super) fn key_file(&self) -> Option<PathBuf> {
        self.manifest.key.as_ref().map(|_| self.from.join(KEY))
    }
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Goods<Trouble> for Archive {
    fn schema(&self) -> &[String] {
        &self.manifest.schema
    }

    fn columns(&self, table: &str) -> Option<Vec<String>> {
        self.manifest.tables.iter().find(|rows| rows.table == table).map(|rows| rows.columns.clone())
    }

    fn tables(&self) -> Vec<String> {
        self.manifest.tables.iter().map(|rows| rows.table.clone()).collect()
    }

    fn rows(&self, table: &str, take: &mut dyn FnMut(&str) -> Result<(), Trouble>) -> Result<(), Trouble> {
        let promised = self.manifest.rows_of(table);
        let file = self.from.join(file_of(table));
        let mut reader = Reader::open(&file)?;
        let mut told = super::backup::Told::new(table);
        while let Some(line) = reader.line()? {
            take(line)?;
            told.one_more();
        }
        if told.rows() == promised {
            return Ok(());
        }
        Err(Trouble::Failed(format!("{} holds {} rows, not the manifest's {promised}", file.display(), told.rows())))
    }
}

/// The manifest's line for a table that was written.
pub(super) fn rows_of(table: &Table, rows: u64, part: Part) -> Rows {
    Rows { table: table.name.clone(), columns: table.columns(), rows, part }
}
