//! The Kubernetes API that is talked to, and whether it is the one that EKS means.

use serde::{Deserialize, Serialize};

/// Where requests to the cluster go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiServer {
    /// URL of the API.
    pub url: String,
    /// The context of the kubeconfig that leads to it; none where EKS gave the URL.
    pub context: Option<String>,
    /// How it differs from what EKS says of the cluster.
    pub mismatch: Option<ApiMismatch>,
}

impl ApiServer {
    /// How it differs from what EKS says, in words.
    pub fn difference(&self) -> Option<String> {
        Some(match self.mismatch.as_ref()? {
            ApiMismatch::Server { of_eks } => format!("its server is {}, the cluster's is {of_eks}", self.url),
            ApiMismatch::Authority => {
                format!(
                    "its certificate authority for {} is another than the cluster's",
                    self.url
                )
            }
        })
    }
}

/// How a context of the kubeconfig differs from what EKS says of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ApiMismatch {
    /// Another server, that nothing shows to be the same cluster's.
    Server {
        /// URL of the API, as EKS has it.
        of_eks: String,
    },
    /// The same server, with another certificate authority.
    Authority,
}
