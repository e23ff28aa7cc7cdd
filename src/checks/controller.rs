//! The AWS Load Balancer Controller and its IngressClass: without them an Ingress stays without an address for ever.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::model::{Controller, Route};

/// `spec.controller` of the classes that the AWS Load Balancer Controller serves.
const CONTROLLER: &str = "ingress.k8s.aws/alb";
/// The same of EKS Auto Mode.
const AUTO_MODE: &str = "eks.amazonaws.com/alb";
/// A leader renews its lease every two seconds and loses it after fifteen.
const STALE_LEASE: u64 = 20;

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
            controller.version.as_deref().unwrap_or("version unknown")
        )),
        None => Outcome::error("the AWS Load Balancer Controller is not installed: the Ingress would never get an ALB")
            .seeing("no Deployment labelled app.kubernetes.io/name=aws-load-balancer-controller")
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

/// `--name=value` arguments by name.
fn arguments(controller: &Controller) -> BTreeMap<&str, &str> {
    let args = controller.args.iter();
    args.filter_map(|arg| arg.trim_start_matches('-').split_once('='))
        .collect()
}

/// Whether its arguments let it serve the lab's Ingress.
pub(super) fn args(facts: &Facts<'_>) -> Verdict {
    let Some(controller) = controller(facts)? else {
        return Ok(absent());
    };
    let args = arguments(controller);
    let mut wrong = Vec::new();
    match args.get("cluster-name") {
        Some(name) if *name == facts.site.cluster => {}
        name => wrong.push(format!(
            "--cluster-name is {}, the cluster is {}",
            name.unwrap_or(&"missing"),
            facts.site.cluster
        )),
    }
    let class = &facts.environment.ingress.class;
    if let Some(served) = args
        .get("ingress-class")
        .filter(|s| !s.is_empty() && **s != class.as_str())
    {
        wrong.push(format!("--ingress-class is {served}, the lab uses {class}"));
    }
    let namespace = &facts.environment.app.namespace;
    if let Some(watched) = args
        .get("watch-namespace")
        .filter(|w| !w.is_empty() && **w != namespace.as_str())
    {
        wrong.push(format!("--watch-namespace is {watched}, the lab is in {namespace}"));
    }
    wrong.extend(missing_on_fargate(facts, controller, &args));
    if wrong.is_empty() {
        return Ok(Outcome::ok("the controller's arguments fit the lab").seeing(controller.args.join(" ")));
    }
    Ok(
        Outcome::error("the controller's arguments do not fit the lab: it would not serve the Ingress")
            .seeing(wrong.join("; "))
            .remedy("helm upgrade aws-load-balancer-controller … --reuse-values --set clusterName=…,region=…,vpcId=…")
            .about(facts.ingress_node()),
    )
}

/// On Fargate there is no instance metadata, so region and VPC must be told.
fn missing_on_fargate(facts: &Facts<'_>, controller: &Controller, args: &BTreeMap<&str, &str>) -> Vec<String> {
    let labels = controller.deployment.text_map("/spec/template/metadata/labels");
    let namespace = controller.deployment.namespace().unwrap_or_default();
    let profiles = facts.aws.profiles.known().map(Vec::as_slice).unwrap_or_default();
    let on_fargate = profiles
        .iter()
        .any(|profile| profile.selectors.iter().any(|s| s.covers(namespace, &labels)));
    if !on_fargate {
        return Vec::new();
    }
    ["aws-region", "aws-vpc-id"]
        .iter()
        .filter(|name| args.get(*name).is_none_or(|value| value.is_empty()))
        .map(|name| format!("--{name} is missing, and the controller runs on Fargate, where it cannot find out"))
        .collect()
}

/// Whether a leader is at work.
pub(super) fn lease(facts: &Facts<'_>) -> Verdict {
    let Some(controller) = controller(facts)? else {
        return Ok(absent());
    };
    let age = *seen("the controller's leader lease", &controller.lease_age)?;
    Ok(if age <= STALE_LEASE {
        Outcome::ok("the controller's leader is at work").seeing(format!("lease renewed {age} s ago"))
    } else {
        Outcome::warning("the controller's leader is not at work: nothing happens to Ingresses")
            .seeing(format!(
                "lease aws-load-balancer-controller-leader was renewed {age} s ago"
            ))
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
            .seeing("Service aws-load-balancer-webhook-service has no ready address")
            .remedy(format!(
                "kubectl -n {} get pods -l app.kubernetes.io/name=aws-load-balancer-controller",
                controller.deployment.namespace().unwrap_or("kube-system")
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
    Ok(match class.text("/spec/controller") {
        Some(CONTROLLER) => Outcome::ok(format!("IngressClass {name} is the controller's")).seeing(CONTROLLER),
        Some(AUTO_MODE) => Outcome::error(format!(
            "IngressClass {name} is that of EKS Auto Mode, which is not supported"
        ))
        .seeing(AUTO_MODE)
        .remedy("make an IngressClass with controller ingress.k8s.aws/alb and choose it: --set ingress.class=NAME")
        .about(facts.ingress_node()),
        other => Outcome::error(format!("IngressClass {name} belongs to another controller"))
            .seeing(other.unwrap_or("no spec.controller").to_owned())
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
    let Some(group) = facts.ingress_annotation("group.name") else {
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
    let wanted = facts.ingress_annotation("target-type");
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
