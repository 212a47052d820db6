//! Who is at the keyboard: sign-in, sessions, one's own account, and programs' tokens.
//!
//! The cookie holds 32 random bytes; the database holds their SHA-256, so that who reads the database cannot sign in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::{Engine, Failure, Invalid, Problem, password};
use crate::domain::actor::{Seat, Staff, Who};
use crate::domain::ids::{CommunityId, MembershipId, SessionId, UserId};
use crate::domain::words::Language;
use crate::store::types::Time;
use crate::store::user::{self, MembershipRow, SessionRow, UserRow};
use crate::store::{Db, StoreError};

/// A session unused for this long is over.
pub const IDLE_LIMIT: TimeDelta = TimeDelta::hours(12);
/// A session is over after this long whatever happens.
pub const WHOLE_LIMIT: TimeDelta = TimeDelta::days(7);
/// Failures are counted over this long.
const WINDOW: TimeDelta = TimeDelta::hours(1);
/// Attempts on one account within [`WINDOW`].
const TRIES_PER_ACCOUNT: i32 = 10;
/// Failed attempts from one address within [`WINDOW`].
const TRIES_PER_ADDRESS: i32 = 50;
/// Use is noted to the minute only: not every page is a write.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);
const USER_AGENT_CHARACTERS: usize = 200;

