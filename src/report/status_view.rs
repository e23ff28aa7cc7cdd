//! The state of a lab as people read it: a tree, pods and nodes as kubectl shows them.

use std::fmt::Write;

use super::status::{LabState, ProfileStatus, StatusReport, SubnetRow};
use super::style::{Labelled, Style, Tone, pad};
use super::{cost_view, nodes_view, plan_view, words};
use crate::model::{Balancer, Selector};

/// The whole report; `wide` adds columns and does not keep within the width.
pub fn text(report: &StatusReport, wide: bool, style: &Style) -> String {
    let mut tree = Tree {
        page: head(report, style),
        style,
    };
    if report.state == LabState::Absent {
        tree.page.push_str("There is nothing of the lab; `lab2048 apply` makes it.\n");
        tree.unknown(report);
        return tree.page;
    }
    if let Some(profile) = &report.profile {
        tree.profile(profile);
    }
    tree.objects(report);
    if let Some(balancer) = &report.balancer {
        tree.balancer(balancer);
    }
    tree.cost(report);
    tree.page.push_str(&nodes_view::tables(report, wide, style));
    tree.warnings(report);
    tree.unknown(report);
    if let Some(url) = &report.url {
        let _ = writeln!(tree.page, "\n{url}");
    }
    tree.page
}

fn head(report: &StatusReport, style: &Style) -> String {
    let (word, tone) = match report.state {
        LabState::Ready => ("ready", Tone::Good),
        LabState::Progressing => ("not ready", Tone::Care),
        LabState::Absent => ("absent", Tone::Faint),
    };
    let sandbox = if report.place.target == "sandbox" { " (sandbox)" } else { "" };
    let mut page = plan_view::heading(&report.lab, &report.place, style);
    let _ = writeln!(page, "{sandbox}: {}", style.paint(tone, word));
    if let Some(reason) = &report.reason {
        let labelled = Labelled {
            label: "because ",
            label_tone: None,
            tone: Some(Tone::Care),
            text: reason,
        };
        labelled.write(&mut page, style);
    }
    page
}

/// Columns of the label of an entry.
const LABEL: usize = 12;

/// The tree as far as it is written.
struct Tree<'a> {
    page: String,
    style: &'a Style,
}

