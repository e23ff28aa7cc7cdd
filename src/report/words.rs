//! Words for numbers, values, operations and nodes.

use serde_json::Value;

use crate::lang::{Text, text};
use crate::model::{NodeId, NodeKind, Op};

/// `1 pod`, `5 pods`.
pub fn count(n: usize, one: &str) -> String {
    count_of(n, one, &format!("{one}s"))
}

/// The same for words with a plural of their own.
pub fn count_of(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A JSON value as one short word or two: text without quotes where it needs none.
pub fn value(value: Option<&Value>) -> Text {
    value.map_or_else(|| text!("view-absent"), |value| spelled(value).into())
}

fn spelled(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() && !text.contains(char::is_whitespace) => text.clone(),
        other => other.to_string(),
    }
}

/// A value that others have set, as far as it serves to recognise it.
pub fn preview(of: &Value) -> Text {
    /// Enough for an image with its tag or an ARN.
    const ENOUGH: usize = 100;
    let whole = spelled(of);
    match whole.char_indices().nth(ENOUGH) {
        None => whole.into(),
        Some((end, _)) => text!("view-begun", begin = &whole[..end], count = whole.chars().count()),
    }
}

/// What happens to a node, in one word.
pub fn op(op: Op) -> Text {
    match op {
        Op::Create => text!("view-op-create"),
        Op::Update => text!("view-op-update"),
        Op::Replace => text!("view-op-replace"),
        Op::Delete => text!("view-op-delete"),
        Op::None => text!("view-op-none"),
    }
}

/// A node as people name it: `profile fargate-game-2048`. The proof is the game seen from outside.
pub fn node(node: &NodeId) -> String {
    name_of(node).to_string()
}

/// The kind of a node, where its name is not needed.
pub fn kind_of(node: &NodeId) -> Text {
    match &node.kind {
        NodeKind::Proof => text!("node-proof"),
        NodeKind::Lock => text!("node-lock"),
        NodeKind::Role => text!("kind-role"),
        NodeKind::Profile => text!("kind-profile"),
        NodeKind::AccessEntry => text!("kind-access-entry"),
        NodeKind::Namespace => text!("kind-namespace"),
        NodeKind::Service => text!("kind-service"),
        NodeKind::Ingress => text!("kind-ingress"),
        NodeKind::Deployment => text!("kind-deployment"),
        NodeKind::LoadBalancer => text!("kind-balancer"),
        NodeKind::Targets => text!("kind-targets"),
        NodeKind::Object(kind) => Text::verbatim(kind.clone()),
    }
}

/// The same in any language.
pub fn name_of(node: &NodeId) -> Text {
    let named = match &node.kind {
        NodeKind::Proof => return text!("node-proof"),
        NodeKind::Lock => return text!("node-lock"),
        NodeKind::Role => text!("node-role"),
        NodeKind::Profile => text!("node-profile"),
        NodeKind::AccessEntry => text!("node-access-entry"),
        NodeKind::Namespace => text!("node-namespace"),
        NodeKind::Service => text!("node-service"),
        NodeKind::Ingress => text!("node-ingress"),
        NodeKind::Deployment => text!("node-deployment"),
        NodeKind::LoadBalancer => text!("node-balancer"),
        NodeKind::Targets => text!("node-targets"),
        NodeKind::Object(kind) => text!("node-object").with("kind", kind),
    };
    named.with("name", &node.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_of_others_are_only_begun() {
        assert_eq!(preview(&"nginx:1.27".into()), "nginx:1.27");
        let long = preview(&"x".repeat(101).into());
        assert_eq!(long, format!("{}… (101 characters)", "x".repeat(100)));
    }

    #[test]
    fn values_are_short() {
        use serde_json::json;
        assert_eq!(value(Some(&json!("nginx:1"))), "nginx:1");
        assert_eq!(value(Some(&json!("two words"))), "\"two words\"");
        assert_eq!(value(Some(&json!(5))), "5");
        assert_eq!(value(None), "(absent)");
    }
}
