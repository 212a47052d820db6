//! Stories in a real Chromium: what people see, click and type.
//!
//! They need Chromium and chromedriver (`CHROME`, `CHROMEDRIVER`, or as Debian installs them) and fail without.
//! `scripts/test` sees to it that both are there.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod harness;
mod support;
