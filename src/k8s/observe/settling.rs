//! What still moves when a run has reached its goals: pods that are stopping, and the nodes they take with them.

use futures::future;

use super::reads::listed;
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::{Object, Observed};
use crate::ports::CallError;

/// The moving parts of a lab.
#[derive(Debug, Clone, PartialEq)]
pub struct Settling {
    /// Pods of the lab's namespace.
    pub pods: Observed<Vec<Object>>,
    /// Events of the lab's namespace.
    pub events: Observed<Vec<Object>>,
    /// The cluster's nodes.
    pub nodes: Observed<Vec<Object>>,
}

/// Reads them: three requests, one round trip.
pub async fn settling(client: &Client, namespace: &str) -> Result<Settling, CallError> {
    let all = |kind: &'static str, namespace: Option<&str>| {
        let namespace = namespace.map(str::to_owned);
        async move {
            let kind = kind_of("v1", kind)?;
            listed(client.list(kind, namespace.as_deref(), &Select::default()).await)
        }
    };
    let (pods, events, nodes) = future::try_join3(
        all("Pod", Some(namespace)),
        all("Event", Some(namespace)),
        all("Node", None),
    )
    .await?;
    Ok(Settling { pods, events, nodes })
}
