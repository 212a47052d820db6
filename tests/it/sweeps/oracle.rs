//! A slow oracle: goes through a ticket's history tick by tick, counting minutes and midnights, and says what ought to have
//! been told. It knows nothing of the program's clocks, calendar or ladders; limits, free days and steps are written down
//! here again.

use chrono::{DateTime, TimeDelta, Utc};
use jiban::domain::ticket::{Event, ReopenedBy};
use jiban::domain::words::{ClockKind, Outcome, Platform, Queue, Urgency};

/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// Beijing is ahead of UTC.
const AHEAD: i64 = 8 * 60;

/// Free days of 2026 that are no weekend, and weekends that are worked, as month and day.
const HOLIDAYS: &[(i64, std::ops::RangeInclusive<i64>)] =
    &[(1, 1..=3), (2, 15..=23), (4, 4..=6), (5, 1..=5), (6, 19..=21), (9, 25..=27), (10, 1..=7)];
const WORKED: &[(i64, i64)] = &[(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

/// Minutes since 2026 began in Beijing.
pub fn minute(at: DateTime<Utc>) -> i64 {
    (at - begin()).num_minutes()
}

/// The moment of a minute.
pub fn moment(minute: i64) -> DateTime<Utc> {
    begin() + TimeDelta::minutes(minute)
}

fn begin() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() - TimeDelta::minutes(AHEAD)
}

/// Whether people work on the `day`-th day of 2026 (from 0); 1 January 2026 is a Thursday.
fn worked(day: i64) -> bool {
    let (mut month, mut rest) = (0, day);
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while month < 12 && rest >= lengths[month] {
        rest -= lengths[month];
        month += 1;
    }
    let (month, date) = (month as i64 + 1, rest + 1);
    if WORKED.contains(&(month, date)) {
        return true;
    }
    let free = HOLIDAYS.iter().any(|(m, days)| *m == month && days.contains(&date));
    !free && !matches!((day + 3) % 7, 5 | 6)
}

/// How many working days ended after one minute and up to another.
fn ends(after: i64, until: i64) -> i64 {
    (after / DAY + 1..=until / DAY).filter(|midnight| worked(midnight - 1)).count() as i64
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Limit {
    Minutes(i64),
    Days(i64),
}

/// Contact, on site, finish, and the minutes of warning.
fn class(urgency: Urgency) -> (Limit, Option<Limit>, Limit, i64) {
    use Limit::{Days, Minutes};
    match urgency {
        Urgency::Emergency => (Minutes(5), Some(Minutes(10)), Minutes(120), 10),
        Urgency::Urgent => (Minutes(120), None, Minutes(1440), 240),
        Urgency::Normal => (Days(1), None, Days(7), 1440),
        Urgency::Long => (Days(1), None, Days(15), 2880),
    }
}

fn limit(urgency: Urgency, kind: ClockKind) -> Option<Limit> {
    let (contact, on_site, finish, _) = class(urgency);
    match kind {
        ClockKind::Contact => Some(contact),
        ClockKind::OnSite => on_site,
        ClockKind::Finish => Some(finish),
        ClockKind::QueueTime => None,
    }
}

/// Patience before the next rung: minutes, or `None` for the end of a working day.
fn patience(urgency: Urgency) -> Option<i64> {
    match urgency {
        Urgency::Emergency => Some(5),
        Urgency::Urgent => Some(60),
        Urgency::Normal | Urgency::Long => None,
    }
}

#[derive(Debug, Clone)]
struct Clock {
    kind: ClockKind,
    platform: Platform,
    limit: Limit,
    /// Minutes or ends of working days still to come.
    left: i64,
    warn: i64,
    paused_since: Option<i64>,
    due: Option<i64>,
    told: usize,
}

impl Clock {
    fn start(kind: ClockKind, platform: Platform, urgency: Urgency, at: i64) -> Option<Self> {
        let limit = limit(urgency, kind)?;
        let before = class(urgency).3;
        let (left, warn) = match limit {
            Limit::Minutes(minutes) => (minutes, before.min(minutes / 2)),
            // The end of the day itself goes by without counting.
            Limit::Days(days) => (days + i64::from(worked(at / DAY)), ((before + DAY - 1) / DAY).min(days)),
        };
        Some(Self { kind, platform, limit, left, warn, paused_since: None, due: None, told: 0 })
    }

    /// Time goes by from one minute to another.
    fn live(&mut self, from: i64, until: i64) {
        if self.due.is_some() || self.paused_since.is_some() {
            return;
        }
        match self.limit {
            Limit::Minutes(_) if self.left <= until - from => self.due = Some(from + self.left),
            Limit::Minutes(_) => self.left -= until - from,
            Limit::Days(_) => {
                for midnight in (from / DAY + 1..=until / DAY).filter(|midnight| worked(midnight - 1)) {
                    self.left -= 1;
                    if self.left == 0 {
                        self.due = Some(midnight * DAY);
                        return;
                    }
                }
            }
        }
    }

    fn resume(&mut self, at: i64) {
        let Some(since) = self.paused_since.take() else { return };
        let moved = match self.limit {
            Limit::Minutes(_) => at > since,
            Limit::Days(_) => ends(since, at) > 0,
        };
        if self.due.is_none() && moved {
            self.told = 0;
        }
    }

    /// How many of the four steps came up by now.
    fn up(&self, urgency: Urgency, now: i64) -> usize {
        let Some(due) = self.due else {
            let warns = match self.limit {
                Limit::Minutes(_) => self.left <= self.warn,
                Limit::Days(_) => self.left < self.warn || (self.left == self.warn && worked(now / DAY)),
            };
            return usize::from(warns);
        };
        let steps = match (self.limit, patience(urgency)) {
            (Limit::Minutes(all), patience) => (now - due) / (all / 4).max(patience.unwrap_or(60)),
            (Limit::Days(all), _) => ends(due, now) / ((all + 3) / 4),
        };
        1 + usize::from(now > due) + usize::try_from(steps.min(2)).unwrap()
    }
}

/// A hold or an offer: since when it waits, steps told.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    since: i64,
    told: usize,
    asked: Platform,
}

impl Waiting {
    fn up(&self, urgency: Urgency, now: i64, on_the_moment: bool) -> usize {
        if now < self.since || (now == self.since && !on_the_moment) {
            return 0;
        }
        let steps = match patience(urgency) {
            Some(minutes) => (now - self.since) / minutes,
            None => ends(self.since, now),
        };
        1 + usize::try_from(steps.min(2)).unwrap()
    }
}

/// What the oracle expects: the minute, a line of history in short, or a notice.
pub type Told = (i64, String);

/// One ticket as far as it was lived through.
#[derive(Debug)]
pub struct Oracle {
    now: i64,
    urgency: Urgency,
    lead: Platform,
    holder: Platform,
    queue: Option<Queue>,
    worker: Option<String>,
    open: bool,
    at_work: bool,
    clocks: Vec<Clock>,
    hold: Option<Waiting>,
    offer: Option<Waiting>,
    review_on: Option<i64>,
    /// Lines of history.
    pub lines: Vec<Told>,
    /// Notices.
    pub notices: Vec<Told>,
}

impl Oracle {
    /// Before anything happened.
    pub fn new() -> Self {
        Self {
            now: 0,
            urgency: Urgency::Normal,
            lead: Platform::Property,
            holder: Platform::Property,
            queue: None,
            worker: None,
            open: false,
            at_work: false,
            clocks: Vec::new(),
            hold: None,
            offer: None,
            review_on: None,
            lines: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Lives on, until this minute.
    pub fn live_until(&mut self, at: i64) {
        for clock in &mut self.clocks {
            clock.live(self.now, at);
        }
        self.now = at;
    }

    fn start(&mut self, kind: ClockKind, platform: Platform) {
        if self.clocks.iter().any(|clock| clock.kind == kind && clock.platform == platform) {
            return;
        }
        if let Some(mut clock) = Clock::start(kind, platform, self.urgency, self.now) {
            if kind == ClockKind::Finish && self.hold.is_some() {
                clock.paused_since = Some(self.now);
            }
            self.clocks.push(clock);
        }
    }

    fn stop(&mut self, kind: ClockKind) {
        self.clocks.retain(|clock| clock.kind != kind);
    }

    fn crossed(&mut self, holder: Platform, queue: Option<Queue>, worker: Option<String>) {
        (self.holder, self.queue, self.worker) = (holder, queue, worker);
        self.at_work = false;
    }

    /// A line of history, at this minute.
    pub fn happened(&mut self, event: &Event) {
        let name = |worker: &Option<jiban::domain::ids::UserId>| worker.map(|user| user.to_string());
        match event {
            Event::Opened { lead, urgency, queue, worker, .. } => {
                (self.lead, self.holder, self.urgency, self.open) = (*lead, *lead, *urgency, true);
                self.crossed(*lead, *queue, name(worker));
                self.start(ClockKind::Contact, *lead);
                if *urgency == Urgency::Emergency {
                    self.start(ClockKind::OnSite, *lead);
                }
                self.start(ClockKind::Finish, *lead);
            }
            Event::Taken { worker } | Event::Assigned { worker, .. } => self.worker = Some(worker.to_string()),
            Event::Started { worker } => {
                self.worker = Some(worker.to_string());
                self.at_work = true;
                self.stop(ClockKind::Contact);
                self.stop(ClockKind::OnSite);
            }
            Event::Noted { to_resident: true, .. } => self.stop(ClockKind::Contact),
            Event::Transferred { queue, worker, .. } => self.crossed(self.holder, Some(*queue), name(worker)),
            Event::Held { review_at, .. } => {
                self.hold = Some(Waiting { since: minute(*review_at), told: 0, asked: self.holder });
                for clock in self.clocks.iter_mut().filter(|clock| clock.kind == ClockKind::Finish) {
                    clock.paused_since = clock.paused_since.or(Some(self.now));
                }
            }
            Event::Resumed { .. } => {
                self.hold = None;
                let now = self.now;
                self.clocks.iter_mut().for_each(|clock| clock.resume(now));
            }
            Event::UrgencySet { from, urgency } => self.another_class(*from, *urgency),
            Event::Offered { to, answer_by, .. } => {
                self.offer = Some(Waiting { since: minute(*answer_by), told: 0, asked: *to });
            }
            Event::Returned { .. } | Event::Recalled { .. } => self.offer = None,
            Event::Accepted { holder, queue, worker, .. } => {
                self.offer = None;
                self.crossed(*holder, Some(*queue), name(worker));
                self.start(ClockKind::Finish, *holder);
            }
            Event::Concluded { by, queue, holder, .. } => {
                self.crossed(*holder, *queue, None);
                let lead = self.lead;
                self.clocks.retain(|clock| clock.platform != *by || clock.kind != ClockKind::Finish || *by == lead);
            }
            Event::Finished { outcome, review_on, .. } => {
                (self.open, self.hold) = (false, None);
                self.clocks.clear();
                let days =
                    |day: chrono::NaiveDate| (day - chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()).num_days();
                self.review_on = review_on.filter(|_| *outcome == Outcome::Deferred).map(|day| days(day) * DAY);
            }
            Event::Reopened { queue, worker, .. } => {
                (self.open, self.review_on) = (true, None);
                self.crossed(self.holder, *queue, name(worker));
                self.start(ClockKind::Finish, self.lead);
                self.start(ClockKind::Finish, self.holder);
            }
            other => panic!("the year has no {}", other.code()),
        }
    }

    fn another_class(&mut self, from: Urgency, urgency: Urgency) {
        self.urgency = urgency;
        if from == Urgency::Emergency {
            self.stop(ClockKind::OnSite);
        }
        let (now, old) = (self.now, std::mem::take(&mut self.clocks));
        self.clocks = old
            .into_iter()
            .filter_map(|clock| {
                let anew = Clock::start(clock.kind, clock.platform, urgency, now)?;
                Some(Clock { paused_since: clock.paused_since.map(|_| now), ..anew })
            })
            .collect();
        if urgency == Urgency::Emergency && !self.at_work {
            self.start(ClockKind::OnSite, self.lead);
        }
    }

    /// Who has it.
    fn nearest(&self) -> String {
        match (&self.worker, self.queue) {
            (Some(worker), _) => format!("worker {worker}"),
            (None, Some(queue)) => format!("queue {queue}"),
            (None, None) => format!("desk {}", self.holder),
        }
    }

    /// The sweeps run.
    pub fn swept(&mut self) {
        self.sweep_clocks();
        self.sweep_hold();
        self.sweep_offer();
        if !self.open && self.review_on.is_some_and(|day| day <= self.now) {
            self.lines.push((self.now, "reopened".to_owned()));
            let (queue, count) = (self.queue, 0);
            let was = Outcome::Deferred;
            self.happened(&Event::Reopened { reopened_by: ReopenedBy::Review, was, queue, worker: None, count });
        }
    }

    fn sweep_clocks(&mut self) {
        let mut clocks = std::mem::take(&mut self.clocks);
        for clock in &mut clocks {
            if clock.paused_since.is_some() && clock.due.is_none() {
                continue;
            }
            let up = clock.up(self.urgency, self.now);
            let across = clock.kind == ClockKind::Finish && clock.platform == self.holder && self.offer.is_none();
            let said: Vec<usize> = (clock.told..up).filter(|step| *step < 3 || across).collect();
            for step in &said {
                let told = said.last() == Some(step);
                let name = ["warned", "overdue", "climbed managers", "climbed other_desk"][*step];
                self.lines.push((self.now, format!("{name} {} {} {told}", clock.kind, clock.platform)));
                if told {
                    self.notice(clock, *step);
                }
            }
            clock.told = clock.told.max(up);
        }
        self.clocks = clocks;
    }

    fn notice(&mut self, clock: &Clock, step: usize) {
        let acts = clock.platform == self.holder;
        let near = if acts { self.nearest() } else { format!("desk {}", clock.platform) };
        let mut told = match step {
            0 => vec![format!("due_soon {near}")],
            1 => vec![format!("overdue {near}")],
            2 => vec![format!("overdue_climbed managers {}", clock.platform)],
            _ => vec![format!("overdue_other_side desk {}", clock.platform.other())],
        };
        if let (1, true, Some(queue)) = (step, acts, self.queue) {
            told.push(format!("overdue heads {queue}"));
        }
        self.notices.extend(told.into_iter().map(|line| (self.now, line)));
    }

    fn sweep_hold(&mut self) {
        let Some(mut hold) = self.hold else { return };
        let up = hold.up(self.urgency, self.now, true);
        for step in hold.told..up {
            let (told, now) = (step + 1 == up, self.now);
            self.lines.push((now, format!("review_due {} {told}", ["nearest", "heads", "managers"][step])));
            let line = match (step, self.queue) {
                (0, _) => format!("review_due {}", self.nearest()),
                (1, Some(queue)) => format!("review_overdue heads {queue}"),
                (1, None) => format!("review_overdue desk {}", self.holder),
                _ => format!("review_overdue managers {}", self.holder),
            };
            self.notices.extend(told.then_some((now, line)));
        }
        hold.told = hold.told.max(up);
        self.hold = Some(hold);
    }

    fn sweep_offer(&mut self) {
        let Some(mut offer) = self.offer else { return };
        let up = offer.up(self.urgency, self.now, false);
        for step in offer.told..up {
            let (told, now) = (step + 1 == up, self.now);
            self.lines.push((now, format!("offer_unanswered {} {told}", ["desk", "managers", "both_managers"][step])));
            let (asked, other) = (offer.asked, offer.asked.other());
            let to = match step {
                0 => vec![format!("desk {asked}")],
                1 => vec![format!("managers {asked}")],
                _ => vec![format!("managers {asked}"), format!("managers {other}")],
            };
            if told {
                self.notices.extend(to.into_iter().map(|to| (now, format!("offer_unanswered {to}"))));
            }
        }
        offer.told = offer.told.max(up);
        self.offer = Some(offer);
    }
}
