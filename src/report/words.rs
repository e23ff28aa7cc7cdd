//! Numbers and times as people say them.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::event::Phase;
use crate::model::{Holder, NodeId, NodeKind, Op, format_duration};

/// A time that something took or takes: to the second below an hour, to the minute above.
pub fn duration(duration: Duration) -> String {
    const HOUR: u64 = 3600;
    let seconds = duration.as_secs();
    let shown = if seconds < HOUR { seconds } else { seconds / 60 * 60 };
    format_duration(Duration::from_secs(shown))
}

/// A duration given in milliseconds.
pub fn millis(millis: u64) -> String {
    duration(Duration::from_millis(millis))
}

/// How long before `now` something was: `3 minutes ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = Duration::try_from(now.duration_since(at)).unwrap_or_default().as_secs();
    let count = |n: u64, unit: &str| format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" });
    match seconds {
        0..=59 => count(seconds, "second"),
        60..=3599 => count(seconds / 60, "minute"),
        3600..=86_399 => count(seconds / 3600, "hour"),
        _ => count(seconds / 86_400, "day"),
    }
}

/// `kubectl get`'s way to say an age: `18m`, `2d`.
pub fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = Duration::try_from(now.duration_since(since))
        .unwrap_or_default()
        .as_secs();
    match seconds {
        0..=119 => format!("{seconds}s"),
        120..=599 if seconds % 60 != 0 => format!("{}m{}s", seconds / 60, seconds % 60),
        120..=7199 => format!("{}m", seconds / 60),
        7200..=172_799 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// `1 pod`, `5 pods`.
pub fn count(n: usize, one: &str) -> String {
    count_of(n, one, &format!("{one}s"))
}

/// The same for words with a plural of their own.
pub fn count_of(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A JSON value as one short word or two: text without quotes where it needs none.
pub fn value(value: Option<&Value>) -> String {
    match value {
        None => "(absent)".to_owned(),
        Some(Value::String(text)) if !text.is_empty() && !text.contains(char::is_whitespace) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A value that others have set, as far as it serves to recognise it.
pub fn glimpse(of: &Value) -> String {
    /// Enough for an image with its tag or an ARN.
    const ENOUGH: usize = 100;
    let whole = value(Some(of));
    match whole.char_indices().nth(ENOUGH) {
        None => whole,
        Some((end, _)) => format!("{}… ({} characters)", &whole[..end], whole.chars().count()),
    }
}

/// What happens to a node, in one word.
pub fn op(op: Op) -> &'static str {
    match op {
        Op::Create => "create",
        Op::Update => "change",
        Op::Replace => "replace",
        Op::Delete => "delete",
        Op::None => "keep",
    }
}

/// What has happened to a node, in one word.
pub fn op_done(op: Op) -> &'static str {
    match op {
        Op::Create => "created",
        Op::Update => "changed",
        Op::Replace => "replaced",
        Op::Delete => "deleted",
        Op::None => "ready",
    }
}

/// A node as people name it: `profile fargate-game-2048`. The proof is the game seen from outside.
pub fn node(node: &NodeId) -> String {
    match node.kind {
        NodeKind::Proof => "game".to_owned(),
        NodeKind::Lock => "the lab's lock".to_owned(),
        _ => format!("{} {}", node.kind.word(), node.name),
    }
}

/// What a run is busy with beside its steps.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Reading => "looking at AWS and the cluster",
        Phase::Settling => "waiting until there is one node for each pod",
        Phase::Leftovers => "looking for what is left over",
    }
}

/// Who has what a step waits for: `kim@cloud9 apply (4711) has it since 2026-11-24T03:00:00Z`.
pub fn held(holder: &Holder) -> String {
    let since = holder.since.map_or_else(String::new, |since| format!(" since {since}"));
    format!("{} has it{since}", holder.name)
}

