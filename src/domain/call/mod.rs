//! A telephone call, folded from the events a switchboard sends. Events come doubled, out of order, late or not at all;
//! each carries every moment known so far, so a later one repairs the loss of an earlier one.

mod said;

use chrono::{DateTime, TimeDelta, Utc};

pub use said::{Said, Wrong, read};

/// A ringing older than this no longer jumps up on a screen.
pub const POP_WITHIN: TimeDelta = TimeDelta::seconds(30);
/// A call nobody took waits this long for a late `answered` before someone is asked to ring back.
pub const CALL_BACK_AFTER: TimeDelta = TimeDelta::seconds(10);

/// Who rang whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A resident rang us.
    Inbound,
    /// We rang a resident.
    Outbound,
}

impl Direction {
    /// As it is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// How a call ended. Ordered by what weighs more when a source says now this, now that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallResult {
    /// It never got through.
    Failed,
    /// They hung up while waiting.
    Abandoned,
    /// It rang and nobody took it.
    Missed,
    /// They left a message.
    Voicemail,
    /// Somebody spoke with them.
    Answered,
}

impl CallResult {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Answered, Self::Missed, Self::Abandoned, Self::Voicemail, Self::Failed];

    /// As it is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Missed => "missed",
            Self::Abandoned => "abandoned",
            Self::Voicemail => "voicemail",
            Self::Failed => "failed",
        }
    }

    /// Reads a code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.code() == code)
    }

    /// Whether the resident should be rung back.
    pub const fn wants_call_back(self) -> bool {
        matches!(self, Self::Missed | Self::Abandoned | Self::Voicemail)
    }
}

/// The moments of a call, as far as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moments {
    /// It came in.
    pub started_at: Option<DateTime<Utc>>,
    /// It began to wait.
    pub queued_at: Option<DateTime<Utc>>,
    /// A telephone rang.
    pub ringing_at: Option<DateTime<Utc>>,
    /// Somebody took it.
    pub answered_at: Option<DateTime<Utc>>,
    /// It was over.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Moments {
    /// Takes in what another event knows: the earliest of each beginning, the latest end.
    pub fn fold(&mut self, other: &Self) {
        self.started_at = earliest(self.started_at, other.started_at);
        self.queued_at = earliest(self.queued_at, other.queued_at);
        self.ringing_at = earliest(self.ringing_at, other.ringing_at);
        self.answered_at = earliest(self.answered_at, other.answered_at);
        self.ended_at = self.ended_at.max(other.ended_at);
    }

    /// Seconds between answer and end.
    pub fn talk_seconds(&self) -> Option<i32> {
        let spoken = self.ended_at? - self.answered_at?;
        Some(i32::try_from(spoken.num_seconds().max(0)).unwrap_or(i32::MAX))
    }
}

/// What is known of a call. Folding the same events gives the same call, whatever their order and however often they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who rang whom.
    pub direction: Direction,
    /// The moments.
    pub moments: Moments,
    /// How it ended as the source sees it: the weightiest word it said.
    pub said: Option<CallResult>,
    /// Seconds spoken.
    pub talk_seconds: Option<i32>,
    /// The telephone that rings or talks, as told last, and when that was told.
    pub extension: Option<(DateTime<Utc>, String)>,
}

impl Call {
    /// A call nothing is known of but its direction.
    pub fn new(direction: Direction) -> Self {
        Self { direction, moments: Moments::default(), said: None, talk_seconds: None, extension: None }
    }

    /// Takes in an event.
    pub fn fold(&mut self, event: &Said) {
        self.moments.fold(&event.moments);
        self.said = self.said.max(event.result);
        if let Some(extension) = &event.extension {
            let told = Some((event.at, extension.clone()));
            self.extension = self.extension.take().max(told);
        }
        // Sources send 0 before they know; and what the moments prove does not depend on who came last.
        self.talk_seconds = self.moments.talk_seconds().or(self.talk_seconds.max(event.talk_seconds));
    }

    /// How it ended, once it has. A proven answer goes before everything; then the source's own word; then what the moments
    /// tell: it rang, or it did not.
    pub fn result(&self) -> Option<CallResult> {
        self.moments.ended_at?;
        Some(match (self.moments.answered_at, self.said) {
            (Some(_), _) => CallResult::Answered,
            (None, Some(said)) => said,
            (None, None) if self.moments.ringing_at.is_some() => CallResult::Missed,
            (None, None) => CallResult::Abandoned,
        })
    }

    /// Somebody is to ring the resident back.
    pub fn wants_call_back(&self) -> bool {
        self.direction == Direction::Inbound && self.result().is_some_and(CallResult::wants_call_back)
    }

    /// Whether an event that was folded in just now makes the call jump up on a screen. The event must be fresh and not
    /// older than what is shown, the call under way, and the ring (or the answer, should the ring have been lost) fresh too,
    /// unless the call has moved on to another telephone. Once somebody took it, only a telephone named by the event
    /// concerns anybody.
    pub fn pops(&self, before: Option<&Self>, event: &Said, now: DateTime<Utc>) -> bool {
        let fresh = |at: DateTime<Utc>| (now - at).abs() < POP_WITHIN;
        // Some sources stamp whole seconds only.
        let not_older = |at: DateTime<Utc>| event.at.timestamp() >= at.timestamp();
        let Moments { ringing_at, answered_at, ended_at, .. } = self.moments;
        let Some(heard_at) = ringing_at.max(answered_at) else { return false };
        let rang_elsewhere = before.and_then(|call| call.extension.as_ref()).map(|(_, extension)| extension);
        let moved =
            event.extension.is_some() && rang_elsewhere.is_some_and(|other| Some(other) != event.extension.as_ref());
        self.direction == Direction::Inbound
            && ended_at.is_none()
            && (answered_at.is_none() || event.extension.is_some())
            && fresh(event.at)
            && (moved || fresh(heard_at))
            && answered_at.is_none_or(not_older)
            && self.extension.as_ref().is_none_or(|(told_at, _)| not_older(*told_at))
    }
}

fn earliest(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests;
