//! Lets an Ingress go whose controller is not there to do so: its `TargetGroupBindings` are deleted, and the controller's
//! finalizers are taken off them and off it. Finalizers of others stay.

use std::time::Duration;

use serde_json::{Value, json};

use super::at_version;
use super::passage::{self, Passage};
use crate::k8s::api::{Client, Propagation, WriteError};
use crate::lbc;
use crate::model::{ByHand, Object, ObjectKey};
use crate::ports::CallError;

/// How often is tried to get past webhooks that are to leave the lab out.
const TRIES: usize = 5;
/// How long the API server may take to notice that webhooks are configured otherwise.
const MOMENT: Duration = Duration::from_secs(1);

/// Lets go of the Ingress, which is being deleted, and of those of its bindings that the plan has shown.
pub(super) async fn release(client: &Client, ingress: &ObjectKey, seen: &ByHand) -> Result<(), CallError> {
    let bindings = seen.resources.iter().map(|name| ObjectKey {
        api_version: lbc::BINDING_API.to_owned(),
        kind: lbc::BINDING_KIND.to_owned(),
        namespace: ingress.namespace.clone(),
        name: name.clone(),
    });
    let all: Vec<ObjectKey> = bindings.chain([ingress.clone()]).collect();
    let refused = match let_go(client, &all).await {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    if !passage::helps(&refused) {
        return Err(refused.error);
    }
    let passage = Passage::open(client, ingress.namespace.as_deref().unwrap_or_default()).await?;
    let done = let_go_soon(client, &all).await;
    // Also after a failure: what is opened for the lab is closed behind it.
    let closed = passage.close(client).await;
    done?;
    closed
}

/// The API server goes by a changed configuration of webhooks a moment later.
async fn let_go_soon(client: &Client, all: &[ObjectKey]) -> Result<(), WriteError> {
    for _ in 1..TRIES {
        match let_go(client, all).await {
            Err(refused) if passage::helps(&refused) => client.clock().sleep(MOMENT).await,
            done => return done,
        }
    }
    let_go(client, all).await
}

async fn let_go(client: &Client, all: &[ObjectKey]) -> Result<(), WriteError> {
    for key in all {
        let Some(live) = client.get(key).await? else {
            continue;
        };
        if !live.is_deleting() {
            client
                .delete(key, live.uid().unwrap_or_default(), Propagation::Background)
                .await?;
        }
        at_version::patch(client, key, without_controller).await?;
    }
    Ok(())
}

/// The operations that leave the finalizers of others; none where the controller has none.
fn without_controller(live: &Object) -> Vec<Value> {
    let all: Vec<&str> = live.items("/metadata/finalizers").filter_map(Value::as_str).collect();
    let others: Vec<&str> = all.iter().copied().filter(|name| !lbc::is_finalizer(name)).collect();
    let has_some = others.len() < all.len();
    let change = || json!({"op": "replace", "path": "/metadata/finalizers", "value": others});
    has_some.then(change).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finalizers_of_others_stay() {
        let with = |finalizers: Value| Object(json!({"metadata": {"finalizers": finalizers}}));
        let own = with(json!(["ingress.k8s.aws/resources", "example.com/keep"]));
        assert_eq!(without_controller(&own)[0]["value"], json!(["example.com/keep"]));
        assert!(without_controller(&with(json!(["example.com/keep"]))).is_empty());
    }
}
