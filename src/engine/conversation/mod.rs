//! Everything a message in a chat does, in one transaction: claimed, understood, acted on, answered, kept.

mod commands;
mod desk;
mod heard;
mod media;
mod nonce;
mod place;
mod request;
mod rows;
mod standing;

pub use desk::{dismiss, file};
pub use heard::{Content, Heard};
pub use nonce::{Nonce, nonce};
pub(super) use rows::{message_row, stranger, words_row};

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::change::By;
use super::{Engine, Failure, Settings};
use crate::domain::conversation;
use crate::domain::ids::{CommunityId, MessageId, ReporterId, TicketId, TicketNumber, WechatAccountId};
use crate::domain::reply::{self, Here};
use crate::domain::routing::{Understanding, Verdict, understand};
use crate::domain::ticket::WORDS_LIMIT;
use crate::fail_point::{self, FailPoint};
use crate::store::message::{self, Claimed, IdentityRow, MessageRow};
use crate::store::text::{self, TextRow};
use crate::store::types::{Json, Time};
use crate::store::{Db, StoreError};

/// How often a message is taken up again when someone else changed the same ticket meanwhile.
const ATTEMPTS: u32 = 4;

/// What goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The words; none when nothing is to be said.
    pub text: Option<String>,
    /// This call did the work; otherwise it was done before and this is the stored reply.
    pub first: bool,
}

/// Takes a message in. A repeat gets the first one's reply, also while the first is still being worked on.
///
/// # Errors
/// [`Failure::Store`] when nothing was done and the message should be sent again.
pub fn receive(
    engine: &Engine,
    community: CommunityId,
    account: WechatAccountId,
    heard: &Heard,
) -> Result<Reply, Failure> {
    let settings = engine.settings(community)?;
    let source = source(account);
    let claim = (source.as_str(), heard.key.as_slice());
    // Before a number is reserved: most repeats come when the work is long done.
    if let Some(text) = engine.store.read_one(|db| message::claimed(db, community, claim))? {
        return Ok(Reply { text, first: false });
    }
    let heard = Arc::new(heard.clone());
    let mut attempt = 1;
    loop {
        match attempt_once(engine, &settings, account, &heard) {
            Err(Failure::Stale(_) | Failure::Store(StoreError::Contended(_) | StoreError::Stale { .. }))
                if attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            // A row of the conversation someone else is at: to be sent again, like any other collision.
            Err(Failure::Store(error @ StoreError::Stale { .. })) => {
                return Err(StoreError::Contended(error.to_string()).into());
            }
            other => return other,
        }
    }
}

fn attempt_once(
    engine: &Engine,
    settings: &Arc<Settings>,
    account: WechatAccountId,
    heard: &Arc<Heard>,
) -> Result<Reply, Failure> {
    let (community, now) = (settings.community.id, engine.now());
    let heard_text = match &heard.content {
        Content::Text(text) => Some(Text::of(settings, text)),
        _ => None,
    };
    // Numbers are reserved in transactions of their own, so before this one.
    let number = match &heard_text {
        Some(text) if text.may_open() => Some(engine.number(settings, now)?),
        _ => None,
    };
    fail_point::at(FailPoint::NumberReserved);
    let (its_engine, its_settings, its_heard) = (engine.clone(), Arc::clone(settings), Arc::clone(heard));
    // What comes back with the reply is the number, unless a ticket bears it now.
    let done = engine.store.write_together(move |db| {
        let (engine, settings, heard) = (&its_engine, &*its_settings, &*its_heard);
        let source = source(account);
        let claim = (source.as_str(), heard.key.as_slice());
        if let Claimed::Before(text) = message::claim(db, community, claim, now)? {
            return Ok((Reply { text, first: false }, number));
        }
        fail_point::at(FailPoint::MessageClaimed);
        let identity = identity(engine, db, (community, account), heard, now)?;
        let mut talk = Talk { engine, settings, db, identity, now, number, message: engine.chance.id(now) };
        let done = talk.take(heard, heard_text.as_ref())?;
        fail_point::at(FailPoint::TicketOpened);
        talk.keep(&heard.content, &done)?;
        fail_point::at(FailPoint::ReplyKept);
        let left = talk.number;
        message::answer_claim(talk.db, community, claim, (done.reply.as_deref(), done.ticket))?;
        fail_point::at(FailPoint::ClaimAnswered);
        Ok::<_, Failure>((Reply { text: done.reply, first: true }, left))
    });
    fail_point::at(FailPoint::MessageCommitted);
    let left = match &done {
        Ok((_, left)) => *left,
        Err(failure) => number.filter(|_| failure.undid()),
    };
    if let Some(number) = left {
        engine.numbers.give_back(community, number);
    }
    done.map(|(reply, _)| reply)
}

/// Whose repeats a claim tells from others'.
fn source(account: WechatAccountId) -> String {
    format!("wechat:{account}")
}

/// A text with what was made of it; neither depends on what the database knows.
struct Text {
    text: String,
    command: Option<conversation::Command>,
    understood: Understanding,
}

impl Text {
    fn of(settings: &Settings, text: &str) -> Self {
        let understood = understand(&settings.catalogue, text);
        Self { text: text.to_owned(), command: conversation::command(text), understood }
    }

    fn too_long(&self) -> bool {
        self.text.chars().count() > WORDS_LIMIT
    }

    /// Says nothing that a ticket could be made of.
    fn is_no_request(&self) -> bool {
        matches!(self.understood.verdict, Verdict::NoRequest(_)) || conversation::says_nothing(&self.text)
    }

    /// Whether this text might open a ticket; whether it does, the conversation decides.
    fn may_open(&self) -> bool {
        self.command.is_none() && !self.is_no_request() && !self.too_long()
    }
}

