//! What the events of the AWS Load Balancer Controller mean.

use super::causes::{Adds, EVENTS, REFUSALS, Row};
use crate::lang::{Text, text};

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
    let id = row.id;
    let known = Text::new(format!("cause-lbc-{id}"));
    let cause = match row.adds {
        Adds::Nothing => known,
        Adds::Action => match denied_action(message) {
            Some(action) => text!("cause-lbc-denied", action = action),
            None => known,
        },
        Adds::Words => Text::list([known, Text::verbatim(essence(message).to_owned())], ": "),
    };
    Some(Decoded {
        cause,
        remedy: Text::new(format!("cause-lbc-{id}.remedy")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_cause_and_a_remedy() {
        for row in EVENTS.iter().chain(REFUSALS) {
            for id in [format!("cause-lbc-{}", row.id), format!("cause-lbc-{}.remedy", row.id)] {
                assert_ne!(Text::new(id.clone()).to_string(), id);
            }
        }
    }

    #[test]
    fn a_message_adds_what_only_it_has() {
        let cause = |message: &str| decode_event("FailedDeployModel", message).unwrap().cause.to_string();
        let denied =
            "AccessDenied: User: arn:x is not authorized to perform: elasticloadbalancing:AddTags on resource: y";
        assert_eq!(
            cause(denied),
            "the controller's IAM role may not call elasticloadbalancing:AddTags"
        );
        assert_eq!(cause("AccessDenied: no"), "the controller's IAM role lacks a right");
        assert_eq!(
            cause("Failed build model due to failed to parse tags annotation: a"),
            "an annotation of the Ingress or of its Service cannot be read: failed to parse tags annotation: a"
        );
    }
}
