//! The seams between the program's thinking and the world: time, calls, changes.
//!
//! Adapters implement [`Driver`]; the engine knows nothing else of AWS or Kubernetes. [`Clock`] is the only source of
//! time, so that runs on the sandbox and in tests go by virtual time.

mod backoff;
mod call;
mod clock;
mod driver;
mod meter;
mod patience;
mod poll;
mod prompt;
mod queue;
mod token;
mod transport;

pub use backoff::Backoff;
pub use call::{CallError, ErrorClass, error_chain, said_chain};
#[cfg(test)]
pub(crate) use clock::TestClock;
pub use clock::{Clock, HEARTBEAT, SystemClock};
pub use driver::{Driver, ProgressStream};
pub use meter::RequestMeter;
pub use patience::{HasAnswered, Patience};
pub use poll::{is_settled, poll};
pub use prompt::{Prompt, ask};
pub use queue::{Queue, Turn};
pub use token::{BearerTokens, FreshToken, KeptToken};
pub use transport::{AnyTlsName, BoxBody, CertificateNames, Resolve, TlsName, Transport, TransportError};
