//! SQL types that are native on PostgreSQL and plain on SQLite, and the Rust values that stand for them.
//!
//! | SQL type | PostgreSQL | SQLite | Rust |
//! |---|---|---|---|
//! | [`DbUuid`] | `uuid` | `BLOB`, 16 bytes | every id of [`crate::domain::ids`] |
//! | [`DbTime`] | `timestamptz` | `INTEGER`, microseconds since 1970 | `DateTime<Utc>`, [`Time`] |
//! | [`DbJson`] | `jsonb` | `TEXT` | `serde_json::Value`, [`Json`] |
//! | `Text` | `text` | `TEXT` | every word of [`crate::domain::words`] |
//!
//! The domain knows no diesel, so the traits are written here, through a proxy struct for each foreign type.

use std::io::Write;

use chrono::{DateTime, SubsecRound, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType, SqlType};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::db::MultiBackend;
use crate::domain::{ids, words};

/// An id: `uuid` on PostgreSQL, a 16-byte `BLOB` on SQLite.
#[derive(SqlType, QueryId, Debug, Clone, Copy, Default)]
#[diesel(postgres_type(name = "uuid"), sqlite_type(name = "Binary"))]
pub struct DbUuid;

/// A moment in UTC, whole microseconds: `timestamptz` on PostgreSQL, an `INTEGER` on SQLite.
#[derive(SqlType, QueryId, Debug, Clone, Copy, Default)]
#[diesel(postgres_type(name = "timestamptz"), sqlite_type(name = "Long"))]
pub struct DbTime;

/// A JSON document: `jsonb` on PostgreSQL, `TEXT` on SQLite.
#[derive(SqlType, QueryId, Debug, Clone, Copy, Default)]
#[diesel(postgres_type(name = "jsonb"), sqlite_type(name = "Text"))]
pub struct DbJson;

macro_rules! on_both {
    ($($sql:ident)+) => { $(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql>(lookup)
            }
        }
    )+ };
}

on_both! { DbUuid DbTime DbJson }

// Moments have a first and a last. (PostgreSQL knows no `max` of ids.)
impl sql_types::SqlOrd for DbTime {}

/// The two traits on the enum of connections, which only forward to the backend in use.
macro_rules! forward {
    ($sql:ident: $($rust:ty),+) => { $(
        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<$rust, $sql>()
            }
        }

        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($sql, self));
                Ok(IsNull::No)
            }
        }
    )+ };
}

macro_rules! id_columns {
    ($($id:ident)+) => { $(
        const _: () = {
            #[derive(AsExpression, FromSqlRow)]
            #[diesel(foreign_derive)]
            #[diesel(sql_type = DbUuid)]
            #[allow(dead_code)]
            struct Proxy(ids::$id);
        };

        impl FromSql<DbUuid, Pg> for ids::$id {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(Uuid::from_slice(value.as_bytes())?))
            }
        }

        impl ToSql<DbUuid, Pg> for ids::$id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.0.as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<DbUuid, Sqlite> for ids::$id {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                Ok(Self(Uuid::from_slice(value.read_blob())?))
            }
        }

        impl ToSql<DbUuid, Sqlite> for ids::$id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(&self.0.as_bytes()[..]);
                Ok(IsNull::No)
            }
        }

        forward! { DbUuid: ids::$id }
    )+ };
}

id_columns! {
    CommunityId UserId MembershipId TokenId SessionId PlaceId ContractorId ResidentId IdentityId TicketId ReporterId
    EscalationId EventId MessageId TextId CallId WechatAccountId AttachmentId ClockId HoldId OutboxId ActorId HolderId
    PhoneId OccupancyId SourceId CallBackId DeliveryId AlarmId AdminChangeId
}

/// A moment in a column, which holds whole microseconds. The clock gives no finer ones, so what is read equals what was
/// written; a finer moment from outside comes in through `From`, which cuts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = DbTime)]
pub struct Time(pub DateTime<Utc>);

/// From microseconds since 1970, as [`super::gather`] writes a moment into JSON.
impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let micros = i64::deserialize(from)?;
        DateTime::from_timestamp_micros(micros).map(Self).ok_or_else(|| D::Error::custom("no moment"))
    }
}

