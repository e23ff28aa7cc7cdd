//! A class's Job as people read it: what is to be made, and how far each index is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::sheet::{Sheet, says};
use super::{first_of, label, matrix};
use crate::fleet::job::{Assignment, IndexRow, IndexState, JobState, Shard};
use crate::lang::{Text, text};
use crate::report::page::Page;
use crate::report::style::{Style, Tone, pad};

/// Clusters that are listed of an index.
const NAMED: usize = 3;
/// Columns of an index's name.
const INDEX: usize = 9;

/// A Job that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct JobHeading<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its cluster.
    pub cluster: &'a Text,
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
    let assignment = heading.assignment;
    let whole = text!(
        "fleet-job-heading",
        labs = matrix::labs(assignment.labs().len()),
        roster = &assignment.roster,
        name = heading.name,
        indexes = text!("fleet-index-count", count = assignment.indexes.len()),
        parallelism = heading.parallelism
    );
    let mut page = Page::new(style);
    page.entry(
        Tone::Strong.of(&format!("{} ", assignment.verb.word())),
        &style.say(&whole),
    );
    let place = text!(
        "fleet-job-place",
        namespace = heading.namespace,
        cluster = heading.cluster
    );
    let label = label(&text!("fleet-label-in"), style);
    page.entry(Tone::Faint.of(&label), &style.say(&place));
    for (index, shard) in assignment.indexes.iter().enumerate() {
        let label = pad(&style.say(&text!("fleet-index", index = index)), INDEX) + " ";
        page.entry(Tone::Faint.of(&label), &style.say(&share(shard)));
    }
    page.into_text()
}

/// The labs of an index in a few words.
fn share(shard: &Shard) -> Text {
    let clusters: BTreeSet<&str> = shard.labs.iter().map(|lab| lab.cluster.as_str()).collect();
    text!(
        "fleet-labs-on",
        labs = matrix::labs(shard.labs.len()),
        clusters = first_of(clusters.iter().copied(), NAMED)
    )
}

/// The indexes, a line each, with why they do not go on below.
pub fn indexes(job: &JobReport<'_>, style: &Style) -> String {
    let row = |row: &IndexRow| {
        vec![
            row.index.to_string(),
            style.say(&row.state.text()),
            row.attempts.to_string(),
            style.say(&text!("fleet-done-of", done = row.done, labs = row.labs)),
            row.exit_code.map_or_else(String::new, |code| code.to_string()),
            row.pod.clone().unwrap_or_default(),
        ]
    };
    let sheet = Sheet {
        head: vec![
            text!("fleet-head-index"),
            text!("fleet-head-state"),
            text!("fleet-head-attempts"),
            text!("fleet-head-labs-done"),
            text!("fleet-head-exit"),
            text!("fleet-head-pod"),
        ],
        rows: job.indexes.iter().map(row).collect(),
        optional: vec![text!("fleet-head-pod"), text!("fleet-head-exit")],
        tone: Some((text!("fleet-head-state"), tone_of_cell)),
    };
    let mut page = Page::new(style);
    let state = text!(
        "fleet-job-state",
        name = job.name,
        namespace = job.namespace,
        state = job.state.text()
    );
    page.entry(Tone::Strong.of("Job "), &style.say(&state));
    page.push(&sheet.text(style));
    for (cause, indexes) in causes(job.indexes) {
        let which = text!("fleet-indexes", count = indexes.len(), indexes = indexes.join(", "));
        let label = format!("{}: ", style.say(&which));
        page.entry(Tone::Care.of(&label), &style.say(cause));
    }
    page.push("\n");
    page.into_text()
}

/// What indexes have in common is told once.
fn causes(indexes: &[IndexRow]) -> BTreeMap<&Text, Vec<String>> {
    let mut causes: BTreeMap<&Text, Vec<String>> = BTreeMap::new();
    for row in indexes {
        if let Some(cause) = &row.cause {
            causes.entry(cause).or_default().push(row.index.to_string());
        }
    }
    causes
}

/// How an index's state is dressed, by the words of its cell.
fn tone_of_cell(cell: &str) -> Option<Tone> {
    let mut states = IndexState::ALL.into_iter();
    match states.find(|state| says(cell, &state.text()))? {
        IndexState::Waiting | IndexState::Running => None,
        IndexState::Starting => Some(Tone::Care),
        IndexState::Done => Some(Tone::Good),
        IndexState::Failed => Some(Tone::Bad),
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
            cluster: &"context seoul".into(),
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
            cause: cause.map(|cause| cause.to_owned().into()),
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
