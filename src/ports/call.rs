//! Errors of calls to AWS and Kubernetes, classified once at the edge.

use std::fmt;
use std::time::Duration;

/// What an error of a call means for the caller. Each adapter has one classifier that maps to this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The thing does not exist.
    Missing,
    /// It exists already.
    Exists,
    /// Something else is going on that must end first (a profile in CREATING, an update in progress, a webhook starting).
    Busy,
    /// Too many requests.
    Throttled,
    /// The caller may not do that (403).
    Denied,
    /// The caller is not known (401), or its token has expired.
    Unauthenticated,
    /// Somebody else changed it or owns the field (409).
    Conflict,
    /// Something made a moment ago is not visible everywhere yet (IAM).
    Propagating,
    /// The resource version is too old (410).
    Gone,
    /// The request itself is wrong and will stay so.
    Invalid,
    /// No answer: connection refused or reset, DNS, time-out, 5xx.
    Unreachable,
    /// One side does not trust the other: a certificate, a client certificate, a proxy without its password. Stays so.
    Untrusted,
    /// Anything else.
    Other,
}

impl ErrorClass {
    /// Whether trying the same call again, later, can succeed.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Throttled | Self::Propagating | Self::Gone | Self::Unreachable | Self::Unauthenticated
        )
    }
}

/// A failed call, with what is worth telling of it.
#[derive(Debug, Clone, thiserror::Error)]
pub struct CallError {
    /// What it means.
    pub class: ErrorClass,
    /// Which call, such as `eks:CreateFargateProfile` or `PATCH deployment/deployment-2048`.
    pub operation: String,
    /// The service's own code or reason, such as `ResourceInUseException`.
    pub code: Option<String>,
    /// The service's own text.
    pub message: String,
    /// How long the service asked us to wait.
    pub retry_after: Option<Duration>,
}

impl CallError {
    /// An error of the given class with the service's text.
    pub fn new(class: ErrorClass, operation: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            class,
            operation: operation.into(),
            code: None,
            message: message.into(),
            retry_after: None,
        }
    }

    /// The same error with the service's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)
    }
}
