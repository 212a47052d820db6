//! A ticket's history played again from its first line: what it says must be what the row says, and each line must follow from
//! those before it. For proving a database, not for serving: rows stay the truth that verbs work on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::event::{AcceptedBy, Event};
use crate::domain::ids::{EscalationId, HoldId, PlaceId, ReporterId, UserId};
use crate::domain::words::{Channel, EscalationState, Kind, Outcome, Platform, Queue, Status, Urgency};

/// What history says of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // as in `super::Ticket`
pub struct Replayed {
    pub version: i64,
    pub status: Status,
    pub queue: Option<Queue>,
    pub worker: Option<UserId>,
    pub outcome: Option<Outcome>,
    pub review_on: Option<NaiveDate>,
    /// When it came into the status and queue it has.
    pub since_at: DateTime<Utc>,
    pub returned_from: Option<Queue>,
    pub lead: Platform,
    pub holder: Platform,
    pub channel: Channel,
    pub kind: Kind,
    pub category: Option<String>,
    pub urgency: Urgency,
    pub confidential: bool,
    /// About, the reporter's, the building, once they were set by a line of history.
    pub places: Option<[Option<PlaceId>; 3]>,
    pub opened_at: DateTime<Utc>,
    pub first_done_at: Option<DateTime<Utc>>,
    pub nudge_count: u32,
    pub reopened_count: u32,
    pub hand_back_count: u32,
    /// The hold under way.
    pub hold: Option<HoldId>,
    /// Every hold there was.
    pub holds: BTreeSet<HoldId>,
    /// Every crossing, and where it stands.
    pub crossings: BTreeMap<EscalationId, EscalationState>,
    /// Who took it back while others did not.
    pub left: BTreeSet<ReporterId>,
}

/// A line of history, as far as it is played.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The ticket's version after it.
    pub version: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub event: &'a Event,
}

/// Plays a history.
///
/// # Errors
/// The first line that does not follow from those before it, by its place among them; 0 when there is none at all.
pub fn replay<'a>(lines: impl IntoIterator<Item = Line<'a>>) -> Result<Replayed, usize> {
    let mut lines = lines.into_iter();
    let mut now = lines.next().and_then(begin).ok_or(0_usize)?;
    for (n, line) in lines.enumerate() {
        now.play(line).ok_or(n + 1)?;
    }
    Ok(now)
}

fn begin(line: Line<'_>) -> Option<Replayed> {
    let Event::Opened { channel, lead, kind, category, urgency, queue, worker, confidential } = line.event else {
        return None;
    };
    let fits = line.version == 1 && (queue.is_some() || worker.is_none());
    fits.then(|| Replayed {
        version: 1,
        status: if queue.is_some() { Status::Assigned } else { Status::Unassigned },
        queue: *queue,
        worker: *worker,
        outcome: None,
        review_on: None,
        since_at: line.at,
        returned_from: None,
        lead: *lead,
        holder: queue.map_or(*lead, Queue::platform),
        channel: *channel,
        kind: *kind,
        category: category.clone(),
        urgency: *urgency,
        confidential: *confidential,
        places: None,
        opened_at: line.at,
        first_done_at: None,
        nudge_count: 0,
        reopened_count: 0,
        hand_back_count: 0,
        hold: None,
        holds: BTreeSet::new(),
        crossings: BTreeMap::new(),
        left: BTreeSet::new(),
    })
}

/// Lines written beside the ticket: they carry the version it had, and may come after a later one.
const fn beside(event: &Event) -> bool {
    matches!(
        event,
        Event::PhoneShown { .. }
            | Event::AlarmHeard
            | Event::Warned { .. }
            | Event::Overdue { .. }
            | Event::Climbed { .. }
            | Event::ReviewDue { .. }
            | Event::OfferUnanswered { .. }
    )
}

