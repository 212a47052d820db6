use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::*;
use crate::domain::ids::{AttachmentId, EscalationId, HoldId, PlaceId, ReporterId, TicketId, TicketNumber};
use crate::domain::words::{Channel, Kind, Outcome, Status};
use crate::web::texts::texts;

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_000_000, 0).unwrap()
}

fn number() -> TicketNumber {
    "20260315-0042".parse().unwrap()
}

fn teller(language: Language) -> Teller {
    let now = at() + TimeDelta::hours(2);
    Teller { t: texts(language), language, zone: chrono_tz::Asia::Shanghai, now, categories: std::sync::Arc::default() }
}

fn entry(event: Event) -> Entry {
    Entry {
        at: at(),
        author: Author::Staff("客服丁".into()),
        event,
        names: vec![(id(1), "甲师傅".into()), (id(2), "乙师傅".into())],
        words: Vec::new(),
        audience: Audience::Both,
    }
}

fn opened(queue: Option<Queue>, confidential: bool) -> Event {
    let (lead, worker, category) = (Platform::Committee, queue.map(|_| id(1)), None);
    let (channel, kind, urgency) = (Channel::Wechat, Kind::Repair, Urgency::Urgent);
    Event::Opened { channel, lead, kind, category, urgency, queue, worker, confidential }
}

fn accepted(accepted_by: AcceptedBy) -> Event {
    let (holder, queue) = (Platform::Property, Queue::Maintenance);
    Event::Accepted { accepted_by, escalation: None, holder, from: None, queue, worker: None }
}

fn routed(ruling: Option<Ruling>) -> Event {
    let (queue, returned_from) = (Queue::Order, ruling.map(|_| Queue::Maintenance));
    let category = Some("parking".to_owned());
    Event::Routed { queue, worker: Some(id(1)), returned_from, ruling, was_category: None, category }
}

fn finished(review_on: Option<NaiveDate>) -> Event {
    let outcome = if review_on.is_some() { Outcome::Deferred } else { Outcome::Resolved };
    let (queue, holder, lead) = (Some(Queue::Order), Platform::Property, Platform::Committee);
    Event::Finished { from: Status::InProgress, outcome, queue, worker: None, holder, lead, review_on }
}

fn reopened(reopened_by: ReopenedBy, count: u32) -> Event {
    Event::Reopened { reopened_by, was: Outcome::Resolved, queue: Some(Queue::Order), worker: None, count }
}

fn place(was: Option<PlaceId>) -> Event {
    let about = Some(id(8));
    Event::PlaceSet { was_about: was, about, was_reporter: None, reporter: None, was_building: None, building: None }
}

fn every() -> Vec<Event> {
    let escalation: EscalationId = id(7);
    let reporter: ReporterId = id(5);
    let hold: HoldId = id(6);
    let later = at() + TimeDelta::days(1);
    let day = NaiveDate::from_ymd_opt(2026, 12, 1);
    let nudge = |counted| Event::Nudged { reporter, counted, count: 3, again_at: later };
    let note = |to_resident, by_resident| Event::Noted { audience: Audience::Both, to_resident, by_resident };
    let (clock, platform, asked) = (ClockKind::Finish, Platform::Property, Platform::Committee);
    let climbed = |to| Event::Climbed { clock, platform, due_at: later, to, told: true };
    let review = |to| Event::ReviewDue { hold, review_at: later, to, told: true };
    let unanswered = |to| Event::OfferUnanswered { escalation, asked, answer_by: later, to, told: true };
    vec![
        opened(Some(Queue::Maintenance), false),
        opened(None, true),
        accepted(AcceptedBy::Standing),
        accepted(AcceptedBy::Desk),
        Event::HandedOver { by: Platform::Committee },
        routed(None),
        routed(Some(Ruling::Upheld)),
        routed(Some(Ruling::Overruled)),
        Event::Taken { worker: id(1) },
        Event::Assigned { from: None, worker: id(1) },
        Event::Assigned { from: Some(id(1)), worker: id(2) },
        Event::Started { worker: id(1) },
        Event::Transferred { from: Queue::Order, from_worker: None, queue: Queue::Steward, worker: Some(id(2)) },
        Event::HandedBack { queue: Queue::Order, worker: None, count: 2 },
        Event::Held { hold, review_at: later },
        Event::Resumed { hold, since: at() },
        finished(None),
        finished(day),
        reopened(ReopenedBy::Resident, 1),
        reopened(ReopenedBy::Staff, 2),
        reopened(ReopenedBy::Review, 1),
        Event::Withdrawn { from: Status::Assigned, reporter },
        Event::ReporterLeft { reporter },
        Event::Merged { from: Status::Assigned, into: id::<TicketId>(9), number: number() },
        Event::Absorbed { ticket: id::<TicketId>(9), number: number(), reporters: 2 },
        nudge(true),
        nudge(false),
        note(true, false),
        note(false, true),
        note(false, false),
        Event::PhoneShown { reporter },
        Event::AlarmHeard,
        Event::Attached { attachment: id::<AttachmentId>(4) },
        Event::UrgencySet { from: Urgency::Normal, urgency: Urgency::Emergency },
        place(None),
        place(Some(id(3))),
        Event::Offered { escalation, from: Platform::Property, to: Platform::Committee, answer_by: later },
        Event::Returned { escalation, by: Platform::Committee },
        Event::Recalled { escalation, by: Platform::Property },
        Event::Warned { clock, platform, due_at: later, told: true },
        Event::Warned { clock, platform, due_at: later, told: false },
        Event::Overdue { clock, platform, due_at: later, told: true },
        climbed(Rung::Managers),
        climbed(Rung::OtherDesk),
        review(Rung::Nearest),
        review(Rung::Heads),
        review(Rung::Managers),
        unanswered(Rung::Desk),
        unanswered(Rung::Managers),
        unanswered(Rung::BothManagers),
        Event::Concluded {
            escalation,
            by: Platform::Committee,
            from: Some(Queue::Committee),
            queue: Some(Queue::Order),
            holder: Platform::Property,
        },
    ]
}

