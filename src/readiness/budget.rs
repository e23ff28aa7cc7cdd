//! Pod disruption budgets: ready once their controller has counted the pods.

use super::conditions::{being_deleted, is_observed};
use super::verdict::Verdict;
use crate::lang::text;
use crate::model::Object;

/// Whether the budget is in force. How many pods may be away now is reported, not waited for: it depends on the pods.
pub fn budget(object: &Object) -> Verdict {
    if object.is_deleting() {
        return being_deleted(object);
    }
    if !is_observed(object) {
        return Verdict::pending(text!("is-uncounted"), text!("is-budget-unseen"));
    }
    match object.number("/status/disruptionsAllowed") {
        Some(allowed) => Verdict::ready(text!(
            "is-pods-may-be-away",
            count = u64::try_from(allowed).unwrap_or_default()
        )),
        None => Verdict::ready(text!("is-present")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_budget_counts_once_its_controller_has_seen_it() {
        let mut object = Object(json!({"metadata": {"generation": 2}, "status": {"observedGeneration": 1}}));
        assert_eq!(budget(&object).stage, "not counted yet");
        object.0["status"] = json!({"observedGeneration": 2, "disruptionsAllowed": 1});
        assert_eq!(budget(&object), Verdict::ready("pods that may be away now: 1"));
    }
}
