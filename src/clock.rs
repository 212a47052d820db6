//! Time and chance, as values handed in, so that a test can stand at any moment and repeat any draw.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

/// Where "now" comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock, so far ahead of itself; behind when negative.
    Shifted(TimeDelta),
    /// A hand-set clock, shared by everyone holding a clone.
    Set(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at `now` until [`Clock::advance`] moves it.
    pub fn set_at(now: DateTime<Utc>) -> Self {
        Self::Set(Arc::new(Mutex::new(now)))
    }

    /// A clock that goes on from `now`.
    pub fn going_from(now: DateTime<Utc>) -> Self {
        Self::Shifted(now - Self::System.now())
    }

    /// The present moment in whole microseconds, the finest step both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            // The one place where the machine's clock is read.
            #[allow(clippy::disallowed_methods)]
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Shifted(by) => Self::System.now() + *by,
            Self::Set(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// Sets a hand-set clock; any other is left alone.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Self::Set(at) = self {
            *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
        }
    }

    /// Moves a hand-set clock; any other is left alone.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Set(at) = self {
            let mut at = at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *at += by;
        }
    }
}

/// Where ids and secrets come from.
#[derive(Debug, Clone)]
pub enum Chance {
    /// The operating system.
    System,
    /// A repeatable stream for the demo community and for tests, counted up from a seed. Never for a real installation:
    /// its secrets can be foretold.
    Counted(Arc<Mutex<u64>>),
}

impl Chance {
    /// A repeatable stream.
    pub fn counted(seed: u64) -> Self {
        Self::Counted(Arc::new(Mutex::new(seed)))
    }

    /// Fills the array with fresh bytes.
    ///
    /// # Panics
    /// If the operating system cannot give random bytes: nothing secret can be made then, so going on would be worse.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match self {
            // The one place where chance is drawn.
            #[allow(clippy::expect_used, clippy::disallowed_methods)]
            Self::System => getrandom::fill(&mut out).expect("the operating system gives no random bytes"),
            Self::Counted(state) => {
                let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for chunk in out.chunks_mut(8) {
                    // SplitMix64: a full-period counter with mixing, enough for distinct ids.
                    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                    let mut z = *state;
                    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                    z ^= z >> 31;
                    chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
                }
            }
        }
        out
    }

    /// A new UUIDv7 for this moment; `I` is one of the types in [`crate::domain::ids`].
    pub fn id<I: From<Uuid>>(&self, now: DateTime<Utc>) -> I {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid().into()
    }
}
