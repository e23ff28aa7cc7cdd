//! EKS: the cluster, its Fargate profiles, access entries and tags (REST-JSON, API version 2017-11-01).

mod access;
mod cluster;
mod operation;
mod profile;
mod tags;

pub(crate) use cluster::{CLUSTERS, ServedCluster};
pub(super) use operation::Operation;

use bytes::Bytes;
use http::Request;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::wire::{Failure, Page, Params, page};
use crate::world::World;

/// The name of the operation that a call is for.
pub(super) fn name_of(request: &Request<Bytes>) -> Option<String> {
    Operation::of(request).map(|operation| operation.name())
}

/// Answers one call, identified by method and path.
pub(super) fn answer(world: &mut World, request: &Request<Bytes>) -> Result<Value, Failure> {
    let operation = Operation::of(request).ok_or_else(|| not_offered(request))?;
    let known = |cluster: &&str| world.clusters().any(|known| known == *cluster);
    let cluster = operation.cluster().or_else(|| operation.cluster_of_arn().filter(known));
    let Some(cluster) = cluster.map(str::to_owned) else {
        return carry_out(world, operation, request);
    };
    let answered = world.within(&cluster, |world| carry_out(world, operation, request));
    answered.unwrap_or_else(|| Err(no_cluster(&cluster)))
}

fn carry_out(world: &mut World, operation: Operation, request: &Request<Bytes>) -> Result<Value, Failure> {
    let query = Params::parse(request.uri().query().unwrap_or_default().as_bytes());
    match operation {
        Operation::ListClusters => cluster::list(world, &query),
        Operation::DescribeCluster { .. } => Ok(cluster::describe(world, request.extensions().get::<ServedCluster>())),
        Operation::ListFargateProfiles { .. } => profile::list(world, &query),
        Operation::CreateFargateProfile { .. } => profile::create(world, body(request)?),
        Operation::DescribeFargateProfile { name, .. } => profile::describe(world, &name),
        Operation::DeleteFargateProfile { name, .. } => profile::delete(world, &name),
        Operation::ListAccessEntries { .. } => access::list(world, &query),
        Operation::CreateAccessEntry { .. } => access::create(world, body(request)?),
        Operation::DescribeAccessEntry { principal, .. } => access::describe(world, &principal),
        Operation::DeleteAccessEntry { principal, .. } => access::delete(world, &principal),
        Operation::ListTagsForResource { arn } => tags::list(world, &arn),
        Operation::TagResource { arn } => tags::tag(world, &arn, &body(request)?),
        Operation::UntagResource { arn } => tags::untag(world, &arn, &repeated(request, "tagKeys")),
    }
}

fn no_cluster(name: &str) -> Failure {
    let message = format!("No cluster found for name: {name}.");
    Failure::new(404, "ResourceNotFoundException", message).with("clusterName", name)
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
