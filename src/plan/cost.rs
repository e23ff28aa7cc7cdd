//! What a lab costs while it runs: Fargate by the size that is really billed, the ALB, and its public IPv4 addresses.
//!
//! An ALB that faces the internet has one public IPv4 address in each of its subnets, and AWS bills each (since 2024-02-01).
//! The capacity units (LCU) of the ALB depend on traffic and are not included.

use jiff::civil::Date;

use super::change::Cost;
use super::prices::Prices;
use crate::model::{Desired, NodeKind, Object, pod_size};
use crate::stack::Stack;

/// How many pods and addresses a lab has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Pods: the wanted number, or an autoscaler's.
    pub pods: u32,
    /// Public IPv4 addresses of its ALB: one for each subnet if that faces the internet, else none.
    pub addresses: u32,
}

/// What the stack will cost in `region`. Prices that are old by `today` are marked.
pub fn of_stack(stack: &Stack, region: &str, amounts: Amounts, today: Date) -> Cost {
    let unknown = || Cost::Unknown {
        region: region.to_owned(),
    };
    let Some(prices) = Prices::of(region) else {
        return unknown();
    };
    let mut balancers = 0;
    let mut deployment: Option<&Object> = None;
    for node in &stack.nodes {
        match &node.desired {
            Desired::LoadBalancer(_) if node.id.kind == NodeKind::LoadBalancer => balancers += 1,
            Desired::Object(object) if object.kind() == "Deployment" => deployment = Some(object),
            _ => {}
        }
    }
    let Some(size) = deployment.and_then(|d| d.at("/spec/template/spec")).and_then(pod_size) else {
        return unknown();
    };
    let Amounts { pods, addresses } = amounts;
    let addresses = addresses * balancers;
    Cost::Known {
        fargate_hourly: f64::from(pods) * (size.vcpu() * prices.vcpu + size.gigabytes() * prices.gigabyte),
        balancer_hourly: f64::from(balancers) * prices.balancer,
        addresses_hourly: f64::from(addresses) * prices.address,
        addresses,
        prices_of: prices.read_on.to_string(),
        outdated: prices.are_outdated(today),
        region: region.to_owned(),
        pod_size: size.words(),
        pods,
    }
}
