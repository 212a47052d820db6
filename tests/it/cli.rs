//! The verbs, through the real binary: what programs read, what people read, exit codes, and mistakes.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use chrono::DateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiban::clock::Chance;

use crate::support::app::{Backend, postgres};
use crate::support::binary::{Bench, Server, secret_file};
use crate::support::{Person, Program};

/// The password a first start shows.
fn shown(server: &Server) -> Option<String> {
    let (_, rest) = server.said.split_once("with the password ")?;
    rest.split_whitespace().next().map(str::to_owned)
}

#[test]
fn the_first_start_makes_an_admin_and_shows_the_password_once() {
    let bench = Bench::new();
    let server = bench.serve();
    let password = shown(&server).expect("a password on the terminal");
    let admin = Person::new(server.addr);
    admin.sign_in("admin", "not the password").is(401);
    admin.sign_in("admin", &password).is(303);
    admin.get("/account").is(200);
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("finishing what was accepted"), "{said}");
    let again = bench.serve();
    assert_eq!(shown(&again), None, "{}", again.said);
    Person::new(again.addr).sign_in("admin", &password).is(303);
    assert_eq!(again.stop().0, 0);
}

#[test]
fn the_verbs_work_before_the_first_start_and_beside_a_server() {
    let bench = Bench::new();
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let listed = bench.run(&["community", "list"]);
    assert_eq!(listed.is(0).stdout, "xishan\t西山社区\n");
    let server = bench.serve();
    let user = ["user", "create", "--login", "kefu1", "--name", "客服甲", "--community", "xishan", "--role", "agent"];
    let made = bench.run(&user);
    let password = made.is(0).stdout.strip_suffix('\n').expect("the password alone on a line");
    assert!(password.len() >= 20 && !password.contains(char::is_whitespace), "{password}");
    Person::new(server.addr).sign_in("kefu1", password).is(303);

    let made = bench.run(&["token", "create", "--community", "xishan", "--role", "agent"]);
    let token = made.is(0).stdout.trim_end();
    assert!(token.len() == 46 && token.starts_with("jb_"), "{token}");
    Program::new(server.addr, token).get("/api/v1/me").is(200).says("xishan");

    let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    let set = ["wechat", "set", "--community", "xishan", "--mode", "aes", "--app-id", "wx0123456789abcdef"];
    bench.feed(&[&set[..], &["--token-file", "-", "--aes-key", key]].concat(), "sharedword\n").is(0);
    bench.run(&["check"]).is(0).tells("every invariant holds");
    let dump = std::fs::read(bench.path("data/jiban.sqlite3")).unwrap();
    let wal = std::fs::read(bench.path("data/jiban.sqlite3-wal")).unwrap_or_default();
    for secret in ["sharedword", key, token, password] {
        let written = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!written(&dump) && !written(&wal), "a secret stands in the database");
    }
    assert_eq!(server.stop().0, 0);
}

#[test]
fn a_mistake_is_named_and_leaves_nothing_half_made() {
    let bench = Bench::new();
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let refused = |words: &[&str], told: &str| {
        let said = bench.run(words);
        said.is(2).tells(told);
        assert!(said.stdout.is_empty(), "{}", said.stdout);
    };
    refused(&["serv"], "serve");
    refused(&["community", "create", "--slug", "xishan", "--name", "又一个"], "slug: is taken");
    refused(&["community", "create", "--slug", "西山", "--name", "西山"], "a-z, 0-9");
    refused(&["community", "create", "--slug", "a", "--name", "甲", "--zone", "Beijing"], "Asia/Shanghai");
    refused(&["token", "create", "--community", "dongshan", "--role", "agent"], "no community `dongshan`");
    refused(&["token", "create", "--community", "xishan", "--role", "boss"], "committee_staff");
    refused(&["token", "create", "--community", "xishan", "--role", "worker"], "queue: is empty");
    let user = ["user", "create", "--login", "lou1", "--name", "楼管", "--community", "xishan", "--role", "steward"];
    refused(&[&user[..], &["--building", "恒泰园/3"]].concat(), "恒泰园/3");
    refused(&user, "building: is empty");
    refused(&["user", "create", "--login", "LOU", "--name", "楼管"], "login");
    let weak = bench.path("weak");
    secret_file(&weak, "password1234\n");
    let weak = weak.display().to_string();
    refused(&["user", "create", "--login", "lou1", "--name", "楼管", "--password-file", &weak], "too easily guessed");
    let set = ["wechat", "set", "--community", "xishan", "--app-id", "wx01", "--token", "abc", "--mode"];
    refused(&[&set[..], &["aes"]].concat(), "aes_key: is empty");
    refused(&[&set[..], &["aes", "--aes-key", "short"]].concat(), "43 letters");
    refused(&[&set[..], &["safe"]].concat(), "plain, compat or aes");
    // None of the refused ones took the name.
    bench.run(&["user", "create", "--login", "lou1", "--name", "楼管"]).is(0);
    bench.run(&["check"]).is(0);
}

