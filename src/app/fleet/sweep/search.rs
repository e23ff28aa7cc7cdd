//! A look for all that the labs of a roster can have left. Changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, stream};

use super::super::class::Class;
use super::super::lab_run::{cause_of, context_of};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::request::Approvals;
use crate::app::run::{Remains, remains};
use crate::app::session::Session;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::aws::{self, Clients, Search};
use crate::event::{Leftover, LeftoverKind};
use crate::k8s;
use crate::lang::{Text, text};
use crate::model::{Goal, LAB_TAG, MANAGED_BY_TAG, MANAGER, NodeKind, Op};
use crate::plan::{Cost, Plan, PlanScope, left_over};
use crate::report::class_view::{Certificate, LabLeftover, Unread};

/// Which lab of the class, or what some share, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// A lab.
    Lab(usize),
    /// What some share.
    Ground(usize),
}

/// One lab, or what some share, looked for.
pub(super) struct Looked<'a> {
    pub(super) which: Which,
    pub(super) session: &'a Session,
    pub(super) lab: String,
    pub(super) cluster: String,
    pub(super) found: Result<Found, AppError>,
}

pub(super) struct Found {
    /// Its cluster and account, in words.
    pub(super) place: Text,
    /// Region and name of its cluster.
    pub(super) site: (String, String),
    /// Whether its namespace is there.
    pub(super) is_there: bool,
    /// When its time is over, as it is on record.
    pub(super) expires: Option<jiff::Timestamp>,
    pub(super) remains: Remains,
    /// Profiles of the cluster with our tags: the lab, its profile.
    profiles: Vec<(String, Leftover)>,
    /// What such a lab costs.
    pub(super) cost: Cost,
    /// The client of its cluster.
    pub(super) client: k8s::Client,
}

/// The accounts and regions of a class: for the clients of each those to look with, for which nothing that was asked for
/// earlier counts.
pub(super) struct Now(pub(super) Vec<(Clients, Clients)>);

impl Now {
    fn of<'a>(sessions: impl Iterator<Item = &'a Session>) -> Self {
        let mut now = Self(Vec::new());
        for session in sessions {
            if now.place_of(session).is_none() {
                let clients = &session.aws_to_look;
                now.0.push((clients.clone(), clients.as_of_now()));
            }
        }
        now
    }

    /// Which of them a session is in.
    pub(super) fn place_of(&self, session: &Session) -> Option<usize> {
        self.0
            .iter()
            .position(|(clients, _)| clients.is_same(&session.aws_to_look))
    }

    fn clients(&self, session: &Session) -> Option<&Clients> {
        let (_, clients) = self.0.get(self.place_of(session)?)?;
        Some(clients)
    }
}

/// Looks for everything of the labs of the class, and of what they share.
pub(in crate::app::fleet) async fn search(
    context: &Context,
    class: &Class,
    parallel: usize,
) -> Result<Certificate, AppError> {
    let (looked, _) = looks(context, class, parallel).await?;
    let at = class.session().map(|session| session.clock.now()).unwrap_or_default();
    Ok(certified(class.label.clone(), &names(class), at, looked))
}

/// The labs of the class by their names.
fn names(class: &Class) -> Vec<String> {
    class.labs.iter().map(|lab| lab.row.name().to_owned()).collect()
}

/// Looks at each lab, and at what they share.
pub(super) async fn looks<'a>(
    context: &Context,
    class: &'a Class,
    parallel: usize,
) -> Result<(Vec<Looked<'a>>, Now), AppError> {
    let quiet = context_of(context);
    let labs = class.labs.iter().enumerate();
    let labs = labs.map(|(place, lab)| (Which::Lab(place), &lab.session));
    let shared = class.grounds.iter().enumerate();
    let shared = shared.map(|(place, shared)| (Which::Ground(place), &shared.session));
    let sessions: Vec<(Which, &Session)> = labs.chain(shared).collect();
    let now = Now::of(sessions.iter().map(|(_, session)| *session));
    let looks = sessions
        .iter()
        .map(|(which, session)| look(&quiet, *which, session, &now));
    let looking = async { Ok(stream::iter(looks).buffered(parallel).collect::<Vec<_>>().await) };
    let looked = context.unless_interrupted(looking).await?;
    Ok((looked, now))
}

/// A certificate of nothing yet.
pub(super) fn blank(roster: String, labs: usize, at: jiff::Timestamp) -> Certificate {
    Certificate {
        roster,
        at,
        places: Vec::new(),
        labs,
        searched: Vec::new(),
        there: Vec::new(),
        expired: Vec::new(),
        left: Vec::new(),
        unread: Vec::new(),
    }
}

