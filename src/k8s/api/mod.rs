//! The cluster's API: which request is sent, what its answer means, and what changes meanwhile. How the network is reached,
//! and with whose credentials, is decided above, in `access`.

mod answers;
mod client;
mod connection;
mod credentials;
mod errors;
mod form;
mod ground;
mod kinds;
mod served;
mod transport;
mod watch;
mod write_error;

#[cfg(test)]
mod tests;

pub use client::{Apply, Client, Listing, Propagation, Select};
pub use connection::Connection;
pub use credentials::CredentialsError;
pub(super) use credentials::describe;
pub(super) use ground::GroundQuery;
pub(super) use kinds::KindRef;
pub use kinds::{Kind, kind_of};
pub(super) use served::ServedKinds;
pub(super) use transport::OBJECT;
pub(super) use watch::{Target, follow};
pub use write_error::{Obstacle, WriteError};
