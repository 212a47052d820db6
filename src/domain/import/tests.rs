//! Rows as people write them.

use super::*;
use crate::domain::words::{PlaceKind, Platform, Queue, Role};

fn heading(sheet: Sheet, cells: &[&str]) -> Heading {
    Heading::read(sheet, cells).unwrap()
}

fn said(errors: Vec<CellError>, sheet: Sheet) -> Vec<String> {
    for error in &errors {
        assert!(
            !error.say(sheet, Language::En).chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c))
                || !error.column.is_empty()
        );
    }
    errors.iter().map(|error| error.say(sheet, Language::Zh)).collect()
}

#[test]
fn one_building_written_in_many_ways() {
    for (kind, written, code) in [
        (PlaceKind::Building, "3", "3"),
        (PlaceKind::Building, "３号楼", "3"),
        (PlaceKind::Building, "三号楼", "3"),
        (PlaceKind::Building, "第03栋", "3"),
        (PlaceKind::Building, "b座", "B"),
        (PlaceKind::Building, "听雨楼", "听雨楼"),
        (PlaceKind::Building, "聽雨樓", "聽雨楼"),
        (PlaceKind::Building, "3a", "3A"),
        (PlaceKind::Building, "08", "8"),
        (PlaceKind::Building, "东区ｂ", "东区B"),
        (PlaceKind::Building, "B—1座", "B-1"),
        (PlaceKind::Unit, "甲a", "甲A"),
        (PlaceKind::Unit, "2单元", "2"),
        (PlaceKind::Unit, "东", "东"),
        (PlaceKind::Flat, "0501室", "501"),
        (PlaceKind::Flat, "501 b", "501B"),
        (PlaceKind::Flat, "000", "000"),
        (PlaceKind::Garden, "恒泰园", "恒泰园"),
        (PlaceKind::Spot, "３号门", "3号门"),
    ] {
        assert_eq!(place_code(kind, written), code, "{written}");
        assert_eq!(place_code(kind, code), code, "{written}: the kept form reads as itself");
        // One way to fold: what the reader and the hand entry make of the kept form is the kept form.
        if !matches!(kind, PlaceKind::Garden | PlaceKind::Spot) {
            assert_eq!(crate::domain::place::code(code), code, "{written}");
        }
    }
}

#[test]
fn headings_in_both_languages_and_in_any_order() {
    let zh = heading(Sheet::Residents, &["房号", "姓名 ", "手机号", "身份证号", "楼栋"]);
    assert_eq!(zh.ignored, ["身份证号"]);
    let en = heading(Sheet::Residents, &["NAME", "Phone", "building", "Flat", "Care note", ""]);
    assert!(en.ignored.is_empty());
    assert_eq!(Heading::read(Sheet::Residents, &["电话"]), Err(HeadingProblem::Missing("name")));
    assert_eq!(Heading::read(Sheet::Places, &["楼", "楼号"]), Err(HeadingProblem::Twice("building")));
}

#[test]
fn the_templates_read_without_a_mistake() {
    for sheet in Sheet::ALL {
        let text = sheet.template();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        let heading = heading(sheet, &names);
        assert!(heading.ignored.is_empty() && names.len() == sheet.columns().len());
        for (row, line) in (2..).zip(lines) {
            let cells: Vec<&str> = line.split(',').collect();
            let right = match sheet {
                Sheet::Places => place_row(&heading, row, &cells).map(|_| ()),
                Sheet::Residents => resident_row(&heading, row, &cells).map(|_| ()),
                Sheet::Staff => staff_row(&heading, row, &cells).map(|_| ()),
            };
            assert_eq!(right, Ok(()), "{line}");
        }
    }
}

#[test]
fn places() {
    let heading = heading(Sheet::Places, &["园区", "楼", "单元", "户", "点位", "名称", "别名"]);
    let row = place_row(&heading, 2, &["恒泰园", "３号楼", "", "0501", "", "", "东塔、老三号楼;东塔"]).unwrap();
    let steps: Vec<&str> = row.steps.iter().map(|step| step.code.as_str()).collect();
    assert_eq!(steps, ["恒泰园", "3", "501"]);
    assert_eq!(row.aliases, ["东塔", "老三号楼"]);
    let wrong = |cells: &[&str]| said(place_row(&heading, 7, cells).unwrap_err(), Sheet::Places);
    assert_eq!(wrong(&["恒泰园", "", "2"]), ["第 7 行，楼：上一级没有填，比如写了单元却没写楼"]);
    assert_eq!(wrong(&["", " ", "", "", "", "名"]), ["第 7 行：请填写这一格"]);
    assert_eq!(wrong(&["", "3", "", "", "", "", "", "多"]), ["第 7 行：这一行的格子比表头多，表头只有 7 格"]);
    assert_eq!(wrong(&[&"长".repeat(21)]), ["第 7 行，园区：太长了，最多 20 个字"]);
}

