//! A class's Job as people read it: what is to be made, and how far each index is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::fleet::job::{Assignment, IndexRow, IndexState, JobState, Shard};
use crate::report::page::Page;
use crate::report::style::{Style, Tone};
use crate::report::table::{Overflow, Table};
use crate::report::words;

/// Clusters that are listed of an index.
const NAMED: usize = 3;

/// A Job that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct JobHeading<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its cluster.
    pub cluster: &'a str,
    /// How many indexes at once.
    pub parallelism: usize,
    /// Which index has which labs.
    pub assignment: &'a Assignment,
}

/// A Job that is there, in the document of its class.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct JobReport<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// How far it is.
    pub state: JobState,
    /// Its indexes.
    pub indexes: &'a [IndexRow],
}

/// What is about to be made.
pub fn job_heading(heading: &JobHeading<'_>, style: &Style) -> String {
    let JobHeading {
        name,
        namespace,
        cluster,
        parallelism,
        assignment,
    } = heading;
    let labs = words::count(assignment.labs().len(), "lab");
    let indexes = words::count_of(assignment.indexes.len(), "index", "indexes");
    let mut page = Page::new(style);
    page.entry(
        Tone::Strong.of(&format!("{} ", assignment.verb.word())),
        &format!(
            "{labs} of {} by Job {name} in {indexes}, {parallelism} at once",
            assignment.roster
        ),
    );
    page.entry(
        Tone::Faint.of("in        "),
        &format!("namespace {namespace} of {cluster}"),
    );
    for (index, shard) in assignment.indexes.iter().enumerate() {
        page.entry(Tone::Faint.of(&format!("index {index:<4}")), &share(shard));
    }
    page.into_text()
}

/// The labs of an index in a few words.
fn share(shard: &Shard) -> String {
    let clusters: BTreeSet<&str> = shard.labs.iter().map(|lab| lab.cluster.as_str()).collect();
    let named: Vec<&str> = clusters.iter().take(NAMED).copied().collect();
    let more = match clusters.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!(" and {more} more"),
        _ => String::new(),
    };
    format!(
        "{} on {}{more}",
        words::count(shard.labs.len(), "lab"),
        named.join(", ")
    )
}

/// The indexes, a line each, with why they do not go on below.
pub fn indexes(job: &JobReport<'_>, style: &Style) -> String {
    let row = |row: &IndexRow| {
        vec![
            row.index.to_string(),
            word(row.state).to_owned(),
            row.attempts.to_string(),
            format!("{} of {}", row.done, row.labs),
            row.exit_code.map_or_else(String::new, |code| code.to_string()),
            row.pod.clone().unwrap_or_default(),
        ]
    };
    let table = Table {
        head: &["INDEX", "STATE", "ATTEMPTS", "LABS DONE", "EXIT", "POD"],
        rows: job.indexes.iter().map(row).collect(),
        optional: &["POD", "EXIT"],
        tone: Some(("STATE", |state| match state {
            "done" => Some(Tone::Good),
            "failed" => Some(Tone::Bad),
            "starting" => Some(Tone::Care),
            _ => None,
        })),
        overflow: Overflow::Push,
    };
    let mut page = Page::new(style);
    page.entry(
        Tone::Strong.of("Job "),
        &format!(
            "{} in namespace {}: {}",
            job.name,
            job.namespace,
            state_words(job.state)
        ),
    );
    page.push(&table.text(style));
    for (cause, indexes) in causes(job.indexes) {
        let many = if indexes.len() == 1 { "index" } else { "indexes" };
        page.entry(Tone::Care.of(&format!("{many} {}: ", indexes.join(", "))), cause);
    }
    page.push("\n");
    page.into_text()
}

/// What indexes have in common is told once.
fn causes(indexes: &[IndexRow]) -> BTreeMap<&str, Vec<String>> {
    let mut causes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in indexes {
        if let Some(cause) = &row.cause {
            causes.entry(cause).or_default().push(row.index.to_string());
        }
    }
    causes
}

fn word(state: IndexState) -> &'static str {
    match state {
        IndexState::Waiting => "waiting",
        IndexState::Starting => "starting",
        IndexState::Running => "under way",
        IndexState::Done => "done",
        IndexState::Failed => "failed",
    }
}

fn state_words(state: JobState) -> &'static str {
    match state {
        JobState::Suspended => "suspended, as one that waits in a queue is",
        JobState::Running => "under way",
        JobState::Done => "done",
        JobState::Failed => "has ended, and not all of it is done",
        JobState::Deleting => "is being removed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunVerb;
    use crate::fleet::job::ShardLab;

    #[test]
    fn a_job_that_is_made_and_one_that_is_there() {
        let shard = |clusters: &[&str]| Shard {
            sharers: 1,
            labs: clusters
                .iter()
                .enumerate()
                .map(|(place, cluster)| ShardLab {
                    place,
                    lab: format!("p-{place}"),
                    cluster: format!("ap-northeast-2/{cluster}"),
                    own: BTreeMap::new(),
                })
                .collect(),
        };
        let assignment = Assignment {
            roster: "class.csv".to_owned(),
            verb: RunVerb::Apply,
            columns: Vec::new(),
            indexes: vec![shard(&["a", "a", "b"]), shard(&["c", "d", "e", "f", "g"])],
        };
        let heading = JobHeading {
            name: "lab2048-class",
            namespace: "teaching",
            cluster: "context seoul",
            parallelism: 2,
            assignment: &assignment,
        };
        let row = |index, state, exit_code, cause: Option<&str>| IndexRow {
            index,
            state,
            attempts: 1,
            labs: 3,
            done: index,
            exit_code,
            cause: cause.map(str::to_owned),
            pod: Some(format!("lab2048-class-{index}-x7k2p")),
        };
        let rows = [
            row(0, IndexState::Done, Some(0), None),
            row(1, IndexState::Failed, Some(1), Some("no session with AWS")),
            row(2, IndexState::Failed, Some(1), Some("no session with AWS")),
            row(3, IndexState::Starting, None, Some("cannot pull the image")),
            row(4, IndexState::Running, None, None),
            row(5, IndexState::Waiting, None, None),
        ];
        let report = JobReport {
            name: "lab2048-class",
            namespace: "teaching",
            state: JobState::Running,
            indexes: &rows,
        };
        let style = Style {
            width: 100,
            ..Style::default()
        };
        insta::assert_snapshot!([job_heading(&heading, &style), indexes(&report, &style)].join("--\n"));
    }
}
