//! What the events of the AWS Load Balancer Controller mean.

use super::causes::{EVENTS, REFUSALS, Row};
use crate::lang::Text;

/// A decoded event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// What is wrong, in plain words.
    pub cause: Text,
    /// What to do about it.
    pub remedy: Text,
    /// Whether it passes by itself.
    pub passes: bool,
    /// How often it must have been seen before waiting on is hopeless; `None` if it can pass, be it because somebody mends it
    /// outside of the lab.
    pub hopeless_after: Option<u64>,
    /// Whether AWS does not let the controller do anything, so that it can remove nothing either.
    pub denied: bool,
}

impl Decoded {
    /// Whether it cannot pass by itself, having been seen so many times.
    pub fn is_permanent(&self, times: u64) -> bool {
        self.hopeless_after.is_some_and(|limit| times >= limit)
    }

    /// Cause and remedy on one line.
    pub fn text(&self) -> Text {
        Text::list([&self.cause, &self.remedy], "; ")
    }
}

/// What an event of the controller means, by its reason and message; `None` for one that is not in the table.
pub fn decode_event(reason: &str, message: &str) -> Option<Decoded> {
    if !reason.starts_with("Failed") && reason != "BackendNotFound" {
        return None;
    }
    look_up(EVENTS, message)
}

/// What the API server's answer to a write of ours means when a webhook was in its way; `None` where none was.
pub fn decode_refusal(message: &str) -> Option<Decoded> {
    look_up(REFUSALS, message)
}

fn look_up(rows: &[Row], message: &str) -> Option<Decoded> {
    let row = rows
        .iter()
        .find(|row| row.words.iter().all(|word| message.contains(word)))?;
    let cause = match denied_action(message) {
        Some(action) if row.cause.ends_with("lacks a right") => {
            format!("the controller's IAM role may not call {action}")
        }
        // Which annotation, value or name it is, only the text itself has.
        _ if row.remedy.contains("the message") => format!("{}: {}", row.cause, essence(message)),
        _ => row.cause.to_owned(),
    };
    Some(Decoded {
        cause: cause.into(),
        remedy: row.remedy.into(),
        passes: row.passes,
        hopeless_after: row.hopeless_after,
        denied: row.denied,
    })
}

/// A message without what the controller and the SDK put before it.
fn essence(message: &str) -> &str {
    let said = message.split_once(" due to ").map_or(message, |(_, said)| said);
    said.split_once(", api error ").map_or(said, |(_, said)| said)
}

/// The action that IAM names in "is not authorized to perform: ACTION on resource …".
fn denied_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("is not authorized to perform: ")?;
    rest.split_whitespace().next()
}
