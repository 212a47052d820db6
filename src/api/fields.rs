//! Fields of a JSON body, each read by its name so that an answer can say which one is wrong and what is allowed.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::problem::Problem;
use super::texts::Said;
use crate::domain::ids::{CallId, PlaceId, ReporterId, ResidentId, TicketNumber, UserId};
use crate::domain::wording::has_control;
use crate::domain::words::{Audience, Channel, Kind, Outcome, Queue, Urgency};
use crate::engine::hotline::CallBackAnswer;

/// The members of a body not yet taken.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

/// A body with named fields; `body!` writes these.
pub trait FromFields: Sized {
    /// Every field there is.
    const NAMES: &'static [&'static str];
    /// Those that cannot be left out.
    fn needed() -> Vec<&'static str>;
    /// Takes them all.
    ///
    /// # Errors
    /// The first field that is wrong.
    fn take(fields: &mut Fields) -> Result<Self, Problem>;
}

impl Fields {
    /// Reads a whole body. A field nobody asked for is refused: a misspelt one must not be dropped in silence.
    pub fn read<T: FromFields>(members: Map<String, Value>) -> Result<T, Problem> {
        if let Some(name) = members.keys().find(|name| !T::NAMES.contains(&name.as_str())) {
            let name: String = name.chars().take(100).collect();
            let allowed = T::NAMES.join(", ");
            let detail =
                Said::new(format!("没有这个字段。可用：{allowed}。"), format!("no such field; allowed: {allowed}."));
            return Err(Problem::field(&name, "unknown_field", &detail));
        }
        T::take(&mut Self(members))
    }

    /// Takes one field.
    pub fn take<T: Field>(&mut self, name: &'static str) -> Result<T, Problem> {
        let given = self.0.remove(name).filter(|value| !value.is_null());
        T::read(given).map_err(|wrong| {
            let code = if matches!(wrong, Wrong::Missing) { "missing" } else { "form" };
            Problem::field(name, code, &wrong.say())
        })
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It is needed.
    Missing,
    /// It is of another type or form; what it should be, in Chinese and English.
    Form(&'static str, &'static str),
    /// It is none of the words; which there are.
    Word(String),
}

impl Wrong {
    /// The sentence behind the field's name.
    pub fn say(&self) -> Said {
        match self {
            Self::Missing => Said::new("必填。", "it is needed."),
            Self::Form(zh, en) => Said::new(format!("应为{zh}。"), format!("it must be {en}.")),
            Self::Word(allowed) => Said::new(format!("可用：{allowed}。"), format!("allowed: {allowed}.")),
        }
    }
}

/// Something a field can hold.
pub trait Field: Sized {
    /// Whether it may be left out.
    const OPTIONAL: bool = false;
    /// Reads it; `None` stands for a field that is absent or `null`.
    fn read(given: Option<Value>) -> Result<Self, Wrong>;
}

impl<T: Field> Field for Option<T> {
    const OPTIONAL: bool = true;

    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        given.map(|value| T::read(Some(value))).transpose()
    }
}

impl<T: Field> Field for Vec<T> {
    const OPTIONAL: bool = true;

    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        match given {
            None => Ok(Self::new()),
            Some(Value::Array(all)) => all.into_iter().map(|value| T::read(Some(value))).collect(),
            Some(_) => Err(Wrong::Form("数组", "an array")),
        }
    }
}

impl Field for bool {
    const OPTIONAL: bool = true;

    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        match given {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(value),
            Some(_) => Err(Wrong::Form(" true 或 false", "true or false")),
        }
    }
}

impl Field for i64 {
    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        let value = given.ok_or(Wrong::Missing)?;
        value.as_i64().filter(|n| *n >= 1).ok_or(Wrong::Form("正整数", "a whole number from 1"))
    }
}

impl Field for String {
    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        match given {
            None => Err(Wrong::Missing),
            // PostgreSQL keeps no NUL, and nothing that people write needs the others.
            Some(Value::String(text)) if has_control(&text) => {
                Err(Wrong::Form("不含控制字符的文字", "text without control characters"))
            }
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(Wrong::Form("文字", "text")),
        }
    }
}

fn parsed<T: FromStr>(given: Option<Value>, zh: &'static str, en: &'static str) -> Result<T, Wrong> {
    String::read(given)?.parse().map_err(|_| Wrong::Form(zh, en))
}

macro_rules! ids {
    ($($name:ident)+) => { $(
        impl Field for $name {
            fn read(given: Option<Value>) -> Result<Self, Wrong> {
                parsed::<Uuid>(given, " UUID", "a UUID").map(Self)
            }
        }
    )+ };
}
ids! { CallId PlaceId ReporterId ResidentId UserId }

