//! What each endpoint says of itself: one function an endpoint, named where it is registered.

use serde_json::{Value, json};

use super::{About, Answer, Parameter, Shape};
use crate::api::calls::{CallBack, CallBacks, Calls, Settlement};
use crate::api::item::Item;
use crate::api::me::Me;
use crate::api::page::Page;
use crate::api::queues::Queues;
use crate::api::residents::Residents;
use crate::api::tickets::{NewTicket, Tickets};
use crate::api::verbs::{
    Acceptance, Assignment, Completion, Conclusion, Hold, Merge, Note, Noun, Nudge, Offer, PlaceSet, Plain, Reasoned,
    Routing, Transfer, UrgencySet, Withdrawal,
};
use crate::domain::ticket::Verb;
use crate::domain::words::{Channel, Kind, Platform, Queue, Status, Urgency};

/// `GET /me`.
pub fn me(_: Option<Noun>) -> About {
    About {
        answer: Answer::ok::<Me>("The token"),
        ..About::new("showMe", "Token", "Who the token is: its community and its seats")
    }
}

/// `GET /queues`.
pub fn list_queues(_: Option<Noun>) -> About {
    About {
        answer: Answer::ok::<Queues>("The queues"),
        ..About::new("listQueues", "Queues", "The queues the token may open, with what waits in them")
    }
}

/// `GET /residents`.
pub fn list_residents(_: Option<Noun>) -> About {
    About {
        description: "For tokens of the roles `agent` and `committee_staff`. Numbers are masked.",
        parameters: vec![Parameter {
            needed: true,
            ..Parameter::query(
                "query",
                "A telephone number, its last four digits, a name, or a flat such as 3-2-501",
                json!({
                    "type": "string", "minLength": 1, "maxLength": 100,
                }),
            )
        }],
        answer: Answer::ok::<Residents>("The people it fits, 20 at most"),
        refusals: &[403],
        ..About::new("listResidents", "Residents", "Look somebody up in the register")
    }
}

/// `GET /calls`.
pub fn list_calls(_: Option<Noun>) -> About {
    About {
        description: "For tokens of the roles `agent` and `manager` of the property. Numbers are masked.",
        answer: Answer::ok::<Calls>("Today's calls, newest first, 200 at most"),
        refusals: &[403],
        ..About::new("listCalls", "Calls", "The hotline's calls of today")
    }
}

/// `GET /call-backs`.
pub fn list_call_backs(_: Option<Noun>) -> About {
    About {
        description: "Calls nobody took, until somebody rings back or says that it is not needed.",
        answer: Answer::ok::<CallBacks>("Open call-backs, oldest first, 200 at most"),
        refusals: &[403],
        ..About::new("listCallBacks", "Calls", "People to ring back")
    }
}

