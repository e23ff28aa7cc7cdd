//! The AWS Load Balancer Controller: makes load balancers of Ingresses, and removes them again.
//!
//! Names, tags, order of calls, finalizers, events and silences are those of the real controller (v3.5). It only works
//! while its Deployment has a ready pod; what it has not finished then waits.

mod addons;
mod annotations;
mod backends;
mod deploy;
mod listening;
mod model;
mod names;
mod openings;
mod owned;
mod refused;
mod rules;
mod security_groups;
mod settings;
mod stack;
mod subnets;
mod target_group;
mod targets;
mod teardown;

use std::time::Duration;

use jiff::Timestamp;

use crate::state::Key;
use crate::state::{Breakage, KnownStack, LbcMemory};
use crate::world::World;

use super::api::{self, By, DEPLOYMENT, INGRESS, LEASE, Note, POD, SERVICE, int, is_true, label, list};
use super::controllers::{News, Watcher};
use super::durations;
use crate::state::Action;
use stack::Stack;

pub use annotations::{Coverage, annotation_coverage, known_annotations};
pub(super) use openings::{is_open, set_open};
pub(super) use owned::{CLUSTER_TAG, is_made};
pub(super) use targets::sync as sync_targets;

/// Name of the controller: its Deployment, its label, its field manager.
pub(super) const NAME: &str = "aws-load-balancer-controller";
/// Namespace of the controller.
pub(super) const HOME: &str = "kube-system";
/// Service of the controller's webhooks.
pub(super) const WEBHOOK_SERVICE: &str = "aws-load-balancer-webhook-service";
/// The class that the chart makes.
pub(super) const CLASS: &str = "alb";
/// `spec.controller` of the classes that are the controller's.
pub(super) const CLASS_CONTROLLER: &str = "ingress.k8s.aws/alb";
/// Lease of the controller's leader.
pub(super) const LEASE_NAME: &str = "aws-load-balancer-controller-leader";

const WRITER: By = By(NAME, "");
const STATUS_WRITER: By = By(NAME, "status");

/// One pass: notices what has changed.
pub(super) fn run(world: &mut World) {
    let alive = is_alive(world);
    if alive != world.agenda.lbc.awake {
        wake_or_sleep(world, alive);
    }
    if !alive {
        return;
    }
    let news = News::of(world, Watcher::Stacks, &[INGRESS, SERVICE]);
    if !news.is_none() {
        let stacks = stack::all(world);
        for complaint in stacks.complaints {
            complain(world, complaint);
        }
        for stack in stacks
            .by_id
            .values()
            .filter(|stack| stack.keys().any(|key| news.concerns(key)))
        {
            notice(world, stack);
        }
    }
    targets::run(world);
}

/// The value of a flag that the controller was started with.
pub(super) fn flag<'a>(world: &'a World, name: &str) -> Option<&'a str> {
    let deployment = world.kube.get(&DEPLOYMENT.key(HOME, NAME))?;
    let args = list(deployment, "/spec/template/spec/containers/0/args");
    let mut values = args
        .iter()
        .filter_map(|arg| arg.as_str()?.strip_prefix(name)?.strip_prefix('='));
    values.next()
}

/// The name of the cluster that the controller takes its own for.
fn cluster(world: &World) -> &str {
    flag(world, "--cluster-name").unwrap_or_default()
}

/// Whether the controller runs: one of its pods is ready.
pub(super) fn is_alive(world: &World) -> bool {
    world
        .kube
        .get(&DEPLOYMENT.key(HOME, NAME))
        .is_some_and(|deployment| int(deployment, "/status/readyReplicas").unwrap_or_default() > 0)
}

