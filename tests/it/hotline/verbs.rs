//! `jiban hotline source`: the secret alone on stdout, and what signs with it is taken.

use chrono::Utc;
use serde_json::json;

use crate::support::binary::Bench;
use crate::support::hotline::FakePbx;

#[test]
fn a_source_is_added_and_speaks_and_is_removed() {
    let bench = Bench::new();
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let add = ["hotline", "source", "add", "--community", "xishan", "--name", "总机"];
    let made = bench.run(&add);
    let secret = made.is(0).tells("/channels/hotline/xishan/events").stdout.trim_end().to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    for (wrong, told) in [("whsec_c2hvcnQ=", "24 to 64 bytes"), ("secret", "whsec_")] {
        let said = bench.run(&[&add[..], &["--secret", wrong]].concat());
        said.is(2).tells(told);
        assert!(said.stdout.is_empty(), "{}", said.stdout);
    }
    let server = bench.serve();
    // The clock is the machine's own here.
    #[allow(clippy::disallowed_methods)]
    let now = Utc::now();
    let pbx = FakePbx::new(server.addr, "xishan", &secret);
    let sent = pbx.event(("e1", "call.started", "c"), json!({ "caller": "13800000001" }), now);
    assert_eq!((pbx.send(&sent), pbx.send_to("?source=%E6%80%BB%E6%9C%BA", &sent)), (204, 204));
    assert_eq!(bench.run(&["hotline", "source", "list", "--community", "xishan"]).is(0).stdout, "总机\n");
    let remove = ["hotline", "source", "remove", "--community", "xishan", "--name", "总机"];
    bench.run(&remove).is(0);
    assert_eq!(bench.run(&remove).code, 1, "it is not there any more");
    assert_eq!(pbx.send(&pbx.event(("e2", "call.ended", "c"), json!({}), now)), 401);
    assert!(bench.run(&["hotline", "source", "list", "--community", "xishan"]).is(0).stdout.is_empty());
    bench.run(&["check"]).is(0);
    assert_eq!(server.stop().0, 0);
}
