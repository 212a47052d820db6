//! `jiban import`: registers from CSV files.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::domain::import::Sheet;
use crate::domain::words::Language;
use crate::engine::admin::Hand;
use crate::engine::import::{self, MOST_BYTES, Order, Progress, Refused, Report};

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Register {
    /// Gardens, buildings, units, flats and spots
    Places,
    /// Who lives where, with which numbers
    Residents,
    /// Accounts and seats
    Staff,
}

impl From<Register> for Sheet {
    fn from(register: Register) -> Self {
        match register {
            Register::Places => Self::Places,
            Register::Residents => Self::Residents,
            Register::Staff => Self::Staff,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Which register. Places come first, since residents and stewards name them
    register: Register,
    /// The CSV file, in UTF-8 or GB18030; - for stdin
    #[arg(value_name = "FILE", required_unless_present = "template")]
    file: Option<PathBuf>,
    /// The community
    #[arg(long, value_name = "SLUG", required_unless_present = "template")]
    community: Option<String>,
    /// Tell what would happen and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the headings and two example rows on stdout, to begin with
    #[arg(long, conflicts_with_all = ["dry_run", "file"])]
    template: bool,
    /// Language of what is told about rows: zh-CN or en
    #[arg(long, default_value = "zh-CN")]
    language: Language,
}

pub(super) fn run(settings: &Settings, import: &Import) -> Result<(), Trouble> {
    let sheet = Sheet::from(import.register);
    if import.template {
        return Ok(std::io::stdout().write_all(sheet.template().as_bytes())?);
    }
    let (Some(file), Some(slug)) = (&import.file, &import.community) else {
        return Err(Trouble::Usage("FILE and --community are needed".to_owned()));
    };
    let bytes = read(file).map_err(|error| Trouble::Usage(format!("{}: cannot be read: {error}", file.display())))?;
    let engine = open::engine(settings, Purpose::Verb)?;
    let hand = Hand::terminal(open::community(&engine, slug)?);
    let order = Order { sheet, bytes: &bytes, dry_run: import.dry_run };
    let report = import::import(&engine, &hand, &order, &mut |progress| match progress {
        Progress::Checked(rows) => eprintln!("jiban: {rows} rows checked"),
        Progress::Written(rows) => eprintln!("jiban: {rows} rows written"),
    });
    let report = report.map_err(|refused| match refused {
        Refused::Unreadable(why) => {
            Trouble::Usage(format!("{}: {why} ({})", file.display(), why.say(sheet, Language::Zh)))
        }
        Refused::Failure(failure) => failure.into(),
    })?;
    tell(&report, import.language)
}

/// At most one byte more than is taken, so that a file that never ends does not fill the memory.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64 + 1;
    match file.as_os_str() == "-" {
        true => std::io::stdin().take(most).read_to_end(&mut bytes)?,
        false => std::fs::File::open(file)?.take(most).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

fn tell(report: &Report, language: Language) -> Result<(), Trouble> {
    if !report.ignored.is_empty() {
        eprintln!("jiban: columns passed over: {}", report.ignored.join(", "));
    }
    for error in &report.errors {
        eprintln!("{}", error.say(report.sheet, language));
    }
    if report.more_errors > 0 {
        eprintln!("jiban: and {} more", report.more_errors);
    }
    for (login, password) in &report.passwords {
        println!("{login}\t{password}");
    }
    let said = report.say(Language::En);
    match report.errors.is_empty() {
        true => {
            eprintln!("jiban: {said}");
            Ok(())
        }
        false => Err(Trouble::Failed(said)),
    }
}
