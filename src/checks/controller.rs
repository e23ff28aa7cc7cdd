//! The AWS Load Balancer Controller: without it an Ingress stays without an address for ever.

use std::time::Duration;

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lang::{Text, text};
use crate::lbc::{self, CLASS_ANNOTATION, FlagValue, Flags};
use crate::model::{Controller, Webhook, format_duration};

/// How to install it; the cluster's name follows.
const INSTALL: &str = "helm install aws-load-balancer-controller eks/aws-load-balancer-controller -n kube-system \
                       --set clusterName=";

fn controller<'a>(facts: &Facts<'a>) -> Result<Option<&'a Controller>, Unseen> {
    Ok(seen(text!("check-what-controller"), &facts.kube.controller)?.as_ref())
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
    let Some(Controller { deployment, .. }) = controller(facts)? else {
        let command = format!("`{INSTALL}{}`", facts.site.cluster);
        return Ok(Outcome::error(text!("check-cluster-no-lbc"))
            .seeing(text!("check-cluster-no-lbc-seen", label = lbc::label_selector()))
            .remedy(text!("check-cluster-lbc-install", command = command))
            .about(facts.ingress_node()));
    };
    let place = format!("{}/{}", deployment.namespace().unwrap_or("?"), deployment.name());
    let version = lbc::version(deployment).map(str::to_owned);
    let version = version.map_or_else(|| text!("check-cluster-lbc-version-unknown"), Text::verbatim);
    Ok(Outcome::ok(text!("check-cluster-lbc-installed")).seeing(Text::list([Text::verbatim(place), version], ", ")))
}

/// Whether it has a ready pod.
pub(super) fn ready(facts: &Facts<'_>) -> Verdict {
    let controller = installed_controller(facts)?;
    let namespace = controller.deployment.namespace().unwrap_or("kube-system");
    Ok(if controller.ready > 0 {
        Outcome::ok(text!("check-cluster-lbc-ready", count = controller.ready))
    } else {
        Outcome::error(text!("check-cluster-lbc-unready"))
            .seeing(text!(
                "check-cluster-lbc-unready-seen",
                deployment = format!("{namespace}/{}", controller.deployment.name())
            ))
            .remedy(format!(
                "`kubectl -n {namespace} logs deployment/{} --tail=20`",
                controller.deployment.name()
            ))
            .about(facts.ingress_node())
    })
}

/// Whether its arguments let it serve the lab's Ingress.
pub(super) fn args(facts: &Facts<'_>) -> Verdict {
    let controller = installed_controller(facts)?;
    let flags = Flags::of(&controller.deployment);
    let wrong = unfit(facts, controller, &flags);
    if !wrong.is_empty() {
        return Ok(Outcome::error(text!("check-cluster-arguments-unfit"))
            .seeing(Text::list(wrong, "; "))
            .remedy(upgrade(facts, controller))
            .about(facts.ingress_node()));
    }
    for (name, value) in [
        ("--cluster-name", flags.cluster_name()),
        ("--watch-namespace", flags.watch_namespace()),
    ] {
        if let FlagValue::Hidden(written) = value {
            return Err(Unseen::because(
                text!("check-what-controller-arguments"),
                text!("check-cluster-flag-hidden", flag = name, written = written),
            ));
        }
    }
    Ok(Outcome::ok(text!("check-cluster-arguments-fit")).seeing(flags.words().join(" ")))
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
fn unfit(facts: &Facts<'_>, controller: &Controller, flags: &Flags) -> Vec<Text> {
    let mut wrong: Vec<Text> = flags
        .refused()
        .iter()
        .map(|word| text!("check-cluster-argument-refused", word = word))
        .collect();
    let cluster = &facts.site.cluster;
    if !flags.cluster_name().is_set() {
        wrong.push(text!("check-cluster-name-missing", cluster = cluster));
    } else if let Some(other) = flags.cluster_name().differs_from(cluster) {
        wrong.push(text!("check-cluster-name-other", other = other, cluster = cluster));
    }
    if let Some(class) = facts
        .exposure
        .and_then(|exposure| exposure.ingress.annotation(CLASS_ANNOTATION))
        && flags.takes_annotated_class(class) == Some(false)
    {
        wrong.push(text!(
            "check-cluster-class-other",
            key = CLASS_ANNOTATION,
            class = class
        ));
    }
    let namespace = &facts.environment.app.namespace;
    if let Some(watched) = flags.watch_namespace().differs_from(namespace) {
        wrong.push(text!(
            "check-cluster-watch-other",
            watched = watched,
            namespace = namespace
        ));
    }
    for (name, value) in [("aws-region", flags.aws_region()), ("aws-vpc-id", flags.aws_vpc_id())] {
        if !value.is_set() && runs_on_fargate(facts, controller) {
            wrong.push(text!("check-cluster-flag-missing-on-fargate", flag = name));
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
    let seconds = *seen(text!("check-what-leader-lease"), &controller.lease_age)?;
    let age = format_duration(Duration::from_secs(seconds));
    let flags = Flags::of(&controller.deployment);
    Ok(if seconds <= flags.stale_lease() {
        Outcome::ok(text!("check-cluster-leader-works")).seeing(text!("check-cluster-lease-renewed", age = age))
    } else {
        Outcome::warning(text!("check-cluster-leader-idle"))
            .seeing(text!("check-cluster-lease-old", lease = flags.lease_name(), age = age))
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
    Ok(match seen(text!("check-what-webhook"), &controller.webhook)? {
        Webhook::Answers => Outcome::ok(text!("check-cluster-webhook-answers")),
        Webhook::Fails { cause, remedy } => Outcome::error(text!("check-cluster-webhook-fails", cause = cause))
            .remedy(remedy.clone())
            .about(facts.ingress_node()),
        Webhook::NoEndpoint => Outcome::error(text!("check-cluster-webhook-no-endpoint"))
            .seeing(text!(
                "check-cluster-webhook-no-address",
                service = lbc::WEBHOOK_SERVICE
            ))
            .remedy(format!(
                "`kubectl -n {} get pods -l {}`",
                controller.deployment.namespace().unwrap_or("kube-system"),
                lbc::label_selector()
            ))
            .about(facts.ingress_node()),
    })
}
