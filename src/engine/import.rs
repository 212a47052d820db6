//! Registers from tables: places, residents, staff. A file is read twice: once to find everything that is wrong with it and
//! what it would change, and, when nothing is wrong and it was meant, once more to write, in one transaction.

mod houses;
mod places;
mod residents;
mod staff;
mod table;

use chrono::NaiveDate;

use super::admin::{Hand, note};
use super::{Engine, Failure};
use crate::domain::import::{CellError, CellProblem, Sheet};
use crate::domain::words::{Deed, Language};
use crate::store::{Db, StoreError, import as rows};

use table::Table;
pub use table::{MOST_BYTES, Unreadable};

/// Wrong cells told one by one; of the rest only how many.
pub const ERRORS_TOLD: usize = 100;
/// Rows between two reports of progress.
const STEP: u64 = 1_000;

/// What an import did or would do.
#[derive(Debug, Clone)]
pub struct Report {
    /// The sheet.
    pub sheet: Sheet,
    /// Rows read, without the heading.
    pub rows: u64,
    /// Rows that add something of their own.
    pub new: u64,
    /// Rows that change what is there.
    pub changed: u64,
    /// Rows that say what is there already.
    pub unchanged: u64,
    /// Wrong cells, at most [`ERRORS_TOLD`].
    pub errors: Vec<CellError>,
    /// How many more there are.
    pub more_errors: u64,
    /// Headings nobody knows; their cells are passed over.
    pub ignored: Vec<String>,
    /// It is in the database; false for a trial, and when anything is wrong.
    pub written: bool,
    /// New accounts with their one-time passwords; told this once.
    pub passwords: Vec<(String, String)>,
}

/// Why a file was not looked at to its end.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It cannot be read as a table of this sheet.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The engine refuses, or the database failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Rows looked at.
    Checked(u64),
    /// Rows written.
    Written(u64),
}

/// What is to be imported.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// Which register.
    pub sheet: Sheet,
    /// The file as it is.
    pub bytes: &'a [u8],
    /// Only tell what would happen.
    pub dry_run: bool,
}

/// Imports a file: all of it, or, when any row is wrong, nothing.
///
/// # Errors
/// [`Refused`]. Wrong cells are no error but stand in the report.
pub fn import(
    engine: &Engine,
    hand: &Hand,
    order: &Order<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Refused> {
    let table = Table::read(order.sheet, order.bytes)?;
    let settings = engine.settings(hand.community)?;
    let now = engine.now();
    let job = Job { engine, hand, today: settings.calendar.local_date(now), write: false };
    match order.sheet {
        Sheet::Places => whole::<places::Places>(job, &table, order, progress),
        Sheet::Residents => whole::<residents::Residents>(job, &table, order, progress),
        Sheet::Staff => whole::<staff::StaffSheet>(job, &table, order, progress),
    }
}

/// A file's text, whatever its encoding: to be sent again as it was looked at.
///
/// # Errors
/// [`Unreadable::Encoding`] or [`Unreadable::Spreadsheet`].
pub fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    table::decoded(bytes)
}

/// What every row is worked on with.
#[derive(Clone, Copy)]
struct Job<'a> {
    engine: &'a Engine,
    hand: &'a Hand,
    today: NaiveDate,
    /// It is meant: seal numbers, keep rows for writing.
    write: bool,
}

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    New,
    Changed,
    Unchanged,
}

