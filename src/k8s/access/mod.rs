//! The ways to a cluster's API: endpoint, certificates, credentials, proxy. Only this part knows kubeconfigs.

mod connect;
mod credentials;
mod error;
mod kubeconfig;
mod plugin;
mod token_file;

pub use error::ConnectError;
