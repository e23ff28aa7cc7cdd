//! The fixed words of the page, all in one place. What stands in braces is put in.

use serde::Serialize;

/// The words, by what they say.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    /// Language of the page.
    pub(super) lang: &'static str,
    pub(super) written: &'static str,
    pub(super) as_of: &'static str,
    pub(super) cluster: &'static str,
    pub(super) region: &'static str,
    pub(super) account: &'static str,
    pub(super) sandbox: &'static str,
    pub(super) address: &'static str,
    pub(super) in_dns: &'static str,
    pub(super) expires: &'static str,
    pub(super) not_known: &'static str,
    pub(super) not_seen: &'static str,
    pub(super) degraded: &'static str,
    pub(super) absent: &'static str,
    pub(super) run_done: &'static str,
    pub(super) run_unfinished: &'static str,
    pub(super) help: &'static str,

    pub(super) drawing: &'static str,
    pub(super) drawing_about: &'static str,
    pub(super) internet: &'static str,
    pub(super) vpc_clients: &'static str,
    pub(super) alb: &'static str,
    pub(super) alb_none: &'static str,
    pub(super) alb_unread: &'static str,
    pub(super) alb_here: &'static str,
    pub(super) alb_subnets_unread: &'static str,
    pub(super) vpc: &'static str,
    pub(super) targets: &'static str,
    pub(super) target: &'static str,
    pub(super) no_target: &'static str,
    pub(super) node: &'static str,
    pub(super) node_unread: &'static str,
    pub(super) no_node: &'static str,
    pub(super) pod: &'static str,
    pub(super) no_pod: &'static str,
    pub(super) more_pods: &'static str,
    pub(super) zone_unread: &'static str,
    pub(super) elsewhere: &'static str,
    pub(super) no_subnets: &'static str,
    pub(super) subnet: &'static str,
    pub(super) subnet_head: &'static str,
    pub(super) public: &'static str,
    pub(super) private: &'static str,
    pub(super) route_unread: &'static str,
    pub(super) route_not_asked: &'static str,
    pub(super) no_route: &'static str,
    pub(super) nat_broken: &'static str,
    pub(super) nat_unread: &'static str,
    pub(super) desc: &'static str,

    pub(super) timeline: &'static str,
    pub(super) step: &'static str,
    pub(super) began: &'static str,
    pub(super) took: &'static str,
    pub(super) when: &'static str,
    pub(super) sum: &'static str,
    pub(super) sandbox_time: &'static str,
    pub(super) under_way: &'static str,
    pub(super) failed: &'static str,
    pub(super) not_begun: &'static str,

    pub(super) findings: &'static str,
    pub(super) no_findings: &'static str,
    pub(super) error: &'static str,
    pub(super) warning: &'static str,
    pub(super) unknown: &'static str,
    pub(super) fine: &'static str,
    pub(super) ago: &'static str,
    pub(super) times: &'static str,
    pub(super) unread: &'static str,

    pub(super) subnets: &'static str,
    pub(super) zone: &'static str,
    pub(super) addresses: &'static str,
    pub(super) kind: &'static str,
    pub(super) route: &'static str,
    pub(super) used_by: &'static str,
    pub(super) used_by_alb: &'static str,
    pub(super) used_by_pods: &'static str,

    pub(super) pods: &'static str,
    pub(super) pod_head: &'static str,
    pub(super) node_head: &'static str,
    pub(super) target_head: &'static str,
    pub(super) state: &'static str,
    pub(super) age: &'static str,
    pub(super) restarts: &'static str,
    pub(super) none_pods: &'static str,

    pub(super) beside: &'static str,
    pub(super) beside_about: &'static str,
    pub(super) beside_none: &'static str,
    pub(super) beside_unread: &'static str,
    pub(super) beside_more: &'static str,
    pub(super) internal_ip: &'static str,
    pub(super) version: &'static str,

    pub(super) cost: &'static str,
    pub(super) next: &'static str,
}

