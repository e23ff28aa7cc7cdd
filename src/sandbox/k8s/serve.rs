//! Requests about objects, by verb.

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use serde_json::{Value, json};

use super::body::{self, PatchKind};
use super::deletion::{self, Outcome};
use super::meta;
use super::output::{self, Form, Wanted};
use super::registry::{self, Ask};
use super::route::{Place, Query};
use super::selector::Selector;
use super::status::{FieldError, Status};
use super::{binding, eviction, listing, options, scale, strict, watch};
use crate::{Body, Sandbox};

/// A request about objects, taken apart.
pub(crate) struct Call<'a> {
    /// Verb of HTTP.
    pub method: &'a Method,
    /// Which objects.
    pub place: &'a Place,
    /// Parameters.
    pub query: &'a Query,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Body.
    pub body: &'a Bytes,
}

/// An answer and its HTTP code.
pub(crate) type Answer = (u16, Value);

/// Answers a request about objects.
pub(crate) fn answer(sandbox: &Sandbox, call: &Call<'_>) -> Result<Response<Body>, Status> {
    let wanted = Wanted::negotiate(call.headers, call.query)?;
    let place = call.place;
    if call.method == Method::GET && place.subresource.is_empty() {
        if place.name.is_some() {
            return get(sandbox, call, wanted);
        }
        let selector = selector(call)?;
        return if call.query.is_set("watch") && !call.query.get("watch").is_empty() {
            watch::answer(sandbox, place, call.query, selector, wanted)
        } else {
            let list = sandbox.with(|world| listing::list(world, place, call.query, &selector, wanted.form))?;
            Ok(output::value(200, &list, wanted.yaml))
        };
    }
    let (code, object) = write(sandbox, call)?;
    let now = sandbox.now();
    let shown = if object["kind"] == place.kind.kind {
        output::object(place.kind, &object, wanted.form, now)
    } else {
        object
    };
    let mut response = output::value(code, &shown, wanted.yaml);
    for warning in strict::warnings(call) {
        let text = format!("299 - {}", Value::from(warning));
        if let Ok(value) = http::HeaderValue::from_str(&text) {
            response.headers_mut().append(http::header::WARNING, value);
        }
    }
    Ok(response)
}

fn selector(call: &Call<'_>) -> Result<Selector, Status> {
    let labels = call.query.get("labelSelector");
    let fields = call.query.get("fieldSelector");
    let mut fields = fields.to_owned();
    if let Some(name) = &call.place.name {
        fields = format!("metadata.name={name}");
    }
    Selector::parse(call.place.kind, labels, &fields).map_err(Status::bad_request)
}

fn get(sandbox: &Sandbox, call: &Call<'_>, wanted: Wanted) -> Result<Response<Body>, Status> {
    let kind = call.place.kind;
    let object = sandbox.with(|world| {
        listing::check_version_of_one(world, call.query)?;
        let object = live(world, call.place)?;
        if wanted.form == Form::MetadataList {
            return Err(Status::not_acceptable(format!(
                "you requested PartialObjectMetadataList, but the requested object is not a list (*{}.{})",
                kind.package(),
                kind.kind
            )));
        }
        Ok(output::object(kind, object, wanted.form, world.now()))
    })?;
    Ok(output::value(200, &object, wanted.yaml))
}

/// The live object of a place that names one.
pub(crate) fn live<'a>(world: &'a crate::World, place: &Place) -> Result<&'a Value, Status> {
    let name = place.name.as_deref().unwrap_or_default();
    let key = place.kind.key(place.namespace(), name);
    world.kube.get(&key).ok_or_else(|| Status::not_found(place.kind, name))
}

fn write(sandbox: &Sandbox, call: &Call<'_>) -> Result<Answer, Status> {
    let subresource = call.place.subresource.as_str();
    match (call.method.as_str(), subresource, call.place.name.is_some()) {
        (_, "scale", true) => scale::answer(sandbox, call),
        ("POST", "eviction", true) => eviction::answer(sandbox, call),
        ("POST", "binding", true) => binding::answer(sandbox, call),
        ("GET", "status", true) => sandbox
            .with(|world| live(world, call.place).cloned())
            .map(|object| (200, object)),
        ("POST", "", false) => create(sandbox, call),
        ("PUT", "" | "status", true) => put(sandbox, call),
        ("PATCH", "" | "status", true) => patch(sandbox, call),
        ("DELETE", "", true) => delete(sandbox, call),
        ("DELETE", "", false) => delete_collection(sandbox, call),
        _ => Err(Status::method_not_allowed()),
    }
}

/// What the registry has to know of a request.
pub(crate) fn ask<'a>(call: &'a Call<'_>, manager: &'a str) -> Result<Ask<'a>, Status> {
    options::check_manager(call)?;
    Ok(Ask {
        kind: call.place.kind,
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
            Err(Status::invalid_option(options::write_options(call.method), &error))
        }
    }
}

