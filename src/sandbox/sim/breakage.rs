//! Breaking things on purpose: each breakage is a changed fact of the world, and mending puts the fact right again.

use serde_json::Value;

use crate::state::{Breakage, Key};
use crate::world::World;

use super::api::{self, By, DEPLOYMENT, INGRESS, INGRESS_CLASS, SERVICE};
use super::balancer::{ask_again, load_balancer_deleted};
use super::genesis::{self, INTERNET, NAT};
use super::{lbc, profile};

/// Who breaks things: a human with kubectl.
const SOMEBODY: By = By("kubectl-edit", "");

/// Label value that no pod has, so that a Service with it in its selector has no endpoints.
const NOWHERE: &str = "mistyped";
/// The label that somebody has put into the selector of a Service.
const SELECTED_BY: &str = "app.kubernetes.io/component";

/// A cluster that is not there, and a namespace.
const ELSEWHERE: &str = "eksworkshop-2";
const OTHER_NAMESPACE: &str = "team-b";

/// The annotation by which an Ingress asks for another path of health checks, and one that the game does not have.
const HEALTH_PATH: &str = "alb.ingress.kubernetes.io/healthcheck-path";
const NO_PAGE: &str = "/healthz";

/// What has come of an attempt to break something or to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It is so now.
    Done,
    /// It was so before.
    AsBefore,
    /// There is no lab that it could be done to.
    NoLab,
}

/// Breaks something (`on`) or mends it, and changes the facts of the world accordingly.
///
/// Mending includes what its instructions say after every such repair: to restart the load balancer controller, which
/// therefore looks at everything again at once.
pub(crate) fn set_broken(world: &mut World, what: Breakage, on: bool) -> Attempt {
    let is_broken = world.is_broken(what) && lasts(world, what);
    if is_broken == on {
        return Attempt::AsBefore;
    }
    if on && what.needs_lab() && !has_lab(world) {
        return Attempt::NoLab;
    }
    world.set_broken(what, on);
    world.forget_seen();
    change(world, what, on);
    if !on {
        lbc::restart(world);
    }
    Attempt::Done
}

/// What has been broken on purpose and is so still: some of it can be mended by others, with kubectl or the AWS CLI.
pub(crate) fn broken(world: &World) -> Vec<Breakage> {
    let all = world.broken().filter(|what| lasts(world, *what));
    all.collect()
}

fn change(world: &mut World, what: Breakage, on: bool) {
    match what {
        Breakage::LbcAbsent => scale_controller(world, if on { 0 } else { 2 }),
        Breakage::LbcCluster => set_flag(world, "--cluster-name", on.then_some(ELSEWHERE)),
        Breakage::LbcNamespace => set_flag(world, "--watch-namespace", on.then_some(OTHER_NAMESPACE)),
        Breakage::ClassMissing => set_class(world, !on),
        Breakage::NoNat | Breakage::PublicSubnets => set_routes(world),
        Breakage::UntaggedSubnets => set_role_tags(world, !on),
        Breakage::NoFreeIps => set_free_addresses(world, on),
        Breakage::OneZone => set_zones(world, on),
        Breakage::StaleAccessEntry => set_stale_entries(world, on),
        Breakage::DnsOff => world.aws.vpc.dns_hostnames = !on,
        Breakage::WebhookDown => misdirect_webhook(world, on),
        Breakage::Firewall => set_firewall(world, on),
        Breakage::ServiceSelector => misdirect_service(world, on),
        Breakage::HealthPath => set_health_path(world, on),
        // The controller makes them anew when it is restarted.
        Breakage::AlbDeleted if on => delete_balancers(world),
        Breakage::ListenerDeleted if on => delete_listeners(world),
        // Facts that have no other place than the list of what is broken: the rights of the controller's role, what the
        // image registry holds, the moods of AWS, the account's quota.
        Breakage::LbcDenied
        | Breakage::LbcIdentity
        | Breakage::WebhookCertificate
        | Breakage::ImageMissing
        | Breakage::ImageArm
        | Breakage::PullLimit
        | Breakage::PodQuota
        | Breakage::NoAccess
        | Breakage::ProfileFailed
        | Breakage::Throttling
        | Breakage::Quota
        | Breakage::AlbDeleted
        | Breakage::ListenerDeleted => {}
    }
}

