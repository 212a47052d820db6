//! The runner inside the real binary: a commit wakes it, the letter goes out, and the process ends cleanly.

use serde_json::json;

use crate::support::Program;
use crate::support::binary::Bench;
use crate::support::smtp::Catcher;

#[test]
fn a_request_over_the_api_is_a_letter_and_a_stop_leaves_nothing_half_done() {
    let catcher = Catcher::start();
    let url = format!("smtp://127.0.0.1:{}?tls=none", catcher.port());
    let bench = Bench::with(&[
        ("JIBAN_SMTP_URL", &url),
        ("JIBAN_MAIL_FROM", "jiban@jiban.example"),
        ("JIBAN_PUBLIC_URL", "http://jiban.example"),
    ]);
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let user = ["user", "create", "--login", "wx1", "--name", "Ding", "--language", "en", "--community", "xishan"];
    let seat = ["--role", "worker", "--queue", "maintenance", "--email"];
    bench.run(&[&user[..], &seat, &["no address"]].concat()).is(2).tells("email: is not allowed");
    bench.run(&[&user[..], &seat, &["wx1@example.com"]].concat()).is(0);
    let token = bench.run(&["token", "create", "--community", "xishan", "--role", "agent"]);
    let server = bench.serve();
    let program = Program::new(server.addr, token.stdout.trim_end());
    let new = json!({ "words": "卫生间下水道堵了", "queue": "maintenance", "kind": "repair", "urgency": "normal" });
    program.post("/api/v1/tickets", &new).is(201);
    catcher.wait(1);
    let letter = catcher.taken().remove(0);
    assert!(letter.subject().starts_with("[Jiban] A new ticket in your queue"), "{}", letter.subject());
    assert!(letter.body().contains("http://jiban.example/tickets/"), "{}", letter.body());
    assert_eq!(server.stop().0, 0);
    // Beside no server: what is due now, in so many words.
    let run = bench.run(&["jobs", "run"]);
    assert_eq!(
        run.is(0).stdout,
        "clocks 0\noffers 0\nhold_reviews 0\ndeferred_reviews 0\nexpired 0\ncall_backs 0\nnotices 0\n"
    );
    bench.run(&["user", "email", "--login", "wx1"]).is(0);
    bench.run(&["check"]).is(0);
    assert_eq!(catcher.taken().len(), 1);
}
