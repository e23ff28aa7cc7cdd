//! What is in the drawing: who stands where, and how each is, free of where it is drawn.

use std::collections::BTreeMap;

use super::words::{Words, fill};
use crate::event::Place;
use crate::model::{AlbState, Egress, LoadBalancer, Observed, Scheme, Target, short_node_name};
use crate::report::status::{NodeRow, PodRow, Site, StatusReport};
use crate::report::words::count;

/// How something is: a colour's class, a sign for who sees none, and the word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) tone: &'static str,
    pub(super) sign: &'static str,
    pub(super) word: String,
}

impl Mark {
    pub(super) fn good(word: &str) -> Self {
        Self::of("good", "✓", word)
    }

    pub(super) fn bad(word: &str) -> Self {
        Self::of("bad", "✗", word)
    }

    pub(super) fn care(word: &str) -> Self {
        Self::of("care", "…", word)
    }

    pub(super) fn warning(word: &str) -> Self {
        Self::of("care", "!", word)
    }

    pub(super) fn unknown(word: &str) -> Self {
        Self::of("care", "?", word)
    }

    fn of(tone: &'static str, sign: &'static str, word: &str) -> Self {
        Self {
            tone,
            sign,
            word: word.to_owned(),
        }
    }
}

/// The lab from outside to inside.
pub(super) struct Scene {
    /// Where requests come from.
    pub(super) source: &'static str,
    pub(super) door: Door,
    pub(super) vpc: String,
    pub(super) zones: Vec<Zone>,
    /// What is said where there is no zone.
    pub(super) empty: Option<&'static str>,
    /// All of it in a sentence.
    pub(super) desc: String,
}

/// The load balancer.
pub(super) struct Door {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) state: Mark,
    pub(super) lines: Vec<String>,
}

/// A zone.
pub(super) struct Zone {
    pub(super) name: String,
    pub(super) has_balancer: bool,
    pub(super) blocks: Vec<Block>,
}

/// A subnet, or the place of who is in none.
pub(super) struct Block {
    pub(super) class: &'static str,
    pub(super) title: String,
    pub(super) lines: Vec<String>,
    pub(super) has_balancer: bool,
    pub(super) seats: Vec<Seat>,
    pub(super) notes: Vec<String>,
}

/// A node with its pod.
pub(super) struct Seat {
    pub(super) title: String,
    pub(super) node_name: String,
    pub(super) node: Mark,
    pub(super) pod_name: String,
    pub(super) pod_note: String,
    pub(super) pod: Mark,
    pub(super) target_name: String,
    pub(super) target: Mark,
}

/// Pods of a subnet that are drawn.
const SEATS: usize = 12;

/// What a lab as it was seen looks like.
pub(super) fn scene(status: &StatusReport, place: &Place, w: &Words) -> Scene {
    let sites = &status.surroundings.sites;
    let mut homes: BTreeMap<Option<&str>, Vec<&PodRow>> = BTreeMap::new();
    for pod in &status.pods {
        let home = home_of(pod, sites).map(|site| site.id.as_str());
        homes.entry(home).or_default().push(pod);
    }
    let mut zones: Vec<Zone> = Vec::new();
    for site in sites {
        let name = site.zone.as_deref().unwrap_or(w.zone_unread);
        let pods = homes.get(&Some(site.id.as_str())).map_or(&[][..], Vec::as_slice);
        let block = block(site, pods, status, w);
        match zones.iter_mut().find(|zone| zone.name == name) {
            Some(zone) => zone.blocks.push(block),
            None => zones.push(Zone {
                name: name.to_owned(),
                has_balancer: false,
                blocks: vec![block],
            }),
        }
    }
    for zone in &mut zones {
        zone.blocks.sort_by_key(|block| !block.has_balancer);
        zone.has_balancer = zone.blocks.iter().any(|block| block.has_balancer);
    }
    if let Some(pods) = homes.get(&None) {
        zones.push(Zone {
            name: w.elsewhere.to_owned(),
            has_balancer: false,
            blocks: vec![seated("elsewhere", Vec::new(), pods, status, w)],
        });
    }
    let balancer = status.balancer.as_ref();
    let source = match balancer.map(|balancer| balancer.scheme) {
        Some(Scheme::Internal) => w.vpc_clients,
        _ => w.internet,
    };
    let door = door(status, w);
    Scene {
        desc: desc(status, source, &door, w),
        source,
        door,
        vpc: fill(w.vpc, &[("cluster", &place.cluster)]),
        empty: zones.is_empty().then_some(w.no_subnets),
        zones,
    }
}

