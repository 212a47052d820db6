//! What was changed in settings and people, and the statements that change them. Adding stands with each table's family.

use diesel::prelude::*;

use super::db::Db;
use super::error::{StoreError, expect_one};
use super::schema::{admin_change, api_token, app_user, calendar_day, membership, place, queue, resident, session};
use super::schema::{contractor, hotline_source, urgency_class, wechat_account};
use super::types::Time;
use super::user::{MembershipRow, TokenRow, UserRow};
use crate::domain::ids::{AdminChangeId, CommunityId, MembershipId, TokenId, UserId};
use crate::domain::words::{Deed, Queue, Role};
use crate::store::community::{ClassRow, DayRow};

/// A line about a change.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = admin_change)]
pub struct ChangeRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: AdminChangeId,
    /// Who; nobody when it was done on the terminal.
    pub user_id: Option<UserId>,
    /// What was done.
    pub deed: Deed,
    /// To what: a login, a code, a name everybody may read.
    pub about: String,
    /// When.
    pub made_at: Time,
}

/// Adds a line.
pub fn insert_change(db: &mut Db, row: &ChangeRow) -> Result<(), StoreError> {
    diesel::insert_into(admin_change::table).values(row).execute(db)?;
    Ok(())
}

/// The newest lines, with the name of whoever did it.
pub fn changes(
    db: &mut Db,
    community: CommunityId,
    limit: i64,
) -> Result<Vec<(ChangeRow, Option<String>)>, StoreError> {
    Ok(admin_change::table
        .left_join(app_user::table.on(admin_change::user_id.eq(app_user::id.nullable())))
        .filter(admin_change::community_id.eq(community))
        .order((admin_change::made_at.desc(), admin_change::id.desc()))
        .limit(limit)
        .select((admin_change::all_columns, app_user::display_name.nullable()))
        .load(db)?)
}

/// A seat with its account and, for a contractor, the company.
pub type Seated = (MembershipRow, UserRow, Option<String>);

/// Every seat of a community that is not given up, by login.
pub fn seats(db: &mut Db, community: CommunityId) -> Result<Vec<Seated>, StoreError> {
    let company = contractor::community_id
        .eq(membership::community_id)
        .and(contractor::id.nullable().eq(membership::contractor_id))
        .and(contractor::retired_at.is_null());
    Ok(membership::table
        .inner_join(app_user::table.on(app_user::id.eq(membership::user_id)))
        .left_join(contractor::table.on(company))
        .filter(membership::community_id.eq(community))
        .filter(membership::retired_at.is_null())
        .order((app_user::login, membership::id))
        .select((membership::all_columns, app_user::all_columns, contractor::name.nullable()))
        .load(db)?)
}

/// Those who once had a seat in the community and have none in any now: still this community's to look after.
pub fn former(db: &mut Db, community: CommunityId) -> Result<Vec<UserRow>, StoreError> {
    let held = membership::table.filter(membership::community_id.eq(community)).select(membership::user_id);
    let holding = membership::table.filter(membership::retired_at.is_null()).select(membership::user_id);
    Ok(app_user::table
        .filter(app_user::id.eq_any(held))
        .filter(app_user::id.ne_all(holding))
        .order(app_user::login)
        .load(db)?)
}

/// The seat, if it is not given up.
pub fn seat(db: &mut Db, community: CommunityId, id: MembershipId) -> Result<Option<MembershipRow>, StoreError> {
    Ok(membership::table
        .filter(membership::community_id.eq(community))
        .filter(membership::id.eq(id))
        .filter(membership::retired_at.is_null())
        .first(db)
        .optional()?)
}

/// Writes what may change of a seat: extension, head, deputy, duty.
pub fn update_seat(db: &mut Db, row: &MembershipRow) -> Result<(), StoreError> {
    let hit = diesel::update(membership::table)
        .filter(membership::community_id.eq(row.community_id))
        .filter(membership::id.eq(row.id))
        .filter(membership::retired_at.is_null())
        .set((
            membership::extension.eq(&row.extension),
            membership::is_head.eq(row.is_head),
            membership::deputy_for_id.eq(row.deputy_for_id),
            membership::on_duty.eq(row.on_duty),
        ))
        .execute(db)?;
    expect_one(hit, "membership", row.id)
}

