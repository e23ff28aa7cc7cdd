//! Asking before anything is changed.

use super::context::Context;
use super::error::AppError;
use super::request::Conduct;

/// What is asked.
pub(super) enum Question<'a> {
    /// `yes` or no.
    GoOn,
    /// The name of what is removed, typed out.
    Remove(&'a str),
}

/// Whether the user agrees. Where nobody can be asked that is an error, at once.
pub(super) fn agreed(
    context: &mut Context,
    conduct: &Conduct,
    wanted: bool,
    question: &Question<'_>,
) -> Result<bool, AppError> {
    if conduct.yes || !wanted {
        return Ok(true);
    }
    let text = match question {
        Question::GoOn => "Carry this out? [y/N] ".to_owned(),
        Question::Remove(lab) => format!("Type {lab} to remove it: "),
    };
    let can_ask = context.host.terminals.stdin && !context.reporter.settings().format.is_document();
    if !can_ask {
        return Err(AppError::NobodyToAsk {
            question: text.trim_end_matches([' ', ':']).to_owned(),
        });
    }
    let answer = (context.host.ask)(&text).map_err(|source| AppError::Io {
        what: "read your answer",
        source,
    })?;
    let answer = answer.unwrap_or_default();
    Ok(match question {
        Question::GoOn => matches!(answer.to_lowercase().as_str(), "y" | "yes"),
        Question::Remove(lab) => answer == *lab,
    })
}
