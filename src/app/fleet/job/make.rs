//! `fleet job render` and `fleet job apply`: the Job, printed or made.

use super::error::JobError;
use super::order::Ordered;
use super::request::JobOrder;
use super::site::Site;
use crate::app::confirm::{Answer, Question, agreed, note_refused};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::fleet::tell;
use crate::fleet::job::{Account, digest_of};
use crate::k8s::Apply;
use crate::lang::text;
use crate::model::{Object, TargetKind};
use crate::readiness;
use crate::render;
use crate::report::Format;
use crate::report::class_view::{self, JobHeading};

/// Prints what the Job is made of.
pub(super) fn render(context: &mut Context, order: &JobOrder) -> Result<Exit, AppError> {
    let ordered = Ordered::of(context, order)?;
    if context.reporter.settings().format == Format::Json {
        context.reporter.document(&render::to_list(&ordered.objects));
        return Ok(Exit::Done);
    }
    let text = render::to_yaml(&ordered.objects).map_err(|error| AppError::Io {
        what: "write the Job as YAML",
        source: std::io::Error::other(error),
    })?;
    context.reporter.data(&text);
    Ok(Exit::Done)
}

/// Makes the Job.
pub(super) async fn run(context: &mut Context, order: &JobOrder) -> Result<Exit, AppError> {
    let ordered = Ordered::of(context, order)?;
    let site = Site::open(context, &order.place, &ordered.roster).await?;
    announce(context, order, &ordered, &site);
    let there = context.unless_interrupted(there(&site, &ordered.objects)).await?;
    let job = there.iter().find(|object| object.kind() == "Job");
    let is_same = job.is_some_and(|job| digest_of(job) == ordered.objects.last().and_then(digest_of));
    match job {
        Some(job) if readiness::is_finished(job) || job.is_deleting() => {}
        Some(_) if is_same => {
            tell(context, &text!("fleet-job-already"));
            next(context, order);
            return Ok(Exit::Done);
        }
        Some(_) => return Err(JobError::UnderWay(ordered.name).into()),
        None => {}
    }
    let question = if order.destroy {
        Question::Remove(&ordered.roster.label)
    } else {
        Question::GoOn
    };
    if let Answer::No(why) = agreed(context, &order.carrying.options, site.asks, &question, site.target).await? {
        note_refused(context, &why);
        return Ok(Exit::Refused);
    }
    if let Some(job) = job {
        tell(context, &text!("fleet-job-replaced"));
        site.remove_job(context, job).await?;
    }
    for object in &ordered.objects {
        let applied = async {
            let applied = site.client.apply(object, Apply::default()).await;
            applied.map_err(|refused| AppError::call("make the Job")(refused.error))
        };
        context.unless_interrupted(applied).await?;
    }
    context.reporter.data(&format!("{}\n", ordered.name));
    next(context, order);
    Ok(Exit::Done)
}

/// What has the names of these objects already; an error if any of that is not the Job's.
async fn there(site: &Site, objects: &[Object]) -> Result<Vec<Object>, AppError> {
    let client = site.client.patient();
    let keys: Vec<_> = objects.iter().map(Object::key).collect();
    let found = futures::future::try_join_all(keys.iter().map(|key| client.get(key))).await;
    let found = found.map_err(AppError::call("look for the Job"))?;
    let there: Vec<Object> = found.into_iter().flatten().collect();
    let foreign = there.iter().filter(|object| !site.owns(object));
    let foreign: Vec<String> = foreign.map(|object| object.key().to_string()).collect();
    if foreign.is_empty() {
        Ok(there)
    } else {
        Err(JobError::Foreign(foreign).into())
    }
}

/// What is about to be made.
fn announce(context: &mut Context, order: &JobOrder, ordered: &Ordered, site: &Site) {
    let style = context.reporter.settings().err;
    let heading = JobHeading {
        name: &site.name,
        namespace: &site.namespace,
        cluster: &site.cluster,
        parallelism: ordered.parallelism,
        assignment: &ordered.assignment,
    };
    let mut text = class_view::job_heading(&heading, &style);
    let has_role = match &order.account {
        Account::Given(_) => true,
        Account::Made(role) => role.is_some(),
    };
    if site.target == TargetKind::Sandbox {
        text.push_str(&(style.say(&text!("fleet-job-in-sandbox")) + "\n"));
    } else if !has_role {
        text.push_str(&(style.say(&text!("fleet-job-without-role")) + "\n"));
    }
    context.reporter.info(&text);
}

fn next(context: &mut Context, order: &JobOrder) {
    let commands = context.commands();
    let more = super::status::words_of(&order.place);
    let steps = [
        (commands.of("fleet job status", &more), text!("next-job-status")),
        (commands.of("fleet job delete", &more), text!("next-job-delete")),
    ];
    context.offer(&steps);
}
