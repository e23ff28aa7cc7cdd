//! What Elastic Load Balancing lets the account have, before the controller meets it.

use std::collections::BTreeSet;

use super::access::count;
use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
use crate::lbc::Exposure;
use crate::model::BalancingLimits;

/// The quotas that can be raised, by the codes of Service Quotas.
const LOAD_BALANCERS: &str = "L-53DA6B97";
const TARGET_GROUPS: &str = "L-B22855CB";
const LISTENERS: &str = "L-B6DF7632";

/// Whether there is room for what the controller makes of the Ingress.
pub(super) fn balancing(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = facts.exposure else {
        return Ok(Outcome::ok("the lab has no Ingress, so no ALB"));
    };
    let limits = seen("the limits of load balancers", &facts.aws.balancing_limits)?;
    let there = seen("the ALB", &facts.aws.balancer)?.is_some();
    if there || !facts.aws.other_backends.is_empty() {
        return Ok(on_shared(facts, exposure, limits));
    }
    let used = seen("the number of load balancers", &facts.aws.balancing_use)?;
    if let Some(most) = limits.load_balancers.filter(|most| used.load_balancers >= *most) {
        return Ok(
            Outcome::error("the account has no load balancer left: the Ingress would get none")
                .seeing(format!(
                    "{} of {most} application load balancers in use",
                    used.load_balancers
                ))
                .remedy(format!(
                    "remove unused ones, share one (--set ingress.group=NAME), or raise the quota: {}",
                    raise(facts, LOAD_BALANCERS, most)
                ))
                .about(facts.ingress_node()),
        );
    }
    if let Some(most) = limits.target_groups.filter(|most| used.target_groups >= *most) {
        return Ok(
            Outcome::error("the account has no target group left: the Ingress would get none")
                .seeing(format!("{} of {most} target groups in use", used.target_groups))
                .remedy(format!(
                    "remove unused ones, or raise the quota: {}",
                    raise(facts, TARGET_GROUPS, most)
                ))
                .about(facts.ingress_node()),
        );
    }
    let most = limits
        .load_balancers
        .map_or_else(|| "?".to_owned(), |most| most.to_string());
    Ok(Outcome::ok("there is room for another load balancer")
        .seeing(format!("{} of {most} in use", used.load_balancers)))
}

/// The ALB is there: what it carries for others counts.
fn on_shared(facts: &Facts<'_>, exposure: &Exposure, limits: &BalancingLimits) -> Outcome {
    let others = &facts.aws.other_backends;
    let routes = || others.values().flatten();
    let own = exposure.endpoint().port;
    let ports: BTreeSet<u16> = routes().map(|route| route.port).chain([own]).collect();
    let full = [
        (
            ports.len(),
            limits.listeners,
            "listener",
            raise_listeners(facts, limits),
        ),
        (
            routes().count() + 1,
            limits.rules,
            "rule",
            "spread the labs over more groups (ingress.group)".to_owned(),
        ),
        (
            others.len() + 1,
            limits.groups_of_one,
            "target group",
            "spread the labs over more groups (ingress.group); this limit cannot be raised".to_owned(),
        ),
    ];
    for (wanted, most, what, remedy) in full {
        let most = most.and_then(|most| usize::try_from(most).ok());
        if let Some(most) = most.filter(|most| wanted > *most) {
            return Outcome::error(format!("the shared ALB has no {what} left"))
                .seeing(format!("{}, {most} are allowed", count(wanted, what)))
                .remedy(remedy)
                .about(facts.ingress_node());
        }
    }
    Outcome::ok("the ALB is there and has room for the lab").seeing(count(ports.len(), "listener"))
}

fn raise_listeners(facts: &Facts<'_>, limits: &BalancingLimits) -> String {
    let most = limits.listeners.unwrap_or_default();
    format!(
        "tell the labs apart by paths in place of ports (ingress.path), or raise the quota: {}",
        raise(facts, LISTENERS, most)
    )
}

/// The command that asks for twice as much.
fn raise(facts: &Facts<'_>, code: &str, most: u32) -> String {
    format!(
        "`aws service-quotas request-service-quota-increase --service-code elasticloadbalancing --quota-code {code} \
         --desired-value {} {}`",
        most.saturating_mul(2).max(1),
        facts.region_flag()
    )
}
