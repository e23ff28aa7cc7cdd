//! Tags of load balancers, target groups, listeners and rules.

use std::collections::BTreeMap;

use super::super::wire::{Failure, Params, Xml, leaf, list};
use super::{balancer_not_found, group_not_found, listener_not_found, rule_not_found};
use crate::state::AwsState;
use crate::world::World;

/// Most ARNs of a call.
const MAX_ARNS: usize = 20;

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arns = params.list("ResourceArns");
    if arns.is_empty() {
        params.need("ResourceArns")?;
    }
    if arns.len() > MAX_ARNS {
        return Err(Failure::bad(
            "ValidationError",
            format!(
                "1 validation error detected: Value '[{}]' at 'resourceArns' failed to satisfy constraint: Member must have length less than or equal to {MAX_ARNS}",
                arns.join(", ")
            ),
        ));
    }
    let mut described = Vec::new();
    for arn in arns {
        let tags = Xml::tags("Tags", "member", ("Key", "Value"), tags_of(&world.aws, arn)?);
        described.push(vec![leaf("ResourceArn", arn), tags]);
    }
    Ok(vec![list("TagDescriptions", "member", described)])
}

fn tags_of<'a>(aws: &'a AwsState, arn: &str) -> Result<&'a BTreeMap<String, String>, Failure> {
    let mut listeners = aws.load_balancers.values().flat_map(|balancer| &balancer.listeners);
    let kind = arn.rsplit(':').next().and_then(|rest| rest.split('/').next());
    match kind {
        Some("loadbalancer") => {
            let balancer = aws.load_balancers.get(arn);
            balancer.map(|balancer| &balancer.tags).ok_or_else(balancer_not_found)
        }
        Some("targetgroup") => {
            let group = aws.target_groups.get(arn);
            group.map(|group| &group.tags).ok_or_else(group_not_found)
        }
        Some("listener") => listeners
            .find(|listener| listener.arn == arn)
            .map(|listener| &listener.tags)
            .ok_or_else(listener_not_found),
        Some("listener-rule") => listeners
            .flat_map(|listener| &listener.rules)
            .find(|rule| rule.arn == arn)
            .map(|rule| &rule.tags)
            .ok_or_else(rule_not_found),
        _ => Err(Failure::bad(
            "ValidationError",
            format!("'{arn}' is not a valid resource ARN"),
        )),
    }
}
