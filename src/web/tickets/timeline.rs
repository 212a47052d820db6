//! A ticket's history in sentences.

use crate::domain::ids::UserId;
use crate::domain::ticket::{AcceptedBy, Event, ReopenedBy, Ruling, WordsPurpose};
use crate::domain::view::{Author, Entry};
use crate::domain::wording;
use crate::domain::words::{Audience, ClockKind, Language, Platform, Queue, Rung, Urgency};
use crate::web::facts::{TimelineEntry, Tone};
use crate::web::icon::{Icon, of_urgency};
use crate::web::rows::Teller;
use crate::web::texts::{Timeline, fill};

/// One line of history as people read it.
pub fn line(entry: &Entry, teller: &Teller) -> TimelineEntry {
    let (icon, tone) = drawing(&entry.event);
    TimelineEntry {
        icon,
        tone,
        who: who(&entry.author, teller),
        what: what(entry, teller),
        when: wording::moment(entry.at, teller.now, teller.zone, teller.language),
        at: entry.at.to_rfc3339(),
        said: said(entry, teller),
        audience: audience(entry.audience, teller).to_owned(),
        system: entry.author == Author::System,
    }
}

/// Who did it.
pub fn who(author: &Author, teller: &Teller) -> String {
    match author {
        Author::Staff(name) | Author::Program(name) => name.clone(),
        Author::Resident => teller.t.timeline.resident.to_owned(),
        Author::System => teller.t.timeline.system.to_owned(),
    }
}

fn audience(audience: Audience, teller: &Teller) -> &'static str {
    match audience {
        Audience::Both => "",
        Audience::Property => teller.t.ticket.property_only,
        Audience::Committee => teller.t.ticket.committee_only,
    }
}

