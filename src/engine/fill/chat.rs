//! Requests as residents write them to the committee's account.

use chrono::{DateTime, Utc};

use super::{Case, Fill, intake};
use crate::domain::actor::Actor;
use crate::domain::conversation as rules;
use crate::domain::reply::{self, Ask, Here, Opened};
use crate::domain::routing::Verdict;
use crate::domain::ticket::WORDS_LIMIT;
use crate::domain::words::{Channel, Platform, ReporterRole};
use crate::engine::Failure;
use crate::engine::conversation as rows;
use crate::engine::intake::{Draft, Person, Request};
use crate::store::message::{IdentityRow, MessageRow};
use crate::store::types::Time;

/// Somebody who writes to the account.
#[derive(Debug)]
pub struct Follower {
    row: IdentityRow,
    written: bool,
}

impl Follower {
    /// Where the conversation stands, once there is one.
    pub(super) fn row(&self) -> Option<&IdentityRow> {
        self.written.then_some(&self.row)
    }
}

/// What became of a message.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once a message and taken apart at once")]
pub enum Wrote {
    /// A request.
    Opened(Case),
    /// It asked for nothing, and stands on the desk's list or was put away.
    Unfiled,
    /// The answer would have been a question about the place: nothing was kept.
    Unclear,
}

impl Fill<'_> {
    /// Somebody not heard of before. `sender` is their id at the account.
    ///
    /// # Errors
    /// [`Failure::NotFound`] without an account.
    pub fn follower(&self, sender: &str, at: DateTime<Utc>) -> Result<Follower, Failure> {
        let account = self.account.ok_or(Failure::NotFound("account"))?;
        let key = (self.settings.community.id, account);
        Ok(Follower { row: rows::stranger(self.engine, key, sender, at), written: false })
    }

    /// A text arrives, as [`rows::receive`] would take it. `put_away`: one that opens nothing was looked at since.
    ///
    /// # Errors
    /// [`Failure::Refused`] by the rules of a request.
    pub fn write(
        &mut self,
        follower: &mut Follower,
        (words, put_away): (&str, bool),
        at: DateTime<Utc>,
    ) -> Result<Wrote, Failure> {
        let understood = self.hears(words);
        if rules::command(words).is_some() || words.chars().count() > WORDS_LIMIT {
            return Ok(Wrote::Unclear);
        }
        if intake::asks_nothing(&understood) || rules::says_nothing(words) {
            let answer = match &understood.verdict {
                Verdict::NoRequest(why) => reply::no_request(why),
                _ => reply::no_request(&crate::domain::routing::NoRequest::Chat),
            };
            let filing = if put_away { "dismissed" } else { "unfiled" };
            self.keep_words(follower, (words, filing, answer.map(str::to_owned)), (None, false), at);
            return Ok(Wrote::Unfiled);
        }
        let mut place = self.understand(words, None)?;
        if place.is_open() && place.choices.is_empty() {
            place.about = place.reporter;
        }
        let asked = !place.choices.is_empty() || place.is_open() || (place.building.is_none() && place.text.is_none());
        if asked && !understood.confidential {
            return Ok(Wrote::Unclear);
        }
        let person = Person {
            role: ReporterRole::First,
            resident: follower.row.resident_id,
            identity: Some(follower.row.id),
            name: None,
            phone: None,
        };
        let (channel, lead, number) = (Channel::Wechat, Platform::Committee, self.number(at));
        let request = Request { number, channel, lead, words, understood: &understood, place, person };
        let case = self.opened(&request, &Draft::default(), &Actor::System, at)?;
        let emergency = understood.emergency.as_deref().and_then(|code| self.settings.catalogue.emergency(code));
        let facts = Opened {
            number,
            queue: case.queue(),
            building_known: case.building().is_some(),
            due_at: case.due_at(),
            advice: emergency.map(|e| e.advice_zh.as_str()),
            confidential: case.confidential(),
            attached: 0,
            ask: Ask::Nothing,
        };
        let answer = reply::opened(&facts, Here { now: at, zone: self.settings.zone() });
        (follower.row.recent_ticket_id, follower.row.recent_at) = (Some(case.id()), Some(Time(at)));
        self.keep_words(follower, (words, "ticket", Some(answer)), (Some(&case), case.confidential()), at);
        Ok(Wrote::Opened(case))
    }

    /// Keeps a message with its answer.
    fn keep_words(
        &mut self,
        follower: &mut Follower,
        (words, filing, answer): (&str, &str, Option<String>),
        (case, hidden): (Option<&Case>, bool),
        at: DateTime<Utc>,
    ) {
        if !follower.written {
            follower.written = true;
            self.batch.identities.push(follower.row.clone());
        }
        let community = self.settings.community.id;
        let id = self.engine.chance.id(at);
        let text = rows::words_row(self.engine, community, (words.to_owned(), hidden), at);
        let ticket_id = case.map(Case::id);
        let row = rows::message_row(&follower.row, id, ("text", filing), at);
        self.batch.messages.push(MessageRow { ticket_id, text_id: Some(text.id), ..row });
        self.batch.texts.push(text);
        let Some(answer) = answer else { return };
        let text = rows::words_row(self.engine, community, (answer, hidden), at);
        let row = rows::message_row(&follower.row, self.engine.chance.id(at), ("text", "reply"), at);
        self.batch.messages.push(MessageRow {
            direction: "out".to_owned(),
            replies_to_id: Some(id),
            ticket_id,
            text_id: Some(text.id),
            ..row
        });
        self.batch.texts.push(text);
    }
}
