//! The pods of a step, and where they are.

use std::net::Ipv4Addr;

use super::painter::DrawnLine;
use crate::event::PodSubnet;
use crate::lang::{Language, Text, text};
use crate::model::{PodStage, PodState, is_within, short_node_name};
use crate::report::style::{Tone, cut, pad};

/// Columns of a pod's own part of its name.
const OWN: usize = 5;
/// Columns of how far it is.
const STAGE: usize = 26;
/// From this width on the whole place is shown, below it node and zone.
const WIDE: usize = 100;

/// A line for each pod.
pub(super) fn lines(pods: &[PodState], subnets: &[PodSubnet], columns: usize, language: Language) -> Vec<DrawnLine> {
    let line = |pod: &PodState| {
        let stage = stage_of(pod.stage).said(language);
        let own = pad(own_part(&pod.name), OWN);
        let text = match place_of(pod, subnets, columns >= WIDE) {
            Some(place) => format!(
                "    {} {own} {} {}",
                sign(pod.stage),
                pad(&stage, STAGE),
                place.said(language)
            ),
            None => format!("    {} {own} {stage}", sign(pod.stage)),
        };
        DrawnLine {
            text: cut(&text, columns.saturating_sub(1)),
            tone: Some(if pod.stage == PodStage::Ready {
                Tone::Good
            } else {
                Tone::Faint
            }),
        }
    };
    pods.iter().map(line).collect()
}

fn stage_of(stage: PodStage) -> Text {
    match stage {
        PodStage::WaitsForNode => text!("pod-waits"),
        PodStage::PullsImage => text!("pod-pulls"),
        PodStage::Starts => text!("pod-starts"),
        PodStage::Ready => text!("pod-ready"),
        PodStage::Stops => text!("pod-stops"),
    }
}

fn sign(stage: PodStage) -> char {
    match stage {
        PodStage::WaitsForNode => '○',
        PodStage::PullsImage | PodStage::Starts => '◐',
        PodStage::Ready => '●',
        PodStage::Stops => '×',
    }
}

/// What tells it from other pods of its Deployment.
fn own_part(name: &str) -> &str {
    name.rsplit('-').next().unwrap_or(name)
}

/// The node, its zone and its subnet: a Fargate node's name has its address, which is its pod's, and that is in one subnet.
fn place_of(pod: &PodState, subnets: &[PodSubnet], whole: bool) -> Option<Text> {
    let node = pod.node.as_deref()?;
    let short = short_node_name(node);
    let address = pod.address.as_deref().and_then(|address| address.parse().ok());
    let address: Option<Ipv4Addr> = address.or_else(|| address_in(short));
    let subnet = address.and_then(|address| subnets.iter().find(|subnet| is_within(&subnet.cidr, address)));
    Some(match subnet {
        Some(subnet) if whole => text!("pod-place", node = short, zone = &subnet.zone, subnet = &subnet.id),
        Some(subnet) => Text::verbatim(format!("{short} {}", subnet.zone)),
        None => Text::verbatim(short.to_owned()),
    })
}

/// The address in a name such as `fargate-ip-10-11-64-72`.
fn address_in(name: &str) -> Option<Ipv4Addr> {
    let (_, address) = name.split_once("ip-")?;
    address.replace('-', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, stage: PodStage, node: Option<&str>) -> PodState {
        PodState {
            name: format!("deployment-2048-568bb7bb97-{name}"),
            stage,
            node: node.map(str::to_owned),
            address: None,
        }
    }

    #[test]
    fn a_pod_is_shown_with_node_zone_and_subnet() {
        let subnets = [
            ("subnet-a", "ap-northeast-2a", "10.11.64.0/20"),
            ("subnet-b", "ap-northeast-2b", "10.11.80.0/20"),
        ];
        let subnets = subnets.map(|(id, zone, cidr)| PodSubnet {
            id: id.to_owned(),
            zone: zone.to_owned(),
            cidr: cidr.to_owned(),
        });
        let pods = [
            pod("5dsc2", PodStage::WaitsForNode, None),
            pod(
                "8djvg",
                PodStage::PullsImage,
                Some("fargate-ip-10-11-93-229.ap-northeast-2.compute.internal"),
            ),
            pod(
                "ds228",
                PodStage::Ready,
                Some("fargate-ip-10-11-64-72.ap-northeast-2.compute.internal"),
            ),
            pod("x7xk2", PodStage::Stops, Some("i-0a1b2c")),
        ];
        let shown = |language| {
            let lines = lines(&pods, &subnets, 120, language);
            lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")
        };
        insta::assert_snapshot!(shown(Language::English), @r"
        ○ 5dsc2 waits for its Fargate node
        ◐ 8djvg pulls its image            fargate-ip-10-11-93-229 in ap-northeast-2b, subnet-b
        ● ds228 ready                      fargate-ip-10-11-64-72 in ap-northeast-2a, subnet-a
        × x7xk2 stops, its node goes too   i-0a1b2c
        ");
        assert_eq!(
            shown(Language::Korean).lines().nth(1),
            Some("    ◐ 8djvg 이미지 가져오는 중         ap-northeast-2b, subnet-b의 fargate-ip-10-11-93-229")
        );
    }
}
