//! What the world consists of, as plain values: resources in AWS, objects in the cluster, what is planned, what is broken.
//!
//! Nothing here acts; all of it can be saved.

mod account;
mod action;
mod agenda;
mod aws;
mod breakage;
mod caller;
mod entries;
mod facts;
mod memory;
mod network;
mod object;
mod rates;
mod rule;
mod schedule;
mod store;
mod tracked;

pub(crate) use account::AccountChanges;
pub(crate) use action::{Action, PodStep};
pub(crate) use agenda::{Agenda, Seen};
pub use aws::{
    AccessEntry, AwsState, Certificate, Interface, Listener, LoadBalancer, NatGateway, Profile, Role, Route,
    RouteTable, SecurityGroup, Selector, Subnet, Target, TargetGroup, Vpc,
};
pub use breakage::{Breakage, UnknownBreakage};
pub use caller::{Caller, Effect, OneOrMany, Operator, Policy, Statement};
pub(crate) use entries::Changed;
pub use entries::Entries;
pub use facts::ClusterFacts;
pub(crate) use facts::release;
pub(crate) use memory::{KnownStack, LbcMemory};
pub(crate) use object::{Brief, Shared};
pub(crate) use rates::{Rate, Rates};
pub use rule::{FixedResponse, Redirect, Rule, RuleAction, RuleCondition};
pub(crate) use store::{Change, ChangeKind, Key, Replay, Store};
pub(crate) use tracked::Tracked;
