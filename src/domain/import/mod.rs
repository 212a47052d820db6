//! Registers that come as a table: which columns a sheet has, under which headings, and how one row becomes a typed one or
//! a list of what is wrong with which cell. Whoever reads the file hands in cells as they stand; nothing here knows of CSV.

mod cells;
mod heading;
mod places;
mod problem;
mod residents;
mod staff;
#[cfg(test)]
mod tests;

pub use cells::{place_code, place_key};
pub use heading::{Column, Heading, HeadingProblem};
pub use places::{PlaceRow, Step, place_row};
pub use problem::{CellError, CellProblem};
pub use residents::{FlatPath, ResidentRow, resident_row};
pub use staff::{StaffRow, staff_row};

use super::words::Language;

/// Which register a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sheet {
    /// Gardens, buildings, units, flats and spots.
    Places,
    /// Who lives where, with which numbers.
    Residents,
    /// Accounts and seats.
    Staff,
}

impl Sheet {
    /// In the order in which they are filled: residents and stewards name places.
    pub const ALL: [Self; 3] = [Self::Places, Self::Staff, Self::Residents];

    /// The code on the command line and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Places => "places",
            Self::Residents => "residents",
            Self::Staff => "staff",
        }
    }

    /// The sheet with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.code() == code)
    }

    /// What a person reads.
    pub const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Places, Language::Zh) => "房屋和点位",
            (Self::Places, Language::En) => "Places",
            (Self::Residents, Language::Zh) => "住户",
            (Self::Residents, Language::En) => "Residents",
            (Self::Staff, Language::Zh) => "员工",
            (Self::Staff, Language::En) => "Staff",
        }
    }

    /// Its columns, in the template's order.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Places => places::COLUMNS,
            Self::Residents => residents::COLUMNS,
            Self::Staff => staff::COLUMNS,
        }
    }

    /// The headings and two example rows, as CSV in UTF-8 with the mark that makes Excel read it as such.
    pub fn template(self) -> String {
        let headings: Vec<&str> = self.columns().iter().map(|column| column.zh).collect();
        let examples = match self {
            Self::Places => "恒泰园,3,2,501,,,\r\n恒泰园,,,,南门,,南大门、正门\r\n",
            Self::Residents => {
                "张三,13800138001,恒泰园,3,2,501,业主,2021-06-01,,\r\n李四,13800138002、010-56781234,恒泰园,3,2,603,租户,2025-03-01,,听力弱\r\n"
            }
            Self::Staff => {
                "zhou,周客服,物业,客服,,,8001,否,是,,zhou@example.com\r\nchen,陈楼管,物业,楼管,,恒泰园/3,,否,是,,\r\n"
            }
        };
        format!("\u{feff}{}\r\n{examples}", headings.join(","))
    }
}
