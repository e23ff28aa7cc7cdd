//! What the pods of a class's Job may do in the cluster that they run in. What they need where the labs are is what everybody needs
//! there.

use serde_json::{Value, json};

/// What is done with the results of an index: those of an earlier attempt are read, and its own are written by server-side apply,
/// which is a patch, and of what is not there a creation, too.
const RESULTS: &[&str] = &["get", "create", "patch"];

/// The rules of the role that the pods of a Job have: their own results, by name.
pub fn rules_of_job(results: &[String]) -> Value {
    json!([{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": results, "verbs": RESULTS}])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_may_write_their_results_and_nothing_else() {
        let rules = rules_of_job(&["class-0".to_owned(), "class-1".to_owned()]);
        assert_eq!(
            rules.to_string(),
            r#"[{"apiGroups":[""],"resourceNames":["class-0","class-1"],"resources":["configmaps"],"verbs":["get","create","patch"]}]"#
        );
    }
}
