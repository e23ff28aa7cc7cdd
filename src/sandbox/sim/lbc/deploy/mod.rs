//! Deploys a model in AWS, in the controller's order: security groups, target groups, load balancer, listeners, rules,
//! bindings. A failure leaves what came before it.

mod groups;
mod listeners;
mod load_balancer;
mod naming;
mod refusals;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::backends::GroupModel;
use super::model::Model;
use super::owned::{BINDING_FINALIZER, binding_labels};
use super::refused::Refused;
use super::stack::Stack;
use super::{NAME, STATUS_WRITER, failures, teardown};
use crate::k8s::objects;
use crate::sim::api::{self, BINDING, Note};
use crate::sim::balancer;
use crate::sim::quotas::{self, Amounts};
use crate::state::{Breakage, TargetGroup};
use crate::world::World;
use naming::{arn, tags};

/// Makes what is missing and removes what is too much; returns the load balancer's name in DNS.
pub(super) fn run(world: &mut World, stack: &Stack, model: &Model) -> Result<String, String> {
    let backend = groups::backend(world);
    let refused = |refusal: Option<Refused>, world: &World| refusal.map_or(Ok(()), |refused| Err(refused.text(world)));
    if model.security_groups.is_empty() {
        refused(refusals::of_security_group(model), world)?;
    }
    let groups = if model.security_groups.is_empty() {
        vec![groups::frontend(world, stack, model), backend.clone()]
    } else {
        model.security_groups.clone()
    };
    if world.is_broken(Breakage::Throttling) && failures(world, &stack.id) == 0 {
        let request = world.request_id("CreateTargetGroup");
        return Err(format!(
            "operation error Elastic Load Balancing v2: CreateTargetGroup, exceeded maximum number of attempts, 2, https response error StatusCode: 400, RequestID: {request}, api error Throttling: Rate exceeded"
        ));
    }
    if let Some(why) = exceeded(world, model) {
        return Err(Refused::elb_in("CreateListener", why).text(world));
    }
    for group in model.target_groups.values() {
        refused(refusals::of_target_group(group), world)?;
    }
    let arns = target_groups(world, stack, model);
    for group in model.target_groups.values() {
        refused(refusals::of_group_attributes(group), world)?;
    }
    let balancer = load_balancer::bring(world, stack, model, &groups)?;
    refused(refusals::of_attributes(model), world)?;
    refused(refusals::of_listeners(world, model), world)?;
    listeners::bring(world, stack, model, &balancer, &arns);
    for (name, arn) in &arns {
        bind(world, stack, model, (name, arn), &backend)?;
    }
    teardown::drop_unwanted(world, &stack.id, &arns);
    if let Some(why) = refusals::of_web_acl(world, model) {
        return Err(why);
    }
    let made = world.aws.load_balancers.get(&balancer);
    made.map(|balancer| balancer.dns_name.to_lowercase())
        .ok_or_else(|| format!("load balancer not found: {balancer}"))
}

/// Which quota the model exceeds, in AWS's words.
fn exceeded(world: &World, model: &Model) -> Option<&'static str> {
    let wanted = Amounts {
        listeners: model.ports.len(),
        rules: model.rules.values().map(|port| port.rules.len()).sum(),
        target_groups: model.target_groups.len(),
    };
    quotas::exceeded(world, &wanted)
}

/// ARNs of the model's target groups by name.
fn target_groups(world: &mut World, stack: &Stack, model: &Model) -> BTreeMap<String, String> {
    let mut arns = BTreeMap::new();
    for (name, wanted) in &model.target_groups {
        let mut groups = world.aws.target_groups.values();
        let known = groups.find(|group| group.name == *name).map(|group| group.arn.clone());
        if let Some(arn) = &known {
            set_health(world, arn, wanted);
        }
        let arn = known.unwrap_or_else(|| {
            let id = world.draw_hex(&format!("target group {name}"), 16);
            let group = TargetGroup {
                arn: arn(world, &format!("targetgroup/{name}/{id}")),
                name: name.clone(),
                port: wanted.port,
                target_type: wanted.target_type.clone(),
                load_balancers: Vec::new(),
                tags: tags(world, stack, model, &wanted.resource),
                health: health(wanted),
                targets: Vec::new(),
            };
            let arn = group.arn.clone();
            world.aws.target_groups.insert(arn.clone(), group);
            arn
        });
        arns.insert(name.clone(), arn);
    }
    arns
}

/// Path and codes of a target group's health checks.
fn health(wanted: &GroupModel) -> (String, String) {
    (wanted.health.path.clone(), wanted.health.codes.clone())
}

/// Changes how the targets of a group that is there are asked.
fn set_health(world: &mut World, arn: &str, wanted: &GroupModel) {
    let health = health(wanted);
    if world
        .aws
        .target_groups
        .get(arn)
        .is_none_or(|group| group.health == health)
    {
        return;
    }
    if let Some(group) = world.aws.target_groups.get_mut(arn) {
        group.health = health;
    }
    balancer::ask_group_again(world, arn);
}

/// The object in the cluster that binds a Service to a target group.
fn bind(
    world: &mut World,
    stack: &Stack,
    model: &Model,
    (name, arn): (&str, &str),
    backend: &str,
) -> Result<(), String> {
    let Some(wanted) = model.target_groups.get(name) else {
        return Ok(());
    };
    if world.kube.get(&BINDING.key(&wanted.namespace, name)).is_some() {
        return Ok(());
    }
    let labels = binding_labels(&stack.id);
    let binding = json!({
        "apiVersion": BINDING.api_version(),
        "kind": BINDING.kind,
        "metadata": {
            "name": name, "namespace": wanted.namespace, "labels": labels, "finalizers": [BINDING_FINALIZER],
        },
        "spec": {
            "ipAddressType": "ipv4",
            "networking": {"ingress": [{
                "from": [{"securityGroup": {"groupID": backend}}],
                "ports": [{"port": wanted.port, "protocol": "TCP"}],
            }]},
            "serviceRef": {"name": wanted.service, "port": wanted.service_port},
            "targetGroupARN": arn,
            "targetGroupProtocol": "HTTP",
            "targetType": wanted.target_type,
            "vpcID": world.facts.vpc,
        },
        "status": {"observedGeneration": 1},
    });
    let made = objects::create(world, NAME, binding);
    made.map(|_| ()).map_err(|status| status.message)
}

/// Gives the Ingresses the name, and reports that all is well.
pub(super) fn report(world: &mut World, stack: &Stack, model: &Model, host: &str) {
    let ports = model.ports.iter();
    let ports: Vec<Value> = ports.map(|(port, _)| json!({"port": port, "protocol": ""})).collect();
    for key in &stack.active {
        api::update(world, key, STATUS_WRITER, |ingress| {
            ingress["status"]["loadBalancer"] = json!({"ingress": [{"hostname": host, "ports": ports}]});
        });
        let note = Note {
            from: "ingress",
            warning: false,
            reason: "SuccessfullyReconciled",
            message: "Successfully reconciled",
        };
        api::emit(world, key, note);
    }
}