/// `POST /call-backs/{id}/settlement`.
pub fn settle_call_back(_: Option<Noun>) -> About {
    let id = json!({"type": "string", "format": "uuid"});
    About {
        description: "Said twice, it is done once. What was settled another way before, also by a late answer that the \
                      switchboard told of, is refused with 409 `settled`.",
        parameters: vec![Parameter::path("id", "The call-back's id", id)],
        body: Some(Shape::of::<Settlement>(json!({"state": "done"}))),
        answer: Answer::ok::<CallBack>("The call-back after it"),
        refusals: &[403, 404, 409],
        ..About::new("settleCallBack", "Calls", "Say that they were rung back, or need not be")
    }
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Value {
    json!({"type": "string", "enum": all.iter().map(|word| code(*word)).collect::<Vec<_>>()})
}

/// `GET /tickets`.
pub fn list_tickets(_: Option<Noun>) -> About {
    let limit = json!({"type": "integer", "minimum": 1, "maximum": crate::http::LIMIT_MOST, "default": crate::http::LIMIT_DEFAULT});
    let cursor = json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+$"});
    About {
        description: "All states unless filtered. Tickets opened while a client pages come on top and disturb nothing. With `q` a \
                      page may have fewer rows than asked for, or none, and still have a `next_cursor`: few of the tickets \
                      found there are for this token. A ticket is found within about a second of its opening.",
        parameters: vec![
            Parameter::query("limit", "Rows at most", limit),
            Parameter::query("cursor", "`next_cursor` of the page before, unchanged", cursor),
            Parameter::query(
                "q",
                "With these words in number, place, category, the resident's words or the answers; all of them, each as a phrase",
                json!({"type": "string", "minLength": 1, "maxLength": crate::domain::search::QUERY_CHARS}),
            ),
            Parameter::query("status", "Of this state only", codes(Status::ALL, Status::code)),
            Parameter::query("queue", "In this queue, or done in it", codes(Queue::ALL, Queue::code)),
            Parameter::query("holder", "This platform must act", codes(Platform::ALL, Platform::code)),
            Parameter::query("lead", "This platform answers to the resident", codes(Platform::ALL, Platform::code)),
            Parameter::query("channel", "Came in here", codes(Channel::ALL, Channel::code)),
            Parameter::query("kind", "Of this sort", codes(Kind::ALL, Kind::code)),
            Parameter::query("urgency", "Of this class", codes(Urgency::ALL, Urgency::code)),
        ],
        answer: Answer::ok::<Tickets>("A page of tickets"),
        ..About::new("listTickets", "Tickets", "Tickets, newest first")
    }
}

/// `POST /tickets`.
pub fn open_ticket(_: Option<Noun>) -> About {
    let key = json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"});
    About {
        description: "Only the words are needed (`words`, or `description`); the rest is understood from them where it can be. \
                      `channel` must be one of the token's platform.",
        parameters: vec![Parameter {
            place: "header",
            ..Parameter::query(
                "Idempotency-Key",
                "Makes a repeat safe: the same key with the same bytes gets the first answer again",
                key,
            )
        }],
        body: Some(Shape::of::<NewTicket>(json!({
            "words": "厨房下水道堵了", "place": "恒泰园3号楼2单元501", "phone": "13900001234",
        }))),
        answer: Answer { status: 201, located: true, ..Answer::ok::<Item>("Opened") },
        refusals: &[403, 409],
        ..About::new("openTicket", "Tickets", "Open a ticket")
    }
}

fn ticket_id() -> Parameter {
    Parameter::path("id", "The ticket's id", json!({"type": "string", "format": "uuid"}))
}

/// `GET /tickets/{id}`.
pub fn show_ticket(_: Option<Noun>) -> About {
    About {
        parameters: vec![ticket_id()],
        answer: Answer::ok::<Page>("The ticket"),
        refusals: &[404],
        ..About::new("showTicket", "Tickets", "One ticket with everything beside it")
    }
}

/// `GET /tickets/by-number/{number}`.
pub fn show_ticket_by_number(_: Option<Noun>) -> About {
    let number = json!({"type": "string", "pattern": "^[0-9]{8}-[0-9]{4,}$"});
    About {
        parameters: vec![Parameter::path("number", "The ticket's number, such as 20260315-0042", number)],
        answer: Answer::ok::<Page>("The ticket"),
        refusals: &[404],
        ..About::new("showTicketByNumber", "Tickets", "The same, by its number")
    }
}

/// `POST /tickets/{id}/{noun}`.
pub fn verb(noun: Option<Noun>) -> About {
    let Some(noun) = noun else { return About::new("", "Verbs", "") };
    let (id, summary) = said(noun.verb());
    About {
        description: match noun.verb() {
            Verb::Take | Verb::Start => {
                "For people: a token that works in the queue gets 403 `needs_person` on a free ticket, any other token `not_yours`."
            }
            Verb::Nudge | Verb::Note => {
                "`version` is held against the ticket's only when it is given: this overwrites nothing."
            }
            _ => "`version` is the one the caller saw; an older one is refused with 409 `stale`.",
        },
        parameters: vec![ticket_id()],
        body: Some(shape(noun.verb())),
        answer: Answer::ok::<Item>("The ticket after it"),
        refusals: &[403, 404, 409],
        ..About::new(id, "Verbs", summary)
    }
}

const fn said(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::Route => ("routeTicket", "Off the triage list, into a queue"),
        Verb::Take => ("takeTicket", "Take it"),
        Verb::Assign => ("assignTicket", "Give it to someone of the queue"),
        Verb::Start => ("startTicket", "Begin work"),
        Verb::Transfer => ("transferTicket", "To another queue or worker of the platform"),
        Verb::HandBack => ("handBackTicket", "Not this department's: back to triage"),
        Verb::Hold => ("holdTicket", "Put it on hold; the resident hears why"),
        Verb::Resume => ("resumeTicket", "Go on"),
        Verb::Finish => ("finishTicket", "Done"),
        Verb::Reopen => ("reopenTicket", "It is not solved"),
        Verb::Withdraw => ("withdrawTicket", "A reporter takes it back"),
        Verb::Merge => ("mergeTicket", "The same as another ticket"),
        Verb::Nudge => ("nudgeTicket", "A reporter asks again"),
        Verb::Note => ("noteOnTicket", "A line on the timeline"),
        Verb::Attach => ("attachToTicket", "Add a file"),
        Verb::SetUrgency => ("setTicketUrgency", "Another class of limits"),
        Verb::Place => ("placeTicket", "Say where it is"),
        Verb::Offer => ("offerTicket", "Ask the other platform"),
        Verb::Accept => ("acceptTicket", "The other platform takes it"),
        Verb::Return => ("returnTicket", "The other platform does not take it"),
        Verb::Recall => ("recallTicket", "Take the offer back"),
        Verb::Conclude => ("concludeTicket", "The accepting side gives it back, done"),
    }
}

