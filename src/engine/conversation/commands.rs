//! 进度, 催, 撤回, 帮助: only ever about what this person reported here. Naming a flat or a number is a claim and discloses
//! nothing.

use super::{Done, Talk};
use crate::domain::actor::Actor;
use crate::domain::conversation::{Command, TicketRef};
use crate::domain::ids::TicketNumber;
use crate::domain::reply::{self, Which};
use crate::domain::ticket::Refusal;
use crate::domain::words::{Outcome, Status};
use crate::engine::tickets::{self, Ask, Seen};
use crate::engine::{Failure, settings};
use crate::store::ticket::{self as rows, ReporterRow, TicketRow};
use crate::store::{StoreError, message};

/// How many open requests one answer tells of.
const SHOWN: usize = 5;
/// How far back a short number is looked for.
const LOOKED_THROUGH: i64 = 200;

type Own = (TicketRow, ReporterRow);

/// Which of one's own tickets a command is about.
enum Found {
    One(Box<Own>),
    /// Named, but none of one's own.
    Unknown,
    /// Not named; these are open.
    Several(Vec<Own>),
    /// Not named, and nothing is open.
    Nothing,
}

impl Talk<'_> {
    /// Answers a command.
    pub(super) fn command(&mut self, command: &Command, text: &str) -> Result<Done, Failure> {
        match command {
            Command::Help => Ok(Done::new("command", reply::help())),
            Command::Progress(named) => self.progress(named.as_ref()),
            Command::Nudge(named) => self.ask(Which::Nudge, named.as_ref(), text),
            Command::Withdraw(named) => self.ask(Which::Withdraw, named.as_ref(), text),
        }
    }

    fn progress(&mut self, named: Option<&TicketRef>) -> Result<Done, Failure> {
        let shown = match self.find(named)? {
            Found::Unknown => return Ok(Done::new("command", reply::unknown_number())),
            Found::One(own) => vec![*own],
            Found::Several(open) => open,
            // What was done last, if anything ever was reported.
            Found::Nothing => self.own_tickets(None, 1)?,
        };
        let confidential = shown.iter().any(|(row, _)| row.confidential);
        let ticket = match shown.as_slice() {
            [(row, _)] => Some(row.id),
            _ => None,
        };
        let left_out = shown.len().saturating_sub(SHOWN);
        let shown: Vec<TicketRow> = shown.into_iter().take(SHOWN).map(|(row, _)| row).collect();
        let standings = self.standings(&shown)?;
        let mut answer = reply::progress(&standings, self.here());
        if left_out > 0 {
            answer.push_str(&reply::and_more(left_out));
        }
        Ok(Done { ticket, confidential, ..Done::new("command", answer) })
    }

    fn ask(&mut self, which: Which, named: Option<&TicketRef>, text: &str) -> Result<Done, Failure> {
        let (row, reporter) = match self.find(named)? {
            Found::Unknown => return Ok(Done::new("command", reply::unknown_number())),
            // 不用了 to nobody in particular is no command after all.
            Found::Nothing => return Ok(Done::new("unfiled", reply::nothing_open())),
            Found::One(own) => *own,
            Found::Several(mut open) if open.len() == 1 => open.remove(0),
            Found::Several(open) => return self.which(which, &open),
        };
        let number = row.ticket_number()?;
        if row.status == Status::Done {
            let text = match row.outcome {
                Some(Outcome::Withdrawn) if which == Which::Withdraw => reply::withdrawn(number, true),
                _ => reply::already_done(number),
            };
            return Ok(Done::new("command", text).about(row.id));
        }
        let answer = match which {
            Which::Nudge => self.nudge((&row, &reporter), number, text)?,
            Which::Withdraw => self.withdraw((&row, &reporter), number)?,
        };
        Ok(Done { confidential: row.confidential, ..Done::new("command", answer).about(row.id) })
    }

    fn which(&mut self, which: Which, open: &[Own]) -> Result<Done, Failure> {
        let shown: Vec<TicketRow> = open.iter().take(SHOWN).map(|(row, _)| row.clone()).collect();
        let standings = self.standings(&shown)?;
        let list: Vec<(TicketNumber, String)> = standings.into_iter().map(|s| (s.number, s.words)).collect();
        let confidential = shown.iter().any(|row| row.confidential);
        Ok(Done { confidential, ..Done::new("command", reply::which(which, &list, open.len())) })
    }

    fn nudge(
        &mut self,
        (row, me): (&TicketRow, &ReporterRow),
        number: TicketNumber,
        text: &str,
    ) -> Result<String, Failure> {
        let ask = Ask::Nudge { reporter: Some(me.id), words: Some(text.to_owned()) };
        self.act(me, row, &ask)?;
        self.touched(row.id);
        let last = rows::reporters(self.db, self.community(), row.id)?.into_iter().find(|r| r.id == me.id);
        let last = last.and_then(|r| r.last_nudge_at).map_or(self.now, |t| t.0);
        let again = last + settings::between_nudges();
        Ok(reply::nudged(number, last == self.now, again, self.here()))
    }

    fn withdraw(&mut self, (row, me): (&TicketRow, &ReporterRow), number: TicketNumber) -> Result<String, Failure> {
        match self.act(me, row, &Ask::Withdraw { reporter: Some(me.id) }) {
            Ok(()) => {}
            Err(Failure::Refused(Refusal::OpenChildren { .. })) => return Ok(reply::cannot_withdraw(number)),
            Err(other) => return Err(other),
        }
        // Nothing more is asked about it, and nothing more joins it.
        if self.identity.asked_ticket_id == Some(row.id) {
            (self.identity.asked_ticket_id, self.identity.asked_at, self.identity.asked_choices) = (None, None, None);
        }
        if self.identity.recent_ticket_id == Some(row.id) {
            (self.identity.recent_ticket_id, self.identity.recent_at) = (None, None);
        }
        let after = rows::find(self.db, self.community(), row.id)?.ok_or(StoreError::Missing)?;
        Ok(reply::withdrawn(number, after.status == Status::Done))
    }

    fn act(&mut self, me: &ReporterRow, row: &TicketRow, ask: &Ask) -> Result<(), Failure> {
        let actor = Actor::Resident(me.id);
        let by = super::By { settings: self.settings, actor: &actor, now: self.now };
        let seen = Seen { id: row.id, version: None };
        tickets::act_in(self.engine, self.db, by, (seen, ask)).map(|_| ())
    }

    fn find(&mut self, named: Option<&TicketRef>) -> Result<Found, StoreError> {
        let one = |own: Option<Own>| own.map_or(Found::Unknown, |own| Found::One(Box::new(own)));
        Ok(match named {
            Some(TicketRef::Number(number)) => one(self.own_tickets(Some(*number), 1)?.into_iter().next()),
            Some(TicketRef::Serial(serial)) => {
                let mut of_serial = self.own_tickets(None, LOOKED_THROUGH)?;
                of_serial.retain(|(row, _)| row.ticket_number().is_ok_and(|n| n.serial == *serial));
                // The open one of several days' 0042, else the latest.
                let open = of_serial.iter().position(|(row, _)| row.status != Status::Done).unwrap_or(0);
                one((open < of_serial.len()).then(|| of_serial.swap_remove(open)))
            }
            Some(TicketRef::Unreadable(_)) => Found::Unknown,
            None => {
                let mut open = self.own_tickets(None, LOOKED_THROUGH)?;
                open.retain(|(row, _)| row.status != Status::Done);
                if open.is_empty() { Found::Nothing } else { Found::Several(open) }
            }
        })
    }

    fn own_tickets(&mut self, number: Option<TicketNumber>, limit: i64) -> Result<Vec<Own>, StoreError> {
        let community = self.community();
        message::tickets_of(self.db, community, (self.identity.id, number), limit)
    }
}
