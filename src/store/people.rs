//! Residents, their telephone numbers, and who lives where.

mod living;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Text};

use super::db::Db;
use super::dialect;
use super::error::StoreError;
use super::fixed::{Literal, Piece, fixed};
use super::schema::{occupancy, resident, resident_phone};
use super::types::{DbUuid, Time};
use crate::domain::ids::{CommunityId, OccupancyId, PhoneId, PlaceId, ResidentId};

pub use living::{Living, living};

/// A resident.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = resident, treat_none_as_default_value = false)]
pub struct ResidentRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: ResidentId,
    /// Name.
    pub name: String,
    /// What an agent should know (hard of hearing, lives alone).
    pub care_note: Option<String>,
    /// When entered.
    pub created_at: Time,
}

/// One number of a resident.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = resident_phone)]
pub struct PhoneRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it; part of what the seal is bound to.
    pub id: PhoneId,
    /// Whose.
    pub resident_id: ResidentId,
    /// The number, sealed.
    pub sealed: Vec<u8>,
    /// Keyed hash of the whole number.
    pub whole_hash: Vec<u8>,
    /// Keyed hash of its last four digits.
    pub last_four_hash: Vec<u8>,
    /// When entered.
    pub created_at: Time,
}

/// Who lives where, from when to when.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = occupancy, treat_none_as_default_value = false)]
pub struct OccupancyRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: OccupancyId,
    /// Who.
    pub resident_id: ResidentId,
    /// Which flat.
    pub flat_id: PlaceId,
    /// `owner`, `tenant`, `family` or `other`.
    pub relation: String,
    /// From this day.
    pub from_day: NaiveDate,
    /// To this day; empty while it lasts.
    pub to_day: Option<NaiveDate>,
}

/// Adds a resident with numbers and homes.
pub fn insert(db: &mut Db, row: &ResidentRow, phones: &[PhoneRow], homes: &[OccupancyRow]) -> Result<(), StoreError> {
    diesel::insert_into(resident::table).values(row).execute(db)?;
    for phone in phones {
        diesel::insert_into(resident_phone::table).values(phone).execute(db)?;
    }
    for home in homes {
        diesel::insert_into(occupancy::table).values(home).execute(db)?;
    }
    Ok(())
}

/// How a caller is looked up.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Keyed hash of the whole number.
    Phone(Vec<u8>),
    /// Keyed hash of the last four digits, and these: the name may begin with them.
    LastFour(Vec<u8>, String),
    /// Beginning of the name, ASCII letters of either case alike.
    Name(String),
    /// Those who live in a flat of this building or unit.
    Under(PlaceId),
    /// Somebody of the register.
    Resident(ResidentId),
}

/// A resident with numbers and present homes.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub row: ResidentRow,
    /// Their numbers.
    pub phones: Vec<PhoneRow>,
    /// Where they live now, moved in last first.
    pub homes: Vec<OccupancyRow>,
}

/// The most people that are offered to choose from. Of those a look-up fits, one more tells that there are more.
pub const OFFERED: usize = 20;

/// A resident has few numbers and homes: so many rows of both are read for one at most, on average.
const ROWS_A_PERSON: i64 = 16;

