//! How a step that did not reach its goal is reported.

use std::time::Duration;

use crate::event::{Failure, FailureClass, Leaves};
use crate::lang::Text;
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
        causes: vec![error.to_string().into()],
        leaves: leaves(task, reached, Some(error.class)),
        hint: error.help().map_or_else(|| resume_hint(task), Text::from),
        stage: None,
    }
}

/// The adapter judged that the goal cannot be reached any more.
pub(super) fn of_goal(task: &Task, reached: Reached, causes: Vec<Text>, remedy: Option<&Text>) -> Failure {
    let what = remedy.map_or_else(|| "`lab2048 doctor` shows what to fix".to_owned(), Text::to_string);
    Failure {
        class: FailureClass::Failed,
        causes,
        leaves: leaves(task, reached, None),
        hint: format!("{what}; then run the same command again").into(),
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
        hint: "wait until the other run has ended, then run the same command again".into(),
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
    let goal = if task.goal() == Goal::Gone { "gone" } else { "ready" };
    let mut causes = vec![Text::from(format!("not {goal} within {}", format_duration(limit)))];
    causes.extend(last);
    let resume = resume_hint(task);
    Failure {
        class: FailureClass::Timeout,
        causes,
        leaves: leaves(task, reached, None),
        hint: remedy.map_or_else(|| resume.clone(), |remedy| format!("{remedy}; then {resume}").into()),
        stage: None,
    }
}

/// A call was not answered while there was time.
pub(super) fn of_silence(task: &Task, limit: Duration) -> Failure {
    Failure {
        class: FailureClass::Timeout,
        causes: vec![format!("no answer within {}", format_duration(limit)).into()],
        leaves: Leaves::Unknown,
        hint: resume_hint(task),
        stage: None,
    }
}

/// The user dropped the wait for a step that was in this stage.
pub(super) fn of_interrupt(task: &Task, reached: Reached, stage: Option<Text>) -> Failure {
    Failure {
        class: FailureClass::Interrupted,
        causes: vec!["stopped on request".into()],
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
    let hint = match task.goal() {
        Goal::Ready => "run the same command again: it goes on from here; `lab2048 destroy` removes what is there",
        Goal::Gone => "run the same command again: it goes on from here",
    };
    hint.into()
}
