//! The names of the verbs.

use super::Command;

/// The name of a command, without what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each is documented at the `Command` of the same name
pub enum Verb {
    Route,
    Take,
    Assign,
    Start,
    Transfer,
    HandBack,
    Hold,
    Resume,
    Finish,
    Reopen,
    Withdraw,
    Merge,
    Nudge,
    Note,
    Attach,
    SetUrgency,
    Place,
    Offer,
    Accept,
    Return,
    Recall,
    Conclude,
}

impl Verb {
    /// Every verb, in the order of the rules' table.
    pub const ALL: &'static [Self] = &[
        Self::Route,
        Self::Take,
        Self::Assign,
        Self::Start,
        Self::Transfer,
        Self::HandBack,
        Self::Hold,
        Self::Resume,
        Self::Finish,
        Self::Reopen,
        Self::Withdraw,
        Self::Merge,
        Self::Nudge,
        Self::Note,
        Self::Attach,
        Self::SetUrgency,
        Self::Place,
        Self::Offer,
        Self::Accept,
        Self::Return,
        Self::Recall,
        Self::Conclude,
    ];

    /// The noun of its resource below a ticket, one for pages and programs: `POST …/tickets/{id}/hand-back`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Route => "routing",
            Self::Take => "taking",
            Self::Assign => "assignment",
            Self::Start => "start",
            Self::Transfer => "transfer",
            Self::HandBack => "hand-back",
            Self::Hold => "hold",
            Self::Resume => "resumption",
            Self::Finish => "completion",
            Self::Reopen => "reopening",
            Self::Withdraw => "withdrawal",
            Self::Merge => "merge",
            Self::Nudge => "nudges",
            Self::Note => "notes",
            Self::Attach => "attachments",
            Self::SetUrgency => "urgency",
            Self::Place => "place",
            Self::Offer => "offer",
            Self::Accept => "acceptance",
            Self::Return => "return",
            Self::Recall => "recall",
            Self::Conclude => "conclusion",
        }
    }

    /// Whether it overwrites nothing: then it may be asked for without the version that was seen.
    pub const fn only_adds(self) -> bool {
        matches!(self, Self::Nudge | Self::Note)
    }

    /// The code used in logs, forms and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Take => "take",
            Self::Assign => "assign",
            Self::Start => "start",
            Self::Transfer => "transfer",
            Self::HandBack => "hand_back",
            Self::Hold => "hold",
            Self::Resume => "resume",
            Self::Finish => "finish",
            Self::Reopen => "reopen",
            Self::Withdraw => "withdraw",
            Self::Merge => "merge",
            Self::Nudge => "nudge",
            Self::Note => "note",
            Self::Attach => "attach",
            Self::SetUrgency => "set_urgency",
            Self::Place => "place",
            Self::Offer => "offer",
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Recall => "recall",
            Self::Conclude => "conclude",
        }
    }
}

impl Command {
    /// Its name.
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Route { .. } => Verb::Route,
            Self::Take => Verb::Take,
            Self::Assign { .. } => Verb::Assign,
            Self::Start => Verb::Start,
            Self::Transfer { .. } => Verb::Transfer,
            Self::HandBack { .. } => Verb::HandBack,
            Self::Hold { .. } => Verb::Hold,
            Self::Resume => Verb::Resume,
            Self::Finish { .. } => Verb::Finish,
            Self::Reopen { .. } => Verb::Reopen,
            Self::Withdraw { .. } => Verb::Withdraw,
            Self::Merge { .. } => Verb::Merge,
            Self::Nudge { .. } => Verb::Nudge,
            Self::Note { .. } => Verb::Note,
            Self::Attach { .. } => Verb::Attach,
            Self::SetUrgency { .. } => Verb::SetUrgency,
            Self::Place { .. } => Verb::Place,
            Self::Offer { .. } => Verb::Offer,
            Self::Accept { .. } => Verb::Accept,
            Self::Return { .. } => Verb::Return,
            Self::Recall => Verb::Recall,
            Self::Conclude { .. } => Verb::Conclude,
        }
    }
}
