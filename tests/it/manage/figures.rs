//! Figures against tickets made by hand, and each of them against the list it leads to.

use chrono::TimeDelta;
use jiban::domain::words::{Outcome, Platform, Queue, Role, Urgency};
use jiban::engine::intake::Draft;
use jiban::engine::tickets::Ask;
use serde_json::json;

use super::{act, finish, listed, open, open_as, reopen, unescaped};
use crate::support::{Page, Person, on_both};

/// Every figure of the page that leads to a list: what it says, and where.
fn linked(page: &Page) -> Vec<(i64, String)> {
    let mut out = Vec::new();
    for tag in page.body.split("<a ").skip(1).filter(|tag| tag.contains("href=\"/tickets?")) {
        let href = unescaped(tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap());
        let inside = tag.split_once('>').unwrap().1.split("</a>").next().unwrap();
        let figure = match inside.split_once("<b class=\"v\">") {
            Some((_, value)) => value.split('<').next().unwrap(),
            None => inside,
        };
        // A rate's counts are one link each way: 2 / 6 件 leads to the 2.
        let figure = figure.split(' ').next().unwrap().replace(',', "");
        if let Ok(count) = figure.parse() {
            out.push((count, href));
        }
    }
    out
}

/// Follows every figure and counts.
#[track_caller]
fn every_figure_has_its_list(person: &Person) {
    let page = person.get("/manage");
    page.is(200);
    let figures = linked(&page);
    assert!(figures.len() >= 8, "{figures:?}");
    for (count, href) in figures {
        // The share of the city's line stands as its part with the whole's link beside it.
        let rows = listed(person, &href).len() as i64;
        let whole = href.starts_with("/tickets?from=") && !href.contains("only=") && count != rows;
        if whole {
            assert!(page.body.contains(&format!("{count} / {rows} 件")), "{href}: {rows} rows, not {count}");
        } else {
            assert_eq!(rows, count, "{href}");
        }
    }
}

/// What a tile says.
fn tile(page: &Page, label: &str) -> i64 {
    let tile = page.body.split("<a class=\"stat").find(|tile| tile.contains(label));
    let tile = tile.unwrap_or_else(|| panic!("no tile {label}: {}", page.body));
    tile.split("<b class=\"v\">").nth(1).unwrap().split('<').next().unwrap().replace(',', "").parse().unwrap()
}

