//! AWS calls: reads for the plan, and the drivers of role, profile, access entry and load balancer.

mod arn;
mod clients;
mod errors;
mod session;
mod time;
mod wire;

pub use arn::{Arn, ParseArnError};
pub use clients::{Clients, SessionOptions, StaticKeys};
pub use session::SessionError;
