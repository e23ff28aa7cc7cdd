//! What a program reads where the command line cannot be understood: a document, if one was asked for.

use std::ffi::OsStr;
use std::fmt;

use crate::app::{self, Format};
use crate::lang::Language;

/// The variable of `--output`.
const VARIABLE: &str = "LAB2048_OUTPUT";

/// The document for a command line that clap has refused, if it asks for one: in the format of `-o`, and for the verbs
/// that carry out a plan in the shape of their own.
pub fn usage_document(error: &impl fmt::Display) -> Option<String> {
    let arguments = arguments();
    let variable = std::env::var_os(VARIABLE).map(|value| lossy(&value));
    let format = format(&arguments, variable.as_deref())?;
    let verb = arguments.iter().find_map(|word| app::run_verb(word));
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    Some(app::usage_document(verb, format, message))
}

/// What was typed behind the program's name.
fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|word| lossy(&word)).collect()
}

fn lossy(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}

/// The format asked for, if it is one for programs.
fn format(arguments: &[String], variable: Option<&str>) -> Option<Format> {
    match typed(arguments, &["--output", "-o"], variable)? {
        "json" => Some(Format::Json),
        "yaml" => Some(Format::Yaml),
        _ => None,
    }
}

/// The language in which a command line's mistake is told: that of `--lang`, else that of the process.
pub(super) fn language_asked() -> Language {
    let arguments = arguments();
    match typed(&arguments, &["--lang"], None) {
        Some(language) => Language::of_locale(language),
        None => app::language_of_process(),
    }
}

/// The value of the flag of these names, the last if there are several; else what its variable says.
fn typed<'a>(arguments: &'a [String], flags: &[&str], variable: Option<&'a str>) -> Option<&'a str> {
    let mut asked = variable;
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let attached = flags.iter().find_map(|flag| {
            let rest = word.strip_prefix(flag)?;
            let is_short = !flag.starts_with("--");
            rest.strip_prefix('=')
                .or((is_short && !rest.is_empty()).then_some(rest))
        });
        asked = match attached {
            _ if flags.contains(&word) => words.next(),
            Some(value) => Some(value),
            None if word == "--" => break,
            None => asked,
        };
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_found_wherever_it_is_written() {
        let asked = |line: &str, variable| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            format(&words, variable)
        };
        for line in [
            "plan --nope -o json",
            "-ojson plan",
            "plan --output=json",
            "plan --output json --nope",
        ] {
            assert_eq!(asked(line, None), Some(Format::Json), "{line}");
        }
        assert_eq!(asked("plan --nope", Some("yaml")), Some(Format::Yaml));
        assert_eq!(asked("plan -o human", Some("yaml")), None, "the flag wins");
        assert_eq!(asked("plan --nope", None), None);
        assert_eq!(asked("plan -o", Some("json")), None);
        assert_eq!(asked("plan --outputs=json", None), None);
    }
}
