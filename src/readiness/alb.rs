//! The ALB that the controller makes: in service, with a listener on the port and a rule that leads to the lab.

use super::ingress::hostname;
use super::verdict::Verdict;
use crate::lang::{Text, text};
use crate::model::{AlbState, Listener, LoadBalancer, LoadBalancerSpec, Object};

/// Whether requests to the ALB on the wanted port come to the lab. Whether anybody answers them is the targets' affair.
pub fn alb(found: Option<&LoadBalancer>, wanted: &LoadBalancerSpec) -> Verdict {
    found.map_or_else(absent, |balancer| {
        if balancer.scheme == wanted.scheme {
            return leads_to_lab(balancer, Some(wanted.port));
        }
        let why = text!(
            "is-alb-other-scheme",
            name = &balancer.name,
            scheme = balancer.scheme.word(),
            wanted = wanted.scheme.word()
        );
        Verdict::pending(text!("is-awaiting-alb-replacement"), why)
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
    Verdict::absent(text!("is-no-alb"))
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
    let why = |otherwise: Text| match &balancer.reason {
        Some(reason) if !reason.is_empty() => Text::from(reason),
        _ => otherwise,
    };
    let unexplained = || why(text!("is-aws-no-reason"));
    match balancer.state {
        AlbState::Active => Verdict::ready(text!("is-alb-active")),
        AlbState::Impaired => {
            Verdict::degraded(text!("is-alb-active"), text!("is-alb-impaired", reason = unexplained()))
        }
        AlbState::Failed => Verdict::failed(text!("is-alb-failed"), unexplained()),
        AlbState::Provisioning | AlbState::Other(_) => {
            Verdict::pending(text!("is-alb-provisioning"), why(text!("is-aws-sets-up")))
        }
    }
}

/// The verdict on an ALB that does not listen on the port, or on none; `in_service` is that on the ALB itself.
pub fn without_listener(port: Option<u16>, in_service: &Verdict) -> Verdict {
    let stage = match port {
        Some(port) => text!("is-awaiting-listener-on", port = u32::from(port)),
        None => text!("is-awaiting-listener"),
    };
    lacking(stage, in_service)
}

/// The verdict on an ALB that listens on the port, and has no rule there that leads to the lab.
pub fn without_rule(port: Option<u16>, in_service: &Verdict) -> Verdict {
    let stage = match port {
        Some(port) => text!("is-awaiting-rule-of", port = u32::from(port)),
        None => text!("is-awaiting-rule"),
    };
    lacking(stage, in_service)
}

/// With what brings back a listener or rule that somebody removed: the controller does not watch what it made.
/// <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/> (`--sync-period`)
fn lacking(stage: Text, in_service: &Verdict) -> Verdict {
    let remarks = in_service.why().cloned().into_iter().chain([text!("is-remade")]);
    Verdict::pending(stage, Text::list(remarks, "; "))
}
