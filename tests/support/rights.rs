//! What somebody may do in a world: exactly what the program's own documents ask for, or a little less.

use lab2048_sandbox::testing::{self, Caller};
use serde_json::{Value, json};

use crate::Lab;

/// The documents that somebody's rights are.
#[derive(Debug, Clone)]
pub struct Rights {
    /// A policy document of IAM.
    pub policy: Value,
    /// The lab's Namespace, roles and their bindings.
    pub objects: Vec<Value>,
}

/// A verb on objects of a kind, as RBAC has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verb {
    /// The kind of role that it is in.
    pub role: String,
    /// API group.
    pub group: String,
    /// Plural.
    pub resource: String,
    /// The only object, if it is for one.
    pub name: Option<String>,
    /// Verb.
    pub verb: String,
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        value => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}

impl Rights {
    /// What the program asks for, for a call with these flags.
    pub async fn printed(lab: &Lab, flags: &str) -> Self {
        let policy = lab.call(&format!("policy iam {flags}")).await.exits(0).json();
        let roles = lab.call(&format!("policy rbac {flags} -o json")).await.exits(0).json();
        Self {
            policy,
            objects: roles["items"].as_array().unwrap().clone(),
        }
    }

    /// What the document of `fleet access` has for a participant of the lab `lab`.
    pub fn handed_out(access: &Value, lab: &str) -> Self {
        let is_of = |rights: &&Value| rights["labs"].as_array().unwrap().contains(&json!(lab));
        let policies = access["policies"].as_array().unwrap();
        let objects = access["manifests"][0]["objects"].as_array().unwrap().iter();
        let is_theirs = |object: &&Value| {
            let namespace = match object["kind"].as_str() {
                Some("Namespace") => &object["metadata"]["name"],
                _ => &object["metadata"]["namespace"],
            };
            namespace.is_null() || *namespace == lab
        };
        Self {
            policy: policies.iter().find(is_of).unwrap()["document"].clone(),
            objects: objects.filter(is_theirs).cloned().collect(),
        }
    }

    /// The same and those of others.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        let statements = more.policy["Statement"].as_array().unwrap();
        self.policy["Statement"]
            .as_array_mut()
            .unwrap()
            .extend(statements.iter().cloned());
        self.objects.extend(more.objects.iter().cloned());
        self
    }

    /// All actions of the policy, each once.
    pub fn actions(&self) -> Vec<String> {
        let statements = self.policy["Statement"].as_array().unwrap().iter();
        let mut actions: Vec<String> = statements.flat_map(|statement| words(&statement["Action"])).collect();
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    /// The same without an action, wherever it is.
    pub fn without_action(&self, action: &str) -> Self {
        let mut less = self.clone();
        for statement in less.policy["Statement"].as_array_mut().unwrap() {
            let mut actions = words(&statement["Action"]);
            actions.retain(|other| other != action);
            statement["Action"] = json!(actions);
        }
        less
    }

    fn rules(&mut self) -> impl Iterator<Item = (String, &mut Vec<Value>)> {
        self.objects.iter_mut().filter_map(|object| {
            let kind = object["kind"].as_str()?.to_owned();
            Some((kind, object.get_mut("rules")?.as_array_mut()?))
        })
    }

    /// All verbs of the roles, each on one kind.
    pub fn verbs(&self) -> Vec<Verb> {
        let mut verbs = Vec::new();
        for (role, rules) in self.clone().rules() {
            for rule in rules.iter() {
                for resource in words(&rule["resources"]) {
                    verbs.extend(words(&rule["verbs"]).into_iter().map(|verb| Verb {
                        role: role.clone(),
                        group: words(&rule["apiGroups"]).concat(),
                        resource: resource.clone(),
                        name: words(&rule["resourceNames"]).pop(),
                        verb,
                    }));
                }
            }
        }
        verbs.sort_unstable();
        verbs
    }

    /// The same without a verb.
    pub fn without_verb(&self, verb: &Verb) -> Self {
        let all = self.verbs();
        let mut less = self.clone();
        for (role, rules) in less.rules() {
            let kept = all.iter().filter(|other| *other != verb && other.role == role);
            *rules = kept
                .map(|kept| {
                    let mut rule = json!({
                        "apiGroups": [kept.group], "resources": [kept.resource], "verbs": [kept.verb],
                    });
                    if let Some(name) = &kept.name {
                        rule["resourceNames"] = json!([name]);
                    }
                    rule
                })
                .collect();
        }
        less
    }
}

impl Lab {
    /// Has all calls made by somebody who has these rights and no others. Whoever runs the cluster makes the roles first; a
    /// Namespace that is there is left as it is.
    pub async fn grant(&self, rights: &Rights) {
        testing::call_as(&self.world, None);
        let mut groups = Vec::new();
        for object in &rights.objects {
            if object["kind"] == "Namespace" && self.has_namespace(&object["metadata"]["name"]) {
                continue;
            }
            self.create(object, "kubectl").await;
            let subjects = object["subjects"].as_array().into_iter().flatten();
            groups.extend(
                subjects
                    .filter_map(|subject| subject["name"].as_str())
                    .map(str::to_owned),
            );
        }
        let policy = serde_json::from_value(rights.policy.clone()).unwrap();
        testing::call_as(&self.world, Some(Caller { policy, groups }));
    }

    fn has_namespace(&self, name: &Value) -> bool {
        let namespaces = testing::objects(&self.world, "", "namespaces", None);
        namespaces
            .iter()
            .any(|namespace| namespace["metadata"]["name"] == *name)
    }
}
