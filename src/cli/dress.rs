//! The clap command as it is used: the derived types, with what help says beside the flags.

use std::fmt::Write;

use clap::{Command, CommandFactory};

use super::command::Cli;
use super::guide::{GUIDES, Guide};
use super::job_guide::JOB_GUIDES;
use super::lesson_guide::LESSON_GUIDES;
use super::sandbox_guide::SANDBOX_GUIDES;

/// Columns of an example, behind which what it does begins.
const EXAMPLE: usize = 34;
/// Columns that help keeps within.
const WIDTH: usize = 80;

/// Said once of all variables, in place of a remark on every flag.
const VARIABLES: &str = "Each flag is a variable, too: --env is LAB2048_ENV.";

/// The program's command.
pub fn command() -> Command {
    dressed(Cli::command(), "")
}

fn dressed(command: Command, verb: &str) -> Command {
    let command = command.mut_args(|arg| arg.hide_env(true));
    let command = match guide(verb) {
        Some(guide) => command.after_help(after_help(guide)),
        None => command,
    };
    command.mut_subcommands(|inner| {
        let words = format!("{verb} {}", inner.get_name());
        dressed(inner, words.trim_start())
    })
}

fn after_help(guide: &Guide) -> String {
    let mut text = String::from("Examples:\n");
    for (example, what) in guide.examples {
        let fits = example.len() <= EXAMPLE && 4 + EXAMPLE + what.chars().count() <= WIDTH;
        // Writing to a string cannot fail.
        let _ = if fits {
            writeln!(text, "  {example:<EXAMPLE$}  {what}")
        } else {
            writeln!(text, "  {example}\n      {what}")
        };
    }
    text.push_str("\nExit codes:\n");
    for exit in guide.exits {
        let _ = writeln!(text, "  {:>3}  {}", exit.code(), exit.meaning());
    }
    let _ = write!(text, "\n{VARIABLES}");
    text
}

/// What there is to say of the verb that these words lead to.
pub(super) fn guide(verb: &str) -> Option<&'static Guide> {
    GUIDES
        .iter()
        .chain(JOB_GUIDES)
        .chain(LESSON_GUIDES)
        .chain(SANDBOX_GUIDES)
        .find(|guide| guide.verb == verb)
}

/// Calls `visit` with each verb that is shown and the words that lead to it, the program itself first.
pub(super) fn each_verb(command: &Command, visit: &mut dyn FnMut(&[&str], &Command)) {
    fn walk<'a>(command: &'a Command, words: &mut Vec<&'a str>, visit: &mut dyn FnMut(&[&str], &Command)) {
        visit(words, command);
        let shown = command
            .get_subcommands()
            .filter(|verb| !verb.is_hide_set() && verb.get_name() != "help");
        for verb in shown {
            words.push(verb.get_name());
            walk(verb, words, visit);
            words.pop();
        }
    }
    walk(command, &mut Vec::new(), visit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_named_after_their_flags() {
        /// Flags of one name that ask for different things.
        const OTHERS: &[&str] = &["LAB2048_MAN_OUT"];
        each_verb(&command(), &mut |words, verb| {
            for arg in verb.get_arguments() {
                let (Some(long), Some(variable)) = (arg.get_long(), arg.get_env()) else {
                    continue;
                };
                let variable = variable.to_str().unwrap();
                let named = format!("LAB2048_{}", long.to_uppercase().replace('-', "_"));
                assert!(variable == named || OTHERS.contains(&variable), "{words:?} {variable}");
            }
        });
    }
}
