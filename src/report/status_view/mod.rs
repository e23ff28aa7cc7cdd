//! The state of a lab as people read it: a tree, pods and nodes as kubectl shows them.

use super::page::{Page, Span};
use super::status::{LabState, ProfileRow, StatusReport, SubnetRow};
use super::style::{Style, Tone, pad};
use super::{cost_view, nodes_view, plan_view, words};
use crate::model::{AlbState, Listener, LoadBalancer, ProfileStatus, Selector, TargetKind};

/// The whole report, with the verdict last, where people look; `wide` adds columns.
pub fn text(report: &StatusReport, wide: bool, style: &Style) -> String {
    let mut tree = Tree {
        page: head(report, style),
    };
    if report.state == LabState::Absent {
        tree.unknown(report);
        tree.verdict(report);
        return tree.page.into_text();
    }
    if let Some(profile) = &report.profile {
        tree.profile(profile);
    }
    tree.objects(report);
    if let Some(balancer) = &report.balancer {
        tree.balancer(balancer, &report.shared_with, report.targets_wanted);
    }
    tree.cost(report);
    if let Some(expires) = &report.expires {
        tree.toned("expires", expires.is_over.then_some(Tone::Care), &expires.words);
    }
    if !(report.pods.is_empty() && report.nodes.is_empty()) {
        tree.page.line("");
    }
    tree.page.push(&nodes_view::tables(report, wide, style));
    tree.warnings(report);
    tree.unknown(report);
    tree.page.line("");
    tree.verdict(report);
    tree.page.into_text()
}

/// What stands above the game's URL: the record in DNS that it needs, and what else a client needs. Nothing if it needs
/// nothing.
pub fn address_lines(report: &StatusReport, style: &Style) -> String {
    let mut page = Page::new(style);
    if let Some(record) = &report.dns {
        page.entry("in DNS  ", "the name of the game has to lead to the ALB:");
        // To be copied, so it is never broken.
        page.line(&record.to_string());
    }
    for note in &report.url_notes {
        page.entry(Tone::Care.of("! "), note);
    }
    page.into_text()
}

fn head(report: &StatusReport, style: &Style) -> Page {
    let mut page = Page::new(style);
    page.push(&plan_view::heading(&report.lab, &report.place, None, style));
    if let Some(context) = plan_view::context(&report.place) {
        page.line(&context);
    }
    page
}

/// Columns of the label of an entry.
const LABEL: usize = 12;

/// The tree as far as it is written.
struct Tree {
    page: Page,
}

impl Tree {
    /// How the lab is, and why it is not better.
    fn verdict(&mut self, report: &StatusReport) {
        let (word, tone) = match report.state {
            LabState::Ready if report.degraded.is_empty() => (report.state.word(), Tone::Good),
            LabState::Ready => ("ready, degraded", Tone::Care),
            LabState::Stopped | LabState::Progressing | LabState::Deleting => (report.state.word(), Tone::Care),
            LabState::Absent => (
                "absent: there is nothing of the lab; `lab2048 apply` makes it",
                Tone::Faint,
            ),
        };
        self.page.entry("", tone.of(word));
        for reason in report.reason.iter().chain(&report.degraded) {
            self.page.entry("because ", Tone::Care.of(reason));
        }
        if let Some(remedy) = &report.remedy {
            self.page.entry(Tone::Good.of("help: "), remedy);
        }
    }

    fn entry(&mut self, label: &str, value: &str) {
        self.toned(label, None, value);
    }

    fn toned(&mut self, label: &str, tone: Option<Tone>, value: &str) {
        // Two spaces are between facts; the text is not to be broken there, nor are they to become one.
        let held = value.replace("  ", "\u{a0}\u{a0}");
        self.page.entry(&pad(label, LABEL), Span { text: &held, tone });
    }

    fn profile(&mut self, profile: &ProfileRow) {
        let tone = if profile.status == ProfileStatus::Active {
            Tone::Good
        } else {
            Tone::Care
        };
        let status = self.page.style().paint(tone, profile.status.as_str());
        let line = format!("{}{}  {status}", pad("profile", LABEL), profile.name);
        self.page.line(&line);
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
        self.toned(label, tone, &line.join("  "));
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
                None => self.toned(
                    "  host",
                    Some(Tone::Care),
                    "none yet: the controller has not made a load balancer",
                ),
            }
        }
    }

    fn balancer(&mut self, balancer: &LoadBalancer, shared_with: &[String], wanted: Option<u32>) {
        let tone = (balancer.state != AlbState::Active).then_some(Tone::Care);
        let reason = balancer
            .reason
            .as_deref()
            .map_or_else(String::new, |why| format!(": {why}"));
        let state = format!(
            "{}  {}, {}{reason}",
            balancer.name,
            balancer.state,
            balancer.scheme.word()
        );
        self.toned("balancer", tone, &state);
        self.entry("  arn", &balancer.arn);
        if !shared_with.is_empty() {
            self.entry("  shared", &format!("with {}", shared_with.join(", ")));
        }
        let others_only = |listener: &Listener| listener.forwarding_rules == 0 && !shared_with.is_empty();
        for listener in balancer.listeners.iter().filter(|listener| !others_only(listener)) {
            let rules = words::count(usize::try_from(listener.forwarding_rules).unwrap_or_default(), "rule");
            self.entry(
                "  listener",
                &format!("{} {}, {rules} to the pods", listener.protocol, listener.port),
            );
        }
        let targets = balancer.targets();
        // The lab's own word for what is wanted, not what happens to be registered.
        let wanted = wanted.unwrap_or(targets.registered);
        let tone = (targets.healthy < wanted || targets.registered == 0).then_some(Tone::Care);
        self.toned("  targets", tone, &format!("{} of {wanted} healthy", targets.healthy));
        for target in balancer.target_groups.iter().flat_map(|group| &group.targets) {
            if !target.state.is_healthy() {
                let why = target.description.as_deref().or(target.reason.as_deref());
                let why = why.map_or_else(String::new, |why| format!(": {why}"));
                self.entry("", &format!("{}:{} {}{why}", target.id, target.port, target.state));
            }
        }
    }

    fn cost(&mut self, report: &StatusReport) {
        let Some(cost) = &report.cost else { return };
        let sentence = cost_view::sentence(cost, report.place.target == TargetKind::Sandbox);
        let mut lines: Vec<_> = sentence.into_iter().collect();
        lines.extend(cost_view::detail(cost));
        self.entry("cost", &lines.join("\n"));
    }

    /// Warnings of a lab that works are of the past.
    fn warnings(&mut self, report: &StatusReport) {
        if matches!(report.state, LabState::Ready | LabState::Stopped) || report.warnings.is_empty() {
            return;
        }
        self.page.line("");
        self.page.line("warnings of the cluster, the newest first");
        for event in &report.warnings {
            let times = if event.count > 1 {
                format!(", {} times", event.count)
            } else {
                String::new()
            };
            let line = format!(
                "{} ago{times}, {}: {}: {}",
                event.age, event.object, event.reason, event.message
            );
            self.page.entry(Tone::Care.of("  ! "), &line);
        }
    }

    fn unknown(&mut self, report: &StatusReport) {
        for reason in &report.unknown {
            let text = format!("could not read {reason}");
            self.page.entry(Tone::Care.of("? "), Tone::Care.of(&text));
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

#[cfg(test)]
mod tests;
