//! Jobs.

use super::conditions::{condition, holds};
use crate::model::Object;

/// Whether a Job has ended for good, well or not.
pub fn is_finished(job: &Object) -> bool {
    ["Complete", "Failed"]
        .into_iter()
        .any(|name| condition(job, name).is_some_and(holds))
}
