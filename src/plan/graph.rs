//! What must come before what, as the dispatcher needs it.
//!
//! A graph is made of nodes, each with the goal it is taken to, and of the [`Edge`]s of a plan. For every node it
//! knows the [`Need`]s: which other node must have reached which [`Milestone`] first. It holds no state of a run: the
//! caller reports what has been reached and asks what still blocks a node ([`Graph::why_blocked`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Goal, NodeId};
use crate::stack::{Edge, EdgeKind};

/// How far a node has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Milestone {
    /// Its API has accepted its change (for a deletion: the delete call).
    Applied,
    /// It works: its wait for readiness is over. A node without a wait is there as soon as it is applied; what is held is
    /// there when it has been given back.
    Ready,
    /// It is gone: its wait for absence is over. A node without a wait is there as soon as it is applied.
    Gone,
}

impl Milestone {
    /// What an edge demands of its first node, which is taken to `goal`.
    ///
    /// Things that are removed hold back what comes after them until they are gone; only what they make disappear by
    /// themselves (the ALB of an Ingress) is watched from the moment the delete call was accepted.
    pub fn of(kind: EdgeKind, goal: Goal) -> Self {
        match (kind, goal) {
            (EdgeKind::Yields, _) | (EdgeKind::Applied, Goal::Ready) => Self::Applied,
            (EdgeKind::Ready, Goal::Ready) => Self::Ready,
            (EdgeKind::Ready | EdgeKind::Applied, Goal::Gone) => Self::Gone,
        }
    }

    /// The word shown to users.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ready => "ready",
            Self::Gone => "gone",
        }
    }
}

/// One condition for a node to start.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Need {
    /// The node that comes first.
    pub node: NodeId,
    /// How far it must have come.
    pub milestone: Milestone,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.node, self.milestone.word())
    }
}

/// Nodes that wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these wait for each other: {}", path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" -> "))]
pub struct CycleError {
    /// The circle, the first node repeated at the end; each waits for the one before it.
    pub path: Vec<NodeId>,
}

/// Nodes in an order in which they can be changed, each with what it needs first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    order: Vec<NodeId>,
    needs: BTreeMap<NodeId, Vec<Need>>,
}

impl Graph {
    /// Orders `nodes` by `edges`; among nodes that could come next, the one named first comes first.
    ///
    /// Edges with an end outside `nodes` are ignored: what is not part of a plan holds nothing back.
    pub fn new(edges: &[Edge], nodes: &[(NodeId, Goal)]) -> Result<Self, CycleError> {
        let goals: BTreeMap<&NodeId, Goal> = nodes.iter().map(|(id, goal)| (id, *goal)).collect();
        let mut needs: BTreeMap<NodeId, Vec<Need>> = nodes.iter().map(|(id, _)| (id.clone(), Vec::new())).collect();
        for edge in edges {
            let (Some(goal), Some(list)) = (goals.get(&edge.before), needs.get_mut(&edge.after)) else {
                continue;
            };
            let need = Need {
                node: edge.before.clone(),
                milestone: Milestone::of(edge.kind, *goal),
            };
            if !list.contains(&need) {
                list.push(need);
            }
        }
        for list in needs.values_mut() {
            list.sort();
        }
        let order = topological(nodes, &needs)?;
        Ok(Self { order, needs })
    }

    /// The same without nodes that have nothing to do: what they need is needed by those that need them.
    #[must_use]
    pub fn without(mut self, idle: &BTreeSet<&NodeId>) -> Self {
        // In order, so that what a node passes on is complete when it is asked for.
        for id in &self.order {
            let needs = self.needs.get(id).cloned().unwrap_or_default();
            let mut passed_on: Vec<Need> = Vec::new();
            for need in needs {
                match self.needs.get(&need.node).filter(|_| idle.contains(&need.node)) {
                    Some(behind) => passed_on.extend(behind.iter().cloned()),
                    None => passed_on.push(need),
                }
            }
            passed_on.sort();
            passed_on.dedup();
            self.needs.insert(id.clone(), passed_on);
        }
        self.order.retain(|id| !idle.contains(id));
        self.needs.retain(|id, _| !idle.contains(id));
        self
    }

    /// All nodes, each after everything it needs.
    pub fn nodes(&self) -> &[NodeId] {
        &self.order
    }

    /// What `id` needs before it may start; nothing for a node that is not in the graph.
    pub fn needs(&self, id: &NodeId) -> &[Need] {
        self.needs.get(id).map_or(&[], Vec::as_slice)
    }

    /// The nodes that need `id` directly, in order.
    pub fn dependants<'a>(&'a self, id: &'a NodeId) -> impl Iterator<Item = &'a NodeId> + 'a {
        self.order
            .iter()
            .filter(move |other| self.needs(other).iter().any(|need| &need.node == id))
    }

    /// Everything that needs `id`, directly or through others, in order: what must be skipped when `id` fails.
    pub fn downstream(&self, id: &NodeId) -> Vec<&NodeId> {
        let mut reached = BTreeSet::from([id]);
        let mut found = Vec::new();
        for node in &self.order {
            if self.needs(node).iter().any(|need| reached.contains(&need.node)) {
                reached.insert(node);
                found.push(node);
            }
        }
        found
    }

    /// The needs of `id` that are not met yet.
    pub fn why_blocked(&self, id: &NodeId, reached: impl Fn(&NodeId, Milestone) -> bool) -> Vec<&Need> {
        self.needs(id)
            .iter()
            .filter(|need| !reached(&need.node, need.milestone))
            .collect()
    }
}

