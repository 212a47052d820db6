//! The ticket's page: verbs in the browser, what is wrong under its field, and two people at one ticket.

use chrono::TimeDelta;
use jiban::domain::words::{Kind, PlaceKind, Queue, Urgency};
use jiban::engine::Failure;
use jiban::engine::intake::{self, Draft};
use jiban::engine::setup::{self, NewPlace};

use crate::support::{TestApp, on_both};

/// A ticket logged by the hotline; the address of its page.
pub fn ticket(app: &TestApp, draft: Draft) -> String {
    let opened = intake::open(&app.engine, &app.staff("agent1"), &draft, None).unwrap();
    format!("/tickets/{}", opened.receipt.id)
}

/// A drain in garden Hengtai, in the maintenance queue.
pub fn drain(app: &TestApp) -> String {
    let draft = Draft {
        words: "卫生间下水道堵了".into(),
        place: Some("恒泰园3号楼2单元501".into()),
        phone: Some("13800000001".into()),
        queue: Some(Queue::Maintenance),
        kind: Some(Kind::Repair),
        urgency: Some(Urgency::Normal),
        ..Draft::default()
    };
    ticket(app, draft)
}

on_both! {
    /// From the list to done, with the fingers of one person.
    fn a_worker_takes_starts_and_finishes(app: &TestApp) {
        let path = drain(app);
        let worker = app.person("weixiu1");
        worker.get("/queues/maintenance").is(200).says("卫生间下水道堵了").says(&format!("{path}/taking"));
        let back = "/queues/maintenance?tab=mine";
        let taken = worker.submit(&path, &format!("{path}/taking"), &[("back", back)]);
        assert_eq!((taken.status, taken.location.as_str()), (303, back));
        worker.get(back).is(200).says("已领取").says("卫生间下水道堵了").says(&format!("{path}/start"));
        worker.get(&path).is(200).says("13800000001").says("到场").says("丁师傅");
        worker.submit(&path, &format!("{path}/start"), &[]).is(303);
        worker.get(&path).says("进行中").says("填写办结");
        let form = format!("{path}?do=completion");
        let wrong = worker.submit(&form, &format!("{path}/completion"), &[("outcome", ""), ("note", "换了软管<b>")]);
        wrong.is(422).says("请选办结方式").says("换了软管&#60;b&#62;");
        let done = [("outcome", "resolved"), ("note", "疏通好了"), ("back", "/queues/maintenance")];
        worker.submit(&form, &format!("{path}/completion"), &done).is(303);
        worker.get(&path).is(200).says("已完成").says("办结：已解决").says("疏通好了");
        worker.get("/queues/maintenance").hides("卫生间下水道堵了");
        worker.get("/queues/maintenance?tab=done").says("卫生间下水道堵了");
    }

    /// Both saw it free. The second is told who was first, keeps the words typed, and nothing of his happened.
    fn two_people_at_once_meet_kindly(app: &TestApp) {
        let path = drain(app);
        let (first, second) = (app.person("weixiu1"), app.person("weixiu2"));
        let seen = second.get(&path);
        first.submit(&path, &format!("{path}/taking"), &[]).is(303);
        let late = second.submit_from(&seen, &format!("{path}/taking"), &[]);
        late.is(409).says("丁师傅刚刚改过").says("已经有人接了").hides("再提交");
        second.get(&path).says("丁师傅").hides("<b>戊师傅</b> 领取");
        let agent = app.person("agent1");
        let form = agent.get(&format!("{path}?do=transfer"));
        first.submit(&path, &format!("{path}/start"), &[]).is(303);
        let words = [("queue", "order"), ("reason", "其实是门岗的事")];
        let stale = agent.submit_from(&form, &format!("{path}/transfer"), &words);
        stale.is(409).says("丁师傅刚刚改过").says("开始办理").says("再提交").says("其实是门岗的事");
        let again = agent.submit_from(&stale, &format!("{path}/transfer"), &words);
        again.is(303);
        agent.get(&path).says("从维修部转给秩序部").says("其实是门岗的事");
    }

    /// A form that does not tell which version it was drawn from could overwrite anything: refused, unless it only adds.
    fn no_version_no_change(app: &TestApp) {
        let path = drain(app);
        let worker = app.person("weixiu1");
        let csrf = worker.get(&path).field("_csrf").unwrap();
        for version in [None, Some(""), Some("one"), Some("1e3")] {
            let mut fields = vec![("_csrf", csrf.as_str())];
            fields.extend(version.map(|version| ("version", version)));
            worker.post(&format!("{path}/start"), &fields).is(400).says("这个请求看不懂");
        }
        worker.get(&path).says("已分配");
        worker.post(&format!("{path}/notes"), &[("_csrf", &csrf), ("words", "带上疏通机")]).is(303);
        worker.get(&path).says("带上疏通机");
    }

    /// Waits for parts, and goes on.
    fn a_hold_is_put_and_lifted(app: &TestApp) {
        let path = drain(app);
        let worker = app.person("weixiu1");
        worker.submit(&path, &format!("{path}/start"), &[]).is(303);
        let form = format!("{path}?do=hold");
        let past = [("cause", "等配件"), ("reason", ""), ("review_at", "2026-03-16T09:00")];
        worker.submit(&form, &format!("{path}/hold"), &past).is(422).says("复查时间已经过了");
        let strange = [("reason", "软轴断了"), ("review_at", "明天")];
        worker.submit(&form, &format!("{path}/hold"), &strange).is(422).says("软轴断了").says("时间看不懂");
        let right = [("cause", "等配件"), ("reason", "软轴明天到"), ("review_at", "2026-03-17T09:00")];
        worker.submit(&form, &format!("{path}/hold"), &right).is(303);
        worker.get(&path).says("等配件：软轴明天到").says("明天 09:00").says("继续办理");
        worker.submit(&path, &format!("{path}/resumption"), &[]).is(303);
        worker.get(&path).hides("aria-disabled").says("填写办结");
    }

    /// "Not ours": back to the agents, who send it elsewhere.
    fn handed_back_goes_to_triage_and_on(app: &TestApp) {
        let path = drain(app);
        let (worker, agent) = (app.person("weixiu1"), app.person("agent1"));
        let form = format!("{path}?do=hand-back");
        worker.submit(&form, &format!("{path}/hand-back"), &[("reason", "")]).is(422).says("请写原因");
        worker.submit(&form, &format!("{path}/hand-back"), &[("reason", "这是保洁的事")]).is(303);
        agent.get(&path).is(200).says("未分配").says("退单").says("这是保洁的事");
        let route = [("queue", "environment"), ("worker", ""), ("category", ""), ("urgency", "normal")];
        agent.submit(&format!("{path}?do=routing"), &format!("{path}/routing"), &route).is(303);
        agent.get(&path).says("已分配").says("派给环美部，确认不归维修部");
        app.person("huanmei1").get("/queues/environment").says("卫生间下水道堵了");
    }

    /// Finished, then not so; nudged; noted for one side; told to the resident.
    fn reopened_nudged_and_noted(app: &TestApp) {
        let path = drain(app);
        let agent = app.person("agent1");
        let told = [("words", "师傅下午到"), ("audience", "both"), ("to_resident", "1")];
        agent.submit(&format!("{path}?do=notes"), &format!("{path}/notes"), &told).is(303);
        agent.get(&path).says("告诉住户").says("按时联系");
        let done = [("outcome", "explained"), ("note", "已说明")];
        agent.submit(&format!("{path}?do=completion"), &format!("{path}/completion"), &done).is(303);
        agent.submit(&format!("{path}?do=reopening"), &format!("{path}/reopening"), &[("reason", "又堵了")]).is(303);
        agent.get(&path).says("重新打开").says("又堵了").says("已分配");
        agent.submit(&format!("{path}?do=nudges"), &format!("{path}/nudges"), &[("words", "还要多久")]).is(303);
        agent.get(&path).says("第 1 次催办").says("还要多久");
        app.advance(TimeDelta::minutes(5));
        agent.submit(&format!("{path}?do=nudges"), &format!("{path}/nudges"), &[("words", "")]).is(303);
        agent.get(&path).says("又催了一次");
        let ours = [("words", "业主不好说话"), ("audience", "property")];
        agent.submit(&format!("{path}?do=notes"), &format!("{path}/notes"), &ours).is(303);
        agent.get(&path).says("业主不好说话").says("仅物业可见");
    }

    /// A duplicate goes into the other, and its own page says where.
    fn merged_by_number(app: &TestApp) {
        let (one, other) = (drain(app), drain(app));
        let agent = app.person("agent1");
        let number = agent.get(&other).body.split("class=\"id\">").nth(1).unwrap()[..13].to_owned();
        let form = format!("{one}?do=merge");
        agent.submit(&form, &format!("{one}/merge"), &[("number", "20260316")]).is(422).says("单号像");
        agent.submit(&form, &format!("{one}/merge"), &[("number", "20260316-9999")]).is(422).says("没有找到要并入的工单");
        agent.submit(&form, &format!("{one}/merge"), &[("number", &number)]).is(303);
        agent.get(&one).says(&format!("并入工单 {number}")).says("已完成");
        agent.get(&other).says("并进工单");
        let found = agent.get(&format!("/tickets?number={number}"));
        assert_eq!((found.status, found.location), (303, other));
        agent.get("/tickets?number=20260316-9999").is(404);
    }

    /// A number is shown when asked for, once, and the history says who looked.
    fn a_whole_number_is_shown_once_and_written_down(app: &TestApp) {
        let path = drain(app);
        let agent = app.person("agent1");
        let page = agent.get(&path);
        page.says("138****0001").hides("13800000001");
        let reporter = page.field("reporter").unwrap();
        agent.submit_from(&page, &format!("{path}/phone-view"), &[("reporter", &reporter)]).is(200).says("13800000001");
        agent.get(&path).hides("13800000001").says("查看了完整号码").says("甲客服");
    }

    /// The urgency, the place and the colleague can be set right.
    fn set_right(app: &TestApp) {
        let path = drain(app);
        let head = app.person("weixiu-head");
        let colleague = app.staff("weixiu2").user().unwrap().to_string();
        let form = format!("{path}?do=assignment");
        head.submit(&form, &format!("{path}/assignment"), &[("worker", "")]).is(422).says("请选一个人");
        head.submit(&form, &format!("{path}/assignment"), &[("worker", &colleague)]).is(303);
        head.get(&path).says("派给戊师傅");
        let agent = app.person("agent1");
        agent.submit(&format!("{path}?do=urgency"), &format!("{path}/urgency"), &[("urgency", "urgent")]).is(303);
        agent.get(&path).says("紧急程度由一般改为当日");
        agent.submit(&format!("{path}?do=place"), &format!("{path}/place"), &[("place", "恒泰园5号楼1单元703")]).is(303);
        agent.get(&path).says("更正了位置").says("5 号楼 1 单元 703");
        agent.submit(&path, &format!("{path}/nothing"), &[]).is(404);
    }

    /// No form, no token, no way: nothing here is done by a link or by another site.
    fn verbs_need_the_token_and_a_way_back_stays_ours(app: &TestApp) {
        let path = drain(app);
        let worker = app.person("weixiu1");
        worker.post(&format!("{path}/taking"), &[("version", "1")]).is(403);
        let opened = worker.get(&format!("{path}/taking"));
        assert_eq!((opened.status, opened.location), (303, format!("{path}?do=taking")));
        worker.get(&path).says(&format!("action=\"{path}/taking\""));
        let away = worker.submit(&path, &format!("{path}/taking"), &[("back", "//evil.example/")]);
        assert_eq!((away.status, away.location.as_str()), (303, "/"));
        app.visitor().get(&path).is(303);
    }

    /// English is whole: no Chinese but people's own words and names.
    fn english_is_english(app: &TestApp) {
        let path = drain(app);
        let worker = app.person("weixiu1");
        worker.submit(&path, "/language", &[("language", "en"), ("back", &path)]).is(303);
        worker.get("/queues/maintenance").is(200).says("Maintenance tickets").says("Take it").says("In progress");
        worker.get(&path).says("History").says("Both platforms").says("logged the request, channel: Hotline");
        worker.get(&format!("{path}?do=hand-back")).says("Why it is not ours");
    }

    /// What nobody types is refused in words, not by the database.
    fn control_characters_are_refused(app: &TestApp) {
        let path = drain(app);
        let agent = app.person("agent1");
        let form = format!("{path}?do=transfer");
        let words = [("queue", "order"), ("reason", "归\0秩序部")];
        agent.submit(&form, &format!("{path}/transfer"), &words).is(422).says("控制字符");
        agent.submit(&path, &format!("{path}/notes"), &[("words", "已电话\u{7}告知")]).is(422).says("控制字符");
        let visitor = app.visitor();
        let wrong = visitor.sign_in("age\0nt1", "whatever-it-is");
        assert!(wrong.status < 500, "{}", wrong.status);
        assert_eq!(wrong.status, visitor.sign_in("nobody", "whatever-it-is").status);
    }

    /// Rows no community can have are an error that names them, not a silent nought.
    fn impossible_settings_are_named(app: &TestApp) {
        for (table, column) in [("community", "reopen_days"), ("urgency_class", "warn_before_minutes")] {
            app.execute(&format!("UPDATE {table} SET {column} = -1"));
            app.advance(TimeDelta::minutes(1));
            let said = app.engine.settings(app.community).unwrap_err().to_string();
            assert!(said.contains(table) && said.contains(column), "{said}");
            app.execute(&format!("UPDATE {table} SET {column} = 7"));
        }
    }

    /// A register written as on the doors is found by what people say.
    fn places_written_as_on_the_doors(app: &TestApp) {
        let add = |parent, kind, code: &str| {
            setup::add_place(&app.engine, app.community, &NewPlace::new(parent, kind, code))
        };
        let garden = setup::place_at(&app.engine, app.community, "恒泰园").unwrap();
        let building = add(Some(garden), PlaceKind::Building, "08").unwrap();
        let unit = add(Some(building), PlaceKind::Unit, "a").unwrap();
        let flat = add(Some(unit), PlaceKind::Flat, "０501").unwrap();
        assert!(matches!(add(Some(garden), PlaceKind::Building, "8"), Err(Failure::Invalid(_))), "08 is there as 8");
        assert_eq!(setup::place_at(&app.engine, app.community, "恒泰园/08/A/0501").unwrap(), flat);
        let draft = Draft { words: "恒泰园8号楼A单元501漏水".into(), ..Draft::default() };
        let path = ticket(app, draft);
        app.person("agent1").get(&path).says("恒泰园 8 号楼 A 单元 501");
    }
}
