//! A row that has been read, but not been laid over anything yet.

use std::sync::Arc;

use super::super::overrides::inline_value;
use super::super::problem::Problem;
use super::super::rules::principal_arn;
use super::super::settings::Settings;
use super::super::source::{Location, Source};
use super::super::yaml::{Node, Value};
use super::column::{Column, LAB, NAME, PRINCIPAL};
use super::tabular::{self, Cell, Line};
use crate::lang::text;

/// What one row has.
#[derive(Debug)]
pub(super) struct Draft {
    /// Where the row begins.
    pub(super) place: Location,
    /// Values by their keys.
    pub(super) values: Vec<(String, Node)>,
    /// Who works on it (ARN).
    pub(super) principal: Option<String>,
    /// What is the instructor's own.
    pub(super) own: Vec<(String, String)>,
}

impl Draft {
    /// One that has nothing yet.
    pub(super) fn at(place: Location) -> Self {
        Self {
            place,
            values: Vec::new(),
            principal: None,
            own: Vec::new(),
        }
    }

    /// The text that it has for a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        let (_, node) = self.values.iter().find(|(taken, _)| taken == key)?;
        match &node.value {
            Value::Scalar { text, .. } => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Where its name is, or where it would be.
    pub(super) fn named_at(&self) -> &Location {
        let name = self.values.iter().find(|(key, _)| key == NAME);
        name.map_or(&self.place, |(_, node)| &node.place)
    }
}

/// The rows of a table, and what is wrong with it.
pub(super) fn of_table(source: &Arc<Source>, text: &str, keys: &Settings, problems: &mut Vec<Problem>) -> Vec<Draft> {
    let mut lines = tabular::lines(source, text, problems).into_iter();
    let Some(headings) = lines.next() else {
        return Vec::new();
    };
    let columns = columns(&headings, keys, problems);
    lines.filter_map(|line| of_line(line, &columns, problems)).collect()
}

/// What the columns of a table stand for, each at most once.
fn columns(headings: &Line, keys: &Settings, problems: &mut Vec<Problem>) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = Vec::new();
    for heading in headings {
        // A column without a heading is none, unless it has a value.
        let column = (!heading.text.is_empty()).then(|| Column::of(heading, keys, problems));
        let again = column
            .as_ref()
            .filter(|column| **column != Column::Wrong)
            .and_then(|column| columns.iter().position(|earlier| earlier.as_ref() == Some(column)));
        columns.push(match again {
            Some(first) => {
                let problem = Problem::new(&heading.place, text!("config-second-column")).key(&heading.text);
                problems.push(problem.help(text!("config-second-column.remedy", column = first + 1)));
                Some(Column::Wrong)
            }
            None => column,
        });
    }
    let is_lab = |column: &Option<Column>| {
        column
            .as_ref()
            .is_some_and(|column| *column == Column::Key(NAME.to_owned()))
    };
    if !columns.iter().any(is_lab)
        && let Some(first) = headings.first()
    {
        let problem = Problem::new(&first.place, text!("config-no-column", heading = LAB));
        problems.push(problem.help(text!("config-no-column.remedy", heading = LAB)));
    }
    columns
}

/// One row; nothing if it cannot be told what its cells are.
fn of_line(line: Line, columns: &[Option<Column>], problems: &mut Vec<Problem>) -> Option<Draft> {
    let mut draft = Draft::at(line.first()?.place.clone());
    for (which, cell) in line.into_iter().enumerate() {
        if cell.text.is_empty() {
            continue;
        }
        match columns.get(which) {
            Some(Some(Column::Key(key))) => {
                if let Some(node) = value(&cell, problems) {
                    draft.values.push((key.clone(), node));
                }
            }
            Some(Some(Column::Principal)) => draft.principal = principal(&cell, problems),
            Some(Some(Column::Own(name))) => draft.own.push((name.clone(), cell.text)),
            Some(Some(Column::Wrong)) => {}
            Some(None) => {
                let problem = Problem::new(&cell.place, text!("config-no-heading", column = which + 1));
                problems.push(problem.help(text!("config-no-heading.remedy")));
            }
            None => {
                let headings = columns.len();
                let flaw = text!("config-cell-beyond", cell = which + 1, headings = headings);
                let problem = Problem::new(&cell.place, flaw);
                problems.push(problem.help(text!("config-cell-beyond.remedy")));
                break;
            }
        }
    }
    Some(draft)
}

/// The ARN of who works on a lab.
pub(super) fn principal(cell: &Cell, problems: &mut Vec<Problem>) -> Option<String> {
    match principal_arn(&cell.text) {
        Ok(arn) => Some(arn),
        Err(flaw) => {
            let problem = Problem::new(&cell.place, flaw.message).key(PRINCIPAL);
            problems.push(match flaw.help {
                Some(help) => problem.help(help),
                None => problem,
            });
            None
        }
    }
}

/// The value of a cell, which is written like that of a flag.
fn value(cell: &Cell, problems: &mut Vec<Problem>) -> Option<Node> {
    let mut wrong = Vec::new();
    let node = inline_value(&cell.place.source, &cell.text, &mut wrong);
    // What is in a cell has the cell's place.
    problems.extend(wrong.into_iter().map(|problem| problem.moved(&cell.place)));
    node.map(|node| node.moved(&cell.place))
}
