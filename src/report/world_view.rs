//! The embedded world as people read it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::page::{Page, Span};
use super::style::{Style, Tone, pad};
use super::times;
use crate::lang::{Language, Text, text};
use lab2048_sandbox::{Inventory, ObjectLine, ProfileLine};

/// The whole world, without what every cluster has of itself. `ahead` is how far its clock is ahead of the reader's.
pub fn text(world: &Inventory, ahead: Option<Duration>, style: &Style) -> String {
    let mut view = View { page: Page::new(style) };
    let place = text!(
        "view-world",
        cluster = style.paint(Tone::Strong, &world.cluster),
        region = &world.region,
        account = &world.account
    );
    view.page.line(&style.say(&place));
    let now = world.now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let now = text!("view-world-speed", now = now, speed = world.speed.to_string());
    view.said(&text!("view-world-time"), &now);
    if let Some(ahead) = ahead {
        let ahead = times::duration(ahead);
        view.said(&Text::default(), &text!("view-world-ahead", ahead = ahead));
    }
    for breakage in &world.broken {
        view.entry(&text!("view-world-broken"), Tone::Bad.of(breakage));
    }
    for (kind, count) in &world.throttled {
        let requests = text!("view-world-requests", count = *count);
        let line = style.say(&Text::list([requests, Text::from(kind)], ": "));
        view.entry(&text!("view-world-throttled"), Tone::Care.of(&line));
    }
    view.aws(world);
    view.kubernetes(&world.objects, &world.nodes);
    for cluster in &world.other_clusters {
        view.page.line(&style.paint(Tone::Strong, &cluster.name));
        view.belongings(&cluster.profiles, &cluster.access_entries);
        view.kubernetes(&cluster.objects, &cluster.nodes);
    }
    view.page.into_text()
}

/// The page, whose labels have a column of their own.
struct View {
    page: Page,
}

/// Columns of the labels.
fn label_columns(language: Language) -> usize {
    match language {
        Language::English => 10,
        Language::Korean => 14,
    }
}

