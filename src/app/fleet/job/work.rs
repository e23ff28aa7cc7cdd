//! `fleet job work`: what a pod of a Job runs. It carries out the labs of its index, takes up where an earlier attempt has ended,
//! keeps the results, and ends with an exit code that tells the Job whether another attempt is of use.

use std::path::Path;

use tokio::sync::watch;

use super::error::JobError;
use super::request::Work;
use super::results::Results;
use super::site;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::fleet::aim::Aim;
use crate::app::fleet::carrying::{Carried, Job};
use crate::app::fleet::class::Class;
use crate::app::fleet::end::{self, ClassEnd};
use crate::app::fleet::lab_run::cause_of;
use crate::app::fleet::log::Log;
use crate::app::fleet::warn;
use crate::files::text_of;
use crate::fleet::job::{Assignment, IndexEnd, ROOM_OF_CONFIG_MAP, Tally, assignment_path, index_end, lines_of_end};
use crate::fleet::{Board, Entry, Journal};
use crate::lang::text;
use crate::model::TargetKind;
use crate::report::class_view;

/// Carries out an index.
pub(super) async fn run(context: &mut Context, work: &Work) -> Result<Exit, AppError> {
    let ended = carry_out(context, work).await;
    let tally = match &ended {
        Ok((exit, board)) => Tally::of(work.index, board, exit.code()),
        Err(error) => Tally::of_error(work.index, error.exit().code(), &cause_of(error).to_string()),
    };
    leave(context, &work.termination_log, &tally);
    ended.map(|(exit, _)| exit)
}

/// The last words of the pod. Who runs this without one has no such file.
fn leave(context: &mut Context, path: &Path, tally: &Tally) {
    let path = context.host.cwd.join(path);
    let written = tally
        .text()
        .map_err(std::io::Error::from)
        .and_then(|text| std::fs::write(&path, text));
    if let Err(error) = written {
        let (path, why) = (path.display().to_string(), error.to_string());
        warn(context, &text!("fleet-last-words-lost", path = path, why = why));
    }
}

/// The labs of the index, to their end.
async fn carry_out(context: &mut Context, work: &Work) -> Result<(Exit, Board), AppError> {
    let name = site::name(&work.place)?;
    let assignment = assignment(context)?;
    let shard = assignment.indexes.get(work.index).ok_or(JobError::NoIndex {
        index: work.index,
        count: assignment.indexes.len(),
    })?;
    let class = Class::open_shard(context, &work.carrying.choice, shard).await?;
    let Some(session) = class.session() else {
        return Ok((Exit::Done, Board::default()));
    };
    let begun = session.clock.awake();
    context.reporter.set_speed(session.speed());
    let (client, clock, _) = match session.environment().target {
        TargetKind::Sandbox => site::in_sandbox(context, &session.project.resolved).await?,
        TargetKind::Aws => site::by_kubeconfig(context, work.place.context.as_deref()).await?,
    };
    let results = Results {
        client,
        clock,
        work,
        name,
    };
    let aim = if work.destroy { Aim::Gone } else { Aim::Up };
    let heading = class_view::heading(&class.heading(), aim.verb(), &context.reporter.settings().err);
    context.reporter.info(&heading);
    let earlier = context.unless_interrupted(results.earlier()).await?;
    let (entries, published) = watch::channel(done_before(&class, aim, &earlier));
    let job = Job {
        class: &class,
        aim,
        carrying: &work.carrying,
        plan: None,
        sharers: shard.sharers,
    };
    let mut carried = Carried::new(context, job, Log::Told(entries));
    carried.take_up(&earlier);
    let grounds = tokio::select! {
        biased;
        grounds = carried.all(context) => grounds,
        never = results.publish(published.clone()) => match never {},
    };
    let entries = published.borrow().clone();
    keep(context, &results, &carried, &entries).await;
    let grounds = grounds?;
    let exit = exit(&carried.board, &grounds, *context.host.interrupts.borrow() > 0);
    let end = ClassEnd {
        verb: Some(aim.verb()),
        class: &class,
        board: &carried.board,
        exit,
        elapsed: session.clock.since(begun),
        expected: None,
        certificate: None,
    };
    end::show(context, &end);
    Ok((exit, carried.board))
}

fn exit(board: &Board, grounds: &[Exit], is_interrupted: bool) -> Exit {
    let grounds: Vec<u8> = grounds.iter().map(|exit| exit.code()).collect();
    match index_end(board, &grounds, is_interrupted) {
        IndexEnd::Done => Exit::Done,
        IndexEnd::Again => Exit::Partly,
        IndexEnd::Hopeless => Exit::Check,
        IndexEnd::Interrupted => Exit::Interrupted,
    }
}

/// Which labs the indexes have, as it was fixed when the Job was made.
fn assignment(context: &Context) -> Result<Assignment, AppError> {
    let path = context.host.cwd.join(assignment_path());
    let read = text_of(&path, ROOM_OF_CONFIG_MAP as u64)
        .and_then(|text| serde_json::from_str(&text).map_err(std::io::Error::from));
    read.map_err(|source| AppError::File {
        what: "read the assignment",
        path,
        source,
    })
}

/// What stays on record of an earlier attempt: what has come about.
fn done_before(class: &Class, aim: Aim, earlier: &Journal) -> Vec<Entry> {
    let done = class
        .labs
        .iter()
        .filter_map(|lab| earlier.done(&lab.site, lab.row.name(), aim.verb()));
    done.cloned().collect()
}

/// The results at the end, also of labs that were never begun.
async fn keep(context: &mut Context, results: &Results<'_>, carried: &Carried<'_>, entries: &[Entry]) {
    let clusters = carried.job.class.labs.iter().map(|lab| lab.site.clone());
    let lines = lines_of_end(entries, carried.board.rows.iter().zip(clusters));
    // Nothing is in them that JSON does not have.
    let lines = lines.unwrap_or_default();
    if let Err(error) = results.finish(&lines).await {
        warn(context, &text!("fleet-results-lost", why = error.text()));
    }
}
