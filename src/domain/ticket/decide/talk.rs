//! What changes no status: nudge, note, attach, place.

use chrono::TimeDelta;

use super::super::{Decision, Event, Refusal, ReporterChange, State, WordsPurpose, rights};
use super::draft::{Draft, only};
use super::{WORDS_LIMIT, needed, optional};
use crate::domain::actor::Actor;
use crate::domain::ids::{AttachmentId, PlaceId, ReporterId, UserId};
use crate::domain::words::{Audience, Platform, Queue};

/// The reporter asks again. Every nudge is kept; one per reporter and `nudge_hours` is counted and sent on.
pub(super) fn nudge(mut draft: Draft<'_>, who: ReporterId, words: Option<&str>) -> Result<Decision, Refusal> {
    if matches!(draft.actor, Actor::Resident(me) if *me != who) {
        return Err(Refusal::NotAReporter);
    }
    let words = optional("words", words, WORDS_LIMIT)?;
    let (now, pause) = (draft.now, TimeDelta::hours(i64::from(draft.ticket.rules.nudge_hours)));
    let reporter = draft.ticket.reporters.iter_mut().find(|r| r.id == who && !r.left).ok_or(Refusal::NotAReporter)?;
    let counted = reporter.last_nudge_at.is_none_or(|last| now >= last + pause);
    if counted {
        reporter.last_nudge_at = Some(now);
    }
    let again_at = reporter.last_nudge_at.map_or(now, |last| last + pause);
    if counted {
        draft.ticket.nudge_count += 1;
        draft.reporter(ReporterChange::Nudged { id: who, at: now });
    }
    let count = draft.ticket.nudge_count;
    draft.event(Event::Nudged { reporter: who, counted, count, again_at });
    if let Some(words) = words {
        draft.words_for(WordsPurpose::Nudge, words, Audience::Both, true);
    }
    Ok(draft.done())
}

/// A line on the timeline. Said to the residents it counts as first contact.
pub(super) fn note(
    mut draft: Draft<'_>,
    words: &str,
    audience: Audience,
    to_resident: bool,
) -> Result<Decision, Refusal> {
    let words = needed("words", words, WORDS_LIMIT)?;
    let by_resident = matches!(draft.actor, Actor::Resident(_));
    if to_resident && !rights::may_reply(&draft.ticket, draft.actor) {
        return Err(Refusal::NotYours);
    }
    let speaks_for = |platform| draft.actor.staff().is_none_or(|staff| staff.on(platform));
    let audience = match audience {
        _ if to_resident || by_resident => Audience::Both,
        Audience::Both => audience,
        Audience::Property if speaks_for(Platform::Property) => audience,
        Audience::Committee if speaks_for(Platform::Committee) => audience,
        Audience::Property | Audience::Committee => return Err(Refusal::NotYours),
    };
    let shown = if draft.ticket.confidential && !by_resident { only(draft.ticket.holder) } else { audience };
    draft.event(Event::Noted { audience: shown, to_resident, by_resident });
    let purpose = if to_resident { WordsPurpose::Reply } else { WordsPurpose::Note };
    draft.words_for(purpose, words, shown, to_resident || by_resident);
    if to_resident {
        draft.contacted();
    }
    Ok(draft.done())
}

/// A photo or other file.
pub(super) fn attach(mut draft: Draft<'_>, attachment: AttachmentId) -> Result<Decision, Refusal> {
    draft.event(Event::Attached { attachment });
    Ok(draft.done())
}

/// What is known of the place.
pub(super) struct Place {
    pub(super) about: Option<PlaceId>,
    pub(super) reporter: Option<PlaceId>,
    pub(super) building: Option<PlaceId>,
    pub(super) text: Option<String>,
}

/// The place becomes known; a ticket nobody has in the steward queue goes to the steward of the building.
pub(super) fn place(mut draft: Draft<'_>, place: Place, steward: Option<UserId>) -> Result<Decision, Refusal> {
    let text = optional("place_text", place.text.as_deref(), 200)?.map(str::to_owned);
    let ticket = &mut draft.ticket;
    let same = (ticket.about_place, ticket.reporter_place, ticket.building)
        == (place.about, place.reporter, place.building)
        && ticket.place_text == text;
    if same {
        return Err(Refusal::NothingChanged);
    }
    let event = Event::PlaceSet {
        was_about: ticket.about_place,
        about: place.about,
        was_reporter: ticket.reporter_place,
        reporter: place.reporter,
        was_building: ticket.building,
        building: place.building,
    };
    ticket.about_place = place.about;
    ticket.reporter_place = place.reporter;
    ticket.building = place.building;
    ticket.place_text = text;
    let steward = steward.filter(|user| !ticket.subjects.contains(user));
    draft.event(event);
    if let (State::Assigned { queue: Queue::Steward, worker: free @ None, .. }, Some(worker)) =
        (&mut draft.ticket.state, steward)
    {
        *free = Some(worker);
        draft.event(Event::Assigned { from: None, worker });
    }
    Ok(draft.done())
}
