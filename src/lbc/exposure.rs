//! What the load balancer controller will make of the Ingress: the ALB, and the way to the game.

use super::finalizers;
use super::inbound::Inbound;
use super::names::{AlbNaming, balancer_name};
use super::reach::Reach;
use super::settings::{IngressFacts, IngressSettings};
use super::tags::IngressOwner;
use crate::model::{Endpoint, LoadBalancerSpec, Object, ProofSpec};

/// The Ingress with all that decides what becomes of it, and the ALB to expect.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposure {
    /// The Ingress as the server returned it, or as rendered where the server was not asked.
    pub ingress: Object,
    /// What the controller makes of its wishes.
    pub settings: IngressSettings,
    /// How a client reaches the game.
    pub reach: Reach,
    /// Who may open a connection to it.
    pub inbound: Inbound,
    /// Name of the ALB.
    pub load_balancer: String,
    /// Cluster name.
    cluster: String,
    /// The controller's stack id.
    stack: String,
    /// `<namespace>/<ingress>`.
    id: String,
}

impl Exposure {
    /// Of an Ingress on a cluster that leads to the Service of this name.
    pub fn of(facts: &IngressFacts<'_>, cluster: &str, service: &str) -> Self {
        let settings = IngressSettings::of(facts);
        let naming = AlbNaming {
            cluster,
            namespace: facts.ingress.namespace().unwrap_or_default(),
            ingress: facts.ingress.name(),
            group: settings.group.as_ref().map(|group| group.value.as_str()),
            given: settings.load_balancer_name.as_ref().map(|name| name.value.as_str()),
            scheme: settings.scheme.value,
        };
        Self {
            load_balancer: balancer_name(&naming),
            cluster: cluster.to_owned(),
            stack: naming.stack_id(),
            id: naming.ingress_id(),
            reach: Reach::of(facts.ingress, &settings, service),
            inbound: Inbound::of(facts),
            ingress: facts.ingress.clone(),
            settings,
        }
    }

    /// For whom the controller makes the ALB.
    pub fn owner(&self) -> IngressOwner<'_> {
        IngressOwner {
            cluster: &self.cluster,
            stack: &self.stack,
            ingress: &self.id,
        }
    }

    /// The ALB with so many healthy targets.
    pub fn balancer(&self, targets: u32) -> LoadBalancerSpec {
        LoadBalancerSpec {
            name: self.load_balancer.clone(),
            cluster: self.cluster.clone(),
            stack: self.stack.clone(),
            ingress: self.id.clone(),
            scheme: self.settings.scheme.value,
            port: self.port(),
            targets,
        }
    }

    /// What the controller made for the Ingress as it is live and will remove, because the Ingress joins or leaves a group: the
    /// ALB, or the Ingress's part of a group's.
    pub fn former(&self, live: &Object) -> Vec<LoadBalancerSpec> {
        let settings = IngressSettings::of(&IngressFacts::alone(live));
        let left = finalizers::stacks(live)
            .into_iter()
            .filter(|stack| *stack != self.stack);
        left.map(|stack| {
            let naming = AlbNaming {
                cluster: &self.cluster,
                namespace: live.namespace().unwrap_or_default(),
                ingress: live.name(),
                group: Some(stack.as_str()).filter(|stack| *stack != self.id),
                given: settings.load_balancer_name.as_ref().map(|name| name.value.as_str()),
                scheme: settings.scheme.value,
            };
            LoadBalancerSpec {
                name: balancer_name(&naming),
                cluster: self.cluster.clone(),
                stack: naming.stack_id(),
                ingress: self.id.clone(),
                scheme: settings.scheme.value,
                port: self.port(),
                targets: 0,
            }
        })
        .collect()
    }

    /// The port whose listener leads to the game.
    fn port(&self) -> u16 {
        match &self.reach {
            Reach::Open(endpoint) => endpoint.port,
            Reach::Narrowed { port, .. } => *port,
            Reach::Closed(_) => self.settings.listeners.first().map_or(80, |listener| listener.port),
        }
    }

    /// How a client reaches the game, or where it would look for it if it cannot.
    pub fn endpoint(&self) -> Endpoint {
        let open = self.reach.endpoint().cloned();
        open.unwrap_or_else(|| Endpoint::plain(self.port()))
    }

    /// The request that proves the game, by a page with this text.
    pub fn proof(&self, expect: Option<&str>) -> ProofSpec {
        ProofSpec {
            expect: expect.map(str::to_owned),
            scheme: self.settings.scheme.value,
            endpoint: self.endpoint(),
            obstacle: self.reach.obstacle(),
        }
    }
}
