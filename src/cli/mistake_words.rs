//! A mistake on the command line in the words of whoever made it. clap has its own, in English alone.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::values::WrongValue;
use crate::app;
use crate::lang::{Language, Text, text};

/// What clap's own words would say of `error`, in another language than theirs: `None` where they are the reader's, and for what
/// is no mistake. `said` and `tip` are this program's own words, where it has some.
pub(super) fn in_words(error: &Error, said: Option<&Text>, tip: Option<&Text>, language: Language) -> Option<String> {
    if language == Language::English {
        return None;
    }
    let wrong = said.cloned().or_else(|| wrong(error))?;
    let tip = tip.cloned().or_else(|| near(error));
    let below = usage(error).into_iter().chain([text!("flag-more-help")]);
    let below = below.map(|text| format!("\n{}\n", text.said(language)));
    Some(app::mistake_page(&wrong, tip.as_ref(), language) + &below.collect::<String>())
}

/// How the verb is used.
fn usage(error: &Error) -> Option<Text> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else {
        return None;
    };
    let usage = usage.to_string();
    let usage = usage.strip_prefix("Usage:").unwrap_or(&usage).trim();
    Some(text!("flag-usage", usage = usage))
}

/// What is wrong.
fn wrong(error: &Error) -> Option<Text> {
    let words = |kind| words(error, kind);
    let flag = || words(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::UnknownArgument => text!("flag-unknown", flag = flag()?),
        ErrorKind::InvalidSubcommand => text!("flag-unknown-verb", verb = words(ContextKind::InvalidSubcommand)?),
        ErrorKind::InvalidValue => match words(ContextKind::InvalidValue) {
            Some(value) => match words(ContextKind::ValidValue) {
                Some(known) => text!("flag-not-of-these", flag = flag()?, value = value, known = known),
                None => text!("flag-wrong", flag = flag()?, value = value),
            },
            None => text!("flag-no-value", flag = flag()?),
        },
        ErrorKind::ValueValidation => {
            let value = words(ContextKind::InvalidValue).unwrap_or_default();
            match error.source().map(why) {
                Some(why) => text!("flag-wrong-why", flag = flag()?, value = value, why = why),
                None => text!("flag-wrong", flag = flag()?, value = value),
            }
        }
        ErrorKind::MissingRequiredArgument => text!("flag-missing", flags = flag()?),
        ErrorKind::MissingSubcommand => text!("flag-missing-verb"),
        ErrorKind::ArgumentConflict => match words(ContextKind::PriorArg) {
            Some(other) if Some(&other) != flag().as_ref() => text!("flag-conflict", one = flag()?, other = other),
            _ => text!("flag-twice", flag = flag()?),
        },
        ErrorKind::TooManyValues => {
            let value = words(ContextKind::InvalidValue)?;
            text!("flag-too-many", flag = flag()?, value = value)
        }
        ErrorKind::InvalidUtf8 => text!("flag-no-text"),
        _ => return None,
    })
}

/// Why a value is none: in our words, or in those of whoever could not read it.
fn why(source: &(dyn std::error::Error + 'static)) -> Text {
    match source.downcast_ref::<WrongValue>() {
        Some(WrongValue(text)) => text.clone(),
        None => Text::verbatim(source.to_string()),
    }
}

/// What may have been meant.
fn near(error: &Error) -> Option<Text> {
    let suggested = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let near = suggested.into_iter().find_map(|kind| words(error, kind))?;
    Some(text!("flag-near", near = near))
}

/// What clap knows of an error, if it is not empty.
fn words(error: &Error, kind: ContextKind) -> Option<String> {
    let words = match error.get(kind)? {
        ContextValue::String(word) => word.clone(),
        ContextValue::Strings(words) => words.join(", "),
        _ => return None,
    };
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;
    use crate::cli::mistake::Mistake;

    fn korean(line: &str) -> String {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let error = command().try_get_matches_from(&arguments).unwrap_err();
        let Mistake { error, said, tip } = Mistake::of(error, command(), &arguments);
        let words = in_words(&error, said.as_ref(), tip.as_ref(), Language::Korean);
        words.unwrap_or_else(|| "English".to_owned())
    }

    #[test]
    fn every_usual_mistake_is_told_in_korean() {
        let lines = [
            "lab2048 apply --wrong",
            "lab2048 aply",
            "lab2048 delete",
            "lab2048 apply -o xml",
            "lab2048 apply -o jsom",
            "lab2048 scale",
            "lab2048 scale x",
            "lab2048 apply --timeout",
            "lab2048 apply --timeout 3q",
            "lab2048 fleet plan class.csv --parallel 0",
            "lab2048 apply --yes --yes",
            "lab2048 plan --take-back",
            "lab2048 status extra",
            "lab2048 sandbox break nonat",
        ];
        let told: Vec<String> = lines.iter().map(|line| format!("$ {line}\n{}", korean(line))).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn what_is_no_mistake_and_english_stay_as_clap_has_them() {
        assert_eq!(korean("lab2048 --help"), "English");
        assert_eq!(korean("lab2048 --version"), "English");
        let error = command().try_get_matches_from(["lab2048", "nope"]).unwrap_err();
        assert_eq!(in_words(&error, None, None, Language::English), None);
    }
}
