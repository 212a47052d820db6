//! Conditions, and whole statements, written as SQL whose text hardly ever changes. Diesel's own `sql` and `sql_query`, and each of its
//! UPDATEs, mark a statement as one that must not be kept prepared, so it would be parsed and planned anew each time, on both
//! databases.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{SingleValue, SqlType};

use super::db::MultiBackend;

/// SQL of the type `ST`, after what stands in `T`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fixed<ST, T = Nothing> {
    before: T,
    sql: &'static str,
    _type: PhantomData<ST>,
}

/// Nothing stands before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nothing;

/// A value or a query after SQL; more SQL may follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<ST, T, U> {
    before: Fixed<ST, T>,
    value: U,
}

/// SQL that is part of the program, of the SQL type named: what it says of its type and its columns is taken on trust.
pub(super) const fn fixed<ST>(sql: &'static str) -> Fixed<ST> {
    Fixed { before: Nothing, sql, _type: PhantomData }
}

/// A statement that gives nothing back, part of the program.
pub(super) const fn statement(sql: &'static str) -> Fixed<()> {
    fixed(sql)
}

/// Writes SQL that is one of few texts: after each `$` stands the letter or digit of a value, which `bind` writes in its place. A
/// statement of such a text is kept prepared by it.
pub(super) fn spell<'b, DB: Backend>(
    sql: &str,
    mut out: AstPass<'_, 'b, DB>,
    bind: impl Fn(u8, AstPass<'_, 'b, DB>) -> QueryResult<()>,
) -> QueryResult<()> {
    let mut pieces = sql.split('$');
    out.push_sql(pieces.next().unwrap_or_default());
    for piece in pieces {
        if let Some(value) = piece.bytes().next() {
            bind(value, out.reborrow())?;
            out.push_sql(&piece[1..]);
        }
    }
    Ok(())
}

/// A value written into the text of a statement, for PostgreSQL plans by what it sees. Each makes another statement to be kept: only
/// for what changes once a day, or is one of few.
#[derive(Debug, Clone)]
pub(super) struct Literal(pub(super) String);

impl<DB: Backend> QueryFragment<DB> for Literal {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&self.0);
        Ok(())
    }
}

/// Part of a statement.
pub(super) type Piece<'a> = Box<dyn QueryFragment<MultiBackend> + Send + 'a>;

/// Those asked for, one after the other. What is not asked for is left out: with a NULL in its place the statement would be planned anew
/// each time.
pub(super) struct Pieces<'a>(pub(super) Vec<Piece<'a>>);

impl QueryFragment<MultiBackend> for Pieces<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.iter().try_for_each(|piece| piece.walk_ast(out.reborrow()))
    }
}

impl<ST, T> Fixed<ST, T> {
    /// Its last piece.
    #[cfg(test)]
    pub(super) fn text(&self) -> &'static str {
        self.sql
    }

    /// More SQL.
    pub(super) fn sql(self, sql: &'static str) -> Fixed<ST, Self> {
        Fixed { before: self, sql, _type: PhantomData }
    }

    /// A statement: this, and then a query of diesel's whose rows it gives.
    pub(super) fn before<Q: Query>(self, query: Q) -> Bound<Q::SqlType, T, Q> {
        let before = Fixed { before: self.before, sql: self.sql, _type: PhantomData };
        Bound { before, value: query }
    }

    /// A statement: this, and then what it gives of each row.
    pub(super) fn gives<E: Expression>(self, columns: E) -> Bound<E::SqlType, T, E> {
        let before = Fixed { before: self.before, sql: self.sql, _type: PhantomData };
        Bound { before, value: columns }
    }

    /// A query of diesel's at this point, as it stands: without parentheses.
    pub(super) fn query<Q>(self, query: Q) -> Bound<ST, T, Q> {
        Bound { before: self, value: query }
    }

    /// A value at this point.
    pub(super) fn bind<B, V>(self, value: V) -> Bound<ST, T, V::Expression>
    where
        B: SqlType + SingleValue + TypedExpressionType,
        V: AsExpression<B>,
    {
        Bound { before: self, value: value.as_expression() }
    }
}

impl<ST, T, U> Bound<ST, T, U> {
    /// More SQL.
    pub(super) fn sql(self, sql: &'static str) -> Fixed<ST, Self> {
        Fixed { before: self, sql, _type: PhantomData }
    }
}

impl<DB: Backend> QueryFragment<DB> for Nothing {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB: Backend, ST, T: QueryFragment<DB>> QueryFragment<DB> for Fixed<ST, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.before.walk_ast(out.reborrow())?;
        out.push_sql(self.sql);
        Ok(())
    }
}

impl<DB: Backend, ST, T: QueryFragment<DB>, U: QueryFragment<DB>> QueryFragment<DB> for Bound<ST, T, U> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.before.walk_ast(out.reborrow())?;
        self.value.walk_ast(out.reborrow())
    }
}

/// What makes it an expression that fits everywhere.
macro_rules! expression {
    ($kind:ty, $($part:ident),*) => {
        impl<ST: TypedExpressionType, $($part),*> Expression for $kind {
            type SqlType = ST;
        }
        // Statements are kept by their text then.
        impl<ST, $($part),*> QueryId for $kind {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        // A whole statement: its type is that of a row.
        impl<ST, $($part),*> Query for $kind {
            type SqlType = ST;
        }
        impl<C, ST, $($part),*> RunQueryDsl<C> for $kind {}
        impl<QS, ST, $($part),*> SelectableExpression<QS> for $kind where Self: Expression {}
        impl<QS, ST, $($part),*> AppearsOnTable<QS> for $kind where Self: Expression {}
        impl<ST, $($part,)* GB> ValidGrouping<GB> for $kind {
            type IsAggregate = is_aggregate::Never;
        }
    };
}
expression!(Fixed<ST, T>, T);
expression!(Bound<ST, T, U>, T, U);
