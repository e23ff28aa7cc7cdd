//! The ALB that the controller makes: in service, with a listener on the port and a rule that leads to the lab.

use super::ingress::hostname;
use super::verdict::Verdict;
use crate::lang::Text;
use crate::model::{AlbState, Listener, LoadBalancer, LoadBalancerSpec, Object};

/// Whether requests to the ALB on the wanted port come to the lab. Whether anybody answers them is the targets' affair.
pub fn alb(found: Option<&LoadBalancer>, wanted: &LoadBalancerSpec) -> Verdict {
    found.map_or_else(absent, |balancer| {
        if balancer.scheme == wanted.scheme {
            return leads_to_lab(balancer, Some(wanted.port));
        }
        let why = format!(
            "{} is {}, not {}",
            balancer.name,
            balancer.scheme.word(),
            wanted.scheme.word()
        );
        Verdict::pending("waiting for the controller to replace the ALB", why)
    })
}

/// Whether somebody has removed the ALB that `ingress` has got, its listener or its rule: the controller has made all of it
/// before it writes the host name, and does not look at it again before the Ingress changes.
pub fn was_removed(found: Option<&LoadBalancer>, wanted: &LoadBalancerSpec, ingress: &Object) -> bool {
    let is_lacking = match found {
        None => true,
        Some(balancer) => balancer.state.serves() && balancer.scheme == wanted.scheme && !alb(found, wanted).works(),
    };
    hostname(ingress).is_some() && !ingress.is_deleting() && is_lacking
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

/// What brings back a listener or rule that somebody removed: the controller does not watch what it made.
/// <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/> (`--sync-period`)
const REMADE: &str = "the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or \
                      within 10 hours";

/// The verdict on an ALB that does not listen on the port, or on none; `in_service` is that on the ALB itself.
pub fn without_listener(port: Option<u16>, in_service: &Verdict) -> Verdict {
    let port = port.map_or_else(String::new, |port| format!(" on port {port}"));
    lacking(format!("ALB active, waiting for a listener{port}"), in_service)
}

/// The verdict on an ALB that listens on the port, and has no rule there that leads to the lab.
pub fn without_rule(port: Option<u16>, in_service: &Verdict) -> Verdict {
    let port = port.map_or_else(String::new, |port| format!(" of port {port}"));
    lacking(format!("waiting for a rule{port} that leads to the pods"), in_service)
}

fn lacking(stage: String, in_service: &Verdict) -> Verdict {
    let remarks = in_service.why().cloned().into_iter().chain([REMADE.into()]);
    Verdict::pending(stage, Text::list(remarks, "; "))
}
