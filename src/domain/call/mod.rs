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

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallResult {
    /// Somebody spoke with them.
    Answered,
    /// It rang and nobody took it.
    Missed,
    /// They hung up while waiting.
    Abandoned,
    /// They left a message.
    Voicemail,
    /// It never got through.
    Failed,
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

    /// How it ended, once it has: what the moments prove goes before what the source says.
    pub fn result(&self, said: Option<CallResult>) -> Option<CallResult> {
        self.ended_at?;
        Some(match (self.answered_at, said) {
            (Some(_), _) => CallResult::Answered,
            (None, Some(CallResult::Answered) | None) => {
                if self.ringing_at.is_some() {
                    CallResult::Missed
                } else {
                    CallResult::Abandoned
                }
            }
            (None, Some(said)) => said,
        })
    }

    /// Seconds spoken, when the source does not say.
    pub fn talk_seconds(&self) -> Option<i32> {
        let spoken = self.ended_at? - self.answered_at?;
        Some(i32::try_from(spoken.num_seconds().max(0)).unwrap_or(i32::MAX))
    }

    /// Whether it may still jump up on a screen: ringing just now, taken by nobody, not over.
    pub fn pops(&self, now: DateTime<Utc>) -> bool {
        let fresh = self.ringing_at.is_some_and(|at| now - at < POP_WITHIN && at - now < POP_WITHIN);
        fresh && self.answered_at.is_none() && self.ended_at.is_none()
    }
}

fn earliest(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0)
    }

    fn moments(list: [Option<i64>; 5]) -> Moments {
        let [started_at, queued_at, ringing_at, answered_at, ended_at] = list.map(|s| s.and_then(at));
        Moments { started_at, queued_at, ringing_at, answered_at, ended_at }
    }

    #[test]
    fn any_order_and_any_repeats_fold_to_the_same_call() {
        let events = [
            moments([Some(0), None, None, None, None]),
            moments([Some(0), Some(2), None, None, None]),
            moments([Some(0), Some(2), Some(4), None, None]),
            moments([Some(1), Some(2), Some(5), Some(9), None]),
            moments([Some(0), Some(2), Some(4), Some(9), Some(60)]),
            moments([Some(0), Some(2), Some(4), Some(9), Some(61)]),
        ];
        let whole = moments([Some(0), Some(2), Some(4), Some(9), Some(61)]);
        for start in 0..events.len() {
            let mut call = Moments::default();
            for step in 0..events.len() * 2 {
                call.fold(&events[(start + step * 5) % events.len()]);
            }
            assert_eq!(call, whole);
        }
        assert_eq!(whole.result(None), Some(CallResult::Answered));
        assert_eq!(whole.talk_seconds(), Some(52));
    }

    #[test]
    fn the_moments_prove_the_result() {
        let rang = moments([Some(0), Some(1), Some(2), None, Some(20)]);
        assert_eq!(rang.result(None), Some(CallResult::Missed));
        assert_eq!(rang.result(Some(CallResult::Answered)), Some(CallResult::Missed), "nobody took it");
        assert_eq!(rang.result(Some(CallResult::Voicemail)), Some(CallResult::Voicemail));
        assert_eq!(moments([Some(0), Some(1), None, None, Some(9)]).result(None), Some(CallResult::Abandoned));
        assert_eq!(moments([Some(0), None, Some(1), None, None]).result(Some(CallResult::Missed)), None, "not over");
        let late = moments([Some(0), None, Some(1), Some(3), Some(9)]);
        assert_eq!(late.result(Some(CallResult::Missed)), Some(CallResult::Answered), "a late answer counts");
    }

    #[test]
    fn only_a_fresh_ring_pops() {
        let rings = moments([Some(0), None, Some(0), None, None]);
        assert!(rings.pops(at(29).unwrap()) && !rings.pops(at(30).unwrap()));
        assert!(!moments([Some(0), None, Some(0), Some(3), None]).pops(at(4).unwrap()), "taken");
        assert!(!moments([Some(0), None, Some(0), None, Some(3)]).pops(at(4).unwrap()), "over");
        assert!(!moments([Some(0), None, None, None, None]).pops(at(1).unwrap()), "no telephone rings yet");
    }
}
