//! The ALB that the controller makes: in service, with a listener on the port and a rule that leads to the lab.

use super::verdict::Verdict;
use crate::model::{AlbState, Listener, LoadBalancer, LoadBalancerSpec};

/// Whether requests to the ALB on the wanted port come to the lab. Whether anybody answers them is the targets' affair.
pub fn alb(found: Option<&LoadBalancer>, wanted: &LoadBalancerSpec) -> Verdict {
    found.map_or_else(absent, |balancer| leads_to_lab(balancer, Some(wanted.port)))
}

/// The same, whatever the port: whether there is a way to the lab at all.
pub fn alb_on_any_port(found: Option<&LoadBalancer>) -> Verdict {
    found.map_or_else(absent, |balancer| leads_to_lab(balancer, None))
}

fn absent() -> Verdict {
    Verdict::absent("no ALB yet")
}

fn leads_to_lab(balancer: &LoadBalancer, port: Option<u16>) -> Verdict {
    let in_service = alb_in_service(balancer);
    if !in_service.works() {
        return in_service;
    }
    let on_port = |listener: &&Listener| port.is_none_or(|port| listener.port == port);
    let mut listeners = balancer.listeners.iter().filter(on_port).peekable();
    if listeners.peek().is_none() {
        without_listener(port, &in_service)
    } else if listeners.all(|listener| listener.forwarding_rules == 0) {
        without_rule(port, &in_service)
    } else {
        in_service
    }
}

/// Whether the ALB is in service, whatever it does with requests.
pub fn alb_in_service(balancer: &LoadBalancer) -> Verdict {
    let why = |otherwise: &str| match &balancer.reason {
        Some(reason) if !reason.is_empty() => reason.clone(),
        _ => otherwise.to_owned(),
    };
    match balancer.state {
        AlbState::Active => Verdict::ready("ALB active"),
        AlbState::Impaired => {
            let reason = why("AWS gives no reason");
            Verdict::degraded("ALB active", format!("the ALB is impaired: {reason}"))
        }
        AlbState::Failed => Verdict::failed("ALB failed", why("AWS gives no reason")),
        AlbState::Provisioning | AlbState::Other(_) => Verdict::pending(
            "ALB provisioning",
            why("AWS sets it up, which takes two to three minutes"),
        ),
    }
}

/// The verdict on an ALB that does not listen on the port, or on none; `in_service` is that on the ALB itself.
pub fn without_listener(port: Option<u16>, in_service: &Verdict) -> Verdict {
    let port = port.map_or_else(String::new, |port| format!(" on port {port}"));
    let stage = format!("ALB active, waiting for a listener{port}");
    Verdict::pending(stage, in_service.why().unwrap_or_default())
}

/// The verdict on an ALB that listens on the port, and has no rule there that leads to the lab.
pub fn without_rule(port: Option<u16>, in_service: &Verdict) -> Verdict {
    let port = port.map_or_else(String::new, |port| format!(" of port {port}"));
    let stage = format!("waiting for a rule{port} that leads to the pods");
    Verdict::pending(stage, in_service.why().unwrap_or_default())
}
