//! People who sign in: accounts, seats, sessions, tokens, and the count of failed sign-ins.

mod whole;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::db::Db;
use super::db::each;
use super::error::{StoreError, expect_one};
use super::schema::{api_token, app_user, membership, session, sign_in_limit};
use super::types::Time;
use crate::domain::actor::Seat;
use crate::domain::ids::{CommunityId, ContractorId, MembershipId, PlaceId, SessionId, TokenId, UserId};
use crate::domain::words::{Language, Platform, Queue, Role};

pub use whole::{WholeSession, whole_session};

/// One account of the installation.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = app_user)]
pub struct UserRow {
    /// Primary key.
    pub id: UserId,
    /// What is typed at sign-in; lower case.
    pub login: String,
    /// What colleagues read.
    pub display_name: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// Must choose another password before doing anything else.
    pub must_change_password: bool,
    /// Language of the interface.
    pub language: Language,
    /// May not sign in any more since.
    pub disabled_at: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
    /// Where notices go; none: in the console only.
    pub email: Option<String>,
}

/// One sign-in of one browser.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = session)]
pub struct SessionRow {
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// What logs and the list of devices name it by.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// The community worked in.
    pub community_id: Option<CommunityId>,
    /// The browser, as it named itself; cut to 200 characters.
    pub user_agent: String,
    /// Sign-in.
    pub created_at: Time,
    /// Last request, to the minute.
    pub seen_at: Time,
    /// Ends then whatever happens.
    pub expires_at: Time,
}

/// A seat in a community.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = membership)]
pub struct MembershipRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: MembershipId,
    /// Who sits there.
    pub user_id: UserId,
    /// The desk it belongs to.
    pub platform: Platform,
    /// What they are.
    pub role: Role,
    /// The queue worked in.
    pub queue: Option<Queue>,
    /// The company, for contractors.
    pub contractor_id: Option<ContractorId>,
    /// The building, for stewards.
    pub building_id: Option<PlaceId>,
    /// The telephone extension, for agents.
    pub extension: Option<String>,
    /// Head of the queue.
    pub is_head: bool,
    /// The seat this one stands in for.
    pub deputy_for_id: Option<MembershipId>,
    /// On duty now.
    pub on_duty: bool,
    /// Since when the seat exists.
    pub created_at: Time,
    /// Given up since.
    pub retired_at: Option<Time>,
}

impl MembershipRow {
    /// The seat as the rules see it.
    pub fn seat(&self) -> Seat {
        Seat {
            membership: self.id,
            platform: self.platform,
            role: self.role,
            queue: self.queue,
            building: self.building_id,
            contractor: self.contractor_id,
            is_head: self.is_head,
        }
    }
}

/// A program's token; the secret itself is never stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = api_token)]
pub struct TokenRow {
    /// Primary key.
    pub id: TokenId,
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// The one community it works in.
    pub community_id: CommunityId,
    /// What the admin called it.
    pub name: String,
    /// The desk it acts for.
    pub platform: Platform,
    /// What it may do.
    pub role: Role,
    /// The queue, where the role needs one.
    pub queue: Option<Queue>,
    /// When it was made.
    pub created_at: Time,
    /// Void since.
    pub revoked_at: Option<Time>,
}

/// Failed sign-ins under one key (an account or an address, as a keyed hash).
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = sign_in_limit)]
pub struct LimitRow {
    /// Keyed hash of what is counted.
    pub key_hash: Vec<u8>,
    /// Failures since `first_at`.
    pub failures: i32,
    /// Start of the window.
    pub first_at: Time,
    /// The latest failure.
    pub last_at: Time,
}

/// Adds an account.
///
/// # Errors
/// [`StoreError::Unique`] when the login is taken.
pub fn insert(db: &mut Db, row: &UserRow) -> Result<(), StoreError> {
    diesel::insert_into(app_user::table).values(row).execute(db)?;
    Ok(())
}

/// The account with this login.
pub fn by_login(db: &mut Db, login: &str) -> Result<Option<UserRow>, StoreError> {
    Ok(app_user::table.filter(app_user::login.eq(login)).first(db).optional()?)
}

/// The account.
pub fn by_id(db: &mut Db, id: UserId) -> Result<Option<UserRow>, StoreError> {
    Ok(app_user::table.filter(app_user::id.eq(id)).first(db).optional()?)
}

/// Whether there is any account at all.
pub fn any(db: &mut Db) -> Result<bool, StoreError> {
    Ok(app_user::table.select(app_user::id).first::<UserId>(db).optional()?.is_some())
}

/// Stores a new password hash and clears the duty to change it.
pub fn set_password(db: &mut Db, id: UserId, hash: &str) -> Result<(), StoreError> {
    let hit = diesel::update(app_user::table.filter(app_user::id.eq(id)))
        .set((app_user::password_hash.eq(hash), app_user::must_change_password.eq(false)))
        .execute(db)?;
    expect_one(hit, "app_user", id)
}

