//! Environments: which lab, where, and with which values.

mod environment;

pub use environment::{
    App, Auto, Cluster, ClusterAccess, Environment, Fargate, Ingress, Lab, Resources, Sandbox, TargetKind, Timeouts,
};
