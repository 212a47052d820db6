//! A real estate's size: gardens, buildings, flats, and everybody who lives there. Names and numbers are obviously made up.

use super::words::Named;
use crate::domain::ids::{CommunityId, PlaceId, ResidentId};
use crate::domain::words::PlaceKind;
use crate::engine::setup::NewResident;
use crate::engine::{Engine, Failure, fill};

const GARDENS: &[&str] = &["恒泰园", "富泽园", "翠竹园", "云杉园", "海棠园", "银杏园", "听松园", "晨光园"];
const SPOTS: &[&str] = &["东门", "南门", "中心广场", "地下车库", "健身角", "垃圾分类站"];
/// Flats of one building: units, floors, doors.
const BUILDING: (u32, u32, u32) = (3, 20, 2);
/// The same as a number.
pub(super) const FLATS: usize = 120;

/// A household.
pub(super) struct Household {
    pub(super) flat: PlaceId,
    pub(super) named: Named,
    /// Those who ring, with their numbers.
    pub(super) grown_up: Vec<(ResidentId, String)>,
}

/// Gardens with their buildings.
pub(super) type Gardens = Vec<Vec<PlaceId>>;

/// Builds places and households.
pub(super) fn build(
    engine: &Engine,
    community: CommunityId,
    households: usize,
) -> Result<(Gardens, Vec<Household>), Failure> {
    let mut new: Vec<(Option<usize>, PlaceKind, String)> = Vec::new();
    let mut flats: Vec<(usize, Named)> = Vec::new();
    let mut buildings: Vec<Vec<usize>> = vec![Vec::new(); GARDENS.len()];
    let gardens: Vec<usize> = GARDENS.iter().map(|name| add(&mut new, None, PlaceKind::Garden, name)).collect();
    for garden in &gardens {
        for spot in SPOTS {
            add(&mut new, Some(*garden), PlaceKind::Spot, spot);
        }
    }
    for number in 0..households.div_ceil(FLATS) {
        let at = number % GARDENS.len();
        let code = (number / GARDENS.len() + 1).to_string();
        let building = add(&mut new, Some(gardens[at]), PlaceKind::Building, &code);
        buildings[at].push(building);
        stairs(&mut new, &mut flats, (building, GARDENS[at], &code));
    }
    flats.truncate(households);
    let ids = fill::add_places(engine, community, &new)?;
    let gardens = buildings.into_iter().map(|all| all.into_iter().map(|at| ids[at]).collect()).collect();
    let flats = flats.into_iter().map(|(at, named)| (ids[at], named)).collect();
    Ok((gardens, settle(engine, community, flats)?))
}

fn add(new: &mut Vec<(Option<usize>, PlaceKind, String)>, parent: Option<usize>, kind: PlaceKind, code: &str) -> usize {
    new.push((parent, kind, code.to_owned()));
    new.len() - 1
}

fn stairs(
    new: &mut Vec<(Option<usize>, PlaceKind, String)>,
    flats: &mut Vec<(usize, Named)>,
    (building, garden, code): (usize, &'static str, &str),
) {
    let (units, floors, doors) = BUILDING;
    for unit in 1..=units {
        let stairs = add(new, Some(building), PlaceKind::Unit, &unit.to_string());
        for floor in 1..=floors {
            for door in 1..=doors {
                let number = format!("{floor}0{door}");
                let flat = add(new, Some(stairs), PlaceKind::Flat, &number);
                let building = format!("{garden}{code}号楼");
                flats.push((flat, Named { garden, flat: format!("{building}{unit}单元{number}"), building }));
            }
        }
    }
}

/// 40,000 people in 12,000 flats: from one to six behind a door.
fn people_in(flat: usize) -> usize {
    let more = usize::from(flat.is_multiple_of(3));
    match flat % 10 {
        1 => 1 + more,
        2 => 5 + more,
        _ => 3 + more,
    }
}

fn name(n: usize) -> String {
    const SURNAMES: &[char] = &[
        '张', '李', '王', '赵', '钱', '孙', '周', '吴', '郑', '冯', '陈', '褚', '卫', '蒋', '沈', '韩', '杨', '朱',
        '秦', '尤',
    ];
    const STEMS: &[char] = &['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
    const BRANCHES: &[char] = &['子', '丑', '寅', '卯', '辰', '巳', '午', '未', '申', '酉', '戌', '亥'];
    let (surname, n) = (SURNAMES[n % SURNAMES.len()], n / SURNAMES.len());
    [surname, STEMS[n % STEMS.len()], BRANCHES[n / STEMS.len() % BRANCHES.len()]].iter().collect()
}

/// Number `n` is 138 000 and five digits.
fn phone(n: usize) -> String {
    format!("138000{n:05}")
}

fn settle(engine: &Engine, community: CommunityId, flats: Vec<(PlaceId, Named)>) -> Result<Vec<Household>, Failure> {
    let mut new = Vec::new();
    let mut numbers = 0;
    for (at, (flat, _)) in flats.iter().enumerate() {
        let shared = at % 29 == 2;
        for person in 0..people_in(at) {
            let relation = match (person, at % 5) {
                (0, 3) => "tenant",
                (0, _) => "owner",
                _ => "family",
            };
            // Children and the very old have none of their own.
            let rings = person < 2 || (person == 2 && at.is_multiple_of(3));
            if rings && !(shared && person == 1) {
                numbers += 1;
            }
            let note = match (at % 61, person) {
                (0, 0) => Some("独居老人，听力弱，请慢说"),
                (23, 0) => Some("家有幼儿，中午不要敲门"),
                (40, 0) => Some("行动不便，请上门"),
                _ => None,
            };
            new.push(NewResident {
                name: name(new.len()),
                care_note: note.map(str::to_owned),
                phones: rings.then(|| phone(numbers)).into_iter().collect(),
                homes: vec![(*flat, relation.to_owned())],
            });
        }
    }
    let ids = fill::add_residents(engine, community, &new)?;
    let mut everybody = ids.into_iter().zip(new);
    let household = |(at, (flat, named))| {
        let people: Vec<(ResidentId, NewResident)> = everybody.by_ref().take(people_in(at)).collect();
        let rings = |(id, one): (ResidentId, NewResident)| one.phones.into_iter().next().map(|phone| (id, phone));
        Household { flat, named, grown_up: people.into_iter().filter_map(rings).collect() }
    };
    Ok(flats.into_iter().enumerate().map(household).collect())
}
