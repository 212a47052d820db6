//! Everybody who works there: the small demo's people with the same sign-ins, and their colleagues.

use std::collections::HashMap;

use super::dice::Dice;
use super::town::Gardens;
use crate::cli::demo::people::{PASSWORD, STAFF};
use crate::domain::actor::{Seat, Staff, Who};
use crate::domain::ids::{CommunityId, PlaceId, UserId};
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::engine::setup::{self, NewSeat, NewUser};
use crate::engine::{Engine, Failure, fill};

/// Colleagues: login without its number, how many there are with the small demo's, what they are called, role, queue.
const MORE: &[(&str, usize, &str, Role, Option<Queue>)] = &[
    ("kefu", 14, "客服", Role::Agent, None),
    ("weixiu", 16, "师傅", Role::Worker, Some(Queue::Maintenance)),
    ("zhixu", 12, "保安", Role::Worker, Some(Queue::Order)),
    ("huanmei", 12, "保洁", Role::Worker, Some(Queue::Environment)),
    ("juwei", 6, "干事", Role::CommitteeStaff, Some(Queue::Committee)),
    ("waibao", 5, "外包师傅", Role::Contractor, Some(Queue::Maintenance)),
];
const COMPANIES: &[&str] = &["示例门窗公司", "示例电梯维保", "示例防水工程"];
/// Buildings of one steward.
const BUILDINGS: usize = 5;
/// Shifts of the day.
pub(super) const SHIFTS: usize = 3;

/// An agent with the telephone in front of them.
pub(super) struct Agent {
    pub(super) staff: Staff,
    pub(super) extension: String,
}

/// Everyone who works.
#[derive(Default)]
pub(super) struct Crew {
    /// By shift: morning, afternoon, night.
    pub(super) shifts: [Vec<Agent>; SHIFTS],
    pub(super) committee: Vec<Staff>,
    workers: HashMap<Queue, Vec<Staff>>,
    heads: HashMap<Queue, Staff>,
    contractors: Vec<Staff>,
    stewards: HashMap<PlaceId, Staff>,
    by_user: HashMap<UserId, Staff>,
}

/// Somebody to be seated.
struct Line {
    login: String,
    name: String,
    platform: Platform,
    role: Role,
    queue: Option<Queue>,
    head: bool,
}

