//! The AWS Load Balancer Controller: without it an Ingress stays without an address for ever.

use std::time::Duration;

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lbc::{self, CLASS_ANNOTATION, FlagValue, Flags};
use crate::model::{Controller, Webhook, format_duration};

/// How to install it.
const INSTALL: &str = "install it: `helm install aws-load-balancer-controller eks/aws-load-balancer-controller \
                       -n kube-system --set clusterName=";

fn controller<'a>(facts: &Facts<'a>) -> Result<Option<&'a Controller>, Unseen> {
    Ok(seen("the load balancer controller", &facts.kube.controller)?.as_ref())
}

/// The controller, for checks that need it; where there is none, `lbc-installed` says so.
fn installed_controller<'a>(facts: &Facts<'a>) -> Result<&'a Controller, Unseen> {
    controller(facts)?.ok_or(Unseen::ToldBy("lbc-installed"))
}

/// The controller with a ready pod, for checks of what its pods do; where none is ready, `lbc-ready` says so.
fn running_controller<'a>(facts: &Facts<'a>) -> Result<&'a Controller, Unseen> {
    let controller = installed_controller(facts)?;
    if controller.ready > 0 {
        Ok(controller)
    } else {
        Err(Unseen::ToldBy("lbc-ready"))
    }
}

/// Whether it is installed.
pub(super) fn installed(facts: &Facts<'_>) -> Verdict {
    Ok(match controller(facts)? {
        Some(controller) => Outcome::ok("the load balancer controller is installed").seeing(format!(
            "{}/{}, {}",
            controller.deployment.namespace().unwrap_or("?"),
            controller.deployment.name(),
            lbc::version(&controller.deployment).unwrap_or("version unknown")
        )),
        None => Outcome::error("the AWS Load Balancer Controller is not installed: the Ingress would never get an ALB")
            .seeing(format!("no Deployment labelled {}", lbc::label_selector()))
            .remedy(format!("{INSTALL}{}`", facts.site.cluster))
            .about(facts.ingress_node()),
    })
}

/// Whether it has a ready pod.
pub(super) fn ready(facts: &Facts<'_>) -> Verdict {
    let controller = installed_controller(facts)?;
    let namespace = controller.deployment.namespace().unwrap_or("kube-system");
    Ok(if controller.ready > 0 {
        Outcome::ok(format!(
            "the load balancer controller has {} ready",
            pods(controller.ready)
        ))
    } else {
        Outcome::error("the load balancer controller has no ready pod")
            .seeing(format!("{namespace}/{}: 0 ready", controller.deployment.name()))
            .remedy(format!(
                "`kubectl -n {namespace} logs deployment/{} --tail=20`",
                controller.deployment.name()
            ))
            .about(facts.ingress_node())
    })
}

fn pods(number: u32) -> String {
    super::access::count(usize::try_from(number).unwrap_or(usize::MAX), "pod")
}

/// Whether its arguments let it serve the lab's Ingress.
pub(super) fn args(facts: &Facts<'_>) -> Verdict {
    let controller = installed_controller(facts)?;
    let flags = Flags::of(&controller.deployment);
    let wrong = unfit(facts, controller, &flags);
    if !wrong.is_empty() {
        return Ok(
            Outcome::error("the controller's arguments do not fit the lab: it would not serve the Ingress")
                .seeing(wrong.join("; "))
                .remedy(upgrade(facts, controller))
                .about(facts.ingress_node()),
        );
    }
    for (name, value) in [
        ("--cluster-name", flags.cluster_name()),
        ("--watch-namespace", flags.watch_namespace()),
    ] {
        if let FlagValue::Hidden(written) = value {
            return Err(Unseen::because(
                "the controller's arguments",
                format!("{name} is {written}, which comes from a ConfigMap, a Secret or a field"),
            ));
        }
    }
    Ok(Outcome::ok("the controller's arguments fit the lab").seeing(flags.words().join(" ")))
}

/// How to give it the arguments that fit. The VPC is what the reader has to look up where it was not read.
fn upgrade(facts: &Facts<'_>, controller: &Controller) -> String {
    let vpc = facts.aws.vpc.known().map_or("VPC-ID", |vpc| vpc.id.as_str());
    format!(
        "`helm upgrade aws-load-balancer-controller eks/aws-load-balancer-controller -n {} --reuse-values --set \
         clusterName={},region={},vpcId={vpc}`",
        controller.deployment.namespace().unwrap_or("kube-system"),
        facts.site.cluster,
        facts.site.region
    )
}

