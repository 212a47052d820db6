//! Three weeks of the demo's life, played through the engine's own verbs with a clock set by hand. What would happen after
//! now is left undone, so that at any moment tickets stand in every state.

mod doors;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Asia::Shanghai;

use super::calls;
use super::people::Town;
use super::pieces::{FROM_CITY, PIECES, offer};
use super::sentences::{self as say, Sentence};
use crate::clock::Chance;
use crate::domain::actor::Staff;
use crate::domain::ids::{PlaceId, TicketId};
use crate::domain::words::{Audience, Outcome, Queue, Status};
use crate::engine::tickets::{self, Ask, Seen};
use crate::engine::{Engine, Failure, look};

/// Days played, up to today.
const DAYS: i64 = 21;
/// Requests a day, about.
const A_DAY: usize = 12;

/// Something that happens at a moment.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: DateTime<Utc>,
    /// Keeps things planned for one moment in the order they were planned.
    order: usize,
    story: usize,
    step: usize,
}

/// How a request goes, step by step.
struct Story {
    /// Index of the household.
    household: usize,
    words: String,
    by: By,
    done: &'static str,
    /// Where a person sends it when the words alone did not say.
    queue: Option<Queue>,
    steps: Vec<(TimeDelta, Step)>,
    ticket: Option<TicketId>,
}

