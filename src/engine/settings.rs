//! A community's settings as the verbs use them, kept in memory for a few seconds: they change once in a while, by an
//! admin, and are needed by every request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::crew::Crew;
use super::{Engine, Failure};
use crate::domain::calendar::{Calendar, CalendarDay, DayKind, OfficeHours, Period};
use crate::domain::ids::{CommunityId, PlaceId};
use crate::domain::place::{Names, PlacePath};
use crate::domain::routing::Catalogue;
use crate::domain::sla::UrgencyClass;
use crate::domain::ticket::Rules;
use crate::domain::view::CategoryName;
use crate::domain::words::{Platform, Queue, Urgency};
use crate::store::community::{self, CategoryRow, ClassRow, CommunityRow, HoursRow, QueueRow, Whole};
use crate::store::place::{self, Fitting};
use crate::store::{Db, StoreError, user};

/// Changed settings are seen after this long at the latest.
const FRESH: TimeDelta = TimeDelta::seconds(5);
/// Hours between two counted nudges of one reporter (at most one counts in that time, so that asking often does not jump the queue; all are kept).
const NUDGE_HOURS: u32 = 4;

/// How long after a counted nudge the next one of the same reporter counts.
pub(super) fn between_nudges() -> TimeDelta {
    TimeDelta::hours(i64::from(NUDGE_HOURS))
}

/// A building as it was said and the unit in it: its id alone, or the garden it was said to lie in with its code.
type BuildingSaid = (Option<PlaceId>, Option<String>, Option<String>);

/// A community with everything parsed.
#[derive(Debug)]
pub struct Settings {
    /// The row.
    pub community: CommunityRow,
    /// Days after done within which a ticket may be reopened.
    pub reopen_days: u32,
    /// Time zone, holidays and make-up days.
    pub calendar: Calendar,
    /// When the property's desk is manned.
    pub property_hours: OfficeHours,
    /// When the committee's desk is manned.
    pub committee_hours: OfficeHours,
    /// The four urgency classes.
    pub classes: Vec<UrgencyClass>,
    /// The five queues.
    pub queues: Vec<QueueRow>,
    /// Categories for choosing, in order.
    pub categories: Vec<CategoryRow>,
    /// What they are called.
    pub category_names: Arc<[Arc<CategoryName>]>,
    /// Words to understand sentences by.
    pub catalogue: Arc<Catalogue>,
    /// What people call gardens and spots.
    pub names: Names,
    /// Who works here.
    pub crew: Crew,
    /// There is no other community in this database.
    pub alone: bool,
    /// Places that were asked for lately, each with everything above it.
    pub(super) places: RwLock<HashMap<PlaceId, Arc<PlacePath>>>,
    /// Buildings and units that were asked for lately.
    pub(super) buildings: RwLock<HashMap<BuildingSaid, Vec<Fitting>>>,
}

impl Settings {
    /// The time zone.
    pub fn zone(&self) -> Tz {
        self.calendar.zone()
    }

    /// The limits of a class.
    pub fn class(&self, urgency: Urgency) -> Option<&UrgencyClass> {
        self.classes.iter().find(|class| class.urgency == urgency)
    }

    /// Whether a queue takes routine requests from either desk.
    pub fn accepts_directly(&self, queue: Queue) -> bool {
        self.queues.iter().any(|row| row.code == queue && row.accepts_directly)
    }

    /// A category by its code.
    pub fn category(&self, code: &str) -> Option<&CategoryRow> {
        self.categories.iter().find(|row| row.code == code)
    }

    /// Whether the committee's desk is manned at this moment.
    pub fn committee_open(&self, now: DateTime<Utc>) -> bool {
        self.committee_hours.open_at(&self.calendar, now)
    }

    /// What of the settings bears on the ticket's rules.
    pub fn rules(&self, now: DateTime<Utc>) -> Rules {
        Rules { reopen_days: self.reopen_days, nudge_hours: NUDGE_HOURS, committee_open: self.committee_open(now) }
    }

    fn parse(whole: Whole, (names, crew, alone): (Names, Crew, bool)) -> Result<Self, StoreError> {
        let id = whole.community.id;
        let wrong = |table, column: &'static str, cause: &dyn std::fmt::Display| {
            StoreError::impossible(table, column, id, cause)
        };
        let zone: Tz = whole.community.time_zone.parse().map_err(|e| wrong("community", "time_zone", &e))?;
        let days = whole.days.iter().map(|row| {
            let kind = DayKind::from_code(&row.kind).ok_or_else(|| wrong("calendar_day", "kind", &row.kind))?;
            Ok(CalendarDay { date: row.day, kind, note: row.note.clone() })
        });
        let days = days.collect::<Result<Vec<_>, StoreError>>()?;
        let catalogue = match &whole.community.catalogue {
            Some(toml) => Arc::new(Catalogue::parse(toml).map_err(|e| wrong("community", "catalogue", &e))?),
            None => shipped(),
        };
        let hours = |platform| hours(&whole.hours, platform).map_err(|e| wrong("office_hours", "opens_minute", &e));
        let reopen_days = whole.community.reopen_days;
        Ok(Self {
            reopen_days: u32::try_from(reopen_days).map_err(|_| wrong("community", "reopen_days", &reopen_days))?,
            calendar: Calendar::new(zone, days),
            property_hours: hours(Platform::Property)?,
            committee_hours: hours(Platform::Committee)?,
            classes: whole.classes.iter().map(|row| class(row, id)).collect::<Result<_, _>>()?,
            queues: whole.queues,
            category_names: whole.categories.iter().map(category_name).collect(),
            categories: whole.categories,
            community: whole.community,
            catalogue,
            names,
            crew,
            alone,
            places: RwLock::default(),
            buildings: RwLock::default(),
        })
    }
}

