//! What a heading of a roster stands for.

use super::super::problem::Problem;
use super::super::settings::{EXTENDS, Settings};
use super::tabular::Cell;
use crate::lang::{Text, text};

/// The heading of the labs' names; the key it stands for is [`NAME`].
pub(super) const LAB: &str = "lab";
/// The key of a lab's name.
pub(super) const NAME: &str = "lab.name";

/// The heading of who works on a lab: the IAM role or user that `fleet access` lets into the cluster.
pub(super) const PRINCIPAL: &str = "principal";

/// Keys that are of the call, and so the same for all labs of a roster.
const COMMON: [&str; 4] = ["target", "confirm", "sandbox.speed", "sandbox.seed"];

/// What the cells below a heading are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// Values of a key of environments.
    Key(String),
    /// Who works on the lab.
    Principal,
    /// The instructor's own, under this heading.
    Own(String),
    /// Nothing that can be used; why has been said.
    Wrong,
}

impl Column {
    /// What a heading stands for.
    pub(super) fn of(heading: &Cell, keys: &Settings, problems: &mut Vec<Problem>) -> Self {
        match Self::meant(&heading.text, keys) {
            Ok(column) => column,
            Err(Wrong { message, help }) => {
                problems.push(Problem::new(&heading.place, message).key(&heading.text).help(help));
                Self::Wrong
            }
        }
    }

    fn meant(heading: &str, keys: &Settings) -> Result<Self, Wrong> {
        // Spreadsheets begin words with a capital.
        if heading.eq_ignore_ascii_case(LAB) {
            return Ok(Self::Key(NAME.to_owned()));
        }
        if heading.eq_ignore_ascii_case(PRINCIPAL) {
            return Ok(Self::Principal);
        }
        if COMMON.contains(&heading) {
            return Err(Wrong {
                message: text!("config-same-for-all"),
                help: text!("config-same-for-all.remedy", key = heading),
            });
        }
        if heading == EXTENDS {
            return Err(Wrong {
                message: text!("config-extends-in-environment"),
                help: text!("config-extends-in-environment.remedy"),
            });
        }
        if keys.is_key(heading) {
            return Ok(Self::Key(heading.to_owned()));
        }
        if keys.is_section(heading) {
            return Err(Wrong {
                message: text!("config-column-is-section"),
                help: text!("config-its-keys", keys = keys.keys_of(heading)),
            });
        }
        // A key has a section before it, and whoever writes a dot means one.
        if heading.contains('.') {
            return Err(Wrong {
                message: text!("config-no-such-key"),
                help: text!("config-no-such-key.remedy", remedy = keys.remedy(heading)),
            });
        }
        Ok(Self::Own(heading.to_owned()))
    }
}

/// Why a heading stands for nothing.
struct Wrong {
    message: Text,
    help: Text,
}
