//! The only judge: how far each kind of node is, by what was read of it and what is wanted; pure, one file a kind.
//!
//! Every judgement on an object looks at the generation, so that a change made a moment ago is never taken for done, and
//! says why it is not ready in words that lead on: conditions, states of pods and events are decoded here. Drivers that
//! wait, plans, diagnoses, checks, `status` and `open` ask these functions and nobody else, so that they cannot disagree.

mod access_entry;
mod alb;
mod budget;
mod conditions;
mod controller;
mod deployment;
mod events;
mod explained;
mod ingress;
mod job;
mod namespace;
mod node;
mod object;
mod one_line;
mod past;
mod pod_problem;
mod pods;
mod problem;
mod profile;
mod proof;
mod pull;
mod role;
mod service;
mod targets;
mod verdict;

pub use access_entry::{access_entry, access_entry_gone};
pub use alb::{alb, alb_in_service, alb_on_any_port, was_removed, without_listener, without_rule};
pub use budget::budget;
pub use controller::{ControllerFault, controller_fault, controller_unseen};
pub use deployment::{deployment, deployment_gone};
pub use events::{about, last_seen, message, newest_warning, times};
pub use explained::explained;
pub use ingress::{hostname, ingress, ingress_gone};
pub use job::is_finished;
pub use namespace::{namespace, namespace_gone};
pub use node::{node, targets_wanted};
pub use object::{gone, present};
pub use past::Past;
pub use pod_problem::shared_problem;
pub use pods::{
    FARGATE_NODE, FARGATE_SCHEDULER, is_on_fargate, is_over, is_pod_ready, is_stuck, pod_states, pods_of, stuck_pods,
    unpulled_pods,
};
pub use problem::{Outlook, PodProblem};
pub use profile::{profile, profile_gone, taker};
pub use proof::{NoAnswer, ProofAnswer, ProofAttempt, name_of_certificate, proof, proof_by_targets};
pub use role::{role, role_gone, role_of_profile};
pub use service::service;
pub use targets::{healthy_targets, targets};
pub use verdict::{State, Verdict};

#[cfg(test)]
mod tests;
