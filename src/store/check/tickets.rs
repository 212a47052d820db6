//! Every ticket with what stands beside it: its history is played again and must end where the row stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use uuid::Uuid;

use super::super::alarm::AlarmRow;
use super::super::community;
use super::super::db::Db;
use super::super::error::StoreError;
use super::super::escalation::{ClockRow, EscalationRow, shown};
use super::super::event::EventRow;
use super::super::schema::{
    alarm, escalation, event, number_block, outbox, text_row, ticket, ticket_clock, ticket_hold, ticket_link,
    ticket_reporter,
};
use super::super::ticket::{Around, ReporterRow, TicketRow};
use super::super::types::Time;
use super::{Found, history};
use crate::domain::ids::{CommunityId, EventId, HoldId, ReporterId, TicketId};
use crate::domain::words::LinkKind;

/// Tickets read at once.
const BATCH: i64 = 300;

/// What a community says of all its tickets.
pub(super) struct Community {
    id: CommunityId,
    zone: Tz,
    /// The next number of each day.
    blocks: HashMap<NaiveDate, i32>,
    /// Since when notices are written: a history written in bulk has none of its past.
    pub(super) notices_since: Option<DateTime<Utc>>,
}

/// A batch's rows by ticket.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) events: HashMap<TicketId, Vec<EventRow>>,
    pub(super) clocks: HashMap<TicketId, Vec<ClockRow>>,
    pub(super) crossings: HashMap<TicketId, Vec<EscalationRow>>,
    pub(super) holds: HashMap<TicketId, Vec<(HoldId, bool)>>,
    pub(super) reporters: HashMap<TicketId, Vec<ReporterRow>>,
    pub(super) alarms: HashMap<TicketId, Vec<AlarmRow>>,
    pub(super) notices: HashMap<TicketId, BTreeSet<(String, Time)>>,
    /// The lines of history that have words.
    pub(super) words: BTreeSet<EventId>,
}

/// Goes through the tickets of every community.
pub(super) fn all(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    for row in found.readable(community::all(db))? {
        let Ok(zone) = row.time_zone.parse::<Tz>() else {
            found.add("every row can be read", || format!("community {}: time zone {}", row.slug, row.time_zone));
            continue;
        };
        let blocks: Vec<(NaiveDate, i32)> = number_block::table
            .filter(number_block::community_id.eq(row.id))
            .select((number_block::day, number_block::next_serial))
            .load(db)?;
        let since: Option<Time> = outbox::table
            .filter(outbox::community_id.eq(row.id))
            .select(diesel::dsl::min(outbox::created_at))
            .first(db)?;
        let blocks = blocks.into_iter().collect();
        let community = Community { id: row.id, zone, blocks, notices_since: since.map(|since| since.0) };
        of_community(db, &community, found)?;
        circles(db, row.id, found)?;
    }
    Ok(())
}

fn of_community(db: &mut Db, community: &Community, found: &mut Found) -> Result<(), StoreError> {
    let mut after = TicketId(Uuid::nil());
    loop {
        let ids: Vec<TicketId> = ticket::table
            .filter(ticket::community_id.eq(community.id))
            .filter(ticket::id.gt(after))
            .order(ticket::id)
            .limit(BATCH)
            .select(ticket::id)
            .load(db)?;
        let (Some(first), Some(last)) = (ids.first().copied(), ids.last().copied()) else { return Ok(()) };
        let rows = ticket::table
            .filter(ticket::community_id.eq(community.id))
            .filter(ticket::id.ge(first))
            .filter(ticket::id.le(last))
            .order(ticket::id)
            .load::<TicketRow>(db);
        let rows = found.readable(rows.map_err(|error| StoreError::from(error).in_row("ticket", last)))?;
        let mut beside = beside(db, community.id, (first, last), found)?;
        for row in &rows {
            one(community, row, &mut beside, found);
        }
        after = last;
    }
}

/// The rows of a table that belong to a run of tickets.
macro_rules! of_tickets {
    ($db:expr, $found:expr, $table:ident, $run:expr, $columns:expr, $row:ty) => {{
        let (community, (first, last)) = $run;
        let rows = $table::table
            .filter($table::community_id.eq(community))
            .filter($table::ticket_id.ge(first))
            .filter($table::ticket_id.le(last))
            .select($columns)
            .load::<$row>($db);
        $found.readable(rows.map_err(|error| StoreError::from(error).in_row(stringify!($table), last)))?
    }};
}

