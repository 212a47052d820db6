//! Everything that stands beside a ticket's row: what its rules need, and what its page shows besides.

use std::sync::LazyLock;

use serde::Deserialize;

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::escalation::{ClockRow, EscalationRow};
use super::super::event::EventRow;
use super::super::gather::{self, As, Found, Gathering, Part};
use super::super::message::AttachmentRow;
use super::super::text::TextRow;
use super::super::types::Time;
use super::{ReporterRow, Tied, UnderstandingRow};
use crate::domain::ids::{CommunityId, HoldId, PhoneId, ReporterId, TextId, TicketId, UserId};
use crate::domain::ticket::Hold;

/// What the rules need to know beside the row.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Every crossing, oldest first.
    pub escalations: Vec<EscalationRow>,
    /// The hold under way, with its reason's row.
    pub hold: Option<(Hold, TextId)>,
    /// Tied tickets.
    pub links: Vec<Tied>,
    /// Everyone tied to it, the first one first.
    pub reporters: Vec<ReporterRow>,
    /// The staff it is about.
    pub subjects: Vec<UserId>,
    /// How often a department handed it back.
    pub hand_back_count: u32,
    /// Every clock, oldest first.
    pub clocks: Vec<ClockRow>,
}

/// What the page shows besides.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Words of its history, oldest first.
    pub texts: Vec<TextRow>,
    /// History, oldest first.
    pub events: Vec<EventRow>,
    /// Files.
    pub attachments: Vec<AttachmentRow>,
    /// What was understood of its words.
    pub understanding: Option<UnderstandingRow>,
    /// What the register knows of its reporters.
    pub registered: Vec<Registered>,
}

/// A reporter whom the register knows.
#[derive(Debug, Clone, Deserialize)]
pub struct Registered {
    /// The reporter.
    pub reporter: ReporterId,
    /// The name on file.
    pub name: String,
    /// The first number on file.
    pub phone: Option<PhoneId>,
    /// That number, sealed.
    #[serde(deserialize_with = "gather::bytes")]
    pub sealed: Option<Vec<u8>>,
}

const ESCALATIONS: Part = Part {
    columns: &[
        (As::Id, "x.community_id"),
        (As::Id, "x.id"),
        (As::Id, "x.ticket_id"),
        (As::Plain, "x.from_platform"),
        (As::Plain, "x.to_platform"),
        (As::Plain, "x.state"),
        (As::Id, "x.reason_id"),
        (As::Id, "x.tried_id"),
        (As::Id, "x.asked_id"),
        (As::Id, "x.answer_id"),
        (As::Moment, "x.answer_by"),
        (As::Plain, "x.left_queue"),
        (As::Id, "x.left_worker_id"),
        (As::Moment, "x.offered_at"),
        (As::Moment, "x.accepted_at"),
        (As::Moment, "x.closed_at"),
    ],
    from: "escalation x WHERE x.community_id = $c AND x.ticket_id = $t",
};
const HOLD: Part = Part {
    columns: &[(As::Id, "x.id"), (As::Moment, "x.began_at"), (As::Moment, "x.review_at"), (As::Id, "x.reason_id")],
    from: "ticket_hold x WHERE x.community_id = $c AND x.ticket_id = $t AND x.ended_at IS NULL",
};
const LINKS_FROM: Part = Part {
    columns: &[
        (As::Plain, "x.kind"),
        (As::Flag, "1 = 1"),
        (As::Id, "o.id"),
        (As::Plain, "o.number"),
        (As::Plain, "o.status"),
    ],
    from: "ticket_link x JOIN ticket o ON o.community_id = x.community_id AND o.id = x.to_ticket_id \
           WHERE x.community_id = $c AND x.from_ticket_id = $t",
};
const LINKS_TO: Part = Part {
    columns: &[
        (As::Plain, "x.kind"),
        (As::Flag, "1 = 0"),
        (As::Id, "o.id"),
        (As::Plain, "o.number"),
        (As::Plain, "o.status"),
    ],
    from: "ticket_link x JOIN ticket o ON o.community_id = x.community_id AND o.id = x.from_ticket_id \
           WHERE x.community_id = $c AND x.to_ticket_id = $t",
};
const REPORTERS: Part = Part {
    columns: &[
        (As::Id, "x.community_id"),
        (As::Id, "x.id"),
        (As::Id, "x.ticket_id"),
        (As::Plain, "x.role"),
        (As::Id, "x.resident_id"),
        (As::Id, "x.identity_id"),
        (As::Plain, "x.name"),
        (As::Bytes, "x.phone_sealed"),
        (As::Bytes, "x.phone_hash"),
        (As::Moment, "x.left_at"),
        (As::Moment, "x.last_nudge_at"),
        (As::Moment, "x.created_at"),
    ],
    from: "ticket_reporter x WHERE x.community_id = $c AND x.ticket_id = $t",
};
const SUBJECTS: Part =
    Part { columns: &[(As::Id, "x.user_id")], from: "ticket_subject x WHERE x.community_id = $c AND x.ticket_id = $t" };
