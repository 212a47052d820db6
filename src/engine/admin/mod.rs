//! What an administrator does to a community's people and settings. Every change writes down by whom.

mod account;
mod people;
mod settings;
mod sources;
mod start;
mod tokens;

use crate::domain::actor::Staff;
use crate::domain::ids::{CommunityId, UserId};
use crate::domain::words::{Deed, Role};
use crate::store::admin::{self as rows, ChangeRow};
use crate::store::types::Time;
use crate::store::{Db, StoreError};

use super::{Engine, Failure};

pub use account::{Whose, reset_password, set_disabled};
pub use people::{PersonView, SeatChange, SeatView, add_seat, change_seat, create_person, end_seat, people, person};
pub use settings::{
    CategoryView, ClassLimits, ClassView, Day, QueueView, Try, WechatView, categories, classes, clear_day, days,
    queues, set_class, set_day, set_queue, set_wechat, try_sentence, wechat,
};
pub use sources::{add_source, remove_source, sources};
pub use start::{Standing, begin, may_begin, standing};
pub use tokens::{TokenView, create_token, revoke_token, tokens};

/// Whose hand changes a community.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    /// The community.
    pub community: CommunityId,
    user: Option<UserId>,
}

impl Hand {
    /// An administrator of the community worked in.
    ///
    /// # Errors
    /// [`Failure::Forbidden`] for everybody else, programs included.
    pub fn of(staff: &Staff) -> Result<Self, Failure> {
        match staff.user().filter(|_| staff.has_role(Role::Admin)) {
            Some(user) => Ok(Self { community: staff.community, user: Some(user) }),
            None => Err(Failure::Forbidden),
        }
    }

    /// The owner of the machine, on the terminal.
    pub const fn terminal(community: CommunityId) -> Self {
        Self { community, user: None }
    }
}

/// Writes a change down, in its transaction.
pub(super) fn note(engine: &Engine, db: &mut Db, hand: &Hand, deed: Deed, about: &str) -> Result<(), Failure> {
    let now = engine.now();
    let row = ChangeRow {
        community_id: hand.community,
        id: engine.chance.id(now),
        user_id: hand.user,
        deed,
        about: about.to_owned(),
        made_at: Time::from(now),
    };
    Ok(rows::insert_change(db, &row)?)
}

/// A line about a change.
#[derive(Debug, Clone)]
pub struct Change {
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// By whom; `None` on the terminal.
    pub by: Option<String>,
    /// What.
    pub deed: Deed,
    /// To what.
    pub about: String,
}

/// The newest changes.
///
/// # Errors
/// [`Failure::Store`].
pub fn changes(engine: &Engine, hand: &Hand, limit: i64) -> Result<Vec<Change>, Failure> {
    let found = engine.store.read(|db| rows::changes(db, hand.community, limit))?;
    let line =
        |(row, by): (ChangeRow, Option<String>)| Change { at: row.made_at.0, by, deed: row.deed, about: row.about };
    Ok(found.into_iter().map(line).collect())
}

/// A change that found its row gone: somebody else was faster, and it is not there any more.
fn gone(what: &'static str) -> impl Fn(StoreError) -> Failure {
    move |error| match error {
        StoreError::Stale { .. } => Failure::NotFound(what),
        other => other.into(),
    }
}
