//! What the clusters of a class have, and what its labs take of that.

use std::collections::BTreeMap;

use super::class::ClassLab;
use super::lab_run::context_of;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::fleet::{Demand, Site, without_profile};
use crate::lang::{Text, text};
use crate::model::{Desired, LoadBalancerSpec, Node, NodeKind, Op, PROFILES_OF_CLUSTER, Scope, pod_size};
use crate::plan::Plan;

/// The clusters of a class, each seen once.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) sites: Vec<Site>,
    /// Where each is, by the words of the environments that mean it.
    places: BTreeMap<String, usize>,
}

/// What the plan of a lab, or of what labs share, shows of both.
pub(super) struct Seen {
    /// Its cluster.
    site: Site,
    /// What it takes.
    demand: Demand,
}

impl Seen {
    /// What `plan` takes of what `snapshot` has seen.
    pub(super) fn of(snapshot: &Snapshot, plan: &Plan) -> Self {
        Self {
            site: site_of(snapshot),
            demand: demand_of(snapshot, plan),
        }
    }
}

impl Survey {
    /// Takes in a look at the cluster that `words` mean; what it takes there.
    pub(super) fn take(&mut self, words: &str, seen: Seen) -> Demand {
        let Seen { site, demand } = seen;
        let place = match self.sites.iter().position(|known| known.is(&site)) {
            None => {
                self.sites.push(site);
                self.sites.len() - 1
            }
            Some(place) => {
                // Not asked for by a lab that has its ALB already.
                if let Some(known) = self.sites.get_mut(place).filter(|known| known.in_use.known().is_none()) {
                    known.in_use = site.in_use;
                }
                place
            }
        };
        self.places.insert(words.to_owned(), place);
        Demand { site: place, ..demand }
    }

    /// Looks at the cluster of each lab that makes a profile of its own, and finds those for which there is no room, each with
    /// why. A cluster that cannot be read is left to its labs.
    pub(super) async fn without_profile(context: &Context, labs: &[&ClassLab]) -> Result<Vec<(usize, Text)>, AppError> {
        let quiet = context_of(context);
        let mut survey = Self::default();
        let mut profiles: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for lab in labs.iter().filter(|lab| lab.session.environment().fargate.own) {
            let words = lab.cluster();
            if survey.places.contains_key(&words) {
                continue;
            }
            match Snapshot::take(&quiet, &lab.session, Purpose::look(Scope::Status)).await {
                Err(AppError::Interrupted) => return Err(AppError::Interrupted),
                Err(_) => {}
                Ok(snapshot) => {
                    let there = snapshot.aws.profiles.known().into_iter().flatten();
                    profiles.insert(words.clone(), there.map(|profile| profile.name.clone()).collect());
                    let site = site_of(&snapshot);
                    let demand = Demand::default();
                    survey.take(&words, Seen { site, demand });
                }
            }
        }
        let own = labs.iter().map(|lab| {
            let fargate = &lab.session.environment().fargate;
            let there = profiles.get(&lab.cluster())?;
            let is_new = fargate.own && !there.contains(&fargate.profile);
            survey.places.get(&lab.cluster()).copied().filter(|_| is_new)
        });
        let own: Vec<Option<usize>> = own.collect();
        let without = without_profile(&survey.sites, own.iter().copied());
        let why = |lab: usize| survey.no_profile_left(*own.get(lab)?.as_ref()?);
        Ok(without.into_iter().filter_map(|lab| Some((lab, why(lab)?))).collect())
    }

    /// Why a lab gets no profile on that site.
    pub(super) fn no_profile_left(&self, site: usize) -> Option<Text> {
        let site = self.sites.get(site)?;
        let there = site.profiles.known()?;
        Some(text!(
            "fleet-no-profile-left",
            cluster = &site.cluster,
            most = PROFILES_OF_CLUSTER,
            there = *there
        ))
    }
}

fn site_of(snapshot: &Snapshot) -> Site {
    let aws = &snapshot.aws;
    let region = &snapshot.site.region;
    let addresses = aws.subnets.as_ref().map(|subnets| {
        let private = subnets.iter().filter(|subnet| subnet.is_private());
        private.map(|subnet| subnet.free_addresses).sum()
    });
    Site {
        cluster: format!("{region}/{}", aws.cluster.name),
        region: region.clone(),
        account: snapshot.site.account.clone(),
        profiles: aws.profiles.as_ref().map(Vec::len),
        addresses,
        limits: aws.balancing_limits.clone(),
        in_use: aws.balancing_use.clone(),
    }
}

fn demand_of(snapshot: &Snapshot, plan: &Plan) -> Demand {
    let nodes = || plan.changes.iter().map(|change| &change.task.node);
    let is_made = |kind: &NodeKind| {
        let mut changes = plan.changes.iter();
        changes.any(|change| change.task.node.id.kind == *kind && change.task.op == Op::Create)
    };
    let pods = if is_made(&NodeKind::Deployment) {
        snapshot.replicas.count
    } else {
        0
    };
    let balancer = nodes().find_map(|node: &Node| match &node.desired {
        Desired::LoadBalancer(spec) => Some(spec),
        _ => None,
    });
    let name = |spec: &LoadBalancerSpec| spec.name.clone();
    let aws = &snapshot.aws;
    let is_there = aws.balancer.known().is_some_and(Option::is_some) || !aws.other_backends.is_empty();
    let is_shared = snapshot.environment().ingress.group.is_some();
    let size = nodes().find_map(|node| match &node.desired {
        Desired::Object(object) if node.id.kind == NodeKind::Deployment => pod_size(object.at("/spec/template/spec")?),
        _ => None,
    });
    Demand {
        site: 0,
        profile: is_made(&NodeKind::Profile),
        pods,
        millis: size.map_or(0, |size| size.cpu_millis),
        balancer: balancer.filter(|_| !is_there).map(name),
        listens_on: balancer.filter(|_| is_shared).map(name),
        target_group: is_made(&NodeKind::Ingress),
    }
}
