//! When a delivery that failed is tried again, and when it is given up.

use chrono::TimeDelta;

/// Seconds between the tries; together about a day, so that a mail server may be away overnight.
const PAUSES_SECONDS: [i64; 9] = [30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800];

/// A notice not handed on for so long is not sent any more: nobody should be called to yesterday's burst pipe.
pub const STALE: TimeDelta = TimeDelta::hours(24);

/// How long to wait after `tries` tries that failed; `None`: give up. `chance` spreads the waits by a fifth either way, so that
/// a mail server that comes back is not met by everyone in the same second.
pub fn pause(tries: i32, chance: u8) -> Option<TimeDelta> {
    let at = usize::try_from(tries.max(1) - 1).ok()?;
    let seconds = *PAUSES_SECONDS.get(at)?;
    // 0 → -20 %, 255 → +20 %.
    let spread = seconds * (2 * i64::from(chance) - 255) / (5 * 255);
    Some(TimeDelta::seconds(seconds + spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_go_on_for_about_a_day_and_then_end() {
        let whole: i64 = (1..=9).filter_map(|tries| pause(tries, 127)).map(|pause| pause.num_minutes()).sum();
        assert_eq!(whole / 60, 23);
        assert_eq!(pause(10, 0), None);
        assert_eq!(pause(0, 127), pause(1, 127));
    }

    #[test]
    fn chance_moves_a_pause_by_a_fifth_at_most() {
        for (tries, seconds) in (1..).zip(PAUSES_SECONDS) {
            for chance in [0, 255] {
                let off = (pause(tries, chance).unwrap().num_seconds() - seconds).abs();
                assert!(off > 0 && off * 5 <= seconds, "{tries} {chance} {off}");
            }
        }
    }
}
