//! The Ingress as the controller takes it: its class, what the class's parameters make of it, who else shares the ALB,
//! and whether a request leads to the game.

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lang::{Text, text};
use crate::lbc::{
    CLASS_CONTROLLER, ClassOwner, Exposure, Flags, IngressFacts, Override, PARAMS_KIND, Reach, Setting, Source,
    class_owner, overrides, routes,
};
use crate::model::{Endpoint, Route};

/// The outcome of a check that needs an Ingress where the templates have none.
fn absent() -> Outcome {
    Outcome::ok(text!("check-cluster-no-ingress"))
}

/// What becomes of the Ingress, as far as the parameters of its class are known.
fn exposure<'a>(facts: &Facts<'a>) -> Result<Option<&'a Exposure>, Unseen> {
    seen(text!("check-what-class-params"), &facts.kube.class_params)?;
    Ok(facts.exposure)
}

/// Whether the Ingress's class exists and is the controller's.
pub(super) fn class(facts: &Facts<'_>) -> Verdict {
    let name = &facts.environment.ingress.class;
    let Some(class) = seen(text!("check-what-class"), &facts.kube.ingress_class)? else {
        return Ok(Outcome::error(text!("check-cluster-no-class", name = name))
            .seeing(text!("check-cluster-class-named", name = name))
            .remedy(text!("check-cluster-no-class-remedy"))
            .about(facts.ingress_node()));
    };
    Ok(match class_owner(class) {
        ClassOwner::Lbc => Outcome::ok(text!("check-cluster-class-fits", name = name)).seeing(CLASS_CONTROLLER),
        ClassOwner::AutoMode => Outcome::error(text!("check-cluster-class-auto-mode", name = name))
            .seeing(class.text("/spec/controller").unwrap_or_default().to_owned())
            .remedy(text!("check-cluster-class-auto-mode-remedy"))
            .about(facts.ingress_node()),
        ClassOwner::Other(other) => Outcome::error(text!("check-cluster-class-of-others", name = name))
            .seeing(if other.is_empty() {
                text!("check-cluster-class-without-controller")
            } else {
                Text::verbatim(other.to_owned())
            })
            .remedy(text!("check-cluster-class-of-others-remedy"))
            .about(facts.ingress_node()),
    })
}

/// Whether IngressClassParams say something else than the Ingress: they win.
pub(super) fn params(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let Some(params) = seen(text!("check-what-class-params"), &facts.kube.class_params)? else {
        return Ok(Outcome::ok(text!("check-cluster-no-params")));
    };
    let overridden: Vec<Text> = overrides(&IngressFacts {
        params: Some(params),
        ..IngressFacts::alone(&exposure.ingress)
    })
    .iter()
    .map(words)
    .collect();
    if overridden.is_empty() {
        return Ok(Outcome::ok(text!("check-cluster-params-agree")).seeing(params.name().to_owned()));
    }
    Ok(Outcome::warning(text!("check-cluster-params-win"))
        .seeing(Text::list(
            [Text::verbatim(params.name().to_owned()), Text::list(overridden, "; ")],
            ": ",
        ))
        .remedy(text!("check-cluster-params-win-remedy"))
        .about(facts.ingress_node()))
}

fn words(overridden: &Override) -> Text {
    let Override {
        field,
        value,
        instead_of,
    } = overridden;
    match (instead_of, *field) {
        (Some(wanted), _) => text!(
            "check-cluster-param-instead",
            field = *field,
            value = value,
            wanted = wanted
        ),
        (None, "group") => text!("check-cluster-param-group", value = value),
        (None, _) => Text::verbatim(format!("{field}: {value}")),
    }
}

