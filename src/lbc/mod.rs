//! What is known of the AWS Load Balancer Controller, pure: the names and tags it gives, the annotations it reads, what it
//! makes of an Ingress, what its events mean.

mod events;
mod exposure;
mod names;
mod tags;

pub use events::{Decoded, decode_event, decode_refusal};
pub use exposure::{Exposure, routes};
pub use names::{AlbNaming, balancer_name};
pub use tags::{CONTROLLER_CLUSTER, CONTROLLER_STACK, IngressOwner, backend};