#[test]
fn a_wrong_setting_is_named_with_its_value_and_what_is_allowed() {
    for (name, value, told) in [
        ("JIBAN_WORKERS", "0", "1 to 256"),
        ("JIBAN_DATABASE_URL", "mysql://db/jiban", "sqlite:///absolute/path"),
        ("JIBAN_BIND", "everywhere", "127.0.0.1:8080"),
        ("JIBAN_WORKER", "2", "JIBAN_WORKERS"),
    ] {
        let said = Bench::with(&[(name, value)]).run(&["serve"]);
        said.is(2).tells(name).tells(told);
    }
    let open = Bench::with(&[("JIBAN_BIND", "0.0.0.0:0")]).run(&["serve"]);
    open.is(2).tells("JIBAN_PUBLIC_URL").tells("JIBAN_ALLOW_INSECURE");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    Bench::with(&[("JIBAN_BIND", &bind)]).run(&["serve"]).is(1).tells("cannot listen on");
}

#[test]
fn every_verb_explains_itself() {
    let bench = Bench::new();
    let help = bench.run(&["--help"]);
    help.is(0);
    for verb in ["serve", "demo", "migrate", "community", "user", "token", "wechat", "key", "route", "check"] {
        assert!(help.stdout.contains(verb), "{verb} is not listed");
        let own = bench.run(&[verb, "--help"]);
        assert!(own.is(0).stdout.contains("Usage: jiban"), "{verb}");
    }
    assert!(!bench.path("data").exists(), "asking for help makes nothing");
}

