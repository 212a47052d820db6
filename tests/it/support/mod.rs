//! What the slices share: the application under test, its actors, and the far ends of the channels.

pub mod app;
pub mod binary;
pub mod hotline;
pub mod people;
pub mod smtp;
pub mod town;
pub mod wechat;

pub use app::{Backend, TestApp};
pub use people::{Page, Person, Program};

/// One story, run on both databases as two tests: `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($(#[$doc:meta])* fn $name:ident($app:ident: &TestApp) $body:block)+) => { $(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn story($app: &crate::support::TestApp) $body

            #[test]
            fn sqlite() {
                story(&crate::support::TestApp::start(crate::support::Backend::Sqlite));
            }

            #[test]
            fn postgres() {
                if let Some(backend) = crate::support::app::postgres() {
                    story(&crate::support::TestApp::start(backend));
                }
            }
        }
    )+ };
}
pub(crate) use on_both;
