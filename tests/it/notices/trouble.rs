//! A mail server that refuses, hangs or hangs up; a worker that is killed; two at once.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use jiban::engine::delivery;
use jiban::jobs::run_once;

use super::{in_state, mailed, news_due, run};
use crate::support::on_both;
use crate::support::smtp::{Catcher, Mood};
use crate::tickets::drain;

on_both! {
    /// An hour of trouble: every notice has its effect once, none is lost, none is dead.
    fn an_hour_of_trouble_loses_and_doubles_nothing(app: &TestApp) {
        let catcher = Catcher::start();
        let outside = catcher.outside();
        mailed(app, &["weixiu1", "weixiu2", "weixiu-head"]);
        let moods = [Mood::Refuse("451 4.7.1 later"), Mood::Hang, Mood::DropAfterData];
        let mut opened = 0;
        for minute in (0..60).step_by(5) {
            catcher.mood(moods[minute / 20].clone());
            drain(app);
            opened += 1;
            run(app, &outside);
            app.advance(TimeDelta::minutes(5));
        }
        assert!(in_state(app, "due") > 0);
        catcher.mood(Mood::Kind);
        // The longest pause a try of the first hour can have led to is two hours and a fifth.
        for _ in 0..20 {
            run(app, &outside);
            app.advance(TimeDelta::minutes(15));
        }
        assert_eq!((in_state(app, "sent"), in_state(app, "due"), in_state(app, "dead")), (3 * opened, 0, 0));
        assert_eq!(catcher.ids().len() as i64, 3 * opened);
        // A letter whose answer got lost came again as the same letter to the same person.
        let mut heard: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for letter in catcher.taken() {
            let to = heard.entry(letter.header("Message-ID")).or_insert_with(|| letter.to.clone());
            assert_eq!(*to, letter.to);
        }
        assert!(catcher.taken().len() > heard.len(), "nothing was dropped after DATA");
    }

    /// A refused address is dead at once and stops nobody else; a server away for a day is too. Both can be tried again.
    fn dead_letters_are_seen_and_sent_again(app: &TestApp) {
        let catcher = Catcher::start();
        let outside = catcher.outside();
        mailed(app, &["weixiu1", "weixiu2"]);
        catcher.mood(Mood::RefuseOne("weixiu1@"));
        drain(app);
        run(app, &outside);
        assert_eq!((in_state(app, "sent"), in_state(app, "dead")), (1, 1));
        catcher.mood(Mood::Refuse("451 4.7.1 later"));
        drain(app);
        // For a day; a try that does not even reach a server too busy to answer counts as none.
        for _ in 0..200 {
            run(app, &outside);
            app.advance(TimeDelta::minutes(30));
            if news_due(app) == 0 {
                break;
            }
        }
        // What the passing days told of since is not over yet.
        assert_eq!((news_due(app), in_state(app, "dead")), (0, 3));
        app.person("weixiu1").get("/notices/failed").is(403);
        let manager = app.person("manager");
        let page = manager.get("/notices/failed");
        page.is(200).says("部门有新工单").says("给丁师傅").says("no such user").says("20260316-0001").says("4.7.1 later").says("10 次");
        // An admin looks after it too, and sees no ticket by it.
        app.person("admin").get("/notices/failed").is(200).says("看不到的工单").hides("20260316-0001");
        catcher.mood(Mood::Kind);
        for action in page.body.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if action.ends_with("/replay") {
                manager.submit("/notices/failed", action, &[]).is(303);
                manager.submit("/account", action, &[]).is(404);
            }
        }
        run(app, &outside);
        // Two tickets and two people: four letters about new work, whatever the passing days told of beside them.
        let sent = "delivery WHERE state = 'sent' AND outbox_id IN (SELECT id FROM outbox WHERE template = 'new_in_queue')";
        assert_eq!((app.count(sent), in_state(app, "dead")), (4, 0));
        manager.get("/notices/failed").says("没有发送失败的通知");
    }

    /// A row that cannot be read costs its own notices, nobody else's.
    fn a_notice_that_cannot_be_read_stops_no_other(app: &TestApp) {
        mailed(app, &["weixiu1"]);
        for _ in 0..3 {
            drain(app);
        }
        let of = |number: &str| format!("ticket_id = (SELECT id FROM ticket WHERE number = '{number}')");
        app.execute("UPDATE ticket SET number = 'spoilt' WHERE number = '20260316-0001'");
        app.execute(&format!("UPDATE outbox SET hearer = '{{}}' WHERE {}", of("20260316-0002")));
        while delivery::hand_on(&app.engine).unwrap().done > 0 {}
        let in_state = |state: &str, number: &str| app.count(&format!("outbox WHERE state = '{state}' AND {}", of(number)));
        for spoilt in ["spoilt", "20260316-0002"] {
            assert!(in_state("dead", spoilt) > 0, "{spoilt}");
            assert_eq!(in_state("due", spoilt) + in_state("sent", spoilt), 0, "{spoilt}");
        }
        assert_eq!((in_state("dead", "20260316-0003"), in_state("due", "20260316-0003")), (0, 0));
        assert_eq!(news_due(app), 1);
        // As whoever mends it by hand would.
        app.execute("UPDATE ticket SET number = '20260316-0001' WHERE number = 'spoilt'");
        app.execute(&format!(
            "UPDATE outbox SET state = 'sent', last_error = 'stale', hearer = (SELECT hearer FROM outbox WHERE {} LIMIT 1) \
             WHERE state = 'dead'",
            of("20260316-0003")
        ));
    }

    /// Killed between sending and writing so down: tried again when the lease has run out, under the same id.
    fn a_killed_worker_repeats_the_same_letter(app: &TestApp) {
        let catcher = Catcher::start();
        mailed(app, &["weixiu1"]);
        drain(app);
        delivery::hand_on(&app.engine).unwrap();
        let (leased, _) = delivery::lease(&app.engine, 8).unwrap();
        assert_eq!(leased.len(), 1);
        // Whoever held it is gone. Until the lease has run out nobody else takes it.
        assert_eq!(run(app, &catcher.outside()), 0);
        app.advance(TimeDelta::minutes(5));
        assert_eq!(run(app, &catcher.outside()), 1);
        assert_eq!(catcher.ids().into_iter().collect::<Vec<_>>(), [format!("<{}@jiban.example>", leased[0].id)]);
        // The first one was only slow: its word comes too late and changes nothing.
        delivery::settle(&app.engine, &leased[0], delivery::Outcome::Retry("late".into())).unwrap();
        assert_eq!((in_state(app, "sent"), catcher.taken().len()), (1, 1));
    }

    /// Several at once over one database send every letter once.
    fn two_at_once_never_send_one_letter_twice(app: &TestApp) {
        let catcher = Catcher::start();
        mailed(app, &["weixiu1", "weixiu2", "weixiu-head"]);
        for _ in 0..10 {
            drain(app);
        }
        let work = || {
            let (engine, outside) = (app.engine.clone(), catcher.outside());
            move || {
                for _ in 0..5 {
                    run_once(&engine, &outside).unwrap();
                }
            }
        };
        let threads: Vec<_> = (0..3).map(|_| std::thread::spawn(work())).collect();
        for thread in threads {
            thread.join().unwrap();
        }
        run(app, &catcher.outside());
        assert_eq!((catcher.taken().len(), catcher.ids().len(), in_state(app, "sent")), (30, 30, 30));
    }
}