fn certified(roster: String, labs_of_roster: &[String], at: jiff::Timestamp, looked: Vec<Looked<'_>>) -> Certificate {
    let mut found = blank(roster, labs_of_roster.len(), at);
    let known: BTreeSet<(String, String)> = looked
        .iter()
        .map(|one| (one.cluster.clone(), one.lab.clone()))
        .collect();
    let mut strangers = BTreeMap::new();
    for one in looked {
        let of_lab = match one.found {
            Ok(of_lab) => of_lab,
            Err(error) => {
                let (lab, reason) = (one.lab, cause_of(&error));
                found.unread.push(Unread { lab, reason });
                continue;
            }
        };
        let others = of_lab.profiles.iter();
        let others = others.filter(|(lab, _)| !known.contains(&(one.cluster.clone(), lab.clone())));
        let cluster = one.cluster.clone();
        let with_cluster =
            |(lab, item): &(String, Leftover)| (item.id.clone(), (lab.clone(), cluster.clone(), item.clone()));
        strangers.extend(others.map(with_cluster));
        take(&mut found, (one.lab, one.cluster), of_lab, labs_of_roster);
    }
    found.left.extend(strangers.into_values().map(|(lab, cluster, item)| {
        let command = removal_of_stranger(&lab);
        LabLeftover::new((lab, cluster), false, Leftover { command, ..item })
    }));
    found
}

/// Takes in what was found of a lab, or of what some share.
fn take(certificate: &mut Certificate, (lab, cluster): (String, String), found: Found, labs_of_roster: &[String]) {
    if !certificate.places.contains(&found.place) {
        certificate.places.push(found.place);
    }
    certificate.add(&found.remains.searched);
    // What a lab has that lives goes with it, and not on its own.
    let with_it = found.is_there.then(|| {
        removal(
            &certificate.roster,
            labs_of_roster.contains(&lab).then_some(lab.as_str()),
        )
    });
    let items = found.remains.left.into_iter();
    certificate.left.extend(items.map(|item| {
        let command = with_it.clone().unwrap_or_else(|| item.command.clone());
        LabLeftover::new((lab.clone(), cluster.clone()), true, Leftover { command, ..item })
    }));
    if found.is_there {
        certificate.there.push(lab);
    }
}

/// The command that removes a lab, or all and what they share.
pub(super) fn removal(roster: &str, lab: Option<&str>) -> String {
    let only = lab.map_or_else(String::new, |lab| format!(" --only {lab}"));
    format!("lab2048 fleet destroy {roster}{only}")
}

/// The command that removes a lab that the roster does not have.
pub(super) fn removal_of_stranger(lab: &str) -> String {
    format!("lab2048 destroy --set lab.name={lab}")
}

async fn look<'a>(context: &Context, which: Which, session: &'a Session, now: &Now) -> Looked<'a> {
    let environment = session.environment();
    let (lab, cluster) = (environment.lab.name.clone(), environment.cluster.words());
    let found = match now.clients(session) {
        Some(clients) => look_now(context, &session.looking_with(clients)).await,
        None => look_now(context, session).await,
    };
    Looked {
        which,
        session,
        lab,
        cluster,
        found,
    }
}

async fn look_now(context: &Context, session: &Session) -> Result<Found, AppError> {
    let snapshot = Snapshot::take(context, session, Purpose::plan(Goal::Gone)).await?;
    // A namespace that was handed out is there, too.
    let approvals = Approvals {
        take_back: true,
        ..Approvals::default()
    };
    let plan = snapshot.plan(PlanScope::Lab, approvals);
    let found = aws::leftovers(
        &session.aws_to_look,
        &snapshot.all_names(),
        &snapshot.marks(),
        Search::Whole,
    )
    .await;
    let mut changes = plan.changes.iter();
    Ok(Found {
        place: text!(
            "fleet-cluster-of",
            cluster = session.environment().cluster.words(),
            account = &snapshot.site.account
        ),
        site: (snapshot.site.region.clone(), snapshot.site.cluster.clone()),
        expires: snapshot.expires().map(|expires| expires.at),
        is_there: changes.any(|change| change.task.node.id.kind == NodeKind::Namespace && change.task.op == Op::Delete),
        remains: remains(session, &plan, &found, None),
        profiles: profiles_of_labs(&snapshot, &plan),
        cost: plan.cost.clone(),
        client: snapshot.client,
    })
}

/// The profiles of the cluster that are some lab's, by their tags.
fn profiles_of_labs(snapshot: &Snapshot, plan: &Plan) -> Vec<(String, Leftover)> {
    let profiles = snapshot.aws.profiles.known().into_iter().flatten();
    let ours = profiles.filter(|profile| profile.tags.get(MANAGED_BY_TAG).is_some_and(|by| by == MANAGER));
    ours.filter_map(|profile| {
        let lab = profile.tags.get(LAB_TAG)?.clone();
        let (name, arn) = (profile.name.clone(), profile.arn.clone());
        let item = left_over(LeftoverKind::Profile, name, arn, &plan.place.cluster, &plan.cost);
        Some((lab, item))
    })
    .collect()
}
