//! Which of a kubeconfig's credentials are used, and where they are from.

use std::path::PathBuf;

use kube::config::AuthInfo;

use crate::k8s::api::{Connection, CredentialsError};
use crate::lang::{Text, text};

/// Where credentials are from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The kubeconfig.
    pub(super) file: PathBuf,
    /// The context.
    pub(super) context: String,
}

impl Origin {
    /// That there are no credentials any more, and why.
    pub(super) fn without_credentials(&self, why: &CredentialsError) -> Text {
        text!(
            "error-context-signed-out",
            context = &self.context,
            file = self.file.display().to_string(),
            why = why.text(),
        )
    }

    /// What to do when the cluster does not know the credentials.
    pub(super) fn remedy(&self) -> Text {
        text!("help-context-refused", context = &self.context)
    }
}

/// Whether `user` has what kube-client prefers to a token file or plugin, or is signed in already.
pub(super) fn has_better(user: &AuthInfo, connection: &Connection) -> bool {
    let by_other_means = user.token.is_some() || user.username.is_some() || user.auth_provider.is_some();
    by_other_means || connection.tokens.is_some()
}
