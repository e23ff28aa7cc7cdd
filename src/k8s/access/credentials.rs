//! Which of a kubeconfig's credentials are used.

use kube::config::AuthInfo;

use crate::k8s::api::Connection;

/// Whether `user` has what kube-client prefers to a token file or plugin, or is signed in already.
pub(super) fn has_better(user: &AuthInfo, connection: &Connection) -> bool {
    let by_other_means = user.token.is_some() || user.username.is_some() || user.auth_provider.is_some();
    by_other_means || connection.tokens.is_some()
}

/// What to do when the cluster does not know the credentials of a context.
pub(super) fn remedy(context: &str) -> String {
    format!(
        "the cluster does not accept the kubeconfig's credentials (context `{context}`): renew them, or choose another \
         context with `--set cluster.context=NAME`"
    )
}