#[test]
fn residents() {
    let heading =
        heading(Sheet::Residents, &["姓名", "电话", "园区", "楼", "单元", "户", "关系", "入住日期", "迁出日期"]);
    let cells = ["＝张三", "１３８００１３８００１；010-56781234", "恒泰园", "3", "2", "501", "业主", "2021/6/1", ""];
    let row = resident_row(&heading, 2, &cells).unwrap();
    assert_eq!(row.name, "＝张三");
    assert_eq!(row.phones.iter().map(|phone| phone.as_str()).collect::<Vec<_>>(), ["13800138001", "01056781234"]);
    assert_eq!(row.home.unwrap().words(), "恒泰园-3-2-501");
    assert_eq!((row.relation, row.from.unwrap().to_string().as_str()), (Some("owner"), "2021-06-01"));
    assert_eq!(resident_row(&heading, 3, &["=HYPERLINK(1)", "+8613800138001"]).unwrap().name, "=HYPERLINK(1)");
    let wrong = |cells: &[&str]| said(resident_row(&heading, 9, cells).unwrap_err(), Sheet::Residents);
    assert_eq!(
        wrong(&["", "1380013", "", "", "", "501", "房东的猫", "昨天", ""]),
        [
            "第 9 行，姓名：请填写这一格",
            "第 9 行，电话：少了 4 位。手机号是 11 位数字",
            "第 9 行，楼：上一级没有填，比如写了单元却没写楼",
            "第 9 行，关系：“房东的猫”不在可选范围内，可以写：业主、租户、家属、其他",
            "第 9 行，入住日期：“昨天”不是日期，请写成 2026-03-01",
        ]
    );
    assert_eq!(wrong(&["张三"]), ["第 9 行，电话：请填写这一格"]);
    let left = ["张三", "13800138001", "", "3", "", "501", "", "2024年3月1日", "20240201"];
    assert_eq!(wrong(&left), ["第 9 行，迁出日期：迁出日期早于入住日期"]);
}

#[test]
fn staff() {
    let heading = heading(
        Sheet::Staff,
        &["登录名", "姓名", "平台", "岗位", "部门", "负责楼栋", "分机", "负责人", "当班", "公司", "邮箱"],
    );
    let row = |cells: &[&str]| staff_row(&heading, 4, cells);
    let agent = row(&["ＺＨＯＵ", "周客服", "物业", "客服", "", "", "８００１"]).unwrap();
    assert_eq!((agent.login.as_str(), agent.role, agent.extension.as_deref()), ("zhou", Role::Agent, Some("8001")));
    assert_eq!((agent.head, agent.on_duty), (None, None));
    let steward = row(&["chen", "陈", "", "楼管", "", "恒泰园/3号楼"]).unwrap();
    assert_eq!(steward.building, Some((Some("恒泰园".into()), "3".into())));
    assert_eq!((steward.platform, steward.queue), (Platform::Property, Some(Queue::Steward)));
    let social = row(&["si", "巳", "", "居委会工作人员"]).unwrap();
    assert_eq!((social.platform, social.queue), (Platform::Committee, Some(Queue::Committee)));
    let wrong = |cells: &[&str]| said(row(cells).unwrap_err(), Sheet::Staff);
    assert_eq!(
        wrong(&["周", "周客服", "社区", "客服", "维修部", "3", "", "也许"]),
        [
            "第 4 行，登录名：登录名要 2 到 40 位，只用小写字母、数字、点、下划线和横线",
            "第 4 行，平台：这个岗位不属于这个平台",
            "第 4 行，部门：这个岗位用不到这一格，请留空",
            "第 4 行，负责楼栋：这个岗位用不到这一格，请留空",
            "第 4 行，负责人：“也许”不在可选范围内，可以写：是、否 (yes, no)",
        ]
    );
    let mailed = row(&["zhou", "周", "", "客服", "", "", "", "", "", "", "Zhou＠example．com"]).unwrap();
    assert_eq!((mailed.email.as_deref(), agent.email), (Some("Zhou@example.com"), None));
    assert_eq!(
        wrong(&["zhou", "周", "", "客服", "", "", "", "", "", "", "a@b.cn、c@d.cn"]),
        ["第 4 行，邮箱：“a@b.cn、c@d.cn”不是邮箱地址，请写成 name@example.com，一格一个"]
    );
    assert_eq!(wrong(&["ding", "丁", "", "员工"]), ["第 4 行，部门：请填写这一格"]);
    assert_eq!(wrong(&["lou", "楼", "", "楼管"]), ["第 4 行，负责楼栋：请填写这一格"]);
}
