//! Why there is no session with AWS, and what to do about it. What went wrong is told from the keys that the profile has
//! and from the kinds of the SDK's errors; texts hold names that users gave.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use aws_config::profile::ProfileFileLoadError;
use aws_credential_types::provider::error::CredentialsError;

pub use super::configuration::ConfigurationError;
use crate::lang::{Text, text};
use crate::net::find;
use crate::ports::{CallError, ErrorClass, said_chain};
use crate::programs::ProgramError;

/// Who named a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// `--profile`; it wins over keys in the environment.
    Flag,
    /// This variable.
    Variable(&'static str),
    /// Nobody: it is the one called `default`, which need not exist.
    Nobody,
}

impl fmt::Display for NamedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "--profile",
            Self::Variable(name) => name,
            Self::Nobody => "nobody",
        })
    }
}

/// There is no session with AWS to be had. Each message names a remedy.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub enum SessionError {
    /// The files cannot be read.
    Files(#[source] ProfileFileLoadError),
    /// The named profile does not exist.
    UnknownProfile {
        /// Its name.
        name: String,
        /// Who named it.
        named_by: NamedBy,
        /// One that is spelt nearly so.
        near: Option<String>,
        /// Those that exist.
        names: Vec<String>,
    },
    /// The keys of a profile contradict each other, or lead nowhere.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// No region anywhere.
    NoRegion {
        /// The profile that is meant, unless it is the default one.
        profile: Option<String>,
    },
    /// No credentials anywhere.
    NoCredentials {
        /// The profile that is meant, unless it is the default one.
        profile: Option<String>,
        /// What the machine said, if it was asked.
        #[source]
        source: Option<CredentialsError>,
    },
    /// A variable of two that belong together is missing.
    NoVariable {
        /// The one that is missing.
        lacks: &'static str,
        /// What needs it.
        needed_by: Text,
    },
    /// The single sign-on session has expired or was never opened.
    SignInExpired {
        /// The profile that has the session, unless it is the default one.
        profile: Option<String>,
        /// The provider's error.
        #[source]
        source: CredentialsError,
    },
    /// The sign-on portal does not give credentials.
    SignOn {
        /// The permission set's name.
        role: String,
        /// Account number.
        account: String,
        /// What the portal answered.
        #[source]
        source: Box<CallError>,
    },
    /// A session of `aws login` that cannot be used.
    Console {
        /// The profile.
        profile: String,
        /// What the AWS CLI said.
        #[source]
        source: CredentialsError,
    },
    /// A session of `aws login`, and no AWS CLI here.
    NoConsole {
        /// The profile.
        profile: String,
    },
    /// A profile's program is not there.
    NoProgram {
        /// The profile.
        profile: String,
        /// The program.
        program: String,
    },
    /// A profile's program gives no credentials.
    Process {
        /// The profile.
        profile: String,
        /// What is wrong with it.
        #[source]
        source: CredentialsError,
    },
    /// The token of an identity provider cannot be read.
    TokenFile {
        /// The file.
        path: PathBuf,
        /// A profile, or a variable.
        whose: Text,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A role cannot be assumed.
    Role {
        /// ARN.
        arn: String,
        /// A profile, or a variable.
        whose: Text,
        /// What STS answered.
        #[source]
        source: Box<CallError>,
    },
    /// STS gave a session of another account than the role's.
    OtherAccount {
        /// ARN of the role.
        arn: String,
        /// ARN of the session.
        given: String,
    },
    /// A code is wanted, and nobody can be asked.
    MfaUnasked {
        /// The profile.
        profile: String,
        /// ARN or serial number of the device.
        serial: String,
    },
    /// No code was typed.
    MfaUnanswered {
        /// ARN or serial number of the device.
        serial: String,
        /// Why it could not be read, if so.
        #[source]
        source: Option<io::Error>,
    },
    /// What was signed in to with a code has ended meanwhile.
    MfaEnded {
        /// The profile.
        profile: String,
        /// ARN or serial number of the device.
        serial: String,
    },
    /// The container or the instance gives no credentials.
    Place {
        /// Who says that it should.
        whose: Text,
        /// `container` or `instance`.
        place: &'static str,
        /// Why.
        #[source]
        source: CredentialsError,
    },
    /// The authorities that the environment names cannot be used.
    AuthorityBundle {
        /// A variable, or a key of a profile.
        named_by: String,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl SessionError {
    /// Whether files or variables are wrong, so that trying again is of no use.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::Files(_)
                | Self::UnknownProfile { .. }
                | Self::Configuration(_)
                | Self::NoRegion { .. }
                | Self::NoVariable { .. }
                | Self::NoConsole { .. }
                | Self::NoProgram { .. }
                | Self::TokenFile { .. }
                | Self::AuthorityBundle { .. }
        )
    }

    /// Whether a question had no answer.
    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::MfaUnasked { .. } | Self::MfaUnanswered { .. })
    }

    /// What to do about it, where the message does not say it.
    pub fn help(&self) -> Option<Text> {
        match self {
            Self::Role { arn, source, .. } if source.class == ErrorClass::Denied => {
                Some(text!("help-assume-role", arn = arn))
            }
            Self::Role { source, .. } | Self::SignOn { source, .. } => source.help(),
            Self::MfaUnasked { profile, .. } => {
                let command = format!("eval \"$(aws configure export-credentials --profile {profile} --format env)\"");
                Some(text!("help-mfa-unasked", profile = profile, command = command))
            }
            _ => None,
        }
    }

    /// What it means that `operation` had no credentials to go by.
    pub(in crate::aws) fn of_call(&self, operation: &str) -> CallError {
        let class = match self {
            Self::SignInExpired { .. } | Self::MfaEnded { .. } => ErrorClass::Expired,
            Self::Role { source, .. } | Self::SignOn { source, .. } => source.class,
            // A program that hangs or babbles would do so again.
            Self::Process { source, .. } | Self::Console { source, .. } if find::<ProgramError>(source).is_some() => {
                ErrorClass::Other
            }
            _ => ErrorClass::Unauthenticated,
        };
        let causes = said_chain(self, Self::said);
        CallError::saying(class, operation, Text::list(causes, ": "))
    }
}
