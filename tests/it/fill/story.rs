//! Requests of every kind, with everything that can come of them.

use chrono::{DateTime, TimeDelta, Utc};
use jiban::domain::words::{Audience, Channel, Outcome, Queue, Urgency};
use jiban::engine::intake::Draft;
use jiban::engine::tickets::Ask;

/// Something happens, so many minutes after the morning began.
pub enum Step {
    /// Phone, registered, agent and telephone; minutes spoken; the request said.
    Ring(&'static str, Option<&'static str>, (&'static str, &'static str), Said2),
    /// Nobody takes it; minutes until somebody rang back.
    Miss(&'static str, Option<i64>),
    /// At a desk.
    Bring(&'static str, Said2),
    /// Sender and words.
    Write(&'static str, &'static str),
    /// Who does what with the request of this name.
    Act(&'static str, &'static str, Ask),
    Hear(&'static str, &'static str),
}

/// The request's name in the story, and the draft.
pub type Said2 = (&'static str, Draft);

fn says(name: &'static str, words: &str) -> Said2 {
    (name, Draft { words: words.to_owned(), ..Draft::default() })
}

fn finish(outcome: Outcome) -> Ask {
    Ask::Finish { outcome, note: Some("修好了，试过三遍。".into()), review_on: None }
}

fn route(queue: Queue) -> Ask {
    Ask::Route { queue, worker: None, category: None, urgency: None }
}

fn offer(at: DateTime<Utc>) -> Ask {
    Ask::Offer {
        reason: "谈不拢".into(),
        tried: "上门两次".into(),
        asked: "请出面".into(),
        answer_by: at + TimeDelta::days(2),
    }
}

/// The story: requests of every kind, with everything that can come of them.
pub fn story(began: DateTime<Utc>) -> Vec<(i64, Step)> {
    use Step::{Act, Bring, Hear, Miss, Ring, Write};
    let (one, two) = (("agent1", "8001"), ("agent2", "8002"));
    let (known, stranger) = (Some("13800000001"), None);
    let emergency =
        Draft { urgency: Some(Urgency::Emergency), ..says("", "水管爆了，水喷了一地，关不上").1 };
    let city = Draft {
        words: "市民热线派单：恒泰园3号楼2单元楼道灯不亮".into(),
        phone: Some("13900001111".into()),
        channel: Some(Channel::City12345),
        ..Draft::default()
    };
    let walk_in = Draft {
        channel: Some(Channel::WalkIn), ..says("", "恒泰园5号楼门口的垃圾桶满了，两天没收").1
    };
    let deferred = Ask::Finish {
        outcome: Outcome::Deferred,
        note: Some("入春做防水".into()),
        review_on: Some((began + TimeDelta::days(60)).date_naive()),
    };
    let hold = Ask::Hold { reason: "等配件".into(), review_at: began + TimeDelta::days(3) };
    vec![
        (0, Ring("13800000001", known, one, says("drain", "厨房下水道堵了，水下不去"))),
        (5, Miss("13800000003", Some(20))),
        (6, Miss("13900002222", None)),
        (10, Act("drain", "weixiu1", Ask::Start)),
        (12, Ring("13900003333", stranger, two, says("noise", "恒泰园3号楼2单元603楼上半夜拖椅子，睡不着觉"))),
        (20, Act("noise", "agent1", Ask::Nudge { reporter: None, words: Some("怎么还没人来".into()) })),
        (25, Act("noise", "steward1", Ask::HandBack { reason: "先请秩序部".into() })),
        (30, Act("noise", "agent2", route(Queue::Order))),
        (40, Act("drain", "weixiu1", finish(Outcome::Resolved))),
        (41, Write("someone", "恒泰园3号楼2单元501楼道的灯坏了，老人上下楼看不见")),
        (42, Write("thankful", "谢谢你们")),
        (43, Write("wronged", "恒泰园3号楼2单元703保安态度太差了，张口就骂人，我要投诉物业")),
        (44, Ring("13800000002", Some("13800000002"), one, ("burst", emergency))),
        (46, Hear("burst", "agent1")),
        (50, Act("burst", "weixiu2", Ask::Start)),
        (55, Act("noise", "zhixu1", Ask::Start)),
        (58, Act("noise", "zhixu1", hold)),
        (60, Act("wronged", "committee1", Ask::Start)),
        (62, Act("someone", "weixiu1", Ask::Start)),
        (64, Act("someone", "agent1", offer(began + TimeDelta::minutes(64)))),
        (90, Act("burst", "weixiu2", finish(Outcome::Resolved))),
        (91, Act("someone", "committee2", Ask::Accept { queue: Some(Queue::Committee), worker: None })),
        (95, Act("someone", "committee2", Ask::Start)),
        (100, Bring("committee1", ("city", city))),
        (101, Bring("agent1", ("bins", walk_in))),
        (101, Act("bins", "agent1", finish(Outcome::Explained))),
        (110, Ring("13800000004", Some("13800000004"), two, says("dog", "对门的狗天天叫，孩子没法写作业"))),
        (120, Act("dog", "steward2", Ask::Start)),
        (130, Act("dog", "agent1", offer(began + TimeDelta::minutes(130)))),
        (150, Act("dog", "committee1", Ask::Return { reason: "请先上门".into() })),
        (160, Act("someone", "committee2", Ask::Conclude { report: "开过会了".into() })),
        (165, Ring("13800000001", known, one, says("roof", "楼顶漏雨，顶棚洇了一大片"))),
        (170, Act("roof", "weixiu1", Ask::Start)),
        (180, Act("roof", "weixiu1", deferred)),
        (190, Ring("13800000003", Some("13800000003"), one, says("lamp", "客厅的灯不亮了，换了灯泡还是不行"))),
        (200, Act("lamp", "agent1", Ask::Withdraw { reporter: None })),
        (300, Act("noise", "zhixu1", Ask::Resume)),
        (320, Act("noise", "zhixu1", finish(Outcome::Resolved))),
        (600, Act("noise", "agent1", Ask::Reopen { reason: "又吵了".into() })),
        (
            610,
            Act("dog", "agent1", Ask::Note { words: "明天上门".into(), audience: Audience::Both, to_resident: true }),
        ),
    ]
}
