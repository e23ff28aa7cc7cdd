//! The table of verbs as roles of Kubernetes, bound to a group.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::verbs::{Area, CHANGE_OWN, LOOK_AT_OWN, Names, TABLE};
use super::{Extent, Place};
use crate::model::{MANAGED_BY_LABEL, MANAGER, Object};

const GROUP: &str = "rbac.authorization.k8s.io";
/// What a participant's group begins with; the name of the lab's namespace follows.
const PARTICIPANT: &str = "lab2048-participant";
/// The order in which verbs are written.
const VERBS: [&str; 7] = ["get", "list", "watch", "create", "update", "patch", "delete"];

/// Objects of one kind, in one area, of one name or of all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    area: Area,
    group: String,
    name: Option<String>,
    resource: String,
}

/// What the kinds of one rule have in common: group, name, verbs.
type RuleKey<'a> = (&'a str, Option<&'a str>, Vec<&'a str>);

type Grants = BTreeMap<Subject, BTreeSet<&'static str>>;

/// The group of all participants of a cluster, and the name of what they may look at in all of it.
pub const PARTICIPANTS: &str = "lab2048-participants";

/// The group that the roles in the lab's namespace are bound to: an access entry makes somebody a member of it.
pub fn group(extent: Extent, place: &Place) -> String {
    match extent {
        Extent::ReadOnly => format!("lab2048-{}-read-only", place.namespace),
        // An addition to the full one.
        Extent::Full | Extent::WithoutController | Extent::Sweep => format!("lab2048-{}", place.namespace),
        // Another role than that of the whole cluster's, which may be there, too.
        Extent::Participant => format!("{PARTICIPANT}-{}", place.namespace),
    }
}

/// All groups that the roles are bound to. What participants may look at in the whole cluster is the same for each.
pub fn groups(extent: Extent, place: &Place) -> Vec<String> {
    let of_lab = group(extent, place);
    match extent {
        Extent::Participant => vec![of_lab, PARTICIPANTS.to_owned()],
        Extent::ReadOnly | Extent::Full | Extent::WithoutController | Extent::Sweep => vec![of_lab],
    }
}

/// The roles that allow just this much, for the lab of that place, and their bindings. Those of participants in the whole
/// cluster are the same for every lab.
pub fn roles(extent: Extent, place: &Place) -> Vec<Object> {
    let grants = grants(extent, place);
    let mut objects = Vec::new();
    for (area, role, binding) in [
        (Area::Cluster, "ClusterRole", "ClusterRoleBinding"),
        (Area::Namespace, "Role", "RoleBinding"),
    ] {
        let rules = rules(&grants, area);
        if rules.as_array().is_none_or(Vec::is_empty) {
            continue;
        }
        let group = match (extent, area) {
            (Extent::Participant, Area::Cluster) => PARTICIPANTS.to_owned(),
            _ => group(extent, place),
        };
        let name = match extent {
            Extent::WithoutController => format!("{group}-without-controller"),
            Extent::Sweep => format!("{group}-sweep"),
            Extent::ReadOnly | Extent::Full | Extent::Participant => group.clone(),
        };
        let mut metadata = json!({"name": name, "labels": {MANAGED_BY_LABEL: MANAGER}});
        if area == Area::Namespace {
            metadata["namespace"] = place.namespace.as_str().into();
        }
        let of_kind =
            |kind: &str| json!({"apiVersion": format!("{GROUP}/v1"), "kind": kind, "metadata": metadata.clone()});
        let mut allowing = of_kind(role);
        allowing["rules"] = rules;
        let mut bound = of_kind(binding);
        bound["roleRef"] = json!({"apiGroup": GROUP, "kind": role, "name": name});
        bound["subjects"] = json!([{"apiGroup": GROUP, "kind": "Group", "name": group}]);
        objects.extend([Object(allowing), Object(bound)]);
    }
    objects
}

