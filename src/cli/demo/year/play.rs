//! One request after another, from the first ring to the end or to now.

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Asia::Shanghai;

use super::Life;
use super::course::{self, Deed, Facts};
use super::season::Weather;
use super::words::{self, Topic};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::ResidentId;
use crate::domain::words::{Audience, Channel, Outcome, Platform, Queue, Status, Urgency};
use crate::engine::Failure;
use crate::engine::fill::{Caller, Case, Rung, Wrote};
use crate::engine::intake::Draft;
use crate::engine::tickets::Ask;

/// Of a thousand requests, how many are written to the committee's account.
const BY_WECHAT: usize = 190;
/// Brought to the desk by foot.
const WALKED_IN: usize = 25;
/// Handed down by the city's hotline.
const BY_CITY: usize = 4;
/// Rung by somebody the register does not know.
const STRANGERS: usize = 45;
/// Households that ask often: one in so many, and how many of a thousand requests are theirs.
const OFTEN: (usize, usize) = (33, 210);
/// Of a thousand calls, how many nobody takes.
const MISSED: usize = 40;

/// Why a course was not gone along any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// Its end, or a rule that ends it.
    End,
    /// The present: the rest is yet to come.
    Now,
}

fn hour(at: DateTime<Utc>) -> u32 {
    at.with_timezone(&Shanghai).hour()
}

