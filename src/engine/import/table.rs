//! A file as rows of cells: which encoding, which separator, where the rows are.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::domain::import::{Heading, HeadingProblem, Sheet};
use crate::domain::words::Language;

/// The largest file taken, in bytes: more than twenty times the registers of forty thousand people.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Why a file cannot be read as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is larger than [`MOST_BYTES`].
    #[error("the file has more than 64 MB; divide it")]
    TooLarge,
    /// It is neither UTF-8 nor GB18030.
    #[error("the file is neither UTF-8 nor GB18030 text; in Excel, save it as `CSV UTF-8`")]
    Encoding,
    /// It is a spreadsheet's own file, not text.
    #[error("this is a spreadsheet file, not CSV; in Excel, save it as `CSV UTF-8`")]
    Spreadsheet,
    /// There is no heading.
    #[error("the file is empty; `--template` prints one to fill in")]
    Empty,
    /// The first row is no heading of this sheet.
    #[error("the first row is not a heading of this sheet: {0}; `--template` prints the headings")]
    Heading(HeadingProblem),
    /// A row that is no CSV.
    #[error("row {0} cannot be read as CSV")]
    Row(u64),
}

impl Unreadable {
    /// What is so and what to do.
    pub fn say(&self, sheet: Sheet, language: Language) -> String {
        let column = |code: &str| {
            let column = sheet.columns().iter().find(|column| column.code == code);
            column.map_or("", |column| column.word(language)).to_owned()
        };
        if language == Language::En {
            return match self {
                Self::Heading(HeadingProblem::Missing(code)) => {
                    format!("the column {} is missing; start from the template", column(code))
                }
                Self::Heading(HeadingProblem::Twice(code)) => format!("the column {} is there twice", column(code)),
                Self::Empty => "the file is empty; start from the template".to_owned(),
                other => other.to_string(),
            };
        }
        match self {
            Self::TooLarge => "文件超过 64 MB，请分成几份".to_owned(),
            Self::Encoding => "文件不是 UTF-8，也不是 GB18030。请在 Excel 里另存为“CSV UTF-8”".to_owned(),
            Self::Spreadsheet => "这是表格软件自己的格式，不是 CSV。请在 Excel 里另存为“CSV UTF-8”".to_owned(),
            Self::Empty => "文件是空的，请从模板开始填".to_owned(),
            Self::Heading(HeadingProblem::Missing(code)) => format!("缺少“{}”这一列，请从模板开始填", column(code)),
            Self::Heading(HeadingProblem::Twice(code)) => format!("“{}”这一列出现了两次", column(code)),
            Self::Row(row) => format!("第 {row} 行不是 CSV，读不出来"),
        }
    }
}

/// A file, read and its heading understood.
pub(super) struct Table {
    text: String,
    separator: u8,
    pub(super) heading: Heading,
}

impl Table {
    pub(super) fn read(sheet: Sheet, bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MOST_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let text = decoded(bytes)?;
        let separator = separator(&text);
        let mut first = csv::StringRecord::new();
        let there = reader(&text, separator).read_record(&mut first).map_err(|_| Unreadable::Row(1))?;
        if !there || first.iter().all(|cell| cell.trim().is_empty()) {
            return Err(Unreadable::Empty);
        }
        let cells: Vec<&str> = first.iter().collect();
        let heading = Heading::read(sheet, &cells).map_err(Unreadable::Heading)?;
        Ok(Self { text, separator, heading })
    }

