//! Requests about objects, by verb.

use http::{Method, Response};
use serde_json::{Value, json};

use super::call::{Call, CodeAndObject};
use super::decode::PatchKind;
use super::deletion::Outcome;
use super::output::{ObjectForm, OutputFormat};
use super::resources::Kind;
use super::status::Status;
use super::watch::Watch;
use super::{
    authorization, binding, body, decode, deletion, eviction, identity, kept, listing, meta, options, output, registry,
    scale, strict, versions,
};
use crate::body::Body;
use crate::world::World;

/// How a request about objects is answered.
pub(crate) enum Served {
    /// At once.
    Whole(Response<Body>),
    /// As things happen.
    Watch(Box<Watch>),
}

/// Answers a request about objects.
pub(crate) fn answer(world: &mut World, call: &Call<'_>) -> Result<Served, Status> {
    authorization::check(world, call)?;
    let output = OutputFormat::negotiate(call.headers, call.query)?;
    let place = call.place;
    if call.method == Method::GET && place.subresource.is_empty() && place.name.is_none() {
        let selector = call.selector()?;
        if call.query.is_set("watch") && !call.query.get("watch").is_empty() {
            let watch = Watch::start(world, place, call.query, selector, output.form)?;
            return Ok(Served::Watch(Box::new(watch)));
        }
        let list = listing::list(world, place, call.query, &selector, output.form)?;
        return Ok(Served::Whole(output::value(200, &list, output.yaml)));
    }
    let response = if call.method == Method::GET && place.subresource.is_empty() {
        get(world, call, output)?
    } else {
        written(world, call, output)?
    };
    Ok(Served::Whole(response))
}

/// Carries out a write (or reads a subresource), and warns of fields that mean nothing.
fn written(world: &mut World, call: &Call<'_>, output: OutputFormat) -> Result<Response<Body>, Status> {
    let (code, object) = write(world, call)?;
    let kind = call.place.kind;
    let shown = if object["kind"] == kind.kind {
        output::object(kind, &object, output.form, world.now())
    } else {
        object
    };
    let mut response = output::value(code, &shown, output.yaml);
    let missing = (code == 201)
        .then(|| kept::without_effect(&kind.api_version(), kind.kind))
        .flatten();
    let missing = missing.map(|what| format!("the sandbox does not have {what}"));
    for warning in strict::warnings(call).into_iter().chain(missing) {
        let text = format!("299 - {}", Value::from(warning));
        if let Ok(value) = http::HeaderValue::from_str(&text) {
            response.headers_mut().append(http::header::WARNING, value);
        }
    }
    Ok(response)
}

fn get(world: &World, call: &Call<'_>, output: OutputFormat) -> Result<Response<Body>, Status> {
    let kind = call.place.kind;
    listing::check_version_of_one(world, call.query)?;
    let object = call.live(world)?;
    if output.form == ObjectForm::MetadataList {
        return Err(Status::not_acceptable(format!(
            "you requested PartialObjectMetadataList, but the requested object is not a list (*{}.{})",
            kind.package(),
            kind.kind
        )));
    }
    let object = output::object(kind, object, output.form, world.now());
    Ok(output::value(200, &object, output.yaml))
}

/// Carries a write out; what is only tried leaves no trace, not even in what is drawn next.
fn write(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    if call.query.get("dryRun").is_empty() {
        carry_out(world, call)
    } else {
        world.try_out(|world| carry_out(world, call))
    }
}

fn carry_out(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let subresource = call.place.subresource.as_str();
    match (call.method.as_str(), subresource, call.place.name.is_some()) {
        (_, "scale", true) => scale::answer(world, call),
        ("POST", "eviction", true) => eviction::answer(world, call),
        ("POST", "binding", true) => binding::answer(world, call),
        ("GET", "status", true) => call.live(world).map(|object| (200, object.clone())),
        ("POST", "", false) => create(world, call),
        ("PUT", "" | "status", true) => put(world, call),
        ("PATCH", "" | "status", true) => patch(world, call),
        ("DELETE", "", true) => delete(world, call),
        ("DELETE", "", false) => delete_collection(world, call),
        _ => Err(Status::method_not_allowed()),
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let object = body::object(call)?;
    if call.place.kind.namespaced && call.place.namespace.is_none() {
        return Err(Status::method_not_allowed());
    }
    let manager = call.manager();
    let context = options::write_context(call, &manager)?;
    let object = versions::kept(call.place.kind, object);
    let made = registry::create(world, context, object)?;
    Ok((201, made))
}

fn put(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let object = body::object(call)?;
    let manager = call.manager();
    let context = options::write_context(call, &manager)?;
    let name = call.name();
    let object = versions::kept(call.place.kind, object);
    let (made, is_new) = registry::replace(world, context, name, object)?;
    Ok((if is_new { 201 } else { 200 }, made))
}

fn patch(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let manager = call.manager();
    let context = options::write_context(call, &manager)?;
    let name = call.name();
    let kind = decode::patch_kind(call)?;
    if kind == PatchKind::Apply {
        if call.query.get("fieldManager").is_empty() {
            return Err(Status::apply_without_manager());
        }
        let applied = versions::kept(call.place.kind, body::object(call)?);
        let force = call.query.get("force") == "true";
        let (object, new) = registry::apply(world, context, name, &applied, force)?;
        return Ok((if new { 201 } else { 200 }, object));
    }
    if !call.query.get("force").is_empty() {
        return Err(Status::force_without_apply());
    }
    let patch = decode::patch(call.body, kind)?;
    let object = registry::update(world, context, name, |live| {
        let served = call.place.kind;
        let live = versions::served(served, live);
        let patched = body::patched(served, &live, &patch, kind)?;
        identity::check_patched(call, &live, &patched)?;
        strict::check_patched_types(&patch, &patched, kind)?;
        strict::check_fields(call, &patched)?;
        Ok(versions::kept(served, patched))
    })?;
    Ok((200, object))
}

fn delete(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let options = options::delete_options(call)?;
    let kind = call.place.kind;
    let name = call.name();
    let key = kind.key(call.place.namespace(), name);
    let outcome = deletion::delete(world, kind, &key, &options)?;
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

fn success_details(kind: &Kind, name: &str, object: &Value) -> Value {
    let mut details = json!({"name": name, "kind": kind.resource, "uid": meta::text(object, "uid")});
    if !kind.group.is_empty() {
        details["group"] = kind.group.into();
    }
    details
}

fn delete_collection(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let place = call.place;
    if place.kind.is("Namespace") || (place.kind.namespaced && place.namespace.is_none()) {
        return Err(Status::method_not_allowed());
    }
    let options = options::delete_options(call)?;
    let selector = call.selector()?;
    let doomed: Vec<_> = listing::matching(world, place, &selector)
        .map(|(key, object)| (key.clone(), object.clone()))
        .collect();
    // What is answered is what was found, as it was before.
    let mut gone = Vec::new();
    for (key, object) in &doomed {
        match deletion::delete(world, place.kind, key, &options) {
            Ok(_) => gone.push(object),
            Err(status) if status.is_not_found() => {}
            Err(status) => return Err(status),
        }
    }
    let metadata = json!({ "resourceVersion": world.kube.version().to_string() });
    let list = output::list(place.kind, &gone, metadata, ObjectForm::Plain, world.now());
    Ok((200, list))
}
