//! The network: one reading of transport failures, and which proxy leads where.

mod failure;
mod proxy;

pub use failure::{TransportFailure, find};
pub use proxy::to as proxy_to;
