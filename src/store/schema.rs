//! The tables as diesel sees them; `migrations/` is what makes them.
#![allow(missing_docs)]

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    installation (id) {
        id -> SmallInt,
        key_check -> Nullable<Binary>,
        is_demo -> Bool,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    app_user (id) {
        id -> DbUuid,
        login -> Text,
        display_name -> Text,
        password_hash -> Text,
        must_change_password -> Bool,
        language -> Text,
        disabled_at -> Nullable<DbTime>,
        created_at -> DbTime,
        email -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    community (id) {
        id -> DbUuid,
        slug -> Text,
        name -> Text,
        time_zone -> Text,
        reopen_days -> Integer,
        catalogue -> Nullable<Text>,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    session (token_hash) {
        token_hash -> Binary,
        id -> DbUuid,
        user_id -> DbUuid,
        community_id -> Nullable<DbUuid>,
        user_agent -> Text,
        created_at -> DbTime,
        seen_at -> DbTime,
        expires_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    sign_in_limit (key_hash) {
        key_hash -> Binary,
        failures -> Integer,
        first_at -> DbTime,
        last_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    lease (name) {
        name -> Text,
        holder -> DbUuid,
        until_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    api_token (id) {
        id -> DbUuid,
        hash -> Binary,
        community_id -> DbUuid,
        name -> Text,
        platform -> Text,
        role -> Text,
        queue -> Nullable<Text>,
        created_at -> DbTime,
        revoked_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    office_hours (community_id, platform, weekday, opens_minute) {
        community_id -> DbUuid,
        platform -> Text,
        weekday -> Integer,
        opens_minute -> Integer,
        closes_minute -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    calendar_day (community_id, day) {
        community_id -> DbUuid,
        day -> Date,
        kind -> Text,
        note -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    queue (community_id, code) {
        community_id -> DbUuid,
        code -> Text,
        platform -> Text,
        name_zh -> Text,
        name_en -> Text,
        accepts_directly -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    urgency_class (community_id, code) {
        community_id -> DbUuid,
        code -> Text,
        contact_limit -> Text,
        on_site_limit -> Nullable<Text>,
        finish_limit -> Text,
        warn_before_minutes -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    category (community_id, code) {
        community_id -> DbUuid,
        code -> Text,
        name_zh -> Text,
        name_en -> Text,
        queue -> Text,
        kind -> Text,
        urgency -> Text,
        paid -> Bool,
        position -> Integer,
        retired_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    number_block (community_id, day) {
        community_id -> DbUuid,
        day -> Date,
        next_serial -> Integer,
        next_call -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    place (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        parent_id -> Nullable<DbUuid>,
        kind -> Text,
        code -> Text,
        name -> Text,
        garden_name -> Nullable<Text>,
        building_id -> Nullable<DbUuid>,
        building_code -> Nullable<Text>,
        unit_code -> Nullable<Text>,
        retired_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    place_alias (community_id, place_id, alias) {
        community_id -> DbUuid,
        place_id -> DbUuid,
        alias -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    contractor (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        name -> Text,
        retired_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    membership (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        user_id -> DbUuid,
        platform -> Text,
        role -> Text,
        queue -> Nullable<Text>,
        contractor_id -> Nullable<DbUuid>,
        building_id -> Nullable<DbUuid>,
        extension -> Nullable<Text>,
        is_head -> Bool,
        deputy_for_id -> Nullable<DbUuid>,
        on_duty -> Bool,
        created_at -> DbTime,
        retired_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    resident (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        name -> Text,
        care_note -> Nullable<Text>,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    resident_phone (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        resident_id -> DbUuid,
        sealed -> Binary,
        whole_hash -> Binary,
        last_four_hash -> Binary,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    occupancy (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        resident_id -> DbUuid,
        flat_id -> DbUuid,
        relation -> Text,
        from_day -> Date,
        to_day -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    wechat_account (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        mode -> Text,
        app_id -> Text,
        original_id -> Nullable<Text>,
        token_sealed -> Binary,
        previous_token_sealed -> Nullable<Binary>,
        aes_key_sealed -> Nullable<Binary>,
        previous_aes_key_sealed -> Nullable<Binary>,
        updated_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    wechat_nonce (community_id, account_id, sent_seconds, nonce) {
        community_id -> DbUuid,
        account_id -> DbUuid,
        sent_seconds -> BigInt,
        nonce -> Text,
        body_hash -> Binary,
        seen_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    hotline_source (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        name -> Text,
        secret_sealed -> Binary,
        created_at -> DbTime,
        removed_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    identity (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        kind -> Text,
        account_id -> DbUuid,
        value_sealed -> Binary,
        value_hash -> Binary,
        resident_id -> Nullable<DbUuid>,
        bound_flat_id -> Nullable<DbUuid>,
        followed_at -> Nullable<DbTime>,
        asked_ticket_id -> Nullable<DbUuid>,
        asked_at -> Nullable<DbTime>,
        asked_choices -> Nullable<DbJson>,
        recent_ticket_id -> Nullable<DbUuid>,
        recent_at -> Nullable<DbTime>,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    text_row (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> Nullable<DbUuid>,
        event_id -> Nullable<DbUuid>,
        purpose -> Text,
        audience -> Text,
        resident_reads -> Bool,
        body -> Text,
        created_at -> DbTime,
        redacted_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    ticket (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        number -> Text,
        version -> BigInt,
        status -> Text,
        queue -> Nullable<Text>,
        worker_id -> Nullable<DbUuid>,
        outcome -> Nullable<Text>,
        review_on -> Nullable<Date>,
        since_at -> DbTime,
        returned_from -> Nullable<Text>,
        lead -> Text,
        holder -> Text,
        channel -> Text,
        kind -> Text,
        category -> Nullable<Text>,
        urgency -> Text,
        paid -> Bool,
        confidential -> Bool,
        seen_by -> Text,
        about_place_id -> Nullable<DbUuid>,
        reporter_place_id -> Nullable<DbUuid>,
        building_id -> Nullable<DbUuid>,
        place_text -> Nullable<Text>,
        words_id -> DbUuid,
        opened_at -> DbTime,
        first_done_at -> Nullable<DbTime>,
        due_at -> Nullable<DbTime>,
        warn_at -> Nullable<DbTime>,
        hold_review_at -> Nullable<DbTime>,
        held_since -> Nullable<DbTime>,
        nudge_count -> Integer,
        reopened_count -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    understanding (community_id, ticket_id) {
        community_id -> DbUuid,
        ticket_id -> DbUuid,
        category -> Nullable<Text>,
        confidence -> Double,
        emergency -> Nullable<Text>,
        words -> DbJson,
        suggestions -> DbJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    ticket_reporter (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> DbUuid,
        role -> Text,
        resident_id -> Nullable<DbUuid>,
        identity_id -> Nullable<DbUuid>,
        name -> Nullable<Text>,
        phone_sealed -> Nullable<Binary>,
        phone_hash -> Nullable<Binary>,
        left_at -> Nullable<DbTime>,
        last_nudge_at -> Nullable<DbTime>,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    ticket_link (community_id, from_ticket_id, to_ticket_id, kind) {
        community_id -> DbUuid,
        from_ticket_id -> DbUuid,
        to_ticket_id -> DbUuid,
        kind -> Text,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    ticket_clock (community_id, ticket_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> DbUuid,
        kind -> Text,
        platform -> Text,
        queue -> Nullable<Text>,
        limit_text -> Nullable<Text>,
        started_at -> DbTime,
        due_at -> Nullable<DbTime>,
        warn_at -> Nullable<DbTime>,
        paused_at -> Nullable<DbTime>,
        paused_us -> BigInt,
        stopped_at -> Nullable<DbTime>,
        met -> Nullable<Bool>,
        told -> SmallInt,
        next_at -> Nullable<DbTime>,
        told_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    ticket_hold (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> DbUuid,
        reason_id -> DbUuid,
        review_at -> DbTime,
        began_at -> DbTime,
        ended_at -> Nullable<DbTime>,
        told -> SmallInt,
        next_at -> Nullable<DbTime>,
        told_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    escalation (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> DbUuid,
        from_platform -> Text,
        to_platform -> Text,
        state -> Text,
        reason_id -> DbUuid,
        tried_id -> Nullable<DbUuid>,
        asked_id -> Nullable<DbUuid>,
        answer_id -> Nullable<DbUuid>,
        answer_by -> Nullable<DbTime>,
        left_queue -> Nullable<Text>,
        left_worker_id -> Nullable<DbUuid>,
        offered_at -> DbTime,
        accepted_at -> Nullable<DbTime>,
        closed_at -> Nullable<DbTime>,
        told -> SmallInt,
        next_at -> Nullable<DbTime>,
        told_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    ticket_subject (community_id, ticket_id, user_id) {
        community_id -> DbUuid,
        ticket_id -> DbUuid,
        user_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    call (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        source_id -> Nullable<DbUuid>,
        vendor_call_id -> Nullable<Text>,
        direction -> Text,
        caller_sealed -> Nullable<Binary>,
        caller_hash -> Nullable<Binary>,
        last_four_hash -> Nullable<Binary>,
        agent_id -> Nullable<DbUuid>,
        extension -> Nullable<Text>,
        day -> Date,
        day_serial -> Nullable<Integer>,
        started_at -> DbTime,
        queued_at -> Nullable<DbTime>,
        ringing_at -> Nullable<DbTime>,
        answered_at -> Nullable<DbTime>,
        ended_at -> Nullable<DbTime>,
        talk_seconds -> Nullable<Integer>,
        result -> Nullable<Text>,
        recording -> Nullable<DbJson>,
        extension_told_at -> Nullable<DbTime>,
        call_back_due_at -> Nullable<DbTime>,
        said_result -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    call_ticket (community_id, call_id, ticket_id) {
        community_id -> DbUuid,
        call_id -> DbUuid,
        ticket_id -> DbUuid,
        role -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    call_pop (community_id, call_id, user_id) {
        community_id -> DbUuid,
        call_id -> DbUuid,
        user_id -> DbUuid,
        at -> DbTime,
        closed_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    call_change (community_id, id) {
        seq -> BigInt,
        community_id -> DbUuid,
        id -> DbUuid,
        call_id -> DbUuid,
        user_id -> Nullable<DbUuid>,
        kind -> Text,
        at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    call_back (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        call_id -> DbUuid,
        state -> Text,
        made_at -> DbTime,
        settled_at -> Nullable<DbTime>,
        settled_by -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    event (community_id, id) {
        seq -> BigInt,
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> DbUuid,
        version -> BigInt,
        kind -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<DbUuid>,
        audience -> Text,
        data -> DbJson,
        at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    message (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        channel -> Text,
        direction -> Text,
        identity_id -> DbUuid,
        kind -> Text,
        filing -> Text,
        ticket_id -> Nullable<DbUuid>,
        text_id -> Nullable<DbUuid>,
        media_id -> Nullable<Text>,
        media_url -> Nullable<Text>,
        detail -> Nullable<DbJson>,
        replies_to_id -> Nullable<DbUuid>,
        at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    inbound_claim (community_id, source, key_hash) {
        community_id -> DbUuid,
        source -> Text,
        key_hash -> Binary,
        reply -> Nullable<Text>,
        ticket_id -> Nullable<DbUuid>,
        claimed_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    attachment (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> DbUuid,
        message_id -> Nullable<DbUuid>,
        kind -> Text,
        media_id -> Nullable<Text>,
        media_url -> Nullable<Text>,
        file_name -> Nullable<Text>,
        sha256 -> Nullable<Binary>,
        size_bytes -> Nullable<BigInt>,
        state -> Text,
        detail -> Nullable<DbJson>,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    outbox (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> Nullable<DbUuid>,
        template -> Text,
        hearer -> DbJson,
        state -> Text,
        attempts -> Integer,
        next_try_at -> DbTime,
        leased_until -> Nullable<DbTime>,
        created_at -> DbTime,
        settled_at -> Nullable<DbTime>,
        last_error -> Nullable<Text>,
        actor_user_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    delivery (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        outbox_id -> DbUuid,
        ticket_id -> Nullable<DbUuid>,
        template -> Text,
        user_id -> Nullable<DbUuid>,
        reporter_id -> Nullable<DbUuid>,
        medium -> Text,
        state -> Text,
        attempts -> Integer,
        next_try_at -> DbTime,
        leased_until -> Nullable<DbTime>,
        leased_by -> Nullable<DbUuid>,
        noticed_at -> DbTime,
        settled_at -> Nullable<DbTime>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    alarm (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        ticket_id -> DbUuid,
        raised_at -> DbTime,
        acknowledged_by -> Nullable<DbUuid>,
        acknowledged_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    idempotency_key (community_id, scope_hash) {
        community_id -> DbUuid,
        scope_hash -> Binary,
        fingerprint -> Binary,
        status -> Integer,
        body -> Text,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    admin_change (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        user_id -> Nullable<DbUuid>,
        deed -> Text,
        about -> Text,
        made_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    search_document (id) {
        id -> BigInt,
        community_id -> DbUuid,
        ticket_id -> DbUuid,
        version -> BigInt,
        /// What it is found by, with a space between; a `tsvector` on PostgreSQL, where this column is not read.
        tokens -> Text,
    }
}

diesel::table! {
    // SQLite's own; PostgreSQL has the tokens in the document.
    search_index (rowid) {
        rowid -> BigInt,
        tokens -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    roll_up (community_id, day, channel, seen_by, confidential, holder) {
        community_id -> DbUuid,
        day -> Date,
        channel -> Text,
        seen_by -> Text,
        confidential -> Bool,
        holder -> Text,
        opened -> BigInt,
        same_day -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{DbJson, DbTime, DbUuid};

    roll_up_until (community_id) {
        community_id -> DbUuid,
        day -> Date,
    }
}

diesel::table! {
    feed_mark (name) {
        name -> Text,
        xid -> BigInt,
        seq -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    roll_up_until,
    search_document,
    admin_change,
    installation,
    app_user,
    community,
    session,
    sign_in_limit,
    lease,
    api_token,
    office_hours,
    calendar_day,
    queue,
    urgency_class,
    category,
    number_block,
    place,
    place_alias,
    contractor,
    membership,
    resident,
    resident_phone,
    occupancy,
    wechat_account,
    wechat_nonce,
    hotline_source,
    identity,
    text_row,
    ticket,
    understanding,
    ticket_reporter,
    ticket_link,
    ticket_clock,
    ticket_hold,
    escalation,
    ticket_subject,
    call,
    call_ticket,
    call_pop,
    call_change,
    call_back,
    event,
    message,
    inbound_claim,
    attachment,
    outbox,
    delivery,
    alarm,
    idempotency_key,
);