const NUMERALS: &[&str] = &["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// Up to 99.
fn numeral(n: usize) -> String {
    let digit = |n: usize| n.checked_sub(1).and_then(|at| NUMERALS.get(at)).copied().unwrap_or_default();
    match n / 10 {
        0 => digit(n).to_owned(),
        1 => format!("十{}", digit(n % 10)),
        tens => format!("{}十{}", digit(tens), digit(n % 10)),
    }
}

fn lines(stewards: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = STAFF
        .iter()
        .map(|one| Line {
            login: one.login.to_owned(),
            name: one.name.to_owned(),
            platform: one.platform,
            role: one.role,
            queue: one.queue,
            head: one.head,
        })
        .collect();
    let steward = ("louguan", stewards, "楼管", Role::Steward, Some(Queue::Steward));
    for (login, count, name, role, queue) in MORE.iter().copied().chain([steward]) {
        for n in 1..=count {
            let login = format!("{login}{n}");
            if lines.iter().any(|line| line.login == login) {
                continue;
            }
            let platform = if role == Role::CommitteeStaff { Platform::Committee } else { Platform::Property };
            lines.push(Line { login, name: format!("{}号{name}", numeral(n)), platform, role, queue, head: false });
        }
    }
    lines
}

/// Makes accounts and seats.
pub(super) fn build(engine: &Engine, community: CommunityId, gardens: &Gardens) -> Result<Crew, Failure> {
    let buildings: Vec<PlaceId> = gardens.iter().flatten().copied().collect();
    let lines = lines(buildings.len().div_ceil(BUILDINGS).max(3));
    let accounts: Vec<NewUser> = lines
        .iter()
        .map(|line| NewUser {
            login: line.login.clone(),
            display_name: line.name.clone(),
            password: Some(PASSWORD.to_owned()),
            language: Language::Zh,
            must_change_password: false,
        })
        .collect();
    let users = fill::add_accounts(engine, &accounts, |login| format!("{login}@demo.example"))?;
    let companies: Result<Vec<_>, _> =
        COMPANIES.iter().map(|name| setup::add_contractor(engine, community, name)).collect();
    let companies = companies?;
    let mut crew = Crew::default();
    let (mut agents, mut stewards, mut contractors) = (0, 0, 0);
    for (line, user) in lines.iter().zip(users) {
        let mut seat =
            NewSeat { queue: line.queue, is_head: line.head, ..NewSeat::new(user, line.platform, line.role) };
        let mut of = vec![None];
        match line.role {
            Role::Agent => {
                agents += 1;
                seat.extension = Some(format!("80{agents:02}"));
            }
            Role::Contractor => {
                seat.contractor = companies.get(contractors % companies.len()).copied();
                contractors += 1;
            }
            Role::Steward => {
                of = buildings.iter().skip(stewards * BUILDINGS).take(BUILDINGS).copied().map(Some).collect();
                stewards += 1;
            }
            _ => {}
        }
        let mut staff = Staff { who: Who::User(user), community, seats: Vec::new() };
        for building in &of {
            let membership = setup::add_seat(engine, community, &NewSeat { building: *building, ..seat.clone() })?;
            staff.seats.push(seated(&seat, membership, *building));
        }
        crew.place(line, (user, staff), &of, seat.extension);
    }
    Ok(crew)
}

fn seated(seat: &NewSeat, membership: crate::domain::ids::MembershipId, building: Option<PlaceId>) -> Seat {
    Seat {
        membership,
        platform: seat.platform,
        role: seat.role,
        queue: seat.queue,
        building,
        contractor: seat.contractor,
        is_head: seat.is_head,
    }
}

impl Crew {
    fn place(
        &mut self,
        line: &Line,
        (user, staff): (UserId, Staff),
        of: &[Option<PlaceId>],
        extension: Option<String>,
    ) {
        self.by_user.insert(user, staff.clone());
        match (line.role, line.queue, line.head) {
            (Role::Agent, ..) => {
                let agents: usize = self.shifts.iter().map(Vec::len).sum();
                let extension = extension.unwrap_or_default();
                self.shifts[agents % SHIFTS].push(Agent { staff, extension });
            }
            (Role::CommitteeStaff, ..) => self.committee.push(staff),
            (Role::Steward, ..) => self.stewards.extend(of.iter().flatten().map(|id| (*id, staff.clone()))),
            (Role::Contractor, ..) => self.contractors.push(staff),
            (_, Some(queue), true) => drop(self.heads.insert(queue, staff)),
            (_, Some(queue), false) => self.workers.entry(queue).or_default().push(staff),
            _ => {}
        }
    }

    /// The person behind an account.
    pub(super) fn by_user(&self, user: UserId) -> Option<&Staff> {
        self.by_user.get(&user)
    }

    /// An agent of the shift at this local hour.
    pub(super) fn agent(&self, hour: u32, dice: &Dice) -> Option<&Agent> {
        let shift = match hour {
            8..16 => 0,
            16..24 => 1,
            _ => 2,
        };
        dice.one(&self.shifts[shift])
    }

    /// Somebody to do a request of this queue.
    pub(super) fn someone(&self, queue: Queue, building: Option<PlaceId>, dice: &Dice) -> Option<&Staff> {
        match queue {
            Queue::Committee => dice.one(&self.committee),
            Queue::Steward => match building.and_then(|id| self.stewards.get(&id)) {
                Some(own) => Some(own),
                None => self.stewards.values().min_by_key(|staff| staff.user()),
            },
            queue => dice.one(self.workers.get(&queue)?),
        }
    }

    /// The head of a queue, and a contractor to be given the work.
    pub(super) fn contract(&self, queue: Queue, dice: &Dice) -> Option<(&Staff, UserId)> {
        let contractor = dice.one(&self.contractors)?.user()?;
        Some((self.heads.get(&queue).filter(|_| queue == Queue::Maintenance)?, contractor))
    }
}
