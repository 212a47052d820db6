//! The API's description as a page: drawn here from the document, without anybody else's script or server.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use serde_json::{Map, Value};

use super::frame;
use super::page::Page;

/// One row of a table: a field, a parameter, an answer.
#[derive(Debug, Clone)]
struct Row {
    name: String,
    /// The kind, with the way to a schema of ours where it is one.
    kind: Kind,
    needed: bool,
    about: String,
}

/// What kind of value, in words.
#[derive(Debug, Clone, Default)]
struct Kind {
    before: String,
    /// A schema's name, or empty.
    schema: String,
    after: String,
}

/// An operation.
#[derive(Debug, Clone)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    about: String,
    parameters: Vec<Row>,
    /// The body's schema, its fields and an example.
    body: String,
    fields: Vec<Row>,
    example: String,
    answers: Vec<Row>,
}

/// Operations of one sort.
#[derive(Debug, Clone)]
struct Group {
    name: String,
    about: String,
    operations: Vec<Operation>,
}

/// A schema of ours.
#[derive(Debug, Clone)]
struct Schema {
    name: String,
    about: String,
    /// For one that is no object.
    kind: Kind,
    fields: Vec<Row>,
}

/// The document, put into tables once.
#[derive(Debug, Clone)]
struct View {
    title: String,
    version: String,
    about: String,
    base: String,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

#[derive(Template)]
#[template(path = "api_docs.html")]
struct DocsPage {
    p: Page,
    view: &'static View,
}

/// Adds `GET /api/docs`. The document is made by the room that answers for it; it comes in as a value.
pub fn routes(document: fn() -> Value) -> impl FnOnce(&mut web::ServiceConfig) {
    static VIEW: std::sync::OnceLock<View> = std::sync::OnceLock::new();
    move |config| {
        let show = move |request: HttpRequest| async move {
            let view = VIEW.get_or_init(|| view(&document()));
            let page = DocsPage { p: frame::any_page(&request, view.title.clone()), view };
            frame::show(&request, StatusCode::OK, &page)
        };
        config.route("/api/docs", web::get().to(show));
    }
}

static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

fn members<'a>(of: &'a Value, name: &str) -> &'a Map<String, Value> {
    of[name].as_object().unwrap_or(&NOTHING)
}

/// A text of the document; its marks for code are for readers of Markdown, not for this page.
fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_default().replace('`', "")
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

fn view(document: &Value) -> View {
    let info = &document["info"];
    let group = |tag: &Value| {
        let name = text(tag, "name");
        let operations = members(document, "paths").iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap_or(&NOTHING).iter();
            // HEAD answers as GET does; the introduction says so.
            methods.filter(|(method, _)| *method != "head").map(move |(method, operation)| (path, method, operation))
        });
        let own = operations.filter(|(.., operation)| operation["tags"][0] == tag["name"]);
        let operations = own.map(|(path, method, of)| self::operation(document, (path, method), of)).collect();
        Group { name, about: text(tag, "description"), operations }
    };
    View {
        title: text(info, "title"),
        version: text(info, "version"),
        about: text(info, "description"),
        base: text(&document["servers"][0], "url"),
        groups: list(document, "tags").iter().map(group).collect(),
        schemas: members(&document["components"], "schemas")
            .iter()
            .map(|(name, schema)| Schema {
                name: name.clone(),
                about: text(schema, "description"),
                kind: if fields(schema).is_empty() { kind(schema) } else { Kind::default() },
                fields: fields(schema),
            })
            .collect(),
    }
}

/// What a pointer points at; anything else is itself.
fn at<'a>(document: &'a Value, of: &'a Value) -> &'a Value {
    match of["$ref"].as_str() {
        Some(pointer) => document.pointer(pointer.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => of,
    }
}

fn operation(document: &Value, (path, method): (&str, &str), of: &Value) -> Operation {
    let content = &of["requestBody"]["content"]["application/json"];
    let schema = at(document, &content["schema"]);
    let parameter = |given: &Value| {
        let given = at(document, given);
        let place = match given["in"].as_str() {
            Some("header") => " (header)",
            Some("path") => " (path)",
            _ => "",
        };
        let about = text(given, "description");
        let needed = given["required"] == true;
        Row { name: format!("{}{place}", text(given, "name")), kind: kind(&given["schema"]), needed, about }
    };
    let answer = |(status, given): (&String, &Value)| {
        let given = at(document, given);
        let shown = given["content"].as_object().and_then(|kinds| kinds.values().next());
        let kind = shown.map(|content| kind(&content["schema"])).unwrap_or_default();
        Row { name: status.clone(), kind, needed: false, about: text(given, "description") }
    };
    let example = &content["example"];
    Operation {
        id: text(of, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(of, "summary"),
        about: text(of, "description"),
        parameters: list(of, "parameters").iter().map(parameter).collect(),
        body: name_of(&content["schema"]),
        fields: fields(schema),
        example: if example.is_null() { String::new() } else { format!("{example:#}") },
        answers: members(of, "responses").iter().map(answer).collect(),
    }
}

/// An object's members; those of all parts of one that is put together.
fn fields(schema: &Value) -> Vec<Row> {
    let needed = list(schema, "required");
    let own = members(schema, "properties").iter().map(|(name, of)| Row {
        name: name.clone(),
        kind: kind(of),
        needed: needed.iter().any(|one| one == name),
        about: text(of, "description"),
    });
    let parts = list(schema, "allOf").iter().flat_map(|part| match name_of(part) {
        name if name.is_empty() => fields(part),
        name => {
            let kind = Kind { schema: name, ..Kind::default() };
            vec![Row { name: "…".to_owned(), kind, needed: true, about: "all members of it".to_owned() }]
        }
    });
    parts.chain(own).collect()
}

fn name_of(schema: &Value) -> String {
    let pointer = schema["$ref"].as_str().unwrap_or_default();
    pointer.strip_prefix("#/components/schemas/").unwrap_or_default().to_owned()
}

fn kind(schema: &Value) -> Kind {
    let name = name_of(schema);
    if !name.is_empty() {
        return Kind { schema: name, ..Kind::default() };
    }
    let choices = list(schema, "oneOf");
    if let Some(one) = choices.iter().find(|choice| choice["type"] != "null") {
        let mut kind = kind(one);
        if choices.len() > 1 {
            kind.after.push_str(" or null");
        }
        return kind;
    }
    if schema["type"] == "array" {
        let mut kind = kind(&schema["items"]);
        kind.before.insert_str(0, "array of ");
        return kind;
    }
    let word = match &schema["type"] {
        Value::String(word) => word.clone(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    };
    let all: Vec<&str> = list(schema, "enum").iter().filter_map(Value::as_str).collect();
    let format = text(schema, "format");
    let before = match (all.is_empty(), format.is_empty()) {
        (false, _) => all.join(" | "),
        (true, false) => format!("{word} ({format})"),
        (true, true) => word,
    };
    Kind { before, ..Kind::default() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_are_put_into_words() {
        let said = |schema: Value| {
            let Kind { before, schema, after } = kind(&schema);
            format!("{before}{schema}{after}")
        };
        assert_eq!(said(json!({"type": ["string", "null"], "format": "date"})), "string or null (date)");
        let queue = json!({"$ref": "#/components/schemas/Queue"});
        assert_eq!(said(json!({"oneOf": [{"type": "null"}, queue]})), "Queue or null");
        assert_eq!(said(json!({"type": "array", "items": queue})), "array of Queue");
        assert_eq!(said(json!({"type": "string", "enum": ["a", "b"]})), "a | b");
        assert_eq!(said(json!({})), "any");
    }
}