const HAND_BACKS: Part = Part {
    columns: &[(As::Plain, "x.kind")],
    from: "event x WHERE x.community_id = $c AND x.ticket_id = $t AND x.kind = 'handed_back'",
};
const CLOCKS: Part = Part {
    columns: &[
        (As::Id, "x.community_id"),
        (As::Id, "x.id"),
        (As::Id, "x.ticket_id"),
        (As::Plain, "x.kind"),
        (As::Plain, "x.platform"),
        (As::Plain, "x.queue"),
        (As::Plain, "x.limit_text"),
        (As::Moment, "x.started_at"),
        (As::Moment, "x.due_at"),
        (As::Moment, "x.warn_at"),
        (As::Moment, "x.paused_at"),
        (As::Plain, "x.paused_us"),
        (As::Moment, "x.stopped_at"),
        (As::Flag, "x.met"),
    ],
    from: "ticket_clock x WHERE x.community_id = $c AND x.ticket_id = $t",
};
const TEXTS: Part = Part {
    columns: &[
        (As::Id, "x.community_id"),
        (As::Id, "x.id"),
        (As::Id, "x.ticket_id"),
        (As::Id, "x.event_id"),
        (As::Plain, "x.purpose"),
        (As::Plain, "x.audience"),
        (As::Flag, "x.resident_reads"),
        (As::Plain, "x.body"),
        (As::Moment, "x.created_at"),
        (As::Moment, "x.redacted_at"),
    ],
    from: "text_row x WHERE x.community_id = $c AND x.ticket_id = $t",
};
const EVENTS: Part = Part {
    columns: &[
        (As::Plain, "x.seq"),
        (As::Id, "x.community_id"),
        (As::Id, "x.id"),
        (As::Id, "x.ticket_id"),
        (As::Plain, "x.version"),
        (As::Plain, "x.kind"),
        (As::Plain, "x.actor_kind"),
        (As::Id, "x.actor_id"),
        (As::Plain, "x.audience"),
        (As::Document, "x.data"),
        (As::Moment, "x.at"),
    ],
    from: "event x WHERE x.community_id = $c AND x.ticket_id = $t",
};
const ATTACHMENTS: Part = Part {
    columns: &[
        (As::Id, "x.community_id"),
        (As::Id, "x.id"),
        (As::Id, "x.ticket_id"),
        (As::Id, "x.message_id"),
        (As::Plain, "x.kind"),
        (As::Plain, "x.media_id"),
        (As::Plain, "x.media_url"),
        (As::Plain, "x.file_name"),
        (As::Bytes, "x.sha256"),
        (As::Plain, "x.size_bytes"),
        (As::Plain, "x.state"),
        (As::Document, "x.detail"),
        (As::Moment, "x.created_at"),
    ],
    from: "attachment x WHERE x.community_id = $c AND x.ticket_id = $t",
};
const UNDERSTANDING: Part = Part {
    columns: &[
        (As::Id, "x.community_id"),
        (As::Id, "x.ticket_id"),
        (As::Plain, "x.category"),
        (As::Plain, "x.confidence"),
        (As::Plain, "x.emergency"),
        (As::Document, "x.words"),
        (As::Document, "x.suggestions"),
    ],
    from: "understanding x WHERE x.community_id = $c AND x.ticket_id = $t",
};
/// A resident's first number is the one put on file first.
const REGISTERED: Part = Part {
    columns: &[(As::Id, "x.id"), (As::Plain, "r.name"), (As::Id, "p.id"), (As::Bytes, "p.sealed")],
    from: "ticket_reporter x JOIN resident r ON r.community_id = x.community_id AND r.id = x.resident_id \
           LEFT JOIN resident_phone p ON p.community_id = r.community_id AND p.id = (SELECT f.id FROM resident_phone f \
           WHERE f.community_id = r.community_id AND f.resident_id = r.id ORDER BY f.id LIMIT 1) \
           WHERE x.community_id = $c AND x.ticket_id = $t",
};

