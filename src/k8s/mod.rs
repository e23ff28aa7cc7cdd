//! Kubernetes calls: reads and dry runs for the plan, the driver of objects, the lab's lock.
//!
//! `api` sends requests and interprets the answers; `access` finds the way to a cluster and makes its client; `observe`,
//! `driver` and `lock` are what the program does with one.

mod access;
mod api;
mod driver;
mod lock;
mod observe;

pub use access::{ConnectError, Fault, KubeconfigContext};
pub use api::{
    Apply, Client, Connection, CredentialsError, Kind, Listing, Obstacle, Propagation, Select, WriteError, kind_of,
};
pub use driver::ObjectDriver;
pub use lock::{LabLock, LockError, LockOwner, LockProcess};
pub use observe::{Amend, ObserveRequest, OfClass, Settling, namespaces_of_labs, observe, settling, tenants};

#[cfg(test)]
pub(crate) use access::chosen_context;

#[cfg(test)]
mod fake;
