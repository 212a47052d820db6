//! Queues, limits, calendar, catalogue, the WeChat account.

use chrono::{Datelike, NaiveDate};

use super::{Hand, gone, note};
use crate::domain::calendar::DayKind;
use crate::domain::routing::{Verdict, understand};
use crate::domain::sla::Limit;
use crate::domain::words::{Deed, Kind, Language, Platform, Queue, Urgency};
use crate::engine::setup::{self, WechatSettings};
use crate::engine::{Engine, Failure, Invalid, Problem, text};
use crate::store::community::{ClassRow, DayRow};
use crate::store::{StoreError, admin as rows, wechat as accounts};

/// Longest name of a queue or note of a day, in characters.
const NAME_LIMIT: usize = 40;
/// Longest sentence tried, in characters.
const SENTENCE_LIMIT: usize = 500;

/// A queue's settings.
#[derive(Debug, Clone)]
pub struct QueueView {
    /// Which.
    pub code: Queue,
    /// Whose.
    pub platform: Platform,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Takes routine requests from either desk.
    pub accepts_directly: bool,
}

/// The five queues.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such community.
pub fn queues(engine: &Engine, hand: &Hand) -> Result<Vec<QueueView>, Failure> {
    let settings = engine.settings(hand.community)?;
    let view = |code: &Queue| {
        settings.queues.iter().find(|row| row.code == *code).map(|row| QueueView {
            code: row.code,
            platform: row.platform,
            name_zh: row.name_zh.clone(),
            name_en: row.name_en.clone(),
            accepts_directly: row.accepts_directly,
        })
    };
    Ok(Queue::ALL.iter().filter_map(view).collect())
}

/// Writes a queue's names and standing agreement.
///
/// # Errors
/// [`Failure::Invalid`] for `name_zh` or `name_en`.
pub fn set_queue(
    engine: &Engine,
    hand: &Hand,
    code: Queue,
    (zh, en): (&str, &str),
    accepts_directly: bool,
) -> Result<(), Failure> {
    let (zh, en) = (text("name_zh", zh, NAME_LIMIT)?, text("name_en", en, NAME_LIMIT)?);
    engine.store.write(|db| -> Result<(), Failure> {
        rows::update_queue(db, (hand.community, code), (zh, en), accepts_directly).map_err(gone("queue"))?;
        note(engine, db, hand, Deed::QueueChanged, code.code())
    })?;
    engine.forget_settings(hand.community);
    Ok(())
}

/// An urgency class.
#[derive(Debug, Clone)]
pub struct ClassView {
    /// Which.
    pub code: Urgency,
    /// Its limits.
    pub limits: ClassLimits,
}

/// Limits as people write them: `5m`, `24h`, `7d` (working days).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassLimits {
    /// First contact.
    pub contact: String,
    /// Someone on site; empty for none.
    pub on_site: String,
    /// Finished.
    pub finish: String,
    /// Minutes before the end at which it warns.
    pub warn_before_minutes: String,
}

/// The four classes.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such community.
pub fn classes(engine: &Engine, hand: &Hand) -> Result<Vec<ClassView>, Failure> {
    let settings = engine.settings(hand.community)?;
    let view = |code: &Urgency| {
        settings.class(*code).map(|class| ClassView {
            code: *code,
            limits: ClassLimits {
                contact: class.contact.to_string(),
                on_site: class.on_site.map(|limit| limit.to_string()).unwrap_or_default(),
                finish: class.finish.to_string(),
                warn_before_minutes: class.warn_before_minutes.to_string(),
            },
        })
    };
    Ok(Urgency::ALL.iter().filter_map(view).collect())
}

fn limit(field: &'static str, given: &str) -> Result<Limit, Invalid> {
    let form = "5m, 24h, 7d (working days)";
    given.trim().to_lowercase().parse().map_err(|_| Invalid::new(field, Problem::Form(form)))
}

