//! How the cluster's API is told who asks.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::call::CallError;
use super::clock::Clock;

/// Gives bearer tokens for the Kubernetes API and renews them before they expire.
pub trait BearerTokens: Send + Sync {
    /// A token that is good for at least the next minutes. Never to be logged.
    fn bearer(&self) -> BoxFuture<'_, Result<String, CallError>>;

    /// The API server did not accept `token`, whatever its age: the next one must be a new one.
    fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, ()>;

    /// What it means, and what to do, when a new one is not accepted either.
    fn remedy(&self) -> String;
}

/// A token that is used again until it is too old, or was refused.
pub struct KeptToken {
    lifetime: Duration,
    kept: Mutex<Option<(Timestamp, String)>>,
}

impl KeptToken {
    /// None yet; each is used for at most `lifetime`.
    pub fn for_at_most(lifetime: Duration) -> Self {
        Self {
            lifetime,
            kept: Mutex::new(None),
        }
    }

    /// The token; one that `make` gives, told the time, if there is none that is young enough. Who asks meanwhile waits.
    pub async fn get<F>(&self, clock: &dyn Clock, make: impl FnOnce(Timestamp) -> F) -> Result<String, CallError>
    where
        F: Future<Output = Result<String, CallError>>,
    {
        let mut kept = self.kept.lock().await;
        if let Some((made, token)) = kept.as_ref()
            && clock.elapsed(*made) < self.lifetime
        {
            return Ok(token.clone());
        }
        let now = clock.now();
        let token = make(now).await?;
        *kept = Some((now, token.clone()));
        Ok(token)
    }

    /// Forgets the token that was refused; another request may have had it renewed meanwhile.
    pub async fn refused(&self, token: &str) {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_some_and(|(_, old)| old == token) {
            *kept = None;
        }
    }
}
