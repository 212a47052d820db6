//! The ticket's core row, its reporters, subjects and links; what a page or the API lists of them.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::schema::{event, ticket, ticket_link, ticket_reporter, ticket_subject, understanding};
use super::types::{Json, Time};
use crate::domain::ids::{
    CommunityId, IdentityId, PlaceId, ReporterId, ResidentId, TextId, TicketId, TicketNumber, UserId,
};
use crate::domain::ticket::{Reporter, ReturnedFrom, State, Ticket};
use crate::domain::words::{
    Audience, Channel, Kind, LinkKind, Outcome, Platform, Queue, ReporterRole, Status, Urgency,
};

/// The core row, column by column.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = ticket, treat_none_as_null = true, primary_key(community_id, id))]
#[allow(missing_docs)] // the columns are those of `domain::ticket::Ticket`
pub struct TicketRow {
    pub community_id: CommunityId,
    pub id: TicketId,
    pub number: String,
    pub version: i64,
    pub status: Status,
    pub queue: Option<Queue>,
    pub worker_id: Option<UserId>,
    pub outcome: Option<Outcome>,
    pub review_on: Option<NaiveDate>,
    pub since_at: Time,
    pub returned_from: Option<Queue>,
    pub lead: Platform,
    pub holder: Platform,
    pub channel: Channel,
    pub kind: Kind,
    pub category: Option<String>,
    pub urgency: Urgency,
    pub paid: bool,
    pub confidential: bool,
    /// Which desks may see it, in one word.
    pub seen_by: Audience,
    pub about_place_id: Option<PlaceId>,
    pub reporter_place_id: Option<PlaceId>,
    pub building_id: Option<PlaceId>,
    pub place_text: Option<String>,
    /// The resident's words.
    pub words_id: TextId,
    pub opened_at: Time,
    pub first_done_at: Option<Time>,
    /// When the lead's finish clock runs out; repeated here for lists.
    pub due_at: Option<Time>,
    /// When it warns.
    pub warn_at: Option<Time>,
    /// While on hold: when someone looks again.
    pub hold_review_at: Option<Time>,
    pub nudge_count: i32,
    pub reopened_count: i32,
}

/// What a row cannot say by itself, joined in by the engine.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The live escalation.
    pub escalation: Option<crate::domain::escalation::Escalation>,
    /// The hold under way.
    pub hold: Option<crate::domain::ticket::Hold>,
    /// Everyone who said it.
    pub reporters: Vec<Reporter>,
    /// Staff it is about.
    pub subjects: Vec<UserId>,
    /// Child tickets not yet done.
    pub open_children: Vec<TicketNumber>,
    /// Where it went as a duplicate.
    pub merged_into: Option<TicketId>,
    /// Times a department handed it back.
    pub hand_back_count: u32,
    /// The community's settings that bear on the rules.
    pub rules: crate::domain::ticket::Rules,
}

impl TicketRow {
    fn impossible(&self, column: &'static str, cause: &str) -> StoreError {
        StoreError::impossible("ticket", column, self.id, cause)
    }

    /// The number, checked.
    pub fn ticket_number(&self) -> Result<TicketNumber, StoreError> {
        self.number.parse().map_err(|_| self.impossible("number", "is no ticket number"))
    }

    fn state(&self) -> Result<State, StoreError> {
        let at = self.since_at.0;
        let queue = || self.queue.ok_or_else(|| self.impossible("queue", "is empty in a queue"));
        Ok(match self.status {
            Status::Unassigned => {
                State::Unassigned { returned_from: self.returned_from.map(|queue| ReturnedFrom { queue, at }) }
            }
            Status::Assigned => State::Assigned { queue: queue()?, worker: self.worker_id, at },
            Status::InProgress => State::InProgress {
                queue: queue()?,
                worker: self.worker_id.ok_or_else(|| self.impossible("worker_id", "is empty in progress"))?,
                at,
            },
            Status::Done => State::Done {
                queue: self.queue,
                worker: self.worker_id,
                outcome: self.outcome.ok_or_else(|| self.impossible("outcome", "is empty when done"))?,
                at,
                review_on: self.review_on,
            },
        })
    }

