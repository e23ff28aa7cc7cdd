//! Who asks, and whether the cluster is one that can run Fargate pods.

use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
use crate::lang::{Text, text};
use crate::model::{ApiMismatch, ApiServer, ClusterStatus};

/// The partition of `GovCloud`.
const GOVERNMENT: &str = "aws-us-gov";

/// Who asks.
pub(super) fn caller(facts: &Facts<'_>) -> Verdict {
    let caller = seen(text!("check-what-caller"), &facts.aws.caller)?;
    let outcome = Outcome::ok(text!("check-cluster-account", account = &caller.account)).seeing(caller.arn.clone());
    if caller.account == facts.site.account {
        return Ok(outcome);
    }
    Ok(Outcome::error(text!(
        "check-cluster-other-account",
        account = &caller.account,
        own = &facts.site.account,
    ))
    .seeing(caller.arn.clone())
    .remedy(text!("check-cluster-choose-credentials")))
}

/// Whether the cluster is there and of a sort that has Fargate.
pub(super) fn cluster(facts: &Facts<'_>) -> Outcome {
    let cluster = &facts.aws.cluster;
    let name = &cluster.name;
    if cluster.is_connected {
        return Outcome::error(text!("check-cluster-only-registered", name = name))
            .seeing(text!("check-cluster-field-set", field = "connectorConfig"))
            .remedy(text!("check-cluster-choose-run-by-eks"));
    }
    if cluster.on_outpost {
        return Outcome::error(text!("check-cluster-on-outpost", name = name))
            .seeing(text!("check-cluster-field-set", field = "outpostConfig"))
            .remedy(text!("check-cluster-choose-in-region"));
    }
    let of_government = facts.site.partition == GOVERNMENT && facts.environment.fargate.own;
    let status = text!("check-cluster-status", name = name, status = cluster.status.to_string());
    match &cluster.status {
        ClusterStatus::Active if of_government => Outcome::warning(text!("check-cluster-government", name = name))
            .seeing(text!("check-cluster-region", region = &facts.site.region))
            .remedy(text!("check-cluster-government-remedy")),
        ClusterStatus::Active => Outcome::ok(status).seeing(format!("Kubernetes {}", cluster.version)),
        ClusterStatus::Updating => Outcome::warning(status).seeing(text!("check-cluster-updating")),
        _ => Outcome::error(status).seeing(cluster.arn.clone()).remedy(format!(
            "`aws eks wait cluster-active --name {} {}`",
            cluster.name,
            facts.region_flag()
        )),
    }
}

/// Whether the cluster that is talked to is the one that EKS describes.
pub(super) fn identity(facts: &Facts<'_>) -> Outcome {
    let (cluster, server) = (&facts.aws.cluster, facts.server);
    let Some(context) = &server.context else {
        return Outcome::ok(text!("check-cluster-api-of-eks")).seeing(server.url.clone());
    };
    let Some(difference) = difference(server) else {
        return Outcome::ok(text!(
            "check-cluster-context-leads",
            context = context,
            name = &cluster.name
        ))
        .seeing(server.url.clone());
    };
    Outcome::warning(text!(
        "check-cluster-context-unsure",
        context = context,
        name = &cluster.name
    ))
    .seeing(difference)
    .remedy(text!(
        "check-cluster-context-remedy",
        name = &cluster.name,
        region = &facts.site.region
    ))
}

/// How the context differs from what EKS says of the cluster.
fn difference(server: &ApiServer) -> Option<Text> {
    let url = &server.url;
    Some(match server.mismatch.as_ref()? {
        ApiMismatch::Server { of_eks } => text!("check-cluster-other-server", url = url, own = of_eks),
        ApiMismatch::Authority => text!("check-cluster-other-authority", url = url),
    })
}

/// Problems that EKS itself reports.
pub(super) fn health(facts: &Facts<'_>) -> Outcome {
    let cluster = &facts.aws.cluster;
    if cluster.health.is_empty() {
        return Outcome::ok(text!("check-cluster-no-problem"));
    }
    let issues: Vec<String> = cluster.health.iter().map(ToString::to_string).collect();
    Outcome::warning(text!("check-cluster-problems", count = issues.len()))
        .seeing(issues.join("; "))
        .remedy(format!(
            "`aws eks describe-cluster --name {} --query cluster.health {}`",
            cluster.name,
            facts.region_flag()
        ))
}

/// EKS Auto Mode brings a load balancer controller of its own.
pub(super) fn auto_mode(facts: &Facts<'_>) -> Outcome {
    let cluster = &facts.aws.cluster;
    if !cluster.auto_mode {
        return Outcome::ok(text!("check-cluster-no-auto-mode"));
    }
    Outcome::warning(text!("check-cluster-auto-mode"))
        .seeing(text!("check-cluster-auto-mode-seen"))
        .remedy(text!("check-cluster-auto-mode-remedy"))
}

/// Whether pods inside the VPC reach the Kubernetes API.
pub(super) fn api_access(facts: &Facts<'_>) -> Outcome {
    let cluster = &facts.aws.cluster;
    let open = cluster.public_cidrs.iter().any(|cidr| cidr == "0.0.0.0/0");
    let from = if cluster.public_cidrs.is_empty() {
        text!("check-cluster-anywhere")
    } else {
        Text::verbatim(cluster.public_cidrs.join(", "))
    };
    let evidence = text!(
        "check-cluster-api-access",
        public = cluster.public_access.to_string(),
        from = from,
        private = cluster.private_access.to_string(),
    );
    if cluster.private_access || open || cluster.public_cidrs.is_empty() {
        return Outcome::ok(text!("check-cluster-api-reached")).seeing(evidence);
    }
    Outcome::warning(text!("check-cluster-api-out-of-reach"))
        .seeing(evidence)
        .remedy(format!(
            "`aws eks update-cluster-config --name {} --resources-vpc-config endpointPrivateAccess=true {}`",
            cluster.name,
            facts.region_flag()
        ))
}

/// Whether names can be resolved in the cluster.
pub(super) fn coredns(facts: &Facts<'_>) -> Verdict {
    let Some(deployment) = seen(text!("check-what-coredns"), &facts.kube.coredns)? else {
        return Ok(Outcome::warning(text!("check-cluster-no-coredns"))
            .seeing(text!("check-cluster-no-coredns-seen"))
            .remedy(format!(
                "`aws eks create-addon --cluster-name {} --addon-name coredns {}`",
                facts.site.cluster,
                facts.region_flag()
            )));
    };
    let number = |pointer: &str| {
        let number = deployment.number(pointer);
        number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
    };
    let (ready, wanted) = (number("/status/readyReplicas"), number("/spec/replicas"));
    if ready > 0 {
        return Ok(Outcome::ok(text!(
            "check-cluster-coredns-ready",
            ready = ready,
            wanted = wanted
        )));
    }
    Ok(Outcome::warning(text!("check-cluster-coredns-unready"))
        .seeing(text!("check-cluster-coredns-unready-seen", wanted = wanted))
        .remedy(text!("check-cluster-coredns-unready-remedy")))
}
