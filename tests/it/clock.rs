//! The machine's clock jumps: numbers stay single and carry the day that is told. That nothing is told twice over the same
//! jumps stands in sweeps/clocks.rs.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use jiban::domain::words::{Platform, Role};
use serde_json::json;

use crate::support::on_both;

on_both! {
    /// Two hours forward and back, over midnight to and fro, and over the end of the month.
    fn numbers_stay_single_when_the_clock_jumps(app: &TestApp) {
        let agent = app.program(Platform::Property, Role::Agent, None);
        let mut numbers = BTreeSet::new();
        // From 10:00 in Beijing on 2026-03-16; 24 * 15 hours later begins the last day of the month.
        for hours in [0, 2, -2, -2, 13, 4, -4, 4, -24, 24, 24 * 15, 24, -24, 24] {
            app.advance(TimeDelta::hours(hours));
            let today = (app.now() + TimeDelta::hours(8)).format("%Y%m%d").to_string();
            for _ in 0..5 {
                let told = agent.post("/api/v1/tickets", &json!({ "words": "恒泰园3号楼的路灯不亮" }));
                told.is(201);
                let number = told.json()["number"].as_str().unwrap().to_owned();
                assert!(number.starts_with(&today), "{number} on {today}");
                assert!(numbers.insert(number.clone()), "{number} was given twice");
            }
        }
        assert_eq!(app.count("ticket"), 14 * 5);
    }
}