impl Life<'_> {
    /// A household asks for something.
    pub(super) fn ask(&mut self, at: DateTime<Utc>, weather: Weather) -> Result<(), Failure> {
        let topics = std::rc::Rc::clone(&self.topics);
        let Some(topic) = words::draw(&topics, &self.dice, weather) else { return Ok(()) };
        let home = self.household();
        let sentence = self.dice.one(&topic.said).copied().unwrap_or_default();
        let way = self.dice.below(1000);
        let by_phone = way >= BY_WECHAT + WALKED_IN + BY_CITY;
        let opened = if way < BY_WECHAT {
            self.write(home, sentence, at)?
        } else if way < BY_WECHAT + WALKED_IN {
            Some(self.walk_in(home, sentence, at)?)
        } else if way < BY_WECHAT + WALKED_IN + BY_CITY {
            Some(self.city(home, sentence, at)?)
        } else {
            None
        };
        // What cannot be written without a question back is rung instead.
        let (case, by_phone, at) = match opened {
            Some(case) => (case, by_phone, at),
            None => {
                let (case, at) = self.ring(home, (topic, sentence), at)?;
                (case, true, at)
            }
        };
        self.live(case, (topic, by_phone), at)
    }

    fn household(&mut self) -> usize {
        let all = self.homes.len();
        match self.dice.per_mille(OFTEN.1) {
            true => self.dice.below(all.div_ceil(OFTEN.0)) * OFTEN.0 % all,
            false => self.dice.below(all),
        }
    }

    fn speaker(&mut self, home: usize) -> (Option<ResidentId>, String) {
        let people = &self.homes[home].grown_up;
        match self.dice.one(people) {
            Some((id, phone)) => (Some(*id), phone.clone()),
            None => (None, "13800000000".to_owned()),
        }
    }

    fn ring(
        &mut self,
        home: usize,
        (topic, sentence): (&Topic, &str),
        at: DateTime<Utc>,
    ) -> Result<(Case, DateTime<Utc>), Failure> {
        let (resident, phone) = self.speaker(home);
        let stranger = self.dice.per_mille(STRANGERS);
        let agent = self.crew.agent(hour(at), &self.dice).ok_or(Failure::NotFound("agent"))?;
        let (staff, extension) = (agent.staff.clone(), agent.extension.clone());
        let user = staff.user().ok_or(Failure::NotFound("agent"))?;
        // A number the register does not have: one of a range nobody has.
        let phone = if stranger { format!("1390000{:04}", self.dice.below(9000)) } else { phone };
        let caller = Caller { phone: &phone, own: !stranger, extension: &extension, agent: user };
        if self.dice.per_mille(MISSED) {
            let before = at - self.dice.minutes(6, 50);
            let back = before + self.dice.minutes(3, 45);
            let waited = self.dice.minutes(0, 1) + TimeDelta::seconds(15);
            self.fill.miss(caller, before, (waited, Some(back).filter(|back| *back <= self.now)))?;
        }
        let talk = self.dice.minutes(1, 5);
        let rung: Rung = self.fill.ring(caller, at, talk)?;
        let left_out = !stranger && self.dice.per_mille(550);
        let said = words::place(sentence, &self.homes[home].named, left_out);
        let before = self.dice.one(words::BEFORE).copied().unwrap_or_default();
        let after = self.dice.one(words::AFTER).copied().unwrap_or_default();
        let draft = Draft {
            words: format!("{before}{said}{after}"),
            resident: resident.filter(|_| !stranger),
            name: stranger.then(|| "来电人".to_owned()),
            call: Some(rung.id),
            urgency: (topic.urgent() && self.dice.per_mille(850)).then_some(Urgency::Emergency),
            ..Draft::default()
        };
        let flat = Some(self.homes[home].flat).filter(|_| !stranger);
        let at = at + TimeDelta::seconds(6) + talk * 3 / 5;
        let case = self.fill.open(&staff, (&draft, flat), Some(&rung), at)?;
        Ok((case, at))
    }

    fn walk_in(&mut self, home: usize, sentence: &str, at: DateTime<Utc>) -> Result<Case, Failure> {
        let (resident, _) = self.speaker(home);
        let staff = self.crew.agent(hour(at), &self.dice).ok_or(Failure::NotFound("agent"))?.staff.clone();
        let words = words::place(sentence, &self.homes[home].named, self.dice.per_mille(500));
        let draft = Draft { words, resident, channel: Some(Channel::WalkIn), ..Draft::default() };
        self.fill.open(&staff, (&draft, Some(self.homes[home].flat)), None, at)
    }

    fn city(&mut self, home: usize, sentence: &str, at: DateTime<Utc>) -> Result<Case, Failure> {
        let (_, phone) = self.speaker(home);
        let staff = self.dice.one(&self.crew.committee).cloned().ok_or(Failure::NotFound("staff"))?;
        let words = words::place(sentence, &self.homes[home].named, false);
        let draft = Draft {
            words: format!("市民热线派单：{words}"),
            phone: Some(phone),
            channel: Some(Channel::City12345),
            ..Draft::default()
        };
        self.fill.open(&staff, (&draft, None), None, at)
    }

    fn write(&mut self, home: usize, sentence: &str, at: DateTime<Utc>) -> Result<Option<Case>, Failure> {
        let (_, phone) = self.speaker(home);
        let words = words::place(sentence, &self.homes[home].named, false);
        match self.say(&phone, (&words, true), at)? {
            Wrote::Opened(case) => Ok(Some(case)),
            Wrote::Unfiled | Wrote::Unclear => Ok(None),
        }
    }

    fn say(&mut self, phone: &str, text: (&str, bool), at: DateTime<Utc>) -> Result<Wrote, Failure> {
        let follower = match self.followers.entry(phone.to_owned()) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(self.fill.follower(&format!("demo_{phone}"), at)?)
            }
        };
        self.fill.write(follower, text, at)
    }

    /// Somebody writes what asks for nothing; the last day's still stands on the desk's list.
    pub(super) fn chat(&mut self, at: DateTime<Utc>) -> Result<(), Failure> {
        let home = self.household();
        let (_, phone) = self.speaker(home);
        let words = self.dice.one(words::NOTHING).copied().unwrap_or_default();
        let put_away = self.now - at > TimeDelta::hours(20);
        self.say(&phone, (words, put_away), at).map(drop)
    }

    /// Does what the request's course says, up to now.
    fn live(&mut self, mut case: Case, (topic, by_phone): (&Topic, bool), at: DateTime<Utc>) -> Result<(), Failure> {
        let emergency = case.urgency() == Urgency::Emergency;
        let facts = Facts { at, emergency, by_phone, confidential: case.confidential() };
        let (last, came) = self.follow(&mut case, (topic, course::draw(&self.dice, facts)), at)?;
        if came == Came::End && case.status() != Status::Done {
            self.put_right(&mut case, topic, last)?;
        }
        self.tally.count(&case, self.fill.day(at));
        self.fill.keep(case);
        Ok(())
    }

    /// Goes along a course; when the last thing was done, and what came then.
    fn follow(
        &mut self,
        case: &mut Case,
        (topic, course): (&Topic, course::Course),
        at: DateTime<Utc>,
    ) -> Result<(DateTime<Utc>, Came), Failure> {
        let mut last = at;
        for (due, deed) in course {
            let due = due.max(last);
            if self.must_route(case, deed) {
                match self.routed(case, topic, (last, due))? {
                    Ok(at) => last = at,
                    Err(came) => return Ok((last, came)),
                }
            }
            let due = due.max(last);
            if due > self.now {
                return Ok((last, Came::Now));
            }
            // What the other side has comes back before it is over, and is finished where it was taken down.
            let deed = match deed {
                Deed::Finish(outcome) if case.crossed() => {
                    if !self.deed(case, (Deed::Conclude, topic), due)? {
                        return Ok((due, Came::End));
                    }
                    Deed::Settle(outcome)
                }
                deed => deed,
            };
            if !self.deed(case, (deed, topic), due)? {
                return Ok((due, Came::End));
            }
            last = due;
        }
        Ok((last, Came::End))
    }

    /// What a course left open the desk ends the next morning: a course knows nothing of what the rules refuse, and without
    /// this a few requests a year would stay open for ever.
    fn put_right(&mut self, case: &mut Case, topic: &Topic, last: DateTime<Utc>) -> Result<(), Failure> {
        let mut at = course::morning(&self.dice, last);
        for deed in [Deed::Return, Deed::Conclude, Deed::Settle(Outcome::Explained)] {
            if at > self.now {
                break;
            }
            self.deed(case, (deed, topic), at)?;
            at += self.dice.minutes(5, 45);
        }
        Ok(())
    }

    /// A desk must say first whose it is.
    fn must_route(&self, case: &Case, deed: Deed) -> bool {
        let needs_queue =
            matches!(deed, Deed::Start | Deed::HandBack | Deed::Contract | Deed::Hold(_) | Deed::Finish(_));
        needs_queue && case.status() == Status::Unassigned
    }

    /// The desk says whose it is before the next deed is due; what is the other side's, it offers. When that was done, or
    /// what came before it was.
    fn routed(
        &mut self,
        case: &mut Case,
        topic: &Topic,
        (last, due): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Result<DateTime<Utc>, Came>, Failure> {
        let mut at = last + (due - last) / 3;
        let crosses = topic.queue == Queue::Committee && case.holder() == Platform::Property;
        let deeds: &[Deed] = if crosses { &[Deed::Offer, Deed::Accept] } else { &[Deed::Route(topic.queue)] };
        for deed in deeds {
            if at > self.now {
                return Ok(Err(Came::Now));
            }
            if !self.deed(case, (*deed, topic), at)? {
                return Ok(Err(Came::End));
            }
            at += self.dice.minutes(5, 45);
        }
        Ok(Ok(at))
    }

    /// One deed; whether the course goes on.
    fn deed(&mut self, case: &mut Case, (deed, topic): (Deed, &Topic), at: DateTime<Utc>) -> Result<bool, Failure> {
        if deed == Deed::Hear {
            if case.rings()
                && let Some(staff) = self.desk(case.holder(), at)
            {
                self.fill.hear(case, &Actor::Staff(staff), at)?;
            }
            return Ok(true);
        }
        let Some((staff, ask)) = self.who(case, (deed, topic), at) else { return Ok(true) };
        match self.fill.act(case, &Actor::Staff(staff), &ask, at) {
            Ok(()) => Ok(true),
            Err(Failure::Refused(_) | Failure::NotFound(_)) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Who speaks for a platform at this hour.
    fn desk(&mut self, platform: Platform, at: DateTime<Utc>) -> Option<Staff> {
        match platform {
            Platform::Property => self.crew.agent(hour(at), &self.dice).map(|agent| agent.staff.clone()),
            Platform::Committee => self.dice.one(&self.crew.committee).cloned(),
        }
    }

    /// Who does a deed, and what they ask; nobody when it has no point any more.
    fn who(&mut self, case: &Case, (deed, topic): (Deed, &Topic), at: DateTime<Utc>) -> Option<(Staff, Ask)> {
        let said =
            |dice: &super::dice::Dice, of: &[&str]| dice.one(of).map(|one| (*one).to_owned()).unwrap_or_default();
        let dice = &self.dice;
        let ask = match deed {
            Deed::Hear => return None,
            Deed::Contract => {
                let (head, worker) = self.crew.contract(case.queue()?, dice).filter(|_| case.worker().is_none())?;
                return Some((head.clone(), Ask::Assign { worker }));
            }
            Deed::Start if case.status() != Status::Assigned => return None,
            Deed::Start => Ask::Start,
            Deed::Hold(days) => {
                let why = if days > 10 { words::WAITING_LONG } else { words::WAITING };
                Ask::Hold { reason: said(dice, why), review_at: at + TimeDelta::days(days) }
            }
            Deed::Resume => Ask::Resume,
            Deed::HandBack if case.queue() == Some(Queue::Steward) || case.crossed() => return None,
            Deed::HandBack => Ask::HandBack { reason: said(dice, words::NOT_OURS) },
            Deed::Conclude if !case.crossed() => return None,
            Deed::Conclude => Ask::Conclude { report: said(dice, words::CONCLUDED) },
            Deed::Finish(outcome) => self.finish((outcome, None), topic),
            Deed::Defer(days) => {
                let review_on = self.fill.day(at + TimeDelta::days(days));
                self.finish((Outcome::Deferred, Some(review_on)), topic)
            }
            desk => return self.at_desk(case, desk, at),
        };
        let worker = match case.worker() {
            Some(user) => self.crew.by_user(user),
            None => self.crew.someone(case.queue()?, case.building(), &self.dice),
        };
        Some((worker?.clone(), ask))
    }

    fn finish(&mut self, (outcome, review_on): (Outcome, Option<NaiveDate>), topic: &Topic) -> Ask {
        let note = match outcome {
            Outcome::Referred | Outcome::NotAccepted => self.dice.one(words::ELSEWHERE),
            Outcome::Deferred => self.dice.one(words::WAITING_LONG),
            _ => self.dice.one(&topic.done),
        };
        Ask::Finish { outcome, note: note.map(|note| (*note).to_owned()), review_on }
    }

    /// What a desk does.
    fn at_desk(&mut self, case: &Case, deed: Deed, at: DateTime<Utc>) -> Option<(Staff, Ask)> {
        let said =
            |dice: &super::dice::Dice, of: &[&str]| dice.one(of).map(|one| (*one).to_owned()).unwrap_or_default();
        let other = matches!(deed, Deed::Accept | Deed::Return);
        let platform = if other { case.holder().other() } else { case.holder() };
        let staff = self.desk(platform, at)?;
        let dice = &self.dice;
        let ask = match deed {
            Deed::Route(_) if case.status() != Status::Unassigned => return None,
            Deed::Route(queue) => Ask::Route { queue, worker: None, category: None, urgency: None },
            Deed::Settle(outcome) => {
                let words = if outcome == Outcome::Explained { words::EXPLAINED } else { words::CONCLUDED };
                Ask::Finish { outcome, note: Some(said(dice, words)), review_on: None }
            }
            Deed::Nudge => Ask::Nudge { reporter: None, words: Some(said(dice, words::AGAIN)) },
            Deed::Reply => {
                Ask::Note { words: said(dice, words::MEANWHILE), audience: Audience::Both, to_resident: true }
            }
            Deed::Reopen => Ask::Reopen { reason: said(dice, words::NOT_SOLVED) },
            Deed::Withdraw => Ask::Withdraw { reporter: None },
            Deed::Offer if case.offered() || case.crossed() => return None,
            Deed::Accept | Deed::Return if !case.offered() => return None,
            Deed::Offer => {
                let (reason, tried, asked) = dice.one(words::OFFERS)?;
                let [reason, tried, asked] = [reason, tried, asked].map(|said| (*said).to_owned());
                Ask::Offer { reason, tried, asked, answer_by: at + TimeDelta::days(2) }
            }
            Deed::Accept => {
                let queue = if platform == Platform::Committee { Queue::Committee } else { Queue::Steward };
                Ask::Accept { queue: Some(queue), worker: None }
            }
            Deed::Return => Ask::Return { reason: said(dice, words::NOT_TAKEN) },
            _ => return None,
        };
        Some((staff, ask))
    }
}
