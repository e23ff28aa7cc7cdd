//! Elastic Load Balancing v2 (query protocol, API version 2015-12-01).

mod balancer;
mod limits;
mod listener;
mod tags;
mod target;

use super::wire::{Failure, Page, Params, Xml, leaf, page};
use crate::world::World;

/// Most items of an answer.
const PAGE: usize = 400;

/// Answers one call.
pub(super) fn answer(world: &mut World, operation: &str, params: &Params) -> Result<Vec<Xml>, Failure> {
    match operation {
        "DescribeAccountLimits" => limits::describe(world, params),
        "DescribeLoadBalancers" => balancer::describe(world, params),
        "DescribeLoadBalancerAttributes" => balancer::attributes(world, params),
        "ModifyLoadBalancerAttributes" => balancer::modify_attributes(world, params),
        "DeleteLoadBalancer" => balancer::delete(world, params),
        "DescribeListeners" => listener::describe(world, params),
        "DescribeRules" => listener::rules(world, params),
        "DescribeTargetGroups" => target::describe(world, params),
        "DescribeTargetHealth" => target::health(world, params),
        "DeleteTargetGroup" => target::delete(world, params),
        "DescribeTags" => tags::describe(world, params),
        _ => Err(Failure::not_offered("elasticloadbalancing", operation)),
    }
}

/// A page of a list under `name`, with `NextMarker`.
fn paged(name: &'static str, items: Vec<Vec<Xml>>, params: &Params) -> Result<Vec<Xml>, Failure> {
    let size = params.number("PageSize").unwrap_or(PAGE).clamp(1, PAGE);
    let Page { items, next } =
        page(items, size, params.get("Marker")).ok_or_else(|| Failure::bad("ValidationError", "Invalid marker"))?;
    let mut answer = vec![super::wire::list(name, "member", items)];
    answer.extend(next.map(|marker| leaf("NextMarker", marker)));
    Ok(answer)
}

fn balancer_not_found() -> Failure {
    Failure::bad("LoadBalancerNotFound", "One or more load balancers not found")
}

fn group_not_found() -> Failure {
    Failure::bad("TargetGroupNotFound", "One or more target groups not found")
}

fn listener_not_found() -> Failure {
    Failure::bad("ListenerNotFound", "One or more listeners not found")
}

fn rule_not_found() -> Failure {
    Failure::bad("RuleNotFound", "One or more rules not found")
}
