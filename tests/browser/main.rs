//! Stories in a real Chromium: what people see, click and type.
//!
//! They need Chromium and chromedriver (`CHROME`, `CHROMEDRIVER`, or as Debian installs them) and fail without.
//! `scripts/test` sees to it that both are there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::cast_possible_truncation)]

mod alarm;
mod crossing;
mod desk;
mod harness;
mod ring;
mod support;
/// The application under test and its town, shared with the other suite.
#[path = "../it/support/mod.rs"]
#[allow(dead_code, unused_imports, unused_macros, clippy::zombie_processes)]
mod under_test;
