//! What still moves when a run has reached its goals: pods that are stopping, and the nodes they take with them.

use futures::future;

use super::nodes::nodes;
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
    /// The cluster's nodes; those of the pods where there are many labs.
    pub nodes: Observed<Vec<Object>>,
}

/// Reads them: four requests, one round trip; of a lab of a class one for each node, when its pods are known.
pub async fn settling(client: &Client, namespace: &str, deployment: &str) -> Result<Settling, CallError> {
    let all = async |kind: &str| {
        let kind = kind_of("v1", kind)?;
        listed(client.list(kind, Some(namespace), &Select::default()).await)
    };
    let key = ObjectKey {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: Some(namespace.to_owned()),
        name: deployment.to_owned(),
    };
    let pods_and_nodes = async {
        if client.is_of_class() {
            let pods = all("Pod").await?;
            let nodes = nodes(client, &pods).await?;
            return Ok((pods, nodes));
        }
        future::try_join(all("Pod"), nodes(client, &Observed::NotAsked)).await
    };
    let (deployment, (pods, nodes), events) =
        future::try_join3(async { observed(client.get(&key).await) }, pods_and_nodes, all("Event")).await?;
    Ok(Settling {
        deployment,
        pods,
        events,
        nodes,
    })
}