/// The body of a verb, with an example that a test hands to the reader of bodies.
pub fn shape(verb: Verb) -> Shape {
    let version = |mut example: Value| {
        example["version"] = json!(3);
        example
    };
    let worker = "019cf45f-1d00-7e2a-b66c-e53aa270bf1c";
    let reason = |why: &str| Shape::of::<Reasoned>(version(json!({"reason": why})));
    match verb {
        Verb::Route => Shape::of::<Routing>(version(json!({"queue": "maintenance", "category": "drain"}))),
        Verb::Assign => Shape::of::<Assignment>(version(json!({"worker": worker}))),
        Verb::Transfer => Shape::of::<Transfer>(version(json!({"queue": "order", "reason": "要保安去"}))),
        Verb::HandBack => reason("不归我们"),
        Verb::Hold => Shape::of::<Hold>(version(json!({"reason": "等配件", "review_at": "2026-03-20T09:00:00+08:00"}))),
        Verb::Finish => Shape::of::<Completion>(version(json!({"outcome": "resolved", "note": "疏通了"}))),
        Verb::Reopen => reason("又堵了"),
        Verb::Withdraw => Shape::of::<Withdrawal>(version(json!({}))),
        Verb::Merge => Shape::of::<Merge>(version(json!({"into": "20260315-0042"}))),
        Verb::Nudge => Shape::of::<Nudge>(json!({"words": "怎么还没来"})),
        Verb::Note => Shape::of::<Note>(json!({"words": "约了下午三点", "to_resident": true})),
        Verb::SetUrgency => Shape::of::<UrgencySet>(version(json!({"urgency": "urgent"}))),
        Verb::Place => Shape::of::<PlaceSet>(version(json!({"place": "恒泰园3号楼2单元501"}))),
        Verb::Offer => Shape::of::<Offer>(version(json!({
            "reason": "谈不拢", "tried": "上门两次", "asked": "请一起上门", "answer_by": "2026-03-20T09:00:00+08:00",
        }))),
        Verb::Accept => Shape::of::<Acceptance>(version(json!({}))),
        Verb::Return => reason("不归我们"),
        Verb::Conclude => Shape::of::<Conclusion>(version(json!({"report": "谈好了"}))),
        Verb::Take | Verb::Start | Verb::Resume | Verb::Recall | Verb::Attach => Shape::of::<Plain>(version(json!({}))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_one_that_is_taken() {
        for noun in Noun::ALL {
            let shape = shape(noun.verb());
            let Value::Object(members) = shape.example else { panic!("{}: no object", noun.path()) };
            assert!(noun.ask(members).is_ok(), "{}", noun.path());
        }
    }
}
