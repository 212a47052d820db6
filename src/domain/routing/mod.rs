//! Understanding a resident's own sentence: what it is about, who does that, how fast, and by which words one can tell.
//!
//! All words and weights live in `config/catalogue.toml`; here is only the method. A text is made comparable
//! (`text`), its words are looked up with negation and doubt (`hearing`), combined into signs (`sign`) and
//! weighed (`weighing`): emergencies first, also those that only sound like one (`lessons`), then the weightiest
//! category against the rival queue's.

mod catalogue;
mod hearing;
mod index;
mod lessons;
mod raw;
mod sign;
#[cfg(test)]
mod tests;
mod text;
mod understanding;
mod weighing;

pub use catalogue::{Catalogue, CatalogueError, Category, EmergencyKind};
pub use understanding::{NoRequest, Suggestion, Understanding, Verdict};
pub use weighing::understand;
