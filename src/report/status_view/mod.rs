//! The state of a lab as people read it: a tree, pods and nodes as kubectl shows them.

use super::page::{Page, Span};
use super::status::{LabState, ProfileRow, StatusReport, SubnetRow};
use super::style::{Style, Tone, pad};
use super::{cost_view, nodes_view, plan_view};
use crate::lang::{Language, Text, text};
use crate::model::{AlbState, Listener, LoadBalancer, ProfileStatus, Selector, TargetKind};

/// The report, with the verdict last, where people look: what matters first, and all of it with its identifiers where it is to be `wide`.
pub fn text(report: &StatusReport, wide: bool, style: &Style) -> String {
    let mut tree = Tree {
        page: head(report, style),
        wide,
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
        let words = style.say(&expires.words);
        tree.toned(&text!("status-expires"), expires.is_over.then_some(Tone::Care), &words);
    }
    tree.nodes(report);
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
        let label = format!("{}  ", style.say(&text!("view-dns")));
        page.entry(&label, &style.say(&text!("view-dns-record")));
        // To be copied, so it is never broken.
        page.line(&record.to_string());
    }
    for note in &report.url_notes {
        page.entry(Tone::Care.of("! "), &style.say(note));
    }
    page.into_text()
}

/// How the lab is.
pub fn state(report: &StatusReport) -> Text {
    match report.state {
        LabState::Ready if report.degraded.is_empty() => text!("state-ready"),
        LabState::Ready => text!("state-degraded"),
        LabState::Stopped => text!("state-stopped"),
        LabState::Progressing => text!("state-progressing"),
        LabState::Deleting => text!("state-deleting"),
        LabState::Absent => text!("state-absent"),
    }
}

fn head(report: &StatusReport, style: &Style) -> Page {
    let mut page = Page::new(style);
    page.push(&plan_view::heading(&report.lab, &report.place, None, style));
    if let Some(context) = plan_view::context(&report.place, style) {
        page.line(&context);
    }
    page
}

/// Columns of the label of an entry.
fn label_columns(language: Language) -> usize {
    match language {
        Language::English => 12,
        Language::Korean => 14,
    }
}

/// The tree as far as it is written.
struct Tree {
    page: Page,
    wide: bool,
}

impl Tree {
    /// How the lab is, and why it is not better.
    fn verdict(&mut self, report: &StatusReport) {
        let tone = match report.state {
            LabState::Ready if report.degraded.is_empty() => Tone::Good,
            LabState::Absent => Tone::Faint,
            _ => Tone::Care,
        };
        let word = self.say(&state(report));
        self.page.entry("", tone.of(&word));
        let because = self.say(&text!("status-because")) + " ";
        for reason in report.reason.iter().chain(&report.degraded) {
            let reason = self.page.style().say(reason);
            self.page.entry(&because, Tone::Care.of(&reason));
        }
        if let Some(remedy) = &report.remedy {
            let help = self.say(&text!("status-help")) + " ";
            let remedy = self.page.style().say(remedy);
            self.page.entry(Tone::Good.of(&help), &remedy);
        }
    }

    fn say(&self, text: &Text) -> String {
        self.page.style().say(text)
    }

    fn entry(&mut self, label: &Text, value: &str) {
        self.toned(label, None, value);
    }

    /// An entry of the wide form alone.
    fn detail(&mut self, label: &Text, value: &str) {
        if self.wide {
            self.entry(label, value);
        }
    }

    /// A label that begins with `>` belongs to the entry above, and is indented.
    fn toned(&mut self, label: &Text, tone: Option<Tone>, value: &str) {
        let label = self.say(label).replacen('>', "  ", 1);
        // Two spaces are between facts; the text is not to be broken there, nor are they to become one.
        let held = value.replace("  ", "\u{a0}\u{a0}");
        let columns = label_columns(self.page.style().language);
        self.page.entry(&pad(&label, columns), Span { text: &held, tone });
    }