fn wake_or_sleep(world: &mut World, alive: bool) {
    let now = world.now();
    if alive {
        let holder = POD
            .list(world, Some(HOME))
            .find(|(_, pod)| label(pod, "app.kubernetes.io/name") == Some(NAME) && is_true(pod, "Ready"))
            .map(|(key, pod)| format!("{}_{}", key.name, api::uid(pod)))
            .unwrap_or_default();
        api::update(world, &LEASE.key(HOME, LEASE_NAME), WRITER, |lease| {
            let spec = &mut lease["spec"];
            spec["acquireTime"] = api::micro_time(now).into();
            spec["renewTime"] = api::micro_time(now).into();
            spec["leaseTransitions"] = (spec["leaseTransitions"].as_i64().unwrap_or_default() + 1).into();
            spec["holderIdentity"] = holder.into();
        });
    } else {
        write_renewal(world, now);
    }
    restart(world);
    world.agenda.lbc.awake = alive;
}

/// The controller forgets what it knew, and looks at everything again when it runs.
pub(super) fn restart(world: &mut World) {
    let awake = world.agenda.lbc.awake;
    world.agenda.lbc = LbcMemory {
        awake,
        ..LbcMemory::default()
    };
    world
        .agenda
        .cancel_everywhere(|action| matches!(action, Action::Reconcile { .. } | Action::Deploy { .. }));
    for watcher in [Watcher::Stacks, Watcher::Bindings] {
        world.agenda.seen.objects[watcher as usize] = None;
    }
}

/// The leader's heartbeat. It is written when somebody reads it, and is no change that a watch would report.
pub(super) fn renew_lease(world: &mut World) {
    if world.agenda.lbc.awake {
        let period = i64::try_from(durations::LEASE_RENEWAL.as_secs()).unwrap_or(1).max(1);
        let second = world.now().as_second();
        let beat = Timestamp::from_second(second - second.rem_euclid(period)).unwrap_or(world.now());
        // It is written when somebody may read it, which is often.
        if world.agenda.lbc.beat.replace(beat) != Some(beat) {
            write_renewal(world, beat);
        }
    }
}

fn write_renewal(world: &mut World, at: Timestamp) {
    let key = LEASE.key(HOME, LEASE_NAME);
    let renewed = api::micro_time(at);
    world.kube.refresh(&key, |lease| {
        let spec = &mut lease["spec"];
        if spec["renewTime"].as_str().is_none_or(|last| last < renewed.as_str()) {
            spec["renewTime"] = renewed.into();
        }
    });
}

fn complain(world: &mut World, (key, uid, why): (Key, String, String)) {
    if world.agenda.lbc.complaints.insert(uid, why.clone()).as_ref() == Some(&why) {
        return;
    }
    let message = format!("failed load groupID due to {why}");
    warn(world, &key, "FailedLoadGroupID", &message);
}

/// Takes a stack up if it has changed since it was taken up last.
fn notice(world: &mut World, stack: &Stack) {
    let fingerprint = stack.fingerprint(world);
    let known = world.agenda.lbc.stacks.get(&stack.id);
    if known.is_some_and(|seen| seen.fingerprint == fingerprint) {
        return;
    }
    let seen = KnownStack {
        fingerprint,
        failures: 0,
    };
    world.agenda.lbc.stacks.insert(stack.id.clone(), seen);
    let id = &stack.id;
    let is_about_it = |action: &Action| matches!(action, Action::Reconcile { .. } | Action::Deploy { .. });
    world.agenda.cancel(id, is_about_it);
    let wait = durations::LBC_NOTICE.draw(world, &format!("notice of {id}"));
    plan(world, id, wait);
}

fn plan(world: &mut World, stack: &str, wait: Duration) {
    let now = world.now();
    let stack = stack.to_owned();
    world.agenda.after(now, wait, Action::Reconcile { stack });
}

/// A pass over a stack failed; the next one comes after a wait that doubles.
fn fail(world: &mut World, stack: &str) {
    let seen = world.agenda.lbc.stacks.entry(stack.to_owned()).or_default();
    seen.failures += 1;
    let doubled = 2_u32.saturating_pow(seen.failures.saturating_sub(1).min(20));
    let wait = durations::LBC_BACK_OFF_FIRST
        .saturating_mul(doubled)
        .min(durations::LBC_BACK_OFF_LONGEST);
    plan(world, stack, wait);
}

fn warn(world: &mut World, key: &Key, reason: &'static str, message: &str) {
    let note = Note {
        from: "ingress",
        warning: true,
        reason,
        message,
    };
    api::emit(world, key, note);
}

