//! A hard one crosses to the other platform and back, in the browser.

use super::tickets::drain;
use crate::support::{Person, on_both};

fn offer(person: &Person, path: &str) {
    let form = format!("{path}?do=offer");
    person.submit(&form, &format!("{path}/offer"), &[("reason", "物业无权入户")]).is(422).says("物业无权入户");
    // The day offered for the answer stands in the form: two working days on.
    person.get(&form).says("2026-03-18T17:00");
    let words = [
        ("reason", "物业无权入户"),
        ("tried", "上门两次无人"),
        ("asked", "请联系楼上开检修口"),
        ("answer_by", "2026-03-18T17:00"),
    ];
    person.submit(&form, &format!("{path}/offer"), &words).is(303);
}

on_both! {
    /// Offered, accepted, worked on, concluded, finished: held by somebody at every moment.
    fn offered_accepted_concluded_finished(app: &TestApp) {
        let path = drain(app);
        let (agent, worker, committee) = (app.person("agent1"), app.person("weixiu1"), app.person("committee1"));
        worker.submit(&path, &format!("{path}/start"), &[]).is(303);
        committee.get(&path).is(404);
        offer(&agent, &path);
        agent.get(&path).says("待接受").says("对方接受前").says("物业平台</b>，首接负责，当前承办");
        worker.get(&path).says("aria-disabled").says("协同请求还在等对方答复");
        agent.get("/offers").is(200).says("收回请求");
        let desk = committee.get("/committee");
        desk.says("物业平台请求").says("上门两次无人").says("请联系楼上开检修口").says("还剩").says("退回并说明");
        let accepted = committee.submit_from(&committee.get(&path), &format!("{path}/acceptance?back=%2Fcommittee"), &[]);
        assert_eq!((accepted.status, accepted.location.as_str()), (303, "/committee"));
        committee.get("/committee?tab=tickets").says("卫生间下水道堵了").says("协同办理");
        committee.submit(&path, &format!("{path}/start"), &[]).is(303);
        committee.get(&path).says("社区平台</b>，当前承办").says("办完交回");
        let version = committee.get(&format!("{path}?do=conclusion")).field("version").unwrap();
        let early = [("outcome", "resolved"), ("note", "好了"), ("version", &version)];
        agent.submit(&path, &format!("{path}/completion"), &early).is(409).says("双方正在协同办理").says("好了");
        let form = format!("{path}?do=conclusion");
        committee.submit(&form, &format!("{path}/conclusion"), &[("report", "")]).is(422);
        committee.submit(&form, &format!("{path}/conclusion"), &[("report", "楼上同意周三开口")]).is(303);
        agent.get(&path).says("办完交回维修部").says("楼上同意周三开口").says("已办回").says("已分配");
        worker.submit(&path, &format!("{path}/start"), &[]).is(303);
        let done = [("outcome", "resolved"), ("note", "疏通好了")];
        worker.submit(&format!("{path}?do=completion"), &format!("{path}/completion"), &done).is(303);
        agent.get(&path).says("已完成").says("办结：已解决");
    }

    /// Returned with a reason: nothing moves, and the reason is read.
    fn returned_with_a_reason(app: &TestApp) {
        let path = drain(app);
        let (agent, committee) = (app.person("agent1"), app.person("committee1"));
        offer(&agent, &path);
        let form = format!("{path}?do=return&back=%2Fcommittee");
        committee.get(&form).is(200).says("为什么不接");
        committee.submit(&form, &format!("{path}/return"), &[("reason", "")]).is(422).says("请写原因");
        let reason = [("reason", "这户已有物业电话"), ("back", "/committee")];
        let sent = committee.submit(&form, &format!("{path}/return"), &reason);
        assert_eq!((sent.status, sent.location.as_str()), (303, "/committee"));
        committee.get("/committee").hides("上门两次无人").says("已退回并说明");
        agent.get(&path).says("退回协同请求").says("这户已有物业电话").says("已分配").says("物业平台</b>，首接负责，当前承办");
    }

    /// Recalled while the other side was about to accept: the accepting side meets the kind page.
    fn recalled_under_the_others_hand(app: &TestApp) {
        let path = drain(app);
        let (agent, committee) = (app.person("agent1"), app.person("committee1"));
        offer(&agent, &path);
        let seen = committee.get(&path);
        agent.submit(&path, &format!("{path}/recall"), &[]).is(303);
        let late = committee.submit_from(&seen, &format!("{path}/acceptance"), &[]);
        late.is(409).says("甲客服刚刚改过").says("收回协同请求").says("这一步已经不能做了").hides("再提交");
    }

    /// The committee asks the property: which of its queues must be said.
    fn the_property_says_which_queue(app: &TestApp) {
        let fake = app.wechat();
        app.say(&fake, "o-li", 1, "那个事怎么还没弄");
        let (agent, committee) = (app.person("agent1"), app.person("committee1"));
        let id = committee.get("/committee").body.split("href=\"/tickets/").nth(1).unwrap()[..36].to_owned();
        let path = format!("/tickets/{id}");
        offer(&committee, &path);
        agent.get("/offers").says("社区平台请求").says("do=acceptance");
        let form = format!("{path}?do=acceptance");
        agent.submit(&form, &format!("{path}/acceptance"), &[("queue", ""), ("worker", "")]).is(422).says("还没有选部门");
        agent.submit(&form, &format!("{path}/acceptance"), &[("queue", "order"), ("worker", "")]).is(303);
        agent.get(&path).says("接受协同，由秩序部承办");
        app.person("zhixu1").get("/queues/order").says("那个事怎么还没弄");
    }
}
