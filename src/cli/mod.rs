//! The verbs of the binary, a file each.

pub mod route;
