//! Why there is no way to a cluster's API.

use std::path::PathBuf;

use kube::config::KubeconfigError;

/// The cluster cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no kubeconfig.
    #[error("there is no kubeconfig at {}: `aws eks update-kubeconfig --name CLUSTER` writes one, KUBECONFIG names another", path.display())]
    NoKubeconfig {
        /// Where it was searched.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The kubeconfig is no YAML, or has a value of another sort than it must have.
    #[error("the kubeconfig cannot be read: {0}")]
    KubeconfigSyntax(String),
    /// The kubeconfig does not have the context that is asked for, or that it names itself.
    #[error("the kubeconfig has no context `{name}`; it has: {}", listed(names))]
    NoContext {
        /// The context.
        name: String,
        /// Those that it has.
        names: Vec<String>,
    },
    /// The kubeconfig has no current context, and none is asked for.
    #[error(
        "the kubeconfig has no current context: choose one with `--set cluster.context=NAME` (it has: {})",
        listed(names)
    )]
    NoCurrentContext {
        /// Those that it has.
        names: Vec<String>,
    },
    /// The kubeconfig cannot be used.
    #[error("the kubeconfig cannot be used")]
    Kubeconfig(#[source] Box<KubeconfigError>),
    /// The kubeconfig's credentials cannot be had.
    #[error("context `{context}` gives no credentials: {why}")]
    Credentials {
        /// The context.
        context: String,
        /// Why.
        why: String,
    },
    /// EKS names an authority that is no certificate.
    #[error("EKS gives a certificate authority for {endpoint} that is no certificate")]
    Authority {
        /// The API's URL.
        endpoint: String,
    },
    /// Endpoint, certificates or proxy cannot be used.
    #[error("no client can be made for the cluster's API at {endpoint}: {why}")]
    Client {
        /// The API's URL.
        endpoint: String,
        /// Why.
        why: String,
    },
    /// The endpoint is not a URL.
    #[error("the cluster's endpoint `{0}` is not a URL")]
    Endpoint(String, #[source] http::uri::InvalidUri),
}

/// Names, or a word that there are none.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