/// Writes a class's limits; tickets opened before keep theirs.
///
/// # Errors
/// [`Failure::Invalid`] for `contact`, `on_site`, `finish` or `warn`.
pub fn set_class(engine: &Engine, hand: &Hand, code: Urgency, to: &ClassLimits) -> Result<(), Failure> {
    let on_site = match to.on_site.trim() {
        "" => None,
        given => Some(limit("on_site", given)?.to_string()),
    };
    let warn = to.warn_before_minutes.trim().parse::<i32>().ok().filter(|minutes| (0..=525_600).contains(minutes));
    let row = ClassRow {
        community_id: hand.community,
        code,
        contact_limit: limit("contact", &to.contact)?.to_string(),
        on_site_limit: on_site,
        finish_limit: limit("finish", &to.finish)?.to_string(),
        warn_before_minutes: warn.ok_or(Invalid::new("warn", Problem::Form("minutes, 0 to 525600")))?,
    };
    engine.store.write(|db| -> Result<(), Failure> {
        rows::update_class(db, &row).map_err(gone("class"))?;
        note(engine, db, hand, Deed::ClassChanged, code.code())
    })?;
    engine.forget_settings(hand.community);
    Ok(())
}

/// A day that differs from the plain week.
#[derive(Debug, Clone)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// Free or worked.
    pub kind: DayKind,
    /// Why.
    pub note: String,
}

/// The days of a year that differ from the plain week, and whether anybody entered its holidays.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such community.
pub fn days(engine: &Engine, hand: &Hand, year: i32) -> Result<(Vec<Day>, bool), Failure> {
    let known = engine.settings(hand.community)?.calendar.knows(year);
    let ends = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31));
    let (Some(from), Some(to)) = ends else { return Err(Failure::NotFound("year")) };
    let found = engine.store.read(|db| rows::days(db, hand.community, (from, to)))?;
    let day = |row: DayRow| {
        let kind = DayKind::from_code(&row.kind)
            .ok_or_else(|| StoreError::impossible("calendar_day", "kind", row.day, &row.kind))?;
        Ok(Day { day: row.day, kind, note: row.note })
    };
    Ok((found.into_iter().map(day).collect::<Result<_, StoreError>>()?, known))
}

/// Says how a day differs from the plain week.
///
/// # Errors
/// [`Failure::Invalid`] for `day` or `note`.
pub fn set_day(engine: &Engine, hand: &Hand, day: NaiveDate, kind: DayKind, why: &str) -> Result<(), Failure> {
    if !(2000..2200).contains(&day.year()) {
        return Err(Invalid::new("day", Problem::Form("2026-10-01")).into());
    }
    let note_text = text("note", why, NAME_LIMIT)?.to_owned();
    let row = DayRow { community_id: hand.community, day, kind: kind.code().to_owned(), note: note_text };
    engine.store.write(|db| -> Result<(), Failure> {
        rows::put_day(db, &row)?;
        note(engine, db, hand, Deed::DayChanged, &format!("{day} {}", kind.code()))
    })?;
    engine.forget_settings(hand.community);
    Ok(())
}

/// Makes a day one of the plain week again.
///
/// # Errors
/// [`Failure::Store`].
pub fn clear_day(engine: &Engine, hand: &Hand, day: NaiveDate) -> Result<(), Failure> {
    engine.store.write(|db| -> Result<(), Failure> {
        rows::drop_day(db, hand.community, day)?;
        note(engine, db, hand, Deed::DayChanged, &day.to_string())
    })?;
    engine.forget_settings(hand.community);
    Ok(())
}

/// What may be shown of the WeChat account: never its secrets.
#[derive(Debug, Clone)]
pub struct WechatView {
    /// `plain`, `compat` or `aes`.
    pub mode: String,
    /// `wx…`.
    pub app_id: String,
    /// `gh_…`.
    pub original_id: String,
    /// An EncodingAESKey is set.
    pub has_key: bool,
    /// When it was last set.
    pub updated_at: chrono::DateTime<chrono::Utc>,
}

