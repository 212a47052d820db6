//! Notices: from the change to people's mail, whatever the mail server does; alarms; old rows.

mod alarm;
mod expiry;
mod guarded;
mod serving;
mod trouble;

use chrono::TimeDelta;
use jiban::domain::words::{Kind, Platform, Queue, Role, Urgency};
use jiban::engine::delivery;
use jiban::engine::intake::Draft;
use jiban::engine::setup::{self, NewSeat, NewUser};
use jiban::jobs::{self, Outside};

use crate::support::smtp::Catcher;
use crate::support::{TestApp, on_both, town};
use crate::tickets::{drain, ticket};

/// Gives these people an address each: their login at example.com.
pub fn mailed(app: &TestApp, logins: &[&str]) {
    for login in logins {
        let user = setup::user(&app.engine, login).unwrap();
        setup::set_email(&app.engine, user, Some(&format!("{login}@example.com"))).unwrap();
    }
}

/// Does everything that is due; how many letters and notices that were.
#[track_caller]
pub fn run(app: &TestApp, outside: &Outside) -> usize {
    jobs::run_once(&app.engine, outside).unwrap().iter().find(|(name, _)| *name == "notices").unwrap().1
}

/// How many deliveries are in a state.
pub fn in_state(app: &TestApp, state: &str) -> i64 {
    app.count(&format!("delivery WHERE state = '{state}'"))
}

/// Letters about new work that still wait.
pub fn news_due(app: &TestApp) -> i64 {
    app.count("delivery WHERE state = 'due' AND outbox_id IN (SELECT id FROM outbox WHERE template = 'new_in_queue')")
}

