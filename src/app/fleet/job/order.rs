//! What a Job is made of: the roster with its environment and templates, which index has which labs, and what the pods are called with.

use std::path::Path;

use super::error::JobError;
use super::request::JobOrder;
use super::site;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::fleet::class::chosen;
use crate::app::request::{Carrying, FailOn, Selection};
use crate::app::session::{environment_of, templates_of};
use crate::config::{CarriedFile, ClusterAccess, Loader, Roster, RosterLab, VARIABLE_PREFIX};
use crate::event::RunVerb;
use crate::fleet::job::{Assignment, Manifest, OWN_CONTEXT, OWN_FOLDER, Placed, ROOM_OF_CONFIG_MAP, ShardLab, shards};
use crate::model::{Object, TargetKind, format_duration};
use crate::render::Templates;

/// How long a pod waits for another one at work on what labs of two indexes share: as long as a profile may take.
const WAIT_LOCK: &str = "15m";

/// A Job that can be made.
pub(super) struct Ordered {
    /// Its roster.
    pub(super) roster: Roster,
    /// Its name.
    pub(super) name: String,
    /// Which index has which labs.
    pub(super) assignment: Assignment,
    /// How many indexes at once.
    pub(super) parallelism: usize,
    /// Its objects, in the order in which they are made.
    pub(super) objects: Vec<Object>,
}

impl Ordered {
    /// What the Job that is asked for is made of.
    pub(super) fn of(context: &Context, order: &JobOrder) -> Result<Self, AppError> {
        let roster = site::roster(context, &order.place)?;
        let name = site::name(&order.place)?;
        let kept = chosen(&roster.labs, &order.carrying.choice.only)?;
        let labs: Vec<(usize, &RosterLab)> = kept
            .into_iter()
            .filter_map(|place| Some((place, roster.labs.get(place)?)))
            .collect();
        for (_, lab) in &labs {
            reachable(lab)?;
        }
        let placed: Vec<Placed> = labs.iter().map(|(place, lab)| placed(*place, lab)).collect();
        let assignment = Assignment {
            roster: roster.label.clone(),
            verb: if order.destroy {
                RunVerb::Destroy
            } else {
                RunVerb::Apply
            },
            columns: roster.columns.clone(),
            indexes: shards(&placed, order.indexes),
        };
        let indexes = assignment.indexes.len();
        let parallelism = order.parallelism.unwrap_or(indexes).clamp(1, indexes.max(1));
        let carried = Carried::of(context, &roster)?;
        let arguments = arguments(order, &name, &carried, placed.len());
        let variables = variables(context);
        let text = serde_json::to_string(&assignment).map_err(|error| AppError::Io {
            what: "write the assignment",
            source: error.into(),
        })?;
        let manifest = Manifest {
            name: &name,
            namespace: &order.place.namespace,
            image: &order.image,
            parallelism,
            account: &order.account,
            queue: order.queue.as_deref(),
            arguments: &arguments,
            variables: &variables,
            files: &carried.files,
            assignment: &text,
            indexes,
        };
        let size = manifest.size();
        if size > ROOM_OF_CONFIG_MAP {
            return Err(JobError::TooLarge { size }.into());
        }
        let objects = manifest.objects();
        Ok(Self {
            roster,
            name,
            assignment,
            parallelism,
            objects,
        })
    }
}