fn category_name(row: &CategoryRow) -> Arc<CategoryName> {
    Arc::new(CategoryName { code: row.code.clone(), zh: row.name_zh.clone(), en: row.name_en.clone() })
}

/// The shipped catalogue behind the pointer all communities share.
fn shipped() -> Arc<Catalogue> {
    static SHIPPED: std::sync::OnceLock<Arc<Catalogue>> = std::sync::OnceLock::new();
    Arc::clone(SHIPPED.get_or_init(|| Arc::new(Catalogue::shipped().clone())))
}

fn class(row: &ClassRow, community: CommunityId) -> Result<UrgencyClass, StoreError> {
    let limit = |column, text: &str| {
        text.parse()
            .map_err(|e| StoreError::impossible("urgency_class", column, format_args!("{community} {}", row.code), e))
    };
    Ok(UrgencyClass {
        urgency: row.code,
        contact: limit("contact_limit", &row.contact_limit)?,
        on_site: row.on_site_limit.as_deref().map(|text| limit("on_site_limit", text)).transpose()?,
        finish: limit("finish_limit", &row.finish_limit)?,
        warn_before_minutes: u32::try_from(row.warn_before_minutes).map_err(|_| {
            let key = format_args!("{community} {}", row.code).to_string();
            StoreError::impossible("urgency_class", "warn_before_minutes", key, "is negative")
        })?,
    })
}

/// Weekday 8 stands for make-up working days; a platform without rows is always open.
fn hours(rows: &[HoursRow], platform: Platform) -> Result<OfficeHours, crate::domain::calendar::HoursError> {
    let mut rows: Vec<&HoursRow> = rows.iter().filter(|row| row.platform == platform).collect();
    if rows.is_empty() {
        return Ok(OfficeHours::round_the_clock());
    }
    rows.sort_by_key(|row| row.opens_minute);
    // What is no minute of a day is refused there like any other.
    let minute = |n: i32| u16::try_from(n).unwrap_or(u16::MAX);
    let on = |weekday: i32| -> Vec<Period> {
        rows.iter()
            .filter(|row| row.weekday == weekday)
            .map(|row| Period::new(minute(row.opens_minute), minute(row.closes_minute)))
            .collect()
    };
    let week = [on(1), on(2), on(3), on(4), on(5), on(6), on(7)];
    let make_up = Some(on(8)).filter(|periods| !periods.is_empty());
    OfficeHours::new(week, make_up)
}

/// When they were read, and the settings.
type Kept = (DateTime<Utc>, Arc<Settings>);

/// Settings in memory.
#[derive(Debug)]
pub(super) struct Cache {
    read: RwLock<HashMap<CommunityId, Kept>>,
    fresh_seconds: AtomicI64,
}

impl Default for Cache {
    fn default() -> Self {
        Self { read: RwLock::default(), fresh_seconds: AtomicI64::new(FRESH.num_seconds()) }
    }
}

impl Engine {
    /// Takes settings as they were read for so long, not for a few seconds only. For whoever makes time run faster than the
    /// world: between two steps of such a clock hours pass in which nobody changed anything. What this process changes is
    /// seen at once all the same.
    pub fn keep_settings(&self, time: TimeDelta) {
        self.settings.fresh_seconds.store(time.num_seconds(), Ordering::Relaxed);
    }

    /// The settings of a community.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when there is no such community.
    pub fn settings(&self, community: CommunityId) -> Result<Arc<Settings>, Failure> {
        let now = self.now();
        let fresh = TimeDelta::seconds(self.settings.fresh_seconds.load(Ordering::Relaxed));
        let kept = self.settings.read.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, settings)) = kept.get(&community)
            && (now - *at).abs() < fresh
        {
            return Ok(Arc::clone(settings));
        }
        drop(kept);
        let settings = Arc::new(self.store.read(|db| read(db, community))?);
        let mut kept = self.settings.read.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(community, (now, Arc::clone(&settings)));
        Ok(settings)
    }

    /// Forgets what is kept in memory: this process changed something.
    pub(super) fn forget_settings(&self, community: CommunityId) {
        self.settings.read.write().unwrap_or_else(PoisonError::into_inner).remove(&community);
    }

    /// The same for every community: an account may sit in several.
    pub(super) fn forget_all_settings(&self) {
        self.settings.read.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn read(db: &mut Db, community: CommunityId) -> Result<Settings, Failure> {
    let whole = community::whole(db, community)?.ok_or(Failure::NotFound("community"))?;
    let names = Names::new(place::names(db, community)?);
    let crew = Crew::new(user::staff(db, community)?);
    let alone = community::is_alone(db, community)?;
    Ok(Settings::parse(whole, (names, crew, alone))?)
}
