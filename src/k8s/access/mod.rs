//! The ways to a cluster's API: endpoint, certificates, credentials, proxy. Only this part knows kubeconfigs.

mod connect;
mod credentials;
mod error;
mod files;
mod identity;
mod kubeconfig;
mod plugin;
mod token_file;

pub use connect::KubeconfigContext;
pub use error::{ConnectError, Fault};
