//! What the derived schemas do not know: that answers leave nothing out, and that an id is best written out in place.

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};

/// A schema as JSON.
pub(super) fn json(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

/// Answers always have all their members, `null` where there is nothing.
pub(super) fn require_all(schema: &mut Value) {
    if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
        parts.iter_mut().for_each(require_all);
    }
    let names = schema.get("properties").and_then(Value::as_object).map(|all| all.keys().cloned().collect::<Vec<_>>());
    if let Some(names) = names {
        schema["required"] = json!(names);
    }
}

/// Puts `{"type": "string", "format": "uuid"}` where a component of an id is pointed at.
pub(super) fn write_ids_out(schema: &mut Value) {
    lift(schema);
    let points_at_id = schema.get("$ref").and_then(Value::as_str).is_some_and(|at| at.ends_with("Id"));
    if points_at_id {
        let about = schema.get("description").cloned();
        *schema = json!({"type": "string", "format": "uuid"});
        if let Some(about) = about {
            schema["description"] = about;
        }
    }
    nullable(schema);
    match schema {
        Value::Object(members) => members.values_mut().for_each(write_ids_out),
        Value::Array(all) => all.iter_mut().for_each(write_ids_out),
        _ => {}
    }
}

/// What is said of one choice beside `null` is said of the member.
fn lift(schema: &mut Value) {
    let Some(Value::Array(choices)) = schema.get_mut("oneOf") else { return };
    let told = choices.iter_mut().filter_map(Value::as_object_mut).find_map(|choice| choice.remove("description"));
    if let (Some(told), None) = (told, schema.get("description")) {
        schema["description"] = told;
    }
}

/// `null` or an id: one type of two names reads better than a choice of two schemas.
fn nullable(schema: &mut Value) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else { return };
    let null = choices.iter().any(|choice| choice.get("type") == Some(&json!("null")));
    let id =
        choices.iter().any(|choice| choice.get("$ref").and_then(Value::as_str).is_some_and(|at| at.ends_with("Id")));
    if choices.len() == 2 && null && id {
        let about = schema.get("description").cloned();
        *schema = json!({"type": ["string", "null"], "format": "uuid"});
        if let Some(about) = about {
            schema["description"] = about;
        }
    }
}
