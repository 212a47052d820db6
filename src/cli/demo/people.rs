//! The demo's community: places, households, and staff of every role. Names and numbers are obviously made up.

use std::collections::HashMap;

use crate::domain::actor::{Seat, Staff, Who};
use crate::domain::ids::{CommunityId, PlaceId, ResidentId, UserId};
use crate::domain::words::{Language, PlaceKind, Platform, Queue, Role};
use crate::engine::hotline;
use crate::engine::setup::{self, NewPlace, NewResident, NewSeat, NewUser, WechatSettings};
use crate::engine::{Engine, Failure};

/// Everybody's password in the demo; stands on its sign-in page.
pub(super) const PASSWORD: &str = "shiyong-jiban-2026";
/// The demo's name in URLs.
pub(super) const SLUG: &str = "demo";
/// The demo account's Token, EncodingAESKey and ids, for trying the WeChat door by hand. Known to everyone.
pub(super) const WECHAT: (&str, &str, &str, &str) =
    ("demotoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxdemo0000000000", "gh_demo00000000");

/// The demo switchboard's name and secret, for trying the hotline door by hand. Known to everyone.
pub(super) const HOTLINE: (&str, &str) = ("示例总机", "whsec_amliYW4tZGVtby1ob3RsaW5lLWtub3duLXRvLWFsbCE=");

const GARDENS: &[(&str, &[&str])] =
    &[("恒泰园", &["1", "2", "3", "5"]), ("富泽园", &["1", "2", "3"]), ("翠竹园", &["1", "2", "3"])];
const SPOTS: &[&str] = &["东门", "南门", "中心广场", "地下车库", "健身角", "垃圾分类站"];
const FLOORS: std::ops::RangeInclusive<u32> = 1..=6;
/// Flats where somebody is registered: every so many.
const HOUSEHOLD_EVERY: usize = 2;

/// A household: who answers the telephone, and where.
pub(super) struct Household {
    pub(super) resident: ResidentId,
    pub(super) phone: String,
    pub(super) place: String,
    pub(super) building: PlaceId,
}

/// Everyone who works in the demo.
pub(super) struct Crew {
    pub(super) agents: Vec<Staff>,
    pub(super) committee: Vec<Staff>,
    pub(super) workers: HashMap<Queue, Vec<Staff>>,
    pub(super) stewards: Vec<(PlaceId, Staff)>,
}

/// The whole community.
pub(super) struct Town {
    pub(super) community: CommunityId,
    pub(super) households: Vec<Household>,
    pub(super) crew: Crew,
}

/// One line of the sign-in page.
pub(super) struct Person {
    pub(super) login: &'static str,
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) platform: Platform,
    pub(super) role: Role,
    pub(super) queue: Option<Queue>,
    pub(super) head: bool,
}

const fn person(
    login: &'static str,
    name: &'static str,
    what: &'static str,
    (platform, role, queue, head): (Platform, Role, Option<Queue>, bool),
) -> Person {
    Person { login, name, what, platform, role, queue, head }
}

use Platform::{Committee, Property};

