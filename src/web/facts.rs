//! What the macros draw: small view structs of plain values, filled by a page from what the engine read.
//!
//! Nothing here decides anything: the words and states arrive ready, times already put into words.

use crate::domain::words::{Status, Urgency};

use super::icon::Icon;

/// Where a clock stands; shape and colour follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Time enough.
    Ok,
    /// Soon due.
    Warn,
    /// Past its limit.
    Late,
    /// On hold: the clock stands still.
    Hold,
    /// Done within the limit.
    Met,
}

impl ClockState {
    /// The end of the CSS class, such as `late` in `clk-late`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Late => "late",
            Self::Hold => "hold",
            Self::Met => "met",
        }
    }
}

/// A clock in words, for the `clock` macro.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Where it stands.
    pub state: ClockState,
    /// In words, such as 还剩 1 小时 20 分.
    pub text: String,
    /// The limit as RFC 3339, for the browser's minute tick; empty for a clock that does not run.
    pub due: String,
    /// When it turns to warn, as RFC 3339, or empty.
    pub warn: String,
    /// The sentence around the time left, with one slot, where it is not the usual 还剩 {0}; else empty.
    pub left: &'static str,
}

impl Clock {
    /// A clock that ticks in the browser too; `due` and `warn` as RFC 3339, `warn` may be empty.
    pub fn running(
        state: ClockState,
        text: impl Into<String>,
        due: impl Into<String>,
        warn: impl Into<String>,
    ) -> Self {
        Self { state, text: text.into(), due: due.into(), warn: warn.into(), left: "" }
    }

    /// A clock that does not tick: on hold, met, or without a limit.
    pub fn still(state: ClockState, text: impl Into<String>) -> Self {
        Self { state, text: text.into(), due: String::new(), warn: String::new(), left: "" }
    }
}

/// One clock of the ticket page's panel, with its bar.
#[derive(Debug, Clone)]
pub struct ClockLine {
    /// What it measures, such as 首次联系.
    pub name: String,
    /// The clock itself.
    pub clock: Clock,
    /// How much of the time is gone, 0 to 100.
    pub percent: u8,
    /// A sentence under the bar, or empty.
    pub note: String,
}

/// The sort of a tag; the care tag comes first on a row, and a row has at most three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// An ordinary fact.
    Plain,
    /// The resident needs care: 独居老人.
    Care,
    /// Both platforms are at it.
    Joint,
}

impl TagKind {
    /// The CSS class, or nothing.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Care => " care",
            Self::Joint => " joint",
        }
    }
}

/// A short fact about a ticket.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Its sort.
    pub kind: TagKind,
    /// A drawing before the word.
    pub icon: Option<Icon>,
    /// The word.
    pub text: String,
}

impl Tag {
    /// An ordinary tag.
    pub fn plain(icon: Icon, text: impl Into<String>) -> Self {
        Self { kind: TagKind::Plain, icon: Some(icon), text: text.into() }
    }

    /// The care tag; carries no drawing, the word is enough.
    pub fn care(text: impl Into<String>) -> Self {
        Self { kind: TagKind::Care, icon: None, text: text.into() }
    }

    /// The tag of a ticket on which both platforms work.
    pub fn joint(text: impl Into<String>) -> Self {
        Self { kind: TagKind::Joint, icon: Some(Icon::Joint), text: text.into() }
    }
}

/// How much a button stands out. One `Primary` per screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The one solid button.
    Primary,
    /// The next best thing.
    Tint,
    /// Outlined.
    Plain,
    /// Looks like a link.
    Quiet,
}

impl Weight {
    /// The CSS class, or nothing.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => " primary",
            Self::Tint => " tint",
            Self::Plain => "",
            Self::Quiet => " quiet",
        }
    }
}

/// What a button does.
#[derive(Debug, Clone)]
pub enum Target {
    /// Opens a page (GET), such as the form of a verb that needs words.
    Open(String),
    /// Does it at once: a form posted to this address with the CSRF token and the ticket's version.
    Post(String),
    /// Not now; the reason stands beside it, with the way out.
    Blocked(String),
}

