//! A row of the resident register: a person, their numbers, a flat they live in or own.

use chrono::NaiveDate;

use super::cells::{Cells, NAME_LIMIT, NOTE_LIMIT};
use super::heading::{Column, Heading};
use super::problem::{CellError, CellProblem};
use crate::domain::phone::Phone;
use crate::domain::words::PlaceKind;

pub(super) const COLUMNS: &[Column] = &[
    Column { code: "name", zh: "姓名", en: "Name", also: &["住户", "业主姓名", "住户姓名"], needed: true },
    Column {
        code: "phone", zh: "电话", en: "Phone", also: &["手机", "手机号", "联系电话", "联系方式"], needed: false
    },
    Column { code: "garden", zh: "园区", en: "Garden", also: &["小区", "苑", "期"], needed: false },
    Column {
        code: "building", zh: "楼", en: "Building", also: &["楼号", "楼栋", "栋", "幢", "楼宇"], needed: false
    },
    Column { code: "unit", zh: "单元", en: "Unit", also: &["单元号"], needed: false },
    Column {
        code: "flat", zh: "户", en: "Flat", also: &["房号", "房间", "房间号", "室", "门牌"], needed: false
    },
    Column { code: "relation", zh: "关系", en: "Relation", also: &["身份", "与房屋关系"], needed: false },
    Column {
        code: "from", zh: "入住日期", en: "From", also: &["入住", "起始日期", "from_day"], needed: false
    },
    Column { code: "to", zh: "迁出日期", en: "To", also: &["迁出", "搬离日期", "to_day"], needed: false },
    Column { code: "note", zh: "需留意", en: "Care note", also: &["备注", "care_note"], needed: false },
];

/// A flat as a row names it: codes as the register keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FlatPath {
    /// The garden, when the row names it.
    pub garden: Option<String>,
    /// The building.
    pub building: String,
    /// The unit, when the row names it.
    pub unit: Option<String>,
    /// The flat.
    pub flat: String,
}

impl FlatPath {
    /// As a person would write it.
    pub fn words(&self) -> String {
        let parts = [self.garden.as_deref(), Some(&self.building), self.unit.as_deref(), Some(&self.flat)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("-")
    }
}

/// A row of the resident register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidentRow {
    /// The row.
    pub row: u64,
    /// The name.
    pub name: String,
    /// The numbers, each once.
    pub phones: Vec<Phone>,
    /// The flat.
    pub home: Option<FlatPath>,
    /// `owner`, `tenant`, `family` or `other`, if the row says so.
    pub relation: Option<&'static str>,
    /// Living there from this day.
    pub from: Option<NaiveDate>,
    /// To this day, for those who left.
    pub to: Option<NaiveDate>,
    /// What an agent should know.
    pub note: Option<String>,
}

const RELATIONS: &[(&str, &[&str])] = &[
    ("owner", &["业主", "owner", "产权人", "房主", "户主"]),
    ("tenant", &["租户", "tenant", "租客", "承租人"]),
    ("family", &["家属", "family", "家人", "亲属", "家庭成员", "配偶", "子女", "父母"]),
    ("other", &["其他", "other", "保姆", "同住"]),
];

/// Reads a row.
///
/// # Errors
/// Every cell that is wrong.
pub fn resident_row(heading: &Heading, row: u64, cells: &[&str]) -> Result<ResidentRow, Vec<CellError>> {
    let mut cells = Cells::new(heading, row, cells);
    let name = cells.needed("name", NAME_LIMIT);
    let phones = phones(&mut cells);
    let home = home(&mut cells);
    if cells.given("phone").is_none() && home.is_none() && cells.given("building").is_none() {
        // Nothing would tell this person from another of the same name.
        cells.wrong("phone", CellProblem::Empty);
    }
    let relation = cells.one_of("relation", RELATIONS);
    let (from, to) = (cells.date("from"), cells.date("to"));
    if matches!((from, to), (Some(from), Some(to)) if to < from) {
        cells.wrong("to", CellProblem::Backwards);
    }
    let note = cells.text("note", NOTE_LIMIT);
    let made = name.map(|name| ResidentRow { row, name, phones, home, relation, from, to, note });
    cells.end(made)
}

fn phones(cells: &mut Cells<'_>) -> Vec<Phone> {
    let mut phones: Vec<Phone> = Vec::new();
    for written in cells.given("phone").unwrap_or_default().split(['、', ';', '；', '，', ',', '\n', '|']) {
        if written.trim().is_empty() {
            continue;
        }
        match Phone::parse(written) {
            Ok(phone) if phones.contains(&phone) => {}
            Ok(phone) => phones.push(phone),
            Err(error) => cells.wrong("phone", CellProblem::Phone(error)),
        }
    }
    phones
}

fn home(cells: &mut Cells<'_>) -> Option<FlatPath> {
    let garden = cells.code("garden", PlaceKind::Garden);
    let building = cells.code("building", PlaceKind::Building);
    let unit = cells.code("unit", PlaceKind::Unit);
    let flat = cells.code("flat", PlaceKind::Flat);
    match (building, flat) {
        (Some(building), Some(flat)) => Some(FlatPath { garden, building, unit, flat }),
        (Some(_), None) => {
            cells.wrong("flat", CellProblem::Empty);
            None
        }
        (None, Some(_)) => {
            cells.wrong("building", CellProblem::NothingAbove);
            None
        }
        (None, None) => None,
    }
}