fn warn_all(world: &mut World, stack: &Stack, reason: &'static str, message: &str) {
    for key in &stack.active {
        warn(world, key, reason, message);
    }
    fail(world, &stack.id);
}

/// Takes a stack through its first half: finalizers, model. Or takes it down.
pub(super) fn reconcile(world: &mut World, id: &str) {
    let Some(stack) = stack::all(world).by_id.remove(id).filter(|_| is_alive(world)) else {
        return;
    };
    if stack.active.is_empty() {
        teardown::run(world, &stack);
        return;
    }
    // What is wrong here the controller only logs.
    if !stack.is_ordered(world) {
        fail(world, id);
        return;
    }
    for key in &stack.active {
        if let Err(why) = add_finalizer(world, key, &stack.finalizer) {
            warn(
                world,
                key,
                "FailedAddFinalizer",
                &format!("Failed add finalizer due to {why}"),
            );
            fail(world, id);
            return;
        }
    }
    let built = stranger(world).map_or_else(|| model::build(world, &stack).map(|_| ()), Err);
    if let Err(why) = built {
        warn_all(
            world,
            &stack,
            "FailedBuildModel",
            &format!("Failed build model due to {why}"),
        );
        return;
    }
    let wait = durations::LBC_DEPLOY.draw(world, &format!("deployment of {id}"));
    let now = world.now();
    let stack = id.to_owned();
    world.agenda.after(now, wait, Action::Deploy { stack });
}

fn add_finalizer(world: &mut World, key: &Key, finalizer: &str) -> Result<(), String> {
    let has = |object: &serde_json::Value| list(object, "/metadata/finalizers").iter().any(|f| f == finalizer);
    if world.kube.get(key).is_some_and(has) {
        return Ok(());
    }
    api::try_update(world, key, WRITER, |object| {
        match object["metadata"]["finalizers"].as_array_mut() {
            Some(list) => list.push(finalizer.into()),
            None => object["metadata"]["finalizers"] = serde_json::json!([finalizer]),
        }
    })
}

/// Takes a stack through its second half: resources in AWS, bindings, host name.
pub(super) fn deploy(world: &mut World, id: &str) {
    let Some(stack) = stack::all(world).by_id.remove(id).filter(|_| is_alive(world)) else {
        return;
    };
    if stack.active.is_empty() {
        return;
    }
    let model = match model::build(world, &stack) {
        Ok(model) => model,
        Err(why) => {
            warn_all(
                world,
                &stack,
                "FailedBuildModel",
                &format!("Failed build model due to {why}"),
            );
            return;
        }
    };
    let host = match deploy::run(world, &stack, &model) {
        Ok(host) => host,
        Err(why) => {
            warn_all(
                world,
                &stack,
                "FailedDeployModel",
                &format!("Failed deploy model due to {why}"),
            );
            return;
        }
    };
    deploy::report(world, &stack, &model, &host);
    teardown::release_leaving(world, &stack);
    if let Some(seen) = world.agenda.lbc.stacks.get_mut(id) {
        seen.failures = 0;
    }
}

/// How often a stack has failed since it last changed.
fn failures(world: &World, id: &str) -> u32 {
    world.agenda.lbc.stacks.get(id).map_or(0, |seen| seen.failures)
}

/// Why the controller cannot ask AWS anything, if it cannot.
fn stranger(world: &mut World) -> Option<String> {
    world.is_broken(Breakage::LbcIdentity).then(|| {
        let request = world.request_id("AssumeRoleWithWebIdentity");
        format!(
            "operation error Elastic Load Balancing v2: DescribeLoadBalancers, get identity: get credentials: failed to refresh \
             cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response \
             error StatusCode: 403, RequestID: {request}, api error AccessDenied: Not authorized to perform \
             sts:AssumeRoleWithWebIdentity"
        )
    })
}

/// Whether the controller's role lacks the rights to change load balancers.
fn is_denied(world: &World) -> bool {
    world.is_broken(Breakage::LbcDenied) || world.is_broken(Breakage::LbcIdentity)
}

#[cfg(test)]
mod tests;
