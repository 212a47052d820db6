//! One ticket: its page, its verbs, its history.

pub mod timeline;
