//! Asking before anything is changed.

use super::context::Context;
use super::error::AppError;
use super::interrupt;
use super::request::RunOptions;
use crate::lang::{Text, text};
use crate::model::TargetKind;
use crate::ports;

/// What is asked.
pub(super) enum Question<'a> {
    /// `yes` or no.
    GoOn,
    /// The name of what is removed, typed out.
    Remove(&'a str),
}

/// What the user said.
pub(super) enum Answer {
    /// Go on.
    Yes,
    /// Do not; why that was not a yes.
    No(Text),
}

/// Whether the user agrees. Where nobody can be asked that is an error, at once; Ctrl-C instead of an answer is one too.
pub(super) async fn agreed(
    context: &mut Context,
    options: &RunOptions,
    wanted: bool,
    question: &Question<'_>,
    target: TargetKind,
) -> Result<Answer, AppError> {
    if options.yes || !wanted {
        return Ok(Answer::Yes);
    }
    let text = match question {
        Question::GoOn => text!("ask-go-on"),
        Question::Remove(lab) => text!("ask-remove", lab = *lab),
    };
    let can_ask = context.host.terminals.stdin && !context.reporter.settings().format.is_document();
    if !can_ask {
        return Err(AppError::NobodyToAsk { target });
    }
    let style = context.reporter.settings().err;
    let answer = answer(context, format!("{} ", style.say(&text))).await?;
    let agrees = match question {
        Question::GoOn => matches!(answer.to_lowercase().as_str(), "y" | "yes" | "예" | "네"),
        Question::Remove(lab) => answer == *lab,
    };
    Ok(match question {
        _ if agrees => Answer::Yes,
        Question::GoOn => Answer::No(text!("ask-not-confirmed")),
        Question::Remove(lab) if answer.is_empty() => Answer::No(text!("ask-not-typed", lab = *lab)),
        Question::Remove(lab) => Answer::No(text!("ask-other-name", answer = answer, lab = *lab)),
    })
}

/// Says that nothing was changed, as that was no yes.
pub(super) fn note_refused(context: &mut Context, why: &Text) {
    let style = context.reporter.settings().err;
    let note = style.say(&text!("ask-nothing-changed", why = why.clone()));
    context.reporter.note(&format!("{note}\n"));
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
