//! Who calls, what they said before, and what must not be read to them.

use crate::domain::ids::{CallId, ResidentId};
use crate::domain::sla;
use crate::domain::view::{CallerPage, ResidentView, TicketLine};
use crate::domain::wording;
use crate::domain::words::{Status, Urgency};
use crate::web::facts::{Clock, ClockState};
use crate::web::texts::{Texts, fill};

use super::Speech;

/// What the call bar says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallerState {
    /// Nobody was looked for.
    #[default]
    Idle,
    /// Nobody fits, or the number is on no file.
    Stranger,
    /// Several fit.
    Several,
    /// This is the one.
    Known,
}

/// One of the people who may be calling.
#[derive(Debug, Clone)]
pub struct PersonLink {
    /// The name.
    pub name: String,
    /// Where they live, or their number where that is unknown.
    pub home: String,
    /// Chooses them.
    pub href: String,
    /// Chosen.
    pub current: bool,
}

/// An earlier or neighbouring ticket.
#[derive(Debug, Clone)]
pub struct HistoryRow {
    /// The ticket.
    pub id: String,
    /// The ticket's page.
    pub href: String,
    /// Still open.
    pub open: bool,
    /// What people call it; also the row's name for the browser.
    pub number: String,
    /// The resident's words.
    pub words: String,
    /// Which of the four.
    pub status: Status,
    /// Whose list, in words, or how it ended.
    pub who: String,
    /// The running clock of an open one, when it is not simply in time.
    pub clock: Option<Clock>,
    /// When it came in.
    pub when: String,
    /// Someone must go now.
    pub emergency: bool,
}

/// The caller's part of the page.
#[derive(Debug, Clone, Default)]
pub struct CallerView {
    /// What the call bar says.
    pub kind: CallerState,
    /// The bar's first line: a name, a number, or that nobody was found.
    pub head: String,
    /// The masked number beside the name.
    pub phone: String,
    /// The bar's second line.
    pub facts: Vec<String>,
    /// What an agent should know of the person.
    pub care: String,
    /// Where they live: door and relation.
    pub homes: Vec<String>,
    /// Who may be calling.
    pub people: Vec<PersonLink>,
    /// Open ones first, then newest.
    pub history: Vec<HistoryRow>,
    /// There is more of it.
    pub history_more: bool,
    /// Their door, to be searched for; empty without one, or when all is shown.
    pub door: String,
    /// How many of `history` are open.
    pub open: usize,
    /// Open tickets of the building.
    pub building: Vec<HistoryRow>,
    /// Never read out.
    pub about_flat: Vec<HistoryRow>,
}

/// What the caller was found by: what was typed, or the call they are speaking in.
#[derive(Debug, Clone, Copy)]
pub struct FoundBy<'a> {
    /// As typed.
    pub query: &'a str,
    /// What stands for it in addresses; empty without one.
    pub handle: &'a str,
    /// The call.
    pub call: Option<CallId>,
}

impl FoundBy<'_> {
    fn head(self, t: &Texts) -> String {
        match self.query {
            "" => t.agent.call_withheld.to_owned(),
            query => query.to_owned(),
        }
    }

    /// The part of the address that finds them again; empty when nobody is looked for.
    pub fn part(self) -> String {
        match (self.call, self.handle) {
            (None, "") => String::new(),
            (None, handle) => format!("by={handle}"),
            (Some(call), "") => format!("call={call}"),
            (Some(call), handle) => format!("call={call}&by={handle}"),
        }
    }
}

/// What the form takes over from the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefill {
    /// The person, when the register knows them.
    pub resident: Option<ResidentId>,
    /// Their name.
    pub name: String,
    /// Their masked number: shown beside the field, never inside it.
    pub phone_hint: String,
    /// A number on no file, as the agent typed it.
    pub phone: String,
    /// Their home, or the flat looked for.
    pub place: String,
}

impl CallerView {
    /// Nobody was looked for.
    pub fn idle(t: &Texts) -> Self {
        Self { head: t.agent.idle.to_owned(), facts: vec![t.agent.idle_text.to_owned()], ..Self::default() }
    }

    /// What was found.
    pub fn found(found: &CallerPage, by: FoundBy<'_>, t: &Texts, say: Speech) -> Self {
        let chosen = found.chosen.and_then(|at| found.people.get(at));
        let mut view = Self {
            people: found.people.iter().map(|who| person(who, by, chosen, say)).collect(),
            history: history(&found.history, say),
            history_more: found.history_more,
            door: door(found).unwrap_or_default(),
            open: found.history.iter().filter(|line| line.status != Status::Done).count(),
            building: found.building.iter().map(|line| row(line, say)).collect(),
            about_flat: found.about_flat.iter().map(|line| row(line, say)).collect(),
            ..Self::default()
        };
        match (chosen, &found.unknown_phone) {
            (Some(who), _) => view.known(who, t, say),
            (None, Some(phone)) => {
                (view.kind, view.head) = (CallerState::Stranger, t.agent.unknown_number.to_owned());
                (view.phone, view.facts) = (phone.clone(), vec![t.agent.unknown_number_text.to_owned()]);
            }
            (None, None) if found.people.is_empty() => {
                view.kind = CallerState::Stranger;
                view.head = found.flat.as_ref().map_or_else(|| by.head(t), |(_, at)| at.words(say.language));
                view.facts = vec![t.agent.find_none.to_owned()];
            }
            (None, None) => {
                view.kind = CallerState::Several;
                let more = if found.more_people { "+" } else { "" };
                view.head = fill(t.agent.find_many, &[&format!("{}{more}", found.people.len())]);
                view.facts = found.flat.iter().map(|(_, at)| at.words(say.language)).collect();
            }
        }
        view
    }

