//! What is wrong with credentials, in words. What a plugin printed is never repeated: it may be the token.

use std::process::ExitStatus;

use kube::client::AuthError;

use crate::model::visible::visible;

/// A credential plugin of a kubeconfig gives no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// There is nothing to run.
    #[error("its credential plugin has no command")]
    NoCommand,
    /// It speaks a version that is not known here.
    #[error(
        "its credential plugin `{command}` has apiVersion `{version}`; known are client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1"
    )]
    UnknownVersion {
        /// What would be run.
        command: String,
        /// The version that is configured.
        version: String,
    },
    /// The program is not there.
    #[error("its credential plugin `{command}` is not there{}", looked(.command))]
    Missing {
        /// What was to be run.
        command: String,
        /// What the kubeconfig says about getting it.
        install_hint: Option<String>,
    },
    /// It cannot be run, for this reason.
    #[error("its credential plugin `{command}` cannot be run: {why}")]
    Start {
        /// What was to be run.
        command: String,
        /// The system's error.
        why: String,
    },
    /// It ran and failed.
    #[error("its credential plugin `{command}` failed ({status}): {why}")]
    Failed {
        /// What was run.
        command: String,
        /// How it ended.
        status: String,
        /// What it wrote to standard error.
        why: String,
    },
    /// It gave no answer, and was ended.
    #[error("its credential plugin `{command}` is of no use: {why}")]
    Ended {
        /// What was run.
        command: String,
        /// It took too long, printed too much, or the run was interrupted.
        why: String,
    },
    /// What it printed is something else.
    #[error("its credential plugin `{command}` printed something that is no ExecCredential")]
    NoCredential {
        /// What was run.
        command: String,
    },
    /// It answers in another version than it was asked in.
    #[error(
        "its credential plugin `{command}` answers with apiVersion `{answered}`, and the kubeconfig has `{asked}`: make them one"
    )]
    OtherVersion {
        /// What was run.
        command: String,
        /// The version that is configured.
        asked: String,
        /// The version of the answer.
        answered: String,
    },
    /// What it printed has no credentials in it.
    #[error("its credential plugin `{command}` gave neither a token nor a client certificate with its key")]
    Nothing {
        /// What was run.
        command: String,
    },
    /// A program that came before plugins gives none.
    #[error("{0}")]
    Provider(String),
}

impl CredentialsError {
    /// A plugin that ended badly.
    pub(in crate::k8s) fn of_failed(command: &str, status: ExitStatus, stderr: &str) -> Self {
        Self::Failed {
            command: command.to_owned(),
            status: status.to_string(),
            why: match stderr.trim() {
                "" => "its standard error may have the reason".to_owned(),
                why => visible(why).into_owned(),
            },
        }
    }

    /// Whether another try would be of no more use.
    pub(in crate::k8s) fn is_final(&self) -> bool {
        matches!(self, Self::Ended { .. })
    }

    /// Whether the kubeconfig or the machine is wrong, so that trying again is of no use.
    pub(in crate::k8s) fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::NoCommand | Self::UnknownVersion { .. } | Self::Missing { .. }
        )
    }

    /// What to do about it, where the message does not say it.
    pub(in crate::k8s) fn help(&self) -> Option<String> {
        let Self::Missing { install_hint, .. } = self else {
            return None;
        };
        Some(match install_hint {
            Some(hint) => format!("the kubeconfig says: {}", visible(hint.trim())),
            None => "install it, or choose a context with other credentials: --set cluster.context=NAME".to_owned(),
        })
    }
}

fn looked(command: &str) -> &'static str {
    if command.contains('/') {
        ""
    } else {
        " (looked for on PATH)"
    }
}

/// The meaning of kube's errors about credentials; it still runs the programs of the `auth-provider` that came before plugins.
pub(in crate::k8s) fn describe(error: &AuthError) -> CredentialsError {
    const PROVIDER: &str = "auth-provider";
    match error {
        AuthError::AuthExecStart(source) => CredentialsError::Start {
            command: PROVIDER.to_owned(),
            why: source.to_string(),
        },
        AuthError::AuthExecRun { out, .. } => {
            CredentialsError::of_failed(PROVIDER, out.status, &String::from_utf8_lossy(&out.stderr))
        }
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => CredentialsError::NoCredential {
            command: PROVIDER.to_owned(),
        },
        other => CredentialsError::Provider(other.to_string()),
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
        let described = describe(&error).to_string();
        assert!(described.contains("failed (exit status: 1)"), "{described}");
        assert!(!described.contains("s3cret"), "{described}");
    }

    #[test]
    fn a_plugin_cannot_write_to_the_terminal_through_its_error() {
        let mut shell = Command::new("sh");
        let output = shell
            .args(["-c", r"printf 'a\033[2Jb\nc\342\200\256d' >&2; exit 1"])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        let told = CredentialsError::of_failed("p", output.status, &words).to_string();
        assert!(told.ends_with("a\\u{1b}[2Jb\nc\\u{202e}d"), "{told:?}");
    }
}
