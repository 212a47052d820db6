//! What can be wrong with a cell, and the sentence for whoever wrote it.

use crate::domain::phone::PhoneError;
use crate::domain::words::Language;

/// A cell that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// The row as the table's program counts it: the heading is row 1.
    pub row: u64,
    /// The column's code; empty when the whole row is wrong.
    pub column: &'static str,
    /// What is wrong.
    pub problem: CellProblem,
}

/// What can be wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellProblem {
    /// It must be filled in.
    Empty,
    /// It is too long.
    TooLong {
        /// Most characters.
        limit: usize,
    },
    /// It has control characters.
    Control,
    /// It is none of the allowed words.
    NotOneOf {
        /// What stands there.
        given: String,
        /// What may stand there.
        allowed: String,
    },
    /// It is no telephone number.
    Phone(PhoneError),
    /// It is no date.
    Date(String),
    /// The last day lies before the first.
    Backwards,
    /// A level above it is missing: a unit without its building.
    NothingAbove,
    /// It names a place that is not in the register.
    NoPlace(String),
    /// Its building stands in several gardens.
    WhichGarden(String),
    /// It says otherwise than an earlier row about the same thing.
    Contradicts {
        /// That row.
        row: u64,
    },
    /// It is no login.
    Login,
    /// It is no address for mail.
    Email(String),
    /// A role that has no such thing.
    NotForRole,
    /// The role belongs to the other platform.
    OtherPlatform,
    /// The account also works in another community, so its name and address are not this one's to change.
    Elsewhere,
    /// The row has more cells than the heading.
    TooManyCells {
        /// How many the heading has.
        wanted: usize,
    },
}

impl CellError {
    /// Row, column and what to do, in one line.
    pub fn say(&self, sheet: super::Sheet, language: Language) -> String {
        let what = self.problem.say(language);
        let column = sheet.columns().iter().find(|column| column.code == self.column).map(|c| c.word(language));
        match (column, language) {
            (Some(column), Language::Zh) => format!("第 {} 行，{column}：{what}", self.row),
            (Some(column), Language::En) => format!("row {}, {column}: {what}", self.row),
            (None, Language::Zh) => format!("第 {} 行：{what}", self.row),
            (None, Language::En) => format!("row {}: {what}", self.row),
        }
    }
}

impl CellProblem {
    /// The sentence: what is wrong, and what a right cell looks like.
    pub fn say(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Empty => "请填写这一格".into(),
            Self::TooLong { limit } => format!("太长了，最多 {limit} 个字"),
            Self::Control => "里面有看不见的控制字符，请去掉".into(),
            Self::NotOneOf { given, allowed } => format!("“{given}”不在可选范围内，可以写：{allowed}"),
            Self::Phone(error) => error.say(Language::Zh),
            Self::Date(given) => format!("“{given}”不是日期，请写成 2026-03-01"),
            Self::Backwards => "迁出日期早于入住日期".into(),
            Self::NothingAbove => "上一级没有填，比如写了单元却没写楼".into(),
            Self::NoPlace(given) => format!("登记册里没有“{given}”，请先导入房屋，或核对写法"),
            Self::WhichGarden(given) => format!("好几个园区都有“{given}”，请写明园区"),
            Self::Contradicts { row } => format!("和第 {row} 行说的是同一个，内容却不一样"),
            Self::Login => "登录名要 2 到 40 位，只用小写字母、数字、点、下划线和横线".into(),
            Self::Email(given) => format!("“{given}”不是邮箱地址，请写成 name@example.com，一格一个"),
            Self::NotForRole => "这个岗位用不到这一格，请留空".into(),
            Self::OtherPlatform => "这个岗位不属于这个平台".into(),
            Self::Elsewhere => "这个账号在别的小区也有岗位，这一格不能在这里改".into(),
            Self::TooManyCells { wanted } => format!("这一行的格子比表头多，表头只有 {wanted} 格"),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Empty => "please fill this in".into(),
            Self::TooLong { limit } => format!("too long, at most {limit} characters"),
            Self::Control => "it has invisible control characters, please remove them".into(),
            Self::NotOneOf { given, allowed } => format!("\"{given}\" is not allowed; one of: {allowed}"),
            Self::Phone(error) => error.say(Language::En),
            Self::Date(given) => format!("\"{given}\" is no date, please write 2026-03-01"),
            Self::Backwards => "the last day lies before the first".into(),
            Self::NothingAbove => "the level above is missing, such as a unit without its building".into(),
            Self::NoPlace(given) => {
                format!("the register has no \"{given}\"; import the places first or check the writing")
            }
            Self::WhichGarden(given) => format!("several gardens have a \"{given}\"; please name the garden"),
            Self::Contradicts { row } => format!("it says otherwise than row {row} about the same thing"),
            Self::Login => "a login has 2 to 40 of a-z, 0-9, ., _ and -".into(),
            Self::Email(given) => format!("\"{given}\" is no address, please write name@example.com, one a cell"),
            Self::NotForRole => "this role has no such thing, please leave it empty".into(),
            Self::OtherPlatform => "this role does not belong to this platform".into(),
            Self::Elsewhere => "this account works in another community too; this cannot be changed here".into(),
            Self::TooManyCells { wanted } => format!("the row has more cells than the heading, which has {wanted}"),
        }
    }
}
