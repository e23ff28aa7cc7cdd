//! The values that templates get, from an environment.

use std::collections::BTreeMap;

use super::balancer_tags;
use super::graph::ClusterContext;
use crate::config::{Environment, Resources};
use crate::render::{AppContext, Context, IngressContext, LabContext, TrustContext, Unavailable};

/// The variables of the Kubernetes templates. `recorded` is the number of replicas that somebody asked for with
/// `scale`, if that is to be kept.
pub fn context(environment: &Environment, recorded: Option<u32>) -> Context {
    let app = &environment.app;
    let ingress = &environment.ingress;
    Context {
        lab: LabContext {
            name: environment.lab.name.clone(),
        },
        app: AppContext {
            namespace: app.namespace.clone(),
            deployment: app.deployment.clone(),
            service: app.service.clone(),
            ingress: app.ingress.clone(),
            image: app.image.clone(),
            replicas: recorded.unwrap_or(app.replicas),
            port: app.port,
            resources: resources(&app.resources),
            labels: app.labels.clone(),
            disruption_budget: app.disruption_budget.as_deref().map(unavailable),
        },
        ingress: IngressContext {
            class: ingress.class.clone(),
            scheme: ingress.scheme.word().to_owned(),
            host: ingress.host.clone(),
            path: ingress.path.clone(),
            port: ingress.port,
            allowed_cidrs: ingress.allowed_cidrs.clone(),
            certificate_arn: ingress.certificate_arn.clone(),
            group: ingress.group.clone(),
            load_balancer_name: ingress.load_balancer_name.clone(),
            annotations: balancer_tags::annotations(environment),
        },
    }
}

/// The variables of the trust policy's template.
pub fn trust_context(site: &ClusterContext) -> TrustContext {
    TrustContext {
        profile_arns: site.eks_arn("fargateprofile", &format!("{}/*", site.cluster)),
    }
}

fn resources(resources: &Resources) -> Option<BTreeMap<String, String>> {
    let named = [("cpu", &resources.cpu), ("memory", &resources.memory)];
    let map: BTreeMap<_, _> = named
        .into_iter()
        .filter_map(|(name, quantity)| Some((name.to_owned(), quantity.clone()?)))
        .collect();
    (!map.is_empty()).then_some(map)
}

fn unavailable(budget: &str) -> Unavailable {
    budget
        .parse()
        .map_or_else(|_| Unavailable::Share(budget.to_owned()), Unavailable::Count)
}