/// The staff, in the order the sign-in page lists them.
pub(super) const STAFF: &[Person] = &[
    person("kefu1", "甲客服", "客服 · 早班", (Property, Role::Agent, None, false)),
    person("kefu2", "乙客服", "客服 · 中班", (Property, Role::Agent, None, false)),
    person("kefu3", "丙客服", "客服 · 夜班", (Property, Role::Agent, None, false)),
    person("weixiu1", "丁师傅", "维修部 · 员工", (Property, Role::Worker, Some(Queue::Maintenance), false)),
    person("weixiu2", "戊师傅", "维修部 · 员工", (Property, Role::Worker, Some(Queue::Maintenance), false)),
    person("weixiu", "己主管", "维修部 · 负责人", (Property, Role::Worker, Some(Queue::Maintenance), true)),
    person("waibao", "庚师傅", "第三方 · 门窗公司", (Property, Role::Contractor, Some(Queue::Maintenance), false)),
    person("zhixu1", "辛保安", "秩序部 · 员工", (Property, Role::Worker, Some(Queue::Order), false)),
    person("zhixu", "壬队长", "秩序部 · 负责人", (Property, Role::Worker, Some(Queue::Order), true)),
    person("huanmei1", "癸保洁", "环美部 · 员工", (Property, Role::Worker, Some(Queue::Environment), false)),
    person("huanmei", "子主管", "环美部 · 负责人", (Property, Role::Worker, Some(Queue::Environment), true)),
    person("louguan1", "丑楼管", "楼管专员 · 恒泰园", (Property, Role::Steward, Some(Queue::Steward), false)),
    person("louguan2", "寅楼管", "楼管专员 · 富泽园", (Property, Role::Steward, Some(Queue::Steward), false)),
    person("louguan3", "卯楼管", "楼管专员 · 翠竹园", (Property, Role::Steward, Some(Queue::Steward), false)),
    person("jingli", "辰经理", "物业经理", (Property, Role::Manager, None, false)),
    person("juwei1", "巳干事", "居委会 · 工作人员", (Committee, Role::CommitteeStaff, Some(Queue::Committee), false)),
    person("juwei2", "午干事", "居委会 · 工作人员", (Committee, Role::CommitteeStaff, Some(Queue::Committee), false)),
    person("zhuren", "未主任", "居委会 · 负责人", (Committee, Role::Manager, None, false)),
    person("admin", "申管理员", "管理员", (Property, Role::Admin, None, false)),
];

/// Makes the community with its two channels; nobody lives or works there yet.
pub(super) fn found(engine: &Engine) -> Result<CommunityId, Failure> {
    let community = setup::create_community(engine, SLUG, "示例花园社区", "Asia/Shanghai")?;
    let (token, key, app_id, original_id) = WECHAT;
    let settings = WechatSettings {
        mode: "aes".into(),
        app_id: app_id.into(),
        original_id: Some(original_id.into()),
        token: token.into(),
        aes_key: Some(key.into()),
    };
    setup::set_wechat(engine, community, &settings)?;
    hotline::add_source(engine, community, HOTLINE.0, Some(HOTLINE.1))?;
    Ok(community)
}

/// Builds the community.
pub(super) fn build(engine: &Engine) -> Result<Town, Failure> {
    let community = found(engine)?;
    let (gardens, flats) = places(engine, community)?;
    let households = households(engine, community, flats)?;
    let crew = crew(engine, community, &gardens)?;
    Ok(Town { community, households, crew })
}

/// A garden's buildings.
type Garden = Vec<PlaceId>;
/// A flat with its building and its place in words.
type Flat = (PlaceId, PlaceId, String);

fn places(engine: &Engine, community: CommunityId) -> Result<(Vec<Garden>, Vec<Flat>), Failure> {
    let add = |parent, kind, code: &str| setup::add_place(engine, community, &NewPlace::new(parent, kind, code));
    let (mut gardens, mut flats) = (Vec::new(), Vec::new());
    for (name, codes) in GARDENS {
        let garden = add(None, PlaceKind::Garden, name)?;
        for spot in SPOTS {
            add(Some(garden), PlaceKind::Spot, spot)?;
        }
        let mut buildings = Vec::new();
        for code in *codes {
            let building = add(Some(garden), PlaceKind::Building, code)?;
            for unit in ["1", "2"] {
                let entrance = add(Some(building), PlaceKind::Unit, unit)?;
                for floor in FLOORS {
                    for door in 1..=2 {
                        let number = format!("{floor}0{door}");
                        let flat = add(Some(entrance), PlaceKind::Flat, &number)?;
                        flats.push((flat, building, format!("{name}{code}号楼{unit}单元{number}")));
                    }
                }
            }
            buildings.push(building);
        }
        gardens.push(buildings);
    }
    Ok((gardens, flats))
}