    /// The ticket as the rules see it.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] naming the column that cannot be.
    pub fn ticket(&self, around: Around) -> Result<Ticket, StoreError> {
        let count = |n: i32, column| u32::try_from(n).map_err(|_| self.impossible(column, "is negative"));
        Ok(Ticket {
            id: self.id,
            community: self.community_id,
            number: self.ticket_number()?,
            version: self.version,
            state: self.state()?,
            hold: around.hold,
            lead: self.lead,
            holder: self.holder,
            channel: self.channel,
            kind: self.kind,
            category: self.category.clone(),
            urgency: self.urgency,
            paid: self.paid,
            confidential: self.confidential,
            property_sees: self.seen_by != Audience::Committee,
            committee_sees: self.seen_by != Audience::Property,
            about_place: self.about_place_id,
            reporter_place: self.reporter_place_id,
            building: self.building_id,
            place_text: self.place_text.clone(),
            reporters: around.reporters,
            subjects: around.subjects,
            escalation: around.escalation,
            open_children: around.open_children,
            merged_into: around.merged_into,
            opened_at: self.opened_at.0,
            first_done_at: self.first_done_at.map(|t| t.0),
            reopened_count: count(self.reopened_count, "reopened_count")?,
            nudge_count: count(self.nudge_count, "nudge_count")?,
            hand_back_count: around.hand_back_count,
            rules: around.rules,
        })
    }

    /// The row of a decided ticket. `words_id`, and the instants of the lead's finish clock, are the engine's to give.
    pub fn of(ticket: &Ticket, words_id: TextId, due: Option<(DateTime<Utc>, DateTime<Utc>)>) -> Self {
        let (since, returned_from, outcome, review_on) = match &ticket.state {
            State::Unassigned { returned_from } => {
                (returned_from.map_or(ticket.opened_at, |r| r.at), returned_from.map(|r| r.queue), None, None)
            }
            State::Assigned { at, .. } | State::InProgress { at, .. } => (*at, None, None, None),
            State::Done { outcome, at, review_on, .. } => (*at, None, Some(*outcome), *review_on),
        };
        Self {
            community_id: ticket.community,
            id: ticket.id,
            number: ticket.number.to_string(),
            version: ticket.version,
            status: ticket.status(),
            queue: ticket.queue(),
            worker_id: ticket.worker(),
            outcome,
            review_on,
            since_at: Time(since),
            returned_from,
            lead: ticket.lead,
            holder: ticket.holder,
            channel: ticket.channel,
            kind: ticket.kind,
            category: ticket.category.clone(),
            urgency: ticket.urgency,
            paid: ticket.paid,
            confidential: ticket.confidential,
            seen_by: match (ticket.property_sees, ticket.committee_sees) {
                (true, true) => Audience::Both,
                (true, false) => Audience::Property,
                (false, _) => Audience::Committee,
            },
            about_place_id: ticket.about_place,
            reporter_place_id: ticket.reporter_place,
            building_id: ticket.building,
            place_text: ticket.place_text.clone(),
            words_id,
            opened_at: Time(ticket.opened_at),
            first_done_at: ticket.first_done_at.map(Time),
            due_at: due.map(|d| Time(d.0)),
            warn_at: due.map(|d| Time(d.1)),
            hold_review_at: ticket.hold.map(|h| Time(h.review_at)),
            nudge_count: i32::try_from(ticket.nudge_count).unwrap_or(i32::MAX),
            reopened_count: i32::try_from(ticket.reopened_count).unwrap_or(i32::MAX),
        }
    }
}

/// Adds a ticket.
pub fn insert(db: &mut Db, row: &TicketRow) -> Result<(), StoreError> {
    diesel::insert_into(ticket::table).values(row).execute(db)?;
    Ok(())
}

/// Writes a ticket back if nobody changed it since `was` was read.
///
/// # Errors
/// [`StoreError::Stale`] when someone did.
pub fn update(db: &mut Db, row: &TicketRow, was: i64) -> Result<(), StoreError> {
    let hit = diesel::update(
        ticket::table
            .filter(ticket::community_id.eq(row.community_id))
            .filter(ticket::id.eq(row.id))
            .filter(ticket::version.eq(was)),
    )
    .set(row)
    .execute(db)?;
    expect_one(hit, "ticket", format_args!("{} at version {was}", row.id))
}

/// The row of a ticket of this community. Whether the actor may see it is for the rules to say.
pub fn find(db: &mut Db, community: CommunityId, id: TicketId) -> Result<Option<TicketRow>, StoreError> {
    Ok(ticket::table.filter(ticket::community_id.eq(community)).filter(ticket::id.eq(id)).first(db).optional()?)
}

