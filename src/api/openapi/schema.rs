//! How the domain's own types look in JSON: the domain knows nothing of documents, so it is said here.

use utoipa::openapi::schema::{AdditionalProperties, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::ids::{
    CallBackId, CallId, CommunityId, PlaceId, ReporterId, ResidentId, TicketId, TicketNumber, UserId,
};
use crate::domain::ticket::Event;
use crate::domain::words::{
    Audience, Channel, ClockKind, EscalationState, Kind, Language, LinkKind, Outcome, Platform, Queue, ReporterRole,
    Role, Status, Urgency,
};
use crate::engine::hotline::CallBackAnswer;

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn done(object: impl Into<Object>) -> RefOr<Schema> {
    RefOr::T(Schema::Object(object.into()))
}

macro_rules! ids {
    ($($name:ident)+) => { $(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                done(text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))))
            }
        }
        impl ToSchema for $name {}
    )+ };
}
ids! { CallBackId CallId CommunityId PlaceId ReporterId ResidentId TicketId UserId }

macro_rules! words {
    ($($name:ident $about:literal)+) => { $(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let meanings: Vec<String> = $name::ALL
                    .iter()
                    .map(|word| format!("`{}` {} {}", word.code(), word.word(Language::Zh), word.word(Language::En)))
                    .collect();
                let about = format!("{} {}.", $about, meanings.join(", "));
                done(text().enum_values(Some($name::ALL.iter().map(|word| word.code()))).description(Some(about)))
            }
        }
        impl ToSchema for $name {}
    )+ };
}
words! {
    Audience "Who may read it:"
    Channel "Where a request came in:"
    ClockKind "What a clock waits for:"
    EscalationState "Where an offer between the platforms stands:"
    Kind "What sort of request it is:"
    LinkKind "How the link's origin is tied to its end:"
    Outcome "How a done ticket ended:"
    Platform "One of the two desks:"
    Queue "A department's list:"
    ReporterRole "How a reporter is tied to a ticket:"
    Role "What a member of staff, or a program, is:"
    Status "One of the four states:"
    Urgency "Class of the limits:"
}

impl PartialSchema for CallBackAnswer {
    fn schema() -> RefOr<Schema> {
        let about = "How somebody to ring back was settled: `done` they were rung back, `cancelled` it is not needed.";
        done(text().enum_values(Some(Self::ALL.iter().map(|answer| answer.code()))).description(Some(about)))
    }
}
impl ToSchema for CallBackAnswer {}

impl PartialSchema for TicketNumber {
    fn schema() -> RefOr<Schema> {
        let about = "A ticket's number, by the community's local day.";
        done(text().pattern(Some("^[0-9]{8}-[0-9]{4,}$")).description(Some(about)).examples(["20260315-0042"]))
    }
}
impl ToSchema for TicketNumber {}

impl PartialSchema for Event {
    fn schema() -> RefOr<Schema> {
        let about = "What happened: its code, and beside it the event's own members.";
        done(
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .description(Some(about))
                .property("event", done(text().examples(["finished"])))
                .required("event")
                .additional_properties(Some(AdditionalProperties::FreeForm(true))),
        )
    }
}
impl ToSchema for Event {
    fn name() -> std::borrow::Cow<'static, str> {
        "Event".into()
    }
}

/// The address of a component.
pub(super) fn component(name: &str) -> Ref {
    Ref::from_schema_name(name)
}
