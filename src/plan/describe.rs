//! The outline of what a change makes, from its node and from what the server makes of it.

use serde_json::Value;

use super::change::Change;
use super::input::PlanInput;
use super::outline::{AlbOutline, Outline, PortOutline, RuleOutline, SubnetOutline};
use crate::lbc::Exposure;
use crate::model::{Desired, NodeKind, Object, Op, PodSize, ProfileSpec, RoleSpec, pod_size};

/// What the change makes; `None` for what is only changed or deleted, and for kinds of which nothing is worth a line.
pub(crate) fn outline(input: &PlanInput<'_>, change: &Change) -> Option<Outline> {
    let node = &change.task.node;
    let is_made = matches!(change.task.op, Op::Create | Op::Replace);
    match &node.desired {
        Desired::AccessEntry(spec) if change.task.op != Op::None => Some(Outline::AccessEntry {
            principal: spec.principal_arn.clone(),
        }),
        Desired::Role(spec) if is_made => Some(role(spec)),
        Desired::Profile(spec) if is_made => Some(profile(input, spec)),
        Desired::Object(wanted) if is_made => {
            let result = input
                .kube
                .state(wanted)
                .map_or_else(|| wanted.clone(), |state| state.result(wanted));
            object(input, &node.id.kind, &result)
        }
        _ => None,
    }
}

fn role(spec: &RoleSpec) -> Outline {
    let statements = spec.trust.get("Statement");
    let each = || list(statements).into_iter();
    let services = each().flat_map(|statement| list(statement.pointer("/Principal/Service")));
    let sources = each()
        .filter_map(|statement| statement.get("Condition")?.as_object())
        .flat_map(|conditions| conditions.values())
        .flat_map(|keys| list(keys.get("aws:SourceArn")));
    let texts =
        |values: &mut dyn Iterator<Item = &Value>| values.filter_map(Value::as_str).map(str::to_owned).collect();
    Outline::Role {
        trusted: texts(&mut services.into_iter()),
        source_arns: texts(&mut sources.into_iter()),
        policy: spec.policy_arn.clone(),
        boundary: spec.permissions_boundary.clone(),
    }
}

/// A value of a policy document, where a list of one may be written as its element.
fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
    }
}

fn profile(input: &PlanInput<'_>, spec: &ProfileSpec) -> Outline {
    let subnet = |id: &String| SubnetOutline {
        id: id.clone(),
        zone: input.aws.subnet(id).map(|subnet| subnet.zone.clone()),
    };
    Outline::Profile {
        subnets: spec.subnets.iter().map(subnet).collect(),
        selectors: spec.selectors.clone(),
        role: spec.role_arn.clone(),
    }
}

fn object(input: &PlanInput<'_>, kind: &NodeKind, object: &Object) -> Option<Outline> {
    match kind {
        NodeKind::Service => Some(service(object)),
        NodeKind::Ingress => {
            let exposure = input.exposure?;
            let same = exposure.ingress.name() == object.name() && exposure.ingress.namespace() == object.namespace();
            same.then(|| Outline::Ingress(Box::new(alb(exposure))))
        }
        _ => workload(input, object),
    }
}

fn service(object: &Object) -> Outline {
    let port = |port: &Value| {
        let number = port.get("port")?.as_u64()?;
        let target = port.get("targetPort").map(plain);
        Some(PortOutline {
            port: number,
            target: target.unwrap_or_else(|| number.to_string()),
            protocol: port.get("protocol").map_or_else(|| "TCP".to_owned(), plain),
        })
    };
    Outline::Service {
        service_type: object.text("/spec/type").unwrap_or("ClusterIP").to_owned(),
        ports: object.items("/spec/ports").filter_map(port).collect(),
        selector: object.text_map("/spec/selector"),
    }
}

/// A text without quotes, anything else as it is.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn alb(exposure: &Exposure) -> AlbOutline {
    let settings = &exposure.settings;
    let listener = |port: &crate::lbc::ListenPort| {
        let protocol = if port.https { "HTTPS" } else { "HTTP" };
        format!("{protocol} {}", port.port)
    };
    AlbOutline {
        load_balancer: exposure.load_balancer.clone(),
        scheme: settings.scheme.value,
        inbound: exposure.inbound.clone(),
        listeners: settings.listeners.iter().map(listener).collect(),
        target_type: settings.target_type.value.clone(),
        group: settings.group.as_ref().map(|group| group.value.clone()),
        rules: rules(&exposure.ingress),
    }
}

fn rules(ingress: &Object) -> Vec<RuleOutline> {
    let mut rules = Vec::new();
    for rule in ingress.items("/spec/rules") {
        let host = rule.get("host").and_then(Value::as_str);
        for path in list(rule.pointer("/http/paths")) {
            rules.push(RuleOutline {
                host: host.map(str::to_owned),
                path: path.get("path").map_or_else(|| "/".to_owned(), plain),
                prefix: path.get("pathType").is_none_or(|kind| kind != "Exact"),
                backend: backend(path.get("backend")),
            });
        }
    }
    if let Some(default) = ingress.at("/spec/defaultBackend") {
        rules.push(RuleOutline {
            host: None,
            path: "/".to_owned(),
            prefix: true,
            backend: backend(Some(default)),
        });
    }
    rules
}

fn backend(backend: Option<&Value>) -> String {
    let of = |pointer: &str| backend.and_then(|backend| backend.pointer(pointer)).map(plain);
    let name = of("/service/name").unwrap_or_default();
    match of("/service/port/number").or_else(|| of("/service/port/name")) {
        Some(port) => format!("{name}:{port}"),
        None => name,
    }
}

/// Anything with a pod template.
fn workload(input: &PlanInput<'_>, object: &Object) -> Option<Outline> {
    let pod_spec = object
        .at("/spec/template/spec")
        .or_else(|| object.at("/spec/jobTemplate/spec/template/spec"))?;
    let images = ["initContainers", "containers"]
        .into_iter()
        .flat_map(|kind| list(pod_spec.get(kind)))
        .filter_map(|container| container.get("image")?.as_str())
        .map(str::to_owned);
    let own = object.number("/spec/replicas").and_then(|n| u64::try_from(n).ok());
    let is_the_game = |node: &crate::model::Node| node.id.kind == NodeKind::Deployment && node.id.name == object.name();
    let pods = match own {
        // An autoscaler's number, where one is in charge, is in the choice.
        Some(_) if input.stack.nodes.iter().any(is_the_game) => u64::from(input.replicas.count),
        own => own.unwrap_or(1),
    };
    Some(Outline::Workload {
        images: images.collect(),
        pods,
        billed: pod_size(pod_spec).map(PodSize::words),
    })
}