macro_rules! words {
    ($($name:ident)+) => { $(
        impl Field for $name {
            fn read(given: Option<Value>) -> Result<Self, Wrong> {
                String::read(given)?.parse().map_err(|_| Wrong::Word(allowed($name::ALL, $name::code)))
            }
        }
    )+ };
}
words! { Audience CallBackAnswer Channel Kind Outcome Queue Urgency }

/// The codes of a set, for people.
pub fn allowed<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> String {
    all.iter().map(|word| code(*word)).collect::<Vec<_>>().join(", ")
}

impl Field for TicketNumber {
    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        parsed(given, "单号，如 20260315-0042", "a ticket number such as 20260315-0042")
    }
}

impl Field for NaiveDate {
    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        parsed(given, "日期，如 2026-03-15", "a date such as 2026-03-15")
    }
}

impl Field for DateTime<Utc> {
    fn read(given: Option<Value>) -> Result<Self, Wrong> {
        let wrong = Wrong::Form(
            "带时区的 RFC 3339 时间，如 2026-03-15T08:00:00Z",
            "an RFC 3339 time with its offset, such as 2026-03-15T08:00:00Z",
        );
        let text = String::read(given)?;
        let time = DateTime::parse_from_rfc3339(&text).map_err(|_| wrong.clone())?.to_utc().trunc_subsecs(6);
        // Beyond these years one of the databases, or the way back into RFC 3339, gives up.
        let year = time.to_rfc3339_opts(SecondsFormat::Secs, true);
        if year.len() == 20 && year.as_str() >= "2000" && year.as_str() < "2200" { Ok(time) } else { Err(wrong) }
    }
}

/// Declares a body: a plain struct, and how its fields are read.
macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, utoipa::ToSchema)]
        pub struct $name { $($(#[$about])* pub $field: $kind,)* }

        impl $crate::api::fields::FromFields for $name {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
            fn needed() -> Vec<&'static str> {
                let all = [$((stringify!($field), <$kind as $crate::api::fields::Field>::OPTIONAL)),*];
                all.into_iter().filter(|(_, optional)| !optional).map(|(name, _)| name).collect()
            }
            fn take(
                fields: &mut $crate::api::fields::Fields,
            ) -> Result<Self, $crate::api::problem::Problem> {
                Ok(Self { $($field: fields.take(stringify!($field))?,)* })
            }
        }
    };
}
pub(in crate::api) use body;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    body! {
        /// For the tests.
        Sample {
            /// Needed.
            words: String,
            /// A word.
            queue: Option<Queue>,
            /// A time.
            at: Option<DateTime<Utc>>,
            /// Several.
            subjects: Vec<UserId>,
            /// Off when absent.
            proxy: bool,
        }
    }

    fn read(value: Value) -> Result<Sample, String> {
        let Value::Object(members) = value else { panic!("an object") };
        Fields::read(members).map_err(|problem| {
            let body: Value = serde_json::from_slice(&problem.body(crate::domain::words::Language::En, None)).unwrap();
            format!("{} {} {}", body["code"].as_str().unwrap(), body["field"].as_str().unwrap(), body["detail"])
        })
    }

    #[test]
    fn what_may_be_left_out_follows_from_the_kind() {
        assert_eq!(Sample::needed(), ["words"]);
    }

    #[test]
    fn a_whole_body_is_read() {
        let sample =
            read(json!({"words": "漏水\n很急", "queue": "order", "at": "2026-03-15T16:00:00.1234567+08:00"})).unwrap();
        assert_eq!((sample.words.as_str(), sample.queue, sample.proxy), ("漏水\n很急", Some(Queue::Order), false));
        assert_eq!(sample.at.unwrap().to_rfc3339(), "2026-03-15T08:00:00.123456+00:00");
        assert_eq!(read(json!({"words": "x", "queue": null})).unwrap().queue, None);
    }

    #[test]
    fn the_wrong_field_is_named_with_what_is_allowed() {
        let refused = |value| read(value).unwrap_err();
        assert!(refused(json!({})).starts_with("missing words"));
        assert!(refused(json!({"words": null})).starts_with("missing words"));
        assert!(refused(json!({"words": 1})).starts_with("form words"));
        assert!(refused(json!({"words": "a\u{0}b"})).contains("control"));
        assert!(refused(json!({"words": "x", "wrods": "x"})).starts_with("unknown_field wrods"));
        assert!(refused(json!({"words": "x", "queue": "roof"})).contains("maintenance, order"));
        assert!(refused(json!({"words": "x", "subjects": "x"})).starts_with("form subjects"));
        assert!(refused(json!({"words": "x", "subjects": [null]})).starts_with("form subjects"));
        assert!(refused(json!({"words": "x", "proxy": "yes"})).starts_with("form proxy"));
        for at in ["2026-03-15", "2026-03-15T08:00:00", "tomorrow", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            assert!(refused(json!({"words": "x", "at": at})).starts_with("form at"), "{at}");
        }
    }
}
