//! What `status` shows of the cluster: the lab's objects, pods, nodes and events. No dry runs.

use futures::future;

use super::reads::listed;
use super::{Detail, ObserveRequest, observe};
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::KubeView;
use crate::ports::CallError;

/// Reads the lab as it is. `request` says which lab; its dry runs and level of detail do not matter here.
pub async fn status_view(client: &Client, request: &ObserveRequest<'_>) -> Result<KubeView, CallError> {
    let request = ObserveRequest {
        dry_run: false,
        detail: Detail::Doctor,
        ..request.clone()
    };
    let nodes = async {
        let kind = kind_of("v1", "Node")?;
        listed(client.list(kind, None, &Select::default()).await)
    };
    let (view, nodes) = future::try_join(observe(client, &request), nodes).await?;
    Ok(KubeView { nodes, ..view })
}
