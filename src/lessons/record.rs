//! What is kept of a lesson under way: one line of JSON that an instructor can collect.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a hint costs, of a hundred.
const HINT: u32 = 20;

/// A lesson under way, or solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Name of the lesson.
    pub lesson: String,
    /// When it was begun, by the learner's clock.
    pub started: Timestamp,
    /// Hints that were looked at.
    pub hints: usize,
    /// Whether the solution was looked at before it was solved.
    pub peeked: bool,
    /// When it was solved.
    pub solved: Option<Timestamp>,
}

/// How a lesson has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// Of a hundred; nothing before it is solved, and for who has looked at the solution.
    pub points: u32,
    /// From its begin to its end, or until now, in seconds.
    pub seconds: u64,
}

impl Record {
    /// A lesson that begins.
    pub fn begun(lesson: &str, now: Timestamp) -> Self {
        Self {
            lesson: lesson.to_owned(),
            started: now,
            hints: 0,
            peeked: false,
            solved: None,
        }
    }

    /// How it has gone until `now`.
    pub fn score(&self, now: Timestamp) -> Score {
        let took = Duration::try_from(self.solved.unwrap_or(now).duration_since(self.started)).unwrap_or_default();
        let hints = u32::try_from(self.hints).unwrap_or(u32::MAX);
        let points = if self.solved.is_some() && !self.peeked {
            100_u32.saturating_sub(hints.saturating_mul(HINT))
        } else {
            0
        };
        Score {
            points,
            seconds: took.as_secs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_cost_and_who_has_peeked_has_nothing() {
        let begin = Timestamp::UNIX_EPOCH;
        let end = begin + Duration::from_secs(300);
        let begun = Record::begun("silence", begin);
        let points = |record: &Record| record.score(end).points;
        assert_eq!((points(&begun), begun.score(end).seconds), (0, 300));
        let solved = Record {
            solved: Some(end),
            hints: 2,
            ..begun
        };
        assert_eq!(points(&solved), 60);
        assert_eq!(
            points(&Record {
                hints: 7,
                ..solved.clone()
            }),
            0
        );
        assert_eq!(points(&Record { peeked: true, ..solved }), 0);
    }
}
