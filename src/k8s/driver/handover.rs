//! Takes over what `kubectl apply` owns of an object, before ours is applied to it: our apply then removes what we do not
//! wish, as it does with everything that is ours.

use serde_json::json;

use crate::k8s::api::Client;
use crate::model::{MANAGER, ObjectKey, Pin};
use crate::ports::{CallError, ErrorClass};

/// How often a write is tried against controllers that write at the same time.
const TRIES: usize = 5;

/// Gives `kubectl apply`'s fields to us; an object that it has not written is left as it is.
pub(super) async fn take_over(client: &Client, key: &ObjectKey, pin: &Pin) -> Result<(), CallError> {
    for _ in 0..TRIES {
        let Some(live) = client.get(key).await? else {
            return Ok(());
        };
        // The apply that follows finds out if it is another object than the plan saw.
        let is_pinned = live.uid() == Some(&pin.identity);
        let Some(entries) = live.handed_over_to(MANAGER).filter(|_| is_pinned) else {
            return Ok(());
        };
        let patch = json!([
            {"op": "replace", "path": "/metadata/managedFields", "value": entries},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": live.resource_version()},
        ]);
        match client.patch(key, &patch).await {
            Err(refused) if refused.error.class == ErrorClass::Conflict => {}
            done => return Ok(done.map(drop)?),
        }
    }
    Err(CallError::new(
        ErrorClass::Conflict,
        format!("PATCH {key}"),
        "somebody else writes to it all the time: try again later",
    ))
}
