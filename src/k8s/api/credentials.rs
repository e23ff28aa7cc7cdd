//! What is wrong with credentials, in words. What a plugin printed is never repeated: it may be the token.

use std::process::ExitStatus;

use kube::client::AuthError;

use crate::lang::{Text, text};
use crate::model::visible::visible;

/// A credential plugin of a kubeconfig gives no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub enum CredentialsError {
    /// There is nothing to run.
    NoCommand,
    /// It speaks a version that is not known here.
    UnknownVersion {
        /// What would be run.
        command: String,
        /// The version that is configured.
        version: String,
    },
    /// The program is not there.
    Missing {
        /// What was to be run.
        command: String,
        /// What the kubeconfig says about getting it.
        install_hint: Option<String>,
    },
    /// It cannot be run, for this reason.
    Start {
        /// What was to be run.
        command: String,
        /// The system's error.
        why: String,
    },
    /// It ran and failed.
    Failed {
        /// What was run.
        command: String,
        /// How it ended.
        status: String,
        /// What it wrote to standard error.
        why: Text,
    },
    /// It gave no answer, and was ended.
    Ended {
        /// What was run.
        command: String,
        /// It took too long, printed too much, or the run was interrupted.
        why: String,
    },
    /// What it printed is something else.
    NoCredential {
        /// What was run.
        command: String,
    },
    /// It answers in another version than it was asked in.
    OtherVersion {
        /// What was run.
        command: String,
        /// The version that is configured.
        asked: String,
        /// The version of the answer.
        answered: String,
    },
    /// What it printed has no credentials in it.
    Nothing {
        /// What was run.
        command: String,
    },
    /// A program that came before plugins gives none.
    Provider(String),
}

impl CredentialsError {
    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::NoCommand => text!("error-plugin-no-command"),
            Self::UnknownVersion { command, version } => {
                text!("error-plugin-version", command = command, version = version)
            }
            // A path is looked at as it is.
            Self::Missing { command, .. } if command.contains('/') => text!("error-plugin-missing", command = command),
            Self::Missing { command, .. } => text!("error-plugin-missing-on-path", command = command),
            Self::Start { command, why } => text!("error-plugin-start", command = command, why = why),
            Self::Failed { command, status, why } => {
                text!("error-plugin-failed", command = command, status = status, why = why)
            }
            Self::Ended { command, why } => text!("error-plugin-ended", command = command, why = why),
            Self::NoCredential { command } => text!("error-plugin-no-credential", command = command),
            Self::OtherVersion {
                command,
                asked,
                answered,
            } => {
                text!(
                    "error-plugin-other-version",
                    command = command,
                    asked = asked,
                    answered = answered
                )
            }
            Self::Nothing { command } => text!("error-plugin-nothing", command = command),
            Self::Provider(words) => Text::verbatim(words.clone()),
        }
    }

    /// A plugin that ended badly.
    pub(in crate::k8s) fn of_failed(command: &str, status: ExitStatus, stderr: &str) -> Self {
        Self::Failed {
            command: command.to_owned(),
            status: status.to_string(),
            why: match stderr.trim() {
                "" => text!("error-plugin-see-stderr"),
                why => visible(why).into_owned().into(),
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
    pub(in crate::k8s) fn help(&self) -> Option<Text> {
        let Self::Missing { install_hint, .. } = self else {
            return None;
        };
        Some(match install_hint {
            Some(hint) => text!("help-plugin-hint", hint = visible(hint.trim()).into_owned()),
            None => text!("help-plugin-install"),
        })
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
