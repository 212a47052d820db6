//! Every sealed value opens with the key file, and is found under the hash it is looked for by.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable};
use uuid::Uuid;

use super::super::db::{Db, each};
use super::super::error::StoreError;
use super::super::keys::Keys;
use super::super::types::DbUuid;
use super::{Broken, Found};
use crate::domain::ids::{ActorId, CommunityId};

/// Rows opened at once.
const BATCH: i64 = 500;

/// A sealed column: what its values are bound to, where they stand, the hash beside them and what that is made for.
struct Column {
    bound_to: &'static str,
    table: &'static str,
    value: &'static str,
    hash: Option<(&'static str, &'static str)>,
}

const PHONE: &str = "phone";
const OPEN_ID: &str = "wechat.openid";

const COLUMNS: &[Column] = &[
    column("resident_phone.sealed", "resident_phone", "sealed", Some(("whole_hash", PHONE))),
    column("ticket_reporter.phone", "ticket_reporter", "phone_sealed", Some(("phone_hash", PHONE))),
    column("call.caller", "call", "caller_sealed", Some(("caller_hash", PHONE))),
    column("identity.value_sealed", "identity", "value_sealed", Some(("value_hash", OPEN_ID))),
    column("hotline_source.secret", "hotline_source", "secret_sealed", None),
    column("wechat_account.token", "wechat_account", "token_sealed", None),
    column("wechat_account.previous_token", "wechat_account", "previous_token_sealed", None),
    column("wechat_account.aes_key", "wechat_account", "aes_key_sealed", None),
    column("wechat_account.previous_aes_key", "wechat_account", "previous_aes_key_sealed", None),
];

const fn column(
    bound_to: &'static str,
    table: &'static str,
    value: &'static str,
    hash: Option<(&'static str, &'static str)>,
) -> Column {
    Column { bound_to, table, value, hash }
}

impl Column {
    /// The next rows after a key.
    fn query(&self) -> String {
        let hash = self.hash.map_or("CAST(NULL AS bytea)", |(column, _)| column);
        let account = if self.table == "identity" { "account_id" } else { "CAST(NULL AS uuid)" };
        format!(
            "SELECT community_id, id, {} AS value, {hash} AS hash, {account} AS account FROM {} \
             WHERE (community_id, id) > ($1, $2) AND {} IS NOT NULL ORDER BY community_id, id LIMIT $3",
            self.value, self.table, self.value
        )
    }
}

#[derive(QueryableByName)]
struct SealedRow {
    #[diesel(sql_type = DbUuid)]
    community_id: CommunityId,
    #[diesel(sql_type = DbUuid)]
    id: ActorId,
    #[diesel(sql_type = Binary)]
    value: Vec<u8>,
    #[diesel(sql_type = Nullable<Binary>)]
    hash: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<DbUuid>)]
    account: Option<ActorId>,
}

/// The rules about sealed values that do not hold.
///
/// # Errors
/// [`StoreError::Unavailable`] and its like.
pub fn sealed(db: &mut Db, keys: &Keys) -> Result<Vec<Broken>, StoreError> {
    let mut found = Found::default();
    for column in COLUMNS {
        let query = column.query();
        let mut after = (CommunityId(Uuid::nil()), ActorId(Uuid::nil()));
        loop {
            let rows: Vec<SealedRow> = each!(db, c => diesel::sql_query(&query)
                .bind::<DbUuid, _>(after.0)
                .bind::<DbUuid, _>(after.1)
                .bind::<BigInt, _>(BATCH)
                .load(c))?;
            let Some(last) = rows.last() else { break };
            after = (last.community_id, last.id);
            for row in &rows {
                opens(column, row, keys, &mut found);
            }
        }
    }
    Ok(found.0)
}

fn opens(column: &Column, row: &SealedRow, keys: &Keys, found: &mut Found) {
    let plain = match keys.open(column.bound_to, row.id.0, &row.value) {
        Ok(plain) => plain,
        Err(error) => return found.add("what is sealed opens with the key file", || error.to_string()),
    };
    let Some((name, purpose)) = column.hash else { return };
    let purpose = match row.account {
        Some(account) => format!("{purpose}:{account}"),
        None => purpose.to_owned(),
    };
    let looked_for = std::str::from_utf8(&plain).map(|plain| keys.blinds(&purpose, plain)).unwrap_or_default();
    if !row.hash.as_ref().is_some_and(|hash| looked_for.iter().any(|one| one.as_slice() == hash.as_slice())) {
        found.add("what is sealed is found under its hash", || format!("{}.{name} of {}", column.table, row.id));
    }
}