/// The way a request comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Telephone,
    Wechat,
    City,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Went {
    /// The next one is due in its time.
    On,
    /// Something else had to be done first: the same step comes up again soon.
    Again,
    /// The story ends here.
    Over,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Open,
    Route(Queue),
    Start,
    Finish(Outcome),
    Hold(&'static str),
    Resume,
    HandBack(&'static str),
    Nudge,
    Reply(&'static str),
    Reopen,
    Offer,
    Accept(Queue),
    Return,
    Conclude,
}

/// Plays the three weeks up to `now`.
pub(super) fn play(engine: &Engine, town: &Town, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut play = Play { engine, town, chance: Chance::counted(7), stories: Vec::new(), due: BinaryHeap::new() };
    play.plan(now);
    while let Some(Reverse(due)) = play.due.pop() {
        if due.at > now {
            break;
        }
        engine.clock().set(due.at);
        play.step(&due)?;
    }
    calls::nobody_took(engine, town, now)
}

struct Play<'a> {
    engine: &'a Engine,
    town: &'a Town,
    chance: Chance,
    stories: Vec<Story>,
    due: BinaryHeap<Reverse<Due>>,
}

impl Play<'_> {
    /// A number below `n`, repeatable.
    fn draw(&self, n: usize) -> usize {
        let bytes: [u8; 4] = self.chance.bytes();
        usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(0) % n.max(1)
    }

    fn minutes(&self, from: usize, to: usize) -> TimeDelta {
        TimeDelta::minutes(i64::try_from(from + self.draw(to - from)).unwrap_or(0))
    }

    fn seconds(&self, from: usize, to: usize) -> TimeDelta {
        TimeDelta::seconds(i64::try_from(from + self.draw(to - from)).unwrap_or(0))
    }

    fn plan(&mut self, now: DateTime<Utc>) {
        let today = now.with_timezone(&Shanghai).date_naive();
        for back in (0..DAYS).rev() {
            let day = today - TimeDelta::days(back);
            for n in 0..A_DAY + self.draw(5) {
                // Most call between seven and ten in the evening of a long day, a few at night.
                let minute = if n % 9 == 8 { self.draw(7 * 60) } else { 7 * 60 + self.draw(15 * 60) };
                let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(minute * 60).unwrap_or(0), 0);
                let local = day.and_time(time.unwrap_or_default()).and_local_timezone(Shanghai).earliest();
                let Some(at) = local.map(|local| local.with_timezone(&Utc)) else { continue };
                let story = self.everyday(n);
                self.add(at, story);
            }
        }
        self.set_pieces(now);
    }

    fn add(&mut self, at: DateTime<Utc>, story: Story) {
        let (number, order) = (self.stories.len(), self.due.len());
        self.stories.push(story);
        self.due.push(Reverse(Due { at, order, story: number, step: 0 }));
    }

    fn story(&self, words: &str, by_wechat: bool, steps: Vec<(TimeDelta, Step)>) -> Story {
        let household = self.draw(self.town.households.len());
        let place = &self.town.households[household].place;
        // In the sentence where it is meant to stand; otherwise WeChat residents name it before, for we ask for it anyway.
        let words = if words.contains("{}") { words.replace("{}", place) } else { words.to_owned() };
        let by = if by_wechat { By::Wechat } else { By::Telephone };
        Story { household, words, by, done: "", queue: None, steps, ticket: None }
    }

    /// One of the everyday ones, with what happens to it.
    fn everyday(&self, n: usize) -> Story {
        let by_wechat = self.draw(3) == 0;
        let mut steps = vec![(TimeDelta::zero(), Step::Open)];
        match self.draw(30) {
            0 => {
                let words = say::UNCLEAR[self.draw(say::UNCLEAR.len())];
                let queue = [Queue::Maintenance, Queue::Environment, Queue::Steward][self.draw(3)];
                steps.extend([(self.minutes(8, 40), Step::Route(queue)), (self.minutes(20, 90), Step::Start)]);
                steps.push((self.minutes(20, 120), Step::Finish(Outcome::Explained)));
                return Story { done: "已上门看过，当面说明。", ..self.story(words, by_wechat, steps) };
            }
            1 => {
                let words = say::NO_REQUEST[self.draw(say::NO_REQUEST.len())];
                return self.story(words, true, steps);
            }
            2 if n == 3 => return self.for_committee(steps),
            _ => {}
        }
        let Sentence { words, queue, done } = &say::EVERYDAY[self.draw(say::EVERYDAY.len())];
        self.work(&mut steps, *queue);
        Story { done, queue: Some(*queue), ..self.story(words, by_wechat, steps) }
    }

    /// Taken, done; now and then held, handed back, nudged, reopened.
    fn work(&self, steps: &mut Vec<(TimeDelta, Step)>, queue: Queue) {
        match self.draw(24) {
            0 => {
                let why = say::NOT_OURS[self.draw(say::NOT_OURS.len())];
                steps.push((self.minutes(20, 60), Step::HandBack(why)));
                steps.push((self.minutes(10, 40), Step::Route(Queue::Steward)));
            }
            1 => {
                let why = say::WAITING[self.draw(say::WAITING.len())];
                steps.extend([(self.minutes(10, 40), Step::Start), (self.minutes(10, 30), Step::Hold(why))]);
                steps.push((self.minutes(1300, 2800), Step::Resume));
                steps.push((self.minutes(20, 90), Step::Finish(Outcome::Resolved)));
                return;
            }
            2 => steps.push((self.minutes(60, 200), Step::Nudge)),
            3 => steps.push((self.minutes(5, 15), Step::Reply("师傅正在路上，大约二十分钟到。"))),
            _ => {}
        }
        let (wait, long) = if queue == Queue::Steward { ((60, 400), (60, 900)) } else { ((5, 120), (15, 150)) };
        steps.push((self.minutes(wait.0, wait.1), Step::Start));
        let outcome = if self.draw(8) == 0 { Outcome::Explained } else { Outcome::Resolved };
        steps.push((self.minutes(long.0, long.1), Step::Finish(outcome)));
        if self.draw(25) == 0 {
            steps.extend([(self.minutes(200, 1200), Step::Reopen), (self.minutes(20, 90), Step::Start)]);
            steps.push((self.minutes(30, 90), Step::Finish(Outcome::Resolved)));
        }
    }

    fn for_committee(&self, mut steps: Vec<(TimeDelta, Step)>) -> Story {
        let (words, done) = say::FOR_COMMITTEE[self.draw(say::FOR_COMMITTEE.len())];
        steps.push((self.minutes(10, 30), Step::Route(Queue::Committee)));
        steps.extend([(self.minutes(60, 400), Step::Start), (self.minutes(60, 900), Step::Finish(Outcome::Resolved))]);
        Story { done, ..self.story(words, true, steps) }
    }

    /// What must be there for every page to have something to show.
    fn set_pieces(&mut self, now: DateTime<Utc>) {
        for (ago, words, by_wechat, steps) in PIECES {
            let steps = steps.iter().map(|(minutes, step)| (TimeDelta::minutes(*minutes), *step)).collect();
            let story = Story {
                done: "先打上防水胶，入春前做整面防水。", ..self.story(words, *by_wechat, steps)
            };
            self.add(now - TimeDelta::minutes(*ago), story);
        }
        for (ago, words, steps) in FROM_CITY {
            let steps = steps.iter().map(|(minutes, step)| (TimeDelta::minutes(*minutes), *step)).collect();
            let done = "已协调处理，当面回复来电人。";
            let story = Story { done, by: By::City, ..self.story(words, false, steps) };
            self.add(now - TimeDelta::minutes(*ago), story);
        }
    }

    fn step(&mut self, due: &Due) -> Result<(), Failure> {
        let story = &self.stories[due.story];
        let (_, step) = story.steps[due.step];
        let went = match (step, story.ticket) {
            (Step::Open, _) => self.open(due.story)?,
            (step, Some(id)) => self.act(due, step, id)?,
            (_, None) => Went::Over,
        };
        let next = match went {
            Went::On => due.step + 1,
            Went::Again => due.step,
            Went::Over => return Ok(()),
        };
        if let Some((after, _)) = self.stories[due.story].steps.get(next) {
            let at = waking(due.at + *after);
            self.due.push(Reverse(Due { at, order: due.order, story: due.story, step: next }));
        }
        Ok(())
    }

    fn act(&self, due: &Due, step: Step, id: TicketId) -> Result<Went, Failure> {
        let story = &self.stories[due.story];
        let building = self.town.households[story.household].building;
        let Some(at) = self.seen(id)? else { return Ok(Went::Over) };
        let unclear = at.status == Status::Unassigned && !matches!(step, Step::Route(_) | Step::Nudge | Step::Reply(_));
        let asked = match story.queue.filter(|_| unclear) {
            Some(queue) => Some((at.desk.clone(), Ask::Route { queue, worker: None, category: None, urgency: None })),
            None => self.ask((story, step), &at, (building, due)),
        };
        let Some((staff, ask)) = asked else { return Ok(Went::Over) };
        match tickets::act(self.engine, &staff, Seen { id, version: None }, &ask) {
            Ok(_) if unclear => Ok(Went::Again),
            Ok(_) => Ok(Went::On),
            // The rules know better than the script: that story ends here.
            Err(Failure::Refused(_) | Failure::NotFound(_) | Failure::Invalid(_)) => Ok(Went::Over),
            Err(failure) => Err(failure),
        }
    }

    /// Where the ticket stands, as either desk sees it.
    fn seen(&self, id: TicketId) -> Result<Option<At>, Failure> {
        for staff in [&self.town.crew.agents[0], &self.town.crew.committee[0]] {
            match look::ticket(self.engine, staff, id) {
                Ok(page) => {
                    let line = page.line;
                    return Ok(Some(At {
                        status: line.status,
                        queue: line.queue,
                        worker: line.worker.and_then(|(user, _)| self.town.crew.by_user(user).cloned()),
                        desk: match line.holder {
                            crate::domain::words::Platform::Property => self.town.crew.agents[0].clone(),
                            crate::domain::words::Platform::Committee => self.town.crew.committee[0].clone(),
                        },
                    }));
                }
                Err(Failure::NotFound(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(None)
    }

    /// Who does the step, and what they ask.
    fn ask(&self, (story, step): (&Story, Step), at: &At, (building, due): (PlaceId, &Due)) -> Option<(Staff, Ask)> {
        let crew = &self.town.crew;
        let worker = || at.worker.clone().or_else(|| crew.someone(at.queue?, building, due.story).cloned());
        let other_desk = || match at.desk.on(crate::domain::words::Platform::Property) {
            true => crew.committee[0].clone(),
            false => crew.agents[0].clone(),
        };
        let note = Some(story.done.to_owned()).filter(|done| !done.is_empty());
        Some(match step {
            Step::Open => return None,
            Step::Route(_) if at.status != Status::Unassigned => return self.skip(at),
            Step::Route(queue) => (at.desk.clone(), Ask::Route { queue, worker: None, category: None, urgency: None }),
            Step::Start => (worker()?, Ask::Start),
            Step::Finish(Outcome::Deferred) => {
                let review_on = Some((due.at + TimeDelta::days(90)).with_timezone(&Shanghai).date_naive());
                (worker()?, Ask::Finish { outcome: Outcome::Deferred, note, review_on })
            }
            Step::Finish(outcome) => (worker()?, Ask::Finish { outcome, note, review_on: None }),
            Step::Hold(reason) => {
                let review_at = due.at + TimeDelta::days(2);
                (worker()?, Ask::Hold { reason: reason.to_owned(), review_at })
            }
            Step::Resume => (worker()?, Ask::Resume),
            Step::HandBack(reason) => (worker()?, Ask::HandBack { reason: reason.to_owned() }),
            Step::Nudge => (at.desk.clone(), Ask::Nudge { reporter: None, words: Some("怎么还没人来？".to_owned()) }),
            Step::Reply(words) => {
                (at.desk.clone(), Ask::Note { words: words.to_owned(), audience: Audience::Both, to_resident: true })
            }
            Step::Reopen => (at.desk.clone(), Ask::Reopen { reason: "住户来电：又不行了。".to_owned() }),
            Step::Offer => (at.desk.clone(), offer(due.at)),
            Step::Accept(queue) => (other_desk(), Ask::Accept { queue: Some(queue), worker: None }),
            Step::Return => (
                other_desk(),
                Ask::Return { reason: "两家都没有到过居委会，请楼管先上门谈一次。".to_owned() },
            ),
            Step::Conclude => {
                let report = "已和业主代表一起上门，鞋柜当天搬回，三天后复查没有再放。".to_owned();
                (at.desk.clone(), Ask::Conclude { report })
            }
        })
    }

    /// A step that is not needed any more: say something instead, so that the story goes on.
    fn skip(&self, at: &At) -> Option<(Staff, Ask)> {
        let words = "已看过，派得对。".to_owned();
        Some((at.desk.clone(), Ask::Note { words, audience: Audience::Both, to_resident: false }))
    }
}

/// Where a ticket stands, for choosing who acts.
struct At {
    status: Status,
    queue: Option<Queue>,
    worker: Option<Staff>,
    desk: Staff,
}

/// Nobody works through the night but the night shift's few; what would fall there happens in the morning.
fn waking(at: DateTime<Utc>) -> DateTime<Utc> {
    let local = at.with_timezone(&Shanghai);
    if local.hour() >= 7 {
        return at;
    }
    at + TimeDelta::hours(7 - i64::from(local.hour()))
}
