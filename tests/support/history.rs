//! What happened in the world during a run, and what could have happened with the same durations.

use std::collections::BTreeMap;

use jiff::Timestamp;
use lab2048_sandbox::{Sandbox, testing};
use serde_json::Value;
use tokio::sync::watch;

/// Where the lab is.
const NAMESPACE: &str = "fargate-game-2048";

/// A run as the world saw it. Times are virtual seconds since its beginning.
pub struct History {
    world: Sandbox,
    changes: watch::Receiver<()>,
    begun: Timestamp,
    moments: Moments,
}

/// When what was seen first.
#[derive(Default)]
struct Moments {
    role_seen: Option<f64>,
    profile_asked: Option<f64>,
    profile_active: Option<f64>,
    ingress_made: Option<f64>,
    balancer_made: Option<f64>,
    balancer_active: Option<f64>,
    /// By address, which pods and their targets have in common.
    pods: BTreeMap<String, Pod>,
    /// Pods made, by name: their addresses come later.
    made: BTreeMap<String, f64>,
}

/// When a pod and its target came on.
#[derive(Default)]
struct Pod {
    made: Option<f64>,
    ready: Option<f64>,
    registered: Option<f64>,
    healthy: Option<f64>,
}

impl History {
    /// Begins now.
    pub fn begin(world: &Sandbox) -> Self {
        Self {
            changes: world.changes(),
            begun: world.now(),
            world: world.clone(),
            moments: Moments::default(),
        }
    }

    /// Looks at the world after every change, until it is dropped.
    pub async fn record(&mut self) {
        while self.changes.changed().await.is_ok() {
            self.moments.update(&self.world, self.begun);
        }
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> f64 {
        self.world.now().duration_since(self.begun).as_secs_f64()
    }

    /// When EKS could see the role.
    pub fn role_seen(&self) -> f64 {
        known(self.moments.role_seen)
    }

    /// When the profile was accepted.
    pub fn profile_asked(&self) -> f64 {
        known(self.moments.profile_asked)
    }

    /// When the profile became ACTIVE.
    pub fn profile_active(&self) -> f64 {
        known(self.moments.profile_active)
    }

    /// When the first pod was made.
    pub fn pods_made(&self) -> f64 {
        self.moments.made.values().copied().fold(f64::INFINITY, f64::min)
    }

    /// When the last target was healthy.
    pub fn all_healthy(&self) -> f64 {
        let targets = self.moments.pods.values().map(|pod| known(pod.healthy));
        targets.fold(0.0, f64::max)
    }

    /// The earliest end with these durations: everything is asked for the moment it can be, and seen the moment it is.
    pub fn at_best(&self) -> f64 {
        self.end_if(self.role_seen() + self.profile_takes(), 0.0)
    }

    /// The chapter's steps one after the other: the profile with eksctl's looks at it, which come after pauses of 1, 2,
    /// 4, … 512 s; then all objects at once; then whatever takes longest. In its favour eksctl asks for the profile the
    /// moment EKS can see the role, and the reader notices pods and load balancer the moment they are there.
    pub fn step_by_step(&self) -> f64 {
        let (mut looked, mut pause) = (0.0, 1.0);
        while looked < self.profile_takes() {
            looked += pause;
            pause = f64::min(pause * 2.0, 512.0);
        }
        let applied = self.role_seen() + looked;
        self.end_if(applied, applied)
    }

    fn profile_takes(&self) -> f64 {
        self.profile_active() - self.profile_asked()
    }

    /// When the last target would be healthy, had the pods been made at `pods` and the Ingress at `ingress`.
    fn end_if(&self, pods: f64, ingress: f64) -> f64 {
        let asked = known(self.moments.ingress_made);
        let balancer_made = known(self.moments.balancer_made);
        let balancer_active = known(self.moments.balancer_active);
        let ends = self.moments.pods.values().map(|pod| {
            let ready = known(pod.ready);
            let registered = known(pod.registered);
            let registration = registered - f64::max(ready, balancer_made);
            let health = known(pod.healthy) - f64::max(registered, balancer_active);
            let could_be_ready = pods + ready - known(pod.made);
            let could_be_bound = ingress + balancer_made - asked;
            let could_be_registered = f64::max(could_be_ready, could_be_bound) + registration;
            f64::max(could_be_registered, ingress + balancer_active - asked) + health
        });
        ends.fold(0.0, f64::max)
    }
}

impl Moments {
    fn update(&mut self, world: &Sandbox, begun: Timestamp) {
        let since = |at: Timestamp| at.duration_since(begun).as_secs_f64();
        let now = since(world.now());
        let aws = testing::aws(world);
        let objects = |group, resource| testing::objects(world, group, resource, Some(NAMESPACE));
        for profile in aws.profiles.values().filter(|profile| profile.created >= begun) {
            self.profile_asked = Some(since(profile.created));
            self.profile_active = profile.active_since.map(since);
            let role = aws.roles.values().find(|role| role.arn == profile.role_arn);
            self.role_seen = role.map(|role| since(role.propagated));
        }
        if !objects("networking.k8s.io", "ingresses").is_empty() {
            self.ingress_made.get_or_insert(now);
        }
        for balancer in aws.load_balancers.values() {
            self.balancer_made.get_or_insert(since(balancer.created));
            if balancer.state == "active" {
                self.balancer_active.get_or_insert(now);
            }
        }
        for pod in objects("", "pods") {
            self.update_pod(&pod, now);
        }
        for target in aws.target_groups.values().flat_map(|group| &group.targets) {
            let pod = self.pods.entry(target.id.clone()).or_default();
            pod.registered.get_or_insert(now);
            if target.state == "healthy" {
                pod.healthy.get_or_insert(now);
            }
        }
    }

    fn update_pod(&mut self, object: &Value, now: f64) {
        let name = object["metadata"]["name"].as_str().unwrap();
        let made = *self.made.entry(name.to_owned()).or_insert(now);
        let Some(address) = object["status"]["podIP"].as_str() else {
            return;
        };
        let pod = self.pods.entry(address.to_owned()).or_default();
        pod.made = Some(made);
        let mut conditions = object["status"]["conditions"].as_array().into_iter().flatten();
        if conditions.any(|condition| condition["type"] == "Ready" && condition["status"] == "True") {
            pod.ready.get_or_insert(now);
        }
    }
}

/// A moment that every finished run has.
fn known(moment: Option<f64>) -> f64 {
    moment.unwrap()
}
