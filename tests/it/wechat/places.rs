//! The place is asked for, and answered.

use jiban::domain::words::Queue;

use super::town::Town;
use crate::support::on_both;

on_both! {
fn which_garden_is_asked_and_its_name_or_number_answers(app: &TestApp) {
    let town = Town::of(app);
    for (open_id, answer, building) in [("li", "恒泰园", 0), ("wang", "2", 0), ("zhao", "富泽园3号楼", 1)] {
        let (reply, row) = town.ask(open_id, "我的车位被邻居占了，3号楼");
        assert_eq!((row.queue, row.worker_id), (Some(Queue::Steward), None));
        assert!(reply.contains("哪个园区") && reply.contains("1. 富泽园 3 号楼\n2. 恒泰园 3 号楼"), "{reply}");
        let before = town.tickets();
        let reply = town.say(open_id, answer);
        assert!(reply.contains("楼管专员"), "{answer}: {reply}");
        let (place, steward) = town.buildings[building];
        let row = town.ticket(row.ticket_number().unwrap());
        assert_eq!((row.building_id, row.worker_id), (Some(place), Some(steward)), "{answer}");
        assert_eq!(town.tickets(), before);
    }
}
}

on_both! {
fn a_missing_place_is_asked_for_and_filled_within_half_an_hour(app: &TestApp) {
    let town = Town::of(app);
    let (reply, row) = town.ask("li", "厨房水管漏水");
    assert!(reply.contains("请告诉我们在哪里，例如：富泽园3号楼2单元501"), "{reply}");
    town.later(30);
    let reply = town.say("li", "恒泰园3号楼2单元501");
    assert!(reply.contains("恒泰园 3 号楼 2 单元 501"), "{reply}");
    assert_eq!(town.ticket(row.ticket_number().unwrap()).about_place_id, Some(town.flat));
    assert_eq!(town.tickets(), 1);
}
}

on_both! {
fn after_half_an_hour_a_place_is_a_new_request(app: &TestApp) {
    let town = Town::of(app);
    let (_, row) = town.ask("li", "厨房水管漏水");
    town.later(31);
    let (_, new) = town.ask("li", "恒泰园3号楼2单元501");
    assert_ne!(row.id, new.id);
    assert_eq!(town.ticket(row.ticket_number().unwrap()).about_place_id, None);
    assert_eq!(town.tickets(), 2);
}
}

on_both! {
fn anything_but_a_place_is_a_new_request(app: &TestApp) {
    let town = Town::of(app);
    town.ask("li", "厨房水管漏水");
    town.ask("li", "恒泰园3号楼楼道灯不亮了");
    assert_eq!(town.tickets(), 2);
    // The question still stands.
    town.say("li", "恒泰园3号楼2单元501");
    assert_eq!(town.tickets(), 2);
}
}

on_both! {
fn a_place_unknown_to_the_register_is_kept_as_it_was_said(app: &TestApp) {
    let town = Town::of(app);
    let (_, row) = town.ask("li", "厨房水管漏水");
    let reply = town.say("li", "88号楼1单元101");
    assert!(reply.contains("88号楼1单元101"), "{reply}");
    let row = town.ticket(row.ticket_number().unwrap());
    assert_eq!((row.place_text.as_deref(), row.about_place_id), (Some("88号楼1单元101"), None));
}
}
