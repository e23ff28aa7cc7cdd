//! The results of an index as its ConfigMap has them: one lab a line. A lab whose run has ended has the line of a journal, so that
//! the next attempt takes up where this one has ended; one that was never begun has a line that says why.

use serde::{Deserialize, Serialize};

use crate::fleet::board::{LabRow, Progress};
use crate::fleet::journal::Entry;
use crate::model::beginning;

/// Characters that are kept of a cause: all labs of the largest class with a cause each have room in a ConfigMap.
const CAUSE: usize = 240;

/// A lab that was never begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HeldLine {
    /// The lab's name.
    pub lab: String,
    /// Its cluster, as the roster has it.
    pub cluster: String,
    /// Why.
    pub held: String,
}

/// The line of a lab whose run has ended.
pub(super) fn line_of(entry: &Entry) -> Result<String, serde_json::Error> {
    let cause = entry.cause.as_deref();
    let kept = Entry {
        cause: cause.map(|cause| beginning(cause, CAUSE).into_owned()),
        ..entry.clone()
    };
    kept.line()
}

/// The lines of an index at its end: those of its runs (`entries`, as they are in a journal), then the labs that were never begun;
/// `clusters` are those of the rows, as the roster has them.
pub fn lines_of_end<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    rows: impl IntoIterator<Item = (&'a LabRow, String)>,
) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    for entry in entries {
        text.push_str(&line_of(entry)?);
    }
    for (row, cluster) in rows {
        if row.progress != Progress::Held {
            continue;
        }
        let cause = row
            .cause
            .as_ref()
            .map_or_else(|| "not begun".to_owned(), ToString::to_string);
        let line = HeldLine {
            lab: row.lab.clone(),
            cluster,
            held: beginning(&cause, CAUSE).into_owned(),
        };
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunVerb;
    use crate::fleet::Journal;

    #[test]
    fn results_are_a_journal_and_the_reasons_of_who_was_never_begun() {
        let entry = Entry {
            at: "2026-11-24T09:00:00Z".parse().unwrap(),
            verb: RunVerb::Apply,
            lab: "a".to_owned(),
            cluster: "r/c".to_owned(),
            exit_code: 5,
            url: None,
            cause: Some("x".repeat(1000)),
        };
        let mut held = LabRow::waiting("b", "c");
        held.hold("not begun: too many labs have failed");
        let rows = [
            (&LabRow::waiting("a", "c"), "r/c".to_owned()),
            (&held, "r/c".to_owned()),
        ];
        let text = lines_of_end([&entry], rows).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].len() < 400, "{}", lines[0]);
        assert_eq!(
            lines[1..],
            [r#"{"lab":"b","cluster":"r/c","held":"not begun: too many labs have failed"}"#]
        );
        assert!(serde_json::from_str::<HeldLine>(lines[0]).is_err());
        assert!(Journal::read(&text).entry("r/c", "a").is_some());
        assert!(Journal::read(&text).entry("r/c", "b").is_none());
    }
}
