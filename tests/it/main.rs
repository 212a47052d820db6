//! The suite: every slice against the real engine, store and doors; a file a slice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod api;
mod architecture;
mod config;
mod crossing;
mod health;
mod queues;
mod sight;
mod support;
mod tickets;
mod wechat;
