//! The manager's figures, worked out from slim rows: what stands open now, and how the last days went.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::roll_up::Cell;
use crate::domain::calendar::Calendar;
use crate::domain::sla;
use crate::domain::words::{Channel, Outcome, Platform, Queue, Status, Urgency};

/// An open ticket, as far as the figures go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFact {
    /// Whose list.
    pub queue: Option<Queue>,
    /// One of the three open ones.
    pub status: Status,
    /// Class of its limits.
    pub urgency: Urgency,
    /// When it should be done by.
    pub due_at: Option<DateTime<Utc>>,
    /// When someone looks again, while it is on hold.
    pub hold_review_at: Option<DateTime<Utc>>,
    /// Since when it is on hold.
    pub held_since: Option<DateTime<Utc>>,
}

/// A ticket of the last days, as far as the figures go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFact {
    /// Where it came in.
    pub channel: Channel,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// When it was done for the first time.
    pub first_done_at: Option<DateTime<Utc>>,
    /// How it ended, while it is done.
    pub outcome: Option<Outcome>,
    /// It came up again.
    pub reopened: bool,
}

/// A part of a whole, both as counts: no percentage goes without them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub part: i64,
    /// The whole.
    pub of: i64,
}

impl Share {
    /// In tenths of a percent, rounded down so as not to flatter; `None` of nothing.
    pub fn per_mille(self) -> Option<i64> {
        (self.of > 0).then(|| self.part * 1000 / self.of)
    }

    fn add(&mut self, counts: bool) {
        self.of += 1;
        self.part += i64::from(counts);
    }
}

/// What stands open in one queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueStanding {
    /// Which.
    pub queue: Queue,
    /// Nobody has started.
    pub assigned: i64,
    /// Being worked on.
    pub in_progress: i64,
    /// Of both, past their limit.
    pub late: i64,
    /// Of both, on hold.
    pub held: i64,
}

/// What stands open now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// All of it.
    pub open: i64,
    /// By queue; those without open work are missing.
    pub queues: Vec<QueueStanding>,
    /// Waits to be routed.
    pub unassigned: i64,
    /// Past its limit.
    pub late: i64,
    /// The longest time past a limit.
    pub latest_by: Option<TimeDelta>,
    /// Someone must go now.
    pub emergencies: i64,
    /// On hold.
    pub held: i64,
    /// Of those, someone should have looked again by now.
    pub held_due: i64,
}

impl Standing {
    /// Counted at one moment.
    pub fn of(work: &[OpenFact], now: DateTime<Utc>) -> Self {
        let mut all = Self::default();
        for fact in work {
            let held = fact.hold_review_at.is_some();
            let late_by = fact.due_at.and_then(|due| sla::late_by(due, fact.held_since, now));
            all.open += 1;
            all.unassigned += i64::from(fact.status == Status::Unassigned);
            all.late += i64::from(late_by.is_some());
            all.latest_by = all.latest_by.max(late_by);
            all.emergencies += i64::from(fact.urgency == Urgency::Emergency);
            all.held += i64::from(held);
            all.held_due += i64::from(fact.hold_review_at.is_some_and(|at| at <= now));
            if let Some(queue) = fact.queue {
                let row = all.row(queue);
                row.assigned += i64::from(fact.status == Status::Assigned);
                row.in_progress += i64::from(fact.status == Status::InProgress);
                row.late += i64::from(late_by.is_some());
                row.held += i64::from(held);
            }
        }
        all.queues.sort_by_key(|row| row.queue);
        all
    }

    fn row(&mut self, queue: Queue) -> &mut QueueStanding {
        let at = self.queues.iter().position(|row| row.queue == queue).unwrap_or_else(|| {
            self.queues.push(QueueStanding { queue, assigned: 0, in_progress: 0, late: 0, held: 0 });
            self.queues.len() - 1
        });
        &mut self.queues[at]
    }
}

/// One local day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// Of what was opened on it, what counts as solved on it.
    pub same_day: Share,
    /// What was opened on it, by where it came in; only channels by which something came.
    pub channels: Vec<(Channel, i64)>,
}

impl Day {
    /// The days from `first` to `last`, those without a ticket too: counted from tickets, and from what was counted before.
    pub fn all(
        (facts, cells): (&[DayFact], &[Cell]),
        calendar: &Calendar,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Vec<Self> {
        let mut days: BTreeMap<NaiveDate, (Share, BTreeMap<Channel, i64>)> =
            first.iter_days().take_while(|day| *day <= last).map(|day| (day, Default::default())).collect();
        for fact in facts {
            let Some((share, channels)) = days.get_mut(&calendar.local_date(fact.opened_at)) else { continue };
            share.add(fact.is_same_day(calendar));
            *channels.entry(fact.channel).or_default() += 1;
        }
        for cell in cells {
            let Some((share, channels)) = days.get_mut(&cell.day) else { continue };
            share.part += cell.same_day;
            share.of += cell.opened;
            *channels.entry(cell.channel).or_default() += cell.opened;
        }
        let day = |(date, (same_day, channels)): (NaiveDate, (Share, BTreeMap<Channel, i64>))| Self {
            date,
            same_day,
            channels: channels.into_iter().collect(),
        };
        days.into_iter().map(day).collect()
    }
}

impl DayFact {
    pub(super) fn is_same_day(&self, calendar: &Calendar) -> bool {
        match (self.first_done_at, self.outcome) {
            (Some(done), Some(outcome)) => sla::same_day(self.opened_at, done, outcome, self.reopened, calendar),
            _ => false,
        }
    }
}

/// Offers that wait for one platform's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// Who must answer.
    pub to: Platform,
    /// How many.
    pub count: i64,
    /// The first answer that is due.
    pub first_by: Option<DateTime<Utc>>,
}

