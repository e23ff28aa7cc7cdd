//! Tera, set up so that no value can become anything but a value.

use std::io::Write;

use serde::Serialize;
use tera::{ErrorKind, Kwargs, ReportError, State, Tera, Value};

use super::error::RenderError;
use super::objects::refusal;
use super::placement::{BEGIN, END, unmarked};
use super::templates::{Template, Templates};

/// Templates that have been parsed and can be rendered.
pub(super) struct Engine(Tera);

impl Engine {
    /// Parses all templates of the set.
    pub(super) fn new(templates: &Templates) -> Result<Self, RenderError> {
        let mut tera = Tera::new();
        tera.autoescape_on([".yaml", ".json"]);
        tera.set_escape_fn(|text, output| write_text(text, output));
        tera.register_filter("json", as_json);
        tera.register_filter("safe", refuse_safe);
        for template in templates.iter() {
            tera.add_raw_template(&template.name, &template.text)
                .map_err(|error| located(template, &error))?;
        }
        Ok(Self(tera))
    }

    /// Renders one template of the set.
    pub(super) fn render(&self, template: &Template, context: &impl Serialize) -> Result<String, RenderError> {
        let rendered = tera::Context::from_serialize(context)
            .and_then(|context| self.0.render(&template.name, &context))
            .map_err(|error| located(template, &error))?;
        unmarked(template, &rendered)
    }
}

/// Writes a text as a JSON string that is also a YAML one, between marks: control characters and the separators that
/// only one of the two takes as line breaks are escaped, everything else stays readable.
fn write_text(text: &str, output: &mut dyn Write) -> std::io::Result<()> {
    let quoted = quoted(&serde_json::Value::from(text));
    write!(output, "{BEGIN}{quoted}{END}")
}

fn quoted(value: &serde_json::Value) -> String {
    value
        .to_string()
        .chars()
        .map(|character| match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | BEGIN | END => {
                format!("\\u{:04x}", u32::from(character))
            }
            other => other.to_string(),
        })
        .collect()
}

fn as_json(value: &Value, _: Kwargs, _: &State<'_>) -> tera::TeraResult<Value> {
    let value = serde_json::to_value(value).map_err(|error| tera::Error::message(error.to_string()))?;
    Ok(Value::safe_string(&quoted(&value)))
}

fn refuse_safe(_: Value, _: Kwargs, _: &State<'_>) -> tera::TeraResult<Value> {
    Err(tera::Error::message(
        "the filter `safe` is not available here: every value is quoted, so that it can never add a key; for numbers, lists and maps use `json`",
    ))
}

fn located(template: &Template, error: &tera::Error) -> RenderError {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => at(template, report),
        // Such as an unknown function: the text holds a whole report with the line already.
        other => refusal(template, other.to_string().trim_start_matches("error: ").to_owned()),
    }
}

fn at(template: &Template, report: &ReportError) -> RenderError {
    RenderError::Template {
        origin: template.origin.clone(),
        line: report.span().start_line,
        // Tera counts columns from 0.
        column: report.span().start_col + 1,
        message: report.message().to_owned(),
    }
}