#[test]
fn every_event_is_a_sentence_of_its_own_in_both_languages() {
    for language in [Language::Zh, Language::En] {
        let said: Vec<String> = every().into_iter().map(|event| line(&entry(event), &teller(language)).what).collect();
        for (n, words) in said.iter().enumerate() {
            assert!(!words.is_empty() && !words.contains('{'), "{n}: {words}");
            assert!(!said[..n].contains(words), "{n}: {words} is said of two different events");
        }
    }
}

#[test]
fn sentences_read_as_people_speak() {
    let zh = |event| line(&entry(event), &teller(Language::Zh)).what;
    assert_eq!(zh(opened(Some(Queue::Maintenance), false)), "记下诉求，渠道：微信，派给维修部（甲师傅）");
    assert_eq!(zh(routed(Some(Ruling::Upheld))), "派给秩序部（甲师傅），确认不归维修部，类别：parking");
    assert_eq!(zh(Event::Assigned { from: Some(id(1)), worker: id(2) }), "由甲师傅改派乙师傅");
    assert_eq!(zh(finished(NaiveDate::from_ymd_opt(2027, 1, 5))), "办结：挂账，2027年1月5日复查");
    assert_eq!(zh(reopened(ReopenedBy::Staff, 2)), "重新打开，第 2 次");
    let en = line(&entry(every().pop().unwrap()), &teller(Language::En)).what;
    assert_eq!(en, "concluded and gave it back to Order");
}

#[test]
fn the_resident_speaks_for_themself_and_the_request_is_not_said_twice() {
    let mut first = entry(opened(None, false));
    first.author = Author::Resident;
    first.words = vec![(WordsPurpose::Request, "楼道灯不亮".into())];
    let shown = line(&first, &teller(Language::Zh));
    assert_eq!((shown.who.as_str(), shown.what.as_str()), ("住户", "通过微信反映，等待派单"));
    assert_eq!(shown.said, "");
    assert!(!shown.system);
}

#[test]
fn an_offer_says_why_what_was_tried_and_what_is_asked() {
    let mut offer = entry(every().into_iter().find(|event| matches!(event, Event::Offered { .. })).unwrap());
    offer.audience = Audience::Property;
    offer.words = vec![
        (WordsPurpose::Reason, "物业无权入户".into()),
        (WordsPurpose::Tried, "上门两次".into()),
        (WordsPurpose::Asked, "联系户主".into()),
    ];
    let shown = line(&offer, &teller(Language::Zh));
    assert_eq!(shown.said, "物业无权入户\n已做过：上门两次\n请对方：联系户主");
    assert_eq!(shown.audience, "仅物业可见");
    assert_eq!(shown.tone, Tone::Plum);
}