    /// Hands every row below the heading on, with the number a table's program gives it. Rows without any word are none.
    pub(super) fn rows<E>(&self, mut each: impl FnMut(u64, &[&str]) -> Result<(), E>) -> Result<(), E> {
        let mut reader = reader(&self.text, self.separator);
        let mut record = csv::StringRecord::new();
        // Rows are counted here, for a cell may hold several lines and empty lines are no records.
        let (mut row, mut counted_to) = (1, 0);
        let mut heading = true;
        // The text is UTF-8 and any number of cells is allowed, so reading from memory cannot fail.
        while let Ok(true) = reader.read_record(&mut record) {
            let from = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0));
            let from = from + self.text[from..].len() - self.text[from..].trim_start_matches(['\r', '\n']).len();
            row += breaks(&self.text[counted_to..from]);
            counted_to = from;
            let cells: Vec<&str> = record.iter().collect();
            if !heading && cells.iter().any(|cell| !cell.trim().is_empty()) {
                each(row, &cells)?;
            }
            heading = false;
            // Breaks inside of cells begin no row.
            row = row.saturating_sub(cells.iter().map(|cell| breaks(cell)).sum());
        }
        Ok(())
    }
}

fn breaks(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// Comma, unless the heading has none but tabs or semicolons.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    match (first.contains(','), first.contains('\t'), first.contains(';')) {
        (false, true, _) => b'\t',
        (false, false, true) => b';',
        _ => b',',
    }
}

pub(super) fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    // A zip, which is what .xlsx is, and the older container of .xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Unreadable::Spreadsheet);
    }
    let strict = |encoding: &'static Encoding, bytes: &[u8]| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
    };
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => strict(UTF_8, rest),
        [0xff, 0xfe, rest @ ..] => strict(UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => strict(UTF_16BE, rest),
        _ => strict(UTF_8, bytes).or_else(|| strict(GB18030, bytes)),
    };
    text.filter(|text| !text.contains('\0')).ok_or(Unreadable::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let mut all = Vec::new();
        let table = Table::read(Sheet::Residents, bytes).unwrap();
        let taken: Result<(), ()> = table.rows(|row, cells| {
            all.push((row, cells.iter().map(|cell| (*cell).to_owned()).collect()));
            Ok(())
        });
        taken.unwrap();
        all
    }

    fn one(row: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (row, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn every_encoding_people_save_in() {
        let text = "姓名,电话\r\n张三,13800138001\r\n";
        let wanted = vec![one(2, &["张三", "13800138001"])];
        assert_eq!(rows(text.as_bytes()), wanted);
        assert_eq!(rows(format!("\u{feff}{text}").as_bytes()), wanted);
        assert_eq!(rows(&GB18030.encode(text).0), wanted);
        let wide: Vec<u8> =
            [0xfeff].into_iter().chain(text.replace(',', "\t").encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(rows(&wide), wanted);
        assert_eq!(rows(text.replace(',', ";").as_bytes()), wanted);
    }

    #[test]
    fn rows_are_counted_as_a_tables_program_counts_them() {
        let text = "姓名,需留意\n\"张\n三\",\"一\r\n二\"\n\n,,\n李四,\"说“好”, 好\"\n";
        assert_eq!(rows(text.as_bytes()), [one(2, &["张\n三", "一\r\n二"]), one(5, &["李四", "说“好”, 好"])]);
        assert_eq!(rows("姓名\r\n\r\n张三\r\n李四".as_bytes()), [one(3, &["张三"]), one(4, &["李四"])]);
    }

    #[test]
    fn what_is_no_table_is_named() {
        let read = |bytes: &[u8]| Table::read(Sheet::Places, bytes).err();
        assert_eq!(read(b""), Some(Unreadable::Empty));
        assert_eq!(read(b"\xef\xbb\xbf,,\n"), Some(Unreadable::Empty));
        assert_eq!(read(b"PK\x03\x04rest"), Some(Unreadable::Spreadsheet));
        assert_eq!(read(b"\xff\xff\xff"), Some(Unreadable::Encoding));
        let residents = Table::read(Sheet::Residents, "电话\n1".as_bytes()).err().unwrap();
        assert_eq!(residents.say(Sheet::Residents, Language::Zh), "缺少“姓名”这一列，请从模板开始填");
    }
}