/// A register in memory, as it is in the database plus the rows taken so far.
trait Register: Sized {
    /// Reads what is there.
    fn load(db: &mut Db, job: &Job<'_>, table: &Table) -> Result<Self, StoreError>;
    /// What is needed before writing and takes its time: outside any transaction.
    fn prepare(&mut self, _: &Job<'_>) -> Result<Prepared, Failure> {
        Ok(Prepared::default())
    }
    /// Takes one row in.
    fn take(&mut self, job: &Job<'_>, table: &Table, row: u64, cells: &[&str]) -> Result<Effect, Vec<CellError>>;
    /// Rows waiting to be written.
    fn waiting(&self) -> usize;
    /// Writes them.
    fn flush(&mut self, db: &mut Db, job: &Job<'_>, ready: &Prepared) -> Result<(), Failure>;
    /// Writes changes to rows that were there before, or are by now.
    fn finish(&mut self, db: &mut Db, job: &Job<'_>) -> Result<(), Failure>;
}

/// New accounts, ready to be written, with their passwords.
#[derive(Default)]
struct Prepared {
    accounts: Vec<(crate::store::user::UserRow, String)>,
}

fn whole<R: Register>(
    mut job: Job<'_>,
    table: &Table,
    order: &Order<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Refused> {
    let (engine, hand) = (job.engine, job.hand);
    // The rows are looked at outside the transaction: a reading one must not stand idle while we work.
    let mut register = engine.store.read(|db| R::load(db, &job, table))?;
    let mut report = Report::new(table);
    rows_into(&mut register, &job, table, &mut report, |done, _| {
        if done.is_multiple_of(STEP) {
            progress(Progress::Checked(done));
        }
        Ok(())
    })?;
    let nothing = report.new + report.changed == 0;
    if order.dry_run || !report.errors.is_empty() || nothing {
        report.written = !order.dry_run && report.errors.is_empty();
        return Ok(report);
    }
    let ready = register.prepare(&job)?;
    drop(register);
    job.write = true;
    let mut written = Report::new(table);
    engine.store.write(|db| -> Result<(), Failure> {
        rows::hold(db, hand.community)?;
        let mut register = R::load(db, &job, table)?;
        rows_into(&mut register, &job, table, &mut written, |done, register| {
            if register.waiting() >= rows::BATCH {
                register.flush(db, &job, &ready)?;
            }
            if done.is_multiple_of(STEP) {
                progress(Progress::Written(done));
            }
            Ok(())
        })?;
        if !written.errors.is_empty() {
            return Err(StoreError::Contended("the registers were changed during the import".to_owned()).into());
        }
        register.flush(db, &job, &ready)?;
        register.finish(db, &job)?;
        let about = format!("{}: +{} ~{}", order.sheet.code(), written.new, written.changed);
        note(engine, db, hand, Deed::Imported, &about)
    })?;
    engine.forget_settings(hand.community);
    written.written = true;
    written.passwords = ready.accounts.into_iter().map(|(row, password)| (row.login, password)).collect();
    Ok(written)
}

/// Takes every row, and stops for `pause` now and then and at the end.
fn rows_into<R: Register>(
    register: &mut R,
    job: &Job<'_>,
    table: &Table,
    report: &mut Report,
    mut pause: impl FnMut(u64, &mut R) -> Result<(), Failure>,
) -> Result<(), Failure> {
    table.rows(|row, cells| {
        report.rows += 1;
        match register.take(job, table, row, cells) {
            Ok(Effect::New) => report.new += 1,
            Ok(Effect::Changed) => report.changed += 1,
            Ok(Effect::Unchanged) => report.unchanged += 1,
            Err(wrong) => report.add(wrong),
        }
        if report.rows.is_multiple_of(STEP) || register.waiting() >= rows::BATCH {
            pause(report.rows, register)
        } else {
            Ok(())
        }
    })?;
    pause(report.rows, register)
}

impl Report {
    fn new(table: &Table) -> Self {
        Self {
            sheet: table.heading.sheet,
            rows: 0,
            new: 0,
            changed: 0,
            unchanged: 0,
            errors: Vec::new(),
            more_errors: 0,
            ignored: table.heading.ignored.clone(),
            written: false,
            passwords: Vec::new(),
        }
    }

    fn add(&mut self, wrong: Vec<CellError>) {
        for error in wrong {
            match self.errors.len() < ERRORS_TOLD {
                true => self.errors.push(error),
                false => self.more_errors += 1,
            }
        }
    }

    /// How it went, in one line.
    pub fn say(&self, language: Language) -> String {
        let wrong = self.errors.len() as u64 + self.more_errors;
        let (new, changed, same) = (self.new, self.changed, self.unchanged);
        match (language, wrong, self.written) {
            (Language::Zh, 0, true) => format!("新增 {new}，变更 {changed}，不变 {same}"),
            (Language::Zh, 0, false) => format!("将新增 {new}，变更 {changed}，不变 {same}；还没有写入"),
            (Language::Zh, ..) => format!("有 {wrong} 处要改，什么都没有写入"),
            (Language::En, 0, true) => format!("{new} new, {changed} changed, {same} unchanged"),
            (Language::En, 0, false) => {
                format!("would be {new} new, {changed} changed, {same} unchanged; nothing is written yet")
            }
            (Language::En, ..) => format!("{wrong} things to change; nothing was written"),
        }
    }
}

/// One wrong cell.
fn wrong(row: u64, column: &'static str, problem: CellProblem) -> Vec<CellError> {
    vec![CellError { row, column, problem }]
}
