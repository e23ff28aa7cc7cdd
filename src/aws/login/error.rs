//! Why there is no session with AWS, and what to do about it. What went wrong is told from the keys that the profile has
//! and from the kinds of the SDK's errors; texts hold names that users gave.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use aws_config::profile::ProfileFileLoadError;
use aws_credential_types::provider::error::CredentialsError;

pub use super::configuration::ConfigurationError;
use super::configuration::{instead, with_profile};
use crate::net::find;
use crate::ports::{CallError, ErrorClass, error_chain};
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
pub enum SessionError {
    /// The files cannot be read.
    #[error(
        "the AWS CLI's configuration cannot be read: mend it, or name other files with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE"
    )]
    Files(#[source] ProfileFileLoadError),
    /// The named profile does not exist.
    #[error("the AWS profile `{name}` (from {named_by}) does not exist{}", instead(.near.as_deref(), .names))]
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
    #[error(
        "no AWS region is set: give `--region ap-northeast-2`, set `cluster.region` in the environment, \
         or run {}", with_profile("aws configure set region ap-northeast-2", .profile.as_deref())
    )]
    NoRegion {
        /// The profile that is meant, unless it is the default one.
        profile: Option<String>,
    },
    /// No credentials anywhere.
    #[error("no AWS credentials were found: run {}, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", with_profile("aws configure", .profile.as_deref()))]
    NoCredentials {
        /// The profile that is meant, unless it is the default one.
        profile: Option<String>,
        /// What the machine said, if it was asked.
        #[source]
        source: Option<CredentialsError>,
    },
    /// A variable of two that belong together is missing.
    #[error("{lacks} is not set, and {needed_by} needs it: set it, or choose other credentials with --profile NAME")]
    NoVariable {
        /// The one that is missing.
        lacks: &'static str,
        /// What needs it.
        needed_by: String,
    },
    /// The single sign-on session has expired or was never opened.
    #[error("the AWS single sign-on session has expired: run {}", with_profile("aws sso login", .profile.as_deref()))]
    SignInExpired {
        /// The profile that has the session, unless it is the default one.
        profile: Option<String>,
        /// The provider's error.
        #[source]
        source: CredentialsError,
    },
    /// The sign-on portal does not give credentials.
    #[error("the AWS single sign-on gives no credentials for role {role} in account {account}")]
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
    #[error(
        "the AWS profile `{profile}` goes by a session of `aws login`, for which the AWS CLI gives no credentials: run \
         {}; `aws configure export-credentials --profile {profile} --format env` shows whether it can",
        with_profile("aws login", Some(profile))
    )]
    Console {
        /// The profile.
        profile: String,
        /// What the AWS CLI said.
        #[source]
        source: CredentialsError,
    },
    /// A session of `aws login`, and no AWS CLI here.
    #[error(
        "the AWS profile `{profile}` goes by a session of `aws login`, which this program reads with the help of the AWS \
         CLI, and there is no program `aws` on PATH: install it, or take over the variables that `aws configure \
         export-credentials --profile {profile} --format env` prints where it is"
    )]
    NoConsole {
        /// The profile.
        profile: String,
    },
    /// A profile's program is not there.
    #[error("the credential_process of AWS profile `{profile}` cannot be run: there is no program `{program}`{}; install it, or change the profile", where_looked(.program))]
    NoProgram {
        /// The profile.
        profile: String,
        /// The program.
        program: String,
    },
    /// A profile's program gives no credentials.
    #[error(
        "the credential_process of AWS profile `{profile}` gives no credentials: try it by hand, or change the profile"
    )]
    Process {
        /// The profile.
        profile: String,
        /// What is wrong with it.
        #[source]
        source: CredentialsError,
    },
    /// The token of an identity provider cannot be read.
    #[error("the token file {} (web_identity_token_file of {whose}) cannot be read", path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// A profile, or a variable.
        whose: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A role cannot be assumed.
    #[error("role {arn} ({whose}) cannot be assumed")]
    Role {
        /// ARN.
        arn: String,
        /// A profile, or a variable.
        whose: String,
        /// What STS answered.
        #[source]
        source: Box<CallError>,
    },
    /// STS gave a session of another account than the role's.
    #[error(
        "role {arn} was asked for, and STS gave a session of another account ({given}): nothing is done there; look where AWS_ENDPOINT_URL leads"
    )]
    OtherAccount {
        /// ARN of the role.
        arn: String,
        /// ARN of the session.
        given: String,
    },
    /// A code is wanted, and nobody can be asked.
    #[error("AWS profile `{profile}` wants a code of the MFA device {serial}, and there is nobody to ask here")]
    MfaUnasked {
        /// The profile.
        profile: String,
        /// ARN or serial number of the device.
        serial: String,
    },
    /// No code was typed.
    #[error("no code of the MFA device {serial} was given")]
    MfaUnanswered {
        /// ARN or serial number of the device.
        serial: String,
        /// Why it could not be read, if so.
        #[source]
        source: Option<io::Error>,
    },
    /// What was signed in to with a code has ended meanwhile.
    #[error(
        "the credentials of AWS profile `{profile}` have expired, and a new code of the MFA device {serial} is needed: run the same command again"
    )]
    MfaEnded {
        /// The profile.
        profile: String,
        /// ARN or serial number of the device.
        serial: String,
    },
    /// The container or the instance gives no credentials.
    #[error(
        "the {place} gives no credentials ({whose}): it has some only where a role is attached to it; else choose others with --profile NAME"
    )]
    Place {
        /// Who says that it should.
        whose: String,
        /// `container` or `instance`.
        place: &'static str,
        /// Why.
        #[source]
        source: CredentialsError,
    },
    /// The authorities that the environment names cannot be used.
    #[error("{named_by} names {}, which cannot be used: unset it, or name a file of certificates (PEM)", path.display())]
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
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Role { arn, source, .. } if source.class == ErrorClass::Denied => Some(format!(
                "the caller needs sts:AssumeRole on {arn}, and the role's trust policy has to name the caller; \
                 `aws sts get-caller-identity` says who that is"
            )),
            Self::Role { source, .. } | Self::SignOn { source, .. } => source.help(),
            Self::MfaUnasked { profile, .. } => Some(format!(
                "type it where there is a terminal, `aws sts get-caller-identity --profile {profile}`: that session is used \
                 here, too; or take it over and leave --profile and AWS_PROFILE away: \
                 eval \"$(aws configure export-credentials --profile {profile} --format env)\""
            )),
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
        CallError::new(class, operation, error_chain(self).join(": "))
    }
}

fn where_looked(program: &str) -> &'static str {
    if program.contains('/') { "" } else { " on PATH" }
}
