//! Tera, set up so that no value can become anything but a value.

use std::io::{self, Write};

use serde::Serialize;
use tera::{ErrorKind, Kwargs, ReportError, State, Tera, Value};

use super::Begun;
use super::error::RenderError;
use super::inserted;
use super::templates::{LARGEST, Template, Templates};
use crate::model::excerpt;

/// Templates that have been parsed and can be rendered.
pub(super) struct Engine<'a> {
    tera: Tera,
    begun: Begun<'a>,
}

impl<'a> Engine<'a> {
    /// Parses all templates of the set. `begun` is told which template is at work, now and later.
    pub(super) fn new(templates: &Templates, begun: Begun<'a>) -> Result<Self, RenderError> {
        let mut tera = Tera::new();
        tera.autoescape_on([".yaml", ".json"]);
        tera.set_escape_fn(|text, output| write_text(text, output));
        tera.register_filter("json", as_json);
        tera.register_filter("safe", refuse_safe);
        for template in templates.iter() {
            begun(template);
            tera.add_raw_template(&template.name, &template.text)
                .map_err(|error| located(template, &error))?;
        }
        Ok(Self { tera, begun })
    }

    /// Renders one template of the set. Values are in it as words, see [`inserted`].
    pub(super) fn render(&self, template: &Template, context: &impl Serialize) -> Result<String, RenderError> {
        (self.begun)(template);
        let mut page = Page(Vec::new());
        tera::Context::from_serialize(context)
            .and_then(|context| self.tera.render_to(&template.name, &context, &mut page))
            .map_err(|error| located(template, &error))?;
        String::from_utf8(page.0).map_err(|_| template.refusal("it renders text that is not UTF-8".to_owned()))
    }
}

/// What a template has rendered so far.
struct Page(Vec<u8>);

impl Write for Page {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if self.0.len() + text.len() > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a text as the word that stands for it. It may hold words itself, of values that were written with `json`.
fn write_text(text: &str, output: &mut dyn Write) -> io::Result<()> {
    let text = match inserted::put_back(text) {
        Some(text) => text,
        None if inserted::is_cut(text) => return Err(io::ErrorKind::InvalidData.into()),
        None => text.to_owned(),
    };
    output.write_all(inserted::word(&text.into()).as_bytes())
}

/// Numbers, booleans and nothing are written as they are: they have no character that means something to YAML.
fn as_json(value: &Value, _: Kwargs, _: &State<'_>) -> tera::TeraResult<Value> {
    let value = serde_json::to_value(value).map_err(|error| tera::Error::message(error.to_string()))?;
    let is_compound = value.is_string() || value.is_array() || value.is_object();
    let text = if is_compound {
        inserted::word(&value)
    } else {
        value.to_string()
    };
    Ok(Value::safe_string(&text))
}

fn refuse_safe(_: Value, _: Kwargs, _: &State<'_>) -> tera::TeraResult<Value> {
    Err(tera::Error::message(
        "the filter `safe` is not available here: every value is quoted, so that it can never add a key; for numbers, lists and maps use `json`",
    ))
}

/// Characters of a line of a report of Tera's, and lines: it quotes a line as often as the fault is in it.
const REPORT: (usize, usize) = (500, 40);

fn located(template: &Template, error: &tera::Error) -> RenderError {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => at(template, report),
        ErrorKind::Io(io::ErrorKind::FileTooLarge) => template.refusal(format!(
            "it renders more than {} MiB: does it loop?",
            LARGEST / (1024 * 1024)
        )),
        // The only other way in which writing to memory fails: see `write_text`.
        ErrorKind::Io(_) => {
            template.refusal("a filter has cut what `json` wrote; make `json` the last filter of the value".to_owned())
        }
        // Such as an unknown function: the text holds a whole report with every line that it is in.
        other => {
            let (columns, lines) = REPORT;
            let report = other.to_string();
            template.refusal(excerpt(report.trim_start_matches("error: "), columns, lines))
        }
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
