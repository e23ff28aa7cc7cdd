//! What can be learned while something is awaited: what that is, and the chapter's considerations, one after the other.

use super::painter::DrawnLine;
use crate::event::Place;
use crate::lang::{Language, Text, text};
use crate::model::{NodeId, NodeKind, TargetKind};
use crate::report::style::{Tone, cut, wrap};
use unicode_width::UnicodeWidthStr;

/// Redraws between one consideration and the next: twenty seconds of the reader's.
const TURN: usize = 160;

/// What is awaited.
pub(super) struct Awaited<'a> {
    pub(super) node: &'a NodeId,
    /// Whether it is to be gone.
    pub(super) goes: bool,
    /// Whether it only gets smaller.
    pub(super) shrinks: bool,
}

/// Where it is awaited.
pub(super) struct Scene<'a> {
    pub(super) place: &'a Place,
    pub(super) namespace: Option<&'a str>,
}

/// Lines about what is awaited, and a consideration.
pub(super) fn lines(
    awaited: &Awaited<'_>,
    scene: &Scene<'_>,
    frame: usize,
    columns: usize,
    language: Language,
) -> Vec<DrawnLine> {
    let room = columns.saturating_sub(5);
    let said = |text: Text| wrap(&text.said(language), room);
    let mut lines: Vec<String> = about(awaited, scene).map(said).unwrap_or_default();
    let look = look(awaited, scene).map(|command| text!("about-look", command = command).said(language));
    // A command is there to be copied: in one piece, or not at all.
    lines.extend(look.filter(|look| look.width() <= room));
    lines.extend(said(tip(frame / TURN)));
    let line = |line: &String| DrawnLine {
        text: cut(&format!("  │ {line}"), columns.saturating_sub(1)),
        tone: Some(Tone::Faint),
    };
    lines.iter().map(line).collect()
}

/// What it is that is awaited.
fn about(awaited: &Awaited<'_>, scene: &Scene<'_>) -> Option<Text> {
    Some(match (&awaited.node.kind, awaited.goes) {
        (NodeKind::Profile, false) => text!(
            "about-profile",
            namespace = scene.namespace.unwrap_or(&awaited.node.name)
        ),
        (NodeKind::Profile, true) => text!("about-profile-gone"),
        (NodeKind::LoadBalancer, false) => text!("about-balancer"),
        (NodeKind::LoadBalancer, true) => text!("about-balancer-gone"),
        (NodeKind::Ingress, false) => text!("about-ingress"),
        (NodeKind::Ingress, true) => text!("about-ingress-gone"),
        (NodeKind::Deployment, false) if awaited.shrinks => text!("about-deployment-fewer"),
        (NodeKind::Deployment, false) => text!("about-deployment"),
        (NodeKind::Deployment, true) => text!("about-deployment-gone"),
        (NodeKind::Targets, false) => text!("about-targets"),
        (NodeKind::Namespace, true) => text!("about-namespace-gone"),
        (NodeKind::Proof, false) => text!("about-proof"),
        _ => return None,
    })
}

/// A command that shows it, from another terminal.
fn look(awaited: &Awaited<'_>, scene: &Scene<'_>) -> Option<String> {
    let Place {
        cluster,
        region,
        target,
        ..
    } = scene.place;
    let namespace = scene.namespace?;
    let command = match &awaited.node.kind {
        NodeKind::Profile => format!(
            "aws eks describe-fargate-profile --cluster-name {cluster} --fargate-profile-name {} --region {region}",
            awaited.node.name
        ),
        NodeKind::LoadBalancer | NodeKind::Targets => format!("kubectl -n {namespace} get targetgroupbindings"),
        NodeKind::Ingress => format!("kubectl -n {namespace} describe ingress {}", awaited.node.name),
        NodeKind::Deployment => format!("kubectl -n {namespace} get pods -o wide"),
        _ => return None,
    };
    Some(match target {
        TargetKind::Sandbox => format!("`lab2048 sandbox shell -- {command}`"),
        TargetKind::Aws => format!("`{command}`"),
    })
}

/// A consideration of the chapter.
fn tip(turn: usize) -> Text {
    const ALL: usize = 18;
    let id = format!("C{}", turn % ALL + 1);
    let words = Text::new(format!("tip-{id}"));
    text!("tip", id = id, text = words)
}
