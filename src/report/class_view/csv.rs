//! A class for a spreadsheet; the table can be read as a roster again.

use super::matrix::{seconds, state};
use super::{ClassLabRow, ClassReport};
use crate::model::visible::visible_line;

/// All labs as a table that a spreadsheet reads, and that can be read as a roster again.
pub fn csv(report: &ClassReport<'_>) -> String {
    let heads = ["state", "cluster", "seconds", "url", "cause"];
    let mut text = line(
        ["lab"]
            .into_iter()
            .chain(report.columns.iter().map(String::as_str))
            .chain(heads)
            .map(str::to_owned),
    );
    for ClassLabRow { row, own } in &report.labs {
        let own = report
            .columns
            .iter()
            .map(|column| own.get(column).cloned().unwrap_or_default());
        let foreign = |text: Option<String>| text.map_or_else(String::new, |text| harmless(&text));
        let rest = [
            state(row).to_string(),
            row.cluster.clone(),
            seconds(row).map_or_else(String::new, |seconds| seconds.to_string()),
            foreign(row.url.clone()),
            foreign(row.cause.as_ref().map(ToString::to_string)),
        ];
        text.push_str(&line([row.lab.clone()].into_iter().chain(own).chain(rest)));
    }
    text
}

/// One line of a table.
pub(super) fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
    cells.join(",") + "\n"
}

fn quoted(cell: &str) -> String {
    let cell = visible_line(cell);
    if cell.contains([',', '"', ';', '\t']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.into_owned()
    }
}

/// What others have said, so that no spreadsheet takes it for a formula.
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
