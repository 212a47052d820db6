//! The list of all tickets: who sees what, narrowed, page by page; and the search for a number.

use chrono::TimeDelta;
use jiban::domain::words::{Channel, Kind, Outcome, Queue, Urgency};
use jiban::engine::intake::Draft;
use jiban::engine::tickets::Ask;

use super::{act, finish, listed, older, open, open_as};
use crate::support::on_both;

on_both! {
    /// Every condition, alone and together, kept in the address and shown in the form.
    fn conditions(app: &TestApp) {
        let pipe = open_as(app, "水管", Draft { kind: Some(Kind::Repair), ..Draft::default() });
        act(app, "weixiu1", pipe, &Ask::Take);
        let gate = Draft { queue: Some(Queue::Order), kind: Some(Kind::Complaint), ..Draft::default() };
        app.advance(TimeDelta::seconds(1));
        open_as(app, "门岗", Draft { channel: Some(Channel::WalkIn), ..gate });
        app.advance(TimeDelta::seconds(1));
        open_as(app, "灭火", Draft { queue: Some(Queue::Order), urgency: Some(Urgency::Emergency), ..Draft::default() });
        app.advance(TimeDelta::days(1));
        finish(app, open(app, "说清"), Outcome::Explained);
        let agent = app.person("agent1");
        for (query, wanted) in [
            ("", &["说清", "灭火", "门岗", "水管"][..]),
            ("status=open", &["灭火", "门岗", "水管"]),
            ("status=done", &["说清"]),
            ("status=unassigned", &[]),
            ("queue=order", &["灭火", "门岗"]),
            ("queue=order&kind=complaint", &["门岗"]),
            ("channel=walk_in", &["门岗"]),
            ("urgency=emergency", &["灭火"]),
            ("holder=property", &["说清", "灭火", "门岗", "水管"]),
            ("holder=committee", &[]),
            ("lead=property&status=assigned&queue=maintenance", &["水管"]),
            ("from=today", &["说清"]),
            ("to=2026-03-16", &["灭火", "门岗", "水管"]),
            ("from=2026-03-16&to=2026-03-17&only=same_day", &["说清"]),
            ("status=&queue=&kind=&only=&from=&to=", &["说清", "灭火", "门岗", "水管"]),
        ] {
            assert_eq!(listed(&agent, &format!("/tickets?{query}")), wanted, "{query}");
        }
        let who = app.staff("weixiu1").user().unwrap();
        assert_eq!(listed(&agent, &format!("/tickets?worker={who}")), ["水管"]);
        assert_eq!(listed(&app.person("weixiu1"), "/tickets?worker=me"), ["水管"]);
        let form = agent.get("/tickets?queue=order&kind=complaint&from=2026-03-16");
        form.says("<option value=\"order\" selected>").says("<option value=\"complaint\" selected>");
        form.says("value=\"2026-03-16\"").says("清除筛选").says("<details class=\"further\" open>").says("丁师傅");
        agent.get("/tickets?status=unassigned").says("没有符合条件的工单");
    }

    /// Page by page without a gap or a double, while new ones come in on top.
    fn older_pages(app: &TestApp) {
        for n in 0..60 {
            if n % 7 == 0 {
                app.advance(TimeDelta::seconds(1));
            }
            open(app, &format!("第 {n} 盏灯"));
        }
        let agent = app.person("agent1");
        let first = agent.get("/tickets?queue=maintenance");
        assert_eq!(first.body.matches("<tr role=\"row\" id=\"t-").count(), 35);
        first.hides("回到最新的").says("第 59 盏灯");
        open(app, "新来的");
        let next = older(&first).unwrap();
        assert!(next.starts_with("/tickets?queue=maintenance&cursor="), "{next}");
        let second = agent.get(&next);
        assert_eq!(second.body.matches("<tr role=\"row\" id=\"t-").count(), 25);
        second.says("回到最新的").says("第 0 盏灯").hides("新来的");
        assert_eq!(older(&second), None);
        let mut all = listed(&agent, "/tickets?queue=maintenance");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 61);
    }

    /// Nobody sees more here than elsewhere.
    fn each_sees_their_own(app: &TestApp) {
        open(app, "水管");
        app.advance(TimeDelta::seconds(1));
        open_as(app, "门岗", Draft { queue: Some(Queue::Order), ..Draft::default() });
        app.say(&app.wechat(), "o-zhang", 1, "物业的人态度太差");
        for (login, wanted) in [
            ("agent1", &["门岗", "水管"][..]),
            ("manager", &["门岗", "水管"]),
            ("weixiu1", &["水管"]),
            ("zhixu1", &["门岗"]),
            ("waibao", &[]),
            ("committee1", &["物业的人态度太差"]),
            ("admin", &[]),
        ] {
            assert_eq!(listed(&app.person(login), "/tickets"), wanted, "{login}");
        }
        app.person("weixiu1").get("/tickets").hides("offer_property");
    }

    /// A number leads to its ticket; what is none, to the desk's look-up of callers.
    fn by_number(app: &TestApp) {
        let first = format!("/tickets/{}", open(app, "昨天的"));
        app.advance(TimeDelta::days(1));
        let today = format!("/tickets/{}", open(app, "今天的"));
        let (agent, worker) = (app.person("agent1"), app.person("weixiu1"));
        for (query, wanted) in [
            ("number=20260316-0001", &first),
            ("number=202603160001", &first),
            ("number=1", &today),
            ("number=%230001", &today),
            ("q=20260316-0001", &first),
            ("q=1", &today),
        ] {
            for person in [&agent, &worker] {
                let there = person.get(&format!("/tickets?{query}"));
                assert_eq!((there.status, &there.location), (303, wanted), "{query}");
            }
        }
        for typed in ["0001", "13800000001", "张三", "9"] {
            let there = agent.submit("/account", "/tickets/look-up", &[("q", typed)]);
            assert!(there.status == 303 && there.location.starts_with("/agent?by="), "{typed}: {}", there.location);
            assert!(agent.get(&there.location).body.contains(&format!("value=\"{typed}\"")), "{typed}");
        }
        assert_eq!(agent.submit("/account", "/tickets/look-up", &[("q", "1")]).location, today);
        assert_eq!(agent.submit("/account", "/tickets/look-up", &[("q", " ")]).location, "/tickets");
        agent.get("/tickets?number=20260316-9999").is(404).says("没有找到单号“20260316-9999”");
        worker.get("/tickets?q=13800000001").is(422).says("不按电话号码查找");
        worker.get("/tickets?q=20260316-9999").is(404).says("没有找到单号");
        app.person("zhixu1").get("/tickets?number=20260316-0001").is(404).says("没有找到单号");
        agent.get("/account").says("action=\"/tickets/look-up\"").says("单号、电话、门牌、内容");
        worker.get("/account").says("placeholder=\"单号、地点、内容\"");
    }

    /// What cannot be understood is said, with what to do.
    fn wrong_addresses(app: &TestApp) {
        let agent = app.person("agent1");
        agent.get("/tickets?from=16.3.2026").is(422).says("日期“16.3.2026”看不懂").says("2026-03-15");
        agent.get("/tickets?from=2026-03-16&to=2026-03-15").is(422).says("开始日期晚于结束日期");
        agent.get("/tickets?only=same_day&from=2026-01-01&to=2026-03-01").is(422).says("31 天");
        agent.get("/tickets?from=%3Cb%3E").is(422).hides("<b>”").says("&#60;b&#62;");
        for bad in ["status=closed", "queue=roof", "only=all", "worker=x", "cursor=nonsense", "kind=1"] {
            agent.get(&format!("/tickets?{bad}")).is(400);
        }
    }
}