impl Replayed {
    /// One more line; `None` when it cannot follow.
    fn play(&mut self, line: Line<'_>) -> Option<()> {
        if beside(line.event) {
            return (line.version <= self.version).then_some(());
        }
        holds(line.version == self.version || line.version == self.version + 1)?;
        self.version = line.version;
        match line.event {
            Event::Opened { .. } => None,
            Event::Accepted { .. }
            | Event::Offered { .. }
            | Event::Returned { .. }
            | Event::Recalled { .. }
            | Event::Concluded { .. }
            | Event::HandedOver { .. } => self.cross(line),
            Event::Finished { .. } | Event::Reopened { .. } | Event::Withdrawn { .. } | Event::Merged { .. } => {
                self.close(line)
            }
            Event::Routed { .. }
            | Event::Taken { .. }
            | Event::Assigned { .. }
            | Event::Started { .. }
            | Event::Transferred { .. }
            | Event::HandedBack { .. } => self.work(line),
            _ => self.talk(line),
        }
    }

    fn is_open(&self) -> bool {
        self.status != Status::Done
    }

    fn in_queue(&self) -> bool {
        matches!(self.status, Status::Assigned | Status::InProgress)
    }

    fn stand(&mut self, status: Status, at: DateTime<Utc>) {
        (self.status, self.since_at, self.returned_from) = (status, at, None);
    }

    fn enter(&mut self, queue: Queue, worker: Option<UserId>, at: DateTime<Utc>) {
        (self.queue, self.worker, self.holder) = (Some(queue), worker, queue.platform());
        self.stand(Status::Assigned, at);
    }

    fn work(&mut self, line: Line<'_>) -> Option<()> {
        match line.event {
            Event::Routed { queue, worker, returned_from, was_category, category, .. } => {
                let fits = self.status == Status::Unassigned && *returned_from == self.returned_from;
                holds(fits && *was_category == self.category)?;
                self.category.clone_from(category);
                self.enter(*queue, *worker, line.at);
            }
            Event::Taken { worker } => {
                holds(self.in_queue() && self.worker.is_none())?;
                self.worker = Some(*worker);
            }
            Event::Assigned { from, worker } => {
                holds(self.in_queue() && *from == self.worker)?;
                self.worker = Some(*worker);
            }
            Event::Started { worker } => {
                holds(self.status == Status::Assigned && self.worker == Some(*worker))?;
                self.stand(Status::InProgress, line.at);
            }
            Event::Transferred { from, from_worker, queue, worker } => {
                let fits = self.in_queue() && self.queue == Some(*from) && *from_worker == self.worker;
                holds(fits && self.hold.is_none() && queue.platform() == self.holder)?;
                self.enter(*queue, *worker, line.at);
            }
            Event::HandedBack { queue, worker, count } => {
                let fits = self.in_queue() && self.queue == Some(*queue) && *worker == self.worker;
                holds(fits && self.hold.is_none() && *count == self.hand_back_count + 1)?;
                self.hand_back_count = *count;
                self.stand(Status::Unassigned, line.at);
                (self.queue, self.worker, self.returned_from) = (None, None, Some(*queue));
            }
            _ => return None,
        }
        Some(())
    }

    fn close(&mut self, line: Line<'_>) -> Option<()> {
        let outcome = match line.event {
            Event::Finished { from, outcome, queue, worker, holder, lead, review_on } => {
                holds(*from == self.status && *queue == self.queue && *worker == self.worker)?;
                holds(*holder == self.holder && *lead == self.lead && self.live().is_none())?;
                self.review_on = *review_on;
                *outcome
            }
            Event::Withdrawn { from, .. } => {
                holds(*from == self.status)?;
                Outcome::Withdrawn
            }
            Event::Merged { from, .. } => {
                holds(*from == self.status && self.live().is_none())?;
                Outcome::Duplicate
            }
            Event::Reopened { was, queue, worker, count, .. } => {
                let may = !matches!(was, Outcome::Withdrawn | Outcome::Duplicate) && self.outcome == Some(*was);
                holds(may && *count == self.reopened_count + 1 && (self.queue.is_none() || self.queue == *queue))?;
                (self.outcome, self.review_on, self.reopened_count) = (None, None, *count);
                match queue {
                    Some(queue) => self.enter(*queue, *worker, line.at),
                    None => self.stand(Status::Unassigned, line.at),
                }
                return Some(());
            }
            _ => return None,
        };
        holds(self.is_open())?;
        self.outcome = Some(outcome);
        self.hold = None;
        self.first_done_at = self.first_done_at.or(Some(line.at));
        self.stand(Status::Done, line.at);
        Some(())
    }

