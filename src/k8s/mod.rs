//! Kubernetes calls: reads and dry runs for the plan, the driver of objects, the lab's lock.

mod client;
mod connect;
mod driver;
mod errors;
mod kinds;
mod kubeconfig;
mod lock;
mod network;
mod observe;
mod plugin;
mod status_view;
mod transport;
mod watch;

pub use client::{Apply, Client, Listing, Propagation, Select};
pub use connect::ConnectError;
pub use driver::ObjectDriver;
pub use kinds::{Kind, kind_of};
pub use lock::{LabLock, LockError, LockGuard};
pub use observe::{Amend, Detail, NOT_FOR_PLAN, ObserveRequest, observe};
pub use status_view::status_view;
pub use transport::{Connection, Refused};

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