    fn known(&mut self, who: &ResidentView, t: &Texts, say: Speech) {
        self.kind = CallerState::Known;
        self.head.clone_from(&who.name);
        self.phone = who.phones.first().cloned().unwrap_or_default();
        self.care = who.care_note.clone().unwrap_or_default();
        let home = |(_, at, relation): &(_, crate::domain::view::PlaceLine, String)| {
            let relation = match relation.as_str() {
                "owner" => t.agent.relation_owner,
                "tenant" => t.agent.relation_tenant,
                "family" => t.agent.relation_family,
                _ => t.agent.relation_other,
            };
            format!("{} · {relation}", at.words(say.language))
        };
        self.homes = who.homes.iter().map(home).collect();
        self.facts = self.homes.iter().take(2).cloned().collect();
    }
}

impl Prefill {
    /// From what was found; `query` as the agent typed it.
    pub fn of(found: &CallerPage, query: &str, say: Speech) -> Self {
        let place = found.door().map(|at| at.words(say.language)).unwrap_or_default();
        match found.chosen.and_then(|at| found.people.get(at)) {
            Some(who) => Self {
                resident: Some(who.id),
                name: who.name.clone(),
                phone_hint: who.phones.first().cloned().unwrap_or_default(),
                phone: String::new(),
                place,
            },
            None => Self {
                phone: found.unknown_phone.as_ref().map(|_| query.trim().to_owned()).unwrap_or_default(),
                phone_hint: found.unknown_phone.clone().unwrap_or_default(),
                place,
                ..Self::default()
            },
        }
    }
}

/// The door as the search for tickets finds it, where more was reported than is shown.
fn door(found: &CallerPage) -> Option<String> {
    Some(found.door().filter(|_| found.history_more)?.path.as_ref()?.in_one_piece())
}

fn person(who: &ResidentView, by: FoundBy<'_>, chosen: Option<&ResidentView>, say: Speech) -> PersonLink {
    let home = who.homes.first().map(|(_, at, _)| at.short_or_words(say)).filter(|text| !text.is_empty());
    PersonLink {
        name: who.name.clone(),
        home: home.or_else(|| who.phones.first().cloned()).unwrap_or_default(),
        href: match by.part().as_str() {
            "" => format!("/agent?who={}", who.id),
            part => format!("/agent?{part}&who={}", who.id),
        },
        current: chosen.is_some_and(|one| one.id == who.id),
    }
}

/// Open ones first, each half newest first as it came.
fn history(lines: &[TicketLine], say: Speech) -> Vec<HistoryRow> {
    let (done, open): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.status == Status::Done);
    open.into_iter().chain(done).map(|line| row(line, say)).collect()
}

fn row(line: &TicketLine, say: Speech) -> HistoryRow {
    let who = match (line.outcome, line.queue) {
        (Some(outcome), _) => outcome.word(say.language).to_owned(),
        (None, queue) => queue.map(|q| q.word(say.language).to_owned()).unwrap_or_default(),
    };
    HistoryRow {
        id: line.id.to_string(),
        open: line.status != Status::Done,
        href: super::ticket_url(line.id),
        number: line.number.to_string(),
        words: super::one_line(&line.words),
        status: line.status,
        who,
        clock: clock(line, say),
        when: wording::short_moment(line.opened_at, say.now, say.zone, say.language),
        emergency: line.urgency == Urgency::Emergency && line.status != Status::Done,
    }
}

/// The clock of an open ticket when an agent should notice it: soon due, late or on hold.
pub(super) fn clock(line: &TicketLine, say: Speech) -> Option<Clock> {
    let state = line.clock?;
    let shape = match state {
        sla::ClockState::Warn { .. } => ClockState::Warn,
        sla::ClockState::Late { .. } => ClockState::Late,
        sla::ClockState::Held { .. } => ClockState::Hold,
        sla::ClockState::Running { .. } | sla::ClockState::Met | sla::ClockState::Missed => return None,
    };
    let kind = crate::domain::words::ClockKind::Finish;
    let text = wording::left_or_late(&state, kind, say.now, say.zone, say.language);
    Some(match (shape, line.due_at) {
        (ClockState::Hold, _) | (_, None) => Clock::still(shape, text),
        (_, Some(due)) => Clock::running(shape, text, super::rfc3339(due), ""),
    })
}

impl CallerView {
    /// Whether there is nothing to show of earlier requests.
    pub fn past_is_empty(&self) -> bool {
        self.history.is_empty() && self.building.is_empty() && self.about_flat.is_empty()
    }

    /// The bar's second line, for the empty panel.
    pub fn fact(&self) -> &str {
        self.facts.first().map_or("", String::as_str)
    }
}

/// A place for a narrow line.
trait Narrow {
    fn short_or_words(&self, say: Speech) -> String;
}

impl Narrow for crate::domain::view::PlaceLine {
    fn short_or_words(&self, say: Speech) -> String {
        let short = self.short();
        if short.is_empty() { self.words(say.language) } else { short }
    }
}