/// The subnet that a pod is in: that whose addresses have the pod's.
pub(super) fn home_of<'a>(pod: &PodRow, sites: &'a [Site]) -> Option<&'a Site> {
    let address = pod.ip.as_deref()?;
    sites.iter().find(|site| site.has_pods && site.holds(address))
}

fn desc(status: &StatusReport, source: &str, door: &Door, w: &Words) -> String {
    let subnets: Vec<String> = status
        .surroundings
        .sites
        .iter()
        .map(|site| format!("{} {} ({})", kind_of(site, w), site.id, route_of(site, w)))
        .collect();
    let own = |node: &&NodeRow| status.pods.iter().any(|pod| pod.node.as_ref() == Some(&node.name));
    let nodes = status.nodes.iter().filter(|node| node.fargate).filter(own).count();
    fill(
        w.desc,
        &[
            ("source", source),
            ("balancer", &format!("{} ({})", door.title, door.state.word)),
            ("subnets", &subnets.join("; ")),
            ("nodes", &count(nodes, "Fargate node")),
            ("targets", &targets_of(status, w)),
        ],
    )
}

/// How many of the targets are healthy.
pub(super) fn targets_of(status: &StatusReport, w: &Words) -> String {
    let counts = status.balancer.as_ref().map(LoadBalancer::targets).unwrap_or_default();
    let wanted = status.targets_wanted.unwrap_or(counts.registered);
    fill(
        w.targets,
        &[
            ("healthy", &counts.healthy.to_string()),
            ("wanted", &wanted.to_string()),
        ],
    )
}

fn door(status: &StatusReport, w: &Words) -> Door {
    let Some(balancer) = &status.balancer else {
        // What could not be read may be there.
        let unread = status.unknown.iter().any(|what| what.starts_with("load balancer"));
        let (word, state) = if unread {
            (w.alb_unread, Mark::unknown(w.not_known))
        } else {
            (w.alb_none, Mark::care(""))
        };
        return Door {
            name: w.alb.to_owned(),
            title: format!("{}: {word}", w.alb),
            state,
            lines: vec![word.to_owned()],
        };
    };
    let state = match &balancer.state {
        AlbState::Active => Mark::good(balancer.state.as_str()),
        AlbState::Failed => Mark::bad(balancer.state.as_str()),
        other => Mark::care(other.as_str()),
    };
    let listeners: Vec<String> = balancer
        .listeners
        .iter()
        .filter(|listener| listener.forwarding_rules > 0 || status.shared_with.is_empty())
        .map(|listener| format!("{} {}", listener.protocol, listener.port))
        .collect();
    let facts = [balancer.scheme.word().to_owned(), listeners.join(", ")];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let name = balancer.name.clone();
    let mut lines = vec![
        name,
        facts.join(" · "),
        targets_of(status, w),
        balancer.dns_name.clone(),
    ];
    lines.extend(balancer.reason.clone());
    if balancer.subnets.is_empty() {
        lines.push(w.alb_subnets_unread.to_owned());
    }
    Door {
        name: w.alb.to_owned(),
        title: format!("{} {}", w.alb, balancer.name),
        state,
        lines,
    }
}

/// Whether a subnet is public or private, as far as its route tells.
pub(super) fn kind_of(site: &Site, w: &Words) -> String {
    let kind = match &site.egress {
        Observed::Known(Egress::InternetGateway(_)) => w.public,
        Observed::Known(_) => w.private,
        Observed::Unknown(_) | Observed::NotAsked => return w.subnet.to_owned(),
    };
    format!("{kind} {}", w.subnet)
}

