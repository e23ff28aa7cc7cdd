//! Where a Job is: its name, and the cluster that it runs in, which need not be one that the labs are on.

use std::path::Path;
use std::sync::Arc;

use super::error::JobError;
use super::request::JobPlace;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::fleet::saved;
use crate::app::session::{Project, Session, environment_of, settings_of};
use crate::app::snapshot::api_of_sandbox;
use crate::config::{Auto, Loader, Resolved, Roster};
use crate::fleet::job::JOB_LABEL;
use crate::k8s::{Client, Connection, Kind, KubeconfigContext, Select, kind_of};
use crate::lang::{Text, text};
use crate::model::{MANAGED_BY_LABEL, MANAGER, Object, TargetKind};
use crate::ports::{Clock, RequestMeter, SystemClock};
use crate::render::Templates;

/// What every name of a Job begins with that nobody has named.
const PREFIX: &str = "lab2048-";
/// The longest name: pods have it with an index and five letters more, and a label has 63.
const LONGEST: usize = 50;

/// A Job's place.
pub(super) struct Site {
    /// The Job's name.
    pub(super) name: String,
    /// Its namespace.
    pub(super) namespace: String,
    /// The API of its cluster.
    pub(super) client: Client,
    /// Time.
    pub(super) clock: Arc<dyn Clock>,
    /// The cluster, for people.
    pub(super) cluster: Text,
    /// What the labs' target is; the Job's is the same.
    pub(super) target: TargetKind,
    /// Whether its user wants to be asked.
    pub(super) asks: bool,
}

/// The roster of a call.
pub(super) fn roster(context: &Context, place: &JobPlace) -> Result<Roster, AppError> {
    saved::is_no_plan(&context.host, &place.roster)?;
    let selection = &context.call.selection;
    let loader = Loader::new(&context.host.cwd, context.host.variables.clone());
    Ok(loader.load_roster(&place.roster, environment_of(selection), &settings_of(selection))?)
}

/// The Job's name.
pub(super) fn name(place: &JobPlace) -> Result<String, JobError> {
    let name = place.name.clone().unwrap_or_else(|| name_of(&place.roster));
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = name.len() <= LONGEST
        && name.chars().all(is_plain)
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-');
    if is_name { Ok(name) } else { Err(JobError::Name(name)) }
}

/// The name of the Job of a roster that nobody has named.
fn name_of(roster: &str) -> String {
    let stem = Path::new(roster)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let parts = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty());
    let stem = parts.collect::<Vec<_>>().join("-");
    let stem = stem
        .get(..LONGEST - PREFIX.len())
        .unwrap_or(&stem)
        .trim_end_matches('-');
    match stem {
        "" => format!("{PREFIX}class"),
        stem => format!("{PREFIX}{}", stem.trim_start_matches(PREFIX)),
    }
}

impl Site {
    /// Opens the way to the cluster that the Job of this roster is in.
    pub(super) async fn open(context: &Context, place: &JobPlace, roster: &Roster) -> Result<Self, AppError> {
        let name = name(place)?;
        let lab = roster.labs.first().map(|lab| &lab.resolved);
        let target = lab.map_or(TargetKind::Aws, |lab| lab.environment.target);
        let asks = roster.labs.iter().any(|lab| lab.resolved.asks());
        let namespace = place.namespace.clone();
        let (client, clock, cluster) = match lab.filter(|_| target == TargetKind::Sandbox) {
            Some(lab) => in_sandbox(context, lab).await?,
            None => by_kubeconfig(context, place.context.as_deref()).await?,
        };
        Ok(Self {
            name,
            namespace,
            client,
            clock,
            cluster,
            target,
            asks,
        })
    }

    /// All objects of a kind that are the Job's.
    pub(super) async fn list(&self, api_version: &str, kind: &str) -> Result<Vec<Object>, AppError> {
        let failed = AppError::call("look for the Job");
        let kind: &Kind = match kind_of(api_version, kind) {
            Ok(kind) => kind,
            Err(error) => return Err(failed(error)),
        };
        let ours = Select::labels(format!("{MANAGED_BY_LABEL}={MANAGER},{JOB_LABEL}={}", self.name));
        let listed = self.client.patient().list(kind, Some(&self.namespace), &ours).await;
        Ok(listed.map_err(failed)?.items)
    }

    /// Whether an object is the Job's.
    pub(super) fn owns(&self, object: &Object) -> bool {
        is_of_job(object, &self.name)
    }
}

/// Whether an object belongs to the Job of that name.
pub(super) fn is_of_job(object: &Object, name: &str) -> bool {
    object.label(MANAGED_BY_LABEL) == Some(MANAGER) && object.label(JOB_LABEL) == Some(name)
}

/// The sandbox's cluster, which is its only one, whatever clusters labs name.
pub(super) async fn in_sandbox(context: &Context, lab: &Resolved) -> Result<(Client, Arc<dyn Clock>, Text), AppError> {
    let mut resolved = lab.clone();
    resolved.environment.cluster.name = Auto::Auto;
    let project = Project {
        resolved,
        templates: Arc::new(Templates::built_in()),
    };
    let opening = Session::open(project, &context.call.selection, &context.host);
    let session = context.unless_interrupted(opening).await?;
    let client = context.unless_interrupted(api_of_sandbox(&session)).await?;
    Ok((client, session.clock.clone(), text!("fleet-cluster-of-sandbox")))
}

/// The cluster that a context of the kubeconfig leads to.
pub(super) async fn by_kubeconfig(
    context: &Context,
    named: Option<&str>,
) -> Result<(Client, Arc<dyn Clock>, Text), AppError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let connection = Connection {
        clock: clock.clone(),
        meter: RequestMeter::default(),
        tokens: None,
    };
    let chosen = KubeconfigContext::choose(named)?;
    let words = text!("fleet-context", name = chosen.name(), server = chosen.server());
    let connecting = async { Ok(chosen.connect(connection).await?) };
    let client = context.unless_interrupted(connecting).await?;
    Ok((client, clock, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_the_name_of_its_roster() {
        for (roster, name) in [
            ("class.csv", "lab2048-class"),
            ("rosters/Monday 9h.yaml", "lab2048-monday-9h"),
            ("lab2048-kim.csv", "lab2048-kim"),
            ("월요일.csv", "lab2048-class"),
        ] {
            assert_eq!(name_of(roster), name);
        }
        assert!(name_of(&format!("{}.csv", "x-".repeat(60))).len() <= LONGEST);
        let named = |text: &str| {
            name(&JobPlace {
                roster: "class.csv".to_owned(),
                name: Some(text.to_owned()),
                namespace: "default".to_owned(),
                context: None,
            })
        };
        assert_eq!(named("monday-2"), Ok("monday-2".to_owned()));
        for wrong in ["", "Monday", "-a", "a-", "2a", "a.b", &"a".repeat(51)] {
            assert_eq!(named(wrong), Err(JobError::Name(wrong.to_owned())));
        }
    }
}
