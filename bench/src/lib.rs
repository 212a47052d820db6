//! The far ends of a running Jiban, as `scripts/bench` and `scripts/faults` play them: real HTTP over loopback, WeChat and a
//! switchboard with their signatures, and the bare database beside it.

pub mod fanout;
pub mod intake;
pub mod line;
pub mod load;
pub mod pages;
pub mod site;
#[path = "../../tests/it/support/wechat.rs"]
pub mod wechat;
pub mod yardstick;
