//! Every column type written and read back through real statements, on both databases.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;

use super::db::{MultiBackend, each};
use super::samples::stores;
use super::types::{Json, Time};
use super::{Db, StoreError, expect_one, savepoint};
use crate::clock::Chance;
use crate::domain::ids::{CommunityId, TicketId, UserId};
use crate::domain::words::{Queue, Status};

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::*;

    job (community_id, id) {
        community_id -> DbUuid,
        id -> DbUuid,
        status -> Text,
        queue -> Nullable<Text>,
        worker_id -> Nullable<DbUuid>,
        opened_at -> DbTime,
        done_at -> Nullable<DbTime>,
        facts -> DbJson,
        extra -> Nullable<DbJson>,
        day -> Date,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::*;

    job_note (community_id, job_id, serial) {
        community_id -> DbUuid,
        job_id -> DbUuid,
        serial -> Integer,
        body -> Text,
        sealed -> Nullable<Binary>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(job, job_note);

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = job)]
struct Job {
    community_id: CommunityId,
    id: TicketId,
    status: Status,
    queue: Option<Queue>,
    worker_id: Option<UserId>,
    #[diesel(serialize_as = Time, deserialize_as = Time)]
    opened_at: DateTime<Utc>,
    done_at: Option<Time>,
    #[diesel(serialize_as = Json, deserialize_as = Json)]
    facts: serde_json::Value,
    extra: Option<Json>,
    day: NaiveDate,
    version: i64,
}

/// The same row read into plain values.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = job)]
struct PlainJob {
    id: TicketId,
    opened_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    facts: serde_json::Value,
    extra: Option<serde_json::Value>,
}

/// The same row written by reference; `None` is NULL and not the column's default.
#[derive(Insertable)]
#[diesel(table_name = job, treat_none_as_default_value = false)]
struct NewJob<'a> {
    community_id: CommunityId,
    id: TicketId,
    status: Status,
    queue: Option<Queue>,
    opened_at: Time,
    done_at: Option<DateTime<Utc>>,
    facts: &'a Json,
    extra: Option<serde_json::Value>,
    day: NaiveDate,
    version: i64,
}

#[derive(AsChangeset)]
#[diesel(table_name = job)]
struct Move {
    status: Status,
    queue: Option<Option<Queue>>,
    done_at: Option<Time>,
    version: i64,
}

fn make_tables(db: &mut Db) -> Result<(), StoreError> {
    let sql = match db {
        Db::Pg(_) => {
            "CREATE TABLE job (community_id uuid NOT NULL, id uuid NOT NULL, status text NOT NULL, queue text, \
             worker_id uuid, opened_at timestamptz NOT NULL, done_at timestamptz, facts jsonb NOT NULL, extra jsonb, \
             day date NOT NULL, version bigint NOT NULL, PRIMARY KEY (community_id, id), UNIQUE (community_id, day, version)); \
             CREATE TABLE job_note (community_id uuid NOT NULL, job_id uuid NOT NULL, serial integer NOT NULL, \
             body text NOT NULL CHECK (body <> ''), sealed bytea, PRIMARY KEY (community_id, job_id, serial), \
             FOREIGN KEY (community_id, job_id) REFERENCES job)"
        }
        Db::Sqlite(_) => {
            "CREATE TABLE job (community_id BLOB NOT NULL, id BLOB NOT NULL, status TEXT NOT NULL, queue TEXT, \
             worker_id BLOB, opened_at INTEGER NOT NULL, done_at INTEGER, facts TEXT NOT NULL, extra TEXT, \
             day TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (community_id, id), UNIQUE (community_id, day, version)) STRICT; \
             CREATE TABLE job_note (community_id BLOB NOT NULL, job_id BLOB NOT NULL, serial INTEGER NOT NULL, \
             body TEXT NOT NULL CHECK (body <> ''), sealed BLOB, PRIMARY KEY (community_id, job_id, serial), \
             FOREIGN KEY (community_id, job_id) REFERENCES job) STRICT"
        }
    };
    Ok(db.batch_execute(sql)?)
}

fn at(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_773_500_000_123_456 + micros).unwrap()
}

fn sample(chance: &Chance, community: CommunityId, n: i64) -> Job {
    Job {
        community_id: community,
        id: chance.id(at(n)),
        status: Status::Assigned,
        queue: (n % 2 == 0).then_some(Queue::Maintenance),
        worker_id: (n % 2 == 1).then(|| chance.id(at(n))),
        opened_at: at(n),
        done_at: None,
        facts: json!({ "楼": 3, "words": ["漏水"], "n": n }),
        extra: None,
        day: NaiveDate::from_ymd_opt(2026, 3, 14).unwrap(),
        version: n,
    }
}

