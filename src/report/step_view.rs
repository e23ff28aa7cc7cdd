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
pub fn queued(node: &NodeId, position: Option<u32>, unordered: Option<&Text>, holder: &Holder) -> Text {
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
            text!("step-unawaited-aws", node = name, stage = stage)
        }
        Some(stage) => text!("step-unawaited-at", node = name, stage = stage),
        None if failure.leaves == Leaves::Nothing => text!("step-unbegun", node = name),
        None => text!("step-unawaited", node = name),
    }
}

/// How far a step is: its stage, and the cause where it adds something to the stage.
pub fn stage(stage: &Text, cause: Option<&Text>) -> Text {
    match cause.filter(|cause| !cause.is_empty()) {
        // Where an adapter has not reported a stage yet.
        None if stage.is_empty() => text!("step-silent"),
        None => stage.clone(),
        Some(cause) if stage.is_empty() => cause.clone(),
        Some(cause) if is_same(stage, cause) => stage.clone(),
        Some(cause) => text!("step-stage", stage = stage, cause = cause),
    }
}

/// The same after some time: `still CREATING, 1m59s of at most 15m: EKS sets it up`.
pub fn heartbeat(stage: &Text, cause: Option<&Text>, times: (u64, u64)) -> Text {
    let (elapsed, remaining) = times;
    let cause = cause.filter(|cause| !cause.is_empty() && !is_same(stage, cause));
    let still = match cause {
        Some(cause) => text!("step-still-why", cause = cause),
        None => text!("step-still"),
    };
    let named = if stage.is_empty() {
        text!("step-silent")
    } else {
        stage.clone()
    };
    let limit = Duration::from_secs((elapsed + remaining).div_ceil(1000));
    still
        .with("stage", named)
        .with("elapsed", times::millis(elapsed))
        .with("limit", times::duration(limit))
}

/// `0/5 pods available` and `0 of 5 pods available` are the same to a reader.
fn is_same(stage: &Text, cause: &Text) -> bool {
    let plain = |text: &Text| text.to_string().replace('/', " of ");
    plain(stage) == plain(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_shown_where_it_adds_something() {
        let cases = [
            ("CREATING", Some("EKS sets it up"), "CREATING: EKS sets it up"),
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
            let cause = cause.map(Text::from);
            assert_eq!(super::stage(&stage.into(), cause.as_ref()), expected);
        }
        assert_eq!(
            heartbeat(&Text::default(), None, (39_000, 561_000)),
            "still waiting for the API's answer, 39s of at most 10m"
        );
    }
}
