//! The administrator's pages: who may open them, what they change, and what they never show.

mod start;

use jiban::domain::words::{Platform, Role};

use crate::support::{Page, Person, Program, on_both, town};

/// Every page there is.
const PAGES: &[&str] = &[
    "/admin",
    "/admin/start",
    "/admin/people",
    "/admin/queues",
    "/admin/urgency",
    "/admin/calendar",
    "/admin/catalogue",
    "/admin/tokens",
    "/admin/sources",
    "/admin/wechat",
    "/admin/import",
    "/admin/import/places.csv",
];

/// Every address that changes something; ids that lead nowhere.
const POSTS: &[&str] = &[
    "/admin/start",
    "/admin/people",
    "/admin/seats",
    "/admin/people/01900000-0000-7000-8000-000000000000/password",
    "/admin/people/01900000-0000-7000-8000-000000000000/state",
    "/admin/seats/01900000-0000-7000-8000-000000000000",
    "/admin/seats/01900000-0000-7000-8000-000000000000/end",
    "/admin/queues/order",
    "/admin/urgency/normal",
    "/admin/calendar",
    "/admin/tokens",
    "/admin/sources",
    "/admin/tokens/01900000-0000-7000-8000-000000000000/revocation",
    "/admin/wechat",
];

/// Fields every form here is content with, so that a right that is missing is what stops it.
const FIELDS: &[(&str, &str)] = &[
    ("disabled", "true"),
    ("slug", "other"),
    ("name", "别处"),
    ("zone", "Asia/Shanghai"),
    ("name_zh", "甲"),
    ("name_en", "A"),
];

/// The secret or password a page shows once.
fn once(page: &Page) -> String {
    let (_, rest) = page.body.split_once("<output class=\"secret\">").expect("nothing is shown once");
    rest.split('<').next().unwrap().to_owned()
}