/// Where a subnet's requests to the internet go.
pub(super) fn route_of(site: &Site, w: &Words) -> String {
    let to = |id: &str| format!("0.0.0.0/0 → {id}");
    match &site.egress {
        Observed::Known(Egress::InternetGateway(id) | Egress::Nat(id) | Egress::Other(id)) => to(id),
        Observed::Known(Egress::BrokenNat(id, why)) => {
            format!("{} {}", to(id), fill(w.nat_broken, &[("why", &why.to_string())]))
        }
        Observed::Known(Egress::UnreadNat(id, why)) => format!("{} ({})", to(id), fill(w.nat_unread, &[("why", why)])),
        Observed::Known(Egress::None) => w.no_route.to_owned(),
        Observed::Unknown(why) => fill(w.route_unread, &[("why", why)]),
        Observed::NotAsked => w.route_not_asked.to_owned(),
    }
}

fn block(site: &Site, pods: &[&PodRow], status: &StatusReport, w: &Words) -> Block {
    let class = match &site.egress {
        Observed::Known(Egress::InternetGateway(_)) => "public",
        Observed::Known(_) => "private",
        Observed::Unknown(_) | Observed::NotAsked => "unread",
    };
    let kind = kind_of(site, w);
    let named = match &site.cidr {
        Some(cidr) => format!("{kind} · {cidr}"),
        None => kind,
    };
    let lines = vec![named, site.id.clone(), route_of(site, w)];
    let mut block = seated(class, lines, pods, status, w);
    block.has_balancer = site.has_balancer;
    if site.has_balancer {
        block.notes.insert(0, w.alb_here.to_owned());
    }
    if site.has_pods && pods.is_empty() {
        block.notes.push(w.no_pod.to_owned());
    }
    block
}

/// A block with these pods, as many as are drawn.
fn seated(class: &'static str, lines: Vec<String>, pods: &[&PodRow], status: &StatusReport, w: &Words) -> Block {
    let more = pods.len().saturating_sub(SEATS);
    let note = (more > 0).then(|| fill(w.more_pods, &[("number", &more.to_string())]));
    Block {
        class,
        title: lines.join(", "),
        lines,
        has_balancer: false,
        seats: pods.iter().take(SEATS).map(|pod| seat(pod, status, w)).collect(),
        notes: note.into_iter().collect(),
    }
}

fn seat(pod: &PodRow, status: &StatusReport, w: &Words) -> Seat {
    let node = pod.node.as_deref();
    let node_name = match node {
        Some(name) => fill(w.node, &[("name", short_node_name(name))]),
        None => w.no_node.to_owned(),
    };
    let (target_name, target) = target_of(pod, status, w);
    let pod_name = fill(w.pod, &[("name", &pod.name)]);
    Seat {
        title: format!("{}, {pod_name}, {target_name}", node.unwrap_or(w.no_node)),
        node_name,
        node: node_mark(node, status, w),
        pod_name,
        pod_note: pod.ready.clone(),
        pod: pod_mark(pod),
        target_name,
        target,
    }
}

/// How a pod's node is.
pub(super) fn node_mark(node: Option<&str>, status: &StatusReport, w: &Words) -> Mark {
    let Some(name) = node else { return Mark::care("") };
    match status.nodes.iter().find(|row| row.name == name) {
        Some(row) if row.status == "Ready" => Mark::good(&row.status),
        Some(row) => Mark::bad(&row.status),
        None => Mark::unknown(w.node_unread),
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
        other => Mark::bad(other),
    }
}

/// The target that a pod is, and how the load balancer finds it.
pub(super) fn target_of(pod: &PodRow, status: &StatusReport, w: &Words) -> (String, Mark) {
    let groups = status.balancer.iter().flat_map(|balancer| &balancer.target_groups);
    let mut targets = groups.flat_map(|group| &group.targets);
    let own = |target: &&Target| pod.ip.as_deref() == Some(target.id.as_str());
    let Some(target) = targets.find(own) else {
        return (w.no_target.to_owned(), Mark::care(""));
    };
    let name = fill(w.target, &[("address", &format!("{}:{}", target.id, target.port))]);
    let mark = if target.state.is_healthy() {
        Mark::good(target.state.as_str())
    } else if target.state.as_str() == "unhealthy" {
        Mark::bad(target.state.as_str())
    } else {
        Mark::care(target.state.as_str())
    };
    (name, mark)
}