/// Stores the interface language.
pub fn set_language(db: &mut Db, id: UserId, language: Language) -> Result<(), StoreError> {
    let hit =
        diesel::update(app_user::table.filter(app_user::id.eq(id))).set(app_user::language.eq(language)).execute(db)?;
    expect_one(hit, "app_user", id)
}

/// Stores where notices go.
pub fn set_email(db: &mut Db, id: UserId, email: Option<&str>) -> Result<(), StoreError> {
    let hit = diesel::update(app_user::table.filter(app_user::id.eq(id))).set(app_user::email.eq(email)).execute(db)?;
    expect_one(hit, "app_user", id)
}

/// Every seat of a community that is not given up, with its holder, disabled ones left out.
pub fn crew(db: &mut Db, community: CommunityId) -> Result<Vec<(MembershipRow, UserRow)>, StoreError> {
    Ok(membership::table
        .inner_join(app_user::table.on(app_user::id.eq(membership::user_id)))
        .filter(membership::community_id.eq(community))
        .filter(membership::retired_at.is_null())
        .filter(app_user::disabled_at.is_null())
        .order((membership::user_id, membership::id))
        .select((membership::all_columns, app_user::all_columns))
        .load(db)?)
}

/// A seat, whoever holds it.
#[derive(Debug, Clone, Queryable)]
pub struct StaffRow {
    /// The seat.
    pub seat: MembershipRow,
    /// Its holder's name.
    pub name: String,
    /// Since when the account is closed.
    pub disabled_at: Option<Time>,
}

/// Every seat of a community, given up or not, in the order in which they were made.
pub fn staff(db: &mut Db, community: CommunityId) -> Result<Vec<StaffRow>, StoreError> {
    Ok(membership::table
        .inner_join(app_user::table.on(app_user::id.eq(membership::user_id)))
        .filter(membership::community_id.eq(community))
        .order(membership::id)
        .select((membership::all_columns, app_user::display_name, app_user::disabled_at))
        .load(db)?)
}

