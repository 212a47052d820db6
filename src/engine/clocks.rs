//! What a decision does to a ticket's clocks, turned into instants.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Engine, Settings};
use crate::domain::ids::ClockId;
use crate::domain::sla::{self, Limit};
use crate::domain::ticket::{ClockChange, ClockKind, Ticket};
use crate::domain::words::{Platform, Queue, Urgency};
use crate::store::escalation::{self, ClockRow};
use crate::store::types::Time;
use crate::store::{Db, StoreError, sweep};

/// Due and warning of the clock a list shows.
pub(super) type Shown = Option<(DateTime<Utc>, DateTime<Utc>)>;

/// A ticket's clocks while a decision is written.
pub(super) struct Clocks<'a> {
    engine: &'a Engine,
    settings: &'a Settings,
    ticket: &'a Ticket,
    now: DateTime<Utc>,
    rows: Vec<(ClockRow, Touched)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Touched {
    Kept,
    New,
    Changed,
    /// Changed, and runs out at another time: what was told of it counts no more.
    Moved,
}

/// How a clock ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// What it waited for happened: met or missed.
    Happened,
    /// Something else ended it: missed if it had run out, else called off.
    Overtaken,
    /// It is no longer waited for.
    CalledOff,
}

impl<'a> Clocks<'a> {
    /// The clocks of a ticket; a new one has none yet.
    pub(super) fn of(
        engine: &'a Engine,
        settings: &'a Settings,
        ticket: &'a Ticket,
        (rows, now): (Vec<ClockRow>, DateTime<Utc>),
    ) -> Self {
        let rows = rows.into_iter().map(|row| (row, Touched::Kept)).collect();
        Self { engine, settings, ticket, now, rows }
    }

    /// Applies the changes in order.
    pub(super) fn apply(&mut self, changes: &[ClockChange]) -> Result<(), StoreError> {
        for change in changes {
            match *change {
                ClockChange::Start { kind, platform, queue } => self.start((kind, platform, queue)),
                ClockChange::Stop { kind, platform, queue, met } => {
                    let ending = if met { Ending::Happened } else { Ending::CalledOff };
                    self.stop(ending, |row| {
                        row.kind == kind
                            && platform.is_none_or(|p| row.platform == p)
                            && (queue.is_none() || row.queue == queue)
                    });
                }
                ClockChange::StopAll { met } => {
                    // A contact or an arrival that never was said does not happen by closing the ticket.
                    let (finish, others) = if met {
                        (Ending::Happened, Ending::Overtaken)
                    } else {
                        (Ending::CalledOff, Ending::CalledOff)
                    };
                    self.stop(finish, |row| row.kind == ClockKind::Finish);
                    self.stop(others, |_| true);
                }
                ClockChange::Pause => self.pause(),
                ClockChange::Resume => self.resume()?,
                ClockChange::Restart { urgency } => self.restart(urgency),
            }
        }
        Ok(())
    }

    fn running(&mut self) -> impl Iterator<Item = &mut (ClockRow, Touched)> {
        self.rows.iter_mut().filter(|(row, _)| row.stopped_at.is_none())
    }

    fn start(&mut self, (kind, platform, queue): (ClockKind, Platform, Option<Queue>)) {
        if self.running().any(|(row, _)| row.kind == kind && row.platform == platform && row.queue == queue) {
            return;
        }
        let class = self.settings.class(self.ticket.urgency);
        let due = class.and_then(|class| {
            let limit = class.limit(kind)?;
            Some(sla::start(limit, class.warn_before_minutes, self.now, &self.settings.calendar))
        });
        // A clock without a limit in this class (on site, when it is no emergency) waits for nothing.
        if due.is_none() && kind != ClockKind::QueueTime {
            return;
        }
        let held = self.ticket.hold.is_some() && kind == ClockKind::Finish;
        let row = ClockRow {
            community_id: self.ticket.community,
            id: self.engine.chance.id::<ClockId>(self.now),
            ticket_id: self.ticket.id,
            kind,
            platform,
            queue,
            limit_text: due.map(|d| d.limit.to_string()),
            started_at: Time(self.now),
            due_at: due.map(|d| Time(d.due_at)),
            warn_at: due.map(|d| Time(d.warn_at)),
            paused_at: held.then_some(Time(self.now)),
            paused_us: 0,
            stopped_at: None,
            met: None,
        };
        self.rows.push((row, Touched::New));
    }

    fn stop(&mut self, ending: Ending, wanted: impl Fn(&ClockRow) -> bool) {
        let now = self.now;
        for (row, touched) in self.running().filter(|(row, _)| wanted(row)) {
            end(row, ending, now);
            touch(touched, Touched::Changed);
        }
    }

    fn pause(&mut self) {
        let now = self.now;
        for (row, touched) in self.running().filter(|(row, _)| row.kind == ClockKind::Finish) {
            if row.paused_at.is_none() {
                row.paused_at = Some(Time(now));
                touch(touched, Touched::Changed);
            }
        }
    }

