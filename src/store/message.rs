//! Conversations: who writes through a channel, every message in and out, and the claims that keep a repeat from being
//! taken twice.

mod claim;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use serde::Deserialize;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::fixed::{Fixed, fixed, statement};
use super::many::insert_all;
use super::schema::{attachment, identity, message, text_row, ticket, ticket_reporter};
use super::ticket::{ReporterRow, TicketRow};
use super::types::{DbJson, DbTime, DbUuid, Json, Time};
use crate::domain::ids::{
    AttachmentId, CommunityId, IdentityId, MessageId, PlaceId, ResidentId, TextId, TicketId, TicketNumber,
    WechatAccountId,
};

pub use claim::{Claimed, answer_claim, claim, claimed};

/// A person as a channel knows them, with the conversation's open question and freshest ticket.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = identity, treat_none_as_default_value = false)]
pub struct IdentityRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: IdentityId,
    /// `wechat`.
    pub kind: String,
    /// The account they write to.
    pub account_id: WechatAccountId,
    /// Their id there, sealed.
    pub value_sealed: Vec<u8>,
    /// Keyed hash of it.
    pub value_hash: Vec<u8>,
    /// Who they are, once proven.
    pub resident_id: Option<ResidentId>,
    /// The flat they proved to live in.
    pub bound_flat_id: Option<PlaceId>,
    /// Follows the account since.
    pub followed_at: Option<Time>,
    /// The ticket whose place was asked for.
    pub asked_ticket_id: Option<TicketId>,
    /// When it was asked.
    pub asked_at: Option<Time>,
    /// The places offered to choose from: an array of ids.
    pub asked_choices: Option<Json>,
    /// The ticket opened or changed last through this conversation.
    pub recent_ticket_id: Option<TicketId>,
    /// When.
    pub recent_at: Option<Time>,
    /// First seen.
    pub created_at: Time,
}

/// The person behind a hashed id, if they wrote before. On PostgreSQL their row is locked until the transaction ends,
/// so that two messages of one person are worked on one after the other.
pub fn identity_for_update(
    db: &mut Db,
    community: CommunityId,
    account: WechatAccountId,
    value_hash: &[u8],
) -> Result<Option<IdentityRow>, StoreError> {
    let wanted = identity::table
        .filter(identity::community_id.eq(community))
        .filter(identity::kind.eq("wechat"))
        .filter(identity::account_id.eq(account))
        .filter(identity::value_hash.eq(value_hash));
    Ok(match db {
        Db::Pg(c) => wanted.for_update().first(c).optional()?,
        Db::Sqlite(c) => wanted.first(c).optional()?,
    })
}

