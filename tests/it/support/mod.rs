//! What the slices share: the application under test, its actors, and the far ends of the channels.

pub mod app;
pub mod binary;
pub mod hotline;
mod indexed;
pub mod people;
pub mod served;
pub mod smtp;
pub mod town;
pub mod wechat;

pub use app::{Backend, TestApp};
pub use people::{Page, Person, Program};
pub use served::{Elsewhere, Served};

/// One story, run on both databases as two tests: `name::sqlite` and `name::postgres`. It is told over a [`TestApp`] or a
/// [`Served`].
macro_rules! on_both {
    ($($(#[$doc:meta])* fn $name:ident($app:ident: &$of:ident) $body:block)+) => { $(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn story($app: &crate::support::$of) $body

            #[test]
            fn sqlite() {
                story(&crate::support::$of::start(crate::support::Backend::Sqlite));
            }

            #[test]
            fn postgres() {
                if let Some(backend) = crate::support::app::postgres() {
                    story(&crate::support::$of::start(backend));
                }
            }
        }
    )+ };
}
pub(crate) use on_both;
