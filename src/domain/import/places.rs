//! A row of the place register: a path from the top, and what its last place is called.

use super::cells::{Cells, PLACE_NAME_LIMIT};
use super::heading::{Column, Heading};
use super::problem::{CellError, CellProblem};
use crate::domain::words::PlaceKind;

pub(super) const COLUMNS: &[Column] = &[
    Column { code: "garden", zh: "园区", en: "Garden", also: &["小区", "苑", "期"], needed: false },
    Column {
        code: "building", zh: "楼", en: "Building", also: &["楼号", "楼栋", "栋", "幢", "楼宇"], needed: false
    },
    Column { code: "unit", zh: "单元", en: "Unit", also: &["单元号"], needed: false },
    Column {
        code: "flat", zh: "户", en: "Flat", also: &["房号", "房间", "房间号", "室", "门牌"], needed: false
    },
    Column { code: "spot", zh: "点位", en: "Spot", also: &["公共点位"], needed: false },
    Column { code: "name", zh: "名称", en: "Name", also: &[], needed: false },
    Column { code: "aliases", zh: "别名", en: "Aliases", also: &["又名", "alias"], needed: false },
];

const LEVELS: [(&str, PlaceKind); 5] = [
    ("garden", PlaceKind::Garden),
    ("building", PlaceKind::Building),
    ("unit", PlaceKind::Unit),
    ("flat", PlaceKind::Flat),
    ("spot", PlaceKind::Spot),
];

/// One step down the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its level.
    pub kind: PlaceKind,
    /// Its code as the register keeps it.
    pub code: String,
}

/// A row of the place register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRow {
    /// The row.
    pub row: u64,
    /// From the top to the place meant; never empty. What is missing on the way is made.
    pub steps: Vec<Step>,
    /// What the place meant is called, if the row says so.
    pub name: Option<String>,
    /// Its other names.
    pub aliases: Vec<String>,
}

/// Reads a row.
///
/// # Errors
/// Every cell that is wrong.
pub fn place_row(heading: &Heading, row: u64, cells: &[&str]) -> Result<PlaceRow, Vec<CellError>> {
    let mut cells = Cells::new(heading, row, cells);
    let mut steps = Vec::new();
    for (column, kind) in LEVELS {
        if let Some(code) = cells.code(column, kind) {
            steps.push(Step { kind, code });
        }
    }
    let has = |kind| steps.iter().any(|step: &Step| step.kind == kind);
    if (has(PlaceKind::Unit) || has(PlaceKind::Flat)) && !has(PlaceKind::Building) {
        cells.wrong("building", CellProblem::NothingAbove);
    }
    let named = LEVELS.iter().any(|(column, _)| cells.given(column).is_some());
    if !named {
        cells.wrong("", CellProblem::Empty);
    }
    let name = cells.text("name", PLACE_NAME_LIMIT);
    let mut aliases: Vec<String> = Vec::new();
    for alias in cells.given("aliases").unwrap_or_default().split(['、', ';', '；', '|', '，', ',']) {
        let alias = alias.trim();
        if alias.chars().count() > PLACE_NAME_LIMIT {
            cells.wrong("aliases", CellProblem::TooLong { limit: PLACE_NAME_LIMIT });
        } else if !alias.is_empty() && !aliases.iter().any(|known| known == alias) {
            aliases.push(alias.to_owned());
        }
    }
    cells.end(Some(PlaceRow { row, steps, name, aliases }))
}
