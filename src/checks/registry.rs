//! The table of all checks.

use super::explain::{CLUSTER, Explanation, WORKSHOP};
use super::facts::Facts;
use super::outcome::{Outcome, Verdict, finding};
use super::{access, alb_subnets, annotations, controller, image, ingress, limits, network, pods, profile, size};
use crate::lang::Language;
use crate::model::Finding;

/// How a check comes to its outcome.
#[derive(Debug, Clone, Copy)]
enum Judge {
    /// From what is always there: the rendered objects, the environment, the cluster.
    Known(fn(&Facts<'_>) -> Outcome),
    /// From what was observed, which may be unknown.
    Observed(fn(&Facts<'_>) -> Verdict),
}

impl Judge {
    fn at(self, facts: &Facts<'_>) -> Verdict {
        match self {
            Self::Known(judge) => Ok(judge(facts)),
            Self::Observed(judge) => judge(facts),
        }
    }
}

/// One check, or a consideration that nothing can be checked of.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What `explain` prints of it.
    pub explanation: &'static Explanation,
    judge: Option<Judge>,
}

impl Check {
    /// The check's id, such as `C12`.
    pub fn id(&self) -> &'static str {
        self.explanation.id
    }

    /// Whether something checks it, so that [`run`] makes a finding of it.
    pub fn is_checked(&self) -> bool {
        self.judge.is_some()
    }
}

/// What decides each check, by id.
const JUDGES: &[(&str, Judge)] = &[
    ("C2", Judge::Observed(ingress::target_type)),
    ("C3", Judge::Observed(pods::daemon_sets)),
    ("C4", Judge::Known(pods::privileged)),
    ("C5", Judge::Known(pods::host_access)),
    ("C7", Judge::Known(pods::gpus)),
    ("C8", Judge::Observed(network::private)),
    ("C9", Judge::Observed(pods::autoscalers)),
    ("C10", Judge::Observed(network::dns)),
    ("C12", Judge::Observed(network::addresses)),
    ("C13", Judge::Known(pods::metadata)),
    ("C14", Judge::Observed(network::zones)),
    ("C15", Judge::Observed(pods::budgets)),
    ("C16", Judge::Observed(pods::network_plugin)),
    ("C17", Judge::Known(pods::volumes)),
    ("C18", Judge::Known(profile::selectors)),
    ("size", Judge::Known(size::size)),
    ("caller", Judge::Observed(access::caller)),
    ("cluster", Judge::Known(access::cluster)),
    ("cluster-identity", Judge::Known(access::identity)),
    ("cluster-health", Judge::Known(access::health)),
    ("auto-mode", Judge::Known(access::auto_mode)),
    ("api-access", Judge::Known(access::api_access)),
    ("coredns", Judge::Observed(access::coredns)),
    ("egress", Judge::Observed(network::egress)),
    ("image-limit", Judge::Observed(image::limit)),
    ("image-format", Judge::Observed(image::format)),
    ("profile-overlap", Judge::Observed(profile::overlap)),
    ("profile-slot", Judge::Observed(profile::slot)),
    ("profile-health", Judge::Observed(profile::health)),
    ("access-entry", Judge::Observed(profile::access_entry)),
    ("quota", Judge::Observed(profile::quota)),
    ("lbc-installed", Judge::Observed(controller::installed)),
    ("lbc-ready", Judge::Observed(controller::ready)),
    ("lbc-args", Judge::Observed(controller::args)),
    ("lbc-lease", Judge::Observed(controller::lease)),
    ("lbc-webhook", Judge::Observed(controller::webhook)),
    ("ingress-class", Judge::Observed(ingress::class)),
    ("class-params", Judge::Observed(ingress::params)),
    ("ingress-group", Judge::Observed(ingress::group)),
    ("ingress-route", Judge::Observed(ingress::route)),
    ("annotations", Judge::Known(annotations::understood)),
    ("alb-subnets", Judge::Observed(alb_subnets::balancer)),
    ("alb-quota", Judge::Observed(limits::balancing)),
    ("rehearsal", Judge::Observed(annotations::rehearsed)),
];

/// All considerations of the workshop and all further checks, in the order in which they are listed.
pub fn all() -> impl Iterator<Item = Check> {
    WORKSHOP.iter().chain(CLUSTER).map(|explanation| Check {
        explanation,
        judge: JUDGES
            .iter()
            .find_map(|(id, judge)| (*id == explanation.id).then_some(*judge)),
    })
}

/// What `explain` prints of a check; the case of the id does not matter.
pub fn explain(id: &str) -> Option<&'static Explanation> {
    WORKSHOP
        .iter()
        .chain(CLUSTER)
        .find(|explanation| explanation.id.eq_ignore_ascii_case(id))
}

/// The explanations in which, in any language, all of these begin words, those with one in the title first.
pub fn search(words: &[String]) -> Vec<&'static Explanation> {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let has = |text: &str, word: &str| {
        let text = text.to_lowercase();
        let mut parts = text.split(|c: char| !c.is_alphanumeric());
        parts.any(|part| part.starts_with(word))
    };
    let all = WORKSHOP.iter().chain(CLUSTER);
    let mut found: Vec<&Explanation> = all
        .filter(|about| {
            let texts = [about.title(), about.what(), about.why(), about.does()];
            let texts = texts
                .iter()
                .flat_map(|text| Language::ALL.map(|language| text.said(language)));
            let texts: Vec<String> = texts.chain([about.id.to_owned()]).collect();
            words.iter().all(|word| texts.iter().any(|text| has(text, word)))
        })
        .collect();
    let in_title = |about: &Explanation, word: &String| {
        Language::ALL
            .iter()
            .any(|language| has(&about.title().said(*language), word))
    };
    found.sort_by_key(|about| !words.iter().any(|word| in_title(about, word)));
    found
}

/// Looks at everything: one finding for each check, in the order of [`all`].
pub fn run(facts: &Facts<'_>) -> Vec<Finding> {
    all()
        .filter_map(|check| finding(check.id(), check.judge?.at(facts)))
        .collect()
}

/// How many checks have a function.
#[cfg(test)]
pub(super) fn checked() -> usize {
    JUDGES.len()
}
