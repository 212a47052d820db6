//! The community every story starts in: two gardens with a building 3 each, a few households, staff of every role.

use jiban::domain::ids::{CommunityId, PlaceId};
use jiban::domain::words::{Language, PlaceKind, Platform, Queue, Role};
use jiban::engine::setup::{self, NewPlace, NewResident, NewSeat, NewUser, WechatSettings};
use jiban::engine::{Engine, hotline};

use super::wechat::FakeWechat;

/// Everybody's password.
pub const PASSWORD: &str = "shiyan-mima-yong";
/// The community's name in URLs.
pub const SLUG: &str = "hengtai";
/// The account's secrets.
pub const WECHAT_TOKEN: &str = "token4tests";
/// EncodingAESKey.
pub const WECHAT_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// AppID.
pub const WECHAT_APP: &str = "wx0123456789abcdef";
/// Original id.
pub const WECHAT_ORIGINAL: &str = "gh_0123456789ab";

/// The secret its switchboard signs with.
pub const HOTLINE_SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Login, name, platform, role, queue, head, building.
type Line = (&'static str, &'static str, Platform, Role, Option<Queue>, bool, &'static str);

const STAFF: &[Line] = &[
    ("agent1", "甲客服", Platform::Property, Role::Agent, None, false, ""),
    ("agent2", "乙客服", Platform::Property, Role::Agent, None, false, ""),
    ("weixiu1", "丁师傅", Platform::Property, Role::Worker, Some(Queue::Maintenance), false, ""),
    ("weixiu2", "戊师傅", Platform::Property, Role::Worker, Some(Queue::Maintenance), false, ""),
    ("weixiu-head", "己主管", Platform::Property, Role::Worker, Some(Queue::Maintenance), true, ""),
    ("waibao", "庚师傅", Platform::Property, Role::Contractor, Some(Queue::Maintenance), false, ""),
    ("zhixu1", "辛保安", Platform::Property, Role::Worker, Some(Queue::Order), false, ""),
    ("huanmei1", "癸保洁", Platform::Property, Role::Worker, Some(Queue::Environment), false, ""),
    ("steward1", "丑楼管", Platform::Property, Role::Steward, Some(Queue::Steward), false, "恒泰园/3"),
    ("steward2", "寅楼管", Platform::Property, Role::Steward, Some(Queue::Steward), false, "富泽园/3"),
    ("manager", "辰经理", Platform::Property, Role::Manager, None, false, ""),
    ("committee1", "巳干事", Platform::Committee, Role::CommitteeStaff, Some(Queue::Committee), false, ""),
    ("committee2", "午干事", Platform::Committee, Role::CommitteeStaff, Some(Queue::Committee), false, ""),
    ("director", "未主任", Platform::Committee, Role::Manager, None, false, ""),
    ("admin", "申管理员", Platform::Property, Role::Admin, None, false, ""),
];

/// The committee's account as WeChat holds it.
pub fn wechat() -> FakeWechat {
    let mut fake = FakeWechat::new(&format!("/channels/wechat/{SLUG}"));
    fake.token = WECHAT_TOKEN.into();
    fake.aes_key = WECHAT_KEY.into();
    fake.app_id = WECHAT_APP.into();
    fake.original_id = WECHAT_ORIGINAL.into();
    fake
}

/// Builds it through the engine, as an admin would.
pub fn build(engine: &Engine) -> CommunityId {
    let community = setup::create_community(engine, SLUG, "恒泰社区", "Asia/Shanghai").unwrap();
    for garden in ["恒泰园", "富泽园"] {
        let garden = place(engine, community, None, PlaceKind::Garden, garden);
        place(engine, community, Some(garden), PlaceKind::Spot, "南门");
        for building in ["3", "5"] {
            let building = place(engine, community, Some(garden), PlaceKind::Building, building);
            for unit in ["1", "2"] {
                let unit = place(engine, community, Some(building), PlaceKind::Unit, unit);
                for flat in ["501", "603", "703"] {
                    place(engine, community, Some(unit), PlaceKind::Flat, flat);
                }
            }
        }
    }
    people(engine, community);
    staff(engine, community);
    let account = WechatSettings {
        mode: "aes".into(),
        app_id: WECHAT_APP.into(),
        original_id: Some(WECHAT_ORIGINAL.into()),
        token: WECHAT_TOKEN.into(),
        aes_key: Some(WECHAT_KEY.into()),
    };
    setup::set_wechat(engine, community, &account).unwrap();
    hotline::add_source(engine, community, "总机", Some(HOTLINE_SECRET)).unwrap();
    // A second community, to cross into.
    setup::create_community(engine, "linshe", "邻社", "Asia/Shanghai").unwrap();
    community
}

fn place(engine: &Engine, community: CommunityId, parent: Option<PlaceId>, kind: PlaceKind, code: &str) -> PlaceId {
    setup::add_place(engine, community, &NewPlace::new(parent, kind, code)).unwrap()
}

fn people(engine: &Engine, community: CommunityId) {
    let live = |name: &str, phone: &str, flat: &str, relation: &str, note: Option<&str>| {
        let flat = setup::place_at(engine, community, flat).unwrap();
        let new = NewResident {
            name: name.into(),
            care_note: note.map(str::to_owned),
            phones: vec![phone.into()],
            homes: vec![(flat, relation.into())],
        };
        setup::add_resident(engine, community, &new).unwrap();
    };
    live("张三", "13800000001", "恒泰园/3/2/501", "owner", Some("独居，听力弱"));
    live("李四", "13800000002", "恒泰园/3/2/603", "owner", None);
    live("李女士", "13800000002", "恒泰园/3/2/603", "family", None);
    live("王五", "13800000003", "恒泰园/3/2/703", "tenant", None);
    live("赵六", "13800000004", "富泽园/3/1/501", "owner", None);
}

fn staff(engine: &Engine, community: CommunityId) {
    let company = setup::add_contractor(engine, community, "示例门窗公司").unwrap();
    for (login, name, platform, role, queue, head, building) in STAFF {
        let new = NewUser {
            login: (*login).into(),
            display_name: (*name).into(),
            password: Some(PASSWORD.into()),
            language: Language::Zh,
            must_change_password: false,
        };
        let (user, _) = setup::create_user(engine, &new).unwrap();
        let building = (!building.is_empty()).then(|| setup::place_at(engine, community, building).unwrap());
        let seat = NewSeat {
            queue: *queue,
            is_head: *head,
            building,
            extension: match *login {
                "agent1" => Some("8001".into()),
                "agent2" => Some("8002".into()),
                _ => None,
            },
            contractor: (*role == Role::Contractor).then_some(company),
            ..NewSeat::new(user, *platform, *role)
        };
        setup::add_seat(engine, community, &seat).unwrap();
    }
}