impl fmt::Display for Graph {
    /// One line a node, in order: `service/s <- namespace/n applied`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, id) in self.order.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{id}")?;
            for (j, need) in self.needs(id).iter().enumerate() {
                write!(f, "{}{need}", if j == 0 { " <- " } else { ", " })?;
            }
        }
        Ok(())
    }
}

/// Repeatedly takes the first node whose needs have all been taken.
fn topological(nodes: &[(NodeId, Goal)], needs: &BTreeMap<NodeId, Vec<Need>>) -> Result<Vec<NodeId>, CycleError> {
    let mut taken = BTreeSet::new();
    let mut order = Vec::with_capacity(needs.len());
    while order.len() < needs.len() {
        let next = nodes
            .iter()
            .map(|(id, _)| id)
            .find(|id| !taken.contains(id) && needs[*id].iter().all(|need| taken.contains(&need.node)));
        let Some(id) = next else {
            return Err(CycleError {
                path: circle(needs, &taken),
            });
        };
        taken.insert(id);
        order.push(id.clone());
    }
    Ok(order)
}

/// Walks from a node that was left over to one it waits for, until it meets a node again.
fn circle(needs: &BTreeMap<NodeId, Vec<Need>>, taken: &BTreeSet<&NodeId>) -> Vec<NodeId> {
    let mut walk: Vec<&NodeId> = Vec::new();
    let mut next = needs.keys().find(|id| !taken.contains(id));
    while let Some(id) = next {
        if let Some(start) = walk.iter().position(|seen| *seen == id) {
            walk.drain(..start);
            walk.push(id);
            break;
        }
        walk.push(id);
        next = needs[id]
            .iter()
            .map(|need| &need.node)
            .find(|other| !taken.contains(other));
    }
    walk.into_iter().rev().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> NodeId {
        text.parse().unwrap()
    }

    fn edge(before: &str, after: &str, kind: EdgeKind) -> Edge {
        Edge {
            before: id(before),
            after: id(after),
            kind,
        }
    }

    fn nodes(goal: Goal, names: &[&str]) -> Vec<(NodeId, Goal)> {
        names.iter().map(|name| (id(name), goal)).collect()
    }

    fn lab() -> Graph {
        let edges = [
            edge("role/r", "profile/p", EdgeKind::Ready),
            edge("profile/p", "deployment/d", EdgeKind::Ready),
            edge("namespace/n", "deployment/d", EdgeKind::Applied),
            edge("namespace/n", "ingress/i", EdgeKind::Applied),
            edge("ingress/i", "balancer/b", EdgeKind::Yields),
            edge("ingress/i", "elsewhere/x", EdgeKind::Ready),
        ];
        let names = [
            "deployment/d",
            "balancer/b",
            "ingress/i",
            "namespace/n",
            "profile/p",
            "role/r",
        ];
        Graph::new(&edges, &nodes(Goal::Ready, &names)).unwrap()
    }

    #[test]
    fn text_has_the_order_and_the_needs() {
        insta::assert_snapshot!(lab(), @r"
        namespace/n
        ingress/i <- namespace/n applied
        balancer/b <- ingress/i applied
        role/r
        profile/p <- role/r ready
        deployment/d <- profile/p ready, namespace/n applied
        ");
    }

    #[test]
    fn what_is_removed_must_be_gone_except_what_it_yields() {
        let edges = [
            edge("ingress/i", "balancer/b", EdgeKind::Yields),
            edge("balancer/b", "service/s", EdgeKind::Ready),
            edge("service/s", "namespace/n", EdgeKind::Applied),
        ];
        let names = ["namespace/n", "service/s", "balancer/b", "ingress/i"];
        let graph = Graph::new(&edges, &nodes(Goal::Gone, &names)).unwrap();
        insta::assert_snapshot!(graph, @r"
        ingress/i
        balancer/b <- ingress/i applied
        service/s <- balancer/b gone
        namespace/n <- service/s gone
        ");
    }

    #[test]
    fn what_blocks_a_node_and_what_it_blocks() {
        let graph = lab();
        let names = |list: Vec<&NodeId>| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let reached = |node: &NodeId, milestone| *node == id("namespace/n") && milestone == Milestone::Applied;
        let blocked: Vec<_> = graph
            .why_blocked(&id("deployment/d"), reached)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(blocked, ["profile/p ready"]);
        assert_eq!(names(graph.downstream(&id("role/r"))), "profile/p deployment/d");
        assert_eq!(
            names(graph.dependants(&id("namespace/n")).collect()),
            "ingress/i deployment/d"
        );
    }

    #[test]
    fn a_node_that_has_nothing_to_do_passes_on_what_it_needs() {
        let [profile, ingress, namespace] = ["profile/p", "ingress/i", "namespace/n"].map(id);
        let idle = BTreeSet::from([&profile, &ingress, &namespace]);
        insta::assert_snapshot!(lab().without(&idle), @r"
        balancer/b
        role/r
        deployment/d <- role/r ready
        ");
        let idle = BTreeSet::from([&profile, &ingress]);
        insta::assert_snapshot!(lab().without(&idle), @r"
        namespace/n
        balancer/b <- namespace/n applied
        role/r
        deployment/d <- role/r ready, namespace/n applied
        ");
    }

    #[test]
    fn a_circle_is_named() {
        let edges = [
            edge("a/1", "b/1", EdgeKind::Ready),
            edge("b/1", "c/1", EdgeKind::Ready),
            edge("c/1", "b/1", EdgeKind::Applied),
        ];
        let error = Graph::new(&edges, &nodes(Goal::Ready, &["a/1", "b/1", "c/1"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "these wait for each other: b/1 -> c/1 -> b/1",
            "each waits for the one before it"
        );
    }
}
