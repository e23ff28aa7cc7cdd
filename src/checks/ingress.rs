//! The Ingress as the controller takes it: its class, what the class's parameters make of it, who else shares the ALB,
//! and whether a request leads to the game.

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lbc::{
    CLASS_CONTROLLER, ClassOwner, Exposure, Flags, IngressFacts, Override, Reach, class_owner, overrides, routes,
};
use crate::model::{Endpoint, Route};

/// The outcome of a check that needs an Ingress where the templates have none.
fn absent() -> Outcome {
    Outcome::ok("the lab has no Ingress")
}

/// What becomes of the Ingress, as far as the parameters of its class are known.
fn exposure<'a>(facts: &Facts<'a>) -> Result<Option<&'a Exposure>, Unseen> {
    seen("the IngressClassParams", &facts.kube.class_params)?;
    Ok(facts.exposure)
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
        .seeing(class.text("/spec/controller").unwrap_or_default().to_owned())
        .remedy("make an IngressClass with controller ingress.k8s.aws/alb and choose it: --set ingress.class=NAME")
        .about(facts.ingress_node()),
        ClassOwner::Other(other) => Outcome::error(format!("IngressClass {name} belongs to another controller"))
            .seeing(if other.is_empty() {
                "no spec.controller".to_owned()
            } else {
                other.to_owned()
            })
            .remedy("choose a class with controller ingress.k8s.aws/alb: --set ingress.class=NAME")
            .about(facts.ingress_node()),
    })
}

/// Whether IngressClassParams say something else than the Ingress: they win.
pub(super) fn params(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let Some(params) = seen("the IngressClassParams", &facts.kube.class_params)? else {
        return Ok(Outcome::ok("no IngressClassParams override the Ingress"));
    };
    let overridden: Vec<String> = overrides(&IngressFacts {
        params: Some(params),
        ..IngressFacts::alone(&exposure.ingress)
    })
    .iter()
    .map(words)
    .collect();
    if overridden.is_empty() {
        return Ok(Outcome::ok("the IngressClassParams leave the lab's wishes alone").seeing(params.name().to_owned()));
    }
    Ok(Outcome::warning("the IngressClassParams win over the lab's wishes")
        .seeing(format!("{}: {}", params.name(), overridden.join("; ")))
        .remedy("change them, or choose a class without: --set ingress.class=NAME")
        .about(facts.ingress_node()))
}

fn words(overridden: &Override) -> String {
    let Override {
        field,
        value,
        instead_of,
    } = overridden;
    match (instead_of, *field) {
        (Some(wanted), _) => format!("{field}: {value} (the lab wants {wanted})"),
        (None, "group") => format!("group: {value} (the ALB is shared)"),
        (None, _) => format!("{field}: {value}"),
    }
}

/// Whether another Ingress of the group that shares the ALB answers the same requests: one of the two gets none.
pub(super) fn group(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let Some(group) = &exposure.settings.group else {
        return Ok(Outcome::ok("the ALB is the lab's alone"));
    };
    seen("the ALB", &facts.aws.balancer)?;
    let group = &group.value;
    let own = routes(&exposure.ingress, &exposure.settings);
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
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let found = &exposure.settings.target_type;
    let evidence = format!("{}: {}", found.source, found.value);
    Ok(if found.value == "ip" {
        Outcome::ok("the ALB sends to the pods' addresses").seeing(evidence)
    } else {
        Outcome::error("the ALB would send to nodes, which Fargate does not allow")
            .seeing(evidence)
            .remedy("annotate the Ingress with alb.ingress.kubernetes.io/target-type: ip, or set spec.targetType: ip in the IngressClassParams")
            .about(facts.ingress_node())
    })
}

/// Whether a request leads to the game.
pub(super) fn route(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let service = &facts.environment.app.service;
    Ok(match &exposure.reach {
        Reach::Open(endpoint) if !endpoint.headers.is_empty() => {
            Outcome::warning("only requests with a header that no browser sends lead to the game")
                .seeing(format!("{}, with {}", described(endpoint), headers(endpoint)))
                .about(facts.ingress_node())
        }
        Reach::Open(endpoint) => Outcome::ok("a request leads to the game").seeing(described(endpoint)),
        Reach::Narrowed { .. } => Outcome::warning(format!(
            "no plain request leads to the Service {service}, so the game cannot be asked from here"
        ))
        .seeing(exposure.reach.obstacle().unwrap_or_default())
        .about(facts.ingress_node()),
        Reach::Closed(why) => Outcome::error(format!("no request would lead to the Service {service}"))
            .seeing(why.clone())
            .remedy(
                "give the Ingress a rule whose backend is the Service and that no earlier rule takes everything from",
            )
            .about(facts.ingress_node()),
    })
}

fn described(endpoint: &Endpoint) -> String {
    match &endpoint.host {
        Some(host) => format!("{}, once the name {host} leads to the ALB", endpoint.url("<ALB>")),
        None if endpoint.https => {
            let url = endpoint.url("<CERTIFICATE>");
            format!("{url}, once the first name of the certificate leads to the ALB; ingress.host gives another")
        }
        None => endpoint.url("<ALB>"),
    }
}

fn headers(endpoint: &Endpoint) -> String {
    let headers = endpoint
        .headers
        .iter()
        .map(|(name, value)| format!("`{name}: {value}`"));
    headers.collect::<Vec<_>>().join(" and ")
}

/// The controller's flags, as far as it is known to be there.
pub(super) fn flags(facts: &Facts<'_>) -> Flags {
    let controller = facts.kube.controller.known().and_then(Option::as_ref);
    controller.map_or_else(Flags::default, |controller| Flags::of(&controller.deployment))
}
