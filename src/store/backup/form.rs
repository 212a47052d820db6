//! How a column's values travel.

use super::super::db::Db;

/// A column's type, as far as it matters for a value's way out and in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    PgId,
    PgBytes,
    PgMoment,
    PgFlag,
    PgWhole,
    PgReal,
    PgText,
    PgDay,
    PgJson,
    Blob,
    Integer,
    Real,
    Text,
}

impl Form {
    /// The form of a type as the database calls it.
    pub(super) fn named(db: &Db, name: &str) -> Option<Self> {
        Some(match (db, name) {
            (Db::Pg(_), "uuid") => Self::PgId,
            (Db::Pg(_), "bytea") => Self::PgBytes,
            (Db::Pg(_), "timestamptz") => Self::PgMoment,
            (Db::Pg(_), "bool") => Self::PgFlag,
            (Db::Pg(_), "int2" | "int4" | "int8") => Self::PgWhole,
            (Db::Pg(_), "float8") => Self::PgReal,
            (Db::Pg(_), "text") => Self::PgText,
            (Db::Pg(_), "date") => Self::PgDay,
            (Db::Pg(_), "jsonb") => Self::PgJson,
            (Db::Sqlite(_), "BLOB") => Self::Blob,
            (Db::Sqlite(_), "INTEGER") => Self::Integer,
            (Db::Sqlite(_), "REAL") => Self::Real,
            (Db::Sqlite(_), "TEXT") => Self::Text,
            _ => return None,
        })
    }

    /// The value of a column, as it goes into a JSON array.
    pub(super) fn out(self, column: &str) -> String {
        match self {
            Self::PgId | Self::PgJson => format!("{column}::text"),
            Self::PgBytes => format!("encode({column}, 'hex')"),
            Self::PgMoment => format!("(extract(epoch FROM {column}) * 1000000)::bigint"),
            Self::PgFlag => format!("{column}::int"),
            Self::PgDay => format!("to_char({column}, 'YYYY-MM-DD')"),
            // `hex` makes an empty text of nothing.
            Self::Blob => format!("CASE WHEN {column} IS NOT NULL THEN hex({column}) END"),
            Self::PgWhole | Self::PgReal | Self::PgText | Self::Integer | Self::Real | Self::Text => column.to_owned(),
        }
    }

    /// The value to be written, from the text of it.
    pub(super) fn taken(self, value: &str) -> String {
        match self {
            Self::PgId => format!("({value})::uuid"),
            Self::PgBytes => format!("decode({value}, 'hex')"),
            Self::PgMoment => format!("timestamptz 'epoch' + ({value})::bigint * interval '1 microsecond'"),
            Self::PgFlag => format!("({value})::int::bool"),
            Self::PgWhole => format!("({value})::bigint"),
            Self::PgReal => format!("({value})::float8"),
            Self::PgDay => format!("({value})::date"),
            Self::PgJson => format!("({value})::jsonb"),
            Self::Blob => format!("unhex({value}, '-')"),
            Self::PgText | Self::Integer | Self::Real | Self::Text => value.to_owned(),
        }
    }
}