/// A verb offered on a row or in the action bar.
#[derive(Debug, Clone)]
pub struct Action {
    /// The verb, such as 领取.
    pub label: String,
    /// What it does.
    pub target: Target,
    /// How much it stands out.
    pub weight: Weight,
    /// A drawing before the word.
    pub icon: Option<Icon>,
    /// The key that does it on a keyboard, such as `F8`, or empty.
    pub key: &'static str,
}

impl Action {
    /// A verb without drawing or key.
    pub fn new(label: impl Into<String>, target: Target, weight: Weight) -> Self {
        Self { label: label.into(), target, weight, icon: None, key: "" }
    }

    /// The same verb with a drawing.
    #[must_use]
    pub fn with_icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The same verb with a key.
    #[must_use]
    pub fn with_key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }
}

/// One ticket in a list: a table row on a desk, a card on a phone.
#[derive(Debug, Clone)]
pub struct TicketRow {
    /// The ticket's page.
    pub href: String,
    /// The number people say.
    pub number: String,
    /// The version the row was read at; goes along with a posted verb.
    pub version: i64,
    /// The clock that counts now.
    pub clock: Option<Clock>,
    /// How urgent.
    pub urgency: Urgency,
    /// Where, in the form for sentences: 3 号楼 2 单元 1201.
    pub place: String,
    /// What, in one line.
    pub summary: String,
    /// At most three.
    pub tags: Vec<Tag>,
    /// Which of the four.
    pub status: Status,
    /// Who has it, or who should take it.
    pub worker: String,
    /// Late or an emergency: the card gets the red edge.
    pub alarm: bool,
    /// A number to ring on the phone, whole, only for those who may see it; empty otherwise.
    pub tel: String,
    /// The next verb for this person, if any.
    pub action: Option<Action>,
}

/// The colour of a timeline dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary.
    Grey,
    /// Work goes on.
    Accent,
    /// Needs a look: a nudge.
    Amber,
    /// Late.
    Red,
    /// Done.
    Green,
    /// Between the platforms.
    Plum,
}

impl Tone {
    /// The CSS class, or nothing.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Grey => "",
            Self::Accent => " accent",
            Self::Amber => " amber",
            Self::Red => " red",
            Self::Green => " green",
            Self::Plum => " plum",
        }
    }
}

/// One line of a ticket's history.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// The drawing in the dot.
    pub icon: Icon,
    /// The dot's colour.
    pub tone: Tone,
    /// Who did it.
    pub who: String,
    /// What was done, in a sentence without its subject.
    pub what: String,
    /// When, in words.
    pub when: String,
    /// When, as RFC 3339.
    pub at: String,
    /// Words that were said or written, or empty.
    pub said: String,
    /// 仅物业可见 or 仅社区可见, or empty when both sides see it.
    pub audience: String,
    /// Written by the system; people may hide such lines.
    pub system: bool,
}

/// A tab or navigation link.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Its word.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// This is where we are.
    pub current: bool,
    /// How many wait there.
    pub count: Option<u32>,
    /// The count is of late things, so it is red.
    pub hot: bool,
}

impl NavItem {
    /// The key that, after G, goes here: Q to a list of tickets, T to a desk.
    pub fn go(&self) -> &'static str {
        match self.href.as_str() {
            "/tickets" => "q",
            href if href.starts_with("/queues/") => "q",
            "/agent" | "/committee" => "t",
            _ => "",
        }
    }

    /// A link without a count.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), current: false, count: None, hot: false }
    }

    /// The same link with a count.
    #[must_use]
    pub fn counted(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// The same link, marked as the present place when `yes`.
    #[must_use]
    pub fn here(mut self, yes: bool) -> Self {
        self.current = yes;
        self
    }
}

/// One choice of a select or a segmented control.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Chosen.
    pub chosen: bool,
    /// A drawing before the word (segmented control only).
    pub icon: Option<Icon>,
}

impl Choice {
    /// A choice without a drawing.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), chosen, icon: None }
    }
}

/// What is wrong with which field, in the order of the form.
#[derive(Debug, Clone, Default)]
pub struct FieldErrors(Vec<(&'static str, String)>);

impl FieldErrors {
    /// Notes what is wrong with a field, in words a person can act on.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }

    /// The message of a field, or nothing.
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == field).map_or("", |(_, message)| message)
    }

    /// Nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many fields are wrong.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Every field with its message.
    pub fn all(&self) -> &[(&'static str, String)] {
        &self.0
    }
}
