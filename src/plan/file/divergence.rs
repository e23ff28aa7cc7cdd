//! What is not as it was when a plan was made, each with its true cause.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::{Identity, SavedPlan};
use crate::lang::{Text, text};
use crate::model::{NodeId, Op, Pin, Wait};
use crate::plan::change::{Change, Plan};

/// Keys of an environment that no plan depends on.
const WITHOUT_EFFECT: [&str; 4] = ["name", "confirm", "timeouts", "sandbox"];

/// How many fields of a node are named.
const NAMED: usize = 3;

/// Something that is not as it was when the plan was made.
#[derive(Debug, Clone, PartialEq)]
pub enum Divergence {
    /// It is another account, region, cluster, way to the cluster, or lab.
    Place {
        /// Which of them.
        what: String,
        /// What the file has.
        saved: Text,
        /// What it is now.
        now: Text,
    },
    /// A key of the environment has another value.
    Setting {
        /// The key.
        key: String,
        /// What the file has; none for a key that was not there.
        saved: Option<Value>,
        /// What it is now.
        now: Option<Value>,
    },
    /// A flag that allows something was given for the plan and is not now, or the other way round.
    Flag {
        /// The flag.
        flag: &'static str,
        /// Whether it was given for the plan.
        saved: bool,
    },
    /// A template makes another object than it did.
    Template(NodeId),
    /// A node was missing and is there now.
    Appeared(NodeId),
    /// A node was there and is missing now.
    Vanished(NodeId),
    /// A node was deleted and recreated.
    Recreated(NodeId),
    /// A node was changed.
    Changed(NodeId),
    /// Something else would be done to the node now.
    Effect {
        /// Which.
        node: NodeId,
        /// What the file has.
        saved: Op,
        /// What would be done now.
        now: Op,
    },
    /// The same would be done to the node, but it would come out otherwise.
    Result {
        /// Which.
        node: NodeId,
        /// Where it differs.
        fields: Vec<String>,
    },
    /// What the nodes need of each other has changed.
    Order,
}

impl Divergence {
    /// What has moved.
    pub fn text(&self) -> Text {
        match self {
            Self::Place { what, saved, now } => text!("error-moved-place", what = what, saved = saved, now = now),
            Self::Setting { key, saved, now } => {
                let (saved, now) = (word(saved.as_ref()), word(now.as_ref()));
                text!("error-moved-setting", key = key, saved = saved, now = now)
            }
            Self::Flag { flag, saved: true } => text!("error-moved-flag", flag = *flag),
            Self::Flag { flag, saved: false } => text!("error-moved-no-flag", flag = *flag),
            Self::Template(node) => text!("error-moved-template", node = node.to_string()),
            Self::Appeared(node) => text!("error-moved-appeared", node = node.to_string()),
            Self::Vanished(node) => text!("error-moved-vanished", node = node.to_string()),
            Self::Recreated(node) => text!("error-moved-recreated", node = node.to_string()),
            Self::Changed(node) => text!("error-moved-changed", node = node.to_string()),
            Self::Effect { node, saved, now } => {
                let (node, saved, now) = (node.to_string(), verb(*saved), verb(*now));
                text!("error-moved-effect", node = node, saved = saved, now = now)
            }
            Self::Result { node, fields } => {
                let named = fields.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>();
                let text = match fields.len().saturating_sub(NAMED) {
                    0 => text!("error-moved-result"),
                    more => text!("error-moved-result-more", more = more),
                };
                text.with("node", node.to_string()).with("fields", named.join(", "))
            }
            Self::Order => text!("error-moved-order"),
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text(), f)
    }
}

fn word(value: Option<&Value>) -> Text {
    match value {
        None | Some(Value::Null) => text!("error-not-set"),
        Some(Value::String(words)) => words.into(),
        Some(other) => other.to_string().into(),
    }
}

fn verb(op: Op) -> Text {
    match op {
        Op::Create => text!("error-op-create"),
        Op::Update => text!("error-op-update"),
        Op::Replace => text!("error-op-replace"),
        Op::Delete => text!("error-op-delete"),
        Op::None => text!("error-op-none"),
    }
}

