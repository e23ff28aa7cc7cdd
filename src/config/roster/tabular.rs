//! A table as spreadsheets write it: CSV with commas, semicolons or tabs.

use std::sync::Arc;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::super::problem::Problem;
use super::super::source::{Location, Source};
use crate::lang::text;

/// One cell that is not empty, or a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) place: Location,
    /// Without spaces around it.
    pub(super) text: String,
}

/// One line of a table, with a cell for each of its columns.
pub(super) type Line = Vec<Cell>;

/// What may stand between two cells: Excel writes a semicolon where the comma is in numbers.
const SEPARATORS: [u8; 3] = *b",;\t";
/// How Excel is told what stands between cells, in a line of its own.
const TOLD: &str = "sep=";

/// The lines that have anything in them, and what is wrong with the writing.
pub(super) fn lines(source: &Arc<Source>, text: &str, problems: &mut Vec<Problem>) -> Vec<Line> {
    let (separator, skipped) = separator(text);
    let mut table = Table {
        source,
        text,
        reader: ReaderBuilder::new().delimiter(separator).build(),
        separator: char::from(separator),
        at: skipped,
        position: Position::default(),
    };
    table.position.pass(&text[..skipped]);
    let mut lines = Vec::new();
    let mut line = Line::new();
    while let Some((cell, ends)) = table.cell(problems) {
        line.push(cell);
        if ends {
            let line = std::mem::take(&mut line);
            // Spreadsheets write lines of separators below the last row.
            if line.iter().any(|cell| !cell.text.is_empty()) {
                lines.push(line);
            }
        }
    }
    lines
}

/// What stands between the cells, and how much of the text says so.
fn separator(text: &str) -> (u8, usize) {
    let first = text.lines().next().unwrap_or_default();
    if let [told] = first.strip_prefix(TOLD).unwrap_or_default().as_bytes() {
        let skipped = text.find('\n').map_or(text.len(), |end| end + 1);
        return (*told, skipped);
    }
    let mut counts = [0; SEPARATORS.len()];
    let mut is_quoted = false;
    for byte in first.bytes() {
        match SEPARATORS.iter().position(|separator| *separator == byte) {
            Some(which) if !is_quoted => counts[which] += 1,
            _ => is_quoted ^= byte == b'"',
        }
    }
    // The first of those that are there most often.
    let most = (0..SEPARATORS.len()).rev().max_by_key(|which| counts[*which]);
    (SEPARATORS[most.unwrap_or_default()], 0)
}

struct Table<'a> {
    source: &'a Arc<Source>,
    text: &'a str,
    reader: Reader,
    separator: char,
    /// How many bytes have been read.
    at: usize,
    position: Position,
}

impl Table<'_> {
    /// The next cell, and whether its line ends with it.
    fn cell(&mut self, problems: &mut Vec<Problem>) -> Option<(Cell, bool)> {
        let begun = self.at;
        let mut content = Vec::new();
        let mut buffer = [0; 1024];
        let ends = loop {
            let (result, read, written) = self.reader.read_field(&self.text.as_bytes()[self.at..], &mut buffer);
            self.at += read;
            content.extend_from_slice(&buffer[..written]);
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::End => return None,
            }
        };
        let written = &self.text[begun..self.at];
        // The reader takes empty lines along with what follows them.
        let lead = written.len() - written.trim_start_matches(['\r', '\n', ' ']).len();
        self.position.pass(&written[..lead]);
        let body = written[lead..].trim_end_matches(['\r', '\n']);
        let body = body.strip_suffix(self.separator).unwrap_or(body).trim_end();
        let place = Location {
            source: Arc::clone(self.source),
            line: self.position.line,
            column: self.position.column,
            width: body.lines().next().unwrap_or_default().chars().count().max(1),
        };
        self.position.pass(&written[lead..]);
        if body.starts_with('"') && body.matches('"').count() % 2 == 1 {
            let problem = Problem::new(&place, text!("config-quote-not-closed"));
            problems.push(problem.help(text!("config-quote-not-closed.remedy")));
        }
        let text = String::from_utf8_lossy(&content).trim().to_owned();
        Some((Cell { place, text }, ends))
    }
}

/// A place in a text, from 1 in both directions.
struct Position {
    line: usize,
    column: usize,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl Position {
    fn pass(&mut self, text: &str) {
        for c in text.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
    }
}