/// Gives a seat up; nobody stands in for it any more.
pub fn end_seat(db: &mut Db, community: CommunityId, id: MembershipId, at: Time) -> Result<(), StoreError> {
    diesel::update(membership::table)
        .filter(membership::community_id.eq(community))
        .filter(membership::deputy_for_id.eq(id))
        .set(membership::deputy_for_id.eq(None::<MembershipId>))
        .execute(db)?;
    let hit = diesel::update(membership::table)
        .filter(membership::community_id.eq(community))
        .filter(membership::id.eq(id))
        .filter(membership::retired_at.is_null())
        .set((
            membership::retired_at.eq(Some(at)),
            membership::on_duty.eq(false),
            membership::deputy_for_id.eq(None::<MembershipId>),
        ))
        .execute(db)?;
    expect_one(hit, "membership", id)
}

/// The communities an account has a part in: those of its seats; when it has none any more, those of its former ones.
/// In one order for all, for whoever holds several.
pub fn communities_of(db: &mut Db, user: UserId) -> Result<Vec<CommunityId>, StoreError> {
    let held: Vec<(CommunityId, Option<Time>)> = membership::table
        .filter(membership::user_id.eq(user))
        .select((membership::community_id, membership::retired_at))
        .order(membership::community_id)
        .load(db)?;
    let seated = held.iter().any(|(_, retired)| retired.is_none());
    let mut of: Vec<CommunityId> =
        held.into_iter().filter(|(_, retired)| !seated || retired.is_none()).map(|(id, _)| id).collect();
    of.dedup();
    Ok(of)
}

/// The accounts that may sign in and hold an administrator's seat, once for each seat.
pub fn admins(db: &mut Db, community: CommunityId) -> Result<Vec<UserId>, StoreError> {
    Ok(membership::table
        .inner_join(app_user::table.on(app_user::id.eq(membership::user_id)))
        .filter(membership::community_id.eq(community))
        .filter(membership::role.eq(Role::Admin))
        .filter(membership::retired_at.is_null())
        .filter(app_user::disabled_at.is_null())
        .select(membership::user_id)
        .load(db)?)
}

/// Switches an account off or on; off ends its sessions.
pub fn set_disabled(db: &mut Db, id: UserId, at: Option<Time>) -> Result<(), StoreError> {
    let hit =
        diesel::update(app_user::table.filter(app_user::id.eq(id))).set(app_user::disabled_at.eq(at)).execute(db)?;
    expect_one(hit, "app_user", id)?;
    if at.is_some() {
        end_sessions(db, id)?;
    }
    Ok(())
}

/// Stores a one-time password and ends the account's sessions.
pub fn reset_password(db: &mut Db, id: UserId, hash: &str) -> Result<(), StoreError> {
    let hit = diesel::update(app_user::table.filter(app_user::id.eq(id)))
        .set((app_user::password_hash.eq(hash), app_user::must_change_password.eq(true)))
        .execute(db)?;
    expect_one(hit, "app_user", id)?;
    end_sessions(db, id)
}

/// Stores the name colleagues read.
pub fn set_name(db: &mut Db, id: UserId, name: &str) -> Result<(), StoreError> {
    let hit =
        diesel::update(app_user::table.filter(app_user::id.eq(id))).set(app_user::display_name.eq(name)).execute(db)?;
    expect_one(hit, "app_user", id)
}

fn end_sessions(db: &mut Db, id: UserId) -> Result<(), StoreError> {
    diesel::delete(session::table.filter(session::user_id.eq(id))).execute(db)?;
    Ok(())
}

/// A community's tokens that are valid, newest first.
pub fn tokens(db: &mut Db, community: CommunityId) -> Result<Vec<TokenRow>, StoreError> {
    Ok(api_token::table
        .filter(api_token::community_id.eq(community))
        .filter(api_token::revoked_at.is_null())
        .order((api_token::created_at.desc(), api_token::id))
        .load(db)?)
}

