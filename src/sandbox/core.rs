//! The handle on a world: serialises access, advances the simulation, routes requests, wakes watchers.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use tokio::sync::watch;

use super::clock::Wall;
use super::world::World;
use super::{aws, k8s, sim};

/// Body of an answer; a watch's goes on until the client drops it.
pub type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, std::convert::Infallible>;

/// A world that can be called.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    world: Mutex<World>,
    wall: Arc<dyn Wall>,
    changed: watch::Sender<u64>,
}

impl Sandbox {
    /// A fresh world that lives in memory only.
    pub fn in_memory(seed: u64, speed: f64, wall: Arc<dyn Wall>) -> Self {
        let world = sim::genesis(seed, speed, wall.now());
        let changed = watch::Sender::new(world.revision);
        Self {
            shared: Arc::new(Shared {
                world: Mutex::new(world),
                wall,
                changed,
            }),
        }
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        let world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.clock.at(self.shared.wall.now())
    }

    /// Lets everything happen that is due, then runs `work` on the world, then lets the controllers react.
    pub fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        let before = world.revision;
        let now = world.clock.at(self.shared.wall.now());
        sim::advance(&mut world, now);
        world.clock.look(self.shared.wall.now());
        let result = work(&mut world);
        sim::settle(&mut world);
        let after = world.revision;
        drop(world);
        if after != before {
            self.shared.changed.send_replace(after);
        }
        result
    }

    /// Tells of changes of the world, so that a watch can look again.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }

    /// Answers one request, told apart by host: the cluster's endpoint, a load balancer's name, or AWS.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Body> {
        let host = request
            .uri()
            .host()
            .map(str::to_owned)
            .or_else(|| Some(request.headers().get(http::header::HOST)?.to_str().ok()?.to_owned()))
            .unwrap_or_default();
        if host.contains(".eks.amazonaws.com") && !host.starts_with("eks.") {
            k8s::answer(self, request).await
        } else if host.contains(".elb.amazonaws.com") {
            sim::answer_as_balancer(self, &host, &request)
        } else {
            aws::answer(self, &request)
        }
    }
}