    fn profile(&mut self, profile: &ProfileRow) {
        let tone = if profile.status == ProfileStatus::Active {
            Tone::Good
        } else {
            Tone::Care
        };
        let status = self.page.style().paint(tone, profile.status.as_str());
        let line = format!(
            "{}{}  {status}",
            pad(
                &self.say(&text!("status-profile")),
                label_columns(self.page.style().language)
            ),
            profile.name
        );
        self.page.line(&line);
        self.detail(&text!("status-arn"), &profile.arn);
        self.detail(&text!("status-role"), &profile.role_arn);
        for selector in &profile.selectors {
            let selector = self.selector(selector);
            self.detail(&text!("status-selector"), &selector);
        }
        let mut label = text!("status-subnets");
        let wide = self.wide;
        let is_told = |subnet: &&SubnetRow| wide || subnet.private == Some(false);
        for subnet in profile.subnets.iter().filter(is_told) {
            self.subnet(&label, subnet);
            label = Text::verbatim("");
        }
        for issue in &profile.health {
            self.toned(&text!("status-health"), Some(Tone::Bad), issue);
        }
    }

    fn selector(&self, selector: &Selector) -> String {
        let labels: Vec<_> = selector.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let text = if labels.is_empty() {
            text!("status-namespace", namespace = &selector.namespace)
        } else {
            text!(
                "status-namespace-labels",
                namespace = &selector.namespace,
                labels = labels.join(",")
            )
        };
        self.say(&text)
    }

    fn subnet(&mut self, label: &Text, subnet: &SubnetRow) {
        let (kind, tone) = match subnet.private {
            Some(true) => (self.say(&text!("status-private")), None),
            Some(false) => (self.say(&text!("status-public")), Some(Tone::Bad)),
            None => (String::new(), None),
        };
        let facts = [subnet.cidr.as_deref(), subnet.zone.as_deref(), Some(kind.as_str())];
        let known = facts.into_iter().flatten().filter(|fact| !fact.is_empty());
        let line = std::iter::once(subnet.id.as_str()).chain(known).collect::<Vec<_>>();
        self.toned(label, tone, &line.join("  "));
    }

