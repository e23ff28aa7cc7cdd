//! Options of writes and deletions, in queries and bodies.

use serde_json::{Value, json};

use super::call::Call;
use super::decode::{content_type, parse};
use super::deletion::{Options, Propagation};
use super::resources;
use super::status::{FieldError, Problem, Status};
use super::wording;
use super::write_context::WriteContext;

/// The kind of a write's options.
pub(crate) fn write_options(method: &http::Method) -> &'static str {
    match method.as_str() {
        "POST" => "CreateOptions",
        "PUT" => "UpdateOptions",
        "PATCH" => "PatchOptions",
        _ => "DeleteOptions",
    }
}

/// The named field manager must be short and printable.
fn check_manager(call: &Call<'_>) -> Result<(), Status> {
    const LONGEST: usize = 128;
    let manager = call.query.get("fieldManager");
    let problem = if manager.len() > LONGEST {
        Problem::TooLong(LONGEST)
    } else if let Some((at, letter)) = manager.char_indices().find(|(_, letter)| letter.is_control()) {
        Problem::Invalid {
            value: wording::quoted(manager),
            why: format!("invalid character U+{:04X} (at position {at})", u32::from(letter)),
        }
    } else {
        return Ok(());
    };
    let field = "fieldManager".to_owned();
    Err(Status::invalid_option(
        write_options(call.method),
        &FieldError { field, problem },
    ))
}

/// What the registry has to know of a request.
pub(crate) fn write_context<'a>(call: &'a Call<'_>, manager: &'a str) -> Result<WriteContext<'a>, Status> {
    check_manager(call)?;
    Ok(WriteContext {
        kind: resources::stored(call.place.kind),
        namespace: call.place.namespace(),
        subresource: &call.place.subresource,
        manager,
        dry_run: dry_run(call)?,
        trusted: false,
    })
}

fn dry_run(call: &Call<'_>) -> Result<bool, Status> {
    match call.query.get("dryRun") {
        "" => Ok(false),
        "All" => Ok(true),
        other => {
            let error = FieldError::not_supported("dryRun", &json!([other]), &["All"]);
            Err(Status::invalid_option(write_options(call.method), &error))
        }
    }
}

/// How to delete: the body's `DeleteOptions`, else the query's.
pub(crate) fn delete_options(call: &Call<'_>) -> Result<Options, Status> {
    let mut options = if call.body.is_empty() {
        json!({})
    } else {
        parse(call.body, content_type(call.headers))?
    };
    let (kind, version) = (&options["kind"], &options["apiVersion"]);
    if let Some(kind) = kind.as_str().filter(|kind| !matches!(*kind, "" | "DeleteOptions")) {
        let version = version.as_str().unwrap_or_default();
        return Err(Status::bad_request(Status::unregistered(kind, version)));
    }
    for field in ["propagationPolicy", "gracePeriodSeconds", "dryRun"] {
        let given = call.query.get(field);
        if !given.is_empty() && options[field].is_null() {
            options[field] = given.into();
        }
    }
    read_options(&options)
}

/// `DeleteOptions` as an object.
pub(crate) fn read_options(options: &Value) -> Result<Options, Status> {
    if options["orphanDependents"].is_boolean() && options["propagationPolicy"].is_string() {
        let why = "orphanDependents and deletionPropagation cannot be both set";
        let error = FieldError::invalid("propagationPolicy", &options["propagationPolicy"], why);
        return Err(Status::invalid_delete_options(&error));
    }
    let propagation = match options["propagationPolicy"].as_str() {
        Some("Foreground") => Propagation::Foreground,
        Some("Orphan") => Propagation::Orphan,
        None | Some("Background") => match options["orphanDependents"].as_bool() {
            Some(true) => Propagation::Orphan,
            _ => Propagation::Background,
        },
        Some(other) => {
            let allowed = ["Foreground", "Background", "Orphan", "nil"];
            let error = FieldError::not_supported("propagationPolicy", &other.into(), &allowed);
            return Err(Status::invalid_delete_options(&error));
        }
    };
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let asked = match &options["dryRun"] {
        Value::Null => json!([]),
        Value::Array(list) => json!(list),
        value => json!([value]),
    };
    let dry_run = asked.as_array().is_some_and(|list| !list.is_empty());
    if dry_run && asked != json!(["All"]) {
        let error = FieldError::not_supported("dryRun", &asked, &["All"]);
        return Err(Status::invalid_delete_options(&error));
    }
    Ok(Options {
        grace: number(&options["gracePeriodSeconds"]),
        propagation,
        uid: text(&options["preconditions"]["uid"]),
        resource_version: text(&options["preconditions"]["resourceVersion"]),
        dry_run,
    })
}
