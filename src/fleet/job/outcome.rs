//! How an index ends: by an exit code that tells the Job whether another attempt is of use, and by a few words that its pod leaves
//! behind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fleet::board::{Board, Progress};
use crate::model::beginning;

/// Exit codes of a lab after which another attempt ends as this one has: a check has found an obstacle, something is not ours, the
/// environment is wrong. An index that ends so is given up.
pub const HOPELESS: [u8; 3] = [3, 4, 64];

/// What a pod may leave behind, in bytes (the kubelet's limit of a termination message).
const MESSAGE: usize = 4096;
/// Characters of an error in it.
const QUOTED: usize = 1000;

/// How an index ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexEnd {
    /// All of its labs have come about.
    Done,
    /// Some have not, and some of these may with another attempt.
    Again,
    /// Some have not, and none of these will.
    Hopeless,
    /// It was asked to end.
    Interrupted,
}

/// How an index with these labs ends; `grounds` are the exit codes of what the labs share.
///
/// Labs that were never begun do not make another attempt of use where all that have failed are hopeless: they would not be begun
/// then, either.
pub fn index_end(board: &Board, grounds: &[u8], is_interrupted: bool) -> IndexEnd {
    let undone = || board.rows.iter().filter(|row| row.progress != Progress::Done);
    let grounds = grounds.iter().copied().filter(|code| *code != 0);
    let mut failed = undone().filter_map(|row| row.exit_code).chain(grounds).peekable();
    if undone().next().is_none() && failed.peek().is_none() {
        IndexEnd::Done
    } else if is_interrupted {
        IndexEnd::Interrupted
    } else if failed.all(|code| HOPELESS.contains(&code)) {
        IndexEnd::Hopeless
    } else {
        IndexEnd::Again
    }
}

/// What a pod says at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Its index.
    pub index: usize,
    /// Labs that have come about.
    pub ok: usize,
    /// Labs that have not.
    pub failed: usize,
    /// The exit code.
    pub worst: u8,
    /// The exit code of each lab that was carried out, where there is room for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<BTreeMap<String, u8>>,
    /// Why not even one lab was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Tally {
    /// Of labs that have been carried out.
    pub fn of(index: usize, board: &Board, exit_code: u8) -> Self {
        let rows = board
            .rows
            .iter()
            .filter_map(|row| Some((row.lab.clone(), row.exit_code?)));
        let ok = board.count(Progress::Done);
        Self {
            index,
            ok,
            failed: board.rows.len() - ok,
            worst: exit_code,
            rows: Some(rows.collect()),
            error: None,
        }
    }

    /// Of an index that could not begin.
    pub fn of_error(index: usize, exit_code: u8, error: &str) -> Self {
        Self {
            index,
            ok: 0,
            failed: 0,
            worst: exit_code,
            rows: None,
            error: Some(beginning(error, QUOTED).into_owned()),
        }
    }

    /// The message, within what a kubelet takes.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let whole = serde_json::to_string(self)?;
        if whole.len() <= MESSAGE {
            return Ok(whole);
        }
        serde_json::to_string(&Self {
            rows: None,
            ..self.clone()
        })
    }

    /// Reads a message that a pod has left.
    pub fn read(message: &str) -> Option<Self> {
        serde_json::from_str(message).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::LabRow;

    fn board(ends: &[Option<u8>]) -> Board {
        let row = |(place, code): (usize, &Option<u8>)| LabRow {
            progress: match code {
                Some(0) => Progress::Done,
                Some(_) => Progress::Failed,
                None => Progress::Held,
            },
            exit_code: *code,
            ..LabRow::waiting(format!("lab2048-p{place:03}"), "c")
        };
        Board {
            rows: ends.iter().enumerate().map(row).collect(),
        }
    }

    #[test]
    fn an_index_is_given_up_when_all_that_failed_is_hopeless() {
        for (ends, grounds, end) in [
            (&[Some(0), Some(0)][..], &[0][..], IndexEnd::Done),
            (&[Some(0), Some(5)], &[], IndexEnd::Again),
            (&[Some(0), Some(3)], &[], IndexEnd::Hopeless),
            (&[Some(4), Some(64), Some(3)], &[], IndexEnd::Hopeless),
            (&[Some(3), Some(1)], &[], IndexEnd::Again),
            (&[Some(3), None], &[], IndexEnd::Hopeless),
            (&[Some(6), None], &[], IndexEnd::Again),
            // No room for its profile.
            (&[Some(0), None], &[], IndexEnd::Hopeless),
            // What they share is why.
            (&[None], &[1], IndexEnd::Again),
            (&[None], &[4], IndexEnd::Hopeless),
            (&[Some(0)], &[5], IndexEnd::Again),
            (&[Some(0)], &[3], IndexEnd::Hopeless),
        ] {
            assert_eq!(index_end(&board(ends), grounds, false), end, "{ends:?} {grounds:?}");
        }
        assert_eq!(
            index_end(&board(&[Some(0), Some(130)]), &[], true),
            IndexEnd::Interrupted
        );
        assert_eq!(index_end(&board(&[Some(0)]), &[], true), IndexEnd::Done);
    }

    #[test]
    fn a_message_fits_however_many_labs_there_are() {
        let few = Tally::of(2, &board(&[Some(0), Some(5), None]), 7);
        let text = few.text().unwrap();
        assert_eq!(
            text,
            r#"{"index":2,"ok":1,"failed":2,"worst":7,"rows":{"lab2048-p000":0,"lab2048-p001":5}}"#
        );
        assert_eq!(Tally::read(&text), Some(few));
        let many = Tally::of(2, &board(&vec![Some(0); 2000]), 0).text().unwrap();
        assert_eq!(many, r#"{"index":2,"ok":2000,"failed":0,"worst":0}"#);
        let error = Tally::of_error(1, 1, &"한".repeat(3000)).text().unwrap();
        assert!(
            error.len() <= MESSAGE && Tally::read(&error).is_some(),
            "{}",
            error.len()
        );
        assert_eq!(Tally::read("panicked at"), None);
    }
}
