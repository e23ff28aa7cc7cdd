//! What is known of the AWS Load Balancer Controller, pure: how an installation is found and what its flags say, the
//! names, tags and finalizers it gives, the annotations it reads, what it makes of an Ingress, what its events mean.
//!
//! Each item names the file of the controller's sources that it mirrors.

mod annotations;
mod causes;
mod class;
mod events;
mod exposure;
mod finalizers;
mod flags;
mod inbound;
mod installation;
mod known;
mod names;
mod reach;
mod rules;
mod settings;
mod tags;

pub use annotations::{Annotation, annotation_name, protects_from_deletion};
pub use class::{CLASS_ANNOTATION, CLASS_CONTROLLER, ClassOwner, PARAMS_API, PARAMS_KIND, class_owner, params_name};
pub use events::{Decoded, decode_event, decode_refusal};
pub use exposure::Exposure;
pub use finalizers::{BINDING_API, BINDING_KIND, has_finalizer, is_binding_of, is_finalizer};
pub use flags::{FlagValue, Flags};
pub use inbound::Inbound;
pub use installation::{NAME, WEBHOOK_SERVICE, is_controller, is_webhook, label_selector, version};
pub use known::{UnknownAnnotation, known_annotations, unknown_annotations};
pub use names::{AlbNaming, balancer_name, is_computed_name};
pub use reach::{Reach, routes};
pub use settings::{
    IngressFacts, IngressSettings, ListenPort, Override, Setting, Source, WITHOUT_PUBLIC_IPV4, overrides,
};
pub use tags::{
    CLUSTER_PREFIX, CONTROLLER_CLUSTER, CONTROLLER_STACK, IngressOwner, backend, has_subnet_role, is_backend_group,
    is_rule_of_controller, subnet_clusters, subnet_role,
};
