//! Sign-in, sessions, and what stands before every page of the console.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use chrono::TimeDelta;

use crate::support::{Page, Person, TestApp, on_both, town};

/// Pages of the console that need nothing but a sign-in.
const PAGES: &[&str] = &["/account", "/agent", "/nothing-here"];

/// The session's cookie as it came.
fn cookie(page: &Page) -> String {
    let line = page.headers.iter().find(|(name, value)| name == "set-cookie" && value.starts_with("jiban_insecure="));
    line.expect("no session was given").1.split(';').next().unwrap().to_owned()
}

/// Sends a request with headers of one's own choice; status line and headers, lower case.
fn raw(app: &TestApp, head: &str, body: &str) -> String {
    let mut line = TcpStream::connect(app.addr).unwrap();
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let host = app.addr;
    write!(line, "{head}host: {host}\r\nconnection: close\r\n{length}\r\n{body}").unwrap();
    BufReader::new(line)
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The same; all of the answer.
fn whole(app: &TestApp, head: &str, body: &str) -> String {
    let mut line = TcpStream::connect(app.addr).unwrap();
    write!(line, "{head}host: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", app.addr, body.len())
        .unwrap();
    std::io::read_to_string(line).unwrap()
}

fn form_head(path: &str, cookie: &str, more: &str) -> String {
    format!("POST {path} HTTP/1.1\r\ncookie: {cookie}\r\ncontent-type: application/x-www-form-urlencoded\r\n{more}")
}

fn wrong(person: &Person, login: &str) -> Page {
    person.sign_in(login, "not-the-password")
}

on_both! {
    /// The right password opens the house; a wrong one says no more than that, and keeps what was typed as account.
    fn sign_in(app: &TestApp) {
        let someone = app.visitor();
        let page = someone.get("/agent?q=1");
        page.is(303);
        assert_eq!(page.location, "/login?next=/agent%3Fq%3D1");
        let known = wrong(&someone, "agent1");
        known.is(401).says("账号或密码不对").says("value=\"agent1\"").hides("not-the-password");
        let unknown = wrong(&someone, "nobody");
        unknown.is(401).says("账号或密码不对");
        let same = |page: &Page, login: &str| page.body.replace(login, "x");
        assert_eq!(same(&known, "agent1"), same(&unknown, "nobody"), "nothing tells which of the two it was");
        someone.submit("/login", "/login", &[("account", ""), ("password", "")]).is(422).says("请填写账号和密码");

        let page = someone.submit(
            "/login?next=/agent%3Fq%3D1",
            "/login",
            &[("account", " Agent1 "), ("password", town::PASSWORD), ("next", "/agent?q=1")],
        );
        page.is(303);
        assert_eq!(page.location, "/agent?q=1");
        someone.get("/account").is(200).says("甲客服").says("客服");
        assert_eq!(someone.get("/login").location, "/agent", "who is in need not sign in again");

        let out = someone.submit("/account", "/logout", &[]);
        assert_eq!((out.status, out.location.as_str()), (303, "/login"));
        someone.get("/login").is(200).says("已退出");
        someone.get("/account").is(303);
    }

    /// Everybody begins where their work is.
    fn home(app: &TestApp) {
        for (login, place) in [
            ("agent1", "/agent"),
            ("manager", "/manage"),
            ("committee1", "/committee"),
            ("director", "/manage"),
            ("weixiu1", "/queues/maintenance"),
            ("waibao", "/queues/maintenance"),
            ("zhixu1", "/queues/order"),
            ("steward1", "/queues/steward"),
            ("admin", "/admin"),
        ] {
            assert_eq!(app.person(login).get("/").location, place, "{login}");
        }
    }

    /// A head alone is answered like the whole.
    fn heads(app: &TestApp) {
        let (visitor, agent) = (app.visitor(), app.person("agent1"));
        for (person, page) in [(&visitor, "/healthz"), (&visitor, "/readyz"), (&visitor, "/login"), (&agent, "/agent")] {
            let head = person.head(page);
            head.is(200);
            assert_eq!(head.header("content-type"), person.get(page).header("content-type"), "{page}");
            assert!(head.body.is_empty(), "{page}");
        }
        assert_eq!(visitor.head("/agent").location, "/login?next=/agent");
    }

    /// Unused for half a day, or a week old: over.
    fn limits_of_a_session(app: &TestApp) {
        let idle = app.person("agent1");
        app.advance(TimeDelta::hours(11));
        idle.get("/account").is(200);
        app.advance(TimeDelta::hours(11));
        idle.get("/account").is(200);
        app.advance(TimeDelta::hours(13));
        idle.get("/account").is(303);
        let busy = app.person("agent1");
        for _ in 0..16 {
            app.advance(TimeDelta::hours(10));
            busy.get("/account").is(200);
        }
        app.advance(TimeDelta::hours(10));
        busy.get("/account").is(303);
        // Nothing a page can be opened by: told in so many words.
        busy.post("/account/duty", &[("on", "true")]).is(401).says("请先登录");
    }

    /// No post without the session's own token, whatever it is; the token of another session is none.
    fn forged_forms(app: &TestApp) {
        let person = app.person("agent1");
        let other = app.person("agent2").get("/account").field("_csrf").unwrap();
        for fields in [vec![("on", "false")], vec![("on", "false"), ("_csrf", "")], vec![("on", "false"), ("_csrf", &other)]] {
            person.post("/account/duty", &fields).is(403).says("这一页开得太久了");
        }
        person.post_raw("/account/duty", "application/json", br#"{"on":false}"#).is(403);
        person.get("/account").says("结束当班");
        person.submit("/account", "/account/duty", &[("on", "false")]).is(303);
        person.get("/account").says("开始当班");
        // The sign-in form has a token too, of the visit.
        let visitor = app.visitor();
        visitor.post("/login", &[("account", "agent1"), ("password", town::PASSWORD)]).is(403);
        visitor.post("/login", &[("account", "agent1"), ("password", town::PASSWORD), ("_csrf", &other)]).is(403);
    }

    /// What another site sends is refused, even with the right cookie and token; a fetch may carry the token in a header.
    fn foreign_origin(app: &TestApp) {
        let person = app.visitor();
        let cookie = cookie(&person.sign_in("agent1", town::PASSWORD));
        let token = person.get("/account").field("_csrf").unwrap();
        let body = format!("_csrf={token}&on=false");
        let post = |more: &str| raw(app, &form_head("/account/duty", &cookie, more), &body);
        assert!(post("origin: https://evil.example\r\n").starts_with("HTTP/1.1 403"));
        assert!(post("sec-fetch-site: cross-site\r\norigin: null\r\n").starts_with("HTTP/1.1 403"));
        assert!(post("sec-fetch-site: same-site\r\n").starts_with("HTTP/1.1 403"));
        person.get("/account").says("结束当班");
        // Words that another site made the browser send are nobody's: the page does not repeat them.
        let words = format!("_csrf={token}&words=hello-from-elsewhere");
        let answer = whole(app, &form_head("/agent/requests", &cookie, "sec-fetch-site: cross-site\r\n"), &words);
        assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains("hello-from-elsewhere"), "{answer}");
        // Nor can they be sent on from here where the browser does not tell and the token does not fit.
        let words = "_csrf=no&words=hello-from-somewhere";
        let answer = whole(app, &form_head("/agent/requests", &cookie, "origin: null\r\n"), words);
        assert!(answer.contains("hello-from-somewhere") && !answer.contains("data-again"), "{answer}");
        assert!(post("sec-fetch-site: same-origin\r\norigin: null\r\n").starts_with("HTTP/1.1 303"));
        assert!(post(&format!("origin: http://{}\r\n", app.addr)).starts_with("HTTP/1.1 303"));
        let by_header = form_head("/account/duty", &cookie, &format!("x-csrf-token: {token}\r\n"));
        assert!(raw(app, &by_header, "on=false").starts_with("HTTP/1.1 303"));
        for live in ["/live", "/%6Cive"] {
            let listen = format!("GET {live} HTTP/1.1\r\ncookie: {cookie}\r\naccept: text/event-stream\r\n");
            let answer = raw(app, &format!("{listen}origin: https://evil.example\r\n"), "");
            assert!(answer.starts_with("HTTP/1.1 403"), "{live}: {answer}");
        }
        let nobody = "GET /live HTTP/1.1\r\naccept: text/event-stream\r\n";
        assert!(raw(app, nobody, "").starts_with("HTTP/1.1 401"));
    }

    /// A new password ends every other session; the old cookie opens nothing.
    fn new_password(app: &TestApp) {
        let (here, elsewhere) = (app.person("agent1"), app.person("agent1"));
        let change = |old: &str, new: &str, again: &str| {
            here.submit("/account", "/account/password", &[("old", old), ("new", new), ("again", again)])
        };
        let new = "院子里的石榴树又开花了吗";
        change("not-the-password", new, new).is(422).says("现在的密码不对").says("id=\"old-error\"");
        change(town::PASSWORD, new, "院子里的石榴树").is(422).says("两遍不一样");
        change(town::PASSWORD, "石榴树", "石榴树").is(422).says("少了 9 位");
        change(town::PASSWORD, "123456123456", "123456123456").is(422).says("太容易被猜到");
        change(town::PASSWORD, town::PASSWORD, town::PASSWORD).is(422).says("和现在的一样");
        elsewhere.get("/account").is(200);
        change(town::PASSWORD, new, new).is(303);
        here.get("/account").is(200).says("密码已改，其他设备已退出");
        here.get("/account").hides("密码已改，其他设备已退出");
        elsewhere.get("/account").is(303);
        app.visitor().sign_in("agent1", town::PASSWORD).is(401);
        let third = app.visitor();
        third.sign_in("agent1", new).is(303);
        here.submit("/account", "/account/sign-out-others", &[]).is(303);
        third.get("/account").is(303);
        here.get("/account").is(200);
    }

    /// The first password is good for changing it, and for nothing else.
    fn first_password(app: &TestApp) {
        use jiban::engine::setup::{self, NewUser};
        let new = NewUser {
            login: "xinlai".into(),
            display_name: "酉新来".into(),
            password: Some(town::PASSWORD.into()),
            language: jiban::domain::words::Language::Zh,
            must_change_password: true,
        };
        setup::create_user(&app.engine, &new).unwrap();
        let person = app.visitor();
        person.sign_in("xinlai", town::PASSWORD).is(303);
        for page in ["/", "/agent", "/live"] {
            assert_eq!(person.get(page).location, "/account", "{page}");
        }
        person.get("/account").is(200).says("这是初始密码");
        let next = "另一句只有我知道的话啊啊";
        let fields = [("old", town::PASSWORD), ("new", next), ("again", next)];
        person.submit("/account", "/account/password", &fields).is(303);
        person.get("/account").is(200).hides("这是初始密码").says("还没有岗位");
        person.get("/agent").is(403).says("这里您不能看");
    }

    /// The language follows the person: by cookie before sign-in, by account after.
    fn language(app: &TestApp) {
        let person = app.visitor();
        let page = person.submit("/login?next=/agent", "/language", &[("language", "en"), ("back", "/login?next=/agent")]);
        assert_eq!((page.status, page.location.as_str()), (303, "/login?next=/agent"));
        person.get("/login").says("<html lang=\"en\"").says("Sign in");
        person.sign_in("agent1", town::PASSWORD).is(303);
        person.get("/account").says("<html lang=\"zh-CN\"");
        person.submit("/account", "/language", &[("language", "en"), ("back", "/account")]).is(303);
        person.get("/account").says("<html lang=\"en\"").says("Language changed to English");
        app.person("agent1").get("/account").says("My account");
        let odd = person.submit("/account", "/language", &[("language", "tlh"), ("back", "/account")]);
        odd.is(400).says("This request cannot be read");
        let away = person.submit("/account", "/language", &[("language", "zh-CN"), ("back", "//evil.example/x")]);
        assert_eq!(away.location, "/");
    }

    /// Theme, type size and keys are the browser's, and strange values nobody's.
    fn looks(app: &TestApp) {
        let person = app.person("agent1");
        let look = |theme, size| {
            person.submit("/account", "/account/look", &[("theme", theme), ("size", size), ("keys", "off")]).is(303);
            person.get("/account")
        };
        look("dark", "large").says("data-theme=\"dark\"").says("data-size=\"large\"").says("data-keys=\"off\"");
        look("\"><script>", "huge").hides("data-theme").hides("data-size");
    }

    /// The switch reaches the seat.
    fn duty(app: &TestApp) {
        let person = app.person("weixiu1");
        assert!(on_duty(app, "weixiu1") && on_duty(app, "weixiu2"));
        person.submit("/account", "/account/duty", &[("on", "false")]).is(303);
        person.get("/account").says("已结束当班");
        assert!(!on_duty(app, "weixiu1") && on_duty(app, "weixiu2"), "one's own seats only");
        person.submit("/account", "/account/duty", &[("on", "true")]).is(303);
        assert!(on_duty(app, "weixiu1"));
        person.submit("/account", "/account/duty", &[("on", "perhaps")]).is(400);
    }

    /// The list of headers stands on everything, pages of trouble included, and no page with people on it is kept.
    fn headers(app: &TestApp) {
        let visitor = app.visitor();
        let person = app.person("agent1");
        let mut answers = vec![visitor.get("/login"), visitor.get("/agent"), visitor.get("/nothing-here")];
        answers.extend(PAGES.iter().map(|page| person.get(page)));
        answers.push(person.post("/account/duty", &[]));
        answers.push(wrong(&visitor, "agent1"));
        for answer in answers {
            for (name, value) in jiban::web::headers::SECURITY_HEADERS {
                assert_eq!(answer.header(&name.to_lowercase()), *value, "{name} of {}", answer.status);
            }
            assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.status);
        }
        person.get("/nothing-here").is(404).says("没有这一页").says("甲客服");
        visitor.get("/nothing-here").is(404).says("没有这一页");
    }

    /// A login and a way back that are no such thing stay words on the page.
    fn hostile_words(app: &TestApp) {
        let visitor = app.visitor();
        let name = "\"><script>alert(1)</script>";
        let page = visitor.submit("/login", "/login", &[("account", name), ("password", "x")]);
        page.is(401).hides("<script>alert").says("&#34;&#62;&#60;script&#62;");
        for next in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login"] {
            let person = app.visitor();
            let fields = [("account", "agent2"), ("password", town::PASSWORD), ("next", next)];
            assert_eq!(person.submit("/login", "/login", &fields).location, "/", "{next}");
            let asked = format!("/login?{}", crate::support::people::encoded(&[("next", next)]));
            assert_eq!(app.visitor().get(&asked).field("next").unwrap(), "/", "{next}");
        }
        // A flash that nobody of ours set says nothing, or something of ours.
        let told = raw_page(app, "jiban_flash=sent.hello.world");
        assert!(!told.contains("hello") && told.contains("id=\"toasts\""));
    }

    /// A page that listens hears that something changed in its community, never what, and is told to look anew after a gap.
    fn live(app: &TestApp) {
        let person = app.visitor();
        let cookie = cookie(&person.sign_in("agent1", town::PASSWORD));
        let mut listening = listen(app, &cookie, "last-event-id: 0-1\r\n");
        let head = listening.head();
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-type: text/event-stream"), "{head}");
        assert!(head.contains("cache-control: no-store") && !head.contains("gzip"), "{head}");
        assert_eq!(listening.event("event: "), "event: reset");
        app.say(&app.wechat(), "o-zhang", 1, "我家恒泰园3号楼2单元501下水道堵了");
        assert_eq!(listening.event("event: "), "event: changed");
        assert_eq!(listening.event("data: "), "data: {}", "not even which ticket: it may be confidential");
    }
}