/// Where a sign-in comes from.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The network address.
    pub address: String,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefused {
    /// Account or password does not match; which of them is not told.
    #[error("account or password does not match")]
    Wrong,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// Seconds until the next one counts.
        retry_after_seconds: u32,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The community a session works in.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A sign-in that stands.
#[derive(Debug, Clone)]
pub struct Session {
    /// What logs name it by.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The account, as typed at sign-in.
    pub login: String,
    /// What colleagues read.
    pub name: String,
    /// Language of the interface.
    pub language: Language,
    /// Must choose another password before doing anything else.
    pub must_change_password: bool,
    /// The person as the rules see them; `None` without a seat in any community.
    pub staff: Option<Staff>,
    /// The same person's seats in the community.
    pub seats: Vec<Seat>,
    /// The community worked in.
    pub community: Option<CommunityView>,
    /// On duty now.
    pub on_duty: bool,
    /// What every form and fetch of this session carries.
    pub csrf: String,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
}

/// The token that forms carry beside a cookie with this token: whoever can make it has the cookie.
pub fn csrf_of(token: &str) -> String {
    let digest = Sha256::new().chain_update(b"csrf").chain_update(token.as_bytes()).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A fresh unguessable token: 32 bytes in base64url.
pub fn fresh_token(engine: &Engine) -> String {
    URL_SAFE_NO_PAD.encode(engine.chance().bytes::<32>())
}

/// Signs in; the answer is the cookie's token, which is stored nowhere.
///
/// # Errors
/// [`SignInRefused`]. A closed account is answered like a wrong password.
pub fn sign_in(engine: &Engine, login: &str, given: &str, visitor: &Visitor) -> Result<String, SignInRefused> {
    let now = engine.now();
    let login = login.trim().to_lowercase();
    let keys = [engine.account_key(&login), engine.keys.blind("sign_in.address", &visitor.address)];
    // Counted before the password is looked at, so that a hundred attempts at once are not one.
    let limits = [(keys[0], TRIES_PER_ACCOUNT), (keys[1], TRIES_PER_ADDRESS)];
    if let Some(wait) = engine.store.write(|db| attempt(db, &limits, now))? {
        return Err(SignInRefused::TooMany { retry_after_seconds: wait });
    }
    let account = engine.store.read(|db| user::by_login(db, &login))?.filter(|account| account.disabled_at.is_none());
    let right = match &account {
        Some(account) => password::verify(given, &account.password_hash),
        None => {
            password::verify_nobody(given);
            false
        }
    };
    let Some(account) = account.filter(|_| right) else { return Err(SignInRefused::Wrong) };
    let token = fresh_token(engine);
    let id = engine.chance().id(now);
    engine.store.write(|db| {
        user::clear_limit(db, &keys[0])?;
        user::uncount_attempt(db, &keys[1])?;
        let community = user::memberships(db, account.id)?.first().map(|seat| seat.community_id);
        user::insert_session(
            db,
            &SessionRow {
                token_hash: hash(&token),
                id,
                user_id: account.id,
                community_id: community,
                user_agent: visitor.user_agent.chars().take(USER_AGENT_CHARACTERS).collect(),
                created_at: Time(now),
                seen_at: Time(now),
                expires_at: Time(now + WHOLE_LIMIT),
            },
        )
    })?;
    Ok(token)
}

/// The session this token opens, if it still stands.
///
/// # Errors
/// A database failure; a token that opens nothing is `None`.
pub fn session(engine: &Engine, token: &str) -> Result<Option<Session>, Failure> {
    let now = engine.now();
    let token_hash = hash(token);
    let found = engine.store.read(|db| {
        let Some((row, account)) = user::session(db, &token_hash)? else { return Ok(None) };
        let seats = user::memberships(db, account.id)?;
        Ok::<_, StoreError>(Some((row, account, seats)))
    })?;
    let Some((row, account, seats)) = found else { return Ok(None) };
    if account.disabled_at.is_some() || row.expires_at.0 <= now || row.seen_at.0 + IDLE_LIMIT <= now {
        return Ok(None);
    }
    if row.seen_at.0 + TOUCH_EVERY <= now {
        engine.store.write(|db| user::touch_session(db, &token_hash, now))?;
    }
    let mut session = session_of(engine, &row, account, seats)?;
    session.csrf = csrf_of(token);
    Ok(Some(session))
}

fn session_of(
    engine: &Engine,
    row: &SessionRow,
    account: UserRow,
    mut seats: Vec<MembershipRow>,
) -> Result<Session, Failure> {
    let chosen = row.community_id.filter(|id| seats.iter().any(|seat| seat.community_id == *id));
    let chosen = chosen.or_else(|| seats.first().map(|seat| seat.community_id));
    seats.retain(|seat| Some(seat.community_id) == chosen);
    let community = chosen.map(|id| community_view(engine, id)).transpose()?;
    let on_duty = seats.iter().any(|seat| seat.on_duty);
    let seats: Vec<Seat> = seats.iter().map(MembershipRow::seat).collect();
    let staff = chosen.map(|community| Staff { who: Who::User(account.id), community, seats: seats.clone() });
    Ok(Session {
        id: row.id,
        user: account.id,
        login: account.login,
        name: account.display_name,
        language: account.language,
        must_change_password: account.must_change_password,
        staff,
        seats,
        community,
        on_duty,
        csrf: String::new(),
        token_hash: row.token_hash.clone(),
    })
}

fn community_view(engine: &Engine, id: CommunityId) -> Result<CommunityView, Failure> {
    let settings = engine.settings(id)?;
    let row = &settings.community;
    Ok(CommunityView { id, slug: row.slug.clone(), name: row.name.clone(), zone: settings.zone() })
}

/// Ends the session this token opens; an ended one is no error.
///
/// # Errors
/// A database failure.
pub fn sign_out(engine: &Engine, token: &str) -> Result<(), Failure> {
    Ok(engine.store.write(|db| user::delete_session(db, &hash(token)))?)
}

/// Ends every other session of the same person.
///
/// # Errors
/// A database failure.
pub fn sign_out_others(engine: &Engine, session: &Session) -> Result<(), Failure> {
    Ok(engine.store.write(|db| user::delete_other_sessions(db, session.user, &session.token_hash))?)
}

/// Changes the password and ends every other session.
///
/// # Errors
/// [`Failure::Invalid`] on `old` ([`Problem::Wrong`], [`Problem::TooMany`]) or on `new` (too short, too long, easily
/// guessed; [`Problem::Taken`] when it is the present one).
pub fn change_password(engine: &Engine, session: &Session, old: &str, new: &str) -> Result<(), Failure> {
    let now = engine.now();
    let key = engine.account_key(&session.login);
    if let Some(wait) = engine.store.write(|db| attempt(db, &[(key, TRIES_PER_ACCOUNT)], now))? {
        return Err(Invalid::new("old", Problem::TooMany { seconds: wait }).into());
    }
    let account = engine.store.read(|db| user::by_id(db, session.user))?.ok_or(Failure::NotFound("user"))?;
    if !password::verify(old, &account.password_hash) {
        return Err(Invalid::new("old", Problem::Wrong).into());
    }
    password::check("new", &session.login, new)?;
    if new == old {
        return Err(Invalid::new("new", Problem::Taken).into());
    }
    let stored = password::hash(new, engine.chance().bytes());
    Ok(engine.store.write(|db| {
        user::clear_limit(db, &key)?;
        user::set_password(db, session.user, &stored)?;
        user::delete_other_sessions(db, session.user, &session.token_hash)
    })?)
}

/// Stores the language of a person's pages.
///
/// # Errors
/// A database failure.
pub fn set_language(engine: &Engine, user: UserId, language: Language) -> Result<(), Failure> {
    Ok(engine.store.write(|db| user::set_language(db, user, language))?)
}

/// Switches a person's seats in the community on or off duty.
///
/// # Errors
/// [`Failure::Forbidden`] for a program or someone without a seat.
pub fn set_on_duty(engine: &Engine, staff: &Staff, on: bool) -> Result<(), Failure> {
    let user = staff.user().ok_or(Failure::Forbidden)?;
    match engine.store.write(|db| user::set_on_duty(db, user, staff.community, on))? {
        0 => Err(Failure::Forbidden),
        _ => Ok(()),
    }
}

/// The program this API token stands for, if it is valid.
///
/// # Errors
/// A database failure.
pub fn bearer(engine: &Engine, token: &str) -> Result<Option<Staff>, Failure> {
    let row = engine.store.read(|db| user::token(db, &hash(token)))?;
    Ok(row.map(|row| Staff {
        who: Who::Token(row.id),
        community: row.community_id,
        seats: vec![Seat {
            membership: MembershipId(row.id.0),
            platform: row.platform,
            role: row.role,
            queue: row.queue,
            building: None,
            contractor: None,
            is_head: false,
        }],
    }))
}

impl Engine {
    fn account_key(&self, login: &str) -> [u8; 32] {
        self.keys.blind("sign_in.account", login)
    }
}

/// Counts an attempt under each key; seconds to wait when one of them has had its share.
fn attempt(db: &mut Db, limits: &[([u8; 32], i32)], now: DateTime<Utc>) -> Result<Option<u32>, StoreError> {
    // The address goes first on purpose: always in one order, two attempts cannot wait for each other.
    for (key, most) in limits.iter().rev() {
        let (tries, since) = user::count_attempt(db, key, now, WINDOW)?;
        if tries > *most {
            let left = (since + WINDOW - now).num_seconds().max(1);
            return Ok(Some(u32::try_from(left).unwrap_or(u32::MAX)));
        }
    }
    Ok(None)
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
