//! Sign-in: sessions, limits on guessing, passwords, and the tokens programs use.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::password;
use super::{Engine, Failure, Invalid, Problem};
use crate::domain::actor::{Seat, Staff, Who};
use crate::domain::ids::{CommunityId, SessionId, UserId};
use crate::domain::wording::has_control;
use crate::domain::words::Language;
use crate::store::alarm::AlarmRow;
use crate::store::ticket::TicketRow;
use crate::store::types::Time;
use crate::store::user::{self, MembershipRow, SessionRow, UserRow, WholeSession};
use crate::store::{Db, StoreError};

/// A session unused for this long is over.
pub(super) const IDLE: TimeDelta = TimeDelta::hours(12);
/// A session is over then whatever happens.
const LONGEST: TimeDelta = TimeDelta::days(7);
/// The last use is written down at most this often, so that reading pages stays reading.
const TOUCH: TimeDelta = TimeDelta::minutes(5);
/// Guesses are counted within this window.
pub(super) const WINDOW: TimeDelta = TimeDelta::hours(1);
/// Passwords tried on one account in the window, and from one known device, after which no more are looked at; the right
/// one begins a new count.
const PER_ACCOUNT: i32 = 10;
/// Accounts one device is known for at most: colleagues share a desk over the shifts.
const ACCOUNTS_A_DEVICE: usize = 12;
/// Wrong passwords from one address in the window: a whole office may sit behind one.
const PER_ADDRESS: i32 = 50;
/// Longest name of a browser kept.
const AGENT_LIMIT: usize = 200;

/// Where a sign-in comes from.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The client's address.
    pub address: String,
    /// The browser, as it names itself.
    pub user_agent: String,
    /// What [`known_device`] gave it at an earlier sign-in.
    pub device: Option<String>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefused {
    /// No such account, a wrong password, or a disabled account; which, is not told.
    #[error("wrong account or password")]
    Wrong,
    /// Too many wrong guesses.
    #[error("too many wrong guesses")]
    TooMany {
        /// When the next one is looked at, in seconds.
        retry_after_seconds: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The community a session works in.
#[derive(Debug, Clone)]
pub struct CommunityView {
    /// The row.
    pub id: CommunityId,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its time zone.
    pub zone: Tz,
}

/// Someone signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Who.
    pub user: UserId,
    /// What they type at sign-in.
    pub login: String,
    /// What colleagues read.
    pub name: String,
    /// Where notices go.
    pub email: Option<String>,
    /// Language of the interface.
    pub language: Language,
    /// Must choose another password first.
    pub must_change_password: bool,
    /// What they may do, if they have a seat anywhere.
    pub staff: Option<Staff>,
    /// The community worked in.
    pub community: Option<CommunityView>,
    /// On duty in any seat.
    pub on_duty: bool,
    /// What a form must carry to be theirs.
    pub csrf: String,
    token_hash: [u8; 32],
    /// What rings where they have seats, oldest first: whether for this person here, [`super::alarm::ringing`] says.
    pub(super) ringing: Vec<(AlarmRow, TicketRow)>,
}

impl Session {
    /// The seats in the community worked in.
    pub fn seats(&self) -> &[Seat] {
        self.staff.as_ref().map_or(&[], |staff| &staff.seats)
    }
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    sha.finalize().into()
}

/// Signs someone in and returns the cookie's token.
///
/// # Errors
/// [`SignInRefused`].
pub fn sign_in(engine: &Engine, login: &str, given: &str, visitor: &Visitor) -> Result<String, SignInRefused> {
    let now = engine.now();
    let login = login.trim().to_lowercase();
    let limits = limits(engine, &login, visitor);
    // Counted before the password is looked at, so that a hundred guesses at once are a hundred and not one.
    if let Some(retry_after_seconds) = engine.store.write(|db| count(db, &limits, now))? {
        return Err(SignInRefused::TooMany { retry_after_seconds });
    }
    let account = match has_control(&login) {
        // No account is called that, and PostgreSQL takes no NUL.
        true => None,
        false => engine.store.read(|db| user::by_login(db, &login))?,
    };
    // Outside of any transaction: this takes its time on purpose.
    let right = match &account {
        Some(account) => password::verify(given, &account.password_hash) && account.disabled_at.is_none(),
        None => {
            password::verify_nobody(given);
            false
        }
    };
    let account = account.filter(|_| right).ok_or(SignInRefused::Wrong)?;
    Ok(engine.store.write(|db| {
        for (key, most) in &limits {
            if *most == PER_ADDRESS { user::uncount_attempt(db, key)? } else { user::clear_limit(db, key)? }
        }
        start_session(engine, db, &account, (visitor, now))
    })?)
}

/// What a guess counts under. A device that has signed in to this account before has an allowance of its own: whoever
/// guesses from elsewhere, naming the account or sharing the address, cannot use it up.
fn limits(engine: &Engine, login: &str, visitor: &Visitor) -> Vec<([u8; 32], i32)> {
    let known = visitor.device.as_deref().and_then(Device::read).filter(|device| device.knows(engine, login));
    match known {
        Some(device) => vec![(engine.keys.blind("sign_in.known", &format!("{} {login}", device.id)), PER_ACCOUNT)],
        None => vec![
            (engine.keys.blind("sign_in.address", &visitor.address), PER_ADDRESS),
            (engine.account_key(login), PER_ACCOUNT),
        ],
    }
}

/// A browser that people signed in from: a random name, and a seal for each account, so that nothing needs to be stored.
#[derive(Debug)]
struct Device<'a> {
    id: &'a str,
    seals: Vec<&'a str>,
}

