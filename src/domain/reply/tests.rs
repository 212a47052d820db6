//! What is said, to the letter; that it fits; that a stranger learns nothing.

use chrono::{TimeDelta, TimeZone};

use super::*;
use crate::domain::words::{Outcome, Status};

fn here() -> Here {
    let zone = chrono_tz::Asia::Shanghai;
    Here { now: zone.with_ymd_and_hms(2026, 3, 2, 10, 0, 0).unwrap().to_utc(), zone }
}

fn number() -> TicketNumber {
    "20260302-0007".parse().unwrap()
}

fn facts() -> Opened<'static> {
    Opened {
        number: number(),
        queue: Some(Queue::Maintenance),
        building_known: true,
        due_at: Some(here().now + TimeDelta::hours(12)),
        advice: None,
        confidential: false,
        attached: 0,
        ask: Ask::Nothing,
    }
}

#[test]
fn a_new_request_is_told_who_and_by_when() {
    let tail = "\n回复“进度”可随时查看。";
    let rows = [
        (facts(), "已收到，单号 20260302-0007。由维修师傅负责，今天 22:00 前办完。"),
        (Opened { queue: None, ..facts() }, "已收到，单号 20260302-0007。工作人员会看并安排。"),
        (
            Opened { queue: Some(Queue::Steward), building_known: false, ask: Ask::Building, ..facts() },
            "已收到，单号 20260302-0007。由楼管专员负责，今天 22:00 前办完。\n请告诉我们是哪栋楼，我们转给那栋楼的楼管专员。",
        ),
        (
            Opened { queue: Some(Queue::Committee), confidential: true, ..facts() },
            "已收到，单号 20260302-0007。这件事由居委会直接办理，物业看不到，今天 22:00 前给您答复。",
        ),
        (
            Opened { advice: Some("请马上拨打 119。"), queue: Some(Queue::Order), ..facts() },
            "请马上拨打 119。\n已按紧急事项登记，单号 20260302-0007，由秩序部（保安）马上处理，今天 22:00 前办完。",
        ),
        (
            Opened { attached: 1, ask: Ask::Where { garden: Some("松风园".into()) }, ..facts() },
            "已收到，单号 20260302-0007。由维修师傅负责，今天 22:00 前办完。\n您刚才发来的内容已一起附上。\n请告诉我们在哪里，例如：松风园3号楼2单元501",
        ),
    ];
    for (facts, wanted) in rows {
        assert_eq!(opened(&facts, here()), format!("{wanted}{tail}"));
    }
}

#[test]
fn choices_are_counted_out() {
    let choice =
        |by_garden| Ask::Choice { places: vec!["东园 3 号楼".into(), "西园 3 号楼".into()], by_garden };
    assert_eq!(ask(&choice(true)).unwrap(), "请问是哪个园区的？回复数字即可：\n1. 东园 3 号楼\n2. 西园 3 号楼");
    assert!(ask(&choice(false)).unwrap().starts_with("请问是下面哪一处？"));
    let told = PlaceTold { number: number(), place: "东园 3 号楼", steward: true, ask: Ask::Nothing };
    let wanted = "好的，单号 20260302-0007 的地点已记为：东园 3 号楼。已转给您这栋楼的楼管专员。";
    assert_eq!(place_told(&told), wanted);
}

fn standing(status: Status) -> Standing {
    Standing {
        number: number(),
        words: "楼道灯不亮".into(),
        status,
        held: None,
        queue: Some(Queue::Maintenance),
        building_known: true,
        due_at: Some(here().now + TimeDelta::hours(2)),
        outcome: None,
        review_on: None,
        since: here().now - TimeDelta::hours(1),
        report: None,
    }
}

#[test]
fn progress_says_where_it_stands() {
    let head = "单号 20260302-0007：楼道灯不亮\n";
    let rows = [
        (Standing { queue: None, ..standing(Status::Unassigned) }, "收到了，工作人员正在安排。"),
        (standing(Status::Assigned), "派了人：由维修师傅负责。今天 12:00 前办完。"),
        (standing(Status::InProgress), "正在办：由维修师傅负责。今天 12:00 前办完。"),
        (
            Standing { due_at: Some(here().now - TimeDelta::hours(1)), ..standing(Status::InProgress) },
            "正在办：由维修师傅负责。原定今天 09:00 前办完，已超时，抱歉；可回复“催”。",
        ),
        (
            Standing {
                held: Some(("等配件到货。".into(), here().now + TimeDelta::days(1))),
                ..standing(Status::InProgress)
            },
            "先等一等：等配件到货。明天 10:00 再看。",
        ),
        (
            Standing {
                outcome: Some(Outcome::Resolved), report: Some("换了灯。".into()), ..standing(Status::Done)
            },
            "办完了（今天 09:00）：已解决。换了灯。",
        ),
    ];
    for (one, wanted) in rows {
        assert_eq!(progress(&[one], here()), format!("{head}{wanted}"));
    }
    assert!(progress(&[], here()).contains("还没有"));
}

#[test]
fn the_longest_answers_fit_into_one_reply() {
    let long = Standing {
        words: "很长的话".repeat(500),
        held: Some(("原因".repeat(500), here().now)),
        ..standing(Status::Assigned)
    };
    assert!(progress(&vec![long.clone(); 5], here()).len() + and_more(199).len() <= 2048);
    assert!(progress(&[long], here()).len() <= 2048);
    let places = vec!["一个名字很长很长的园区 103 号楼 12 单元 3301".to_owned(); 9];
    let ask = Ask::Choice { places, by_garden: false };
    let advice = "请".repeat(150);
    assert!(opened(&Opened { advice: Some(&advice), attached: 9, ask, ..facts() }, here()).len() <= 2048);
    let open = vec![(number(), "很长的话".repeat(500)); 9];
    assert!(which(Which::Nudge, &open, 99).len() <= 2048);
    assert!(welcome("一个名字很长的小区").len() <= 2048);
}

#[test]
fn what_opens_no_ticket_is_answered_by_its_kind() {
    assert!(no_request(&NoRequest::Thanks).unwrap().starts_with("不客气"));
    assert!(no_request(&NoRequest::Question { answer: None }).unwrap().contains("答复"));
    assert_eq!(no_request(&NoRequest::Spam), None);
    assert!(no_request(&NoRequest::Abuse).is_some() && no_request(&NoRequest::Chat).is_some());
}

#[test]
fn all_that_is_open_is_counted_though_five_are_named() {
    let named = [(number(), "灯不亮".to_owned())];
    let text = which(Which::Nudge, &named, 7);
    assert!(text.starts_with("您有 7 件事在办") && text.contains("还有 6 件较早的"), "{text}");
    assert!(!which(Which::Nudge, &named, 1).contains("较早"));
}

#[test]
fn nudges() {
    let again = here().now + TimeDelta::hours(4);
    assert_eq!(nudged(number(), true, again, here()), "已为单号 20260302-0007 催办，负责的人会马上知道。");
    let later = "已记下。单号 20260302-0007 刚催办过，今天 14:00 后可再催。";
    assert_eq!(nudged(number(), false, again, here()), later);
}
