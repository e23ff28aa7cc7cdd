//! Has the load balancer controller look at an Ingress again: it does so at every change of an annotation, and else only every
//! ten hours. (LBC `controllers/ingress/eventhandlers/ingress_events.go`, `--sync-period`)

use serde_json::{Value, json};

use super::at_version;
use crate::k8s::api::Client;
use crate::model::{LOOK_AGAIN_ANNOTATION, Object, ObjectKey};
use crate::ports::CallError;

/// Changes an annotation that nobody else reads.
pub(super) async fn ask(client: &Client, key: &ObjectKey) -> Result<(), CallError> {
    let now = client.clock().now().to_string();
    let asked = at_version::patch(client, key, |live| operations(live, &now));
    Ok(asked.await.map(drop)?)
}

fn operations(live: &Object, now: &str) -> Vec<Value> {
    if live.annotation(LOOK_AGAIN_ANNOTATION) == Some(now) {
        return Vec::new();
    }
    let escaped = LOOK_AGAIN_ANNOTATION.replace('/', "~1");
    let set = json!({"op": "add", "path": format!("/metadata/annotations/{escaped}"), "value": now});
    match live.at("/metadata/annotations") {
        Some(_) => vec![set],
        None => vec![json!({"op": "add", "path": "/metadata/annotations", "value": {}}), set],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_is_changed_once() {
        let ops = |object: Value| operations(&Object(object), "now");
        assert_eq!(ops(json!({"metadata": {}})).len(), 2);
        assert_eq!(
            ops(json!({"metadata": {"annotations": {"lab2048.dev/look-again": "before"}}})),
            [json!({"op": "add", "path": "/metadata/annotations/lab2048.dev~1look-again", "value": "now"})]
        );
        assert!(ops(json!({"metadata": {"annotations": {"lab2048.dev/look-again": "now"}}})).is_empty());
    }
}
