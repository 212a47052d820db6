//! Who lives in the home that was said, found with it in one statement: somebody waits on the line.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Nullable};

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::place::{Building, Fitting, in_building, places_said};
use super::super::schema::{occupancy, place, resident, resident_phone};
use super::{OccupancyRow, Person, PhoneRow, ResidentRow, gathered};
use crate::domain::ids::{CommunityId, PlaceId};
use crate::domain::words::PlaceKind;

/// A place that fits, with those who live in its flat, by name, and the last day of the last one who left it.
type Lived = (Fitting, Vec<Person>, Option<NaiveDate>);

/// The places that fit what was said, as [`super::super::place::fitting`] finds them, each with those who live there.
#[derive(Debug, Clone, Default)]
pub struct Living(Vec<Lived>);

impl Living {
    /// The places.
    pub fn fitting(&self) -> Vec<Fitting> {
        self.0.iter().map(|(place, ..)| *place).collect()
    }

    /// The last day of the last one who left this flat.
    pub fn left(&self, flat: PlaceId) -> Option<NaiveDate> {
        self.0.iter().find(|(place, ..)| place.flat == Some(flat)).and_then(|(.., left)| *left)
    }

    /// Those who live in the flats of these buildings, flat by flat, each once; and the flat, when they live in one alone. `None` when
    /// no flat there fits.
    pub fn in_buildings(self, buildings: &[PlaceId]) -> Option<(Vec<Person>, Option<PlaceId>)> {
        let fits = |at: &Fitting| at.flat.filter(|_| buildings.contains(&at.building));
        let mut flats: Vec<(PlaceId, Vec<Person>)> =
            self.0.into_iter().filter_map(|(at, people, _)| Some((fits(&at)?, people))).collect();
        if flats.is_empty() {
            return None;
        }
        if flats.len() > 1 {
            flats.retain(|(_, people)| !people.is_empty());
        }
        let only = if let [(flat, _)] = flats.as_slice() { Some(*flat) } else { None };
        let mut once = HashSet::new();
        let found =
            flats.into_iter().flat_map(|(_, people)| people).filter(|person| once.insert(person.row.id)).collect();
        Some((found, only))
    }
}

/// [`super::super::place::fitting`] with the people.
pub fn living(
    db: &mut Db,
    community: CommunityId,
    building: Building<'_>,
    (unit, flat): (Option<&str>, Option<&str>),
) -> Result<Living, StoreError> {
    let (joined, flats, columns) = places_said!(community, unit, flat);
    let lives = diesel::alias!(occupancy as lives);
    let inside = lives
        .field(occupancy::community_id)
        .eq(community)
        .and(lives.field(occupancy::flat_id).nullable().eq(flats.field(place::id).nullable()))
        .and(lives.field(occupancy::to_day).is_null());
    let them = resident::community_id
        .eq(community)
        .and(resident::id.nullable().eq(lives.field(occupancy::resident_id).nullable()));
    let number = resident_phone::community_id
        .eq(community)
        .and(resident_phone::resident_id.nullable().eq(resident::id.nullable()));
    let home = occupancy::community_id
        .eq(community)
        .and(occupancy::resident_id.nullable().eq(resident::id.nullable()))
        .and(occupancy::to_day.is_null());
    let all = joined
        .left_join(lives.on(inside))
        .left_join(resident::table.on(them))
        .left_join(resident_phone::table.on(number))
        .left_join(occupancy::table.on(home))
        .order((
            place::garden_name,
            flats.field(place::unit_code),
            // Gardens of one name, and the rows of one place beside each other.
            place::id,
            flats.field(place::id),
            resident::name,
            resident::id,
            resident_phone::id,
            occupancy::from_day.desc(),
            occupancy::id,
        ))
        .select((
            columns,
            resident::all_columns.nullable(),
            resident_phone::all_columns.nullable(),
            occupancy::all_columns.nullable(),
            fixed::<Nullable<Date>>(
                "(SELECT max(o.to_day) FROM occupancy o WHERE o.community_id = said_flat.community_id AND o.flat_id = said_flat.id)",
            ),
        ))
        .into_boxed();
    type Found = (Fitting, Option<ResidentRow>, Option<PhoneRow>, Option<OccupancyRow>, Option<NaiveDate>);
    let rows: Vec<Found> = in_building!(all, community, building).load(db)?;
    let found = rows.chunk_by(|(a, ..), (b, ..)| a == b).map(|one| {
        let people =
            one.iter().filter_map(|(_, who, phone, home, _)| Some((who.clone()?, phone.clone(), home.clone())));
        (one[0].0, gathered(people), one[0].4)
    });
    Ok(Living(found.collect()))
}
