//! How the cluster's API is told who asks.

use futures::future::BoxFuture;

use super::call::CallError;

/// Gives bearer tokens for the Kubernetes API and renews them before they expire.
pub trait BearerTokens: Send + Sync {
    /// A token that is good for at least the next minutes. Never to be logged.
    fn bearer(&self) -> BoxFuture<'_, Result<String, CallError>>;

    /// The API server did not accept `token`, whatever its age: the next one must be a new one.
    fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, ()>;

    /// What it means, and what to do, when a new one is not accepted either.
    fn remedy(&self) -> String;
}
