//! Who we are in AWS and where: region and credentials, or a plain message about what is missing.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

use crate::ports::{CallError, Clock, ErrorClass, error_chain};

/// Credentials are refreshed when they would expire within this time.
const EARLY: Duration = Duration::from_secs(300);

/// There is no session with AWS to be had. Each message names a remedy.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No region anywhere.
    #[error(
        "no AWS region is set: give `--region ap-northeast-2`, set `cluster.region` in the environment, \
         or run `aws configure set region ap-northeast-2`"
    )]
    NoRegion,
    /// The named profile does not exist.
    #[error("the AWS profile `{0}` does not exist: `aws configure list-profiles` shows those that do")]
    UnknownProfile(String),
    /// No credentials anywhere.
    #[error("no AWS credentials were found: run {}, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", login("aws configure", .profile.as_deref()))]
    NoCredentials {
        /// The profile asked for.
        profile: Option<String>,
        /// The error of the chain of providers.
        #[source]
        source: CredentialsError,
    },
    /// The single sign-on session has expired or was never opened.
    #[error("the AWS single sign-on session has expired: run {}", login("aws sso login", .profile.as_deref()))]
    SignInExpired {
        /// The profile asked for.
        profile: Option<String>,
        /// The provider's error.
        #[source]
        source: CredentialsError,
    },
    /// The authorities that the environment names cannot be used.
    #[error("AWS_CA_BUNDLE names {}, which cannot be used: unset it, or name a file of certificates (PEM)", path.display())]
    AuthorityBundle {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Credentials are configured and could not be had.
    #[error("the AWS credentials could not be loaded: `aws sts get-caller-identity` shows whether the AWS CLI can")]
    Credentials(#[source] CredentialsError),
}

fn login(command: &str, profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("`{command} --profile {profile}`"),
        None => format!("`{command}`"),
    }
}

impl SessionError {
    /// What an error of the credential chain means for the user.
    pub(super) fn of(error: CredentialsError, profile: Option<&str>) -> Self {
        let owned = profile.map(str::to_owned);
        let text = error_chain(&error).join(": ").to_lowercase();
        // The sign-on portal's word for a token that it does not know any more.
        if text.contains("sso") || text.contains("unauthorizedexception") || text.contains("session token not found") {
            return Self::SignInExpired {
                profile: owned,
                source: error,
            };
        }
        match (profile, &error) {
            (Some(profile), _) if text.contains("was not defined") => Self::UnknownProfile(profile.to_owned()),
            (_, CredentialsError::CredentialsNotLoaded(_)) => Self::NoCredentials {
                profile: owned,
                source: error,
            },
            _ => Self::Credentials(error),
        }
    }

    /// What it means that `operation` had no credentials to go by.
    pub(super) fn of_call(&self, operation: &str) -> CallError {
        let class = match self {
            Self::SignInExpired { .. } => ErrorClass::Expired,
            _ => ErrorClass::Unauthenticated,
        };
        CallError::new(class, operation, error_chain(self).join(": "))
    }
}

/// Credentials that are asked for once and kept until shortly before they expire; shared by all clients and by the
/// cluster's tokens, so that a `credential_process` runs once.
#[derive(Clone)]
pub(super) struct Keychain {
    provider: SharedCredentialsProvider,
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<Option<Credentials>>>,
}

impl Keychain {
    pub(super) fn new(provider: SharedCredentialsProvider, clock: Arc<dyn Clock>) -> Self {
        Self {
            provider,
            clock,
            kept: Arc::default(),
        }
    }

    /// Credentials that are good for some minutes.
    pub(super) async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().await;
        let soon = SystemTime::from(self.clock.now()) + EARLY;
        if let Some(credentials) = kept.as_ref().filter(|kept| kept.expiry().is_none_or(|at| at > soon)) {
            return Ok(credentials.clone());
        }
        let fresh = self.provider.provide_credentials().await?;
        *kept = Some(fresh.clone());
        Ok(fresh)
    }
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keychain")
    }
}

impl ProvideCredentials for Keychain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::ports::TestClock;

    /// Gives keys that expire after half an hour, and counts.
    #[derive(Debug, Default)]
    struct HalfHourKeys(Arc<AtomicU32>);

    impl ProvideCredentials for HalfHourKeys {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            let start = SystemTime::from("2026-11-24T00:00:00Z".parse::<jiff::Timestamp>().unwrap());
            let expiry = start + Duration::from_mins(30) * (count + 1);
            future::ProvideCredentials::ready(Ok(Credentials::new("AK", "secret", None, Some(expiry), "test")))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_fetched_once_and_again_before_they_expire() {
        let clock = TestClock::start();
        let count = Arc::new(AtomicU32::new(0));
        let provider = SharedCredentialsProvider::new(HalfHourKeys(count.clone()));
        let keychain = Keychain::new(provider, Arc::new(clock));
        for (minutes, fetched) in [(0, 1), (24, 1), (2, 2), (10, 2)] {
            clock.sleep(Duration::from_mins(minutes)).await;
            let (one, other) = futures::join!(keychain.credentials(), keychain.credentials());
            one.unwrap();
            other.unwrap();
            assert_eq!(count.load(Ordering::SeqCst), fetched, "after {minutes} more minutes");
        }
        assert_eq!(format!("{keychain:?}"), "Keychain");
    }

    #[test]
    fn each_failure_has_a_remedy() {
        let not_loaded = || CredentialsError::not_loaded("no providers in chain provided credentials");
        let sso = || CredentialsError::provider_error("the SSO session has expired");
        let errors = [
            SessionError::NoRegion,
            SessionError::of(not_loaded(), None),
            SessionError::of(not_loaded(), Some("blue")),
            SessionError::of(sso(), None),
            SessionError::of(sso(), Some("blue")),
            SessionError::of(
                CredentialsError::invalid_configuration("profile `blue` was not defined: x"),
                Some("blue"),
            ),
            SessionError::of(CredentialsError::provider_error("exit status 1"), Some("blue")),
        ];
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(messages.join("\n"), @r"
    no AWS region is set: give `--region ap-northeast-2`, set `cluster.region` in the environment, or run `aws configure set region ap-northeast-2`
    no AWS credentials were found: run `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
    no AWS credentials were found: run `aws configure --profile blue`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
    the AWS single sign-on session has expired: run `aws sso login`
    the AWS single sign-on session has expired: run `aws sso login --profile blue`
    the AWS profile `blue` does not exist: `aws configure list-profiles` shows those that do
    the AWS credentials could not be loaded: `aws sts get-caller-identity` shows whether the AWS CLI can
    ");
        assert!(
            error_chain(&errors[6])
                .join(": ")
                .ends_with("an error occurred while loading credentials: exit status 1")
        );
    }
}
