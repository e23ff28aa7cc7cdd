//! What a heading of a roster stands for.

use super::super::problem::Problem;
use super::super::settings::{EXTENDS, Settings};
use super::tabular::Cell;

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
                message: "is the same for all labs of a roster".to_owned(),
                help: format!("set it for the call, such as with `--set {heading}=…`, and take the column out"),
            });
        }
        if heading == EXTENDS {
            return Err(Wrong {
                message: "is only allowed in an environment's file".to_owned(),
                help: "choose the environment that all labs build on with `-e`".to_owned(),
            });
        }
        if keys.is_key(heading) {
            return Ok(Self::Key(heading.to_owned()));
        }
        if keys.is_section(heading) {
            return Err(Wrong {
                message: "is a section; a column is one of its keys".to_owned(),
                help: format!("its keys are {}", keys.keys_of(heading)),
            });
        }
        // A key has a section before it, and whoever writes a dot means one.
        if heading.contains('.') {
            return Err(Wrong {
                message: "there is no such key".to_owned(),
                help: format!("{} (a column of your own has no dot)", keys.remedy(heading)),
            });
        }
        Ok(Self::Own(heading.to_owned()))
    }
}

/// Why a heading stands for nothing.
struct Wrong {
    message: String,
    help: String,
}