impl Tree<'_> {
    fn entry(&mut self, label: &str, value: &str) {
        self.toned(label, None, value);
    }

    fn toned(&mut self, label: &str, tone: Option<Tone>, value: &str) {
        let labelled = Labelled {
            label: &pad(label, LABEL),
            label_tone: None,
            tone,
            text: value,
        };
        labelled.write(&mut self.page, self.style);
    }

    fn profile(&mut self, profile: &ProfileStatus) {
        let tone = if profile.status == "ACTIVE" { Tone::Good } else { Tone::Care };
        let status = self.style.paint(tone, &profile.status);
        let _ = writeln!(self.page, "{}{}  {status}", pad("profile", LABEL), profile.name);
        self.entry("  arn", &profile.arn);
        self.entry("  role", &profile.role_arn);
        for selector in &profile.selectors {
            self.entry("  selector", &selector_words(selector));
        }
        let mut label = "  subnets";
        for subnet in &profile.subnets {
            self.subnet(label, subnet);
            label = "";
        }
        for issue in &profile.health {
            self.toned("  health", Some(Tone::Bad), issue);
        }
    }

    fn subnet(&mut self, label: &str, subnet: &SubnetRow) {
        let (kind, tone) = match subnet.private {
            Some(true) => ("private", None),
            Some(false) => ("public: no pod can start here", Some(Tone::Bad)),
            None => ("", None),
        };
        let facts = [subnet.cidr.as_deref(), subnet.zone.as_deref(), Some(kind)];
        let known = facts.into_iter().flatten().filter(|fact| !fact.is_empty());
        let line = std::iter::once(subnet.id.as_str()).chain(known).collect::<Vec<_>>();
        // Two spaces between facts; they are held together, as the line is not to be broken between them.
        self.toned(label, tone, &line.join("\u{a0}\u{a0}"));
        self.page = std::mem::take(&mut self.page).replace('\u{a0}', " ");
    }

    fn objects(&mut self, report: &StatusReport) {
        if let Some(deployment) = &report.deployment {
            let tone = (deployment.available < deployment.wanted).then_some(Tone::Care);
            let counts = format!(
                "{}  {}/{} available, {} up to date",
                deployment.name, deployment.available, deployment.wanted, deployment.updated
            );
            self.toned("deployment", tone, &counts);
            if let Some(image) = &deployment.image {
                self.entry("  image", image);
            }
        }
        if let Some(service) = &report.service {
            let address = service.cluster_ip.as_deref().unwrap_or("no address");
            self.entry("service", &format!("{}  {} {address}", service.name, service.kind));
        }
        if let Some(ingress) = &report.ingress {
            let class = ingress.class.as_deref().unwrap_or("none");
            self.entry("ingress", &format!("{}  class {class}", ingress.name));
            match &ingress.hostname {
                Some(host) => self.entry("  host", host),
                None => self.toned("  host", Some(Tone::Care), "none yet: the controller has not made a load balancer"),
            }
        }
    }

    fn balancer(&mut self, balancer: &Balancer) {
        let tone = (balancer.state != "active").then_some(Tone::Care);
        let reason = balancer.reason.as_deref().map_or_else(String::new, |why| format!(": {why}"));
        let state = format!("{}  {}, {}{reason}", balancer.name, balancer.state, balancer.scheme.word());
        self.toned("balancer", tone, &state);
        self.entry("  arn", &balancer.arn);
        for listener in &balancer.listeners {
            let rules = words::count(usize::try_from(listener.forwarding_rules).unwrap_or_default(), "rule");
            self.entry("  listener", &format!("{} {}, {rules} to the pods", listener.protocol, listener.port));
        }
        let targets = balancer.targets();
        let tone = (targets.healthy < targets.registered || targets.registered == 0).then_some(Tone::Care);
        self.toned("  targets", tone, &format!("{} of {} healthy", targets.healthy, targets.registered));
        for target in balancer.target_groups.iter().flat_map(|group| &group.targets) {
            if target.state != "healthy" {
                let why = target.description.as_deref().or(target.reason.as_deref());
                let why = why.map_or_else(String::new, |why| format!(": {why}"));
                self.entry("", &format!("{}:{} {}{why}", target.id, target.port, target.state));
            }
        }
    }

    fn cost(&mut self, report: &StatusReport) {
        let Some(cost) = &report.cost else { return };
        let sentence = cost_view::sentence(cost, report.place.target == "sandbox");
        let mut lines: Vec<_> = sentence.into_iter().collect();
        lines.extend(cost_view::detail(cost));
        self.entry("cost", &lines.join("\n"));
    }

    /// Warnings of a lab that works are of the past.
    fn warnings(&mut self, report: &StatusReport) {
        if report.state == LabState::Ready || report.warnings.is_empty() {
            return;
        }
        self.page.push_str("\nwarnings of the cluster, the newest first\n");
        for event in &report.warnings {
            let times = if event.count > 1 { format!(", {} times", event.count) } else { String::new() };
            let line = format!(
                "{} ago{times}, {}: {}: {}",
                event.age, event.object, event.reason, event.message
            );
            let labelled = Labelled {
                label: "  ! ",
                label_tone: Some(Tone::Care),
                tone: None,
                text: &line,
            };
            labelled.write(&mut self.page, self.style);
        }
    }

    fn unknown(&mut self, report: &StatusReport) {
        for reason in &report.unknown {
            let labelled = Labelled {
                label: "? ",
                label_tone: Some(Tone::Care),
                tone: Some(Tone::Care),
                text: &format!("could not read {reason}"),
            };
            labelled.write(&mut self.page, self.style);
        }
    }
}

fn selector_words(selector: &Selector) -> String {
    let labels: Vec<_> = selector.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let labels = if labels.is_empty() {
        String::new()
    } else {
        format!(", labels {}", labels.join(","))
    };
    format!("namespace {}{labels}", selector.namespace)
}
