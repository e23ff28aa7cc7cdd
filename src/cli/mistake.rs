//! What is answered to a command line that clap does not take.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use clap::Command;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::mistake_words::in_words;
use super::usage::language_asked;
use crate::app::Exit;
use crate::lang::{Text, text};
use crate::model::visible::{is_unseen, visible};

/// Words that people type for a verb, and the message that says what does it.
const OTHER_WORDS: &[(&[&str], &str)] = &[
    (
        &[
            "delete",
            "down",
            "remove",
            "rm",
            "uninstall",
            "teardown",
            "clean",
            "cleanup",
            "undeploy",
        ],
        "destroy",
    ),
    (
        &[
            "create", "up", "deploy", "install", "start", "launch", "run", "setup", "update", "upgrade",
        ],
        "apply",
    ),
    (&["undo", "rollback", "revert"], "undo"),
    (&["logs", "log", "events"], "logs"),
    (
        &[
            "get", "list", "ls", "ps", "describe", "info", "state", "pods", "nodes", "watch",
        ],
        "status",
    ),
    (
        &[
            "check",
            "checks",
            "validate",
            "verify",
            "test",
            "diagnose",
            "why",
            "debug",
            "preflight",
        ],
        "doctor",
    ),
    (&["preview", "dry-run", "dryrun"], "plan"),
    (&["template", "manifest", "manifests", "yaml"], "render"),
    (&["url", "browse", "browser", "play", "game"], "open"),
    (&["stop", "pause", "resize", "replicas"], "scale"),
    (&["serve", "reset", "advance", "break", "mend", "shell"], "sandbox"),
    (&["init", "new", "environments", "envs", "config", "configure"], "env"),
    (&["version"], "version"),
    (&["completion"], "completions"),
    (&["login", "auth"], "login"),
];

/// A command line that clap does not take. Also a request for help or the version, which clap answers in the same way.
#[derive(Debug)]
pub struct Mistake {
    pub(super) error: Error,
    /// What is wrong, where it is this program that says so.
    pub(super) said: Option<Text>,
    /// What helps, where clap does not know it.
    pub(super) tip: Option<Text>,
}

impl From<Error> for Mistake {
    fn from(error: Error) -> Self {
        let (said, tip) = (None, None);
        Self { error, said, tip }
    }
}

impl Mistake {
    /// A mistake that only this program knows of.
    pub(super) fn saying(kind: ErrorKind, mut command: Command, text: Text) -> Self {
        Self {
            said: Some(text.clone()),
            ..command.error(kind, text).into()
        }
    }

    /// The error with what helps: the verb that does it, or the variable that a wrong value came from.
    pub(super) fn of(error: Error, mut command: Command, arguments: &[String]) -> Self {
        match error.kind() {
            ErrorKind::InvalidSubcommand => other_verb(error, command, arguments),
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                // Arguments that are not built cannot be shown.
                command.build();
                name_variable(error, &command, arguments)
            }
            _ => error.into(),
        }
    }
}

/// In English, for programs.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)
    }
}

/// Prints help, a version or a mistake, and returns the exit that goes with it. Help that was not asked for, by a call
/// without a verb, is an answer too.
pub fn print_answer(mistake: &Mistake) -> Exit {
    let error = &mistake.error;
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let help = error.render();
        let is_plain =
            !io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let text = if is_plain {
            help.to_string()
        } else {
            help.ansi().to_string()
        };
        // A closed stream cannot report anything.
        let _ = io::stdout().write_all(text.as_bytes());
        return Exit::Done;
    }
    let words = in_words(error, mistake.said.as_ref(), mistake.tip.as_ref(), language_asked());
    if let Some(words) = words {
        let _ = io::stderr().write_all(visible(&words).as_bytes());
    } else if quotes_unseen() {
        // Without the colours of clap, which cannot be told from others.
        let _ = io::stderr().write_all(visible(&error.render().to_string()).as_bytes());
    } else {
        let _ = error.print();
    }
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

/// Whether an error may quote what a terminal would obey: what was typed, and variables of ours, come from anywhere.
fn quotes_unseen() -> bool {
    let ours = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LAB2048_"));
    let mut all = std::env::args_os().chain(ours.map(|(_, value)| value));
    all.any(|text| text.to_string_lossy().contains(is_unseen))
}