/// As the seats themselves say, not the page.
fn on_duty(app: &TestApp, login: &str) -> bool {
    use jiban::store::user;
    let seats = app.store.read(|db| {
        let person = user::by_login(db, login)?.expect("there is no such person");
        user::memberships(db, person.id)
    });
    seats.unwrap().iter().all(|seat| seat.on_duty)
}

fn raw_page(app: &TestApp, cookie: &str) -> String {
    let mut line = TcpStream::connect(app.addr).unwrap();
    write!(line, "GET /login HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n", app.addr).unwrap();
    std::io::read_to_string(line).unwrap()
}

struct Listening(BufReader<TcpStream>);

fn listen(app: &TestApp, cookie: &str, more: &str) -> Listening {
    let mut line = TcpStream::connect(app.addr).unwrap();
    line.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let accept = "accept: text/event-stream\r\naccept-encoding: gzip\r\n";
    write!(line, "GET /live HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\n{accept}{more}\r\n", app.addr).unwrap();
    Listening(BufReader::new(line))
}

impl Listening {
    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
        line.trim_end().to_owned()
    }

    fn head(&mut self) -> String {
        let lines: Vec<String> = std::iter::from_fn(|| Some(self.line()).filter(|line| !line.is_empty())).collect();
        lines.join("\n")
    }

    /// The next line that begins so.
    fn event(&mut self, with: &str) -> String {
        loop {
            let line = self.line();
            if line.starts_with(with) {
                return line;
            }
        }
    }
}