/// In English.
pub(super) const ENGLISH: Words = Words {
    lang: "en",
    written: "written by lab2048 {version}",
    as_of: "as of",
    cluster: "cluster",
    region: "region",
    account: "account",
    sandbox: "in the sandbox, an AWS region within lab2048: nothing of it costs money",
    address: "The game",
    in_dns: "In DNS the name of the game has to lead to the ALB:",
    expires: "Its time is over:",
    not_known: "not known",
    not_seen: "The lab could not be looked at: {why}",
    degraded: "ready, degraded",
    absent: "There is nothing of the lab.",
    run_done: "{verb}: done",
    run_unfinished: "{verb}: not finished",
    help: "What to do:",

    drawing: "The lab",
    drawing_about: "How a request comes to the game: by the load balancer in its subnets to the pods, each on a Fargate node of its own.",
    internet: "internet",
    vpc_clients: "clients within the VPC",
    alb: "Application Load Balancer",
    alb_none: "no load balancer yet",
    alb_unread: "load balancer not read",
    alb_here: "the ALB takes requests here",
    alb_subnets_unread: "its subnets were not read",
    vpc: "VPC of the cluster {cluster}",
    targets: "{healthy} of {wanted} targets healthy",
    target: "target {address}",
    no_target: "not a target of the ALB",
    node: "node {name}",
    node_unread: "node not read",
    no_node: "on no node yet",
    pod: "pod {name}",
    no_pod: "no pod here",
    more_pods: "and {number} more, in the table below",
    zone_unread: "zone not read",
    elsewhere: "subnet not known yet",
    no_subnets: "no subnet of the lab is known: there is no profile and no load balancer, or they could not be read",
    subnet: "subnet",
    subnet_head: "Subnet",
    public: "public",
    private: "private",
    route_unread: "route not read: {why}",
    route_not_asked: "route not read",
    no_route: "no route to the internet",
    nat_broken: "✗ this gateway {why}",
    nat_unread: "gateway not read: {why}",
    desc: "{source}, then {balancer}, then these subnets: {subnets}. {nodes}, each with one pod. {targets}.",

    timeline: "The run",
    step: "Step",
    began: "Began after",
    took: "Took",
    when: "When",
    sum: "The run took {took}. Its steps overlap: one after the other they would be {sum}.",
    sandbox_time: "These are times of the sandbox; you waited {real}.",
    under_way: "not ended",
    failed: "failed",
    not_begun: "Not begun: {steps}.",

    findings: "What was found",
    no_findings: "Nothing that needs a look.",
    error: "error",
    warning: "warning",
    unknown: "not known",
    fine: "Checked and fine: {number}",
    ago: "{age} ago",
    times: "{number} times",
    unread: "could not read {what}",

    subnets: "Subnets",
    zone: "Zone",
    addresses: "Addresses",
    kind: "Kind",
    route: "Route to the internet",
    used_by: "Used by",
    used_by_alb: "ALB",
    used_by_pods: "pods",

    pods: "Pods, nodes and targets",
    pod_head: "Pod",
    node_head: "Node",
    target_head: "Target",
    state: "State",
    age: "Age",
    restarts: "Restarts",
    none_pods: "There are no pods of the lab, or they could not be read.",

    beside: "EC2 nodes beside it",
    beside_about: "The cluster's other nodes. No pod of the lab runs on them.",
    beside_none: "The cluster has none.",
    beside_unread: "The cluster's nodes were not read: {why}",
    beside_more: "and {number} more",
    internal_ip: "Internal IP",
    version: "Version",

    cost: "What it costs",
    next: "What to type next",
};

/// A sentence with something put in.
pub(super) fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    // From the left, so that nothing is put into what was put in.
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_left_as_it_is() {
        assert_eq!(fill("{a} of {b}.", &[("a", "{b}"), ("b", "2")]), "{b} of 2.");
        assert_eq!(fill("plain", &[]), "plain");
    }
}