/// The row of the ticket with this number.
pub fn by_number(db: &mut Db, community: CommunityId, number: TicketNumber) -> Result<Option<TicketRow>, StoreError> {
    Ok(ticket::table
        .filter(ticket::community_id.eq(community))
        .filter(ticket::number.eq(number.to_string()))
        .first(db)
        .optional()?)
}

/// A person's tie to a ticket, column by column.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ticket_reporter)]
pub struct ReporterRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: ReporterId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// First, also, proxy.
    pub role: ReporterRole,
    /// Who, when the register knows them.
    pub resident_id: Option<ResidentId>,
    /// Through which channel account.
    pub identity_id: Option<IdentityId>,
    /// The name given.
    pub name: Option<String>,
    /// The number to ring, sealed.
    pub phone_sealed: Option<Vec<u8>>,
    /// Keyed hash of the number.
    pub phone_hash: Option<Vec<u8>>,
    /// Took it back.
    pub left_at: Option<Time>,
    /// Last counted nudge.
    pub last_nudge_at: Option<Time>,
    /// When they said it.
    pub created_at: Time,
}

impl ReporterRow {
    /// The reporter as the rules see it.
    pub fn reporter(&self) -> Reporter {
        Reporter {
            id: self.id,
            role: self.role,
            left: self.left_at.is_some(),
            last_nudge_at: self.last_nudge_at.map(|t| t.0),
        }
    }
}

/// Adds a reporter.
pub fn insert_reporter(db: &mut Db, row: &ReporterRow) -> Result<(), StoreError> {
    diesel::insert_into(ticket_reporter::table).values(row).execute(db)?;
    Ok(())
}

/// Everyone tied to a ticket, the first one first.
pub fn reporters(db: &mut Db, community: CommunityId, id: TicketId) -> Result<Vec<ReporterRow>, StoreError> {
    Ok(ticket_reporter::table
        .filter(ticket_reporter::community_id.eq(community))
        .filter(ticket_reporter::ticket_id.eq(id))
        .order((ticket_reporter::created_at, ticket_reporter::id))
        .load(db)?)
}

/// A reporter left.
pub fn reporter_left(db: &mut Db, community: CommunityId, id: ReporterId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let hit = diesel::update(
        ticket_reporter::table.filter(ticket_reporter::community_id.eq(community)).filter(ticket_reporter::id.eq(id)),
    )
    .set(ticket_reporter::left_at.eq(Time(at)))
    .execute(db)?;
    expect_one(hit, "ticket_reporter", id)
}

/// A reporter's nudge was counted.
pub fn reporter_nudged(
    db: &mut Db,
    community: CommunityId,
    id: ReporterId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let hit = diesel::update(
        ticket_reporter::table.filter(ticket_reporter::community_id.eq(community)).filter(ticket_reporter::id.eq(id)),
    )
    .set(ticket_reporter::last_nudge_at.eq(Time(at)))
    .execute(db)?;
    expect_one(hit, "ticket_reporter", id)
}

/// The staff a ticket is about.
pub fn subjects(db: &mut Db, community: CommunityId, id: TicketId) -> Result<Vec<UserId>, StoreError> {
    Ok(ticket_subject::table
        .filter(ticket_subject::community_id.eq(community))
        .filter(ticket_subject::ticket_id.eq(id))
        .select(ticket_subject::user_id)
        .load(db)?)
}

/// Notes that a ticket is about a member of staff.
pub fn insert_subject(db: &mut Db, community: CommunityId, id: TicketId, user: UserId) -> Result<(), StoreError> {
    diesel::insert_into(ticket_subject::table)
        .values((
            ticket_subject::community_id.eq(community),
            ticket_subject::ticket_id.eq(id),
            ticket_subject::user_id.eq(user),
        ))
        .execute(db)?;
    Ok(())
}

/// Ties two tickets.
pub fn insert_link(
    db: &mut Db,
    community: CommunityId,
    (from, to, kind): (TicketId, TicketId, LinkKind),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(ticket_link::table)
        .values((
            ticket_link::community_id.eq(community),
            ticket_link::from_ticket_id.eq(from),
            ticket_link::to_ticket_id.eq(to),
            ticket_link::kind.eq(kind),
            ticket_link::created_at.eq(Time(at)),
        ))
        .execute(db)?;
    Ok(())
}