impl<'a> Device<'a> {
    /// `None` for what this program did not write.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split('.');
        let id = parts.next().filter(|id| id.len() == 22)?;
        let seals: Vec<&str> = parts.take(ACCOUNTS_A_DEVICE).collect();
        Some(Self { id, seals })
    }

    fn seal(engine: &Engine, id: &str, login: &str) -> String {
        let seal = engine.keys.blind("sign_in.device", &format!("{id} {login}"));
        URL_SAFE_NO_PAD.encode(&seal[..16])
    }

    fn knows(&self, engine: &Engine, login: &str) -> bool {
        let seal = Self::seal(engine, self.id, login);
        self.seals.iter().any(|known| bool::from(known.as_bytes().ct_eq(seal.as_bytes())))
    }
}

/// What a browser keeps after a sign-in, to be known again: the latest account first. It opens nothing; it only spares its
/// owner from guesses made elsewhere.
pub fn known_device(engine: &Engine, login: &str, before: Option<&str>) -> String {
    let login = login.trim().to_lowercase();
    let fresh = URL_SAFE_NO_PAD.encode(engine.chance.bytes::<16>());
    let device = before.and_then(Device::read).unwrap_or(Device { id: &fresh, seals: Vec::new() });
    let seal = Device::seal(engine, device.id, &login);
    let others = device.seals.iter().copied().filter(|known| *known != seal).take(ACCOUNTS_A_DEVICE - 1);
    [device.id, seal.as_str()].into_iter().chain(others).collect::<Vec<_>>().join(".")
}

/// Counts a guess under each key; seconds to wait once one of them has had its share. Callers name the address first:
/// always in one order, two guesses cannot wait for each other's rows.
fn count(db: &mut Db, limits: &[([u8; 32], i32)], now: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
    for (key, most) in limits {
        let (tries, since) = user::count_attempt(db, key, now, WINDOW)?;
        if tries > *most {
            return Ok(Some((since + WINDOW - now).num_seconds().max(1)));
        }
    }
    Ok(None)
}

impl Engine {
    pub(in crate::engine) fn account_key(&self, login: &str) -> [u8; 32] {
        self.keys.blind("sign_in.account", login)
    }
}

/// A fresh unguessable token, 32 bytes in base64url.
pub fn fresh_token(engine: &Engine) -> String {
    URL_SAFE_NO_PAD.encode(engine.chance.bytes::<32>())
}

/// What forms carry beside a cookie with this token: whoever can make it holds the cookie.
pub fn csrf_of(token: &str) -> String {
    hex(&sha256(&[b"csrf", token.as_bytes()]))
}

fn start_session(
    engine: &Engine,
    db: &mut Db,
    account: &UserRow,
    (visitor, now): (&Visitor, DateTime<Utc>),
) -> Result<String, StoreError> {
    let token = fresh_token(engine);
    let row = SessionRow {
        token_hash: sha256(&[token.as_bytes()]).to_vec(),
        id: engine.chance.id(now),
        user_id: account.id,
        community_id: user::memberships(db, account.id)?.first().map(|seat| seat.community_id),
        user_agent: visitor.user_agent.chars().filter(|c| !c.is_control()).take(AGENT_LIMIT).collect(),
        created_at: Time(now),
        seen_at: Time(now),
        expires_at: Time(now + LONGEST),
    };
    user::insert_session(db, &row)?;
    Ok(token)
}

