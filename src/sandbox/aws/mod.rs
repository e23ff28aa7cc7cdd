//! The AWS half of the world: EKS, EC2, ELBv2, IAM and STS on their own wire.

mod state;

pub use state::{
    AccessEntry, AwsState, Interface, Listener, LoadBalancer, NatGateway, Profile, Role, Route, RouteTable, Rule,
    SecurityGroup, Selector, Subnet, Target, TargetGroup, Vpc,
};

use bytes::Bytes;
use http::{Request, Response};

use super::core::{Body, Sandbox};

/// Answers one AWS request; the service is told by the scope of its signature.
pub fn answer(_sandbox: &Sandbox, _request: &Request<Bytes>) -> Response<Body> {
    Response::new(Body::default())
}