/// Whether what was broken is so still, as far as others can mend it.
fn lasts(world: &World, what: Breakage) -> bool {
    let mut balancers = world
        .aws
        .load_balancers
        .values()
        .filter(|balancer| lbc::is_made(world, &balancer.tags));
    match what {
        Breakage::LbcAbsent => api::int(controller(world), "/spec/replicas") == Some(0),
        Breakage::LbcCluster => lbc::flag(world, "--cluster-name") != Some(&world.facts.cluster),
        Breakage::LbcNamespace => lbc::flag(world, "--watch-namespace").is_some(),
        Breakage::ClassMissing => world.kube.get(&INGRESS_CLASS.key("", lbc::CLASS)).is_none(),
        Breakage::Firewall => !lbc::is_open(world),
        Breakage::ServiceSelector => services_of_labs(world).any(|(_, service)| is_misdirected(service)),
        Breakage::HealthPath => {
            ingresses(world).any(|(_, ingress)| api::annotation(ingress, HEALTH_PATH) == Some(NO_PAGE))
        }
        Breakage::AlbDeleted => {
            let names: Vec<String> = balancers.map(|balancer| balancer.dns_name.to_lowercase()).collect();
            let hosts =
                ingresses(world).map(|(_, ingress)| api::text(ingress, "/status/loadBalancer/ingress/0/hostname"));
            let mut hosts = hosts.filter(|host| !host.is_empty());
            hosts.any(|host| !names.iter().any(|name| name == host))
        }
        Breakage::ListenerDeleted => balancers.any(|balancer| balancer.serves() && balancer.listeners.is_empty()),
        _ => true,
    }
}

fn controller(world: &World) -> &Value {
    world
        .kube
        .get(&DEPLOYMENT.key(lbc::HOME, lbc::NAME))
        .unwrap_or(&Value::Null)
}

fn ingresses(world: &World) -> impl Iterator<Item = (&Key, &Value)> {
    INGRESS.list(world, None)
}

/// Services that are not the system's.
fn services_of_labs(world: &World) -> impl Iterator<Item = (&Key, &Value)> {
    let all = SERVICE.list(world, None);
    all.filter(|(key, service)| {
        !matches!(key.namespace.as_str(), "kube-system" | "default") && service["spec"]["selector"].is_object()
    })
}

/// Whether there is a lab with a load balancer.
fn has_lab(world: &World) -> bool {
    let mut balancers = world.aws.load_balancers.values();
    balancers.any(|balancer| lbc::is_made(world, &balancer.tags)) && services_of_labs(world).next().is_some()
}

/// Gives the controller's Deployment a flag, or the one that it had.
fn set_flag(world: &mut World, flag: &str, value: Option<&str>) {
    let usual = (flag == "--cluster-name").then(|| world.facts.cluster.clone());
    let value = value.map(str::to_owned).or(usual);
    let key = DEPLOYMENT.key(lbc::HOME, lbc::NAME);
    api::update(world, &key, SOMEBODY, |deployment| {
        let Some(args) = deployment["spec"]["template"]["spec"]["containers"][0]["args"].as_array_mut() else {
            return;
        };
        args.retain(|arg| !arg.as_str().is_some_and(|arg| arg.starts_with(flag)));
        args.extend(value.map(|value| Value::from(format!("{flag}={value}"))));
    });
}

fn set_class(world: &mut World, there: bool) {
    if there {
        genesis::add_class(world);
    } else {
        api::delete(world, &INGRESS_CLASS.key("", lbc::CLASS));
    }
}

/// Either is noticed when the targets are asked next.
fn set_firewall(world: &mut World, shut: bool) {
    lbc::set_open(world, !shut);
    ask_again(world);
}

fn is_misdirected(service: &Value) -> bool {
    service["spec"]["selector"][SELECTED_BY] == NOWHERE
}

fn misdirect_service(world: &mut World, wrong: bool) {
    let keys: Vec<Key> = services_of_labs(world).map(|(key, _)| key.clone()).collect();
    for key in keys {
        api::update(world, &key, SOMEBODY, |service| {
            if let Some(selector) = service["spec"]["selector"].as_object_mut() {
                if wrong {
                    selector.insert(SELECTED_BY.to_owned(), NOWHERE.into());
                } else {
                    selector.remove(SELECTED_BY);
                }
            }
        });
    }
}

fn set_health_path(world: &mut World, wrong: bool) {
    let keys: Vec<Key> = ingresses(world).map(|(key, _)| key.clone()).collect();
    for key in keys {
        api::update(world, &key, SOMEBODY, |ingress| {
            let annotations = &mut ingress["metadata"]["annotations"];
            if wrong {
                annotations[HEALTH_PATH] = NO_PAGE.into();
            } else if let Some(annotations) = annotations.as_object_mut() {
                annotations.remove(HEALTH_PATH);
            }
        });
    }
}

