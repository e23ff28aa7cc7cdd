//! What has come of a Job, from three lists: the Job itself, its pods, the results of its indexes. An index is what the Job's controller
//! says it is; why, its pods say; how far its labs are, its results.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::manifest::{INDEX_LABEL, RESULT_LABEL, lines_of};
use super::outcome::Tally;
use super::results::HeldLine;
use super::shard::{Assignment, ShardLab};
use crate::fleet::board::{Board, LabRow, Progress};
use crate::fleet::journal::{Entry, Journal};
use crate::lang::{Text, text};
use crate::model::Object;
use crate::readiness::{self, Past};

/// How far a Job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// It waits in a queue, or somebody has stopped it.
    Suspended,
    /// It is under way.
    Running,
    /// All of its indexes are done.
    Done,
    /// It has ended, and not all of its indexes are done.
    Failed,
    /// It is being removed.
    Deleting,
}

impl JobState {
    /// How far that is, in a few words.
    pub fn text(self) -> Text {
        match self {
            Self::Suspended => text!("fleet-job-suspended"),
            Self::Running => text!("fleet-under-way"),
            Self::Done => text!("fleet-done"),
            Self::Failed => text!("fleet-job-failed"),
            Self::Deleting => text!("fleet-job-going"),
        }
    }
}

/// How far an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IndexState {
    /// It has no pod yet, or none any more.
    Waiting,
    /// Its pod is not running yet.
    Starting,
    /// It is under way.
    Running,
    /// All of its labs have come about.
    Done,
    /// It is given up.
    Failed,
}

impl IndexState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Starting, Self::Running, Self::Done, Self::Failed];

    /// How far that is, in a word or two.
    pub fn text(self) -> Text {
        match self {
            Self::Waiting => text!("fleet-waiting"),
            Self::Starting => text!("fleet-starting"),
            Self::Running => text!("fleet-under-way"),
            Self::Done => text!("fleet-done"),
            Self::Failed => text!("fleet-failed"),
        }
    }
}

/// One index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexRow {
    /// Which.
    pub index: usize,
    /// How far it is.
    pub state: IndexState,
    /// Its pods so far: one, and another after a failure that may pass.
    pub attempts: usize,
    /// Number of its labs.
    pub labs: usize,
    /// How many of them have come about.
    pub done: usize,
    /// How its last pod has ended.
    pub exit_code: Option<u8>,
    /// Why it does not go on, or has ended without a word about its labs.
    pub cause: Option<Text>,
    /// Its last pod, for `kubectl logs`.
    pub pod: Option<String>,
}

/// A Job with all of its labs.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// How far it is.
    pub state: JobState,
    /// Its indexes.
    pub indexes: Vec<IndexRow>,
    /// Its labs, in the order of the roster.
    pub board: Board,
}

/// Puts together what has come of a Job.
pub fn gather(job: &Object, pods: &[Object], results: &[Object], assignment: &Assignment) -> Gathered {
    let attempts = attempts(job, pods);
    let finished = Finished::of(job);
    let lines: BTreeMap<usize, Lines> = results
        .iter()
        .filter_map(|map| Some((map.label(RESULT_LABEL)?.parse().ok()?, Lines::read(lines_of(map)))))
        .collect();
    let mut indexes: Vec<IndexRow> = (0..assignment.indexes.len())
        .map(|index| finished.row(index, attempts.get(&index).map_or(&[], Vec::as_slice)))
        .collect();
    let mut board = Board::default();
    for (index, lab) in assignment.labs() {
        let Some(of) = indexes.get_mut(index) else { continue };
        let row = row(lab, of, lines.get(&index));
        of.labs += 1;
        of.done += usize::from(row.progress == Progress::Done);
        board.rows.push(row);
    }
    Gathered {
        state: state(job),
        indexes,
        board,
    }
}

fn state(job: &Object) -> JobState {
    let failed = job
        .text("/status/failedIndexes")
        .is_some_and(|failed| !failed.is_empty());
    let done = count(job.text("/status/completedIndexes"));
    let all = job
        .number("/spec/completions")
        .and_then(|all| usize::try_from(all).ok());
    if job.is_deleting() {
        JobState::Deleting
    } else if readiness::is_finished(job) {
        if failed || Some(done) != all {
            JobState::Failed
        } else {
            JobState::Done
        }
    } else if job.flag("/spec/suspend") {
        JobState::Suspended
    } else {
        JobState::Running
    }
}

