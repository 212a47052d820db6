//! Registers from tables, through the page and through the terminal.

use jiban::domain::words::{PlaceKind, Platform, Queue, Role};
use jiban::engine::setup::{self, NewPlace};
use jiban::jobs::Outside;

use crate::notices::{in_state, run};
use crate::support::binary::Bench;
use crate::support::{Page, Person, on_both};
use crate::tickets::drain;

fn look(admin: &Person, sheet: &str, file: &[u8]) -> Page {
    admin.upload("/admin/import", "/admin/import", &[("sheet", sheet.as_bytes()), ("file", file)])
}

fn write(admin: &Person, sheet: &str, file: &[u8]) -> Page {
    admin.upload("/admin/import", "/admin/import", &[("sheet", sheet.as_bytes()), ("text", file), ("write", b"1")])
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

const PLACES: &str = "园区,楼,单元,户,点位,名称,别名\n新园,1号楼,1单元,0101,,,\n新园,１,2,101,,,\n新园,1,,,,听雨楼,\n新园,,,,东门,,小东门、东大门\n";
const PEOPLE: &str = "姓名,手机号,园区,楼栋,单元,房号,关系,入住日期,备注,身份证号\n\
    钱七,13900000007,恒泰园,3号楼,2,703,租户,2024-01-02,,x\n=钱八,１３９００００００08、010-56781234,恒泰园,5,1,501,业主,2020/5/6,听力弱,x\n";

on_both! {
    /// What would happen is told first and nothing written; confirmed, it is there; the same file again changes nothing.
    fn places_are_looked_at_written_and_found(app: &TestApp) {
        let admin = app.person("admin");
        let before = app.count("place");
        let shown = look(&admin, "places", PLACES.as_bytes());
        shown.is(200).says("将新增 3，变更 1，不变 0；还没有写入").says("听雨楼").says("确认写入");
        assert_eq!(app.count("place"), before, "a look writes nothing");
        assert_eq!(app.count("admin_change"), 0);
        write(&admin, "places", PLACES.as_bytes()).is(200).says("新增 3，变更 1，不变 0").hides("还没有写入");
        // Garden, building, two units, two flats, a gate.
        assert_eq!(app.count("place"), before + 7);
        let again = look(&admin, "places", PLACES.as_bytes());
        again.is(200).says("将新增 0，变更 0，不变 4").hides("确认写入");
        write(&admin, "places", PLACES.as_bytes()).says("新增 0，变更 0，不变 4");
        assert_eq!((app.count("place"), app.count("admin_change")), (before + 7, 1));
        let more = PLACES.replace("小东门、东大门", "小东门、东大门、老门");
        write(&admin, "places", more.as_bytes()).says("新增 0，变更 1，不变 3");
        // What people say leads there at once.
        app.person("agent1").look_up("新园1-1-101").is(200).says("新园");
    }

    /// However a table writes a code, it is the place that people's words lead to, and the one entered by hand.
    fn codes_are_kept_as_they_are_read(app: &TestApp) {
        let admin = app.person("admin");
        let id = setup::place_at(&app.engine, app.community, "恒泰园").unwrap();
        setup::add_place(&app.engine, app.community, &NewPlace::new(Some(id), PlaceKind::Building, "09b")).unwrap();
        let file = "园区,楼,单元,户\n新园,3a,,0501\n新园,08,０２,１２０３ｂ\n新园,十二号楼,甲,三〇一\n恒泰园,９Ｂ栋,,101\n";
        write(&admin, "places", file.as_bytes()).is(200).says("新增 4");
        write(&admin, "places", file.as_bytes()).is(200).says("新增 0，变更 0，不变 4");
        assert_eq!(app.count("place WHERE kind = 'building' AND code IN ('3A', '8', '12', '9B')"), 4);
        let agent = app.person("agent1");
        for (said, shown) in [
            ("新园3A号楼501", "新园 3A 号楼 501"),
            ("新园８号楼2单元1203B", "新园 8 号楼 2 单元 1203B"),
            ("恒泰园9b号楼101", "恒泰园 9B 号楼 101"),
        ] {
            agent.look_up(said).is(200).says(shown);
        }
        let people = "姓名,电话,园区,楼,单元,户\n冯一,13900000071,新园,０3Ａ号楼,,501室\n冯二,13900000072,新园,8,2,1203b\n";
        write(&admin, "residents", people.as_bytes()).is(200).says("新增 2");
        agent.look_up("13900000072").is(200).says("新园 8 号楼 2 单元 1203B");
    }

    /// A file as Excel writes it on a Chinese machine; numbers in any writing; a formula is text; unknown columns are told.
    fn residents_in_gb18030_are_found_by_their_numbers(app: &TestApp) {
        let admin = app.person("admin");
        let before = app.count("resident");
        look(&admin, "residents", &gb18030(PEOPLE)).is(200).says("将新增 2").says("没用到的列：身份证号").says("=钱八");
        write(&admin, "residents", &gb18030(PEOPLE)).is(200).says("新增 2，变更 0，不变 0");
        assert_eq!((app.count("resident"), app.count("resident_phone")), (before + 2, before + 3));
        let agent = app.person("agent1");
        agent.look_up("13900000008").is(200).says("=钱八").says("听力弱").says("恒泰园 5 号楼 1 单元 501");
        agent.look_up("010 5678 1234").is(200).says("=钱八");
        write(&admin, "residents", &gb18030(PEOPLE)).says("新增 0，变更 0，不变 2");
        // Somebody entered by hand is known again, and what the row says newly is taken.
        let known = "姓名,电话,园区,楼,单元,户,关系\n王五,13800000003,恒泰园,3,2,703,业主\n王五,13800000033,恒泰园,3,2,703,业主\n";
        write(&admin, "residents", known.as_bytes()).says("新增 0，变更 2，不变 0");
        assert_eq!(app.count("resident"), before + 2);
        agent.look_up("13800000033").is(200).says("王五");
        // Gone: the flat's people of today are without them.
        let left = "姓名,电话,楼,单元,户,园区,迁出日期\n钱七,13900000007,3,2,703,恒泰园,2025-12-31\n";
        write(&admin, "residents", left.as_bytes()).says("变更 1");
        write(&admin, "residents", left.as_bytes()).says("不变 1");
        agent.look_up("恒泰园3-2-703").is(200).says("王五").hides("钱七");
    }

    /// Every wrong cell by row and column, at most a hundred told, and nothing written for any right row beside them.
    fn wrong_cells_are_told_and_nothing_is_written(app: &TestApp) {
        let admin = app.person("admin");
        let before = app.count("resident");
        let file = "姓名,电话,园区,楼,单元,户,关系,入住日期\n好人,13900000001,恒泰园,3,2,501,业主,\n,1390000,恒泰园,3,2,999,房东,昨天\n甲,13900000002,,3,2,501,,\n甲乙,13900000003,没有园,3,2,501,,\n丙,13900000004,恒泰园,3,,501,,\n";
        for shown in [look(&admin, "residents", file.as_bytes()), write(&admin, "residents", file.as_bytes())] {
            shown.is(422).says("有 7 处要改，什么都没有写入");
            shown.says("少了 4 位").says("“房东”不在可选范围内").says("“昨天”不是日期").says("<td class=\"num\">3</td>");
            shown.says("好几个园区都有“3”，请写明园区").says("登记册里没有“没有园”").hides("确认写入");
        }
        let mut many = "姓名,电话\n".to_owned();
        many.push_str(&"某,1\n".repeat(130));
        look(&admin, "residents", many.as_bytes()).is(422).says("有 130 处要改").says("还有 30 处");
        look(&admin, "residents", b"\xff\xff\xff\xff").is(422).says("不是 UTF-8，也不是 GB18030");
        look(&admin, "residents", b"PK\x03\x04xxxx").is(422).says("另存为");
        look(&admin, "residents", "电话\n1\n".as_bytes()).is(422).says("缺少“姓名”这一列");
        look(&admin, "residents", b" ").is(422).says("请选一个文件");
        let twice = "登录名,姓名,岗位\nsun,孙,客服\nsun,孙子,客服\n";
        look(&admin, "staff", twice.as_bytes()).is(422).says("和第 2 行说的是同一个，内容却不一样");
        assert_eq!(app.count("resident"), before);
    }

    /// New accounts get one-time passwords, shown once; the same file again makes nothing; a changed cell changes a seat.
    fn staff_can_sign_in(app: &TestApp) {
        let admin = app.person("admin");
        let file = "登录名,姓名,平台,岗位,部门,负责楼栋,分机,负责人,当班,公司\nSUN,孙客服,物业,客服,,,8009,,,\nhou,侯师傅,,员工,维修部,,,是,否,\nlu,陆楼管,,楼管,,恒泰园/5号楼,,,,\n";
        write(&admin, "staff", file.as_bytes()).is(200).says("新增 3").says("只显示这一次");
        let made = write(&admin, "staff", file.as_bytes());
        made.is(200).says("新增 0，变更 0，不变 3").hides("只显示这一次");
        admin.get("/admin/people").says("孙客服").says("客服 · 分机 8009").says("恒泰园 5 号楼");
        write(&admin, "staff", file.replace("8009", "8010").as_bytes()).says("变更 1，不变 2");
        admin.get("/admin/people").says("分机 8010").hides("分机 8009");
        let known = "登录名,姓名,岗位,部门\nagent1,甲客服,员工,秩序部\n";
        let shown = write(&admin, "staff", known.as_bytes());
        shown.says("新增 1").hides("只显示这一次");
        admin.get("/admin").says("导入").says("staff: +3 ~0");
    }

    /// Staff hear by mail: addresses come with the table, are told once, change when it says otherwise, and stay when it is silent.
    fn staff_bring_their_addresses(app: &TestApp) {
        let admin = app.person("admin");
        let head = "登录名,姓名,岗位,部门,邮箱\n";
        let file = |rows: &str| format!("{head}{rows}");
        let rows = "hou,侯师傅,员工,维修部,hou@example.com\nhou,侯师傅,员工,秩序部,\nweixiu1,丁师傅,员工,维修部,ding@example.com\n";
        write(&admin, "staff", file(rows).as_bytes()).is(200).says("新增 2，变更 1，不变 0");
        write(&admin, "staff", file(rows).as_bytes()).says("新增 0，变更 0，不变 3");
        write(&admin, "staff", file("hou,侯师傅,员工,维修部,\n").as_bytes()).says("不变 1");
        assert_eq!(app.count("app_user WHERE email IN ('hou@example.com', 'ding@example.com')"), 2);
        write(&admin, "staff", file("hou,侯师傅,员工,维修部,hou2@example.com\n").as_bytes()).says("变更 1");
        assert_eq!(app.count("app_user WHERE email = 'hou2@example.com'"), 1);
        // The next ticket of the department is a letter to both.
        drain(app);
        run(app, &Outside::default());
        assert_eq!(in_state(app, "due"), 2);
        let wrong = file("hou,侯师傅,员工,维修部,hou example\nlu,陆,客服,,a@b.cn\nlu,陆,经理,,c@d.cn\n");
        let shown = write(&admin, "staff", wrong.as_bytes());
        shown.is(422).says("有 2 处要改").says("“hou example”不是邮箱地址").says("和第 3 行说的是同一个，内容却不一样");
        // Whoever works in another community too is not this administrator's to readdress.
        let user = setup::user(&app.engine, "weixiu2").unwrap();
        let other = setup::community(&app.engine, "linshe").unwrap();
        let seat = setup::NewSeat::new(user, Platform::Property, Role::Worker).in_queue(Queue::Order);
        setup::add_seat(&app.engine, other, &seat).unwrap();
        let elsewhere = file("weixiu2,戊师傅,员工,维修部,x@example.com\n");
        write(&admin, "staff", elsewhere.as_bytes()).is(422).says("这一格不能在这里改");
    }
}

#[test]
fn the_terminal_imports_too() {
    let bench = Bench::new();
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let template = bench.run(&["import", "places", "--template"]);
    assert!(template.is(0).stdout.starts_with("\u{feff}园区,楼,"), "{}", template.stdout);
    let file = bench.path("a.csv");
    let path = file.display().to_string();
    std::fs::write(&file, &template.stdout).unwrap();
    let import =
        |more: &[&str]| bench.run(&[&["import", "places", path.as_str(), "--community", "xishan"], more].concat());
    import(&["--dry-run"]).is(0).tells("would be 2 new");
    import(&[]).is(0).tells("2 new, 0 changed, 0 unchanged");
    import(&[]).is(0).tells("0 new, 0 changed, 2 unchanged");
    let staff = bench.feed(&["import", "staff", "-", "--community", "xishan"], "login,name,role\nsun,孙,agent\n");
    let line = staff.is(0).stdout.trim_end().to_owned();
    let (login, password) = line.split_once('\t').expect("login and password");
    assert!(login == "sun" && password.len() >= 20, "{line}");
    std::fs::write(&file, "unit\n2\n").unwrap();
    let wrong = import(&["--language", "en"]);
    wrong.is(1).tells("row 2, Building: the level above is missing").tells("nothing was written");
    std::fs::write(&file, "PK\u{3}\u{4}").unwrap();
    import(&[]).is(2).tells("CSV UTF-8");
    bench.run(&["import", "places", "missing.csv", "--community", "xishan"]).is(2).tells("cannot be read");
    bench.run(&["import", "places", &path, "--community", "nowhere"]).is(2).tells("no community `nowhere`");
    bench.run(&["import", "places"]).is(2);
    bench.run(&["check"]).is(0);
}