/// Adds a person unless another transaction just did; says whether this one did.
pub fn insert_identity(db: &mut Db, row: &IdentityRow) -> Result<bool, StoreError> {
    let rows = each!(db, c => diesel::insert_into(identity::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(rows == 1)
}

/// Writes back where a person's conversation stands.
pub fn update_identity(db: &mut Db, row: &IdentityRow) -> Result<(), StoreError> {
    let hit = statement("UPDATE identity SET followed_at = ")
        .bind::<Nullable<DbTime>, _>(row.followed_at)
        .sql(", asked_ticket_id = ")
        .bind::<Nullable<DbUuid>, _>(row.asked_ticket_id)
        .sql(", asked_at = ")
        .bind::<Nullable<DbTime>, _>(row.asked_at)
        .sql(", asked_choices = ")
        .bind::<Nullable<DbJson>, _>(&row.asked_choices)
        .sql(", recent_ticket_id = ")
        .bind::<Nullable<DbUuid>, _>(row.recent_ticket_id)
        .sql(", recent_at = ")
        .bind::<Nullable<DbTime>, _>(row.recent_at)
        .sql(" WHERE community_id = ")
        .bind::<DbUuid, _>(row.community_id)
        .sql(" AND id = ")
        .bind::<DbUuid, _>(row.id)
        .execute(db)?;
    expect_one(hit, "identity", row.id)
}

/// The people with these ids.
pub fn identities(db: &mut Db, community: CommunityId, ids: &[IdentityId]) -> Result<Vec<IdentityRow>, StoreError> {
    Ok(identity::table.filter(identity::community_id.eq(community)).filter(identity::id.eq_any(ids)).load(db)?)
}

/// The tickets this person reported, newest first, with their tie to each; with a number, that one alone. Nobody else's
/// can come out of this.
pub fn tickets_of(
    db: &mut Db,
    community: CommunityId,
    (identity, number): (IdentityId, Option<TicketNumber>),
    limit: i64,
) -> Result<Vec<(TicketRow, ReporterRow)>, StoreError> {
    let mut wanted =
        ticket_reporter::table
            .inner_join(ticket::table.on(
                ticket::community_id.eq(ticket_reporter::community_id).and(ticket::id.eq(ticket_reporter::ticket_id)),
            ))
            .filter(ticket_reporter::community_id.eq(community))
            .filter(ticket_reporter::identity_id.eq(identity))
            .filter(ticket_reporter::left_at.is_null())
            .into_boxed();
    if let Some(number) = number {
        wanted = wanted.filter(ticket::number.eq(number.to_string()));
    }
    Ok(wanted
        .order((ticket_reporter::created_at.desc(), ticket_reporter::id.desc()))
        .limit(limit)
        .select((ticket::all_columns, ticket_reporter::all_columns))
        .load(db)?)
}

/// One message, in or out.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = message, treat_none_as_default_value = false)]
pub struct MessageRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: MessageId,
    /// `wechat`.
    pub channel: String,
    /// `in` or `out`.
    pub direction: String,
    /// With whom.
    pub identity_id: IdentityId,
    /// `text`, `image`, `voice`, `video`, `location`, `link`, `follow`, `unfollow`.
    pub kind: String,
    /// What became of it: `ticket`, `unfiled` (opened none, stands on the desk's list), `answer` (filled in a place),
    /// `command`, `waiting` (media for the next text), `dismissed`, `reply` (ours).
    pub filing: String,
    /// The ticket it belongs to.
    pub ticket_id: Option<TicketId>,
    /// The words.
    pub text_id: Option<TextId>,
    /// The channel's id of a photo or recording.
    pub media_id: Option<String>,
    /// Where a photo can be fetched.
    pub media_url: Option<String>,
    /// What else it carried, such as a location.
    pub detail: Option<Json>,
    /// The message this one answers.
    pub replies_to_id: Option<MessageId>,
    /// When it came or went.
    pub at: Time,
}

/// Keeps messages; one may answer another before it.
pub fn insert(db: &mut Db, rows: &[MessageRow]) -> Result<(), StoreError> {
    insert_all!(db, message::table, rows);
    Ok(())
}

/// A message with its words.
pub fn find(
    db: &mut Db,
    community: CommunityId,
    id: MessageId,
) -> Result<Option<(MessageRow, Option<String>)>, StoreError> {
    Ok(message::table
        .left_join(
            text_row::table
                .on(text_row::community_id.eq(message::community_id).and(message::text_id.eq(text_row::id.nullable()))),
        )
        .filter(message::community_id.eq(community))
        .filter(message::id.eq(id))
        .select((message::all_columns, text_row::body.nullable()))
        .first(db)
        .optional()?)
}

/// Stands on the desk's list. Written as a literal, so that the partial index applies.
const fn opened_none() -> Fixed<Bool> {
    fixed("message.filing IN ('unfiled', 'waiting')")
}

/// Messages that opened no ticket, newest first, with their words; photos that still wait for a text are among them, so
/// that none is lost if it never comes.
pub fn unfiled(
    db: &mut Db,
    community: CommunityId,
    limit: i64,
) -> Result<Vec<(MessageRow, Option<String>)>, StoreError> {
    Ok(message::table
        .left_join(
            text_row::table
                .on(text_row::community_id.eq(message::community_id).and(message::text_id.eq(text_row::id.nullable()))),
        )
        .filter(message::community_id.eq(community))
        .filter(opened_none())
        .order((message::at.desc(), message::id.desc()))
        .limit(limit)
        .select((message::all_columns, text_row::body.nullable()))
        .load(db)?)
}

/// How many messages opened no ticket.
pub fn unfiled_count(db: &mut Db, community: CommunityId) -> Result<i64, StoreError> {
    Ok(message::table
        .filter(message::community_id.eq(community))
        .filter(opened_none())
        .select(count_star())
        .first(db)?)
}

/// The messages of a ticket, oldest first, with their words.
pub fn of_ticket(
    db: &mut Db,
    community: CommunityId,
    ticket: TicketId,
) -> Result<Vec<(MessageRow, Option<String>)>, StoreError> {
    Ok(message::table
        .left_join(
            text_row::table
                .on(text_row::community_id.eq(message::community_id).and(message::text_id.eq(text_row::id.nullable()))),
        )
        .filter(message::community_id.eq(community))
        .filter(message::ticket_id.eq(ticket))
        .order((message::at, message::id))
        .select((message::all_columns, text_row::body.nullable()))
        .load(db)?)
}

/// Media of a person that came after `since` and still waits for a request.
pub fn waiting(
    db: &mut Db,
    community: CommunityId,
    identity: IdentityId,
    since: DateTime<Utc>,
) -> Result<Vec<MessageRow>, StoreError> {
    Ok(message::table
        .filter(message::community_id.eq(community))
        .filter(message::identity_id.eq(identity))
        .filter(message::filing.eq("waiting"))
        .filter(message::at.ge(Time(since)))
        .order((message::at, message::id))
        .load(db)?)
}

/// Says what became of a message, if it still stands as `was`.
///
/// # Errors
/// [`StoreError::Stale`] when someone filed it first.
pub fn refile(
    db: &mut Db,
    (community, id): (CommunityId, MessageId),
    (was, filing): (&str, &str),
    ticket: Option<TicketId>,
) -> Result<(), StoreError> {
    let hit = diesel::update(message::table)
        .filter(message::community_id.eq(community))
        .filter(message::id.eq(id))
        .filter(message::filing.eq(was))
        .set((message::filing.eq(filing), message::ticket_id.eq(ticket)))
        .execute(db)?;
    expect_one(hit, "message", id)
}

/// A photo, recording or location of a ticket.
#[derive(Debug, Clone, Queryable, Insertable, Deserialize)]
#[diesel(table_name = attachment, treat_none_as_default_value = false)]
pub struct AttachmentRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: AttachmentId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The message it came with.
    pub message_id: Option<MessageId>,
    /// As in [`MessageRow::kind`].
    pub kind: String,
    /// The channel's id.
    pub media_id: Option<String>,
    /// Where it can be fetched.
    pub media_url: Option<String>,
    /// Our file, once fetched.
    pub file_name: Option<String>,
    /// Its hash.
    #[serde(deserialize_with = "super::gather::bytes")]
    pub sha256: Option<Vec<u8>>,
    /// Its size in bytes.
    pub size_bytes: Option<i64>,
    /// `to_fetch`, `kept` or `lost`.
    pub state: String,
    /// What else it carried, such as a location.
    pub detail: Option<Json>,
    /// When.
    pub created_at: Time,
}

/// Ties a file to a ticket.
pub fn insert_attachment(db: &mut Db, row: &AttachmentRow) -> Result<(), StoreError> {
    diesel::insert_into(attachment::table).values(row).execute(db)?;
    Ok(())
}

/// The files of a ticket.
pub fn attachments(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<Vec<AttachmentRow>, StoreError> {
    Ok(attachment::table
        .filter(attachment::community_id.eq(community))
        .filter(attachment::ticket_id.eq(ticket))
        .order((attachment::created_at, attachment::id))
        .load(db)?)
}
