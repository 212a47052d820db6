//! A row of the staff register: an account and one of its seats.

use super::cells::{Cells, NAME_LIMIT, ascii, shown};
use super::heading::{Column, Heading};
use super::problem::{CellError, CellProblem};
use crate::domain::notice::address::is_address;
use crate::domain::place::fold;
use crate::domain::words::{Platform, Queue, Role};

pub(super) const COLUMNS: &[Column] = &[
    Column { code: "login", zh: "登录名", en: "Login", also: &["账号", "用户名"], needed: true },
    Column { code: "name", zh: "姓名", en: "Name", also: &[], needed: true },
    Column { code: "platform", zh: "平台", en: "Platform", also: &["单位"], needed: false },
    Column { code: "role", zh: "岗位", en: "Role", also: &["角色", "身份"], needed: true },
    Column { code: "queue", zh: "部门", en: "Department", also: &["queue", "队列"], needed: false },
    Column { code: "building", zh: "负责楼栋", en: "Building", also: &["楼", "楼栋"], needed: false },
    Column { code: "extension", zh: "分机", en: "Extension", also: &["分机号"], needed: false },
    Column { code: "head", zh: "负责人", en: "Head", also: &["is_head"], needed: false },
    Column { code: "on_duty", zh: "当班", en: "On duty", also: &["在班"], needed: false },
    Column { code: "company", zh: "公司", en: "Company", also: &["外包公司", "contractor"], needed: false },
    Column {
        code: "email", zh: "邮箱", en: "E-mail", also: &["电子邮箱", "电子邮件", "邮件", "mail"], needed: false
    },
];

/// Longest extension, in characters.
const EXTENSION_LIMIT: usize = 20;

const PLATFORMS: &[(Platform, &[&str])] = &[
    (Platform::Property, &["物业", "property", "物业平台", "物业公司"]),
    (Platform::Committee, &["社区", "committee", "社区平台", "居委会", "居委"]),
];

const ROLES: &[(Role, &[&str])] = &[
    (Role::Worker, &["员工", "worker", "师傅", "维修工", "保安", "保洁"]),
    (Role::Contractor, &["第三方", "contractor", "外包"]),
    (Role::Steward, &["楼管", "steward", "楼管专员", "管家"]),
    (Role::Agent, &["客服", "agent", "客服专员", "坐席"]),
    (Role::CommitteeStaff, &["居委会工作人员", "committee_staff", "Committee staff", "社区工作人员", "社工"]),
    (Role::Manager, &["经理", "manager", "主任"]),
    (Role::Admin, &["管理员", "admin", "Administrator"]),
];

const QUEUES: &[(Queue, &[&str])] = &[
    (Queue::Maintenance, &["维修部", "maintenance", "维修", "工程部"]),
    (Queue::Order, &["秩序部", "order", "秩序", "保安部", "安保部"]),
    (Queue::Environment, &["环美部", "environment", "环美", "保洁部", "环境部"]),
    (Queue::Steward, &["楼管专员", "steward", "楼管", "楼管部"]),
    (Queue::Committee, &["居委会", "committee", "社区"]),
];

/// A row of the staff register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// The row.
    pub row: u64,
    /// What is typed at sign-in.
    pub login: String,
    /// What colleagues read.
    pub name: String,
    /// The desk the seat belongs to.
    pub platform: Platform,
    /// What the person is there.
    pub role: Role,
    /// The queue of the seat.
    pub queue: Option<Queue>,
    /// The building, for stewards: its garden if named, and its code.
    pub building: Option<(Option<String>, String)>,
    /// The telephone extension, if the row says so.
    pub extension: Option<String>,
    /// Head of the queue, if the row says so.
    pub head: Option<bool>,
    /// On duty, if the row says so.
    pub on_duty: Option<bool>,
    /// The company, for contractors.
    pub company: Option<String>,
    /// Where the account's notices go, if the row says so.
    pub email: Option<String>,
}

