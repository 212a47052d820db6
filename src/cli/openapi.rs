//! `jiban openapi`: the API's description, as it is served and as it is checked in.

use std::io::Write as _;

use super::Trouble;
use crate::api::openapi;

pub(super) fn run() -> Result<(), Trouble> {
    std::io::stdout().write_all(openapi::text().as_bytes())?;
    Ok(())
}