/// Whoever holds this cookie; `None` when the session is over.
pub fn session(engine: &Engine, token: &str) -> Result<Option<Session>, Failure> {
    let now = engine.now();
    let token_hash = sha256(&[token.as_bytes()]);
    let found = engine.store.read_one(|db| user::whole_session(db, &token_hash))?;
    let Some(WholeSession { session: row, account, seats, ringing }) = found else { return Ok(None) };
    if is_over(&row, &account, now) {
        return Ok(None);
    }
    if now >= row.seen_at.0 + TOUCH {
        engine.store.write(|db| user::touch_session(db, &token_hash, now))?;
    }
    let here = row.community_id.or_else(|| seats.first().map(|seat| seat.community_id));
    let seats: Vec<MembershipRow> = seats.into_iter().filter(|seat| Some(seat.community_id) == here).collect();
    let community = match here {
        Some(id) => Some(community_view(engine, id)?),
        None => None,
    };
    Ok(Some(Session {
        id: row.id,
        user: account.id,
        login: account.login,
        name: account.display_name,
        email: account.email,
        language: account.language,
        must_change_password: account.must_change_password,
        on_duty: seats.iter().any(|seat| seat.on_duty),
        staff: here.filter(|_| !seats.is_empty()).map(|community| Staff {
            who: Who::User(account.id),
            community,
            seats: seats.iter().map(MembershipRow::seat).collect::<Vec<Seat>>(),
        }),
        community,
        csrf: csrf_of(token),
        token_hash,
        ringing,
    }))
}

fn is_over(row: &SessionRow, account: &UserRow, now: DateTime<Utc>) -> bool {
    now >= row.expires_at.0 || now >= row.seen_at.0 + IDLE || account.disabled_at.is_some()
}

/// Whether the session still stands. Does not count as use: a page left open must not keep its session alive.
///
/// # Errors
/// A database failure.
pub fn stands(engine: &Engine, token: &str) -> Result<bool, Failure> {
    let found = engine.store.read_one(|db| user::session(db, &sha256(&[token.as_bytes()])))?;
    Ok(found.is_some_and(|(row, account)| !is_over(&row, &account, engine.now())))
}

fn community_view(engine: &Engine, id: CommunityId) -> Result<CommunityView, Failure> {
    let settings = engine.settings(id)?;
    let row = &settings.community;
    Ok(CommunityView { id, slug: row.slug.clone(), name: row.name.clone(), zone: settings.zone() })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Ends the session behind a cookie.
pub fn sign_out(engine: &Engine, token: &str) -> Result<(), Failure> {
    let token_hash = sha256(&[token.as_bytes()]);
    Ok(engine.store.write(|db| user::delete_session(db, &token_hash))?)
}

/// Ends every session of the user but this one.
pub fn sign_out_elsewhere(engine: &Engine, session: &Session) -> Result<(), Failure> {
    Ok(engine.store.write(|db| user::delete_other_sessions(db, session.user, &session.token_hash))?)
}

/// Changes the password and ends every other session.
///
/// # Errors
/// [`Failure::Invalid`] on `old` when it is not right or was tried too often, on `new` when it is too weak or
/// ([`Problem::Taken`]) the present one.
pub fn change_password(engine: &Engine, session: &Session, old: &str, new: &str) -> Result<(), Failure> {
    let now = engine.now();
    // Someone at an open screen must not guess either. Guesses at the sign-in page do not count here.
    let key = engine.keys.blind("sign_in.open_screen", &session.user.to_string());
    if let Some(seconds) = engine.store.write(|db| count(db, &[(key, PER_ACCOUNT)], now))? {
        return Err(Invalid::new("old", Problem::TooMany { seconds }).into());
    }
    let account = engine.store.read(|db| user::by_id(db, session.user))?.ok_or(Failure::NotFound("user"))?;
    if !password::verify(old, &account.password_hash) {
        return Err(Invalid::new("old", Problem::Wrong).into());
    }
    password::check(new, &account.login).map_err(|problem| Invalid::new("new", problem))?;
    if new == old {
        return Err(Invalid::new("new", Problem::Taken).into());
    }
    let hash = password::hash(new, engine.chance.bytes());
    engine.store.write(|db| {
        user::clear_limit(db, &key)?;
        user::set_password(db, session.user, &hash)?;
        Ok(user::delete_other_sessions(db, session.user, &session.token_hash)?)
    })
}

/// Sets the language of a user's interface.
pub fn set_language(engine: &Engine, user: UserId, language: Language) -> Result<(), Failure> {
    Ok(engine.store.write(|db| user::set_language(db, user, language))?)
}

/// Switches the actor's seats in the community on or off duty.
pub fn set_on_duty(engine: &Engine, staff: &Staff, on: bool) -> Result<(), Failure> {
    let user = staff.user().ok_or(Failure::Forbidden)?;
    engine.store.write(|db| user::set_on_duty(db, user, staff.community, on))?;
    engine.forget_settings(staff.community);
    Ok(())
}

/// What a program with this token may do; `None` for an unknown or revoked one.
pub fn bearer(engine: &Engine, token: &str) -> Result<Option<Staff>, Failure> {
    let hash = sha256(&[token.as_bytes()]);
    let row = engine.store.read_one(|db| user::token(db, &hash))?;
    Ok(row.map(|row| Staff {
        who: Who::Token(row.id),
        community: row.community_id,
        seats: vec![Seat {
            membership: crate::domain::ids::MembershipId(row.id.0),
            platform: row.platform,
            role: row.role,
            queue: row.queue,
            building: None,
            contractor: None,
            is_head: false,
        }],
    }))
}
