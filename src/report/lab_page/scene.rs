//! What is in the drawing: who stands where, and how each is, free of where it is drawn.

use std::collections::BTreeMap;

use crate::event::Place;
use crate::lang::{Text, text};
use crate::model::{AlbState, Egress, LoadBalancer, NatFault, Observed, Scheme, Target, TargetState, short_node_name};
use crate::report::status::{NodeRow, PodRow, Site, StatusReport};

/// How something is: a colour's class, a sign for who sees none, and the word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) tone: &'static str,
    pub(super) sign: &'static str,
    pub(super) word: Text,
}

impl Mark {
    pub(super) fn good(word: impl Into<Text>) -> Self {
        Self::of("good", "✓", word.into())
    }

    pub(super) fn bad(word: impl Into<Text>) -> Self {
        Self::of("bad", "✗", word.into())
    }

    pub(super) fn care(word: impl Into<Text>) -> Self {
        Self::of("care", "…", word.into())
    }

    pub(super) fn warning(word: impl Into<Text>) -> Self {
        Self::of("care", "!", word.into())
    }

    pub(super) fn unknown(word: impl Into<Text>) -> Self {
        Self::of("care", "?", word.into())
    }

    fn of(tone: &'static str, sign: &'static str, word: Text) -> Self {
        Self { tone, sign, word }
    }
}

/// The lab from outside to inside.
pub(super) struct Scene {
    /// Where requests come from.
    pub(super) source: Text,
    pub(super) door: Door,
    pub(super) vpc: Text,
    pub(super) zones: Vec<Zone>,
    /// What is said where there is no zone.
    pub(super) empty: Option<Text>,
    /// All of it in a sentence.
    pub(super) desc: Text,
}

/// The load balancer.
pub(super) struct Door {
    pub(super) name: Text,
    pub(super) title: Text,
    pub(super) state: Mark,
    pub(super) lines: Vec<Text>,
}

/// A zone.
pub(super) struct Zone {
    pub(super) name: Text,
    pub(super) has_balancer: bool,
    pub(super) blocks: Vec<Block>,
}

impl Zone {
    /// Those of the load balancer come first.
    fn of(name: Text, mut blocks: Vec<Block>) -> Self {
        blocks.sort_by_key(|block| !block.has_balancer);
        Self {
            name,
            has_balancer: blocks.iter().any(|block| block.has_balancer),
            blocks,
        }
    }
}

/// A subnet, or the place of who is in none.
pub(super) struct Block {
    pub(super) class: &'static str,
    pub(super) title: Text,
    pub(super) lines: Vec<Text>,
    pub(super) has_balancer: bool,
    pub(super) seats: Vec<Seat>,
    pub(super) notes: Vec<Text>,
}

/// A node with its pod.
pub(super) struct Seat {
    pub(super) title: Text,
    pub(super) node_name: Text,
    pub(super) node: Mark,
    pub(super) pod_name: Text,
    pub(super) pod_note: Text,
    pub(super) pod: Mark,
    pub(super) target_name: Text,
    pub(super) target: Mark,
}

/// Pods of a subnet that are drawn.
const SEATS: usize = 12;
/// What AWS calls the load balancer.
const ALB: &str = "Application Load Balancer";

/// A word of AWS or Kubernetes, which is the same in every language.
fn theirs(word: &str) -> Text {
    Text::verbatim(word.to_owned())
}

/// What a lab as it was seen looks like.
pub(super) fn scene(status: &StatusReport, place: &Place) -> Scene {
    let sites = &status.surroundings.sites;
    let mut homes: BTreeMap<Option<&str>, Vec<&PodRow>> = BTreeMap::new();
    for pod in &status.pods {
        let home = home_of(pod, sites).map(|site| site.id.as_str());
        homes.entry(home).or_default().push(pod);
    }
    let mut blocks: Vec<(Option<&str>, Vec<Block>)> = Vec::new();
    for site in sites {
        let zone = site.zone.as_deref();
        let pods = homes.get(&Some(site.id.as_str())).map_or(&[][..], Vec::as_slice);
        let block = block(site, pods, status);
        match blocks.iter_mut().find(|(known, _)| *known == zone) {
            Some((_, blocks)) => blocks.push(block),
            None => blocks.push((zone, vec![block])),
        }
    }
    let zone = |(name, blocks): (Option<&str>, Vec<Block>)| {
        let name = name.map_or_else(|| text!("page-zone-unread"), theirs);
        Zone::of(name, blocks)
    };
    let mut zones: Vec<Zone> = blocks.into_iter().map(zone).collect();
    if let Some(pods) = homes.get(&None) {
        let block = seated("elsewhere", Vec::new(), pods, status);
        zones.push(Zone::of(text!("page-elsewhere"), vec![block]));
    }
    let balancer = status.balancer.as_ref();
    let source = match balancer.map(|balancer| balancer.scheme) {
        Some(Scheme::Internal) => text!("page-vpc-clients"),
        _ => text!("page-internet"),
    };
    let door = door(status);
    Scene {
        desc: desc(status, &source, &door),
        source,
        door,
        vpc: text!("page-vpc", cluster = &place.cluster),
        empty: zones.is_empty().then(|| text!("page-no-subnets")),
        zones,
    }
}