fn count(indexes: Option<&str>) -> usize {
    indexes.map_or(0, |indexes| numbers(indexes).len())
}

/// No Job has more indexes: a text with greater ones is not the controller's.
const MOST: usize = 100_000;

/// The numbers of a text such as `0,3-5`.
fn numbers(text: &str) -> BTreeSet<usize> {
    let ranges = text.split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
    });
    ranges.filter(|range| *range.end() <= MOST).flatten().collect()
}

/// The pods of each index, the oldest first. A pod of an earlier Job of that name is none.
fn attempts<'a>(job: &Object, pods: &'a [Object]) -> BTreeMap<usize, Vec<&'a Object>> {
    let mut attempts: BTreeMap<usize, Vec<&Object>> = BTreeMap::new();
    for pod in pods {
        let owner = pod
            .items("/metadata/ownerReferences")
            .find_map(|owner| owner.get("uid")?.as_str());
        let index = pod.label(INDEX_LABEL).or_else(|| pod.annotation(INDEX_LABEL));
        if let Some(index) = index.and_then(|index| index.parse().ok())
            && owner == job.uid()
        {
            attempts.entry(index).or_default().push(pod);
        }
    }
    for pods in attempts.values_mut() {
        pods.sort_by_key(|pod| pod.text("/metadata/creationTimestamp").map(str::to_owned));
    }
    attempts
}

/// The indexes that have ended, by the word of the Job's controller.
struct Finished {
    done: BTreeSet<usize>,
    failed: BTreeSet<usize>,
}

impl Finished {
    fn of(job: &Object) -> Self {
        let set = |at: &str| job.text(at).map(numbers).unwrap_or_default();
        Self {
            done: set("/status/completedIndexes"),
            failed: set("/status/failedIndexes"),
        }
    }

    /// An index whose labs have not been counted yet.
    fn row(&self, index: usize, pods: &[&Object]) -> IndexRow {
        let last = pods.last().copied();
        let live = last.filter(|pod| !readiness::is_over(pod));
        let state = if self.done.contains(&index) {
            IndexState::Done
        } else if self.failed.contains(&index) {
            IndexState::Failed
        } else {
            live.map_or(IndexState::Waiting, |pod| {
                if readiness::is_pod_ready(pod) {
                    IndexState::Running
                } else {
                    IndexState::Starting
                }
            })
        };
        let ended = pods.iter().rev().find_map(|pod| Ended::of(pod));
        let cause = match (state, live) {
            (IndexState::Done, _) => None,
            (_, Some(pod)) => readiness::shared_problem(&[pod], &[], &Past::default()).map(|problem| problem.text),
            (_, None) => ended.as_ref().and_then(Ended::cause),
        };
        IndexRow {
            index,
            state,
            attempts: pods.len(),
            labs: 0,
            done: 0,
            exit_code: ended.as_ref().map(|ended| ended.exit_code),
            cause,
            pod: last.map(|pod| pod.name().to_owned()),
        }
    }
}

/// How a pod has ended.
struct Ended {
    exit_code: u8,
    reason: String,
    message: String,
}

