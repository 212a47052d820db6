//! What two databases hold, made comparable: new ids are left out, what points to other rows says what they say.

use diesel::prelude::*;
use jiban::store::db::Db;

use crate::support::TestApp;

/// What is compared: a table, its columns (`#` before those that hold ids or hashes, `=` before other SQL).
pub const TABLES: &[(&str, &[&str])] = &[
    (
        "ticket",
        &[
            "number",
            "version",
            "status",
            "queue",
            "#worker_id",
            "outcome",
            "review_on",
            "since_at",
            "returned_from",
            "lead",
            "holder",
            "channel",
            "kind",
            "category",
            "urgency",
            "paid",
            "confidential",
            "seen_by",
            "#about_place_id",
            "#reporter_place_id",
            "#building_id",
            "place_text",
            "opened_at",
            "first_done_at",
            "due_at",
            "warn_at",
            "hold_review_at",
            "held_since",
            "nudge_count",
            "reopened_count",
            "~words_id",
        ],
    ),
    ("event", &["=ticket", "version", "kind", "actor_kind", "#actor_id", "audience", "data", "at"]),
    ("text_row", &["=ticket", "purpose", "audience", "resident_reads", "body", "created_at", "redacted_at", "=event"]),
    (
        "ticket_clock",
        &[
            "=ticket",
            "kind",
            "platform",
            "queue",
            "limit_text",
            "started_at",
            "due_at",
            "warn_at",
            "paused_at",
            "paused_us",
            "stopped_at",
            "met",
            "told",
            "next_at",
            "told_at",
        ],
    ),
    ("ticket_hold", &["=ticket", "~reason_id", "review_at", "began_at", "ended_at", "told", "next_at", "told_at"]),
    (
        "escalation",
        &[
            "=ticket",
            "from_platform",
            "to_platform",
            "state",
            "~reason_id",
            "~tried_id",
            "~asked_id",
            "~answer_id",
            "answer_by",
            "left_queue",
            "#left_worker_id",
            "offered_at",
            "accepted_at",
            "closed_at",
            "told",
            "next_at",
        ],
    ),
    (
        "ticket_reporter",
        &[
            "=ticket",
            "role",
            "#resident_id",
            "name",
            "#phone_hash",
            "left_at",
            "last_nudge_at",
            "created_at",
            "=identity",
        ],
    ),
    ("understanding", &["=ticket", "category", "confidence", "emergency", "words", "suggestions"]),
    ("alarm", &["=ticket", "raised_at", "#acknowledged_by", "acknowledged_at"]),
    (
        "call",
        &[
            "vendor_call_id",
            "#source_id",
            "direction",
            "#caller_hash",
            "#last_four_hash",
            "#agent_id",
            "extension",
            "day",
            "day_serial",
            "started_at",
            "queued_at",
            "ringing_at",
            "answered_at",
            "ended_at",
            "talk_seconds",
            "result",
            "recording",
            "extension_told_at",
            "call_back_due_at",
            "said_result",
        ],
    ),
    ("call_ticket", &["=ticket", "=call", "role"]),
    ("call_pop", &["=call", "#user_id", "at", "closed_at"]),
    ("call_back", &["=call", "state", "made_at", "settled_at", "#settled_by"]),
    (
        "message",
        &[
            "=ticket",
            "channel",
            "direction",
            "kind",
            "filing",
            "~text_id",
            "media_id",
            "media_url",
            "detail",
            "at",
            "=identity",
        ],
    ),
    (
        "identity",
        &[
            "kind",
            "#account_id",
            "#value_hash",
            "#resident_id",
            "#bound_flat_id",
            "followed_at",
            "#asked_ticket_id",
            "asked_at",
            "asked_choices",
            "recent_at",
            "created_at",
        ],
    ),
    ("number_block", &["day", "next_serial"]),
];

fn column(name: &str, table: &str, pg: bool) -> String {
    let of = |other: &str, key: &str, what: &str| {
        format!("(SELECT o.{what} FROM {other} o WHERE o.community_id = {table}.community_id AND o.id = {table}.{key})")
    };
    let text = |sql: String| if pg { format!("({sql})::text") } else { format!("CAST({sql} AS TEXT)") };
    let sql = match (name.split_at(1), name) {
        (_, "=ticket") => of("ticket", "ticket_id", "number"),
        (_, "=event") => of("event", "event_id", "kind"),
        (_, "=call") => of("call", "call_id", "vendor_call_id"),
        (_, "=identity") => match pg {
            true => format!("encode({}, 'hex')", of("identity", "identity_id", "value_hash")),
            false => format!("hex({})", of("identity", "identity_id", "value_hash")),
        },
        (("~", key), _) => of("text_row", key, "body"),
        (("#", key), _) => match pg {
            true => format!("{table}.{key}"),
            false => format!("hex({table}.{key})"),
        },
        _ => format!("{table}.{name}"),
    };
    format!("coalesce({}, '-')", text(sql))
}

pub fn rows(app: &TestApp, table: &str, columns: &[&str]) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let pg = matches!(app.store.url(), jiban::store::DatabaseUrl::Postgres(_));
    let columns: Vec<String> = columns.iter().map(|name| column(name, table, pg)).collect();
    let sql = format!("SELECT {} AS line FROM {table}", columns.join(" || '|' || "));
    let lines: Vec<Line> = app
        .store
        .read(|db| -> Result<_, jiban::store::StoreError> {
            Ok(match db {
                Db::Pg(c) => diesel::sql_query(&sql).load(c)?,
                Db::Sqlite(c) => diesel::sql_query(&sql).load(c)?,
            })
        })
        .unwrap_or_else(|e| panic!("{table}: {e}"));
    let mut lines: Vec<String> = lines.into_iter().map(|line| without_ids(&line.line)).collect();
    lines.sort_unstable();
    lines
}

/// Ids inside JSON are new ones each time.
fn without_ids(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("\":") {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let id = tail.trim_start_matches("\":").trim_start().trim_start_matches('"');
        let is_id = id.len() >= 36 && id.is_char_boundary(36) && id[..36].parse::<uuid::Uuid>().is_ok();
        rest = if is_id { &id[36..] } else { &tail[2..] };
        out.push(':');
    }
    out.push_str(rest);
    out
}
