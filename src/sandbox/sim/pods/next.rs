//! What happens to a pod next.

use std::time::Duration;

use serde_json::Value;

use super::super::api::{self, uid};
use crate::state::{Action, PodStep};
use crate::world::World;

/// Plans what happens to a pod next.
pub(super) fn plan(world: &mut World, pod: &Value, wait: Duration, step: PodStep) {
    let now = world.now();
    let action = Action::Pod {
        namespace: api::namespace(pod).to_owned(),
        name: api::name(pod).to_owned(),
        uid: uid(pod).to_owned(),
        step,
    };
    world.agenda.after(now, wait, action);
}
