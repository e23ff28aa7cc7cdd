//! What still moves when a run has reached its goals: pods that are stopping, and the nodes they take with them.

use futures::future;

use super::reads::{listed, observed};
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::{Object, ObjectKey, Observed};
use crate::ports::CallError;

/// The moving parts of a lab.
#[derive(Debug, Clone, PartialEq)]
pub struct Settling {
    /// The lab's Deployment, where it is there.
    pub deployment: Observed<Option<Object>>,
    /// Pods of the lab's namespace.
    pub pods: Observed<Vec<Object>>,
    /// Events of the lab's namespace.
    pub events: Observed<Vec<Object>>,
    /// The cluster's nodes.
    pub nodes: Observed<Vec<Object>>,
}

/// Reads them: four requests, one round trip.
pub async fn settling(client: &Client, namespace: &str, deployment: &str) -> Result<Settling, CallError> {
    let all = |kind: &'static str, namespace: Option<&str>| {
        let namespace = namespace.map(str::to_owned);
        async move {
            let kind = kind_of("v1", kind)?;
            listed(client.list(kind, namespace.as_deref(), &Select::default()).await)
        }
    };
    let key = ObjectKey {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: Some(namespace.to_owned()),
        name: deployment.to_owned(),
    };
    let (deployment, pods, events, nodes) = future::try_join4(
        async { observed(client.get(&key).await) },
        all("Pod", Some(namespace)),
        all("Event", Some(namespace)),
        all("Node", None),
    )
    .await?;
    Ok(Settling {
        deployment,
        pods,
        events,
        nodes,
    })
}