/// Whether another Ingress of the group that shares the ALB answers the same requests: one of the two gets none.
pub(super) fn group(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let Some(group) = &exposure.settings.group else {
        return Ok(Outcome::ok(text!("check-cluster-alb-alone")));
    };
    seen(text!("check-what-balancer"), &facts.aws.balancer)?;
    let group = &group.value;
    let own = routes(&exposure.ingress, &exposure.settings);
    let other_backends = &facts.aws.other_backends;
    let mut clashes = Vec::new();
    for (backend, routes) in other_backends {
        let taken = |route: &&Route| own.iter().any(|own| own.clashes_with(route));
        clashes.extend(routes.iter().filter(taken).map(|route| {
            let requests = format!("{}{}", route.hosts.join(", "), route.paths.join(", "));
            text!(
                "check-cluster-group-clash",
                backend = backend,
                requests = requests,
                port = u32::from(route.port)
            )
        }));
    }
    if clashes.is_empty() {
        return Ok(Outcome::ok(text!("check-cluster-group-peaceful")).seeing(text!(
            "check-cluster-group-others",
            group = group,
            count = other_backends.len()
        )));
    }
    Ok(Outcome::error(text!("check-cluster-group-clashes"))
        .seeing(Text::list(
            [
                Text::verbatim(format!("IngressGroup {group}")),
                Text::list(clashes, "; "),
            ],
            ": ",
        ))
        .remedy(text!("check-cluster-group-clashes-remedy"))
        .about(facts.ingress_node()))
}

/// C2: the ALB must send to pods, not to nodes.
pub(super) fn target_type(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let found = &exposure.settings.target_type;
    let evidence = setting(found);
    Ok(if found.value == "ip" {
        Outcome::ok(text!("check-cluster-targets-pods")).seeing(evidence)
    } else {
        Outcome::error(text!("check-cluster-targets-nodes"))
            .seeing(evidence)
            .remedy(text!("check-cluster-targets-nodes-remedy"))
            .about(facts.ingress_node())
    })
}

/// A setting with where it comes from.
pub(super) fn setting(found: &Setting<String>) -> Text {
    let source = match found.source {
        Source::Params => Text::verbatim(PARAMS_KIND),
        Source::Service(annotation) => text!("check-cluster-from-service", key = annotation.key()),
        Source::Ingress(annotation) => text!("check-cluster-from-annotation", key = annotation.key()),
        Source::Flag => text!("check-cluster-from-flag"),
        Source::Default => text!("check-cluster-from-default"),
    };
    Text::list([source, Text::verbatim(found.value.clone())], ": ")
}

/// Whether a request leads to the game.
pub(super) fn route(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = exposure(facts)? else {
        return Ok(absent());
    };
    let service = &facts.environment.app.service;
    Ok(match &exposure.reach {
        Reach::Open(endpoint) if !endpoint.headers.is_empty() => {
            Outcome::warning(text!("check-cluster-route-by-header"))
                .seeing(text!(
                    "check-cluster-way-with-headers",
                    way = described(endpoint),
                    headers = headers(endpoint)
                ))
                .about(facts.ingress_node())
        }
        Reach::Open(endpoint) => Outcome::ok(text!("check-cluster-route-open")).seeing(described(endpoint)),
        Reach::Narrowed { .. } => Outcome::warning(text!("check-cluster-route-narrowed", service = service))
            .seeing(exposure.reach.obstacle().unwrap_or_default())
            .about(facts.ingress_node()),
        Reach::Closed(why) => Outcome::error(text!("check-cluster-route-closed", service = service))
            .seeing(why.clone())
            .remedy(text!("check-cluster-route-closed-remedy"))
            .about(facts.ingress_node()),
    })
}

fn described(endpoint: &Endpoint) -> Text {
    match &endpoint.host {
        Some(host) => text!("check-cluster-way-by-name", url = endpoint.url("<ALB>"), host = host),
        None if endpoint.https => text!("check-cluster-way-by-certificate", url = endpoint.url("<CERTIFICATE>")),
        None => Text::verbatim(endpoint.url("<ALB>")),
    }
}

fn headers(endpoint: &Endpoint) -> Text {
    let headers = endpoint.headers.iter();
    let headers = headers.map(|(name, value)| Text::verbatim(format!("`{name}: {value}`")));
    let both = headers.reduce(|some, more| text!("check-cluster-both", some = some, more = more));
    both.unwrap_or_default()
}

/// The controller's flags, as far as it is known to be there.
pub(super) fn flags(facts: &Facts<'_>) -> Flags {
    let controller = facts.kube.controller.known().and_then(Option::as_ref);
    controller.map_or_else(Flags::default, |controller| Flags::of(&controller.deployment))
}
