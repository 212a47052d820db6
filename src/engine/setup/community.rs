//! A community with queues, classes, categories, calendar and office hours, so that its doors work at once.

use chrono_tz::Tz;

use super::taken;
use crate::domain::calendar::{OfficeHours, shipped_days};
use crate::domain::ids::{CommunityId, UserId};
use crate::domain::routing::Catalogue;
use crate::domain::sla::default_classes;
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::engine::setup::{NewSeat, add_seat};
use crate::engine::{Engine, Failure, Invalid, Problem, text};
use crate::store::community::{self as rows, CategoryRow, ClassRow, CommunityRow, DayRow, HoursRow, QueueRow, Whole};
use crate::store::types::Time;

/// Longest name, in characters.
const NAME_LIMIT: usize = 60;
/// Days after done within which a ticket may be reopened, unless the community says otherwise.
const REOPEN_DAYS: i32 = 7;
/// Stands for make-up working days in `office_hours.weekday`.
const MAKE_UP: i32 = 8;

/// Makes a community. `slug` is its name in addresses: small letters, digits and dashes, 40 at most; `zone` an IANA name.
///
/// # Errors
/// [`Failure::Invalid`] for `slug`, `name` or `zone`.
pub fn create_community(engine: &Engine, slug: &str, name: &str, zone: &str) -> Result<CommunityId, Failure> {
    let whole = whole(engine, slug, name, zone)?;
    engine.store.write(|db| rows::insert(db, &whole)).map_err(|error| taken(error, "community", "slug"))?;
    Ok(whole.community.id)
}

/// A community's rows, not yet written.
pub(in crate::engine) fn whole(engine: &Engine, slug: &str, name: &str, zone: &str) -> Result<Whole, Failure> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() || slug.len() > 40 || !slug.chars().all(allowed) {
        return Err(Invalid::new("slug", Problem::Form("1 to 40 of a-z, 0-9 and -")).into());
    }
    let name = text("name", name, NAME_LIMIT)?;
    let zone: Tz = zone
        .parse()
        .map_err(|_| Invalid::new("zone", Problem::Form("the name of a time zone, such as Asia/Shanghai")))?;
    let now = engine.now();
    let id: CommunityId = engine.chance.id(now);
    let community = CommunityRow {
        id,
        slug: slug.to_owned(),
        name: name.to_owned(),
        time_zone: zone.name().to_owned(),
        reopen_days: REOPEN_DAYS,
        catalogue: None,
        created_at: Time::from(now),
    };
    Ok(Whole {
        community,
        queues: queues(id),
        classes: classes(id),
        categories: categories(id),
        days: days(id),
        hours: hours(id),
    })
}

/// Makes a community and gives this account the administrator's seat in it.
///
/// # Errors
/// As [`create_community`].
pub fn create_community_for(
    engine: &Engine,
    admin: UserId,
    (slug, name, zone): (&str, &str, &str),
) -> Result<CommunityId, Failure> {
    let id = create_community(engine, slug, name, zone)?;
    add_seat(engine, id, &NewSeat::new(admin, Platform::Property, Role::Admin))?;
    Ok(id)
}

/// The community with this name in addresses.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn community(engine: &Engine, slug: &str) -> Result<CommunityId, Failure> {
    let row = engine.store.read(|db| rows::by_slug(db, slug))?;
    row.map(|row| row.id).ok_or(Failure::NotFound("community"))
}

/// Every community: id, name in addresses, name; oldest first.
///
/// # Errors
/// [`Failure::Store`].
pub fn communities(engine: &Engine) -> Result<Vec<(CommunityId, String, String)>, Failure> {
    let all = engine.store.read(rows::all)?;
    Ok(all.into_iter().map(|row| (row.id, row.slug, row.name)).collect())
}

fn queues(community_id: CommunityId) -> Vec<QueueRow> {
    let row = |code: &Queue| QueueRow {
        community_id,
        code: *code,
        platform: code.platform(),
        name_zh: code.word(Language::Zh).to_owned(),
        name_en: code.word(Language::En).to_owned(),
        accepts_directly: code.platform() == Platform::Property,
    };
    Queue::ALL.iter().map(row).collect()
}

fn classes(community_id: CommunityId) -> Vec<ClassRow> {
    let row = |class: crate::domain::sla::UrgencyClass| ClassRow {
        community_id,
        code: class.urgency,
        contact_limit: class.contact.to_string(),
        on_site_limit: class.on_site.map(|limit| limit.to_string()),
        finish_limit: class.finish.to_string(),
        warn_before_minutes: i32::try_from(class.warn_before_minutes).unwrap_or(i32::MAX),
    };
    default_classes().into_iter().map(row).collect()
}

fn categories(community_id: CommunityId) -> Vec<CategoryRow> {
    let row = |(position, category): (i32, &crate::domain::routing::Category)| CategoryRow {
        community_id,
        code: category.code.clone(),
        name_zh: category.name_zh.clone(),
        name_en: category.name_en.clone(),
        queue: category.queue,
        kind: category.kind,
        urgency: category.urgency,
        paid: category.paid,
        position,
        retired_at: None,
    };
    (1..).zip(Catalogue::shipped().categories()).map(row).collect()
}

fn days(community_id: CommunityId) -> Vec<DayRow> {
    let days = shipped_days().into_iter();
    days.map(|day| DayRow { community_id, day: day.date, kind: day.kind.code().to_owned(), note: day.note }).collect()
}

/// The committee's hours; the property's desk is manned round the clock and has no rows.
fn hours(community_id: CommunityId) -> Vec<HoursRow> {
    let desk = OfficeHours::committee();
    let on = |weekday: i32, periods: &[crate::domain::calendar::Period]| -> Vec<HoursRow> {
        let row = |period: &crate::domain::calendar::Period| HoursRow {
            community_id,
            platform: Platform::Committee,
            weekday,
            opens_minute: i32::from(period.from),
            closes_minute: i32::from(period.to),
        };
        periods.iter().map(row).collect()
    };
    let mut rows: Vec<HoursRow> = (1..).zip(desk.week()).flat_map(|(weekday, periods)| on(weekday, periods)).collect();
    rows.extend(on(MAKE_UP, desk.make_up().unwrap_or_default()));
    rows
}