on_both! {
    /// Logged and routed by an agent: everyone of the queue who may see it has a letter; nobody twice.
    fn a_routed_ticket_is_mailed_to_the_queue(app: &TestApp) {
        let catcher = Catcher::start();
        mailed(app, &["weixiu1", "weixiu2", "waibao", "zhixu1", "agent1"]);
        let path = drain(app);
        assert!(run(app, &catcher.outside()) > 0);
        let mut to: Vec<String> = catcher.taken().into_iter().flat_map(|letter| letter.to).collect();
        to.sort();
        assert_eq!(to, ["weixiu1@example.com", "weixiu2@example.com"]);
        let letter = catcher.taken().remove(0);
        assert!(letter.subject().starts_with("【即办】部门有新工单 · 20260316-0001 · 恒泰园"), "{}", letter.subject());
        let body = letter.body();
        assert!(body.contains("卫生间下水道堵了") && body.contains(&format!("https://jiban.example{path}")), "{body}");
        assert!(!body.contains("13800000001") && !body.contains("张三"), "{body}");
        assert!(body.lines().count() > 5 && !body.replace("\r\n", "").contains('\n'));
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert_eq!(run(app, &catcher.outside()), 0);
        let page = app.person("agent1").get(&path);
        page.says("部门有新工单").says("丁师傅").says("已发邮件").says("己主管").says("控制台可见");
    }

    /// Whoever acted is not told; whoever lost it learns so by its number; residents wait for their next message.
    fn who_acted_is_left_out_and_who_lost_it_hears(app: &TestApp) {
        let catcher = Catcher::start();
        mailed(app, &["weixiu1", "weixiu2", "weixiu-head", "zhixu1"]);
        let path = drain(app);
        run(app, &catcher.outside());
        let before = catcher.taken().len();
        app.person("weixiu1").submit(&path, &format!("{path}/start"), &[]).is(303);
        let head = app.person("weixiu-head");
        let reason = [("queue", "order"), ("worker", ""), ("reason", "不是维修的事")];
        head.submit(&format!("{path}?do=transfer"), &format!("{path}/transfer"), &reason).is(303);
        run(app, &catcher.outside());
        let letters = catcher.taken().split_off(before);
        let of = |login: &str| letters.iter().find(|letter| letter.to == [format!("{login}@example.com")]);
        let lost = of("weixiu1").expect("the worker hears that it is gone").body();
        assert!(lost.contains("20260316-0001") && lost.contains("您不用再办"), "{lost}");
        assert!(of("zhixu1").is_some() && of("weixiu-head").is_none());
    }

    /// A complaint about the property is read by the committee alone, and its words do not travel by mail.
    fn a_confidential_ticket_sends_no_words(app: &TestApp) {
        let catcher = Catcher::start();
        mailed(app, &["committee1", "agent1", "agent2", "manager", "weixiu1"]);
        app.say(&app.wechat(), "o-li", 1, "你们物业的客服骂人，态度太差了，我要投诉客服");
        run(app, &catcher.outside());
        let letters = catcher.taken();
        assert!(!letters.is_empty());
        for letter in letters {
            assert_eq!(letter.to, ["committee1@example.com"]);
            assert!(letter.body().contains("内容保密") && !letter.body().contains("骂人"), "{}", letter.body());
        }
    }

    /// Names and words that try to be commands arrive as one letter to one person.
    fn what_people_write_is_never_a_command(app: &TestApp) {
        let catcher = Catcher::start();
        let new = NewUser {
            login: "odd".into(),
            display_name: "丁\r\nBcc: other@example.com\r\n\r\n.".into(),
            password: Some(town::PASSWORD.into()),
            language: jiban::domain::words::Language::En,
            must_change_password: false,
        };
        let seat = NewSeat::new(jiban::domain::ids::UserId(uuid::Uuid::nil()), Platform::Property, Role::Worker);
        setup::create_staff(&app.engine, &new, app.community, &seat.in_queue(Queue::Order)).unwrap();
        mailed(app, &["odd"]);
        let draft = Draft {
            words: "门禁坏了\r\n.\r\nMAIL FROM:<x@example.com>\r\nRCPT TO:<other@example.com>\n.\nDATA\r.\r".into(),
            place: Some("南门\r\n.\r\nBcc: other@example.com".into()),
            queue: Some(Queue::Order),
            kind: Some(Kind::Repair),
            urgency: Some(Urgency::Normal),
            ..Draft::default()
        };
        ticket(app, draft);
        run(app, &catcher.outside());
        let letters = catcher.taken();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to, ["odd@example.com"]);
        assert_eq!((letters[0].header("Bcc"), in_state(app, "sent")), (String::new(), 1));
        assert!(letters[0].body().contains("MAIL FROM"), "{}", letters[0].body());
    }

    /// Without a mail server the notices are handed on and kept; one set up later is not flooded with what is over.
    fn without_mail_nothing_fails_and_old_news_is_not_sent(app: &TestApp) {
        let catcher = Catcher::start();
        mailed(app, &["weixiu1"]);
        drain(app);
        run(app, &Outside::default());
        assert_eq!(in_state(app, "due"), 1);
        drain(app);
        app.advance(TimeDelta::hours(25));
        run(app, &catcher.outside());
        // What the passing day told of is news; the routing of yesterday is not.
        assert!(catcher.taken().iter().all(|letter| !letter.subject().contains("新工单")));
        assert_eq!((news_due(app), in_state(app, "dead")), (0, 0));
        assert_eq!(app.count("outbox WHERE state = 'due'"), 0);
    }

    /// One's own address, on the account page.
    fn an_address_is_set_on_the_account_page(app: &TestApp) {
        let worker = app.person("weixiu1");
        worker.submit("/account", "/account/email", &[("email", "a@b.cn, c@d.cn")]).is(422).says("这不像邮箱地址").says("a@b.cn, c@d.cn");
        worker.submit("/account", "/account/email", &[("email", " weixiu1@example.com ")]).is(303);
        worker.get("/account").says("邮箱已保存").says("value=\"weixiu1@example.com\"");
        worker.submit("/account", "/account/email", &[("email", "")]).is(303);
        worker.get("/account").hides("weixiu1@example.com");
        worker.submit("/account", "/account/look", &[("sound", "off")]).is(303);
        worker.get("/account").says("data-sound=\"off\"");
    }

    /// As files, for trials.
    fn letters_can_be_files(app: &TestApp) {
        let dir = tempfile::tempdir().unwrap();
        let way = jiban::notify::email::Way::Files(dir.path().join("mail"));
        let mail = jiban::notify::email::Mailer::new(&way, "jiban@jiban.example").unwrap();
        mailed(app, &["weixiu1"]);
        drain(app);
        run(app, &Outside { mail: Some(mail), public_url: None });
        let files: Vec<_> = std::fs::read_dir(dir.path().join("mail")).unwrap().map(|f| f.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(text.contains("To: ") && text.contains("weixiu1@example.com") && text.contains("Message-ID: <"), "{text}");
        assert_eq!(delivery::lease(&app.engine, 8).unwrap().0.len(), 0);
    }
}
