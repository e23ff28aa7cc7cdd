//! What tests and benches may read of a world, and the little that they may change past its wire.
//!
//! Everything else they do as any client would: with requests to [`Sandbox::call`].

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use crate::clock::WallClock;
use crate::core::Sandbox;
use crate::serve;

pub use crate::state::{
    AccessEntry, AwsState, Caller, Certificate, Effect, Entries, FixedResponse, Interface, Listener, LoadBalancer,
    NatGateway, OneOrMany, Operator, Policy, Profile, Redirect, Role, Route, RouteTable, Rule, RuleAction,
    RuleCondition, SecurityGroup, Selector, Statement, Subnet, Target, TargetGroup, Vpc,
};

/// All resources in AWS, as they are now.
pub fn aws(sandbox: &Sandbox) -> AwsState {
    sandbox.with(|world| AwsState::clone(&world.aws))
}

/// What `look` sees in the resources in AWS, which are not copied for it.
pub fn look_at_aws<T>(sandbox: &Sandbox, look: impl FnOnce(&AwsState) -> T) -> T {
    sandbox.with(|world| look(&world.aws))
}

/// A world in memory that is what `sandbox` is now, goes its own way from now on, and takes its chances from another seed if
/// one is given. `wall` has to go on from where the other one's is.
pub fn twin(sandbox: &Sandbox, seed: Option<u64>, wall: Arc<dyn WallClock>) -> Sandbox {
    let mut world = sandbox.with(|world| world.clone());
    if let Some(seed) = seed {
        world.reseed(seed);
    }
    Sandbox::going_on_from(world, wall)
}

/// The objects of a resource (such as `apps` and `deployments`) in a namespace, or in all, as they are now.
pub fn objects(sandbox: &Sandbox, group: &str, resource: &str, namespace: Option<&str>) -> Vec<Value> {
    sandbox.with(|world| {
        let objects = world.kube.list(group, resource, namespace);
        objects.map(|(_, object)| object.clone()).collect()
    })
}

/// A request to the Kubernetes API of the sandbox as the cluster's creator: method, path with query, media type, body.
pub fn kubernetes_request(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    media: &str,
    body: Bytes,
) -> Result<Request<Bytes>, http::Error> {
    let facts = sandbox.facts();
    let token = serve::token(&facts.region, &facts.cluster, sandbox.now());
    Request::builder()
        .method(method)
        .uri(format!("https://{}{path}", facts.endpoint_host()))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", media)
        .body(body)
}

/// Changes resources in AWS as no client can: what AWS itself or an accident does to them.
pub fn change_aws(sandbox: &Sandbox, change: impl FnOnce(&mut AwsState)) {
    sandbox.with(|world| change(&mut world.aws));
}

/// Has `caller` make all requests from now on, who may do only what the policy allows and what the cluster's roles allow; `None`
/// is again somebody who may do everything.
pub fn call_as(sandbox: &Sandbox, caller: Option<Caller>) {
    sandbox.with(|world| world.set_caller(caller));
}

/// Takes from the region what no client can make: addresses that others use, the interfaces of machines, tags that only
/// AWS sets. Interfaces of NAT gateways stay.
pub fn keep_only_what_clients_make(sandbox: &Sandbox) {
    sandbox.with(|world| {
        let aws = &mut *world.aws;
        aws.interfaces
            .retain(|_, interface| interface.description.contains("NAT"));
        aws.subnets.values_mut().for_each(|subnet| subnet.reserved = 0);
        for group in aws.security_groups.values_mut() {
            group.tags.retain(|key, _| !key.starts_with("aws:"));
        }
    });
}
