//! What becomes of a sentence.

use std::collections::BTreeSet;

use jiban::domain::words::{Platform, Queue, Status, Urgency};
use jiban::engine::{Failure, conversation, look};

use super::town::{Town, number_in};
use crate::support::on_both;
use crate::support::wechat::{Reply, Sent};

on_both! {
fn the_drain_pushed_twice_is_one_ticket_with_one_answer(app: &TestApp) {
    let town = Town::of(app);
    let message = town.wechat.text(town.sent("li"), "我家恒泰园3号楼2单元501下水道堵了");
    let first = town.push(&message);
    let again = town.push(&message);
    assert_eq!(first.content(), again.content());
    let Reply::Text { to, .. } = &first else { panic!("a text") };
    assert_eq!(to, "li");
    let row = town.ticket(number_in(first.content()).unwrap());
    assert_eq!((row.lead, row.holder), (Platform::Committee, Platform::Property));
    assert_eq!((row.queue, row.status), (Some(Queue::Maintenance), Status::Assigned));
    assert_eq!(row.about_place_id, Some(town.flat));
    assert!(first.content().contains("维修师傅") && first.content().contains("办完"), "{}", first.content());
    // One ticket, the message and its answer, one claim, one person.
    assert_eq!(town.rows(), [1, 2, 1, 1]);
}
}

