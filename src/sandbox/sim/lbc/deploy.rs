//! Carries a model out in AWS, in the controller's order: security groups, target groups, load balancer, listeners, rules,
//! bindings. A failure leaves what came before it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::k8s::objects;
use crate::state::Breakage;
use crate::state::{Listener, LoadBalancer, Rule, SecurityGroup, TargetGroup};
use crate::world::World;

use super::super::api::{self, BINDING, Note};
use super::super::{balancer, durations, network};
use super::model::{Model, RuleModel};
use super::owned::{BACKEND_TAG, BINDING_FINALIZER, CLUSTER_TAG, RESOURCE_TAG, STACK_TAG, Tags, balancer_of};
use super::stack::Stack;
use super::{NAME, STATUS_WRITER, failures, is_denied, names, teardown};
use crate::state::Action;

/// Tags of a resource: what the user asks for, and the three that always win.
fn tags(world: &World, stack: &Stack, model: &Model, resource: &str) -> Tags {
    let mut tags = model.tags.clone();
    tags.insert(CLUSTER_TAG.to_owned(), world.facts.cluster.clone());
    tags.insert(STACK_TAG.to_owned(), stack.id.clone());
    tags.insert(RESOURCE_TAG.to_owned(), resource.to_owned());
    tags
}

fn arn(world: &World, resource: &str) -> String {
    let (region, account) = (&world.facts.region, &world.facts.account);
    format!("arn:aws:elasticloadbalancing:{region}:{account}:{resource}")
}

/// Makes what is missing and removes what is too much; returns the load balancer's name in DNS.
pub(super) fn run(world: &mut World, stack: &Stack, model: &Model) -> Result<String, String> {
    let backend = backend_group(world);
    let groups = if model.security_groups.is_empty() {
        vec![frontend_group(world, stack, model), backend.clone()]
    } else {
        model.security_groups.clone()
    };
    if world.is_broken(Breakage::Throttling) && failures(world, &stack.id) == 0 {
        let request = world.draw_uuid();
        return Err(format!(
            "operation error Elastic Load Balancing v2: CreateTargetGroup, exceeded maximum number of attempts, 2, https response error StatusCode: 400, RequestID: {request}, api error Throttling: Rate exceeded"
        ));
    }
    let arns = target_groups(world, stack, model);
    let balancer = load_balancer(world, stack, model, &groups)?;
    listeners(world, stack, model, &balancer, &arns)?;
    for (name, arn) in &arns {
        bind(world, stack, model, (name, arn), &backend)?;
    }
    teardown::drop_unwanted(world, &stack.id, &arns);
    let made = world.aws.load_balancers.get(&balancer);
    made.map(|balancer| balancer.dns_name.to_lowercase())
        .ok_or_else(|| format!("load balancer not found: {balancer}"))
}

/// The security group that all load balancers of the cluster share on their way to the pods.
fn backend_group(world: &mut World) -> String {
    let name = names::backend_group(&world.facts.cluster);
    if let Some(group) = world.aws.security_groups.values().find(|group| group.name == name) {
        return group.id.clone();
    }
    let mut tags = Tags::new();
    tags.insert(CLUSTER_TAG.to_owned(), world.facts.cluster.clone());
    tags.insert(BACKEND_TAG.0.to_owned(), BACKEND_TAG.1.to_owned());
    add_group(
        world,
        &name,
        "[k8s] Shared Backend SecurityGroup for LoadBalancer",
        tags,
    )
}

fn frontend_group(world: &mut World, stack: &Stack, model: &Model) -> String {
    let name = names::frontend_group(&world.facts.cluster, &stack.id);
    let mut groups = world.aws.security_groups.values();
    let known = groups.find(|group| group.name == name).map(|group| group.id.clone());
    let id = known.unwrap_or_else(|| {
        let tags = tags(world, stack, model, "ManagedLBSecurityGroup");
        add_group(world, &name, "[k8s] Managed SecurityGroup for LoadBalancer", tags)
    });
    let mut rules = Vec::new();
    for (port, _) in &model.ports {
        for cidr in &model.cidrs {
            rules.push(("tcp".to_owned(), *port, *port, cidr.clone(), String::new()));
        }
    }
    let known = world.aws.security_groups.get(&id);
    if known.is_some_and(|group| group.rules != rules)
        && let Some(group) = world.aws.security_groups.get_mut(&id)
    {
        group.rules = rules;
    }
    id
}