const RULES: [Part; 8] = [ESCALATIONS, HOLD, LINKS_FROM, LINKS_TO, REPORTERS, SUBJECTS, HAND_BACKS, CLOCKS];
const PAGE: [Part; 5] = [TEXTS, EVENTS, ATTACHMENTS, UNDERSTANDING, REGISTERED];

static GATHERED: LazyLock<Gathering> = LazyLock::new(|| Gathering::of(&RULES));

/// What the rules need beside a ticket's row, in one statement.
///
/// # Errors
/// [`StoreError::Impossible`] for a row that this program does not write; what the database says.
pub fn beside(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<Beside, StoreError> {
    rules(&mut GATHERED.of_ticket(db, (community, ticket))?)
}

/// The same of several tickets, in their order. One with such a row fails alone.
///
/// # Errors
/// What the database says.
pub fn besides(
    db: &mut Db,
    community: CommunityId,
    tickets: &[TicketId],
) -> Result<Vec<Result<Beside, StoreError>>, StoreError> {
    let found = GATHERED.of_tickets(db, (community, tickets))?;
    Ok(found.into_iter().map(|mut found| rules(&mut found)).collect())
}

/// What the rules need and what the page shows, in one statement.
///
/// # Errors
/// As [`beside`].
pub fn shown(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<(Beside, Shown), StoreError> {
    static STATEMENT: LazyLock<Gathering> = LazyLock::new(|| Gathering::of(&[&RULES[..], &PAGE[..]].concat()));
    let mut found = STATEMENT.of_ticket(db, (community, ticket))?;
    Ok((rules(&mut found)?, page(&mut found)?))
}

fn rules(found: &mut Found) -> Result<Beside, StoreError> {
    let mut escalations: Vec<EscalationRow> = found.next("escalation")?;
    escalations.sort_by_key(|row| (row.offered_at, row.id));
    let hold: Vec<(HoldId, Time, Time, TextId)> = found.next("ticket_hold")?;
    let mut links: Vec<Tied> = found.next("ticket_link")?;
    links.extend(found.next::<Tied>("ticket_link")?);
    let mut reporters: Vec<ReporterRow> = found.next("ticket_reporter")?;
    reporters.sort_by_key(|row| (row.created_at, row.id));
    let subjects: Vec<(UserId,)> = found.next("ticket_subject")?;
    let hand_backs: Vec<(String,)> = found.next("event")?;
    let mut clocks: Vec<ClockRow> = found.next("ticket_clock")?;
    clocks.sort_by_key(|row| (row.started_at, row.id));
    Ok(Beside {
        escalations,
        hold: hold
            .into_iter()
            .next()
            .map(|(id, since, review, reason)| (Hold { id, since: since.0, review_at: review.0 }, reason)),
        links,
        reporters,
        subjects: subjects.into_iter().map(|(user,)| user).collect(),
        hand_back_count: u32::try_from(hand_backs.len()).unwrap_or(u32::MAX),
        clocks,
    })
}

fn page(found: &mut Found) -> Result<Shown, StoreError> {
    let mut texts: Vec<TextRow> = found.next("text_row")?;
    texts.sort_by_key(|row| (row.created_at, row.id));
    let mut events: Vec<EventRow> = found.next("event")?;
    events.sort_by_key(|row| row.seq);
    let mut attachments: Vec<AttachmentRow> = found.next("attachment")?;
    attachments.sort_by_key(|row| (row.created_at, row.id));
    let understanding: Vec<UnderstandingRow> = found.next("understanding")?;
    let registered = found.next("resident")?;
    Ok(Shown { texts, events, attachments, understanding: understanding.into_iter().next(), registered })
}
