//! A plan kept in a file: what was seen and decided, so that a later `apply FILE` does that and nothing else.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::change::Plan;
use super::input::PlanInput;
use crate::model::{NodeId, Op, Pin, Wait};

/// Version of the file's format; raised when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// A plan with all that must still be true when it is executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedPlan {
    /// [`FORMAT`] of the writer.
    pub format: u32,
    /// Whose lab on which cluster.
    pub identity: Identity,
    /// Hash of everything that was wanted and allowed (hexadecimal SHA-256).
    pub inputs: String,
    /// What was there of each node; none for what was missing.
    pub pins: BTreeMap<NodeId, Option<Pin>>,
    /// The plan.
    pub plan: Plan,
}

/// Whose lab on which cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identity {
    /// Account number.
    pub account: String,
    /// Region.
    pub region: String,
    /// ARN of the cluster.
    pub cluster_arn: String,
    /// URL of its Kubernetes API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

/// Something that is not as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Divergence {
    /// The file was written by a version with another format.
    Format(u32),
    /// It is another account, region or cluster.
    Place {
        /// Which of them.
        what: &'static str,
        /// What the file has.
        saved: String,
        /// What it is now.
        now: String,
    },
    /// The environment, the templates or the flags have changed.
    Inputs,
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
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(format) => write!(f, "the plan file has format {format}, this version reads {FORMAT}"),
            Self::Place { what, saved, now } => write!(f, "the {what} was {saved} and is now {now}"),
            Self::Inputs => f.write_str("the environment, the templates or the flags have changed"),
            Self::Appeared(node) => write!(f, "{node} was missing and is there now"),
            Self::Vanished(node) => write!(f, "{node} was there and is missing now"),
            Self::Recreated(node) => write!(f, "{node} was deleted and recreated"),
            Self::Changed(node) => write!(f, "{node} was changed"),
            Self::Effect { node, saved, now } => {
                write!(
                    f,
                    "{node}: the plan was to {}, now it is to {}",
                    verb(*saved),
                    verb(*now)
                )
            }
        }
    }
}

fn verb(op: Op) -> &'static str {
    match op {
        Op::Create => "create it",
        Op::Update => "change it",
        Op::Replace => "replace it",
        Op::Delete => "delete it",
        Op::None => "leave it",
    }
}

/// A hash of what is wanted and allowed: the goal, the nodes and edges, the approvals.
pub fn fingerprint(input: &PlanInput<'_>) -> String {
    let approvals = &input.approvals;
    let allowed = [
        approvals.adopt,
        approvals.force_conflicts,
        approvals.replace,
        approvals.reset_scale,
    ];
    let wanted = serde_json::json!([input.goal, input.lab, input.stack, allowed]);
    hex::encode(Sha256::digest(wanted.to_string()))
}

impl SavedPlan {
    /// What is to be kept of a plan; `inputs` is its [`fingerprint`].
    pub fn new(identity: Identity, inputs: String, plan: Plan) -> Self {
        let pins = plan
            .changes
            .iter()
            .filter(|change| change.task.wait != Wait::Held)
            .map(|change| (change.task.node.id.clone(), change.task.pin.clone()))
            .collect();
        Self {
            format: FORMAT,
            identity,
            inputs,
            pins,
            plan,
        }
    }
}

/// Whether a saved plan may be executed: the plan made from what is there now must be the same. Names all that moved.
pub fn verify(saved: &SavedPlan, fresh: &SavedPlan) -> Result<(), Vec<Divergence>> {
    if saved.format != fresh.format {
        return Err(vec![Divergence::Format(saved.format)]);
    }
    let mut moved = places(&saved.identity, &fresh.identity);
    if saved.inputs != fresh.inputs {
        moved.push(Divergence::Inputs);
    }
    let before = moved.len();
    let nodes = saved
        .pins
        .keys()
        .chain(fresh.pins.keys().filter(|id| !saved.pins.contains_key(*id)));
    moved.extend(nodes.filter_map(|id| {
        let pin = |file: &SavedPlan| file.pins.get(id).cloned().flatten();
        compare(id, pin(saved).as_ref(), pin(fresh).as_ref())
    }));
    // Differences that follow from somebody else's change need no line of their own.
    if moved.len() == before {
        moved.extend(effects(&saved.plan, &fresh.plan));
    }
    if moved.is_empty() { Ok(()) } else { Err(moved) }
}

