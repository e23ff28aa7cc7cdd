//! Takes over what `kubectl apply` owns of an object, before ours is applied to it: our apply then removes what we do not
//! wish, as it does with everything that is ours.

use serde_json::json;

use super::at_version;
use crate::k8s::api::Client;
use crate::model::{MANAGER, Object, ObjectKey, Pin};
use crate::ports::CallError;

/// Gives `kubectl apply`'s fields to us; an object that it has not written is left as it is.
pub(super) async fn take_over(client: &Client, key: &ObjectKey, pin: &Pin) -> Result<(), CallError> {
    let taken = at_version::patch(client, key, |live: &Object| {
        // The apply that follows finds out if it is another object than the plan saw.
        let is_pinned = live.uid() == Some(&pin.identity);
        let entries = live.handed_over_to(MANAGER).filter(|_| is_pinned);
        let change = |entries| json!({"op": "replace", "path": "/metadata/managedFields", "value": entries});
        entries.map(change).into_iter().collect()
    });
    Ok(taken.await.map(drop)?)
}
