//! AWS calls: reads for the plan, and the drivers of role, profile, access entry and load balancer.

mod arn;
mod balancers;
mod calls;
mod clients;
mod convert;
mod drivers;
mod errors;
mod inventory;
mod keychain;
mod known;
mod leftovers;
mod login;
mod made;
mod network;
mod reader;
#[cfg(test)]
mod script;
mod server_clock;
mod shared_reads;
mod time;
mod token;
mod trust;
mod wanted;
mod watching;
mod wire;

pub use arn::{Arn, ParseArnError};
pub use clients::{ATTEMPT, Clients, SessionOptions, StaticKeys, WorldWay};
pub use drivers::AwsDriver;
pub use inventory::{Inventory, Tagged, inventory};
pub use leftovers::{LabMarks, Leftovers, Search, forgotten_group, leftovers};
pub use login::{ConfigurationError, NamedBy, SessionError};
pub use network::usable_private_subnets;
pub use reader::{ClusterError, Reader};
pub use token::ClusterTokens;
pub use wanted::WantedNames;