/// The subnet that a pod is in: that whose addresses have the pod's.
pub(super) fn home_of<'a>(pod: &PodRow, sites: &'a [Site]) -> Option<&'a Site> {
    let address = pod.ip.as_deref()?;
    sites.iter().find(|site| site.has_pods && site.holds(address))
}

fn desc(status: &StatusReport, source: &Text, door: &Door) -> Text {
    let subnets = status.surroundings.sites.iter().map(|site| {
        text!(
            "page-desc-subnet",
            kind = kind_of(site),
            id = &site.id,
            route = route_of(site),
        )
    });
    let own = |node: &&NodeRow| status.pods.iter().any(|pod| pod.node.as_ref() == Some(&node.name));
    let nodes = status.nodes.iter().filter(|node| node.fargate).filter(own).count();
    text!(
        "page-desc",
        source = source,
        balancer = &door.title,
        state = &door.state.word,
        subnets = Text::list(subnets, "; "),
        nodes = text!("page-fargate-nodes", count = nodes),
        targets = targets_of(status),
    )
}

/// How many of the targets are healthy.
fn targets_of(status: &StatusReport) -> Text {
    let counts = status.balancer.as_ref().map(LoadBalancer::targets).unwrap_or_default();
    let wanted = status.targets_wanted.unwrap_or(counts.registered);
    text!("page-targets", healthy = counts.healthy, wanted = wanted)
}

fn door(status: &StatusReport) -> Door {
    let Some(balancer) = &status.balancer else {
        // What could not be read may be there.
        let unread = status.surroundings.balancer_unread;
        let (word, state) = if unread {
            (text!("page-alb-unread"), Mark::unknown(text!("page-not-known")))
        } else {
            (text!("page-alb-none"), Mark::care(""))
        };
        return Door {
            name: ALB.into(),
            title: Text::list([&theirs(ALB), &word], ": "),
            state,
            lines: vec![word],
        };
    };
    let word = theirs(balancer.state.as_str());
    let state = match &balancer.state {
        AlbState::Active => Mark::good(word),
        AlbState::Failed => Mark::bad(word),
        _ => Mark::care(word),
    };
    let listeners: Vec<String> = balancer
        .listeners
        .iter()
        .filter(|listener| listener.forwarding_rules > 0 || status.shared_with.is_empty())
        .map(|listener| format!("{} {}", listener.protocol, listener.port))
        .collect();
    let facts = [balancer.scheme.word().to_owned(), listeners.join(", ")];
    let facts = facts.into_iter().filter(|fact| !fact.is_empty());
    let mut lines = vec![
        theirs(&balancer.name),
        Text::list(facts, " · "),
        targets_of(status),
        theirs(&balancer.dns_name),
    ];
    lines.extend(balancer.reason.iter().map(Text::from));
    if balancer.subnets.is_empty() {
        lines.push(text!("page-alb-subnets-unread"));
    }
    Door {
        name: ALB.into(),
        title: theirs(&format!("{ALB} {}", balancer.name)),
        state,
        lines,
    }
}

/// Whether a subnet is public or private, as far as its route tells.
pub(super) fn kind_of(site: &Site) -> Text {
    match &site.egress {
        Observed::Known(Egress::InternetGateway(_)) => text!("page-public-subnet"),
        Observed::Known(_) => text!("page-private-subnet"),
        Observed::Unknown(_) | Observed::NotAsked => text!("page-subnet"),
    }
}

/// Where a subnet's requests to the internet go.
pub(super) fn route_of(site: &Site) -> Text {
    let to = |id: &str| theirs(&format!("0.0.0.0/0 → {id}"));
    match &site.egress {
        Observed::Known(Egress::InternetGateway(id) | Egress::Nat(id) | Egress::Other(id)) => to(id),
        Observed::Known(Egress::BrokenNat(id, fault)) => Text::list([to(id), broken(fault)], " "),
        Observed::Known(Egress::UnreadNat(id, why)) => text!("page-nat-unread", route = to(id), why = why),
        Observed::Known(Egress::None) => text!("page-no-route"),
        Observed::Unknown(why) => text!("page-route-unread", why = why),
        Observed::NotAsked => text!("page-route-not-asked"),
    }
}