on_both! {
    /// First done on the local day it was opened, mended or explained, and not opened again.
    fn the_same_day_share(app: &TestApp) {
        let slow = open(app, "昨天开的，今天才办完");
        let quick = open(app, "昨天开的，昨天办完");
        finish(app, quick, Outcome::Resolved);
        let late_night = open(app, "昨天开的，过了半夜才办完");
        app.advance(TimeDelta::hours(15));
        finish(app, late_night, Outcome::Resolved);
        app.advance(TimeDelta::hours(9));
        finish(app, slow, Outcome::Resolved);
        for (words, outcome) in [("办好的", Outcome::Resolved), ("说清的", Outcome::Explained)] {
            finish(app, open(app, words), outcome);
        }
        for (words, outcome) in [("挂账的", Outcome::Deferred), ("转告的", Outcome::Referred)] {
            finish(app, open(app, words), outcome);
        }
        let again = open(app, "办好又重开的");
        finish(app, again, Outcome::Resolved);
        reopen(app, again);
        let twice = open(app, "重开后又办好的");
        finish(app, twice, Outcome::Resolved);
        reopen(app, twice);
        finish(app, twice, Outcome::Resolved);
        open(app, "还没办的");
        let manager = app.person("manager");
        let page = manager.get("/manage");
        // Tuesday: 2 of 7; Monday: 1 of 3.
        page.is(200).says(">2 / 7 件</a>").says("28.5<small> %</small>").says(">3 / 10 件</a>").says("30.0%");
        assert_eq!((tile(&page, "今天受理"), tile(&page, "未办结"), tile(&page, "挂账")), (7, 2, 1));
        every_figure_has_its_list(&manager);
        let mut solved = listed(&manager, "/tickets?from=2026-03-17&to=2026-03-17&only=same_day");
        solved.sort();
        assert_eq!(solved, ["办好的", "说清的"]);
        assert_eq!(listed(&manager, "/tickets?from=2026-03-16&to=2026-03-16&only=same_day"), ["昨天开的，昨天办完"]);
        // A later reopening takes it away, whenever it comes.
        app.advance(TimeDelta::hours(20));
        reopen(app, quick);
        let page = app.person("manager").get("/manage");
        page.says(">2 / 10 件</a>").says("没有受理");
        let english = app.person("manager");
        english.submit("/account", "/language", &[("language", "en"), ("back", "/manage")]).is(303);
        english.get("/manage").is(200).says("Same-day share").says("2 of 10").says("Bypassed us to 12345");
    }

    /// Open work by queue and state, late, urgent, on hold, under an offer, and what comes up again.
    fn what_stands_open(app: &TestApp) {
        let started = open(app, "在修的");
        act(app, "weixiu1", started, &Ask::Start);
        open(app, "等人接的");
        open_as(app, "门岗没人", Draft { queue: Some(Queue::Order), ..Draft::default() });
        open_as(app, "不知道归谁", Draft { keep_unassigned: true, ..Draft::default() });
        let burst = Draft { urgency: Some(Urgency::Emergency), ..Draft::default() };
        open_as(app, "水管爆了", burst);
        let held = open(app, "等配件的");
        act(app, "weixiu1", held, &Ask::Take);
        act(app, "weixiu1", held, &Ask::Hold { reason: "等配件".into(), review_at: app.now() + TimeDelta::hours(5) });
        let offered = open_as(app, "楼上楼下谈不拢", Draft { queue: Some(Queue::Steward), ..Draft::default() });
        let offer = Ask::Offer {
            reason: "谈不拢".into(),
            tried: "上门两次".into(),
            asked: "请一起上门".into(),
            answer_by: app.now() + TimeDelta::hours(30),
        };
        act(app, "agent1", offered, &offer);
        let put_off = open(app, "要等春天再种的");
        finish(app, put_off, Outcome::Deferred);
        let (manager, director) = (app.person("manager"), app.person("director"));
        let page = manager.get("/manage");
        assert_eq!((tile(&page, "今天受理"), tile(&page, "未办结"), tile(&page, "未分配")), (8, 7, 1));
        assert_eq!((tile(&page, ">超时"), tile(&page, "紧急在办"), tile(&page, "挂起")), (0, 1, 1));
        page.says("都没到复查时间").says("等社区平台答复").says("最早 明天 16:00 到期").says("没有超时的");
        let theirs = director.get("/manage");
        assert_eq!(tile(&theirs, "等答复的协同请求"), 1);
        theirs.says("最早 明天 16:00 到期").hides("水管爆了");
        every_figure_has_its_list(&manager);
        every_figure_has_its_list(&director);
        assert_eq!(listed(&manager, "/tickets?queue=maintenance&status=in_progress"), ["在修的"]);
        assert_eq!(listed(&director, "/tickets?only=offer_committee"), ["楼上楼下谈不拢"]);

        app.advance(TimeDelta::days(12));
        let manager = app.person("manager");
        let page = manager.get("/manage");
        page.says("该复查 1 件").says("最久 ");
        // What was put on hold in time is not late, however long it waits.
        assert_eq!((tile(&page, ">超时"), tile(&page, "挂起"), tile(&page, "今天受理")), (6, 1, 0));
        every_figure_has_its_list(&manager);
        assert_eq!(listed(&manager, "/tickets?only=held_due"), ["等配件的"]);
        assert_eq!(listed(&manager, "/tickets?only=deferred_due"), ["要等春天再种的"]);
        assert_eq!(listed(&manager, "/tickets?only=late&queue=order"), ["门岗没人"]);
    }

    /// Late is one rule: tile, row of the queue, tab, list and the mark on each row agree, whatever was held, resumed or done.
    fn late_is_one_rule(app: &TestApp) {
        let hold = |id| {
            let review_at = app.now() + TimeDelta::days(20);
            act(app, "weixiu1", id, &Ask::Hold { reason: "等配件".into(), review_at });
        };
        let mine = |words| {
            let id = open(app, words);
            act(app, "weixiu1", id, &Ask::Take);
            id
        };
        let (in_time, resumed) = (mine("没到期就挂起的"), mine("挂起过又恢复的"));
        let (too_late, done, deferred) = (mine("超时了才挂起的"), mine("超时才办完的"), mine("超时才挂账的"));
        open(app, "超时没人接的");
        hold(in_time);
        hold(resumed);
        app.advance(TimeDelta::days(12));
        hold(too_late);
        finish(app, done, Outcome::Resolved);
        finish(app, deferred, Outcome::Deferred);
        act(app, "weixiu1", resumed, &Ask::Resume);
        open(app, "刚开的");
        let manager = app.person("manager");
        let page = manager.get("/manage");
        assert_eq!((tile(&page, ">超时"), tile(&page, "挂起"), tile(&page, "未办结")), (2, 2, 5));
        every_figure_has_its_list(&manager);
        let mut late = listed(&manager, "/tickets?only=late");
        late.sort();
        assert_eq!(late, ["超时了才挂起的", "超时没人接的"]);
        assert_eq!(listed(&manager, "/tickets?only=late&queue=maintenance").len(), 2);
        assert_eq!(listed(&manager, "/tickets?only=late&status=done"), [""; 0]);
        let rows = manager.get("/tickets?status=open");
        assert_eq!(rows.body.matches("<tr role=\"row\" id=\"t-").count(), 5);
        assert_eq!(rows.body.matches("\" class=\"is-late\"").count(), 2);
        let tab = app.person("weixiu1").get("/queues/maintenance?tab=late");
        tab.is(200).says("超时了才挂起的").says("超时没人接的").hides("没到期就挂起的").hides("挂起过又恢复的").hides("刚开的");
        // The same moment a clock runs out it is not late yet, on any of them.
        assert_eq!(listed(&manager, "/tickets?only=deferred"), ["超时才挂账的"]);
        assert_eq!(listed(&manager, "/tickets?only=deferred&status=done"), ["超时才挂账的"]);
        assert_eq!(listed(&manager, "/tickets?only=deferred&status=open"), [""; 0]);
        assert_eq!(listed(&manager, "/tickets?only=deferred_due&status=assigned"), [""; 0]);
        reopen(app, deferred);
        assert_eq!(listed(&manager, "/tickets?only=deferred"), [""; 0]);
    }

    /// What the property must not see is not in its figures either.
    fn no_secret_is_counted(app: &TestApp) {
        let fake = app.wechat();
        app.say(&fake, "o-zhang", 1, "物业的人态度太差");
        app.say(&fake, "o-zhang", 2, "楼道里全是垃圾没人扫");
        let (manager, director) = (app.person("manager"), app.person("director"));
        let page = manager.get("/manage");
        assert_eq!((tile(&page, "今天受理"), tile(&page, "未办结")), (1, 1));
        page.says(">0 / 1 件</a>");
        let page = director.get("/manage");
        assert_eq!((tile(&page, "今天受理"), tile(&page, "未办结")), (2, 2));
        page.says(">0 / 2 件</a>").says("社区平台能看到的工单");
        every_figure_has_its_list(&manager);
        every_figure_has_its_list(&director);
        // Nor is one about the manager himself.
        let about = app.staff("manager").user().unwrap();
        open_as(app, "经理停车占了消防通道", Draft { subjects: vec![about], ..Draft::default() });
        assert_eq!(tile(&manager.get("/manage"), "今天受理"), 1);
        assert_eq!(listed(&app.person("agent1"), "/tickets").len(), 2);
    }

    /// Whoever answers for figures gets them, nobody else.
    fn rights(app: &TestApp) {
        for login in ["agent1", "weixiu-head", "steward1", "waibao", "committee1"] {
            let person = app.person(login);
            person.get("/manage").is(403);
            person.get("/tickets").is(200).hides("href=\"/manage\"").says("href=\"/tickets\"");
        }
        let visitor = app.visitor();
        assert_eq!(visitor.get("/manage").location, "/login?next=/manage");
        assert_eq!(visitor.get("/tickets?status=open").location, "/login?next=/tickets%3Fstatus%3Dopen");
        open(app, "灯坏了");
        let admin = app.person("admin").get("/manage");
        admin.is(200).says("您的角色看不到工单");
        assert_eq!(tile(&admin, "今天受理"), 0);
        app.person("manager").get("/manage").says("href=\"/manage\" aria-current").hides("style=").hides("<script>");
    }

    /// What the city's line handed down in thirty days, of everything.
    fn how_many_bypassed_us(app: &TestApp) {
        let committee = app.program(Platform::Committee, Role::CommitteeStaff, Some(Queue::Committee));
        let city = json!({"words": "路灯不亮没人管", "channel": "city_12345", "queue": "maintenance"});
        committee.post("/api/v1/tickets", &city).is(201);
        app.advance(TimeDelta::days(29));
        committee.post("/api/v1/tickets", &city).is(201);
        committee.post("/api/v1/tickets", &json!({"words": "门坏了", "queue": "maintenance"})).is(201);
        let director = app.person("director");
        director.get("/manage").says("2 / 3 件").says("每 1 件里有 1 件").says("自 3月16日 起 30 天");
        every_figure_has_its_list(&director);
        app.advance(TimeDelta::days(1));
        app.person("director").get("/manage").says("1 / 2 件").says("每 2 件里有 1 件").says("自 3月17日 起");
    }
}
