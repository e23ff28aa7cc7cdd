//! From where the ALB of an Ingress can be reached: the rules of the security group in front of it.
//! (LBC `pkg/ingress/model_build_load_balancer_addons.go`, `model_build_managed_sg.go`, `model_build_listener.go`)

use serde::{Deserialize, Serialize};

use super::annotations::Annotation;
use super::settings::IngressFacts;

/// What the controller lets through where nothing is said.
const ANYWHERE: &str = "0.0.0.0/0";

/// Who may open a connection to the ALB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Inbound {
    /// Addresses in these ranges, and in these prefix lists of EC2.
    Ranges {
        /// CIDRs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cidrs: Vec<String>,
        /// Ids of prefix lists.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        prefix_lists: Vec<String>,
    },
    /// Whom these security groups let through, which somebody else keeps; by id or name.
    Groups(Vec<String>),
}

impl Inbound {
    /// Of an Ingress: groups that are named for it leave no room for ranges; parameters come before annotations; without
    /// a word everybody may.
    pub fn of(facts: &IngressFacts<'_>) -> Self {
        if let Some(groups) = Annotation::SECURITY_GROUPS
            .list(facts.ingress)
            .filter(|g| !g.is_empty())
        {
            return Self::Groups(groups);
        }
        let mut cidrs = facts.list("/spec/inboundCIDRs", Annotation::INBOUND_CIDRS).value;
        let prefix_lists = facts.list("/spec/prefixListsIDs", Annotation::PREFIX_LISTS).value;
        if cidrs.is_empty() && prefix_lists.is_empty() {
            cidrs.push(ANYWHERE.to_owned());
        }
        Self::Ranges { cidrs, prefix_lists }
    }

    /// Whether every IPv4 address is let through.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Ranges { cidrs, .. } if cidrs.iter().any(|cidr| cidr == ANYWHERE))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::Object;

    fn inbound(annotations: &[(&str, &str)], params: Option<Value>) -> String {
        let annotations = annotations
            .iter()
            .map(|(key, value)| (format!("alb.ingress.kubernetes.io/{key}"), json!(value)));
        let annotations: Value = annotations.collect::<serde_json::Map<_, _>>().into();
        let ingress = Object(json!({"kind": "Ingress", "metadata": {"annotations": annotations}}));
        let params = params.map(|spec| Object(json!({"spec": spec})));
        let facts = IngressFacts {
            params: params.as_ref(),
            ..IngressFacts::alone(&ingress)
        };
        let inbound = Inbound::of(&facts);
        let open = if inbound.is_open() { " open" } else { "" };
        match inbound {
            Inbound::Ranges { cidrs, prefix_lists } => format!("{cidrs:?} {prefix_lists:?}{open}"),
            Inbound::Groups(groups) => format!("groups {groups:?}{open}"),
        }
    }

    #[test]
    fn who_is_let_through() {
        let cidrs = ("inbound-cidrs", "10.0.0.0/8, 192.0.2.1/32");
        let lists = ("security-group-prefix-lists", "pl-1");
        for (annotations, params, expected) in [
            (&[][..], None, r#"["0.0.0.0/0"] [] open"#),
            (&[cidrs], None, r#"["10.0.0.0/8", "192.0.2.1/32"] []"#),
            (&[lists], None, r#"[] ["pl-1"]"#),
            (&[cidrs, lists], None, r#"["10.0.0.0/8", "192.0.2.1/32"] ["pl-1"]"#),
            (
                &[cidrs],
                Some(json!({"inboundCIDRs": ["172.16.0.0/12"]})),
                r#"["172.16.0.0/12"] []"#,
            ),
            (&[("inbound-cidrs", "0.0.0.0/0")], None, r#"["0.0.0.0/0"] [] open"#),
            (
                &[cidrs, ("security-groups", "sg-1, mine")],
                None,
                r#"groups ["sg-1", "mine"]"#,
            ),
        ] {
            assert_eq!(inbound(annotations, params), expected, "{annotations:?}");
        }
    }
}
