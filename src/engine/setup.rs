//! Setting an installation up: communities with everything their doors need, accounts and seats, tokens, the WeChat
//! account, places and people. The command line, the demo and imports come through here.

mod community;
mod people;
mod places;
mod staff;
mod wechat;

pub use community::{communities, community, create_community, create_community_for};
pub use people::{NewResident, add_contractor, add_resident};
pub use places::{NewPlace, add_place, place_at};
pub use staff::{
    NewSeat, NewToken, NewUser, add_seat, any_user, check_email, create_staff, create_token, create_user, set_email,
    user,
};
pub use wechat::{WechatAccount, WechatSettings, set_wechat, wechat_account};

pub(super) use community::whole;
pub(super) use people::{phone_row, rows_of as resident_rows};
pub(super) use places::row as place_row;
pub(super) use staff::{insert_token, one_time_password, seat, seat_row, token_row, user_row};
pub(super) use wechat::{wechat_account_of, wechat_row};

use super::{Failure, Invalid, Problem};
use crate::store::StoreError;

/// A unique violation on this table is the field's fault.
pub(super) fn taken(error: StoreError, table: &str, field: &'static str) -> Failure {
    match error {
        StoreError::Unique { table: hit, .. } if hit == table => Invalid::new(field, Problem::Taken).into(),
        other => other.into(),
    }
}
