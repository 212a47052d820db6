//! Query parameters of lists.

use std::str::FromStr;

use actix_web::http::StatusCode;
use percent_encoding::percent_decode_str;

use super::fields::allowed;
use super::problem::Problem;
use super::texts::Said;
use crate::domain::search::{QUERY_CHARS, Query, Unsearchable};
use crate::domain::view::Cursor;
use crate::domain::words::{Channel, Kind, Platform, Queue, Status, Urgency};
use crate::engine::look::Filter;
use crate::http;

/// What the list takes.
const NAMES: &str = "limit, cursor, status, queue, holder, lead, channel, kind, urgency, q";

/// Which tickets, and how many.
#[derive(Debug)]
pub struct TicketsQuery {
    /// Which.
    pub filter: Filter,
    /// With these words in them.
    pub words: Option<Query>,
    /// After which one.
    pub cursor: Option<Cursor>,
    /// How many at most.
    pub limit: u32,
}

impl TicketsQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// 422 naming the parameter and what is allowed; 400 for escapes that are not UTF-8.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut filter = Filter::default();
        let (mut cursor, mut limit, mut words) = (None, None, None);
        for (name, value) in pairs(query)? {
            match name.as_str() {
                "limit" => once(&mut limit, &name, Ok(http::limit(Some(&value)).map_err(|e| Problem::invalid(&e))?))?,
                "cursor" => {
                    let read = http::cursor(Some(&value)).map_err(|e| Problem::invalid(&e))?;
                    once(&mut cursor, &name, Ok(read))?;
                }
                "status" => once(&mut filter.status, &name, word(&value, Status::ALL, Status::code))?,
                "queue" => once(&mut filter.queue, &name, word(&value, Queue::ALL, Queue::code))?,
                "holder" => once(&mut filter.holder, &name, word(&value, Platform::ALL, Platform::code))?,
                "lead" => once(&mut filter.lead, &name, word(&value, Platform::ALL, Platform::code))?,
                "channel" => once(&mut filter.channel, &name, word(&value, Channel::ALL, Channel::code))?,
                "kind" => once(&mut filter.kind, &name, word(&value, Kind::ALL, Kind::code))?,
                "urgency" => once(&mut filter.urgency, &name, word(&value, Urgency::ALL, Urgency::code))?,
                "q" => once(&mut words, &name, Query::parse(&value).map_err(unsearchable))?,
                _ => return Err(unknown(&name, NAMES)),
            }
        }
        Ok(Self { filter, words, cursor: cursor.flatten(), limit: limit.unwrap_or(http::LIMIT_DEFAULT) })
    }
}

/// Characters of a look-up at most.
const LOOKED_FOR_LIMIT: usize = 100;

/// What the register is looked through for.
///
/// # Errors
/// 422 without one, for one that is too long or given twice, and for any other parameter.
pub fn residents(query: &str) -> Result<String, Problem> {
    let mut typed = None;
    for (name, value) in pairs(query)? {
        match name.as_str() {
            "query" => once(&mut typed, &name, Ok(value.trim().to_owned()))?,
            _ => return Err(unknown(&name, "query")),
        }
    }
    let typed = typed.filter(|typed| !typed.is_empty());
    let typed = typed.ok_or_else(|| Problem::field("query", "missing", &Said::new("必填。", "it is needed.")))?;
    if typed.chars().count() > LOOKED_FOR_LIMIT || typed.contains(char::is_control) {
        let said = Said::new(
            format!("最多 {LOOKED_FOR_LIMIT} 个字，不含控制字符。"),
            format!("it must be at most {LOOKED_FOR_LIMIT} characters, without control characters."),
        );
        return Err(Problem::field("query", "form", &said));
    }
    Ok(typed)
}

/// Refuses every parameter: for resources that take none.
pub fn none(query: &str) -> Result<(), Problem> {
    match pairs(query)?.first() {
        None => Ok(()),
        Some((name, _)) => Err(unknown(name, "-")),
    }
}

fn pairs(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "bad_query",
                "查询参数不是 UTF-8。",
                "The query parameters are not UTF-8.",
            )
        })
    };
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(n, v)| Ok((plain(n)?, plain(v)?))).collect()
}

fn once<T>(slot: &mut Option<T>, name: &str, read: Result<T, Said>) -> Result<(), Problem> {
    let value = read.map_err(|said| Problem::field(name, "form", &said))?;
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Problem::field(name, "form", &Said::new("只能给一次。", "it may be given only once."))),
    }
}

fn unknown(name: &str, names: &str) -> Problem {
    let name: String = name.chars().take(100).collect();
    let said = Said::new(format!("没有这个参数。可用：{names}。"), format!("no such parameter; allowed: {names}."));
    Problem::field(&name, "unknown_parameter", &said)
}

fn unsearchable(why: Unsearchable) -> Said {
    match why {
        Unsearchable::Nothing => Said::new("没有可以查找的字词。", "there is neither a letter nor a digit in it."),
        Unsearchable::TooShort => Said::new("至少写两个字。", "a single character is too short."),
        Unsearchable::TooLong => {
            Said::new(format!("最多 {QUERY_CHARS} 个字。"), format!("it must be at most {QUERY_CHARS} characters."))
        }
        Unsearchable::Phone => Said::new("不按电话号码查找。", "telephone numbers are not looked for; see /residents."),
    }
}

fn word<T: FromStr + Copy>(value: &str, all: &[T], code: fn(T) -> &'static str) -> Result<T, Said> {
    value.parse().map_err(|_| {
        let allowed = allowed(all, code);
        Said::new(format!("可用：{allowed}。"), format!("allowed: {allowed}."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read() {
        let query = TicketsQuery::parse("limit=200&status=in_progress&queue=order&&lead=committee").unwrap();
        assert_eq!(query.limit, 200);
        assert_eq!(query.filter.status, Some(Status::InProgress));
        assert_eq!((query.filter.queue, query.filter.lead), (Some(Queue::Order), Some(Platform::Committee)));
        assert_eq!(TicketsQuery::parse("").unwrap().limit, 50);
    }

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        for (query, code) in [
            ("limit=0", "422 form"),
            ("limit=201", "422 form"),
            ("limit=-1", "422 form"),
            ("limit=+1", "422 form"),
            ("limit=", "422 form"),
            ("limit", "422 form"),
            ("limit=1.5", "422 form"),
            ("limit=99999999999999999999999", "422 form"),
            ("limit=5&limit=6", "422 form"),
            ("cursor=", "422 form"),
            ("q=", "422 form"),
            ("q=%EF%BC%8C", "422 form"),
            ("q=13800000001", "422 form"),
            ("cursor=abc", "422 form"),
            ("status=open", "422 form"),
            ("status=", "422 form"),
            ("status=done&status=done", "422 form"),
            ("page=2", "422 unknown_parameter"),
            ("Limit=2", "422 unknown_parameter"),
            ("=2", "422 unknown_parameter"),
            ("status=%ff", "400 bad_query"),
            ("%c3%28=1", "400 bad_query"),
        ] {
            assert_eq!(TicketsQuery::parse(query).unwrap_err().to_string(), code, "{query}");
        }
        assert!(none("").is_ok() && none("x=1").is_err());
    }
}