/// What of its arguments does not fit.
fn unfit(facts: &Facts<'_>, controller: &Controller, flags: &Flags) -> Vec<String> {
    let mut wrong: Vec<String> = flags
        .refused()
        .iter()
        .map(|word| format!("it does not start with the argument {word}"))
        .collect();
    let cluster = &facts.site.cluster;
    if !flags.cluster_name().is_set() {
        wrong.push(format!("--cluster-name is missing, the cluster is {cluster}"));
    } else if let Some(other) = flags.cluster_name().differs_from(cluster) {
        wrong.push(format!("--cluster-name is {other}, the cluster is {cluster}"));
    }
    if let Some(class) = facts
        .exposure
        .and_then(|exposure| exposure.ingress.annotation(CLASS_ANNOTATION))
        && flags.takes_annotated_class(class) == Some(false)
    {
        wrong.push(format!(
            "--ingress-class is another, the Ingress is annotated {CLASS_ANNOTATION}: {class}"
        ));
    }
    let namespace = &facts.environment.app.namespace;
    if let Some(watched) = flags.watch_namespace().differs_from(namespace) {
        wrong.push(format!("--watch-namespace is {watched}, the lab is in {namespace}"));
    }
    for (name, value) in [("aws-region", flags.aws_region()), ("aws-vpc-id", flags.aws_vpc_id())] {
        if !value.is_set() && runs_on_fargate(facts, controller) {
            wrong.push(format!(
                "--{name} is missing, and the controller runs on Fargate, where it cannot find out"
            ));
        }
    }
    wrong
}

/// Whether a profile takes its pods; on Fargate there is no instance metadata.
fn runs_on_fargate(facts: &Facts<'_>, controller: &Controller) -> bool {
    let labels = controller.deployment.text_map("/spec/template/metadata/labels");
    let namespace = controller.deployment.namespace().unwrap_or_default();
    let mut profiles = facts.aws.profiles.known().into_iter().flatten();
    profiles.any(|profile| profile.takes(namespace, &labels))
}

/// Whether a leader is at work.
pub(super) fn lease(facts: &Facts<'_>) -> Verdict {
    let controller = running_controller(facts)?;
    let seconds = *seen("the controller's leader lease", &controller.lease_age)?;
    let age = format_duration(Duration::from_secs(seconds));
    let flags = Flags::of(&controller.deployment);
    Ok(if seconds <= flags.stale_lease() {
        Outcome::ok("the controller's leader is at work").seeing(format!("lease renewed {age} ago"))
    } else {
        Outcome::warning("the controller's leader is not at work: nothing happens to Ingresses")
            .seeing(format!("lease {} was renewed {age} ago", flags.lease_name()))
            .remedy(format!(
                "`kubectl -n {} rollout restart deployment/{}`",
                controller.deployment.namespace().unwrap_or("kube-system"),
                controller.deployment.name()
            ))
    })
}

/// Whether its webhook, which every Ingress and Service must pass, has an endpoint.
pub(super) fn webhook(facts: &Facts<'_>) -> Verdict {
    let controller = running_controller(facts)?;
    Ok(match seen("the controller's webhook", &controller.webhook)? {
        Webhook::Answers => Outcome::ok("the controller's webhook has an endpoint"),
        Webhook::Fails { cause, remedy } => {
            Outcome::error(format!("{cause}: Services and Ingresses are refused until it does"))
                .remedy(remedy.clone())
                .about(facts.ingress_node())
        }
        Webhook::NoEndpoint => {
            Outcome::error("the controller's webhook has no endpoint: Services and Ingresses are refused until it has")
                .seeing(format!("Service {} has no ready address", lbc::WEBHOOK_SERVICE))
                .remedy(format!(
                    "`kubectl -n {} get pods -l {}`",
                    controller.deployment.namespace().unwrap_or("kube-system"),
                    lbc::label_selector()
                ))
                .about(facts.ingress_node())
        }
    })
}
