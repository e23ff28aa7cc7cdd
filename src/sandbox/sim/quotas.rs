//! What the account may have in Elastic Load Balancing, as new accounts have it.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>

use crate::state::Breakage;
use crate::world::World;

/// Application load balancers in a region.
const LOAD_BALANCERS: usize = 50;
/// Listeners of one.
const LISTENERS: usize = 50;
/// Rules of one, not counting default rules.
const RULES: usize = 100;
/// Target groups of one.
const GROUPS_OF_ONE: usize = 100;
/// Target groups in a region.
const TARGET_GROUPS: usize = 3000;

/// How many application load balancers the account may have; where the quota is broken, no more than there are.
fn load_balancers(world: &World) -> usize {
    if world.is_broken(Breakage::Quota) {
        world.aws.load_balancers.len()
    } else {
        LOAD_BALANCERS
    }
}

/// Every limit by the name that `DescribeAccountLimits` gives it.
pub(crate) fn all(world: &World) -> Vec<(&'static str, usize)> {
    vec![
        ("application-load-balancers", load_balancers(world)),
        ("listeners-per-application-load-balancer", LISTENERS),
        ("rules-per-application-load-balancer", RULES),
        ("target-groups", TARGET_GROUPS),
        ("target-groups-per-application-load-balancer", GROUPS_OF_ONE),
        ("targets-per-application-load-balancer", 1000),
        ("targets-per-availability-zone-per-application-load-balancer", 1000),
        ("certificates-per-application-load-balancer", 25),
        ("condition-values-per-alb-rule", 5),
        ("network-load-balancers", 50),
        ("listeners-per-network-load-balancer", 50),
    ]
}

/// Why AWS refuses another load balancer, if it does.
pub(super) fn no_load_balancer_left(world: &World) -> Option<&'static str> {
    (world.aws.load_balancers.len() >= load_balancers(world))
        .then_some("TooManyLoadBalancers: The maximum number of load balancers has been reached")
}

/// How much a load balancer is to have.
pub(super) struct Amounts {
    pub(super) listeners: usize,
    pub(super) rules: usize,
    pub(super) target_groups: usize,
}

/// Why AWS refuses what a load balancer is to have, if it does.
pub(super) fn exceeded(world: &World, wanted: &Amounts) -> Option<&'static str> {
    if wanted.listeners > LISTENERS {
        Some("TooManyListeners: The maximum number of listeners has been reached")
    } else if wanted.rules > RULES {
        Some("TooManyRules: The maximum number of rules on the load balancer has been reached")
    } else if wanted.target_groups > GROUPS_OF_ONE {
        Some(
            "TooManyUniqueTargetGroupsPerLoadBalancer: The maximum number of unique target groups per load balancer has been \
             reached",
        )
    } else if world.aws.target_groups.len() > TARGET_GROUPS {
        Some("TooManyTargetGroups: The maximum number of target groups has been reached")
    } else {
        None
    }
}
