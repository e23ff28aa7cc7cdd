//! Credentials, kept until shortly before they expire.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Mutex;

use super::login::SessionError;
use crate::ports::Clock;

/// Credentials are refreshed when they would expire within this time.
pub(super) const EARLY: Duration = Duration::from_secs(300);

/// Where credentials come from.
pub(super) trait KeySource: Send + Sync {
    /// Asks for them.
    fn fetch(&self) -> BoxFuture<'_, Result<Credentials, SessionError>>;
}

/// Keys that do not change.
impl KeySource for Credentials {
    fn fetch(&self) -> BoxFuture<'_, Result<Credentials, SessionError>> {
        let keys = self.clone();
        async move { Ok(keys) }.boxed()
    }
}

/// Credentials that are asked for once and kept until shortly before they expire; shared by all clients and by the
/// cluster's tokens, so that a `credential_process` runs once.
#[derive(Clone)]
pub(super) struct Keychain {
    source: Arc<dyn KeySource>,
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<Option<Credentials>>>,
}

impl Keychain {
    pub(super) fn new(source: Arc<dyn KeySource>, clock: Arc<dyn Clock>) -> Self {
        Self {
            source,
            clock,
            kept: Arc::default(),
        }
    }

    /// Credentials that are good for some minutes.
    pub(super) async fn credentials(&self) -> Result<Credentials, SessionError> {
        let mut kept = self.kept.lock().await;
        let soon = SystemTime::from(self.clock.now()) + EARLY;
        if let Some(credentials) = kept.as_ref().filter(|kept| kept.expiry().is_none_or(|at| at > soon)) {
            return Ok(credentials.clone());
        }
        let fresh = self.source.fetch().await?;
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
        future::ProvideCredentials::new(async {
            let credentials = self.credentials().await;
            credentials.map_err(CredentialsError::provider_error)
        })
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

    impl KeySource for HalfHourKeys {
        fn fetch(&self) -> BoxFuture<'_, Result<Credentials, SessionError>> {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            let start = SystemTime::from("2026-11-24T00:00:00Z".parse::<jiff::Timestamp>().unwrap());
            let expiry = start + Duration::from_mins(30) * (count + 1);
            async move { Ok(Credentials::new("AK", "secret", None, Some(expiry), "test")) }.boxed()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_fetched_once_and_again_before_they_expire() {
        let clock = TestClock::start();
        let count = Arc::new(AtomicU32::new(0));
        let keychain = Keychain::new(Arc::new(HalfHourKeys(count.clone())), Arc::new(clock));
        for (minutes, fetched) in [(0, 1), (24, 1), (2, 2), (10, 2)] {
            clock.sleep(Duration::from_mins(minutes)).await;
            let (one, other) = futures::join!(keychain.credentials(), keychain.credentials());
            one.unwrap();
            other.unwrap();
            assert_eq!(count.load(Ordering::SeqCst), fetched, "after {minutes} more minutes");
        }
        assert_eq!(format!("{keychain:?}"), "Keychain");
    }
}
