//! The table of all checks.

use super::explain::{CLUSTER, Explanation, WORKSHOP};
use super::facts::Facts;
use super::outcome::{Outcome, Verdict, finding};
use super::{access, controller, ingress, network, pods, profile};
use crate::model::Finding;

/// How a check comes to its outcome.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// From what is always there: the rendered objects, the environment, the cluster.
    Known(fn(&Facts<'_>) -> Outcome),
    /// From what was observed, which may not have been seen.
    Observed(fn(&Facts<'_>) -> Verdict),
}

impl Look {
    fn at(self, facts: &Facts<'_>) -> Verdict {
        match self {
            Self::Known(look) => Ok(look(facts)),
            Self::Observed(look) => look(facts),
        }
    }
}

/// One check, or a consideration that nothing can be checked of.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What `explain` says of it.
    pub explanation: &'static Explanation,
    look: Option<Look>,
}

impl Check {
    /// The check's id, such as `C12`.
    pub fn id(&self) -> &'static str {
        self.explanation.id
    }

    /// Whether it can be looked at, so that [`run`] makes a finding of it.
    pub fn is_checked(&self) -> bool {
        self.look.is_some()
    }
}

/// The checks that can be looked at, by id.
const LOOKS: &[(&str, Look)] = &[
    ("C2", Look::Observed(ingress::target_type)),
    ("C3", Look::Observed(pods::daemon_sets)),
    ("C4", Look::Known(pods::privileged)),
    ("C5", Look::Known(pods::host_access)),
    ("C7", Look::Known(pods::gpus)),
    ("C8", Look::Observed(network::private)),
    ("C9", Look::Observed(pods::autoscalers)),
    ("C10", Look::Observed(network::dns)),
    ("C12", Look::Observed(network::addresses)),
    ("C13", Look::Known(pods::metadata)),
    ("C14", Look::Observed(network::zones)),
    ("C15", Look::Observed(pods::budgets)),
    ("C16", Look::Observed(pods::network_plugin)),
    ("C17", Look::Known(pods::volumes)),
    ("C18", Look::Known(profile::selectors)),
    ("caller", Look::Observed(access::caller)),
    ("cluster", Look::Known(access::cluster)),
    ("cluster-health", Look::Known(access::health)),
    ("auto-mode", Look::Known(access::auto_mode)),
    ("api-access", Look::Known(access::api_access)),
    ("coredns", Look::Observed(access::coredns)),
    ("egress", Look::Observed(network::egress)),
    ("profile-overlap", Look::Observed(profile::overlap)),
    ("profile-slot", Look::Observed(profile::slot)),
    ("profile-health", Look::Observed(profile::health)),
    ("access-entry", Look::Observed(profile::access_entry)),
    ("quota", Look::Observed(profile::quota)),
    ("lbc-installed", Look::Observed(controller::installed)),
    ("lbc-ready", Look::Observed(controller::ready)),
    ("lbc-args", Look::Observed(controller::args)),
    ("lbc-lease", Look::Observed(controller::lease)),
    ("lbc-webhook", Look::Observed(controller::webhook)),
    ("ingress-class", Look::Observed(ingress::class)),
    ("class-params", Look::Observed(ingress::params)),
    ("ingress-group", Look::Observed(ingress::group)),
    ("ingress-route", Look::Observed(ingress::route)),
    ("alb-subnets", Look::Observed(network::balancer)),
];

/// All considerations of the workshop and all further checks, in the order in which they are told.
pub fn all() -> impl Iterator<Item = Check> {
    WORKSHOP.iter().chain(CLUSTER).map(|explanation| Check {
        explanation,
        look: LOOKS
            .iter()
            .find_map(|(id, look)| (*id == explanation.id).then_some(*look)),
    })
}

/// What `explain` says of a check; the case of the id does not matter.
pub fn explain(id: &str) -> Option<&'static Explanation> {
    WORKSHOP
        .iter()
        .chain(CLUSTER)
        .find(|explanation| explanation.id.eq_ignore_ascii_case(id))
}

/// Looks at everything: one finding for each check, in the order of [`all`].
pub fn run(facts: &Facts<'_>) -> Vec<Finding> {
    all()
        .filter_map(|check| finding(check.id(), check.look?.at(facts)))
        .collect()
}

/// How many checks have a function.
#[cfg(test)]
pub(super) fn checked() -> usize {
    LOOKS.len()
}