impl From<DateTime<Utc>> for Time {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.trunc_subsecs(6))
    }
}

impl From<Time> for DateTime<Utc> {
    fn from(at: Time) -> Self {
        at.0
    }
}

impl FromSql<DbTime, Pg> for DateTime<Utc> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<sql_types::Timestamptz, Pg>>::from_sql(value)
    }
}

impl ToSql<DbTime, Pg> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Self as ToSql<sql_types::Timestamptz, Pg>>::to_sql(self, &mut out.reborrow())
    }
}

impl FromSql<DbTime, Sqlite> for DateTime<Utc> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(value)?;
        Self::from_timestamp_micros(micros).ok_or_else(|| format!("{micros} microseconds are no moment").into())
    }
}

impl ToSql<DbTime, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.timestamp_micros());
        Ok(IsNull::No)
    }
}

/// A JSON document in a column.
#[derive(Debug, Clone, PartialEq, Deserialize, AsExpression, FromSqlRow)]
#[serde(transparent)]
#[diesel(sql_type = DbJson)]
pub struct Json(pub serde_json::Value);

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        Self(value)
    }
}

impl From<Json> for serde_json::Value {
    fn from(json: Json) -> Self {
        json.0
    }
}

impl FromSql<DbJson, Pg> for serde_json::Value {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<sql_types::Jsonb, Pg>>::from_sql(value)
    }
}

impl ToSql<DbJson, Pg> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Self as ToSql<sql_types::Jsonb, Pg>>::to_sql(self, &mut out.reborrow())
    }
}

impl FromSql<DbJson, Sqlite> for serde_json::Value {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(serde_json::from_str(&text)?)
    }
}

impl ToSql<DbJson, Sqlite> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

/// For a foreign value and the wrapper round it: the wrapper does as the value does. Rows may be read into the plain value
/// (and an `Option` of it); to write or compare, the language asks for the wrapper, or for an `Option` beside a nullable
/// column.
macro_rules! wrapped {
    ($sql:ident: $wrapper:ident($value:ty) on $($db:ty),+) => {
        forward! { $sql: $value, $wrapper }

        $(
            impl FromSql<$sql, $db> for $wrapper {
                fn from_sql(value: <$db as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    <$value as FromSql<$sql, $db>>::from_sql(value).map(Self)
                }
            }

            impl ToSql<$sql, $db> for $wrapper {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $db>) -> serialize::Result {
                    <$value as ToSql<$sql, $db>>::to_sql(&self.0, out)
                }
            }
        )+
    };
}

wrapped! { DbTime: Time(DateTime<Utc>) on Pg, Sqlite }
wrapped! { DbJson: Json(serde_json::Value) on Pg, Sqlite }

macro_rules! word_columns {
    ($($word:ident)+) => { $(
        const _: () = {
            #[derive(AsExpression, FromSqlRow)]
            #[diesel(foreign_derive)]
            #[diesel(sql_type = sql_types::Text)]
            #[allow(dead_code)]
            struct Proxy(words::$word);
        };

        impl FromSql<sql_types::Text, Pg> for words::$word {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(std::str::from_utf8(value.as_bytes())?.parse::<Self>()?)
            }
        }

        // Where it lies: a list reads a dozen of them a row.
        impl FromSql<sql_types::Text, Sqlite> for words::$word {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                Ok(value.read_text().parse::<Self>()?)
            }
        }

        impl FromSql<sql_types::Text, MultiBackend> for words::$word {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, sql_types::Text>()
            }
        }

        // A code lives as long as the program, so it can be lent to the statement.
        impl<DB: Backend> ToSql<sql_types::Text, DB> for words::$word
        where
            str: ToSql<sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <str as ToSql<sql_types::Text, DB>>::to_sql(self.code(), out)
            }
        }
    )+ };
}

word_columns! {
    Language Platform Channel Kind Status Queue Urgency Outcome Role PlaceKind ReporterRole LinkKind EscalationState Audience
    ClockKind Deed
}
