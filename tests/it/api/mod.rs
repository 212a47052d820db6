//! The JSON interface for programs.

mod create;
mod doors;
mod list;
mod openapi;
mod residents;
mod rights;
mod verbs;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::RunQueryDsl;
use jiban::domain::words::{Platform, Queue, Role};
use jiban::store::StoreError;
use jiban::store::db::Db;
use serde_json::{Value, json};

use crate::support::{Page, Program, TestApp};

/// Where tickets are.
pub(crate) const TICKETS: &str = "/api/v1/tickets";

/// A program at the property's desk.
pub(crate) fn property(app: &TestApp) -> Program {
    app.program(Platform::Property, Role::Manager, None)
}

/// A program at the committee's desk.
pub(crate) fn committee(app: &TestApp) -> Program {
    app.program(Platform::Committee, Role::CommitteeStaff, Some(Queue::Committee))
}

/// Opens a ticket, as its item.
#[track_caller]
pub(crate) fn open(program: &Program, body: &Value) -> Value {
    let page = program.post(TICKETS, body);
    page.is(201);
    page.json()
}

/// A ticket in the maintenance queue.
#[track_caller]
fn a_drain(program: &Program) -> Value {
    open(program, &json!({"words": "厨房下水道堵了", "place": "恒泰园3号楼2单元501", "queue": "maintenance"}))
}

/// The path of an item's verb; of the item itself without one.
pub(crate) fn at(item: &Value, noun: &str) -> String {
    let id = item["id"].as_str().unwrap();
    if noun.is_empty() { format!("{TICKETS}/{id}") } else { format!("{TICKETS}/{id}/{noun}") }
}

/// Gives a verb at the version of the item, with these fields.
fn ask(program: &Program, item: &Value, noun: &str, mut fields: Value) -> Page {
    fields["version"] = item["version"].clone();
    program.post(&at(item, noun), &fields)
}

/// The same, and it is done: the item after it.
#[track_caller]
fn did(program: &Program, item: &Value, noun: &str, fields: Value) -> Value {
    let page = ask(program, item, noun, fields);
    page.is(200);
    let after = page.json();
    assert!(after["version"].as_i64() > item["version"].as_i64(), "{noun} left the version at {}", after["version"]);
    after
}

/// A problem of this status and code, in the right form.
#[track_caller]
fn problem(page: &Page, status: u16, code: &str) -> Value {
    page.is(status);
    assert_eq!(page.header("content-type"), "application/problem+json", "{}", page.body);
    let body = page.json();
    assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(u64::from(status)), Some(code)), "{body}");
    assert_eq!(body["type"], format!("urn:jiban:problem:{code}"));
    assert_eq!(body["request_id"].as_str(), Some(page.header("x-request-id")));
    for member in ["title", "detail"] {
        assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "no {member} in {body}");
    }
    body
}

/// A problem with a field: its name.
#[track_caller]
fn wrong_field(page: &Page, code: &str, field: &str) {
    assert_eq!(problem(page, 422, code)["field"], field, "{}", page.body);
}

/// The person behind a login.
fn user(app: &TestApp, login: &str) -> String {
    app.staff(login).user().unwrap().to_string()
}

/// A moment some hours from now, as programs write it.
fn hence(app: &TestApp, hours: i64) -> String {
    let at: DateTime<Utc> = app.now() + TimeDelta::hours(hours);
    at.to_rfc3339()
}

/// Changes rows no door changes.
fn change(app: &TestApp, statement: &str) {
    let done: Result<usize, StoreError> = app.store.write(|db: &mut Db| {
        Ok(match db {
            Db::Pg(c) => diesel::sql_query(statement).execute(c)?,
            Db::Sqlite(c) => diesel::sql_query(statement).execute(c)?,
        })
    });
    assert!(done.unwrap() > 0, "{statement} hit nothing");
}