/// Where the list leads for this person.
fn page_of(admin: &Person, name: &str) -> String {
    let list = admin.get("/admin/people");
    let line = list.body.split("<tr>").skip(1).find(|line| line.contains(name)).expect("not in the list");
    line.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The action of the page's form whose address ends so.
fn action(page: &Page, end: &str) -> String {
    let found = page.body.split("action=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    found.into_iter().find(|action| action.ends_with(end)).expect("no such form").to_owned()
}

on_both! {
    /// No other role opens any of the pages or posts to any of the addresses; a visitor is sent to sign in.
    fn nobody_else_comes_in(app: &TestApp) {
        let before = app.count("admin_change") + app.count("membership");
        for login in ["agent1", "weixiu1", "weixiu-head", "waibao", "steward1", "manager", "committee1", "director"] {
            let person = app.person(login);
            let token = person.get("/account").field("_csrf").unwrap();
            for page in PAGES {
                person.get(page).is(403).says("这里您不能看");
            }
            for post in POSTS {
                let fields = [&[("_csrf", token.as_str())], FIELDS].concat();
                let answer = person.post(post, &fields);
                answer.is(403).hides("这一页开得太久了");
            }
            person.upload("/account", "/admin/import", &[("sheet", b"places"), ("text", b"x")]).is(403);
        }
        for page in PAGES {
            app.visitor().get(page).is(303);
        }
        let admin = app.person("admin");
        for page in PAGES {
            admin.get(page).is(200);
        }
        for post in POSTS {
            admin.post(post, FIELDS).is(403).says("这一页开得太久了");
        }
        admin.post_raw("/admin/import", "multipart/form-data; boundary=z", b"--z--").is(403);
        assert_eq!(app.count("admin_change") + app.count("membership"), before);
    }

    /// An account is made with its seat; the password is shown once and must be changed; seats change and end.
    fn people(app: &TestApp) {
        let admin = app.person("admin");
        let fields = [("login", "qian"), ("name", "钱师傅"), ("role", "worker"), ("queue", "maintenance")];
        let made = admin.submit("/admin/people", "/admin/people", &fields);
        let password = once(made.is(200).says("只显示这一次"));
        admin.submit("/admin/people", "/admin/people", &fields).is(422).says("已经有人用了").says("value=\"qian\"");
        let none = [("login", "sun"), ("name", "孙"), ("role", "worker")];
        admin.submit("/admin/people", "/admin/people", &none).is(422).says("请填写这一项");
        let place = [("login", "sun"), ("name", "孙"), ("role", "steward"), ("building", "恒泰园/99")];
        admin.submit("/admin/people", "/admin/people", &place).is(422).says("没有这一项");

        let person = app.visitor();
        person.sign_in("qian", &password).is(303);
        person.get("/").is(303);
        let new = "院子里的石榴树又开花了吗";
        let changed = person.submit("/account", "/account/password", &[("old", &password), ("new", new), ("again", new)]);
        assert_eq!(changed.location, "/");
        assert_eq!(person.get("/").location, "/queues/maintenance");

        let his = page_of(&admin, "钱师傅");
        let page = admin.get(&his);
        page.is(200).hides(&password);
        let seat = action(&page, "/end").trim_end_matches("/end").to_owned();
        let change = [("extension", "8123"), ("on_duty", ""), ("head", "1"), ("deputy_for", "")];
        admin.submit(&his, &seat, &change).is(303);
        admin.get("/admin/people").says("分机 8123").says("部门负责人");
        admin.submit(&his, "/admin/seats", &[("login", "qian"), ("role", "agent")]).is(303);
        admin.submit(&his, &format!("{seat}/end"), &[]).is(303);
        assert_eq!(person.get("/").location, "/agent", "the seat of a worker is gone");
        person.get("/admin").is(403);
        admin.get("/admin").says("新建账号").says("qian worker").says("撤销岗位").says("申管理员");
    }

    /// Disabling ends every session at once and enabling brings none back; a reset password ends them too.
    fn disabled_is_out(app: &TestApp) {
        let admin = app.person("admin");
        let (here, there) = (app.person("agent1"), app.person("agent1"));
        let his = page_of(&admin, "甲客服");
        admin.submit(&his, &format!("{his}/state"), &[("disabled", "true")]).is(303);
        for session in [&here, &there] {
            assert_eq!(session.get("/agent").location, "/login?next=/agent");
        }
        app.visitor().sign_in("agent1", town::PASSWORD).is(401);
        assert_eq!(app.count("session WHERE user_id = (SELECT id FROM app_user WHERE login = 'agent1')"), 0);
        admin.submit(&his, &format!("{his}/state"), &[("disabled", "false")]).is(303);
        here.get("/agent").is(303);
        let again = app.person("agent1");
        let reset = admin.submit(&his, &format!("{his}/password"), &[]);
        let password = once(reset.is(200));
        again.get("/agent").is(303);
        app.visitor().sign_in("agent1", town::PASSWORD).is(401);
        let person = app.visitor();
        person.sign_in("agent1", &password).is(303);
        assert_eq!(person.get("/agent").location, "/account");
    }

    /// Nobody can shut the last administrator out, nor touch the account of somebody who works elsewhere too.
    fn what_an_administrator_must_not(app: &TestApp) {
        use jiban::engine::setup::{self, NewSeat};
        let admin = app.person("admin");
        let own = page_of(&admin, "申管理员");
        admin.submit(&own, &format!("{own}/state"), &[("disabled", "true")]).is(422).says("最后一位管理员");
        let page = admin.get(&own);
        let user = own.rsplit('/').next().unwrap();
        admin.submit(&own, &action(&page, "/end"), &[("user", user)]).is(422).says("最后一位管理员");
        let linshe = setup::community(&app.engine, "linshe").unwrap();
        let both = setup::user(&app.engine, "agent2").unwrap();
        setup::add_seat(&app.engine, linshe, &NewSeat::new(both, Platform::Property, Role::Agent)).unwrap();
        let theirs = page_of(&admin, "乙客服");
        admin.get(&theirs).says("在别的小区也有岗位").hides("重设密码");
        admin.submit(&theirs, &format!("{theirs}/password"), &[]).is(422).says("在别的小区也有岗位");
        app.person("agent2");
        // Somebody of another community alone is nobody here.
        let stranger = setup::NewUser {
            login: "moren".into(),
            display_name: "陌人".into(),
            password: Some(town::PASSWORD.into()),
            language: jiban::domain::words::Language::Zh,
            must_change_password: false,
        };
        let seat = NewSeat::new(both, Platform::Property, Role::Agent);
        let (id, _) = setup::create_staff(&app.engine, &stranger, linshe, &seat).unwrap();
        admin.get(&format!("/admin/people/{id}")).is(404);
        admin.submit("/admin", "/admin/start", &[]).is(403);
        admin.submit(&theirs, &format!("/admin/people/{id}/state"), &[("disabled", "true")]).is(404);
        app.person("moren");
    }

    /// A token is shown once, works, and is void from the moment it is revoked.
    fn tokens(app: &TestApp) {
        let admin = app.person("admin");
        let made = admin.submit("/admin/tokens", "/admin/tokens", &[("name", "大屏"), ("role", "agent"), ("platform", "property")]);
        let secret = once(made.is(200).says("大屏"));
        let program = Program::new(app.addr, &secret);
        program.get("/api/v1/me").is(200);
        let list = admin.get("/admin/tokens");
        list.is(200).says("大屏").hides(&secret);
        admin.submit("/admin/tokens", &action(&list, "/revocation"), &[]).is(303);
        program.get("/api/v1/me").is(401);
        admin.get("/admin/tokens").hides("大屏");
        admin.submit("/admin/tokens", &action(&list, "/revocation"), &[]).is(404);
        admin.submit("/admin/tokens", "/admin/tokens", &[("name", "x"), ("role", "worker"), ("platform", "property")]).is(422).says("部门");
        admin.get("/admin").says("作废令牌");
    }

    /// Departments, limits, days, the WeChat account: what is changed counts at once, what is wrong is named.
    fn settings(app: &TestApp) {
        let admin = app.person("admin");
        let post = |page: &str, action: &str, fields: &[(&str, &str)]| admin.submit(page, action, fields);
        post("/admin/queues", "/admin/queues/order", &[("name_zh", "保安部"), ("name_en", "Security")]).is(303);
        admin.get("/admin/queues").says("保安部").says("Security");
        post("/admin/queues", "/admin/queues/order", &[("name_zh", " "), ("name_en", "x")]).is(422).says("中文名：请填写这一项");
        let limits = [("contact", "2h"), ("on_site", ""), ("finish", "3d"), ("warn", "60")];
        post("/admin/urgency", "/admin/urgency/normal", &limits).is(303);
        admin.get("/admin/urgency").says("value=\"3d\"");
        let wrong = [("contact", "2h"), ("on_site", ""), ("finish", "soon"), ("warn", "60")];
        post("/admin/urgency", "/admin/urgency/normal", &wrong).is(422).says("办结：").says("value=\"soon\"");
        post("/admin/urgency", "/admin/urgency/never", &limits).is(404);
        admin.get("/admin/calendar").is(200).says("2026").hides("还没有录入节假日");
        admin.get("/admin/calendar?year=2027").is(200).says("2027 年还没有录入节假日");
        let day = [("day", "2027-01-01"), ("kind", "holiday"), ("note", "元旦")];
        post("/admin/calendar?year=2027", "/admin/calendar", &day).is(303);
        admin.get("/admin/calendar?year=2027").says("元旦").hides("还没有录入节假日");
        post("/admin/calendar", "/admin/calendar", &[("day", "2027-01-01"), ("kind", "plain")]).is(303);
        admin.get("/admin/calendar?year=2027").hides("元旦");
        post("/admin/calendar", "/admin/calendar", &[("day", "明天"), ("kind", "holiday"), ("note", "x")]).is(422).says("日期：");
        admin.get("/admin/catalogue").is(200).says("试一句");
        let tried = admin.get(&format!("/admin/catalogue?{}", crate::support::people::encoded(&[("words", "厨房下水道堵了")])));
        tried.is(200).says("维修部").says("把握").says("依据的字词").says("听到「");
        let gas = admin.get(&format!("/admin/catalogue?{}", crate::support::people::encoded(&[("words", "家里一股煤气味")])));
        gas.is(200).says("可能是紧急情况");
    }

    /// WeChat's secrets go in and never come out; left empty they stay.
    fn wechat(app: &TestApp) {
        let admin = app.person("admin");
        let shown = admin.get("/admin/wechat");
        shown.is(200).says(town::WECHAT_APP).says("已设置，留空就不变").hides(town::WECHAT_TOKEN).hides(town::WECHAT_KEY);
        let fields = [("mode", "aes"), ("app_id", town::WECHAT_APP), ("original_id", town::WECHAT_ORIGINAL), ("token", ""), ("aes_key", "")];
        admin.submit("/admin/wechat", "/admin/wechat", &fields).is(303);
        assert!(!app.say(&app.wechat(), "o-zhang", 1, "恒泰园3号楼2单元501下水道堵了").is_empty(), "the old secrets still hold");
        let wrong = [("mode", "aes"), ("app_id", town::WECHAT_APP), ("token", "secretsecret"), ("aes_key", "short")];
        admin.submit("/admin/wechat", "/admin/wechat", &wrong).is(422).says("EncodingAESKey：").hides("secretsecret").hides("short\"");
    }

    /// A switchboard is connected from the page: its secret is shown once and signs at once; disconnected, it is turned away.
    fn a_switchboard_is_connected(app: &TestApp) {
        let admin = app.person("admin");
        let made = admin.submit("/admin/sources", "/admin/sources", &[("name", "值班室")]);
        let secret = once(made.is(200));
        let pbx = crate::support::hotline::FakePbx::new(app.addr, crate::support::town::SLUG, &secret);
        pbx.tell(("one", "call.started", "c"), serde_json::json!({ "caller": "13800000001" }), app.now());
        let list = admin.get("/admin/sources");
        list.says("值班室").says("总机").hides("whsec_");
        admin.submit_from(&list, "/admin/sources/removal", &[("name", "值班室")]).is(303);
        let late = pbx.event(("two", "call.started", "d"), serde_json::json!({}), app.now());
        assert_eq!(pbx.send(&late), 401);
        admin.submit_from(&list, "/admin/sources/removal", &[("name", "值班室")]).is(404);
        admin.submit_from(&list, "/admin/sources", &[("name", " ")]).is(422).says("名称");
        admin.get("/admin").says("接入电话").says("断开电话").says("值班室");
    }
}
