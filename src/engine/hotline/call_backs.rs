//! People to ring back: tasks, not tickets.

use std::str::FromStr;

use super::{desk, news};
use crate::domain::actor::Staff;
use crate::domain::ids::CallBackId;
use crate::domain::view::CallBackLine;
use crate::engine::{Engine, Failure, Worked};
use crate::store::StoreError;
use crate::store::call::{self as rows, CallBackRow};
use crate::store::types::Time;

/// Calls turned into tasks in one transaction.
const BATCH: i64 = 100;

/// How a call-back was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallBackAnswer {
    /// They were rung back.
    Done,
    /// It is not needed.
    Cancelled,
}

impl CallBackAnswer {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Done, Self::Cancelled];

    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FromStr for CallBackAnswer {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|answer| answer.code() == code).ok_or(())
    }
}

/// Makes the call-back tasks that are due, a bounded number; returns how many calls were looked at. Doing it twice, or in two
/// processes at once, makes each task once.
///
/// # Errors
/// [`Failure::Store`].
pub fn make_call_backs(engine: &Engine) -> Result<usize, Failure> {
    let now = engine.now();
    // Read first: most of the time there is nothing, and a look costs no writer.
    let due = engine.store.read(|db| rows::wanting_call_back(db, now, BATCH))?;
    if due.is_empty() {
        return Ok(0);
    }
    engine.store.write(|db| {
        for call in &due {
            let key = (call.community_id, call.id);
            if !rows::call_back_made(db, key)? {
                continue;
            }
            let row = CallBackRow {
                community_id: call.community_id,
                id: engine.chance.id(now),
                call_id: call.id,
                state: "open".to_owned(),
                made_at: Time(now),
                settled_at: None,
                settled_by: None,
            };
            if rows::insert_call_back(db, &row)? {
                rows::tell(db, &[news(engine, key, (None, "changed"))])?;
            }
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(due.len())
}

/// One round of [`make_call_backs`], for the jobs.
///
/// # Errors
/// [`Failure::Store`].
pub fn sweep_call_backs(engine: &Engine) -> Result<Worked, Failure> {
    let done = make_call_backs(engine)?;
    Ok(Worked { done, more: i64::try_from(done).is_ok_and(|done| done >= BATCH) })
}

/// Settles a task: rung back, or not needed. The task as it stands then; the same said twice is done once.
///
/// # Errors
/// [`Failure::Forbidden`] for those who do not sit at the property's desk; [`Failure::NotFound`] when there is no such task;
/// [`Failure::Settled`] when somebody settled it before, another way.
pub fn settle_call_back(
    engine: &Engine,
    staff: &Staff,
    id: CallBackId,
    answer: CallBackAnswer,
) -> Result<CallBackLine, Failure> {
    desk::at_desk(staff)?;
    let settings = engine.settings(staff.community)?;
    let now = engine.now();
    engine.store.write(|db| {
        let (task, _) = rows::call_back(db, staff.community, id)?.ok_or(Failure::NotFound("call_back"))?;
        let key = (staff.community, task.call_id);
        if rows::settle_call_back(db, key, (answer.code(), staff.user()), now)? {
            rows::tell(db, &[news(engine, key, (None, "changed"))])?;
        }
        // Read again: somebody else may have settled it between the two.
        let after = rows::call_back(db, staff.community, id)?.filter(|(task, _)| task.state == answer.code());
        let (task, _) = after.ok_or(Failure::Settled("call_back"))?;
        Ok(desk::call_back_line(engine, db, (&settings, staff, now), task)?)
    })
}
