//! A slow oracle: goes through a ticket's history tick by tick, counting minutes and midnights, and says what ought to have
//! been told. It knows nothing of the program's clocks, calendar or ladders; limits, free days and steps are written down
//! here again.

mod count;

use jiban::domain::ticket::{Event, ReopenedBy};
use jiban::domain::words::{ClockKind, Outcome, Platform, Queue, Urgency};

use count::{Clock, DAY, Waiting};
pub use count::{minute, moment};

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