#[test]
fn rows_come_back_as_they_were_written() {
    for (store, _dir) in stores() {
        let chance = Chance::counted(1);
        let community: CommunityId = chance.id(at(0));
        store.write(make_tables).unwrap();
        let one = sample(&chance, community, 1);
        let two = Job { done_at: Some(at(5).into()), extra: Some(Json(json!(null))), ..sample(&chance, community, 2) };
        let back: Job = store
            .write(|db| {
                diesel::insert_into(job::table).values(two.clone()).execute(db)?;
                let row = diesel::insert_into(job::table).values(one.clone()).returning(job::all_columns);
                Ok::<_, StoreError>(row.get_result(db)?)
            })
            .unwrap();
        assert_eq!(back, one);
        let all: Vec<Job> = store
            .read(|db| Ok::<_, StoreError>(job::table.order(job::opened_at.desc()).select(Job::as_select()).load(db)?))
            .unwrap();
        assert_eq!(all, [two, one]);
    }
}

#[test]
fn filters_joins_and_changes_work_on_typed_columns() {
    for (store, _dir) in stores() {
        let chance = Chance::counted(2);
        let community: CommunityId = chance.id(at(0));
        store.write(make_tables).unwrap();
        let jobs: Vec<Job> = (1..=4).map(|n| sample(&chance, community, n)).collect();
        store
            .write(|db| {
                // Several rows at once and `on conflict` are for the concrete connections.
                let put = each!(db, c => diesel::insert_into(job::table).values(jobs.clone()).execute(c))?;
                assert_eq!(put, 4);
                let again = each!(db, c => diesel::insert_into(job::table).values(jobs[0].clone())
                    .on_conflict_do_nothing().execute(c))?;
                assert_eq!(again, 0);
                let note = (
                    job_note::community_id.eq(community),
                    job_note::job_id.eq(jobs[1].id),
                    job_note::serial.eq(1),
                    job_note::body.eq("已到场"),
                    job_note::sealed.eq(Some(&b"\x00\xff"[..])),
                );
                diesel::insert_into(job_note::table).values(note).execute(db)?;
                Ok::<_, StoreError>(())
            })
            .unwrap();

        store
            .read(|db| {
                let mut some = job::table.filter(job::community_id.eq(community)).into_boxed::<MultiBackend>();
                some = some.filter(job::status.eq_any([Status::Assigned, Status::InProgress]));
                some = some.filter(job::queue.eq(Queue::Maintenance).or(job::worker_id.eq(jobs[0].worker_id)));
                some = some.filter(job::opened_at.ge(Time(at(1))).and(job::opened_at.lt(Time(at(4)))));
                some = some.filter(job::id.eq_any(jobs.iter().map(|j| j.id).collect::<Vec<_>>()));
                let ids: Vec<TicketId> =
                    some.order((job::opened_at.desc(), job::id.desc())).select(job::id).load(db)?;
                assert_eq!(ids, [jobs[1].id, jobs[0].id]);

                let notes: Vec<(TicketId, Option<String>, Option<Vec<u8>>)> = job::table
                    .left_join(job_note::table.on(job_note::job_id.eq(job::id)))
                    .filter(job::worker_id.is_null())
                    .order(job::opened_at.asc())
                    .select((job::id, job_note::body.nullable(), job_note::sealed.nullable()))
                    .load(db)?;
                assert_eq!(notes[0], (jobs[1].id, Some("已到场".to_owned()), Some(vec![0, 255])));
                assert_eq!(notes[1].1, None);

                let per_queue: Vec<(Option<Queue>, i64)> =
                    job::table.group_by(job::queue).select((job::queue, diesel::dsl::count_star())).load(db)?;
                assert_eq!(per_queue.len(), 2);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
}

#[test]
fn a_stale_version_hits_no_row_and_says_so() {
    for (store, _dir) in stores() {
        let chance = Chance::counted(6);
        let community: CommunityId = chance.id(at(0));
        store.write(make_tables).unwrap();
        let jobs: Vec<Job> = (1..=2).map(|n| sample(&chance, community, n)).collect();
        store
            .write(|db| {
                Ok::<_, StoreError>(each!(db, c => diesel::insert_into(job::table).values(jobs.clone()).execute(c))?)
            })
            .unwrap();
        let moved = store
            .write(|db| {
                let change = Move {
                    status: Status::Done,
                    queue: Some(None),
                    done_at: Some(at(9).into()),
                    version: jobs[1].version + 1000,
                };
                let hit = diesel::update(job::table.find((community, jobs[1].id)))
                    .filter(job::version.eq(jobs[1].version))
                    .set(&change)
                    .execute(db)?;
                expect_one(hit, "job", jobs[1].id)?;
                let hit = diesel::update(job::table.find((community, jobs[1].id)))
                    .filter(job::version.eq(jobs[1].version))
                    .set(&change)
                    .execute(db)?;
                assert!(matches!(expect_one(hit, "job", jobs[1].id), Err(StoreError::Stale { table: "job", .. })));
                let row: Job = job::table.find((community, jobs[1].id)).first(db)?;
                Ok::<_, StoreError>(row)
            })
            .unwrap();
        assert_eq!((moved.status, moved.queue, moved.done_at), (Status::Done, None, Some(Time(at(9)))));
    }
}

#[test]
fn an_impossible_word_is_an_error_that_names_it() {
    for (store, _dir) in stores() {
        let chance = Chance::counted(3);
        store.write(make_tables).unwrap();
        let row = sample(&chance, chance.id(at(0)), 1);
        let read: Result<Job, StoreError> = store.write(|db| {
            diesel::insert_into(job::table).values(row.clone()).execute(db)?;
            db.batch_execute("UPDATE job SET status = 'sleeping'")?;
            Ok(job::table.first(db)?)
        });
        let said = read.unwrap_err().in_row("job", row.id).to_string();
        let id = row.id;
        assert!(
            said.starts_with(&format!("impossible row in job: column status of {id}: `sleeping` is not")),
            "{said}"
        );
    }
}

#[test]
fn nanoseconds_are_cut_before_they_are_written() {
    let fine = at(0) + TimeDelta::nanoseconds(789);
    assert_eq!(Time::from(fine), Time(at(0)));
}

#[test]
fn a_unique_key_names_table_and_columns_and_a_savepoint_survives_it() {
    for (store, _dir) in stores() {
        let chance = Chance::counted(4);
        let community: CommunityId = chance.id(at(0));
        store.write(make_tables).unwrap();
        let one = sample(&chance, community, 1);
        let twin = Job { id: chance.id(at(1)), ..one.clone() };
        let count: i64 = store
            .write(|db| {
                diesel::insert_into(job::table).values(one.clone()).execute(db)?;
                let double = savepoint(db, |db| {
                    Ok::<_, StoreError>(diesel::insert_into(job::table).values(twin.clone()).execute(db)?)
                });
                let error = double.unwrap_err();
                assert!(error.is_unique("job", &["community_id", "day", "version"]), "{error:?}");
                assert!(!error.is_unique("job", &["community_id", "id"]), "{error:?}");
                Ok::<_, StoreError>(job::table.count().get_result(db)?)
            })
            .unwrap();
        assert_eq!(count, 1);
        let lost = store.write(|db| {
            let note = (
                job_note::community_id.eq(community),
                job_note::job_id.eq(twin.id),
                job_note::serial.eq(1),
                job_note::body.eq("x"),
            );
            Ok::<_, StoreError>(diesel::insert_into(job_note::table).values(note).execute(db)?)
        });
        assert!(matches!(lost, Err(StoreError::ForeignKey { .. })), "{lost:?}");
        let empty = store.write(|db| {
            let note = (
                job_note::community_id.eq(community),
                job_note::job_id.eq(one.id),
                job_note::serial.eq(1),
                job_note::body.eq(""),
            );
            Ok::<_, StoreError>(diesel::insert_into(job_note::table).values(note).execute(db)?)
        });
        assert!(matches!(empty, Err(StoreError::Rule(_))), "{empty:?}");
    }
}

#[test]
fn plain_values_are_read_and_references_written() {
    for (store, _dir) in stores() {
        let chance = Chance::counted(5);
        let community: CommunityId = chance.id(at(0));
        store.write(make_tables).unwrap();
        let facts = Json(json!(["灯"]));
        let row = |n: i64, done: Option<i64>| NewJob {
            community_id: community,
            id: chance.id(at(n)),
            status: Status::InProgress,
            queue: None,
            opened_at: at(n).into(),
            done_at: done.map(at),
            facts: &facts,
            extra: done.map(|d| json!({ "d": d })),
            day: NaiveDate::from_ymd_opt(2026, 3, 14).unwrap(),
            version: n,
        };
        let rows = [row(1, None), row(2, Some(7)), row(3, Some(8))];
        let key = (community, rows[1].id);
        let plain = PlainJob {
            id: rows[1].id,
            opened_at: at(2),
            done_at: Some(at(7)),
            facts: facts.0.clone(),
            extra: Some(json!({ "d": 7 })),
        };
        store
            .write(|db| {
                diesel::insert_into(job::table).values(&rows[0]).execute(db)?;
                let put = each!(db, c => diesel::insert_into(job::table).values(&rows[1..]).execute(c))?;
                assert_eq!(put, 2);
                let late: Vec<PlainJob> = job::table
                    .filter(job::done_at.lt(Some(at(8))).and(job::opened_at.le(Time(at(3)))))
                    .select(PlainJob::as_select())
                    .load(db)?;
                assert_eq!(late, [plain]);
                let set =
                    (job::facts.eq(Json(json!({}))), job::done_at.eq(None::<Time>), job::extra.eq(Some(json!(1))));
                expect_one(diesel::update(job::table.find(key)).set(set).execute(db)?, "job", key.1)?;
                let one: PlainJob = job::table.find(key).select(PlainJob::as_select()).first(db)?;
                assert_eq!((one.facts, one.done_at, one.extra), (json!({}), None, Some(json!(1))));
                let latest: Option<DateTime<Utc>> = job::table.select(diesel::dsl::max(job::opened_at)).first(db)?;
                assert_eq!(latest, Some(at(3)));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
}
