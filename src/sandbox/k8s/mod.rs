//! The Kubernetes half of the world: an API server over a store of untyped objects.

pub mod managed;
pub mod patch;
pub mod schema;

mod store;

pub use store::{Change, ChangeKind, Key, Store, TooOld};

use bytes::Bytes;
use http::{Request, Response};

use super::core::{Body, Sandbox};

/// Answers one request to the cluster's endpoint.
pub async fn answer(_sandbox: &Sandbox, _request: Request<Bytes>) -> Response<Body> {
    Response::new(Body::default())
}
