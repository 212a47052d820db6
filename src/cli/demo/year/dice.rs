//! Chance for the plot: repeatable, and apart from the ids'.

use std::cell::Cell;

use chrono::TimeDelta;

/// A repeatable stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice(Cell<u64>);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    fn next(&self) -> u64 {
        // SplitMix64.
        self.0.set(self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15));
        let mut z = self.0.get();
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 of none.
    pub(super) fn below(&self, n: usize) -> usize {
        let n = u64::try_from(n.max(1)).unwrap_or(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    /// Whether something that happens `of` times in a thousand happens.
    pub(super) fn per_mille(&self, of: usize) -> bool {
        self.below(1000) < of
    }

    pub(super) fn one<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// The index drawn by these weights.
    pub(super) fn weighted(&self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let all: u32 = weights.clone().sum();
        let mut drawn = self.below(usize::try_from(all).unwrap_or(1));
        for (at, weight) in weights.enumerate() {
            let weight = usize::try_from(weight).unwrap_or(0);
            if drawn < weight {
                return at;
            }
            drawn -= weight;
        }
        0
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        let width = usize::try_from(to - from).unwrap_or(0);
        from + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// From so many minutes to so many, to the second.
    pub(super) fn minutes(&self, from: i64, to: i64) -> TimeDelta {
        TimeDelta::seconds(self.between(from * 60, to * 60))
    }

    /// From so many hours to so many.
    pub(super) fn hours(&self, from: i64, to: i64) -> TimeDelta {
        self.minutes(from * 60, to * 60)
    }

    /// From so many days to so many.
    pub(super) fn days(&self, from: i64, to: i64) -> TimeDelta {
        self.hours(from * 24, to * 24)
    }
}
