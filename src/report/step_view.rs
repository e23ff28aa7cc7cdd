//! How far a step is, and what it waits for, as people read it.

use std::time::Duration;

use super::page::Page;
use super::style::{Style, Tone};
use super::{times, words};
use crate::event::{Failure, Leaves, Phase, RetryReason};
use crate::lang::{Text, Value, text};
use crate::model::visible::visible_line;
use crate::model::{Holder, NodeId, NodeKind, RequestDone};

/// What a run is busy with beside its steps.
pub fn phase(phase: Phase) -> Text {
    match phase {
        Phase::Reading => text!("phase-reading"),
        Phase::Settling => text!("phase-settling"),
        Phase::Leftovers => text!("phase-leftovers"),
    }
}

/// Who has what a step waits for: `kim@cloud9 apply (4711) has it since 2026-11-24T03:00:00Z`.
pub fn holder(holder: &Holder) -> Text {
    let Holder { description, since, .. } = holder;
    match since {
        Some(since) => text!("queue-holder-since", holder = description, since = since.to_string()),
        None => text!("queue-holder", holder = description),
    }
}

/// What a step waits for that somebody else has, and at which place: `2nd in line: kim@cloud9 apply (4711) has it`.
pub fn in_line(position: Option<u32>, holder: &Holder) -> Text {
    let holder = self::holder(holder);
    match position {
        Some(position) => text!("queue-place", place = Value::Place(position), holder = holder),
        None => holder,
    }
}

/// That a step waits for somebody else.
pub fn queued(node: &NodeId, position: Option<u32>, unordered: Option<&str>, holder: &Holder) -> Text {
    let (node, holder) = (words::name_of(node), self::holder(holder));
    let waiting = match position {
        Some(position) => text!(
            "queue-waiting-place",
            node = node,
            place = Value::Place(position),
            holder = holder
        ),
        None => text!("queue-waiting", node = node, holder = holder),
    };
    match unordered {
        Some(why) => text!("queue-unordered", waiting = waiting, why = why),
        None => waiting,
    }
}

/// So often is tried again before what is usual for some seconds is taken for a failure like any other: about a minute.
const USUAL_TRIES: u32 = 12;

/// Why a call is tried again, where that is usual; `None` where the failure speaks for itself.
pub fn retry(node: &NodeId, reason: RetryReason, attempt: u32) -> Option<Text> {
    match (reason, &node.kind) {
        (RetryReason::Propagating, _) if attempt > USUAL_TRIES => None,
        (RetryReason::Propagating, NodeKind::Profile) => Some(text!("step-new-role")),
        (RetryReason::Propagating, _) => Some(text!("step-new-change")),
        (RetryReason::Other, _) => None,
    }
}

/// A request that is over, as a line: `  eks DescribeCluster: 200 in 35 ms, attempt 1`.
pub fn request(request: &RequestDone, style: &Style) -> String {
    let answer = request
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let line = format!(
        "  {} {}: {answer} in {} ms, attempt {}",
        request.api,
        request.operation,
        request.took.as_millis(),
        request.attempt
    );
    style.paint(Tone::Faint, &visible_line(&line)) + "\n"
}

/// A question that is asked again, as a line.
pub fn waiting(cause: &str, style: &Style) -> String {
    let mut page = Page::new(style);
    page.entry("", &style.say(&text!("step-answer-late", cause = cause)));
    page.into_text()
}

/// A step that the user did not want to wait for: `profile p still CREATING in AWS; not waited for`.
pub fn not_waited_for(node: &NodeId, failure: &Failure) -> Text {
    let name = words::name_of(node);
    match &failure.stage {
        Some(stage) if node.kind.is_of_aws() => {
            text!("step-unawaited-aws", node = name, stage = stage_of(node, stage))
        }
        Some(stage) => text!("step-unawaited-at", node = name, stage = stage_of(node, stage)),
        None if failure.leaves == Leaves::Nothing => text!("step-unbegun", node = name),
        None => text!("step-unawaited", node = name),
    }
}

/// How far a step is: its stage, and the cause where it adds something to the stage.
pub fn stage(node: &NodeId, stage: &str, cause: Option<&str>) -> Text {
    let stage = stage_of(node, stage);
    match cause.filter(|cause| !cause.is_empty()) {
        // Where an adapter has not reported a stage yet.
        None if stage.is_empty() => text!("step-silent"),
        None => Text::verbatim(stage.to_owned()),
        Some(cause) if stage.is_empty() => Text::verbatim(cause.to_owned()),
        Some(cause) if is_same(stage, cause) => Text::verbatim(stage.to_owned()),
        Some(cause) => text!("step-stage", stage = stage, cause = cause),
    }
}

/// The same after some time: `still CREATING, 1m59s of at most 15m: EKS sets it up`.
pub fn heartbeat(node: &NodeId, stage: &str, cause: Option<&str>, times: (u64, u64)) -> Text {
    let (elapsed, remaining) = times;
    let named = stage_of(node, stage);
    let cause = cause.filter(|cause| !cause.is_empty() && !is_same(named, cause));
    let still = match cause {
        Some(cause) => text!("step-still-why", cause = cause),
        None => text!("step-still"),
    };
    let named = if named.is_empty() {
        text!("step-silent")
    } else {
        Text::verbatim(named.to_owned())
    };
    let limit = Duration::from_secs((elapsed + remaining).div_ceil(1000));
    still
        .with("stage", named)
        .with("elapsed", times::millis(elapsed))
        .with("limit", times::duration(limit))
}

/// The stage without the kind of the node, which is before it: `CREATING` of `profile CREATING`.
fn stage_of<'a>(node: &NodeId, stage: &'a str) -> &'a str {
    stage
        .strip_prefix(node.kind.word())
        .and_then(|rest| rest.strip_prefix(' '))
        .unwrap_or(stage)
}

/// `0/5 pods available` and `0 of 5 pods available` are the same to a reader.
fn is_same(stage: &str, cause: &str) -> bool {
    stage.replace('/', " of ") == cause.replace('/', " of ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_shown_where_it_adds_something() {
        let profile: NodeId = "profile/p".parse().unwrap();
        let cases = [
            ("profile CREATING", Some("EKS sets it up"), "CREATING: EKS sets it up"),
            (
                "0/5 pods available",
                Some("0 of 5 pods available"),
                "0/5 pods available",
            ),
            ("Terminating", None, "Terminating"),
            ("", Some("role not known yet"), "role not known yet"),
            ("", Some(""), "waiting for the API's answer"),
        ];
        for (stage, cause, expected) in cases {
            assert_eq!(super::stage(&profile, stage, cause).to_string(), expected);
        }
        assert_eq!(
            heartbeat(&profile, "", None, (39_000, 561_000)).to_string(),
            "still waiting for the API's answer, 39s of at most 10m"
        );
    }
}