/// The words that belong to the event, one line each. The request's own words stand above the history already.
fn said(entry: &Entry, teller: &Teller) -> String {
    let texts = &teller.t.timeline;
    let mut words: Vec<_> = entry.words.iter().collect();
    words.sort_by_key(|(purpose, _)| WordsPurpose::ALL.iter().position(|p| p == purpose));
    let lines = words.into_iter().filter_map(|(purpose, words)| match purpose {
        WordsPurpose::Request => None,
        WordsPurpose::Tried => Some(fill(texts.tried, &[words])),
        WordsPurpose::Asked => Some(fill(texts.asked, &[words])),
        WordsPurpose::Reason
        | WordsPurpose::Report
        | WordsPurpose::Note
        | WordsPurpose::Reply
        | WordsPurpose::Nudge => Some(words.clone()),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The dot: a drawing and a colour.
const fn drawing(event: &Event) -> (Icon, Tone) {
    match event {
        Event::Opened { .. } => (Icon::Message, Tone::Grey),
        Event::Accepted { .. } => (Icon::Joint, Tone::Plum),
        Event::HandedOver { .. } => (Icon::Shield, Tone::Plum),
        Event::Routed { .. } | Event::Taken { .. } | Event::Assigned { .. } => (Icon::Assigned, Tone::Grey),
        Event::Started { .. } => (Icon::InProgress, Tone::Accent),
        Event::Transferred { .. } => (Icon::Arrow, Tone::Grey),
        Event::HandedBack { .. } => (Icon::Return, Tone::Amber),
        Event::Held { .. } => (Icon::Pause, Tone::Grey),
        Event::Resumed { .. } => (Icon::InProgress, Tone::Accent),
        Event::Finished { .. } => (Icon::Done, Tone::Green),
        Event::Reopened { .. } => (Icon::Return, Tone::Amber),
        Event::Withdrawn { .. } | Event::ReporterLeft { .. } => (Icon::Cross, Tone::Grey),
        Event::Merged { .. } | Event::Absorbed { .. } => (Icon::Link, Tone::Grey),
        Event::Nudged { .. } => (Icon::Nudge, Tone::Amber),
        Event::Noted { to_resident: true, .. } => (Icon::Message, Tone::Accent),
        Event::Noted { .. } => (Icon::Paper, Tone::Grey),
        Event::PhoneShown { .. } => (Icon::Phone, Tone::Grey),
        Event::AlarmHeard => (Icon::Emergency, Tone::Grey),
        Event::Attached { .. } => (Icon::Photo, Tone::Grey),
        Event::UrgencySet { urgency: Urgency::Emergency, .. } => (Icon::Emergency, Tone::Red),
        Event::UrgencySet { urgency, .. } => (of_urgency(*urgency), Tone::Grey),
        Event::PlaceSet { .. } => (Icon::Pin, Tone::Grey),
        Event::Offered { .. } | Event::Concluded { .. } => (Icon::Joint, Tone::Plum),
        Event::Returned { .. } | Event::Recalled { .. } => (Icon::Return, Tone::Plum),
        Event::Warned { .. } | Event::ReviewDue { .. } => (Icon::Hourglass, Tone::Amber),
        Event::Overdue { .. } | Event::Climbed { .. } => (Icon::Late, Tone::Red),
        Event::OfferUnanswered { .. } => (Icon::Late, Tone::Plum),
    }
}

fn what(entry: &Entry, teller: &Teller) -> String {
    let texts = &teller.t.timeline;
    let say = Say { entry, teller };
    match &entry.event {
        Event::Opened { .. } | Event::Routed { .. } | Event::Accepted { .. } => say.arrival(),
        Event::Finished { .. } | Event::Reopened { .. } | Event::Merged { .. } | Event::Absorbed { .. } => say.ending(),
        Event::Assigned { from, worker } => match from {
            Some(from) => fill(texts.reassigned, &[&say.name(*from), &say.name(*worker)]),
            None => fill(texts.assigned, &[&say.name(*worker)]),
        },
        Event::Transferred { from, queue, worker, .. } => {
            let head = fill(texts.transferred, &[say.queue(*from), say.queue(*queue)]);
            head + &say.worker(*worker)
        }
        Event::HandedBack { queue, count, .. } => fill(texts.handed_back, &[say.queue(*queue)]) + &say.times(*count),
        Event::Held { review_at, .. } => fill(texts.held, &[&say.moment(*review_at)]),
        Event::Nudged { counted: true, count, .. } => fill(texts.nudged, &[&count.to_string()]),
        Event::Nudged { again_at, .. } => fill(texts.nudged_again, &[&say.moment(*again_at)]),
        Event::Noted { by_resident: true, .. } => texts.added.to_owned(),
        Event::Noted { to_resident: true, .. } => texts.replied.to_owned(),
        Event::UrgencySet { from, urgency } => {
            fill(texts.urgency_set, &[from.word(teller.language), urgency.word(teller.language)])
        }
        Event::PlaceSet { was_about: None, .. } => texts.place_known.to_owned(),
        Event::Offered { to, answer_by, .. } => fill(texts.offered, &[say.platform(*to), &say.moment(*answer_by)]),
        Event::Concluded { queue, holder, .. } => {
            let back = queue.map_or_else(|| say.platform(*holder), |queue| say.queue(queue));
            fill(texts.concluded, &[back])
        }
        Event::Warned { told, .. }
        | Event::Overdue { told, .. }
        | Event::Climbed { told, .. }
        | Event::ReviewDue { told, .. }
        | Event::OfferUnanswered { told, .. } => say.lateness() + if *told { "" } else { texts.late_entry },
        plain => simple(plain, texts).to_owned(),
    }
}

/// Events whose sentence needs no facts; the others are told in [`what`].
const fn simple(event: &Event, texts: &Timeline) -> &'static str {
    match event {
        Event::HandedOver { .. } => texts.handed_over,
        Event::Taken { .. } => texts.taken,
        Event::Started { .. } => texts.started,
        Event::Resumed { .. } => texts.resumed,
        Event::Withdrawn { .. } => texts.withdrawn,
        Event::ReporterLeft { .. } => texts.reporter_left,
        Event::Noted { .. } => texts.noted,
        Event::PhoneShown { .. } => texts.phone_shown,
        Event::AlarmHeard => texts.alarm_heard,
        Event::Attached { .. } => texts.attached,
        Event::PlaceSet { .. } => texts.place_set,
        Event::Returned { .. } => texts.returned,
        Event::Recalled { .. } => texts.recalled,
        Event::Opened { .. }
        | Event::Accepted { .. }
        | Event::Routed { .. }
        | Event::Assigned { .. }
        | Event::Transferred { .. }
        | Event::HandedBack { .. }
        | Event::Held { .. }
        | Event::Finished { .. }
        | Event::Reopened { .. }
        | Event::Merged { .. }
        | Event::Absorbed { .. }
        | Event::Nudged { .. }
        | Event::UrgencySet { .. }
        | Event::Offered { .. }
        | Event::Warned { .. }
        | Event::Overdue { .. }
        | Event::Climbed { .. }
        | Event::ReviewDue { .. }
        | Event::OfferUnanswered { .. }
        | Event::Concluded { .. } => "",
    }
}

struct Say<'a> {
    entry: &'a Entry,
    teller: &'a Teller,
}

impl Say<'_> {
    fn texts(&self) -> &'static Timeline {
        &self.teller.t.timeline
    }

    fn language(&self) -> Language {
        self.teller.language
    }

    fn name(&self, user: UserId) -> String {
        let known = self.entry.names.iter().find(|(id, _)| *id == user);
        known.map_or_else(|| self.teller.t.common.unknown.to_owned(), |(_, name)| name.clone())
    }

    fn queue(&self, queue: Queue) -> &'static str {
        queue.word(self.language())
    }

    fn platform(&self, platform: Platform) -> &'static str {
        platform.word(self.language())
    }

    fn moment(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        wording::moment(at, self.teller.now, self.teller.zone, self.language())
    }

    /// The worker in brackets, or nothing.
    fn worker(&self, worker: Option<UserId>) -> String {
        worker.map_or_else(String::new, |user| fill(self.texts().to_worker, &[&self.name(user)]))
    }

    /// `，第 2 次`, from the second on.
    fn times(&self, count: u32) -> String {
        if count < 2 { String::new() } else { fill(self.texts().times, &[&count.to_string()]) }
    }

    fn category(&self, code: Option<&str>) -> String {
        code.map_or_else(String::new, |code| fill(self.texts().category, &[&self.teller.category(code)]))
    }

    /// It came in, or came to a queue.
    fn arrival(&self) -> String {
        let texts = self.texts();
        match &self.entry.event {
            Event::Opened { channel, queue, worker, confidential, .. } => {
                let head = if self.entry.author == Author::Resident { texts.opened_self } else { texts.opened };
                let mut line = fill(head, &[channel.word(self.language())]);
                match queue {
                    Some(queue) => {
                        line += &fill(texts.to_queue, &[self.queue(*queue)]);
                        line += &self.worker(*worker);
                    }
                    None => line += texts.to_triage,
                }
                line + if *confidential { texts.confidential } else { "" }
            }
            Event::Routed { queue, worker, returned_from, ruling, was_category, category } => {
                let mut line = fill(texts.routed, &[self.queue(*queue)]) + &self.worker(*worker);
                match (ruling, returned_from) {
                    (Some(Ruling::Upheld), Some(from)) => line += &fill(texts.upheld, &[self.queue(*from)]),
                    (Some(Ruling::Overruled), _) => line += texts.overruled,
                    (Some(Ruling::Upheld), None) | (None, _) => {}
                }
                if category != was_category {
                    line += &self.category(category.as_deref());
                }
                line
            }
            Event::Accepted { accepted_by, queue, worker, .. } => {
                let head = match accepted_by {
                    AcceptedBy::Standing => texts.accepted_standing,
                    AcceptedBy::Desk => texts.accepted,
                };
                fill(head, &[self.queue(*queue)]) + &self.worker(*worker)
            }
            _ => String::new(),
        }
    }

    /// In the middle of a sentence.
    fn clock(&self, kind: ClockKind) -> String {
        kind.word(self.language()).to_lowercase()
    }

    /// Something is late, or soon will be.
    fn lateness(&self) -> String {
        let texts = self.texts();
        match &self.entry.event {
            Event::Warned { clock, due_at, .. } => fill(texts.warned, &[&self.clock(*clock), &self.moment(*due_at)]),
            Event::Overdue { clock, due_at, .. } => fill(texts.overdue, &[&self.clock(*clock), &self.moment(*due_at)]),
            Event::Climbed { clock, platform, to: Rung::OtherDesk, .. } => {
                fill(texts.climbed_across, &[&self.clock(*clock), self.platform(platform.other())])
            }
            Event::Climbed { clock, platform, .. } => {
                fill(texts.climbed, &[&self.clock(*clock), self.platform(*platform)])
            }
            Event::ReviewDue { to: Rung::Nearest, .. } => texts.review_due.to_owned(),
            Event::ReviewDue { to, .. } => fill(texts.review_late, &[to.word(self.language())]),
            Event::OfferUnanswered { asked, to: Rung::Desk, .. } => fill(texts.unanswered, &[self.platform(*asked)]),
            Event::OfferUnanswered { to: Rung::BothManagers, .. } => texts.unanswered_both.to_owned(),
            Event::OfferUnanswered { asked, .. } => fill(texts.unanswered_climbed, &[self.platform(*asked)]),
            _ => String::new(),
        }
    }

    /// It ended, or did not after all.
    fn ending(&self) -> String {
        let texts = self.texts();
        match &self.entry.event {
            Event::Finished { outcome, review_on, .. } => {
                let line = fill(texts.finished, &[outcome.word(self.language())]);
                review_on.map_or(line.clone(), |day| line + &fill(texts.review, &[&self.teller.day(day)]))
            }
            Event::Reopened { reopened_by, count, .. } => {
                let head = match reopened_by {
                    ReopenedBy::Resident => texts.reopened_resident,
                    ReopenedBy::Staff => texts.reopened_staff,
                    ReopenedBy::Review => texts.reopened_review,
                };
                head.to_owned() + &self.times(*count)
            }
            Event::Merged { number, .. } => fill(texts.merged, &[&number.to_string()]),
            Event::Absorbed { number, reporters, .. } => {
                fill(texts.absorbed, &[&number.to_string(), &reporters.to_string()])
            }
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
