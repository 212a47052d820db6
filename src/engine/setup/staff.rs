//! Accounts, seats and API tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::taken;
use crate::domain::ids::{CommunityId, ContractorId, MembershipId, PlaceId, TokenId, UserId};
use crate::domain::notice::address::is_address;
use crate::domain::words::{Language, PlaceKind, Platform, Queue, Role};
use crate::engine::{Engine, Failure, Invalid, Problem, password, text};
use crate::store::types::Time;
use crate::store::user::{self as rows, MembershipRow, TokenRow, UserRow};
use crate::store::{Db, StoreError, place};

/// Longest name, in characters.
const NAME_LIMIT: usize = 60;
/// Letters of a made-up password: 32 of them, none like another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// An account as entered.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What is typed at sign-in: 2 to 40 of `a-z`, digits, `.`, `_`, `-`.
    pub login: String,
    /// What colleagues read.
    pub display_name: String,
    /// 12 to 128 characters; a random one is made when empty.
    pub password: Option<String>,
    /// Language of the interface.
    pub language: Language,
    /// Must choose another password at first sign-in.
    pub must_change_password: bool,
}

/// Makes an account. Returns its password too when it was made up.
///
/// # Errors
/// [`Failure::Invalid`] for `login`, `display_name` or `password`.
pub fn create_user(engine: &Engine, new: &NewUser) -> Result<(UserId, Option<String>), Failure> {
    let (row, made) = user_row(engine, new)?;
    engine.store.write(|db| rows::insert(db, &row)).map_err(|error| taken(error, "app_user", "login"))?;
    Ok((row.id, made))
}

/// Makes an account with its first seat, both or neither. `user` in the seat is filled in here.
///
/// # Errors
/// As [`create_user`] and [`add_seat`].
pub fn create_staff(
    engine: &Engine,
    new: &NewUser,
    community: CommunityId,
    first: &NewSeat,
) -> Result<(UserId, Option<String>), Failure> {
    let (row, made) = user_row(engine, new)?;
    let membership = seat_row(engine, community, &NewSeat { user: row.id, ..first.clone() })?;
    engine.store.write(|db| {
        rows::insert(db, &row).map_err(|error| taken(error, "app_user", "login"))?;
        seat(db, &membership)
    })?;
    Ok((row.id, made))
}

/// An account's row, and its password when it was made up. Hashing takes its time, so this is no part of a transaction.
pub(in crate::engine) fn user_row(engine: &Engine, new: &NewUser) -> Result<(UserRow, Option<String>), Failure> {
    let login = new.login.as_str();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if !(2..=40).contains(&login.len()) || !login.chars().all(allowed) {
        return Err(Invalid::new("login", Problem::Form("2 to 40 of a-z, 0-9, ., _ and -")).into());
    }
    let display_name = text("display_name", &new.display_name, NAME_LIMIT)?.to_owned();
    let made = match &new.password {
        Some(given) => {
            password::check(given, login).map_err(|problem| Invalid::new("password", problem))?;
            None
        }
        None => Some(made_up(engine)),
    };
    let typed = new.password.as_ref().or(made.as_ref()).map_or("", String::as_str);
    let now = engine.now();
    let row = UserRow {
        id: engine.chance.id(now),
        login: login.to_owned(),
        display_name,
        password_hash: password::hash(typed, engine.chance.bytes()),
        must_change_password: new.must_change_password,
        language: new.language,
        disabled_at: None,
        created_at: Time::from(now),
        email: None,
    };
    Ok((row, made))
}

/// A password to be changed at the next sign-in, and its hash.
pub(in crate::engine) fn one_time_password(engine: &Engine) -> (String, String) {
    let made = made_up(engine);
    let hash = password::hash(&made, engine.chance.bytes());
    (made, hash)
}

/// 100 bits in four groups, easy to read out.
fn made_up(engine: &Engine) -> String {
    let bytes: [u8; 20] = engine.chance.bytes();
    let letters: Vec<u8> = bytes.iter().map(|byte| LETTERS[usize::from(byte & 31)]).collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join("-")
}

