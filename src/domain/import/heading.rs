//! The first row: which cell of a row is which column.

use crate::domain::place::fold;
use crate::domain::words::Language;

use super::Sheet;

/// One column of a sheet.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The code; also accepted as heading.
    pub code: &'static str,
    /// The heading in the Chinese template.
    pub zh: &'static str,
    /// The heading in English.
    pub en: &'static str,
    /// Other headings people write.
    pub(super) also: &'static [&'static str],
    /// The sheet is no use without it.
    pub needed: bool,
}

impl Column {
    /// What a person calls it.
    pub const fn word(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.zh,
            Language::En => self.en,
        }
    }

    fn is(&self, heading: &str) -> bool {
        let wanted = plain(heading);
        [self.code, self.zh, self.en].iter().chain(self.also).any(|name| plain(name) == wanted)
    }
}

/// Case, width, blanks, underscores and the asterisk of "must be filled" do not count.
fn plain(heading: &str) -> String {
    heading.chars().map(fold).filter(|c| !matches!(c, ' ' | '_' | '*' | '\'' | '"')).collect()
}

/// Why the first row is no heading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadingProblem {
    /// A column that must be there is not.
    #[error("the column {0} is missing")]
    Missing(&'static str),
    /// Two headings mean the same column.
    #[error("the column {0} is there twice")]
    Twice(&'static str),
}

/// Where each column stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The sheet.
    pub sheet: Sheet,
    at: Vec<Option<usize>>,
    /// How many cells the heading has.
    pub width: usize,
    /// Headings that are no column of the sheet; their cells are passed over.
    pub ignored: Vec<String>,
}

impl Heading {
    /// Reads the first row.
    ///
    /// # Errors
    /// [`HeadingProblem`].
    pub fn read(sheet: Sheet, cells: &[&str]) -> Result<Self, HeadingProblem> {
        let columns = sheet.columns();
        let mut at = vec![None; columns.len()];
        let mut ignored = Vec::new();
        for (position, cell) in cells.iter().enumerate() {
            match columns.iter().position(|column| column.is(cell)) {
                Some(n) if at[n].is_some() => return Err(HeadingProblem::Twice(columns[n].code)),
                Some(n) => at[n] = Some(position),
                None if cell.trim().is_empty() => {}
                None => ignored.push(cell.trim().chars().take(40).collect()),
            }
        }
        match columns.iter().zip(&at).find(|(column, at)| column.needed && at.is_none()) {
            Some((column, _)) => Err(HeadingProblem::Missing(column.code)),
            None => Ok(Self { sheet, at, width: cells.len(), ignored }),
        }
    }

    /// The position of a column's cell; `None` when the table has no such column.
    pub(super) fn position(&self, code: &str) -> Option<usize> {
        let n = self.sheet.columns().iter().position(|column| column.code == code)?;
        self.at.get(n).copied().flatten()
    }
}
