//! What the person may do now: the two main verbs, the rest behind 更多, and a blocked main verb with its reason.

use crate::domain::ids::UserId;
use crate::domain::ticket::{Refusal, Verb};
use crate::domain::view::TicketPage;
use crate::domain::words::{Platform, Status, Urgency};
use crate::web::facts::{Action, Target, Weight};
use crate::web::icon::Icon;
use crate::web::paths::encode;

use super::ask::noun;
use super::forms::{self, Desk};

/// Main verbs shown as buttons; on a phone they share one line with 更多.
const MAIN: usize = 2;

/// Main verbs of the person who has the ticket or may take it, the most pressing first.
const WORKERS: &[Verb] =
    &[Verb::Accept, Verb::Return, Verb::Resume, Verb::Conclude, Verb::Start, Verb::Finish, Verb::Reopen, Verb::Note];
/// The same while nobody has it.
const FREE: &[Verb] = &[Verb::Accept, Verb::Return, Verb::Take, Verb::Start, Verb::Note];
/// The same where someone must go now.
const FREE_EMERGENCY: &[Verb] = &[Verb::Accept, Verb::Return, Verb::Start, Verb::Take, Verb::Note];
/// Main verbs of a desk and of a head over a ticket others work on.
const DESKS: &[Verb] = &[
    Verb::Accept,
    Verb::Return,
    Verb::Route,
    Verb::Conclude,
    Verb::Recall,
    Verb::Reopen,
    Verb::Nudge,
    Verb::Note,
    Verb::Finish,
];
/// Everything else, in this order.
const REST: &[Verb] = &[
    Verb::Start,
    Verb::Take,
    Verb::Finish,
    Verb::Conclude,
    Verb::Assign,
    Verb::Hold,
    Verb::Resume,
    Verb::Transfer,
    Verb::HandBack,
    Verb::Offer,
    Verb::Recall,
    Verb::Route,
    Verb::Nudge,
    Verb::Note,
    Verb::SetUrgency,
    Verb::Place,
    Verb::Merge,
    Verb::Withdraw,
    Verb::Reopen,
];

/// The buttons under a ticket's head.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// At most two, the first solid; one may be blocked.
    pub main: Vec<Action>,
    /// The rest.
    pub rest: Vec<Action>,
}

impl Bar {
    /// Leaves the solid button to something else on the page.
    pub fn soften(&mut self) {
        for action in self.main.iter_mut().filter(|action| action.weight == Weight::Primary) {
            action.weight = Weight::Tint;
        }
    }
}

/// The buttons for the person `me`.
pub fn bar(desk: Desk<'_>, me: Option<UserId>) -> Bar {
    let page = desk.page;
    let mut main: Vec<Action> = Vec::new();
    if let Some(reason) = blocked_finish(page) {
        let label = desk.teller.t.verbs.finish;
        main.push(Action::new(label, Target::Blocked(reason.say(desk.teller.language)), Weight::Primary));
    }
    if let Some(tel) = page.reporters.iter().find(|r| r.phone_whole && !r.left).and_then(|r| r.phone.as_ref()) {
        let ring = Action::new(desk.teller.t.common.call, Target::Open(format!("tel:{tel}")), Weight::Tint);
        main.push(ring.with_icon(Icon::Phone));
    }
    let mut shown: Vec<Verb> = Vec::new();
    for verb in order(page, me).iter().copied().filter(|verb| offered(page, *verb)) {
        if main.len() >= MAIN {
            break;
        }
        let weight = if shown.is_empty() { Weight::Primary } else { Weight::Tint };
        // The first verb stands before the telephone.
        let at = if shown.is_empty() { 0 } else { main.len() };
        main.insert(at, action(verb, desk, weight));
        shown.push(verb);
    }
    let rest = REST.iter().copied().filter(|verb| offered(page, *verb) && !shown.contains(verb));
    Bar { rest: rest.map(|verb| action(verb, desk, Weight::Plain)).collect(), main }
}

/// Allowed, and of any use: taking is for what nobody has.
fn offered(page: &TicketPage, verb: Verb) -> bool {
    page.may(verb) && (verb != Verb::Take || page.line.worker.is_none())
}

fn order(page: &TicketPage, me: Option<UserId>) -> &'static [Verb] {
    let holder = page.line.worker.as_ref().map(|(id, _)| *id);
    let emergency = page.line.urgency == Urgency::Emergency;
    match holder {
        Some(id) if Some(id) == me => WORKERS,
        None if page.may(Verb::Take) && emergency => FREE_EMERGENCY,
        None if page.may(Verb::Take) => FREE,
        _ => DESKS,
    }
}

/// Why work that is under way cannot be finished yet. Where the way out is a verb of the same person (conclude, answer an
/// offer), that verb stands there instead.
fn blocked_finish(page: &TicketPage) -> Option<&Refusal> {
    let way_out = page.may(Verb::Conclude) || page.may(Verb::Accept);
    let reason = page.refusal(Verb::Finish)?;
    let told = matches!(reason, Refusal::OpenChildren { .. } | Refusal::LiveOffer { .. });
    (told && !way_out && page.line.status == Status::InProgress).then_some(reason)
}

fn action(verb: Verb, desk: Desk<'_>, weight: Weight) -> Action {
    let action = Action::new(label(verb, desk), target(verb, desk), weight);
    match icon(verb) {
        Some(icon) => action.with_icon(icon),
        None => action,
    }
}

/// The word on the button.
fn label(verb: Verb, desk: Desk<'_>) -> &'static str {
    let verbs = &desk.teller.t.verbs;
    match verb {
        Verb::Start if desk.page.line.worker.is_none() && desk.page.line.urgency == Urgency::Emergency => {
            verbs.take_emergency
        }
        Verb::Finish => verbs.finish,
        verb => forms::name(verb, desk),
    }
}

const fn icon(verb: Verb) -> Option<Icon> {
    match verb {
        Verb::Hold => Some(Icon::Pause),
        Verb::HandBack | Verb::Return | Verb::Reopen => Some(Icon::Return),
        Verb::Nudge => Some(Icon::Nudge),
        Verb::Transfer => Some(Icon::Arrow),
        Verb::Offer | Verb::Conclude => Some(Icon::Joint),
        Verb::Note => Some(Icon::Paper),
        Verb::Place => Some(Icon::Pin),
        Verb::Merge => Some(Icon::Link),
        Verb::Route
        | Verb::Take
        | Verb::Assign
        | Verb::Start
        | Verb::Resume
        | Verb::Finish
        | Verb::Withdraw
        | Verb::Attach
        | Verb::SetUrgency
        | Verb::Accept
        | Verb::Recall => None,
    }
}

/// At once where nothing needs saying, else its form.
fn target(verb: Verb, desk: Desk<'_>) -> Target {
    let (id, noun) = (desk.page.line.id, noun(verb).unwrap_or_default());
    let back = desk.typed.get("back");
    let committee_accepts = verb == Verb::Accept && desk.page.line.holder.other() == Platform::Committee;
    if committee_accepts || matches!(verb, Verb::Take | Verb::Start | Verb::Resume | Verb::Recall) {
        return Target::Post(format!("/tickets/{id}/{noun}"));
    }
    let back = if back.is_empty() { String::new() } else { format!("&back={}", encode(back)) };
    Target::Open(format!("/tickets/{id}?do={noun}{back}#do"))
}
