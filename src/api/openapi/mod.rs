//! The description of this interface as OpenAPI 3.1, made from the same table that registers the routes and from the types
//! that read bodies and write answers. `docs/openapi.json` is a copy under review; a test compares the two.

pub mod about;
mod schema;
mod tidy;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::fields::FromFields;
use super::{Endpoint, Resource, resources};

/// What an endpoint says of itself.
#[derive(Debug)]
pub struct About {
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: Vec<Parameter>,
    body: Option<Shape>,
    answer: Answer,
    /// Statuses beside those that every endpoint, or every endpoint with a body, may answer.
    refusals: &'static [u16],
}

impl About {
    fn new(id: &'static str, tag: &'static str, summary: &'static str) -> Self {
        let answer = Answer { status: 200, about: "", schema: None, located: false };
        Self { id, tag, summary, description: "", parameters: Vec::new(), body: None, answer, refusals: &[] }
    }
}

/// A parameter outside the body.
#[derive(Debug)]
pub struct Parameter {
    name: &'static str,
    /// `query`, `path` or `header`.
    place: &'static str,
    about: &'static str,
    schema: Value,
    needed: bool,
}

impl Parameter {
    fn query(name: &'static str, about: &'static str, schema: Value) -> Self {
        Self { name, place: "query", about, schema, needed: false }
    }

    fn path(name: &'static str, about: &'static str, schema: Value) -> Self {
        Self { name, place: "path", about, schema, needed: true }
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "in": self.place, "required": self.needed, "description": self.about, "schema": self.schema,
        })
    }
}

/// Names and schemas, as JSON.
type Components = Vec<(String, Value)>;

/// What a type is made of, itself left out.
fn parts_of<T: ToSchema>() -> Components {
    let mut used = Vec::new();
    T::schemas(&mut used);
    used.iter().map(|(name, schema)| (name.clone(), tidy::json(schema))).collect()
}

/// A body as it is read.
#[derive(Debug)]
pub struct Shape {
    /// The component's name.
    name: String,
    schema: Value,
    used: Components,
    needed: Vec<&'static str>,
    example: Value,
}

impl Shape {
    fn of<T: FromFields + ToSchema>(example: Value) -> Self {
        let name = format!("{}Body", T::name());
        Self { name, schema: tidy::json(&T::schema()), used: parts_of::<T>(), needed: T::needed(), example }
    }
}

/// A success.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    about: &'static str,
    /// The component's name, and everything it is made of.
    schema: Option<(String, Components)>,
    /// Says `Location`.
    located: bool,
}

impl Answer {
    fn ok<T: ToSchema + PartialSchema>(about: &'static str) -> Self {
        let mut used = parts_of::<T>();
        used.push((T::name().into_owned(), tidy::json(&T::schema())));
        Self { status: 200, about, schema: Some((T::name().into_owned(), used)), located: false }
    }
}

/// What every endpoint may answer beside its success.
const ALWAYS: &[u16] = &[400, 401, 422, 429, 500, 503];
/// And those that read a body.
const WITH_BODY: &[u16] = &[413, 415];

static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));

/// The document as it is printed, served and checked in.
pub fn text() -> &'static str {
    &TEXT
}

/// `GET /api/openapi.json`: open, for it tells nothing about anybody.
pub(super) async fn serve() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(text())
}

/// The document.
pub fn document() -> Value {
    let mut parts = Parts::default();
    let mut paths: BTreeMap<String, Value> = BTreeMap::new();
    for resource in resources() {
        let item = resource.endpoints.iter().map(|endpoint| {
            let method = endpoint.method.as_str().to_ascii_lowercase();
            let operation = parts.operation(&resource, endpoint);
            (method, operation)
        });
        paths.insert(resource.path.clone(), Value::Object(item.collect()));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Jiban API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": INTRODUCTION,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": TAGS.iter().map(|(name, about)| json!({"name": name, "description": about})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {
                "type": "http", "scheme": "bearer",
                "description": "From `jiban token create`: bound to one community and one role.",
            }},
            "schemas": parts.schemas(),
            "responses": refusals(),
            "parameters": {"AcceptLanguage": {
                "name": "Accept-Language", "in": "header", "required": false,
                "description": "`en` turns problem texts and place words to English; otherwise they are Chinese",
                "schema": {"type": "string"},
            }},
        },
    })
}

const INTRODUCTION: &str = "The same verbs as the console, for programs: a call centre, a visualisation, a script. \
    Bodies are one JSON object of at most 64 KiB; fields and parameters nobody asked for are refused. Times are RFC 3339, \
    in UTC with `Z` in answers. Every answer has an `x-request-id`. What is not a success is `application/problem+json`; \
    branch on its `code`. Every GET answers HEAD too.";

const TAGS: &[(&str, &str)] = &[
    ("Tickets", "Open, list and look at tickets."),
    ("Verbs", "What can be done to a ticket: each verb is a resource with a noun for its name."),
    ("Queues", "The departments' lists."),
    ("Residents", "The register of who lives where."),
    ("Calls", "The hotline's calls and whom to ring back."),
    ("Token", "The token itself."),
];

/// The components met on the way.
#[derive(Default)]
struct Parts {
    answers: BTreeMap<String, Value>,
    bodies: BTreeMap<String, Value>,
}

