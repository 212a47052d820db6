//! Photos and positions join the request of the moment, or wait for one.

use jiban::engine::{conversation, look};

use super::town::Town;
use crate::support::on_both;

fn photo(town: &Town<'_>, open_id: &str) -> String {
    let message = town.wechat.image(town.sent(open_id), "https://mmbiz.qpic.cn/x", "media-1");
    town.push(&message).content().to_owned()
}

fn attached(town: &Town<'_>, ticket: jiban::domain::ids::TicketId) -> Vec<(String, String)> {
    let rows = town.app.store.read(|db| jiban::store::message::attachments(db, town.app.community, ticket)).unwrap();
    let mut all: Vec<_> = rows.into_iter().map(|row| (row.kind, row.state)).collect();
    all.sort();
    all
}

on_both! {
fn a_photo_after_the_text_joins_for_ten_minutes(app: &TestApp) {
    let town = Town::of(app);
    let (_, row) = town.ask("li", "恒泰园3号楼楼道灯不亮了");
    town.later(10);
    let reply = photo(&town, "li");
    assert!(reply.contains(&row.number), "{reply}");
    let place = town.wechat.location(town.sent("li"), (39.5, 116.25), "某路 1 号");
    town.push(&place);
    let wanted = [("image", "to_fetch"), ("location", "kept")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(attached(&town, row.id), wanted);
    town.later(11);
    assert!(photo(&town, "li").contains("请用文字"));
    assert_eq!(attached(&town, row.id).len(), 2);
    // A stranger's photo never joins.
    assert!(photo(&town, "wang").contains("请用文字"));
}
}

on_both! {
fn a_photo_before_the_text_waits_ten_minutes(app: &TestApp) {
    let town = Town::of(app);
    assert!(photo(&town, "li").contains("收到照片，请用文字说说是什么事"));
    town.later(10);
    let (reply, row) = town.ask("li", "恒泰园3号楼楼道灯不亮了");
    assert!(reply.contains("附上"), "{reply}");
    assert_eq!(attached(&town, row.id).len(), 1);
    assert!(look::unfiled(&app.engine, &town.committee()).unwrap().is_empty());
}
}

on_both! {
fn a_photo_nobody_explains_is_not_lost(app: &TestApp) {
    let town = Town::of(app);
    photo(&town, "li");
    town.later(11);
    let (_, row) = town.ask("li", "恒泰园3号楼楼道灯不亮了");
    assert_eq!(attached(&town, row.id), []);
    let list = look::unfiled(&app.engine, &town.committee()).unwrap();
    let receipt = conversation::file(&app.engine, &town.committee(), list[0].id).unwrap();
    assert_eq!(attached(&town, receipt.id).len(), 1);
}
}
