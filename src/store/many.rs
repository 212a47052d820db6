//! Several rows of one table in a statement or two. Diesel keeps a statement prepared only where the number of its rows is part of
//! its type, so they go in sixteens, fours and what is left over; on PostgreSQL each statement saved is a way there and back.

/// Adds the rows of a slice to a table, in order; how many were added. With `or_nothing` those that are there already are left.
macro_rules! insert_all {
    ($db:expr, $table:expr, $rows:expr $(, $or_nothing:ident)?) => {{
        let (mut rest, mut added) = ($rows, 0);
        loop {
            let taken = if let Some(many) = rest.first_chunk::<16>() {
                added += $crate::store::many::insert_all!(@ $db, $table, many $(, $or_nothing)?);
                16
            } else if let Some(four) = rest.first_chunk::<4>() {
                added += $crate::store::many::insert_all!(@ $db, $table, four $(, $or_nothing)?);
                4
            } else if let Some(three) = rest.first_chunk::<3>() {
                added += $crate::store::many::insert_all!(@ $db, $table, three $(, $or_nothing)?);
                3
            } else if let Some(two) = rest.first_chunk::<2>() {
                added += $crate::store::many::insert_all!(@ $db, $table, two $(, $or_nothing)?);
                2
            } else if let Some(one) = rest.first() {
                added += $crate::store::many::insert_all!(@ $db, $table, one $(, $or_nothing)?);
                1
            } else {
                break;
            };
            rest = &rest[taken..];
        }
        added
    }};
    (@ $db:expr, $table:expr, $rows:expr) => {
        $crate::store::db::each!(&mut *$db, on => diesel::insert_into($table).values($rows).execute(on))?
    };
    (@ $db:expr, $table:expr, $rows:expr, or_nothing) => {
        $crate::store::db::each!(&mut *$db, on => diesel::insert_into($table)
            .values($rows)
            .on_conflict_do_nothing()
            .execute(on))?
    };
}
pub(super) use insert_all;
