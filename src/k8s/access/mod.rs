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

/// The current context of a kubeconfig, and where its requests would go.
#[cfg(test)]
pub(crate) fn chosen_context(file: &std::path::Path) -> Result<(String, url::Url), ConnectError> {
    let files = files::Files::of(&[file.to_owned()])?;
    let chosen = kubeconfig::Chosen::of(&files, None)?;
    Ok((chosen.context, chosen.server))
}
