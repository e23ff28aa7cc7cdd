//! What is wrong with credentials, in words. What a plugin printed is never repeated: it may be the token.

use std::process::Output;

use kube::client::AuthError;

/// A credential plugin of a kubeconfig gives no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::k8s) enum CredentialsError {
    /// There is nothing to run.
    #[error("the kubeconfig's credential plugin has no command")]
    NoCommand,
    /// It cannot be run, for this reason.
    #[error("the kubeconfig's credential plugin cannot be run: {0}")]
    Start(String),
    /// It ran and failed.
    #[error("the kubeconfig's credential plugin failed ({status}): {why}")]
    Failed {
        /// How it ended.
        status: String,
        /// What it wrote to standard error.
        why: String,
    },
    /// What it printed is something else.
    #[error("the kubeconfig's credential plugin printed something that is no ExecCredential")]
    NoCredential,
    /// What it printed has no credentials in it.
    #[error("the kubeconfig's credential plugin gave neither a token nor a client certificate with its key")]
    Nothing,
}

impl CredentialsError {
    /// A plugin that ended badly.
    pub(in crate::k8s) fn of_failed(output: &Output) -> Self {
        let why = String::from_utf8_lossy(&output.stderr);
        Self::Failed {
            status: output.status.to_string(),
            why: match why.trim() {
                "" => "its standard error may have the reason".to_owned(),
                why => why.to_owned(),
            },
        }
    }
}

/// The meaning of kube's errors about credentials; it still runs the programs of the `auth-provider` that came before plugins.
pub(in crate::k8s) fn describe(error: &AuthError) -> String {
    match error {
        AuthError::AuthExecStart(source) => CredentialsError::Start(source.to_string()).to_string(),
        AuthError::AuthExecRun { out, .. } => CredentialsError::of_failed(out).to_string(),
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => CredentialsError::NoCredential.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_a_program_of_kube_printed_is_not_repeated() {
        let error = AuthError::AuthExecRun {
            cmd: "TOKEN=s3cret plugin".to_owned(),
            out: Box::new(Command::new("false").output().unwrap()),
        };
        let described = describe(&error);
        assert!(described.contains("failed (exit status: 1)"), "{described}");
        assert!(!described.contains("s3cret"), "{described}");
    }
}
