//! What many labs have in common is told once.

use serde::Serialize;

use super::board::{LabRow, Progress};

/// In place of a lab's own name in what all say.
const LAB: &str = "LAB";

/// Why labs are not as wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The words, without what is each lab's own.
    pub cause: String,
    /// The labs, in the order of the roster.
    pub labs: Vec<String>,
}

/// The causes of all labs that failed or were not begun, those of most labs first.
pub fn causes(rows: &[LabRow]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for row in rows {
        if !matches!(row.progress, Progress::Failed | Progress::Held) {
            continue;
        }
        let cause = row.cause.as_deref().unwrap_or("no cause is known");
        let cause = cause.replace(&row.lab, LAB);
        match causes.iter_mut().find(|known| known.cause == cause) {
            Some(known) => known.labs.push(row.lab.clone()),
            None => causes.push(Cause {
                cause,
                labs: vec![row.lab.clone()],
            }),
        }
    }
    // Stable: of as many labs, the first to be seen comes first.
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.labs.len()));
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_labs_share_is_one() {
        let failed = |lab: &str, cause: &str| LabRow {
            progress: Progress::Failed,
            cause: Some(cause.to_owned()),
            ..LabRow::waiting(lab, "eks1")
        };
        let rows = [
            failed("p-01", "namespace p-01 is going"),
            failed("p-02", "subnets are full"),
            LabRow::waiting("p-03", "eks1"),
            failed("p-04", "subnets are full"),
            LabRow {
                cause: None,
                ..failed("p-05", "")
            },
        ];
        let told: Vec<_> = causes(&rows)
            .into_iter()
            .map(|cause| format!("{}: {}", cause.labs.join(" "), cause.cause))
            .collect();
        assert_eq!(
            told,
            [
                "p-02 p-04: subnets are full",
                "p-01: namespace LAB is going",
                "p-05: no cause is known"
            ]
        );
    }
}
