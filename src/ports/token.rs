//! How a client proves to the cluster's API who it is.

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::call::CallError;
use super::clock::Clock;
use crate::lang::Text;

/// Gives bearer tokens for the Kubernetes API and renews them before they expire.
pub trait BearerTokens: Send + Sync {
    /// A token that is good for at least the next minutes. Never to be logged.
    fn bearer(&self) -> BoxFuture<'_, Result<String, CallError>>;

    /// The API server did not accept `token`, whatever its age: the next one must be a new one.
    fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, ()>;

    /// What it means, and what to do, when a new one is not accepted either.
    fn remedy(&self) -> Text;
}

/// A token that was just made.
pub struct FreshToken {
    /// The token. Never to be logged.
    pub token: String,
    /// When it is to be replaced; never, as long as it is accepted, if that is not known.
    pub good_until: Option<Timestamp>,
}

/// A token that is used again until it is too old, or was refused.
#[derive(Default)]
pub struct KeptToken {
    kept: Mutex<Option<FreshToken>>,
}

impl KeptToken {
    /// This one, to begin with.
    pub fn of(token: FreshToken) -> Self {
        Self {
            kept: Mutex::new(Some(token)),
        }
    }

    /// The token; a new one from `make`, which gets the time, if none is young enough. Callers wait meanwhile.
    pub async fn get<F>(&self, clock: &dyn Clock, make: impl FnOnce(Timestamp) -> F) -> Result<String, CallError>
    where
        F: Future<Output = Result<FreshToken, CallError>>,
    {
        let mut kept = self.kept.lock().await;
        let now = clock.now();
        if let Some(old) = kept.as_ref()
            && old.good_until.is_none_or(|until| now < until)
        {
            return Ok(old.token.clone());
        }
        let fresh = make(now).await?;
        let token = fresh.token.clone();
        *kept = Some(fresh);
        Ok(token)
    }

    /// Forgets the token that was refused, and says whether it was still the one; another request may have had it renewed
    /// meanwhile.
    pub async fn refused(&self, token: &str) -> bool {
        let mut kept = self.kept.lock().await;
        let is_kept = kept.as_ref().is_some_and(|old| old.token == token);
        if is_kept {
            *kept = None;
        }
        is_kept
    }
}
