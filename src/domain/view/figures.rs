//! Counts, and pages of lists.

use chrono::{DateTime, Utc};

use crate::domain::ids::TicketId;
use crate::domain::words::Queue;

/// Today's figures of a desk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Today {
    /// Requests that came in.
    pub opened: i64,
    /// Waiting to be routed.
    pub unassigned: i64,
    /// In a queue.
    pub assigned: i64,
    /// Being worked on.
    pub in_progress: i64,
    /// Done.
    pub done: i64,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}

/// A place in a list that is ordered newest first: after the ticket opened then, with that id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When the last one shown was opened.
    pub opened_at: DateTime<Utc>,
    /// Its id.
    pub id: TicketId,
}

/// How many tickets of a queue are open, for the tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCount {
    /// Which.
    pub queue: Queue,
    /// In the queue, nobody has started.
    pub assigned: i64,
    /// Being worked on.
    pub in_progress: i64,
    /// Past their limit.
    pub late: i64,
}
