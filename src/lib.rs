//! Jiban (即办): a self-hosted, dual-channel resident-complaint service for housing communities.
//!
//! `docs/architecture.md` tells which room may touch what; `docs/decisions.md` tells why.

pub mod api;
pub mod app;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod engine;
pub mod fail_point;
pub mod http;
pub mod jobs;
pub mod live;
pub mod metrics;
pub mod notify;
pub mod store;
pub mod telemetry;
pub mod web;
