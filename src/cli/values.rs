//! Values of flags that clap does not know.

use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{BoolishValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use lab2048_sandbox::Breakage;

use crate::app::{ColorChoice, FailOn, Format, MaxFailures, SchemaKind, check_cluster_name};
use crate::lang::{Language, Text, Value, text};
use crate::model::{LONGEST_WAIT, MAX_REPLICAS, parse_duration};

/// The longest leap of the embedded world: a month.
const LONGEST_LEAP: Duration = Duration::from_secs(30 * 24 * 3600);

/// Why the value of a flag is none, for whoever reads it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct WrongValue(pub(super) Text);

/// The limit of a wait, such as `90s`, `15m` or `1h30m`.
pub(super) fn wait_limit(text: &str) -> Result<Duration, WrongValue> {
    duration(text, LONGEST_WAIT)
}

fn duration(text: &str, longest: Duration) -> Result<Duration, WrongValue> {
    parse_duration(text, longest).map_err(|error| WrongValue(error.text()))
}

/// A number of labs or indexes: at least one.
pub(super) fn at_once(text: &str) -> Result<usize, WrongValue> {
    number(text, 1, 2000)
}

/// The same of the labs that a roster is begun with.
pub(super) fn count(text: &str) -> Result<u32, WrongValue> {
    number(text, 1, 2000)
}

/// A number of pods, within the bounds of `app.replicas`.
pub(super) fn replicas(text: &str) -> Result<u32, WrongValue> {
    number(text, 0, MAX_REPLICAS)
}

fn number<T: FromStr + PartialOrd + Copy + Into<Value>>(text: &str, least: T, most: T) -> Result<T, WrongValue> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| {
        WrongValue(text!(
            "flag-number",
            least = least,
            most = most,
            value = in_quotes(text)
        ))
    })
}

/// The ARN of a role.
pub(super) fn role(text: &str) -> Result<String, WrongValue> {
    let mut parts = text.split(':');
    let is_arn = parts.next() == Some("arn") && parts.nth(1) == Some("iam") && text.contains(":role/");
    if is_arn {
        Ok(text.to_owned())
    } else {
        Err(WrongValue(text!("flag-role", value = in_quotes(text))))
    }
}

fn in_quotes(text: &str) -> String {
    format!("{text:?}")
}

/// The name of a cluster of the embedded world.
pub(super) fn cluster(text: &str) -> Result<String, WrongValue> {
    check_cluster_name(text).map(|()| text.to_owned()).map_err(WrongValue)
}

/// How much time passes in the embedded world.
pub(super) fn leap(text: &str) -> Result<Duration, WrongValue> {
    duration(text, LONGEST_LEAP)
}

/// What the variable of a flag without a value may hold: 1 or 0, true or false, yes or no, on or off.
pub(super) fn switch() -> BoolishValueParser {
    BoolishValueParser::new()
}

/// Something that can be broken in the embedded world, by its name.
pub(super) fn breakage() -> impl TypedValueParser<Value = Breakage> {
    let names = Breakage::ALL.map(|breakage| PossibleValue::new(breakage.name()).help(breakage.feeling()));
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Breakage>())
}

/// How many labs may fail: a number, or a share such as 10%.
pub(super) fn max_failures(text: &str) -> Result<MaxFailures, WrongValue> {
    let wrong = || WrongValue(text!("flag-failures", value = in_quotes(text)));
    match text.strip_suffix('%') {
        Some(percent) => {
            let percent = percent.parse().ok().filter(|percent| *percent <= 100);
            percent.map(MaxFailures::Percent).ok_or_else(wrong)
        }
        None => text.parse().map(MaxFailures::Labs).map_err(|_| wrong()),
    }
}

/// The format of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// For people; a live view on a terminal
    Human,
    /// For people; lines only
    Plain,
    /// One JSON document
    Json,
    /// One YAML document
    Yaml,
    /// For people, with more columns
    Wide,
    /// For a pull request or a job's summary; `plan` and `show` only
    Markdown,
    /// For a spreadsheet; `fleet` only
    Csv,
    /// For a CI server; `doctor` and `fleet` only
    Junit,
    /// For code scanning services; `doctor` only
    Sarif,
    /// One page for a browser; `fleet` only
    Html,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Human => Self::Human,
            FormatArg::Plain => Self::Plain,
            FormatArg::Json => Self::Json,
            FormatArg::Yaml => Self::Yaml,
            FormatArg::Wide => Self::Wide,
            FormatArg::Markdown => Self::Markdown,
            FormatArg::Csv => Self::Csv,
            FormatArg::Junit => Self::Junit,
            FormatArg::Sarif => Self::Sarif,
            FormatArg::Html => Self::Html,
        }
    }
}

/// The severity from which on a finding is an obstacle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOnArg {
    /// Errors alone
    Error,
    /// Warnings, too
    Warning,
}

impl From<FailOnArg> for FailOn {
    fn from(severity: FailOnArg) -> Self {
        match severity {
            FailOnArg::Error => Self::Error,
            FailOnArg::Warning => Self::Warning,
        }
    }
}

/// When there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    /// On a terminal, unless the variable `NO_COLOR` is set
    Auto,
    /// Everywhere: for CI servers that show them, and for pagers
    Always,
    /// Nowhere
    Never,
}

impl From<ColorArg> for ColorChoice {
    fn from(when: ColorArg) -> Self {
        match when {
            ColorArg::Auto => Self::Auto,
            ColorArg::Always => Self::Always,
            ColorArg::Never => Self::Never,
        }
    }
}

/// What a schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaArg {
    /// The files of environments
    Environment,
    /// A line of `--events`
    Events,
    /// What `plan`, `apply`, `scale` and `destroy` print with `-o json`
    Plan,
    /// What `status` prints with `-o json`
    Status,
    /// What `doctor` prints with `-o json`
    Findings,
    /// The file of `report`
    Report,
}

impl From<SchemaArg> for SchemaKind {
    fn from(kind: SchemaArg) -> Self {
        match kind {
            SchemaArg::Environment => Self::Environment,
            SchemaArg::Events => Self::Events,
            SchemaArg::Plan => Self::Plan,
            SchemaArg::Status => Self::Status,
            SchemaArg::Findings => Self::Findings,
            SchemaArg::Report => Self::Report,
        }
    }
}

/// A language that there is a catalogue of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LanguageArg {
    /// English
    En,
    /// Korean (한국어)
    Ko,
}

impl From<LanguageArg> for Language {
    fn from(language: LanguageArg) -> Self {
        match language {
            LanguageArg::En => Self::English,
            LanguageArg::Ko => Self::Korean,
        }
    }
}
