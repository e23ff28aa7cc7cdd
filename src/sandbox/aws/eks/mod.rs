//! EKS: the cluster, its Fargate profiles, access entries and tags (REST-JSON, API version 2017-11-01).

mod access;
mod cluster;
mod profile;
mod tags;
mod trust;

pub(crate) use cluster::ServedCluster;

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::wire::{Failure, Page, Params, page};
use crate::world::World;

/// Answers one call, identified by method and path.
pub(super) fn answer(world: &mut World, request: &Request<Bytes>) -> Result<Value, Failure> {
    let path: Vec<String> = request
        .uri()
        .path()
        .split('/')
        .skip(1)
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let query = Params::parse(request.uri().query().unwrap_or_default().as_bytes());
    let method = request.method();
    match path.as_slice() {
        ["clusters"] if method == Method::GET => cluster::list(world, &query),
        ["clusters", name] if method == Method::GET => {
            find_cluster(world, name)?;
            Ok(cluster::describe(world, request.extensions().get::<ServedCluster>()))
        }
        ["clusters", name, "fargate-profiles", rest @ ..] => {
            find_cluster(world, name)?;
            profiles(world, request, &query, rest)
        }
        ["clusters", name, "access-entries", rest @ ..] => {
            find_cluster(world, name)?;
            access_entries(world, request, &query, &rest.join("/"))
        }
        ["tags", arn @ ..] if !arn.is_empty() => {
            let arn = arn.join("/");
            match *method {
                Method::GET => tags::list(world, &arn),
                Method::POST => tags::tag(world, &arn, &body(request)?),
                Method::DELETE => tags::untag(world, &arn, &repeated(request, "tagKeys")),
                _ => Err(not_offered(request)),
            }
        }
        _ => Err(not_offered(request)),
    }
}

fn profiles(world: &mut World, request: &Request<Bytes>, query: &Params, rest: &[&str]) -> Result<Value, Failure> {
    match (request.method(), rest) {
        (&Method::GET, []) => profile::list(world, query),
        (&Method::POST, []) => profile::create(world, body(request)?),
        (&Method::GET, [name]) => profile::describe(world, name),
        (&Method::DELETE, [name]) => profile::delete(world, name),
        _ => Err(not_offered(request)),
    }
}

fn access_entries(
    world: &mut World,
    request: &Request<Bytes>,
    query: &Params,
    principal: &str,
) -> Result<Value, Failure> {
    match (request.method(), principal) {
        (&Method::GET, "") => access::list(world, query),
        (&Method::POST, "") => access::create(world, body(request)?),
        (&Method::GET, principal) => access::describe(world, principal),
        (&Method::DELETE, principal) => access::delete(world, principal),
        _ => Err(not_offered(request)),
    }
}

fn find_cluster(world: &World, name: &str) -> Result<(), Failure> {
    if world.facts.cluster == name {
        return Ok(());
    }
    Err(Failure::new(
        404,
        "ResourceNotFoundException",
        format!("No cluster found for name: {name}."),
    )
    .with("clusterName", name))
}

fn not_offered(request: &Request<Bytes>) -> Failure {
    Failure::not_offered("eks", &format!("{} {}", request.method(), request.uri().path()))
}

fn body<T: DeserializeOwned>(request: &Request<Bytes>) -> Result<T, Failure> {
    serde_json::from_slice(request.body())
        .map_err(|error| Failure::bad("SerializationException", format!("the body cannot be read: {error}")))
}

/// The values of a query parameter that may be given several times.
fn repeated(request: &Request<Bytes>, name: &str) -> Vec<String> {
    url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .collect()
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::bad("InvalidParameterException", message)
}

/// A page of names under the member `name`.
fn names(name: &str, all: Vec<String>, query: &Params) -> Result<Value, Failure> {
    let size = query.number("maxResults").unwrap_or(100);
    if !(1..=100).contains(&size) {
        return Err(invalid("maxResults must be between 1 and 100"));
    }
    let Page { items, next } =
        page(all, size, query.get("nextToken")).ok_or_else(|| invalid("the value of nextToken is not valid"))?;
    let mut answer = Map::from_iter([(name.to_owned(), json!(items))]);
    if let Some(next) = next {
        answer.insert("nextToken".to_owned(), json!(next));
    }
    Ok(Value::Object(answer))
}

/// Seconds since the epoch, as REST-JSON writes times.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of this age are exact in a double"
)]
fn seconds(time: jiff::Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}
