//! `fleet job status`: how far a Job is, index by index and lab by lab, from three lists.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::error::JobError;
use super::request::JobPlace;
use super::site::{self, Site};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::fleet::end;
use crate::fleet::causes;
use crate::fleet::job::{Assignment, Gathered, IndexState, JobState, assignment_in, gather};
use crate::model::Object;
use crate::report::class_view::{ClassLabRow, ClassReport, JobReport};
use crate::report::next_view::line;

/// Shows a Job.
pub(super) async fn run(context: &mut Context, place: &JobPlace) -> Result<Exit, AppError> {
    let roster = site::roster(context, place)?;
    let site = Site::open(context, place, &roster).await?;
    let reading = async {
        futures::try_join!(
            site.list("batch/v1", "Job"),
            site.list("v1", "Pod"),
            site.list("v1", "ConfigMap")
        )
    };
    let (jobs, pods, maps) = context.unless_interrupted(reading).await?;
    let job = jobs.iter().find(|job| job.name() == site.name);
    let job = job.ok_or_else(|| JobError::Missing {
        name: site.name.clone(),
        namespace: site.namespace.clone(),
    })?;
    let class = maps.iter().find(|map| map.name() == site.name);
    let assignment = class.and_then(assignment_in);
    let assignment = assignment.ok_or_else(|| JobError::NoAssignment(site.name.clone()))?;
    let gathered = gather(job, &pods, &maps, &assignment);
    let exit = exit(&gathered);
    show(context, &site, job, &assignment, &gathered);
    Ok(exit)
}

/// The exit of a Job: under way, or as `fleet apply` would have ended.
fn exit(gathered: &Gathered) -> Exit {
    let failed = gathered
        .indexes
        .iter()
        .filter(|index| index.state == IndexState::Failed);
    let failed = failed.map(|index| index.exit_code.and_then(Exit::of_code).unwrap_or(Exit::Failed));
    match gathered.state {
        JobState::Running | JobState::Suspended | JobState::Deleting => Exit::Changes,
        JobState::Done => Exit::Done,
        JobState::Failed => match end::exit(&gathered.board, &failed.collect::<Vec<_>>(), false) {
            // All that is on record is well, and the Job is not.
            Exit::Done => Exit::Failed,
            exit => exit,
        },
    }
}

fn show(context: &mut Context, site: &Site, job: &Object, assignment: &Assignment, gathered: &Gathered) {
    let Gathered { state, indexes, board } = gathered;
    let labs = assignment.labs();
    let own = labs.iter().map(|(_, lab)| &lab.own);
    let rows = board.rows.iter().zip(own).map(|(row, own)| ClassLabRow { row, own });
    let of_job = JobReport {
        name: &site.name,
        namespace: &site.namespace,
        state: *state,
        indexes,
    };
    let elapsed = elapsed(job, gathered, site.clock.now());
    let report = ClassReport {
        roster: &assignment.roster,
        verb: Some(assignment.verb),
        columns: &assignment.columns,
        labs: rows.collect(),
        causes: causes(&board.rows),
        exit_code: exit(gathered).code(),
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        requests: BTreeMap::new(),
        dollars_per_hour: None,
        expected: None,
        certificate: None,
        job: Some(&of_job),
    };
    end::show_report(context, &report, board);
}

/// How long the Job has been at work.
fn elapsed(job: &Object, gathered: &Gathered, now: Timestamp) -> Duration {
    let at = |pointer: &str| job.text(pointer)?.parse::<Timestamp>().ok();
    let last = gathered.board.rows.iter().filter_map(|row| row.ended).max();
    let end = match gathered.state {
        JobState::Done | JobState::Failed => at("/status/completionTime").or(last),
        JobState::Running | JobState::Suspended | JobState::Deleting => Some(now),
    };
    let span = at("/status/startTime")
        .zip(end)
        .map(|(begun, end)| end.duration_since(begun));
    span.and_then(|span| span.try_into().ok()).unwrap_or_default()
}

/// The words that lead to the same Job.
pub(super) fn words_of(place: &JobPlace) -> String {
    let JobPlace {
        roster,
        name,
        namespace,
        context,
    } = place;
    let mut words = vec![roster.clone()];
    let named = [("--name", name), ("--context", context)];
    for (flag, value) in named {
        words.extend(value.iter().flat_map(|value| [flag.to_owned(), value.clone()]));
    }
    if namespace != "default" {
        words.extend(["--namespace".to_owned(), namespace.clone()]);
    }
    line(&words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::job::{HOPELESS, IndexRow};
    use crate::fleet::{Board, LabRow, Progress};

    fn gathered(state: JobState, ends: &[Option<u8>], index: (IndexState, Option<u8>)) -> Gathered {
        let row = |code: &Option<u8>| LabRow {
            progress: match code {
                Some(0) => Progress::Done,
                Some(_) => Progress::Failed,
                None => Progress::Held,
            },
            exit_code: *code,
            ..LabRow::waiting("a", "c")
        };
        Gathered {
            state,
            indexes: vec![IndexRow {
                index: 0,
                state: index.0,
                attempts: 1,
                labs: ends.len(),
                done: 0,
                exit_code: index.1,
                cause: None,
                pod: None,
            }],
            board: Board {
                rows: ends.iter().map(row).collect(),
            },
        }
    }

    #[test]
    fn a_job_ends_as_its_class_would() {
        use IndexState::{Done, Failed, Running};
        for (state, ends, index, wanted) in [
            (JobState::Running, &[Some(0)][..], (Running, None), Exit::Changes),
            (JobState::Suspended, &[None], (Running, None), Exit::Changes),
            (JobState::Done, &[Some(0), Some(0)], (Done, Some(0)), Exit::Done),
            (JobState::Failed, &[Some(0), Some(3)], (Failed, Some(3)), Exit::Partly),
            (JobState::Failed, &[Some(5), Some(5)], (Failed, Some(7)), Exit::TimedOut),
            (JobState::Failed, &[None, None], (Failed, Some(1)), Exit::Failed),
            (JobState::Failed, &[None], (Failed, Some(64)), Exit::Usage),
            // What the labs share has not come about.
            (JobState::Failed, &[Some(0)], (Failed, Some(7)), Exit::Partly),
            (JobState::Failed, &[Some(0)], (Done, Some(0)), Exit::Failed),
        ] {
            assert_eq!(
                exit(&gathered(state, ends, index)),
                wanted,
                "{state:?} {ends:?} {index:?}"
            );
        }
    }

    #[test]
    fn what_is_given_up_is_what_no_other_attempt_mends() {
        let codes = [Exit::Check, Exit::Refused, Exit::Usage].map(Exit::code);
        assert_eq!(codes, HOPELESS);
    }
}