    /// The live crossing.
    fn live(&self) -> Option<(EscalationId, EscalationState)> {
        let lives = |state| matches!(state, EscalationState::Offered | EscalationState::Accepted);
        self.crossings.iter().find(|(_, state)| lives(**state)).map(|(id, state)| (*id, *state))
    }

    fn cross(&mut self, line: Line<'_>) -> Option<()> {
        use EscalationState::{Accepted, Concluded, Offered, Recalled, Returned};
        match line.event {
            Event::Offered { escalation, from, to, .. } => {
                holds(self.live().is_none() && *from == self.holder && *to == from.other())?;
                self.crossings.insert(*escalation, Offered);
            }
            Event::Accepted { accepted_by, escalation, holder, queue, worker, .. } => {
                holds(self.is_open() && self.hold.is_none() && queue.platform() == *holder)?;
                match (accepted_by, escalation) {
                    (AcceptedBy::Standing, None) => holds(self.queue == Some(*queue))?,
                    (AcceptedBy::Desk, Some(id)) => {
                        holds(self.live() == Some((*id, Offered)))?;
                        self.crossings.insert(*id, Accepted);
                    }
                    _ => return None,
                }
                self.enter(*queue, *worker, line.at);
            }
            Event::Returned { escalation, .. } | Event::Recalled { escalation, .. } => {
                holds(self.live() == Some((*escalation, Offered)))?;
                let to = if matches!(line.event, Event::Returned { .. }) { Returned } else { Recalled };
                self.crossings.insert(*escalation, to);
            }
            Event::Concluded { escalation, queue, holder, .. } => {
                holds(self.live() == Some((*escalation, Accepted)) && self.hold.is_none())?;
                self.crossings.insert(*escalation, Concluded);
                // With a withdrawal it ends where it stood.
                if self.is_open() {
                    (self.queue, self.worker) = (None, None);
                    match queue {
                        Some(queue) => self.enter(*queue, None, line.at),
                        None => self.stand(Status::Unassigned, line.at),
                    }
                    self.holder = *holder;
                }
            }
            Event::HandedOver { .. } => {
                holds(self.confidential)?;
                self.confidential = false;
            }
            _ => return None,
        }
        Some(())
    }

    fn talk(&mut self, line: Line<'_>) -> Option<()> {
        match line.event {
            Event::Held { hold, .. } => {
                holds(self.in_queue() && self.hold.is_none() && self.holds.insert(*hold))?;
                self.hold = Some(*hold);
            }
            Event::Resumed { hold, .. } => holds(self.hold.take() == Some(*hold))?,
            Event::ReporterLeft { reporter } => holds(self.is_open() && self.left.insert(*reporter))?,
            Event::Nudged { counted, count, .. } => {
                self.nudge_count += u32::from(*counted);
                holds(*count == self.nudge_count)?;
            }
            Event::UrgencySet { from, urgency } => {
                holds(*from == self.urgency)?;
                self.urgency = *urgency;
            }
            Event::PlaceSet { was_about, about, was_reporter, reporter, was_building, building } => {
                let was = [*was_about, *was_reporter, *was_building];
                holds(self.places.is_none_or(|places| places == was))?;
                self.places = Some([*about, *reporter, *building]);
            }
            Event::Absorbed { .. } => holds(self.is_open())?,
            Event::Noted { .. } | Event::Attached { .. } => {}
            _ => return None,
        }
        Some(())
    }
}

fn holds(fact: bool) -> Option<()> {
    fact.then_some(())
}
