//! The AWS Load Balancer Controller and its IngressClass: without them an Ingress stays without an address for ever.

use serde_json::Value;

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lbc::{self, Annotation, CLASS_ANNOTATION, CLASS_CONTROLLER, ClassOwner, FlagValue, Flags, class_owner};
use crate::model::{Controller, Route};

/// How to install it.
const INSTALL: &str = "install it: helm install aws-load-balancer-controller eks/aws-load-balancer-controller \
                       -n kube-system --set clusterName=";

fn controller<'a>(facts: &Facts<'a>) -> Result<Option<&'a Controller>, Unseen> {
    Ok(seen("the load balancer controller", &facts.kube.controller)?.as_ref())
}

/// What a check says that needs the controller where there is none.
fn absent() -> Outcome {
    Outcome::error("there is no load balancer controller").remedy("see lbc-installed")
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
            .remedy(format!("{INSTALL}{}", facts.site.cluster))
            .about(facts.ingress_node()),
    })
}

/// Whether it has a ready pod.
pub(super) fn ready(facts: &Facts<'_>) -> Verdict {
    let Some(controller) = controller(facts)? else {
        return Ok(absent());
    };
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
                "kubectl -n {namespace} logs deployment/{} --tail=20",
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
    let Some(controller) = controller(facts)? else {
        return Ok(absent());
    };
    let flags = Flags::of(&controller.deployment);
    let wrong = unfit(facts, controller, &flags);
    if !wrong.is_empty() {
        return Ok(
            Outcome::error("the controller's arguments do not fit the lab: it would not serve the Ingress")
                .seeing(wrong.join("; "))
                .remedy(
                    "helm upgrade aws-load-balancer-controller … --reuse-values --set clusterName=…,region=…,vpcId=…",
                )
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

/// What of its arguments does not fit.
fn unfit(facts: &Facts<'_>, controller: &Controller, flags: &Flags) -> Vec<String> {
    let mut wrong: Vec<String> = flags
        .refused()
        .iter()
        .map(|word| format!("it does not start with the argument {word}"))
        .collect();
    let cluster = &facts.site.cluster;
    match flags.cluster_name() {
        FlagValue::Missing => wrong.push(format!("--cluster-name is missing, the cluster is {cluster}")),
        FlagValue::Set(name) if name != cluster => {
            wrong.push(format!("--cluster-name is {name}, the cluster is {cluster}"));
        }
        FlagValue::Set(_) | FlagValue::Hidden(_) => {}
    }
    if let Some(class) = facts
        .object("Ingress")
        .and_then(|ingress| ingress.annotation(CLASS_ANNOTATION))
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
    profiles.any(|profile| profile.selectors.iter().any(|s| s.covers(namespace, &labels)))
}

/// Whether a leader is at work.
pub(super) fn lease(facts: &Facts<'_>) -> Verdict {
    let Some(controller) = controller(facts)? else {
        return Ok(absent());
    };
    let age = *seen("the controller's leader lease", &controller.lease_age)?;
    let flags = Flags::of(&controller.deployment);
    Ok(if age <= flags.stale_lease() {
        Outcome::ok("the controller's leader is at work").seeing(format!("lease renewed {age} s ago"))
    } else {
        Outcome::warning("the controller's leader is not at work: nothing happens to Ingresses")
            .seeing(format!("lease {} was renewed {age} s ago", flags.lease_name()))
            .remedy(format!(
                "kubectl -n {} rollout restart deployment/{}",
                controller.deployment.namespace().unwrap_or("kube-system"),
                controller.deployment.name()
            ))
    })
}

/// Whether its webhook, which every Ingress and Service must pass, has an endpoint.
pub(super) fn webhook(facts: &Facts<'_>) -> Verdict {
    let Some(controller) = controller(facts)? else {
        return Ok(absent());
    };
    Ok(if *seen("the controller's webhook", &controller.webhook_ready)? {
        Outcome::ok("the controller's webhook has an endpoint")
    } else {
        Outcome::error("the controller's webhook has no endpoint: Services and Ingresses are refused until it has")
            .seeing(format!("Service {} has no ready address", lbc::WEBHOOK_SERVICE))
            .remedy(format!(
                "kubectl -n {} get pods -l {}",
                controller.deployment.namespace().unwrap_or("kube-system"),
                lbc::label_selector()
            ))
            .about(facts.ingress_node())
    })
}

/// Whether the Ingress's class exists and is the controller's.
pub(super) fn class(facts: &Facts<'_>) -> Verdict {
    let name = &facts.environment.ingress.class;
    let Some(class) = seen("the IngressClass", &facts.kube.ingress_class)? else {
        return Ok(Outcome::error(format!("IngressClass {name} does not exist"))
            .seeing(format!("the Ingress names {name}"))
            .remedy("it comes with the controller (Helm value createIngressClassResource), or choose another: --set ingress.class=NAME")
            .about(facts.ingress_node()));
    };
    Ok(match class_owner(class) {
        ClassOwner::Lbc => Outcome::ok(format!("IngressClass {name} is the controller's")).seeing(CLASS_CONTROLLER),
        ClassOwner::AutoMode => Outcome::error(format!(
            "IngressClass {name} is that of EKS Auto Mode, which is not supported"
        ))
        .seeing(class.text("/spec/controller").unwrap_or_default())
        .remedy("make an IngressClass with controller ingress.k8s.aws/alb and choose it: --set ingress.class=NAME")
        .about(facts.ingress_node()),
        ClassOwner::Other(other) => Outcome::error(format!("IngressClass {name} belongs to another controller"))
            .seeing(if other.is_empty() { "no spec.controller" } else { other })
            .remedy("choose a class with controller ingress.k8s.aws/alb: --set ingress.class=NAME")
            .about(facts.ingress_node()),
    })
}

/// Whether IngressClassParams say something else than the Ingress: they win.
pub(super) fn params(facts: &Facts<'_>) -> Verdict {
    let Some(params) = seen("the IngressClassParams", &facts.kube.class_params)? else {
        return Ok(Outcome::ok("no IngressClassParams override the Ingress"));
    };
    let said = |pointer: &str| facts.class_param(pointer).and_then(Value::as_str);
    let mut overridden = Vec::new();
    let scheme = facts.environment.ingress.scheme.word();
    if let Some(other) = said("/spec/scheme").filter(|other| *other != scheme) {
        overridden.push(format!("scheme: {other} (the lab wants {scheme})"));
    }
    if let Some(group) = said("/spec/group/name") {
        overridden.push(format!("group: {group} (the ALB is shared)"));
    }
    for (pointer, name) in [
        ("/spec/subnets", "subnets"),
        ("/spec/loadBalancerName", "loadBalancerName"),
        ("/spec/certificateArn", "certificateArn"),
        ("/spec/inboundCIDRs", "inboundCIDRs"),
    ] {
        if let Some(value) = params.at(pointer) {
            overridden.push(format!("{name}: {value}"));
        }
    }
    if overridden.is_empty() {
        return Ok(Outcome::ok("the IngressClassParams leave the lab's wishes alone").seeing(params.name().to_owned()));
    }
    Ok(Outcome::warning("the IngressClassParams win over the lab's wishes")
        .seeing(format!("{}: {}", params.name(), overridden.join("; ")))
        .remedy("change them, or choose a class without: --set ingress.class=NAME")
        .about(facts.ingress_node()))
}

/// Whether another Ingress of the group that shares the ALB answers the same requests: one of the two gets none.
pub(super) fn group(facts: &Facts<'_>) -> Verdict {
    let Some(group) = facts.ingress_annotation(Annotation::GROUP_NAME) else {
        return Ok(Outcome::ok("the ALB is the lab's alone"));
    };
    seen("the ALB", &facts.aws.balancer)?;
    let own = facts.object("Ingress").map(crate::lbc::routes).unwrap_or_default();
    let other_backends = &facts.aws.other_backends;
    let mut clashes = Vec::new();
    for (backend, routes) in other_backends {
        let taken = |route: &&Route| own.iter().any(|own| own.clashes_with(route));
        clashes.extend(routes.iter().filter(taken).map(|route| {
            let (hosts, paths) = (route.hosts.join(", "), route.paths.join(", "));
            format!("{backend} has {hosts}{paths} on port {}", route.port)
        }));
    }
    if clashes.is_empty() {
        let others = super::access::count(other_backends.len(), "other backend");
        return Ok(Outcome::ok("the lab's requests are its own in the group").seeing(format!("{group}: {others}")));
    }
    Ok(
        Outcome::error("another Ingress of the group answers the same requests: only one of the two gets any")
            .seeing(format!("IngressGroup {group}: {}", clashes.join("; ")))
            .remedy("give the lab a port of its own there: --set ingress.port=8081")
            .about(facts.ingress_node()),
    )
}

/// C2: the ALB must send to pods, not to nodes.
pub(super) fn target_type(facts: &Facts<'_>) -> Verdict {
    let params = seen("the IngressClassParams", &facts.kube.class_params)?.as_ref();
    let forced = params.and_then(|params| params.text("/spec/targetType"));
    let wanted = facts.ingress_annotation(Annotation::TARGET_TYPE);
    let (found, whence) = match forced {
        Some(found) => (Some(found), "IngressClassParams"),
        None => (wanted, "annotation alb.ingress.kubernetes.io/target-type"),
    };
    Ok(if found == Some("ip") {
        Outcome::ok("the ALB sends to the pods' addresses").seeing(format!("{whence}: ip"))
    } else {
        Outcome::error("the ALB would send to nodes, which Fargate does not allow")
            .seeing(format!("{whence}: {}", found.unwrap_or("missing, so instance")))
            .remedy("annotate the Ingress with alb.ingress.kubernetes.io/target-type: ip, or set spec.targetType: ip in the IngressClassParams")
            .about(facts.ingress_node())
    })
}
