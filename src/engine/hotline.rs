//! The hotline: events of its switchboards, calls on agents' screens, people to ring back.

mod call_backs;
mod desk;
mod receive;
mod register;
mod sources;

pub use call_backs::{CallBackAnswer, make_call_backs, settle_call_back, sweep_call_backs};
pub use desk::{Calls, ask_about, calls, nudge, put_away};
pub use receive::{Taken, receive};
pub use register::{NewCaller, register};
pub use sources::{Source, add_source, remove_source, sources, sources_of};

pub(super) use desk::{Besides, OnLine, caller_number, screen, settle_for};
pub(super) use receive::{day_of, fold, fresh};
pub(super) use sources::NewSource;

use super::Engine;
use crate::domain::ids::{CallId, CommunityId, UserId};
use crate::store::call::CallNews;
use crate::store::types::Time;

/// That a call `changed`, for everybody at the desk, or is `ringing`, for one agent.
fn news(
    engine: &Engine,
    (community_id, call_id): (CommunityId, CallId),
    (user_id, kind): (Option<UserId>, &'static str),
) -> CallNews {
    let now = engine.now();
    CallNews { community_id, id: engine.chance.id(now), call_id, user_id, kind, at: Time(now) }
}
