//! The two sorts of places a lab can go to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a lab goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// Real AWS.
    #[default]
    Aws,
    /// The world embedded in this program.
    Sandbox,
}

impl TargetKind {
    /// The word that environments and documents have for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Sandbox => "sandbox",
        }
    }
}