/// The WeChat account, if it is set.
///
/// # Errors
/// [`Failure::Store`].
pub fn wechat(engine: &Engine, hand: &Hand) -> Result<Option<WechatView>, Failure> {
    let found = engine.store.read(|db| accounts::account(db, hand.community))?;
    Ok(found.map(|row| WechatView {
        mode: row.mode,
        app_id: row.app_id,
        original_id: row.original_id.unwrap_or_default(),
        has_key: row.aes_key_sealed.is_some(),
        updated_at: row.updated_at.0,
    }))
}

/// Sets the WeChat account. A secret left empty stays as it is.
///
/// # Errors
/// As [`setup::set_wechat`].
pub fn set_wechat(engine: &Engine, hand: &Hand, new: &WechatSettings) -> Result<(), Failure> {
    let mut new = new.clone();
    if new.token.is_empty() || new.aes_key.is_none() {
        let before = setup::wechat_account_of(engine, hand.community)?;
        if let Some(before) = before {
            if new.token.is_empty() {
                new.token = before.tokens.0;
            }
            // With a key plain bodies are refused, so plain mode without one stays without.
            if new.mode != "plain" {
                new.aes_key = new.aes_key.or(before.aes_keys.0);
            }
        }
    }
    let row = setup::wechat_row(engine, hand.community, &new)?;
    engine.store.write(|db| -> Result<(), Failure> {
        accounts::put_account(db, &row)?;
        note(engine, db, hand, Deed::WechatSet, &row.app_id)
    })
}

/// A category as a page lists it.
#[derive(Debug, Clone)]
pub struct CategoryView {
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// The list it goes to.
    pub queue: Queue,
    /// What sort of request.
    pub kind: Kind,
    /// How fast.
    pub urgency: Urgency,
    /// Charged at market price.
    pub paid: bool,
}

/// The catalogue's categories, in order.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such community.
pub fn categories(engine: &Engine, hand: &Hand) -> Result<Vec<CategoryView>, Failure> {
    let settings = engine.settings(hand.community)?;
    let there = settings.categories.iter().filter(|row| row.retired_at.is_none());
    let view = |row: &crate::store::community::CategoryRow| CategoryView {
        code: row.code.clone(),
        name_zh: row.name_zh.clone(),
        name_en: row.name_en.clone(),
        queue: row.queue,
        kind: row.kind,
        urgency: row.urgency,
        paid: row.paid,
    };
    Ok(there.map(view).collect())
}

/// What the catalogue makes of a sentence.
#[derive(Debug, Clone)]
pub struct Try {
    /// What sort of request.
    pub kind: Kind,
    /// Where it would go: a list, or nowhere by itself.
    pub verdict: Verdict,
    /// The likeliest category's code.
    pub category: Option<String>,
    /// How fast.
    pub urgency: Urgency,
    /// 0 to 100.
    pub confidence_percent: u8,
    /// The kind of emergency, by name in both languages.
    pub emergency: Option<(String, String)>,
    /// Charged at market price.
    pub paid: bool,
    /// About the property company or its staff.
    pub confidential: bool,
    /// Why, in a sentence.
    pub reason: String,
    /// The words it went by.
    pub words: Vec<String>,
}

/// Tries a sentence; nothing is opened or kept.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such community.
pub fn try_sentence(engine: &Engine, hand: &Hand, words: &str, language: Language) -> Result<Try, Failure> {
    let settings = engine.settings(hand.community)?;
    let words: String = words.chars().take(SENTENCE_LIMIT).collect();
    let found = understand(&settings.catalogue, &words);
    let emergency = found.emergency.as_deref().and_then(|code| settings.catalogue.emergency(code));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..=100
    let percent = (found.confidence * 100.0).round().clamp(0.0, 100.0) as u8;
    Ok(Try {
        kind: found.kind,
        reason: found.reason(&settings.catalogue, language),
        category: found.category,
        urgency: found.urgency,
        confidence_percent: percent,
        emergency: emergency.map(|kind| (kind.name_zh.clone(), kind.name_en.clone())),
        paid: found.paid,
        confidential: found.confidential,
        words: found.words,
        verdict: found.verdict,
    })
}
