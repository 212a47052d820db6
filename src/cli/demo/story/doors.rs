//! The doors a request comes in by.

use super::{By, Play, Story, Went};
use crate::cli::demo::calls;
use crate::cli::demo::people::{Household, SLUG};
use crate::domain::ids::TicketId;
use crate::domain::words::Channel;
use crate::engine::conversation::{self, Content, Heard};
use crate::engine::intake::{self, Draft};
use crate::engine::{Failure, look, setup};

impl Play<'_> {
    /// Opens the request by telephone or WeChat; over when the message opened no ticket.
    pub(super) fn open(&mut self, number: usize) -> Result<Went, Failure> {
        let story = &self.stories[number];
        let home = &self.town.households[story.household];
        let id = match story.by {
            By::Wechat => self.write(story, home, number)?,
            By::Telephone => Some(self.ring(story, home, number)?),
            By::City => Some(self.hand_down(story, home)?),
        };
        self.stories[number].ticket = id;
        Ok(if id.is_some() { Went::On } else { Went::Over })
    }

    fn ring(&self, story: &Story, home: &Household, number: usize) -> Result<TicketId, Failure> {
        let agents = &self.town.crew.agents;
        let agent = &agents[number % agents.len()];
        let call = calls::answered(self.engine, self.town, (home, agent), number)?;
        let draft = Draft {
            call: Some(call.id),
            words: story.words.clone(),
            resident: Some(home.resident),
            phone: Some(home.phone.clone()),
            ..Draft::default()
        };
        let ticket = intake::open(self.engine, agent, &draft, None)?.receipt.id;
        call.over(self.seconds(50, 240))?;
        Ok(ticket)
    }

    fn hand_down(&self, story: &Story, home: &Household) -> Result<TicketId, Failure> {
        let draft = Draft {
            channel: Some(Channel::City12345),
            words: story.words.clone(),
            phone: Some(home.phone.clone()),
            ..Draft::default()
        };
        Ok(intake::open(self.engine, &self.town.crew.committee[0], &draft, None)?.receipt.id)
    }

    fn write(&self, story: &Story, home: &Household, number: usize) -> Result<Option<TicketId>, Failure> {
        let account = setup::wechat_account(self.engine, SLUG)?.ok_or(Failure::NotFound("account"))?;
        let say = |words: &str, part: &str| Heard {
            sender: format!("demo_{}", home.phone),
            key: format!("{number} {part}").into_bytes(),
            content: Content::Text(words.to_owned()),
        };
        let before = self.newest()?;
        conversation::receive(self.engine, self.town.community, account.id, &say(&story.words, "request"))?;
        let opened = self.newest()?.filter(|id| Some(*id) != before);
        // Asked for the place, most answer.
        if opened.is_some() && !story.words.contains("号楼") && number % 4 != 3 {
            conversation::receive(self.engine, self.town.community, account.id, &say(&home.place, "place"))?;
        }
        Ok(opened)
    }

    /// The ticket opened last, as the committee's desk sees it.
    fn newest(&self) -> Result<Option<TicketId>, Failure> {
        let page = look::tickets(self.engine, &self.town.crew.committee[0], &look::Filter::default(), (None, 1))?;
        Ok(page.items.first().map(|line| line.id))
    }
}
