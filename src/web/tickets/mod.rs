//! One ticket: its page, its verbs, its history.

pub mod ask;
pub mod bar;
pub mod forms;
pub mod show;
pub mod timeline;
