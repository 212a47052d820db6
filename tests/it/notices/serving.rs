//! The runner inside the real binary: a commit wakes it, the letter goes out, and the process ends cleanly.

use serde_json::json;

use crate::support::Program;
use crate::support::binary::{Bench, Server};
use crate::support::smtp::{Catcher, Guard, LOGIN};

/// Serves the community, to which a program then brings a blocked drain.
fn served_with_a_drain(bench: &Bench) -> Server {
    let token = bench.run(&["token", "create", "--community", "xishan", "--role", "agent"]);
    let server = bench.serve();
    let program = Program::new(server.addr, token.stdout.trim_end());
    let new = json!({ "words": "卫生间下水道堵了", "queue": "maintenance", "kind": "repair", "urgency": "normal" });
    program.post("/api/v1/tickets", &new).is(201);
    server
}

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
    let server = served_with_a_drain(&bench);
    catcher.wait(1);
    let letter = catcher.taken().remove(0);
    assert!(letter.subject().starts_with("[Jiban] A new ticket in your queue"), "{}", letter.subject());
    assert!(letter.body().contains("http://jiban.example/tickets/"), "{}", letter.body());
    assert_eq!(server.stop().0, 0);
    // Beside no server: what is due now, in so many words. Whether the server came to index the ticket is all one.
    let run = bench.run(&["jobs", "run"]);
    assert_eq!(
        run.is(0).stdout.replace("search 1", "search 0"),
        "clocks 0\noffers 0\nhold_reviews 0\ndeferred_reviews 0\nexpired 0\ncall_backs 0\nroll_ups 0\nsearch 0\nnotices 0\n"
    );
    bench.run(&["user", "email", "--login", "wx1"]).is(0);
    bench.run(&["check"]).is(0);
    assert_eq!(catcher.taken().len(), 1);
}

/// As an owner sets it up: the house's own authority in a file, the password in another.
#[test]
fn a_private_authority_is_trusted_by_a_setting() {
    let catcher = Catcher::guarded(Guard::Whole("PLAIN LOGIN"));
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (ca, password) = (file("ca.pem", &catcher.authority()), file("password", LOGIN.1));
    let url = format!("smtps://{}@127.0.0.1:{}", LOGIN.0.replace('@', "%40"), catcher.port());
    let env = |ca: &str| {
        Bench::with(&[
            ("JIBAN_SMTP_URL", &url),
            ("JIBAN_SMTP_PASSWORD_FILE", &password),
            ("JIBAN_SMTP_CA_FILE", ca),
            ("JIBAN_MAIL_FROM", "jiban@jiban.example"),
        ])
    };
    let bench = env(&ca);
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let user = ["user", "create", "--login", "wx1", "--name", "Ding", "--email", "wx1@example.com"];
    let seat = ["--community", "xishan", "--role", "worker", "--queue", "maintenance"];
    bench.run(&[&user[..], &seat].concat()).is(0);
    let server = served_with_a_drain(&bench);
    catcher.wait(1);
    assert_eq!((catcher.clear(), catcher.taken()[0].to.clone()), (String::new(), vec!["wx1@example.com".to_owned()]));
    let (code, said) = server.stop();
    assert!(code == 0 && !said.contains(LOGIN.1), "{said}");
    // What is no certificate stops the start, not the first letter.
    env(&file("key.pem", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n")).run(&["serve"]).is(2).tells("JIBAN_SMTP_CA");
    let torn = "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n";
    env(&file("torn.pem", torn)).run(&["serve"]).is(1).tells("JIBAN_SMTP_CA");
}
