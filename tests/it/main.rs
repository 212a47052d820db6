//! The suite: every slice against the real engine, store and doors; a file a slice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]
#![allow(clippy::cast_possible_truncation)] // lengths of messages written here
#![allow(clippy::zombie_processes)] // a story that fails half-way ends with its process

mod admin;
mod agent;
mod api;
mod architecture;
mod backup;
mod callers;
mod check;
mod cli;
mod clock;
mod config;
mod crossing;
mod fill;
mod flood;
mod guessing;
mod health;
mod hotline;
mod import;
mod killed;
mod manage;
mod notices;
mod outage;
mod queues;
mod search;
mod session;
mod several;
mod sight;
mod statements;
mod support;
mod sweeps;
mod tickets;
mod wechat;
mod year;