impl View {
    fn entry<'t>(&mut self, label: &Text, text: impl Into<Span<'t>>) {
        let style = *self.page.style();
        let label = pad(&style.say(label), label_columns(style.language));
        self.page.entry(&label, text);
    }

    fn said(&mut self, label: &Text, text: &Text) {
        let text = self.page.style().say(text);
        self.entry(label, &text);
    }

    fn aws(&mut self, world: &Inventory) {
        for (role, policies) in &world.roles {
            let line = text!("view-world-policies", role = role, count = policies.len());
            self.said(&text!("view-world-role"), &line);
        }
        self.belongings(&world.profiles, &world.access_entries);
        for balancer in &world.load_balancers {
            let line = format!("{} {}, {}", balancer.name, balancer.state, balancer.scheme);
            self.entry(&text!("view-world-balancer"), &line);
        }
        for group in &world.target_groups {
            let targets = group.targets.iter();
            let targets: Vec<_> = targets.map(|(state, count)| format!("{count} {state}")).collect();
            let targets = if targets.is_empty() {
                text!("view-world-no-targets")
            } else {
                Text::from(targets.join(", "))
            };
            let line = Text::list([Text::from(&group.name), targets], ": ");
            self.said(&text!("view-world-targets"), &line);
        }
        for group in &world.security_groups {
            let line = format!("{} {}", group.id, group.name);
            self.entry(&text!("view-world-firewall"), &line);
        }
    }

    /// What EKS has for a cluster.
    fn belongings(&mut self, profiles: &[ProfileLine], entries: &BTreeMap<String, String>) {
        for profile in profiles {
            let line = text!(
                "view-world-profile-for",
                name = &profile.name,
                status = &profile.status,
                namespaces = profile.namespaces.join(", ")
            );
            self.said(&text!("view-world-profile"), &line);
            for issue in &profile.issues {
                self.entry(&Text::default(), Tone::Bad.of(issue));
            }
        }
        for (principal, kind) in entries {
            self.entry(&text!("view-world-access"), &format!("{principal} {kind}"));
        }
    }

    fn kubernetes(&mut self, namespaces: &BTreeMap<String, Vec<ObjectLine>>, nodes: &[String]) {
        for (namespace, objects) in namespaces {
            self.entry(&text!("view-world-namespace"), namespace);
            for object in objects {
                let phase = object.phase.as_deref().unwrap_or_default();
                self.entry(&Text::default(), &format!("{} {phase}", object.name));
            }
        }
        let fargate = nodes
            .iter()
            .filter(|name| name.starts_with(crate::readiness::FARGATE_NODE))
            .count();
        let other = nodes.len() - fargate;
        let line = text!("view-world-nodes-of", ec2 = other, fargate = fargate);
        self.said(&text!("view-world-nodes"), &line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::{at, colored, plain, shown};
    use jiff::Timestamp;
    use lab2048_sandbox::{BalancerLine, GroupLine, Sandbox, TargetGroupLine, WallClock};
    use std::sync::Arc;

    /// A wall clock that shows when the fixtures' world begins.
    struct FixedClock;

    impl WallClock for FixedClock {
        fn now(&self) -> Timestamp {
            at(0)
        }
    }

    fn world() -> Inventory {
        Sandbox::in_memory(2048, 60.0, Arc::new(FixedClock)).inventory()
    }

    #[test]
    fn a_new_world() {
        insta::assert_snapshot!(shown(&text(&world(), None, &plain())), @r"
        eksworkshop in ap-northeast-2, account 410691154611 (sandbox)
        time      2026-11-24 03:00:00 UTC, 60 times as fast as the real one
        nodes     4 of EC2, 0 of Fargate
        ");
    }

    #[test]
    fn a_broken_world_with_a_lab() {
        let mut world = world();
        world.broken = vec!["no-nat", "lbc-absent"];
        world.roles = [(
            "lab2048-eksworkshop-fargate-game-2048".to_owned(),
            vec!["arn:p".to_owned()],
        )]
        .into();
        world.access_entries = [(
            "arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048".to_owned(),
            "FARGATE_LINUX".to_owned(),
        )]
        .into();
        world.profiles = vec![ProfileLine {
            name: "fargate-game-2048".to_owned(),
            status: "CREATE_FAILED".to_owned(),
            role: "arn".to_owned(),
            namespaces: vec!["fargate-game-2048".to_owned()],
            issues: vec!["AccessDenied: the pod execution role cannot be assumed".to_owned()],
        }];
        world.load_balancers = vec![BalancerLine {
            name: "k8s-fargateg-ingress2-b252ad69ce".to_owned(),
            state: "active".to_owned(),
            scheme: "internet-facing".to_owned(),
            dns_name: "x".to_owned(),
        }];
        let group = |name: &str, targets: &[(&str, usize)]| TargetGroupLine {
            name: name.to_owned(),
            targets: targets.iter().map(|(state, n)| ((*state).to_owned(), *n)).collect(),
        };
        world.target_groups = vec![
            group("k8s-fargateg-service2-45018fc3a7", &[("draining", 2), ("healthy", 3)]),
            group("k8s-fargateg-service2-0000000000", &[]),
        ];
        world.security_groups = vec![GroupLine {
            id: "sg-a00fef409939d8a81".to_owned(),
            name: "k8s-fargateg-ingress2-a507fa3b12".to_owned(),
        }];
        let object = |name: &str, phase: Option<&str>| ObjectLine {
            name: name.to_owned(),
            phase: phase.map(str::to_owned),
        };
        let objects = vec![
            object("pods/deployment-2048-5cb5b5f945-8kvjk", Some("Running")),
            object("services/service-2048", None),
        ];
        world.objects = [("fargate-game-2048".to_owned(), objects)].into();
        world.nodes.push("fargate-ip-10-11-64-70".to_owned());
        insta::assert_snapshot!(shown(&text(&world, Some(Duration::from_secs(7500)), &colored())), @r"
        <esc>[1meksworkshop<esc>[0m in ap-northeast-2, account 410691154611 (sandbox)
        time      2026-11-24 03:00:00 UTC, 60 times as fast as the real one
                  2h05m ahead of yours; ages are of this time
        broken    <esc>[31mno-nat<esc>[0m
        broken    <esc>[31mlbc-absent<esc>[0m
        role      lab2048-eksworkshop-fargate-game-2048, 1 policy
        profile   fargate-game-2048 CREATE_FAILED for fargate-game-2048
                  <esc>[31mAccessDenied: the pod execution role cannot be assumed<esc>[0m
        access    arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048
                  FARGATE_LINUX
        balancer  k8s-fargateg-ingress2-b252ad69ce active, internet-facing
        targets   k8s-fargateg-service2-45018fc3a7: 2 draining, 3 healthy
        targets   k8s-fargateg-service2-0000000000: no targets
        firewall  sg-a00fef409939d8a81 k8s-fargateg-ingress2-a507fa3b12
        namespace fargate-game-2048
                  pods/deployment-2048-5cb5b5f945-8kvjk Running
                  services/service-2048
        nodes     4 of EC2, 1 of Fargate
        ");
    }
}