on_both! {
fn eight_pushes_at_once_are_one_ticket(app: &TestApp) {
    let town = Town::of(app);
    let message = town.wechat.text(town.sent("li"), "恒泰园3号楼2单元501厨房水管漏水");
    let answers: Vec<String> = std::thread::scope(|scope| {
        let pushes: Vec<_> = (0..8).map(|_| scope.spawn(|| town.push(&message).content().to_owned())).collect();
        pushes.into_iter().map(|push| push.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(town.rows(), [1, 2, 1, 1]);
}
}

on_both! {
fn numbers_of_pushes_that_open_nothing_go_to_others_and_none_goes_twice(app: &TestApp) {
    let town = &Town::of(app);
    let mut told = BTreeSet::new();
    // Whoever pushes again has taken a number, and gives it back while others take and reserve theirs.
    for _ in 0..8 {
        // After a pause fewer are reserved at once, so that it happens more often.
        town.later(1);
        let messages: Vec<_> =
            (0..6).map(|_| town.wechat.text(town.sent("li"), "恒泰园3号楼2单元501厨房水管漏水")).collect();
        std::thread::scope(|scope| {
            let push = |message| scope.spawn(move || number_in(town.push(message).content()));
            let pairs: Vec<_> = messages.iter().map(|message| [push(message), push(message)]).collect();
            for pair in pairs {
                let [first, again] = pair.map(|push| push.join().unwrap());
                assert_eq!(first, again);
                assert!(told.insert(first.expect("a number")), "two messages got one number");
            }
        });
    }
    assert_eq!(town.rows(), [48, 96, 48, 1]);
    let largest = told.last().unwrap().to_string();
    let serial: u32 = largest.rsplit('-').next().unwrap().parse().unwrap();
    assert!(serial < 96, "those of the repeats were lost: {largest}");
    // That each was reserved, `check` proves at the end.
}
}

on_both! {
fn two_residents_with_one_message_number_are_two_tickets(app: &TestApp) {
    let town = Town::of(app);
    for open_id in ["li", "wang"] {
        let sent = Sent { open_id, msg_id: 77, created_at: town.now() };
        let reply = town.push(&town.wechat.text(sent, "恒泰园3号楼楼道灯不亮了"));
        assert!(number_in(reply.content()).is_some());
    }
    assert_eq!(town.rows(), [2, 4, 2, 2]);
}
}

on_both! {
fn each_matter_goes_to_its_list(app: &TestApp) {
    let town = Town::of(app);
    let (_, row) = town.ask("li", "我的车位被邻居占了，恒泰园3号楼");
    assert_eq!((row.queue, row.worker_id), (Some(Queue::Steward), Some(town.buildings[0].1)));
    let (_, row) = town.ask("li", "楼道里全是垃圾没人扫");
    assert_eq!(row.queue, Some(Queue::Environment));
    let (reply, row) = town.ask("li", "有车堵了消防通道");
    assert_eq!(row.queue, Some(Queue::Order), "{reply}");
    let (reply, row) = town.ask("li", "物业的人态度太差");
    assert_eq!((row.queue, row.confidential), (Some(Queue::Committee), true));
    assert!(reply.contains("居委会") && reply.contains("物业看不到"), "{reply}");
    assert!(matches!(look::ticket(&app.engine, &town.agent(), row.id), Err(Failure::NotFound(_))));
    assert!(look::ticket(&app.engine, &town.committee(), row.id).is_ok());
}
}

on_both! {
fn an_emergency_is_one_at_once_and_the_advice_comes_first(app: &TestApp) {
    let town = Town::of(app);
    let (reply, row) = town.ask("li", "恒泰园3号楼2单元着火了，好大的烟");
    assert_eq!((row.urgency, row.queue), (Urgency::Emergency, Some(Queue::Order)));
    assert!(reply.starts_with("请马上拨打 119"), "{reply}");
}
}

on_both! {
fn the_unclear_waits_for_a_person_with_suggestions(app: &TestApp) {
    let town = Town::of(app);
    let (reply, row) = town.ask("li", "这个事情你们到底管不管，一直这样下去真的不行");
    assert_eq!((row.status, row.queue), (Status::Unassigned, None), "{reply}");
    assert!(reply.contains("工作人员会看并安排"), "{reply}");
    let triage = look::triage(&app.engine, &town.committee()).unwrap();
    assert_eq!(triage.len(), 1);
    assert!(!triage[0].suggestions.is_empty());
}
}

fn unfiled(town: &Town<'_>) -> usize {
    look::unfiled(&town.app.engine, &town.committee()).unwrap().len()
}

on_both! {
fn thanks_open_no_ticket_and_one_click_makes_one(app: &TestApp) {
    let town = Town::of(app);
    assert!(town.say("li", "谢谢你们").starts_with("不客气"));
    assert_eq!(town.rows(), [0, 2, 1, 1]);
    let list = look::unfiled(&app.engine, &town.committee()).unwrap();
    assert_eq!(list[0].words.as_deref(), Some("谢谢你们"));
    let refused = conversation::file(&app.engine, &town.agent(), list[0].id);
    assert!(matches!(refused, Err(Failure::Forbidden)), "{refused:?}");
    let receipt = conversation::file(&app.engine, &town.committee(), list[0].id).unwrap();
    assert_eq!((town.ticket(receipt.number).status, unfiled(&town)), (Status::Unassigned, 0));
    let twice = conversation::file(&app.engine, &town.committee(), list[0].id);
    assert!(matches!(twice, Err(Failure::NotFound("message"))), "{twice:?}");
    assert!(town.say("li", "进度").contains(&receipt.number.to_string()));

    town.say("li", "谢谢你们");
    let list = look::unfiled(&app.engine, &town.committee()).unwrap();
    conversation::dismiss(&app.engine, &town.committee(), list[0].id).unwrap();
    assert_eq!((unfiled(&town), town.tickets()), (0, 1));
}
}

on_both! {
fn at_night_the_agents_mind_the_list(app: &TestApp) {
    let town = Town::of(app);
    town.say("li", "谢谢你们");
    town.later(12 * 60);
    let list = look::unfiled(&app.engine, &town.agent()).unwrap();
    assert!(conversation::file(&app.engine, &town.agent(), list[0].id).is_ok());
}
}

on_both! {
fn followers_are_welcomed_and_unknown_kinds_leave_no_trace(app: &TestApp) {
    let town = Town::of(app);
    let follow = town.wechat.event(town.sent("li"), "subscribe", "qrscene_b3");
    assert!(town.push(&follow).content().contains("恒泰社区"));
    assert_eq!(town.push(&town.wechat.event(town.sent("li"), "unsubscribe", "")), Reply::Success);
    let before = town.rows();
    assert_eq!(town.push(&town.wechat.event(town.sent("li"), "VIEW", "https://example.org/")), Reply::Success);
    assert_eq!(town.push(&town.wechat.message(town.sent("li"), "hologram", "")), Reply::Success);
    assert_eq!(town.rows(), before);
}
}

on_both! {
fn odd_texts_are_kept_as_they_came(app: &TestApp) {
    let town = Town::of(app);
    let words = "恒泰园3号楼电梯坏了😀\u{2028}]]><b>&amp;";
    let (_, row) = town.ask("li", words);
    let page = look::ticket(&app.engine, &town.committee(), row.id).unwrap();
    assert_eq!(page.line.words, words);
    for empty in ["", "   ", "😀", "[微笑]"] {
        let reply = town.push(&town.wechat.text(town.sent("li"), empty));
        assert!(matches!(reply, Reply::Text { .. }), "{empty:?}");
    }
    let long = "很长".repeat(6_000);
    assert!(town.say("li", &long).contains("内容太长"));
    assert_eq!((town.tickets(), unfiled(&town)), (1, 5));
}
}