/// The person behind the sender's id; written down when first heard of.
fn identity(
    engine: &Engine,
    db: &mut Db,
    (community, account): (CommunityId, WechatAccountId),
    heard: &Heard,
    now: DateTime<Utc>,
) -> Result<IdentityRow, StoreError> {
    let hash = rows::sender_hash(engine, account, &heard.sender);
    if let Some(row) = message::identity_for_update(db, community, account, &hash)? {
        return Ok(row);
    }
    let row = stranger(engine, (community, account), &heard.sender, now);
    if message::insert_identity(db, &row)? {
        return Ok(row);
    }
    message::identity_for_update(db, community, account, &hash)?.ok_or(StoreError::Missing)
}

/// A message under way.
struct Talk<'a> {
    engine: &'a Engine,
    settings: &'a Settings,
    db: &'a mut Db,
    identity: IdentityRow,
    now: DateTime<Utc>,
    /// Reserved for the ticket this may become.
    number: Option<TicketNumber>,
    message: MessageId,
}

/// What became of a message.
#[derive(Debug, Default)]
struct Done {
    filing: &'static str,
    ticket: Option<TicketId>,
    /// Joins this ticket as an attachment, as this reporter's.
    joins: Option<(TicketId, ReporterId)>,
    /// For the committee's eyes alone.
    confidential: bool,
    reply: Option<String>,
}

impl Done {
    fn new(filing: &'static str, reply: impl Into<String>) -> Self {
        Self { filing, reply: Some(reply.into()), ..Self::default() }
    }

    fn about(self, ticket: TicketId) -> Self {
        Self { ticket: Some(ticket), ..self }
    }
}

impl Talk<'_> {
    fn community(&self) -> CommunityId {
        self.settings.community.id
    }

    fn here(&self) -> Here {
        Here { now: self.now, zone: self.settings.zone() }
    }

    /// Decides what the message is, and does it.
    fn take(&mut self, heard: &Heard, text: Option<&Text>) -> Result<Done, Failure> {
        if let Some(text) = text {
            return self.text(text);
        }
        Ok(match &heard.content {
            Content::Follow { .. } => {
                self.identity.followed_at = Some(Time(self.now));
                Done::new("command", reply::welcome(&self.settings.community.name))
            }
            Content::Unfollow => {
                self.identity.followed_at = None;
                Done { filing: "command", ..Done::default() }
            }
            Content::Link { .. } => Done::new("unfiled", reply::link_kept()),
            media => self.media(media.kind())?,
        })
    }

    fn text(&mut self, text: &Text) -> Result<Done, Failure> {
        if let Some(command) = &text.command {
            return self.command(command, &text.text);
        }
        if let Some(done) = self.place_answer(&text.text)? {
            return Ok(done);
        }
        if text.may_open() { self.request(text) } else { Ok(self.no_request(text)) }
    }

    /// The ticket was opened or changed through this conversation.
    fn touched(&mut self, ticket: TicketId) {
        self.identity.recent_ticket_id = Some(ticket);
        self.identity.recent_at = Some(Time(self.now));
    }

    /// Writes down the message, its answer, and where the conversation stands.
    fn keep(&mut self, content: &Content, done: &Done) -> Result<(), Failure> {
        message::update_identity(self.db, &self.identity)?;
        let words = match content {
            Content::Text(text) => Some(text.clone()),
            Content::Link { title, url } => Some(format!("{title}\n{url}")),
            _ => None,
        };
        let (media_id, media_url) = match content {
            Content::Image { media_id, url } => (Some(media_id.clone()), url.clone()),
            Content::Voice { media_id } | Content::Video { media_id } => (Some(media_id.clone()), None),
            _ => (None, None),
        };
        let detail = match content {
            Content::Location { lat, lon, label } => {
                Some(Json(serde_json::json!({ "lat": lat, "lon": lon, "label": label })))
            }
            Content::Follow { scene: Some(scene) } => Some(Json(serde_json::json!({ "scene": scene }))),
            _ => None,
        };
        let row = MessageRow { media_id, media_url, detail, ..self.row(self.message, content.kind(), done) };
        let mut exchange = vec![(row, words)];
        if let Some(reply) = &done.reply {
            let id = self.engine.chance.id(self.now);
            let row = MessageRow {
                direction: "out".to_owned(),
                filing: "reply".to_owned(),
                replies_to_id: Some(self.message),
                ..self.row(id, "text", done)
            };
            exchange.push((row, Some(reply.clone())));
        }
        self.insert(exchange, done.confidential)?;
        if let Some((ticket, reporter)) = done.joins {
            self.attach(ticket, reporter, self.message)?;
        }
        Ok(())
    }

    /// Keeps messages with their words.
    fn insert(&mut self, messages: Vec<(MessageRow, Option<String>)>, hidden: bool) -> Result<(), Failure> {
        let (mut rows, mut texts) = (Vec::new(), Vec::new());
        for (mut row, words) in messages {
            if let Some(body) = words.filter(|words| !words.is_empty()) {
                let text = self.words(body, hidden);
                row.text_id = Some(text.id);
                texts.push(text);
            }
            rows.push(row);
        }
        text::insert(self.db, &texts)?;
        Ok(message::insert(self.db, &rows)?)
    }

    fn row(&self, id: MessageId, kind: &str, done: &Done) -> MessageRow {
        MessageRow { ticket_id: done.ticket, ..message_row(&self.identity, id, (kind, done.filing), self.now) }
    }

    /// A row for words said in the chat.
    fn words(&self, body: String, hidden: bool) -> TextRow {
        words_row(self.engine, self.community(), (body, hidden), self.now)
    }
}
