//! `fleet sweep`: everything that the labs of a roster can have left, looked for once more; in the end a certificate that there
//! is nothing, or a list. Changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, stream};

use super::class::Class;
use super::lab_run::{cause_of, context_of};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::{Approvals, FleetChoice};
use crate::app::run::{Remains, remains};
use crate::app::session::Session;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::aws::{self, Clients};
use crate::event::{Leftover, LeftoverKind};
use crate::model::{Goal, LAB_TAG, MANAGED_BY_TAG, MANAGER, NodeKind, Op};
use crate::plan::{Plan, PlanScope, left_over};
use crate::report::class_view::{self, Certificate, LabLeftover, Unread};
use crate::report::{Format, Reporter};

/// Looks for all that is left of the labs of a roster.
pub(super) async fn run(context: &mut Context, choice: &FleetChoice) -> Result<Exit, AppError> {
    let class = Class::open(context, choice).await?;
    if let Some(session) = class.session() {
        context.reading(session);
    }
    let found = search(context, &class, choice.parallel).await?;
    context.reporter.yield_terminal();
    show(&mut context.reporter, &found);
    Ok(exit(&found))
}

fn exit(found: &Certificate) -> Exit {
    match found.is_complete() {
        false => Exit::Failed,
        true if found.is_zero() && found.left.is_empty() => Exit::Done,
        true => Exit::Changes,
    }
}

/// Shows what was found as the answer to the call.
fn show(reporter: &mut Reporter, found: &Certificate) {
    let settings = reporter.settings();
    match settings.format {
        Format::Json | Format::Yaml => reporter.document(found),
        _ => reporter.data(&class_view::certificate(found, &settings.out)),
    }
}

/// One lab, or what some share, looked for.
struct Looked {
    lab: String,
    cluster: String,
    found: Result<Found, AppError>,
}

struct Found {
    place: String,
    is_there: bool,
    remains: Remains,
    /// Profiles of the cluster with our tags: the lab, its profile.
    profiles: Vec<(String, Leftover)>,
}

/// Looks for everything; nothing that was asked for earlier counts.
pub(super) async fn search(context: &Context, class: &Class, parallel: usize) -> Result<Certificate, AppError> {
    let quiet = context_of(context);
    let mut now = BTreeMap::new();
    let sessions = class.labs.iter().map(|lab| &lab.session);
    let sessions: Vec<&Session> = sessions
        .chain(class.grounds.iter().map(|shared| &shared.session))
        .collect();
    for session in &sessions {
        let region = session.aws.region().to_owned();
        now.entry(region).or_insert_with(|| session.aws_to_look.as_of_now());
    }
    let looks = sessions.iter().map(|session| look(&quiet, session, &now));
    let looking = async { Ok(stream::iter(looks).buffered(parallel).collect::<Vec<_>>().await) };
    let looked = context.unless_interrupted(looking).await?;
    let at = class.session().map(|session| session.clock.now()).unwrap_or_default();
    let names: Vec<String> = class.labs.iter().map(|lab| lab.row.name().to_owned()).collect();
    Ok(certified(class.label.clone(), &names, at, looked))
}

fn certified(roster: String, labs_of_roster: &[String], at: jiff::Timestamp, looked: Vec<Looked>) -> Certificate {
    let mut found = Certificate {
        roster,
        at,
        places: Vec::new(),
        labs: labs_of_roster.len(),
        searched: Vec::new(),
        there: Vec::new(),
        left: Vec::new(),
        unread: Vec::new(),
    };
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
        strangers.extend(others.map(|(lab, item)| (item.id.clone(), (lab.clone(), item.clone()))));
        take(&mut found, one.lab, of_lab, labs_of_roster);
    }
    found
        .left
        .extend(strangers.into_values().map(|(lab, item)| LabLeftover {
            item: Leftover {
                command: format!("lab2048 destroy --set lab.name={lab}"),
                ..item
            },
            lab,
            in_roster: false,
        }));
    found
}

/// Takes in what was found of a lab, or of what some share.
fn take(certificate: &mut Certificate, lab: String, found: Found, labs_of_roster: &[String]) {
    if !certificate.places.contains(&found.place) {
        certificate.places.push(found.place);
    }
    certificate.add(&found.remains.searched);
    // What a lab has that lives goes with it, and not on its own.
    let with_it = found
        .is_there
        .then(|| removal(&certificate.roster, labs_of_roster.contains(&lab).then_some(&lab)));
    let items = found.remains.left.into_iter();
    certificate.left.extend(items.map(|item| LabLeftover {
        lab: lab.clone(),
        in_roster: true,
        item: Leftover {
            command: with_it.clone().unwrap_or(item.command),
            ..item
        },
    }));
    if found.is_there {
        certificate.there.push(lab);
    }
}

/// The command that removes a lab, or all and what they share.
fn removal(roster: &str, lab: Option<&String>) -> String {
    let only = lab.map_or_else(String::new, |lab| format!(" --only {lab}"));
    format!("lab2048 fleet destroy {roster}{only}")
}

async fn look(context: &Context, session: &Session, now: &BTreeMap<String, Clients>) -> Looked {
    let environment = session.environment();
    let (lab, cluster) = (environment.lab.name.clone(), environment.cluster.words());
    let found = match now.get(session.aws.region()) {
        Some(clients) => look_now(context, &session.looking_with(clients)).await,
        None => look_now(context, session).await,
    };
    Looked { lab, cluster, found }
}

async fn look_now(context: &Context, session: &Session) -> Result<Found, AppError> {
    let snapshot = Snapshot::take(context, session, Purpose::plan(Goal::Gone)).await?;
    // A namespace that was handed out is there, too.
    let approvals = Approvals {
        take_back: true,
        ..Approvals::default()
    };
    let plan = snapshot.plan(PlanScope::Lab, approvals);
    let found = aws::leftovers(&session.aws_to_look, &snapshot.all_names(), &snapshot.marks()).await;
    let mut changes = plan.changes.iter();
    Ok(Found {
        place: format!(
            "{} of account {}",
            session.environment().cluster.words(),
            snapshot.site.account
        ),
        is_there: changes.any(|change| change.task.node.id.kind == NodeKind::Namespace && change.task.op == Op::Delete),
        remains: remains(session, &plan, &found, None),
        profiles: profiles_of_labs(&snapshot, &plan),
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
