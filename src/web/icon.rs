//! The pictures beside the words: one drawing per meaning, drawn in a 16 by 16 box with the text's own colour.
//!
//! An icon never stands alone: the word is always beside it, so screen readers skip the drawing.

use crate::domain::words::{Platform, Status, Urgency};

use super::facts::ClockState;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $body:literal;)+) => {
        /// A drawing; templates place it with the `icon` macro.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($(#[$doc])* $name,)+ }

        impl Icon {
            /// Every icon, for the specimen test.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What goes between the `svg` tags. Fixed text of ours, so it may go out unescaped.
            pub const fn body(self) -> &'static str {
                match self { $(Self::$name => $body,)+ }
            }
        }
    };
}

icons! {
    /// Search.
    Search = r#"<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5 14 14"/>"#;
    /// Notices.
    Bell = r#"<path d="M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.7 14.2h2.6"/>"#;
    /// A telephone call.
    Phone = r#"<path d="M3.2 2.5h2.3l1.2 3-1.6 1.1a8 8 0 0 0 4.3 4.3l1.1-1.6 3 1.2v2.3c0 .6-.5 1.1-1.1 1C7 13.3 2.7 9 2.1 3.6c0-.6.4-1.1 1.1-1.1z"/>"#;
    /// A nudge.
    Nudge = r#"<path d="M2.5 6.5v3h2.5l5 3.5V3L5 6.5zM12.5 6a3 3 0 0 1 0 4"/>"#;
    /// Late, or a field that is wrong.
    Late = r#"<circle class="f" cx="8" cy="8" r="7"/><path class="k" d="M8 4.4v4.4M8 11.4v.1"/>"#;
    /// Add.
    Plus = r#"<path d="M8 3v10M3 8h10"/>"#;
    /// Several people or households.
    People = r#"<circle cx="6" cy="5.8" r="2.5"/><path d="M1.5 13.5c.4-2.7 2-4 4.5-4s4.1 1.3 4.5 4M10.5 3.5a2.5 2.5 0 0 1 0 4.7M12 9.9c1.4.5 2.2 1.7 2.5 3.6"/>"#;
    /// Nobody's yet.
    Unassigned = r#"<circle cx="8" cy="8" r="6" stroke-dasharray="2.5 2.2"/>"#;
    /// In a queue.
    Assigned = r#"<circle cx="8" cy="8" r="6"/><circle class="f" cx="8" cy="8" r="2"/>"#;
    /// Being worked on.
    InProgress = r#"<circle cx="8" cy="8" r="6"/><path class="f" d="M8 4.2a3.8 3.8 0 0 1 0 7.6z"/>"#;
    /// Done.
    Done = r#"<circle class="f" cx="8" cy="8" r="7"/><path class="k" d="M5 8.2l2.1 2.1L11 6.2"/>"#;
    /// Emergency.
    Emergency = r#"<path class="f" d="M8 1.2 15.4 14.4H.6z"/><path class="k" d="M8 6v3.6M8 12v.1"/>"#;
    /// Three bars: within a day.
    Bars3 = r#"<path d="M3 12V9.5M8 12V7M13 12V4" stroke-width="2.6"/>"#;
    /// Two bars.
    Bars2 = r#"<path d="M3 12V9.5M8 12V7" stroke-width="2.6"/><path class="w" d="M13 12V4" stroke-width="2.6"/>"#;
    /// One bar.
    Bars1 = r#"<path d="M3 12V9.5" stroke-width="2.6"/><path class="w" d="M8 12V7M13 12V4" stroke-width="2.6"/>"#;
    /// Money: a paid service.
    Paid = r#"<path d="M4.5 3 8 8l3.5-5M8 8v5.5M5 9h6M5 11.3h6"/>"#;
    /// A message or WeChat.
    Message = r#"<path d="M2 3h12v8.5H7L4 14v-2.5H2z"/>"#;
    /// A household.
    House = r#"<path d="M2 7.5 8 2.5l6 5M3.5 6.5v7h9v-7M6.5 13.5v-4h3v4"/>"#;
    /// A tie to another ticket.
    Link = r#"<path d="M6.5 9.5 9.5 6.5M7 4.5l1-1a2.8 2.8 0 0 1 4 4l-1 1M9 11.5l-1 1a2.8 2.8 0 0 1-4-4l1-1"/>"#;
    /// A photo.
    Photo = r#"<rect x="1.5" y="4" width="13" height="9.5" rx="1.5"/><circle cx="8" cy="8.7" r="2.5"/><path d="M5.5 4l.8-1.5h3.4l.8 1.5"/>"#;
    /// Soon due.
    Hourglass = r#"<path d="M4 1.8h8M4 14.2h8M5 2v2.6L8 8l3-3.4V2M5 14v-2.6L8 8l3 3.4V14"/>"#;
    /// Time left.
    Clock = r#"<circle cx="8" cy="8" r="6"/><path d="M8 4.8V8l2.2 1.6"/>"#;
    /// Sent on.
    Arrow = r#"<path d="M2.5 8h11M9.5 4l4 4-4 4"/>"#;
    /// On hold.
    Pause = r#"<path d="M5.5 4v8M10.5 4v8" stroke-width="2.2"/>"#;
    /// Held its promise.
    Tick = r#"<path d="M3 8.5l3.2 3.2L13 4.8"/>"#;
    /// Both platforms.
    Joint = r#"<path d="M2 5.5h10M9.5 3 12 5.5 9.5 8M14 10.5H4M6.5 8 4 10.5 6.5 13"/>"#;
    /// Confidential.
    Shield = r#"<path d="M8 1.8 13.5 4v4c0 3.3-2.3 5.3-5.5 6.4C4.8 13.3 2.5 11.3 2.5 8V4z"/>"#;
    /// A note or paper.
    Paper = r#"<path d="M4 1.8h5.5L12.5 5v9.2H4zM9.3 2v3.2h3M6 8.5h4.5M6 11h4.5"/>"#;
    /// Print.
    Print = r#"<path d="M4.5 6V2h7v4M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4.5h-7z"/>"#;
    /// A repair or contractor.
    Wrench = r#"<path d="M13.5 4.5a3.5 3.5 0 0 1-4.7 3.9L4.5 13 3 11.5l4.6-4.3A3.5 3.5 0 0 1 11.5 2.5L9.6 4.4l2 2z"/>"#;
    /// An appointment.
    Calendar = r#"<rect x="2" y="3" width="12" height="11" rx="1.5"/><path d="M2 6.5h12M5 1.5V4M11 1.5V4"/>"#;
    /// Close.
    Cross = r#"<path d="M4 4l8 8M12 4l-8 8"/>"#;
    /// Back to the list.
    Back = r#"<path d="M10 3 5 8l5 5"/>"#;
    /// A place.
    Pin = r#"<path d="M8 14.5S3 10 3 6.5a5 5 0 0 1 10 0C13 10 8 14.5 8 14.5z"/><circle cx="8" cy="6.5" r="1.6"/>"#;
    /// Handed back.
    Return = r#"<path d="M6.5 3.5 3 7l3.5 3.5M3 7h6.5a3.5 3.5 0 0 1 0 7H7"/>"#;
}

/// The shape of a status.
pub const fn of_status(status: Status) -> Icon {
    match status {
        Status::Unassigned => Icon::Unassigned,
        Status::Assigned => Icon::Assigned,
        Status::InProgress => Icon::InProgress,
        Status::Done => Icon::Done,
    }
}

/// The shape of an urgency.
pub const fn of_urgency(urgency: Urgency) -> Icon {
    match urgency {
        Urgency::Emergency => Icon::Emergency,
        Urgency::Urgent => Icon::Bars3,
        Urgency::Normal => Icon::Bars2,
        Urgency::Long => Icon::Bars1,
    }
}

/// The shape of a clock.
pub const fn of_clock(state: ClockState) -> Icon {
    match state {
        ClockState::Ok => Icon::Clock,
        ClockState::Warn => Icon::Hourglass,
        ClockState::Late => Icon::Late,
        ClockState::Hold => Icon::Pause,
        ClockState::Met => Icon::Tick,
    }
}

/// The one character that stands for a platform.
pub const fn platform_letter(platform: Platform) -> &'static str {
    match platform {
        Platform::Property => "物",
        Platform::Committee => "社",
    }
}
