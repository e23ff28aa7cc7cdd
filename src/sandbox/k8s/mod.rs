//! The Kubernetes half of the world: an API server over a store of untyped objects.
//!
//! A request is routed by its path, authenticated by its token, and answered by verb; all writes go through one
//! registry, which the cluster's own controllers use too (through [`objects`]).

pub(crate) mod conditions;
pub(crate) mod kept;
pub(crate) mod managed;
pub(crate) mod objects;
pub(crate) mod resources;
pub(crate) mod status;

mod admission;
mod allocate;
mod auth;
mod authorization;
mod binding;
mod body;
mod call;
mod class_webhooks;
mod decode;
mod defaults;
mod deletion;
mod discovery;
mod duplicates;
mod eviction;
mod field_error;
mod fields;
mod identity;
mod kind;
mod listing;
mod meta;
mod openapi;
mod option_status;
mod options;
mod output;
mod patch;
mod protobuf;
mod registry;
mod review;
mod route;
mod scale;
mod schema;
mod selector;
mod serve;
mod strict;
mod table;
mod validate;
mod versions;
mod watch;
mod wording;
mod write_context;

#[cfg(test)]
mod tests;

pub use kept::without_effect;
pub(crate) use serve::Served;
pub(crate) use status::Status;
pub(crate) use watch::Watch;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;

use crate::body::Body;
use crate::state::{Breakage, ClusterFacts};
use crate::world::World;
use route::{ApiPath, Query};

/// Answers one request to the cluster's endpoint.
pub(crate) fn answer(world: &mut World, request: &Request<Bytes>) -> Served {
    let translated = protobuf::translated(request);
    let request = translated.as_ref().unwrap_or(request);
    respond(world, request).unwrap_or_else(|status| Served::Whole(output::status(&status, request.headers())))
}

fn respond(world: &mut World, request: &Request<Bytes>) -> Result<Served, Status> {
    let target = route::parse(request.uri().path());
    if !matches!(target, ApiPath::Version | ApiPath::Health) {
        let clocks = [world.now(), world.clock.wall];
        if world.is_broken(Breakage::NoAccess) || !auth::is_allowed(request.headers(), &clocks) {
            return Err(Status::unauthorized());
        }
    }
    let query = Query::parse(request.uri().query().unwrap_or_default());
    if let ApiPath::Objects(place) = &target {
        let call = call::Call {
            method: request.method(),
            place,
            query: &query,
            headers: request.headers(),
            body: request.body(),
        };
        return serve::answer(world, &call);
    }
    let whole = match (&target, request.method()) {
        (ApiPath::Process(what), _) => return Err(Status::nothing_runs(what)),
        (ApiPath::AccessReview, &Method::POST) => review::answer(world, request)?,
        (ApiPath::NoResource, method) => {
            authorization::check_unserved(world, request.uri().path(), method)?;
            return Err(Status::no_such_path());
        }
        (ApiPath::AccessReview, _) => return Err(Status::method_not_allowed()),
        (ApiPath::Unknown, _) | (_, &Method::GET) => describe(&world.facts, &target, request),
        _ => return Err(Status::method_not_allowed()),
    };
    Ok(Served::Whole(whole))
}

/// Answers what is asked about the cluster itself.
fn describe(facts: &ClusterFacts, target: &ApiPath, request: &Request<Bytes>) -> Response<Body> {
    const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let json = |value: &Value| output::value(200, value, false);
    let aggregated = output::wants_aggregated_discovery(request.headers());
    match target {
        ApiPath::CoreVersions if aggregated => {
            output::with_media(200, discovery::aggregated(true).to_string(), AGGREGATED)
        }
        ApiPath::Groups if aggregated => output::with_media(200, discovery::aggregated(false).to_string(), AGGREGATED),
        ApiPath::Health => output::with_media(200, "ok", "text/plain; charset=utf-8"),
        ApiPath::Version => json(&discovery::version(facts)),
        ApiPath::CoreVersions => json(&discovery::core_versions()),
        ApiPath::Groups => json(&discovery::group_list()),
        ApiPath::Group(group) => json(&discovery::group(group)),
        ApiPath::Resources(group, version) => json(&discovery::resource_list(group, version)),
        ApiPath::OpenApiIndex => json(&openapi::index()),
        ApiPath::OpenApi(api_version) => json(&openapi::document(api_version, facts)),
        ApiPath::AccessReview | ApiPath::Objects(_) | ApiPath::Process(_) | ApiPath::NoResource | ApiPath::Unknown => {
            output::with_media(404, "404 page not found\n", "text/plain; charset=utf-8")
        }
    }
}