/// The names of these people, for showing.
pub fn names(db: &mut Db, ids: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError> {
    Ok(app_user::table.filter(app_user::id.eq_any(ids)).select((app_user::id, app_user::display_name)).load(db)?)
}

/// Adds a seat.
pub fn insert_membership(db: &mut Db, row: &MembershipRow) -> Result<(), StoreError> {
    diesel::insert_into(membership::table).values(row).execute(db)?;
    Ok(())
}

/// The seats a user holds, in every community.
pub fn memberships(db: &mut Db, user: UserId) -> Result<Vec<MembershipRow>, StoreError> {
    Ok(membership::table
        .filter(membership::user_id.eq(user))
        .filter(membership::retired_at.is_null())
        .order(membership::id)
        .load(db)?)
}

/// Every seat of a queue, with its holder's name: for assigning, and to find who is on duty.
pub fn queue_members(
    db: &mut Db,
    community: CommunityId,
    queue: Queue,
) -> Result<Vec<(MembershipRow, String)>, StoreError> {
    Ok(membership::table
        .inner_join(app_user::table.on(app_user::id.eq(membership::user_id)))
        .filter(membership::community_id.eq(community))
        .filter(membership::queue.eq(queue))
        .filter(membership::retired_at.is_null())
        .filter(app_user::disabled_at.is_null())
        .order(membership::id)
        .select((membership::all_columns, app_user::display_name))
        .load(db)?)
}

/// The seats of a building's stewards, and those that stand in for them.
pub fn stewards_of(db: &mut Db, community: CommunityId, building: PlaceId) -> Result<Vec<MembershipRow>, StoreError> {
    let seats = || {
        membership::table
            .filter(membership::community_id.eq(community))
            .filter(membership::role.eq(Role::Steward))
            .filter(membership::retired_at.is_null())
            .order(membership::id)
    };
    let mut all: Vec<MembershipRow> = seats().filter(membership::building_id.eq(building)).load(db)?;
    let own: Vec<MembershipId> = all.iter().map(|seat| seat.id).collect();
    let deputies: Vec<MembershipRow> = seats().filter(membership::deputy_for_id.eq_any(&own)).load(db)?;
    all.extend(deputies.into_iter().filter(|seat| !own.contains(&seat.id)));
    Ok(all)
}

/// Switches the user's own seats in a community on or off duty.
pub fn set_on_duty(db: &mut Db, user: UserId, community: CommunityId, on: bool) -> Result<usize, StoreError> {
    Ok(diesel::update(membership::table)
        .filter(membership::user_id.eq(user))
        .filter(membership::community_id.eq(community))
        .filter(membership::retired_at.is_null())
        .set(membership::on_duty.eq(on))
        .execute(db)?)
}

/// Opens a session.
pub fn insert_session(db: &mut Db, row: &SessionRow) -> Result<(), StoreError> {
    diesel::insert_into(session::table).values(row).execute(db)?;
    Ok(())
}

/// The session with this token hash, and its account.
pub fn session(db: &mut Db, token_hash: &[u8]) -> Result<Option<(SessionRow, UserRow)>, StoreError> {
    Ok(session::table
        .inner_join(app_user::table.on(app_user::id.eq(session::user_id)))
        .filter(session::token_hash.eq(token_hash))
        .select((session::all_columns, app_user::all_columns))
        .first(db)
        .optional()?)
}

/// Notes that a session was used.
pub fn touch_session(db: &mut Db, token_hash: &[u8], at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(session::table.filter(session::token_hash.eq(token_hash)))
        .set(session::seen_at.eq(Time(at)))
        .execute(db)?;
    Ok(())
}

/// Ends one session; ending an ended one is no error.
pub fn delete_session(db: &mut Db, token_hash: &[u8]) -> Result<(), StoreError> {
    diesel::delete(session::table.filter(session::token_hash.eq(token_hash))).execute(db)?;
    Ok(())
}

/// Ends every session of a user but the one with this token hash.
pub fn delete_other_sessions(db: &mut Db, user: UserId, keep: &[u8]) -> Result<(), StoreError> {
    diesel::delete(session::table)
        .filter(session::user_id.eq(user))
        .filter(session::token_hash.ne(keep))
        .execute(db)?;
    Ok(())
}

/// Adds a token.
pub fn insert_token(db: &mut Db, row: &TokenRow) -> Result<(), StoreError> {
    diesel::insert_into(api_token::table).values(row).execute(db)?;
    Ok(())
}

/// The valid token with this hash.
pub fn token(db: &mut Db, hash: &[u8]) -> Result<Option<TokenRow>, StoreError> {
    // On the connection itself, where the statement is found by its type: the enum spells it anew, and every request begins with it.
    let valid = api_token::table.filter(api_token::hash.eq(hash)).filter(api_token::revoked_at.is_null());
    Ok(each!(db, c => valid.first(c).optional())?)
}

/// Counts one more attempt under a key; how many there were since when, this one included. A window older than `window`
/// begins anew. The row stays locked until the transaction ends, so that two attempts at once count as two.
pub fn count_attempt(
    db: &mut Db,
    key_hash: &[u8],
    now: DateTime<Utc>,
    window: TimeDelta,
) -> Result<(i32, DateTime<Utc>), StoreError> {
    let row = LimitRow { key_hash: key_hash.to_vec(), failures: 0, first_at: Time(now), last_at: Time(now) };
    each!(db, c => diesel::insert_into(sign_in_limit::table).values(&row).on_conflict_do_nothing().execute(c))?;
    let this = || sign_in_limit::table.filter(sign_in_limit::key_hash.eq(key_hash));
    let hit = diesel::update(this())
        .set((sign_in_limit::failures.eq(sign_in_limit::failures + 1), sign_in_limit::last_at.eq(Time(now))))
        .execute(db)?;
    expect_one(hit, "sign_in_limit", "key")?;
    let row: LimitRow = this().first(db)?;
    if row.first_at.0 + window > now {
        return Ok((row.failures, row.first_at.0));
    }
    diesel::update(this()).set((sign_in_limit::failures.eq(1), sign_in_limit::first_at.eq(Time(now)))).execute(db)?;
    Ok((1, now))
}

/// What these tokens of a community are called.
pub fn token_names(db: &mut Db, community: CommunityId, ids: &[TokenId]) -> Result<Vec<(TokenId, String)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(api_token::table
        .filter(api_token::community_id.eq(community))
        .filter(api_token::id.eq_any(ids))
        .select((api_token::id, api_token::name))
        .load(db)?)
}

/// Takes one attempt back: it was none of a guesser's.
pub fn uncount_attempt(db: &mut Db, key_hash: &[u8]) -> Result<(), StoreError> {
    diesel::update(sign_in_limit::table.filter(sign_in_limit::key_hash.eq(key_hash)))
        .filter(sign_in_limit::failures.gt(0))
        .set(sign_in_limit::failures.eq(sign_in_limit::failures - 1))
        .execute(db)?;
    Ok(())
}

/// Forgets the failures counted under a key.
pub fn clear_limit(db: &mut Db, key_hash: &[u8]) -> Result<(), StoreError> {
    diesel::delete(sign_in_limit::table.filter(sign_in_limit::key_hash.eq(key_hash))).execute(db)?;
    Ok(())
}
