//! What many labs have in common is told once.

use serde::Serialize;

use super::board::{LabRow, Progress};
use crate::lang::{Language, Text, text};

/// In place of a lab's own name in what all say.
const LAB: &str = "LAB";

/// Why labs are not as wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The words, without what is each lab's own.
    pub cause: String,
    /// The labs, in the order of the roster.
    pub labs: Vec<String>,
    /// Why the first of them is not.
    #[serde(skip)]
    text: Text,
}

impl Cause {
    /// The words in a language, without what is each lab's own.
    pub fn said(&self, language: Language) -> String {
        let first = self.labs.first().map_or("", String::as_str);
        without_name(&self.text.said(language), first)
    }
}

/// The causes of all labs that failed or were not begun, those of most labs first.
pub fn causes(rows: &[LabRow]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for row in rows {
        if !matches!(row.progress, Progress::Failed | Progress::Held) {
            continue;
        }
        let text = row.cause.clone().unwrap_or_else(|| text!("fleet-no-cause"));
        let cause = without_name(&text.to_string(), &row.lab);
        match causes.iter_mut().find(|known| known.cause == cause) {
            Some(known) => known.labs.push(row.lab.clone()),
            None => causes.push(Cause {
                cause,
                labs: vec![row.lab.clone()],
                text,
            }),
        }
    }
    // Stable: of as many labs, the first to be seen comes first.
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.labs.len()));
    causes
}

/// A text with [`LAB`] in place of a lab's name, where that is a word of its own: a lab may be called `a`.
fn without_name(text: &str, name: &str) -> String {
    // Names are of ASCII letters; in Korean a particle follows without a blank.
    let is_of_word = |c: char| c.is_ascii_alphanumeric();
    let mut result = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(name).filter(|_| !name.is_empty()) {
        let (before, found) = rest.split_at(place);
        let after = found.get(name.len()..).unwrap_or_default();
        result.push_str(before);
        let is_inside = result.ends_with(is_of_word) || after.starts_with(is_of_word);
        result.push_str(if is_inside { name } else { LAB });
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_labs_share_is_one() {
        let failed = |lab: &str, cause: &str| LabRow {
            progress: Progress::Failed,
            cause: Some(cause.to_owned().into()),
            ..LabRow::waiting(lab, "eks1")
        };
        let rows = [
            failed("p-01", "namespace p-01 is going"),
            failed("p-02", "subnets are full"),
            LabRow::waiting("p-03", "eks1"),
            failed("p-04", "subnets are full"),
            failed("b", "namespace b is being deleted by lab2048-b"),
            LabRow {
                cause: None,
                ..failed("p-05", "")
            },
        ];
        let causes = causes(&rows);
        for cause in &causes {
            assert_eq!(cause.said(Language::English), cause.cause);
        }
        let told: Vec<_> = causes
            .into_iter()
            .map(|cause| format!("{}: {}", cause.labs.join(" "), cause.cause))
            .collect();
        assert_eq!(
            told,
            [
                "p-02 p-04: subnets are full",
                "p-01: namespace LAB is going",
                "b: namespace LAB is being deleted by lab2048-LAB",
                "p-05: no cause is known"
            ]
        );
    }
}