/// Makes a token void; its name, or `None` when there is no such valid one.
pub fn revoke_token(db: &mut Db, community: CommunityId, id: TokenId, at: Time) -> Result<Option<String>, StoreError> {
    let this = || {
        api_token::table
            .filter(api_token::community_id.eq(community))
            .filter(api_token::id.eq(id))
            .filter(api_token::revoked_at.is_null())
    };
    let Some(name) = this().select(api_token::name).first(db).optional()? else { return Ok(None) };
    let hit = diesel::update(this()).set(api_token::revoked_at.eq(Some(at))).execute(db)?;
    expect_one(hit, "api_token", id)?;
    Ok(Some(name))
}

/// Writes a queue's names and standing agreement.
pub fn update_queue(
    db: &mut Db,
    (community, code): (CommunityId, Queue),
    (zh, en): (&str, &str),
    accepts_directly: bool,
) -> Result<(), StoreError> {
    let hit = diesel::update(queue::table)
        .filter(queue::community_id.eq(community))
        .filter(queue::code.eq(code))
        .set((queue::name_zh.eq(zh), queue::name_en.eq(en), queue::accepts_directly.eq(accepts_directly)))
        .execute(db)?;
    expect_one(hit, "queue", code)
}

/// Writes a class's limits.
pub fn update_class(db: &mut Db, row: &ClassRow) -> Result<(), StoreError> {
    let hit = diesel::update(urgency_class::table)
        .filter(urgency_class::community_id.eq(row.community_id))
        .filter(urgency_class::code.eq(row.code))
        .set((
            urgency_class::contact_limit.eq(&row.contact_limit),
            urgency_class::on_site_limit.eq(&row.on_site_limit),
            urgency_class::finish_limit.eq(&row.finish_limit),
            urgency_class::warn_before_minutes.eq(row.warn_before_minutes),
        ))
        .execute(db)?;
    expect_one(hit, "urgency_class", row.code)
}

/// Writes a day that differs from the plain week, over what was said of it before.
pub fn put_day(db: &mut Db, row: &DayRow) -> Result<(), StoreError> {
    drop_day(db, row.community_id, row.day)?;
    diesel::insert_into(calendar_day::table).values(row).execute(db)?;
    Ok(())
}

/// Makes a day one of the plain week again.
pub fn drop_day(db: &mut Db, community: CommunityId, day: chrono::NaiveDate) -> Result<(), StoreError> {
    diesel::delete(calendar_day::table)
        .filter(calendar_day::community_id.eq(community))
        .filter(calendar_day::day.eq(day))
        .execute(db)?;
    Ok(())
}

/// The days of a community that differ from the plain week, between two (both included).
pub fn days(
    db: &mut Db,
    community: CommunityId,
    (from, to): (chrono::NaiveDate, chrono::NaiveDate),
) -> Result<Vec<DayRow>, StoreError> {
    Ok(calendar_day::table
        .filter(calendar_day::community_id.eq(community))
        .filter(calendar_day::day.ge(from))
        .filter(calendar_day::day.le(to))
        .order(calendar_day::day)
        .load(db)?)
}

/// What a community has so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Places in the register.
    pub places: i64,
    /// Residents in the register.
    pub residents: i64,
    /// Sources of call events.
    pub sources: i64,
    /// The WeChat account is set.
    pub wechat: bool,
}

/// What a community has so far, in one statement.
pub fn counts(db: &mut Db, community: CommunityId) -> Result<Counts, StoreError> {
    let places = place::table.filter(place::community_id.eq(community)).filter(place::retired_at.is_null());
    let residents = resident::table.filter(resident::community_id.eq(community));
    let sources = hotline_source::table
        .filter(hotline_source::community_id.eq(community))
        .filter(hotline_source::removed_at.is_null());
    let accounts = wechat_account::table.filter(wechat_account::community_id.eq(community));
    let counted = diesel::select((
        places.count().single_value().assume_not_null(),
        residents.count().single_value().assume_not_null(),
        sources.count().single_value().assume_not_null(),
        diesel::dsl::exists(accounts),
    ));
    let (places, residents, sources, wechat) = counted.get_result(db)?;
    Ok(Counts { places, residents, sources, wechat })
}
