//! The server itself: alive, ready, traced.

use crate::support::on_both;

on_both! {
    /// Both probes answer, and every answer carries a request id of its own.
    fn probes(app: &TestApp) {
        let visitor = app.visitor();
        visitor.get("/healthz").is(200).says("ok");
        let ready = visitor.get("/readyz");
        ready.is(200).says("ready");
        let again = visitor.get("/readyz");
        assert_eq!(ready.header("x-request-id").len(), 36);
        assert_ne!(ready.header("x-request-id"), again.header("x-request-id"));
    }

    /// The first sentence: pushed twice, one ticket, the same reply, routed under the standing agreement.
    fn a_drain(app: &TestApp) {
        let fake = app.wechat();
        let first = app.say(&fake, "o-zhang", 1, "我家恒泰园3号楼2单元501下水道堵了");
        let second = app.say(&fake, "o-zhang", 1, "我家恒泰园3号楼2单元501下水道堵了");
        assert_eq!(first, second);
        assert!(first.contains("20260316-0001"), "{first}");
        assert_eq!(app.count("ticket"), 1);
    }
}