fn beside(
    db: &mut Db,
    community: CommunityId,
    run: (TicketId, TicketId),
    found: &mut Found,
) -> Result<Beside, StoreError> {
    let run = (community, run);
    let mut all = Beside::default();
    for row in of_tickets!(db, found, event, run, event::all_columns, EventRow) {
        all.events.entry(row.ticket_id).or_default().push(row);
    }
    for row in of_tickets!(db, found, ticket_clock, run, ClockRow::as_select(), ClockRow) {
        all.clocks.entry(row.ticket_id).or_default().push(row);
    }
    for row in of_tickets!(db, found, escalation, run, EscalationRow::as_select(), EscalationRow) {
        all.crossings.entry(row.ticket_id).or_default().push(row);
    }
    let columns = (ticket_hold::ticket_id, ticket_hold::id, ticket_hold::ended_at.is_null());
    for (ticket, hold, lasts) in of_tickets!(db, found, ticket_hold, run, columns, (TicketId, HoldId, bool)) {
        all.holds.entry(ticket).or_default().push((hold, lasts));
    }
    for row in of_tickets!(db, found, ticket_reporter, run, ticket_reporter::all_columns, ReporterRow) {
        all.reporters.entry(row.ticket_id).or_default().push(row);
    }
    for row in of_tickets!(db, found, alarm, run, alarm::all_columns, AlarmRow) {
        all.alarms.entry(row.ticket_id).or_default().push(row);
    }
    let columns = (outbox::ticket_id.assume_not_null(), outbox::template, outbox::created_at);
    for (ticket, template, at) in of_tickets!(db, found, outbox, run, columns, (TicketId, String, Time)) {
        all.notices.entry(ticket).or_default().insert((template, at));
    }
    let words = of_tickets!(db, found, text_row, run, text_row::event_id, Option<EventId>);
    all.words = words.into_iter().flatten().collect();
    for events in all.events.values_mut() {
        events.sort_by_key(|row| row.seq);
    }
    Ok(all)
}

fn one(community: &Community, row: &TicketRow, beside: &mut Beside, found: &mut Found) {
    number(community, row, found);
    match row.ticket(Around::default()) {
        Ok(ticket) => history::prove(community, (row, &ticket), beside, found),
        Err(error) => found.add("every row can be read", || error.to_string()),
    }
    let clocks = beside.clocks.remove(&row.id).unwrap_or_default();
    let shown = shown(clocks.iter(), (row.holder, row.lead));
    if shown.and_then(|clock| Some((clock.due_at?, clock.warn_at))) != row.due_at.map(|due| (due, row.warn_at)) {
        found.add("a ticket shows when its finish clock runs out", || row.number.clone());
    }
    for clock in &clocks {
        if clock.limit_text.as_deref().is_some_and(|text| text.parse::<crate::domain::sla::Limit>().is_err()) {
            found.add("every row can be read", || format!("ticket_clock {}: limit {:?}", clock.id, clock.limit_text));
        }
        if clock.queue.is_some_and(|queue| queue.platform() != clock.platform) {
            found.add("the time of a queue is its platform's", || row.number.clone());
        }
    }
}

/// The number's day is the community's, and the number was handed out.
fn number(community: &Community, row: &TicketRow, found: &mut Found) {
    let Ok(number) = row.ticket_number() else { return };
    if number.day != row.opened_at.0.with_timezone(&community.zone).date_naive() {
        found.add("a ticket's number is of the local day it was opened", || row.number.clone());
    }
    let next = community.blocks.get(&number.day).copied().unwrap_or(1);
    if i64::from(number.serial) >= i64::from(next) {
        found.add("a ticket's number was handed out", || row.number.clone());
    }
}

/// No ticket went, over others, into itself. The links are few: duplicates alone have one.
fn circles(db: &mut Db, community: CommunityId, found: &mut Found) -> Result<(), StoreError> {
    let links: Vec<(TicketId, TicketId)> = ticket_link::table
        .filter(ticket_link::community_id.eq(community))
        .filter(ticket_link::kind.eq(LinkKind::Merged))
        .select((ticket_link::from_ticket_id, ticket_link::to_ticket_id))
        .load(db)?;
    let into: BTreeMap<TicketId, TicketId> = links.into_iter().collect();
    for start in into.keys() {
        let (mut at, mut steps) = (start, 0);
        while let Some(next) = into.get(at).filter(|next| *next != start && steps <= into.len()) {
            (at, steps) = (next, steps + 1);
        }
        if into.get(at) == Some(start) || steps > into.len() {
            found.add("no ticket went, over others, into itself", || start.to_string());
        }
    }
    Ok(())
}

/// Who of the reporters left, as the rows say.
pub(super) fn left(reporters: &[ReporterRow]) -> BTreeSet<ReporterId> {
    reporters.iter().filter(|row| row.left_at.is_some()).map(|row| row.id).collect()
}