impl Offered {
    /// Both platforms', the property's first.
    pub fn all(offers: &[(Platform, Option<DateTime<Utc>>)]) -> Vec<Self> {
        let to = |to: Platform| {
            let own = || offers.iter().filter(move |(platform, _)| *platform == to);
            Self {
                to,
                count: i64::try_from(own().count()).unwrap_or(i64::MAX),
                first_by: own().filter_map(|(_, by)| *by).min(),
            }
        };
        Platform::ALL.iter().copied().map(to).collect()
    }
}

/// How many went to the city's line instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bypass {
    /// Counted from this local day on.
    pub since: NaiveDate,
    /// Handed down by the city, of everything that came in.
    pub share: Share,
}

/// The manager's one screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The local day it is about.
    pub today: NaiveDate,
    /// What stands open.
    pub standing: Standing,
    /// Offers between the platforms.
    pub offers: Vec<Offered>,
    /// Deferred tickets.
    pub deferred: i64,
    /// Of those, the review day has come.
    pub deferred_due: i64,
    /// The next review day that has not come yet.
    pub next_review: Option<NaiveDate>,
    /// The last days, oldest first; the last is today.
    pub days: Vec<Day>,
    /// The city's line.
    pub bypass: Bypass,
}

#[cfg(test)]
mod tests {
    use chrono_tz::Asia::Shanghai;

    use super::*;
    use crate::domain::view::Kept;
    use crate::domain::words::Audience;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_share_is_rounded_down_and_nothing_has_none() {
        assert_eq!(Share { part: 2, of: 3 }.per_mille(), Some(666));
        assert_eq!(Share { part: 3, of: 3 }.per_mille(), Some(1000));
        assert_eq!(Share::default().per_mille(), None);
    }

    #[test]
    fn what_was_put_on_hold_in_time_is_not_late() {
        let now = at("2026-03-16T02:00:00Z");
        let fact = |queue, status, due: &str, held: Option<(&str, &str)>| OpenFact {
            queue,
            status,
            urgency: Urgency::Normal,
            due_at: Some(at(due)),
            hold_review_at: held.map(|(_, review)| at(review)),
            held_since: held.map(|(since, _)| at(since)),
        };
        let work = [
            fact(Some(Queue::Order), Status::Assigned, "2026-03-15T02:00:00Z", None),
            fact(
                Some(Queue::Order),
                Status::InProgress,
                "2026-03-14T02:00:00Z",
                Some(("2026-03-14T01:59:00Z", "2026-03-16T02:00:00Z")),
            ),
            // Its limit ran out as it was put on hold.
            fact(
                Some(Queue::Order),
                Status::Assigned,
                "2026-03-14T02:00:00Z",
                Some(("2026-03-14T02:00:00Z", "2026-03-17T02:00:00Z")),
            ),
            fact(None, Status::Unassigned, "2026-03-16T02:00:00Z", None),
        ];
        let standing = Standing::of(&work, now);
        assert_eq!((standing.open, standing.unassigned, standing.late), (4, 1, 2));
        assert_eq!((standing.held, standing.held_due), (2, 1));
        assert_eq!(standing.latest_by, Some(TimeDelta::days(2)));
        let row = QueueStanding { queue: Queue::Order, assigned: 2, in_progress: 1, late: 2, held: 2 };
        assert_eq!(standing.queues, [row]);
    }

    #[test]
    fn a_day_is_the_communitys_own() {
        let calendar = Calendar::new(Shanghai, []);
        let fact = |opened: &str, done: Option<&str>| DayFact {
            channel: Channel::Hotline,
            opened_at: at(opened),
            first_done_at: done.map(at),
            outcome: done.map(|_| Outcome::Resolved),
            reopened: false,
        };
        let facts = [
            // 23:50 and 00:10 in Shanghai: two days, though one in UTC.
            fact("2026-03-15T15:50:00Z", Some("2026-03-15T16:10:00Z")),
            fact("2026-03-15T16:10:00Z", Some("2026-03-16T15:59:00Z")),
            fact("2026-03-13T02:00:00Z", None),
        ];
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let span = (day("2026-03-14"), day("2026-03-16"));
        let days = Day::all((&facts, &[]), &calendar, span);
        let shares: Vec<_> = days.iter().map(|day| (day.same_day.part, day.same_day.of)).collect();
        assert_eq!(shares, [(0, 0), (0, 1), (1, 1)]);
        assert_eq!(days[2].channels, [(Channel::Hotline, 1)]);
        let kept = Kept { seen_by: Audience::Both, confidential: false, holder: Platform::Property };
        let facts: Vec<(Kept, DayFact)> = facts.iter().map(|fact| (kept, *fact)).collect();
        assert_eq!(Day::all((&[], &Cell::all(&facts, &calendar)), &calendar, span), days);
    }
}