/// Whether a saved plan may be executed: the plan made from what is there now must be the same. Names all that moved; what
/// only follows from something that is named already is not.
pub fn verify(saved: &SavedPlan, fresh: &SavedPlan) -> Result<(), Vec<Divergence>> {
    let mut moved = places(saved, fresh);
    if moved.is_empty() {
        moved = request(saved, fresh);
        let asked = moved.len();
        moved.extend(pins(saved, fresh));
        moved.extend(templates(saved, fresh, &moved[..asked]));
    }
    if moved.is_empty() {
        moved = effects(&saved.plan, &fresh.plan);
    }
    if moved.is_empty() && saved.inputs != fresh.inputs {
        moved.push(Divergence::Order);
    }
    if moved.is_empty() { Ok(()) } else { Err(moved) }
}

fn places(saved: &SavedPlan, fresh: &SavedPlan) -> Vec<Divergence> {
    let of = |file: &SavedPlan| {
        let Identity {
            account,
            region,
            cluster_arn,
        } = &file.identity;
        let mut place = json!(file.plan.place);
        // What a context is called is each machine's own; its server counts.
        if let Some(place) = place.as_object_mut() {
            place.remove("context");
        }
        // The ARN says more than the name.
        for (key, value) in [
            ("account", account),
            ("region", region),
            ("cluster", cluster_arn),
            ("lab", &file.plan.lab),
        ] {
            place[key] = json!(value);
        }
        let mut leaves = BTreeMap::new();
        spread("", &place, &mut leaves);
        leaves
    };
    differences(&of(saved), &of(fresh))
        .map(|(what, saved, now)| Divergence::Place {
            what,
            saved: word(saved.as_ref()),
            now: word(now.as_ref()),
        })
        .collect()
}

/// What was asked for otherwise, as far as that makes a difference.
fn request(saved: &SavedPlan, fresh: &SavedPlan) -> Vec<Divergence> {
    if saved.inputs == fresh.inputs {
        return Vec::new();
    }
    let flags = |file: &SavedPlan| file.request.approvals.flags();
    let given = flags(saved).into_iter().zip(flags(fresh));
    let differing = given.filter(|((_, was), (_, is))| was != is);
    let mut moved: Vec<_> = differing
        .map(|((flag, saved), _)| Divergence::Flag { flag, saved })
        .collect();
    let settings = |file: &SavedPlan| {
        let mut leaves = BTreeMap::new();
        if let Value::Object(tree) = &file.request.environment {
            let counts = tree.iter().filter(|(key, _)| !WITHOUT_EFFECT.contains(&key.as_str()));
            counts.for_each(|(key, value)| spread(key, value, &mut leaves));
        }
        leaves
    };
    moved.extend(
        differences(&settings(saved), &settings(fresh)).map(|(key, saved, now)| Divergence::Setting {
            key,
            saved,
            now,
        }),
    );
    moved
}

fn pins(saved: &SavedPlan, fresh: &SavedPlan) -> Vec<Divergence> {
    let new = fresh.pins.keys().filter(|id| !saved.pins.contains_key(*id));
    let nodes = saved.pins.keys().chain(new);
    let moved = nodes.filter_map(|id| {
        let pin = |file: &SavedPlan| file.pins.get(id).cloned().flatten();
        let moved = compare(id, pin(saved).as_ref(), pin(fresh).as_ref());
        moved.filter(|moved| !(matches!(moved, Divergence::Appeared(_)) && saved.others.contains(id)))
    });
    moved.collect()
}

fn compare(id: &NodeId, saved: Option<&Pin>, fresh: Option<&Pin>) -> Option<Divergence> {
    let id = id.clone();
    match (saved, fresh) {
        (None, None) => None,
        (None, Some(_)) => Some(Divergence::Appeared(id)),
        (Some(_), None) => Some(Divergence::Vanished(id)),
        (Some(was), Some(is)) if was == is => None,
        // An AWS resource keeps its ARN when it is recreated; its version is the time of creation.
        (Some(was), Some(is)) if was.identity != is.identity || !id.kind.is_object() => Some(Divergence::Recreated(id)),
        _ => Some(Divergence::Changed(id)),
    }
}