fn places(saved: &Identity, fresh: &Identity) -> Vec<Divergence> {
    let mut places = vec![
        ("account", &saved.account, &fresh.account),
        ("region", &saved.region, &fresh.region),
        ("cluster", &saved.cluster_arn, &fresh.cluster_arn),
    ];
    let servers = saved.server.as_ref().zip(fresh.server.as_ref());
    places.extend(servers.map(|(was, is)| ("Kubernetes API", was, is)));
    let moved = places.into_iter();
    moved
        .filter(|(_, was, is)| was != is)
        .map(|(what, was, is)| Divergence::Place {
            what,
            saved: was.clone(),
            now: is.clone(),
        })
        .collect()
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

fn effects(saved: &Plan, fresh: &Plan) -> Vec<Divergence> {
    saved
        .changes
        .iter()
        .filter_map(|change| {
            let id = &change.task.node.id;
            let now = fresh.change(id).map_or(Op::None, |c| c.task.op);
            (now != change.task.op).then(|| Divergence::Effect {
                node: id.clone(),
                saved: change.task.op,
                now,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Place;
    use crate::model::Goal;
    use crate::plan::{Approvals, PlanScope, cost, plan};
    use crate::stack::fixtures::{Lab, known};
    use serde_json::json;

    fn save(lab: &Lab) -> SavedPlan {
        let stack = lab.stack(Goal::Ready);
        let input = PlanInput {
            scope: PlanScope::Lab,
            lab: &lab.environment.lab.name,
            place: Place::default(),
            site: &lab.site,
            goal: Goal::Ready,
            stack: &stack,
            former: &[],
            aws: &lab.aws,
            kube: &lab.kube,
            approvals: Approvals::default(),
            replicas: &lab.replicas(),
            origins: &std::collections::BTreeMap::new(),
            findings: Vec::new(),
            cost: cost::of_stack(
                &stack,
                "nowhere-1",
                cost::Amounts { pods: 5, addresses: 3 },
                jiff::civil::date(2025, 1, 1),
            ),
        };
        let identity = Identity {
            account: lab.site.account.clone(),
            region: lab.site.region.clone(),
            cluster_arn: lab.site.cluster_arn(),
            server: Some("https://eks.example".to_owned()),
        };
        SavedPlan::new(identity, fingerprint(&input), plan(input))
    }

    fn moved(before: &Lab, after: &Lab) -> Vec<String> {
        let text = serde_json::to_string(&save(before)).unwrap();
        let saved: SavedPlan = serde_json::from_str(&text).unwrap();
        let moved = verify(&saved, &save(after)).err().unwrap_or_default();
        moved.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_has_moved() {
        assert!(moved(&Lab::running(), &Lab::running()).is_empty());
        assert!(moved(&Lab::fresh(), &Lab::fresh()).is_empty());
    }

    #[test]
    fn everything_that_moved_is_named() {
        let mut after = Lab::running();
        after.live("Service")["metadata"]["resourceVersion"] = json!("101");
        after.live("Ingress")["metadata"]["uid"] = json!("another");
        after.remove("Deployment");
        known(&mut after.aws.profiles)[0].created_at = Some("2026-11-24T00:00:00Z".parse().unwrap());
        assert_eq!(
            moved(&Lab::running(), &after),
            [
                "profile/fargate-game-2048 was deleted and recreated",
                "service/service-2048 was changed",
                "ingress/ingress-2048 was deleted and recreated",
                "deployment/deployment-2048 was there and is missing now",
            ]
        );
        assert_eq!(
            moved(&Lab::fresh(), &Lab::running()).len(),
            7,
            "all but targets and proof"
        );
    }

    #[test]
    fn another_place_or_environment_is_named() {
        let mut after = Lab::running();
        after.site.account = "1".to_owned();
        let found = moved(&Lab::running(), &after);
        assert_eq!(found[0], "the account was 410691154611 and is now 1");
        let mut after = Lab::running();
        after.environment.app.image = "other".to_owned();
        after.render(None);
        assert_eq!(
            moved(&Lab::running(), &after),
            ["the environment, the templates or the flags have changed"]
        );
    }

    #[test]
    fn a_plan_for_another_server_is_refused() {
        let (saved, mut fresh) = (save(&Lab::fresh()), save(&Lab::fresh()));
        fresh.identity.server = Some("https://127.0.0.1:8443".to_owned());
        let moved = verify(&saved, &fresh).unwrap_err();
        assert_eq!(
            moved[0].to_string(),
            "the Kubernetes API was https://eks.example and is now https://127.0.0.1:8443"
        );
    }

    #[test]
    fn another_effect_of_the_same_things_is_named() {
        let mut after = Lab::running();
        known(&mut after.aws.profiles)[0].status = "CREATE_FAILED".into();
        assert_eq!(
            moved(&Lab::running(), &after),
            ["profile/fargate-game-2048: the plan was to leave it, now it is to replace it"]
        );
    }

    #[test]
    fn a_file_of_another_format_is_refused() {
        let mut saved = save(&Lab::fresh());
        saved.format = 2;
        let moved = verify(&saved, &save(&Lab::fresh())).unwrap_err();
        assert_eq!(moved[0].to_string(), "the plan file has format 2, this version reads 1");
    }
}