/// The account with this login.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn user(engine: &Engine, login: &str) -> Result<UserId, Failure> {
    let row = engine.store.read(|db| rows::by_login(db, login))?;
    row.map(|row| row.id).ok_or(Failure::NotFound("account"))
}

/// Sets where notices go; nothing: in the console only.
///
/// # Errors
/// [`Failure::Invalid`] for `email`.
pub fn set_email(engine: &Engine, user: UserId, email: Option<&str>) -> Result<(), Failure> {
    let email = email.map(str::trim).filter(|email| !email.is_empty());
    if let Some(email) = email {
        check_email(email)?;
    }
    Ok(engine.store.write(|db| rows::set_email(db, user, email))?)
}

/// Whether this can be an address mail is sent to.
///
/// # Errors
/// [`Invalid`] for `email`.
pub fn check_email(email: &str) -> Result<(), Invalid> {
    match is_address(email) {
        true => Ok(()),
        false => Err(Invalid::new("email", Problem::Form("an address such as name@example.com"))),
    }
}

/// Whether there is any account.
///
/// # Errors
/// [`Failure::Store`].
pub fn any_user(engine: &Engine) -> Result<bool, Failure> {
    Ok(engine.store.read(rows::any)?)
}

/// A seat as entered.
#[derive(Debug, Clone)]
pub struct NewSeat {
    /// Who sits there.
    pub user: UserId,
    /// The desk it belongs to.
    pub platform: Platform,
    /// What they are.
    pub role: Role,
    /// The queue; stewards and committee staff get theirs when empty.
    pub queue: Option<Queue>,
    /// The company, for contractors.
    pub contractor: Option<ContractorId>,
    /// The building, for stewards.
    pub building: Option<PlaceId>,
    /// The telephone extension, for agents.
    pub extension: Option<String>,
    /// Head of the queue.
    pub is_head: bool,
    /// The seat this one stands in for.
    pub deputy_for: Option<MembershipId>,
    /// On duty from the start.
    pub on_duty: bool,
}

impl NewSeat {
    /// A seat on duty with nothing special about it.
    pub fn new(user: UserId, platform: Platform, role: Role) -> Self {
        Self {
            user,
            platform,
            role,
            queue: None,
            contractor: None,
            building: None,
            extension: None,
            is_head: false,
            deputy_for: None,
            on_duty: true,
        }
    }

    /// The same in this queue.
    #[must_use]
    pub fn in_queue(self, queue: Queue) -> Self {
        Self { queue: Some(queue), ..self }
    }
}

/// The queue a seat of this role works in.
fn queue_of(role: Role, platform: Platform, given: Option<Queue>) -> Result<Option<Queue>, Invalid> {
    let form = |field, allowed| Err(Invalid::new(field, Problem::Form(allowed)));
    let platform_fits = match role {
        Role::Worker | Role::Contractor | Role::Steward | Role::Agent => platform == Platform::Property,
        Role::CommitteeStaff => platform == Platform::Committee,
        Role::Manager | Role::Admin => true,
    };
    if !platform_fits {
        return form("platform", "committee for committee_staff; property for worker, contractor, steward and agent");
    }
    match (role, given) {
        (Role::Worker | Role::Contractor, Some(Queue::Maintenance | Queue::Order | Queue::Environment)) => Ok(given),
        (Role::Worker | Role::Contractor, None) => Err(Invalid::new("queue", Problem::Empty)),
        (Role::Worker | Role::Contractor, Some(_)) => form("queue", "maintenance, order or environment"),
        (Role::Steward, None | Some(Queue::Steward)) => Ok(Some(Queue::Steward)),
        (Role::CommitteeStaff, None | Some(Queue::Committee)) => Ok(Some(Queue::Committee)),
        (Role::Agent | Role::Manager | Role::Admin, None) => Ok(None),
        (Role::Steward, Some(_)) => form("queue", "steward"),
        (Role::CommitteeStaff, Some(_)) => form("queue", "committee"),
        (Role::Agent | Role::Manager | Role::Admin, Some(_)) => form("queue", "none: this role works in no queue"),
    }
}

