//! The staff register: an account by its login, and the seat the row describes. Seats the file does not name stay.

use std::collections::HashMap;

use super::houses::Houses;
use super::table::Table;
use super::{Effect, Job, Prepared, Register, wrong};
use crate::domain::ids::{ContractorId, MembershipId, PlaceId, UserId};
use crate::domain::import::{CellError, CellProblem, StaffRow, staff_row};
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::engine::Failure;
use crate::engine::setup::{NewUser, user_row};
use crate::store::types::Time;
use crate::store::user::{self, MembershipRow};
use crate::store::{Db, StoreError, admin, community, import as rows};

struct Account {
    id: Option<UserId>,
    name: String,
    email: Option<String>,
    elsewhere: bool,
    /// The row that named it.
    named_in: Option<u64>,
    /// The row that told its address.
    mailed_in: Option<u64>,
}

/// Whether a cell changes what an account has.
fn changes(same: bool, told_in: Option<u64>, elsewhere: bool) -> Result<bool, CellProblem> {
    match (same, told_in, elsewhere) {
        (true, ..) => Ok(false),
        (false, Some(row), _) => Err(CellProblem::Contradicts { row }),
        (false, None, true) => Err(CellProblem::Elsewhere),
        (false, None, false) => Ok(true),
    }
}

/// What tells two seats of one account apart.
type SeatKey = (String, Platform, Role, Option<Queue>, Option<PlaceId>);

/// The staff as it is, and what the rows add.
pub(super) struct StaffSheet {
    houses: Houses,
    accounts: HashMap<String, Account>,
    companies: HashMap<String, ContractorId>,
    seats: HashMap<SeatKey, MembershipRow>,
    said: HashMap<SeatKey, StaffRow>,
    /// Logins to make, with names, in the file's order.
    new_accounts: Vec<(String, String)>,
    new_companies: Vec<(String, ContractorId)>,
    /// With the login, for a new account has no id before it is prepared.
    new_seats: Vec<(String, MembershipRow)>,
    changed: Vec<MembershipRow>,
    renamed: Vec<(UserId, String)>,
    readdressed: Vec<(UserId, String)>,
}

impl Register for StaffSheet {
    fn load(db: &mut Db, job: &Job<'_>, table: &Table) -> Result<Self, StoreError> {
        let id = job.hand.community;
        let mut logins = Vec::new();
        table.rows(|row, cells| {
            if let Ok(given) = staff_row(&table.heading, row, cells) {
                logins.push(given.login);
            }
            Ok::<_, StoreError>(())
        })?;
        let users = rows::accounts(db, &logins)?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let elsewhere = rows::seated_elsewhere(db, id, &ids)?;
        let login: HashMap<UserId, String> = users.iter().map(|user| (user.id, user.login.clone())).collect();
        let seats = rows::seats(db, id)?.into_iter().filter_map(|seat| {
            let login = login.get(&seat.user_id)?.clone();
            Some(((login, seat.platform, seat.role, seat.queue, seat.building_id), seat))
        });
        let account = |user: user::UserRow| {
            let elsewhere = elsewhere.contains(&user.id);
            let (id, name, email) = (Some(user.id), user.display_name, user.email);
            (user.login, Account { id, name, email, elsewhere, named_in: None, mailed_in: None })
        };
        Ok(Self {
            houses: Houses::load(db, id)?,
            seats: seats.collect(),
            accounts: users.into_iter().map(account).collect(),
            companies: rows::companies(db, id)?.into_iter().collect(),
            said: HashMap::new(),
            new_accounts: Vec::new(),
            new_companies: Vec::new(),
            new_seats: Vec::new(),
            changed: Vec::new(),
            renamed: Vec::new(),
            readdressed: Vec::new(),
        })
    }

    /// Passwords are hashed here, which takes its time on purpose.
    fn prepare(&mut self, job: &Job<'_>) -> Result<Prepared, Failure> {
        let mut accounts = Vec::new();
        for (login, name) in &self.new_accounts {
            let new = NewUser {
                login: login.clone(),
                display_name: name.clone(),
                password: None,
                language: Language::Zh,
                must_change_password: true,
            };
            let (mut row, made) = user_row(job.engine, &new)?;
            row.email = self.accounts.get(login).and_then(|account| account.email.clone());
            accounts.push((row, made.unwrap_or_default()));
        }
        Ok(Prepared { accounts })
    }

    fn take(&mut self, job: &Job<'_>, table: &Table, row: u64, cells: &[&str]) -> Result<Effect, Vec<CellError>> {
        let given = staff_row(&table.heading, row, cells)?;
        let building = match &given.building {
            Some((garden, building)) => {
                let found = self.houses.building(garden.as_deref(), building);
                Some(found.map_err(|(_, problem)| wrong(row, "building", problem))?)
            }
            None => None,
        };
        let (made, altered) = self.account(&given)?;
        let key: SeatKey = (given.login.clone(), given.platform, given.role, given.queue, building);
        if let Some(before) = self.said.get(&key) {
            let same = StaffRow { row: given.row, ..before.clone() } == given;
            return match same {
                true => Ok(Effect::Unchanged),
                false => Err(wrong(row, "", CellProblem::Contradicts { row: before.row })),
            };
        }
        self.said.insert(key.clone(), given.clone());
        let seat = self.seat(job, key, &given);
        Ok(match (made, altered, seat) {
            (true, ..) => Effect::New,
            (false, true, Effect::Unchanged) => Effect::Changed,
            (false, _, seat) => seat,
        })
    }