#[test]
fn a_reader_that_goes_away_ends_route_quietly() {
    let bench = Bench::new();
    let mut command = bench.command(&["route"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let feeder = std::thread::spawn(move || {
        // Far more than a pipe holds; ends with an error once nobody reads.
        for _ in 0..200_000 {
            if input.write_all("楼道里全是垃圾没人扫\n".as_bytes()).is_err() {
                break;
            }
        }
    });
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    assert!(first.contains("\"queue\":\"environment\""), "{first}");
    drop(output);
    let ended = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert!(!stderr.contains("panicked") && ended.status.code() == Some(0), "{:?} {stderr}", ended.status);
}

#[test]
fn another_key_file_or_none_is_refused() {
    let (bench, other) = (Bench::new(), Bench::new());
    for bench in [&bench, &other] {
        bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    }
    let key = bench.path("data/secret.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    std::fs::copy(other.path("data/secret.key"), &key).unwrap();
    bench.run(&["serve"]).is(1).tells("does not belong to this database");
    std::fs::remove_file(&key).unwrap();
    bench.run(&["community", "list"]).is(1).tells("restore it from its copy");
    assert!(!key.exists(), "a key was made for a database that has one");
    secret_file(&key, std::str::from_utf8(&kept).unwrap());
    bench.run(&["community", "list"]).is(0);
}

#[test]
fn a_forgotten_password_and_someone_who_left() {
    let bench = Bench::new();
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let agent = ["user", "create", "--community", "xishan", "--role", "agent", "--name", "周客服", "--login", "zhou"];
    let first = bench.run(&agent).is(0).stdout.trim().to_owned();
    let server = bench.serve();
    let (person, guesser) = (Person::new(server.addr), Person::new(server.addr));
    person.sign_in("zhou", &first).is(303);
    for _ in 0..10 {
        guesser.sign_in("zhou", "not-the-password").is(401);
    }
    let made = bench.run(&["user", "password", "--login", "zhou"]);
    let fresh = made.is(0).stdout.trim().to_owned();
    assert!(fresh.len() > 20 && fresh != first && made.stdout.lines().count() == 1, "{}", made.stdout);
    person.get("/account").is(303);
    guesser.sign_in("zhou", &first).is(401);
    guesser.sign_in("zhou", &fresh).is(303);
    guesser.get("/account").says("这是初始密码");
    let given = ["user", "password", "--login", "zhou", "--password-file", "-"];
    bench.feed(&given, "short").is(2).tells("password");
    assert_eq!(bench.feed(&given, "sunny-but-windy-today\n").is(0).stdout, "");
    guesser.get("/account").is(303);
    person.sign_in("zhou", "sunny-but-windy-today").is(303);
    bench.run(&["user", "disable", "--login", "zhou"]).is(0).tells("cannot sign in");
    person.get("/account").is(303);
    person.sign_in("zhou", "sunny-but-windy-today").is(401);
    bench.run(&["user", "enable", "--login", "zhou"]).is(0);
    person.sign_in("zhou", "sunny-but-windy-today").is(303);
    for verb in ["password", "disable", "enable"] {
        bench.run(&["user", verb, "--login", "nobody"]).is(2).tells("there is no account `nobody`");
    }
    assert_eq!(server.stop().0, 0);
}

/// The terminal does to an account what the console does, writes it down as the console does, and leaves no community
/// without an administrator.
#[test]
fn what_the_terminal_does_to_an_account_is_written_down_and_spares_the_last_admin() {
    let bench = Bench::new();
    for slug in ["xishan", "dongshan"] {
        bench.run(&["community", "create", "--slug", slug, "--name", slug]).is(0);
    }
    let password = bench.path("password");
    secret_file(&password, "sunny-but-windy-today\n");
    let password = password.display().to_string();
    let make = |login: &str, role: &str, slug: &str| {
        let user = ["user", "create", "--login", login, "--name", login, "--community", slug, "--role", role];
        bench.run(&[&user[..], &["--password-file", &password]].concat()).is(0);
    };
    make("first", "admin", "xishan");
    make("zhou", "agent", "xishan");
    make("far", "admin", "dongshan");
    let server = bench.serve();
    let admin = Person::new(server.addr);
    admin.sign_in("first", "sunny-but-windy-today").is(303);
    bench.run(&["user", "disable", "--login", "first"]).is(2).tells("`first` is the last administrator of a community");
    admin.get("/admin").is(200).hides("停用账号");
    // A seat in two communities: a line in each, and the last administrator of either is spared.
    bench.run(&["user", "seat", "--login", "far", "--community", "xishan", "--role", "admin"]).is(0);
    bench.run(&["user", "disable", "--login", "far"]).is(2).tells("last administrator").tells("jiban user seat");
    bench.run(&["user", "disable", "--login", "first"]).is(0);
    bench.run(&["user", "disable", "--login", "first"]).is(0);
    admin.get("/admin").is(303);
    bench.run(&["user", "enable", "--login", "first"]).is(0);
    bench.run(&["user", "password", "--login", "zhou"]).is(0);
    bench.run(&["user", "password", "--login", "far", "--password-file", &password]).is(0);
    admin.sign_in("first", "sunny-but-windy-today").is(303);
    let lines = |page: &str| {
        let rows = page.split("<tr").filter(|row| row.contains("服务器上"));
        rows.map(|row| row.split_whitespace().collect::<String>()).collect::<Vec<_>>()
    };
    let page = admin.get("/admin");
    let told = lines(&page.is(200).body);
    let deeds = [("重设密码", "far"), ("重设密码", "zhou"), ("恢复账号", "first"), ("停用账号", "first")];
    assert_eq!(told.len(), deeds.len(), "{told:#?}");
    for (line, (deed, login)) in told.iter().zip(deeds) {
        assert!(line.contains(deed) && line.contains(login), "{line}");
    }
    let far = Person::new(server.addr);
    far.sign_in("far", "sunny-but-windy-today").is(303);
    assert_eq!(server.stop().0, 0);
    bench.run(&["check"]).is(0);
}

#[test]
fn browsers_are_kept_on_https_where_people_come_by_it() {
    let header = |env: &[(&str, &str)]| {
        let bench = Bench::with(env);
        let server = bench.serve();
        let page = Person::new(server.addr).get("/login");
        (page.status, page.header("strict-transport-security").to_owned())
    };
    assert_eq!(header(&[("JIBAN_PUBLIC_URL", "https://jiban.example")]), (200, "max-age=31536000".to_owned()));
    assert_eq!(header(&[]), (200, String::new()));
}

#[test]
fn healthcheck_tells_a_ready_server_from_none() {
    let bench = Bench::new();
    let server = bench.serve();
    let bind = server.addr.to_string();
    let ask = Bench::with(&[("JIBAN_BIND", &bind)]);
    ask.run(&["healthcheck"]).is(0);
    assert_eq!(server.stop().0, 0);
    ask.run(&["healthcheck"]).is(1).tells("no answer");
}

#[test]
fn on_postgresql_nothing_is_made_silently() {
    let Some(Backend::Postgres(server)) = postgres() else { return };
    let name = format!("cli_{}", Chance::System.id::<uuid::Uuid>(DateTime::UNIX_EPOCH).simple());
    let on_server = |statement: &str| PgConnection::establish(&server).unwrap().batch_execute(statement).unwrap();
    on_server(&format!("CREATE DATABASE {name}"));
    let url = crate::support::app::named(&server, &name);
    let bench = Bench::with(&[("JIBAN_DATABASE_URL", &url)]);
    let create = ["community", "create", "--slug", "xishan", "--name", "西山社区"];
    bench.run(&["serve"]).is(1).tells("jiban migrate");
    bench.run(&create).is(1).tells("jiban migrate");
    bench.run(&["migrate"]).is(0);
    bench.run(&["migrate"]).is(0).tells("up to date");
    bench.run(&create).is(1).tells("jiban key create");
    bench.run(&["key", "create"]).is(0);
    bench.run(&["key", "create"]).is(2).tells("not written over");
    bench.run(&create).is(0);
    let one = bench.serve();
    let two = bench.serve();
    assert!(shown(&one).is_some() && shown(&two).is_none());
    for server in [one, two] {
        assert_eq!(server.stop().0, 0);
    }
    on_server(&format!("DROP DATABASE {name} WITH (FORCE)"));
}
