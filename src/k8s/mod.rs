//! Kubernetes calls: reads and dry runs for the plan, the driver of objects, the lab's lock.

mod client;
mod connect;
mod driver;
mod errors;
mod exchange;
mod kinds;
mod kubeconfig;
mod lock;
mod network;
mod observe;
mod plugin;
mod proxy;
mod status_view;
mod watch;

pub use client::{Apply, Client, Listing, Propagation, Select};
pub use connect::ConnectError;
pub use driver::ObjectDriver;
pub use exchange::{Connection, Refused};
pub use kinds::{Kind, kind_of};
pub use lock::{LabLock, LockError, LockGuard};
pub use observe::{Amend, Detail, NOT_FOR_PLAN, ObserveRequest, observe};
pub use status_view::status_view;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