fn delete_balancers(world: &mut World) {
    for arn in balancers_of_labs(world) {
        load_balancer_deleted(world, &arn);
    }
}

fn delete_listeners(world: &mut World) {
    for arn in balancers_of_labs(world) {
        if let Some(balancer) = world.aws.load_balancers.get_mut(&arn) {
            balancer.listeners.clear();
        }
    }
}

fn balancers_of_labs(world: &World) -> Vec<String> {
    let all = world.aws.load_balancers.values();
    let made = all.filter(|balancer| lbc::is_made(world, &balancer.tags));
    made.map(|balancer| balancer.arn.clone()).collect()
}

fn scale_controller(world: &mut World, replicas: i64) {
    let key = DEPLOYMENT.key(lbc::HOME, lbc::NAME);
    api::update(world, &key, SOMEBODY, |deployment| {
        deployment["spec"]["replicas"] = replicas.into();
    });
}

/// The way of the private subnets to the internet, as what is broken leaves it.
fn set_routes(world: &mut World) {
    let direct = world.is_broken(Breakage::PublicSubnets);
    let lost = world.is_broken(Breakage::NoNat);
    if let Some(gateway) = world.aws.nat_gateways.get_mut(NAT) {
        gateway.state = String::from(if lost { "deleted" } else { "available" });
    }
    for id in genesis::private_ids() {
        let table = world
            .aws
            .route_table_of(id)
            .map(|table| table.id.clone())
            .unwrap_or_default();
        let routes = world.aws.route_tables.get_mut(&table).map(|table| &mut table.routes);
        for route in routes
            .into_iter()
            .flatten()
            .filter(|route| route.destination == "0.0.0.0/0")
        {
            route.via = String::from(if direct { INTERNET } else { NAT });
            route.state = String::from(if lost && !direct { "blackhole" } else { "active" });
        }
    }
}

fn set_role_tags(world: &mut World, tagged: bool) {
    for subnet in world.aws.subnets.values_mut() {
        if let Some(tag) = genesis::role_tag(&subnet.id) {
            if tagged {
                subnet.tags.insert(tag.to_owned(), "1".to_owned());
            } else {
                subnet.tags.remove(tag);
            }
        }
    }
}

fn set_free_addresses(world: &mut World, none: bool) {
    for id in genesis::private_ids() {
        let Some(subnet) = world.aws.subnets.get(id).cloned() else {
            continue;
        };
        let free = world.aws.free_addresses(&subnet);
        if let Some(subnet) = world.aws.subnets.get_mut(id) {
            subnet.reserved = if none {
                subnet.reserved + free
            } else {
                genesis::RESERVED_PRIVATE
            };
        }
    }
}

fn set_zones(world: &mut World, one: bool) {
    let region = world.facts.region.clone();
    for subnet in world.aws.subnets.values_mut() {
        let original = genesis::zone_of(&region, &subnet.id);
        let zone = if one {
            Some((format!("{region}a"), "apne2-az1".to_owned()))
        } else {
            original
        };
        if let Some((zone, zone_id)) = zone {
            (subnet.zone, subnet.zone_id) = (zone, zone_id);
        }
    }
}

/// Entries of earlier roles for all roles that Fargate uses; those of roles to come are left when they are made.
fn set_stale_entries(world: &mut World, stale: bool) {
    let now = world.now();
    let roles: Vec<(String, String)> = world
        .aws
        .roles
        .values()
        .filter(|role| profile::is_for_fargate(role))
        .map(|role| (role.arn.clone(), role.id.clone()))
        .collect();
    for (arn, id) in roles {
        if stale {
            profile::leave_stale_entry(world, &arn);
        } else if let Some(entry) = world.aws.access_entries.get_mut(&arn) {
            entry.role_id = id;
            entry.created = now;
        }
    }
    if !stale {
        let known: Vec<String> = world.aws.roles.values().map(|role| role.arn.clone()).collect();
        world
            .aws
            .access_entries
            .retain(|arn, entry| entry.kind != "FARGATE_LINUX" || known.contains(arn));
    }
}

fn misdirect_webhook(world: &mut World, wrong: bool) {
    let key = SERVICE.key(lbc::HOME, lbc::WEBHOOK_SERVICE);
    let right = if wrong { NOWHERE } else { lbc::NAME };
    api::update(world, &key, SOMEBODY, |service| {
        service["spec"]["selector"]["app.kubernetes.io/instance"] = Value::from(right);
    });
}
