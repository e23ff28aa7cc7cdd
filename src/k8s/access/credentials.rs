//! Which of a kubeconfig's credentials are used, and where they are from.

use std::fmt;
use std::path::PathBuf;

use kube::config::AuthInfo;

use crate::k8s::api::Connection;

/// Where credentials are from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The kubeconfig.
    pub(super) file: PathBuf,
    /// The context.
    pub(super) context: String,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "context `{}` of the kubeconfig {}",
            self.context,
            self.file.display()
        )
    }
}

impl Origin {
    /// What to do when the cluster does not know the credentials.
    pub(super) fn remedy(&self) -> String {
        format!(
            "the cluster does not accept the kubeconfig's credentials (context `{}`): renew them, or choose another \
             context with `--set cluster.context=NAME`",
            self.context
        )
    }
}

/// Whether `user` has what kube-client prefers to a token file or plugin, or is signed in already.
pub(super) fn has_better(user: &AuthInfo, connection: &Connection) -> bool {
    let by_other_means = user.token.is_some() || user.username.is_some() || user.auth_provider.is_some();
    by_other_means || connection.tokens.is_some()
}