impl Parts {
    fn operation(&mut self, resource: &Resource, endpoint: &Endpoint) -> Value {
        let about = (endpoint.about)(resource.noun);
        let head = endpoint.method == actix_web::http::Method::HEAD;
        let mut parameters: Vec<Value> = about.parameters.iter().map(Parameter::json).collect();
        parameters.push(json!({"$ref": "#/components/parameters/AcceptLanguage"}));
        let mut statuses = [ALWAYS, about.refusals, if about.body.is_some() { WITH_BODY } else { &[] }].concat();
        statuses.sort_unstable();
        let mut responses = Map::new();
        responses.insert(about.answer.status.to_string(), self.success(&about.answer, head));
        for status in statuses {
            let refused = json!({"$ref": format!("#/components/responses/Problem{status}")});
            responses.insert(status.to_string(), refused);
        }
        let id = if head { format!("{}Head", about.id) } else { about.id.to_owned() };
        let mut operation = json!({
            "operationId": id, "tags": [about.tag], "summary": about.summary, "parameters": parameters,
            "responses": responses,
        });
        if !about.description.is_empty() {
            operation["description"] = json!(about.description);
        }
        if let Some(shape) = &about.body {
            operation["requestBody"] = self.body(shape);
        }
        operation
    }

    fn success(&mut self, answer: &Answer, head: bool) -> Value {
        let about = if head { "As for GET, without a body" } else { answer.about };
        let request_id = json!({"description": "To quote to the administrator", "schema": {"type": "string"}});
        let mut response = json!({"description": about, "headers": {"x-request-id": request_id}});
        if answer.located {
            let location =
                json!({"description": "Where it is", "schema": {"type": "string", "format": "uri-reference"}});
            response["headers"]["Location"] = location;
        }
        if let Some((name, used)) = answer.schema.as_ref().filter(|_| !head) {
            self.answers.extend(used.iter().cloned());
            response["content"] = json!({"application/json": {"schema": schema::component(name)}});
        }
        response
    }

    fn body(&mut self, shape: &Shape) -> Value {
        let mut body = shape.schema.clone();
        body["required"] = json!(shape.needed);
        body["additionalProperties"] = json!(false);
        self.bodies.insert(shape.name.clone(), body);
        self.answers.extend(shape.used.iter().cloned());
        json!({
            "required": true,
            "content": {"application/json": {"schema": schema::component(&shape.name), "example": shape.example}},
        })
    }

    /// Answers say all their members always; bodies only what must be there.
    fn schemas(&mut self) -> Map<String, Value> {
        let mut all: BTreeMap<String, Value> = std::mem::take(&mut self.answers);
        all.values_mut().for_each(tidy::require_all);
        all.append(&mut self.bodies);
        all.insert("Problem".to_owned(), problem());
        all.retain(|name, _| !name.ends_with("Id"));
        all.values_mut().for_each(tidy::write_ids_out);
        all.into_iter().collect()
    }
}

fn problem() -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    json!({
        "type": "object",
        "description": "Why something was not done (RFC 9457). Some codes bring members of their own, such as `version` and `ticket` with `stale`.",
        "required": ["type", "title", "status", "code", "detail", "request_id"],
        "properties": {
            "type": text("`urn:jiban:problem:` and the code"),
            "title": text("The sort of problem, for people"),
            "status": {"type": "integer", "description": "As the HTTP status"},
            "code": text("Stable: branch on this"),
            "detail": text("What is so and what to do, in the reader's language; may change"),
            "field": text("The field, parameter or header that is wrong"),
            "request_id": text("To quote to the administrator"),
        },
        "additionalProperties": true,
    })
}

fn refusals() -> Value {
    let all = [
        (400, "`bad_json`, `bad_query`, `bad_request`: it cannot be read"),
        (401, "`unauthorized`: no token, or none that is in use; says `WWW-Authenticate`"),
        (403, "`forbidden`, `not_yours`, `needs_person`: not with this token"),
        (404, "`not_found`: no such thing, or not in this token's sight"),
        (
            409,
            "`stale` with the fresh `version` and `ticket`, `key_running`, or a refusal of the rules such as `wrong_state`",
        ),
        (413, "`too_large`: more than 64 KiB"),
        (415, "`unsupported_media_type`: anything but `application/json`"),
        (
            422,
            "`missing`, `form`, `unknown_field`, `unknown_parameter`, `key_reused` and others: `field` names what is wrong",
        ),
        (
            429,
            "`too_many`: more in a minute than one token, or one address without a token, may ask for; says `Retry-After`",
        ),
        (500, "`broken`: a fault of the program; the log has the cause under the request id"),
        (503, "`unavailable`: the database is away; says `Retry-After`"),
    ];
    let named = all.iter().map(|(status, about)| {
        let content = json!({"application/problem+json": {"schema": schema::component("Problem")}});
        let mut response = json!({"description": about, "content": content});
        let header = match status {
            401 => Some("WWW-Authenticate"),
            429 | 503 => Some("Retry-After"),
            _ => None,
        };
        if let Some(header) = header {
            response["headers"] = json!({header: {"schema": {"type": "string"}}});
        }
        (format!("Problem{status}"), response)
    });
    Value::Object(named.collect())
}