/// Household number `n` has the telephone 138 0000 and `n`.
fn households(engine: &Engine, community: CommunityId, flats: Vec<Flat>) -> Result<Vec<Household>, Failure> {
    const SURNAMES: &[&str] = &["张", "李", "王", "赵", "钱", "孙", "周", "吴", "郑", "冯", "陈", "褚"];
    const NUMERALS: &[&str] = &["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let mut out = Vec::new();
    for (n, (flat, building, place)) in flats.into_iter().step_by(HOUSEHOLD_EVERY).enumerate() {
        let phone = format!("1380000{:04}", n + 1);
        let name = format!("{}{}", SURNAMES[n % SURNAMES.len()], NUMERALS[(n / SURNAMES.len()) % NUMERALS.len()]);
        let note = match n % 23 {
            0 => Some("独居老人，听力弱，请慢说"),
            11 => Some("家有幼儿，中午不要敲门"),
            _ => None,
        };
        let relation = if n % 5 == 3 { "tenant" } else { "owner" };
        let new = NewResident {
            name,
            care_note: note.map(str::to_owned),
            phones: vec![phone.clone()],
            homes: vec![(flat, relation.to_owned())],
        };
        let resident = setup::add_resident(engine, community, &new)?;
        if n % 7 == 2 {
            // A second person behind the same number: who is speaking must be chosen.
            let second = NewResident {
                name: format!("{}女士", SURNAMES[(n + 4) % SURNAMES.len()]),
                care_note: None,
                phones: vec![phone.clone()],
                homes: vec![(flat, "family".to_owned())],
            };
            setup::add_resident(engine, community, &second)?;
        }
        out.push(Household { resident, phone, place, building });
    }
    Ok(out)
}

fn crew(engine: &Engine, community: CommunityId, gardens: &[Garden]) -> Result<Crew, Failure> {
    let company = setup::add_contractor(engine, community, "示例门窗公司")?;
    let mut crew = Crew { agents: Vec::new(), committee: Vec::new(), workers: HashMap::new(), stewards: Vec::new() };
    let mut garden = gardens.iter();
    for person in STAFF {
        let new = NewUser {
            login: person.login.to_owned(),
            display_name: person.name.to_owned(),
            password: Some(PASSWORD.to_owned()),
            language: Language::Zh,
            must_change_password: false,
        };
        let (user, _) = setup::create_user(engine, &new)?;
        setup::set_email(engine, user, Some(&format!("{}@demo.example", person.login)))?;
        let seat = NewSeat {
            queue: person.queue,
            is_head: person.head,
            contractor: (person.role == Role::Contractor).then_some(company),
            extension: (person.role == Role::Agent).then(|| format!("80{:02}", crew.agents.len() + 1)),
            ..NewSeat::new(user, person.platform, person.role)
        };
        let buildings: Vec<Option<PlaceId>> = match person.role {
            Role::Steward => garden.next().into_iter().flatten().copied().map(Some).collect(),
            _ => vec![None],
        };
        let mut staff = Staff { who: Who::User(user), community, seats: Vec::new() };
        for building in &buildings {
            let membership = setup::add_seat(engine, community, &NewSeat { building: *building, ..seat.clone() })?;
            staff.seats.push(Seat {
                membership,
                platform: person.platform,
                role: person.role,
                queue: person.queue,
                building: *building,
                contractor: seat.contractor,
                is_head: person.head,
            });
        }
        place(&mut crew, person, &buildings, staff);
    }
    Ok(crew)
}

fn place(crew: &mut Crew, person: &Person, buildings: &[Option<PlaceId>], staff: Staff) {
    match (person.role, person.queue) {
        (Role::Agent, _) => crew.agents.push(staff),
        (Role::CommitteeStaff, _) => crew.committee.push(staff),
        (Role::Steward, _) => crew.stewards.extend(buildings.iter().flatten().map(|id| (*id, staff.clone()))),
        (Role::Worker, Some(queue)) => crew.workers.entry(queue).or_default().push(staff),
        _ => {}
    }
}

impl Crew {
    /// The person behind a user id, if they work.
    pub(super) fn by_user(&self, user: UserId) -> Option<&Staff> {
        let workers = self.workers.values().flatten();
        let stewards = self.stewards.iter().map(|(_, staff)| staff);
        workers.chain(stewards).chain(&self.committee).find(|staff| staff.user() == Some(user))
    }

    /// Somebody to do a ticket of this queue.
    pub(super) fn someone(&self, queue: Queue, building: PlaceId, n: usize) -> Option<&Staff> {
        match queue {
            Queue::Steward => self.stewards.iter().find(|(id, _)| *id == building).map(|(_, staff)| staff),
            Queue::Committee => self.committee.get(n % self.committee.len().max(1)),
            queue => {
                let of = self.workers.get(&queue)?;
                of.get(n % of.len().max(1))
            }
        }
    }
}
