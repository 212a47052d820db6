//! Requests that stand at a certain point when the demo opens, so that every page has something to show and every role
//! something to do.

use chrono::{DateTime, TimeDelta, Utc};

use super::sentences as say;
use super::story::Step::{self, Accept, Conclude, Finish, HandBack, Hold, Offer, Open, Return, Route, Start};
use crate::domain::words::{Outcome, Queue};
use crate::engine::tickets::Ask;

/// Minutes ago, the words, by WeChat, and the steps with the minutes before each.
pub(super) type Piece = (i64, &'static str, bool, &'static [(i64, Step)]);

/// All of them.
pub(super) const PIECES: &[Piece] = &[
    // Offered, either way, and waiting for an answer.
    (26 * 60, "{}楼上漏水把我家顶棚泡了，楼上说不是他家", false, &[(0, Open), (90, Start), (240, Offer)]),
    (9 * 60, say::UNCLEAR[4], true, &[(0, Open), (20, Route(Queue::Committee)), (60, Offer)]),
    // Worked on together; concluded and given back; not taken.
    (
        50 * 60,
        "{}邻居家装修，周日还在砸墙",
        false,
        &[(0, Open), (60, Start), (300, Offer), (200, Accept(Queue::Committee)), (60, Start)],
    ),
    (
        74 * 60,
        "{}隔壁把鞋柜摆到公共楼道",
        false,
        &[(0, Open), (60, Start), (300, Offer), (200, Accept(Queue::Committee)), (60, Start), (300, Conclude)],
    ),
    (30 * 60, "{}对门的狗天天叫，孩子没法写作业", false, &[(0, Open), (60, Start), (200, Offer), (120, Return)]),
    // On hold, handed back, unclear, an emergency, about the property.
    (20 * 60, "{}阳台玻璃裂了一条缝", false, &[(0, Open), (30, Start), (30, Hold("要等厂家量尺寸，玻璃到货就来装。"))]),
    (
        3 * 60,
        "{}楼下的共享单车堆成山，走不过去",
        false,
        &[(0, Open), (40, HandBack("单车属于市政道路，请联系运营公司。"))],
    ),
    (95, "你们来个人看看吧", true, &[(0, Open)]),
    (50, "{}墙上有水印，也不知道是哪家的", true, &[(0, Open)]),
    (25, "{}水管突然爆了，水喷了一地，关不上", true, &[(0, Open)]),
    (30 * 60, say::ABOUT_PROPERTY[0], true, &[(0, Open)]),
    (5 * 60, say::ABOUT_PROPERTY[1], true, &[(0, Open), (60, Start)]),
    // Messages that asked for nothing.
    (40, "谢谢你们，昨天的师傅特别负责", true, &[(0, Open)]),
    (15, "物业费在哪儿交", true, &[(0, Open)]),
    // Deferred until a date, and fresh work for everyone.
    (6 * 24 * 60, "{}楼顶好像漏雨，顶棚洇了一大片", false, &[(0, Open), (60, Start), (120, Finish(Outcome::Deferred))]),
    (70, "{}厨房下水道堵了，水下不去", false, &[(0, Open), (15, Start)]),
    (35, "{}跳闸了，推上去又掉", false, &[(0, Open)]),
    (28, "有车堵了消防通道，喇叭按半天没人挪", false, &[(0, Open)]),
    (22, "楼道里全是垃圾没人扫", true, &[(0, Open)]),
    (18, "我的车位被邻居占了，{}", true, &[(0, Open)]),
    (12, "{}单元门关不上，门禁刷了没反应", false, &[(0, Open)]),
    (6, "{}楼上半夜拖椅子，睡不着觉", false, &[(0, Open)]),
];

/// Minutes ago, the words, and the steps.
pub(super) type Order = (i64, &'static str, &'static [(i64, Step)]);

/// Orders the city's hotline handed down, which committee staff write down.
pub(super) const FROM_CITY: &[Order] = &[
    (
        4 * 24 * 60,
        "市民热线派单：{}反映顶层漏雨，物业多次未修",
        &[(0, Open), (60, Start), (24 * 60, Finish(Outcome::Resolved))],
    ),
    (
        27 * 60,
        "市民热线派单：{}反映楼下烧烤油烟大，夜里开不了窗",
        &[(0, Open), (30, Route(Queue::Committee)), (60, Start)],
    ),
    (130, "市民热线派单：{}反映电梯一周坏两次，老人下不了楼", &[(0, Open), (40, Start)]),
];

/// The property's desk asks the committee.
pub(super) fn offer(at: DateTime<Utc>) -> Ask {
    Ask::Offer {
        reason: "上门三次，双方各说各的，物业协调不下来。".to_owned(),
        tried: "查过管井，请维修部出了检测单，和两家各谈过一次。".to_owned(),
        asked: "请居委会出面召集双方，必要时请业主代表一起看。".to_owned(),
        answer_by: at + TimeDelta::days(2),
    }
}