    fn waiting(&self) -> usize {
        // A staff is small: everything is written at the end.
        0
    }

    fn flush(&mut self, db: &mut Db, job: &Job<'_>, ready: &Prepared) -> Result<(), Failure> {
        let ids: HashMap<&str, UserId> = ready.accounts.iter().map(|(row, _)| (row.login.as_str(), row.id)).collect();
        for (login, _) in std::mem::take(&mut self.new_accounts) {
            let row = ready.accounts.iter().find(|(row, _)| row.login == login);
            let (row, _) = row.ok_or_else(|| StoreError::Contended("an account vanished meanwhile".to_owned()))?;
            user::insert(db, row)?;
        }
        for (name, id) in std::mem::take(&mut self.new_companies) {
            community::insert_contractor(db, job.hand.community, id, &name)?;
        }
        for (login, mut seat) in std::mem::take(&mut self.new_seats) {
            if let Some(id) = ids.get(login.as_str()) {
                seat.user_id = *id;
            }
            user::insert_membership(db, &seat)?;
        }
        Ok(())
    }

    fn finish(&mut self, db: &mut Db, _: &Job<'_>) -> Result<(), Failure> {
        for seat in std::mem::take(&mut self.changed) {
            admin::update_seat(db, &seat)?;
        }
        for (id, name) in std::mem::take(&mut self.renamed) {
            admin::set_name(db, id, &name)?;
        }
        for (id, address) in std::mem::take(&mut self.readdressed) {
            user::set_email(db, id, Some(&address))?;
        }
        Ok(())
    }
}

impl StaffSheet {
    /// The account of a row: whether it is new, and whether its name or address changes.
    fn account(&mut self, given: &StaffRow) -> Result<(bool, bool), Vec<CellError>> {
        let mailed_in = given.email.as_ref().map(|_| given.row);
        let Some(account) = self.accounts.get_mut(&given.login) else {
            let (name, email, named_in) = (given.name.clone(), given.email.clone(), Some(given.row));
            let made = Account { id: None, name, email, elsewhere: false, named_in, mailed_in };
            self.accounts.insert(given.login.clone(), made);
            self.new_accounts.push((given.login.clone(), given.name.clone()));
            return Ok((true, false));
        };
        let named = changes(account.name == given.name, account.named_in, account.elsewhere)
            .map_err(|problem| wrong(given.row, "name", problem))?;
        let mailed = given.email.is_some();
        let mailed = changes(!mailed || account.email == given.email, account.mailed_in, account.elsewhere)
            .map_err(|problem| wrong(given.row, "email", problem))?;
        if named {
            account.name.clone_from(&given.name);
            self.renamed.extend(account.id.map(|id| (id, given.name.clone())));
        }
        if mailed {
            account.email.clone_from(&given.email);
            self.readdressed.extend(account.id.zip(given.email.clone()));
        }
        account.named_in = account.named_in.or(Some(given.row));
        account.mailed_in = account.mailed_in.or(mailed_in);
        Ok((false, named || mailed))
    }

    fn seat(&mut self, job: &Job<'_>, key: SeatKey, given: &StaffRow) -> Effect {
        let company = given.company.as_ref().map(|name| self.company(job, name));
        if let Some(seat) = self.seats.get_mut(&key) {
            let before = (seat.extension.clone(), seat.is_head, seat.on_duty);
            if given.extension.is_some() {
                seat.extension.clone_from(&given.extension);
            }
            seat.is_head = given.head.unwrap_or(seat.is_head);
            seat.on_duty = given.on_duty.unwrap_or(seat.on_duty);
            if before == (seat.extension.clone(), seat.is_head, seat.on_duty) {
                return Effect::Unchanged;
            }
            self.changed.push(seat.clone());
            return Effect::Changed;
        }
        let now = job.engine.now();
        let account = self.accounts.get(&given.login).and_then(|account| account.id);
        let seat = MembershipRow {
            community_id: job.hand.community,
            id: job.engine.chance.id::<MembershipId>(now),
            // That of a new account is put in when it is written.
            user_id: account.unwrap_or(UserId(uuid::Uuid::nil())),
            platform: given.platform,
            role: given.role,
            queue: given.queue,
            contractor_id: company,
            building_id: key.4,
            extension: given.extension.clone(),
            is_head: given.head.unwrap_or(false),
            deputy_for_id: None,
            on_duty: given.on_duty.unwrap_or(true),
            created_at: Time::from(now),
            retired_at: None,
        };
        self.seats.insert(key, seat.clone());
        self.new_seats.push((given.login.clone(), seat));
        Effect::New
    }

    fn company(&mut self, job: &Job<'_>, name: &str) -> ContractorId {
        if let Some(known) = self.companies.get(name) {
            return *known;
        }
        let id: ContractorId = job.engine.chance.id(job.engine.now());
        self.companies.insert(name.to_owned(), id);
        self.new_companies.push((name.to_owned(), id));
        id
    }
}