fn grants(extent: Extent, place: &Place) -> Grants {
    let mut grants = Grants::new();
    for row in TABLE.iter().filter(|row| row.is_in(extent) && row.labs.have(place)) {
        for resource in row.resources {
            let subject = Subject {
                area: row.area,
                group: row.group.to_owned(),
                name: match row.names {
                    Names::Any => None,
                    Names::Lab => Some(place.namespace.clone()),
                    Names::One(name) => Some(name.to_owned()),
                },
                resource: (*resource).to_owned(),
            };
            grants.entry(subject).or_default().extend(row.verbs);
        }
    }
    // What is of the whole cluster is no participant's.
    let kinds = place.kinds.iter();
    for kind in kinds.filter(|kind| kind.namespaced || extent != Extent::Participant) {
        for (part, verbs) in [(Extent::ReadOnly, LOOK_AT_OWN), (Extent::Full, CHANGE_OWN)] {
            if extent.has(part) {
                let area = if kind.namespaced {
                    Area::Namespace
                } else {
                    Area::Cluster
                };
                let subject = Subject {
                    area,
                    group: kind.group.clone(),
                    name: None,
                    resource: kind.plural.clone(),
                };
                grants.entry(subject).or_default().extend(verbs);
            }
        }
    }
    without_what_is_allowed_everywhere(grants)
}

/// What is allowed in the whole cluster need not be allowed in a namespace.
fn without_what_is_allowed_everywhere(mut grants: Grants) -> Grants {
    let everywhere = grants.clone();
    for (subject, verbs) in &mut grants {
        let same = Subject {
            area: Area::Cluster,
            ..subject.clone()
        };
        if subject.area == Area::Namespace
            && let Some(already) = everywhere.get(&same)
        {
            verbs.retain(|verb| !already.contains(verb));
        }
    }
    grants.retain(|_, verbs| !verbs.is_empty());
    grants
}

