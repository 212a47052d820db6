//! Fail points: the moments at which a process may be killed, by name, so that tests can kill it at each of them.
//!
//! They exist in the build the tests are run against alone (feature `fail-points`); in any other [`at`] is nothing. A process
//! started with `JIBAN_TEST_STOP_AT=message_claimed` says so on stderr when it comes to that moment for the first time, and
//! stands still there, whatever it holds, until it is killed.

/// A moment between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailPoint {
    /// A ticket's number is reserved, the message not yet claimed.
    NumberReserved,
    /// A message from a chat is claimed in the transaction under way.
    MessageClaimed,
    /// The ticket the message asks for is written.
    TicketOpened,
    /// Message and reply are written.
    ReplyKept,
    /// The claim knows its reply; nothing is committed.
    ClaimAnswered,
    /// All is committed; the channel was not answered.
    MessageCommitted,
    /// A staff member's or program's request is written, with its key; nothing is committed.
    RequestOpened,
    /// It is committed; nobody was answered.
    RequestCommitted,
    /// A switchboard's event is claimed, its call not folded.
    EventClaimed,
    /// The call is written; nothing is committed.
    CallFolded,
    /// The event is committed; the switchboard was not answered.
    EventCommitted,
    /// Notices are handed on to their hearers; nothing is committed.
    NoticesHandedOn,
    /// A letter is leased, not sent.
    LetterLeased,
    /// The mail server has taken it; that is written nowhere.
    LetterSent,
    /// A backup is written, but does not have its name yet.
    BackupWritten,
    /// A restore has written every row; nothing is committed or has its name.
    RestoreLoaded,
}

impl FailPoint {
    /// Every one.
    pub const ALL: [Self; 16] = [
        Self::NumberReserved,
        Self::MessageClaimed,
        Self::TicketOpened,
        Self::ReplyKept,
        Self::ClaimAnswered,
        Self::MessageCommitted,
        Self::RequestOpened,
        Self::RequestCommitted,
        Self::EventClaimed,
        Self::CallFolded,
        Self::EventCommitted,
        Self::NoticesHandedOn,
        Self::LetterLeased,
        Self::LetterSent,
        Self::BackupWritten,
        Self::RestoreLoaded,
    ];

    /// As it is named in the environment.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NumberReserved => "number_reserved",
            Self::MessageClaimed => "message_claimed",
            Self::TicketOpened => "ticket_opened",
            Self::ReplyKept => "reply_kept",
            Self::ClaimAnswered => "claim_answered",
            Self::MessageCommitted => "message_committed",
            Self::RequestOpened => "request_opened",
            Self::RequestCommitted => "request_committed",
            Self::EventClaimed => "event_claimed",
            Self::CallFolded => "call_folded",
            Self::EventCommitted => "event_committed",
            Self::NoticesHandedOn => "notices_handed_on",
            Self::LetterLeased => "letter_leased",
            Self::LetterSent => "letter_sent",
            Self::BackupWritten => "backup_written",
            Self::RestoreLoaded => "restore_loaded",
        }
    }
}

/// The process is at this moment.
#[cfg(not(feature = "fail-points"))]
#[inline]
pub const fn at(_: FailPoint) {}

/// The process is at this moment, and stands still if it was told to.
#[cfg(feature = "fail-points")]
pub fn at(point: FailPoint) {
    if armed() == Some(point) {
        stand_still(point);
    }
}

/// Where this process was told to stand still.
#[cfg(feature = "fail-points")]
#[allow(clippy::disallowed_methods)] // a switch of the test build, not a setting of the product
fn armed() -> Option<FailPoint> {
    static ARMED: std::sync::OnceLock<Option<FailPoint>> = std::sync::OnceLock::new();
    *ARMED.get_or_init(|| {
        let name = std::env::var("JIBAN_TEST_STOP_AT").ok()?;
        FailPoint::ALL.into_iter().find(|point| point.name() == name)
    })
}

#[cfg(feature = "fail-points")]
#[allow(clippy::print_stderr)] // the test on the other end of it waits for this line
fn stand_still(point: FailPoint) {
    eprintln!("jiban: stands still at {}", point.name());
    loop {
        std::thread::park();
    }
}
