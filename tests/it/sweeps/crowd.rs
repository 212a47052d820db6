//! Several processes sweeping at once, and what a sweep reads.

use diesel::prelude::*;
use diesel::sql_types::Text;
use jiban::engine::tickets::Ask;
use jiban::engine::{Worked, sweep};
use jiban::store::StoreError;
use jiban::store::db::Db;
use jiban::store::sweep::{CLOCKS_DUE, HOLDS_DUE, OFFERS_DUE};

use super::{act, at, id_of, lines, notices, sweep_at};
use crate::support::{TestApp, on_both};
use crate::tickets::drain;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// How the database goes about a query, when tables are large.
fn plan(app: &TestApp, query: &str) -> String {
    let query = query.replace("$2", "50");
    let lines: Vec<Line> = app
        .store
        .read(|db| {
            Ok::<_, StoreError>(match db {
                Db::Sqlite(c) => {
                    let asked = format!("EXPLAIN QUERY PLAN {}", query.replace("$1", "1"));
                    // Its columns are id, parent, notused and detail.
                    #[derive(QueryableByName)]
                    struct Detail {
                        #[diesel(sql_type = Text)]
                        detail: String,
                    }
                    let rows: Vec<Detail> = diesel::sql_query(asked).load(c)?;
                    rows.into_iter().map(|row| Line { line: row.detail }).collect()
                }
                Db::Pg(c) => {
                    diesel::sql_query("SET LOCAL enable_seqscan = off").execute(c)?;
                    diesel::sql_query("SET LOCAL enable_bitmapscan = off").execute(c)?;
                    let asked = format!("EXPLAIN {}", query.replace("$1", "'2026-03-16T02:00:00Z'::timestamptz"));
                    #[derive(QueryableByName)]
                    struct Explained {
                        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
                        line: String,
                    }
                    let rows: Vec<Explained> = diesel::sql_query(asked).load(c)?;
                    rows.into_iter().map(|row| Line { line: row.line }).collect()
                }
            })
        })
        .unwrap();
    lines.into_iter().map(|row| row.line).collect::<Vec<_>>().join("\n")
}

on_both! {
    /// Eight at once over sixty tickets: each thing is told once.
    fn eight_at_once_tell_once(app: &TestApp) {
        let paths: Vec<String> = (0..60).map(|_| drain(app)).collect();
        let review_on = chrono::NaiveDate::from_ymd_opt(2026, 4, 1);
        for path in &paths[..10] {
            let outcome = jiban::domain::words::Outcome::Deferred;
            act(app, "agent1", path, Ask::Finish { outcome, note: None, review_on });
        }
        for path in &paths[10..20] {
            act(app, "weixiu1", path, Ask::Take);
            act(app, "weixiu1", path, Ask::Hold { reason: "等配件".into(), review_at: at("03-17 09:00") });
        }
        app.engine.clock().set(at("05-11 09:00"));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| app.sweep());
            }
        });
        // Whatever two of them stood before at the same moment and both left for later.
        app.sweep();
        for (n, path) in paths.iter().enumerate() {
            let told = (lines(app, id_of(path)).len(), notices(app, id_of(path)).len());
            let expected = match n {
                0..10 => (1, 0),
                // Held: the contact's three steps and the review's three.
                10..20 => (6, 2),
                _ => (7, 2),
            };
            assert_eq!(told, expected, "{n}: {:?}", lines(app, id_of(path)));
        }
        assert_eq!(sweep::clocks(&app.engine).unwrap(), Worked::default());
        assert_eq!(sweep::deferred_reviews(&app.engine).unwrap(), Worked::default());
    }

    /// One round is bounded, and says that there is more.
    fn a_round_is_bounded(app: &TestApp) {
        for _ in 0..60 {
            drain(app);
        }
        app.engine.clock().set(at("03-17 00:00"));
        let first = sweep::clocks(&app.engine).unwrap();
        assert_eq!((first.done, first.more), (50, true));
        let second = sweep::clocks(&app.engine).unwrap();
        assert_eq!((second.done, second.more), (10, false));
        assert_eq!(sweep::clocks(&app.engine).unwrap(), Worked::default());
    }

    /// A sweep reads what is due by an index made for it, and sorts nothing.
    fn a_sweep_reads_only_what_is_due(app: &TestApp) {
        for (query, index) in
            [(CLOCKS_DUE, "ticket_clock_climb"), (HOLDS_DUE, "ticket_hold_climb"), (OFFERS_DUE, "escalation_climb")]
        {
            let plan = plan(app, query);
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.to_lowercase().contains("b-tree") && !plan.contains("Sort"), "{plan}");
        }
    }

    /// The check names a mark that runs ahead of its clock.
    fn a_mark_ahead_of_its_clock_is_found(app: &TestApp) {
        let path = drain(app);
        sweep_at(app, "03-17 00:00");
        let change = |statement: &str| {
            app.store
                .write(|db| {
                    Ok::<_, StoreError>(match db {
                        Db::Sqlite(c) => diesel::sql_query(statement).execute(c)?,
                        Db::Pg(c) => diesel::sql_query(statement).execute(c)?,
                    })
                })
                .unwrap()
        };
        assert_eq!(change("UPDATE ticket_clock SET told = 2 WHERE told = 1"), 1);
        let broken = app.store.read(jiban::store::check::all).unwrap();
        let rules: Vec<&str> = broken.iter().map(|broken| broken.rule).collect();
        assert_eq!(rules, ["a clock tells nothing before its time", "what a clock told stands in the history"]);
        change("UPDATE ticket_clock SET told = 1 WHERE told = 2");
        assert_eq!(lines(app, id_of(&path)).len(), 1);
    }
}