/// The variables that change the environment.
fn variables(context: &Context) -> Vec<(String, String)> {
    let variables = context.host.variables.iter();
    let ours = variables.filter(|(name, _)| name.starts_with(VARIABLE_PREFIX));
    ours.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Whether pods can reach a lab's cluster as its environment says.
fn reachable(lab: &RosterLab) -> Result<(), JobError> {
    let environment = &lab.resolved.environment;
    if environment.target == TargetKind::Sandbox {
        return Ok(());
    }
    if environment.cluster.access == ClusterAccess::Kubeconfig {
        return Err(JobError::Kubeconfig(lab.name().to_owned()));
    }
    match environment.cluster.region {
        Some(_) => Ok(()),
        None => Err(JobError::Region(lab.name().to_owned())),
    }
}

fn placed(place: usize, lab: &RosterLab) -> Placed {
    let cluster = &lab.resolved.environment.cluster;
    Placed {
        lab: ShardLab {
            place,
            lab: lab.name().to_owned(),
            cluster: cluster.words(),
            own: lab.own.clone(),
        },
        region: cluster.region.clone().unwrap_or_default(),
    }
}

/// What lies in the pods' folder, and how it is called there.
struct Carried {
    roster: String,
    selection: Selection,
    files: Vec<CarriedFile>,
}

impl Carried {
    fn of(context: &Context, roster: &Roster) -> Result<Self, AppError> {
        let asked = &context.call.selection;
        let loader = Loader::new(&context.host.cwd, context.host.variables.clone());
        let environment = loader.carried(environment_of(asked))?;
        let label = Path::new(&roster.label);
        let path = loader.below_base(label).unwrap_or_else(|| {
            let name = label.file_name().unwrap_or_default().to_string_lossy();
            format!("{OWN_FOLDER}/{name}")
        });
        let mut files = vec![CarriedFile {
            path: path.clone(),
            text: roster.text.clone(),
        }];
        files.extend(environment.files);
        let folder = format!("{OWN_FOLDER}/templates");
        let templates = of_user(&templates_of(asked, &context.host)?, &folder);
        let selection = Selection {
            env: asked.env.is_some().then_some(environment.reference),
            // Credentials of this machine do not leave it.
            profile: None,
            templates: (!templates.is_empty()).then(|| folder.into()),
            ..asked.clone()
        };
        files.extend(templates);
        Ok(Self {
            roster: path,
            selection,
            files,
        })
    }
}

/// The templates that are not built in.
fn of_user(templates: &Templates, folder: &str) -> Vec<CarriedFile> {
    let built_in = Templates::built_in();
    let own = templates
        .iter()
        .filter(|template| built_in.iter().all(|other| other != *template));
    own.map(|template| CarriedFile {
        path: format!("{folder}/{}", template.name),
        text: template.text.clone(),
    })
    .collect()
}

/// What the pods call the program with.
fn arguments(order: &JobOrder, name: &str, carried: &Carried, labs: usize) -> Vec<String> {
    let Carrying {
        choice,
        approvals,
        fail_on,
        options,
        failures,
        canary,
        ..
    } = &order.carrying;
    let mut words: Vec<String> = [
        "fleet",
        "job",
        "work",
        "--name",
        name,
        "--namespace",
        &order.place.namespace,
    ]
    .map(str::to_owned)
    .into();
    let mut add = |words_of: &[&str]| words.extend(words_of.iter().map(|word| (*word).to_owned()));
    add(&["--context", OWN_CONTEXT]);
    for (flag, is_given) in [("--destroy", order.destroy), ("--no-canary", !canary)] {
        if is_given {
            add(&[flag]);
        }
    }
    for (flag, _) in approvals.flags().into_iter().filter(|(_, is_given)| *is_given) {
        add(&[flag]);
    }
    // What the whole class may lose, each index may.
    add(&["--max-failures", &failures.of(labs).to_string()]);
    add(&["--parallel", &choice.parallel.to_string()]);
    if *fail_on == FailOn::Warning {
        add(&["--fail-on", "warning"]);
    }
    if let Some(limit) = options.timeout {
        add(&["--timeout", &format_duration(limit)]);
    }
    let wait = options.wait_lock.map_or_else(|| WAIT_LOCK.to_owned(), format_duration);
    add(&["--wait-lock", &wait]);
    words.extend(carried.selection.flags());
    // A file may be called as a flag is.
    words.extend(["--".to_owned(), carried.roster.clone()]);
    words
}
