//! What Elastic Load Balancing lets the account have, before the controller meets it.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
use crate::lang::{Text, text};
use crate::lbc::Exposure;
use crate::model::BalancingLimits;

/// The quotas that can be raised, by the codes of Service Quotas.
const LOAD_BALANCERS: &str = "L-53DA6B97";
const TARGET_GROUPS: &str = "L-B22855CB";
const LISTENERS: &str = "L-B6DF7632";

/// Whether there is room for what the controller makes of the Ingress.
pub(super) fn balancing(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = facts.exposure else {
        return Ok(Outcome::ok(text!("check-no-ingress")));
    };
    let limits = seen(text!("check-what-balancing-limits"), &facts.aws.balancing_limits)?;
    let there = seen(text!("check-what-balancer"), &facts.aws.balancer)?.is_some();
    if there || !facts.aws.other_backends.is_empty() {
        return Ok(on_shared(facts, exposure, limits));
    }
    let used = seen(text!("check-what-balancing-use"), &facts.aws.balancing_use)?;
    if let Some(most) = limits.load_balancers.filter(|most| used.load_balancers >= *most) {
        let command = raise(facts, LOAD_BALANCERS, most);
        let used = used.load_balancers;
        return Ok(Outcome::error(text!("check-no-balancer-left"))
            .seeing(text!("check-balancers-used", used = used, most = most))
            .remedy(text!("check-no-balancer-left-remedy", command = command))
            .about(facts.ingress_node()));
    }
    if let Some(most) = limits.target_groups.filter(|most| used.target_groups >= *most) {
        let command = raise(facts, TARGET_GROUPS, most);
        let used = used.target_groups;
        return Ok(Outcome::error(text!("check-no-target-group-left"))
            .seeing(text!("check-target-groups-used", used = used, most = most))
            .remedy(text!("check-no-target-group-left-remedy", command = command))
            .about(facts.ingress_node()));
    }
    let most = limits
        .load_balancers
        .map_or_else(|| "?".to_owned(), |most| most.to_string());
    let used = used.load_balancers;
    Ok(Outcome::ok(text!("check-room-for-balancer")).seeing(text!("check-used", used = used, most = most)))
}

/// The ALB is there: what it carries for others counts.
fn on_shared(facts: &Facts<'_>, exposure: &Exposure, limits: &BalancingLimits) -> Outcome {
    let others = &facts.aws.other_backends;
    let routes = || others.values().flatten();
    let own = exposure.endpoint().port;
    let ports: BTreeSet<u16> = routes().map(|route| route.port).chain([own]).collect();
    let (rules, groups) = (routes().count() + 1, others.len() + 1);
    let exceeded = |wanted: usize, most: Option<u32>| {
        let most = most.and_then(|most| usize::try_from(most).ok());
        most.filter(|most| wanted > *most)
    };
    let full = |title: Text, evidence: Text, remedy: Text| {
        Outcome::error(title)
            .seeing(evidence)
            .remedy(remedy)
            .about(facts.ingress_node())
    };
    if let Some(most) = exceeded(ports.len(), limits.listeners) {
        return full(
            text!("check-no-listener-left"),
            text!("check-listeners-wanted", count = ports.len(), most = most),
            raise_listeners(facts, limits),
        );
    }
    if let Some(most) = exceeded(rules, limits.rules) {
        return full(
            text!("check-no-rule-left"),
            text!("check-rules-wanted", count = rules, most = most),
            text!("check-no-rule-left-remedy"),
        );
    }
    if let Some(most) = exceeded(groups, limits.groups_of_one) {
        return full(
            text!("check-no-group-of-one-left"),
            text!("check-groups-of-one-wanted", count = groups, most = most),
            text!("check-no-group-of-one-left-remedy"),
        );
    }
    Outcome::ok(text!("check-room-on-balancer")).seeing(text!("check-listeners", count = ports.len()))
}

fn raise_listeners(facts: &Facts<'_>, limits: &BalancingLimits) -> Text {
    let most = limits.listeners.unwrap_or_default();
    text!("check-no-listener-left-remedy", command = raise(facts, LISTENERS, most))
}

/// The command that asks for twice as much.
fn raise(facts: &Facts<'_>, code: &str, most: u32) -> String {
    format!(
        "aws service-quotas request-service-quota-increase --service-code elasticloadbalancing --quota-code {code} \
         --desired-value {} {}",
        most.saturating_mul(2).max(1),
        facts.region_flag()
    )
}
