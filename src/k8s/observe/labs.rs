//! The labs of a cluster, whoever made them, by their namespaces.

use super::reads::observed;
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::{LAB_LABEL, MANAGED_BY_LABEL, MANAGER, Object, Observed};
use crate::ports::CallError;

/// All namespaces that have the labels of some lab: one request.
pub async fn namespaces_of_labs(client: &Client) -> Result<Observed<Vec<Object>>, CallError> {
    let select = Select::labels(format!("{MANAGED_BY_LABEL}={MANAGER},{LAB_LABEL}"));
    let listed = client.list(kind_of("v1", "Namespace")?, None, &select).await;
    observed(listed.map(|listing| listing.items))
}