/// Objects that are rendered otherwise, where neither a value of the environment nor the live object (a number of pods
/// asked for with `scale`) is why.
fn templates(saved: &SavedPlan, fresh: &SavedPlan, asked: &[Divergence]) -> Vec<Divergence> {
    if asked.iter().any(|moved| matches!(moved, Divergence::Setting { .. })) {
        return Vec::new();
    }
    let all = saved.objects.keys().chain(fresh.objects.keys());
    let mut changed: Vec<&NodeId> = all
        .filter(|id| saved.objects.get(*id) != fresh.objects.get(*id))
        .filter(|id| saved.pins.get(*id) == fresh.pins.get(*id))
        .collect();
    changed.sort();
    changed.dedup();
    changed.into_iter().cloned().map(Divergence::Template).collect()
}

fn effects(saved: &Plan, fresh: &Plan) -> Vec<Divergence> {
    let new = fresh
        .changes
        .iter()
        .filter(|change| saved.change(&change.task.node.id).is_none());
    let all = saved.changes.iter().chain(new).map(|change| &change.task.node.id);
    all.filter_map(|id| effect(id, saved.change(id), fresh.change(id)))
        .collect()
}

fn effect(node: &NodeId, saved: Option<&Change>, fresh: Option<&Change>) -> Option<Divergence> {
    let op = |change: Option<&Change>| change.map_or(Op::None, |change| change.task.op);
    let node = node.clone();
    if op(saved) != op(fresh) {
        let (saved, now) = (op(saved), op(fresh));
        return Some(Divergence::Effect { node, saved, now });
    }
    let fields: Vec<String> = differences(&meaning(saved), &meaning(fresh))
        .map(|(path, ..)| path)
        .collect();
    (!fields.is_empty()).then_some(Divergence::Result { node, fields })
}

/// Everything that a row of a plan promises, by path. How it is worded, what is waited for, and how far the server has
/// vouched for it, is no part of that; of a pod to recreate its UID is, and not its version, which moves by itself.
fn meaning(change: Option<&Change>) -> BTreeMap<String, Value> {
    let mut leaves = BTreeMap::new();
    let Some(change) = change.filter(|change| change.task.wait != Wait::Held) else {
        return leaves;
    };
    let task = &change.task;
    let recreated: BTreeMap<String, &str> = task
        .recreate
        .iter()
        .map(|(key, pin)| (key.to_string(), pin.identity.as_str()))
        .collect();
    let whole = json!({
        "desired": task.node.desired,
        "force": task.force,
        "adopt": task.adopt,
        "recreate": recreated,
        "diffs": change.diffs,
        "outline": change.outline,
        "approaches": change.approaches,
        "refusals": change.refusals,
    });
    spread("", &whole, &mut leaves);
    leaves
}

/// The leaves of a tree by their paths.
fn spread(path: &str, value: &Value, leaves: &mut BTreeMap<String, Value>) {
    let under = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| spread(&under(key), value, leaves));
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (i, item) in items.iter().enumerate() {
                spread(&format!("{path}[{i}]"), item, leaves);
            }
        }
        leaf => {
            leaves.insert(path.to_owned(), leaf.clone());
        }
    }
}

/// Leaves that differ: path, what it was, what it is.
fn differences<'a>(
    saved: &'a BTreeMap<String, Value>,
    fresh: &'a BTreeMap<String, Value>,
) -> impl Iterator<Item = (String, Option<Value>, Option<Value>)> + 'a {
    let new = fresh.keys().filter(|path| !saved.contains_key(*path));
    let all = saved.keys().chain(new);
    all.filter(|path| saved.get(*path) != fresh.get(*path))
        .map(|path| (path.clone(), saved.get(path).cloned(), fresh.get(path).cloned()))
}
