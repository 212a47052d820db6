//! The last days' shares as bars: heights are SVG attributes, words stand in HTML beside them and never shrink.

use chrono::NaiveDate;

use super::points;
use crate::domain::view::Day;
use crate::web::texts::{Manage, fill};

/// Width and height of the drawing's own measure.
const WIDTH: i64 = 1400;
const HEIGHT: i64 = 1000;

/// One day's bar; one without tickets has no height.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Left edge.
    pub x: i64,
    /// Width.
    pub width: i64,
    /// Upper edge.
    pub y: i64,
    /// Down to the ground line.
    pub height: i64,
    /// `b`, with ` under` below the goal and ` now` for the day that still runs.
    pub class: &'static str,
}

/// The bars of these days, the last of which still runs. They start at nothing: a share is its length.
pub fn bars(days: &[Day], goal_per_mille: i64) -> Vec<Bar> {
    let count = i64::try_from(days.len()).unwrap_or(1).max(1);
    let step = WIDTH / count;
    let bar = |(at, day): (i64, &Day)| {
        let share = day.same_day.per_mille();
        let height = share.unwrap_or(0) * HEIGHT / 1000;
        let class = match share {
            _ if at + 1 == count => "b now",
            Some(share) if share < goal_per_mille => "b under",
            _ => "b",
        };
        Bar { x: at * step + step / 5, width: step * 3 / 5, y: HEIGHT - height, height, class }
    };
    (0..).zip(days).map(bar).collect()
}

/// The words under the bars: the first day, one in the middle, and today.
pub fn axis(days: &[Day], word: impl Fn(NaiveDate) -> String, today: &str) -> Vec<String> {
    let at = |at: usize| days.get(at).map(|day| word(day.date));
    let mut words: Vec<String> = [at(0), at(days.len() / 2)].into_iter().flatten().collect();
    words.push(today.to_owned());
    words
}

/// The drawing in one sentence, over the days that are over and had tickets.
pub fn says(t: &Manage, days: &[Day], goal_per_mille: i64) -> String {
    let over = days.split_last().map_or(days, |(_, over)| over);
    let shares: Vec<i64> = over.iter().filter_map(|day| day.same_day.per_mille()).collect();
    let (Some(least), Some(most)) = (shares.iter().min(), shares.iter().max()) else { return t.chart_empty.to_owned() };
    let under = shares.iter().filter(|share| **share < goal_per_mille).count();
    let percent = |share: i64| format!("{}%", points(share));
    fill(t.chart, &[&percent(*least), &percent(*most), &under.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::Share;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let day = |date: &str, part, of| Day {
            date: date.parse().unwrap(),
            same_day: Share { part, of },
            channels: Vec::new(),
        };
        let days = [day("2026-03-14", 9, 10), day("2026-03-15", 1, 4), day("2026-03-16", 0, 0)];
        let drawn = bars(&days, 900);
        let seen: Vec<_> = drawn.iter().map(|bar| (bar.y, bar.height, bar.class)).collect();
        assert_eq!(seen, [(100, 900, "b"), (750, 250, "b under"), (1000, 0, "b now")]);
        assert!(drawn.windows(2).all(|two| two[0].x + two[0].width < two[1].x));
        assert_eq!(axis(&days, |day| day.to_string(), "now"), ["2026-03-14", "2026-03-15", "now"]);
    }
}
