//! Who asks, and whether the cluster is one that can run Fargate pods.

use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
use crate::model::ClusterStatus;

/// The partition of `GovCloud`.
const GOVERNMENT: &str = "aws-us-gov";

/// Who asks.
pub(super) fn caller(facts: &Facts<'_>) -> Verdict {
    let caller = seen("who you are", &facts.aws.caller)?;
    let outcome = Outcome::ok(format!("account {}", caller.account)).seeing(caller.arn.clone());
    if caller.account == facts.site.account {
        return Ok(outcome);
    }
    Ok(Outcome::error(format!(
        "your credentials are for account {}, the cluster is in {}",
        caller.account, facts.site.account
    ))
    .seeing(caller.arn.clone())
    .remedy("choose other credentials: --profile NAME, or AWS_PROFILE"))
}

/// Whether the cluster is there and of a sort that has Fargate.
pub(super) fn cluster(facts: &Facts<'_>) -> Outcome {
    let cluster = &facts.aws.cluster;
    let what = format!("cluster {}", cluster.name);
    if cluster.is_connected {
        return Outcome::error(format!("{what} is only registered with EKS, not run by it"))
            .seeing("connectorConfig is set")
            .remedy("choose a cluster that EKS runs: --cluster NAME");
    }
    if cluster.on_outpost {
        return Outcome::error(format!("{what} runs on an Outpost, where there is no Fargate"))
            .seeing("outpostConfig is set")
            .remedy("choose a cluster in a region: --cluster NAME");
    }
    let of_government = facts.site.partition == GOVERNMENT && facts.environment.fargate.own;
    match &cluster.status {
        ClusterStatus::Active if of_government => Outcome::warning(format!(
            "{what} is in AWS GovCloud, where EKS had no Fargate at the end of 2024"
        ))
        .seeing(format!("region {}", facts.site.region))
        .remedy(
            "see whether it has come: `aws eks create-fargate-profile` in that region; or choose a cluster elsewhere",
        ),
        ClusterStatus::Active => {
            Outcome::ok(format!("{what} is ACTIVE")).seeing(format!("Kubernetes {}", cluster.version))
        }
        ClusterStatus::Updating => Outcome::warning(format!("{what} is UPDATING")).seeing(
            "EKS may refuse to create or delete a Fargate profile until the update is over; the program waits for that",
        ),
        status => Outcome::error(format!("{what} is {status}"))
            .seeing(cluster.arn.clone())
            .remedy(format!(
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
        return Outcome::ok("the Kubernetes API is the one that EKS names").seeing(server.url.clone());
    };
    let Some(difference) = server.difference() else {
        return Outcome::ok(format!("context {context} leads to cluster {}", cluster.name)).seeing(server.url.clone());
    };
    Outcome::warning(format!(
        "nothing shows that context {context} of the kubeconfig leads to cluster {}",
        cluster.name
    ))
    .seeing(difference)
    .remedy(format!(
        "it is gone by because `cluster.context` names it; the cluster's own is written by aws eks update-kubeconfig --name \
         {} {}",
        cluster.name,
        facts.region_flag()
    ))
}

/// Problems that EKS itself reports.
pub(super) fn health(facts: &Facts<'_>) -> Outcome {
    let cluster = &facts.aws.cluster;
    if cluster.health.is_empty() {
        return Outcome::ok("EKS reports no problem of the cluster");
    }
    let issues: Vec<String> = cluster.health.iter().map(ToString::to_string).collect();
    Outcome::warning(format!("EKS reports {} of the cluster", count(issues.len(), "problem")))
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
        return Outcome::ok("the cluster does not use EKS Auto Mode");
    }
    Outcome::warning("the cluster uses EKS Auto Mode, which runs pods and ALBs in its own way")
        .seeing("computeConfig.enabled is true; its IngressClass has the controller eks.amazonaws.com/alb")
        .remedy("install the AWS Load Balancer Controller beside it, with an IngressClass of its own")
}

/// Whether pods inside the VPC reach the Kubernetes API.
pub(super) fn api_access(facts: &Facts<'_>) -> Outcome {
    let cluster = &facts.aws.cluster;
    let open = cluster.public_cidrs.iter().any(|cidr| cidr == "0.0.0.0/0");
    let evidence = format!(
        "public access: {}, from {}; private access: {}",
        cluster.public_access,
        if cluster.public_cidrs.is_empty() {
            "anywhere".to_owned()
        } else {
            cluster.public_cidrs.join(", ")
        },
        cluster.private_access
    );
    if cluster.private_access || open || cluster.public_cidrs.is_empty() {
        return Outcome::ok("Fargate pods reach the Kubernetes API").seeing(evidence);
    }
    Outcome::warning("Fargate pods may not reach the Kubernetes API: only some public addresses may")
        .seeing(evidence)
        .remedy(format!(
            "`aws eks update-cluster-config --name {} --resources-vpc-config endpointPrivateAccess=true {}`",
            cluster.name,
            facts.region_flag()
        ))
}

/// Whether names can be resolved in the cluster.
pub(super) fn coredns(facts: &Facts<'_>) -> Verdict {
    let Some(deployment) = seen("CoreDNS", &facts.kube.coredns)? else {
        return Ok(Outcome::warning("CoreDNS is not installed: pods cannot look up names")
            .seeing("no Deployment kube-system/coredns")
            .remedy(format!(
                "`aws eks create-addon --cluster-name {} --addon-name coredns {}`",
                facts.site.cluster,
                facts.region_flag()
            )));
    };
    let number = |pointer: &str| deployment.number(pointer).unwrap_or(0);
    let (ready, wanted) = (number("/status/readyReplicas"), number("/spec/replicas"));
    if ready > 0 {
        return Ok(Outcome::ok(format!("CoreDNS has {ready} of {wanted} pods ready")));
    }
    Ok(
        Outcome::warning("CoreDNS has no ready pod: pods cannot look up names")
            .seeing(format!("0 of {wanted} pods ready"))
            .remedy("`kubectl -n kube-system describe deployment coredns`; on a cluster without EC2 nodes it needs a Fargate profile for kube-system"),
    )
}

/// A number with its noun.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
