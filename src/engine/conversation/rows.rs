//! The rows a conversation is kept in.

use chrono::{DateTime, Utc};

use crate::domain::ids::{CommunityId, IdentityId, MessageId, WechatAccountId};
use crate::domain::words::Audience;
use crate::engine::Engine;
use crate::store::message::{IdentityRow, MessageRow};
use crate::store::text::TextRow;
use crate::store::types::Time;

/// What a sender is found by. An id means something within its account only, so that two accounts' hashes never meet.
pub(super) fn sender_hash(engine: &Engine, account: WechatAccountId, sender: &str) -> [u8; 32] {
    engine.keys.blind(&format!("wechat.openid:{account}"), sender)
}

/// Someone not heard of before.
pub(in crate::engine) fn stranger(
    engine: &Engine,
    (community_id, account_id): (CommunityId, WechatAccountId),
    sender: &str,
    now: DateTime<Utc>,
) -> IdentityRow {
    let id: IdentityId = engine.chance.id(now);
    IdentityRow {
        community_id,
        id,
        kind: "wechat".to_owned(),
        account_id,
        value_sealed: engine.keys.seal("identity.value_sealed", id.0, sender.as_bytes(), engine.chance.bytes()),
        value_hash: sender_hash(engine, account_id, sender).to_vec(),
        resident_id: None,
        bound_flat_id: None,
        followed_at: None,
        asked_ticket_id: None,
        asked_at: None,
        asked_choices: None,
        recent_ticket_id: None,
        recent_at: None,
        created_at: Time(now),
    }
}

/// A message's row, as one that came in.
pub(in crate::engine) fn message_row(
    identity: &IdentityRow,
    id: MessageId,
    (kind, filing): (&str, &str),
    now: DateTime<Utc>,
) -> MessageRow {
    MessageRow {
        community_id: identity.community_id,
        id,
        channel: "wechat".to_owned(),
        direction: "in".to_owned(),
        identity_id: identity.id,
        kind: kind.to_owned(),
        filing: filing.to_owned(),
        ticket_id: None,
        text_id: None,
        media_id: None,
        media_url: None,
        detail: None,
        replies_to_id: None,
        at: Time(now),
    }
}

/// A row for words said in the chat. They go with the message, not with the ticket's history, which has its own copy.
pub(in crate::engine) fn words_row(
    engine: &Engine,
    community_id: CommunityId,
    (body, hidden): (String, bool),
    now: DateTime<Utc>,
) -> TextRow {
    TextRow {
        community_id,
        id: engine.chance.id(now),
        ticket_id: None,
        event_id: None,
        purpose: "message".to_owned(),
        audience: if hidden { Audience::Committee } else { Audience::Both },
        resident_reads: true,
        body,
        created_at: Time(now),
        redacted_at: None,
    }
}