/// The rules of an area; kinds of a group with the same verbs share one.
fn rules(grants: &Grants, area: Area) -> Value {
    let mut alike: BTreeMap<RuleKey<'_>, Vec<&str>> = BTreeMap::new();
    for (subject, verbs) in grants.iter().filter(|(subject, _)| subject.area == area) {
        let verbs = VERBS.into_iter().filter(|verb| verbs.contains(verb)).collect();
        let key = (subject.group.as_str(), subject.name.as_deref(), verbs);
        alike.entry(key).or_default().push(&subject.resource);
    }
    let rules = alike.into_iter().map(|((group, name, verbs), resources)| {
        let mut rule = json!({"apiGroups": [group], "resources": resources, "verbs": verbs});
        if let Some(name) = name {
            rule["resourceNames"] = json!([name]);
        }
        rule
    });
    rules.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::{OwnKind, ProfileUse};

    fn place() -> Place {
        let kind = |group: &str, plural: &str, namespaced| OwnKind {
            group: group.to_owned(),
            plural: plural.to_owned(),
            namespaced,
        };
        Place {
            cluster: None,
            region: None,
            namespace: "game".to_owned(),
            profile: ProfileUse::Own { boundary: None },
            shares_profile: false,
            kinds: vec![
                kind("", "configmaps", true),
                kind("apps", "deployments", true),
                kind("scheduling.k8s.io", "priorityclasses", false),
            ],
            only: None,
        }
    }

    /// A line a rule.
    fn shown(extent: Extent) -> String {
        let mut lines = Vec::new();
        for object in roles(extent, &place()) {
            let rules = object.0["rules"].as_array().cloned().unwrap_or_default();
            lines.push(format!("{} {}", object.kind(), object.name()));
            lines.extend(rules.iter().map(|rule| format!("  {rule}")));
        }
        lines.join("\n")
    }

    #[test]
    fn the_kinds_of_the_lab_are_among_them_and_nothing_is_allowed_twice() {
        let all = shown(Extent::Full);
        for (kind, verbs) in [
            ("configmaps", r#"["get","list","watch","create","patch","delete"]"#),
            ("priorityclasses", r#"["get","list","watch","create","patch","delete"]"#),
        ] {
            let rule = all.lines().find(|line| line.contains(kind)).unwrap();
            assert!(rule.contains(verbs), "{rule}");
        }
        // They may be listed and watched in the whole cluster.
        let deployments = all.lines().rfind(|line| line.contains("deployments")).unwrap();
        assert!(
            deployments.contains(r#"["get","create","patch","delete"]"#),
            "{deployments}"
        );
    }

    #[test]
    fn whoever_only_looks_changes_nothing() {
        let read = shown(Extent::ReadOnly);
        assert!(read.contains("game-read-only"), "{read}");
        for verb in ["create", "update", "patch", "delete", "watch"] {
            assert!(!read.contains(verb), "{verb} in {read}");
        }
    }

    #[test]
    fn a_participant_sees_nothing_of_other_labs() {
        insta::assert_snapshot!(shown(Extent::Participant), @r#"
        ClusterRole lab2048-participants
          {"apiGroups":[""],"resources":["nodes"],"verbs":["list"]}
          {"apiGroups":["elbv2.k8s.aws"],"resources":["ingressclassparams"],"verbs":["get"]}
          {"apiGroups":["networking.k8s.io"],"resources":["ingressclasses"],"verbs":["get"]}
        ClusterRoleBinding lab2048-participants
        Role lab2048-participant-game
          {"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list","watch","create","patch","delete"]}
          {"apiGroups":[""],"resources":["events"],"verbs":["list","watch"]}
          {"apiGroups":[""],"resources":["pods"],"verbs":["list","watch","delete"]}
          {"apiGroups":[""],"resourceNames":["game"],"resources":["namespaces"],"verbs":["get"]}
          {"apiGroups":["apps"],"resources":["deployments"],"verbs":["get","list","watch","create","patch","delete"]}
          {"apiGroups":["autoscaling"],"resources":["horizontalpodautoscalers"],"verbs":["list"]}
          {"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":["create"]}
          {"apiGroups":["coordination.k8s.io"],"resourceNames":["lab2048"],"resources":["leases"],"verbs":["get","update","delete"]}
          {"apiGroups":["policy"],"resources":["poddisruptionbudgets"],"verbs":["list"]}
        RoleBinding lab2048-participant-game
        "#);
    }

    #[test]
    fn what_participants_see_of_the_cluster_is_the_same_for_all() {
        let other = Place {
            namespace: "other".to_owned(),
            ..place()
        };
        let [role, binding, of_lab, ..] = &roles(Extent::Participant, &place())[..] else {
            panic!("four objects");
        };
        let others = roles(Extent::Participant, &other);
        assert_eq!([role, binding], [&others[0], &others[1]]);
        assert_ne!(of_lab, &others[2]);
        let rules = role.items("/rules");
        let verbs: Vec<&Value> = rules.flat_map(|rule| rule["verbs"].as_array().unwrap()).collect();
        assert!(
            verbs
                .iter()
                .all(|verb| ["get", "list"].contains(&verb.as_str().unwrap())),
            "{verbs:?}"
        );
    }

    #[test]
    fn a_removal_without_the_controller_has_roles_of_its_own() {
        insta::assert_snapshot!(shown(Extent::WithoutController), @r#"
        ClusterRole lab2048-game-without-controller
          {"apiGroups":["admissionregistration.k8s.io"],"resources":["mutatingwebhookconfigurations","validatingwebhookconfigurations"],"verbs":["get","list","patch"]}
        ClusterRoleBinding lab2048-game-without-controller
        Role lab2048-game-without-controller
          {"apiGroups":["elbv2.k8s.aws"],"resources":["targetgroupbindings"],"verbs":["get","list","patch","delete"]}
          {"apiGroups":["networking.k8s.io"],"resources":["ingresses"],"verbs":["patch"]}
        RoleBinding lab2048-game-without-controller
        "#);
    }
}