    fn resume(&mut self) -> Result<(), StoreError> {
        let (now, settings, class) = (self.now, self.settings, self.settings.class(self.ticket.urgency));
        let warn_before = class.map_or(0, |class| class.warn_before_minutes);
        for (row, touched) in self.running() {
            let Some(paused_at) = row.paused_at.take() else { continue };
            row.paused_us += (now - paused_at.0).num_microseconds().unwrap_or(0);
            touch(touched, Touched::Changed);
            if let (Some(was), Some(limit)) = (row.due_at, limit_of(row)?) {
                let due = sla::resume(limit, was.0, paused_at.0, now, &settings.calendar);
                if due == was.0 {
                    continue;
                }
                let warn = sla::warn_at(limit, warn_before, row.started_at.0, due, &settings.calendar);
                (row.due_at, row.warn_at) = (Some(Time(due)), Some(Time(warn)));
                touch(touched, Touched::Moved);
            }
        }
        Ok(())
    }

    /// Running clocks with a limit end, and new ones begin under another class: what was late stays written down, and no
    /// clock's pauses count for another.
    fn restart(&mut self, urgency: Urgency) {
        let (now, settings, engine) = (self.now, self.settings, self.engine);
        let Some(class) = settings.class(urgency) else { return };
        let mut fresh = Vec::new();
        for (row, touched) in self.running().filter(|(row, _)| row.due_at.is_some()) {
            let held = row.paused_at.is_some();
            end(row, Ending::Overtaken, now);
            touch(touched, Touched::Changed);
            let Some(limit) = class.limit(row.kind) else { continue };
            let due = sla::start(limit, class.warn_before_minutes, now, &settings.calendar);
            fresh.push(ClockRow {
                id: engine.chance.id::<ClockId>(now),
                limit_text: Some(limit.to_string()),
                started_at: Time(now),
                due_at: Some(Time(due.due_at)),
                warn_at: Some(Time(due.warn_at)),
                paused_at: held.then_some(Time(now)),
                paused_us: 0,
                stopped_at: None,
                met: None,
                ..row.clone()
            });
        }
        self.rows.extend(fresh.into_iter().map(|row| (row, Touched::New)));
    }

    /// What a list shows.
    pub(super) fn shown(&self) -> Shown {
        let rows = self.rows.iter().map(|(row, _)| row);
        let row = escalation::shown(rows, (self.ticket.holder, self.ticket.lead))?;
        Some((row.due_at?.0, row.warn_at?.0))
    }

    /// The clocks as they stand now.
    pub(super) fn into_rows(self) -> Vec<ClockRow> {
        self.rows.into_iter().map(|(row, _)| row).collect()
    }

    /// Writes what was touched.
    pub(super) fn save(&self, db: &mut Db) -> Result<(), StoreError> {
        let new = self.rows.iter().filter(|(_, touched)| *touched == Touched::New).map(|(row, _)| row.clone());
        escalation::insert_clocks(db, &new.collect::<Vec<_>>())?;
        for (row, touched) in &self.rows {
            match touched {
                Touched::Kept | Touched::New => {}
                Touched::Changed => escalation::update_clock(db, row)?,
                Touched::Moved => {
                    escalation::update_clock(db, row)?;
                    sweep::forget_clock(db, row)?;
                }
            }
        }
        Ok(())
    }
}

/// Ends a running clock; a pause under way ends with it.
fn end(row: &mut ClockRow, ending: Ending, now: DateTime<Utc>) {
    // While it stands still it does not run out.
    let reached = row.paused_at.map_or(now, |paused| paused.0);
    let in_time = row.due_at.map(|due| reached <= due.0);
    row.met = match ending {
        Ending::Happened => in_time,
        Ending::Overtaken => in_time.filter(|in_time| !in_time),
        Ending::CalledOff => None,
    };
    if let Some(paused) = row.paused_at.take() {
        row.paused_us += (now - paused.0).num_microseconds().unwrap_or(0);
    }
    row.stopped_at = Some(Time(now));
}

/// A new row stays new, a moved one moved.
fn touch(touched: &mut Touched, how: Touched) {
    if matches!(touched, Touched::Kept | Touched::Changed) {
        *touched = how;
    }
}

pub(super) fn limit_of(row: &ClockRow) -> Result<Option<Limit>, StoreError> {
    row.limit_text
        .as_deref()
        .map(|text| text.parse().map_err(|e| StoreError::impossible("ticket_clock", "limit_text", row.id, e)))
        .transpose()
}

/// Time since a clock started, without the pauses.
pub(super) fn spent(row: &ClockRow, now: DateTime<Utc>) -> TimeDelta {
    let end = row.stopped_at.or(row.paused_at).map_or(now, |t| t.0);
    end - row.started_at.0 - TimeDelta::microseconds(row.paused_us)
}