/// Reads a row.
///
/// # Errors
/// Every cell that is wrong.
pub fn staff_row(heading: &Heading, row: u64, cells: &[&str]) -> Result<StaffRow, Vec<CellError>> {
    let mut cells = Cells::new(heading, row, cells);
    let login = login(&mut cells);
    let name = cells.needed("name", NAME_LIMIT);
    if cells.given("role").is_none() {
        cells.wrong("role", CellProblem::Empty);
    }
    let role = cells.one_of("role", ROLES);
    let platform = cells.one_of("platform", PLATFORMS);
    let queue = cells.one_of("queue", QUEUES);
    let seat = role.map(|role| (role, desk(&mut cells, role, platform), queue_of(&mut cells, role, queue)));
    let building = building(&mut cells, role);
    let extension = cells.text("extension", EXTENSION_LIMIT).map(|given| given.chars().map(fold).collect());
    let head = cells.yes_no("head");
    if head == Some(true) && matches!(seat, Some((_, _, None))) {
        cells.wrong("head", CellProblem::NotForRole);
    }
    let on_duty = cells.yes_no("on_duty");
    let company = cells.text("company", NAME_LIMIT);
    match role {
        Some(Role::Contractor) if cells.given("company").is_none() => cells.wrong("company", CellProblem::Empty),
        Some(Role::Contractor) | None => {}
        Some(_) if company.is_some() => cells.wrong("company", CellProblem::NotForRole),
        Some(_) => {}
    }
    let email = email(&mut cells);
    let made = match (login, name, seat) {
        (Some(login), Some(name), Some((role, platform, queue))) => Some(StaffRow {
            row,
            login,
            name,
            platform,
            role,
            queue,
            building,
            extension,
            head,
            on_duty,
            company,
            email,
        }),
        _ => None,
    };
    cells.end(made)
}

fn email(cells: &mut Cells<'_>) -> Option<String> {
    let given = ascii(cells.given("email")?);
    if !is_address(&given) {
        cells.wrong("email", CellProblem::Email(shown(&given)));
        return None;
    }
    Some(given)
}

fn login(cells: &mut Cells<'_>) -> Option<String> {
    let Some(given) = cells.given("login") else {
        cells.wrong("login", CellProblem::Empty);
        return None;
    };
    let login = given.chars().map(fold).collect::<String>().to_lowercase();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if !(2..=40).contains(&login.len()) || !login.chars().all(allowed) {
        cells.wrong("login", CellProblem::Login);
        return None;
    }
    Some(login)
}

/// The desk of a role; only managers and admins have a choice.
fn desk(cells: &mut Cells<'_>, role: Role, given: Option<Platform>) -> Platform {
    let own = match role {
        Role::CommitteeStaff => Platform::Committee,
        _ => Platform::Property,
    };
    let free = matches!(role, Role::Manager | Role::Admin);
    match given {
        Some(given) if !free && given != own => {
            cells.wrong("platform", CellProblem::OtherPlatform);
            own
        }
        Some(given) => given,
        None => own,
    }
}

fn queue_of(cells: &mut Cells<'_>, role: Role, given: Option<Queue>) -> Option<Queue> {
    let fits = match (role, given) {
        (Role::Worker | Role::Contractor, Some(Queue::Maintenance | Queue::Order | Queue::Environment)) => {
            return given;
        }
        (Role::Worker | Role::Contractor, None) => {
            if cells.given("queue").is_none() {
                cells.wrong("queue", CellProblem::Empty);
            }
            return None;
        }
        (Role::Worker | Role::Contractor, Some(_)) => {
            let given = shown(cells.given("queue").unwrap_or_default());
            cells.wrong("queue", CellProblem::NotOneOf { given, allowed: "维修部、秩序部、环美部".to_owned() });
            return None;
        }
        (Role::Steward, None | Some(Queue::Steward)) => return Some(Queue::Steward),
        (Role::CommitteeStaff, None | Some(Queue::Committee)) => return Some(Queue::Committee),
        (Role::Agent | Role::Manager | Role::Admin, None) => true,
        _ => false,
    };
    if !fits {
        cells.wrong("queue", CellProblem::NotForRole);
    }
    None
}

/// 恒泰园/3, 恒泰园／3 号楼 or 3.
fn building(cells: &mut Cells<'_>, role: Option<Role>) -> Option<(Option<String>, String)> {
    use crate::domain::words::PlaceKind::{Building, Garden};
    let given = cells.text("building", 2 * super::cells::CODE_LIMIT);
    match (role, given) {
        (Some(Role::Steward), None) => {
            if cells.given("building").is_none() {
                cells.wrong("building", CellProblem::Empty);
            }
            None
        }
        (Some(Role::Steward), Some(given)) => Some(match given.rsplit_once(['/', '／', '-']) {
            Some((garden, building)) => {
                (Some(super::place_code(Garden, garden.trim())), super::place_code(Building, building.trim()))
            }
            None => (None, super::place_code(Building, &given)),
        }),
        (Some(_), Some(_)) => {
            cells.wrong("building", CellProblem::NotForRole);
            None
        }
        _ => None,
    }
}
