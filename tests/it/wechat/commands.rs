//! 进度, 催, 撤回, 帮助: about one's own alone.

use jiban::domain::words::{Outcome, Status};
use jiban::engine::look;
use jiban::engine::tickets::{Ask, Seen, act};

use super::town::Town;
use crate::support::on_both;

on_both! {
fn progress_follows_the_work_to_done(app: &TestApp) {
    let town = Town::of(app);
    let (_, row) = town.ask("li", "我家恒泰园3号楼2单元501下水道堵了");
    let progress = || town.say("li", "进度");
    assert!(progress().contains("派了人：由维修师傅负责"), "{}", progress());
    let worker = app.staff("weixiu1");
    let seen = Seen { id: row.id, version: None };
    act(&app.engine, &worker, seen, &Ask::Start).unwrap();
    assert!(progress().contains("正在办"), "{}", progress());
    let hold = Ask::Hold { reason: "等配件".into(), review_at: app.now() + chrono::TimeDelta::days(1) };
    act(&app.engine, &worker, seen, &hold).unwrap();
    assert!(progress().contains("先等一等：等配件。明天 10:00 再看"), "{}", progress());
    act(&app.engine, &worker, seen, &Ask::Resume).unwrap();
    let finish = Ask::Finish { outcome: Outcome::Resolved, note: Some("疏通了主管".into()), review_on: None };
    act(&app.engine, &worker, seen, &finish).unwrap();
    let done = progress();
    assert!(done.contains("办完了") && done.contains("已解决") && done.contains("疏通了主管"), "{done}");
    assert!(town.say("li", "催").contains("没有办理中"));
}
}

on_both! {
fn a_strangers_number_is_answered_like_an_unknown_one(app: &TestApp) {
    let town = Town::of(app);
    let (_, row) = town.ask("li", "我家恒泰园3号楼2单元501下水道堵了");
    for verb in ["进度", "催", "撤回"] {
        let theirs = town.say("wang", &format!("{verb} {}", row.number));
        assert_eq!(theirs, town.say("wang", &format!("{verb} 20260316-9876")));
        assert_eq!(theirs, town.say("wang", &format!("{verb} 1")));
    }
    assert!(town.say("wang", "进度").contains("还没有"));
    assert_eq!(town.ticket(row.ticket_number().unwrap()).version, row.version);
    assert!(town.say("li", &format!("进度 {}", row.number)).contains("下水道堵了"));
    assert!(town.say("li", "查询 1").contains(&row.number));
}
}

on_both! {
fn all_open_requests_are_counted(app: &TestApp) {
    let town = Town::of(app);
    let matters = ["楼道灯不亮了", "厨房水管漏水", "单元门关不上", "电梯按钮坏了", "垃圾桶满了", "窗户玻璃碎了", "暖气不热"];
    for matter in matters {
        town.ask("li", &format!("恒泰园3号楼2单元501{matter}"));
    }
    let which = town.say("li", "催");
    assert!(which.contains("您有 7 件事在办") && which.contains("还有 2 件较早的"), "{which}");
    assert!(town.say("li", "进度").contains("还有 2 件较早的"));
}
}

on_both! {
fn one_nudge_in_four_hours_counts(app: &TestApp) {
    let town = Town::of(app);
    let (_, row) = town.ask("li", "恒泰园3号楼楼道灯不亮了");
    let number = row.ticket_number().unwrap();
    assert!(town.say("li", "催").contains("催办"));
    town.later(239);
    assert!(town.say("li", "怎么还没人来").contains("今天 14:00 后可再催"));
    assert_eq!(town.ticket(number).nudge_count, 1);
    town.later(1);
    assert!(town.say("li", &format!("催 {number}")).contains("已为单号"));
    assert_eq!(town.ticket(number).nudge_count, 2);
}
}

on_both! {
fn withdrawing_asks_which_and_leaves_nothing_behind(app: &TestApp) {
    let town = Town::of(app);
    let (_, one) = town.ask("li", "恒泰园3号楼楼道灯不亮了");
    let (_, two) = town.ask("li", "厨房水管漏水");
    let which = town.say("li", "撤回");
    assert!(which.contains(&one.number) && which.contains(&two.number), "{which}");
    assert!(town.say("li", &format!("撤回 {}", two.number)).contains("已撤回"));
    let row = town.ticket(two.ticket_number().unwrap());
    assert_eq!((row.status, row.outcome), (Status::Done, Some(Outcome::Withdrawn)));
    assert!(town.say("li", "不用了").contains("已撤回"));
    let row = town.ticket(one.ticket_number().unwrap());
    assert_eq!(row.outcome, Some(Outcome::Withdrawn));
    // The question for the place went with the request.
    town.ask("li", "恒泰园3号楼2单元501");
    assert_eq!(town.tickets(), 3);
}
}

on_both! {
fn with_nothing_open_plain_words_stand_on_the_desks_list(app: &TestApp) {
    let town = Town::of(app);
    for text in ["催", "不用了，谢谢"] {
        assert!(town.say("li", text).contains("没有办理中"));
    }
    assert_eq!(look::unfiled(&app.engine, &town.committee()).unwrap().len(), 2);
    assert!(town.say("li", "帮助").contains("进度"));
    assert_eq!(town.tickets(), 0);
}
}
