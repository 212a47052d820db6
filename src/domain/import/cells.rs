//! One row's cells, read one after the other; whatever is wrong is noted and reading goes on, so that a person hears of
//! every mistake at once.

use chrono::NaiveDate;

use super::heading::Heading;
use super::problem::{CellError, CellProblem};
use crate::domain::place::{self, fold, numeral};
use crate::domain::words::PlaceKind;

/// Longest name of a person, in characters.
pub(super) const NAME_LIMIT: usize = 60;
/// Longest code of a place, in characters.
pub(super) const CODE_LIMIT: usize = 20;
/// Longest name of a place, in characters.
pub(super) const PLACE_NAME_LIMIT: usize = 40;
/// Longest note, in characters.
pub(super) const NOTE_LIMIT: usize = 200;
/// How much of a wrong cell is shown again, in characters.
const SHOWN_LIMIT: usize = 20;

/// The cells of one row.
pub(super) struct Cells<'a> {
    row: u64,
    heading: &'a Heading,
    cells: &'a [&'a str],
    errors: Vec<CellError>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(heading: &'a Heading, row: u64, cells: &'a [&'a str]) -> Self {
        let mut all = Self { row, heading, cells, errors: Vec::new() };
        if cells.iter().skip(heading.width).any(|cell| !cell.trim().is_empty()) {
            all.wrong("", CellProblem::TooManyCells { wanted: heading.width });
        }
        all
    }

    pub(super) fn wrong(&mut self, column: &'static str, problem: CellProblem) {
        self.errors.push(CellError { row: self.row, column, problem });
    }

    /// What was read, unless something was wrong.
    pub(super) fn end<T>(self, made: Option<T>) -> Result<T, Vec<CellError>> {
        match made {
            Some(made) if self.errors.is_empty() => Ok(made),
            _ => Err(self.errors),
        }
    }

    /// The cell as written, without blanks around it; `None` when there is nothing. A cell that begins like a formula is
    /// text like any other.
    pub(super) fn given(&self, column: &str) -> Option<&'a str> {
        let cell = self.cells.get(self.heading.position(column)?)?;
        let cell = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        (!cell.is_empty()).then_some(cell)
    }

    /// A text of at most `limit` characters.
    pub(super) fn text(&mut self, column: &'static str, limit: usize) -> Option<String> {
        let given = self.given(column)?;
        if given.chars().count() > limit {
            self.wrong(column, CellProblem::TooLong { limit });
            return None;
        }
        if given.chars().any(char::is_control) {
            self.wrong(column, CellProblem::Control);
            return None;
        }
        Some(given.to_owned())
    }

    /// A text that must be there.
    pub(super) fn needed(&mut self, column: &'static str, limit: usize) -> Option<String> {
        if self.given(column).is_none() {
            self.wrong(column, CellProblem::Empty);
        }
        self.text(column, limit)
    }

    /// A place's code in the form the register keeps.
    pub(super) fn code(&mut self, column: &'static str, kind: PlaceKind) -> Option<String> {
        self.text(column, CODE_LIMIT).map(|given| place_code(kind, &given))
    }

    /// A day.
    pub(super) fn date(&mut self, column: &'static str) -> Option<NaiveDate> {
        let given = self.given(column)?;
        let found = date(given);
        if found.is_none() {
            self.wrong(column, CellProblem::Date(shown(given)));
        }
        found
    }

    /// Yes or no; `None` when nothing was written.
    pub(super) fn yes_no(&mut self, column: &'static str) -> Option<bool> {
        let given = self.given(column)?;
        match plain(given).as_str() {
            "是" | "有" | "在" | "Y" | "YES" | "1" | "TRUE" | "√" | "✓" => Some(true),
            "否" | "无" | "不" | "N" | "NO" | "0" | "FALSE" | "×" => Some(false),
            _ => {
                self.wrong(
                    column,
                    CellProblem::NotOneOf { given: shown(given), allowed: "是、否 (yes, no)".to_owned() },
                );
                None
            }
        }
    }

    /// One of a set; each member with the words it goes by.
    pub(super) fn one_of<T: Copy>(&mut self, column: &'static str, set: &[(T, &[&str])]) -> Option<T> {
        let given = self.given(column)?;
        let wanted = plain(given);
        let found = set.iter().find(|(_, words)| words.iter().any(|word| plain(word) == wanted));
        if found.is_none() {
            let allowed: Vec<&str> = set.iter().filter_map(|(_, words)| words.first().copied()).collect();
            self.wrong(column, CellProblem::NotOneOf { given: shown(given), allowed: allowed.join("、") });
        }
        found.map(|(member, _)| *member)
    }
}

/// Case, width and blanks do not count.
fn plain(text: &str) -> String {
    text.chars().map(fold).filter(|c| !matches!(c, ' ' | '_')).collect()
}

/// A wrong cell, short enough to be repeated.
pub(super) fn shown(given: &str) -> String {
    let mut out: String = given.chars().filter(|c| !c.is_control()).take(SHOWN_LIMIT).collect();
    if given.chars().count() > SHOWN_LIMIT {
        out.push('…');
    }
    out
}

/// 2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301.
fn date(given: &str) -> Option<NaiveDate> {
    let folded: String = given.chars().map(fold).filter(|c| *c != ' ').collect();
    let numbers: Vec<&str> = folded.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let date = match numbers.as_slice() {
        [year, month, day] if year.len() == 4 => {
            NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        }
        [all] if all.len() == 8 => NaiveDate::parse_from_str(all, "%Y%m%d").ok(),
        _ => None,
    };
    // Outside of this a year is a slip of the pen.
    date.filter(|date| (1900..2200).contains(&chrono::Datelike::year(date)))
}

/// The code of a place as the register keeps it, so that 3 号楼, ０３栋 and 三号楼 are one building: the word for the level
/// dropped, the rest in the one form the reader of residents' words gives it too ([`place::code`]). Names of gardens and
/// spots are left as they are.
pub fn place_code(kind: PlaceKind, given: &str) -> String {
    let words: &[&str] = match kind {
        PlaceKind::Garden | PlaceKind::Spot => return narrow(given),
        PlaceKind::Building => &["号楼", "栋楼", "号栋", "楼", "栋", "幢", "座", "号"],
        PlaceKind::Unit => &["单元", "门", "号"],
        PlaceKind::Flat => &["号房", "号室", "室", "户", "房", "号"],
    };
    let folded: String = given.chars().map(fold).filter(|c| *c != ' ').collect();
    let bare = folded.strip_prefix('第').unwrap_or(&folded);
    let bare = words.iter().find_map(|word| bare.strip_suffix(word)).unwrap_or(bare);
    let chars: Vec<char> = bare.chars().collect();
    let coded = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    // A name such as 听雨楼 stays whole.
    place::code(if coded || numeral(&chars).is_some() { bare } else { &folded })
}

/// Full-width forms as people type them on a narrow keyboard, capital and small as they were.
pub(super) fn ascii(text: &str) -> String {
    let one = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(one).collect()
}

/// Full-width digits and letters as people type them on a narrow keyboard.
fn narrow(text: &str) -> String {
    let one = |c: char| match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(one).collect()
}

/// Under what a place is found again among its siblings: its code, case and blanks aside.
pub fn place_key(kind: PlaceKind, code: &str) -> String {
    place_code(kind, code).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}
