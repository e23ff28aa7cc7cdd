//! Breaking things on purpose: each breakage is a changed fact of the world, and mending puts the fact right again.

use serde_json::Value;

use crate::state::Breakage;
use crate::world::World;

use super::api::{self, By, DEPLOYMENT, SERVICE};
use super::genesis::{self, INTERNET, NAT};
use super::{lbc, profile};

/// Who breaks things: a human with kubectl.
const SOMEBODY: By = By("kubectl-edit", "");

/// Label value that no pod has, so that a Service with it in its selector has no endpoints.
const NOWHERE: &str = "mistyped";

/// Breaks something (`on`) or mends it, and changes the facts of the world accordingly; `false` if it was so before.
///
/// Mending includes what its instructions say after every such repair: to restart the load balancer controller, which
/// therefore looks at everything again at once.
pub(crate) fn set_broken(world: &mut World, what: Breakage, on: bool) -> bool {
    if !world.set_broken(what, on) {
        return false;
    }
    world.forget_seen();
    match what {
        Breakage::LbcAbsent => scale_controller(world, if on { 0 } else { 2 }),
        Breakage::NoNat | Breakage::PublicSubnets => set_routes(world),
        Breakage::UntaggedSubnets => set_role_tags(world, !on),
        Breakage::NoFreeIps => set_free_addresses(world, on),
        Breakage::OneZone => set_zones(world, on),
        Breakage::StaleAccessEntry => set_stale_entries(world, on),
        Breakage::DnsOff => world.aws.vpc.dns_hostnames = !on,
        Breakage::WebhookDown => misdirect_webhook(world, on),
        // Facts that have no other place than the list of what is broken: the rights of the controller's role, what the
        // image registry holds, the moods of AWS, the account's quota.
        Breakage::LbcDenied
        | Breakage::ImageMissing
        | Breakage::ProfileFailed
        | Breakage::Throttling
        | Breakage::Quota => {}
    }
    if !on {
        lbc::restart(world);
    }
    true
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
