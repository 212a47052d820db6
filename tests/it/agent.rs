//! The hotline desk: who calls, logging, settling, triage, messages that opened no ticket.

use chrono::TimeDelta;
use jiban::engine::intake::{self, Draft};
use jiban::engine::look;
use jiban::engine::setup::{self, NewResident};

use crate::support::{Page, Person, on_both};

/// A request of maintenance's.
pub const DRAIN: &str = "厨房下水道堵了，水下不去";

/// Sends the form the page shows, with what is hidden in it.
fn log_from(agent: &Person, page: &Page, fields: &[(&str, &str)]) -> Page {
    let (once, resident) = (page.field("once").unwrap(), page.field("resident").unwrap());
    let mut all = vec![("once", once.as_str()), ("resident", resident.as_str()), ("then", "send")];
    all.retain(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    all.extend_from_slice(fields);
    agent.submit_from(page, "/agent/requests", &all)
}

/// Looks the caller up, if any, and sends the form the page shows.
pub fn log(agent: &Person, query: &str, fields: &[(&str, &str)]) -> Page {
    let page = if query.is_empty() { agent.get("/agent") } else { agent.look_up(query) };
    page.is(200);
    log_from(agent, &page, fields)
}

/// Where the first ticket of the page leads.
fn ticket(page: &Page) -> String {
    let at = page.body.find("/tickets/").expect("no ticket on the page");
    page.body[at..at + "/tickets/".len() + 36].to_owned()
}

on_both! {
    /// By number: the name, the masked number, the home; and after saving, a number and a line to read out.
    fn a_caller_known_by_number(app: &TestApp) {
        let agent = app.person("agent1");
        let page = agent.look_up("138 0000 0001");
        page.is(200).says("张三").says("138****0001").says("恒泰园 3 号楼 2 单元 501").says("独居，听力弱").says("这一户还没有反映过");
        let form = page.body.split("action=\"/agent/requests\"").nth(1).unwrap();
        assert!(!form.contains("13800000001\" placeholder"), "the field for the number stays empty");
        let saved = log_from(&agent, &page, &[("words", DRAIN), ("name", "张三"), ("place", "恒泰园 3 号楼 2 单元 501")]);
        saved.is(303);
        let shown = agent.get(&saved.location);
        shown.is(200).says("已转给维修部").says("20260316-0001").says("念给住户听").says("由维修师傅来办").says(DRAIN);
        shown.says("来了 1，未分配 0");
        let again = agent.look_up("13800000001");
        again.says("以前反映过 <span class=\"count\">1</span>").says("未完成 1");
        agent.get(&ticket(&again)).is(200).says(DRAIN);
    }

    /// A number shared by two: choose. A flat finds who lives there, and a stranger's number goes into the form.
    fn choosing_and_not_knowing(app: &TestApp) {
        let agent = app.person("agent1");
        let several = agent.look_up("13800000002");
        several.is(200).says("查到 2 人").says("李四").says("李女士");
        let link = several.body.split("class=\"person\" href=\"").nth(1).expect("no choice").split('"').next().unwrap();
        let link = link.replace("&amp;", "&").replace("&#38;", "&");
        agent.get(&link).is(200).says("aria-current=\"true\"").says("<h1 id=\"caller\">李");
        agent.look_up("恒泰园3-2-703").is(200).says("<h1 id=\"caller\">王五");
        let stranger = agent.look_up("13911112222");
        stranger.is(200).says("没有登记的号码").says("139****2222");
        assert_eq!(stranger.field("phone").as_deref(), Some("13911112222"));
        let saved = log_from(&agent, &stranger, &[("words", DRAIN), ("phone", "13911112222"), ("place", "恒泰园3号楼2单元")]);
        agent.get(&saved.location).says("已转给维修部");
        agent.look_up("13911112222").says(DRAIN);
    }

    /// What is wrong stands under the field, what was typed stays, and no ticket is made.
    fn what_is_wrong(app: &TestApp) {
        let agent = app.person("agent1");
        let wrong = log(&agent, "", &[("words", DRAIN), ("phone", "1391111"), ("name", "<b>钱七</b>")]);
        wrong.is(422).says("少了 4 位。手机号是 11 位数字").says("id=\"phone-error\"").says(DRAIN).says("&#60;b&#62;钱七").hides("<b>钱七");
        wrong.says("value=\"1391111\"");
        let both = log(&agent, "", &[("words", " "), ("then", "settle")]);
        both.is(422).says("有 2 处要改").says("请写一句是什么事").says("请选办结方式");
        log(&agent, "", &[("words", DRAIN), ("queue", "committee")]).is(422).says("请选派往哪里");
        assert_eq!(app.count("ticket"), 0);
    }

    /// The same form sent twice makes one ticket; with other words it asks first.
    fn a_double_click(app: &TestApp) {
        let agent = app.person("agent1");
        let page = agent.look_up("13800000001");
        let first = log_from(&agent, &page, &[("words", DRAIN)]);
        let second = log_from(&agent, &page, &[("words", DRAIN)]);
        assert_eq!((first.status, &first.location), (second.status, &second.location));
        assert_eq!(app.count("ticket"), 1);
        let other = log_from(&agent, &page, &[("words", "楼道灯不亮")]);
        other.is(422).says("这一页刚才已经记过一件").says("楼道灯不亮");
        log_from(&agent, &other, &[("words", "楼道灯不亮")]).is(303);
        assert_eq!(app.count("ticket"), 2);
    }

    /// F8: answered on the telephone, done at once; and the class is an emergency only when the agent says so.
    fn settled_and_emergencies(app: &TestApp) {
        let agent = app.person("agent1");
        let done = log(&agent, "13800000001", &[("words", "问一下水卡在哪里充值"), ("then", "settle"), ("outcome", "explained"), ("note", "物业前台可以充")]);
        agent.get(&done.location).says("已在电话里办结").says("已完成 1");
        let words = "厨房水管爆了，水往客厅流";
        let page = agent.look_up("13800000001");
        let csrf = page.field("_csrf").unwrap();
        let heard = agent.post("/agent/suggest", &[("_csrf", &csrf), ("words", words)]);
        heard.is(200).says("可能是紧急情况").says("改为紧急并呼叫在班人员").says("维修部").hides("<html");
        agent.get(&log_from(&agent, &page, &[("words", words)]).location).hides("马上过来");
        let paged = log(&agent, "13800000001", &[("words", words), ("then", "emergency")]);
        agent.get(&paged.location).says("已经呼叫维修师傅，人马上过来").says("ug-emergency");
    }

    /// Written down only: stands on the triage list with guesses, and one button sends it.
    fn kept_and_routed(app: &TestApp) {
        let agent = app.person("agent1");
        let kept = log(&agent, "13800000001", &[("words", DRAIN), ("then", "park")]);
        agent.get(&kept.location).says("已记下，还没有派");
        let triage = agent.get("/agent?tab=triage");
        triage.is(200).says(DRAIN).says("恒泰园 3-2-501").says("data-pick=\"1\"");
        let row = triage.body.split("<ul class=\"hist waiting\"").nth(1).unwrap().to_owned();
        let row = Page { body: row, ..triage.clone() };
        let (queue, category) = (row.field("queue").unwrap(), row.field("category").unwrap());
        let action = format!("{}/routing", ticket(&row));
        let sent = agent.submit_from(&row, &action, &[("queue", &queue), ("category", &category), ("back", "/agent?tab=triage")]);
        sent.is(303);
        agent.get("/agent?tab=triage").says("没有待派的诉求");
        agent.get("/agent").says("已分配").says("未分配 0");
    }

    /// By day the committee minds its messages; in the evening they stand here and one click makes a ticket.
    fn messages_without_a_ticket(app: &TestApp) {
        let (agent, fake) = (app.person("agent1"), app.wechat());
        app.say(&fake, "o-qian", 7, "谢谢你们");
        agent.get("/agent?tab=unfiled").is(200).hides("谢谢你们");
        app.advance(TimeDelta::hours(11));
        let agent = app.person("agent1");
        let list = agent.get("/agent?tab=unfiled");
        list.is(200).says("谢谢你们").says("转成工单").says("不用处理");
        let at = list.body.find("action=\"/messages/").unwrap();
        let action = list.body[at..].split('"').nth(1).unwrap().to_owned();
        let made = agent.submit_from(&list, &action, &[("back", "/agent?tab=unfiled")]);
        made.is(303);
        assert_eq!(made.location, "/agent?tab=unfiled");
        assert_eq!(app.count("ticket"), 1);
        agent.get("/agent?tab=unfiled").hides("谢谢你们").says("没有未成单的消息");
        agent.submit_from(&list, &action, &[]).is(404);
    }

    /// A complaint about the property goes to the committee in confidence: this desk neither lists nor opens it, nor is
    /// the page open to those who sit at no desk of the property's.
    fn what_is_not_for_this_desk(app: &TestApp) {
        let agent = app.person("agent1");
        let words = "物业的人态度太差，我要投诉物业";
        let saved = log(&agent, "13800000001", &[("words", words)]);
        agent.get(&saved.location).is(200).says("保密交给居委会").hides(words);
        agent.look_up("13800000001").is(200).hides(words);
        agent.look_up("20260316-0001").is(200).says("没有单号 20260316-0001");
        app.person("weixiu1").get("/agent").is(403);
        app.person("committee1").get("/agent").is(403);
        app.person("manager").get("/agent").is(200);
        app.visitor().get("/agent").is(303);
    }

    /// Numbers and names stand in no address: not after a look-up, not in the links of its page; and what stands there opens
    /// for whoever looked, for half a day.
    fn addresses_tell_nothing(app: &TestApp) {
        let agent = app.person("agent1");
        for query in ["13911112222", "13800000002", "2222", "张", "恒泰园3-2-703"] {
            let found = agent.submit("/agent", "/agent/look-up", &[("q", query), ("tab", "triage")]);
            found.is(303);
            let page = agent.get(&found.location);
            page.is(200).says("class=\"call talking\"");
            let encoded = crate::support::people::encoded(&[("q", query)]);
            for (what, text) in [("address", &found.location), ("page", &page.body)] {
                let told = text.split("href=\"").skip(usize::from(what == "page")).map(|rest| rest.split('"').next().unwrap());
                for link in told {
                    assert!(!link.contains(query) && !link.contains(&encoded) && !link.contains("q="), "{what}: {link}");
                }
            }
            assert!(found.location.ends_with("tab=triage"), "{}", found.location);
        }
        assert!(agent.submit("/agent", "/agent/look-up", &[("q", "13800000001")]).location.starts_with("/agent?who="));
        agent.get("/agent?q=13800000001").is(200).says("等待来电").hides("张三");
        let mine = agent.submit("/agent", "/agent/look-up", &[("q", "13911112222")]).location;
        agent.get(&mine).says("139****2222").says("value=\"13911112222\"");
        app.person("agent2").get(&mine).is(200).says("刚才的查找已经过期").hides("2222");
        agent.get(&mine.replace("by=", "by=A")).is(200).says("刚才的查找已经过期");
        app.advance(TimeDelta::hours(12));
        app.person("agent1").get(&mine).says("刚才的查找已经过期");
        for post in ["/agent/requests", "/agent/look-up"] {
            let page = app.person("agent1").get(post);
            assert_eq!((page.status, page.location.as_str()), (303, "/agent"), "{post}");
        }
    }

    /// The session ended while the agent typed: the words stand on the page, and after the sign-in they are sent from there.
    fn words_outlive_the_session(app: &TestApp) {
        let agent = app.person("agent1");
        let page = agent.look_up("13800000001");
        app.advance(TimeDelta::hours(13));
        let words = "楼上漏水，\"很急\" & <快来>";
        let refused = log_from(&agent, &page, &[("words", words), ("place", "恒泰园 3 号楼 2 单元 501")]);
        refused.is(401).says("您刚才写的").says("楼上漏水，&#34;很急&#34; &#38; &#60;快来&#62;").says("再提交");
        refused.says("href=\"/login?next=/agent%3Fwho%3D").hides("<快来>");
        agent.sign_in("agent1", crate::support::town::PASSWORD).is(303);
        let asked = agent.send_again(&refused);
        asked.is(403).says("这一页开得太久了").says("楼上漏水");
        assert_eq!(app.count("ticket"), 0);
        let saved = agent.send_again(&asked.clone());
        saved.is(303);
        agent.get(&saved.location).is(200).says("20260316-0001");
        let ticket = ticket(&agent.look_up("13800000001"));
        agent.get(&ticket).says("楼上漏水，&#34;很急&#34; &#38; &#60;快来&#62;");
        // A form of a ticket just so.
        let shown = agent.get(&format!("{ticket}?do=notes"));
        app.advance(TimeDelta::hours(13));
        let refused = agent.submit_from(&shown, &format!("{ticket}/notes"), &[("words", "师傅说下午到")]);
        refused.is(401).says("师傅说下午到").says(&format!("/login?next={ticket}"));
        agent.sign_in("agent1", crate::support::town::PASSWORD).is(303);
        agent.send_again(&agent.send_again(&refused)).is(303);
        agent.get(&ticket).says("师傅说下午到");
    }

    /// Who may not write here gets the words back all the same; passwords never stand on a page.
    fn refused_words(app: &TestApp) {
        let worker = app.person("weixiu1");
        let refused = worker.submit("/account", "/agent/requests", &[("words", DRAIN), ("then", "send")]);
        refused.is(403).says("这里您不能看").says(DRAIN);
        let secret = "something-only-i-know";
        let odd = worker.post("/account/password", &[("old", secret), ("new", secret), ("again", secret), ("words", DRAIN)]);
        odd.is(403).hides(secret).hides(DRAIN);
        let page = worker.get("/account/password");
        assert_eq!((page.status, page.location.as_str()), (303, "/account"));
    }

    /// A complaint about the property cannot be settled by the property's own agent: it is kept, and is the committee's.
    fn a_complaint_about_the_property_is_not_settled_on_the_phone(app: &TestApp) {
        let agent = app.person("agent1");
        let saved = log(&agent, "", &[("words", "物业的人态度太差，骂人"), ("then", "settle"), ("outcome", "explained"), ("note", "道了歉")]);
        saved.is(303);
        agent.get(&saved.location).says("保密交给居委会");
        let theirs = app.person("committee1").get("/queues/committee");
        theirs.says("物业的人态度太差");
        assert_eq!(app.count("ticket"), 1);
    }

    /// A home said without its garden or its unit fits several: whoever lives in one of them stands there, and once.
    fn homes_that_fit_several(app: &TestApp) {
        let at = |flat: &str| setup::place_at(&app.engine, app.community, flat).unwrap();
        let homes = vec![(at("恒泰园/3/2/501"), "owner".into()), (at("富泽园/3/1/501"), "owner".into())];
        let new = NewResident { name: "周七".into(), homes, ..NewResident::default() };
        setup::add_resident(&app.engine, app.community, &new).unwrap();
        let found = |query: &str| {
            let page = look::caller(&app.engine, &app.staff("agent1"), query).unwrap();
            let mut names: Vec<_> = page.people.into_iter().map(|person| (person.name, person.homes.len())).collect();
            names.sort();
            names
        };
        let (zhang, zhou, zhao) = (("张三".to_owned(), 1), ("周七".to_owned(), 2), ("赵六".to_owned(), 1));
        assert_eq!(found("3号楼501"), [zhou.clone(), zhang.clone(), zhao]);
        assert_eq!(found("3-2-501"), [zhou.clone(), zhang.clone()]);
        assert_eq!(found("恒泰园3号楼501"), [zhou, zhang]);
        assert!(found("富泽园3-2-501").is_empty());
        let agent = app.person("agent1");
        agent.look_up("富泽园3-2-501").is(200).says("富泽园 3 号楼 2 单元 501");
        // Of two doors the one that somebody lives behind is meant.
        let form = agent.look_up("恒泰园3号楼501");
        assert_eq!(form.field("place").as_deref(), Some("恒泰园 3 号楼 2 单元 501"));
        assert_ne!(agent.look_up("3号楼501").field("place").as_deref(), Some("恒泰园 3 号楼 2 单元 501"));
    }

    /// Twenty people are offered to choose from, and a plus tells of more.
    fn more_people_than_are_offered(app: &TestApp) {
        let flat = setup::place_at(&app.engine, app.community, "富泽园/5/2/703").unwrap();
        for n in 0..21 {
            let homes = vec![(flat, "other".into())];
            let new = NewResident { name: format!("合租{n:02}"), homes, ..NewResident::default() };
            setup::add_resident(&app.engine, app.community, &new).unwrap();
            if n == 19 {
                app.person("agent1").look_up("合租").is(200).says("查到 20 人");
            }
        }
        let agent = app.person("agent1");
        agent.look_up("合租").is(200).says("查到 20+ 人").says("合租00").hides("合租20");
        agent.look_up("富泽园5-2-703").is(200).says("查到 20+ 人").says("富泽园 5 号楼 2 单元 703");
    }

    /// More than a list holds: the figures count all, the list says how many it leaves out, and what was saved is told of all the same.
    fn more_than_a_list_holds(app: &TestApp) {
        let (staff, fake) = (app.staff("agent1"), app.wechat());
        let agent = app.person("agent1");
        let saved = log(&agent, "", &[("words", "恒泰园3号楼的门禁坏了")]).location;
        for n in 0..203 {
            let draft = Draft { words: format!("{DRAIN}（{n}）"), ..Draft::default() };
            intake::open(&app.engine, &staff, &draft, None).unwrap();
            app.say(&fake, &format!("o-{n}"), n + 1, "谢谢你们");
            app.advance(TimeDelta::seconds(1));
        }
        let today = look::desk(&app.engine, &staff, &look::Wish::default()).unwrap().figures.today;
        assert_eq!((today.opened, today.assigned), (204, 204));
        for page in [agent.get("/agent"), agent.look_up("13800000001")] {
            page.is(200).says("来了 204").says("今天还有 180 件更早的").says("（202）").says("（179）").hides("（178）");
            assert!(page.body.find("（202）") < page.body.find("（179）"), "newest first");
        }
        agent.get(&saved).is(200).says("<b>已转给").says("20260316-0001").hides("保密");
        app.advance(TimeDelta::days(1));
        app.person("agent1").get(&saved).is(200).says("<b>已转给").hides("保密");
        let desk = app.person("committee1").get("/committee?tab=unfiled");
        desk.is(200).says("还有 3 条更早的").says("<span class=\"count\">203</span>");
    }
}