fn create(sandbox: &Sandbox, call: &Call<'_>) -> Result<Answer, Status> {
    let object = body::object(call)?;
    if call.place.kind.namespaced && call.place.namespace.is_none() {
        return Err(Status::method_not_allowed());
    }
    let manager = body::manager(call);
    let ask = ask(call, &manager)?;
    let made = sandbox.with(|world| registry::create(world, ask, object))?;
    Ok((201, made))
}

fn put(sandbox: &Sandbox, call: &Call<'_>) -> Result<Answer, Status> {
    let object = body::object(call)?;
    let manager = body::manager(call);
    let ask = ask(call, &manager)?;
    let name = call.place.name.as_deref().unwrap_or_default();
    let made = sandbox.with(|world| registry::update(world, ask, name, |_| Ok(object)))?;
    Ok((200, made))
}

fn patch(sandbox: &Sandbox, call: &Call<'_>) -> Result<Answer, Status> {
    let manager = body::manager(call);
    let ask = ask(call, &manager)?;
    let name = call.place.name.as_deref().unwrap_or_default();
    let kind = body::patch_kind(call)?;
    if kind == PatchKind::Apply {
        if call.query.get("fieldManager").is_empty() {
            return Err(Status::apply_without_manager());
        }
        let applied = body::object(call)?;
        let force = call.query.get("force") == "true";
        let (object, new) = sandbox.with(|world| registry::apply(world, ask, name, &applied, force))?;
        return Ok((if new { 201 } else { 200 }, object));
    }
    if !call.query.get("force").is_empty() {
        return Err(Status::force_without_apply());
    }
    let patch = body::patch(call.body, kind)?;
    let object = sandbox.with(|world| {
        registry::update(world, ask, name, |live| {
            let patched = body::patched(call.place.kind, live, &patch, kind)?;
            check_identity(call, live, &patched)?;
            strict::check_patched_types(&patch, &patched, kind)?;
            strict::check_fields(call, &patched)?;
            Ok(patched)
        })
    })?;
    Ok((200, object))
}

/// A patch must leave an object what it is.
fn check_identity(call: &Call<'_>, live: &Value, patched: &Value) -> Result<(), Status> {
    let (kind, name) = (call.place.kind, meta::name(live));
    if [&patched["apiVersion"], &patched["kind"]] != [&live["apiVersion"], &live["kind"]] {
        let why = Status::no_conversion(patched, kind);
        let error = FieldError::invalid("patch", &patched.to_string().into(), why);
        return Err(Status::invalid_patch(&error));
    }
    let given = meta::name(patched);
    if given != name {
        return Err(Status::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({name})"
        )));
    }
    if kind.namespaced && meta::namespace(patched) != meta::namespace(live) {
        return Err(Status::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    let uid = meta::text(patched, "uid");
    if uid != meta::text(live, "uid") {
        let error = FieldError::invalid("metadata.uid", &uid.into(), "field is immutable");
        return Err(Status::invalid(kind, name, &[error.clone(), error]));
    }
    Ok(())
}

fn delete(sandbox: &Sandbox, call: &Call<'_>) -> Result<Answer, Status> {
    let wanted = options::delete_options(call)?;
    let kind = call.place.kind;
    let name = call.place.name.as_deref().unwrap_or_default();
    let key = kind.key(call.place.namespace(), name);
    let outcome = sandbox.with(|world| deletion::delete(world, kind, &key, &wanted))?;
    Ok((
        200,
        match outcome {
            Outcome::Gone(object) if !kind.returns_deleted => json!({
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Success",
                "details": success_details(kind, name, &object),
            }),
            Outcome::Gone(object) | Outcome::Waiting(object) => object,
        },
    ))
}

fn success_details(kind: &super::resources::Kind, name: &str, object: &Value) -> Value {
    let mut details = json!({"name": name, "kind": kind.resource, "uid": meta::text(object, "uid")});
    if !kind.group.is_empty() {
        details["group"] = kind.group.into();
    }
    details
}

fn delete_collection(sandbox: &Sandbox, call: &Call<'_>) -> Result<Answer, Status> {
    let place = call.place;
    if place.kind.is("Namespace") || (place.kind.namespaced && place.namespace.is_none()) {
        return Err(Status::method_not_allowed());
    }
    let wanted = options::delete_options(call)?;
    let selector = selector(call)?;
    sandbox.with(|world| {
        let doomed: Vec<_> = listing::matching(world, place, &selector)
            .map(|(key, object)| (key.clone(), object.clone()))
            .collect();
        // What is answered is what was found, as it was before.
        let mut gone = Vec::new();
        for (key, object) in &doomed {
            match deletion::delete(world, place.kind, key, &wanted) {
                Ok(_) => gone.push(object),
                Err(status) if status.is_not_found() => {}
                Err(status) => return Err(status),
            }
        }
        let metadata = json!({ "resourceVersion": world.kube.version().to_string() });
        Ok((
            200,
            output::list(place.kind, &gone, metadata, output::Form::Plain, world.now()),
        ))
    })
}