/// That a step waits for somebody else.
pub fn queued(node: &NodeId, holder: &Holder) -> String {
    format!("waiting for {}: {}", self::node(node), held(holder))
}

/// What to say where an adapter has not told a stage yet.
const SILENT: &str = "waiting for the API's answer";

/// How a step stands: its stage, and the cause where that says more than the stage does.
pub fn standing(node: &NodeId, stage: &str, cause: Option<&str>) -> String {
    let stage = stage_of(node, stage);
    match cause.filter(|cause| !cause.is_empty()) {
        None if stage.is_empty() => SILENT.to_owned(),
        None => stage.to_owned(),
        Some(cause) if stage.is_empty() => cause.to_owned(),
        Some(cause) if says_the_same(stage, cause) => stage.to_owned(),
        Some(cause) => format!("{stage}: {cause}"),
    }
}

/// The same after some time: `still CREATING, 1m59s of at most 15m: EKS sets it up`.
pub fn still(node: &NodeId, stage: &str, cause: Option<&str>, times: (u64, u64)) -> String {
    let (elapsed, remaining) = times;
    let named = stage_of(node, stage);
    let named = if named.is_empty() { SILENT } else { named };
    let text = format!(
        "still {named}, {} of at most {}",
        millis(elapsed),
        duration(Duration::from_secs((elapsed + remaining).div_ceil(1000)))
    );
    match cause.filter(|cause| !cause.is_empty() && !says_the_same(named, cause)) {
        Some(cause) => format!("{text}: {cause}"),
        None => text,
    }
}

/// The stage without the kind of the node, which stands before it: `CREATING` of `profile CREATING`.
fn stage_of<'a>(node: &NodeId, stage: &'a str) -> &'a str {
    stage
        .strip_prefix(node.kind.word())
        .and_then(|rest| rest.strip_prefix(' '))
        .unwrap_or(stage)
}

/// `0/5 pods available` and `0 of 5 pods available` are the same to a reader.
fn says_the_same(stage: &str, cause: &str) -> bool {
    stage.replace('/', " of ") == cause.replace('/', " of ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_ages() {
        let at = |s| Timestamp::UNIX_EPOCH + Duration::from_secs(s);
        assert_eq!(
            [9, 65, 600, 7805].map(|s| duration(Duration::from_secs(s))),
            ["9s", "1m05s", "10m", "2h10m"]
        );
        assert_eq!(
            [1, 59, 61, 7200, 200_000].map(|s| ago(at(0), at(s))),
            [
                "1 second ago",
                "59 seconds ago",
                "1 minute ago",
                "2 hours ago",
                "2 days ago"
            ]
        );
        assert_eq!(
            [18 * 60, 90, 387, 115_200, 300_000].map(|s| age(at(0), at(s))),
            ["18m", "90s", "6m27s", "32h", "3d"]
        );
        assert_eq!(ago(at(9), at(0)), "0 seconds ago", "clocks differ");
    }

    #[test]
    fn a_cause_is_told_where_it_adds_something() {
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
        for (stage, cause, said) in cases {
            assert_eq!(standing(&profile, stage, cause), said);
        }
        assert_eq!(
            still(&profile, "", None, (39_000, 561_000)),
            "still waiting for the API's answer, 39s of at most 10m"
        );
    }

    #[test]
    fn long_values_of_others_are_only_begun() {
        assert_eq!(glimpse(&"nginx:1.27".into()), "nginx:1.27");
        let long = glimpse(&"x".repeat(101).into());
        assert_eq!(long, format!("{}… (101 characters)", "x".repeat(100)));
    }

    #[test]
    fn values_are_short() {
        use serde_json::json;
        assert_eq!(value(Some(&json!("nginx:1"))), "nginx:1");
        assert_eq!(value(Some(&json!("two words"))), "\"two words\"");
        assert_eq!(value(Some(&json!(5))), "5");
        assert_eq!(value(None), "(absent)");
    }
}
