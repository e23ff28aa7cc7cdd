//! `fleet job delete`: the Job with its pods and results, then what was made for it. Only what carries its labels is touched; the labs
//! stay as they are.

use std::time::Duration;

use super::request::JobPlace;
use super::site::{self, Site};
use crate::app::confirm::{Answer, Question, agreed, note_refused};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::fleet::tell;
use crate::app::request::RunOptions;
use crate::k8s::Propagation;
use crate::lang::text;
use crate::model::Object;
use crate::ports::HEARTBEAT;

/// What is made for a Job beside it, in the order in which it is removed. Pods that end still write their results, so that the Job
/// goes first.
const BESIDE: [(&str, &str); 4] = [
    ("v1", "ConfigMap"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("v1", "ServiceAccount"),
];
/// How often is looked whether the Job has gone.
const LOOK: Duration = Duration::from_secs(2);

/// Removes a Job.
pub(super) async fn run(context: &mut Context, place: &JobPlace, yes: bool) -> Result<Exit, AppError> {
    let roster = site::roster(context, place)?;
    let site = Site::open(context, place, &roster).await?;
    let jobs = context.unless_interrupted(site.list("batch/v1", "Job")).await?;
    let beside = context.unless_interrupted(beside(&site)).await?;
    if jobs.is_empty() && beside.is_empty() {
        tell(context, &text!("fleet-no-job", name = &site.name));
        return Ok(Exit::Done);
    }
    let (name, namespace, cluster) = (&site.name, &site.namespace, &site.cluster);
    let goes = text!("fleet-job-goes", name = name, namespace = namespace, cluster = cluster);
    tell(context, &goes);
    let options = RunOptions {
        yes,
        ..RunOptions::default()
    };
    if let Answer::No(why) = agreed(context, &options, site.asks, &Question::Remove(&site.name), site.target).await? {
        note_refused(context, &why);
        return Ok(Exit::Refused);
    }
    for job in &jobs {
        site.remove_job(context, job).await?;
    }
    // The results have gone with their Job, unless somebody has kept them from it.
    let left = context.unless_interrupted(self::beside(&site)).await?;
    for object in &left {
        let removing = async { site.delete(object, Propagation::Background).await };
        context.unless_interrupted(removing).await?;
    }
    tell(context, &text!("fleet-job-gone", name = &site.name));
    Ok(Exit::Done)
}

/// What there is of the Job beside it.
async fn beside(site: &Site) -> Result<Vec<Object>, AppError> {
    let lists = BESIDE.iter().map(|(version, kind)| site.list(version, kind));
    Ok(futures::future::try_join_all(lists).await?.concat())
}

impl Site {
    async fn delete(&self, object: &Object, propagation: Propagation) -> Result<(), AppError> {
        let uid = object.uid().unwrap_or_default();
        let deleted = self.client.delete(&object.key(), uid, propagation).await;
        deleted.map_err(AppError::call("remove the Job"))
    }

    /// Removes a Job, and waits until its pods and results have gone: what its pods are at is ended in order.
    pub(super) async fn remove_job(&self, context: &mut Context, job: &Object) -> Result<(), AppError> {
        let begun = async { self.delete(job, Propagation::Foreground).await };
        context.unless_interrupted(begun).await?;
        let mut told = self.clock.awake();
        loop {
            let jobs = context.unless_interrupted(self.list("batch/v1", "Job")).await?;
            if jobs.iter().all(|other| other.uid() != job.uid()) {
                return Ok(());
            }
            if self.clock.since(told) >= HEARTBEAT {
                told = self.clock.awake();
                tell(context, &text!("fleet-pods-end"));
            }
            let sleeping = async {
                self.clock.sleep(LOOK).await;
                Ok(())
            };
            context.unless_interrupted(sleeping).await?;
        }
    }
}