fn other_verb(error: Error, command: Command, arguments: &[String]) -> Mistake {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return error.into();
    };
    // Only of the program itself: `sandbox up` is another matter.
    let mut before = arguments.iter().take_while(|argument| *argument != word);
    if before.any(|argument| command.find_subcommand(argument).is_some()) {
        return error.into();
    }
    let known = OTHER_WORDS
        .iter()
        .find(|(words, _)| words.contains(&word.to_lowercase().as_str()));
    match known {
        Some((_, verb)) => {
            let answer = Text::new(format!("other-verb-{verb}"));
            let text = text!("flag-no-verb", word = word, answer = answer);
            Mistake::saying(ErrorKind::InvalidSubcommand, command, text)
        }
        None => error.into(),
    }
}

/// Names the variable that a wrong value came from, where the flag was not typed.
fn name_variable(mut error: Error, command: &Command, arguments: &[String]) -> Mistake {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg).cloned() else {
        return error.into();
    };
    let Some((variable, is_switch)) = untyped(command, &flag, arguments) else {
        return error.into();
    };
    error.insert(ContextKind::InvalidArg, ContextValue::String(variable));
    let tip = is_switch.then(|| text!("flag-switch"));
    if let Some(tip) = &tip {
        let words = tip.to_string().into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![words]));
    }
    Mistake { tip, ..error.into() }
}

/// The variable of the flag that clap shows as `flag`, and whether it takes no value; `None` if the flag was typed.
fn untyped(command: &Command, flag: &str, arguments: &[String]) -> Option<(String, bool)> {
    let own = command.get_arguments().find(|arg| arg.to_string() == flag);
    let Some(arg) = own else {
        return command
            .get_subcommands()
            .find_map(|verb| untyped(verb, flag, arguments));
    };
    let variable = arg.get_env()?.to_str()?;
    let long = format!("--{}", arg.get_long()?);
    let is_short = |argument: &str| {
        let short = arg.get_short();
        short.is_some_and(|short| argument.starts_with('-') && !argument.starts_with("--") && argument.contains(short))
    };
    let typed = arguments
        .iter()
        .any(|argument| argument.split('=').next() == Some(&long) || is_short(argument));
    let is_switch = matches!(arg.get_action(), clap::ArgAction::SetTrue);
    (!typed).then(|| (variable.to_owned(), is_switch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn answered(line: &str) -> String {
        let arguments: Vec<_> = line.split(' ').map(str::to_owned).collect();
        let error = command().try_get_matches_from(&arguments).unwrap_err();
        Mistake::of(error, command(), &arguments).to_string()
    }

    #[test]
    fn words_for_a_verb_are_answered_with_it() {
        for (word, verb) in [
            ("delete", "lab2048 destroy"),
            ("create", "lab2048 apply"),
            ("up", "lab2048 apply"),
            ("down", "lab2048 destroy"),
            ("logs", "lab2048 doctor"),
            ("undo", "lab2048 destroy"),
        ] {
            let text = answered(&format!("lab2048 {word}"));
            assert!(text.contains(verb) && text.contains(word), "{text}");
        }
        assert!(answered("lab2048 aply").contains("apply"));
        assert!(answered("lab2048 sandbox up").contains("unrecognized subcommand"));
    }

    #[test]
    fn no_word_is_a_verb_or_answered_twice() {
        let command = command();
        let mut seen = std::collections::BTreeSet::new();
        for word in OTHER_WORDS.iter().flat_map(|(words, _)| *words) {
            assert!(seen.insert(word), "{word}");
            assert!(command.find_subcommand(word).is_none(), "{word} is a verb");
        }
    }

    #[test]
    fn a_flag_that_was_typed_is_named_itself() {
        let mut command = command();
        command.build();
        let flag = "--timeout <DURATION>";
        let typed = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            untyped(&command, flag, &words)
        };
        assert_eq!(typed(&["apply"]), Some(("LAB2048_TIMEOUT".to_owned(), false)));
        assert_eq!(typed(&["apply", "--timeout=x"]), None);
        assert_eq!(untyped(&command, "--quiet", &["-oq".to_owned()]), None);
    }
}
