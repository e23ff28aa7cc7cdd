//! The network: how servers are reached, whom they are trusted by, which proxy leads to them, and one reading of what it
//! means when none answers. It knows nothing of AWS or Kubernetes.
//!
//! [`SharedConnection`] and [`FreshConnections`] send requests over sockets; both are a [`crate::ports::Transport`], as the
//! embedded world is.

mod bounded;
mod failure;
mod fresh;
mod link;
mod proxy;
mod resolve;
mod shared;
mod trust;

pub use bounded::{AnswerLimit, TooLarge, bounded, whole};
pub use failure::{TransportFailure, find};
pub use fresh::FreshConnections;
pub use link::{Dial, Route, RouteError};
pub use proxy::Proxies;
pub use resolve::SystemResolver;
pub use shared::SharedConnection;
pub use trust::{BundleError, machine_bundle, read_bundle};

#[cfg(test)]
pub(crate) mod server;