/// Why a NAT gateway does not work.
fn broken(fault: &NatFault) -> Text {
    match fault {
        NatFault::Missing => text!("page-nat-missing"),
        NatFault::State(state, None) => text!("page-nat-state", state = state.as_str()),
        NatFault::State(state, Some(why)) => text!("page-nat-state-why", state = state.as_str(), why = why),
        NatFault::Private => text!("page-nat-private"),
        NatFault::BlackHole => text!("page-nat-black-hole"),
    }
}

fn block(site: &Site, pods: &[&PodRow], status: &StatusReport) -> Block {
    let class = match &site.egress {
        Observed::Known(Egress::InternetGateway(_)) => "public",
        Observed::Known(_) => "private",
        Observed::Unknown(_) | Observed::NotAsked => "unread",
    };
    let addresses = site.cidr.iter().map(Text::from);
    let named = Text::list([kind_of(site)].into_iter().chain(addresses), " · ");
    let lines = vec![named, theirs(&site.id), route_of(site)];
    let mut block = seated(class, lines, pods, status);
    block.has_balancer = site.has_balancer;
    if site.has_balancer {
        block.notes.insert(0, text!("page-alb-here"));
    }
    if site.has_pods && pods.is_empty() {
        block.notes.push(text!("page-no-pod"));
    }
    block
}

/// A block with these pods, as many as are drawn.
fn seated(class: &'static str, lines: Vec<Text>, pods: &[&PodRow], status: &StatusReport) -> Block {
    let more = pods.len().saturating_sub(SEATS);
    let note = (more > 0).then(|| text!("page-more-pods", count = more));
    Block {
        class,
        title: Text::list(&lines, ", "),
        lines,
        has_balancer: false,
        seats: pods.iter().take(SEATS).map(|pod| seat(pod, status)).collect(),
        notes: note.into_iter().collect(),
    }
}

fn seat(pod: &PodRow, status: &StatusReport) -> Seat {
    let node = pod.node.as_deref();
    let node_name = match node {
        Some(name) => text!("page-node", name = short_node_name(name)),
        None => text!("page-no-node"),
    };
    let (target_name, target) = target_of(pod, status);
    let pod_name = text!("page-pod", name = &pod.name);
    let whole_node = node.map_or_else(|| text!("page-no-node"), theirs);
    Seat {
        title: Text::list([&whole_node, &pod_name, &target_name], ", "),
        node_name,
        node: node_mark(node, status),
        pod_name,
        pod_note: theirs(&pod.ready),
        pod: pod_mark(pod),
        target_name,
        target,
    }
}

/// How a pod's node is.
pub(super) fn node_mark(node: Option<&str>, status: &StatusReport) -> Mark {
    let Some(name) = node else { return Mark::care("") };
    match status.nodes.iter().find(|row| row.name == name) {
        Some(row) if row.status == "Ready" => Mark::good(&row.status),
        Some(row) => Mark::bad(&row.status),
        None => Mark::unknown(text!("page-node-unread")),
    }
}

/// How a pod is.
pub(super) fn pod_mark(pod: &PodRow) -> Mark {
    let is_whole = pod
        .ready
        .split_once('/')
        .is_some_and(|(ready, all)| ready == all && all != "0");
    match pod.status.as_str() {
        "Running" if is_whole => Mark::good(&pod.status),
        "Running" | "Pending" | "ContainerCreating" | "PodInitializing" | "Terminating" => Mark::care(&pod.status),
        "Succeeded" | "Completed" => Mark::good(&pod.status),
        _ => Mark::bad(&pod.status),
    }
}

/// The target that a pod is, and how the load balancer finds it.
pub(super) fn target_of(pod: &PodRow, status: &StatusReport) -> (Text, Mark) {
    let groups = status.balancer.iter().flat_map(|balancer| &balancer.target_groups);
    let mut targets = groups.flat_map(|group| &group.targets);
    let own = |target: &&Target| pod.ip.as_deref() == Some(target.id.as_str());
    let Some(target) = targets.find(own) else {
        return (text!("page-no-target"), Mark::care(""));
    };
    let name = text!("page-target", address = format!("{}:{}", target.id, target.port));
    let word = theirs(target.state.as_str());
    let mark = if target.state.is_healthy() {
        Mark::good(word)
    } else if target.state == TargetState::Unhealthy {
        Mark::bad(word)
    } else {
        Mark::care(word)
    };
    (name, mark)
}
