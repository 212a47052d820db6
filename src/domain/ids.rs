//! Identifiers: one type each, so that a ticket's id cannot be handed where a place's is wanted.
//!
//! Every id is a UUIDv7; new ones come from [`crate::clock::Chance`], never from here.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, uuid::Error> { s.parse().map(Self) }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
    )+ };
}

id! {
    /// A community (tenant).
    CommunityId
    /// A person who signs in; belongs to the installation.
    UserId
    /// A user's seat in a community.
    MembershipId
    /// An API token.
    TokenId
    /// A sign-in session.
    SessionId
    /// A node of the place tree.
    PlaceId
    /// A partner company.
    ContractorId
    /// A resident.
    ResidentId
    /// A channel account's user, such as a WeChat follower.
    IdentityId
    /// A ticket.
    TicketId
    /// One person's tie to a ticket.
    ReporterId
    /// A crossing between the platforms.
    EscalationId
    /// A line of a ticket's history.
    EventId
    /// A message in or out of a channel.
    MessageId
    /// A row of words that can be redacted.
    TextId
    /// A telephone call.
    CallId
    /// A request to ring someone back.
    CallBackId
    /// A WeChat account.
    WechatAccountId
    /// A photo or other file.
    AttachmentId
    /// One of a ticket's clocks.
    ClockId
    /// One time a ticket was put on hold.
    HoldId
    /// A notice on its way out.
    OutboxId
    /// A notice on its way to one person.
    DeliveryId
    /// An emergency that rings.
    AlarmId
    /// Whoever acted, in history: a user, a token or a reporter.
    ActorId
    /// A process that holds a lease.
    HolderId
    /// One number of a resident.
    PhoneId
    /// One stay of a resident in a flat.
    OccupancyId
    /// A hotline's source of call events.
    SourceId
    /// A line about a changed setting.
    AdminChangeId
}

/// A ticket's number: `YYYYMMDD-NNNN`, per community and local day. Beyond 9,999 a day the second part grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber {
    /// The community's local day.
    pub day: NaiveDate,
    /// Counts from 1.
    pub serial: u32,
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.day.format("%Y%m%d"), self.serial)
    }
}

/// What was given is not a ticket number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a ticket number such as 20260315-0042")]
pub struct NotANumber(pub String);

impl FromStr for TicketNumber {
    type Err = NotANumber;
    fn from_str(s: &str) -> Result<Self, NotANumber> {
        let wrong = || NotANumber(s.to_owned());
        let (day, serial) = s.split_once('-').ok_or_else(wrong)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if day.len() != 8 || serial.len() < 4 || !digits(day) || !digits(serial) {
            return Err(wrong());
        }
        Ok(Self {
            day: NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| wrong())?,
            serial: serial.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?,
        })
    }
}

impl Serialize for TicketNumber {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TicketNumber {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
