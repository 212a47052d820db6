//! The rules, pure: no database, no network, no clock, no chance. Everything here can be tried by calling it.

pub mod actor;
pub mod calendar;
pub mod call;
pub mod climb;
pub mod conversation;
pub mod escalation;
pub mod ids;
pub mod import;
pub mod notice;
pub mod phone;
pub mod place;
pub mod reply;
pub mod routing;
pub mod scope;
pub mod search;
pub mod sla;
pub mod ticket;
pub mod view;
pub mod wording;
pub mod words;
