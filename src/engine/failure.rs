//! How a step that did not reach its goal is reported.

use std::time::Duration;

use crate::event::{Failure, FailureClass, Leaves};
use crate::lang::{Text, text};
use crate::model::{Goal, Op, Task, format_duration};
use crate::ports::{CallError, ErrorClass};

/// How far a step had come when it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// Its API has not accepted anything.
    Nothing,
    /// A deletion has been accepted; the making has not (replacement).
    Deletion,
    /// The change has been accepted.
    Acceptance,
}

/// A call failed for good.
pub(super) fn of_call(task: &Task, reached: Reached, error: &CallError) -> Failure {
    let class = match error.class {
        ErrorClass::Conflict => FailureClass::Conflict,
        _ => FailureClass::Failed,
    };
    Failure {
        class,
        causes: vec![error.text()],
        leaves: leaves(task, reached, Some(error.class)),
        hint: error.help().unwrap_or_else(|| resume_hint(task)),
        stage: None,
    }
}

/// The adapter judged that the goal cannot be reached any more.
pub(super) fn of_goal(task: &Task, reached: Reached, causes: Vec<Text>, remedy: Option<&Text>) -> Failure {
    let what = remedy.cloned().unwrap_or_else(|| text!("run-see-doctor"));
    Failure {
        class: FailureClass::Failed,
        causes,
        leaves: leaves(task, reached, None),
        hint: text!("run-then-again", what = what),
        stage: None,
    }
}

/// Somebody else has what the step needs, and did not give it back in time.
pub(super) fn of_queue(cause: Text) -> Failure {
    of_others(cause)
}

/// What was held has been lost to somebody else.
pub(super) fn of_loss(reason: Text) -> Failure {
    of_others(reason)
}

fn of_others(cause: Text) -> Failure {
    Failure {
        class: FailureClass::Conflict,
        causes: vec![cause],
        leaves: Leaves::Something,
        hint: text!("run-after-other"),
        stage: None,
    }
}

/// The limit was reached. To go on waiting is of no use before what kept it so long has been mended (`remedy`).
pub(super) fn of_time(
    task: &Task,
    reached: Reached,
    limit: Duration,
    last: Option<Text>,
    remedy: Option<&Text>,
) -> Failure {
    let time = format_duration(limit);
    let mut causes = vec![match task.goal() {
        Goal::Ready => text!("run-not-ready-in", time = time),
        Goal::Gone => text!("run-not-gone-in", time = time),
    }];
    causes.extend(last);
    let resume = resume_hint(task);
    Failure {
        class: FailureClass::Timeout,
        causes,
        leaves: leaves(task, reached, None),
        hint: match remedy {
            Some(remedy) => text!("run-then", what = remedy, resume = resume),
            None => resume,
        },
        stage: None,
    }
}

/// A call was not answered while there was time.
pub(super) fn of_silence(task: &Task, limit: Duration) -> Failure {
    Failure {
        class: FailureClass::Timeout,
        causes: vec![unanswered(limit)],
        leaves: Leaves::Unknown,
        hint: resume_hint(task),
        stage: None,
    }
}

/// Why it is not known what has come of a call.
pub(super) fn unanswered(limit: Duration) -> Text {
    text!("run-unanswered-in", time = format_duration(limit))
}

/// The user dropped the wait for a step that was in this stage.
pub(super) fn of_interrupt(task: &Task, reached: Reached, stage: Option<Text>) -> Failure {
    Failure {
        class: FailureClass::Interrupted,
        causes: vec![text!("run-stopped")],
        leaves: leaves(task, reached, None),
        hint: resume_hint(task),
        stage,
    }
}

fn leaves(task: &Task, reached: Reached, class: Option<ErrorClass>) -> Leaves {
    match (reached, task.op) {
        (Reached::Nothing, _) if class == Some(ErrorClass::Unreachable) => Leaves::Unknown,
        (Reached::Nothing, Op::Create | Op::None) => Leaves::Nothing,
        _ => Leaves::Something,
    }
}

fn resume_hint(task: &Task) -> Text {
    match task.goal() {
        Goal::Ready => text!("run-resume"),
        Goal::Gone => text!("run-resume-gone"),
    }
}
