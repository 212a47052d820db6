//! A session as every page needs it.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::alarm::AlarmRow;
use super::super::db::{Db, each};
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::schema::{alarm, app_user, membership, session, ticket};
use super::super::ticket::TicketRow;
use super::{MembershipRow, SessionRow, UserRow};

/// A session with everything a page asks of it.
#[derive(Debug, Clone)]
pub struct WholeSession {
    /// The session.
    pub session: SessionRow,
    /// Its account.
    pub account: UserRow,
    /// The account's seats, in every community.
    pub seats: Vec<MembershipRow>,
    /// What rings in the seats' communities and is not about the account, oldest first, each with its ticket. Whether it is for this
    /// person is for the rules to say.
    pub ringing: Vec<(AlarmRow, TicketRow)>,
}

/// As the statement below gives it: a row for each seat and, in its community, for each emergency that rings.
type Row = (SessionRow, UserRow, Option<MembershipRow>, Option<TicketRow>, Option<AlarmRow>);

/// The session with this token hash, in one statement, for every page begins with it.
pub fn whole_session(db: &mut Db, token_hash: &[u8]) -> Result<Option<WholeSession>, StoreError> {
    let seats = membership::user_id.eq(app_user::id).and(membership::retired_at.is_null());
    // It begins with their index's own condition, for there are few. One that was heard is none of these.
    let emergencies = fixed::<Bool>(
        "ticket.community_id = membership.community_id AND ticket.status <> 'done' AND ticket.urgency = 'emergency' \
         AND EXISTS (SELECT 1 FROM alarm a WHERE a.community_id = ticket.community_id AND a.ticket_id = ticket.id \
         AND a.acknowledged_at IS NULL) AND NOT EXISTS (SELECT 1 FROM ticket_subject s WHERE s.community_id = ticket.community_id \
         AND s.ticket_id = ticket.id AND s.user_id = session.user_id)",
    );
    let rings = fixed::<Bool>(
        "alarm.community_id = ticket.community_id AND alarm.ticket_id = ticket.id AND alarm.acknowledged_at IS NULL",
    );
    let whole = session::table
        .inner_join(app_user::table.on(app_user::id.eq(session::user_id)))
        .left_join(membership::table.on(seats))
        .left_join(ticket::table.on(emergencies))
        .left_join(alarm::table.on(rings))
        .filter(session::token_hash.eq(token_hash))
        .select((
            session::all_columns,
            app_user::all_columns,
            membership::all_columns.nullable(),
            ticket::all_columns.nullable(),
            alarm::all_columns.nullable(),
        ));
    let mut rows: Vec<Row> = each!(db, c => whole.load(c))?;
    let Some((session, account, ..)) = rows.first().cloned() else { return Ok(None) };
    let (mut seats, mut ringing) = (Vec::new(), Vec::new());
    for (.., seat, ticket, alarm) in rows.drain(..) {
        seats.extend(seat);
        ringing.extend(alarm.zip(ticket));
    }
    // Not by the database: it would carry these wide rows through a sorter. Each seat came with each emergency.
    seats.sort_unstable_by_key(|seat: &MembershipRow| seat.id);
    seats.dedup_by_key(|seat| seat.id);
    ringing.sort_by_key(|(alarm, _): &(AlarmRow, _)| (alarm.raised_at, alarm.id));
    ringing.dedup_by_key(|(alarm, _)| alarm.id);
    Ok(Some(WholeSession { session, account, seats, ringing }))
}
