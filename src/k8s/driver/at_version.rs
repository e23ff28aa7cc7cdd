//! A change of an object as it was read: the API server refuses it where somebody has written in between, and it is made
//! again of what is there then.

use serde_json::{Value, json};

use crate::k8s::api::{Client, WriteError};
use crate::model::{Object, ObjectKey};
use crate::ports::{CallError, ErrorClass};

/// How often a write is tried against others that write at the same time.
const TRIES: usize = 5;

/// Makes the change that `operations` (of a JSON patch) finds to be made of the object, until there is none; returns whether
/// one was made. An object that is gone needs none.
pub(super) async fn patch(
    client: &Client,
    key: &ObjectKey,
    operations: impl Fn(&Object) -> Vec<Value>,
) -> Result<bool, WriteError> {
    for _ in 0..TRIES {
        let Some(live) = client.get(key).await? else {
            return Ok(false);
        };
        let mut changes = operations(&live);
        if changes.is_empty() {
            return Ok(false);
        }
        let version = live.resource_version();
        changes.push(json!({"op": "replace", "path": "/metadata/resourceVersion", "value": version}));
        match client.patch(key, &Value::Array(changes)).await {
            Ok(_) => return Ok(true),
            Err(refused) if refused.error.class == ErrorClass::Conflict => {}
            Err(refused) if refused.error.class == ErrorClass::Missing => return Ok(false),
            Err(refused) => return Err(refused),
        }
    }
    let busy = "somebody else writes to it all the time: try again later";
    Err(CallError::new(ErrorClass::Conflict, format!("PATCH {key}"), busy).into())
}