/// Where a ticket went as a duplicate.
pub fn merged_into(db: &mut Db, community: CommunityId, id: TicketId) -> Result<Option<TicketId>, StoreError> {
    Ok(ticket_link::table
        .filter(ticket_link::community_id.eq(community))
        .filter(ticket_link::from_ticket_id.eq(id))
        .filter(ticket_link::kind.eq(LinkKind::Merged))
        .select(ticket_link::to_ticket_id)
        .first(db)
        .optional()?)
}

/// Tickets tied to this one, with their numbers and status: `true` when this one is the link's origin.
pub fn links(
    db: &mut Db,
    community: CommunityId,
    id: TicketId,
) -> Result<Vec<(LinkKind, bool, TicketId, String, Status)>, StoreError> {
    let from: Vec<(LinkKind, TicketId, String, Status)> = ticket_link::table
        .inner_join(
            ticket::table
                .on(ticket::community_id.eq(ticket_link::community_id).and(ticket::id.eq(ticket_link::to_ticket_id))),
        )
        .filter(ticket_link::community_id.eq(community))
        .filter(ticket_link::from_ticket_id.eq(id))
        .select((ticket_link::kind, ticket::id, ticket::number, ticket::status))
        .load(db)?;
    let to: Vec<(LinkKind, TicketId, String, Status)> = ticket_link::table
        .inner_join(
            ticket::table
                .on(ticket::community_id.eq(ticket_link::community_id).and(ticket::id.eq(ticket_link::from_ticket_id))),
        )
        .filter(ticket_link::community_id.eq(community))
        .filter(ticket_link::to_ticket_id.eq(id))
        .select((ticket_link::kind, ticket::id, ticket::number, ticket::status))
        .load(db)?;
    let tied = |from: bool| move |(kind, id, number, status)| (kind, from, id, number, status);
    Ok(from.into_iter().map(tied(true)).chain(to.into_iter().map(tied(false))).collect())
}

/// How often a department handed the ticket back.
pub fn hand_back_count(db: &mut Db, community: CommunityId, id: TicketId) -> Result<u32, StoreError> {
    let count: i64 = event::table
        .filter(event::community_id.eq(community))
        .filter(event::ticket_id.eq(id))
        .filter(event::kind.eq("handed_back"))
        .count()
        .get_result(db)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What the classifier made of the words.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = understanding)]
pub struct UnderstandingRow {
    /// The community.
    pub community_id: CommunityId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Best category.
    pub category: Option<String>,
    /// From 0 to 1.
    pub confidence: f64,
    /// Kind of emergency, by the catalogue's code.
    pub emergency: Option<String>,
    /// The resident's words it went by: an array of strings.
    pub words: Json,
    /// Ranked suggestions, as `domain::view::Suggested` serialises.
    pub suggestions: Json,
}

/// Keeps what the classifier made of the words.
pub fn insert_understanding(db: &mut Db, row: &UnderstandingRow) -> Result<(), StoreError> {
    diesel::insert_into(understanding::table).values(row).execute(db)?;
    Ok(())
}

/// What the classifier made of these tickets.
pub fn understandings(
    db: &mut Db,
    community: CommunityId,
    ids: &[TicketId],
) -> Result<Vec<UnderstandingRow>, StoreError> {
    Ok(understanding::table
        .filter(understanding::community_id.eq(community))
        .filter(understanding::ticket_id.eq_any(ids))
        .load(db)?)
}

/// Hands out `count` numbers of a day: returns the first serial. Runs in a short transaction of its own.
pub fn reserve_numbers(db: &mut Db, community: CommunityId, day: NaiveDate, count: i32) -> Result<i32, StoreError> {
    use super::schema::number_block as block;
    each!(db, c => diesel::insert_into(block::table)
        .values((block::community_id.eq(community), block::day.eq(day), block::next_serial.eq(1)))
        .on_conflict_do_nothing()
        .execute(c))?;
    let row = block::table.filter(block::community_id.eq(community)).filter(block::day.eq(day));
    let next: i32 = diesel::update(row)
        .set(block::next_serial.eq(block::next_serial + count))
        .returning(block::next_serial)
        .get_result(db)?;
    Ok(next - count)
}
