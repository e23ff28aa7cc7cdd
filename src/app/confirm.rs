//! Asking before anything is changed.

use super::context::Context;
use super::error::AppError;
use super::interrupt;
use super::request::RunOptions;
use crate::model::TargetKind;
use crate::ports;

/// What is asked.
pub(super) enum Question<'a> {
    /// `yes` or no.
    GoOn,
    /// The name of what is removed, typed out.
    Remove(&'a str),
}

/// Whether the user agrees. Where nobody can be asked that is an error, at once; Ctrl-C instead of an answer is one too.
pub(super) async fn agreed(
    context: &mut Context,
    options: &RunOptions,
    (wanted, target): (bool, TargetKind),
    question: &Question<'_>,
) -> Result<bool, AppError> {
    if options.yes || !wanted {
        return Ok(true);
    }
    let text = match question {
        Question::GoOn => "Carry this out? [y/N] ".to_owned(),
        Question::Remove(lab) => format!("Type {lab} to remove it: "),
    };
    let why = if context.reporter.settings().format.is_document() {
        Some("where a document is the answer nothing is asked")
    } else if context.host.terminals.stdin {
        None
    } else {
        Some("there is no terminal to ask on")
    };
    if let Some(why) = why {
        let place = match target {
            TargetKind::Aws => "AWS",
            TargetKind::Sandbox => "the sandbox",
        };
        return Err(AppError::NobodyToAsk { place, why });
    }
    let answer = answer(context, text).await?;
    Ok(match question {
        Question::GoOn => matches!(answer.to_lowercase().as_str(), "y" | "yes"),
        Question::Remove(lab) => answer == *lab,
    })
}

/// What the user types; Ctrl-C ends the wait for it.
async fn answer(context: &mut Context, question: String) -> Result<String, AppError> {
    context.reporter.yield_terminal();
    let failed = |source| AppError::Io {
        what: "read your answer",
        source,
    };
    tokio::select! {
        answer = ports::ask(&context.host.ask, question) => answer.map_err(failed),
        () = interrupt::pressed(context.host.interrupts.clone()) => {
            // The terminal has shown `^C` behind the question.
            context.reporter.note("\n");
            Err(AppError::Interrupted)
        }
    }
}
