//! Rows whose time is over.

use chrono::TimeDelta;
use jiban::engine::{conversation, setup};
use jiban::jobs::{Outside, run_once};

use crate::support::{on_both, town};

on_both! {
    /// Sessions, nonces, claims, keys and counts of guesses go; what still counts stays.
    fn old_rows_go_and_young_ones_stay(app: &TestApp) {
        let outside = Outside::default();
        let sweep = || {
            run_once(&app.engine, &outside).unwrap();
            ["session", "wechat_nonce", "inbound_claim", "sign_in_limit"].map(|table| app.count(table))
        };
        let account = setup::wechat_account(&app.engine, town::SLUG).unwrap().unwrap();
        let key = (app.community, account.id);
        conversation::nonce(&app.engine, key, (1, "once"), &[0; 32]).unwrap();
        app.say(&app.wechat(), "o-li", 1, "卫生间下水道堵了");
        let worker = app.person("weixiu1");
        app.visitor().sign_in("weixiu1", "wrong").is(401);
        assert_eq!(sweep().map(|n| n > 0), [true; 4]);
        app.advance(TimeDelta::minutes(11));
        let [_, nonces, claims, _] = sweep();
        assert_eq!((nonces, claims), (0, 1));
        app.advance(TimeDelta::hours(2));
        let [sessions, _, _, limits] = sweep();
        assert!(sessions > 0 && limits == 0);
        worker.get("/account").is(200);
        app.advance(TimeDelta::hours(13));
        assert_eq!(sweep()[0], 0);
        app.advance(TimeDelta::days(7));
        assert_eq!(sweep(), [0; 4]);
    }
}
