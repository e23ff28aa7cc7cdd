//! The program of a profile's `credential_process`, in place of the SDK's provider: that one waits for ever, on the thread that
//! everything else needs, and keeps whatever is printed.

use std::fmt;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use jiff::Timestamp;
use serde::Deserialize;

use crate::lang::{Text, text};
use crate::model::visible::visible;
use crate::programs::{self, Place, ProgramError};

/// Runs the program whenever credentials are wanted.
pub(super) struct ProcessCredentials {
    /// As a shell takes it.
    pub(super) command: String,
    /// Where it runs.
    pub(super) place: Place,
}

/// What the program prints. (AWS CLI user guide, "Sourcing credentials with an external process")
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: u32,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<Timestamp>,
}

/// Why the program gives no credentials. What it printed is never told: it may be the key.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub(super) enum ProcessError {
    /// It did not come to an end.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// It failed.
    Failed {
        /// How it ended.
        status: String,
        /// What it wrote to standard error.
        why: Text,
    },
    /// What it printed is something else.
    NoCredentials,
}

impl ProcessError {
    /// What is wrong.
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Program(error) => of_program(error),
            Self::Failed { status, why } => text!("error-process-failed", status = status, why = why),
            Self::NoCredentials => text!("error-process-babbles"),
        }
    }
}

/// Why a program gave no answer.
fn of_program(error: &ProgramError) -> Text {
    match error {
        ProgramError::Start(_) => text!("error-program-start"),
        ProgramError::Silent(limit) => text!("error-program-silent", seconds = limit.as_secs()),
        ProgramError::TooMuch => text!("error-program-too-much"),
        ProgramError::Interrupted => text!("error-program-interrupted"),
        ProgramError::Unreadable(_) => text!("error-program-unreadable"),
    }
}

impl fmt::Debug for ProcessCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // There may be a password in the command.
        f.debug_struct("ProcessCredentials").finish_non_exhaustive()
    }
}

impl ProvideCredentials for ProcessCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.run().await.map_err(CredentialsError::provider_error) })
    }
}

impl ProcessCredentials {
    async fn run(&self) -> Result<Credentials, ProcessError> {
        let mut shell = Command::new("sh");
        shell.args(["-c", &self.command]);
        shell.stdin(Stdio::null()).stderr(Stdio::piped());
        let ended = programs::run(shell, self.place).await?;
        if !ended.status.success() {
            return Err(ProcessError::Failed {
                status: ended.status.to_string(),
                why: match ended.stderr.as_str() {
                    "" => text!("error-process-silent"),
                    words => visible(words).into_owned().into(),
                },
            });
        }
        let printed: Printed = serde_json::from_slice(&ended.stdout).map_err(|_| ProcessError::NoCredentials)?;
        let is_empty = printed.access_key_id.is_empty() || printed.secret_access_key.is_empty();
        if printed.version != 1 || is_empty {
            return Err(ProcessError::NoCredentials);
        }
        let until = printed.expiration.map(SystemTime::from);
        Ok(Credentials::new(
            printed.access_key_id,
            printed.secret_access_key,
            printed.session_token,
            until,
            "credential_process",
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::*;
    use crate::aws::login::SessionError;
    use crate::lang::Language;
    use crate::ports::{error_chain, said_chain};

    async fn given(command: &str) -> Result<Credentials, CredentialsError> {
        let process = ProcessCredentials {
            command: command.to_owned(),
            place: Place::Alone,
        };
        process.provide_credentials().await
    }

    async fn of(command: &str) -> Result<Credentials, String> {
        given(command).await.map_err(|error| error_chain(&error).join(": "))
    }

    #[tokio::test]
    async fn why_a_program_gives_nothing_is_said_in_both_languages() {
        let error = given("exit 3").await.unwrap_err();
        let said = said_chain(&error, SessionError::said);
        let said: Vec<String> = said.iter().map(|text| text.said(Language::Korean)).collect();
        assert_eq!(
            said.last().unwrap(),
            "실패했습니다(exit status: 3): 이유를 출력하지 않았습니다",
            "{said:?}"
        );
        let broken = || io::ErrorKind::BrokenPipe.into();
        for error in [
            ProgramError::Start(broken()),
            ProgramError::Silent(Duration::from_secs(60)),
            ProgramError::TooMuch,
            ProgramError::Interrupted,
            ProgramError::Unreadable(broken()),
        ] {
            assert_eq!(of_program(&error), error.to_string());
        }
    }

    #[tokio::test]
    async fn what_a_program_prints_are_credentials_or_nothing_is_told_of_it() {
        let full = r#"echo '{"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "s", "SessionToken": "t",
            "Expiration": "2100-01-01T00:00:00+00:00", "Other": 1}'"#;
        let given = of(full).await.unwrap();
        assert_eq!((given.access_key_id(), given.session_token()), ("K", Some("t")));
        assert!(given.expiry().is_some());
        for command in [
            "echo s3cret",
            r#"echo '{"Version": 2, "AccessKeyId": "K", "SecretAccessKey": "s3cret"}'"#,
            r#"echo '{"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "s3cret", BROKEN'"#,
            r#"echo '{"Version": 1, "AccessKeyId": "", "SecretAccessKey": "s3cret"}'"#,
            r#"echo '{"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "s3cret", "Expiration": "soon"}'"#,
        ] {
            let told = of(command).await.unwrap_err();
            assert!(
                told.contains("it printed something that is no answer") && !told.contains("s3cret"),
                "{told}"
            );
        }
        let told = of("echo s3cret; printf 'no\\033]52;c;aGk=\\007' >&2; exit 3")
            .await
            .unwrap_err();
        assert!(
            told.ends_with(r"it failed (exit status: 3): no\u{1b}]52;c;aGk=\u{7}"),
            "{told}"
        );
        let told = of("cat /dev/zero").await.unwrap_err();
        assert!(told.ends_with("it printed more than 1 MiB, and was ended"), "{told}");
    }
}