/// The residents wanted, at most `limit`, by name, with their numbers and present homes, in one statement.
pub fn whole(db: &mut Db, community: CommunityId, wanted: &Wanted, limit: i64) -> Result<Vec<Person>, StoreError> {
    let number =
        resident_phone::community_id.eq(resident::community_id).and(resident_phone::resident_id.eq(resident::id));
    let home = occupancy::community_id
        .eq(resident::community_id)
        .and(occupancy::resident_id.eq(resident::id))
        .and(occupancy::to_day.is_null());
    let all = resident::table
        .left_join(resident_phone::table.on(number))
        .left_join(occupancy::table.on(home))
        .filter(resident::community_id.eq(community))
        .order((resident::name, resident::id, resident_phone::id, occupancy::from_day.desc(), occupancy::id))
        .select((resident::all_columns, resident_phone::all_columns.nullable(), occupancy::all_columns.nullable()))
        .limit(limit.saturating_mul(ROWS_A_PERSON));
    let other = diesel::alias!(resident_phone as other_phone);
    let numbers = || other.filter(other.field(resident_phone::community_id).eq(community));
    let who = other.field(resident_phone::resident_id);
    let rows: Vec<Row> = match wanted {
        Wanted::Phone(hash) => {
            let ids = numbers().filter(other.field(resident_phone::whole_hash).eq(hash)).select(who);
            all.filter(resident::id.eq_any(ids)).load(db)?
        }
        Wanted::LastFour(hash, digits) => {
            let either =
                fixed::<Bool>("resident.id IN (SELECT p.resident_id FROM resident_phone p WHERE p.community_id = ")
                    .bind::<DbUuid, _>(community)
                    .sql(" AND p.last_four_hash = ")
                    .bind::<Binary, _>(hash)
                    .sql(" UNION ALL SELECT n.id FROM (")
                    .query(named(db, community, digits, limit))
                    .sql(") n)");
            all.filter(either).load(db)?
        }
        Wanted::Name(name) => {
            let named = fixed::<Bool>("resident.id IN (").query(named(db, community, name, limit)).sql(")");
            all.filter(named).load(db)?
        }
        Wanted::Under(above) => {
            let living = fixed::<Bool>(
                "resident.id IN (SELECT r.id FROM resident r WHERE r.id IN (SELECT o.resident_id FROM place f \
                 JOIN occupancy o ON o.community_id = f.community_id AND o.flat_id = f.id AND o.to_day IS NULL \
                 WHERE f.kind = 'flat' AND f.retired_at IS NULL AND f.community_id = ",
            )
            .bind::<DbUuid, _>(community)
            .sql(" AND (f.building_id = ")
            .bind::<DbUuid, _>(*above)
            .sql(" OR f.parent_id = ")
            .bind::<DbUuid, _>(*above)
            .sql(")) AND r.community_id = ")
            .bind::<DbUuid, _>(community)
            .sql(" ORDER BY r.name, r.id LIMIT ")
            .query(Literal(limit.to_string()))
            .sql(")");
            all.filter(living).load(db)?
        }
        Wanted::Resident(id) => all.filter(resident::id.eq(id)).load(db)?,
    };
    let mut people = gathered(rows);
    people.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(people)
}

/// The ids of those whose name begins so, as part of a statement.
fn named(db: &Db, community: CommunityId, name: &str, limit: i64) -> Piece<'static> {
    // `%` and `_` are typed as themselves.
    let safe = name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_").to_ascii_lowercase();
    let named = fixed::<()>("SELECT r.id FROM resident r WHERE r.community_id = ")
        .bind::<DbUuid, _>(community)
        .sql(" AND ")
        .sql(dialect::ascii_lower_name(db))
        .sql(" LIKE ")
        .bind::<Text, _>(format!("{safe}%"))
        .sql(" ESCAPE '\\' ORDER BY r.name, r.id LIMIT ");
    Box::new(named.query(Literal(limit.to_string())))
}

/// A resident with one of their numbers and one of their homes.
type Row = (ResidentRow, Option<PhoneRow>, Option<OccupancyRow>);

/// The people of these rows, in their order; those of one stand beside each other.
pub(super) fn gathered(rows: impl IntoIterator<Item = Row>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for (row, phone, home) in rows {
        if people.last().is_none_or(|last| last.row.id != row.id) {
            people.push(Person { row, phones: Vec::new(), homes: Vec::new() });
        }
        let Some(person) = people.last_mut() else { continue };
        person.phones.extend(phone.filter(|phone| person.phones.iter().all(|known| known.id != phone.id)));
        person.homes.extend(home.filter(|home| person.homes.iter().all(|known| known.id != home.id)));
    }
    people
}

/// The numbers of these people.
pub fn phones(db: &mut Db, community: CommunityId, of: &[ResidentId]) -> Result<Vec<PhoneRow>, StoreError> {
    Ok(resident_phone::table
        .filter(resident_phone::community_id.eq(community))
        .filter(resident_phone::resident_id.eq_any(of))
        .order(resident_phone::id)
        .load(db)?)
}
