//! From an empty database to a routed ticket, through the browser's door alone.

use chrono::DateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiban::clock::Chance;

use super::once;
use crate::support::Person;
use crate::support::app::{Backend, named, postgres};
use crate::support::binary::Bench;

const PLACES: &str = "园区,楼,单元,户\n西山园,3号楼,2单元,501\n西山园,3号楼,2单元,502\n";
const PEOPLE: &str = "姓名,电话,园区,楼,单元,户,关系\n张三,13800138001,西山园,3,2,501,业主\n";

fn new_password(person: &Person, old: &str, new: &str) {
    person.get("/").is(303);
    let fields = [("old", old), ("new", new), ("again", new)];
    let changed = person.submit("/account", "/account/password", &fields);
    assert_eq!((changed.status, changed.location.as_str()), (303, "/"), "{}", changed.body);
}

fn import(admin: &Person, sheet: &str, text: &str) -> crate::support::Page {
    let fields: [(&str, &[u8]); 2] = [("sheet", sheet.as_bytes()), ("text", text.as_bytes())];
    admin.upload("/admin/import", "/admin/import", &fields).is(200).says("确认写入");
    let fields: [(&str, &[u8]); 3] = [fields[0], fields[1], ("write", b"1")];
    admin.upload("/admin/import", "/admin/import", &fields)
}

fn story(bench: &Bench) {
    let server = bench.serve();
    let (_, rest) = server.said.split_once("with the password ").expect("a password on the terminal");
    let admin = Person::new(server.addr);
    let password = rest.split_whitespace().next().unwrap();
    admin.sign_in("admin", password).is(303);
    assert_eq!(admin.get("/admin/start").location, "/account", "the first password goes first");
    new_password(&admin, password, "院子里的石榴树又开花了吗");
    assert_eq!(admin.get("/").location, "/admin/start");
    admin.get("/admin").is(403);
    let wrong = [("slug", "西山"), ("name", "西山社区"), ("zone", "Asia/Shanghai")];
    admin.submit("/admin/start", "/admin/start", &wrong).is(422).says("id=\"slug-error\"").says("西山社区");
    let right = [("slug", "xishan"), ("name", "西山社区"), ("zone", "Asia/Shanghai")];
    admin.submit("/admin/start", "/admin/start", &right).is(303);
    let steps = admin.get("/admin/start");
    steps.is(200).says("西山社区").says("房屋和点位 0 个").says("/admin/start?after=places");
    // Skipped, the next one is offered; nothing is lost by it.
    admin.get("/admin/start?after=places").is(200).says("/admin/start?after=staff");
    admin.get("/admin").is(200).says("还没有客服接电话").says("建立小区");
    assert_eq!(admin.get("/").location, "/admin");

    import(&admin, "places", PLACES).is(200).says("新增 2");
    import(&admin, "residents", PEOPLE).is(200).says("新增 1");
    let staff = "登录名,姓名,岗位,部门\nsun,孙客服,客服,\nhou,侯师傅,员工,维修部\n";
    let made = import(&admin, "staff", staff);
    let sun = once(made.is(200).says("sun"));
    admin.get("/admin/start").is(200).says("房屋和点位 5 个").says("岗位 2 个").says("住户 1 人");
    admin.get("/admin").hides("还没有客服接电话");

    let agent = Person::new(server.addr);
    agent.sign_in("sun", &sun).is(303);
    new_password(&agent, &sun, "另一句只有我知道的话啊啊");
    let page = agent.look_up("13800138001");
    page.is(200).says("张三").says("西山园 3 号楼 2 单元 501");
    let (again, resident) = (page.field("once").unwrap(), page.field("resident").unwrap());
    let fields = [
        ("once", again.as_str()),
        ("resident", resident.as_str()),
        ("then", "send"),
        ("words", "厨房下水道堵了，水下不去"),
        ("place", "西山园 3 号楼 2 单元 501"),
    ];
    let saved = agent.submit_from(&page, "/agent/requests", &fields);
    agent.get(&saved.location).is(200).says("已转给维修部");
    // A second account without a seat cannot make a community of its own.
    bench.run(&["user", "create", "--login", "wu", "--name", "无岗", "--password-file", "pw"]).is(0);
    let nobody = Person::new(server.addr);
    nobody.sign_in("wu", "又一句谁也猜不到的长长的话呀").is(303);
    nobody.get("/admin/start").is(403);
    assert_eq!(nobody.get("/").location, "/account");
    nobody.get("/account").is(200).hides("data-live=");
    assert_eq!(server.stop().0, 0);
    bench.run(&["check"]).is(0);
}

#[test]
fn from_nothing_to_a_routed_ticket_on_sqlite() {
    let bench = Bench::new();
    std::fs::write(bench.path("pw"), "又一句谁也猜不到的长长的话呀\n").unwrap();
    story(&bench);
}

#[test]
fn from_nothing_to_a_routed_ticket_on_postgresql() {
    let Some(Backend::Postgres(server)) = postgres() else { return };
    let name = format!("start_{}", Chance::System.id::<uuid::Uuid>(DateTime::UNIX_EPOCH).simple());
    let on_server = |statement: &str| PgConnection::establish(&server).unwrap().batch_execute(statement).unwrap();
    on_server(&format!("CREATE DATABASE {name}"));
    let bench = Bench::with(&[("JIBAN_DATABASE_URL", &named(&server, &name))]);
    std::fs::write(bench.path("pw"), "又一句谁也猜不到的长长的话呀\n").unwrap();
    bench.run(&["migrate"]).is(0);
    bench.run(&["key", "create"]).is(0);
    story(&bench);
    on_server(&format!("DROP DATABASE {name} WITH (FORCE)"));
}

#[test]
fn communities_made_before_the_first_start_have_an_administrator_too() {
    let bench = Bench::new();
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let server = bench.serve();
    let (_, rest) = server.said.split_once("with the password ").expect("a password on the terminal");
    let password = rest.split_whitespace().next().unwrap();
    let admin = Person::new(server.addr);
    admin.sign_in("admin", password).is(303);
    new_password(&admin, password, "院子里的石榴树又开花了吗");
    assert_eq!(admin.get("/").location, "/admin");
    admin.get("/admin").is(200).says("西山社区");
    let token = bench.run(&["token", "create", "--community", "xishan", "--role", "agent", "--name", "大屏"]);
    let program = crate::support::Program::new(server.addr, token.is(0).stdout.trim_end());
    program.get("/api/v1/me").is(200);
    let listed = bench.run(&["token", "list", "--community", "xishan"]);
    let id = listed.is(0).stdout.split('\t').next().unwrap().to_owned();
    assert!(listed.stdout.contains("\t大屏\tagent\tproperty\t"), "{}", listed.stdout);
    bench.run(&["token", "revoke", "--community", "xishan", &id]).is(0).tells("大屏");
    program.get("/api/v1/me").is(401);
    bench.run(&["token", "revoke", "--community", "xishan", &id]).is(2).tells("no valid token");
    admin.get("/admin").says("服务器上").says("作废令牌");
    assert_eq!(server.stop().0, 0);
}