/// Gives an account a seat.
///
/// # Errors
/// [`Failure::Invalid`] for what does not fit together.
pub fn add_seat(engine: &Engine, community: CommunityId, new: &NewSeat) -> Result<MembershipId, Failure> {
    let row = seat_row(engine, community, new)?;
    engine.store.write(|db| seat(db, &row))?;
    engine.forget_settings(community);
    Ok(row.id)
}

/// A seat's row, if everything about it fits together.
pub(in crate::engine) fn seat_row(
    engine: &Engine,
    community: CommunityId,
    new: &NewSeat,
) -> Result<MembershipRow, Invalid> {
    let queue = queue_of(new.role, new.platform, new.queue)?;
    let need = |field, there: bool, wanted: bool| match (there, wanted) {
        (false, true) => Err(Invalid::new(field, Problem::Empty)),
        (true, false) => Err(Invalid::new(field, Problem::Form("none: this role has no such thing"))),
        _ => Ok(()),
    };
    need("building", new.building.is_some(), new.role == Role::Steward)?;
    need("contractor", new.contractor.is_some(), new.role == Role::Contractor)?;
    if new.is_head && queue.is_none() {
        return Err(Invalid::new("head", Problem::Form("a role that works in a queue")));
    }
    let extension = new.extension.as_deref().map(|given| text("extension", given, 20)).transpose()?;
    let now = engine.now();
    Ok(MembershipRow {
        community_id: community,
        id: engine.chance.id(now),
        user_id: new.user,
        platform: new.platform,
        role: new.role,
        queue,
        contractor_id: new.contractor,
        building_id: new.building,
        extension: extension.map(str::to_owned),
        is_head: new.is_head,
        deputy_for_id: new.deputy_for,
        on_duty: new.on_duty,
        created_at: Time::from(now),
        retired_at: None,
    })
}

/// Writes a seat.
pub(in crate::engine) fn seat(db: &mut Db, row: &MembershipRow) -> Result<(), Failure> {
    if let Some(building) = row.building_id {
        let found = place::by_ids(db, row.community_id, &[building])?.pop();
        match found.map(|place| place.kind) {
            None => return Err(Invalid::new("building", Problem::Unknown).into()),
            Some(PlaceKind::Building) => {}
            Some(_) => return Err(Invalid::new("building", Problem::Form("a building")).into()),
        }
    }
    rows::insert_membership(db, row).map_err(|error| match error {
        StoreError::ForeignKey { .. } => Failure::NotFound("account, community, company or seat"),
        other => other.into(),
    })
}

/// A token as ordered.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What the admin calls it.
    pub name: String,
    /// The desk it acts for.
    pub platform: Platform,
    /// What it may do.
    pub role: Role,
    /// The queue, where the role needs one.
    pub queue: Option<Queue>,
}

/// Makes an API token. It is told here once; the database keeps its SHA-256 only.
///
/// # Errors
/// [`Failure::Invalid`] for what does not fit together.
pub fn create_token(engine: &Engine, community: CommunityId, new: &NewToken) -> Result<String, Failure> {
    let (row, secret) = token_row(engine, community, new)?;
    engine.store.write(|db| insert_token(db, &row))?;
    Ok(secret)
}

/// A token's row, and the token.
pub(in crate::engine) fn token_row(
    engine: &Engine,
    community: CommunityId,
    new: &NewToken,
) -> Result<(TokenRow, String), Failure> {
    let queue = queue_of(new.role, new.platform, new.queue)?;
    let secret = format!("jb_{}", URL_SAFE_NO_PAD.encode(engine.chance.bytes::<32>()));
    let now = engine.now();
    let row = TokenRow {
        id: engine.chance.id::<TokenId>(now),
        hash: Sha256::digest(secret.as_bytes()).to_vec(),
        community_id: community,
        name: text("name", &new.name, NAME_LIMIT)?.to_owned(),
        platform: new.platform,
        role: new.role,
        queue,
        created_at: Time::from(now),
        revoked_at: None,
    };
    Ok((row, secret))
}

/// Writes a token.
pub(in crate::engine) fn insert_token(db: &mut Db, row: &TokenRow) -> Result<(), Failure> {
    rows::insert_token(db, row).map_err(|error| match error {
        StoreError::ForeignKey { .. } => Failure::NotFound("community"),
        other => other.into(),
    })
}
