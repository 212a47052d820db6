//! The WeChat door, from the push to the row, over real HTTP and on every database.

mod commands;
mod media;
mod places;
mod refused;
mod requests;
mod town;