impl Ended {
    fn of(pod: &Object) -> Option<Self> {
        let mut containers = pod.items("/status/containerStatuses");
        let end = containers.find_map(|container| container.pointer("/state/terminated"))?;
        let text = |key: &str| {
            end.get(key)
                .and_then(|text| text.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        Some(Self {
            exit_code: end.get("exitCode")?.as_u64()?.try_into().ok()?,
            reason: text("reason"),
            message: text("message"),
        })
    }

    /// Why it has ended, where that was none of its labs' doing.
    fn cause(&self) -> Option<Text> {
        let Some(tally) = Tally::read(&self.message) else {
            let said = self.message.lines().last().unwrap_or_default();
            let parts: Vec<&str> = [self.reason.as_str(), said]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
            let code = u32::from(self.exit_code);
            return Some(text!("fleet-ended-with", code = code, why = parts.join(": ")));
        };
        tally.error.map(Text::from)
    }
}

/// The results of an index.
struct Lines {
    journal: Journal,
    held: BTreeMap<(String, String), String>,
}

impl Lines {
    fn read(text: &str) -> Self {
        let held = text
            .lines()
            .filter_map(|line| serde_json::from_str::<HeldLine>(line).ok());
        Self {
            journal: Journal::read(text),
            held: held.map(|line| ((line.cluster, line.lab), line.held)).collect(),
        }
    }
}

/// How far a lab is.
fn row(lab: &ShardLab, of: &IndexRow, lines: Option<&Lines>) -> LabRow {
    let mut row = LabRow::waiting(&lab.lab, &lab.cluster);
    let entry = lines.and_then(|lines| lines.journal.entry(&lab.cluster, &lab.lab));
    let held = lines.and_then(|lines| lines.held.get(&(lab.cluster.clone(), lab.lab.clone())));
    match (entry, held, of.state) {
        (Some(entry), _, _) => take(&mut row, entry),
        (None, _, IndexState::Done) => {
            row.progress = Progress::Done;
            row.exit_code = Some(0);
        }
        (None, Some(why), _) => row.hold(why),
        (None, None, IndexState::Running) => {
            row.progress = Progress::Running;
            row.stage = text!("fleet-index", index = of.index);
        }
        (None, None, IndexState::Waiting | IndexState::Starting) => {}
        (None, None, IndexState::Failed) => {
            let why = of.cause.clone();
            let why = why.unwrap_or_else(|| text!("fleet-not-on-record"));
            row.hold(text!("fleet-index-failed", index = of.index, why = why));
        }
    }
    row
}

fn take(row: &mut LabRow, entry: &Entry) {
    row.end(entry.exit_code, entry.cause.clone().map(Text::from), entry.at);
    row.url.clone_from(&entry.url);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::event::RunVerb;
    use crate::fleet::job::{Shard, lines_of_end, result_map};

    fn assignment() -> Assignment {
        let shard = |labs: &[(usize, &str)]| Shard {
            sharers: 1,
            labs: labs
                .iter()
                .map(|(place, lab)| ShardLab {
                    place: *place,
                    lab: (*lab).to_owned(),
                    cluster: "r/c".to_owned(),
                    own: BTreeMap::new(),
                })
                .collect(),
        };
        Assignment {
            roster: "class.csv".to_owned(),
            verb: RunVerb::Apply,
            columns: Vec::new(),
            indexes: vec![
                shard(&[(0, "a"), (2, "c")]),
                shard(&[(1, "b")]),
                shard(&[(3, "d")]),
                shard(&[(4, "e")]),
            ],
        }
    }

    fn job(status: &Value) -> Object {
        Object(json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "uid": "u"},
            "spec": {"completions": 4}, "status": status,
        }))
    }

    fn pod(name: &str, index: usize, status: &Value) -> Object {
        Object(json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "labels": {INDEX_LABEL: index.to_string()}, "creationTimestamp": format!("2026-11-24T09:00:0{}Z", name.len()),
                "ownerReferences": [{"kind": "Job", "uid": "u"}],
            },
            "status": status,
        }))
    }

    fn ended(code: u8, message: &str) -> Value {
        json!({"phase": if code == 0 { "Succeeded" } else { "Failed" }, "containerStatuses": [
            {"name": "lab2048", "state": {"terminated": {"exitCode": code, "reason": "Error", "message": message}}},
        ]})
    }

    fn running() -> Value {
        json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})
    }

    fn entry(lab: &str, exit_code: u8) -> Entry {
        Entry {
            at: "2026-11-24T09:00:00Z".parse().unwrap(),
            verb: RunVerb::Apply,
            lab: lab.to_owned(),
            cluster: "r/c".to_owned(),
            exit_code,
            url: (exit_code == 0).then(|| format!("http://{lab}/")),
            cause: (exit_code != 0).then(|| "why".to_owned()),
        }
    }

    fn results(index: usize, entries: &[Entry]) -> Object {
        let lines = lines_of_end(entries, []).unwrap();
        result_map(("j", "n"), index, Some("u"), &lines)
    }

    #[test]
    fn labs_are_as_far_as_results_and_indexes_say() {
        let status = json!({"completedIndexes": "0", "failedIndexes": "2", "active": 1});
        let pods = [
            pod("p0", 0, &ended(0, "")),
            pod("p1", 1, &ended(7, r#"{"index":1,"ok":0,"failed":1,"worst":7}"#)),
            pod("p1-again", 1, &running()),
            pod(
                "p2",
                2,
                &ended(
                    1,
                    r#"{"index":2,"ok":0,"failed":0,"worst":1,"error":"no session with AWS"}"#,
                ),
            ),
        ];
        let results = [results(0, &[entry("a", 0), entry("c", 0)]), results(1, &[])];
        let found = gather(&job(&status), &pods, &results, &assignment());
        assert_eq!(found.state, JobState::Running);
        let indexes: Vec<_> = found
            .indexes
            .iter()
            .map(|row| (row.state, row.attempts, row.done, row.labs, row.exit_code))
            .collect();
        assert_eq!(
            indexes,
            [
                (IndexState::Done, 1, 2, 2, Some(0)),
                (IndexState::Running, 2, 0, 1, Some(7)),
                (IndexState::Failed, 1, 0, 1, Some(1)),
                (IndexState::Waiting, 0, 0, 1, None),
            ]
        );
        let rows: Vec<_> = found
            .board
            .rows
            .iter()
            .map(|row| {
                (
                    row.lab.as_str(),
                    row.progress,
                    row.cause.clone().or_else(|| row.url.clone().map(Text::from)),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("a", Progress::Done, Some("http://a/".into())),
                ("b", Progress::Running, None),
                ("c", Progress::Done, Some("http://c/".into())),
                (
                    "d",
                    Progress::Held,
                    Some("index 2 has failed: no session with AWS".into())
                ),
                ("e", Progress::Waiting, None),
            ]
        );
    }

    #[test]
    fn what_failed_and_was_held_has_its_own_cause() {
        let mut held = LabRow::waiting("c", "c");
        held.hold("not begun: the first lab of its cluster has failed");
        let lines = lines_of_end([&entry("a", 3)], [(&held, "r/c".to_owned())]).unwrap();
        let results = [result_map(("j", "n"), 0, None, &lines)];
        let pods = [pod("p0", 0, &ended(3, ""))];
        let found = gather(&job(&json!({"failedIndexes": "0"})), &pods, &results, &assignment());
        let [a, _, c, ..] = found.board.rows.as_slice() else {
            panic!()
        };
        assert_eq!(
            (a.progress, a.cause.clone(), a.exit_code),
            (Progress::Failed, Some("why".into()), Some(3))
        );
        assert_eq!(c.cause, held.cause);
    }

    #[test]
    fn a_pod_that_says_nothing_and_one_of_an_earlier_job() {
        let mut stranger = pod("old", 1, &running());
        stranger.0["metadata"]["ownerReferences"][0]["uid"] = "v".into();
        let pods = [pod("p0", 0, &ended(137, "thread 'main' panicked\nat x")), stranger];
        let found = gather(&job(&json!({})), &pods, &[], &assignment());
        assert_eq!(found.indexes[0].cause, Some("exit code 137: Error: at x".into()));
        assert_eq!(found.indexes[1].state, IndexState::Waiting);
        let image = json!({"phase": "Pending", "containerStatuses": [
            {"name": "lab2048", "image": "x", "state": {"waiting": {"reason": "CreateContainerConfigError", "message": "no user"}}},
        ]});
        let found = gather(&job(&json!({})), &[pod("p0", 0, &image)], &[], &assignment());
        assert_eq!(found.indexes[0].state, IndexState::Starting);
        assert!(
            found.indexes[0].cause.as_ref().unwrap().to_string().contains("no user"),
            "{:?}",
            found.indexes[0]
        );
    }

    #[test]
    fn a_job_is_what_its_controller_says() {
        let ended = |kind: &str| json!([{"type": kind, "status": "True"}]);
        let mut suspended = job(&json!({}));
        suspended.0["spec"]["suspend"] = true.into();
        assert_eq!(state(&suspended), JobState::Suspended);
        assert_eq!(state(&job(&json!({"active": 1}))), JobState::Running);
        let complete = json!({"completedIndexes": "0-3", "conditions": ended("Complete")});
        assert_eq!(state(&job(&complete)), JobState::Done);
        let failed = json!({"completedIndexes": "0,2-3", "failedIndexes": "1", "conditions": ended("Failed")});
        assert_eq!(state(&job(&failed)), JobState::Failed);
        assert_eq!(state(&job(&json!({"conditions": ended("Failed")}))), JobState::Failed);
        let mut deleting = job(&complete);
        deleting.0["metadata"]["deletionTimestamp"] = "2026-11-24T09:00:00Z".into();
        assert_eq!(state(&deleting), JobState::Deleting);
        assert_eq!(numbers("0,3-5,9"), [0, 3, 4, 5, 9].into());
        assert!(numbers("").is_empty());
    }
}
