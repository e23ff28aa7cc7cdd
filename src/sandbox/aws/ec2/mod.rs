//! EC2: the network around the cluster (EC2 query protocol, API version 2016-11-15).

mod filter;
mod gateway;
mod group;
mod interface;
mod subnet;
mod tags;
mod vpc;

use super::wire::{Failure, Page, Params, Xml, leaf, page};
use crate::world::World;

/// Most items of an answer when the caller names no number.
const PAGE: usize = 1000;

/// Answers one call.
pub(super) fn answer(world: &mut World, operation: &str, params: &Params) -> Result<Vec<Xml>, Failure> {
    match operation {
        "DescribeVpcs" => vpc::describe(world, params),
        "DescribeVpcAttribute" => vpc::attribute(world, params),
        "DescribeAvailabilityZones" => vpc::zones(world, params),
        "DescribeVpcEndpoints" => vpc::endpoints(params),
        "DescribeSubnets" => subnet::describe(world, params),
        "DescribeRouteTables" => subnet::route_tables(world, params),
        "DescribeNatGateways" => gateway::nat(world, params),
        "DescribeInternetGateways" => gateway::internet(world, params),
        "DescribeSecurityGroups" => group::describe(world, params),
        "DeleteSecurityGroup" => group::delete(world, params),
        "AuthorizeSecurityGroupIngress" => group::authorize(world, params),
        "RevokeSecurityGroupIngress" => group::revoke(world, params),
        "DescribeNetworkInterfaces" => interface::describe(world, params),
        "CreateTags" => tags::create(world, params),
        "DeleteTags" => tags::delete(world, params),
        _ => Err(Failure::not_offered("ec2", operation)),
    }
}

/// A parameter that must be there.
fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, Failure> {
    params.get(name).ok_or_else(|| {
        Failure::bad(
            "MissingParameter",
            format!("The request must contain the parameter {name}"),
        )
    })
}

/// A page of a set under `name`, with `nextToken`.
fn paged(name: &'static str, items: Vec<Vec<Xml>>, params: &Params) -> Result<Vec<Xml>, Failure> {
    let size = params.number("MaxResults").unwrap_or(PAGE);
    let Page { items, next } = page(items, size, params.get("NextToken"))
        .ok_or_else(|| Failure::bad("InvalidNextToken", "The token is not valid"))?;
    let mut answer = vec![super::wire::list(name, "item", items)];
    answer.extend(next.map(|token| leaf("nextToken", token)));
    Ok(answer)
}

fn tag_set(tags: &std::collections::BTreeMap<String, String>) -> Xml {
    Xml::tags("tagSet", "item", ("key", "value"), tags)
}

fn success() -> Vec<Xml> {
    vec![leaf("return", true)]
}