fn add_group(world: &mut World, name: &str, description: &str, tags: Tags) -> String {
    let group = SecurityGroup {
        id: format!("sg-{}", world.draw_hex(17)),
        name: name.to_owned(),
        description: description.to_owned(),
        tags,
        rules: Vec::new(),
    };
    let id = group.id.clone();
    world.aws.security_groups.insert(id.clone(), group);
    id
}

/// ARNs of the model's target groups by name.
fn target_groups(world: &mut World, stack: &Stack, model: &Model) -> BTreeMap<String, String> {
    let mut arns = BTreeMap::new();
    for (name, wanted) in &model.target_groups {
        let mut groups = world.aws.target_groups.values();
        let known = groups.find(|group| group.name == *name).map(|group| group.arn.clone());
        let arn = known.unwrap_or_else(|| {
            let id = world.draw_hex(16);
            let group = TargetGroup {
                arn: arn(world, &format!("targetgroup/{name}/{id}")),
                name: name.clone(),
                port: wanted.port,
                target_type: wanted.target_type.clone(),
                load_balancers: Vec::new(),
                tags: tags(world, stack, model, &wanted.resource),
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

fn load_balancer(world: &mut World, stack: &Stack, model: &Model, groups: &[String]) -> Result<String, String> {
    let known = balancer_of(world, &stack.id).map(|balancer| {
        let same = balancer.name == model.name && balancer.scheme == model.scheme;
        (balancer.arn.clone(), same)
    });
    match known {
        Some((arn, true)) => {
            let tags = tags(world, stack, model, "LoadBalancer");
            if let Some(balancer) = world.aws.load_balancers.get_mut(&arn) {
                balancer.subnets.clone_from(&model.subnets);
                balancer.security_groups = groups.to_vec();
                balancer.deletion_protection = model.protected;
                balancer.tags.extend(tags);
            }
            return Ok(arn);
        }
        Some((arn, false)) => balancer::load_balancer_deleted(world, &arn),
        None => {}
    }
    refusal(world, model)?;
    let tags = tags(world, stack, model, "LoadBalancer");
    Ok(create_balancer(world, model, groups, tags))
}

/// Why AWS refuses to make the load balancer.
fn refusal(world: &mut World, model: &Model) -> Result<(), String> {
    let name = &model.name;
    let (status, why) = if is_denied(world) {
        let account = &world.facts.account;
        let resource = arn(world, &format!("loadbalancer/app/{name}/*"));
        (
            403,
            format!(
                "api error AccessDenied: User: arn:aws:sts::{account}:assumed-role/AmazonEKSLoadBalancerControllerRole/1795476041 is not authorized to perform: elasticloadbalancing:CreateLoadBalancer on resource: {resource} because no identity-based policy allows the elasticloadbalancing:CreateLoadBalancer action"
            ),
        )
    } else if world.is_broken(Breakage::Quota) {
        let why = "TooManyLoadBalancers: The maximum number of load balancers has been reached";
        (400, why.to_owned())
    } else if world.aws.load_balancers.values().any(|balancer| balancer.name == *name) {
        let why = format!(
            "DuplicateLoadBalancerName: A load balancer with the same name {name} exists, but with different settings"
        );
        (400, why)
    } else {
        return Ok(());
    };
    let request = world.draw_uuid();
    Err(format!(
        "operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: {status}, RequestID: {request}, {why}"
    ))
}

fn create_balancer(world: &mut World, model: &Model, groups: &[String], tags: Tags) -> String {
    let id = world.draw_hex(16);
    let number = 100_000_000 + world.draw() % 1_900_000_000;
    let prefix = if model.scheme == "internal" { "internal-" } else { "" };
    let name = &model.name;
    let balancer = LoadBalancer {
        arn: arn(world, &format!("loadbalancer/app/{name}/{id}")),
        name: name.clone(),
        dns_name: format!("{prefix}{name}-{number}.{}.elb.amazonaws.com", world.facts.region),
        scheme: model.scheme.clone(),
        state: "provisioning".to_owned(),
        subnets: model.subnets.clone(),
        security_groups: groups.to_vec(),
        tags,
        created: world.now(),
        deletion_protection: model.protected,
        listeners: Vec::new(),
    };
    let arn = balancer.arn.clone();
    for subnet in &model.subnets {
        network::take_address(world, subnet, &balancer::interface_description(&arn), groups);
    }
    world.aws.load_balancers.insert(arn.clone(), balancer);
    let wait = durations::BALANCER_PROVISIONING.draw(world);
    let now = world.now();
    let action = Action::BalancerActive { arn: arn.clone() };
    world.agenda.after(now, wait, action);
    arn
}

/// Brings listeners and rules in line; what has not changed keeps its ARN.
fn listeners(
    world: &mut World,
    stack: &Stack,
    model: &Model,
    balancer: &str,
    groups: &BTreeMap<String, String>,
) -> Result<(), String> {
    if model.ports.iter().any(|(_, secure)| *secure) && model.certificates.is_empty() {
        let request = world.draw_uuid();
        return Err(format!(
            "operation error Elastic Load Balancing v2: CreateListener, https response error StatusCode: 400, RequestID: {request}, api error ValidationError: A certificate must be specified for HTTPS listeners"
        ));
    }
    let old = world.aws.load_balancers.get(balancer);
    let old = old.map(|balancer| balancer.listeners.clone()).unwrap_or_default();
    let path = balancer.split_once("loadbalancer/").map_or("", |(_, path)| path);
    let mut new = Vec::new();
    for (port, secure) in &model.ports {
        let protocol = if *secure { "HTTPS" } else { "HTTP" };
        let known = |listener: &&Listener| listener.port == *port && listener.protocol == protocol;
        let mut listener = match old.iter().find(known) {
            Some(listener) => listener.clone(),
            None => Listener {
                arn: format!("{}/{}", arn(world, &format!("listener/{path}")), world.draw_hex(16)),
                port: *port,
                protocol: protocol.to_owned(),
                rules: Vec::new(),
                tags: tags(world, stack, model, &port.to_string()),
            },
        };
        rules(world, stack, model, &mut listener, groups);
        new.push(listener);
    }
    let rules = new.iter().flat_map(|listener| &listener.rules);
    let used: Vec<String> = rules.filter_map(|rule| rule.target_group.clone()).collect();
    for group in world.aws.target_groups.values_mut() {
        group.load_balancers.retain(|user| user != balancer);
        if used.contains(&group.arn) {
            group.load_balancers.push(balancer.to_owned());
        }
    }
    if let Some(balancer) = world.aws.load_balancers.get_mut(balancer) {
        balancer.listeners = new;
    }
    Ok(())
}

fn rules(world: &mut World, stack: &Stack, model: &Model, listener: &mut Listener, groups: &BTreeMap<String, String>) {
    let old = std::mem::take(&mut listener.rules);
    let same = |rule: &Rule, wanted: &RuleModel, group: &Option<String>| {
        rule.hosts == wanted.hosts && rule.paths == wanted.paths && rule.target_group == *group
    };
    let base = listener.arn.replacen(":listener/", ":listener-rule/", 1);
    let wanted = model.rules.iter().filter(|rule| rule.ports.contains(&listener.port));
    for (wanted, priority) in wanted.zip(1_u32..) {
        let target_group = wanted.target_group.as_ref().and_then(|name| groups.get(name)).cloned();
        let known = old.iter().find(|rule| same(rule, wanted, &target_group));
        let arn = match known {
            Some(rule) => rule.arn.clone(),
            None => format!("{base}/{}", world.draw_hex(16)),
        };
        listener.rules.push(Rule {
            arn,
            priority,
            hosts: wanted.hosts.clone(),
            paths: wanted.paths.clone(),
            target_group,
            tags: tags(world, stack, model, &format!("{}:{priority}", listener.port)),
        });
    }
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
    let labels = match stack.id.split_once('/') {
        Some((namespace, ingress)) => {
            json!({"ingress.k8s.aws/stack-name": ingress, "ingress.k8s.aws/stack-namespace": namespace})
        }
        None => json!({"ingress.k8s.aws/stack": stack.id}),
    };
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

/// Tells the Ingresses the name, and that all is well.
pub(super) fn tell(world: &mut World, stack: &Stack, model: &Model, host: &str) {
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
