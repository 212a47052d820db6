//! What an agent sees beside a caller's name.

use chrono::TimeDelta;
use jiban::engine::look;
use jiban::engine::setup::{self, NewResident};

use crate::agent::{DRAIN, log};
use crate::support::on_both;

on_both! {
    /// Whoever is on the line, the day's list is the desk's: theirs and everybody's, newest first.
    fn the_day_beside_a_caller(app: &TestApp) {
        let agent = app.person("agent1");
        for (phone, words) in [("13800000001", "厨房水管漏水"), ("13911112222", "楼道灯不亮")] {
            log(&agent, "", &[("words", words), ("phone", phone), ("place", "恒泰园 3 号楼 2 单元 501")]).is(303);
            app.advance(TimeDelta::minutes(1));
        }
        for query in ["13800000001", "恒泰园3-2-501"] {
            let page = agent.look_up(query);
            let (caller, day) = page.body.split_once("id=\"figures\"").unwrap();
            let at = |part: &str, words: &str| part.find(words);
            assert!(at(caller, "id=\"past\"").is_some() && at(caller, "厨房水管漏水").is_some(), "{query}: {caller}");
            let (new, old) = (at(day, "楼道灯不亮").unwrap(), at(day, "厨房水管漏水").unwrap());
            assert!(new < old, "{query}: {day}");
            page.says("来了 2，");
        }
    }

    /// A flat's history is its present household's: what the former one said is not shown to whoever asks for the flat.
    fn a_new_household_inherits_no_history(app: &TestApp) {
        let agent = app.person("agent1");
        let words = "我家恒泰园3号楼2单元603厨房水管漏水";
        log(&agent, "", &[("words", words)]).is(303);
        let flat = "恒泰园3-2-603";
        agent.look_up(flat).is(200).says("查到 2 人").says("厨房水管漏水");
        app.execute("UPDATE occupancy SET from_day = '2026-03-20'");
        app.advance(TimeDelta::days(7));
        let agent = app.person("agent1");
        let found = agent.look_up(flat);
        found.is(200).says("查到 2 人");
        let caller = found.body.split("id=\"figures\"").next().unwrap();
        assert!(!caller.contains("厨房水管漏水"), "the former household's request is shown: {caller}");
        // Empty since: still nothing from before the last one left.
        app.execute("UPDATE occupancy SET from_day = '2026-03-01', to_day = '2026-03-20'");
        let found = agent.look_up(flat);
        assert!(!found.body.split("id=\"figures\"").next().unwrap().contains("厨房水管漏水"));
    }

    /// Twelve of a household's requests are shown, and a button that searches for their door; what is still open is not pushed off by what was done since.
    fn a_long_history_shows_what_is_open(app: &TestApp) {
        let agent = app.person("agent1");
        let flat = "恒泰园3-2-603";
        let neighbour = [("words", "恒泰园3号楼2单元603半夜打麻将"), ("kind", "complaint"), ("phone", "13912345678")];
        log(&agent, "", &neighbour).is(303);
        for n in 0..22 {
            let words = format!("我家恒泰园3号楼2单元603厨房水管漏水（{n}）");
            let settled = [("words", words.as_str()), ("then", "settle"), ("outcome", "explained"), ("note", "说明了")];
            log(&agent, "", if n == 0 { &settled[..1] } else { &settled }).is(303);
            app.advance(TimeDelta::minutes(1));
        }
        let found = agent.look_up(flat);
        let told = found.body.split("id=\"past\"").nth(1).unwrap().split("id=\"figures\"").next().unwrap();
        assert_eq!(told.matches("厨房水管漏水").count(), 12, "{told}");
        assert!(told.contains("<span class=\"count\">12+</span>") && told.contains("（0）"), "{told}");
        assert!(!told.contains("（1）") && !told.contains("（2）"), "{told}");
        // Nor what others say of the flat by what it asked for itself.
        assert!(told.contains("半夜打麻将"), "{told}");
        app.index();
        assert!(told.contains("action=\"/tickets/look-up\"") && told.contains("不要念给来电人"), "{told}");
        let door = told.split("name=\"q\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a door");
        let all = agent.submit("/agent", "/tickets/look-up", &[("tickets_only", "true"), ("q", door)]);
        agent.get(&all.location).is(200).says("（1）").says("（2）").says("（21）");
    }

    /// What a known caller said from their own number is found by both, and told once; today's list has it too.
    fn what_name_and_number_lead_to_is_told_once(app: &TestApp) {
        let agent = app.person("agent1");
        // Done, for what is open in their building is found by that as well.
        let settled = [("phone", "13800000001"), ("then", "settle"), ("outcome", "explained"), ("note", "说明了")];
        for n in 0..14 {
            let words = format!("{DRAIN}（{n}）");
            log(&agent, "13800000001", &[&[("words", words.as_str())], &settled[..]].concat()).is(303);
            app.advance(TimeDelta::minutes(1));
        }
        let found = agent.look_up("13800000001");
        let (told, today) = found.body.split_once("id=\"figures\"").unwrap();
        let told = told.split("id=\"past\"").nth(1).unwrap();
        assert_eq!(told.matches(DRAIN).count(), 12, "{told}");
        assert!(told.contains("<span class=\"count\">12+</span>") && !told.contains("（1）"), "{told}");
        assert!((0..14).all(|n| today.contains(&format!("（{n}）"))), "{today}");
    }

    /// Names are found by their beginning, in either case, and `%` is a percent sign; a NUL finds nobody.
    fn names_in_either_case(app: &TestApp) {
        for name in ["Smith", "smithson", "Ärmel"] {
            let new = NewResident { name: name.into(), ..NewResident::default() };
            setup::add_resident(&app.engine, app.community, &new).unwrap();
        }
        let found = |query: &str| {
            let page = look::caller(&app.engine, &app.staff("agent1"), query).unwrap();
            page.people.into_iter().map(|person| person.name).collect::<Vec<_>>()
        };
        assert_eq!(found("sMi").len(), 2);
        assert_eq!(found("Ärm"), ["Ärmel"]);
        assert!(found("ärm").is_empty() && found("%mith").is_empty() && found("mith").is_empty());
        let agent = app.person("agent1");
        agent.look_up("\0").is(200);
        agent.look_up("张\0").is(200).hides("138****0001");
    }
}