    fn objects(&mut self, report: &StatusReport) {
        if let Some(deployment) = &report.deployment {
            let tone = (deployment.available < deployment.wanted).then_some(Tone::Care);
            let counts = text!(
                "status-pods",
                name = &deployment.name,
                available = deployment.available.to_string(),
                wanted = deployment.wanted.to_string(),
                updated = deployment.updated.to_string()
            );
            let counts = self.say(&counts);
            self.toned(&text!("status-deployment"), tone, &counts);
            if let Some(image) = &deployment.image {
                self.detail(&text!("status-image"), image);
            }
        }
        if let Some(service) = &report.service {
            let none = self.say(&text!("status-no-address"));
            let address = service.cluster_ip.as_deref().unwrap_or(&none);
            self.detail(
                &text!("status-service"),
                &format!("{}  {} {address}", service.name, service.kind),
            );
        }
        if let Some(ingress) = &report.ingress {
            let class = ingress.class.as_ref().map_or_else(|| text!("view-none"), Text::from);
            let class = self.say(&text!("status-class", name = &ingress.name, class = class));
            if self.wide || ingress.hostname.is_none() {
                self.entry(&text!("status-ingress"), &class);
            }
            if let Some(host) = &ingress.hostname {
                self.detail(&text!("status-host"), host);
            } else {
                let none = self.say(&text!("status-no-host"));
                self.toned(&text!("status-host"), Some(Tone::Care), &none);
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
        self.toned(&text!("status-balancer"), tone, &state);
        self.detail(&text!("status-arn"), &balancer.arn);
        if !shared_with.is_empty() {
            let others = self.say(&text!("status-with", others = shared_with.join(", ")));
            self.entry(&text!("status-shared"), &others);
        }
        let others_only = |listener: &Listener| listener.forwarding_rules == 0 && !shared_with.is_empty();
        for listener in balancer.listeners.iter().filter(|listener| !others_only(listener)) {
            let rules = text!(
                "status-rules",
                protocol = listener.protocol.to_string(),
                port = listener.port.to_string(),
                count = u64::from(listener.forwarding_rules)
            );
            let rules = self.say(&rules);
            self.detail(&text!("status-listener"), &rules);
        }
        let targets = balancer.targets();
        // The lab's own word for what is wanted, not what happens to be registered.
        let wanted = wanted.unwrap_or(targets.registered);
        let tone = (targets.healthy < wanted || targets.registered == 0).then_some(Tone::Care);
        let healthy = self.say(&text!("status-healthy", healthy = targets.healthy, wanted = wanted));
        self.toned(&text!("status-targets"), tone, &healthy);
        for target in balancer.target_groups.iter().flat_map(|group| &group.targets) {
            if !target.state.is_healthy() {
                let why = target.description.as_deref().or(target.reason.as_deref());
                let why = why.map_or_else(String::new, |why| format!(": {why}"));
                self.entry(
                    &Text::verbatim(""),
                    &format!("{}:{} {}{why}", target.id, target.port, target.state),
                );
            }
        }
    }

    fn cost(&mut self, report: &StatusReport) {
        let Some(cost) = &report.cost else { return };
        let sentence = cost_view::sentence(cost, report.place.target == TargetKind::Sandbox);
        let detail = cost_view::detail(cost).into_iter().filter(|_| self.wide);
        let lines: Vec<String> = sentence.into_iter().chain(detail).map(|line| self.say(&line)).collect();
        if lines.is_empty() {
            return;
        }
        self.entry(&text!("status-cost"), &lines.join("\n"));
    }

    /// The pods with their nodes, and those beside them; how many of them where not all is shown.
    fn nodes(&mut self, report: &StatusReport) {
        if !self.wide && !report.nodes.is_empty() {
            let fargate = report.nodes.iter().filter(|node| node.fargate).count();
            let others = report.nodes.len() - fargate;
            let counts = self.say(&text!("status-node-counts", fargate = fargate, others = others));
            self.entry(&text!("status-nodes"), &counts);
        }
        if report.place.target == TargetKind::Aws && report.nodes.iter().any(|node| node.fargate) {
            let place = self.say(&text!("status-console-place", cluster = &report.place.cluster));
            self.detail(&text!("status-console"), &place);
        }
        let style = *self.page.style();
        let tables = if self.wide {
            nodes_view::tables(report, true, &style)
        } else {
            nodes_view::pods(report, false, &style)
        };
        if !tables.is_empty() {
            self.page.line("");
            self.page.push(&tables);
        }
    }

    /// Warnings of a lab that works are of the past.
    fn warnings(&mut self, report: &StatusReport) {
        if matches!(report.state, LabState::Ready | LabState::Stopped) || report.warnings.is_empty() {
            return;
        }
        self.page.line("");
        let head = self.say(&text!("status-warnings"));
        self.page.line(&head);
        for event in &report.warnings {
            let (age, message) = (&event.age, &event.message);
            let line = if event.count > 1 {
                text!("status-warning-times", count = event.count)
            } else {
                text!("status-warning")
            };
            let line = line.with("age", age).with("object", &event.object);
            let line = self.say(&line.with("reason", &event.reason).with("message", message));
            self.page.entry(Tone::Care.of("  ! "), &line);
        }
    }

    fn unknown(&mut self, report: &StatusReport) {
        for reason in &report.unknown {
            let text = self.say(&text!("status-unread", what = reason));
            self.page.entry(Tone::Care.of("? "), Tone::Care.of(&text));
        }
    }
}

#[cfg(test)]
mod tests;
