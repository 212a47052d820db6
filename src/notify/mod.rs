//! Doors out: a finished letter goes to one person, and what came of it is told. Nothing here knows the database.

pub mod email;
