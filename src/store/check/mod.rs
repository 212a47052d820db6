//! The design's invariants, proved over the whole database: queries that count what breaks a rule ([`rules`], [`more`]), every
//! ticket's history played again ([`tickets`]), every sealed value opened ([`sealed`]), and what the database itself can prove.
//!
//! Nothing is read whole: queries count, the rest goes by primary key, some hundred rows at a time.

mod history;
mod more;
mod pages;
mod rules;
mod sealed;
mod tickets;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::db::{Db, each};
use super::error::StoreError;

pub use sealed::sealed;

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The rule.
    pub rule: &'static str,
    /// How often it is broken.
    pub count: i64,
    /// Where it was seen first, when that is known.
    pub example: Option<String>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found(Vec<Broken>);

impl Found {
    /// A rule is broken once more; `example` names where.
    fn add(&mut self, rule: &'static str, example: impl FnOnce() -> String) {
        match self.0.iter_mut().find(|broken| broken.rule == rule) {
            Some(broken) => broken.count += 1,
            None => self.0.push(Broken { rule, count: 1, example: Some(example()) }),
        }
    }

    /// Rows that were asked for, or the note that one of them cannot be read.
    fn readable<T>(&mut self, rows: Result<Vec<T>, StoreError>) -> Result<Vec<T>, StoreError> {
        match rows {
            Err(error @ StoreError::Impossible { .. }) => {
                self.add("every row can be read", || error.to_string());
                Ok(Vec::new())
            }
            rows => rows,
        }
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The rules that do not hold, with how often each is broken.
///
/// # Errors
/// [`StoreError::Unavailable`] and its like; a row that cannot be read is a broken rule, not an error.
pub fn all(db: &mut Db) -> Result<Vec<Broken>, StoreError> {
    let mut found = Found::default();
    if let Db::Sqlite(c) = db {
        // In KiB. Each table and index is walked from end to end, and what its rows point to is looked up: the upper pages stay.
        c.batch_execute("PRAGMA cache_size=-131072")?;
    }
    pages::all(db, &mut found)?;
    for (rule, query) in rules::RULES.iter().chain(more::RULES) {
        let count: Count = each!(db, c => diesel::sql_query(*query).get_result(c))?;
        if count.n > 0 {
            found.0.push(Broken { rule, count: count.n, example: None });
        }
    }
    let mut made = found.readable(super::dialect::search::broken(db))?;
    made.extend(found.readable(super::roll_up::broken(db))?);
    for (rule, count) in made {
        found.0.push(Broken { rule, count, example: None });
    }
    tickets::all(db, &mut found)?;
    Ok(found.0)
}
