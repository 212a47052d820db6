//! A new ticket.

use chrono::{DateTime, Utc};

use super::super::{ClockKind, Decision, Event, Opening, Placing, Refusal, State, Ticket, WordsPurpose};
use super::draft::Draft;
use super::queue::{Way, cross_or_enter};
use super::{WORDS_LIMIT, emergency_queue, goes_at_once, is_emergency, not_a_subject};
use crate::domain::actor::Actor;
use crate::domain::words::{Audience, Platform, Queue};

/// Opens a ticket at version 1.
///
/// Sure of the queue, and the queue is the lead's own or takes directly: assigned. Another platform's queue that does not
/// take directly: unassigned at the lead's desk, which may offer it. Confidential: the committee's queue, unseen by the
/// property. An emergency is never left unassigned.
///
/// # Errors
/// When the request has no words or too many.
pub fn open(facts: Opening, now: DateTime<Utc>) -> Result<Decision, Refusal> {
    // Kept as it came, blanks and all; only the emptiness is looked at.
    if facts.words.trim().is_empty() {
        return Err(Refusal::Empty { field: "words" });
    }
    if facts.words.chars().count() > WORDS_LIMIT {
        return Err(Refusal::TooLong { field: "words", limit: WORDS_LIMIT });
    }
    let way = way(&facts);
    let words = facts.words.clone();
    let ticket = blank(facts, now);
    not_a_subject(&ticket, way.and_then(|w| w.worker))?;
    let mut draft = Draft::new(&ticket, &Actor::System, now);
    draft.event(Event::Opened {
        channel: ticket.channel,
        lead: ticket.lead,
        kind: ticket.kind,
        category: ticket.category.clone(),
        urgency: ticket.urgency,
        queue: way.map(|w| w.queue),
        worker: way.and_then(|w| w.worker),
        confidential: ticket.confidential,
    });
    draft.words_for(WordsPurpose::Request, &words, Audience::Both, true);
    // Who answers to the resident: the lead, unless it must not see the ticket.
    let answers = if ticket.confidential { Queue::Committee.platform() } else { ticket.lead };
    draft.start_clock(ClockKind::Contact, answers);
    if is_emergency(ticket.urgency) {
        draft.start_clock(ClockKind::OnSite, answers);
    }
    draft.start_clock(ClockKind::Finish, answers);
    if let Some(way) = way {
        cross_or_enter(&mut draft, ticket.lead, way);
    }
    Ok(draft.done())
}

/// The queue it goes to at once, if any.
fn way(facts: &Opening) -> Option<Way> {
    let emergency = is_emergency(facts.urgency);
    let unsure = emergency.then(|| Way { queue: emergency_queue(false), worker: None, accepts_directly: true });
    match facts.placing {
        Placing::Queue { queue, worker, accepts_directly } if facts.confidential => {
            let worker = worker.filter(|_| queue == Queue::Committee);
            Some(Way { queue: Queue::Committee, worker, accepts_directly })
        }
        Placing::Unsure if facts.confidential => {
            Some(Way { queue: Queue::Committee, worker: None, accepts_directly: true })
        }
        Placing::Queue { queue, worker, accepts_directly } => {
            let open_to_lead = match emergency {
                true => accepts_directly || goes_at_once(facts.lead, queue),
                false => accepts_directly || queue.platform() == facts.lead,
            };
            if open_to_lead { Some(Way { queue, worker, accepts_directly }) } else { unsure }
        }
        Placing::Unsure => unsure,
    }
}

/// The ticket before it stands anywhere: version 0.
fn blank(facts: Opening, now: DateTime<Utc>) -> Ticket {
    Ticket {
        id: facts.id,
        community: facts.community,
        number: facts.number,
        version: 0,
        state: State::Unassigned { returned_from: None },
        hold: None,
        lead: facts.lead,
        holder: facts.lead,
        channel: facts.channel,
        kind: facts.kind,
        paid: facts.category.as_ref().is_some_and(|c| c.paid),
        category: facts.category.map(|c| c.code),
        urgency: facts.urgency,
        confidential: facts.confidential,
        // The lead sees it, but for the property what the committee must keep to itself.
        property_sees: facts.lead == Platform::Property && !facts.confidential,
        committee_sees: facts.lead == Platform::Committee,
        about_place: facts.about_place,
        reporter_place: facts.reporter_place,
        building: facts.building,
        place_text: facts.place_text,
        reporters: facts.reporters,
        subjects: facts.subjects,
        escalation: None,
        open_children: Vec::new(),
        merged_into: None,
        opened_at: now,
        first_done_at: None,
        reopened_count: 0,
        nudge_count: 0,
        hand_back_count: 0,
        rules: facts.rules,
    }
}
